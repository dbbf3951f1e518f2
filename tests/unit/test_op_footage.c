/* What operations for footage promise. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "applied.h"

#define W 160
#define H 90

/* Frame `at` of a clip, as an operation makes it with those around it. */
static struct image *made(const char *name, const char *text,
                          struct image *const *frame, int count, int at)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find(name);
    const struct op_site site = {
        .w = W, .h = H, .full_w = W, .full_h = H, .sx = 1, .sy = 1};
    struct view near[2 * OP_FRAMES_MAX];
    struct arena scratch = {0};
    struct image *out = picture(W, H, 3);
    struct op_job job = {.k = kern_best(),
                         .src = frame[at]->v,
                         .dst = out->v,
                         .y1 = H,
                         .site = &site,
                         .from = &site,
                         .scratch = &scratch,
                         .near = near};
    struct err e = {0};
    int most;

    set_values(op, text, values);
    most = op->frames(values);
    assert_true(most <= OP_FRAMES_MAX);
    job.before = at < most ? at : most;
    job.after = count - 1 - at < most ? count - 1 - at : most;
    for (int i = 0; i < job.before; i++)
        near[i] = frame[at - job.before + i]->v;
    for (int i = 0; i < job.after; i++)
        near[job.before + i] = frame[at + 1 + i]->v;
    assert_int_equal(arena_init(&scratch, op->scratch(values, &site, H), &e),
                     0);
    op->rows(&job, values);
    arena_release(&scratch);
    return out;
}

static bool same_bits(const struct image *a, const struct image *b)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            if (memcmp(row_of(&a->v, p, y), row_of(&b->v, p, y),
                       W * sizeof(float)) != 0)
                return false;
    return true;
}

#define CODE (1 / 255.0)

/* Structure at rest, in roots of light; `way` moves it. */
static double wall_at(double x, double y, int p)
{
    return 0.45 + 0.1 * sin(x * 0.4 + p) * cos(y * 0.3) + 0.02 * p;
}

/* A frame of a wall, noise of `sigma` code values in each channel. */
static struct image *wall(double way, double sigma, int seed)
{
    struct image *im = picture(W, H, 3);

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] =
                    (float)(wall_at(x - way, y, p) +
                            sigma * CODE * noise_at(x, y, 3 * seed + p));
    return im;
}

static void free_all(struct image **frame, int count)
{
    for (int i = 0; i < count; i++)
        image_free(frame[i]);
}

/* Root of the mean square of what differs from the wall, in code values. */
static double error_of(const struct image *im, double way)
{
    double sum = 0;

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                sum +=
                    pow((at(im, p, x, y) - wall_at(x - way, y, p)) / CODE, 2);
    return sqrt(sum / (3.0 * W * H));
}

static void a_still_comes_back_bit_for_bit(void **state)
{
    struct image *frame = wall(0, 2, 1);
    struct image *out = made("temporal_denoise", "luma=9", &frame, 1, 0);

    (void)state;
    assert_true(same_bits(frame, out));
    image_free(frame);
    image_free(out);
}

/* 2 n + 1 frames of pure noise would leave 1 / sqrt(2 n + 1) of it. */
static void noise_of_what_rests_goes(void **state)
{
    static const struct {
        const char *text;
        double best;
    } cases[] = {
        {"luma=1.5 chroma=1.4 radius=1", 0.577},
        {"luma=1.5 chroma=1.4 radius=2", 0.447},
        {"luma=1.5 chroma=1.4 radius=3", 0.378},
    };
    struct image *frame[7];

    (void)state;
    for (int i = 0; i < 7; i++)
        frame[i] = wall(0, 2, i + 1);
    for (int i = 0; i < 3; i++) {
        struct image *out =
            made("temporal_denoise", cases[i].text, frame, 7, 3);
        const double share = error_of(out, 0) / error_of(frame[3], 0);

        if (share < cases[i].best || share > 1.06 * cases[i].best)
            fail_msg("%s: %g of the noise is left", cases[i].text, share);
        image_free(out);
    }
    free_all(frame, 7);
}

/* Frames behind a cut have no part at all, nor has what lies beyond it. */
static void a_cut_does_not_bleed(void **state)
{
    struct image *frame[7], *out, *alone;

    (void)state;
    for (int i = 0; i < 7; i++)
        frame[i] = wall(0, 2, i + 1);
    for (int i = 4; i < 6; i++)
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    row_of(&frame[i]->v, p, y)[x] += 0.1f;
    out = made("temporal_denoise", "luma=2 chroma=2 radius=3", frame, 7, 3);
    alone = made("temporal_denoise", "luma=2 chroma=2 radius=3", frame, 4, 3);
    assert_true(same_bits(out, alone));
    free_all(frame, 7);
    image_free(out);
    image_free(alone);
}

/* Structure of 20 code values that runs is as if its frame stood alone. */
static void what_moves_does_not_smear(void **state)
{
    struct image *frame[5], *out;
    double before, after;

    (void)state;
    for (int i = 0; i < 5; i++)
        frame[i] = wall(4.0 * i, 0, 1);
    out = made("temporal_denoise", "luma=1.5 chroma=1.5", frame, 5, 2);
    /* measured: 0.10 code values, of a deviation of 13 */
    assert_true(error_of(out, 8) < 0.15);
    free_all(frame, 5);
    image_free(out);
    for (int i = 0; i < 5; i++)
        frame[i] = wall(4.0 * i, 2, i + 1);
    out = made("temporal_denoise", "luma=1.5 chroma=1.5", frame, 5, 2);
    before = error_of(frame[2], 8);
    assert_true(after < 1.001 * before);
    free_all(frame, 5);
    image_free(out);
}

static double luma(const struct image *im, int x, int y)
{
    return 0.2627002 * at(im, 0, x, y) + 0.6779981 * at(im, 1, x, y) +
           0.0593017 * at(im, 2, x, y);
}

static void luma_and_chroma_go_apart(void **state)
{
    struct image *frame[3], *color, *light;

    (void)state;
    for (int i = 0; i < 3; i++)
        frame[i] = wall(0, 2, i + 1);
    color = made("temporal_denoise", "luma=0 radius=1", frame, 3, 1);
    light = made("temporal_denoise", "chroma=0 radius=1", frame, 3, 1);
    assert_false(same_bits(color, frame[1]));
    assert_false(same_bits(light, frame[1]));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const double u = at(frame[1], 0, x, y) - at(frame[1], 1, x, y);
            const double v = at(light, 0, x, y) - at(light, 1, x, y);

            assert_true(fabs(luma(color, x, y) - luma(frame[1], x, y)) < 1e-6);
            assert_true(fabs(u - v) < 1e-6);
        }
    free_all(frame, 3);
    image_free(color);
    image_free(light);
}

/* Grey ramp of 20 code values over `w` pixels, as a file of 8 bits has it. */
static double ramp_at(int x, int y)
{
    return (60 + 0.1 * x + 0.02 * y) * CODE;
}

static double stepped_at(int x, int y)
{
    return rint(ramp_at(x, y) / CODE) * CODE;
}

/*
 * Of what a plane misses of the ramp, in code values: the root of the mean
 * square, and the largest change within four pixels of means over 5 x 5.
 */
static double missed(const struct image *im, int p, double *contour)
{
    double sum = 0, last[4] = {0};

    *contour = 0;
    for (int y = 2; y < im->v.h - 2; y++)
        for (int x = 2; x < im->v.w - 2; x++) {
            double mean = 0;

            sum += pow((at(im, p, x, y) - ramp_at(x, y)) / CODE, 2);
            for (int i = 0; i < 25; i++) {
                const int u = x + i % 5 - 2, v = y + i / 5 - 2;

                mean += (at(im, p, u, v) - ramp_at(u, v)) / CODE / 25;
            }
            if (x >= 6)
                *contour = fmax(*contour, fabs(mean - last[x % 4]));
            last[x % 4] = mean;
        }
    return sqrt(sum / ((im->v.w - 4.0) * (im->v.h - 4)));
}

static void bands_go(void **state)
{
    struct image *in = grey(640, 360, stepped_at), *out;
    double before, after, step, left;

    (void)state;
    before = missed(in, 1, &step);
    out = applied("deband", "dither=0", in);
    after = missed(out, 1, &left);
    /* measured: 0.289 becomes 0.014, 0.40 becomes 0.09, at the left end */
    if (after > 0.07 * before || left > 0.25 * step)
        fail_msg("%g to %g, steps of %g to %g", before, after, step, left);
    image_free(in);
    image_free(out);
}

/* Rounded to 8 bits again: with the pattern, bands do not come back. */
static void dither_keeps_bands_from_coming_back(void **state)
{
    struct image *in = grey(640, 360, stepped_at), *out;
    double step, plain, fine;

    (void)state;
    missed(in, 1, &step);
    for (int i = 0; i < 2; i++) {
        out = applied("deband", i ? "dither=1" : "dither=0", in);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < 360; y++)
                for (int x = 0; x < 640; x++) {
                    float *v = row_of(&out->v, p, y) + x;

                    *v = (float)(rint((double)*v / CODE) * CODE);
                }
        missed(out, 1, i ? &fine : &plain);
        image_free(out);
    }
    /* measured: 0.40 and 0.16 */
    if (plain < 0.9 * step || fine > 0.5 * step)
        fail_msg("of %g %g comes back, %g with dither", step, plain, fine);
    image_free(in);
}

static double smooth_at(int x, int y)
{
    return ramp_at(x, y);
}

static double chart_at(int x, int y)
{
    const int dx = x - 300, dy = y - 180;

    return (110 + 4 * cos((dx * dx + dy * dy) * 0.004)) * CODE +
           (x > 500 ? 0.2 : 0);
}

/* A gradient that needs nothing, also where it ends; an edge; detail. */
static void what_is_no_band_stays(void **state)
{
    struct image *smooth = grey(640, 360, smooth_at);
    struct image *chart = grey(640, 360, chart_at), *a, *b;
    double most = 0, square = 0;

    (void)state;
    a = applied("deband", "dither=0", smooth);
    b = applied("deband", "dither=0", chart);
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++) {
            most = fmax(most, fabs(at(a, 0, x, y) - at(smooth, 0, x, y)));
            square += pow((at(b, 0, x, y) - at(chart, 0, x, y)) / CODE, 2);
        }
    /* measured: 0.0001 and 0.02 code values */
    assert_true(most < 0.01 * CODE);
    assert_true(sqrt(square / (640 * 360)) < 0.05);
    for (int y = 0; y < 360; y++)
        for (int x = 494; x < 506; x++)
            assert_true(at(b, 0, x, y) == at(chart, 0, x, y));
    image_free(smooth);
    image_free(chart);
    image_free(a);
    image_free(b);
}

static double flat_value;

static double flat_at(int x, int y)
{
    (void)x;
    (void)y;
    return flat_value;
}

/* Less than a step of 16 bits, for grain as films have it and finer. */
static void grain_moves_no_mean(void **state)
{
    static const double values[] = {0.25, 0.5, 0.75};
    static const char *const texts[] = {
        "amount=0.2",
        "amount=1",
        "amount=0.5 size=0.0013 seed=3",
        "amount=0.2 size=0.002 roughness=0.5",
        "amount=0.3 size=0.004 seed=5",
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct image *in;

        flat_value = values[i];
        in = grey(1920, 1080, flat_at);
        for (int k = 0; k < 5; k++) {
            struct image *out = applied("grain", texts[k], in);

            for (int p = 0; p < 3; p++) {
                double mean;

                deviation(out, p, 0, &mean);
                if (fabs(mean - values[i]) > 1 / 65535.0)
                    fail_msg("%s at %g: the mean moves by %g of 65535",
                             texts[k], values[i], (mean - values[i]) * 65535);
            }
            image_free(out);
        }
        image_free(in);
    }
}

/* The grain of a frame on middle grey. */
static struct image *grain_of(const struct image *in, int frame)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("grain");
    const struct apply_how how = {.isa = cpu_isa(), .frame = frame};
    struct image *out = NULL;
    struct err e = {0};

    set_values(op, "amount=0.5 size=0.01", values);
    if (apply(op, values, in, &how, &out, &e) < 0)
        fail_msg("%s", e.text);
    return out;
}

static void every_frame_has_its_own_grain(void **state)
{
    struct image *in, *first, *again, *next;
    double ab = 0, aa = 0;

    (void)state;
    flat_value = 0.5;
    in = grey(W, H, flat_at);
    first = grain_of(in, 7);
    again = grain_of(in, 7);
    next = grain_of(in, 8);
    assert_true(same_bits(first, again));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            ab += (at(first, 0, x, y) - 0.5) * (at(next, 0, x, y) - 0.5);
            aa += (at(first, 0, x, y) - 0.5) * (at(first, 0, x, y) - 0.5);
        }
    assert_true(fabs(ab / aa) < 0.06);
    image_free(in);
    image_free(first);
    image_free(again);
    image_free(next);
}

static double card_at(int x, int y)
{
    return x > 280 && y > 60 && y < 120 ? 6 : 0.18;
}

/* Greys below the threshold, alone or out of reach of a lamp, keep their bits.
 */
static void halation_leaves_greys_grey(void **state)
{
    static const double values[] = {0, 0.05, 0.18, 0.48};
    struct image *in, *out;

    (void)state;
    for (int i = 0; i < 4; i++) {
        flat_value = values[i];
        in = grey(W, H, flat_at);
        out = applied("halation", "amount=1", in);
        assert_true(same_bits(in, out));
        image_free(in);
        image_free(out);
    }
    in = grey(320, 180, card_at);
    out = applied("halation", "amount=1 radius=0.01", in);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 180; y++)
            for (int x = 0; x < 320; x++) {
                if (x < 240)
                    assert_true(at(in, p, x, y) == at(out, p, x, y));
                else if (x > 276 && x <= 280 && y > 70 && y < 110)
                    assert_true(at(out, 0, x, y) > at(out, 2, x, y));
            }
    image_free(in);
    image_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_still_comes_back_bit_for_bit),
        cmocka_unit_test(noise_of_what_rests_goes),
        cmocka_unit_test(a_cut_does_not_bleed),
        cmocka_unit_test(what_moves_does_not_smear),
        cmocka_unit_test(luma_and_chroma_go_apart),
        cmocka_unit_test(bands_go),
        cmocka_unit_test(dither_keeps_bands_from_coming_back),
        cmocka_unit_test(what_is_no_band_stays),
        cmocka_unit_test(grain_moves_no_mean),
        cmocka_unit_test(every_frame_has_its_own_grain),
        cmocka_unit_test(halation_leaves_greys_grey),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
