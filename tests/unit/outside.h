#ifndef UNIT_OUTSIDE_H
#define UNIT_OUTSIDE_H

/*
 * Programs nobody here wrote, as judges. A test that needs one that is not
 * installed is skipped with its name. Output goes to and comes from files in
 * the working folder.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 2))) static inline int sh(const char *fmt, ...)
{
    char line[2000];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    return system(line);
}

static inline bool have(const char *program)
{
    if (sh("command -v %s >/dev/null 2>&1", program) == 0)
        return true;
    printf("skipped: %s is not installed\n", program);
    return false;
}

/* Skips the running test unless the program is there. */
#define NEED(program)                                                          \
    do {                                                                       \
        if (!have(program))                                                    \
            skip();                                                            \
    } while (0)

/* What a command prints, NUL-terminated, cut to `size`. */
__attribute__((format(printf, 3, 4))) static inline int
sh_text(char *text, size_t size, const char *fmt, ...)
{
    char line[2000];
    va_list args;
    size_t n = 0, got;
    FILE *f;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    f = popen(line, "r");
    if (!f)
        return -1;
    while (n + 1 < size && (got = fread(text + n, 1, size - 1 - n, f)) > 0)
        n += got;
    text[n] = '\0';
    return pclose(f);
}

#endif
