#include "check.h"
#include "kern/hdr.h"

#define THIRDS                                                                 \
    {                                                                          \
        1.66f, -0.58f, -0.08f, -0.12f, 1.13f, -0.01f, -0.02f, -0.1f, 1.12f     \
    }

/* What stands in the tables does not matter, only that it is read alike. */
static struct kern_hdr_curve curve = {.top = 0.9f, .lift = 0.001f};
static struct kern_hdr_curve open = {.top = 0.5f, .open = true};
static struct kern_hdr_gamut both = {.display = THIRDS,
                                     .back = THIRDS,
                                     .safe = 0.05f,
                                     .bounded = true,
                                     .knee = 0.9f,
                                     .fade = 0.5f,
                                     .from = 0.3f};
static struct kern_hdr_gamut bounded, fades;

__attribute__((constructor)) static void make_tables(void)
{
    for (int i = 0; i <= HDR_POINTS; i++)
        curve.y[i] = open.y[i] = (float)i / HDR_POINTS - 0.2f;
    for (int i = 0; i <= HDR_HUES; i++)
        both.limit[i] = 0.3f + 0.2f * (float)(i % 100) / 100;
    bounded = fades = both;
    bounded.fade = 0;
    bounded.knee = 1;
    fades.bounded = false;
}

CHECK(hdr, bt1886_decode, p->out[0], p->in[0], p->n)
CHECK(hdr, bt1886_encode, p->out[0], p->in[0], p->n)
CHECK(hdr, ootf, OUT3, IN3, p->n, 0.8f, 0.2f)
CHECK(hdr, map, OUT3, IN3, p->n, p->n % 2 ? &open : &curve)
CHECK(hdr, map_gamut, OUT3, IN3, p->n, &curve,
      p->n % 3 == 0   ? &both
      : p->n % 3 == 1 ? &bounded
                      : &fades)
CHECK(hdr, brightest, p->out[0], p->out[1], IN3, p->n, 2.5f)

#define THREE .in = {{F32}, {F32}, {F32}}, .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {ROW(hdr, bt1886_decode), .in = {{F32}}, .out = {{F32}}},
    {ROW(hdr, bt1886_encode), .in = {{F32}}, .out = {{F32}}},
    {ROW(hdr, ootf), THREE},
    {ROW(hdr, map), THREE},
    {ROW(hdr, map_gamut), THREE},
    {ROW(hdr, brightest), .in = {{F32}, {F32}, {F32}},
     .out = {{F32}, {F32, .extra = 8}}, .apart = true},
};
CHECKS(hdr)
