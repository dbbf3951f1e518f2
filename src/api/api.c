/* The public functions: a thin skin over looks and the runner. */

#include <stdio.h>
#include <string.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/text.h"
#include "image/image.h"
#include "image/meta.h"
#include "look/look.h"
#include "run/depth_full.h"
#include "run/depth_model.h"
#include "run/file.h"
#include "run/options.h"
#include "run/render.h"
#include "tportal.h"

struct tp_context {
    struct pool *pool;
    uint64_t memory;
    struct depth_model *model; /* made when first needed */
    struct depth_maker maker;
    char *model_name; /* for steps on depth; NULL: the default one */
    int model_size;
    struct err err;
};

struct tp_look {
    struct look *look;
};

const char *tp_version(void)
{
    return PORTAL_VERSION;
}

tp_context *tp_context_new(int threads, uint64_t memory)
{
    tp_context *ctx = mem_zero(1, sizeof(*ctx));
    struct err e = {0};

    if (!ctx)
        return NULL;
    ctx->memory = memory;
    if (pool_new(threads > 0 ? threads : cpu_count(), &ctx->pool, &e) < 0) {
        mem_free(ctx);
        return NULL;
    }
    return ctx;
}

void tp_context_free(tp_context *ctx)
{
    if (!ctx)
        return;
    depth_model_free(ctx->model);
    mem_free(ctx->model_name);
    pool_free(ctx->pool);
    mem_free(ctx);
}

const char *tp_error(const tp_context *ctx)
{
    return ctx->err.code ? ctx->err.text : "";
}

void tp_stop(tp_context *ctx)
{
    pool_stop(ctx->pool);
}

/* Starts a call: forgets the last failure. */
static struct err *fresh(tp_context *ctx)
{
    ctx->err = (struct err){0};
    return &ctx->err;
}

static int wrap_take(struct look *look, tp_look **out, struct err *e)
{
    tp_look *l = mem_zero(1, sizeof(*l));

    if (!l) {
        look_free(look);
        return err_mem(e, sizeof(*l));
    }
    l->look = look;
    *out = l;
    return 0;
}

int tp_look_load(tp_context *ctx, const char *name, tp_look **look)
{
    struct err *e = fresh(ctx);
    struct look *l = NULL;
    int rc = name ? look_find(name, &l, e) : look_new(&l, e);

    return rc < 0 ? rc : wrap_take(l, look, e);
}

int tp_look_parse(tp_context *ctx, const char *text, size_t len, tp_look **look)
{
    struct err *e = fresh(ctx);
    struct look *l = NULL;
    int rc = look_parse(text, len, "look", NULL, &l, e);

    return rc < 0 ? rc : wrap_take(l, look, e);
}

int tp_look_stack(tp_context *ctx, tp_look *look, const char *name)
{
    struct err *e = fresh(ctx);
    struct look *l = NULL;
    int rc;

    TRY(look_find(name, &l, e));
    TRY(look_append(look->look, l, e));
out:
    look_free(l);
    return rc;
}

int tp_look_set(tp_context *ctx, tp_look *look, const char *setting)
{
    return look_set(look->look, setting, fresh(ctx));
}

void tp_look_free(tp_look *look)
{
    if (!look)
        return;
    look_free(look->look);
    mem_free(look);
}

/* One "key=value" into the options; texts are lent by the caller. */
static int set_option(struct process_options *o, const char *option,
                      struct err *e)
{
    const char *value = strchr(option, '=');
    char key[32];
    long page;

    if (!value || (size_t)(value - option) >= sizeof(key))
        return err_set(e, ERR_ARG, "option '%s' is not key=value", option);
    snprintf(key, sizeof(key), "%.*s", (int)(value - option), option);
    value++;
    if (text_is(key, "icc"))
        o->icc = value;
    else if (text_is(key, "assume"))
        o->assume = value;
    else if (text_is(key, "layer"))
        o->layer = value;
    else if (text_is(key, "depth"))
        o->depth = value;
    else if (text_is(key, "model"))
        o->model = value;
    else if (text_is(key, "keep"))
        return meta_keep_parse(value, &o->keep, e);
    else if (text_is(key, "page") && text_to_long(value, &page) && page > 0 &&
             page <= 65536)
        o->page = (int)page - 1;
    else if (text_is(key, "page"))
        return err_set(e, ERR_ARG, "page '%s': allowed is 1 … 65536", value);
    else
        return param_set(process_params, o, key, value, e);
    return 0;
}

static int need_model(tp_context *ctx, struct err *e)
{
    return ctx->model ? 0 : depth_model_new(&ctx->model, &ctx->maker, e);
}

int tp_process_file(tp_context *ctx, const tp_look *look, const char *in,
                    const char *out, const char *const *options)
{
    struct err *e = fresh(ctx);
    struct process_options o;
    struct file_job job = {.in = in, .out = out, .pool = ctx->pool};
    struct file_result result;

    param_defaults(process_params, &o, sizeof(o));
    o.keep = KEEP_ALL;
    o.memory = ctx->memory;
    o.conflict = CONFLICT_OVERWRITE;
    o.model = ctx->model_name;
    o.depth_size = ctx->model_size;
    for (int i = 0; options && options[i]; i++)
        if (set_option(&o, options[i], e) < 0)
            return e->code;
    if (need_model(ctx, e) < 0)
        return e->code;
    job.maker = &ctx->maker;
    job.options = &o;
    job.look = look->look;
    file_process(&job, &result);
    file_result_release(&result);
    *e = result.err;
    return result.err.code;
}

/* A view of the caller's planes as a picture of ours, copied. */
static int take_in(const tp_picture *in, struct image **out, struct err *e)
{
    if (in->width < 1 || in->height < 1 || in->planes < 3 || in->planes > 4 ||
        !in->data || in->pitch < (size_t)in->width)
        return err_set(e, ERR_ARG,
                       "a picture has 3 or 4 planes of at least 1 x 1");
    if (image_new(in->width, in->height, in->planes, out, e) < 0)
        return e->code;
    (*out)->v.alpha = in->planes == 4 ? 3 : 0;
    for (int p = 0; p < in->planes; p++)
        for (int y = 0; y < in->height; y++)
            memcpy(row_of(&(*out)->v, p, y),
                   in->data + (size_t)p * in->stride + (size_t)y * in->pitch,
                   (size_t)in->width * sizeof(float));
    return 0;
}

/* And back, packed. */
static int hand_out(const struct image *image, int planes, tp_picture *out,
                    struct err *e)
{
    const struct view *v = &image->v;
    const size_t pitch = (size_t)v->w, stride = pitch * (size_t)v->h;
    float *data = mem_array(stride * (size_t)planes, sizeof(float));

    if (!data)
        return err_mem(e, stride * (size_t)planes * sizeof(float));
    for (int p = 0; p < planes; p++)
        for (int y = 0; y < v->h; y++)
            memcpy(data + (size_t)p * stride + (size_t)y * pitch,
                   row_of(v, p, y), pitch * sizeof(float));
    *out = (tp_picture){data, pitch, stride, v->w, v->h, planes};
    return 0;
}

/* A picture in memory brings no depth along. */
static int estimate(void *arg, const struct image *proxy, struct pool *pool,
                    struct depth_map **out, struct err *e)
{
    tp_context *ctx = arg;
    const struct depth_ask ask = {
        .proxy = proxy, .model = ctx->model_name, .size = ctx->model_size};
    int rc;

    TRY(need_model(ctx, e));
    TRY(ctx->maker.make(ctx->maker.arg, &ask, pool, out, e));
out:
    return rc;
}

int tp_context_model(tp_context *ctx, const char *model, int size)
{
    struct err *e = fresh(ctx);
    char *name = NULL;

    if (size < 0 || size > 4096)
        return err_set(e, ERR_ARG, "size %d: allowed is 0 … 4096", size);
    if (model && !(name = mem_text(model)))
        return err_mem(e, strlen(model));
    mem_free(ctx->model_name);
    ctx->model_name = name;
    ctx->model_size = size;
    return 0;
}

int tp_process_picture(tp_context *ctx, const tp_look *look,
                       const tp_picture *in, tp_picture *out)
{
    struct err *e = fresh(ctx);
    struct image *given = NULL, *made = NULL;
    const struct depth_source depth = {estimate, ctx};
    struct render r = {.pool = ctx->pool, .k = kern_best(), .depth = &depth};
    int rc;

    TRY(take_in(in, &given, e));
    TRY(chain_new(look->look, in->width, in->height, in->planes,
                  in->planes == 4 ? 3 : 0, 0, &r.chain, e));
    r.image = given;
    TRY(render_image(&r, &made, e));
    TRY(hand_out(made, in->planes, out, e));
out:
    chain_free(r.chain);
    image_free(made);
    image_free(given);
    return rc;
}

void tp_picture_free(tp_picture *picture)
{
    mem_free(picture->data);
    *picture = (tp_picture){0};
}

int tp_depth_estimate(tp_context *ctx, const tp_picture *picture,
                      const char *model, int size, tp_depth *depth)
{
    struct err *e = fresh(ctx);
    struct depth_want want = {.depth = "model", .model = model, .size = size};
    struct depth_full full = {0};
    struct image *image = NULL;
    int rc;

    if (size < 0 || size > 4096)
        return err_set(e, ERR_ARG, "size %d: allowed is 0 … 4096", size);
    TRY(need_model(ctx, e));
    want.maker = &ctx->maker;
    TRY(ctx->maker.ready(ctx->maker.arg, model, e));
    TRY(take_in(picture, &image, e));
    TRY(depth_full_of_image(image, false, &want, ctx->pool, &full, e));
    *depth = (tp_depth){full.v, full.w, full.h, full.info.kind == DEPTH_METRIC,
                        full.info.sky};
out:
    image_free(image);
    return rc;
}

void tp_depth_free(tp_depth *depth)
{
    mem_free(depth->data);
    *depth = (tp_depth){0};
}
