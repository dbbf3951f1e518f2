#ifndef UNIT_LUT_MEASURE_H
#define UNIT_LUT_MEASURE_H

/* What a cube does to colours, from its nodes alone. */

#include <math.h>

#include "codec/lut.h"
#include "codec/lut_make.h"

struct measured {
    double lo, hi; /* of all values                                        */
    double rise;   /* least step of a channel along its own axis           */
    double grey;   /* least step of a channel along the grey diagonal      */
    double volume; /* least of a tetrahedron, 1 for the identity           */
    double bend;   /* largest second difference along an axis              */
    double tint;   /* largest chroma of a grey in CIELAB (1976), D65       */
    double b[3];   /* b* at a quarter, half and three quarters of the way  */
    double toe[3]; /* black                                                */
    double top[3]; /* white                                                */
};

static const float *node_of(const struct lut *lut, int x, int y, int z)
{
    return lut->node + 4 * ((z * lut->size + y) * lut->size + x);
}

static double lab_f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* IEC 61966-2-1's matrix, the curve of BT.1886. */
static void lab_of(const float *v, double lab[3])
{
    static const double m[3][3] = {{0.4124, 0.3576, 0.1805},
                                   {0.2126, 0.7152, 0.0722},
                                   {0.0193, 0.1192, 0.9505}};
    double f[3];

    for (int i = 0; i < 3; i++) {
        double sum = 0, white = 0;

        for (int c = 0; c < 3; c++) {
            sum += m[i][c] * pow((double)v[c], 2.4);
            white += m[i][c];
        }
        f[i] = lab_f(sum / white);
    }
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

static void measure_axes(const struct lut *lut, const int at[3],
                         struct measured *m)
{
    const float *p = node_of(lut, at[0], at[1], at[2]);

    for (int a = 0; a < 3; a++) {
        int up[3] = {at[0], at[1], at[2]}, down[3] = {at[0], at[1], at[2]};
        const float *next, *last;

        if (at[a] + 1 == lut->size)
            continue;
        up[a]++;
        next = node_of(lut, up[0], up[1], up[2]);
        m->rise = fmin(m->rise, (double)next[a] - (double)p[a]);
        if (at[a] == 0)
            continue;
        down[a]--;
        last = node_of(lut, down[0], down[1], down[2]);
        for (int c = 0; c < 3; c++)
            m->bend = fmax(m->bend, fabs((double)next[c] - 2 * (double)p[c] +
                                         (double)last[c]));
    }
}

/* From corner to corner in the six orders of the axes. */
static void measure_volumes(const struct lut *lut, const int at[3],
                            struct measured *m)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const double n = lut->size - 1;

    for (int k = 0; k < 6; k++) {
        int q[3] = {at[0], at[1], at[2]};
        const float *last = node_of(lut, q[0], q[1], q[2]);
        double g[3][3], volume;

        for (int i = 0; i < 3; i++) {
            const int a = orders[k][i];
            const float *next;

            q[a]++;
            next = node_of(lut, q[0], q[1], q[2]);
            for (int c = 0; c < 3; c++)
                g[a][c] = ((double)next[c] - (double)last[c]) * n;
            last = next;
        }
        volume = g[0][0] * (g[1][1] * g[2][2] - g[1][2] * g[2][1]) -
                 g[0][1] * (g[1][0] * g[2][2] - g[1][2] * g[2][0]) +
                 g[0][2] * (g[1][0] * g[2][1] - g[1][1] * g[2][0]);
        m->volume = fmin(m->volume, volume);
    }
}

static void measure_greys(const struct lut *lut, struct measured *m)
{
    const int n = lut->size;

    for (int i = 0; i < n; i++) {
        const float *p = node_of(lut, i, i, i);
        double lab[3];

        lab_of(p, lab);
        m->tint = fmax(m->tint, hypot(lab[1], lab[2]));
        for (int k = 0; k < 3; k++)
            if (i == (n - 1) * (k + 1) / 4)
                m->b[k] = lab[2];
        for (int c = 0; c < 3 && i + 1 < n; c++)
            m->grey =
                fmin(m->grey, (double)node_of(lut, i + 1, i + 1, i + 1)[c] -
                                  (double)p[c]);
    }
    for (int c = 0; c < 3; c++) {
        m->toe[c] = (double)node_of(lut, 0, 0, 0)[c];
        m->top[c] = (double)node_of(lut, n - 1, n - 1, n - 1)[c];
    }
}

static struct measured measure(const struct lut *lut)
{
    struct measured m = {
        .lo = 1, .hi = 0, .rise = 1, .grey = 1, .volume = INFINITY};
    const int n = lut->size;

    for (int i = 0; i < n * n * n; i++) {
        const int at[3] = {i % n, i / n % n, i / n / n};

        for (int c = 0; c < 3; c++) {
            const double v = (double)lut->node[4 * i + c];

            m.lo = v >= m.lo ? m.lo : v; /* NaN comes through */
            m.hi = v <= m.hi ? m.hi : v;
        }
        measure_axes(lut, at, &m);
        if (at[0] + 1 < n && at[1] + 1 < n && at[2] + 1 < n)
            measure_volumes(lut, at, &m);
    }
    measure_greys(lut, &m);
    return m;
}

static inline struct lut *make(const struct lut_recipe *r, int size)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (lut_make(r, size, &lut, &e) < 0)
        fail_msg("%s", e.text);
    return lut;
}

#endif
