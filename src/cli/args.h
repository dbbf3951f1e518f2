#ifndef CLI_ARGS_H
#define CLI_ARGS_H

/*
 * Reads a command line into the options' struct of a command: "--key value",
 * "--key=value", "--switch", "--no-switch", "-k value", "-kvalue", clusters of
 * letters, "--" before words that begin with a dash. '-' and '_' are the same
 * in names, and options may stand anywhere. The last of several wins, except
 * where an option takes many.
 */

#include "cli/command.h"

struct args {
    const struct command *command;
    void *values; /* the options' struct */
    char *text;   /* where joined texts live */
    size_t text_at;
    int argc;
    bool help; /* --help or -h was there; nothing else counts then */
};

/*
 * argv is what follows the command's name and must outlive the result. An
 * unknown option is ERR_ARG and names the nearest right one.
 */
int args_parse(const struct command *c, int argc, char **argv, struct args *a,
               struct err *e);
void args_release(struct args *a);

#endif
