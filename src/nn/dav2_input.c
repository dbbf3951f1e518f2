/*
 * Pictures in, maps out: the sizes, resizing and normalisation of both recipes.
 * The authors' is cubic without anti-aliasing (OpenCV's INTER_CUBIC); that of
 * "transformers" is Pillow's anti-aliased BICUBIC on 8-bit samples, in fixed
 * point, rows first.
 */

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "nn/axis.h"
#include "nn/dav2_int.h"

/* Of ImageNet, channel by channel. */
static const double mean[3] = {0.485, 0.456, 0.406};
static const double deviation[3] = {0.229, 0.224, 0.225};

float dav2_normal(int plane, double sample)
{
    return (float)((sample - mean[plane]) / deviation[plane]);
}

/* rint() rounds halves to even, as Python does. */
static double side(enum dav2_profile profile, double scaled, int target)
{
    double v = rint(scaled / DAV2_PATCH) * DAV2_PATCH;

    if (profile == DAV2_OPENCV && v < target)
        v = ceil(scaled / DAV2_PATCH) * DAV2_PATCH;
    return v < DAV2_PATCH ? DAV2_PATCH : v;
}

int dav2_size(enum dav2_profile profile, int src_w, int src_h, int target,
              int *w, int *h, struct err *e)
{
    double sw, sh, scale, nw, nh;

    if (src_w <= 0 || src_h <= 0 || target < DAV2_PATCH ||
        target > DAV2_SIDE_MAX)
        return err_set(e, ERR_ARG,
                       "depth of %d x %d at size %d: sizes are %d "
                       "… %d",
                       src_w, src_h, target, DAV2_PATCH, DAV2_SIDE_MAX);
    sw = (double)target / src_w;
    sh = (double)target / src_h;
    if (profile == DAV2_OPENCV)
        scale = fmax(sw, sh);
    else
        scale = fabs(1 - sw) < fabs(1 - sh) ? sw : sh;
    nw = side(profile, scale * src_w, target);
    nh = side(profile, scale * src_h, target);
    if (nw > INT_MAX / 2 || nh > INT_MAX / 2)
        return err_set(e, ERR_ARG,
                       "a picture of %d x %d is too long for depth at size %d",
                       src_w, src_h, target);
    *w = (int)nw;
    *h = (int)nh;
    return 0;
}

/* A map or picture that is resized, row by row of the result. */
struct resizing {
    struct axis ax, ay;
    const float *(*row)(const void *arg, int plane, int y);
    const void *arg;
    float *dst;
    bool normalise;
    float *scratch; /* a row of the source per slot */
};

static int resize_row(void *arg, int index, int slot, struct err *e)
{
    const struct resizing *r = arg;
    const int plane = index / r->ay.out, y = index % r->ay.out;
    float *mixed = r->scratch + (size_t)slot * (size_t)r->ax.in;
    float *dst = r->dst + (size_t)index * (size_t)r->ax.out;
    const float *rows[AXIS_TAPS];

    (void)e;
    for (int t = 0; t < AXIS_TAPS; t++)
        rows[t] = r->row(r->arg, plane, r->ay.at[y][t]);
    axis_blend(&r->ay, y, rows, mixed, (size_t)r->ax.in);
    axis_row(&r->ax, mixed, dst);
    if (r->normalise) {
        const float mul = (float)(1 / deviation[plane]);
        const float add = (float)(-mean[plane] / deviation[plane]);

        for (int x = 0; x < r->ax.out; x++)
            dst[x] = dst[x] * mul + add;
    }
    return 0;
}

static int resize_planes(struct resizing *r, struct pool *pool, int planes,
                         struct err *e)
{
    const size_t n = (size_t)pool_slots(pool) * (size_t)r->ax.in;
    int rc;

    r->scratch = mem_array(n, sizeof(float));
    if (!r->scratch)
        return err_mem(e, n * sizeof(float));
    rc = pool_run(pool, planes * r->ay.out, resize_row, r, e);
    mem_free(r->scratch);
    return rc;
}

static const float *row_of_view(const void *arg, int plane, int y)
{
    return row_of((const struct view *)arg, plane, y);
}

static int input_opencv(struct pool *pool, const struct view *rgb, float *chw,
                        int h, int w, struct err *e)
{
    struct resizing r = {
        .row = row_of_view, .arg = rgb, .dst = chw, .normalise = true};
    int rc;

    TRY(axis_cubic(rgb->w, w, (double)rgb->w / w, true, &r.ax, e));
    TRY(axis_cubic(rgb->h, h, (double)rgb->h / h, true, &r.ay, e));
    TRY(resize_planes(&r, pool, 3, e));
out:
    axis_release(&r.ax);
    axis_release(&r.ay);
    return rc;
}

struct plain {
    const float *data;
    int w;
};

static const float *row_of_plain(const void *arg, int plane, int y)
{
    const struct plain *p = arg;

    (void)plane;
    return p->data + (size_t)y * (size_t)p->w;
}

int dav2_resize(enum dav2_profile profile, struct pool *pool, const float *src,
                int src_w, int src_h, float *dst, int dst_w, int dst_h,
                struct err *e)
{
    const struct plain plain = {src, src_w};
    struct resizing r = {.row = row_of_plain, .arg = &plain, .dst = dst};
    int rc;

    if (profile == DAV2_OPENCV) {
        TRY(axis_corners(src_w, dst_w, &r.ax, e));
        TRY(axis_corners(src_h, dst_h, &r.ay, e));
    } else {
        TRY(axis_cubic(src_w, dst_w, (double)src_w / dst_w, false, &r.ax, e));
        TRY(axis_cubic(src_h, dst_h, (double)src_h / dst_h, false, &r.ay, e));
    }
    TRY(resize_planes(&r, pool, 1, e));
out:
    axis_release(&r.ax);
    axis_release(&r.ay);
    return rc;
}

int dav2_input(enum dav2_profile profile, struct pool *pool,
               const struct view *rgb, float *chw, int h, int w, struct err *e)
{
    if (profile == DAV2_OPENCV)
        return input_opencv(pool, rgb, chw, h, w, e);
    return dav2_input_hf(pool, rgb, chw, h, w, e);
}
