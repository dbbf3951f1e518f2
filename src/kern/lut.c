/*
 * Interpolation in tables. Cubes are looked up in blocks of pixels: where and
 * how much as vectors of pixels, the corners as vectors of channels.
 */

#include "kern/level.h"
#include "kern/lut.h"
#include "kern/math.h"

KINLINE void line_loop(float *dst, const float *src, size_t n,
                       const struct kern_line *v, int extend)
{
    const float last = (float)(v->points - 1);
    const float lo = v->lo, hi = v->hi, scale = last / (v->hi - v->lo);
    const float top = last - 0.75f, *value = v->value;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = kclamp(src[i], lo, hi), y = extend ? src[i] : x;
        const float whole = kround(kmin((x - lo) * scale, top) - 0.5f);
        const float t = kfma(y - lo, scale, -whole);
        const int32_t j = (int32_t)whole;

        dst[i] = kfma(value[j + 1] - value[j], t, value[j]);
    }
}

static void line(float *dst, const float *src, size_t n,
                 const struct kern_line *v)
{
    if (v->extend)
        line_loop(dst, src, n, v, 1);
    else
        line_loop(dst, src, n, v, 0);
}

#define BLOCK 64

struct block {
    int32_t at[BLOCK]; /* float index of the lowest corner */
    float t[3][BLOCK]; /* place in the cell, 0 … 1         */
};

struct axis {
    float lo, hi, scale, top;
};

KINLINE struct axis axis_of(const struct kern_cube *v, int c)
{
    const float last = (float)(v->size - 1);

    return (struct axis){v->lo[c], v->hi[c], last / (v->hi[c] - v->lo[c]),
                         last - 0.75f};
}

KINLINE int32_t cell(float x, struct axis a, float *t)
{
    const float f = (kclamp(x, a.lo, a.hi) - a.lo) * a.scale;
    const float whole = kround(kmin(f, a.top) - 0.5f);

    *t = f - whole;
    return (int32_t)whole;
}

static void locate(struct block *p, const float *r, const float *g,
                   const float *b, size_t n, const struct kern_cube *v)
{
    const struct axis ar = axis_of(v, 0), ag = axis_of(v, 1);
    const struct axis ab = axis_of(v, 2);
    const int32_t size = v->size;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const int32_t x = cell(r[i], ar, &p->t[0][i]);
        const int32_t y = cell(g[i], ag, &p->t[1][i]);
        const int32_t z = cell(b[i], ab, &p->t[2][i]);

        p->at[i] = ((z * size + y) * size + x) * 4;
    }
}

struct tetra {
    int32_t second[BLOCK], third[BLOCK]; /* corners, from the lowest */
    float w[4][BLOCK];
};

/* From the lowest corner along the axis with the largest t, then the next. */
static void choose(struct tetra *o, const struct block *p, size_t n,
                   int32_t size)
{
    const int32_t sx = 4, sy = 4 * size, sz = 4 * size * size;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = p->t[0][i], y = p->t[1][i], z = p->t[2][i];
        const float hi = kmax(kmax(x, y), z), lo = kmin(kmin(x, y), z);
        const float mid = kmax(kmin(x, y), kmin(kmax(x, y), z));
        const int32_t to_hi = x == hi ? sx : y == hi ? sy : sz;
        const int32_t to_lo = z == lo ? sz : y == lo ? sy : sx;

        o->second[i] = to_hi;
        o->third[i] = sx + sy + sz - to_lo;
        o->w[0][i] = 1.0f - hi;
        o->w[1][i] = hi - mid;
        o->w[2][i] = mid - lo;
        o->w[3][i] = lo;
    }
}

struct four {
    float c[4];
};

KINLINE struct four corner(const float *node)
{
    const float *p = __builtin_assume_aligned(node, 16);

    return (struct four){{p[0], p[1], p[2], p[3]}};
}

/* a + w b */
KINLINE struct four add(struct four a, struct four b, float w)
{
    for (int c = 0; c < 4; c++)
        a.c[c] = kfma(b.c[c], w, a.c[c]);
    return a;
}

KINLINE struct four mix(struct four a, struct four b, float t)
{
    for (int c = 0; c < 4; c++)
        a.c[c] = kfma(b.c[c] - a.c[c], t, a.c[c]);
    return a;
}

KINLINE void spread(float *r, float *g, float *b, const struct four *o,
                    size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        r[i] = o[i].c[0];
        g[i] = o[i].c[1];
        b[i] = o[i].c[2];
    }
}

static void tetrahedral(float *const dst[3], const float *const src[3],
                        size_t n, const struct kern_cube *v)
{
    const int32_t all = 4 * (1 + v->size + v->size * v->size);
    struct four out[BLOCK];
    struct block p;
    struct tetra q;

    for (size_t x = 0; x < n; x += BLOCK) {
        const size_t count = n - x < BLOCK ? n - x : BLOCK;

        locate(&p, src[0] + x, src[1] + x, src[2] + x, count, v);
        choose(&q, &p, count, v->size);
        for (size_t i = 0; i < count; i++) {
            const float *node = v->node + p.at[i];
            struct four o = {{0, 0, 0, 0}};

            o = add(o, corner(node), q.w[0][i]);
            o = add(o, corner(node + q.second[i]), q.w[1][i]);
            o = add(o, corner(node + q.third[i]), q.w[2][i]);
            out[i] = add(o, corner(node + all), q.w[3][i]);
        }
        spread(dst[0] + x, dst[1] + x, dst[2] + x, out, count);
    }
}

static void trilinear(float *const dst[3], const float *const src[3], size_t n,
                      const struct kern_cube *v)
{
    const int32_t sy = 4 * v->size, sz = sy * v->size;
    struct four out[BLOCK];
    struct block p;

    for (size_t x = 0; x < n; x += BLOCK) {
        const size_t count = n - x < BLOCK ? n - x : BLOCK;

        locate(&p, src[0] + x, src[1] + x, src[2] + x, count, v);
        for (size_t i = 0; i < count; i++) {
            const float *a = v->node + p.at[i], *b = a + sz;
            const float t = p.t[0][i], u = p.t[1][i];
            const struct four c = mix(corner(a), corner(a + 4), t);
            const struct four d = mix(corner(a + sy), corner(a + sy + 4), t);
            const struct four e = mix(corner(b), corner(b + 4), t);
            const struct four f = mix(corner(b + sy), corner(b + sy + 4), t);

            out[i] = mix(mix(c, d, u), mix(e, f, u), p.t[2][i]);
        }
        spread(dst[0] + x, dst[1] + x, dst[2] + x, out, count);
    }
}

static void acescct_encode(float *dst, const float *src, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float curve = (klog2(x) + 9.72f) * (1.0f / 17.52f);
        const float line = kfma(x, 10.5402377f, 0.0729055342f);

        dst[i] = x > 0.0078125f ? curve : line;
    }
}

static void acescct_decode(float *dst, const float *src, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float curve = kexp2(kfma(x, 17.52f, -9.72f));
        const float line = (x - 0.0729055342f) * (1.0f / 10.5402377f);

        dst[i] = x > 0.155251142f ? curve : line;
    }
}

const struct kern_lut KERN_TABLE(kern_lut) = {
    .line = line,
    .tetrahedral = tetrahedral,
    .trilinear = trilinear,
    .acescct_encode = acescct_encode,
    .acescct_decode = acescct_decode,
};
