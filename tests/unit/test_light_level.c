/* MaxCLL and MaxFALL against a plain count of the same pixels. */

#include <stdlib.h>

#include "test.h"

#include "run/light_level.h"

enum { W = 333, H = 217 };

static struct image *im;
static double sorted[W * H];

static uint32_t seed;

static double draw(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed * 0x1p-32;
}

static int start(void **state)
{
    struct err e = {0};

    (void)state;
    seed = 4711;
    return image_new(W, H, 3, &im, &e);
}

static int stop(void **state)
{
    (void)state;
    image_free(im);
    im = NULL;
    return 0;
}

static void paint(double size)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] = (float)(size * pow(draw(), 4) - 0.01);
}

static struct light_part count(enum isa isa, int strip)
{
    struct light_part frame = {0};
    struct arena scratch = {0};
    struct err e = {0};

    assert_int_equal(arena_init(&scratch, light_part_scratch(W), &e), 0);
    for (int y = (H - 1) / strip * strip; y >= 0; y -= strip) {
        arena_reset(&scratch);
        light_part_add(&frame, kern_for(isa), &im->v, y,
                       y + strip < H ? y + strip : H, &scratch);
    }
    arena_release(&scratch);
    return frame;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Ascending, cd/m2; returns the mean. */
static double count_plainly(void)
{
    double sum = 0;

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double most = 0;

            for (int p = 0; p < 3; p++)
                most = fmax(most, (double)row_of(&im->v, p, y)[x] * 203);
            most = fmin(most, 10000);
            sorted[y * W + x] = most;
            sum += most;
        }
    qsort(sorted, W * H, sizeof(sorted[0]), by_value);
    return sum / (W * H);
}

TEST(levels_are_those_of_a_plain_count)
{
    struct light_level film = {0};
    double most = 0, robust = 0, average = 0;

    for (int i = 0; i < 5; i++) {
        const struct light_part frame =
            (paint(2 + 17 * (i == 3)), count(cpu_isa(), 64));

        light_level_add(&film, &frame);
        average = fmax(average, count_plainly());
        most = fmax(most, sorted[W * H - 1]);
        robust = fmax(robust, sorted[W * H - 1 - W * H / 10000]);
    }
    assert_int_equal(film.frames, 5);
    assert_true(fabs(film.most / most - 1) < 1e-7);
    assert_true(fabs(film.average / average - 1) < 1e-6);
    assert_true(film.robust >= robust * (1 - 1e-7));
    assert_true(film.robust < robust * 1.004);
}

TEST(parts_and_levels_make_no_difference)
{
    struct light_part a, b;

    paint(20);
    a = count(ISA_BASE, H);
    for (int strip = 1; strip < 300; strip = strip * 3 + 1) {
        b = count(cpu_isa(), strip);
        assert_memory_equal(&a, &b, sizeof(a));
    }
}

static void fill(double light)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] = (float)light;
}

static struct video_light level_of(bool robust)
{
    struct light_level film = {0};
    const struct light_part frame = count(cpu_isa(), 64);

    light_level_add(&film, &frame);
    return light_level_result(&film, robust);
}

/* Flat frames have a level that is known; nothing leaves 0 … 10,000. */
TEST(flat_frames_have_their_light)
{
    struct video_light l;

    fill(1);
    l = level_of(false);
    assert_true(l.there && l.max_cll == 203 && l.max_fall == 203);
    fill(4.926108);
    assert_int_equal(level_of(false).max_fall, 1000);
    fill(INFINITY);
    l = level_of(false);
    assert_true(l.max_cll == 10000 && l.max_fall == 10000);
    fill(-1);
    l = level_of(true);
    assert_true(l.max_cll == 1 && l.max_fall == 1);
    fill(NAN);
    assert_int_equal(level_of(false).max_cll, 1);
    assert_false(light_level_result(&(struct light_level){0}, true).there);
}

/* A spark of a few pixels sets MaxCLL, but not the robust one. */
TEST(sparks_are_left_out_if_wanted)
{
    struct video_light l;

    fill(1);
    for (int i = 0; i < W * H / 10000; i++)
        row_of(&im->v, 1, 9 * i)[7 * i] = 20;
    l = level_of(false);
    assert_int_equal(l.max_cll, 4060);
    l = level_of(true);
    assert_in_range(l.max_cll, 203, 204);
    row_of(&im->v, 1, 200)[0] = 20;
    assert_in_range(level_of(true).max_cll, 4060, 4060);
}

TESTS_EACH(start, stop, levels_are_those_of_a_plain_count,
           parts_and_levels_make_no_difference, flat_frames_have_their_light,
           sparks_are_left_out_if_wanted)
