#ifndef STORE_REGISTRY_H
#define STORE_REGISTRY_H

/*
 * Models that the program knows: models/registry.yaml, which is part of it,
 * and the user's $XDG_CONFIG_HOME/portal/models.yaml in the same form, if there
 * is one. It says what a model's files are, where they come from and under
 * which licence; whether they are here is for store/models.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shipped.h"
#include "store/sha256.h"

/* One file, "registry"; made by the build. */
extern const struct shipped shipped_models[];

#define MODEL_NAME_MAX     48 /* with the NUL, as all of these */
#define MODEL_FILES_MAX    4
#define REGISTRY_BYTES_MAX (1 << 20)

enum commercial { COMMERCIAL_YES, COMMERCIAL_NO, COMMERCIAL_UNCLEAR };

struct model_file {
    char name[MODEL_NAME_MAX];
    uint64_t size;            /* 0: not known                            */
    uint64_t most;            /* never more bytes than this; size if known */
    char sha256[SHA256_TEXT]; /* "": not known                 */
};

struct model {
    char name[MODEL_NAME_MAX];
    char doc[160];
    char licence[80];
    enum commercial commercial;
    char page[256]; /* of the publisher, for people             */
    char base[256]; /* files are at base/path/<file>, see pull.h */
    char path[256];
    struct model_file file[MODEL_FILES_MAX]; /* [0] has the weights */
    int files;
};

struct registry {
    struct model *model; /* ascending by name */
    int count;
};

/* ERR_DATA names the line when the user's file is wrong. */
int registry_load(struct registry **out, struct err *e);
void registry_free(struct registry *r);

/* Reads one such file, for tests and registry_load(). `name` is for errors. */
int registry_parse(const void *bytes, size_t len, const char *name,
                   struct registry **out, struct err *e);

/* NULL when there is none. */
const struct model *registry_find(const struct registry *r, const char *name);

/* As above, but ERR_ARG that names the nearest one. */
int registry_get(const struct registry *r, const char *name,
                 const struct model **out, struct err *e);

/* "yes", "no", "unclear" */
extern const char *const commercial_names[];

/* Lower-case letters, digits, '-', '_' and '.', not first. */
bool model_name_fits(const char *name);

#endif
