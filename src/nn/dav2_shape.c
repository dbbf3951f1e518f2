/* Which Depth Anything V2 a file holds: from shapes, and from config.json. */

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "nn/attention.h"
#include "nn/dav2_int.h"

/* Sides beyond what any variant has: refused before anything is computed. */
#define SIDE_MAX 16384

static int side(const struct safetensors_item *t, int d, int *out,
                struct err *e)
{
    if (t->shape[d] > SIDE_MAX)
        return err_set(e, ERR_DATA,
                       "tensor '%s' has a side of %llu, the most "
                       "is %d",
                       t->name, (unsigned long long)t->shape[d], SIDE_MAX);
    *out = (int)t->shape[d];
    return 0;
}

/* The first side of a tensor of which all others are known. */
static int rows(struct dav2_file *f, enum dav2_part part, int i, int dims,
                const int *sides, int *out, struct err *e)
{
    const struct safetensors_item *t;
    int rc = dav2_find_shaped(f, part, i, ".weight", dims, sides, &t, e);

    return rc < 0 ? rc : side(t, 0, out, e);
}

static int read_embedding(struct dav2_file *f, struct dav2_shape *s,
                          struct err *e)
{
    const struct safetensors_item *t;
    int count = 0, rc;

    TRY(rows(f, DAV2_PATCHES, 0, 4, (int[]){0, 3, DAV2_PATCH, DAV2_PATCH},
             &s->embed, e));
    if (s->embed % ATTENTION_HEAD)
        return err_set(e, ERR_DATA,
                       "%d features cannot be split into heads of "
                       "%d",
                       s->embed, ATTENTION_HEAD);
    s->heads = s->embed / ATTENTION_HEAD;
    TRY(dav2_find_shaped(f, DAV2_POSITIONS, 0, "", 3, (int[]){1, 0, s->embed},
                         &t, e));
    TRY(side(t, 1, &count, e));
    s->grid = (int)lrint(sqrt((double)(count - 1)));
    if (count < 2 || 1 + s->grid * s->grid != count)
        return err_set(e, ERR_DATA,
                       "tensor '%s' has %d rows, that is 1 and no "
                       "square",
                       t->name, count);
out:
    return rc;
}

static int read_layers(struct dav2_file *f, struct dav2_shape *s, struct err *e)
{
    int rc;

    if (dav2_has(f, DAV2_GATED, 0, ".weight"))
        return err_set(e, ERR_DATA,
                       "a model with gated layers (the giant) is "
                       "not supported");
    while (s->layers <= DAV2_LAYERS_MAX &&
           dav2_has(f, DAV2_NORM1, s->layers, ".weight"))
        s->layers++;
    if (s->layers < DAV2_TAPS || s->layers > DAV2_LAYERS_MAX)
        return err_set(e, ERR_DATA, "%d layers, %d … %d are possible",
                       s->layers, DAV2_TAPS, DAV2_LAYERS_MAX);
    rc = rows(f, DAV2_FC1, 0, 2, (int[]){0, s->embed}, &s->hidden, e);
    for (int k = 0; k < DAV2_TAPS; k++) /* a tap behind each quarter */
        s->tap[k] = (k + 1) * s->layers / DAV2_TAPS - 1;
    if (s->layers == 24)
        s->tap[0] = 4;
    return rc;
}

static int read_head(struct dav2_file *f, struct dav2_shape *s, struct err *e)
{
    int rc;

    for (int k = 0; k < DAV2_TAPS; k++)
        TRY(rows(f, DAV2_PROJECT, k, 4, (int[]){0, s->embed, 1, 1},
                 &s->channels[k], e));
    TRY(rows(f, DAV2_NECK, 0, 4, (int[]){0, s->channels[0], 3, 3}, &s->features,
             e));
    TRY(rows(f, DAV2_HEAD1, 0, 4, (int[]){0, s->features, 3, 3}, &s->half, e));
    TRY(rows(f, DAV2_HEAD2, 0, 4, (int[]){0, s->half, 3, 3}, &s->last, e));
out:
    return rc;
}

int dav2_shape_read(struct dav2_file *f, struct dav2_shape *s, struct err *e)
{
    int rc;

    *s = (struct dav2_shape){0};
    f->original = true;
    if (!dav2_has(f, DAV2_CLS, 0, ""))
        f->original = false;
    if (!dav2_has(f, DAV2_CLS, 0, "") &&
        !dav2_has(f, DAV2_PATCHES, 0, ".weight"))
        return err_set(e, ERR_DATA,
                       "this is no Depth Anything V2 model: there "
                       "is no tensor 'backbone.embeddings.cls_token' or "
                       "'pretrained.cls_token'");
    TRY(read_embedding(f, s, e));
    TRY(read_layers(f, s, e));
    TRY(read_head(f, s, e));
out:
    return rc;
}

static int read_taps(const json_t *list, struct dav2_shape *s, struct err *e)
{
    int tap[DAV2_TAPS], before = -1;

    if (json_array_size(list) != DAV2_TAPS)
        return err_set(e, ERR_DATA, "config: out_indices are not four");
    for (size_t k = 0; k < DAV2_TAPS; k++) {
        const json_int_t v = json_integer_value(json_array_get(list, k)) - 1;

        if (v <= before || v >= s->layers)
            return err_set(e, ERR_DATA,
                           "config: out_indices do not ascend "
                           "within 1 … %d",
                           s->layers);
        tap[k] = before = (int)v;
    }
    memcpy(s->tap, tap, sizeof(tap));
    return 0;
}

/* A number of the config that the tensors know better. */
static int agree(const json_t *in, const char *key, double have, struct err *e)
{
    const json_t *v = json_object_get(in, key);

    if (!v || json_is_null(v) ||
        (json_is_number(v) &&
         fabs(json_number_value(v) - have) <= 1e-9 * fabs(have)))
        return 0;
    return err_set(e, ERR_DATA, "config: %s is %g, the model has %g", key,
                   json_number_value(v), have);
}

static int read_backbone(const json_t *b, struct dav2_shape *s, struct err *e)
{
    const json_t *taps = json_object_get(b, "out_indices");
    const char *act = json_string_value(json_object_get(b, "hidden_act"));
    int rc;

    TRY(agree(b, "hidden_size", s->embed, e));
    TRY(agree(b, "num_attention_heads", s->heads, e));
    TRY(agree(b, "num_hidden_layers", s->layers, e));
    TRY(agree(b, "patch_size", DAV2_PATCH, e));
    TRY(agree(b, "layer_norm_eps", 1e-6, e));
    if (act && !text_is(act, "gelu"))
        return err_set(e, ERR_DATA, "config: hidden_act is '%s', not 'gelu'",
                       act);
    if (taps)
        TRY(read_taps(taps, s, e));
    rc = 0;
out:
    return rc;
}

static int read_kind(const json_t *c, struct dav2_info *info, struct err *e)
{
    const char *kind =
        json_string_value(json_object_get(c, "depth_estimation_type"));
    const json_t *most = json_object_get(c, "max_depth");
    const double v = json_number_value(most);

    info->metric = text_is(kind, "metric");
    if (kind && !info->metric && !text_is(kind, "relative"))
        return err_set(e, ERR_DATA,
                       "config: depth_estimation_type is '%s', "
                       "not 'relative' or 'metric'",
                       kind);
    if (info->metric && !(v > 0 && v < 1e6))
        return err_set(e, ERR_DATA,
                       "config: a metric model without a "
                       "max_depth above 0");
    info->max_depth = info->metric ? (float)v : 0;
    return 0;
}

static json_t *load(const char *config)
{
    return json_loadb(config, strlen(config), 0, NULL);
}

bool dav2_config_is_ours(const char *config)
{
    json_t *c = load(config);
    const bool ours =
        !c || text_is(json_string_value(json_object_get(c, "model_type")),
                      "depth_anything");

    json_decref(c);
    return ours;
}

int dav2_config_read(const char *config, struct dav2_shape *s,
                     struct dav2_info *info, struct err *e)
{
    json_t *c = config ? load(config) : NULL;
    const char *type = json_string_value(json_object_get(c, "model_type"));
    int rc;

    info->metric = false;
    info->max_depth = 0;
    if (!config)
        return 0;
    if (!json_is_object(c)) {
        rc = err_set(e, ERR_DATA, "config: this is no JSON object");
        goto out;
    }
    if (type && !text_is(type, "depth_anything")) {
        rc = err_set(e, ERR_DATA,
                     "config: model_type is '%s', not "
                     "'depth_anything'",
                     type);
        goto out;
    }
    TRY(read_backbone(json_object_get(c, "backbone_config"), s, e));
    TRY(read_kind(c, info, e));
    rc = 0;
out:
    json_decref(c);
    return rc;
}
