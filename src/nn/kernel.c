/* The inner loops of matrix products and attention. */

#include "nn/kernel.h"

#include "nn/kernel_wino.h"
#include "nn/simd.h"

/* Rows of a tile that is kept in registers, two vectors each. */
#if defined(__AVX2__) || defined(__aarch64__)
#define ROWS 6
#else
#define ROWS 2
#endif

/*
 * acc[m][16] = a[m][k] b[k][16] (+ acc * old): a(i, j) is a[i * row + j * col],
 * rows of b are `ldb` apart, those of acc `lda`. m and `how` are constants
 * where this is used.
 */
enum start { ZERO, ADD, SCALE };

KINLINE void tile(float *acc, size_t ldc, const float *a, size_t row,
                  size_t col, int m, const float *b, size_t ldb, int k,
                  enum start how, const float *old)
{
    const float *r[ROWS];
    v8 c[ROWS][2];

    for (int i = 0; i < m; i++) {
        r[i] = a + (size_t)i * row;
        c[i][0] = c[i][1] = l_all(0);
        if (how != ZERO) {
            c[i][0] = l_load(acc + (size_t)i * ldc);
            c[i][1] = l_load(acc + (size_t)i * ldc + 8);
        }
        if (how == SCALE) {
            c[i][0] *= old[i];
            c[i][1] *= old[i];
        }
    }
    for (int j = 0; j < k; j++) {
        const v8 b0 = l_load(b), b1 = l_load(b + 8);

#pragma GCC unroll 6
        for (int i = 0; i < m; i++) {
            const v8 x = l_all(r[i][(size_t)j * col]);

            c[i][0] = v_fma(x, b0, c[i][0]);
            c[i][1] = v_fma(x, b1, c[i][1]);
        }
        b += ldb;
    }
    for (int i = 0; i < m; i++) {
        l_store(acc + (size_t)i * ldc, c[i][0]);
        l_store(acc + (size_t)i * ldc + 8, c[i][1]);
    }
}

/* All rows, in tiles; what is left in tiles of the height it has. */
KINLINE void tiles(float *acc, size_t ldc, const float *a, size_t row,
                   size_t col, int m, const float *b, size_t ldb, int k,
                   enum start how, const float *old)
{
    int i = 0;

    for (; i + ROWS <= m; i += ROWS)
        tile(acc + (size_t)i * ldc, ldc, a + (size_t)i * row, row, col, ROWS, b,
             ldb, k, how, old + i);
    acc += (size_t)i * ldc;
    a += (size_t)i * row;
    old += i;
    switch (m - i) {
#if ROWS == 6
    case 5:
        tile(acc, ldc, a, row, col, 5, b, ldb, k, how, old);
        break;
    case 4:
        tile(acc, ldc, a, row, col, 4, b, ldb, k, how, old);
        break;
    case 3:
        tile(acc, ldc, a, row, col, 3, b, ldb, k, how, old);
        break;
    case 2:
        tile(acc, ldc, a, row, col, 2, b, ldb, k, how, old);
        break;
#endif
    case 1:
        tile(acc, ldc, a, row, col, 1, b, ldb, k, how, old);
        break;
    default:
        break;
    }
}

static const float none[ROWS];

static void panel(float *acc, const float *a, size_t lda, int m, const float *b,
                  int k, bool add)
{
    if (add)
        tiles(acc, PANEL, a, lda, 1, m, b, PANEL, k, ADD, none);
    else
        tiles(acc, PANEL, a, lda, 1, m, b, PANEL, k, ZERO, none);
}

static float quantise(int16_t *q, const float *x, int n, int most)
{
    v8 m = l_all(0);
    float top = 0, f, inverse;
    int i = 0;

    for (; i + 8 <= n; i += 8)
        m = v_max(m, v_abs(l_load(x + i)));
    m = v_max(m, v_abs(v_load_n(x + i, n - i)));
    for (int j = 0; j < 8; j++)
        top = m[j] > top ? m[j] : top;
    f = top / (float)most;
    inverse = top > 0 ? (float)most / top : 0.0f;
    for (i = 0; i < n; i += 8) {
        const int some = n - i < 8 ? n - i : 8;
        const v8i r = v_round(v_load_n(x + i, some) * inverse);

        for (int j = 0; j < some; j++)
            q[i + j] = (int16_t)r[j];
    }
    if (n % 2)
        q[n] = 0;
    return f;
}

/* Eight columns of pairs: c += a0 b0 + a1 b1. */
KINLINE v8i madd_8(v8i c, const int16_t *a, const int8_t *b)
{
#if defined(__AVX2__)
    int pair;

    memcpy(&pair, a, sizeof(pair));
    return (v8i)_mm256_add_epi32(
        (__m256i)c, _mm256_madd_epi16(_mm256_set1_epi32(pair),
                                      _mm256_cvtepi8_epi16(
                                          _mm_loadu_si128((const void *)b))));
#else
    typedef int8_t b16 __attribute__((vector_size(16)));
    typedef int16_t h16 __attribute__((vector_size(32)));
    b16 bytes;
    h16 w;

    memcpy(&bytes, b, sizeof(bytes));
    w = __builtin_convertvector(bytes, h16);
    for (int i = 0; i < 8; i++)
        c[i] += w[2 * i] * a[0] + w[2 * i + 1] * a[1];
    return c;
#endif
}

KINLINE void tile_i8(float *acc, const int16_t *a, size_t lda, int m,
                     const int8_t *b, int pairs, const float *row,
                     const float *col)
{
    v8i c[ROWS][2];

    for (int i = 0; i < m; i++)
        c[i][0] = c[i][1] = (v8i){0};
    for (int j = 0; j < pairs; j++) {
#pragma GCC unroll 6
        for (int i = 0; i < m; i++) {
            const int16_t *p = a + (size_t)i * lda + 2 * (size_t)j;

            c[i][0] = madd_8(c[i][0], p, b);
            c[i][1] = madd_8(c[i][1], p, b + PANEL);
        }
        b += 2 * PANEL;
    }
    for (int i = 0; i < m; i++) {
        l_store(acc + i * PANEL,
                __builtin_convertvector(c[i][0], v8) * row[i] * l_load(col));
        l_store(acc + i * PANEL + 8, __builtin_convertvector(c[i][1], v8) *
                                         row[i] * l_load(col + 8));
    }
}

static void panel_i8(float *acc, const int16_t *a, size_t lda, int m,
                     const int8_t *b, int pairs, const float *row,
                     const float *col)
{
    int i = 0;

    for (; i + ROWS <= m; i += ROWS)
        tile_i8(acc + i * PANEL, a + (size_t)i * lda, lda, ROWS, b, pairs,
                row + i, col);
    for (; i < m; i++)
        tile_i8(acc + i * PANEL, a + (size_t)i * lda, lda, 1, b, pairs, row + i,
                col);
}

/*
 * Eight columns, or `some` where a row of results ends. A copy of `out` and
 * constants: a row is a few instructions, and many rows are under way at once.
 */
KINLINE void finish_8(const float *acc, int m, int some, struct tile_out out,
                      enum gemm_act act, bool scaled)
{
    const v8 bias = out.bias ? v_load_n(out.bias, some) : l_all(0.0f);
    const v8 scale = scaled ? v_load_n(out.scale, some) : l_all(1.0f);

    for (int i = 0; i < m; i++) {
        v8 y = activate(l_load(acc) + bias, act);

        if (scaled)
            y *= scale;
        if (out.residual) {
            y += v_load_n(out.residual, some);
            out.residual += out.stride;
        }
        if (out.residual2) {
            y += v_load_n(out.residual2, some);
            out.residual2 += out.stride;
        }
        v_store_n(out.data, y, some);
        out.data += out.stride;
        acc += PANEL;
    }
}

static void finish(const float *acc, int m, int n, const struct tile_out *out)
{
    struct tile_out o = *out;

    for (int x = 0; x < n; x += 8, acc += 8) {
        if (n - x < 8)
            finish_8(acc, m, n - x, o, o.act, o.scale);
        else if (o.act == GEMM_GELU && !o.scale)
            finish_8(acc, m, 8, o, GEMM_GELU, false);
        else if (o.act == GEMM_LINEAR && !o.scale)
            finish_8(acc, m, 8, o, GEMM_LINEAR, false);
        else
            finish_8(acc, m, 8, o, o.act, o.scale);
        o.data += 8;
        o.bias = o.bias ? o.bias + 8 : NULL;
        o.scale = o.scale ? o.scale + 8 : NULL;
        o.residual = o.residual ? o.residual + 8 : NULL;
        o.residual2 = o.residual2 ? o.residual2 + 8 : NULL;
    }
}

static void scores(float *s, const float *key, size_t step, int n,
                   const float *queries, int panels)
{
    const size_t ldc = (size_t)panels * PANEL;

    for (int p = 0; p < panels; p++)
        tiles(s + p * PANEL, ldc, key, step, 1, n,
              queries + (size_t)p * PANEL * ATTENTION_HEAD, PANEL,
              ATTENTION_HEAD, ZERO, none);
}

static void weigh(float *s, int n, int panels, float scale, float *max,
                  float *sum, float *old)
{
    const size_t step = (size_t)panels * PANEL;
    const v8 f = l_all(scale * 1.44269504f);

    for (size_t x = 0; x < step; x += 8) {
        v8 m = l_load(max + x), total = l_all(0), before, shift;

        for (int i = 0; i < n; i++)
            m = v_max(m, l_load(s + (size_t)i * step + x));
        before = v_exp2((l_load(max + x) - m) * f);
        shift = -m * f;
        for (int i = 0; i < n; i++) {
            float *p = s + (size_t)i * step + x;
            const v8 w = v_exp2(v_fma(l_load(p), f, shift));

            total += w;
            l_store(p, w);
        }
        l_store(max + x, m);
        l_store(old + x, before);
        l_store(sum + x, v_fma(l_load(sum + x), before, total));
    }
}

static void gather(float *acc, int m, const float *old, const float *s,
                   int panels, const float *value, size_t step, int n)
{
    for (int d = 0; d < ATTENTION_HEAD; d += PANEL)
        tiles(acc + d, ATTENTION_HEAD, s, 1, (size_t)panels * PANEL, m,
              value + d, step, n, SCALE, old);
}

/* The sums of a row and of its squares about a mean. */
KINLINE float sum_of(const float *in, int n)
{
    v8 s = l_all(0);
    int i = 0;

    for (; i + 8 <= n; i += 8)
        s += l_load(in + i);
    return v_sum(s + v_load_n(in + i, n - i));
}

KINLINE float squares_of(const float *in, int n, float mean)
{
    v8 s = l_all(0);
    float rest = 0;
    int i = 0;

    for (; i + 8 <= n; i += 8) {
        const v8 d = l_load(in + i) - mean;

        s = v_fma(d, d, s);
    }
    for (; i < n; i++)
        rest += (in[i] - mean) * (in[i] - mean);
    return v_sum(s) + rest;
}

static void norm(float *out, const float *in, int n, const float *gain,
                 const float *bias, float eps)
{
    const float mean = sum_of(in, n) / (float)n;
    const float f = 1.0f /
                    __builtin_sqrtf(squares_of(in, n, mean) / (float)n + eps);
    int i = 0;

    for (; i + 8 <= n; i += 8)
        l_store(out + i, v_fma((l_load(in + i) - mean) * f, l_load(gain + i),
                               l_load(bias + i)));
    for (; i < n; i++)
        out[i] = (in[i] - mean) * f * gain[i] + bias[i];
}

static void bilinear(float *out, int out_w, const float *above,
                     const float *below, int w, int c, float step, float t)
{
    for (int x = 0; x < out_w; x++, out += c) {
        const float at = step * (float)x;
        const int i = (int)at < w - 1 ? (int)at : w - 1;
        const size_t p = (size_t)i * (size_t)c;
        const size_t q = i < w - 1 ? p + (size_t)c : p;
        const float s = at - (float)i;
        int d = 0;

        for (; d + 8 <= c; d += 8) {
            const v8 a = l_load(above + p + d), b = l_load(below + p + d);
            const v8 top = v_fma(l_load(above + q + d) - a, l_all(s), a);
            const v8 low = v_fma(l_load(below + q + d) - b, l_all(s), b);

            l_store(out + d, v_fma(low - top, l_all(t), top));
        }
        for (; d < c; d++) {
            const float a = above[p + d], b = below[p + d];
            const float top = a + (above[q + d] - a) * s;

            out[d] = top + (b + (below[q + d] - b) * s - top) * t;
        }
    }
}

const struct nn_kern KERN_TABLE(nn_kern) = {
    .panel = panel,
    .panel_i8 = panel_i8,
    .quantise = quantise,
    .finish = finish,
    .wino_in = wino_in,
    .wino_out = wino_out,
    .scores = scores,
    .weigh = weigh,
    .gather = gather,
    .norm = norm,
    .bilinear = bilinear,
};
