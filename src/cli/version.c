/* portal version */

#include "base/text.h"
#include "cli/command.h"

struct options {
    struct text_list words;
};

static int run(const void *options, FILE *out, struct err *e)
{
    (void)options;
    (void)e;
    fprintf(out, "portal %s\n", PORTAL_VERSION);
    return EXIT_DONE;
}

const struct command command_version = {
    .name = "version",
    .words = "",
    .doc = "Prints the version",
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .run = run,
};
