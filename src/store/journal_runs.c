/*
 * Runs, and whether they are alive. On the same machine, and on a file system
 * that only one machine can have, a lock on the run's file tells: the kernel
 * lets go of it whatever the run dies of. Of other machines the beat is
 * watched. A run that was given up and is not dead says so with its next claim.
 */

#include "store/journal_int.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WHAT_MAX 4096
#define LOOK_MS  600000 /* by the clock, for those who only look */

static int64_t clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int insert_run(struct journal_db *db, const char *what, struct err *e)
{
    char host[256] = "";
    sqlite3_stmt *s;
    const int rc = db_stmt(db, S_RUN_NEW, &s, e);

    if (rc < 0)
        return rc;
    if (gethostname(host, sizeof(host) - 1))
        host[0] = '\0';
    sqlite3_bind_int64(s, 1, db->run);
    sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, db->boot, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 4, getpid());
    sqlite3_bind_text(s, 5, what, (int)strnlen(what, WHAT_MAX), SQLITE_STATIC);
    sqlite3_bind_int64(s, 6, now_ms());
    return db_run(db, s, e);
}

/* The lock is there before anybody can see the run. */
int run_new(struct journal_db *db, const char *what, struct err *e)
{
    sqlite3_stmt *s;
    int rc = db_begin(db, e);

    if (rc < 0)
        return rc;
    rc = db_stmt(db, S_RUN_NEXT, &s, e);
    if (rc == 0)
        rc = db_step(db, s, e);
    if (rc == 1) {
        const int64_t next = sqlite3_column_int64(s, 0);

        sqlite3_reset(s);
        rc = run_lock(db, next > 0 ? next : 1, e);
    }
    if (rc == 0)
        rc = insert_run(db, what, e);
    rc = db_end(db, rc, e);
    if (rc < 0) {
        run_unlock(db, true);
        db->run = -1;
    }
    return rc < 0 ? rc : 0;
}

static int beat(struct journal_db *db, struct err *e)
{
    sqlite3_stmt *s;
    struct stat st;
    int rc = db_stmt(db, S_RUN_BEAT, &s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_int64(s, 1, db->run);
    sqlite3_bind_int64(s, 2, now_ms());
    rc = db_run(db, s, e);
    if (rc == 0)
        return db_damaged(db, "this run is not in it", e);
    if (rc > 0 && (fstat(db->lock, &st) || st.st_nlink == 0)) {
        /* Whoever gave it up has removed it. */
        const int fd = lock_try(db, db->run);

        if (fd >= 0) {
            close(db->lock);
            db->lock = fd;
        }
    }
    return rc < 0 ? rc : 0;
}

/* 1 with the statement open at the run's row, or 0. */
static int find_run(struct journal_db *db, int64_t run, sqlite3_stmt **s,
                    struct err *e)
{
    const int rc = db_stmt(db, S_RUN_FIND, s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_int64(*s, 1, run);
    return db_step(db, *s, e);
}

int run_revive(struct journal_db *db, struct err *e)
{
    sqlite3_stmt *s;
    bool dead;
    int rc = find_run(db, db->run, &s, e);

    if (rc <= 0)
        return rc < 0 ? rc : db_damaged(db, "this run is not in it", e);
    dead = sqlite3_column_int(s, 9) != 0;
    sqlite3_reset(s);
    return dead ? beat(db, e) : 0;
}

/* What is known of another run's beat; NULL: out of memory. */
static struct watch *watch_of(struct journal_db *db, int64_t run, bool *found)
{
    struct watch *more;

    *found = true;
    for (size_t i = 0; i < db->watched; i++)
        if (db->watch[i].run == run)
            return &db->watch[i];
    *found = false;
    if (db->watched == db->watch_room) {
        more = db->host->alloc((db->watch_room * 2 + 16) * sizeof(*more));
        if (!more)
            return NULL;
        if (db->watched)
            memcpy(more, db->watch, db->watched * sizeof(*more));
        db->host->free(db->watch);
        db->watch = more;
        db->watch_room = db->watch_room * 2 + 16;
    }
    db->watch[db->watched].run = run;
    return &db->watch[db->watched++];
}

static void forget(struct journal_db *db, int64_t run)
{
    for (size_t i = 0; i < db->watched; i++)
        if (db->watch[i].run == run) {
            db->watch[i] = db->watch[--db->watched];
            return;
        }
}

/* Whether nothing has been heard of it for long enough. */
static int is_silent(struct journal_db *db, int64_t run, int64_t now_at,
                     struct err *e)
{
    bool found;
    struct watch *w = watch_of(db, run, &found);
    const int64_t now = clock_ns();

    if (!w)
        return db_fail(db, SQLITE_NOMEM, e);
    if (!found || w->beat != now_at) {
        w->beat = now_at;
        w->heard_ns = now;
        return 0;
    }
    return now - w->heard_ns >= (int64_t)db->silent_ms * 1000000;
}

/* It is dead, unless it has beaten since. */
static int give_up(struct journal_db *db, int64_t run, int64_t at,
                   struct err *e)
{
    sqlite3_stmt *s;
    int rc;

    if (db->run <= 0)
        return 0; /* who only looks changes nothing */
    rc = db_stmt(db, S_RUN_DEAD, &s, e);
    if (rc < 0)
        return rc;
    sqlite3_bind_int64(s, 1, run);
    sqlite3_bind_int64(s, 2, at);
    rc = db_run(db, s, e);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    forget(db, run);
    lock_remove(db, run);
    return 0;
}

int run_alive(struct journal_db *db, int64_t run, struct err *e)
{
    bool ended, here;
    sqlite3_stmt *s;
    int64_t at, ms;
    int rc;

    if (run == db->run || run <= 0)
        return run > 0;
    rc = find_run(db, run, &s, e);
    if (rc <= 0)
        return rc;
    ms = sqlite3_column_int64(s, 5);
    ended = sqlite3_column_int64(s, 6) != 0 || sqlite3_column_int(s, 9) != 0;
    here = !db->network ||
           (db->boot[0] && sqlite3_column_text(s, 7) &&
            !strcmp((const char *)sqlite3_column_text(s, 7), db->boot));
    at = sqlite3_column_int64(s, 8);
    sqlite3_reset(s);
    if (ended)
        return 0;
    rc = here ? lock_held(db, run) : -1;
    if (rc < 0) {
        rc = is_silent(db, run, at, e);
        if (rc < 0)
            return rc;
        rc = !rc && (db->run || llabs(now_ms() - ms) < LOOK_MS);
    }
    return rc ? 1 : give_up(db, run, at, e);
}

int runs_tick(struct journal_db *db, struct err *e)
{
    int moved = 0, rc = db->run ? beat(db, e) : 0;

    sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (rc >= 0 && moved)
        return db->host->fail(e, ERR_IO,
                              "the journal '%s' was moved or removed while it "
                              "was in use",
                              db->path);
    for (int64_t run = 0; rc >= 0;) {
        const int64_t before = run;
        sqlite3_stmt *s;

        rc = db_stmt(db, S_RUN_OPEN, &s, e);
        if (rc < 0)
            break;
        sqlite3_bind_int64(s, 1, run);
        rc = db_step(db, s, e);
        if (rc <= 0)
            break;
        run = sqlite3_column_int64(s, 0);
        sqlite3_reset(s);
        if (run == 0) /* min() of nothing */
            return 0;
        if (run <= before)
            return db_damaged(db, "its order is wrong", e);
        rc = run_alive(db, run, e);
    }
    return rc;
}

/* What each run holds and has done, by its number. */
struct tally {
    int64_t run;
    int held, done, failed;
};

static int tally_add(struct journal_db *db, sqlite3_stmt *s, struct tally **all,
                     size_t n, struct err *e)
{
    if ((n & (n - 1)) == 0) { /* full: twice the room */
        struct tally *more = db->host->alloc((n ? 2 * n : 1) * sizeof(*more));

        if (!more)
            return db_fail(db, SQLITE_NOMEM, e);
        if (*all)
            memcpy(more, *all, n * sizeof(*more));
        db->host->free(*all);
        *all = more;
    }
    assert(*all);
    (*all)[n] = (struct tally){
        sqlite3_column_int64(s, 0),
        sqlite3_column_int(s, 1),
        sqlite3_column_int(s, 2),
        sqlite3_column_int(s, 3),
    };
    return 0;
}

static int tally_rows(struct journal_db *db, struct tally **all, size_t *count,
                      struct err *e)
{
    sqlite3_stmt *s;
    int rc = db_stmt(db, S_COUNT, &s, e);

    if (rc < 0)
        return rc;
    while ((rc = db_step(db, s, e)) == 1) {
        rc = tally_add(db, s, all, *count, e);
        if (rc < 0)
            break;
        ++*count;
    }
    sqlite3_reset(s);
    return rc;
}

static int read_run(struct journal_db *db, sqlite3_stmt *s,
                    struct journal_runner *r, struct err *e)
{
    const struct column texts[] = {{1, &r->host}, {2, &r->what}};
    int rc;

    *r = (struct journal_runner){
        .run = sqlite3_column_int64(s, 0),
        .pid = (long)sqlite3_column_int64(s, 3),
        .began_ms = sqlite3_column_int64(s, 4),
        .beat_ms = sqlite3_column_int64(s, 5),
        .ended_ms = sqlite3_column_int64(s, 6),
    };
    rc = db_texts(db, s, texts, 2, &db->run_texts, e);
    sqlite3_reset(s);
    return rc;
}

int runs_all(struct journal_db *db, journal_each_run *each, void *arg,
             struct err *e)
{
    struct journal_runner r = {.run = 0};
    struct tally *all = NULL;
    int64_t before;
    size_t count = 0, i = 0;
    sqlite3_stmt *s;
    int rc;

    TRY(tally_rows(db, &all, &count, e));
    for (;;) {
        TRY(db_stmt(db, S_RUN_AFTER, &s, e));
        sqlite3_bind_int64(s, 1, r.run);
        TRY(db_step(db, s, e));
        if (rc == 0)
            break;
        before = r.run;
        TRY(read_run(db, s, &r, e));
        if (r.run <= before) {
            rc = db_damaged(db, "its order is wrong", e);
            break;
        }
        TRY(run_alive(db, r.run, e));
        r.alive = rc;
        assert(all || count == 0);
        while (i < count && all[i].run < r.run)
            i++;
        if (i < count && all[i].run == r.run) {
            r.held = all[i].held;
            r.done = all[i].done;
            r.failed = all[i].failed;
        }
        TRY(each(arg, &r, e));
    }
out:
    db->host->free(all);
    return rc;
}
