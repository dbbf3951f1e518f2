#ifndef NN_KERNEL_WINO_H
#define NN_KERNEL_WINO_H

/*
 * Winograd's F(4x4,3x3) (Lavin and Gray, arXiv:1509.09308): a 6x6 tile goes
 * through B^T d B, is multiplied point by point, and 4x4 results come out of
 * A^T m A. Also the activations, which every way out shares.
 */

#include "nn/kernel.h"
#include "nn/simd.h"

/*
 * x Phi(x), with Phi(-a) = 2^q(a): q is smooth, a polynomial fitted on [0, 6]
 * so that Phi is within 3e-8; beyond, q falls ever faster and Phi is 0.
 */
KINLINE v8 gelu(v8 x)
{
    const v8 a = v_abs(x), u = a * a;
    v8 p = l_all(2.85189035e-5f), q = l_all(-1.88740182e-6f);

    p = v_fma(p, u, l_all(-2.46494834e-4f));
    q = v_fma(q, u, l_all(-1.37415729e-4f));
    p = v_fma(p, u, l_all(-5.25756963e-2f));
    q = v_fma(q, u, l_all(7.19367294e-3f));
    p = v_fma(p, u, l_all(-1.15110719f));
    q = v_fma(q, u, l_all(-0.459186167f));
    p = v_fma(v_fma(q, a, p), a, l_all(-1.0f));
    return v_max(x, l_all(0)) - a * v_exp2(p);
}

KINLINE v8 activate(v8 x, enum gemm_act act)
{
    if (act == GEMM_RELU)
        return v_max(x, l_all(0));
    return act == GEMM_GELU ? gelu(x) : x;
}

/* One column of B^T d. */
KINLINE void wino_forth(v8 t[6], const v8 d[6])
{
    const v8 a = v_fma(d[2], l_all(-4), d[4]), b = v_fma(d[1], l_all(-4), d[3]);
    const v8 c = d[4] - d[2], e = (d[3] - d[1]) * 2.0f;

    t[0] = v_fma(d[2], l_all(-5), v_fma(d[0], l_all(4), d[4]));
    t[1] = a + b;
    t[2] = a - b;
    t[3] = c + e;
    t[4] = c - e;
    t[5] = v_fma(d[3], l_all(-5), v_fma(d[1], l_all(4), d[5]));
}

/* One column of A^T m. */
KINLINE void wino_back(v8 y[4], const v8 m[6])
{
    const v8 a = m[1] + m[2], b = m[1] - m[2];
    const v8 c = m[3] + m[4], d = m[3] - m[4];

    y[0] = m[0] + a + c;
    y[1] = v_fma(d, l_all(2), b);
    y[2] = v_fma(c, l_all(4), a);
    y[3] = v_fma(d, l_all(8), b) + m[5];
}

KINLINE void wino_in_8(float *v, size_t step, const struct wino_in *in, int x,
                       int some)
{
    v8 t[6][6], d[6], r[6];

    for (int i = 0; i < 6; i++) {
        for (int y = 0; y < 6; y++) {
            d[y] = v_load_n(in->data + (size_t)y * in->row +
                                (size_t)i * in->pixel + x,
                            some);
            if (in->relu)
                d[y] = v_max(d[y], l_all(0));
        }
        wino_forth(r, d);
        for (int y = 0; y < 6; y++)
            t[y][i] = r[y];
    }
    for (int y = 0; y < 6; y++) {
        wino_forth(r, t[y]);
        for (int i = 0; i < 6; i++)
            v_store_n(v + (size_t)(y * 6 + i) * step, r[i], some);
    }
}

static void wino_in(float *v, size_t step, const struct wino_in *in)
{
    int x = 0;

    for (; x + 8 <= in->c; x += 8)
        wino_in_8(v + x, step, in, x, 8);
    if (x < in->c)
        wino_in_8(v + x, step, in, x, in->c - x);
}

KINLINE void wino_out_8(const float *m, size_t step, const struct wino_out *out,
                        int x, int some)
{
    const v8 bias = out->bias ? v_load_n(out->bias + x, some) : l_all(0.0f);
    const v8 scale = out->scale ? v_load_n(out->scale + x, some) : l_all(1.0f);
    v8 t[4][6], d[6], y[4];

    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++)
            d[j] = l_load(m + (size_t)(j * 6 + i) * step);
        wino_back(y, d);
        for (int j = 0; j < 4; j++)
            t[j][i] = y[j];
    }
    for (int j = 0; j < 4; j++) {
        wino_back(y, t[j]);
        for (int i = 0; i < 4; i++) {
            const size_t at = (size_t)j * out->row + (size_t)i * out->pixel +
                              (size_t)x;
            v8 r = activate(y[i] + bias, out->act) * scale;

            if (out->residual)
                r += v_load_n(out->residual + at, some);
            if (out->residual2)
                r += v_load_n(out->residual2 + at, some);
            v_store_n(out->data + at, r, some);
        }
    }
}

static void wino_out(const float *m, size_t step, size_t panel,
                     const struct wino_out *out)
{
    int x = 0;

    for (; x + 8 <= out->n; x += 8)
        wino_out_8(m + (size_t)(x / PANEL) * panel + x % PANEL, step, out, x,
                   8);
    if (x < out->n)
        wino_out_8(m + (size_t)(x / PANEL) * panel + x % PANEL, step, out, x,
                   out->n - x);
}

#endif
