#ifndef OP_BLOCKS_H
#define OP_BLOCKS_H

/*
 * What is known of surroundings: rows of blocks of 2^shift x 2^shift pixels of
 * one plane, of each the mean, the smallest and the largest value
 * (kern/band.h). They become windows that reach further and further. Blocks lie
 * where they lie in the picture, whatever rows a job makes: no bit depends on
 * strips.
 */

#include "kern/band.h"
#include "op/op.h"

enum { BLOCK_MEAN, BLOCK_LEAST, BLOCK_MOST, BLOCK_KINDS };

#define BLOCK_SHIFT_MAX 6
#define BLOCK_STEP_MAX  16 /* of blocks_widen() */

/* Rows y0 … y1-1; a row has room for a value before it and many behind. */
struct sheet {
    int y0, y1;
    size_t pitch;
    float *data[BLOCK_KINDS];
};

static inline float *sheet_row(const struct sheet *s, int kind, int y)
{
    return s->data[kind] + (ptrdiff_t)(y - s->y0) * (ptrdiff_t)s->pitch;
}

struct blocks {
    const struct op_job *job;
    int shift;
    int w, h;               /* of the picture, in blocks                     */
    struct sheet now, next; /* windows, and those that are made of them      */
    float *half[BLOCK_SHIFT_MAX][2][BLOCK_KINDS]; /* rows of smaller blocks  */
    float *line[BLOCK_KINDS]; /* a row with BLOCK_STEP_MAX on both sides   */
};

/* Blocks that so many pixels are in. */
int blocks_of(int pixels, int shift);

/* Row y of h, or the nearest. */
static inline int row_within(int y, int h)
{
    return y < 0 ? 0 : y >= h ? h - 1 : y;
}

/* Bytes for blocks, and for one more sheet of so many rows. */
size_t blocks_bytes(const struct op_site *site, int shift, int rows);
size_t sheet_bytes(const struct op_site *site, int shift, int rows);

/* Room for `rows` rows of blocks of job->src, from job->scratch. */
void blocks_begin(struct blocks *b, const struct op_job *job, int shift,
                  int rows);
void sheet_begin(struct sheet *s, const struct blocks *b, int rows);

/* b->now = rows y0 … y1-1 of blocks of plane p, within the picture. */
void blocks_fill(struct blocks *b, int p, int y0, int y1);

/*
 * b->now = windows that reach `step` blocks further to all sides, rows y0 …
 * y1-1; rows up to `step` further, within the picture, were there before. Means
 * weigh 1 2 1 each way. Beside the picture the nearest blocks are repeated, but
 * means go on as in a gradient.
 */
void blocks_widen(struct blocks *b, int step, int y0, int y1);

/* src's w values and BLOCK_STEP_MAX more on both sides, in `line`. */
const float *blocks_padded(float *line, const float *src, int w, bool mean);

#endif
