/* Errors: one sentence, safe to print. */

#include "base/err.h"

#undef err_set
#undef err_mem
#undef err_prefix
#undef err_errno

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void store(struct err *e, int code, char *text)
{
    text_clean(text);
    e->code = code;
    memcpy(e->text, text, strlen(text) + 1);
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    if (!e)
        return code;
    va_start(args, fmt);
    if (vsnprintf(text, sizeof(text), fmt, args) < 0)
        snprintf(text, sizeof(text), "%s", fmt);
    va_end(args);
    store(e, code, text);
    return code;
}

int err_mem(struct err *e, size_t size)
{
    return err_set(e, ERR_MEM, "out of memory (%zu bytes)", size);
}

int err_prefix(struct err *e, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    size_t n, left;
    va_list args;

    if (!e)
        return 0;
    va_start(args, fmt);
    if (vsnprintf(text, sizeof(text), fmt, args) < 0)
        text[0] = '\0';
    va_end(args);
    n = strlen(text);
    left = sizeof(text) - n;
    if (snprintf(text + n, left, ": %s", e->text) >= (int)left)
        text[sizeof(text) - 1] = '\0'; /* cut, as the header says */
    store(e, e->code, text);
    return e->code;
}

int err_errno(struct err *e, const char *what, const char *name)
{
    char reason[128];

    /* GNU's strerror_r is thread-safe and always gives a text. */
    return err_set(e, ERR_IO, "%s '%s': %s", what, name,
                   strerror_r(errno, reason, sizeof(reason)));
}
