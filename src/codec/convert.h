#ifndef CODEC_CONVERT_H
#define CODEC_CONVERT_H

/*
 * Rows of raw samples to rows of working planes and back: unpacking, alpha,
 * transfer curve, matrix or ICC transform, and on the way out the reverse with
 * rounding or dither. Planes are red, green, blue, then the extra samples in
 * the order of the file (alpha straight). A grey picture gives three equal
 * planes, and comes back as their luminance.
 */

#include "base/mem.h"
#include "image/color.h"
#include "image/pixfmt.h"
#include "kern/kern.h"

struct convert;

/*
 * color NULL: sample values stay encoded. Only the sample type, the polarity
 * of grey and the association of alpha change; 8 and 16 bits, half and float
 * that keep these come back exactly, 32-bit integers to 24 bits. `dither`: used
 * when packing to 8 bits. The colour is lent for the life of the result.
 * Threads may share the result. ERR_ARG when the colour is not for such
 * pictures; CMYK is read only, through a profile.
 *
 * Associated alpha multiplies the encoded values. Where it is 0 the colour
 * passes untouched both ways: renderers leave skies and glows there.
 */
int convert_new(const struct pixfmt *fmt, const struct color *color,
                bool dither, struct convert **out, struct err *e);
void convert_free(struct convert *c);

/*
 * Makes convert_in() fast for pictures of many pixels: the curves of 8 and 16
 * bit samples become tables of all their values, of up to 256 KB each. The
 * results are the same bits. Not while other threads use c.
 */
int convert_tabulate(struct convert *c, const struct kern *k, struct err *e);

/* Whether convert_out() may be called: neither CMYK nor a source-only profile.
 */
bool convert_can_write(const struct convert *c);

/* Planes a row has: 3 + extras. */
int convert_planes(const struct convert *c);

/* Bytes of scratch that the two functions below take from their arena. */
size_t convert_scratch(const struct convert *c, int w);

/* n pixels of raw samples to planes[0 … convert_planes-1]. */
void convert_in(const struct convert *c, const struct kern *k, const void *raw,
                size_t n, float *const planes[], struct arena *scratch);

/*
 * Sample number s of n pixels alone, as the file stores it: what a plane of
 * convert_in() gets before its colours are worked on.
 */
void convert_sample(const struct convert *c, const struct kern *k,
                    const void *raw, int s, size_t n, float *dst);

/* And back; `y` is the row's number in the picture, for the dither. Planes are
   overwritten. */
void convert_out(const struct convert *c, const struct kern *k,
                 float *const planes[], size_t n, int y, void *raw,
                 struct arena *scratch);

#endif
