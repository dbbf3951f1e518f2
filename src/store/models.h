#ifndef STORE_MODELS_H
#define STORE_MODELS_H

/*
 * Models on this machine: FOLDER/<name>/ with the files that the registry
 * lists, or those of a model that the user has added. FOLDER/<name>.json, the
 * manifest, records what the files were when they came; it outlives a removal,
 * so that a file whose checksum the registry does not know is compared with
 * the first one that was ever fetched.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/registry.h"

#define MODEL_WEIGHTS "model.safetensors"
#define MODEL_CONFIG  "config.json"

struct models {
    char *folder;
    struct registry *registry;
};

/* ERR_ARG when there is no home to keep models in. Reads the registry. */
int models_open(struct models *m, struct err *e);
void models_close(struct models *m);

enum model_state {
    MODEL_ABSENT,
    MODEL_PARTIAL, /* some files, or files of another size */
    MODEL_HERE,
};

struct model_entry {
    char name[MODEL_NAME_MAX];
    const struct model *known; /* NULL: added by the user */
    enum model_state state;
    uint64_t bytes; /* on this disk */
};

/* All that are known or here, ascending. The list is the caller's. */
int models_list(const struct models *m, struct model_entry **list, int *count,
                struct err *e);

/*
 * The file of weights that `name` stands for, fresh: a file when it has a
 * slash or ends in .safetensors, else a model that is here. ERR_ARG says how
 * to get one that is not.
 */
int models_path(const struct models *m, const char *name, char **path,
                struct err *e);

/* FOLDER/<name>, or with a file FOLDER/<name>/<file>; fresh, or NULL. */
char *models_place(const struct models *m, const char *name, const char *file);

enum check {
    CHECK_RIGHT,   /* the checksum of the registry                      */
    CHECK_SAME,    /* that of the first time; the registry has none     */
    CHECK_UNKNOWN, /* no checksum to compare with                       */
    CHECK_MISSING,
    CHECK_WRONG,
};

struct file_check {
    char name[MODEL_NAME_MAX];
    enum check check;
    uint64_t size;
    char sha256[SHA256_TEXT]; /* of the file that is there, or "" */
};

/* Reads all files of a model. ERR_ARG when there is no such model here. */
int models_verify(const struct models *m, const char *name,
                  struct file_check check[static MODEL_FILES_MAX], int *count,
                  struct err *e);

/*
 * Copies a safetensors file, and a config.json beside it, to a new model. It is
 * read first: what is no such file is refused. `name` NULL: that of the file,
 * or of its folder when the file is called model.safetensors; written to
 * `used`. With replace = false an existing one is refused.
 */
int models_add(const struct models *m, const char *file, const char *name,
               bool replace, char used[static MODEL_NAME_MAX], struct err *e);

/* Removes the files; *bytes tells how much that was. */
int models_remove(const struct models *m, const char *name, uint64_t *bytes,
                  struct err *e);

#endif
