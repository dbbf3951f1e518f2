#ifndef NN_SAFETENSORS_H
#define NN_SAFETENSORS_H

/*
 * Files of weights: eight bytes with the length of a JSON header, the header,
 * then all numbers, little-endian. Everything the header says is checked
 * before a number is read: the tensors tile the data without gap or overlap,
 * and each has as many bytes as its type and shape ask for.
 *
 * Numbers are read by position instead of mapped: they are needed once, to be
 * packed, and a file that somebody cuts short meanwhile is then an error, not
 * a signal that ends the process.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"

#define SAFETENSORS_DIMS       8
#define SAFETENSORS_HEADER_MAX (8 << 20)

enum safetensors_type { SAFETENSORS_F32, SAFETENSORS_F16, SAFETENSORS_BF16 };

struct safetensors_item {
    char *name;
    enum safetensors_type type;
    int dims;
    uint64_t shape[SAFETENSORS_DIMS];
    uint64_t at;  /* of the first byte in the file        */
    size_t count; /* numbers: the product of the shape   */
    size_t bytes;
};

struct safetensors {
    struct infile file;
    char *path;
    struct safetensors_item *items; /* sorted by name */
    size_t count;
};

/* A file that breaks a rule is ERR_DATA, with the tensor's name. */
int safetensors_open(const char *path, struct safetensors **out, struct err *e);
void safetensors_close(struct safetensors *st);

/* The tensor of that name, or NULL. */
const struct safetensors_item *safetensors_find(const struct safetensors *st,
                                                const char *name);

/*
 * All numbers of a tensor, as floats, into room for item->count. NaN and
 * infinity are ERR_DATA: no network has such weights.
 */
int safetensors_read(const struct safetensors *st,
                     const struct safetensors_item *item, float *out,
                     struct err *e);

/* ERR_IO when the file is no longer what it was when it was opened. */
int safetensors_unchanged(const struct safetensors *st, struct err *e);

/* XXH3 of the whole file. */
int safetensors_hash(const struct safetensors *st, struct hash128 *hash,
                     struct err *e);

#endif
