#ifndef RUN_DEPTH_FILM_H
#define RUN_DEPTH_FILM_H

/*
 * Depth that the frames of a film were rendered with: a channel of numbered
 * OpenEXR pictures, or a sequence of its own. What its numbers mean is decided
 * once, so that nothing jumps: the encoding by the first frame, the range of
 * what are no metres by frames from all over the sequence. Metres are taken as
 * those of a still.
 */

#include "run/depth_find.h"
#include "run/raster.h"
#include "run/sequence.h"

struct depth_film_job {
    struct depth_want want;
    const char *in;
    int w, h;
    const struct sequence *frames; /* and the first of them; NULL: a film's   */
    const struct reader *first;    /* file, whose frames have pictures of a   */
    int64_t from, last; /* sequence in turn: the first made frame, and the last
                           as far as it is known */
    struct pool *pool;
};

struct depth_film;

/*
 * *out stays when a network is to be asked. ERR_DATA, and which, when a frame
 * has no depth. `from`: where it is, and why it was taken for what it is.
 */
int depth_film_open(const struct depth_film_job *job, struct depth_film **out,
                    char from[static 240], struct err *e);
void depth_film_close(struct depth_film *d);

/* `number` is that of a picture, which reader and raster have, or counts the
   frames of a film's file. Any thread of the pool that may open loops. */
int depth_film_take(const struct depth_film *d, int64_t number,
                    struct reader *reader, const struct raster *raster,
                    struct depth_map **out, struct err *e);

#endif
