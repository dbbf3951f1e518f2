/* A transfer function over a row. */

#include "kern/curve.h"

#include <string.h>

#include "kern/convert.h"
#include "kern/hdr.h"

static struct kern_power power_of(const struct curve *c)
{
    return (struct kern_power){
        .g = (float)c->g,
        .a = (float)c->a,
        .b = (float)c->b,
        .c = (float)c->c,
        .d = (float)c->d,
        .e = (float)c->e,
        .f = (float)c->f,
    };
}

/* The power of 2.4 has kernels of its own, twice as fast. */
static bool is_bt1886(const struct curve *c)
{
    return c->g == 2.4 && c->a == 1 && c->b == 0 && c->d <= 0 && c->e == 0;
}

static void copy(float *dst, const float *src, size_t n)
{
    if (dst != src)
        memcpy(dst, src, n * sizeof(float));
}

void curve_decode_row(const struct kern *k, const struct curve *c, float *dst,
                      const float *src, size_t n)
{
    const struct kern_convert *f = k->convert;
    const struct kern_power power = power_of(c);

    switch (c->kind) {
    case CURVE_LINEAR:
        copy(dst, src, n);
        break;
    case CURVE_POWER:
        if (is_bt1886(c))
            k->hdr->bt1886_decode(dst, src, n);
        else
            f->power_decode(dst, src, n, &power);
        break;
    case CURVE_PQ:
        f->pq_decode(dst, src, n);
        break;
    case CURVE_HLG:
        f->hlg_decode(dst, src, n);
        break;
    case CURVE_LOGC3:
        f->logc3_decode(dst, src, n);
        break;
    case CURVE_SLOG3:
        f->slog3_decode(dst, src, n);
        break;
    case CURVE_TABLE:
        f->table_decode(dst, src, n, c->table, c->points);
        break;
    }
}

void curve_encode_row(const struct kern *k, const struct curve *c, float *dst,
                      const float *src, size_t n)
{
    const struct kern_convert *f = k->convert;
    const struct kern_power power = power_of(c);

    switch (c->kind) {
    case CURVE_LINEAR:
        copy(dst, src, n);
        break;
    case CURVE_POWER:
        if (is_bt1886(c))
            k->hdr->bt1886_encode(dst, src, n);
        else
            f->power_encode(dst, src, n, &power);
        break;
    case CURVE_PQ:
        f->pq_encode(dst, src, n);
        break;
    case CURVE_HLG:
        f->hlg_encode(dst, src, n);
        break;
    case CURVE_LOGC3:
        f->logc3_encode(dst, src, n);
        break;
    case CURVE_SLOG3:
        f->slog3_encode(dst, src, n);
        break;
    case CURVE_TABLE:
        f->table_encode(dst, src, n, c->table, c->points);
        break;
    }
}
