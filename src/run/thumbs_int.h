#ifndef RUN_THUMBS_INT_H
#define RUN_THUMBS_INT_H

/* What choosing thumbnails and making them share; see thumbs.h. */

#include "run/thumbs.h"

struct thumbs {
    char *folder;
    int *item; /* chosen files, in the order of making, then ascending */
    int count;
    bool cut;
};

/* One picture to be made. */
struct shot {
    int item;
    enum preview_of kind;
    char *path; /* of the JPEG */
};

/* thumbs_pick.c: fills `item` with at most THUMBS_FILES files, so that the
   first ones are those that matter most and any number is spread evenly. */
int thumbs_pick(const struct record *r, int *item, struct err *e);

/* thumbs_crew.c: makes them by worker processes; *done of them were tried. */
int thumbs_crew(const struct thumbs_job *job, const struct shot *shot,
                int count, int *done, struct err *e);

#endif
