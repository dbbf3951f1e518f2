/* Quoting for bash. */

#include "base/shell.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

#define PLAIN                                                                  \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"           \
    "%+,-./:=@_"

static bool is_control(char c)
{
    return (unsigned char)c < 32 || c == 127;
}

static bool has_control(const char *word)
{
    while (*word && !is_control(*word))
        word++;
    return *word;
}

/* $'...': every byte may stand there, some behind a backslash. */
static int quote_escaped(struct buf *b, const char *word, struct err *e)
{
    int rc;

    TRY(buf_add(b, "$'", 2, e));
    for (; *word; word++) {
        if (*word == '\n')
            TRY(buf_add(b, "\\n", 2, e));
        else if (is_control(*word))
            TRY(buf_printf(b, e, "\\%03o", (unsigned char)*word));
        else if (*word == '\'' || *word == '\\')
            TRY(buf_printf(b, e, "\\%c", *word));
        else
            TRY(buf_add(b, word, 1, e));
    }
    TRY(buf_add(b, "'", 1, e));
out:
    return rc;
}

/* A single quote ends them, stands escaped, and they begin again. */
static int quote_plainly(struct buf *b, const char *word, struct err *e)
{
    int rc;

    TRY(buf_add(b, "'", 1, e));
    for (; *word; word++)
        TRY(buf_add(b, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1,
                    e));
    TRY(buf_add(b, "'", 1, e));
out:
    return rc;
}

int shell_quote(struct buf *b, const char *word, struct err *e)
{
    if (*word && !word[strspn(word, PLAIN)])
        return buf_add(b, word, strlen(word), e);
    return has_control(word) ? quote_escaped(b, word, e)
                             : quote_plainly(b, word, e);
}
