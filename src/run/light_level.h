#ifndef RUN_LIGHT_LEVEL_H
#define RUN_LIGHT_LEVEL_H

/*
 * Content light level of a film, as CTA-861.3 defines it: of each pixel the
 * brightest of red, green and blue in cd/m2, of each frame the most and the
 * mean of that, of the film the most of both: MaxCLL and MaxFALL.
 *
 * Rows of a frame are counted in parts, one to a task, in any order; parts are
 * merged into that of the whole frame, which is added to the film. The same
 * result whatever the parts were.
 */

#include "base/mem.h"
#include "codec/video.h"
#include "image/image.h"
#include "image/light.h"
#include "kern/kern.h"

/* Starts cleared. Light is that of the working space, from 0 to 10,000. */
struct light_part {
    double most;     /* cd/m2                         */
    int64_t sum;     /* in 65536ths of cd/m2          */
    uint64_t pixels; /* that were counted             */
    struct light_bins bins;
};

/* Bytes of scratch that counting takes from its arena. */
size_t light_part_scratch(int w);

/* Counts rows y0 … y1-1 of planes 0, 1, 2 as well. */
void light_part_add(struct light_part *p, const struct kern *k,
                    const struct view *v, int y0, int y1,
                    struct arena *scratch);

/* Starts cleared. All in cd/m2. */
struct light_level {
    double most;    /* of all pixels                        */
    double robust;  /* the most of what 99.99 % of a frame stay below */
    double average; /* the most of the means of frames      */
    int64_t frames;
};

/* Adds the part that is a whole frame. */
void light_level_add(struct light_level *l, const struct light_part *frame);

/*
 * What is written into a file: whole cd/m2, at least 1. Robust leaves out the
 * brightest pixel of each 10,000, as masters are usually measured: a single
 * spark would else set MaxCLL. Not `there` without frames.
 */
struct video_light light_level_result(const struct light_level *l, bool robust);

#endif
