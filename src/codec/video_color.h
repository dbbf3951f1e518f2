#ifndef CODEC_VIDEO_COLOR_H
#define CODEC_VIDEO_COLOR_H

/*
 * What the code values of a film mean: its tags (ITU-T H.273), completed where
 * they say nothing, as a matrix, a curve and primaries, and the way to linear
 * light and back.
 *
 * Light is that of a display: what was graded for Rec.709, 601 or 2020 was seen
 * on one of gamma 2.4 (ITU-R BT.1886 with a black of 0), whatever curve a
 * camera would have had. 1.0 is reference white, 203 cd/m2 in PQ and HLG (ITU-R
 * BT.2408); HLG goes through the system curve (OOTF) of a display of 1000 cd/m2
 * (BT.2100, table 5).
 *
 * Nothing stated: RGB is sRGB; from 720 lines or 1280 pixels on, it is Rec.709;
 * below, Rec.601 with the primaries of 525 lines, or of 625 where there are
 * 576. One thing stated tells the others: PQ and HLG are Rec.2020.
 */

#include <stdbool.h>

#include "codec/video.h"
#include "codec/yuv.h"
#include "image/color.h"

struct film_color {
    struct video_color tags; /* complete */
    struct yuv_space space;
    struct color *color; /* curve and primaries; NULL: none that we compute */
    bool hlg;            /* between curve and primaries, the OOTF            */
    double peak;         /* cd/m2 of the brightest, as far as it is known    */
    char text[200];      /* for people: what it is and how that was found    */
};

/*
 * `assume`: the name of a space for what is not stated, or NULL. ERR_DATA for a
 * matrix or curve that is none of those that we compute, named; ERR_ARG for a
 * name that is none.
 */
int film_color_read(const struct video_info *info, const char *assume,
                    struct film_color *out, struct err *e);

/* For a film that is written: "rec709", "rec601", "srgb", "p3", "rec2020",
   "pq", "hlg". */
int film_color_for(const char *name, struct film_color *out, struct err *e);

/* Whether that is one of these names. */
bool film_color_name(const char *name);

/* Of a picture's colour: a matrix and curves, copied; NULL: none. */
int film_color_of(const struct color *c, struct film_color *out, struct err *e);
int film_color_copy(const struct film_color *c, struct film_color *out,
                    struct err *e);
void film_color_release(struct film_color *c);

/* Chooses matrix and range for frames that are RGB, or no longer are. */
void film_color_fit(struct film_color *c, const struct frame_format *fmt);

/* The same light from the same R'G'B'; matrix and range apart. */
bool film_color_equal(const struct film_color *a, const struct film_color *b);
bool film_color_is_hdr(const struct film_color *c);

/* The display that a master without a history is said to be made on: one of
   Display P3's primaries, 0.0001 to 1000 cd/m2. */
void film_color_mastering(struct video_mastering *m);

/* A row of n pixels of R'G'B' to working light and back, in place. Any thread.
 */
void film_color_in(const struct film_color *c, const struct kern *k,
                   float *const planes[3], size_t n);
void film_color_out(const struct film_color *c, const struct kern *k,
                    float *const planes[3], size_t n);

#endif
