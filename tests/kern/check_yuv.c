#include "check.h"
#include "kern/yuv.h"

static const float weight[16] = {-0.03f, 0.0f,  0.28f, 0.5f, 0.29f, 0.01f,
                                 -0.05f, 0.02f, 0.1f,  0.2f, 0.3f,  -0.2f,
                                 0.05f,  0.15f, 0.25f, -0.1f};
static float dither[KERN_YUV_DITHER];

__attribute__((constructor)) static void make_dither(void)
{
    for (int i = 0; i < KERN_YUV_DITHER; i++)
        dither[i] = ((float)(i * 93 % KERN_YUV_DITHER) + 0.5f) / 256.0f;
}

static const struct kern_yuv_join half = {
    .zero = 16,
    .scale = 1 / 219.0f,
    .rest = 1e-10f,
    .r = 1.5748f / 224,
    .gu = -0.1873f / 224,
    .gv = -0.4681f / 224,
    .b = 1.8556f / 224,
    .shift = 1,
    .at = {-2, -1},
    .w = {{-0.0234375f, 0.2265625f, 0.8671875f, -0.0703125f},
          {-0.0703125f, 0.8671875f, 0.2265625f, -0.0234375f}},
};
static const struct kern_yuv_split matrix = {0.2f, 0.1f};
static const struct kern_yuv_code range_u8 = {219, 16, 255};
static const struct kern_yuv_code range_u16 = {56064, 4096, 65535};

/* For rows of odd lengths the first sample lies on the first pixel. */
static const struct kern_yuv_join *shifted(int shift, size_t n)
{
    static struct kern_yuv_join j;

    j = half;
    j.shift = shift;
    for (int p = 2; p < 4; p++) {
        j.at[p] = half.at[p - 2];
        for (int i = 0; i < 4; i++)
            j.w[p][i] = half.w[p - 2][i];
    }
    if (n % 2) {
        j.at[0] = -1;
        for (int i = 0; i < 4; i++)
            j.w[0][i] = i == 1;
    }
    return &j;
}

static const float *low_pass(size_t n)
{
    static const float cosited[8] = {-0.03f, 0, 0.28f,  0.5f,
                                     0.28f,  0, -0.03f, 0};

    return n % 2 ? cosited : weight;
}

/* All three shifts, in rows that end where the lane ends. */
static int join_shift(const struct probe *p)
{
    return (int)((p->n + 1) % 3);
}

static const float *chroma(const struct probe *p, int lane)
{
    const int shift = join_shift(p);
    const size_t n = (p->n + (1u << shift) - 1) >> shift;

    return (const float *)p->in[lane] + (p->n - n) + (shift ? 2 : 4);
}

#define JOIN(type)                                                             \
    CHECK(yuv, join_##type, OUT3, p->in[0], chroma(p, 1), chroma(p, 2), p->n,  \
          shifted(join_shift(p), p->n))
#define FOLD(type, t, zero)                                                    \
    CHECK(yuv, fold_##type, p->out[0],                                         \
          ((const t *const[4]){p->in[0], p->in[1], p->in[2], p->in[3]}),       \
          weight + 2, p->n, zero)
#define JOIN3(type, t)                                                         \
    CHECK(yuv, join3_##type, OUT3,                                             \
          ((const t *const[3]){p->in[0], p->in[1], p->in[2]}), p->n, &half,    \
          128)
#define HALVES(i) ((float *const[2]){p->out[i], p->out[(i) + 1]})
#define SPLIT(type)                                                            \
    CHECK(yuv, split_##type, p->out[0], p->out[1], p->out[2], IN3, p->n,       \
          &matrix, &range_##type, dither)                                      \
    CHECK(yuv, split2_##type, p->out[0], HALVES(1), HALVES(3), IN3,            \
          2 * p->n - p->n % 2, &matrix, &range_##type, dither)
#define STORE(type)                                                            \
    CHECK(yuv, store_##type, p->out[0], IN8, weight, (int)(p->n % 8) + 1,      \
          p->n, &range_##type, dither)
#define IN8                                                                    \
    ((const float *const[8]){p->in[0], p->in[1], p->in[2], p->in[3], p->in[4], \
                             p->in[5], p->in[6], p->in[7]})

CHECK(yuv, code_u8, p->out[0], p->in[0], p->n, 16, 1 / 219.0f, 1e-10f)
CHECK(yuv, code_u16, p->out[0], p->in[0], p->n, 64, 1 / 876.0f, 1e-10f)
FOLD(u8, uint8_t, 128)
FOLD(u16, uint16_t, 512)
JOIN(u8)
JOIN(u16)
JOIN3(u8, uint8_t)
JOIN3(u16, uint16_t)
SPLIT(u8)
SPLIT(u16)
STORE(u8)
STORE(u16)
CHECK(yuv, luma, p->out[0], IN3, p->n, &matrix)
CHECK(yuv, differ, p->out[0], p->out[1], IN3, p->n, &matrix)
CHECK(yuv, differ2, HALVES(0), HALVES(2), IN3, 2 * p->n - p->n % 2, &matrix)
CHECK(yuv, narrow2, p->out[0], p->in[0], p->in[1], p->n, low_pass(p->n))
CHECK(yuv, narrow4, p->out[0], p->in[0], p->n, weight)
CHECK(yuv, number, p->out[0], p->in[0], p->n)

#define THREE                                                                  \
    {F32}, {F32},                                                              \
    {                                                                          \
        F32                                                                    \
    }
#define TWICE                                                                  \
    {F32, 2}, {F32, 2},                                                        \
    {                                                                          \
        F32, 2                                                                 \
    }
#define EIGHT                                                                  \
    THREE, THREE, {F32},                                                       \
    {                                                                          \
        F32                                                                    \
    }

static const struct check checks[] = {
    {ROW(yuv, code_u8), .in = {{U8}}, .out = {{F32}}},
    {ROW(yuv, code_u16), .in = {{U16}}, .out = {{F32}}},
    {ROW(yuv, fold_u8), .in = {{U8}, {U8}, {U8}, {U8}}, .out = {{F32}}},
    {ROW(yuv, fold_u16), .in = {{U16}, {U16}, {U16}, {U16}}, .out = {{F32}}},
    {ROW(yuv, join_u8), .in = {{U8}, {F32, .extra = 4}, {F32, .extra = 4}},
     .out = {THREE}},
    {ROW(yuv, join_u16), .in = {{U16}, {F32, .extra = 4}, {F32, .extra = 4}},
     .out = {THREE}},
    {ROW(yuv, join3_u8), .in = {{U8}, {U8}, {U8}}, .out = {THREE}},
    {ROW(yuv, join3_u16), .in = {{U16}, {U16}, {U16}}, .out = {THREE}},
    {ROW(yuv, split_u8), .in = {THREE}, .out = {{U8}, {F32}, {F32}}},
    {ROW(yuv, split_u16), .in = {THREE}, .out = {{U16}, {F32}, {F32}}},
    {ROW(yuv, split2_u8), .in = {TWICE}, .out = {{U8, 2}, THREE, {F32}}},
    {ROW(yuv, split2_u16), .in = {TWICE}, .out = {{U16, 2}, THREE, {F32}}},
    {ROW(yuv, luma), .in = {THREE}, .out = {{F32}}},
    {ROW(yuv, differ), .in = {THREE}, .out = {{F32}, {F32}}, .apart = true},
    {ROW(yuv, differ2), .in = {TWICE}, .out = {THREE, {F32}}},
    {ROW(yuv, narrow2), .in = {{F32, .extra = 3}, {F32, .extra = 3}},
     .out = {{F32}}},
    {ROW(yuv, narrow4), .in = {{F32, .per = 4, .extra = 12}}, .out = {{F32}}},
    {ROW(yuv, store_u8), .in = {EIGHT}, .out = {{U8}}},
    {ROW(yuv, store_u16), .in = {EIGHT}, .out = {{U16}}},
    {ROW(yuv, number), .in = {{F32}}, .out = {{F32}}},
};
CHECKS(yuv)
