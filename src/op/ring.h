#ifndef OP_RING_H
#define OP_RING_H

/*
 * Rows made from rows, one after the other down a strip, with neighbours above
 * and below in reach: a ring that forgets what has passed. Rows have room on
 * both sides, where their first and last values repeat.
 */

#include "op/op.h"

#define RING_REACH_MAX  64
#define RING_PLANES_MAX 6

/* Makes w values of each plane of row y, which lies in the picture. */
typedef void ring_make(void *arg, int y, float *const dst[]);

struct ring_size {
    int w, h;   /* of the picture of rows       */
    int planes; /* of it                        */
    int reach;  /* rows above and below         */
    int pad;    /* values to the left and right */
};

struct ring {
    struct ring_size size;
    int next; /* row that is made next */
    size_t pitch;
    float *data;
    ring_make *make;
    void *arg;
};

size_t ring_bytes(const struct ring_size *size);

/* y: the first row that ring_rows() will be asked for. */
void ring_begin(struct ring *r, const struct ring_size *size,
                struct arena *scratch, int y, ring_make *make, void *arg);

/*
 * rows[-n … n] = rows y-n … y+n of a plane, at their first value; n at most
 * reach. The last 2 reach + 1 rows that were made are there, and none is made
 * before it is needed. Outside the picture the nearest repeats.
 */
void ring_rows(struct ring *r, int y, int n, int plane, const float **rows);

/* Each a ring_make for job->src; arg is the job. */
ring_make luma_make, lightness_make;

#endif
