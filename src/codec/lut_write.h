#ifndef CODEC_LUT_WRITE_H
#define CODEC_LUT_WRITE_H

/*
 * Tables to files, which appear whole or not at all: .cube (Adobe's, and with
 * curves in front that of DaVinci Resolve), CLF version 3, and Hald CLUT as a
 * PNG of 16 bits. What a form cannot hold as it is must be sampled first
 * (lut_sample()); what is written reads back with the same bits, but for the
 * rounding of a Hald CLUT.
 */

#include "base/file.h"
#include "codec/lut.h"

enum lut_form {
    LUT_FORM_CUBE,
    LUT_FORM_CLF,
    LUT_FORM_HALD,
};

/* By the extension: cube, clf, png; another is ERR_ARG. */
int lut_form_of(const char *path, enum lut_form *form, struct err *e);

/* Whether lut_save() takes it. A Hald CLUT holds 0 … 1, and is rounded. */
bool lut_fits(const struct lut *lut, enum lut_form form);

/* What the file says of itself; the texts are lent. */
struct lut_words {
    const char *title;  /* NULL: lut->title */
    const char *origin; /* one line: what it was made from, or NULL */
};

int lut_save(const char *path, const struct lut *lut, enum lut_form form,
             const struct lut_words *words, struct err *e);

/*
 * A curve of `points` per channel, or a cube of `size` a side, over lo … hi,
 * with what the LUT gives there. One of the two numbers is 0.
 */
int lut_sample(const struct lut *lut, int points, int size, const float lo[3],
               const float hi[3], struct lut **out, struct err *e);

/* Side of the Hald CLUT for a cube of that size: 4, 9, … 256. */
int hald_size(int size);

/* The pixels of one; `f` is open and gets all bytes. */
int hald_write(struct outfile *f, const struct lut *lut,
               const struct lut_words *words, struct err *e);

/* Text in pieces; the rest goes to the file with text_flush(). */
struct text_out {
    struct outfile *f;
    size_t len;
    char text[1 << 16];
};

/* At most 4000 bytes at a time. */
int text_put(struct text_out *t, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The fewest decimals that read back as these floats, n <= 8, and a line end.
 */
int text_numbers(struct text_out *t, const float *v, int n, struct err *e);
int text_flush(struct text_out *t, struct err *e);

int cube_write(struct text_out *t, const struct lut *lut,
               const struct lut_words *words, struct err *e);
int clf_write(struct text_out *t, const struct lut *lut,
              const struct lut_words *words, struct err *e);

#endif
