#ifndef RUN_CHAIN_H
#define RUN_CHAIN_H

/*
 * The steps of a look, made ready for one picture: neutral steps left out,
 * shapes and domains known, states prepared. A chain turns rows of working
 * planes into rows of working planes; it knows neither files nor threads.
 *
 * Neighbouring pointwise steps run row by row while the row is in the cache; a
 * step with a neighbourhood runs over all rows of its strip. For rows y0…y1 of
 * the result chain_plan() says which rows every step must make, back to the
 * source.
 *
 * A step that may need any row of its source for any row of its result (a
 * quarter turn) is a wall: what stands before it is rendered whole. A chain
 * is therefore run in stages, each ending before the next wall.
 */

#include "base/mem.h"
#include "base/pool.h"
#include "codec/video_color.h"
#include "image/image.h"
#include "kern/depth.h"
#include "look/look.h"
#include "op/op.h"
#include "run/steady.h"

struct node {
    const struct op *op;
    const void *values;      /* of the look, which must outlive the chain */
    const char *folder;      /* where relative file names start */
    const struct mask *mask; /* of the look; NULL: works everywhere */
    struct kern_window window;
    void *state;
    struct op_site from, to; /* full picture before and after */
    struct op_site small;    /* the proxy as this step gets it */
    enum op_domain domain;   /* that rows() gets */
    bool prepared;
    bool lent; /* its state is another chain's */
    bool show; /* paints what it sees */
    bool wide; /* has a halo or a shape: not pointwise */
};

/* How a source's code values become linear light and back, in place. */
struct chain_code {
    struct op_code is;
    void (*decode)(const void *arg, const struct kern *k,
                   float *const planes[3], size_t n);
    void (*encode)(const void *arg, const struct kern *k,
                   float *const planes[3], size_t n);
    const void *arg;
};

/* That of a film's or picture's colour, which is lent. */
struct chain_code film_chain_code(const struct film_color *color, bool footage);

struct chain {
    struct node *node;
    int count;
    int w, h;         /* of the source */
    int out_w, out_h; /* of the result */
    int planes, alpha;
    int depth; /* the plane that is depth: the last one, or 0 for none */
    struct depth_info depth_info; /* set before chain_prepare_take() */
    bool focused;                 /* chain_focus() was called */
    double focus_x, focus_y;
    float focus;                   /* the depth there, once it is prepared */
    const struct chain_code *code; /* chain_use_code(), or NULL */
    bool code_out;
    int temporal;      /* the node that looks at frames around, or -1 */
    int before, after; /* how many there are, of footage */
    float peak; /* cd/m2 of footage, set when known, before what follows */
    struct steady_turn *turn; /* of a frame, or NULL */
};

/*
 * The look is lent. alpha: the plane that is alpha, or 0; frame: number of the
 * frame, 0 for a still. When a step needs depth the chain has one plane more
 * than `planes`.
 */
int chain_new(const struct look *look, int w, int h, int planes, int alpha,
              int frame, struct chain **out, struct err *e);
void chain_free(struct chain *c);

/*
 * From now on steps that can do so work on the source's code values. `out`: the
 * result's mean the same, and the last step may leave them as they are. Before
 * anything is prepared; the code is lent.
 */
void chain_use_code(struct chain *c, const struct chain_code *code, bool out);

/* Whether the source is to be fed in code values, and the result is in them. */
bool chain_takes_code(const struct chain *c);
bool chain_gives_code(const struct chain *c);

/*
 * Footage. One chain of the whole film prepares what is the same for each
 * frame; every frame has a chain of its own that is made of it, for which
 * chain_prepare_take() does the rest. The film's chain outlives them.
 */
int chain_prepare_film(struct chain *film, const struct kern *k,
                       struct pool *pool, struct err *e);
int chain_frame(const struct chain *film, int frame, struct chain **out,
                struct err *e);

/* Places of steady.h, which chain_prepare_take() passes with a turn; 0: no
   frame needs one. */
int chain_places(const struct chain *film);

/* Frames on either side that a frame's chain looks at; see chain.before. */
int chain_frames_around(const struct chain *c);

/*
 * Ends the chain with the last step of that operation, which paints what it
 * sees: its own picture, else its mask in white on black.
 */
int chain_show(struct chain *c, const char *name, struct err *e);

/* ERR_ARG when no chain of this look could be shown so. */
int chain_may_show(const struct look *look, const char *name, struct err *e);

/*
 * What the user points at, as shares of the source. Its depth is the focus of
 * every step that has one, wherever crops and turns before it have put it.
 * Before chain_prepare_take(); without depth it does nothing.
 */
void chain_focus(struct chain *c, double x, double y);

/*
 * Whether prepare() wants a proxy, and its factor: pixels per proxy pixel.
 * With depth there always is one, and first one that is fine enough for a
 * network to look at: its factor divides the other.
 */
bool chain_needs_proxy(const struct chain *c);
bool chain_looks(const struct chain *c, const struct op *op); /* at it */
int chain_proxy_factor(const struct chain *c);
int chain_depth_factor(const struct chain *c);

/*
 * Runs prepare() of each step in order, with the proxy taken through the steps
 * in between. `proxy` is used up; NULL when none is needed. With depth its
 * plane 3 is that.
 */
int chain_prepare_take(struct chain *c, const struct kern *k, struct pool *pool,
                       struct image *proxy, struct err *e);

/*
 * Where the stage that starts with node `first` ends: at the next wall, or at
 * count. A stage whose source is a rendered picture may begin with a wall; one
 * that reads the file (`from_file`) may not, and is empty then.
 */
int chain_stage_end(const struct chain *c, int first, bool from_file);

/*
 * Makes rows of one node, its mask applied: job is complete but for scratch,
 * which has the bytes that chain_node_scratch() says.
 */
void chain_node_rows(const struct node *n, struct op_job *job);
size_t chain_node_scratch(const struct node *n, const struct op_site *site,
                          int rows);

/* Rows per strip, from the steps and the width alone; and of a frame, of which
   one thread makes all strips. */
int chain_strip_rows(const struct chain *c);
int chain_frame_rows(const struct chain *c);

/* A row of n pixels from one domain to another, in place. The chain may be NULL
   where neither is OP_CODE. */
void chain_domain(const struct chain *c, const struct kern *k,
                  float *const planes[3], size_t n, enum op_domain from,
                  enum op_domain to);

/* A stretch of rows, y0 … y1-1. */
struct rows {
    int y0, y1;
};

/*
 * need[i] are the rows of the source of node first + i; need[end - first] are
 * y0 … y1-1 of the stage's result. `need` has room for chain->count + 1.
 */
void chain_plan(const struct chain *c, int first, int end, struct rows out,
                struct rows *need);

/*
 * Floats that chain_run() needs for each of its blocks, how many blocks, and
 * its scratch.
 */
#define CHAIN_BLOCKS (2 + 2 * OP_FRAMES_MAX)
struct chain_room {
    size_t floats;
    int blocks;
    size_t scratch;
};
struct chain_room chain_room(const struct chain *c, int first, int end,
                             const struct rows *need);

/*
 * Delivers row y of the source, or of the frame `offset` after it, in linear
 * light or in code values: planes[0 … c->planes-1].
 */
typedef void chain_feed(void *arg, int offset, int y, float *const planes[]);

/*
 * Makes the rows that `need` plans, in blocks of chain_room(). The result lies
 * in one of the first two and is returned as a view.
 */
struct view chain_run(const struct chain *c, const struct kern *k, int first,
                      int end, const struct rows *need, chain_feed *feed,
                      void *arg, float *const block[CHAIN_BLOCKS],
                      struct arena *scratch);

#endif
