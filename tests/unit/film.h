#ifndef UNIT_FILM_H
#define UNIT_FILM_H

/* Frames and pictures for tests of codec/yuv.h. */

#include <stdlib.h>

#include "test.h"

#include "base/mem.h"
#include "codec/yuv.h"

/* A frame that owns its planes, whose rows begin at multiples of 64 bytes. */
static inline struct frame film_new(const struct frame_format *f, int w, int h)
{
    struct frame frame = {.w = w, .h = h};

    for (int p = 0; p < frame_planes(f); p++) {
        const size_t pw = (size_t)frame_plane_w(f, p, w);
        const size_t pitch = (pw * frame_sample_bytes(f) + 63) / 64 * 64;
        const size_t bytes = pitch * (size_t)frame_plane_h(f, p, h);

        assert_non_null(frame.data[p] = mem_alloc(bytes));
        memset(frame.data[p], 0xa5, bytes);
        frame.pitch[p] = (ptrdiff_t)pitch;
    }
    return frame;
}

static inline void film_free(struct frame *frame)
{
    for (int p = 0; p < FRAME_PLANES; p++)
        mem_free(frame->data[p]);
    *frame = (struct frame){0};
}

static inline int film_code(const struct frame *f, int bits, int p, int x,
                            int y)
{
    const uint8_t *row = frame_row(f, p, y);
    uint16_t wide;

    if (bits <= 8)
        return row[x];
    memcpy(&wide, row + 2 * x, sizeof(wide));
    return wide;
}

static inline void film_set(const struct frame *f, int bits, int p, int x,
                            int y, int code)
{
    uint8_t *row = frame_row(f, p, y);

    if (bits <= 8)
        row[x] = (uint8_t)code;
    else
        memcpy(row + 2 * x, &(uint16_t){(uint16_t)code}, 2);
}

static inline struct yuv *film_yuv(const struct frame_format *f,
                                   const struct yuv_space *s, bool dither)
{
    struct yuv *c = NULL;
    struct err e = {0};

    if (yuv_new(f, s, dither, &c, &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

/* A whole frame to planes. */
static inline void film_in(const struct yuv *c, const struct kern *k,
                           const struct frame *f, const struct view *v)
{
    struct arena scratch;
    struct err e;

    assert_int_equal(arena_init(&scratch, yuv_scratch(c, f->w), &e), 0);
    for (int y = 0; y < f->h; y++) {
        float *planes[4] = {0};

        for (int p = 0; p < v->planes && p < 4; p++)
            planes[p] = row_of(v, p, y);
        yuv_in(c, k, f, y, planes, &scratch);
    }
    arena_release(&scratch);
}

/*
 * And back, in strips of so many rows, of which no more are there than the
 * contract says are looked at.
 */
static inline void film_out(const struct yuv *c, const struct kern *k,
                            const struct view *v, int strip, int number,
                            struct frame *f)
{
    const int margin = yuv_margin(c);
    struct arena scratch;
    struct err e;

    assert_int_equal(arena_init(&scratch, yuv_scratch(c, f->w), &e), 0);
    for (int y = 0; y < f->h; y += strip) {
        const int y1 = f->h - y < strip ? f->h : y + strip;
        const int from = y < margin ? 0 : y - margin;
        const int to = f->h - y1 < margin ? f->h : y1 + margin;
        float *data = mem_alloc(view_bytes(f->w, to - from, v->planes));
        struct view part;

        assert_non_null(data);
        part = view_over(data, f->w, f->h, v->planes, from, to);
        part.alpha = v->alpha;
        for (int p = 0; p < v->planes; p++)
            for (int r = from; r < to; r++)
                memcpy(row_of(&part, p, r), row_of(v, p, r),
                       (size_t)f->w * sizeof(float));
        yuv_out(c, k, &part, y, y1, number, f, &scratch);
        mem_free(data);
    }
    arena_release(&scratch);
}

static inline void films_equal(const struct frame_format *fmt,
                               const struct frame *a, const struct frame *b)
{
    for (int p = 0; p < frame_planes(fmt); p++)
        for (int y = 0; y < frame_plane_h(fmt, p, a->h); y++)
            assert_memory_equal(frame_row(a, p, y), frame_row(b, p, y),
                                (size_t)frame_plane_w(fmt, p, a->w) *
                                    frame_sample_bytes(fmt));
}

/* MatrixCoefficients of ITU-T H.273, by their numbers. */
static const struct {
    int number;
    double kr, kb;
} film_matrices[] = {
    {1, 0.2126, 0.0722}, /* BT.709      */
    {4, 0.30, 0.11},     /* FCC         */
    {5, 0.299, 0.114},   /* BT.601      */
    {7, 0.212, 0.087},   /* SMPTE 240M  */
    {9, 0.2627, 0.0593}, /* BT.2020 NCL */
};
#define FILM_MATRICES (sizeof(film_matrices) / sizeof(film_matrices[0]))

static const int film_depths[] = {8, 9, 10, 12, 14, 16};
#define FILM_DEPTHS (sizeof(film_depths) / sizeof(film_depths[0]))

static const struct {
    int ssx, ssy;
} film_samplings[] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {2, 0}, {2, 2}};
#define FILM_SAMPLINGS (sizeof(film_samplings) / sizeof(film_samplings[0]))

static inline struct frame_format format(int sampling, int bits)
{
    return (struct frame_format){.colors = FRAME_YUV,
                                 .bits = bits,
                                 .ssx = film_samplings[sampling].ssx,
                                 .ssy = film_samplings[sampling].ssy};
}

static inline struct yuv_space space(int matrix, bool full)
{
    return (struct yuv_space){.kr = film_matrices[matrix].kr,
                              .kb = film_matrices[matrix].kb,
                              .full = full,
                              .siting_y = 0.5};
}

static inline struct image *picture(int w, int h, int planes)
{
    struct image *image = NULL;
    struct err e;

    assert_int_equal(image_new(w, h, planes, &image, &e), 0);
    return image;
}

static inline void near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%.9g, not %.9g", got, want);
}

static inline double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 40) * 0x1p-24;
}

static inline void paint(const struct image *image, const double rgb[3])
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < image->v.h; y++)
            for (int x = 0; x < image->v.w; x++)
                row_of(&image->v, p, y)[x] = (float)rgb[p];
}

/* Noise from dark to beyond white. */
static inline struct image *noise(int w, int h, int planes)
{
    struct image *image = picture(w, h, planes);
    uint64_t seed = 5;

    for (int p = 0; p < planes; p++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                row_of(&image->v, p, y)[x] = (float)(draw(&seed) * 1.4 - 0.2);
    return image;
}

#endif
