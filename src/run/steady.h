#ifndef RUN_STEADY_H
#define RUN_STEADY_H

/*
 * What is measured in the frames of a film, steady: the first frame of a shot
 * has its own, and those after it follow slowly. Frames are made side by side.
 * Each leaves its numbers at the same places, and waits there for the frame
 * before it to pass, and for nothing else.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/image.h"

struct steady;

int steady_new(int places, struct steady **out, struct err *e);
void steady_free(struct steady *s);

/* The first three are the caller's. */
struct steady_turn {
    struct steady *of;
    int64_t number; /* 0, 1, 2, …: every frame */
    double time;    /* seconds */
    int at;         /* places it has passed */
    double share;   /* of what is measured in the result */
};

/* The first place: cuts. All of these are ERR_STOP after steady_stop(). */
int steady_colors(struct steady_turn *t, const struct view *colors,
                  struct err *e);

/* The next place: changes values, always as many there. */
int steady_follow(void *turn, double *value, int count, struct err *e);

/* All places that are left. A frame that only does this leaves no trace. */
int steady_leave(struct steady_turn *t, struct err *e);

/* This frame and those after it do not come. */
void steady_stop(struct steady *s, int64_t number);

/* Lightness of w by h boxes of a picture in linear light; whether a shot begins
   between two of these. */
void cut_see(const struct view *v, int w, int h, float *lightness);
bool cut_between(const float *before, const float *after, size_t n);

#endif
