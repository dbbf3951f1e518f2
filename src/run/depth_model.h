#ifndef RUN_DEPTH_MODEL_H
#define RUN_DEPTH_MODEL_H

/*
 * Depth by Depth Anything V2, remembered. The network sees the picture as a
 * display shows it; scene light is exposed and compressed first. Its results
 * are kept in memory and in the user's cache, by the hash of the pixels that it
 * sees, of the model's file and its config, the size and the shape: what comes
 * back is never that of another picture, model or size. Processes that ask for
 * the same at once compute it once.
 *
 * A model stays open from one picture to the next. One forward pass runs at a
 * time: it keeps all threads busy; others wait, and help.
 */

#include "run/depth_find.h"
#include "store/cache.h"

/* Raised when the same pixels would give another map. */
#define DEPTH_VERSION 1

#define DEPTH_MODEL_DEFAULT "dav2-small"

struct depth_model;

/* *maker is made to ask it; both live until depth_model_free(). */
int depth_model_new(struct depth_model **out, struct depth_maker *maker,
                    struct err *e);
void depth_model_free(struct depth_model *m);

/* How often depth was asked for, and how often a network ran. */
struct depth_model_stats {
    int asked, computed;
};
struct depth_model_stats depth_model_stats(struct depth_model *m);

/*
 * The file that a model's name stands for (store/models.h); NULL: the default
 * one. Fresh.
 */
int depth_model_path(const char *name, char **path, struct err *e);

/*
 * What a network makes, in the project's own terms: disparity is turned over
 * once, what is nearest becomes 0; metres stay. v is n values.
 */
int depth_of_model(const float *v, int w, int h, bool metric, float max_depth,
                   struct depth_map **out, struct err *e);

#endif
