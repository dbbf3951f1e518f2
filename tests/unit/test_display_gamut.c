/* HDR to a display: colours keep their hue, and the display can show them. */

#include <math.h>
#include <stdio.h>

#include "pixels.h"

#include "image/color.h"
#include "op/display.h"

static const char *const methods[] = {"bt2390", "hable", "mobius", "reinhard",
                                      "clip"};
enum { METHODS = 5 };

static uint32_t state_of_draw = 20261127;

static double draw(void)
{
    state_of_draw = state_of_draw * 1664525u + 1013904223u;
    return state_of_draw * 0x1p-32;
}

static void mul(const struct mat3 *m, const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = m->m[i][0] * in[0] + m->m[i][1] * in[1] + m->m[i][2] * in[2];
}

static struct mat3 between(enum space from, enum space to)
{
    return primaries_convert(space_primaries(from), space_primaries(to),
                             ADAPT_BRADFORD);
}

/* Ottosson's matrices, in double, from linear Rec.2020. */
static void lab_of(const double rgb[3], double lab[3])
{
    static const struct mat3 cones = {
        {{0.4122214708, 0.5363325363, 0.0514459929},
         {0.2119034982, 0.6806995451, 0.1073969566},
         {0.0883024619, 0.2817188376, 0.6299787005}}};
    static const struct mat3 roots = {
        {{0.2104542553, 0.7936177850, -0.0040720468},
         {1.9779984951, -2.4285922050, 0.4505937099},
         {0.0259040371, 0.7827717662, -0.8086757660}}};
    const struct mat3 to = between(SPACE_REC2020, SPACE_SRGB);
    double srgb[3], lms[3];

    mul(&to, rgb, srgb);
    mul(&cones, srgb, lms);
    for (int i = 0; i < 3; i++)
        lms[i] = cbrt(lms[i]);
    mul(&roots, lms, lab);
}

/* The angle between hues, where there is enough of one. */
static double turn(const double a[3], const double b[3])
{
    double p[3], q[3];

    lab_of(a, p);
    lab_of(b, q);
    if (hypot(q[1], q[2]) < 0.01 * q[0])
        return 0;
    return fabs(atan2(p[1] * q[2] - p[2] * q[1], p[1] * q[1] + p[2] * q[2]));
}

/* Light of a display's own primaries, some far too bright. */
static void shine(struct pixels *p, enum space primaries, double most)
{
    const struct mat3 m = between(primaries, SPACE_REC2020);

    p->n = 4096;
    for (int i = 0; i < p->n; i++) {
        const double size = most * pow(draw(), 2);
        double in[3], out[3];

        for (int c = 0; c < 3; c++)
            in[c] = size * (draw() < 0.1 ? 0 : draw());
        mul(&m, in, out);
        for (int c = 0; c < 3; c++)
            p->c[c][i] = (float)out[c];
    }
}

static const struct {
    const char *name;
    enum space space;
} gamuts[] = {
    {"rec709", SPACE_REC709}, {"p3", SPACE_P3}, {"rec2020", SPACE_REC2020}};

static void colour_at(const struct pixels *p, int i, double rgb[3])
{
    for (int c = 0; c < 3; c++)
        rgb[c] = (double)p->c[c][i];
}

/* Where OKLab's rays leave the gamut at a flat angle. */
static bool is_blue(const double rgb[3])
{
    double lab[3];

    lab_of(rgb, lab);
    return lab[2] < 0 && lab[1] < 0.2 * fabs(lab[2]) &&
           lab[1] > -0.5 * fabs(lab[2]);
}

/*
 * Every method, every display: what the display can show keeps its hue, other
 * colours too but for half a degree, 4 where it is blue; then it can show them.
 */
TEST(colours_keep_their_hue_and_fit)
{
    static struct pixels in, out;

    for (int m = 0; m < METHODS; m++)
        for (int g = 0; g < 3; g++) {
            const struct mat3 to = between(SPACE_REC2020, gamuts[g].space);
            const int pale = m % 2;
            char text[100];

            shine(&in, SPACE_REC2020, 8);
            out = in;
            snprintf(text, sizeof(text),
                     "method=%s;peak=1000;gamut=%s;highlights=%d", methods[m],
                     gamuts[g].name, pale);
            run_op("display_map", text, &out);
            for (int i = 0; i < in.n; i++) {
                double a[3], b[3], before[3], after[3];
                double limit = 0.01;
                bool inside;

                colour_at(&in, i, a);
                colour_at(&out, i, b);
                mul(&to, a, before);
                mul(&to, b, after);
                inside = fmin(fmin(before[0], before[1]), before[2]) >= 0;
                if (is_blue(a))
                    limit = 0.07;
                if (turn(a, b) > (!inside ? limit : pale ? 4e-3 : 1e-3))
                    fail_msg("%s: %g %g %g turns by %g", text, a[0], a[1], a[2],
                             turn(a, b));
                for (int c = 0; c < 3; c++)
                    if (after[c] < -5e-7 || after[c] > 1 + 1e-6)
                        fail_msg("%s: %g %g %g becomes %g %g %g", text, a[0],
                                 a[1], a[2], after[0], after[1], after[2]);
            }
        }
}

/* The corners of the display's cube are where room is made: they lose 1.6 % of
   chroma and no more, blue too, where rays from grey leave the gamut. */
TEST(corners_make_little_room)
{
    for (int g = 0; g < 3; g++)
        for (int corner = 1; corner < 7; corner++) {
            const struct mat3 m = between(gamuts[g].space, SPACE_REC2020);
            const double own[3] = {corner & 1, corner >> 1 & 1, corner >> 2};
            double rgb[3], out[3], a[3], b[3], kept;
            char text[60];

            mul(&m, own, rgb);
            snprintf(text, sizeof(text), "peak=203;gamut=%s", gamuts[g].name);
            run_one("display_map", text, rgb, out);
            lab_of(rgb, a);
            lab_of(out, b);
            kept = hypot(b[1], b[2]) / hypot(a[1], a[2]);
            if (kept < 0.984 || kept > 1 + 1e-6)
                fail_msg("%s: corner %d keeps %g", gamuts[g].name, corner,
                         kept);
        }
}

/* Without room to make, what the display can show keeps its bits; with some,
   what is clearly inside does. */
TEST(colours_inside_stay)
{
    static struct pixels in, out;

    for (int g = 0; g < 3; g++) {
        char text[100];

        shine(&in, gamuts[g].space, 1);
        for (int i = 0; i < in.n; i++) /* off the border: rounding */
            for (int c = 0; c < 3; c++)
                in.c[c][i] += 1e-6f;
        out = in;
        snprintf(text, sizeof(text), "peak=203;soft=0;gamut=%s",
                 gamuts[g].name);
        run_op("display_map", text, &out);
        assert_memory_equal(&in, &out, sizeof(in));
        for (int i = 0; i < in.n; i++)
            for (int c = 0; c < 3; c++)
                in.c[c][i] = in.c[c][i] * 0.8f + 0.15f;
        out = in;
        snprintf(text, sizeof(text), "peak=1000;target=400;soft=0.1;gamut=%s",
                 gamuts[g].name);
        run_op("display_map", text, &out);
        assert_memory_equal(&in, &out, sizeof(in));
    }
}

/* a / L, b / L, and L. */
static void place(const struct pixels *p, int i, double out[3])
{
    double rgb[3], lab[3];

    colour_at(p, i, rgb);
    lab_of(rgb, lab);
    out[0] = lab[1] / lab[0];
    out[1] = lab[2] / lab[0];
    out[2] = lab[0];
}

/* Lightness is kept, chroma does not grow (but for what the turn of a blue hue
   adds), and never jumps on the way out. */
TEST(chroma_shrinks_without_a_jump)
{
    const struct mat3 m = between(SPACE_REC709, SPACE_REC2020);
    static struct pixels p, in;

    for (int h = 0; h < 60; h++) {
        double before[3] = {0}, was[3] = {0};

        p.n = 2000;
        for (int i = 0; i < p.n; i++) {
            const double far = i * 0.001, x = cos(h * 0.10472) * far;
            const double y = sin(h * 0.10472) * far;
            const double srgb[3] = {0.3 * (1 + x), 0.3 * (1 - x / 2 + y),
                                    0.3 * (1 - x / 2 - y)};
            double out[3];

            mul(&m, srgb, out);
            for (int c = 0; c < 3; c++)
                p.c[c][i] = (float)out[c];
        }
        in = p;
        run_op("display_map", "peak=203;gamut=rec709", &p);
        for (int i = 0; i < p.n; i++) {
            double now[3], is[3];

            place(&in, i, now);
            place(&p, i, is);
            if (i > 0 &&
                hypot(is[0] - was[0], is[1] - was[1]) >
                    8 * hypot(now[0] - before[0], now[1] - before[1]) + 1e-5)
                fail_msg("direction %d: %g %g after %g %g", h, is[0], is[1],
                         was[0], was[1]);
            memcpy(before, now, sizeof(now));
            memcpy(was, is, sizeof(is));
            if (now[2] < 0.05) /* no colours any more */
                continue;
            if (fabs(is[2] / now[2] - 1) > 0.02)
                fail_msg("direction %d: lightness %g, not %g", h, is[2],
                         now[2]);
            if (hypot(is[0], is[1]) > hypot(now[0], now[1]) * 1.02 + 1e-6)
                fail_msg("direction %d: chroma grew from %g %g to %g %g", h,
                         now[0], now[1], is[0], is[1]);
        }
    }
}

/* Blocks in which nothing must change take a shorter way: the same bits. */
TEST(a_pixel_does_not_depend_on_those_beside_it)
{
    static const struct {
        enum space space;
        double soft;
        float fade;
    } way[] = {
        {SPACE_REC709, 0.1, 0.5}, {SPACE_P3, 0.1, 0},     {SPACE_REC2020, 0, 1},
        {SPACE_REC709, 0, 0},     {SPACE_REC709, 0.5, 0}, {SPACE_P3, 0.01, 0},
    };
    const struct display_range range = {.peak = 1000, .target = 203};
    const struct display_curve c = display_curve(DISPLAY_BT2390, &range);
    static struct pixels in, out;
    static struct kern_hdr_curve table;
    static struct kern_hdr_gamut gamut;
    const struct kern_hdr *k = kern_best()->hdr;

    display_table(&c, &table);
    shine(&in, SPACE_REC2020, 2);
    for (size_t w = 0; w < sizeof(way) / sizeof(way[0]); w++) {
        const float *const src[3] = {in.c[0], in.c[1], in.c[2]};
        float *const dst[3] = {out.c[0], out.c[1], out.c[2]};
        struct err e = {0};

        assert_int_equal(
            display_gamut(kern_best(), way[w].space, way[w].soft, &gamut, &e),
            0);
        gamut.fade = way[w].fade;
        gamut.bounded = way[w].space != SPACE_REC2020;
        k->map_gamut(dst, src, (size_t)in.n, &table, &gamut);
        for (int i = 0; i < in.n; i++) {
            const float *const one[3] = {&in.c[0][i], &in.c[1][i], &in.c[2][i]};
            float v[3], *const made[3] = {&v[0], &v[1], &v[2]};

            k->map_gamut(made, one, 1, &table, &gamut);
            for (int p = 0; p < 3; p++)
                if (v[p] != out.c[p][i])
                    fail_msg("way %zu: %.9g alone, %.9g beside others", w,
                             (double)v[p], (double)out.c[p][i]);
        }
    }
}

/* A bright blue pales when it is asked to, and stays as bright. */
TEST(highlights_pale_at_the_same_hue)
{
    static const double blue[3] = {0.4, 0.5, 4.8};
    double last = 1e9;

    for (int i = 0; i <= 4; i++) {
        char text[60];
        double out[3], lab[3];

        snprintf(text, sizeof(text), "peak=1000;highlights=%g", i * 0.25);
        run_one("display_map", text, blue, out);
        lab_of(out, lab);
        assert_true(turn(blue, out) < 1e-3);
        assert_true(fabs(out[2] - 1) < 1e-3);
        assert_true(hypot(lab[1], lab[2]) / lab[0] < last);
        last = hypot(lab[1], lab[2]) / lab[0];
    }
}

TESTS(colours_keep_their_hue_and_fit, corners_make_little_room,
      colours_inside_stay, chroma_shrinks_without_a_jump,
      a_pixel_does_not_depend_on_those_beside_it,
      highlights_pale_at_the_same_hue)
