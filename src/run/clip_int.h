#ifndef RUN_CLIP_INT_H
#define RUN_CLIP_INT_H

/* What the files of run/clip.h share. */

#include <pthread.h>

#include "codec/video.h"
#include "codec/video_color.h"
#include "codec/yuv.h"
#include "run/clip.h"
#include "run/frames.h"
#include "run/light_level.h"
#include "run/shots.h"

#define CLIP_SPARE 8

struct clip {
    const struct file_job *job;
    struct file_result *r;
    const struct kern *k;

    /* Where frames come from: one of these. */
    struct video_reader *reader;
    struct shots_in *shots;
    struct video_info info; /* also of a sequence, where it makes sense */
    int planes, alpha;      /* of the chain */

    /* What their code values mean, and those of the result. */
    struct film_color from, to;
    struct yuv *in, *out;
    struct chain_code code;

    struct look kept; /* of the job's look, lent steps */
    struct chain *film;
    struct depth_want want;
    struct depth_film *depth; /* that frames were rendered with, or NULL */
    struct conform conform;

    /* Where they go: a writer, a sequence, nothing. */
    struct video_target target;
    struct frame_format fmt; /* of its frames */
    struct video_writer *writer;
    struct shots_out *made;
    bool pass;        /* frames go through as they are */
    int out_w, out_h; /* of the result: that of the chain, or less */

    struct light_level light; /* of the result, while it is measured */
    bool measures;

    int64_t expected; /* frames, 0: not known */

    pthread_mutex_t lock; /* of what follows: frames that nobody keeps */
    uint8_t *spare[CLIP_SPARE];
    int spares;
    struct frames frames;
};

int clip_read_options(const struct file_job *job, struct video_read_options *r,
                      struct err *e);

/* "20M": bits a second. */
int clip_bit_rate(const char *text, int64_t *rate, struct err *e);

/* Fills the result with what is known before the work. */
int clip_report_plan(struct clip *c, struct err *e);

/* The two tables for frames_run(), for a film's file and for nothing. */
void clip_source(struct clip *c, struct frame_source *s);
void clip_sink(struct clip *c, struct frame_sink *s);

#endif
