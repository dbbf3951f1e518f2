/*
 * Depth of field against brute force: every pixel gathers from all others at
 * full size, in double, by the model that the operation has: what is behind
 * the focus reaches as far as the smaller of two radii, what is in front of it
 * as far as its own and over all else.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kern/math.h"
#include "look/look.h"
#include "made_depth.h"

#define W      240
#define H      180
#define RADIUS 0.05 /* of the long edge: 12 pixels */
#define FOCAL  0.05
#define SENSOR 0.036
#define N      0.7

static const double most = RADIUS * W;

/* Patches with texture, and lights. */
static struct image *picture(void)
{
    struct image *im = NULL;
    struct err e = {0};

    assert_int_equal(image_new(W, H, 3, &im, &e), 0);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int p = 0; p < 3; p++) {
                const float z =
                    made_metres(((float)x + 0.5f) / W, ((float)y + 0.5f) / H);
                const float tone = isinf(z) ? 0.8f : z < 3 ? 0.5f : 0.25f;
                const float tint = z < 3 ? (p == 0 ? 1 : 0.4f)
                                         : (p == 1 ? 1 : 0.7f);
                const float wave = sinf((float)x * 0.7f) *
                                   cosf((float)y * 0.45f + (float)p);

                row_of(&im->v, p, y)[x] =
                    tone * tint * (1 + 0.4f * wave) +
                    (x % 60 == 30 && y % 45 == 20 ? 6.0f : 0.0f);
            }
    return im;
}

static struct image *blur(const struct image *in, const char *text, int threads,
                          int strip)
{
    struct made_depth made = {DEPTH_METRIC, W, H};
    const struct depth_source source = {made_get, &made};
    struct look *look = NULL;
    struct render r = {
        .k = kern_best(), .depth = &source, .image = in, .strip_rows = strip};
    struct image *out = NULL;
    struct err e = {0};
    int rc = look_parse(text, strlen(text), "t", NULL, &look, &e);

    if (rc == 0)
        rc = pool_new(threads, &r.pool, &e);
    if (rc == 0)
        rc = chain_new(look, W, H, 3, 0, 0, &r.chain, &e);
    if (rc == 0)
        rc = render_image(&r, &out, &e);
    if (rc < 0)
        fail_msg("%s", e.text);
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    return out;
}

static double radius_of(double z, double focus)
{
    const double gain = FOCAL * FOCAL / (N * (focus - FOCAL)) / SENSOR * W / 2;
    const double r = isinf(z) ? gain * (1 - focus / (double)MADE_SKY)
                              : gain * (1 - focus / z);

    return fmin(fmax(r, -most), most);
}

static double reach(double radius, double distance)
{
    return fmin(fmax(radius - distance + 0.5, 0), 1);
}

/* Light that a point of a radius gives to all pixels together. */
static double light_of(double radius)
{
    static double table[1024];
    const int i = (int)(radius * 32);

    if (table[i] == 0)
        for (int y = -40; y <= 40; y++)
            for (int x = -40; x <= 40; x++)
                table[i] += reach(radius, hypot(x, y));
    return table[i];
}

static int inside(int v, int n)
{
    return v < 0 ? 0 : v >= n ? n - 1 : v;
}

static void gather(const struct image *in, const double *radius, int x, int y,
                   double out[3])
{
    const int r = (int)ceil(most) + 1;
    const double own = radius[y * W + x];
    double far[4] = {0}, near[4] = {0}, rest[4] = {0};

    for (int dy = -r; dy <= r; dy++)
        for (int dx = -r; dx <= r; dx++) {
            const int u = inside(x + dx, W), v = inside(y + dy, H);
            const double q = radius[v * W + u], d = hypot(dx, dy);
            const double m = fmin(fabs(q), fabs(own));
            const double n = reach(-q, d) / light_of(fabs(q));
            const double f = reach(m, d) / light_of(m);
            const double g = exp(-d * d / (0.5 * most * most));
            const bool in_front = q < -0.5;

            for (int p = 0; p < 4; p++) {
                const double c = p < 3 ? (double)row_of(&in->v, p, v)[u] : 1;

                near[p] += in_front ? n * c : 0;
                far[p] += q > 0 || own < 0 ? f * c : 0;
                rest[p] += in_front ? 0 : g * c;
            }
        }
    for (int p = 0; p < 3; p++) {
        const double cover = fmin(near[3], 1);
        double base = (double)row_of(&in->v, p, y)[x];

        if (own > 0.5)
            base = far[p] / far[3];
        else if (own < -0.5)
            base = rest[3] > 1e-9 ? rest[p] / rest[3] : far[p] / far[3];
        out[p] = near[p] / fmax(near[3], 1) + base * (1 - cover);
    }
}

static double psnr(double focus)
{
    double *radius = calloc(W * H, sizeof(*radius)), sum = 0;
    struct image *in = picture(), *out;
    char text[200];

    snprintf(text, sizeof(text),
             "[depth_of_field: {focus: %g, aperture: %g, focal: %g, sensor: "
             "%g, radius: %g}]",
             focus, N, FOCAL * 1000, SENSOR * 1000, RADIUS);
    out = blur(in, text, 2, 0);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            radius[y * W + x] =
                radius_of((double)made_metres(((float)x + 0.5f) / W,
                                              ((float)y + 0.5f) / H),
                          focus);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double want[3];

            gather(in, radius, x, y, want);
            for (int p = 0; p < 3; p++) {
                const double got = (double)row_of(&out->v, p, y)[x];
                const double d = sqrt(fmax(got, 0)) - sqrt(fmax(want[p], 0));

                sum += d * d;
            }
        }
    free(radius);
    image_free(in);
    image_free(out);
    sum = -10 * log10(sum / (3.0 * W * H));
    print_message("focus at %g m: %.1f dB\n", focus, sum);
    return sum;
}

static void it_is_near_brute_force(void **state)
{
    (void)state;
    assert_true(psnr(2.1) > 42);
    assert_true(psnr(8.5) > 45);
    assert_true(psnr(40) > 39);
}

/* Pixels at the focus are not touched, whatever is around them. */
static void what_is_in_focus_keeps_its_bits(void **state)
{
    struct image *in = picture();
    struct image *out = blur(in,
                             "[depth_of_field: {focus: 2.05, aperture: 0.7, "
                             "radius: 0.05}]",
                             2, 0);
    int count = 0;

    (void)state;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const double z = (double)made_metres(((float)x + 0.5f) / W,
                                                 ((float)y + 0.5f) / H);

            /* No more than the radii of 16-bit depth are unsure. */
            if (fabs(radius_of(z, 2.05)) > 0.45)
                continue;
            for (int p = 0; p < 3; p++)
                assert_true(row_of(&in->v, p, y)[x] ==
                            row_of(&out->v, p, y)[x]);
            count++;
        }
    assert_true(count > 500);
    image_free(in);
    image_free(out);
}

/* A hot pixel that is no number stays where it is. */
static void no_number_spreads(void **state)
{
    struct image *in = picture(), *out;
    int bad = 0;

    (void)state;
    row_of(&in->v, 1, 20)[150] = NAN;
    row_of(&in->v, 0, 140)[80] = INFINITY;
    out = blur(in, "[depth_of_field: {focus: 12, aperture: 0.7, radius: 0.05}]",
               2, 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                bad += !isfinite(row_of(&out->v, p, y)[x]);
    assert_true(bad <= 2);
    image_free(in);
    image_free(out);
}

static void threads_and_strips_change_no_bit(void **state)
{
    static const char text[] = "[depth_of_field: {focus: 6, aperture: 0.7, "
                               "radius: 0.05, blades: 7, highlights: 2}]";
    struct image *in = picture(), *want = blur(in, text, 1, 0);

    (void)state;
    for (int strip = 1; strip < 80; strip += 13) {
        struct image *got = blur(in, text, 3, strip);

        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++)
                assert_memory_equal(row_of(&want->v, p, y),
                                    row_of(&got->v, p, y), W * sizeof(float));
        image_free(got);
    }
    image_free(want);
    image_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_near_brute_force),
        cmocka_unit_test(what_is_in_focus_keeps_its_bits),
        cmocka_unit_test(no_number_spreads),
        cmocka_unit_test(threads_and_strips_change_no_bit),
    };

    return cmocka_run_group_tests_name("depth_of_field", tests, NULL, NULL);
}
