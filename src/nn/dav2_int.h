#ifndef NN_DAV2_INT_H
#define NN_DAV2_INT_H

/*
 * The inside of dav2. A model is a shape, read from the tensors' shapes, and
 * one block of memory with everything packed, laid out by the shape alone: it
 * is filled from the safetensors file, or mapped from the cache.
 *
 *   dav2_shape   what the tensors say    dav2_trunk  the transformer
 *   dav2_names   what they are called    dav2_head   the convolutions
 *   dav2_pack    fill the block          dav2_room   memory of a run
 *   dav2_store   keep it on disk         dav2_input  pictures in and out
 */

#include <pthread.h>

#include "nn/dav2.h"
#include "nn/gemm.h"
#include "nn/nn.h"
#include "nn/safetensors.h"

#define DAV2_LAYERS_MAX 64
#define DAV2_TAPS       4 /* results of the transformer that the head takes */
#define DAV2_NAME_MAX   128

struct dav2_shape {
    int embed, layers, heads, hidden;
    int grid;                /* sides of the table of positions       */
    int channels[DAV2_TAPS]; /* after each projection of a tap        */
    int features;            /* of the fusion                         */
    int half, last;          /* after the head's first, second window */
    int tap[DAV2_TAPS];      /* layers whose results are tapped       */
};

/* What a tensor is; a suffix (".weight") is part of it. */
enum dav2_part {
    DAV2_CLS,
    DAV2_MASK, /* never used */
    DAV2_POSITIONS,
    DAV2_PATCHES,
    DAV2_NORM1,
    DAV2_QUERY,
    DAV2_KEY,
    DAV2_VALUE,
    DAV2_QKV, /* the authors' three in one */
    DAV2_ATTENDED,
    DAV2_SCALE1,
    DAV2_NORM2,
    DAV2_FC1,
    DAV2_FC2,
    DAV2_SCALE2,
    DAV2_GATED, /* of the giant, which is not for us */
    DAV2_NORM,
    DAV2_PROJECT,
    DAV2_RESAMPLE,
    DAV2_NECK,
    DAV2_FUSE,
    DAV2_UNIT1A,
    DAV2_UNIT1B,
    DAV2_UNIT2A,
    DAV2_UNIT2B,
    DAV2_HEAD1,
    DAV2_HEAD2,
    DAV2_HEAD3,
};

/* A file under reading: the tensors, whose names they have, which were used. */
struct dav2_file {
    struct safetensors *st;
    bool original; /* names of the authors, else of Hugging Face */
    bool *used;    /* per item of st */
};

/* The name of a part ("i" is the layer or stage, where there are several). */
void dav2_name(const struct dav2_file *f, enum dav2_part part, int i,
               const char *suffix, char name[static DAV2_NAME_MAX]);

/* The tensor, marked as used; a missing one is ERR_DATA. */
int dav2_find(struct dav2_file *f, enum dav2_part part, int i,
              const char *suffix, const struct safetensors_item **out,
              struct err *e);
bool dav2_has(const struct dav2_file *f, enum dav2_part part, int i,
              const char *suffix);

/* As dav2_find(), and refuses another shape; a side of 0 may be anything. */
int dav2_find_shaped(struct dav2_file *f, enum dav2_part part, int i,
                     const char *suffix, int dims, const int *sides,
                     const struct safetensors_item **out, struct err *e);

/*
 * Reads the shape off the tensors; refuses other architectures. Then reads
 * config, which may be NULL: taps, metric, max_depth; one that contradicts the
 * tensors is ERR_DATA.
 */
int dav2_shape_read(struct dav2_file *f, struct dav2_shape *s, struct err *e);
int dav2_config_read(const char *config, struct dav2_shape *s,
                     struct dav2_info *info, struct err *e);

/* Whether a text is the config.json of a Depth Anything model, or broken: then
   it may have been, and say metres. */
bool dav2_config_is_ours(const char *config);

/* A product with its bias; block is where its weights are packed. */
struct dav2_linear {
    enum packed_type type;
    int n, k;
    void *block;
    size_t size; /* 0: no such layer */
    struct packed w;
    float *bias; /* NULL: none */
};

struct dav2_norm {
    float *gain, *bias;
};

struct dav2_layer {
    struct dav2_norm norm1, norm2;
    struct dav2_linear qkv, attended, fc1, fc2;
};

struct dav2_unit {
    struct dav2_linear a, b;
};

struct dav2_stage {
    struct dav2_linear project, resample; /* of a tap          */
    struct dav2_linear neck;              /* to `features`     */
    struct dav2_unit unit1, unit2;        /* of the fusion     */
    struct dav2_linear fuse;
};

/*
 * Stage k belongs to tap k; the fusion starts at the last. unit1 of the last
 * stage and resample of the third do not exist.
 */
struct dav2_net {
    float *cls, *positions; /* [embed], [1 + grid * grid][embed] */
    struct dav2_linear patches;
    struct dav2_layer layer[DAV2_LAYERS_MAX];
    struct dav2_norm norm;
    struct dav2_stage stage[DAV2_TAPS];
    struct dav2_linear head1, head2, head3;
};

/*
 * Lays the net out from `block` on and returns its bytes; a NULL block only
 * counts. ERR_ARG as 0: the shape is too large.
 */
size_t dav2_layout(const struct dav2_shape *s, bool int8, uint8_t *block,
                   struct dav2_net *net);

/* Fills a laid out, cleared block from the file. */
int dav2_pack(struct dav2_file *f, const struct dav2_shape *s,
              struct dav2_net *net, struct err *e);

/* Makes the packed blocks of a filled net usable; checks them. */
int dav2_net_open(const struct dav2_shape *s, struct dav2_net *net,
                  struct err *e);

/*
 * The packed block in the cache. dav2_store_load() maps it, or returns false:
 * not there, damaged, of another version. Unmapped by dav2_store_unmap().
 */
struct dav2_map {
    void *data;
    size_t size;
    uint8_t *block;
};

bool dav2_store_load(const char *folder, struct hash128 hash,
                     const struct dav2_shape *s, bool int8, size_t size,
                     struct dav2_map *map);
int dav2_store_save(const char *folder, struct hash128 hash,
                    const struct dav2_shape *s, bool int8, const uint8_t *block,
                    size_t size, struct err *e);
void dav2_store_unmap(struct dav2_map *map);

/* The hash of a file as noted when it was last read; and noting it. */
bool dav2_store_known(const char *folder, const struct infile *f,
                      struct hash128 *hash);
void dav2_store_note(const char *folder, const struct infile *f,
                     struct hash128 hash);

/*
 * Memory of one run at one size: activations, scratch of the layers, and the
 * table of positions. Where each activation is follows from the sizes; later
 * ones lie over earlier ones that are done with.
 */
struct dav2_room {
    int ph, pw; /* patches */
    int slots;
    bool traced;
    float *memory;
    float *tokens;         /* [n][embed]                               */
    float *normed;         /* [n][embed]                               */
    float *wide;           /* queries, keys, values; hidden; a tap     */
    float *other;          /* the tap resampled                        */
    float *map[DAV2_TAPS]; /* after the neck                           */
    float *twin;           /* a second map, as large as the first      */
    float *larger;         /* the fusion so far, enlarged for the next */
    float *first;          /* after the head's first window            */
    float *band;           /* rows of an enlarged map, and results     */
    float *full;           /* traced only: an enlarged map             */
    void *scratch;
    size_t scratch_size;
    float *positions; /* [n][embed] */
    bool placed;      /* positions are those of `profile` */
    enum dav2_profile profile;
};

struct dav2 {
    struct dav2_info info;
    struct dav2_shape shape;
    struct dav2_net net;
    const struct nn_kern *kern;
    struct dav2_map map; /* the packed block: mapped, or */
    uint8_t *block;      /* in memory                    */
    pthread_mutex_t lock;
    struct dav2_room *spare; /* of the last run, or NULL */
};

/*
 * A run under way. A plan is a run that computes nothing and only finds how
 * much scratch its layers need.
 */
struct dav2_run {
    const struct dav2 *m;
    struct dav2_room *room;
    struct nn nn;
    const struct dav2_trace *trace;
    bool plan;
    int ph, pw, n; /* n: tokens, 1 + ph * pw */
};

int dav2_room_new(const struct dav2 *m, struct pool *pool, int ph, int pw,
                  bool traced, struct dav2_room **out, struct err *e);
void dav2_room_free(struct dav2_room *room);

/* The table of positions for a grid of ph x pw patches into [1 + n][embed]. */
int dav2_positions(const struct dav2 *m, enum dav2_profile profile, int ph,
                   int pw, float *out, struct err *e);

/* What the network sees of a sample of plane 0 … 2. */
float dav2_normal(int plane, double sample);

int dav2_input_hf(struct pool *pool, const struct view *rgb, float *chw, int h,
                  int w, struct err *e);

/* Rows that the head works on at a time. */
#define DAV2_BAND 64

/* Floats that room->band needs. */
size_t dav2_band_floats(const struct dav2_shape *s, int pw);

int dav2_trunk(struct dav2_run *r, const float *chw, struct err *e);
/* One tap to room->map[k]; `tokens` is normed, without the first. */
int dav2_stage(struct dav2_run *r, int k, const float *tokens, struct err *e);
int dav2_head(struct dav2_run *r, float *out, struct err *e);

/* A layer, or its share of a plan. */
void dav2_need(struct dav2_run *r, size_t scratch);
int dav2_product(struct dav2_run *r, const struct gemm_in *in,
                 const struct dav2_linear *w, struct gemm_out out,
                 struct err *e);
void dav2_see(const struct dav2_run *r, const char *name, int number,
              const float *hwc, int h, int w, int c);

#endif
