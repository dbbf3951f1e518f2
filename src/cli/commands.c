/* The list of commands. */

#include "base/text.h"
#include "cli/command.h"

/* One line per command, ascending: cli/<name>.c defines command_<name>. */
/* clang-format off */
#define COMMANDS(X) \
    X(cache) \
    X(completion) \
    X(depth) \
    X(doctor) \
    X(help) \
    X(info) \
    X(jobs) \
    X(looks) \
    X(lut) \
    X(models) \
    X(ops) \
    X(process) \
    X(submit) \
    X(version)
/* clang-format on */

#define X(name) extern const struct command command_##name;
COMMANDS(X)
#undef X

extern const struct command hidden_worker; /* in process.c, for nobody */

const struct command *const commands[] = {
#define X(name) &command_##name,
    COMMANDS(X)
#undef X
        NULL,
};

const struct command *command_find(const char *name)
{
    for (int i = 0; commands[i]; i++)
        if (text_is(commands[i]->name, name))
            return commands[i];
    return text_is(name, hidden_worker.name) ? &hidden_worker : NULL;
}
