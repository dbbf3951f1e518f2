#ifndef RUN_STEADY_H
#define RUN_STEADY_H

/*
 * What is measured in the frames of a film, steady. A number that each frame
 * has by itself jumps with every passer-by and with noise, and the picture
 * pulses with it. Here the first frame of a shot has its own, and those after
 * it follow slowly what is measured.
 *
 * Frames are made side by side, and each passes the same places, where it
 * leaves what it has measured: every place in the order of frames, so results
 * depend on no timing. A frame waits at a place until the one before it has
 * passed that; nothing else of it waits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/image.h"

struct steady;

/* places: as many as a frame passes at most, the colours among them. */
int steady_new(int places, struct steady **out, struct err *e);
void steady_free(struct steady *s);

/* One frame on its way; the first three are the caller's. */
struct steady_turn {
    struct steady *of;
    int64_t number; /* 0, 1, 2, …: every frame, used or not */
    double time;    /* seconds, from anywhere */
    int at;         /* places it has passed */
    bool first;     /* of a shot, and else the share of what is measured in   */
    double share;   /* the result: both by steady_colors() */
};

/*
 * The first place: the frame's colours in linear light, which show cuts. All
 * of these wait, and are ERR_STOP after steady_stop().
 */
int steady_colors(struct steady_turn *t, const struct view *colors,
                  struct err *e);

/* The next place: so many values, always as many there, which are changed. */
int steady_follow(struct steady_turn *t, double *value, int count,
                  struct err *e);

/* Passes all that are left. For a frame that is not measured all of them: it
   leaves no trace. */
int steady_leave(struct steady_turn *t, struct err *e);

/* This frame and those after it will not come any more. */
void steady_stop(struct steady *s, int64_t number);

#endif
