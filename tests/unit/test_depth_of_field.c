/*
 * Depth of field against brute force: every pixel gathers from all others at
 * full size, in double, by the model that the operation has: what is behind
 * the focus reaches as far as the smaller of two radii, what is in front of it
 * as far as its own and over all else.
 */

#include <stdlib.h>

#include "test.h"

#include "kern/math.h"
#include "look/look.h"
#include "made_depth.h"
#include "made_shape.h"

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

static int try_blur(const struct image *in, const char *text, int threads,
                    int strip, struct image **out, struct err *e)
{
    struct made_depth made = {DEPTH_METRIC, W, H};
    const struct depth_source source = {made_get, &made};
    struct look *look = NULL;
    struct render r = {
        .k = kern_best(), .depth = &source, .image = in, .strip_rows = strip};
    int rc;

    TRY(look_parse(text, strlen(text), "t", NULL, &look, e));
    TRY(pool_new(threads, &r.pool, e));
    TRY(chain_new(look, W, H, 3, 0, 0, &r.chain, e));
    TRY(render_image(&r, out, e));
out:
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    return rc;
}

static struct image *blur(const struct image *in, const char *text, int threads,
                          int strip)
{
    struct image *out = NULL;
    struct err e = {0};

    if (try_blur(in, text, threads, strip, &out, &e) < 0)
        fail_msg("%s", e.text);
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

/* How much of a point's light lands at dx, dy. */
typedef double spread(double radius, int dx, int dy);

static double disc(double radius, int dx, int dy)
{
    return reach(radius, hypot(dx, dy));
}

/* A shape in radii around its centre. */
static made_shape *drawn;
static double drawn_x, drawn_y, drawn_scale;

static double shade(int x, int y)
{
    return drawn((x + 0.5) / MADE_SHAPE, (y + 0.5) / MADE_SHAPE) / 255.0;
}

static void draw(made_shape *shape)
{
    double sum = 0, far = 0;

    drawn = shape;
    drawn_x = drawn_y = 0;
    for (int i = 0; i < MADE_SHAPE * MADE_SHAPE; i++) {
        const int x = i % MADE_SHAPE, y = i / MADE_SHAPE;

        sum += shade(x, y);
        drawn_x += shade(x, y) * (x + 0.5);
        drawn_y += shade(x, y) * (y + 0.5);
    }
    drawn_x /= sum;
    drawn_y /= sum;
    for (int i = 0; i < MADE_SHAPE * MADE_SHAPE; i++)
        if (shade(i % MADE_SHAPE, i / MADE_SHAPE) > 0)
            far = fmax(far, hypot(i % MADE_SHAPE + 0.5 - drawn_x,
                                  i / MADE_SHAPE + 0.5 - drawn_y) +
                                0.5);
    drawn_scale = fmax(sqrt(sum / M_PI), far / 1.15);
}

/* The shape's light over a pixel, from 8 x 8 points of it. */
static double drawing(double radius, int dx, int dy)
{
    enum { POINTS = 8 };
    const double r = fmax(radius, 0.5), scale = drawn_scale / r;
    double sum = 0;

    for (int i = 0; i < POINTS * POINTS; i++) {
        const double u = dx - 0.5 + (i % POINTS + 0.5) / POINTS;
        const double v = dy - 0.5 + (i / POINTS + 0.5) / POINTS;
        const int x = (int)floor(drawn_x + u * scale);
        const int y = (int)floor(drawn_y + v * scale);

        if (x >= 0 && y >= 0 && x < MADE_SHAPE && y < MADE_SHAPE)
            sum += shade(x, y);
    }
    return sum / (POINTS * POINTS) * fmin(radius + 0.5, 1);
}

/* All of it by radius, as shares of a point's light. */
enum { SIDE = 15, FINE = 16, RADII = 12 * FINE + 1 };
static double table[RADII][2 * SIDE + 1][2 * SIDE + 1];

static void make_table(spread *light)
{
    for (int i = 0; i < RADII; i++) {
        double sum = 0;

        for (int y = -SIDE; y <= SIDE; y++)
            for (int x = -SIDE; x <= SIDE; x++) {
                table[i][SIDE + y][SIDE + x] = light((double)i / FINE, x, y);
                sum += table[i][SIDE + y][SIDE + x];
            }
        for (int y = -SIDE; y <= SIDE; y++)
            for (int x = -SIDE; x <= SIDE; x++)
                table[i][SIDE + y][SIDE + x] /= sum;
    }
}

static double share_at(double radius, int dx, int dy)
{
    return radius <= 0
               ? 0
               : table[(int)(radius * FINE + 0.5)][SIDE + dy][SIDE + dx];
}

static int inside(int v, int n)
{
    return v < 0 ? 0 : v >= n ? n - 1 : v;
}

static void gather(const struct image *in, const double *radius, int x, int y,
                   double out[3])
{
    const int r = SIDE;
    const double own = radius[y * W + x];
    double far[4] = {0}, near[4] = {0}, rest[4] = {0};

    for (int dy = -r; dy <= r; dy++)
        for (int dx = -r; dx <= r; dx++) {
            const int u = inside(x + dx, W), v = inside(y + dy, H);
            const double q = radius[v * W + u], d = hypot(dx, dy);
            const double m = fmin(fabs(q), fabs(own));
            const double n = share_at(-q, dx, dy);
            const double f = share_at(m, -dx, -dy);
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

static double psnr(double focus, const char *more)
{
    double *radius = calloc(W * H, sizeof(*radius)), sum = 0;
    struct image *in = picture(), *out;
    char text[200];

    snprintf(text, sizeof(text),
             "[depth_of_field: {focus: %g, aperture: %g, focal: %g, sensor: "
             "%g, radius: %g%s}]",
             focus, N, FOCAL * 1000, SENSOR * 1000, RADIUS, more);
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
    print_message("focus at %g m%s: %.1f dB\n", focus, more, sum);
    return sum;
}

TEST(it_is_near_brute_force)
{
    make_table(disc);
    assert_true(psnr(2.1, "") > 42);
    assert_true(psnr(8.5, "") > 45);
    assert_true(psnr(40, "") > 39);
}

static void write_shape(const char *name, made_shape *shape)
{
    struct err e = {0};

    if (made_shape_file(name, MADE_SHAPE, MADE_SHAPE, shape, &e) < 0)
        fail_msg("%s", e.text);
}

/* Not alike from both sides, with a hole, with greys. */
TEST(shapes_of_pictures_are_near_brute_force)
{
    static made_shape *const shapes[] = {made_arrow, made_ring, made_bubble};

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        write_shape("made_shape.tif", shapes[i]);
        draw(shapes[i]);
        make_table(drawing);
        assert_true(psnr(8.5, ", shape: made_shape.tif") > 39);
        if (i == 0)
            assert_true(psnr(2.1, ", shape: made_shape.tif") > 38);
        if (i == 1)
            assert_true(psnr(40, ", shape: made_shape.tif") > 38);
    }
}

TEST(shapes_that_are_none_are_refused)
{
    static const struct {
        int w, h;
        made_shape *light;
        const char *text;
    } cases[] = {
        {7, 40, made_ring,
         "it is 7 x 40, and the shape of an aperture has 8 "
         "… 1024 pixels a side; give a larger picture"},
        {40, 1025, made_ring,
         "it is 40 x 1025, and the shape of an aperture "
         "has 8 … 1024 pixels a side; give a smaller "
         "picture"},
        {40, 40, made_dark,
         "it is dark everywhere, and the shape of an "
         "aperture is light on dark; give it some light"},
        {120, 120, made_corners,
         "only 0.018 % of the circle around its light is open, and the shape "
         "of an aperture has 1 … 100 %; draw it wider"},
    };
    static const char look[] = "[depth_of_field: {shape: refused.tif}]";
    struct image *in = picture(), *out = NULL;
    char text[240];
    struct err e;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        e = (struct err){0};
        assert_int_equal(made_shape_file("refused.tif", cases[i].w, cases[i].h,
                                         cases[i].light, &e),
                         0);
        assert_int_equal(try_blur(in, look, 1, 0, &out, &e), ERR_DATA);
        snprintf(text, sizeof(text), "depth_of_field: 'refused.tif': %s",
                 cases[i].text);
        assert_string_equal(e.text, text);
    }
    assert_int_equal(remove("refused.tif"), 0);
    e = (struct err){0};
    assert_int_equal(try_blur(in, look, 1, 0, &out, &e), ERR_IO);
    assert_non_null(strstr(e.text, "cannot open 'refused.tif'"));
    image_free(in);
}

/* Pixels at the focus are not touched, whatever is around them. */
TEST(what_is_in_focus_keeps_its_bits)
{
    struct image *in = picture();
    struct image *out = blur(in,
                             "[depth_of_field: {focus: 2.05, aperture: 0.7, "
                             "radius: 0.05}]",
                             2, 0);
    int count = 0;

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
TEST(no_number_spreads)
{
    struct image *in = picture(), *out;
    int bad = 0;

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

TEST(threads_and_strips_change_no_bit)
{
    static const char text[] = "[depth_of_field: {focus: 6, aperture: 0.7, "
                               "radius: 0.05, blades: 7, highlights: 2}]";
    struct image *in = picture(), *want = blur(in, text, 1, 0);

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

TESTS(it_is_near_brute_force, shapes_of_pictures_are_near_brute_force,
      shapes_that_are_none_are_refused, what_is_in_focus_keeps_its_bits,
      no_number_spreads, threads_and_strips_change_no_bit)
