#ifndef STORE_JOURNAL_MODULE_H
#define STORE_JOURNAL_MODULE_H

/*
 * What store/journal.c asks of the module portal-journal.so: the functions of
 * store/journal.h, with SQLite behind them. The rules are there for tests,
 * which cannot have a second machine.
 */

#include "codec/module.h"
#include "store/journal.h"

#define JOURNAL_MODULE_VERSION 2

/* What the module borrows from the program. */
struct journal_host {
    int (*fail)(struct err *e, enum err_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
    void *(*alloc)(size_t size);
    void (*free)(void *block);
};

/* Cleared: as it is on this machine. */
struct journal_rules {
    const char *boot; /* the machine to be, and its boot         */
    int silent_ms;    /* instead of JOURNAL_SILENT_MS            */
    int patience_ms;  /* for a lock of SQLite; 0: half a minute  */
    bool network;     /* as on a network file system             */
};

/* As journal_open(), and for `what` NULL as journal_open_reader(). */
int journal_open_by(const struct journal_rules *rules, const char *root,
                    const char *what, struct journal **out, struct err *e);

struct journal_place {
    const char *folder; /* there already, unless for looking */
    const char *path;   /* of the database                   */
    const char *what;   /* NULL: for looking                 */
    struct journal_rules rules;
};

struct journal_db;

typedef int journal_each_row(void *arg, const struct journal_row *row,
                             struct err *e);
typedef int journal_each_run(void *arg, const struct journal_runner *r,
                             struct err *e);

struct journal_module {
    struct module_id id;

    int (*open)(const struct journal_host *host,
                const struct journal_place *place, struct journal_db **out,
                struct err *e);
    void (*close)(struct journal_db *db);
    int64_t (*run)(const struct journal_db *db);
    int (*begin)(struct journal_db *db, struct err *e);
    int (*commit)(struct journal_db *db, struct err *e);
    int (*find)(struct journal_db *db, const char *output,
                struct journal_row *row, struct err *e);
    int (*enqueue)(struct journal_db *db, const char *output, const char *input,
                   struct err *e);
    int (*claim)(struct journal_db *db, const char *output, int64_t seen,
                 enum journal_claim *claim, int64_t *fence,
                 struct journal_row *now, struct err *e);
    int (*intent)(struct journal_db *db, const struct journal_row *row,
                  struct err *e);
    int (*done)(struct journal_db *db, const struct journal_row *row,
                struct err *e);
    int (*fail)(struct journal_db *db, const struct journal_row *row,
                struct err *e);
    int (*release)(struct journal_db *db, const char *output, int64_t fence,
                   struct err *e);
    int (*killed)(struct journal_db *db, const char *output, int64_t fence,
                  bool again, struct err *e);
    int (*tick)(struct journal_db *db, struct err *e);
    int (*alive)(struct journal_db *db, int64_t run, struct err *e);
    int (*rows)(struct journal_db *db, journal_each_row *each, void *arg,
                struct err *e);
    int (*runs)(struct journal_db *db, journal_each_run *each, void *arg,
                struct err *e);
};

#endif
