#ifndef STORE_PULL_H
#define STORE_PULL_H

/*
 * Fetching the files of a model. A file is written beside its place as
 * <file>.part, which a later call goes on with; once its size, checksum and
 * form are right it is synced and takes its name. A file whose checksum neither
 * the registry nor an earlier download tells needs `trust`.
 */

#include <stdbool.h>
#include <stdint.h>

#include "store/models.h"

enum pull_step {
    PULL_HERE,  /* the right file is here already          */
    PULL_START, /* bytes come, from `at` on                */
    PULL_MORE,  /* they have come as far as `at`           */
    PULL_DONE,
};

struct pull_news {
    enum pull_step step;
    const char *file, *from;
    uint64_t at, total; /* total 0: not known             */
    const char *sha256; /* when here or done, else NULL   */
    bool pinned;        /* the checksum is the registry's */
};

struct pull_options {
    const char *from; /* a file, a folder or an address; NULL: the registry's */
    const char *mirror; /* stands for the registry's base, or NULL */
    bool trust;
    int stall_s;
    void (*news)(void *arg, const struct pull_news *news);
    void *arg;
};

/*
 * Fetches what is missing or wrong. Whether the licence allows it is for the
 * caller to ask. ERR_ARG: the module or a checksum is missing.
 */
int pull_model(const struct models *m, const struct model *model,
               const struct pull_options *o, struct err *e);

#endif
