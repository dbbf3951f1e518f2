#ifndef IMAGE_ICC_H
#define IMAGE_ICC_H

/*
 * lcms2, with our errors. Each use has its own context, so nothing is shared
 * between threads; the text of the first complaint of lcms2 becomes ours. Its
 * memory stays its own: lcms2 (2.14) does not survive every failed allocation,
 * so a test must not inject one.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "image/color.h"

#define ICC_MAX ((size_t)64 << 20) /* bytes of a profile */

/*
 * Pixels of a COLOR_ICC profile to linear light in the working space, or back:
 * relative colorimetric, without black point compensation, in float. Values
 * are interleaved; grey and RGB 0 … 1, CMYK inks 0 … 100.
 */
struct icc_transform;

/* ERR_DATA when lcms2 finds the profile unfit for this direction. */
int icc_transform_new(const struct color *c, bool to_work,
                      struct icc_transform **out, struct err *e);
void icc_transform_free(struct icc_transform *t);

/* Colours of a pixel on the profile's side: 1, 3, 4. */
int icc_transform_colors(const struct icc_transform *t);

/* Any number of threads at once. src and dst do not overlap. */
void icc_transform_run(const struct icc_transform *t, const float *src,
                       float *dst, size_t n);

/* Private to the color_*.c files; void * stands for cmsContext, cmsHPROFILE. */
struct icc_session {
    void *context;
    char text[160]; /* first complaint since the start, or "" */
};

int icc_session_new(struct icc_session **out, struct err *e);
void icc_session_free(struct icc_session *s);

/* ERR_DATA "<what>: <complaint>". */
int icc_refuse(const struct icc_session *s, const char *what, struct err *e);

int icc_open(struct icc_session *s, const void *icc, size_t len, void **profile,
             struct err *e);

#endif
