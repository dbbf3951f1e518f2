/* Crop: a box out of the picture. */

#include <math.h>
#include <string.h>

#include "op/aspect.h"
#include "op/row.h"

enum unit { UNIT_PX, UNIT_PERCENT };

static const char *const unit_names[] = {"px", "percent", NULL};

/* Where a smaller box sits in a larger one; see place_of(). */
static const char *const gravity_names[] = {
    "center",   "top",       "bottom",      "left",         "right",
    "top_left", "top_right", "bottom_left", "bottom_right", NULL};

struct crop {
    float x, y, width, height;
    int unit;
    char aspect[24];
    int gravity;
};

static const struct param params[] = {
    P_FLOAT(crop, x, .lo = 0, .hi = 1e6, .step = 1,
            .doc = "Left edge of the box"),
    P_FLOAT(crop, y, .lo = 0, .hi = 1e6, .step = 1,
            .doc = "Upper edge of the box"),
    P_FLOAT(crop, width, .lo = -1e6, .hi = 1e6, .step = 1,
            .doc = "Width, or what to leave at the right when 0 or less"),
    P_FLOAT(crop, height, .lo = -1e6, .hi = 1e6, .step = 1,
            .doc = "Height, or what to leave at the bottom when 0 or less"),
    P_CHOICE(crop, unit, .names = unit_names,
             .doc = "What these four numbers count"),
    P_TEXT(crop, aspect,
           .doc = "Shape such as 16:9 or 1.85 to cut from that box"),
    P_CHOICE(crop, gravity, .names = gravity_names,
             .doc = "Which part of the box that shape keeps"),
    P_END,
};

struct box {
    int x, y, w, h;
};

static bool neutral(const void *values)
{
    const struct crop *v = values;

    return v->x == 0 && v->y == 0 && v->width == 0 && v->height == 0 &&
           !v->aspect[0];
}

static int check(const void *values, struct err *e)
{
    const struct crop *v = values;
    double aspect;

    return aspect_read(v->aspect, &aspect, e);
}

/* One direction: where the box starts and how long it is. */
static int span_of(double from, double length, double unit, int size, int *at,
                   int *n)
{
    const double a = rint(from * unit), l = rint(length * unit);
    const double end = l > 0 ? fmin(a + l, size) : size + l;

    if (a >= size || end <= a)
        return -1;
    *at = (int)a;
    *n = (int)(end - a);
    return 0;
}

/* How much of the free room lies before the box: 0, half, all. */
static int before(int room, const char *gravity, const char *first,
                  const char *last)
{
    return strstr(gravity, first) ? 0 : strstr(gravity, last) ? room : room / 2;
}

static int box_of(const struct crop *v, int w, int h, struct box *b,
                  struct err *e)
{
    const double ux = v->unit == UNIT_PERCENT ? w / 100.0 : 1;
    const double uy = v->unit == UNIT_PERCENT ? h / 100.0 : 1;
    const char *gravity = gravity_names[v->gravity];
    double aspect;
    int rc, cw, ch;

    TRY(aspect_read(v->aspect, &aspect, e));
    if (span_of((double)v->x, (double)v->width, ux, w, &b->x, &b->w) < 0 ||
        span_of((double)v->y, (double)v->height, uy, h, &b->y, &b->h) < 0) {
        rc = err_set(e, ERR_ARG,
                     "the box lies outside the picture of "
                     "%d x %d",
                     w, h);
        goto out;
    }
    if (aspect > 0) {
        cw = (int)fmin(b->w, fmax(1, rint(b->h * aspect)));
        ch = (int)fmin(b->h, fmax(1, rint(b->w / aspect)));
        b->x += before(b->w - cw, gravity, "left", "right");
        b->y += before(b->h - ch, gravity, "top", "bottom");
        b->w = cw;
        b->h = ch;
    }
    rc = 0;
out:
    return rc;
}

/* For a size that shape() has accepted. */
static struct box box_in(const struct crop *v, int w, int h)
{
    struct box b = {0, 0, w, h};
    struct err e;

    (void)box_of(v, w, h, &b, &e);
    return b;
}

static int shape(const void *values, int w, int h, int *new_w, int *new_h,
                 struct err *e)
{
    struct box b = {0, 0, w, h};
    const int rc = box_of(values, w, h, &b, e);

    if (rc == 0) {
        *new_w = b.w;
        *new_h = b.h;
    }
    return rc;
}

static bool place(const void *values, struct op_site *s, int new_w, int new_h)
{
    const struct box b = box_in(values, s->full_w, s->full_h);
    const double x = s->ox + b.x * s->sx, y = s->oy + b.y * s->sy;
    const double x0 = fmin(fmax(floor(x), 0), s->w - 1);
    const double y0 = fmin(fmax(floor(y), 0), s->h - 1);
    const double x1 = fmin(fmax(ceil(x + b.w * s->sx), x0 + 1), s->w);
    const double y1 = fmin(fmax(ceil(y + b.h * s->sy), y0 + 1), s->h);

    s->w = (int)(x1 - x0);
    s->h = (int)(y1 - y0);
    s->ox = x - x0;
    s->oy = y - y0;
    s->full_w = new_w;
    s->full_h = new_h;
    return false;
}

/* Pixel 0 of `to` in `from`. */
static void offset(const struct crop *v, const struct op_site *from,
                   const struct op_site *to, int *x, int *y)
{
    const struct box b = box_in(v, from->full_w, from->full_h);

    *x = (int)lrint(from->ox + b.x * from->sx - to->ox);
    *y = (int)lrint(from->oy + b.y * from->sy - to->oy);
}

static void need(const void *values, const struct op_site *from,
                 const struct op_site *to, int y0, int y1, int *s0, int *s1)
{
    int x, y;

    offset(values, from, to, &x, &y);
    *s0 = y0 + y;
    *s1 = y1 + y;
}

static void rows(const struct op_job *job, const void *values)
{
    int dx, dy;

    offset(values, job->from, job->site, &dx, &dy);
    for (int p = 0; p < job->dst.planes; p++)
        for (int y = job->y0; y < job->y1; y++)
            memcpy(row_of(&job->dst, p, y), row_of(&job->src, p, y + dy) + dx,
                   (size_t)job->dst.w * sizeof(float));
}

const struct op op_crop = {
    .name = "crop",
    .doc = "Cuts a box out of the picture, or a shape out of that box",
    .params = params,
    .size = sizeof(struct crop),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .check = check,
    .rows = rows,
    .shape = shape,
    .need = need,
    .place = place,
};
