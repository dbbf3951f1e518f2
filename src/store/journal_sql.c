/* SQLite as the journal uses it: statements, transactions, failures. */

#include "store/journal_int.h"

#include <string.h>
#include <time.h>

#define ROW                                                                    \
    "SELECT output, input, reason, detail, in_size, in_mtime, in_hash,"        \
    " out_size, out_mtime, out_hash, recipe, state, attempts, kills, fence,"   \
    " run, ended_ms, seconds, old_size, old_mtime FROM file "
#define RUN                                                                    \
    "SELECT id, host, what, pid, began_ms, beat_ms, ended_ms, boot, beat,"     \
    " dead FROM run "

/* The claim that a change belongs to: it has the fence of nobody else. */
#define MINE " WHERE output=?1 AND fence=?2 AND run=?3 AND state IN (1,2)"

/* What a claim replaced, and as if it had not been begun. */
#define BACK                                                                   \
    "UPDATE file SET run=CASE state WHEN 1 THEN was_run ELSE 0 END,"           \
    " state=CASE state WHEN 1 THEN was_state ELSE 0 END,"                      \
    " attempts=max(attempts-1,0), fence=fence+1"

static const char *const text_of[STMT_COUNT] = {
    [S_BEGIN] = "BEGIN IMMEDIATE",
    [S_COMMIT] = "COMMIT",
    [S_ROLLBACK] = "ROLLBACK",
    [S_FIND] = ROW "WHERE output=?1",
    [S_ENQUEUE] = "INSERT OR IGNORE INTO file(output, input) VALUES(?1, ?2)",
    [S_CLAIM] = "UPDATE file SET"
                " was_state=CASE state WHEN 1 THEN was_state ELSE state END,"
                " was_run=CASE state WHEN 1 THEN was_run ELSE run END,"
                " state=1, run=?2, fence=fence+1, attempts=attempts+1"
                " WHERE output=?1",
    [S_INTENT] = "UPDATE file SET state=2, was_state=0, was_run=0,"
                 " input=coalesce(?4, input), in_size=?5, in_mtime=?6,"
                 " in_hash=?7, out_size=?8, out_mtime=?9, out_hash=?10,"
                 " recipe=?11, old_size=?16, old_mtime=?17" MINE,
    [S_DONE] = "UPDATE file SET state=3, fence=fence+1, kills=0,"
               " input=coalesce(?4, input), in_size=?5, in_mtime=?6,"
               " in_hash=?7, out_size=?8, out_mtime=?9, out_hash=?10,"
               " recipe=?11, ended_ms=?12, seconds=?13, reason=?14,"
               " detail=?15" MINE,
    [S_FAIL] = "UPDATE file SET state=4, fence=fence+1,"
               " input=coalesce(?4, input), in_size=?5, in_mtime=?6,"
               " in_hash=?7, recipe=?11, ended_ms=?12, seconds=?13,"
               " reason=?14, detail=?15, kills=?16" MINE,
    [S_RELEASE] = BACK MINE,
    [S_GIVE_BACK] = BACK " WHERE run=?1 AND state IN (1,2) AND state=1",
    [S_KILLED] = "UPDATE file SET kills=kills+1, attempts=attempts+?4" MINE,
    [S_ROWS] = ROW "WHERE output>?1 ORDER BY output LIMIT ?2",
    [S_COUNT] = "SELECT run, sum(state IN (1,2)), sum(state=3), sum(state=4)"
                " FROM file GROUP BY run ORDER BY run",
    [S_RUN_NEXT] = "SELECT coalesce(max(id), 0)+1 FROM run",
    [S_RUN_NEW] = "INSERT INTO run(id, host, boot, pid, what, began_ms,"
                  " beat_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    [S_RUN_BEAT] = "UPDATE run SET beat=beat+1, beat_ms=?2, dead=0 WHERE id=?1",
    [S_RUN_END] = "UPDATE run SET ended_ms=?2, beat_ms=?2 WHERE id=?1",
    [S_RUN_DEAD] = "UPDATE run SET dead=1 WHERE id=?1 AND beat=?2",
    [S_RUN_FIND] = RUN "WHERE id=?1",
    [S_RUN_AFTER] = RUN "WHERE id>?1 ORDER BY id LIMIT 1",
    [S_RUN_OPEN] = "SELECT min(id) FROM run WHERE id>?1 AND ended_ms=0"
                   " AND dead=0",
};

int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int db_damaged(struct journal_db *db, const char *how, struct err *e)
{
    return db->host->fail(e, ERR_IO,
                          "the journal '%s' is damaged (%s): move it away and "
                          "start again; outputs that are there stay, and "
                          "--conflict says what becomes of them",
                          db->path, how);
}

static int io_failed(struct journal_db *db, struct err *e)
{
    char reason[128];
    const int code = sqlite3_system_errno(db->sql);

    return db->host->fail(e, ERR_IO,
                          "cannot read or write the journal '%s': %s", db->path,
                          code ? strerror_r(code, reason, sizeof(reason))
                               : sqlite3_errmsg(db->sql));
}

int db_fail(struct journal_db *db, int code, struct err *e)
{
    int (*fail)(struct err *, enum err_code, const char *, ...)
        __attribute__((format(printf, 3, 4))) = db->host->fail;

    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return fail(e, ERR_MEM, "out of memory for the journal '%s'", db->path);
    case SQLITE_CORRUPT:
        return db_damaged(db, "its pages do not fit together", e);
    case SQLITE_NOTADB:
        return db_damaged(db, "it is no database", e);
    case SQLITE_TOOBIG:
        return db_damaged(db, "a value is too long", e);
    case SQLITE_FULL:
        return fail(e, ERR_IO, "no space is left for the journal '%s'",
                    db->path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return fail(e, ERR_IO,
                    "cannot write the journal '%s': it or its folder may not "
                    "be written",
                    db->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return fail(e, ERR_IO,
                    "the journal '%s' is locked by another program for more "
                    "than %d seconds",
                    db->path, db->patience_ms / 1000);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_AUTH:
        return io_failed(db, e);
    default:
        return fail(e, ERR_IO, "the journal '%s': %s", db->path,
                    sqlite3_errmsg(db->sql));
    }
}

int db_stmt(struct journal_db *db, enum stmt which, sqlite3_stmt **out,
            struct err *e)
{
    int code = 0;

    if (!db->stmt[which])
        code = sqlite3_prepare_v3(db->sql, text_of[which], -1,
                                  SQLITE_PREPARE_PERSISTENT, &db->stmt[which],
                                  NULL);
    *out = db->stmt[which];
    if (code == SQLITE_ERROR) /* no such column, … */
        return db_damaged(db, sqlite3_errmsg(db->sql), e);
    return code ? db_fail(db, code, e) : 0;
}

int db_step(struct journal_db *db, sqlite3_stmt *s, struct err *e)
{
    int code = sqlite3_step(s);

    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        code = 0;
    sqlite3_reset(s);
    return code ? db_fail(db, code, e) : 0;
}

int db_run(struct journal_db *db, sqlite3_stmt *s, struct err *e)
{
    int rc = db_step(db, s, e);

    sqlite3_clear_bindings(s); /* they point at what the caller lent */
    return rc < 0 ? rc : sqlite3_changes(db->sql);
}

static int run_plain(struct journal_db *db, enum stmt which, struct err *e)
{
    sqlite3_stmt *s;
    const int rc = db_stmt(db, which, &s, e);

    return rc < 0 ? rc : db_step(db, s, e);
}

int db_begin(struct journal_db *db, struct err *e)
{
    return db->group ? 0 : run_plain(db, S_BEGIN, e);
}

int db_end(struct journal_db *db, int rc, struct err *e)
{
    struct err ignored = {0};

    if (db->group)
        return rc;
    if (rc >= 0 && sqlite3_get_autocommit(db->sql))
        rc = db->host->fail(e, ERR_IO,
                            "changes to the journal '%s' were given up after "
                            "a failure",
                            db->path);
    if (rc >= 0) {
        int done = run_plain(db, S_COMMIT, e);

        if (done >= 0)
            return rc;
        rc = done;
    }
    if (!sqlite3_get_autocommit(db->sql))
        (void)run_plain(db, S_ROLLBACK, &ignored);
    return rc;
}

int db_texts(struct journal_db *db, sqlite3_stmt *s,
             const struct column *columns, int count, char **block,
             struct err *e)
{
    size_t total = 0, n;
    char *at;

    for (int i = 0; i < count; i++) {
        (void)sqlite3_column_text(s, columns[i].at); /* bytes are of text */
        n = (size_t)sqlite3_column_bytes(s, columns[i].at);
        if (n >= TEXT_ROOM_MAX)
            return db_damaged(db, "a text is too long", e);
        total += n + 1;
    }
    db->host->free(*block);
    *block = at = db->host->alloc(total);
    if (!at)
        return db_fail(db, SQLITE_NOMEM, e);
    for (int i = 0; i < count; i++) {
        const unsigned char *text = sqlite3_column_text(s, columns[i].at);

        n = (size_t)sqlite3_column_bytes(s, columns[i].at);
        if (text)
            memcpy(at, text, n);
        at[text ? n : 0] = '\0';
        *columns[i].text = at;
        at += n + 1;
    }
    return 0;
}
