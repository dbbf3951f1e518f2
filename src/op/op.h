#ifndef OP_OP_H
#define OP_OP_H

/*
 * An operation turns rows of a picture into rows of a picture. It is declared
 * once, in a const struct op at the end of its file; everything else that
 * knows operations (command line, looks, help, manual, tests) reads that.
 *
 * An operation knows neither files nor threads. It gets its picture in the
 * domain it asks for; the runner converts. Its row function is pure: it may be
 * called for any rows, in any order, on any thread, and must give the same
 * bits. What depends on the whole picture is made once by prepare(), from the
 * proxy: the picture as this operation will see it, made small (long edge
 * about 640 pixels) by exact box averages.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/param.h"
#include "base/pool.h"
#include "image/depth.h"
#include "image/image.h"
#include "kern/kern.h"

enum op_domain {
    OP_LINEAR,  /* linear light                                           */
    OP_ROOT,    /* the square root of light per channel, mirrored below 0: the
                   noise of photons is equally strong at all levels       */
    OP_DISPLAY, /* the sRGB curve per channel, mirrored below 0, continued
                   above 1                                                */
    OP_CODE, /* the code values of the source: of a step whose code() says so,
                never of an operation as a whole                       */
};

/* "linear", "linear light" and so on, for programs and for people. */
extern const char *const op_domain_names[];
extern const char *const op_domain_docs[];

enum op_needs {
    OP_NEEDS_PROXY = 1, /* prepare() wants the small picture */
    OP_NEEDS_DEPTH = 2, /* rows() wants job->src.depth, prepare() the depth of
                           the proxy */
    OP_NEEDS_PEAK = 4,  /* prepare() wants the peak, or else the proxy  */
    OP_NEEDS_TURN = 8,  /* prepare() calls op_steady() */
};

/*
 * Where a picture lies: pixel (x, y) here has its centre at
 * ((x + .5 - ox) / sx, (y + .5 - oy) / sy) in the full picture, which is
 * full_w by full_h. For the full picture itself ox = oy = 0, sx = sy = 1.
 * Lengths that are a share of the picture are taken from full_w, full_h and
 * multiplied by sx; lengths in pixels are multiplied by sx too.
 */
struct op_site {
    int w, h;
    int full_w, full_h;
    double ox, oy, sx, sy;
    int frame; /* number of the frame, 0 for a still */
};

struct color;

/* The code values of a source, for steps that may work on them. */
struct op_code {
    const struct color *color; /* a matrix and curves */
    bool footage;              /* of a film, not of a picture */
};

struct distance;

struct op_prep {
    const struct op_site *from;      /* the picture before the step         */
    const struct op_site *full;      /* and after: the same but for a shape */
    const struct op_site *small;     /* the proxy                         */
    const struct image *proxy;       /* NULL unless it is needed          */
    const struct depth_info *depth;  /* of the plane proxy->v.depth; or NULL */
    const struct distance *distance; /* and its ranks, op/distance.h; or NULL */
    const float *focus; /* depth that the user points at, or NULL */
    float peak; /* cd/m2 of footage, as its metadata say; 0: not known */
    const struct kern *k;
    struct pool *pool;
    const char *folder; /* relative file names start here: the look's folder */
    /* For op_steady(), of footage. */
    int (*follow)(void *turn, double *value, int count, struct err *e);
    void *turn;
};

struct op_job {
    const struct kern *k;
    struct view src, dst;       /* for a pointwise operation the same */
    int y0, y1;                 /* rows of dst to make                */
    const struct op_site *site; /* of dst */
    const struct op_site *from; /* of src; differs when the shape does */
    const void *state;          /* what prepare() left, or NULL       */
    struct arena *scratch;      /* empty at the start of each call    */

    /* Of footage, the same rows of frames around src, in the order of time:
       `before` of them, then `after`. As many as op->frames() asks for, fewer
       at the ends of a clip, none for a still. */
    const struct view *near;
    int before, after;

    bool code; /* src and dst are code values: code() was true */
};

#define OP_FRAMES_MAX 3 /* on either side */

struct op {
    const char *name;
    const char *doc; /* one sentence, no full stop */
    const struct param *params;
    size_t size; /* of the values */
    enum op_domain domain;
    unsigned needs; /* of enum op_needs */

    /* These values change nothing: the runner leaves the step out. */
    bool (*neutral)(const void *values);

    /* Values that contradict each other, a list that does not parse. */
    int (*check)(const void *values, struct err *e);

    /* Rows needed above and below each row made; NULL: pointwise. */
    int (*halo)(const void *values, const struct op_site *site);

    /*
     * Whether, with these values, it can work on the code values of the source
     * as they are, instead of in its domain; NULL: never.
     */
    bool (*code)(const void *values, const struct op_code *code);

    /* Frames of footage needed before and after each; NULL: none. */
    int (*frames)(const void *values);

    /* Bytes of scratch for making `rows` rows; NULL: none. */
    size_t (*scratch)(const void *values, const struct op_site *site, int rows);

    /* Once per picture. *state is the operation's until release(). */
    int (*prepare)(const void *values, const struct op_prep *prep, void **state,
                   struct err *e);

    /* Makes rows y0 … y1-1. Any thread. Cannot fail. */
    void (*rows)(const struct op_job *job, const void *values);

    void (*release)(void *state);

    /*
     * For people: makes rows as rows() does, of what it sees instead of what it
     * does: zones, blur, what air lets through. The domain is the same; NULL
     * when there is nothing to see.
     */
    void (*show)(const struct op_job *job, const void *values);

    /*
     * Operations that change the shape: the new size, the rows of the source
     * that rows y0 … y1-1 are made from (clipped to 0 … h by the runner), and
     * where the proxy lies in the new picture: place() turns *proxy, where it
     * lay before, into that. True: its pixels may stay as they are. False:
     * rows() is run on it and makes proxy->w by proxy->h pixels.
     */
    int (*shape)(const void *values, int w, int h, int *new_w, int *new_h,
                 struct err *e);
    void (*need)(const void *values, const struct op_site *from,
                 const struct op_site *to, int y0, int y1, int *s0, int *s1);
    bool (*place)(const void *values, struct op_site *proxy, int new_w,
                  int new_h);
};

/* All operations, ascending by name, ends with NULL. */
extern const struct op *const ops[];

const struct op *op_find(const char *name);

/*
 * For op.code: the code values of footage that was made for a display of normal
 * range are display values, whatever its curve and primaries are exactly. What
 * graders call lift, gain or grain is meant in them.
 */
bool op_code_display(const void *values, const struct op_code *code);

/*
 * What prepare() has measured: finite numbers on a scale on which means make
 * sense. In footage they come to follow slowly, and jump at cuts. For all
 * frames or for none, once.
 */
int op_steady(const struct op_prep *prep, double *value, int count,
              struct err *e);

/* Bytes of scratch a caller must give rows(). */
size_t op_scratch(const struct op *op, const void *values,
                  const struct op_site *site, int rows);

#endif
