/*
 * Letterbox: a picture of another shape between opaque bars, which cover it or
 * stand beside it. Both bars are as wide, an even number of pixels, so that
 * their edges are edges of chroma too.
 */

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "op/aspect.h"
#include "op/paint.h"
#include "op/row.h"

enum { MODE_INSIDE, MODE_PAD };

static const char *const modes[] = {"inside", "pad", NULL};

struct letterbox {
    char aspect[24];
    int mode;
    char color[64];
};

static const struct param params[] = {
    P_TEXT(letterbox, aspect,
           .doc = "Shape such as 2.39, 1.85 or 16:9, where none makes no bars"),
    P_CHOICE(letterbox, mode, .names = modes,
             .doc = "Whether bars cover the picture, which keeps its size, or "
                    "make it larger"),
    P_TEXT(letterbox, color, .text = "0 0 0",
           .doc = "Red, green and blue of the bars, in sRGB, 0 … 1"),
    P_END,
};

static bool neutral(const void *values)
{
    return !((const struct letterbox *)values)->aspect[0];
}

/* Black where nothing is said. */
static int color_of(const struct letterbox *v, float light[3], struct err *e)
{
    memset(light, 0, 3 * sizeof(*light));
    return v->color[0] ? paint_read(v->color, light, e) : 0;
}

static int check(const void *values, struct err *e)
{
    const struct letterbox *v = values;
    double aspect;
    float light[3];
    int rc;

    TRY(aspect_read(v->aspect, &aspect, e));
    TRY(color_of(v, light, e));
out:
    return rc;
}

/* Pixels of each bar at the left and right, above and below. */
struct bars {
    int x, y;
};

static int even(double pixels, int most)
{
    const int limit = (most - 1) / 4 * 2; /* a pixel stays between them */

    return (int)fmin(2 * rint(pixels / 2), limit);
}

static struct bars bars_of(const struct letterbox *v, int w, int h)
{
    struct bars b = {0, 0};
    struct err e;
    double aspect = 0;

    (void)aspect_read(v->aspect, &aspect, &e);
    if (aspect == 0)
        return b;
    if (v->mode == MODE_PAD) {
        b.x = even((h * aspect - w) / 2, INT32_MAX);
        b.y = even((w / aspect - h) / 2, INT32_MAX);
    } else {
        b.x = even((w - h * aspect) / 2, w);
        b.y = even((h - w / aspect) / 2, h);
    }
    b.x = b.x > 0 ? b.x : 0;
    b.y = b.y > 0 ? b.y : 0;
    return b;
}

#define SIDE_MAX 1000000

static int shape(const void *values, int w, int h, int *new_w, int *new_h,
                 struct err *e)
{
    const struct letterbox *v = values;
    const struct bars b = bars_of(v, w, h);

    *new_w = w;
    *new_h = h;
    if (v->mode != MODE_PAD)
        return 0;
    if (b.x > SIDE_MAX || b.y > SIDE_MAX)
        return err_set(e, ERR_ARG,
                       "a picture of %d x %d in the shape '%s' is too large", w,
                       h, v->aspect);
    *new_w = w + 2 * b.x;
    *new_h = h + 2 * b.y;
    return 0;
}

/* Where source pixel (0, 0) of the full picture gets. */
static struct bars shift_of(const struct letterbox *v, const struct bars *b)
{
    return v->mode == MODE_PAD ? *b : (struct bars){0, 0};
}

static bool place(const void *values, struct op_site *s, int new_w, int new_h)
{
    const struct bars b = bars_of(values, s->full_w, s->full_h);
    const struct bars shift = shift_of(values, &b);
    const double x = shift.x * s->sx, y = shift.y * s->sy;

    s->w += 2 * (int)floor(x);
    s->h += 2 * (int)floor(y);
    s->ox += floor(x) - x;
    s->oy += floor(y) - y;
    s->full_w = new_w;
    s->full_h = new_h;
    return false;
}

/* Source pixel of pixel (0, 0) of `to`. */
static void offset(const void *values, const struct op_site *from,
                   const struct op_site *to, int *x, int *y)
{
    const struct bars b = bars_of(values, from->full_w, from->full_h);
    const struct bars shift = shift_of(values, &b);

    *x = (int)lrint(from->ox - shift.x * from->sx - to->ox);
    *y = (int)lrint(from->oy - shift.y * from->sy - to->oy);
}

static int within(int i, int n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static void need(const void *values, const struct op_site *from,
                 const struct op_site *to, int y0, int y1, int *s0, int *s1)
{
    int x, y;

    offset(values, from, to, &x, &y);
    *s0 = within(y0 + y, from->h);
    *s1 = within(y1 - 1 + y, from->h) + 1;
}

/* Pixels from … to-1 of n lie between two bars. The last of a proxy may stick
   out of its picture: only where there are bars is it covered. */
struct span {
    int from, to;
};

static int edge(double at, double scale, double start, int n)
{
    return (int)fmin(fmax(ceil(at * scale + start - 0.5), 0), n);
}

static struct span between(int bar, int size, double scale, double start, int n)
{
    if (bar == 0)
        return (struct span){0, n};
    return (struct span){edge(bar, scale, start, n),
                         edge(size - bar, scale, start, n)};
}

/* Row y of plane p moved by dx; beside the source the nearest repeats. */
static void move_row(const struct op_job *job, int p, int y, int dx, int dy)
{
    const float *src = row_of(&job->src, p, within(y + dy, job->src.h));
    float *dst = row_of(&job->dst, p, y);
    const int w = job->dst.w, from = within(-dx, w + 1);
    const int to = within(job->src.w - dx, w + 1);

    memcpy(dst + from, src + from + dx, (size_t)(to - from) * sizeof(*dst));
    for (int x = 0; x < from; x++)
        dst[x] = src[0];
    for (int x = to; x < w; x++)
        dst[x] = src[job->src.w - 1];
}

static void fill(float *row, int x0, int x1, float value)
{
    for (int x = x0; x < x1; x++)
        row[x] = value;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    float light[3];
    int rc;

    (void)prep;
    TRY(color_of(values, light, e));
    *state = mem_copy(light, sizeof(light));
    if (!*state)
        rc = err_mem(e, sizeof(light));
out:
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct op_site *s = job->site;
    const struct bars b = bars_of(values, job->from->full_w, job->from->full_h);
    const float *light = job->state;
    const int w = job->dst.w;
    const struct span x = between(b.x, s->full_w, s->sx, s->ox, w);
    const struct span v = between(b.y, s->full_h, s->sy, s->oy, s->h);
    int dx, dy;

    offset(values, job->from, s, &dx, &dy);
    for (int p = 0; p < job->dst.planes; p++)
        for (int y = job->y0; y < job->y1; y++) {
            const bool inside = y >= v.from && y < v.to;
            const bool paints = p < 3 || p == job->dst.alpha;
            const float value = p < 3 ? light[p] : 1;
            float *row = row_of(&job->dst, p, y);

            move_row(job, p, y, dx, dy);
            if (paints) {
                fill(row, 0, inside ? x.from : w, value);
                fill(row, inside ? x.to : w, w, value);
            }
        }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_letterbox = {
    .name = "letterbox",
    .doc = "Opaque bars that give the picture another shape",
    .params = params,
    .size = sizeof(struct letterbox),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .check = check,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .shape = shape,
    .need = need,
    .place = place,
};
