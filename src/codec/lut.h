#ifndef CODEC_LUT_H
#define CODEC_LUT_H

/*
 * Colour look-up tables from files. A LUT is a curve per channel, a cube, or
 * curves in front of a cube (a shaper); kern/lut.h looks colours up in it.
 * Files that say more, such as a matrix between two tables, are a list of
 * stages instead, which lut_apply() runs one after the other; what can be one
 * shaper and one cube always is.
 *
 * Formats, found by what is in the file and then by its extension:
 * - .cube of Adobe (Cube LUT Specification 1.0) and of DaVinci Resolve
 * - .3dl of Autodesk Lustre and Flame, with integers
 * - .csp of cineSpace, with its curves in front
 * - .spi1d and .spi3d of Sony Pictures Imageworks
 * - .clf, the Common LUT Format (Academy S-2014-006, SMPTE ST 2136-1), and the
 *   nodes of .ctf that it shares
 * - a Hald CLUT: a picture of n^3 by n^3 pixels, n = 2 … 16, that holds a cube
 *   of n^2 nodes a side
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "kern/clf.h"
#include "kern/kern.h"

#define LUT_CURVE_MAX  1048576 /* points of a curve; a .cube: 65536 */
#define LUT_CUBE_MAX   256     /* nodes a side */
#define LUT_STAGES_MAX 64
#define LUT_TITLE_MAX  128

/* Texts of 256^3 lines of three numbers in full length. */
#define LUT_BYTES_MAX ((size_t)1 << 30)

enum lut_kind {
    LUT_TABLE,
    LUT_MATRIX,
    LUT_RANGE,
    LUT_POWER,
    LUT_LOG,
    LUT_UNLOG,
    LUT_KNOTS,
    LUT_HALF,
};

struct lut;

struct lut_stage {
    enum lut_kind kind;
    struct lut *table; /* without stages of its own; owned */
    float matrix[9], offset[3];
    union {
        struct kern_clf_range range;
        struct kern_clf_power power;
        struct kern_clf_log log;
        struct kern_clf_unlog unlog;
        struct kern_clf_knots knots;
    } channel[3];
    float *value; /* of knots, or of all half floats for each channel; owned */
};

struct lut {
    int points;           /* of the curves; 0: none       */
    float *curve;         /* points of red, green, blue   */
    float lo[3], hi[3];   /* what the curves reach over   */
    int size;             /* nodes a side; 0: no cube     */
    float *node;          /* size^3 of four, red fastest  */
    float from[3], to[3]; /* what the cube reaches over   */

    /* Instead of all that. */
    int stages;
    struct lut_stage *stage;

    char title[LUT_TITLE_MAX]; /* what the file calls itself, or ""        */
    const char *format;        /* "cube", "3dl", …; NULL: made, not read   */
    bool trilinear; /* the file wants no other interpolation of the cube */
};

/*
 * By content. A text without a slash and a dot is the name of a table that
 * comes with the program (lut_shipped.h) and is made. Errors begin with the
 * file's name, and where there is one, the line.
 */
int lut_load(const char *path, struct lut **out, struct err *e);

/*
 * Colours through all of it, in place. A cube is looked up with tetrahedra, or
 * between all eight corners if that is wanted here or by the file. What lies
 * outside a table is moved to its border.
 */
void lut_apply(const struct lut *lut, const struct kern *k, bool trilinear,
               float *const row[3], size_t n);

/* What it is made for: inputs outside give nothing new. */
void lut_domain(const struct lut *lut, float lo[3], float hi[3]);

/* Nodes a side of its largest cube, 0 for none. */
int lut_side(const struct lut *lut);

/* Each channel of the result depends on that channel alone. */
bool lut_is_separable(const struct lut *lut);

/* One by one: what lut_load() calls, for tests. Errors name the line. */
int cube_parse(const void *text, size_t len, struct lut **out, struct err *e);
int lut_3dl_parse(const void *text, size_t len, struct lut **out,
                  struct err *e);
int lut_csp_parse(const void *text, size_t len, struct lut **out,
                  struct err *e);
int lut_spi1d_parse(const void *text, size_t len, struct lut **out,
                    struct err *e);
int lut_spi3d_parse(const void *text, size_t len, struct lut **out,
                    struct err *e);
int clf_parse(const void *text, size_t len, struct lut **out, struct err *e);
int hald_load(const char *path, struct lut **out, struct err *e);

/* Room for curves of `points` and a cube of `size`, over 0 … 1. */
int lut_new(int points, int size, struct lut **out, struct err *e);
void lut_free(struct lut *lut);

/* Adds a stage at the end; what it owns is the LUT's, also on failure. */
int lut_add_take(struct lut *lut, struct lut_stage *stage, struct err *e);

/*
 * Makes of stages the simplest LUT that does the same: ranges in front of a
 * table become its domain, curves before a cube its shaper, one table alone is
 * no list, and a LUT without anything leaves colours as they are.
 */
void lut_settle(struct lut *lut);

#endif
