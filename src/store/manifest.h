#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

/* What the files of a model were when they came; see store/models.h. */

#include "store/models.h"

struct manifest_file {
    char name[MODEL_NAME_MAX];
    uint64_t size;
    char sha256[SHA256_TEXT];
    char from[400]; /* address or path, for people */
};

struct manifest {
    struct manifest_file file[MODEL_FILES_MAX];
    int files;
};

/* One that is not there is empty; one that is broken is ERR_DATA. */
int manifest_read(const struct models *m, const char *name,
                  struct manifest *manifest, struct err *e);
int manifest_write(const struct models *m, const char *name,
                   const struct manifest *manifest, struct err *e);

/* NULL when it has no such file. */
const struct manifest_file *manifest_find(const struct manifest *manifest,
                                          const char *file);

/* Adds or replaces; false when it is full. */
bool manifest_set(struct manifest *manifest, const struct manifest_file *file);

#endif
