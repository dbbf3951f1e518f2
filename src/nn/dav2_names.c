/* What the tensors of Depth Anything V2 are called, in both traditions. */

#include <stdio.h>
#include <string.h>

#include "nn/dav2_int.h"

#define LAYER_HF "backbone.encoder.layer.#."
#define LAYER    "pretrained.blocks.#."
#define FUSE_HF  "neck.fusion_stage.layers.#."
#define FUSE     "depth_head.scratch.refinenet#."

/* '#' is the layer or stage. */
static const char *const names[][2] = {
    [DAV2_CLS] = {"backbone.embeddings.cls_token", "pretrained.cls_token"},
    [DAV2_MASK] = {"backbone.embeddings.mask_token", "pretrained.mask_token"},
    [DAV2_POSITIONS] = {"backbone.embeddings.position_embeddings",
                        "pretrained.pos_embed"},
    [DAV2_PATCHES] = {"backbone.embeddings.patch_embeddings.projection",
                      "pretrained.patch_embed.proj"},
    [DAV2_NORM1] = {LAYER_HF "norm1", LAYER "norm1"},
    [DAV2_QUERY] = {LAYER_HF "attention.attention.query", ""},
    [DAV2_KEY] = {LAYER_HF "attention.attention.key", ""},
    [DAV2_VALUE] = {LAYER_HF "attention.attention.value", ""},
    [DAV2_QKV] = {"", LAYER "attn.qkv"},
    [DAV2_ATTENDED] = {LAYER_HF "attention.output.dense", LAYER "attn.proj"},
    [DAV2_SCALE1] = {LAYER_HF "layer_scale1.lambda1", LAYER "ls1.gamma"},
    [DAV2_NORM2] = {LAYER_HF "norm2", LAYER "norm2"},
    [DAV2_FC1] = {LAYER_HF "mlp.fc1", LAYER "mlp.fc1"},
    [DAV2_FC2] = {LAYER_HF "mlp.fc2", LAYER "mlp.fc2"},
    [DAV2_SCALE2] = {LAYER_HF "layer_scale2.lambda1", LAYER "ls2.gamma"},
    [DAV2_GATED] = {LAYER_HF "mlp.weights_in", LAYER "mlp.w12"},
    [DAV2_NORM] = {"backbone.layernorm", "pretrained.norm"},
    [DAV2_PROJECT] = {"neck.reassemble_stage.layers.#.projection",
                      "depth_head.projects.#"},
    [DAV2_RESAMPLE] = {"neck.reassemble_stage.layers.#.resize",
                       "depth_head.resize_layers.#"},
    [DAV2_NECK] = {"neck.convs.#", "depth_head.scratch.layer#_rn"},
    [DAV2_FUSE] = {FUSE_HF "projection", FUSE "out_conv"},
    [DAV2_UNIT1A] = {FUSE_HF "residual_layer1.convolution1",
                     FUSE "resConfUnit1.conv1"},
    [DAV2_UNIT1B] = {FUSE_HF "residual_layer1.convolution2",
                     FUSE "resConfUnit1.conv2"},
    [DAV2_UNIT2A] = {FUSE_HF "residual_layer2.convolution1",
                     FUSE "resConfUnit2.conv1"},
    [DAV2_UNIT2B] = {FUSE_HF "residual_layer2.convolution2",
                     FUSE "resConfUnit2.conv2"},
    [DAV2_HEAD1] = {"head.conv1", "depth_head.scratch.output_conv1"},
    [DAV2_HEAD2] = {"head.conv2", "depth_head.scratch.output_conv2.0"},
    [DAV2_HEAD3] = {"head.conv3", "depth_head.scratch.output_conv2.2"},
};

/*
 * Stages are counted by tap here. The authors count the neck and the fusion
 * from 1; Hugging Face counts the fusion in the order of its use, backwards.
 */
static int number_of(const struct dav2_file *f, enum dav2_part part, int i)
{
    if (part == DAV2_NECK && f->original)
        return i + 1;
    if (part >= DAV2_FUSE && part <= DAV2_UNIT2B)
        return f->original ? i + 1 : DAV2_TAPS - 1 - i;
    return i;
}

void dav2_name(const struct dav2_file *f, enum dav2_part part, int i,
               const char *suffix, char name[static DAV2_NAME_MAX])
{
    const char *pattern = names[part][f->original];
    const char *mark = strchr(pattern, '#');

    if (mark)
        snprintf(name, DAV2_NAME_MAX, "%.*s%d%s%s", (int)(mark - pattern),
                 pattern, number_of(f, part, i), mark + 1, suffix);
    else
        snprintf(name, DAV2_NAME_MAX, "%s%s", pattern, suffix);
}

bool dav2_has(const struct dav2_file *f, enum dav2_part part, int i,
              const char *suffix)
{
    char name[DAV2_NAME_MAX];

    dav2_name(f, part, i, suffix, name);
    return safetensors_find(f->st, name) != NULL;
}

int dav2_find(struct dav2_file *f, enum dav2_part part, int i,
              const char *suffix, const struct safetensors_item **out,
              struct err *e)
{
    const struct safetensors_item *t;
    char name[DAV2_NAME_MAX];

    dav2_name(f, part, i, suffix, name);
    t = safetensors_find(f->st, name);
    if (!t)
        return err_set(e, ERR_DATA, "tensor '%s' is missing", name);
    f->used[t - f->st->items] = true;
    *out = t;
    return 0;
}

static void shape_text(const uint64_t *sides, int dims, char *text, size_t room)
{
    size_t at = 0;

    text[0] = '\0';
    for (int i = 0; i < dims && at < room; i++)
        at += (size_t)snprintf(text + at, room - at, "%s%llu", i ? "x" : "",
                               (unsigned long long)sides[i]);
}

int dav2_find_shaped(struct dav2_file *f, enum dav2_part part, int i,
                     const char *suffix, int dims, const int *sides,
                     const struct safetensors_item **out, struct err *e)
{
    const struct safetensors_item *t;
    uint64_t want[SAFETENSORS_DIMS];
    char is[100], must[100];
    bool same;
    int rc = dav2_find(f, part, i, suffix, &t, e);

    if (rc < 0)
        return rc;
    same = t->dims == dims;
    for (int d = 0; d < dims; d++) {
        want[d] = (uint64_t)sides[d];
        if (same && sides[d] == 0 && t->shape[d] > 0)
            want[d] = t->shape[d];
        same = same && t->shape[d] == want[d];
    }
    if (!same) {
        shape_text(t->shape, t->dims, is, sizeof(is));
        shape_text(want, dims, must, sizeof(must));
        return err_set(e, ERR_DATA, "tensor '%s' is %s, it must be %s", t->name,
                       is, must);
    }
    *out = t;
    return 0;
}
