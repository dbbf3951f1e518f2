#ifndef RUN_DEPTH_FIND_H
#define RUN_DEPTH_FIND_H

/*
 * Where the depth of a picture comes from. A render's own depth is better than
 * any estimate, so by itself the order is: a channel of the same OpenEXR, a
 * file beside the picture that is called as it is with _depth, _Z, _zdepth or
 * _depth16 behind, or before the number that it ends in (OpenEXR, PNG, TIFF,
 * JPEG), a network. What is asked for by name is taken or fails; nothing is
 * taken silently in its place.
 */

#include <stdbool.h>

#include "base/pool.h"
#include "codec/codec.h"
#include "image/depth.h"
#include "image/image.h"
#include "run/depth_guess.h"

/* What a network is given. */
struct depth_ask {
    const struct image *proxy; /* linear light, Rec.2020 */
    bool scene;                /* scene light: not yet fit for a display */
    const char *model;         /* name or file; NULL: the default one */
    int size; /* of the short side it sees; 0: the model's own */
};

/*
 * Makes depth from nothing but colours (run/depth_model.h; a test brings its
 * own). ready() is quick, and says in e what is missing.
 */
struct depth_maker {
    int (*ready)(void *arg, const char *model, struct err *e);
    int (*make)(void *arg, const struct depth_ask *ask, struct pool *pool,
                struct depth_map **out, struct err *e);
    uint64_t (*memory)(void *arg, const char *model, int size); /* of make() */
    void *arg;
};

/* What is wanted. `depth`: NULL or "auto", "none", "model", "layer:NAME", or a
   file. */
struct depth_want {
    const char *depth;
    enum depth_encoding encoding;
    const char *model;
    int size;
    const struct depth_maker *maker; /* NULL: no networks here */
    const char *layer; /* of the picture: its own depth is better; or NULL */
    bool bare;         /* depth itself is wanted, no steps on it */
    const struct depth_guess *film; /* and took: as in run/depth_file.h */
    struct depth_guess *took;
};

static inline bool depth_unwanted(const struct depth_want *w)
{
    return w->depth && w->depth[0] == 'n' && w->depth[1] == 'o' &&
           w->depth[2] == 'n' && w->depth[3] == 'e' && !w->depth[4];
}

/* The channel of a comma-separated list that is depth, by its name; of several
   that beside `layer`, which may be "". */
bool depth_channel(const char *list, const char *layer, char name[static 128]);

struct depth_tap;

enum depth_place { DEPTH_IN_CHANNEL, DEPTH_IN_FILE, DEPTH_BY_MODEL };

struct depth_found {
    enum depth_place place;
    char *path; /* of the file; owned */
    char layer[128];
    int page;
    struct depth_tap *tap; /* owned */
};

/*
 * Chooses for the picture `path`, which `r` reads, or for a film's file, where
 * that is NULL. Without any the error names
 * the ways to get depth.
 */
int depth_find(const struct depth_want *want, const char *path,
               const struct reader *r, struct depth_found *found,
               struct err *e);
void depth_found_release(struct depth_found *f);

/* The file beside a picture that is called as its depth; fresh, or NULL. */
char *depth_beside(const char *path);

/* Whether a file is called as the depth of a picture that is beside it. */
bool depth_is_beside(const char *path);

/* Whether it is called as depth of a picture that may come yet. */
bool depth_is_named(const char *path);

/* Bytes that depth_take() takes, the map included. */
uint64_t depth_memory(const struct depth_want *want,
                      const struct depth_found *f, int w, int h);

/*
 * Before the rows of the picture are decoded by `r`, which is lent. When
 * f->tap is there afterwards, depth is among their samples: each must pass
 * through depth_pass_row(), as in run/depth_file.h.
 */
int depth_start(const struct depth_want *want, struct depth_found *f,
                struct reader *r, int slots, struct err *e);
int depth_pass_row(struct depth_found *f, int slot, int y, const void *raw,
                   struct err *e);

/* Makes the map, for a picture of w by h. `scene` as in struct depth_ask. */
int depth_take(const struct depth_want *want, struct depth_found *f,
               const struct image *proxy, int w, int h, bool scene,
               struct pool *pool, struct depth_map **out, struct err *e);

#endif
