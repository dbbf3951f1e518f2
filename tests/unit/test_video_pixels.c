/*
 * Every pixel format that libavutil can describe comes apart into the samples
 * that libavutil itself reads from it.
 */

#include "test.h"

#include <libavutil/imgutils.h>

#include "base/mem.h"
#include "codec/video_int.h"
#include "roundtrip.h"

#define W 37
#define H 21

static const struct video_host host = {err_set, mem_zero, mem_free};

/* Frames refer to it; here nobody opens it. */
const struct video_module portal_module = {.id = {.name = "none"}};

static AVFrame *frame(enum AVPixelFormat pixels)
{
    AVFrame *f = av_frame_alloc();

    f->format = pixels;
    f->width = W;
    f->height = H;
    assert_int_equal(av_frame_get_buffer(f, 64), 0);
    return f;
}

static void fill(AVFrame *f)
{
    uint32_t state = 2463534242u;

    for (int i = 0; i < AV_NUM_DATA_POINTERS && f->buf[i]; i++)
        for (size_t k = 0; k < (size_t)f->buf[i]->size; k++)
            f->buf[i]->data[k] = (uint8_t)noise(&state);
}

static unsigned sample(const AVFrame *f, int plane, int bits, int x, int y)
{
    const uint8_t *row = f->data[plane] + (ptrdiff_t)y * f->linesize[plane];

    return bits == 32 ? ((const uint32_t *)(const void *)row)[x]
           : bits > 8 ? ((const uint16_t *)(const void *)row)[x]
                      : row[x];
}

/* Nearest to v of `depth` bits on a scale of 8. */
static unsigned spread(unsigned v, int depth)
{
    if (depth >= 8)
        return v;
    return (unsigned)(v * 255.0 / ((1u << depth) - 1) + 0.5);
}

static void compare(const AVFrame *from, const struct frame_format *fmt,
                    const AVFrame *to)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(from->format);
    uint32_t line[W];

    for (int i = 0; i < d->nb_components; i++) {
        const bool chroma = d->nb_components > 2 && (i == 1 || i == 2);
        const int w = chroma ? AV_CEIL_RSHIFT(W, fmt->ssx) : W;
        const int h = chroma ? AV_CEIL_RSHIFT(H, fmt->ssy) : H;

        /* libavutil's description of this luma is not how it lies. */
        if (from->format == AV_PIX_FMT_UYYVYY411 && i == 0)
            continue;
        for (int y = 0; y < h; y++) {
            av_read_image_line2(line, (const uint8_t **)(uintptr_t)from->data,
                                from->linesize, d, 0, y, i, w, 0, 4);
            for (int x = 0; x < w; x++) {
                unsigned want = spread(line[x], d->comp[i].depth);

                if (from->format == AV_PIX_FMT_MONOWHITE)
                    want = 255 - want;
                if (sample(to, pixels_plane(d, i), fmt->bits, x, y) != want)
                    fail_msg("%s, component %d, x %d, y %d", d->name, i, x, y);
            }
        }
    }
}

TEST(every_format_comes_apart)
{
    const AVPixFmtDescriptor *d = NULL;
    int packed = 0, planar = 0;

    while ((d = av_pix_fmt_desc_next(d))) {
        const enum AVPixelFormat pixels = av_pix_fmt_desc_get_id(d);
        struct frame_format fmt;
        struct frame_pool pool;
        AVFrame *from, *to;
        struct err e = {0};

        if (d->flags & AV_PIX_FMT_FLAG_PAL ||
            pixels_format(&host, pixels, NULL, &fmt, &e) < 0) {
            assert_true(d->flags &
                        (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                         AV_PIX_FMT_FLAG_BAYER));
            continue;
        }
        planar += pixels_direct(pixels);
        packed += !pixels_direct(pixels);
        from = frame(pixels);
        fill(from);
        assert_int_equal(frame_pool_start(&pool, &fmt, W, H), 0);
        to = frame_pool_get(&pool);
        assert_non_null(to);
        pixels_unpack(from, &fmt, to);
        compare(from, &fmt, to);
        av_frame_free(&from);
        av_frame_free(&to);
        frame_pool_stop(&pool);
    }
    assert_true(planar > 60);
    assert_true(packed > 60);
}

/* 4:1:1 in groups of six bytes, after the definition of IEC 61883-6's kin. */
TEST(luma_of_packed_411)
{
    const struct frame_format fmt = {
        .colors = FRAME_YUV, .bits = 8, .ssx = 2, .ssy = 0};
    struct frame_pool pool;
    AVFrame *from = frame(AV_PIX_FMT_UYYVYY411), *to;

    for (int x = 0; x < 24; x++)
        from->data[0][x] = (uint8_t)x;
    assert_int_equal(frame_pool_start(&pool, &fmt, W, H), 0);
    to = frame_pool_get(&pool);
    pixels_unpack(from, &fmt, to);
    assert_memory_equal(to->data[0], "\1\2\4\5\7\10\12\13", 8);
    assert_memory_equal(to->data[1], "\0\6\14", 3);
    assert_memory_equal(to->data[2], "\3\11\17", 3);
    av_frame_free(&from);
    av_frame_free(&to);
    frame_pool_stop(&pool);
}

TEST(a_palette_is_looked_up)
{
    AVFrame *from = frame(AV_PIX_FMT_PAL8), *to;
    uint32_t *palette = (uint32_t *)(void *)from->data[1];
    struct frame_format fmt;
    struct frame_pool pool;
    struct err e = {0};

    fill(from);
    for (int i = 0; i < 256; i++)
        palette[i] |= 0xff000000;
    assert_int_equal(pixels_format(&host, from->format, palette, &fmt, &e), 0);
    assert_false(fmt.alpha);
    palette[7] = 0x80402010;
    from->data[0][3] = 7;
    assert_int_equal(pixels_format(&host, from->format, palette, &fmt, &e), 0);
    assert_true(fmt.alpha);
    assert_int_equal(fmt.colors, FRAME_RGB);
    assert_int_equal(frame_pool_start(&pool, &fmt, W, H), 0);
    to = frame_pool_get(&pool);
    pixels_unpack(from, &fmt, to);
    assert_int_equal(to->data[0][3], 0x20);
    assert_int_equal(to->data[1][3], 0x10);
    assert_int_equal(to->data[2][3], 0x40);
    assert_int_equal(to->data[3][3], 0x80);
    for (int i = 0; i < 256; i++)
        palette[i] &= 0xffffff;
    assert_int_equal(pixels_format(&host, from->format, palette, &fmt, &e), 0);
    assert_false(fmt.alpha);
    av_frame_free(&from);
    av_frame_free(&to);
    frame_pool_stop(&pool);
}

TEST(sensors_and_devices_are_refused)
{
    struct frame_format fmt;
    struct err e = {0};

    assert_int_equal(
        pixels_format(&host, AV_PIX_FMT_BAYER_RGGB16LE, NULL, &fmt, &e),
        ERR_DATA);
    assert_non_null(strstr(e.text, "sensor (bayer_rggb16le)"));
    assert_int_equal(pixels_format(&host, AV_PIX_FMT_VAAPI, NULL, &fmt, &e),
                     ERR_DATA);
    assert_non_null(strstr(e.text, "memory of a device (vaapi)"));
}

TESTS(every_format_comes_apart, luma_of_packed_411, a_palette_is_looked_up,
      sensors_and_devices_are_refused)
