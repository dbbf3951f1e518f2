#ifndef RUN_CONFORM_H
#define RUN_CONFORM_H

/*
 * When the frames of a film are shown. A film has a constant rate, perhaps an
 * odd one, or frames that come as they like (screen recordings, telephones).
 * What is delivered has a standard rate, unless the user wants it otherwise:
 *
 *     24000/1001 24 25 30000/1001 30 48000/1001 48 50 60000/1001 60 …
 *
 * A rate that is constant and within the tolerance of a standard one is that
 * one. Frames that come as they like are brought to the nearest standard rate;
 * so is an odd constant rate of 20 … 62. Slower and faster ones stay: time
 * lapses and slow motion mean what they are.
 */

#include <stdbool.h>

#include "codec/video.h"

enum conform_times { CONFORM_CFR, CONFORM_VFR };

struct conform_want {
    const char *fps;          /* "auto" or NULL, "keep", "25", "30000/1001" */
    double tolerance;         /* frames a second */
    enum conform_times times; /* VFR: times stay as they come */
};

struct conform {
    struct video_ratio rate; /* den 0: times stay as they come           */
    bool changed;            /* frames may be left out or shown again    */
    bool varies;             /* the source has no constant rate          */
    char text[160];          /* for people                               */
};

/* ERR_ARG for a text that is no rate of 1 … 1000. */
int conform_decide(const struct conform_want *want,
                   const struct video_info *info, struct conform *c,
                   struct err *e);

/*
 * The number in a constant rate of a frame that is shown at `time`, in ticks
 * from the first: a frame is shown from its number to that of the next.
 */
int64_t conform_index(const struct conform *c, const struct video_ratio *tick,
                      int64_t time);

/* "30000/1001", "29.97", "23.976", "25": the exact rate behind a text. */
int conform_rate(const char *text, struct video_ratio *rate, struct err *e);

/* Frames a second; 0 when unknown. */
double ratio_value(const struct video_ratio *r);

/* The shortest text: "25", "29.97". */
void ratio_text(const struct video_ratio *r, char text[static 24]);

#endif
