#ifndef RUN_RASTER_H
#define RUN_RASTER_H

/* A whole picture of a file in memory, as its raw samples. */

#include "codec/codec.h"

struct raster {
    struct pixfmt fmt;
    int w, h;
    uint8_t *raw; /* h rows of w * pixfmt_bytes() */
};

/* Takes the rows of an open reader. */
int raster_read(struct reader *r, struct raster **out, struct err *e);
int raster_new(const struct pixfmt *fmt, int w, int h, struct raster **out,
               struct err *e);
void raster_free(struct raster *r);

static inline uint8_t *raster_row(const struct raster *r, int y)
{
    return r->raw + (size_t)y * (size_t)r->w * pixfmt_bytes(&r->fmt);
}

/* Writes it into a file that is open; `pic` says how. */
int raster_write(const struct raster *r, const struct codec *codec,
                 const struct picture *pic, struct outfile *f, struct err *e);

#endif
