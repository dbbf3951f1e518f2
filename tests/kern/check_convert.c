#include "check.h"
#include "kern/convert.h"

static const struct kern_power srgb = {
    .g = 2.4f,
    .a = 1 / 1.055f,
    .b = 0.055f / 1.055f,
    .c = 1 / 12.92f,
    .d = 0.04045f,
};

#define POINTS 37
static float table[POINTS], all[65536];

__attribute__((constructor)) static void make_table(void)
{
    for (int i = 0; i < POINTS; i++)
        table[i] = (float)(i * i) / ((POINTS - 1) * (POINTS - 1));
    for (int i = 0; i < 65536; i++)
        all[i] = (float)(i ^ 0x5555);
}

static const float m[9] = {0.6f,  0.3f,  0.1f, 0.07f, 0.9f,
                           0.03f, 0.02f, 0.1f, 0.88f};

#define TYPE(t)                                                                \
    CHECK(convert, unpack_##t, p->out[0], p->in[0], p->n, p->step)             \
    CHECK(convert, pack_##t, p->out[0], p->in[0], p->n, p->step)
#define TYPE3(t)                                                               \
    CHECK(convert, unpack3_##t, OUT3, p->in[0], p->n)                          \
    CHECK(convert, pack3_##t, p->out[0], IN3, p->n)
#define TYPES(t) TYPE(t) TYPE3(t)
#define CURVE(c)                                                               \
    CHECK(convert, c##_decode, p->out[0], p->in[0], p->n)                      \
    CHECK(convert, c##_encode, p->out[0], p->in[0], p->n)
#define MAP(name)        CHECK(convert, name, p->out[0], p->in[0], p->n)
#define MAPS(one, other) MAP(one) MAP(other)

TYPES(u8)
TYPES(u16)
TYPE(u32)
TYPES(f16)
TYPES(f32)
CHECK(convert, lookup_u8, p->out[0], p->in[0], p->n, p->step, all)
CHECK(convert, lookup_u16, p->out[0], p->in[0], p->n, p->step, all)
CHECK(convert, dither8, p->out[0], p->in[0], p->n, 5, 7, 1)
CHECK(convert, power_decode, p->out[0], p->in[0], p->n, &srgb)
CHECK(convert, power_encode, p->out[0], p->in[0], p->n, &srgb)
CURVE(pq)
CURVE(hlg)
CURVE(logc3)
CURVE(slog3)
CHECK(convert, table_decode, p->out[0], p->in[0], p->n, table, POINTS)
CHECK(convert, table_encode, p->out[0], p->in[0], p->n, table, POINTS)
CHECK(convert, matrix, OUT3, IN3, p->n, m)
MAPS(to_display, to_linear)
MAPS(to_root, from_root)
MAPS(associate, dissociate)
MAP(invert)
CHECK(convert, add_finite, p->out[0], p->in[0], p->n)
CHECK(convert, box_add, p->out[0], p->in[0], p->n, 5)
CHECK(convert, luminance, p->out[0], IN3, p->n)

#define F32_3                                                                  \
    {                                                                          \
        {F32}, {F32},                                                          \
        {                                                                      \
            F32                                                                \
        }                                                                      \
    }
#define UNPACK(n, t)                                                           \
    {                                                                          \
        ROW(convert, n), .in = {{t, STEP}}, .out = {{F32}}, .apart = true      \
    }
#define PACK(n, t)                                                             \
    {                                                                          \
        ROW(convert, n), .in = {{F32}}, .out = {{t, STEP}}, .apart = true      \
    }
#define UNPACK3(n, t)                                                          \
    {                                                                          \
        ROW(convert, n), .in = {{t, 3}}, .out = F32_3                          \
    }
#define PACK3(n, t)                                                            \
    {                                                                          \
        ROW(convert, n), .in = F32_3, .out = { {t, 3} }                        \
    }
#define ROW1(n)                                                                \
    {                                                                          \
        ROW(convert, n), .in = {{F32}}, .out = { {F32} }                       \
    }

static const struct check checks[] = {
    UNPACK(unpack_u8, U8),
    UNPACK(unpack_u16, U16),
    UNPACK(unpack_u32, U32),
    UNPACK(unpack_f16, F16),
    UNPACK(unpack_f32, F32),
    UNPACK(lookup_u8, U8),
    UNPACK(lookup_u16, U16),
    UNPACK3(unpack3_u8, U8),
    UNPACK3(unpack3_u16, U16),
    UNPACK3(unpack3_f16, F16),
    UNPACK3(unpack3_f32, F32),
    PACK(pack_u8, U8),
    PACK(pack_u16, U16),
    PACK(pack_u32, U32),
    PACK(pack_f16, F16),
    PACK(pack_f32, F32),
    PACK3(pack3_u8, U8),
    PACK3(pack3_u16, U16),
    PACK3(pack3_f16, F16),
    PACK3(pack3_f32, F32),
    ROW1(dither8),
    ROW1(power_decode),
    ROW1(power_encode),
    ROW1(pq_decode),
    ROW1(pq_encode),
    ROW1(hlg_decode),
    ROW1(hlg_encode),
    ROW1(logc3_decode),
    ROW1(logc3_encode),
    ROW1(slog3_decode),
    ROW1(slog3_encode),
    ROW1(table_decode),
    ROW1(table_encode),
    {ROW(convert, matrix), .in = F32_3, .out = F32_3},
    ROW1(to_display),
    ROW1(to_linear),
    ROW1(to_root),
    ROW1(from_root),
    {ROW(convert, associate), .in = {{F32}}, .out = {{F32}}, .apart = true},
    {ROW(convert, dissociate), .in = {{F32}}, .out = {{F32}}, .apart = true},
    ROW1(invert),
    {ROW(convert, add_finite), .in = {{F32}}, .out = {{F32}}, .apart = true},
    {ROW(convert, box_add), .in = {{F32}}, .out = {{F32}}, .apart = true},
    {ROW(convert, luminance), .in = F32_3, .out = {{F32}}},
};
CHECKS(convert)
