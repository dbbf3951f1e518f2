/*
 * Frames of 1920 x 1080 to planes of R'G'B' floats and back, on one thread:
 * ours and zimg's, in turns, the best of the rounds, in ns for each pixel.
 * "row": planes of one row that stay in the cache, as the runner works; out in
 * strips of 32 rows. "frame": planes of the whole frame, as zimg makes them.
 */

#include <stdio.h>
#include <time.h>

#include "../tests/unit/film_zimg.h"

#define W      1920
#define H      1080
#define ROUNDS 25
#define STRIP  32

struct bench {
    struct frame_format fmt;
    const struct kern *k;
    struct yuv *c;
    struct frame frame;
    struct view v, strip; /* of all rows, of a strip and its margins */
    struct arena scratch;
    zimg_filter_graph *in, *out;
    void *room_in, *room_out;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void in_rows(struct bench *b)
{
    float *planes[3];

    for (int p = 0; p < 3; p++)
        planes[p] = row_of(&b->strip, p, b->strip.y0);
    for (int y = 0; y < H; y++)
        yuv_in(b->c, b->k, &b->frame, y, planes, &b->scratch);
}

static void in_frame(struct bench *b)
{
    for (int y = 0; y < H; y++) {
        float *const planes[3] = {row_of(&b->v, 0, y), row_of(&b->v, 1, y),
                                  row_of(&b->v, 2, y)};

        yuv_in(b->c, b->k, &b->frame, y, planes, &b->scratch);
    }
}

static void in_zimg(struct bench *b)
{
    const zimg_image_buffer src = film_zimg_planes(&b->frame);
    const zimg_image_buffer dst = film_zimg_view(&b->v);

    film_zimg_run(b->in, &src, &dst, b->room_in);
}

/* The same rows again and again, in the place of each strip. */
static void out_rows(struct bench *b)
{
    for (int y = 0; y < H; y += STRIP) {
        const int y1 = y + STRIP < H ? y + STRIP : H;
        struct view v = b->strip;

        v.y0 = y - yuv_margin(b->c) > 0 ? y - yuv_margin(b->c) : 0;
        v.y1 = y1 + yuv_margin(b->c) < H ? y1 + yuv_margin(b->c) : H;
        yuv_out(b->c, b->k, &v, y, y1, 0, &b->frame, &b->scratch);
    }
}

static void out_frame(struct bench *b)
{
    for (int y = 0; y < H; y += STRIP)
        yuv_out(b->c, b->k, &b->v, y, y + STRIP < H ? y + STRIP : H, 0,
                &b->frame, &b->scratch);
}

static void out_zimg(struct bench *b)
{
    const zimg_image_buffer src = film_zimg_view(&b->v);
    const zimg_image_buffer dst = film_zimg_planes(&b->frame);

    film_zimg_run(b->out, &src, &dst, b->room_out);
}

static float *floats(int rows)
{
    const size_t bytes = view_bytes(W, rows, 3);
    float *data = mem_alloc(bytes);

    if (!data)
        abort();
    for (size_t i = 0; i < bytes / sizeof(float); i++)
        data[i] = (float)(i % 1009) / 1009;
    return data;
}

static void prepare(struct bench *b, int ssx, int ssy, int bits)
{
    const int rows = STRIP + 32;
    const struct yuv_space s = {.kr = 0.2126, .kb = 0.0722, .siting_y = 0.5};
    const zimg_image_format z = film_zimg_picture(W, H);
    zimg_image_format f;
    struct err e;

    b->k = kern_best();
    b->fmt = (struct frame_format){FRAME_YUV, bits, ssx, ssy, false};
    f = film_zimg_frame(&b->fmt, ZIMG_MATRIX_BT709, ZIMG_CHROMA_LEFT, false, W,
                        H);
    b->c = film_yuv(&b->fmt, &s, true);
    b->frame = film_new(&b->fmt, W, H);
    b->v = view_over(floats(H), W, H, 3, 0, H);
    b->strip = view_over(floats(rows), W, H, 3, 0, rows);
    if (arena_init(&b->scratch, yuv_scratch(b->c, W), &e) < 0)
        abort();
    b->in = film_zimg_graph(&f, &z, ZIMG_DITHER_NONE);
    b->out = film_zimg_graph(&z, &f, ZIMG_DITHER_ORDERED);
    b->room_in = film_zimg_room(b->in);
    b->room_out = film_zimg_room(b->out);
    out_frame(b);
}

static void release(struct bench *b)
{
    zimg_filter_graph_free(b->in);
    zimg_filter_graph_free(b->out);
    mem_free(b->room_in);
    mem_free(b->room_out);
    mem_free(b->v.data);
    mem_free(b->strip.data);
    arena_release(&b->scratch);
    film_free(&b->frame);
    yuv_free(b->c);
}

int main(void)
{
    static void (*const work[])(struct bench *) = {
        in_rows, in_frame, in_zimg, out_rows, out_frame, out_zimg};
    static const struct {
        const char *name;
        int ssx, ssy, bits;
    } films[] = {{"4:2:0, 8 bits", 1, 1, 8},
                 {"4:2:0, 10 bits", 1, 1, 10},
                 {"4:2:2, 10 bits", 1, 0, 10},
                 {"4:4:4, 12 bits", 0, 0, 12}};

    printf("%-16s%24s%24s\n%-16s%8s%8s%8s%8s%8s%8s\n", "ns per pixel", "in",
           "out, dithered", "", "row", "frame", "zimg", "row", "frame", "zimg");
    for (size_t i = 0; i < sizeof(films) / sizeof(films[0]); i++) {
        double best[6];
        struct bench b;

        prepare(&b, films[i].ssx, films[i].ssy, films[i].bits);
        for (int n = 0; n < 6 * ROUNDS; n++) {
            const double start = now();

            work[n % 6](&b);
            if (n < 6 || now() - start < best[n % 6])
                best[n % 6] = now() - start;
        }
        printf("%-16s", films[i].name);
        for (int n = 0; n < 6; n++)
            printf("%8.2f", best[n] / (W * H));
        printf("\n");
        release(&b);
    }
    return 0;
}
