#ifndef CODEC_YUV_H
#define CODEC_YUV_H

/*
 * Rows of a film's frame to rows of R'G'B' code values and back: unpacking,
 * range, chroma to full size by its siting, matrix, and on the way out the
 * reverse with dither or rounding. Code values are nominal: 0 is black, 1
 * white; what a limited range has below and above survives both ways. No
 * transfer curve is touched here.
 *
 *     Y' = kr R' + (1 - kr - kb) G' + kb B'
 *     Cb = (B' - Y') / (2 (1 - kb)),  Cr = (R' - Y') / (2 (1 - kr))
 *
 * with the ranges of ITU-T H.273, 8.3 (equations 20 … 31). Chroma is made full
 * by a cubic through four samples (Catmull-Rom) and comes back through its
 * matching low-pass, in both directions where it is subsampled. Whoever writes
 * back what it read, unchanged, gets the same code values (4:4:4) or, where
 * chroma is smooth, ones a step away (subsampled). A grey in is a grey out,
 * exactly, both ways.
 *
 * The same bits at every CPU level and for any division into strips.
 */

#include "base/mem.h"
#include "codec/frame.h"
#include "image/image.h"
#include "kern/kern.h"

struct yuv_space {
    double kr, kb;   /* of the matrix; RGB: not used; grey: on the way out */
    bool full;       /* range: 0 … 2^bits - 1, not 16 … 235 and so; floats
                        have none                                         */
    double siting_x; /* of the first chroma sample, in luma pixels from the
                        first luma sample: 0 left, 0.5 between, less than the
                        pixels that share it; not used where all have one  */
    double siting_y; /* 0 top, 0.5 between, 1 bottom                       */
};

struct yuv;

/* ERR_ARG for what is not there: bits, subsampling, a matrix without green,
   chroma as floats. */
int yuv_new(const struct frame_format *f, const struct yuv_space *space,
            bool dither, struct yuv **out, struct err *e);
void yuv_free(struct yuv *c);

/* Bytes of scratch that the two functions below take from their arena. */
size_t yuv_scratch(const struct yuv *c, int w);

/*
 * Row y of the frame to planes[0 … 2], and alpha (0 … 1) to planes[3] when
 * there is one. Grey gives three equal planes. Any thread.
 */
void yuv_in(const struct yuv *c, const struct kern *k, const struct frame *f,
            int y, float *const planes[], struct arena *scratch);

/*
 * Rows of the view that yuv_out() looks at above the first and below the last
 * row it makes, where the picture has them: 0, or more with subsampled rows.
 */
int yuv_margin(const struct yuv *c);

/*
 * Rows y0 … y1-1 of the view, R'G'B' in planes 0, 1, 2 and alpha in plane
 * `alpha` (0: opaque), to the frame. y0 and y1 are even, y1 may be the height.
 * Threads may make different rows of a frame. The view is not changed.
 *
 * Values are clipped to the codes there are; not a number becomes 0. Colours
 * beyond -4 … 4 count as these where luma and chroma are made of them. The
 * dither depends on the pixel's place, the plane and `number`, that of the
 * frame: a value within 1/1024 of a code becomes that code, and means are kept.
 * Alpha is rounded.
 */
void yuv_out(const struct yuv *c, const struct kern *k, const struct view *v,
             int y0, int y1, int number, struct frame *f,
             struct arena *scratch);

#endif
