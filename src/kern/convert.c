/* Between raw samples and planes, and between encodings. */

#include "kern/level.h"
#include "kern/math.h"
#include "kern/convert.h"

/*
 * Integers over their largest value. v / (2^k - 1) is v / 2^k times
 * 1 + 1 / (2^k - 1); that gives the same float as the division.
 */
static inline float from_u8(uint8_t v)
{
    const float a = (float)v * 0x1p-8f;

    return a + a * (1.0f / 255.0f);
}

static inline float from_u16(uint16_t v)
{
    const float a = (float)v * 0x1p-16f;

    return a + a * (1.0f / 65535.0f);
}

static inline float from_u32(uint32_t v)
{
    return (float)((double)v / 4294967295.0);
}

/* 2^112 moves the exponent of a half, subnormal or not, to that of a float. */
static inline float from_f16(uint16_t v)
{
    const int32_t m = (v & 0x7fff) << 13, s = (int32_t)((uint32_t)v << 16);
    const int32_t x = m >= 0x7c00 << 13 ? m | 0x7f800000
                                        : kbits(kfloat(m) * 0x1p112f);

    return kfloat(x | (s & (int32_t)0x80000000));
}

static inline float from_f32(float v)
{
    return v;
}

static inline uint8_t to_u8(float x)
{
    return (uint8_t)(int32_t)(kclamp(x, 0.0f, 1.0f) * 255.0f + 0.5f);
}

static inline uint16_t to_u16(float x)
{
    return (uint16_t)(int32_t)(kclamp(x, 0.0f, 1.0f) * 65535.0f + 0.5f);
}

static inline uint32_t to_u32(float x)
{
    return (uint32_t)((double)kclamp(x, 0.0f, 1.0f) * 4294967295.0 + 0.5);
}

/* Adding 0.5 to a number below 2^-14 leaves its half in the low bits. */
static inline uint16_t to_f16(float x)
{
    const int32_t i = kbits(x), a = i & 0x7fffffff;
    const int32_t tiny = kbits(kfloat(a) + 0.5f) - 0x3f000000;
    const int32_t normal = (a - 0x38000000 + 0xfff + ((a >> 13) & 1)) >> 13;
    const int32_t quiet = (a & 0x7fe000) == 0;
    const int32_t nan = 0x7c00 | ((a & 0x7fe000) >> 13) | quiet;
    const int32_t finite = a < 0x38800000   ? tiny
                           : a < 0x47800000 ? normal
                                            : 0x7c00;

    return (uint16_t)(((i >> 16) & 0x8000) | (a > 0x7f800000 ? nan : finite));
}

static inline float to_f32(float x)
{
    return x;
}

#define UNPACK(name, type)                                                     \
    static void unpack_##name(float *dst, const type *src, size_t n, int step) \
    {                                                                          \
        if (step == 1)                                                         \
            for (size_t i = 0; i < n; i++)                                     \
                dst[i] = from_##name(src[i]);                                  \
        else                                                                   \
            for (size_t i = 0; i < n; i++)                                     \
                dst[i] = from_##name(src[i * (size_t)step]);                   \
    }                                                                          \
    static void pack_##name(type *dst, const float *src, size_t n, int step)   \
    {                                                                          \
        if (step == 1)                                                         \
            for (size_t i = 0; i < n; i++)                                     \
                dst[i] = to_##name(src[i]);                                    \
        else                                                                   \
            for (size_t i = 0; i < n; i++)                                     \
                dst[i * (size_t)step] = to_##name(src[i]);                     \
    }

UNPACK(u8, uint8_t)
UNPACK(u16, uint16_t)
UNPACK(u32, uint32_t)
UNPACK(f16, uint16_t)
UNPACK(f32, float)

#define LOOKUP(name, type)                                                     \
    static void lookup_##name(float *dst, const type *src, size_t n, int step, \
                              const float *table)                              \
    {                                                                          \
        for (size_t i = 0; i < n; i++)                                         \
            dst[i] = table[src[i * (size_t)step]];                             \
    }

LOOKUP(u8, uint8_t)
LOOKUP(u16, uint16_t)

#define UNPACK3(name, type)                                                    \
    static void unpack3_##name(float *const dst[3], const type *src, size_t n) \
    {                                                                          \
        float *restrict r = dst[0], *restrict g = dst[1];                      \
        float *restrict b = dst[2];                                            \
                                                                               \
        for (size_t i = 0; i < n; i++) {                                       \
            r[i] = from_##name(src[3 * i]);                                    \
            g[i] = from_##name(src[3 * i + 1]);                                \
            b[i] = from_##name(src[3 * i + 2]);                                \
        }                                                                      \
    }                                                                          \
    static void pack3_##name(type *restrict dst, const float *const src[3],    \
                             size_t n)                                         \
    {                                                                          \
        const float *r = src[0], *g = src[1], *b = src[2];                     \
                                                                               \
        for (size_t i = 0; i < n; i++) {                                       \
            dst[3 * i] = to_##name(r[i]);                                      \
            dst[3 * i + 1] = to_##name(g[i]);                                  \
            dst[3 * i + 2] = to_##name(b[i]);                                  \
        }                                                                      \
    }

UNPACK3(u8, uint8_t)
UNPACK3(u16, uint16_t)
UNPACK3(f16, uint16_t)
UNPACK3(f32, float)

static void dither8(float *dst, const float *src, size_t n, int x, int y,
                    int plane)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t h =
            khash((uint32_t)x + (uint32_t)i, (uint32_t)y, (uint32_t)plane);
        const int32_t two = (int32_t)(h >> 16) + (int32_t)(h & 0xffff);
        const float v = src[i], edge = kmin(v, 1.0f - v);
        const float most = kclamp(edge, 0.0f, 1.0f / 255.0f);

        dst[i] = v + most * ((float)(two - 65535) * 0x1p-16f);
    }
}

static void power_decode(float *dst, const float *src, size_t n,
                         const struct kern_power *p)
{
    const struct kern_power q = *p;

    for (size_t i = 0; i < n; i++) {
        const float x = kabs(src[i]);
        const float hi = kpow(kfma(q.a, x, q.b), q.g) + q.e;
        const float lo = kfma(q.c, x, q.f);

        dst[i] = ksign(x >= q.d ? hi : lo, src[i]);
    }
}

static void power_encode(float *dst, const float *src, size_t n,
                         const struct kern_power *p)
{
    const float g = 1.0f / p->g, a = 1.0f / p->a, b = -p->b / p->a;
    const float c = p->c > 0.0f ? 1.0f / p->c : 0.0f;
    const float d = p->d > 0.0f ? kfma(p->c, p->d, p->f) : 0.0f;
    const float e = p->e, f = p->f;

    for (size_t i = 0; i < n; i++) {
        const float x = kabs(src[i]);
        const float hi = kfma(kpow(x - e, g), a, b);
        const float lo = (x - f) * c;

        dst[i] = ksign(x >= d ? hi : lo, src[i]);
    }
}

/*
 * PQ: N = ((c1 + c2 Y) / (1 + c3 Y))^m2 with Y = L^m1. Near 1 a float has too
 * few digits for a power of 79, so it is computed from N^(1 / m2) - 1, where
 * c1 - 1 = c3 - c2 = PQ_D.
 */
#define PQ_M1 0.1593017578125f
#define PQ_M2 78.84375f
#define PQ_C3 18.6875f
#define PQ_D  (-0.1640625f)

static void pq_encode(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float y = kpow(kabs(src[i]) * (203.0f / 10000.0f), PQ_M1);
        const float t = PQ_D * (1.0f - y) / kfma(PQ_C3, y, 1.0f);

        dst[i] = ksign(kexp2(PQ_M2 * klog2_1p(t)), src[i]);
    }
}

static void pq_decode(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float u = klog2(kabs(src[i])) * (1.0f / PQ_M2);
        const float q = kexp2_m1(kclamp(u, -0.2586f, 0.0126f));
        const float y = kmax(q - PQ_D, 0.0f) / kfma(-PQ_C3, q, -PQ_D);

        dst[i] = ksign(kpow(y, 1.0f / PQ_M1) * (10000.0f / 203.0f), src[i]);
    }
}

/* HLG; HLG_WHITE is the scene light of signal 0.75. */
#define HLG_A     0.17883277
#define HLG_B     0.28466892
#define HLG_C     0.55991073
#define HLG_WHITE 0.26496255978640015
#define LN2       0.6931471805599453

static void hlg_encode(float *dst, const float *src, size_t n)
{
    const float a = (float)(HLG_A * LN2), scale = (float)(12 * HLG_WHITE);

    for (size_t i = 0; i < n; i++) {
        const float e = kabs(src[i]) * scale;
        const float hi = kfma(a, klog2(e - (float)HLG_B), (float)HLG_C);
        const float lo = sqrtf(e * 0.25f);

        dst[i] = ksign(e > 1.0f ? hi : lo, src[i]);
    }
}

static void hlg_decode(float *dst, const float *src, size_t n)
{
    const float a = (float)(1 / (HLG_A * LN2)),
                scale = (float)(1 / (12 * HLG_WHITE));

    for (size_t i = 0; i < n; i++) {
        const float x = kabs(src[i]);
        const float hi = kexp2((x - (float)HLG_C) * a) + (float)HLG_B;
        const float lo = 4.0f * x * x;

        dst[i] = ksign((x > 0.5f ? hi : lo) * scale, src[i]);
    }
}

/* Camera curves: code = x > cut ? c log2(a x + b) + d : e x + f. */
struct log_curve {
    float cut, a, b, c, d, e, f;
};

#define LOG10_2 0.30102999566398120

/* ARRI, "ALEXA LogC curve, usage in VFX" (2017), EI 800. */
static const struct log_curve logc3 = {
    .cut = 0.010591f,
    .a = 5.555556f,
    .b = 0.052272f,
    .c = (float)(0.247190 * LOG10_2),
    .d = 0.385537f,
    .e = 5.367655f,
    .f = 0.092809f,
};

/* Sony, "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3". */
static const struct log_curve slog3 = {
    .cut = 0.01125f,
    .a = (float)(1 / 0.19),
    .b = (float)(0.01 / 0.19),
    .c = (float)(261.5 * LOG10_2 / 1023),
    .d = (float)(420.0 / 1023),
    .e = (float)((171.2102946929 - 95) / 0.01125 / 1023),
    .f = (float)(95.0 / 1023),
};

static inline void log_encode(float *dst, const float *src, size_t n,
                              struct log_curve q)
{
    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float hi = kfma(q.c, klog2(kfma(q.a, x, q.b)), q.d);
        const float lo = kfma(q.e, x, q.f);

        dst[i] = x > q.cut ? hi : lo;
    }
}

static inline void log_decode(float *dst, const float *src, size_t n,
                              struct log_curve q)
{
    const float cut = kfma(q.e, q.cut, q.f), c = 1.0f / q.c;
    const float a = 1.0f / q.a, e = 1.0f / q.e;

    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float hi = (kexp2((x - q.d) * c) - q.b) * a;
        const float lo = (x - q.f) * e;

        dst[i] = x > cut ? hi : lo;
    }
}

static void logc3_encode(float *dst, const float *src, size_t n)
{
    log_encode(dst, src, n, logc3);
}

static void logc3_decode(float *dst, const float *src, size_t n)
{
    log_decode(dst, src, n, logc3);
}

static void slog3_encode(float *dst, const float *src, size_t n)
{
    log_encode(dst, src, n, slog3);
}

static void slog3_decode(float *dst, const float *src, size_t n)
{
    log_decode(dst, src, n, slog3);
}

static void table_decode(float *dst, const float *src, size_t n,
                         const float *table, int points)
{
    const float scale = (float)(points - 1);

    for (size_t i = 0; i < n; i++) {
        const float x = kclamp(src[i], 0.0f, 1.0f) * scale;
        const int32_t at = (int32_t)kmin(x, scale - 1.0f);
        const float lo = table[at], hi = table[at + 1];

        dst[i] = kfma(hi - lo, x - (float)at, lo);
    }
}

/* The last point below x, found bit by bit, and the way to the next one. */
static void table_encode(float *dst, const float *src, size_t n,
                         const float *table, int points)
{
    const float step = 1.0f / (float)(points - 1);
    int top = 1;

    while (top < points / 2)
        top *= 2;
    for (size_t i = 0; i < n; i++) {
        const float x = kclamp(src[i], table[0], table[points - 1]);
        int at = 0;
        float lo, t;

        for (int bit = top; bit; bit /= 2) {
            const int next = at + bit < points - 1 ? at + bit : at;

            at = table[next] < x ? next : at;
        }
        lo = table[at];
        t = (x - lo) / kmax(table[at + 1] - lo, 0x1p-126f);
        dst[i] = x >= table[points - 1] ? 1.0f : ((float)at + t) * step;
    }
}

static float row_sum(const float m[3])
{
    const float sum = m[0] + m[1] + m[2];

    return kabs(sum - 1.0f) < 1e-6f ? 1.0f : sum;
}

static void matrix(float *const dst[3], const float *const src[3], size_t n,
                   const float m[9])
{
    const float a = m[0], b = m[1], c = m[2], d = m[3], e = m[4], f = m[5];
    const float g = m[6], h = m[7], j = m[8];
    const float s = row_sum(m), t = row_sum(m + 3), u = row_sum(m + 6);
    const float *r0 = src[0], *g0 = src[1], *b0 = src[2];
    float *r1 = dst[0], *g1 = dst[1], *b1 = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r0[i], y = g0[i], z = b0[i];
        const int grey = (x == y) & (y == z);

        r1[i] = kselect(grey, s * y, kfma(a, x, kfma(b, y, c * z)));
        g1[i] = kselect(grey, t * y, kfma(d, x, kfma(e, y, f * z)));
        b1[i] = kselect(grey, u * y, kfma(g, x, kfma(h, y, j * z)));
    }
}

static void to_display(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = ksrgb_encode(src[i]);
}

static void to_linear(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = ksrgb_decode(src[i]);
}

static void to_root(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = ksign(sqrtf(kabs(src[i])), src[i]);
}

static void from_root(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = src[i] * kabs(src[i]);
}

static void associate(float *c, const float *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c[i] = a[i] > 0.0f ? c[i] * a[i] : c[i];
}

static void dissociate(float *c, const float *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c[i] = a[i] > 0.0f ? c[i] / a[i] : c[i];
}

static void invert(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = 1.0f - src[i];
}

static void add_finite(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] += kabs(src[i]) < INFINITY ? src[i] : 0.0f;
}

static void box_add(float *dst, const float *src, size_t n, int step)
{
    const size_t box = (size_t)step;

    for (size_t i = 0; i < n; i += box) {
        const size_t end = n - i < box ? n : i + box;
        float sum = 0.0f;

        for (size_t j = i; j < end; j++)
            sum += src[j];
        dst[i / box] += sum;
    }
}

/* Written around green, so that a grey keeps its value exactly. */
static void luminance(float *dst, const float *const src[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    for (size_t i = 0; i < n; i++) {
        const float y = kfma(0.262700212f, r[i] - g[i],
                             kfma(0.0593017165f, b[i] - g[i], g[i]));

        dst[i] = r[i] == g[i] && b[i] == g[i] ? g[i] : y;
    }
}

#define BOTH(name) .pack_##name = pack_##name, .unpack_##name = unpack_##name
#define BOTH3(name)                                                            \
    .pack3_##name = pack3_##name, .unpack3_##name = unpack3_##name
#define CODE(name)                                                             \
    .name##_decode = name##_decode, .name##_encode = name##_encode

const struct kern_convert KERN_TABLE(kern_convert) = {
    BOTH(u8),
    BOTH(u16),
    BOTH(u32),
    BOTH(f16),
    BOTH(f32),
    BOTH3(u8),
    BOTH3(u16),
    BOTH3(f16),
    BOTH3(f32),
    .lookup_u8 = lookup_u8,
    .lookup_u16 = lookup_u16,
    .dither8 = dither8,
    CODE(power),
    CODE(pq),
    CODE(hlg),
    CODE(logc3),
    CODE(slog3),
    CODE(table),
    .matrix = matrix,
    .to_display = to_display,
    .to_linear = to_linear,
    .to_root = to_root,
    .from_root = from_root,
    .associate = associate,
    .dissociate = dissociate,
    .invert = invert,
    .add_finite = add_finite,
    .box_add = box_add,
    .luminance = luminance,
};
