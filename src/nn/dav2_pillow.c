/*
 * The input of DAV2_HF: Pillow's BICUBIC on 8-bit samples. Weights are whole
 * numbers of 2^-22; along rows first, then across, each rounded to 8 bits.
 */

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "kern/convert.h"
#include "kern/kern.h"
#include "nn/dav2_int.h"

#define BITS 22

/* out places, each a sum of `taps` neighbours from start on. */
struct taps {
    int in, out, taps;
    int *start;
    int32_t *weight;
};

static double cubic(double x)
{
    const double a = -0.5;

    x = fabs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/* The weights of one place; those beyond the picture do not exist. */
static void fill_taps(struct taps *t, double scale, double wide, int i,
                      double *v)
{
    const double centre = (i + 0.5) * scale, support = 2 * wide;
    const int from = (int)fmax(centre - support + 0.5, 0);
    const int to = (int)fmin(centre + support + 0.5, t->in);
    int32_t *w = t->weight + (size_t)i * (size_t)t->taps;
    double sum = 0;

    for (int k = from; k < to; k++)
        sum += v[k - from] = cubic((k - centre + 0.5) / wide);
    for (int k = 0; k < to - from; k++)
        w[k] = (int32_t)lround(v[k] / sum * (1 << BITS));
    t->start[i] = from;
    if (from + t->taps > t->in) { /* keep all taps inside */
        const int back = from + t->taps - t->in;

        memmove(w + back, w, (size_t)(t->taps - back) * sizeof(*w));
        memset(w, 0, (size_t)back * sizeof(*w));
        t->start[i] = from - back;
    }
}

static void taps_release(struct taps *t)
{
    mem_free(t->start);
    mem_free(t->weight);
}

static int taps_make(int in, int out, struct taps *t, struct err *e)
{
    const double scale = (double)in / out, wide = fmax(scale, 1);
    const int taps = (int)ceil(2 * wide) * 2 + 1;
    double *v = mem_array((size_t)taps + 1, sizeof(*v));

    *t = (struct taps){.in = in, .out = out, .taps = taps < in ? taps : in};
    t->start = mem_zero((size_t)out, sizeof(*t->start));
    t->weight = mem_zero((size_t)out, (size_t)t->taps * sizeof(*t->weight));
    if (!v || !t->start || !t->weight) {
        mem_free(v);
        return err_mem(e, (size_t)out * (size_t)taps);
    }
    for (int i = 0; i < out; i++)
        fill_taps(t, scale, wide, i, v);
    mem_free(v);
    return 0;
}

struct job {
    const struct view *rgb;
    struct taps x, y;
    uint8_t *narrow; /* 3 planes, rgb->h rows, x.out wide   */
    uint8_t *line;   /* per slot: a row of the source       */
    int32_t *sum;    /* per slot: a row of sums             */
    float *chw;
};

static uint8_t clip(int32_t sum)
{
    const int32_t v = sum >> BITS;

    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static int along(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const struct taps *t = &j->x;
    uint8_t *line = j->line + (size_t)slot * (size_t)t->in;
    uint8_t *dst = j->narrow + (size_t)index * (size_t)t->out;

    (void)e;
    kern_best()->convert->pack_u8(
        t->out == t->in ? dst : line,
        row_of(j->rgb, index / j->rgb->h, index % j->rgb->h), (size_t)t->in, 1);
    for (int x = 0; x < t->out && t->out != t->in; x++) {
        const int32_t *w = t->weight + (size_t)x * (size_t)t->taps;
        const uint8_t *from = line + t->start[x];
        int32_t sum = 1 << (BITS - 1);

        for (int k = 0; k < t->taps; k++)
            sum += w[k] * from[k];
        dst[x] = clip(sum);
    }
    return 0;
}

static int across(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const struct taps *t = &j->y;
    const int plane = index / t->out, y = index % t->out;
    const size_t w = (size_t)j->x.out;
    const uint8_t *rows = j->narrow + (size_t)plane * (size_t)t->in * w;
    int32_t *sum = j->sum + (size_t)slot * w;
    float *dst = j->chw + (size_t)index * w;

    (void)e;
    for (size_t x = 0; x < w; x++)
        sum[x] = t->out == t->in ? rows[(size_t)y * w + x] << BITS
                                 : 1 << (BITS - 1);
    for (int k = 0; k < t->taps && t->out != t->in; k++) {
        const int32_t f = t->weight[(size_t)y * (size_t)t->taps + (size_t)k];
        const uint8_t *row = rows + (size_t)(t->start[y] + k) * w;

        for (size_t x = 0; x < w; x++)
            sum[x] += f * row[x];
    }
    for (size_t x = 0; x < w; x++)
        dst[x] = dav2_normal(plane, clip(sum[x]) / 255.0);
    return 0;
}

int dav2_input_hf(struct pool *pool, const struct view *rgb, float *chw, int h,
                  int w, struct err *e)
{
    const size_t slots = (size_t)pool_slots(pool), size = (size_t)w;
    struct job j = {.rgb = rgb, .chw = chw};
    int rc;

    TRY(taps_make(rgb->w, w, &j.x, e));
    TRY(taps_make(rgb->h, h, &j.y, e));
    j.narrow = mem_array((size_t)rgb->h, 3 * size);
    j.line = mem_array(slots, (size_t)rgb->w);
    j.sum = mem_array(slots, size * sizeof(*j.sum));
    if (!j.narrow || !j.line || !j.sum) {
        rc = err_mem(e, (size_t)rgb->h * 3 * size);
        goto out;
    }
    TRY(pool_run(pool, 3 * rgb->h, along, &j, e));
    TRY(pool_run(pool, 3 * h, across, &j, e));
out:
    mem_free(j.narrow);
    mem_free(j.line);
    mem_free(j.sum);
    taps_release(&j.x);
    taps_release(&j.y);
    return rc;
}
