/* portal-journal.so: the journal's functions, and how one ends. */

#include "store/journal_int.h"

static void end_run(struct journal_db *db)
{
    struct err ignored = {0};
    sqlite3_stmt *s;

    if (!sqlite3_get_autocommit(db->sql))
        sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
    db->group = false;
    if (db_begin(db, &ignored) < 0)
        return;
    if (db_stmt(db, S_GIVE_BACK, &s, &ignored) == 0) {
        sqlite3_bind_int64(s, 1, db->run);
        (void)db_run(db, s, &ignored);
    }
    if (db_stmt(db, S_RUN_END, &s, &ignored) == 0) {
        sqlite3_bind_int64(s, 1, db->run);
        sqlite3_bind_int64(s, 2, now_ms());
        (void)db_run(db, s, &ignored);
    }
    (void)db_end(db, 0, &ignored);
}

void db_close(struct journal_db *db)
{
    const struct journal_host *host;

    if (!db)
        return;
    host = db->host;
    if (db->run > 0)
        end_run(db);
    for (int i = 0; i < STMT_COUNT; i++)
        sqlite3_finalize(db->stmt[i]);
    sqlite3_close(db->sql);
    run_unlock(db, true);
    host->free(db->row_texts);
    host->free(db->run_texts);
    host->free(db->watch);
    host->free(db->folder);
    host->free(db->path);
    host->free(db);
}

static int64_t run_number(const struct journal_db *db)
{
    return db->run;
}

static int group_begin(struct journal_db *db, struct err *e)
{
    const int rc = db_begin(db, e);

    db->group = db->group || rc == 0;
    return rc;
}

static int group_commit(struct journal_db *db, struct err *e)
{
    db->group = false;
    return db_end(db, 0, e);
}

extern const struct journal_module portal_module;

__attribute__((visibility("default")))
const struct journal_module portal_module = {
    .id = {.version = JOURNAL_MODULE_VERSION,
           .name = "journal",
           .about = "SQLite " SQLITE_VERSION},
    .open = db_open,
    .close = db_close,
    .run = run_number,
    .begin = group_begin,
    .commit = group_commit,
    .find = row_find,
    .enqueue = row_enqueue,
    .claim = row_claim,
    .intent = row_intent,
    .done = row_done,
    .fail = row_fail,
    .release = row_release,
    .killed = row_killed,
    .tick = runs_tick,
    .alive = run_alive,
    .rows = rows_all,
    .runs = runs_all,
};
