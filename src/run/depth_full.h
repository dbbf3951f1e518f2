#ifndef RUN_DEPTH_FULL_H
#define RUN_DEPTH_FULL_H

/*
 * The depth of a picture at its full size, as steps of a look see it: found or
 * estimated, then refined. This is the one place that makes a whole map of
 * floats; looks never need one.
 */

#include "run/depth_find.h"

struct depth_full {
    float *v; /* w * h; owned */
    int w, h;
    struct depth_info info;
    char from[240];
    char *path; /* the file it was read from, NULL: by a network; owned */
};

struct depth_job {
    const char *in;
    struct depth_want want;
    const char *assume, *layer; /* as in struct process_options */
    int page;
    uint64_t memory;
};

int depth_full_of_file(const struct depth_job *job, struct pool *pool,
                       struct depth_full *out, struct err *e);

/* By a network, from a picture in memory. */
int depth_full_of_image(const struct image *image, bool scene,
                        const struct depth_want *want, struct pool *pool,
                        struct depth_full *out, struct err *e);
void depth_full_release(struct depth_full *d);

#endif
