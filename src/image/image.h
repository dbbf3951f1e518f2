#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

/*
 * Pictures in memory: planes of float32. Planes 0, 1, 2 are red, green, blue
 * in linear light with Rec.2020 primaries and D65 white, 1.0 = diffuse white,
 * unbounded; what follows (alpha, depth, extra samples) is carried and never
 * graded. Alpha is straight (not premultiplied) inside.
 *
 * A view is a window of whole rows: rows y0 … y1-1 of a picture of h rows. It
 * owns nothing. Rows outside the picture are its first or last row again, so
 * that a filter with a neighbourhood needs no special case at the border.
 */

#include <stddef.h>

#include "base/err.h"

#define IMAGE_PLANES_MAX 69 /* colours, alpha, 64 extra samples, depth */

struct view {
    float *data;
    size_t pitch;  /* floats from one row to the next; a multiple of 16 */
    size_t stride; /* floats from one plane to the next                  */
    int w, h;      /* size of the picture                                */
    int y0, y1;    /* the rows that are here                             */
    int planes;
    int alpha; /* the plane that is alpha, or 0: none                */
    int depth; /* the plane that is depth (image/depth.h), or 0      */
};

/* Row y of plane p. y must be one of the rows that are here. */
static inline float *row_of(const struct view *v, int p, int y)
{
    return v->data + (size_t)p * v->stride + (size_t)(y - v->y0) * v->pitch;
}

/* As row_of(), with y clamped to the picture: -1 is row 0 again. */
static inline const float *row_near(const struct view *v, int p, int y)
{
    y = y < 0 ? 0 : y >= v->h ? v->h - 1 : y;
    return row_of(v, p, y);
}

/* Floats between rows for a width: rows start on 64-byte boundaries. */
size_t view_pitch(int w);

/* Bytes that a view of this size needs. */
size_t view_bytes(int w, int rows, int planes);

/* Lays a view over `data` of at least view_bytes(w, y1 - y0, planes). */
struct view view_over(float *data, int w, int h, int planes, int y0, int y1);

/* A whole picture that owns its planes: a view of all rows. */
struct image {
    struct view v;
};

int image_new(int w, int h, int planes, struct image **out, struct err *e);
void image_free(struct image *image);

#endif
