#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/*
 * Commands. Each is one const struct at the end of its file; parsing, help,
 * manual, completion and docs/cli.md all read that and keep no list of their
 * own. Options are of three kinds: plain values (struct param), texts that may
 * be given once or many times (struct flag), and "--operation.parameter=value"
 * where a command takes steps.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/param.h"
#include "base/text.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_SOME = 3, /* some files failed, the others are done */
    EXIT_STOPPED = 4,
};

/* What words on the command line stand for; completion offers these. */
enum word {
    WORD_NONE,
    WORD_FILE,
    WORD_OP,
    WORD_LOOK,
    WORD_MODEL,
    WORD_SHIPPED, /* a table that comes with the program */
    WORD_TABLE,   /* that, or a file                     */
    WORD_TOPIC,
    WORD_SHELL,
};

/* An option whose value is a text. */
struct flag {
    const char *key;
    const char *value; /* "FILE": what stands behind it in the help        */
    const char *doc;   /* one sentence, no full stop                       */
    size_t at;         /* of a const char *, or many: of a struct text_list */
    bool many;
    enum word word;
};

/* A short form of a flag or param. The list ends with 0. */
struct letter {
    char letter;
    const char *key;
};

/* What the first word chooses: "portal ops list". The list ends with NULL. */
struct verb {
    const char *name;
    const char *words; /* "NAME...", "" for none */
    const char *doc;
    enum word word;
};

struct command {
    const char *name;
    const char *words; /* what follows the options: "INPUT..." */
    const char *doc;   /* one sentence, no full stop           */
    const char *help;  /* paragraphs, a blank line between them */
    const struct verb *verbs;
    const struct param *params;
    const struct flag *flags;
    const struct letter *letters;
    size_t size; /* of the options' struct; params and flags point into it */
    size_t words_at; /* of the struct text_list of plain words */
    size_t steps_at; /* of the struct text_list of steps; 0: takes none */
    size_t echo_at;  /* of one that gets all words but plain ones; 0: none */
    enum word word;

    /* An exit code, or a negative error that main prints. Data goes to out. */
    int (*run)(const void *options, FILE *out, struct err *e);
};

/* All commands, ascending, ends with NULL. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);

/*
 * The verb that the first word names; without words the first of the list. An
 * unknown one is ERR_ARG, as are words after a verb that takes none.
 */
int verb_of(const struct verb *verbs, const struct text_list *words,
            const struct verb **verb, struct err *e);

/* One option as the help shows it. The texts live in the struct. */
struct option_line {
    char letter;                /* 0: none                                  */
    char name[64];              /* with dashes: "dry-run"                   */
    char value[PARAM_TEXT_MAX]; /* "FILE", "skip|changed", "" for a switch  */
    const char *doc;
    char range[PARAM_TEXT_MAX]; /* "0 ... 100", "" when value says it       */
    char def[PARAM_TEXT_MAX];   /* default, "" when there is none to tell   */
    bool many;
    enum word word;
    const char *const *names; /* of a choice, else NULL                */
};

/* Option number `index` of the command, hidden ones left out; false: the end.
 */
bool option_at(const struct command *c, int index, struct option_line *line);

/* The default of a param as text, "" for an empty text. */
void option_default(const struct param *p, char text[static PARAM_TEXT_MAX]);

#endif
