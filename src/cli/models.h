#ifndef CLI_MODELS_H
#define CLI_MODELS_H

/* What the files of the command "models" share. */

#include "cli/command.h"
#include "store/models.h"

struct models_options {
    struct text_list words;
    const char *from, *mirror, *name;
    int timeout;
    bool accept_licence, trust, replace, json;
};

/* "99 MB", "950 bytes" */
void models_size(uint64_t bytes, char text[static 32]);

/* The verb "pull". */
int models_pull(const struct models *m, const struct models_options *o,
                FILE *out, struct err *e);

#endif
