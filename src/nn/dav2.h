#ifndef NN_DAV2_H
#define NN_DAV2_H

/*
 * Depth Anything V2: from one picture, how near everything is. Weights come
 * from a safetensors file with the names of Hugging Face or of the authors;
 * which variant it is shows in the shapes. A relative model gives disparity
 * (larger = nearer, scale and offset unknown, sky about 0), a metric one
 * metres (larger = farther).
 *
 * The network runs at any size in multiples of 14. Results do not depend on
 * the number of threads; the portable level and the best differ by rounding.
 *
 * Code and weights of "Small" are Apache-2.0; whether others may be used is
 * for the caller to ask.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/pool.h"
#include "image/image.h"

struct dav2;

#define DAV2_PATCH      14  /* sides of the network's input: multiples of it */
#define DAV2_TARGET     518 /* the size that the models were trained at      */
#define DAV2_SIDE_MAX   16380
#define DAV2_PIXELS_MAX (8 << 20)

/* The two official recipes; they give slightly different depth. */
enum dav2_profile {
    DAV2_OPENCV, /* the authors' own, and their advice */
    DAV2_HF,     /* the "transformers" library         */
};

struct dav2_options {
    float max_depth;    /* metres of a metric model; 0: see config */
    const char *config; /* text of config.json; NULL: the one beside the
                           model, if there is one; none: a relative model */
    bool int8;          /* weights of the transformer in 8 bits           */
    bool portable;      /* the base level, whatever this CPU can do       */
    const char *cache_folder; /* of packed weights; NULL: none is kept    */
};

struct dav2_info {
    char variant[16];    /* "small", "base", "large", "custom" */
    bool metric;         /* metres, else disparity             */
    float max_depth;     /* metric: the largest value          */
    struct hash128 hash; /* XXH3 of the whole file             */
    uint64_t bytes;      /* of the file                        */
    uint64_t params;     /* numbers in the tensors that are used */
    uint64_t packed;     /* bytes of packed weights              */
    bool int8;
    bool cached; /* packed weights came from the cache folder */
};

/*
 * Reads, checks and packs the weights; the file is not needed afterwards. A
 * file that is malformed, of another architecture, lacks a tensor (named) or
 * holds NaN is ERR_DATA; one that changes meanwhile is ERR_IO. A cache that
 * cannot be read or written is no failure: the weights are packed again.
 */
int dav2_open(const char *path, const struct dav2_options *o, struct dav2 **out,
              struct err *e);
void dav2_close(struct dav2 *m);
const struct dav2_info *dav2_info(const struct dav2 *m);

/*
 * The size the network sees for a picture of src_w x src_h. `target` is the
 * length the recipe aims at, DAV2_TARGET by default, for the short side (or,
 * for DAV2_HF and small pictures, the long one). Sides are at least 14; whether
 * the network takes them is dav2_run()'s to say. ERR_ARG: a size of 0, or one
 * without end.
 */
int dav2_size(enum dav2_profile profile, int src_w, int src_h, int target,
              int *w, int *h, struct err *e);

/* For tests and for the curious: intermediate results, in reading order. */
struct dav2_trace {
    /*
     * Called from one thread. c values per point, w points per row, h rows
     * (tokens: h = 1, w = their number), c innermost. The names are those of
     * the reference data: "pos", "tokens", "block0", … "head_conv3".
     */
    void (*see)(void *arg, const char *name, const float *hwc, int h, int w,
                int c);
    void *arg;
};

/* How to run; pool must be set. */
struct dav2_job {
    struct pool *pool;
    enum dav2_profile profile;
    const struct dav2_trace *trace; /* NULL: none; costs memory */
};

/*
 * The network alone: `chw` is 3 x h x w, as dav2_input() makes it, out is h x
 * w. Several threads may run one model at once, each from outside of the pool's
 * tasks. The memory of a run is kept for the next one of that size. ERR_ARG
 * beyond DAV2_SIDE_MAX or DAV2_PIXELS_MAX, ERR_STOP when the pool is stopped.
 */
int dav2_run(struct dav2 *m, const struct dav2_job *job, const float *chw,
             int h, int w, float *out, struct err *e);

/* A map of depth, w x h without gaps; from mem_array(), the caller's. */
struct dav2_depth {
    int w, h;
    float *values;
};

/*
 * The whole way: planes 0 … 2 of rgb are red, green, blue as a display shows
 * them (sRGB-encoded, 0 … 1, any size, all rows present); the result has the
 * network's size.
 */
int dav2_estimate(struct dav2 *m, const struct dav2_job *job,
                  const struct view *rgb, int target, struct dav2_depth *out,
                  struct err *e);

/*
 * The first step of dav2_estimate(): resizes by the profile's recipe
 * (DAV2_HF: on 8-bit samples) and normalises into chw, 3 x h x w.
 */
int dav2_input(enum dav2_profile profile, struct pool *pool,
               const struct view *rgb, float *chw, int h, int w, struct err *e);

/*
 * The recipe's way of enlarging a result: bilinear with the corners aligned
 * (DAV2_OPENCV) or bicubic (DAV2_HF). dst is dst_h rows of dst_w.
 */
int dav2_resize(enum dav2_profile profile, struct pool *pool, const float *src,
                int src_w, int src_h, float *dst, int dst_w, int dst_h,
                struct err *e);

#endif
