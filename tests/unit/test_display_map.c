/*
 * HDR to a display: the curve of BT.2390 against an evaluation of its own and
 * against numbers published by others, the others against FFmpeg, and what
 * must hold of every curve.
 */

#include <math.h>
#include <stdio.h>

#include "pixels.h"

#include "image/color.h"
#include "op/display.h"
#include "outside.h"

static const char *const methods[] = {"bt2390", "hable", "mobius", "reinhard",
                                      "clip"};
enum { METHODS = 5 };

static uint32_t state_of_draw = 20261127;

static double draw(void)
{
    state_of_draw = state_of_draw * 1664525u + 1013904223u;
    return state_of_draw * 0x1p-32;
}

/* SMPTE ST 2084 as BT.2100, table 4, writes it; L in cd/m2. */
static double pq(double l)
{
    const double y = pow(l / 10000, 0.1593017578125);

    return pow((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y), 78.84375);
}

static double pq_inverse(double e)
{
    const double n = pow(e, 1 / 78.84375);

    return 10000 * pow(fmax(n - 0.8359375, 0) / (18.8515625 - 18.6875 * n),
                       1 / 0.1593017578125);
}

/*
 * BT.2390-10, 5.4.1, in PQ signals, the spline from its four conditions: value
 * and slope at both ends, in the form of Horner instead of the Report's.
 */
static double eetf(double e, double lw, double lb, double lmax, double lmin)
{
    const double span = pq(lw) - pq(lb);
    const double end = (pq(lmax) - pq(lb)) / span;
    const double lift = (pq(lmin) - pq(lb)) / span;
    const double knee = 1.5 * end - 0.5, run = 1 - knee, rise = end - knee;
    double v = (e - pq(lb)) / span, u;

    v = v < 0 ? 0 : v > 1 ? 1 : v;
    if (v > knee) {
        u = (v - knee) / run;
        v = knee +
            u * (run + u * ((3 * rise - 2 * run) + u * (run - 2 * rise)));
    }
    v += lift * (1 - v) * (1 - v) * (1 - v) * (1 - v);
    return v * span + pq(lb);
}

static double mapped(int method, const char *more, double nits)
{
    const double light[3] = {nits / 203, nits / 203, nits / 203};
    char text[200];
    double out[3];

    snprintf(text, sizeof(text), "method=%s;%s", methods[method], more);
    run_one("display_map", text, light, out);
    assert_true(out[0] == out[1] && out[1] == out[2]);
    return out[0] * 203;
}

static const struct display_range ranges[] = {
    {1000, 0, 203, 0},        {4000, 0, 203, 0},        {10000, 0, 203, 0},
    {600, 0, 203, 0},         {1000, 0, 400, 0},        {4000, 0, 1000, 0},
    {1000, 0, 203, 0.1},      {4000, 0.005, 100, 0.05}, {1000, 0.05, 203, 0.01},
    {10000, 0.0001, 48, 0.3}, {250, 0, 203, 0.02},
};
enum { RANGES = sizeof(ranges) / sizeof(ranges[0]) };

/* Even steps of PQ: the whole scale through one call. */
static double worst_of_range(const struct display_range *r)
{
    static struct pixels p;
    double worst = 0;
    char text[200];

    p.n = 4096;
    for (int i = 0; i < p.n; i++)
        p.c[0][i] = p.c[1][i] = p.c[2][i] =
            (float)(pq_inverse((i + 0.37) / 4096 * 1.02) / 203);
    snprintf(text, sizeof(text),
             "peak=%g;target=%g;black=%g;source_black=%g;highlights=0", r->peak,
             r->target, r->target_black, r->black);
    run_op("display_map", text, &p);
    for (int i = 0; i < p.n; i++) {
        const double want = eetf((i + 0.37) / 4096 * 1.02, r->peak, r->black,
                                 r->target, r->target_black);

        worst = fmax(worst, fabs(pq((double)p.c[1][i] * 203) - want));
    }
    return worst;
}

TEST(bt2390_is_the_eetf_of_the_report)
{
    for (int i = 0; i < RANGES; i++) {
        const double worst = worst_of_range(&ranges[i]);

        if (worst > 1.0 / 65535)
            fail_msg("%g to %g cd/m2: off by %.3f of 65535", ranges[i].peak,
                     ranges[i].target, worst * 65535);
    }
}

/*
 * What libplacebo's bt2390() gives, as recorded by the project zentone
 * (reference-checks/golden/libplacebo_bt2390.csv): peak, target, in, out in
 * cd/m2; its floats carry an error of 5e-5.
 */
TEST(bt2390_is_that_of_libplacebo)
{
    static const double point[][4] = {
        {4000, 1000, 400, 399.991455},  {4000, 1000, 1000, 814.645813},
        {4000, 1000, 2000, 974.952332}, {4000, 1000, 4000, 1000.04376},
        {10000, 203, 50, 46.2698326},   {10000, 203, 100, 75.6828461},
        {10000, 203, 203, 110.981117},  {10000, 203, 400, 144.349915},
        {10000, 203, 1000, 179.400909}, {10000, 203, 2000, 194.755569},
        {10000, 203, 4000, 201.493927}, {10000, 203, 10000, 203.004486},
        {1000, 400, 203, 203.004486},   {1000, 400, 400, 348.653656},
        {1000, 400, 1000, 399.991455},
    };

    for (size_t i = 0; i < sizeof(point) / sizeof(point[0]); i++) {
        char text[100];
        double got;

        snprintf(text, sizeof(text), "peak=%g;target=%g;highlights=0",
                 point[i][0], point[i][1]);
        got = mapped(0, text, point[i][2]);
        if (fabs(got / point[i][3] - 1) > 6e-5)
            fail_msg("%g of %g for %g: %g, not %g", point[i][2], point[i][0],
                     point[i][1], got, point[i][3]);
    }
}

#define SIDE 64
#define N    (SIDE * SIDE)

static void write_planes(const char *path, const struct pixels *p)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    for (int c = 0; c < 3; c++) /* green, blue, red */
        assert_int_equal(fwrite(p->c[(c + 1) % 3], sizeof(float), N, f), N);
    assert_int_equal(fclose(f), 0);
}

static void read_planes(const char *path, struct pixels *p)
{
    FILE *f = fopen(path, "rb");

    assert_non_null(f);
    for (int c = 0; c < 3; c++)
        assert_int_equal(fread(p->c[(c + 1) % 3], sizeof(float), N, f), N);
    assert_int_equal(fclose(f), 0);
}

/* Its unit is the white of the display, its peak a multiple of that. */
TEST(the_others_are_those_of_ffmpeg)
{
    static struct pixels in, theirs, ours;

    NEED("ffmpeg");
    in.n = N;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            in.c[c][i] = (float)(1000.0 / 203 * pow(draw(), 3));
    write_planes("tone.raw", &in);
    for (int m = 1; m < METHODS; m++) {
        char text[100];
        double worst = 0;

        assert_int_equal(
            sh("ffmpeg -v error -y -f rawvideo -pix_fmt gbrpf32le -s %dx%d "
               "-i tone.raw -vf tonemap=%s:desat=0:peak=%.9g -f rawvideo "
               "-pix_fmt gbrpf32le tone.out",
               SIDE, SIDE, methods[m], 1000.0 / 203),
            0);
        read_planes("tone.out", &theirs);
        ours = in;
        snprintf(text, sizeof(text), "method=%s;peak=1000;highlights=0",
                 methods[m]);
        run_op("display_map", text, &ours);
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 3; c++)
                worst =
                    fmax(worst, fabs((double)(ours.c[c][i] - theirs.c[c][i])));
        if (worst > 3e-5)
            fail_msg("%s: %g", methods[m], worst);
    }
}

/* Rising, without a jump, and the peak is the target to the last digits. */
TEST(curves_rise_smoothly_to_the_target)
{
    static struct pixels p;

    for (int m = 0; m < METHODS; m++)
        for (int k = 0; k < RANGES; k++) {
            const struct display_range *r = &ranges[k];
            char text[200];
            double end;

            p.n = 4096;
            for (int i = 0; i < p.n; i++)
                p.c[0][i] = p.c[1][i] = p.c[2][i] =
                    (float)(r->peak / 203 * exp2((i - 4000) / 128.0));
            snprintf(text, sizeof(text), "method=%s;peak=%g;target=%g",
                     methods[m], r->peak, r->target);
            run_op("display_map", text, &p);
            for (int i = 1; i < p.n; i++) {
                const float a = p.c[1][i - 1], b = p.c[1][i];

                if (b < a * (1 - 2e-7f) || b > a * 1.01f + 1e-9f)
                    fail_msg("%s: %g after %g", text, (double)b, (double)a);
            }
            end = (double)p.c[1][4000] * 203 / r->target;
            if (fabs(end - 1) > 2e-7 ||
                fabsf(p.c[1][4095] / p.c[1][4050] - 1) > 2e-7f)
                fail_msg("%s: the peak becomes %.9g", text, end);
        }
}

/* What lies below the knee, and all of a picture of less range: its bits. */
TEST(light_that_fits_stays)
{
    static struct pixels p, was;

    p.n = 4096;
    for (int i = 0; i < p.n; i++)
        for (int c = 0; c < 3; c++)
            p.c[c][i] = (float)(draw() * 80 / 203);
    was = p;
    run_op("display_map", "peak=1000", &p);
    assert_memory_equal(&p, &was, sizeof(p));
    run_op("display_map", "peak=1000;method=clip", &p);
    assert_memory_equal(&p, &was, sizeof(p));
    for (int m = 0; m < METHODS; m++) {
        char text[60];

        snprintf(text, sizeof(text), "peak=203;method=%s", methods[m]);
        run_op("display_map", text, &p);
        assert_memory_equal(&p, &was, sizeof(p));
    }
}

/* Brightness where BT.2408 looks first. The old chain had a tenth of it. */
TEST(reference_white_stays_bright)
{
    static const double least[] = {155, 75, 135, 120, 203};

    for (int m = 0; m < METHODS; m++) {
        const double white = mapped(m, "peak=1000", 203);

        if (white < least[m] || white > 203.0001)
            fail_msg("%s: %g", methods[m], white);
    }
}

TESTS(bt2390_is_the_eetf_of_the_report, bt2390_is_that_of_libplacebo,
      the_others_are_those_of_ffmpeg, curves_rise_smoothly_to_the_target,
      light_that_fits_stays, reference_white_stays_bright)
