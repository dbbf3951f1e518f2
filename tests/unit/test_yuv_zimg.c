/*
 * codec/yuv.h against zimg. Behind the border of a picture zimg sees a mirror
 * image and we see the border again; pictures whose outermost samples are equal
 * make no difference between the two, and the rest is noise.
 */

#include <stdio.h>

#include "film_zimg.h"

#define W 254
#define H 62

static const struct {
    int number;
    double x, y;
} locations[] = {
    {ZIMG_CHROMA_LEFT, 0, 0.5},      {ZIMG_CHROMA_CENTER, 0.5, 0.5},
    {ZIMG_CHROMA_TOP_LEFT, 0, 0},    {ZIMG_CHROMA_TOP, 0.5, 0},
    {ZIMG_CHROMA_BOTTOM_LEFT, 0, 1}, {ZIMG_CHROMA_BOTTOM, 0.5, 1}};

/* A case: what both are asked for. */
struct ask {
    struct frame_format fmt;
    struct yuv_space space;
    zimg_image_format frame, picture;
    int last; /* the highest code */
};

typedef void try_fn(const struct ask *a, double *worst);

static void for_all(try_fn *try, double *worst)
{
    static const int depths[] = {8, 10, 12, 16};

    for (int n = 0; n < 5 * 6 * 4 * 4 * 2; n++) {
        const int m = n % 5, l = n / 5 % 6, d = n / 30 % 4, s = n / 120 % 4;
        const bool full = n / 480;
        struct ask a = {.fmt = format(s, depths[d]), .space = space(m, full)};

        a.space.siting_x = locations[l].x;
        a.space.siting_y = locations[l].y;
        a.last = (1 << depths[d]) - 1;
        a.frame = film_zimg_frame(&a.fmt, film_matrices[m].number,
                                  locations[l].number, full, W, H);
        a.picture = film_zimg_picture(W, H);
        try(&a, worst);
    }
}

/* Noise; `flat` samples at each border repeat. */
static double sample(int p, int x, int y, int w, int h, int flat)
{
    uint32_t r;

    x = x < flat ? flat : x > w - 1 - flat ? w - 1 - flat : x;
    y = y < flat ? flat : y > h - 1 - flat ? h - 1 - flat : y;
    r = (uint32_t)(p * 7919 + y * 104729 + x) * 2654435761u;
    r = (r ^ r >> 15) * 0x2c1b3c6du;
    r = (r ^ r >> 12) * 0x297a2d39u;
    return (double)(r ^ r >> 15) / 4294967295.0;
}

static struct view planes(void)
{
    float *data = mem_alloc(view_bytes(W, H, 3));

    assert_non_null(data);
    return view_over(data, W, H, 3, 0, H);
}

static void try_in(const struct ask *a, double *worst)
{
    struct frame frame = film_new(&a->fmt, W, H);
    struct view ours = planes(), theirs = planes();
    const zimg_image_buffer src = film_zimg_planes(&frame);
    const zimg_image_buffer dst = film_zimg_view(&theirs);
    struct yuv *c = film_yuv(&a->fmt, &a->space, false);

    for (int p = 0; p < 3; p++) {
        const int w = frame_plane_w(&a->fmt, p, W);
        const int h = frame_plane_h(&a->fmt, p, H);

        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                film_set(&frame, a->fmt.bits, p, x, y,
                         (int)(sample(p, x, y, w, h, 2) * a->last + 0.5));
    }
    film_in(c, kern_best(), &frame, &ours);
    film_zimg(&a->frame, &src, &a->picture, &dst);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                *worst = fmax(*worst, fabs((double)row_of(&ours, p, y)[x] -
                                           (double)row_of(&theirs, p, y)[x]));
    mem_free(ours.data);
    mem_free(theirs.data);
    film_free(&frame);
    yuv_free(c);
}

/* Unclipped floats of zimg, rounded as H.273 has it, and our codes. */
static void compare_codes(const struct ask *a, const struct frame *ours,
                          const struct view theirs[3], double *worst)
{
    const double step = ldexp(1, a->fmt.bits - 8);

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < frame_plane_h(&a->fmt, p, H); y++)
            for (int x = 0; x < frame_plane_w(&a->fmt, p, W); x++) {
                const double v = (double)row_of(&theirs[p], 0, y)[x];
                const double size = a->space.full ? a->last
                                                  : (p ? 224 : 219) * step;
                const double zero = p               ? 128 * step
                                    : a->space.full ? 0
                                                    : 16 * step;
                const double code = fmin(fmax(v * size + zero, 0), a->last);
                const int got = film_code(ours, a->fmt.bits, p, x, y);

                *worst = fmax(*worst, fabs(code - got) - 0.5);
            }
}

static void try_out(const struct ask *a, double *worst)
{
    struct frame frame = film_new(&a->fmt, W, H);
    const zimg_image_format floats = film_zimg_float(a->frame);
    struct view picture = planes(), theirs[3];
    const zimg_image_buffer src = film_zimg_view(&picture);
    struct yuv *c = film_yuv(&a->fmt, &a->space, false);
    zimg_image_buffer dst = {.version = ZIMG_API_VERSION};

    for (int p = 0; p < 3; p++) {
        theirs[p] = planes();
        dst.plane[p].data = theirs[p].data;
        dst.plane[p].stride = (ptrdiff_t)(theirs[p].pitch * sizeof(float));
        dst.plane[p].mask = ZIMG_BUFFER_MAX;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&picture, p, y)[x] =
                    (float)(sample(p, x, y, W, H, 4) * 1.2 - 0.1);
    }
    film_out(c, kern_best(), &picture, 8, 0, &frame);
    film_zimg(&a->picture, &src, &floats, &dst);
    compare_codes(a, &frame, theirs, worst);
    for (int p = 0; p < 3; p++)
        mem_free(theirs[p].data);
    mem_free(picture.data);
    film_free(&frame);
    yuv_free(c);
}

static void colors_are_those_of_zimg(void **state)
{
    double worst = 0;

    (void)state;
    for_all(try_in, &worst);
    print_message("largest difference to zimg: %.3g of white\n", worst);
    assert_true(worst <= 1e-6);
}

/* Floats carry an error of 2^-24 for each operation, 1/256 of a step of 16
   bits; five of them is what may show at a tie. */
static void codes_are_those_of_zimg(void **state)
{
    double worst = 0;

    (void)state;
    for_all(try_out, &worst);
    print_message("largest difference to zimg: %.3g steps beside rounding\n",
                  worst);
    assert_true(worst <= 5.0 / 256);
}

TESTS(colors_are_those_of_zimg, codes_are_those_of_zimg)
