/* Operations on depth: what each does to light, by its own formula. */

#include "test.h"

#include "look/look.h"
#include "made_depth.h"

#define W 120
#define H 90

static struct image *flat(float r, float g, float b)
{
    const float c[3] = {r, g, b};
    struct image *im = NULL;
    struct err e = {0};

    assert_int_equal(image_new(W, H, 3, &im, &e), 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] = c[p];
    return im;
}

/* Takes `in`. show: the operation whose picture is wanted, or NULL. */
static struct image *run_take(const char *text, enum depth_kind kind,
                              struct image *in, const char *show)
{
    struct made_depth made = {kind, W, H};
    const struct depth_source source = {made_get, &made};
    struct look *look = NULL;
    struct render r = {.k = kern_best(), .depth = &source, .image = in};
    struct image *out = NULL;
    struct err e = {0};
    int rc = look_parse(text, strlen(text), "t", NULL, &look, &e);

    if (rc == 0)
        rc = pool_new(2, &r.pool, &e);
    if (rc == 0)
        rc = chain_new(look, W, H, 3, 0, 0, &r.chain, &e);
    if (rc == 0 && show)
        rc = chain_show(r.chain, show, &e);
    if (rc == 0)
        rc = render_image(&r, &out, &e);
    if (rc < 0)
        fail_msg("%s", e.text);
    image_free(in);
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    return out;
}

/* Places: on the near thing, on the far floor, in the sky. */
enum { NEAR, FAR, SKY };
static float at(const struct image *im, int place, int p)
{
    static const int x[] = {36, 60, 10}, y[] = {56, 51, 5};

    return row_of(&im->v, p, y[place])[x[place]];
}

static float metres(int place)
{
    static const int x[] = {36, 60, 10}, y[] = {56, 51, 5};

    return made_metres(((float)x[place] + 0.5f) / W,
                       ((float)y[place] + 0.5f) / H);
}

TEST(zones_go_from_near_to_far)
{
    struct image *im =
        run_take("[zone_tone: {zones: 2, limits: '5', exposure: '1 -1', white: "
                 "0}]",
                 DEPTH_METRIC, flat(0.2f, 0.2f, 0.2f), NULL);

    assert_float_equal(at(im, NEAR, 1), 0.4, 1e-4);
    assert_float_equal(at(im, FAR, 1), 0.1, 1e-4);
    assert_float_equal(at(im, SKY, 1), 0.1, 1e-4);
    image_free(im);
}

TEST(white_stays_white)
{
    static const char *const looks[] = {
        "[zone_tone: {exposure: '0.5 0 -0.5', contrast: '0.3 0 -0.2'}]",
        "[zone_tone: {gamma: '1.4 1 0.8', saturation: '0.3 0 -0.3'}]",
        "[zone_tone: {curve: agx}]",
        "[zone_tone: {curve: filmic}]",
        "[zone_tone: {curve: reinhard}]",
    };

    for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
        struct image *im =
            run_take(looks[i], DEPTH_RELATIVE, flat(1, 1, 1), NULL);

        for (int place = 0; place < 3; place++)
            if (fabsf(at(im, place, 1) - 1) > 2e-3f)
                fail_msg("%s: white became %g", looks[i],
                         (double)at(im, place, 1));
        image_free(im);
    }
}

/* Zones of equal shares: a third each of what is not sky. */
TEST(percentiles_share_the_picture)
{
    struct image *im = run_take("[zone_tone: {zones: 3, softness: 0, exposure: "
                                "'2 0 -2', white: 0}]",
                                DEPTH_METRIC, flat(0.2f, 0.2f, 0.2f), NULL);
    int count[3] = {0}, all = 0;

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const float v = row_of(&im->v, 0, y)[x];

            if (isinf(
                    made_metres(((float)x + 0.5f) / W, ((float)y + 0.5f) / H)))
                continue;
            count[v > 0.5f ? 0 : v > 0.1f ? 1 : 2]++;
            all++;
        }
    for (int i = 0; i < 3; i++)
        assert_in_range(count[i], all * 25 / 100, all * 42 / 100);
    image_free(im);
}

TEST(zones_show_themselves)
{
    struct image *im =
        run_take("[zone_tone: {zones: 2, exposure: '1 0'}, exposure: {ev: 3}]",
                 DEPTH_METRIC, flat(0.5f, 0.5f, 0.5f), "zone_tone");

    assert_true(at(im, NEAR, 0) > 2 * at(im, NEAR, 1));
    assert_true(at(im, SKY, 0) > 2 * at(im, SKY, 1));
    assert_true(at(im, SKY, 2) > 2 * at(im, SKY, 1));
    image_free(im);
    im = run_take("[exposure: {ev: 3, mask: sky}]", DEPTH_METRIC,
                  flat(0.5f, 0.5f, 0.5f), "exposure");
    assert_true(at(im, NEAR, 0) == 0 && at(im, SKY, 0) == 1);
    image_free(im);
}

/* Beer and Lambert in linear light, the sky apart. */
TEST(air_takes_and_gives_light)
{
    struct image *im =
        run_take("[atmosphere: {density: 0.02, color: 1 1 1, sky: 0}]",
                 DEPTH_METRIC, flat(0.1f, 0.2f, 0.4f), NULL);
    static const float c[3] = {0.1f, 0.2f, 0.4f};

    for (int p = 0; p < 3; p++)
        for (int place = NEAR; place <= FAR; place++) {
            const float t = expf(-0.02f * metres(place));

            /* Depth is kept in 16 bits; white of sRGB is white here. */
            assert_float_equal(at(im, place, p), c[p] * t + 1 - t, 2e-4);
        }
    assert_true(at(im, SKY, 0) == 0.1f && at(im, SKY, 2) == 0.4f);
    image_free(im);
}

/* Above the eye air gets thinner, so more arrives. */
TEST(air_is_thinner_above)
{
    const char *const all =
        "[atmosphere: {density: 0.1, color: 1 1 1, horizon: "
        "0.5, falloff: %g}]";
    char text[120];
    struct image *same, *thin;

    snprintf(text, sizeof(text), all, 0.0);
    same = run_take(text, DEPTH_METRIC, flat(0.1f, 0.1f, 0.1f), NULL);
    snprintf(text, sizeof(text), all, 1.0);
    thin = run_take(text, DEPTH_METRIC, flat(0.1f, 0.1f, 0.1f), NULL);
    /* A wall above the horizon, the floor below it. */
    assert_true(row_of(&thin->v, 1, 25)[100] < row_of(&same->v, 1, 25)[100]);
    assert_true(row_of(&thin->v, 1, 85)[60] > row_of(&same->v, 1, 85)[60]);
    image_free(same);
    image_free(thin);
}

/* With the light of its own horizon, the horizon stays what it is. */
TEST(air_has_the_light_of_the_horizon)
{
    struct image *im = run_take("[atmosphere: {density: 0.5}]", DEPTH_METRIC,
                                flat(0.3f, 0.35f, 0.5f), NULL);

    assert_float_equal(at(im, FAR, 0), 0.3, 1e-4);
    assert_float_equal(at(im, FAR, 2), 0.5, 1e-4);
    image_free(im);
}

/* Noise by formula, dark and light patches that depth knows nothing of. */
static struct image *noisy(void)
{
    struct image *im = flat(0.2f, 0.2f, 0.2f);

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] +=
                    0.02f * sinf((float)(x * 37 + y * 91 + p * 17));
    return im;
}

/* Mean square of what is left of the noise in a box. */
static double noise_in(const struct image *im, int x0, int y0, int x1, int y1)
{
    double sum = 0;

    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            const double d = (double)row_of(&im->v, 1, y)[x] - 0.2;

            sum += d * d;
        }
    return sum / ((x1 - x0) * (y1 - y0));
}

TEST(far_things_lose_more_noise)
{
    struct image *in = noisy(),
                 *im = run_take("[depth_denoise: {luma: 1, chroma: 1, near: "
                                "0.1, far: 1}]",
                                DEPTH_METRIC, noisy(), NULL);
    double near, sky;

    near = noise_in(im, 32, 52, 40, 60) / noise_in(in, 32, 52, 40, 60);
    sky = noise_in(im, 3, 3, 40, 14) / noise_in(in, 3, 3, 40, 14);
    assert_true(sky < 0.3);
    assert_true(near > 2 * sky);
    image_free(in);
    image_free(im);
}

/* Left of column 54 is sky, right of it a wall. */
TEST(edges_of_depth_keep_their_pixels)
{
    struct image *in = noisy(),
                 *im = run_take("[depth_denoise: {luma: 1, near: 1, far: 1}]",
                                DEPTH_METRIC, noisy(), NULL);

    for (int x = 53; x <= 54; x++)
        assert_float_equal(row_of(&in->v, 1, 25)[x], row_of(&im->v, 1, 25)[x],
                           1e-6);
    assert_true(fabsf(row_of(&in->v, 1, 25)[30] - row_of(&im->v, 1, 25)[30]) >
                1e-4f);
    image_free(in);
    image_free(im);
}

TEST(near_things_gain_more_contrast)
{
    struct image *in = noisy(),
                 *im = run_take("[depth_clarity: {amount: 1, near: 1, far: 0, "
                                "edges: 0}]",
                                DEPTH_METRIC, noisy(), NULL);

    assert_true(noise_in(im, 32, 52, 40, 60) >
                1.3 * noise_in(in, 32, 52, 40, 60));
    for (int x = 2; x < 40; x++)
        assert_true(row_of(&in->v, 1, 5)[x] == row_of(&im->v, 1, 5)[x]);
    image_free(in);
    image_free(im);
}

/* A bright wall against a dark sky: no rim of either at the silhouette. */
TEST(silhouettes_have_no_halo)
{
    struct image *in = flat(0.1f, 0.1f, 0.1f), *im;
    float most = 0;

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 54; x < W; x++)
                row_of(&in->v, p, y)[x] = 0.5f;
    im = run_take("[depth_clarity: {amount: 1, near: 1, far: 1}]", DEPTH_METRIC,
                  in, NULL);
    for (int x = 2; x < W - 2; x++) {
        const float want = x < 54 ? 0.1f : 0.5f;

        most = fmaxf(most, fabsf(row_of(&im->v, 1, 25)[x] / want - 1));
    }
    if (most > 0.02f)
        fail_msg("a rim of %g", (double)most);
    image_free(im);
}

TESTS(zones_go_from_near_to_far, white_stays_white,
      percentiles_share_the_picture, zones_show_themselves,
      air_takes_and_gives_light, far_things_lose_more_noise,
      edges_of_depth_keep_their_pixels, near_things_gain_more_contrast,
      silhouettes_have_no_halo, air_is_thinner_above,
      air_has_the_light_of_the_horizon)
