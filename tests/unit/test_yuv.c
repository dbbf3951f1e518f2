/*
 * codec/yuv.h: what code values mean, and that they come back. Expected values
 * are the formulas of ITU-T H.273, 8.3, in double.
 */

#include "film.h"

/* Code values of a colour before they are rounded. */
static void codes_of(const struct yuv_space *s, int bits, const double rgb[3],
                     double code[3])
{
    const double step = ldexp(1, bits - 8), last = ldexp(1, bits) - 1;
    const double y = s->kr * rgb[0] + (1 - s->kr - s->kb) * rgb[1] +
                     s->kb * rgb[2];
    const double cb = 0.5 * (rgb[2] - y) / (1 - s->kb);
    const double cr = 0.5 * (rgb[0] - y) / (1 - s->kr);

    code[0] = s->full ? last * y : step * (219 * y + 16);
    code[1] = s->full ? last * cb + ldexp(1, bits - 1)
                      : step * (224 * cb + 128);
    code[2] = s->full ? last * cr + ldexp(1, bits - 1)
                      : step * (224 * cr + 128);
}

/* And the colour of code values. */
static void color_of(const struct yuv_space *s, int bits, const int code[3],
                     double rgb[3])
{
    const double step = ldexp(1, bits - 8), last = ldexp(1, bits) - 1;
    const double y = s->full ? code[0] / last : (code[0] / step - 16) / 219;
    const double cb = s->full ? (code[1] - ldexp(1, bits - 1)) / last
                              : (code[1] / step - 128) / 224;
    const double cr = s->full ? (code[2] - ldexp(1, bits - 1)) / last
                              : (code[2] / step - 128) / 224;

    rgb[0] = y + 2 * (1 - s->kr) * cr;
    rgb[2] = y + 2 * (1 - s->kb) * cb;
    rgb[1] = (y - s->kr * rgb[0] - s->kb * rgb[2]) / (1 - s->kr - s->kb);
}

static double clip(double code, int bits)
{
    return fmin(fmax(code, 0), ldexp(1, bits) - 1);
}

/* A flat picture: every code is the formula's; every colour again the codes'.
 */
static void flat_color(const struct frame_format *f, const struct yuv_space *s,
                       const double rgb[3], struct image *image,
                       struct frame *frame)
{
    struct yuv *c = film_yuv(f, s, false);
    double want[3], color[3];
    int codes[3];

    paint(image, rgb);
    film_out(c, kern_best(), &image->v, 4, 0, frame);
    codes_of(s, f->bits, rgb, want);
    for (int p = 0; p < 3; p++) {
        const double code = clip(want[p], f->bits);

        codes[p] = film_code(frame, f->bits, p, 0, 0);
        if (!(fabs(code - codes[p]) < 0.51))
            fail_msg("code %d of plane %d, not %.3f", codes[p], p, code);
        for (int y = 0; y < frame_plane_h(f, p, frame->h); y++)
            for (int x = 0; x < frame_plane_w(f, p, frame->w); x++)
                assert_int_equal(film_code(frame, f->bits, p, x, y), codes[p]);
    }
    film_in(c, kern_best(), frame, &image->v);
    color_of(s, f->bits, codes, color);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < frame->h; y++)
            for (int x = 0; x < frame->w; x++)
                near((double)row_of(&image->v, p, y)[x], color[p], 4e-7);
    yuv_free(c);
}

TEST(flat_colors_are_the_formulas)
{
    static const double sure[][3] = {
        {0, 0, 0}, {1, 1, 1}, {1, 0, 0},          {0, 1, 0},
        {0, 0, 1}, {1, 1, 0}, {-.05, 1.05, 1.08}, {0.18, 0.18, 0.18}};
    struct image *image = picture(11, 9, 3);
    uint64_t seed = 3;

    for (size_t m = 0; m < FILM_MATRICES; m++)
        for (size_t d = 0; d < FILM_DEPTHS; d++)
            for (size_t i = 0; i < FILM_SAMPLINGS; i++) {
                const struct frame_format f = format((int)i, film_depths[d]);
                struct frame frame = film_new(&f, 11, 9);

                for (int n = 0; n < 30; n++) {
                    const double random[3] = {draw(&seed), draw(&seed),
                                              draw(&seed)};
                    struct yuv_space s = space((int)m, n % 2);

                    s.siting_x = n % 3 * 0.5;
                    s.siting_y = n % 5 % 3 * 0.5;
                    flat_color(&f, &s, n < 16 ? sure[n / 2] : random, image,
                               &frame);
                }
                film_free(&frame);
            }
    image_free(image);
}

TEST(greys_stay_grey)
{
    for (size_t d = 0; d < FILM_DEPTHS; d++)
        for (size_t i = 0; i < FILM_SAMPLINGS; i++) {
            const struct frame_format f = format((int)i, film_depths[d]);
            const struct yuv_space s = space((int)(d % FILM_MATRICES), i % 2);
            const int w = 256, h = 16, mid = 1 << (film_depths[d] - 1);
            struct yuv *c = film_yuv(&f, &s, true);
            struct frame frame = film_new(&f, w, h);
            struct image *image = picture(w, h, 3);
            const struct view *v = &image->v;

            for (int p = 0; p < 3; p++)
                for (int y = 0; y < frame_plane_h(&f, p, h); y++)
                    for (int x = 0; x < frame_plane_w(&f, p, w); x++)
                        film_set(&frame, f.bits, p, x, y,
                                 p ? mid : (y * w + x) % (2 * mid));
            film_in(c, kern_best(), &frame, v);
            for (int p = 1; p < 3; p++)
                for (int y = 0; y < h; y++)
                    assert_memory_equal(row_of(v, p, y), row_of(v, 0, y),
                                        (size_t)w * sizeof(float));
            film_out(c, kern_best(), v, 16, 1, &frame);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < frame_plane_h(&f, p, h); y++)
                    for (int x = 0; x < frame_plane_w(&f, p, w); x++)
                        assert_int_equal(film_code(&frame, f.bits, p, x, y),
                                         p ? mid : (y * w + x) % (2 * mid));
            image_free(image);
            film_free(&frame);
            yuv_free(c);
        }
}

/* All codes of full-size chroma, colours that no display shows among them. */
TEST(whole_chroma_comes_back)
{
    const int w = 509, h = 128;
    uint64_t seed = 11;

    for (size_t d = 0; d < FILM_DEPTHS; d++)
        for (int n = 0; n < 2 * (int)FILM_MATRICES; n++) {
            const struct frame_format f = format(0, film_depths[d]);
            const struct yuv_space s = space(n / 2, n % 2);
            struct yuv *c = film_yuv(&f, &s, (n + (int)d) % 3 < 2);
            struct frame frame = film_new(&f, w, h);
            struct frame back = film_new(&f, w, h);
            struct image *image = picture(w, h, 3);

            for (int p = 0; p < 3; p++)
                for (int i = 0; i < w * h; i++)
                    film_set(&frame, f.bits, p, i % w, i / w,
                             (int)(draw(&seed) * (1 << f.bits)));
            film_in(c, kern_best(), &frame, &image->v);
            film_out(c, kern_best(), &image->v, 32, n, &back);
            films_equal(&f, &frame, &back);
            image_free(image);
            film_free(&frame);
            film_free(&back);
            yuv_free(c);
        }
}

/*
 * Waves of sixty samples of chroma come back within a step of 10 bits; the
 * outermost samples, behind which the picture goes on flat, within a tenth of
 * the slope, here 16 codes a sample in two directions, more.
 */
static void wave_comes_back(const struct frame_format *f,
                            const struct yuv_space *s)
{
    const int w = 254, h = 126;
    struct frame frame = film_new(f, w, h), back = film_new(f, w, h);
    struct image *image = picture(w, h, 3);
    struct yuv *c = film_yuv(f, s, false);

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < frame_plane_h(f, p, h); y++)
            for (int x = 0; x < frame_plane_w(f, p, w); x++)
                film_set(&frame, 10, p, x, y,
                         (int)(512.5 + 150 * sin(x * 0.11 + p) +
                               150 * cos(y * 0.11 - p)));
    film_in(c, kern_best(), &frame, &image->v);
    film_out(c, kern_best(), &image->v, 32, 0, &back);
    for (int p = 0; p < 3; p++) {
        const int pw = frame_plane_w(f, p, w), ph = frame_plane_h(f, p, h);

        for (int y = 0; y < ph; y++)
            for (int x = 0; x < pw; x++) {
                const bool outer = x == 0 || y == 0 || x == pw - 1 ||
                                   y == ph - 1;

                near(film_code(&back, 10, p, x, y),
                     film_code(&frame, 10, p, x, y),
                     p == 0  ? 0
                     : outer ? 4
                             : 1);
            }
    }
    image_free(image);
    film_free(&frame);
    film_free(&back);
    yuv_free(c);
}

TEST(smooth_chroma_comes_back)
{
    for (size_t i = 1; i < FILM_SAMPLINGS; i++)
        for (int n = 0; n < 9; n++) {
            const struct frame_format f = format((int)i, 10);
            struct yuv_space s = space(0, false);

            s.siting_x = n % 3 * 0.5;
            s.siting_y = n / 3 * 0.5;
            wave_comes_back(&f, &s);
        }
}

static void strips(const struct frame_format *f, int w, int h,
                   const struct kern *other)
{
    const struct yuv_space s = space(0, false);
    struct yuv *c = film_yuv(f, &s, true);
    struct frame whole = film_new(f, w, h), part = film_new(f, w, h);
    struct image *image = noise(w, h, 4);

    image->v.alpha = 3;
    film_out(c, kern_best(), &image->v, h + h % 2, 3, &whole);
    for (int strip = 2; strip <= 16; strip += 14) {
        film_out(c, other, &image->v, strip, 3, &part);
        films_equal(f, &whole, &part);
    }
    film_free(&whole);
    film_free(&part);
    image_free(image);
    yuv_free(c);
}

TEST(strips_and_levels_give_the_same_bits)
{
    static const int sizes[][2] = {{1, 1}, {3, 5}, {2, 8}, {37, 23}, {600, 30}};

    for (size_t n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++)
        for (size_t i = 0; i < 2 * FILM_SAMPLINGS; i++) {
            struct frame_format f = format((int)i / 2, i % 2 ? 10 : 8);

            f.alpha = n % 2;
            strips(&f, sizes[n][0], sizes[n][1], kern_for(ISA_BASE));
            strips(&f, sizes[n][0], sizes[n][1], kern_best());
            f.colors = i % 3 ? FRAME_RGB : FRAME_GREY;
            f.bits = i % 4 ? f.bits : 32;
            strips(&f, sizes[n][0], sizes[n][1], kern_for(ISA_BASE));
        }
}

TEST(odd_sizes_of_films_work)
{
    const struct frame_format f = format(2, 10), quarter = format(5, 8);

    strips(&f, 1919, 1081, kern_best());
    strips(&quarter, 1919, 1081, kern_best());
}

/* What a row reads depends on nothing but the row. */
TEST(levels_read_the_same_bits)
{
    for (size_t i = 0; i < 2 * FILM_SAMPLINGS; i++)
        for (int w = 1; w < 40; w++) {
            const struct frame_format f = format((int)i / 2, i % 2 ? 12 : 8);
            struct yuv_space s = space(2, false);
            struct frame frame = film_new(&f, w, 5);
            struct image *a = picture(w, 5, 3), *b = picture(w, 5, 3);
            struct yuv *c;
            uint64_t seed = (uint64_t)w;

            s.siting_x = w % 3 * 0.5;
            c = film_yuv(&f, &s, false);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < frame_plane_h(&f, p, 5); y++)
                    for (int x = 0; x < frame_plane_w(&f, p, w); x++)
                        film_set(&frame, f.bits, p, x, y,
                                 (int)(draw(&seed) * (1 << f.bits)));
            film_in(c, kern_for(ISA_BASE), &frame, &a->v);
            film_in(c, kern_best(), &frame, &b->v);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < 5; y++)
                    assert_memory_equal(row_of(&a->v, p, y),
                                        row_of(&b->v, p, y),
                                        (size_t)w * sizeof(float));
            image_free(a);
            image_free(b);
            film_free(&frame);
            yuv_free(c);
        }
}

/* Where the middle of the step of a row or column of codes lies. */
static double edge_of(const struct frame *f, int p, int n, bool down)
{
    double sum = 0, moment = 0;

    for (int i = 0; i + 1 < n; i++) {
        const int a = film_code(f, 16, p, down ? 0 : i, down ? i : 0);
        const int b = film_code(f, 16, p, down ? 0 : i + 1, down ? i + 1 : 0);

        sum += b - a;
        moment += (b - a) * (i + 0.5);
    }
    return moment / sum;
}

/*
 * A step of colour between luma samples 31 and 32 lies there in the chroma
 * samples, by the place where they are said to be, and the other way round.
 */
TEST(edges_stay_in_their_place)
{
    for (int shift = 1; shift <= 2; shift++)
        for (double siting = 0; siting <= (1 << shift) - 1; siting += 0.5)
            for (int down = 0; down < 2; down++) {
                const struct frame_format f = {.colors = FRAME_YUV,
                                               .bits = 16,
                                               .ssx = down ? 0 : shift,
                                               .ssy = down ? shift : 0};
                struct yuv_space s = space(0, false);
                const int w = down ? 1 : 64, h = down ? 64 : 1;
                struct frame frame = film_new(&f, w, h);
                struct image *image = picture(w, h, 3);
                double sum = 0, moment = 0;
                struct yuv *c;

                s.siting_x = s.siting_y = siting;
                c = film_yuv(&f, &s, false);
                for (int i = 0; i < 64; i++) {
                    const int x = down ? 0 : i, y = down ? i : 0;

                    row_of(&image->v, 0, y)[x] = i < 32 ? 0.25f : 0.75f;
                    row_of(&image->v, 1, y)[x] = i < 32 ? 0.75f : 0.25f;
                    row_of(&image->v, 2, y)[x] = i < 32 ? 0.25f : 0.75f;
                }
                film_out(c, kern_best(), &image->v, 16, 0, &frame);
                for (int p = 1; p < 3; p++)
                    near(edge_of(&frame, p, 64 >> shift, down) * (1 << shift) +
                             siting,
                         31.5, 0.01);

                film_in(c, kern_best(), &frame, &image->v);
                for (int i = 0; i + 1 < 64; i++) {
                    const float *a = row_of(&image->v, 0, down ? i : 0);
                    const float *b = row_of(&image->v, 0, down ? i + 1 : 0);
                    const float *g = row_of(&image->v, 1, down ? i : 0);
                    const float *h1 = row_of(&image->v, 1, down ? i + 1 : 0);
                    const int x = down ? 0 : i, x1 = down ? 0 : i + 1;
                    /* luma falls out of the difference */
                    const double step = (double)(b[x1] - h1[x1]) -
                                        (double)(a[x] - g[x]);

                    sum += step;
                    moment += step * (i + 0.5);
                }
                near(moment / sum, 31.5, 0.01);
                image_free(image);
                film_free(&frame);
                yuv_free(c);
            }
}

#define T(f) cmocka_unit_test(f)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(flat_colors_are_the_formulas),
        T(greys_stay_grey),
        T(whole_chroma_comes_back),
        T(smooth_chroma_comes_back),
        T(strips_and_levels_give_the_same_bits),
        T(odd_sizes_of_films_work),
        T(levels_read_the_same_bits),
        T(edges_stay_in_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
