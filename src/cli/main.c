/* portal: finds the command, reads its options, runs it, reports failure. */

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/args.h"
#include "cli/page.h"

static int complain(const char *command, const struct err *e)
{
    fprintf(stderr, "portal: %s%s%s\n", command ? command : "",
            command ? ": " : "", e->text);
    return e->code == ERR_ARG    ? EXIT_USAGE
           : e->code == ERR_STOP ? EXIT_STOPPED
                                 : EXIT_FAILED;
}

static int unknown(const char *name, struct err *e)
{
    enum { MAX = 64 };
    const char *names[MAX];
    const char *near;
    int n = 0;

    for (; commands[n] && n < MAX - 1; n++)
        names[n] = commands[n]->name;
    names[n] = NULL;
    near = text_nearest(name, names);
    if (near)
        return err_set(e, ERR_ARG, "unknown command '%s', did you mean '%s'?",
                       name, near);
    return err_set(e, ERR_ARG, "unknown command '%s': 'portal help' lists all",
                   name);
}

static int run(const struct command *c, int argc, char **argv, struct err *e)
{
    struct args a = {0};
    int rc;

    TRY(args_parse(c, argc, argv, &a, e));
    if (a.help)
        help_command(stdout, c);
    else
        rc = c->run(a.values, stdout, e);
out:
    args_release(&a);
    return rc;
}

/* "--version" and "--help" are commands too. */
static const char *command_name(const char *text)
{
    if (text_is(text, "--version") || text_is(text, "-V"))
        return "version";
    if (text_is(text, "--help") || text_is(text, "-h"))
        return "help";
    return text;
}

int main(int argc, char **argv)
{
    const struct command *c;
    struct err e = {0};
    const char *name;
    int rc;

    mem_tune();
    if (argc < 2) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    name = command_name(argv[1]);
    c = command_find(name);
    if (!c) {
        unknown(name, &e);
        return complain(NULL, &e);
    }
    rc = run(c, argc - 2, argv + 2, &e);
    if (rc < 0)
        rc = complain(c->name, &e);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        err_errno(&e, "cannot write to", "standard output");
        rc = complain(c->name, &e);
    }
    return rc;
}
