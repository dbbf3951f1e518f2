#ifndef CODEC_VIDEO_COLOR_H
#define CODEC_VIDEO_COLOR_H

/*
 * What the code values of a film mean, and what is written into one: from the
 * numbers of ITU-T H.273 to curves, primaries, matrix and range, with what is
 * not stated completed by rule, and said in words.
 *
 * Light is that of a display (1.0 = 203 cd/m2). BT.709, BT.601, SMPTE 240M,
 * xvYCC and the SDR of BT.2020 are shown as BT.1886 says, with black at 0: a
 * power of 2.4. PQ is absolute. HLG is scene light that a display of so many
 * cd/m2 shows by its OOTF (BT.2100, table 5). A white that is not D65 becomes
 * D65, by Bradford.
 *
 * What is not stated, in this order:
 * - range: limited, but full for RGB; siting: left, but top left for BT.2020;
 * - RGB without any tag is sRGB;
 * - a film without any tag is what --assume says, else BT.709 from 720 lines or
 *   1280 columns on, else BT.601: 625 lines for heights of 576 and 288, 525
 *   lines for others;
 * - a film with some tags gets the others of the system that they belong to:
 *   that of its primaries, else of PQ and HLG (BT.2020), its matrix, its curve.
 */

#include <stdbool.h>
#include <stddef.h>

#include "codec/video.h"
#include "codec/yuv.h"
#include "image/color.h"
#include "kern/kern.h"

struct film_color {
    struct video_color tags; /* complete */
    struct yuv_space space;
    struct color *color; /* curve and primaries; owned */
    bool hlg;            /* the OOTF follows the curve */
    double peak;         /* cd/m2 of the brightest light: of the metadata, else
                            1000 for PQ; of the display for HLG; 203 for SDR */
    char text[200];      /* "BT.709 by its size (untagged HD), limited range" */
};

/*
 * `assume` is one of film_color_name() for films without any tag, or NULL.
 * ERR_DATA for what is not known here, by its name: matrices YCgCo, ICtCp and
 * of constant luminance, logarithmic and extended curves.
 */
int film_color_read(const struct video_info *info, const char *assume,
                    struct film_color *out, struct err *e);

/*
 * A colour to write, by its name, for pixels of this format. peak: of the
 * display, for HLG, cd/m2; 0: 1000. ERR_ARG for other names.
 */
int film_color_for(const char *name, const struct frame_format *f, double peak,
                   struct film_color *out, struct err *e);

/* Name i: "rec709", "rec601_525", "pq", …; NULL after the last. */
const char *film_color_name(int i);

/* Whether that is one of these names. */
bool film_color_named(const char *name);

/* Of a picture's colour: a matrix and curves, copied; NULL: color stays NULL,
   and rows cannot be worked on. */
int film_color_of(const struct color *c, struct film_color *out, struct err *e);
int film_color_copy(const struct film_color *c, struct film_color *out,
                    struct err *e);
void film_color_release(struct film_color *c);

/* For frames of that format and c->tags, which may have been changed since:
   matrix, range and siting. */
int film_color_fit(struct film_color *c, const struct frame_format *f,
                   struct err *e);

/* The same light from the same R'G'B', whatever matrix and range. */
bool film_color_alike(const struct film_color *a, const struct film_color *b);

bool film_color_is_hdr(const struct film_color *c);

/* The display that a master without a history is said to be made on: one of P3
   primaries, 0.0001 to 1000 cd/m2. */
void film_color_mastering(struct video_mastering *m);

/* The same meaning of every code value; names and numbers may differ. */
bool film_color_equal(const struct film_color *a, const struct film_color *b);

/* R'G'B' code values (codec/yuv.h) to working light in place, and back. */
void film_color_in(const struct film_color *c, const struct kern *k,
                   float *const planes[3], size_t n);
void film_color_out(const struct film_color *c, const struct kern *k,
                    float *const planes[3], size_t n);

/* The gamma of HLG's OOTF for a display of `peak` cd/m2. */
double film_hlg_gamma(double peak);

/* cd/m2, where nothing says: of PQ, of the display for HLG; of pictures. */
#define FILM_HDR_PEAK 1000.0

/* What a display of `peak` cd/m2 shows of an HLG scene in the working space,
   whose 1.0 is at signal 0.75, and back. */
void film_hlg_show(const struct kern *k, float *const row[3], size_t n,
                   double peak);
void film_hlg_scene(const struct kern *k, float *const row[3], size_t n,
                    double peak);

#endif
