#ifndef RUN_DEPTH_GUESS_H
#define RUN_DEPTH_GUESS_H

/*
 * What the numbers of a depth picture mean. Renderers differ in which end is
 * near and in what is spaced evenly; files do not say. What can be seen:
 *
 *  - Sky is a plateau at one end whose outline is all jumps: that end is far.
 *  - The lower edge of a picture shows what is nearer than its middle.
 *  - Most of what people build is flat, and along a plane 1 / distance is
 *    even. So slopes are straight in disparity; of distance the reciprocal is
 *    straight, of nearness that of what is missing to the far end.
 */

#include <stdbool.h>

#include "base/err.h"

enum depth_encoding {
    DEPTH_AUTO,
    DEPTH_METRES,      /* distance in metres                               */
    DEPTH_MILLIMETRES, /* whole millimetres, 0: unknown, taken for sky     */
    DEPTH_CENTIMETRES, /* the same in centimetres, of floats as well       */
    DEPTH_DISTANCE,    /* even steps of distance, larger is farther        */
    DEPTH_NEARNESS,    /* even steps of distance, larger is nearer         */
    DEPTH_DISPARITY,   /* even steps of 1 / distance, larger is nearer     */
    DEPTH_ZBUFFER,     /* even steps of 1 / distance, larger is farther    */
};

/* "auto", "metric", …, ends with NULL. */
extern const char *const depth_encodings[];

/*
 * A depth picture, thinned out: w * h values. Sky that is stated (infinite, not
 * a number) is INFINITY. lo, hi: of all finite values of the picture.
 */
struct depth_sample {
    const float *v;
    int w, h;
    float lo, hi;
    bool whole; /* samples of 8, 16 or 32 bits as 0 … 1 */
};

struct depth_guess {
    enum depth_encoding encoding;
    float near, far; /* values of the nearest and the farthest, sky apart */
    bool has_sky;    /* at the far end, or stated */
    float sky;       /* from this value on, away from `near`, it is sky */
    char why[120];   /* the evidence, for people */
};

/*
 * told: what it is, or DEPTH_AUTO. ERR_DATA when all values are the same or
 * all are sky.
 */
int depth_guess(const struct depth_sample *s, enum depth_encoding told,
                struct depth_guess *guess, struct err *e);

static inline bool depth_is_metres(enum depth_encoding encoding)
{
    return encoding == DEPTH_METRES || encoding == DEPTH_MILLIMETRES ||
           encoding == DEPTH_CENTIMETRES;
}

/* A frame of a film that was taken for that: metres keep their own range,
   others have the film's; what is sky there is sky. All of it may be, or be
   flat. */
int depth_guess_frame(const struct depth_sample *s,
                      const struct depth_guess *film, struct depth_guess *guess,
                      struct err *e);

/* The film's range takes in one more frame's. */
void depth_guess_widen(struct depth_guess *film, const struct depth_guess *one);

#endif
