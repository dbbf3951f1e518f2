/* Talk on stderr. */

#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/text.h"

static atomic_int level_now = LOG_WARN;

void log_set_level(enum log_level level)
{
    atomic_store(&level_now, (int)level);
}

enum log_level log_level_now(void)
{
    return (enum log_level)atomic_load(&level_now);
}

static void say(enum log_level level, const char *prefix, const char *fmt,
                va_list args) __attribute__((format(printf, 3, 0)));

static void say(enum log_level level, const char *prefix, const char *fmt,
                va_list args)
{
    char line[1024];

    if (level > log_level_now() || vsnprintf(line, sizeof(line), fmt, args) < 0)
        return;
    text_clean(line);
    fprintf(stderr, "portal: %s%s\n", prefix, line);
}

#define SAY(level, prefix)                                                     \
    do {                                                                       \
        va_list args;                                                          \
        va_start(args, fmt);                                                   \
        say(level, prefix, fmt, args);                                         \
        va_end(args);                                                          \
    } while (0)

void log_warn(const char *fmt, ...)
{
    SAY(LOG_WARN, "warning: ");
}

void log_info(const char *fmt, ...)
{
    SAY(LOG_INFO, "");
}

void log_debug(const char *fmt, ...)
{
    SAY(LOG_DEBUG, "");
}
