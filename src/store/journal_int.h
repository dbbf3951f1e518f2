#ifndef STORE_JOURNAL_INT_H
#define STORE_JOURNAL_INT_H

/*
 * Inside portal-journal.so: the connection to SQLite (journal_sql.c), opening
 * and closing (journal_open.c), rows (journal_rows.c), runs and whether they
 * are alive (journal_runs.c, journal_lock.c).
 *
 * Nothing is handed out while a statement is open: a reader that is slow would
 * keep writers waiting. So what is read is copied first.
 */

#include <sqlite3.h>

#include "store/journal_module.h"

#define BUSY_MS       30000
#define TEXT_ROOM_MAX (1 << 20) /* bytes of any text, in and out */

enum stmt {
    S_BEGIN,
    S_COMMIT,
    S_ROLLBACK,
    S_FIND,
    S_ENQUEUE,
    S_CLAIM,
    S_INTENT,
    S_DONE,
    S_FAIL,
    S_RELEASE,
    S_GIVE_BACK,
    S_KILLED,
    S_ROWS,
    S_COUNT,
    S_RUN_NEXT,
    S_RUN_NEW,
    S_RUN_BEAT,
    S_RUN_END,
    S_RUN_DEAD,
    S_RUN_FIND,
    S_RUN_AFTER,
    S_RUN_OPEN,
    STMT_COUNT,
};

/* Another run's beat, and when this one saw it change. */
struct watch {
    int64_t run, beat, heard_ns;
};

struct journal_db {
    const struct journal_host *host;
    sqlite3 *sql;
    sqlite3_stmt *stmt[STMT_COUNT];
    char *folder, *path;
    char *row_texts, *run_texts; /* of what was handed out last */
    char boot[64];
    int silent_ms, patience_ms;
    bool network;
    bool group;  /* between begin and commit  */
    int64_t run; /* 0: for looking only       */
    int lock;    /* of the run's file, or -1  */
    struct watch *watch;
    size_t watched, watch_room;
};

/* Says what SQLite's code means for this journal, and returns ours. */
int db_fail(struct journal_db *db, int code, struct err *e);
int db_damaged(struct journal_db *db, const char *how, struct err *e);

/* A statement, ready for values. */
int db_stmt(struct journal_db *db, enum stmt which, sqlite3_stmt **out,
            struct err *e);

/* 1: a row is there, and the statement is open; 0: it is done and closed. */
int db_step(struct journal_db *db, sqlite3_stmt *s, struct err *e);

/* For a statement without rows; the count of rows that it changed. */
int db_run(struct journal_db *db, sqlite3_stmt *s, struct err *e);

/* A transaction, unless one is open: db_end() returns rc or its own failure. */
int db_begin(struct journal_db *db, struct err *e);
int db_end(struct journal_db *db, int rc, struct err *e);

/* Texts of a row that was read, as one block that the caller frees. */
struct column {
    int at;
    const char **text;
};
int db_texts(struct journal_db *db, sqlite3_stmt *s,
             const struct column *columns, int count, char **block,
             struct err *e);

int64_t now_ms(void);

/* The file of a run with this number, or a later one's when that is taken:
 * db->run says. */
int run_lock(struct journal_db *db, int64_t first, struct err *e);
void run_unlock(struct journal_db *db, bool remove);

/* The lock of a number; -1 with EWOULDBLOCK when another has it. */
int lock_try(struct journal_db *db, int64_t run);

/* 1: held, 0: free, -1: cannot be told. */
int lock_held(const struct journal_db *db, int64_t run);
void lock_remove(const struct journal_db *db, int64_t run);

int run_new(struct journal_db *db, const char *what, struct err *e);

/* This run goes on, though another may have given it up. */
int run_revive(struct journal_db *db, struct err *e);

/* 1: alive, 0: not. Runs of the past and those that never were are not. */
int run_alive(struct journal_db *db, int64_t run, struct err *e);

int db_open(const struct journal_host *host, const struct journal_place *place,
            struct journal_db **out, struct err *e);
void db_close(struct journal_db *db);

int row_find(struct journal_db *db, const char *output, struct journal_row *row,
             struct err *e);
int row_enqueue(struct journal_db *db, const char *output, const char *input,
                struct err *e);
int row_claim(struct journal_db *db, const char *output, int64_t seen,
              enum journal_claim *claim, int64_t *fence,
              struct journal_row *now, struct err *e);
int row_intent(struct journal_db *db, const struct journal_row *row,
               struct err *e);
int row_done(struct journal_db *db, const struct journal_row *row,
             struct err *e);
int row_fail(struct journal_db *db, const struct journal_row *row,
             struct err *e);
int row_release(struct journal_db *db, const char *output, int64_t fence,
                struct err *e);
int row_killed(struct journal_db *db, const char *output, int64_t fence,
               bool again, struct err *e);
int rows_all(struct journal_db *db, journal_each_row *each, void *arg,
             struct err *e);
int runs_tick(struct journal_db *db, struct err *e);
int runs_all(struct journal_db *db, journal_each_run *each, void *arg,
             struct err *e);

#endif
