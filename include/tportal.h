#ifndef TPORTAL_H
#define TPORTAL_H

/*
 * libtportal: finishing of pictures with looks.
 *
 * A context holds the threads; a look is an ordered list of operations; a file
 * or a picture in memory is taken through a look. All functions may be called
 * from any thread; one context must not be used by two threads at a time, but
 * any number of contexts may.
 *
 * Functions return 0, or a negative tp_status. The reason, one sentence, is
 * then in tp_error(ctx) until the next call with that context. Texts are
 * UTF-8, file names are bytes. The library prints nothing and changes neither
 * locale nor signal handlers.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TP_API __attribute__((visibility("default")))
#else
#define TP_API
#endif

typedef struct tp_context tp_context;
typedef struct tp_look tp_look;

enum tp_status {
    TP_OK = 0,
    TP_BAD_ARGUMENT = -1, /* asked for something that cannot be      */
    TP_BAD_DATA = -2,     /* a file is malformed                     */
    TP_IO = -3,           /* the system refused: disk, permission    */
    TP_NO_MEMORY = -4,    /* out of memory, or over a limit          */
    TP_STOPPED = -5,      /* tp_stop() was called                    */
};

/* "0.1.0". */
TP_API const char *tp_version(void);

/*
 * threads: 0 for one per processor, at most 256. memory: bytes a picture may
 * need, 0 for half of what is available. NULL when there is no memory or no
 * thread can be started.
 */
TP_API tp_context *tp_context_new(int threads, uint64_t memory);
TP_API void tp_context_free(tp_context *ctx);

/*
 * Which model estimates depth for steps that need it, by name or file; NULL:
 * "dav2-small". size: of the short side it sees, 0 for 518, at most 4096. For
 * what is processed from then on.
 */
TP_API int tp_context_model(tp_context *ctx, const char *model, int size);

/* Why the last call with this context failed; "" when it did not. */
TP_API const char *tp_error(const tp_context *ctx);

/* Ends what runs now and everything later with TP_STOPPED. Any thread, also a
   signal handler. */
TP_API void tp_stop(tp_context *ctx);

/*
 * A look by name ("signature") or file; NULL: an empty one. The result is the
 * caller's until tp_look_free().
 */
TP_API int tp_look_load(tp_context *ctx, const char *name, tp_look **look);

/* A look from YAML or JSON text; relative file names in it start at the
   current folder. */
TP_API int tp_look_parse(tp_context *ctx, const char *text, size_t len,
                         tp_look **look);

/* Puts the steps of another look, by name or file, behind those of this. */
TP_API int tp_look_stack(tp_context *ctx, tp_look *look, const char *name);

/* "exposure.ev=0.5": changes the last such step, or adds one. */
TP_API int tp_look_set(tp_context *ctx, tp_look *look, const char *setting);
TP_API void tp_look_free(tp_look *look);

/*
 * Takes the file `in` through the look into the file `out`, which appears
 * whole or not at all. options: a list of "key=value" that ends with NULL, or
 * NULL; the keys and values are those of `portal help process` (format, bits,
 * compression, quality, subsampling, level, conflict, depth_encoding,
 * depth_size), and icc, assume, keep, layer, page, depth, model. An existing
 * output is replaced unless "conflict=skip" is given.
 */
TP_API int tp_process_file(tp_context *ctx, const tp_look *look, const char *in,
                           const char *out, const char *const *options);

/*
 * A picture in memory: planes red, green, blue and, when planes is 4, straight
 * alpha; float32, linear light, Rec.2020 primaries, D65, 1.0 = diffuse white.
 * Row y of plane p starts at data + p * stride + y * pitch (in floats, pitch
 * >= width).
 */
typedef struct tp_picture {
    float *data;
    size_t pitch, stride;
    int width, height, planes;
} tp_picture;

/*
 * Takes a picture in memory through the look. The result is fresh (its size
 * may differ) and freed with tp_picture_free(); `in` is not changed. Steps that
 * need depth get that of tp_depth_estimate().
 */
TP_API int tp_process_picture(tp_context *ctx, const tp_look *look,
                              const tp_picture *in, tp_picture *out);
TP_API void tp_picture_free(tp_picture *picture);

/*
 * Depth: width x height values, row by row. Relative (metric is 0): 0 is the
 * nearest, 1 is sky. Metric: metres; from `sky` on it is sky.
 */
typedef struct tp_depth {
    float *data;
    int width, height;
    int metric;
    float sky;
} tp_depth;

/*
 * Estimates the depth of a picture in memory with Depth Anything V2 and refines
 * it to the picture's size. model: a name or a file, NULL for "dav2-small";
 * size: of the short side that the network sees, 0 for 518. Pictures that were
 * seen before come from the user's cache. The result is freed with
 * tp_depth_free().
 */
TP_API int tp_depth_estimate(tp_context *ctx, const tp_picture *picture,
                             const char *model, int size, tp_depth *depth);
TP_API void tp_depth_free(tp_depth *depth);

#ifdef __cplusplus
}
#endif

#endif
