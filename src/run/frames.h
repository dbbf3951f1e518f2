#ifndef RUN_FRAMES_H
#define RUN_FRAMES_H

/*
 * Frames of a film through a chain: read in order by one thread at a time, made
 * by as many as the pool has, each a whole frame, and written in order again.
 * As many frames are in flight as there are threads, and a few more wait for
 * their turn: memory depends on neither the length nor the speed of a film.
 *
 * Where frames come from and go to is described by two tables of functions; a
 * clip, a sequence of pictures, nothing.
 */

#include "base/pool.h"
#include "base/trace.h"
#include "run/chain.h"
#include "run/conform.h"
#include "run/depth_find.h"

/* A frame that was read; `own` is the source's. */
struct frame_in {
    void *own;
    int64_t time, duration; /* in the source's ticks */
    int64_t number; /* that it has in the whole source: for grain and dither */
    struct depth_map *depth; /* that it was rendered with, of load(), or NULL;
                                the reader's to free */
};

struct frame_source {
    /* The next one, in order: 1, or 0 at the end. One thread at a time. */
    int (*next)(void *arg, struct frame_in *f, struct err *e);
    /* What is slow: once for each frame, before its rows, on any thread, or
       NULL. */
    int (*load)(void *arg, struct frame_in *f, struct err *e);
    /* Row y in code values, and linear light where `linear`. Any thread. */
    void (*row)(const void *arg, const struct frame_in *f, bool linear, int y,
                float *const planes[], struct arena *scratch);
    void (*drop)(void *arg, struct frame_in *f); /* any thread */
    void *arg;
    size_t scratch; /* that row() takes */
};

struct frame_sink {
    /* Whether what a frame would become is there already; or NULL. Any thread.
       `time` and `copies` as in put_take(). It is measured all the same. */
    bool (*there)(void *arg, int64_t time, int copies);
    /* Room for a result, on any thread. */
    int (*begin)(void *arg, void **own, struct err *e);
    /* Rows as struct render_frame's take(), of the frame with that number. */
    void (*take)(void *arg, void *own, bool linear, int64_t number,
                 const struct view *v, int y0, int y1, struct arena *scratch);
    /* It is complete: what is slow and needs no order, or NULL. */
    int (*end)(void *arg, void *own, int64_t time, int copies, struct err *e);
    /* In order, one thread at a time; `own` is NULL when frames pass as they
       are. It is shown at `time` (in ticks, or in frames of the constant
       rate), `copies` times in a row. */
    int (*put_take)(void *arg, void *own, const struct frame_in *from,
                    int64_t time, int copies, struct err *e);
    void (*drop)(void *arg, void *own);
    void *arg;
    bool pass; /* frames go through as they are */
    int margin, even;
    size_t scratch;
};

struct frames {
    const struct frame_source *source;
    const struct frame_sink *sink;
    struct chain *film; /* prepared by chain_prepare_film() */
    struct pool *pool;
    const struct kern *k;
    const struct conform *conform;
    struct video_ratio tick;
    int64_t limit; /* frames to make, 0: all */
    /* When the chain needs depth: NULL where load() brings it, else by a
       network, steadied from frame to frame. */
    const struct depth_want *depth;
    bool scene; /* linear light is not made for a display */
    int strip_rows;
    struct stage_times *times;
    const char *label;
    /* Frames made so far, after each; in order. May be NULL. */
    void (*progress)(void *arg, int64_t done);
    void *progress_arg;

    /* Results. */
    int64_t read, made, repeated, left_out, there;
    char depth_from[240];
};

/* ERR_STOP when the pool was stopped: what was put by then is whole. */
int frames_run(struct frames *f, struct err *e);

#endif
