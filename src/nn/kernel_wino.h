#ifndef NN_KERNEL_WINO_H
#define NN_KERNEL_WINO_H

/*
 * Winograd's F(2x2,3x3) (Lavin and Gray, arXiv:1509.09308): a 4x4 tile goes
 * through B^T d B, is multiplied point by point, and 2x2 results come out of
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
    v8 p = v_all(2.85189035e-5f), q = v_all(-1.88740182e-6f);

    p = v_fma(p, u, v_all(-2.46494834e-4f));
    q = v_fma(q, u, v_all(-1.37415729e-4f));
    p = v_fma(p, u, v_all(-5.25756963e-2f));
    q = v_fma(q, u, v_all(7.19367294e-3f));
    p = v_fma(p, u, v_all(-1.15110719f));
    q = v_fma(q, u, v_all(-0.459186167f));
    p = v_fma(v_fma(q, a, p), a, v_all(-1.0f));
    return v_max(x, v_all(0)) - a * v_exp2(p);
}

KINLINE v8 activate(v8 x, enum gemm_act act)
{
    if (act == GEMM_RELU)
        return v_max(x, v_all(0));
    return act == GEMM_GELU ? gelu(x) : x;
}

KINLINE void wino_in_8(float *v, size_t step, const struct wino_in *in, int x,
                       int some)
{
    v8 d[16], t[16];

    for (int i = 0; i < 16; i++) {
        d[i] = some == 8 ? v_load(in->pixel[i] + x)
                         : v_load_n(in->pixel[i] + x, some);
        if (in->relu)
            d[i] = v_max(d[i], v_all(0));
    }
    for (int i = 0; i < 4; i++) {
        t[i] = d[i] - d[8 + i];
        t[4 + i] = d[4 + i] + d[8 + i];
        t[8 + i] = d[8 + i] - d[4 + i];
        t[12 + i] = d[4 + i] - d[12 + i];
    }
    for (int i = 0; i < 16; i += 4) {
        v_store_n(v + (size_t)i * step, t[i] - t[i + 2], some);
        v_store_n(v + (size_t)(i + 1) * step, t[i + 1] + t[i + 2], some);
        v_store_n(v + (size_t)(i + 2) * step, t[i + 2] - t[i + 1], some);
        v_store_n(v + (size_t)(i + 3) * step, t[i + 1] - t[i + 3], some);
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

KINLINE void wino_out_8(const float *v, size_t step, const struct wino_out *out,
                        int x, int some)
{
    const v8 bias = out->bias ? v_load_n(out->bias + x, some) : v_all(0.0f);
    const v8 scale = out->scale ? v_load_n(out->scale + x, some) : v_all(1.0f);
    v8 t[8], y[4];

    for (int i = 0; i < 4; i++) {
        const v8 m0 = v_load_n(v + (size_t)i * step, some);
        const v8 m1 = v_load_n(v + (size_t)(i + 4) * step, some);
        const v8 m2 = v_load_n(v + (size_t)(i + 8) * step, some);
        const v8 m3 = v_load_n(v + (size_t)(i + 12) * step, some);

        t[i] = m0 + m1 + m2;
        t[4 + i] = m1 - m2 - m3;
    }
    for (int i = 0; i < 2; i++) {
        y[2 * i] = t[4 * i] + t[4 * i + 1] + t[4 * i + 2];
        y[2 * i + 1] = t[4 * i + 1] - t[4 * i + 2] - t[4 * i + 3];
    }
    for (int i = 0; i < 4; i++) {
        y[i] = activate(y[i] + bias, out->act) * scale;
        if (out->residual[i])
            y[i] += v_load_n(out->residual[i] + x, some);
        if (out->residual2[i])
            y[i] += v_load_n(out->residual2[i] + x, some);
        v_store_n(out->pixel[i] + x, y[i], some);
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
