#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * Talk for a person, on stderr, one line each. Errors that end a command are
 * printed by the command; this is for what a run wants to say on its way.
 */

enum log_level { LOG_QUIET, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Default LOG_WARN. */
void log_set_level(enum log_level level);
enum log_level log_level_now(void);

void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
