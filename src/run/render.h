#ifndef RUN_RENDER_H
#define RUN_RENDER_H

/*
 * One picture from a reader through a chain into a writer, strip by strip on
 * the pool. Nothing here knows names, metadata or the command line.
 */

#include "base/pool.h"
#include "base/trace.h"
#include "codec/codec.h"
#include "codec/convert.h"
#include "run/chain.h"
#include "run/refine.h"

/*
 * Where a chain that needs depth gets it from. `proxy` is the picture in linear
 * light, as large as chain_depth_factor() says; the map may be as large as the
 * picture or smaller, with the same edges.
 */
struct depth_source {
    int (*get)(void *arg, const struct image *proxy, struct pool *pool,
               struct depth_map **out, struct err *e);
    void *arg;
};

/*
 * A picture that comes and goes by rows: a frame of a film. Its source is fed
 * as chain_feed says, in code values where chain_takes_code(), and its result
 * is taken in strips, in code values where chain_gives_code().
 */
struct render_frame {
    /* Any thread; scratch is empty at each call. */
    void (*row)(void *arg, int offset, int y, float *const planes[],
                struct arena *scratch);
    /* Rows y0 … y1-1 of the view, which may be changed; each row once. */
    void (*take)(void *arg, const struct view *v, int y0, int y1,
                 struct arena *scratch);
    void *arg;
    int margin;     /* rows that the view has above y0 and below y1 */
    int even;       /* y0 is a multiple of this */
    size_t scratch; /* bytes that both need */
};

/*
 * What a thread needs to make strips, kept from one render to the next: of
 * frame after frame. One at a time, and for a pool of one thread.
 */
struct render_room;
struct render_room *render_room_new(void); /* NULL: no memory */
void render_room_free(struct render_room *room);

struct render {
    struct pool *pool;
    const struct kern *k;
    struct reader *reader;
    struct writer *writer;
    const struct image *image;        /* the source, when there is no reader */
    const struct render_frame *frame; /* source and result, without either */
    struct chain *chain;
    const struct depth_source *depth; /* when the chain needs it */
    /* NULL, or gets depth->arg and every raw row of the file once before
       depth->get() is called, in any order on any thread. */
    int (*depth_row)(void *arg, int slot, int y, const void *raw,
                     struct err *e);
    struct render_room *room;       /* or NULL */
    struct refine *refine;          /* render's own: the map made ready */
    const struct convert *in, *out; /* NULL, NULL: raw rows are copied */
    const struct pixfmt *out_fmt;
    int out_plane[IMAGE_PLANES_MAX]; /* which plane each output sample is */
    size_t retain;  /* bytes of raw rows kept between the two passes */
    int strip_rows; /* 0: chain_strip_rows() */
    struct stage_times *times;
    const char *label;
    /* Called after each strip, from any thread; may be NULL. */
    void (*progress)(void *arg, int done, int total);
    void *progress_arg;
};

int render_run(struct render *r, struct err *e);

/*
 * The same from r->image to a fresh picture in memory, both in linear light;
 * reader, writer, in and out are not used.
 */
int render_image(struct render *r, struct image **out, struct err *e);

/* The same for r->frame, or only what its steps measure. */
int render_frame(struct render *r, bool only_measure, struct err *e);

/*
 * Bytes that render_run() will hold at most, from sizes alone: raw rows, strips
 * of `slots` threads, walls, what is packed. `out` is what will be written.
 */
struct render_need {
    uint64_t bytes;
    bool two_passes;
};
struct render_need render_predict(const struct reader *in,
                                  const struct picture *out,
                                  const struct chain *c, int slots,
                                  size_t retain);

#endif
