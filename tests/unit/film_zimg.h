#ifndef UNIT_FILM_ZIMG_H
#define UNIT_FILM_ZIMG_H

/*
 * zimg as a judge of codec/yuv.h: frames to R'G'B' floats and back with the
 * cubic of Catmull and Rom for chroma, nothing approximate, no dither.
 */

#include <zimg.h>

#include "film.h"

static inline zimg_image_format film_zimg_frame(const struct frame_format *f,
                                                int matrix, int location,
                                                bool full, int w, int h)
{
    zimg_image_format z;

    zimg_image_format_default(&z, ZIMG_API_VERSION);
    z.width = (unsigned)w;
    z.height = (unsigned)h;
    z.pixel_type = f->bits <= 8 ? ZIMG_PIXEL_BYTE : ZIMG_PIXEL_WORD;
    z.depth = (unsigned)f->bits;
    z.subsample_w = (unsigned)f->ssx;
    z.subsample_h = (unsigned)f->ssy;
    z.color_family = ZIMG_COLOR_YUV;
    z.matrix_coefficients = (zimg_matrix_coefficients_e)matrix;
    z.pixel_range = full ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
    z.chroma_location = (zimg_chroma_location_e)location;
    return z;
}

/* The same with planes of floats, and what pictures have. */
static inline zimg_image_format film_zimg_float(zimg_image_format z)
{
    z.pixel_type = ZIMG_PIXEL_FLOAT;
    z.depth = 32;
    return z;
}

static inline zimg_image_format film_zimg_picture(int w, int h)
{
    zimg_image_format z;

    zimg_image_format_default(&z, ZIMG_API_VERSION);
    z.width = (unsigned)w;
    z.height = (unsigned)h;
    z.pixel_type = ZIMG_PIXEL_FLOAT;
    z.depth = 32;
    z.color_family = ZIMG_COLOR_RGB;
    z.matrix_coefficients = ZIMG_MATRIX_RGB;
    z.pixel_range = ZIMG_RANGE_FULL;
    return z;
}

static inline zimg_filter_graph *film_zimg_graph(const zimg_image_format *from,
                                                 const zimg_image_format *to,
                                                 zimg_dither_type_e dither)
{
    zimg_graph_builder_params p;
    zimg_filter_graph *g;
    char text[200];

    zimg_graph_builder_params_default(&p, ZIMG_API_VERSION);
    p.resample_filter = p.resample_filter_uv = ZIMG_RESIZE_BICUBIC;
    p.filter_param_a = p.filter_param_a_uv = 0;
    p.filter_param_b = p.filter_param_b_uv = 0.5;
    p.dither_type = dither;
    g = zimg_filter_graph_build(from, to, &p);
    if (!g) {
        zimg_get_last_error(text, sizeof(text));
        fprintf(stderr, "zimg: %s\n", text);
        abort();
    }
    return g;
}

/* Room for the graph's own use. */
static inline void *film_zimg_room(const zimg_filter_graph *g)
{
    size_t size = 0;
    void *room;

    zimg_filter_graph_get_tmp_size(g, &size);
    room = mem_alloc(size + 1);
    if (!room)
        abort();
    return room;
}

static inline zimg_image_buffer film_zimg_planes(const struct frame *f)
{
    zimg_image_buffer b = {.version = ZIMG_API_VERSION};

    for (int p = 0; p < 3; p++) {
        b.plane[p].data = f->data[p];
        b.plane[p].stride = f->pitch[p];
        b.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return b;
}

static inline zimg_image_buffer film_zimg_view(const struct view *v)
{
    zimg_image_buffer b = {.version = ZIMG_API_VERSION};

    for (int p = 0; p < 3; p++) {
        b.plane[p].data = row_of(v, p, 0);
        b.plane[p].stride = (ptrdiff_t)(v->pitch * sizeof(float));
        b.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return b;
}

static inline void film_zimg_run(const zimg_filter_graph *g,
                                 const zimg_image_buffer *from,
                                 const zimg_image_buffer *to, void *room)
{
    zimg_image_buffer_const src = {.version = ZIMG_API_VERSION};

    for (int p = 0; p < 3; p++) {
        src.plane[p].data = from->plane[p].data;
        src.plane[p].stride = from->plane[p].stride;
        src.plane[p].mask = from->plane[p].mask;
    }
    if (zimg_filter_graph_process(g, &src, to, room, NULL, NULL, NULL, NULL))
        abort();
}

/* One conversion. */
static inline void film_zimg(const zimg_image_format *from,
                             const zimg_image_buffer *src,
                             const zimg_image_format *to,
                             const zimg_image_buffer *dst)
{
    zimg_filter_graph *g = film_zimg_graph(from, to, ZIMG_DITHER_NONE);
    void *room = film_zimg_room(g);

    film_zimg_run(g, src, dst, room);
    zimg_filter_graph_free(g);
    mem_free(room);
}

#endif
