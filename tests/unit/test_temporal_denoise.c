/* Frames of footage averaged where nothing moves. */

#include "test.h"

#include "applied.h"

#define W 160
#define H 90

static bool in_code; /* what frames hold, instead of roots of light */

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
                         .near = near,
                         .code = in_code};
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

#define CODE (1 / 255.0)

/* Of luma, ITU-R BT.2020. */
#define WR 0.2627002
#define WG 0.6779981
#define WB 0.0593017

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

TEST(a_still_comes_back_bit_for_bit)
{
    struct image *frame = wall(0, 2, 1);
    struct image *out = made("temporal_denoise", "luma=9", &frame, 1, 0);

    assert_true(same_bits(frame, out));
    image_free(frame);
    image_free(out);
}

/* 2 n + 1 frames of pure noise would leave 1 / sqrt(2 n + 1) of it. */
TEST(noise_of_what_rests_goes)
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
TEST(a_cut_does_not_bleed)
{
    struct image *frame[7], *out, *alone;

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
TEST(what_moves_does_not_smear)
{
    struct image *frame[5], *out;
    double before, after;

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
    after = error_of(out, 8);
    assert_true(after < 1.001 * before);
    free_all(frame, 5);
    image_free(out);
}

static double luma(const struct image *im, int x, int y)
{
    return WR * at(im, 0, x, y) + WG * at(im, 1, x, y) + WB * at(im, 2, x, y);
}

TEST(luma_and_chroma_go_apart)
{
    struct image *frame[3], *color, *light;

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
/* In the dark a root of light has larger steps than a code value. */
TEST(strength_is_in_code_values)
{
    struct image *frame[2] = {picture(W, H, 3), picture(W, H, 3)};

    for (int i = 0; i < 2; i++)
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    row_of(&frame[i]->v, p, y)[x] =
                        (float)(0.03 + i * 3.5 * CODE);
    for (int code = 0; code < 2; code++) {
        struct image *out;

        in_code = code;
        out = made("temporal_denoise", "luma=1.5 radius=1", frame, 2, 0);
        in_code = false;
        assert_true(same_bits(out, frame[0]) == (code == 1));
        image_free(out);
    }
    free_all(frame, 2);
}

TESTS(a_still_comes_back_bit_for_bit, noise_of_what_rests_goes,
      a_cut_does_not_bleed, what_moves_does_not_smear, luma_and_chroma_go_apart,
      strength_is_in_code_values)
