/*
 * codec/yuv.h: dither and odd values, formats beside luma and chroma, and what
 * is refused.
 */

#include "film.h"

/* The mean code of each row of a grey of `value` steps, of 8 bits. */
static void dithered(const struct frame_format *f, double value, int number,
                     struct frame *frame)
{
    const struct yuv_space s = space(0, true);
    struct yuv *c = film_yuv(f, &s, true);
    struct image *image = picture(frame->w, frame->h, 3);
    const double last = ldexp(1, f->bits) - 1, v = value / last;

    paint(image, (const double[3]){v, v, v});
    film_out(c, kern_best(), &image->v, 16, number, frame);
    image_free(image);
    yuv_free(c);
}

static double row_mean(const struct frame *f, int bits, int p, int y)
{
    double sum = 0;

    for (int x = 0; x < f->w; x++)
        sum += film_code(f, bits, p, x, y);
    return sum / f->w;
}

TEST(dither_keeps_the_mean)
{
    for (int bits = 8; bits <= 12; bits += 2) {
        const struct frame_format f = {.colors = FRAME_RGB, .bits = bits};
        struct frame frame = film_new(&f, 256, 4);

        for (int n = 0; n < 64; n++) {
            dithered(&f, 100 + n / 64.0, n, &frame);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < 4; y++)
                    near(row_mean(&frame, bits, p, y), 100 + n / 64.0,
                         1.01 / 256);
        }
        film_free(&frame);
    }
}

TEST(codes_pass_the_dither)
{
    for (size_t d = 0; d < FILM_DEPTHS; d++) {
        const struct frame_format f = {.colors = FRAME_RGB,
                                       .bits = film_depths[d]};
        const int last = (1 << f.bits) - 1;
        struct frame frame = film_new(&f, 256, 2);

        for (int n = 0; n < 40; n++) {
            const int code = n < 2 ? n * last : last * n / 41;

            dithered(&f, code + (n % 3 - 1) / 1024.0, n, &frame);
            for (int p = 0; p < 3; p++)
                for (int i = 0; i < 512; i++)
                    assert_int_equal(
                        film_code(&frame, f.bits, p, i % 256, i / 256), code);
        }
        film_free(&frame);
    }
}

/*
 * Of what the dither adds, a twentieth of white noise's share lies in waves
 * longer than eight pixels; of the mean of four frames a fifth.
 */
#define SIDE 64
static double low_share(const double *error)
{
    double low = 0, all = 0;

    for (int i = 0; i < SIDE * SIDE; i++)
        all += error[i] * error[i];
    for (int u = -SIDE / 8; u <= SIDE / 8; u++)
        for (int v = -SIDE / 8; v <= SIDE / 8; v++) {
            double re = 0, im = 0;

            for (int i = 0; i < SIDE * SIDE; i++) {
                const double t = 2 * M_PI * (u * (i % SIDE) + v * (i / SIDE)) /
                                 SIDE;

                re += error[i] * cos(t);
                im += error[i] * sin(t);
            }
            if (u * u + v * v <= SIDE * SIDE / 64 && (u || v))
                low += (re * re + im * im) / (SIDE * SIDE);
        }
    return low / all;
}

TEST(dither_is_fine_grained)
{
    const struct frame_format f = {.colors = FRAME_RGB, .bits = 8};
    const double white = M_PI / 64; /* the disc's share of all waves */
    struct frame frame = film_new(&f, SIDE, SIDE);
    double still = 0, moving = 0;

    for (int n = 1; n < 16; n++) {
        static double error[SIDE * SIDE], mean[SIDE * SIDE];

        memset(mean, 0, sizeof(mean));
        for (int t = 0; t < 4; t++) {
            dithered(&f, 100 + n / 16.0, 7 * n + t, &frame);
            for (int i = 0; i < SIDE * SIDE; i++) {
                error[i] = film_code(&frame, 8, 0, i % SIDE, i / SIDE) - 100 -
                           n / 16.0;
                mean[i] += error[i] / 4;
            }
        }
        still += low_share(error) / 15;
        moving += low_share(mean) / 15;
    }
    print_message("low share: %.4f of one frame, %.4f of four, white %.4f\n",
                  still, moving, white);
    assert_true(still < white / 20);
    assert_true(moving < white / 5);
    film_free(&frame);
}

/* Which pixels of a flat field are rounded up. */
TEST(frames_and_planes_are_dithered_apart)
{
    const struct frame_format f = {.colors = FRAME_RGB, .bits = 8};
    struct frame a = film_new(&f, 256, 16), b = film_new(&f, 256, 16);
    int frames = 0, planes = 0;

    dithered(&f, 100.5, 1, &a);
    dithered(&f, 100.5, 2, &b);
    for (int i = 0; i < 256 * 16; i++) {
        const int x = i % 256, y = i / 256;

        frames += film_code(&a, 8, 0, x, y) != film_code(&b, 8, 0, x, y);
        planes += film_code(&a, 8, 0, x, y) != film_code(&a, 8, 1, x, y);
    }
    assert_in_range(frames, 256 * 16 / 4, 256 * 16 * 3 / 4);
    assert_in_range(planes, 256 * 16 / 4, 256 * 16 * 3 / 4);
    dithered(&f, 100.5, 1, &b);
    films_equal(&f, &a, &b);
    film_free(&a);
    film_free(&b);
}

TEST(odd_values_become_codes)
{
    const float odd[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 4, 0.5f, 0};
    const struct frame_format f = format(2, 10);
    const struct frame_format rgb = {.colors = FRAME_RGB, .bits = 8};
    const struct yuv_space s = space(0, false), full = space(0, true);
    struct yuv *c = film_yuv(&f, &s, true), *d = film_yuv(&rgb, &full, false);
    struct frame frame = film_new(&f, 16, 2), second = film_new(&rgb, 16, 2);
    struct image *image = picture(16, 2, 3);
    static const int want[] = {0, 255, 0, 255, 0, 255, 128, 0};

    paint(image, (const double[3]){0.5, 0.5, 0.5});
    for (int i = 0; i < 8; i++)
        for (int p = 0; p < 3; p++)
            row_of(&image->v, p, 0)[i] = odd[i];
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_int_equal(film_code(&frame, 10, 0, 0, 0), 0);
    assert_int_equal(film_code(&frame, 10, 0, 1, 0), 1023);
    assert_int_equal(film_code(&frame, 10, 0, 2, 0), 0);
    for (int p = 1; p < 3; p++)
        for (int x = 0; x < 8; x++)
            assert_int_equal(film_code(&frame, 10, p, x, 0), 512);
    film_out(d, kern_best(), &image->v, 2, 0, &second);
    for (int p = 0; p < 3; p++)
        for (int x = 0; x < 8; x++)
            assert_int_equal(film_code(&second, 8, p, x, 0), want[x]);
    image_free(image);
    film_free(&frame);
    film_free(&second);
    yuv_free(c);
    yuv_free(d);
}

TEST(alpha_is_of_full_range)
{
    for (size_t d = 0; d < FILM_DEPTHS; d++)
        for (int n = 0; n < 3; n++) {
            struct frame_format f = format(2, film_depths[d]);
            const struct yuv_space s = space(0, false);
            const int w = 256, last = (1 << f.bits) - 1;
            struct image *image = noise(w, 2, 4);
            struct frame frame, back;
            struct yuv *c;
            int p;

            f.alpha = true;
            f.colors = (enum frame_colors)n;
            p = frame_planes(&f) - 1;
            c = film_yuv(&f, &s, true);
            frame = film_new(&f, w, 2);
            back = film_new(&f, w, 2);
            film_out(c, kern_best(), &image->v, 2, 0, &frame);
            assert_int_equal(film_code(&frame, f.bits, p, w - 1, 1), last);
            for (int x = 0; x < w; x++)
                film_set(&frame, f.bits, p, x, 0, last * x / (w - 1));
            film_in(c, kern_best(), &frame, &image->v);
            assert_true(row_of(&image->v, 3, 0)[0] == 0);
            assert_true(row_of(&image->v, 3, 0)[w - 1] == 1);
            image->v.alpha = 3;
            film_out(c, kern_best(), &image->v, 2, 9, &back);
            assert_memory_equal(frame_row(&frame, p, 0), frame_row(&back, p, 0),
                                (size_t)w * frame_sample_bytes(&f));
            image_free(image);
            film_free(&frame);
            film_free(&back);
            yuv_free(c);
        }
}

TEST(planes_of_rgb_are_green_blue_red)
{
    static const double rgb[3] = {0.2, 0.4, 0.6};
    const struct frame_format f = {.colors = FRAME_RGB, .bits = 8};
    const struct yuv_space full = {.full = true}, limited = {0};
    struct frame frame = film_new(&f, 5, 3);
    struct image *image = picture(5, 3, 3);
    struct yuv *c = film_yuv(&f, &full, true);

    paint(image, rgb);
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_int_equal(film_code(&frame, 8, 0, 4, 2), 102);
    assert_int_equal(film_code(&frame, 8, 1, 4, 2), 153);
    assert_int_equal(film_code(&frame, 8, 2, 4, 2), 51);
    film_in(c, kern_best(), &frame, &image->v);
    for (int p = 0; p < 3; p++)
        assert_true(row_of(&image->v, p, 2)[4] == (float)rgb[p]);
    yuv_free(c);
    c = film_yuv(&f, &limited, false);
    paint(image, (const double[3]){1, 0, -16.0 / 219});
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_int_equal(film_code(&frame, 8, 2, 4, 2), 235);
    assert_int_equal(film_code(&frame, 8, 0, 4, 2), 16);
    assert_int_equal(film_code(&frame, 8, 1, 4, 2), 0);
    yuv_free(c);
    image_free(image);
    film_free(&frame);
}

TEST(floats_keep_their_bits)
{
    struct frame_format f = {.colors = FRAME_RGB, .bits = 32, .alpha = true};
    const struct yuv_space s = space(0, false);
    struct yuv *c = film_yuv(&f, &s, true);
    struct frame frame = film_new(&f, 33, 3), back = film_new(&f, 33, 3);
    struct image *image = noise(33, 3, 4);

    image->v.alpha = 3;
    row_of(&image->v, 0, 0)[0] = INFINITY;
    row_of(&image->v, 1, 0)[0] = 1e-40f;
    row_of(&image->v, 2, 0)[0] = -1e30f;
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_memory_equal(frame_row(&frame, 0, 0), row_of(&image->v, 1, 0), 132);
    assert_memory_equal(frame_row(&frame, 1, 1), row_of(&image->v, 2, 1), 132);
    assert_memory_equal(frame_row(&frame, 2, 2), row_of(&image->v, 0, 2), 132);
    assert_memory_equal(frame_row(&frame, 3, 2), row_of(&image->v, 3, 2), 132);
    film_in(c, kern_best(), &frame, &image->v);
    film_out(c, kern_best(), &image->v, 2, 0, &back);
    films_equal(&f, &frame, &back);
    row_of(&image->v, 0, 0)[0] = NAN;
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_true(*(float *)(void *)frame_row(&frame, 2, 0) == 0);
    yuv_free(c);
    f = (struct frame_format){.colors = FRAME_GREY, .bits = 32};
    c = film_yuv(&f, &s, true);
    paint(image, (const double[3]){1, 0, 8});
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    near((double)*(float *)(void *)frame_row(&frame, 0, 1), 0.2126 + 8 * 0.0722,
         1e-6);
    yuv_free(c);
    film_free(&frame);
    film_free(&back);
    image_free(image);
}

TEST(grey_films_are_three_equal_planes)
{
    const struct frame_format f = {.colors = FRAME_GREY, .bits = 10};
    const struct yuv_space s = space(0, false);
    struct yuv *c = film_yuv(&f, &s, true);
    struct frame frame = film_new(&f, 1024, 1);
    struct image *image = picture(1024, 1, 3);

    for (int x = 0; x < 1024; x++)
        film_set(&frame, 10, 0, x, 0, x);
    film_in(c, kern_best(), &frame, &image->v);
    assert_true(row_of(&image->v, 0, 0)[64] == 0);
    assert_true(row_of(&image->v, 0, 0)[940] == 1);
    for (int p = 1; p < 3; p++)
        assert_memory_equal(row_of(&image->v, 0, 0), row_of(&image->v, p, 0),
                            4096);
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    for (int x = 0; x < 1024; x++)
        assert_int_equal(film_code(&frame, 10, 0, x, 0), x);
    paint(image, (const double[3]){0, 1, 0});
    film_out(c, kern_best(), &image->v, 2, 0, &frame);
    assert_in_range(film_code(&frame, 10, 0, 5, 0), 690, 691); /* 690.5 */
    yuv_free(c);
    film_free(&frame);
    image_free(image);
}

TEST(planes_have_their_sizes)
{
    const struct frame_format f = {FRAME_YUV, 10, 1, 1, true};
    const struct frame_format quarter = {FRAME_YUV, 8, 2, 2, false};
    const struct frame_format grey = {FRAME_GREY, 32, 0, 0, true};

    assert_int_equal(frame_planes(&f), 4);
    assert_int_equal(frame_planes(&quarter), 3);
    assert_int_equal(frame_planes(&grey), 2);
    assert_int_equal(frame_plane_w(&f, 0, 1919), 1919);
    assert_int_equal(frame_plane_w(&f, 1, 1919), 960);
    assert_int_equal(frame_plane_h(&f, 2, 1081), 541);
    assert_int_equal(frame_plane_h(&f, 3, 1081), 1081);
    assert_int_equal(frame_plane_w(&quarter, 2, 5), 2);
    assert_int_equal(frame_plane_w(&quarter, 2, 2147483647), 536870912);
    assert_int_equal(frame_plane_w(&grey, 1, 7), 7);
    assert_int_equal(frame_sample_bytes(&quarter), 1);
    assert_int_equal(frame_sample_bytes(&f), 2);
    assert_int_equal(frame_sample_bytes(&grey), 4);
}

static void refused(struct frame_format f, struct yuv_space s, const char *why)
{
    struct yuv *c = NULL;
    struct err e = {0};

    assert_int_equal(yuv_new(&f, &s, false, &c, &e), ERR_ARG);
    assert_null(c);
    if (!strstr(e.text, why))
        fail_msg("'%s' does not say '%s'", e.text, why);
}

TEST(what_is_not_there_is_refused)
{
    const struct frame_format f = format(2, 10);
    const struct yuv_space s = space(0, false);
    struct frame_format g = f;
    struct yuv_space t = s;

    g.bits = 7;
    refused(g, s, "8 … 16");
    g.bits = 24;
    refused(g, s, "8 … 16");
    g.bits = 32;
    refused(g, s, "floats");
    g = f;
    g.ssx = 3;
    refused(g, s, "1, 2 or 4");
    t.kr = 0.6;
    t.kb = 0.4;
    refused(f, t, "0.6 and 0.4");
    t.kr = NAN;
    refused(f, t, "matrix");
    t = s;
    t.siting_x = 1.5;
    refused(f, t, "siting x 1.5");
    t = s;
    t.siting_y = -0.5;
    refused(f, t, "siting y -0.5");
    mem_fail_at(1);
    assert_int_equal(yuv_new(&f, &s, false, &(struct yuv *){NULL}, NULL),
                     ERR_MEM);
    mem_fail_at(0);
    yuv_free(NULL);
}

#define T(f) cmocka_unit_test(f)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(dither_keeps_the_mean),
        T(codes_pass_the_dither),
        T(dither_is_fine_grained),
        T(frames_and_planes_are_dithered_apart),
        T(odd_values_become_codes),
        T(alpha_is_of_full_range),
        T(planes_of_rgb_are_green_blue_red),
        T(floats_keep_their_bits),
        T(grey_films_are_three_equal_planes),
        T(planes_have_their_sizes),
        T(what_is_not_there_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
