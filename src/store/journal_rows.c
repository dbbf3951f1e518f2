/* Rows of a journal: the life of one output. */

#include "store/journal_int.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define PAGE 64 /* rows that are read at once */

/* Hashes are 16 bytes, as hash_text() would print them; NULL: not known. */
static struct hash128 read_hash(sqlite3_stmt *s, int at)
{
    const uint8_t *b = sqlite3_column_blob(s, at);
    struct hash128 h = {0, 0};

    if (!b || sqlite3_column_bytes(s, at) != 16)
        return h;
    for (int i = 0; i < 8; i++) {
        h.hi = h.hi << 8 | b[i];
        h.lo = h.lo << 8 | b[i + 8];
    }
    return h;
}

static void bind_hash(sqlite3_stmt *s, int at, struct hash128 h)
{
    uint8_t b[16];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(h.hi >> (56 - 8 * i));
        b[i + 8] = (uint8_t)(h.lo >> (56 - 8 * i));
    }
    if (h.hi || h.lo)
        sqlite3_bind_blob(s, at, b, 16, SQLITE_TRANSIENT);
    else
        sqlite3_bind_null(s, at);
}

static int read_count(sqlite3_stmt *s, int at)
{
    const int64_t n = sqlite3_column_int64(s, at);

    return n < 0 ? 0 : n > INT_MAX ? INT_MAX : (int)n;
}

/* Copies a row out of the statement; its texts are one block. */
static int read_row(struct journal_db *db, sqlite3_stmt *s, char **block,
                    struct journal_row *row, struct err *e)
{
    const struct column texts[] = {
        {0, &row->output},
        {1, &row->input},
        {2, &row->reason},
        {3, &row->detail},
    };
    const int64_t state = sqlite3_column_int64(s, 11);
    int rc;

    *row = (struct journal_row){
        .in = {(uint64_t)sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5),
               read_hash(s, 6)},
        .out = {(uint64_t)sqlite3_column_int64(s, 7),
                sqlite3_column_int64(s, 8), read_hash(s, 9)},
        .recipe = read_hash(s, 10),
        .attempts = read_count(s, 12),
        .kills = read_count(s, 13),
        .fence = sqlite3_column_int64(s, 14),
        .run = sqlite3_column_int64(s, 15),
        .seconds = sqlite3_column_double(s, 17),
        .old = {.size = (uint64_t)sqlite3_column_int64(s, 18),
                .mtime_ns = sqlite3_column_int64(s, 19)},
    };
    if (state < JOURNAL_QUEUED || state > JOURNAL_FAILED)
        return db_damaged(db, "there is no such state", e);
    row->state = (enum journal_state)state;
    if (row->state == JOURNAL_DONE || row->state == JOURNAL_FAILED)
        row->ended_ms = sqlite3_column_int64(s, 16);
    rc = db_texts(db, s, texts, 4, block, e);
    if (rc == 0 && (!row->output[0] ||
                    strlen(row->output) != (size_t)sqlite3_column_bytes(s, 0)))
        return db_damaged(db, "an output has no name", e);
    return rc;
}

static int check_text(struct journal_db *db, const char *text, struct err *e)
{
    return strnlen(text, TEXT_ROOM_MAX) < TEXT_ROOM_MAX
               ? 0
               : db->host->fail(e, ERR_ARG,
                                "'%.60s…' is too long for the journal", text);
}

int row_find(struct journal_db *db, const char *output, struct journal_row *row,
             struct err *e)
{
    sqlite3_stmt *s;
    int rc = db_stmt(db, S_FIND, &s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_text(s, 1, output, -1, SQLITE_STATIC);
    rc = db_step(db, s, e);
    if (rc == 1) {
        rc = read_row(db, s, &db->row_texts, row, e);
        rc = rc < 0 ? rc : 1;
        sqlite3_reset(s);
    }
    sqlite3_clear_bindings(s);
    return rc;
}

int row_enqueue(struct journal_db *db, const char *output, const char *input,
                struct err *e)
{
    sqlite3_stmt *s;
    int rc = db_stmt(db, S_ENQUEUE, &s, e);

    if (rc < 0)
        return rc;
    if (!output[0])
        return db->host->fail(e, ERR_ARG, "an output has no name");
    TRY(check_text(db, output, e));
    TRY(check_text(db, input, e));
    sqlite3_bind_text(s, 1, output, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, input, -1, SQLITE_STATIC);
    rc = db_run(db, s, e);
out:
    return rc < 0 ? rc : 0;
}

static int claim_row(struct journal_db *db, const char *output, int64_t seen,
                     enum journal_claim *claim, struct journal_row *now,
                     struct err *e)
{
    bool held;
    sqlite3_stmt *s;
    int rc;

    TRY(run_revive(db, e));
    TRY(row_find(db, output, now, e));
    if (rc == 0)
        return db->host->fail(e, ERR_ARG, "'%s' is not in the journal '%s'",
                              output, db->path);
    held = now->state == JOURNAL_LEASED || now->state == JOURNAL_COMMITTING;
    if (held)
        TRY(run_alive(db, now->run, e));
    if (held && rc == 1) {
        *claim = CLAIM_BUSY;
        return 0;
    }
    *claim = now->fence == seen ? CLAIM_TAKEN : CLAIM_CHANGED;
    if (now->fence != seen)
        return 0;
    TRY(db_stmt(db, S_CLAIM, &s, e));
    sqlite3_bind_text(s, 1, output, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, db->run);
    rc = db_run(db, s, e);
out:
    return rc < 0 ? rc : 0;
}

int row_claim(struct journal_db *db, const char *output, int64_t seen,
              enum journal_claim *claim, int64_t *fence,
              struct journal_row *now, struct err *e)
{
    int rc = db_begin(db, e);

    if (rc < 0)
        return rc;
    rc = db_end(db, claim_row(db, output, seen, claim, now, e), e);
    if (rc == 0 && *claim == CLAIM_TAKEN)
        *fence = now->fence + 1;
    return rc;
}

/* The statement with the claim that it is about. */
static int of_claim(struct journal_db *db, enum stmt which, const char *output,
                    int64_t fence, sqlite3_stmt **s, struct err *e)
{
    const int rc = db_stmt(db, which, s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_text(*s, 1, output, -1, SQLITE_STATIC);
    sqlite3_bind_int64(*s, 2, fence);
    sqlite3_bind_int64(*s, 3, db->run);
    return 0;
}

static int change_claim(struct journal_db *db, sqlite3_stmt *s,
                        const char *output, struct err *e)
{
    const int rc = db_run(db, s, e);

    if (rc == 0)
        return db->host->fail(e, ERR_STOP,
                              "another run has taken over '%s', and what this "
                              "one made of it is dropped",
                              output);
    return rc < 0 ? rc : 0;
}

static void bind_what(sqlite3_stmt *s, const struct journal_row *row)
{
    if (row->input)
        sqlite3_bind_text(s, 4, row->input, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 5, (int64_t)row->in.size);
    sqlite3_bind_int64(s, 6, row->in.mtime_ns);
    bind_hash(s, 7, row->in.hash);
    bind_hash(s, 11, row->recipe);
}

static void bind_out(sqlite3_stmt *s, const struct journal_row *row)
{
    sqlite3_bind_int64(s, 8, (int64_t)row->out.size);
    sqlite3_bind_int64(s, 9, row->out.mtime_ns);
    bind_hash(s, 10, row->out.hash);
}

static void bind_old(sqlite3_stmt *s, const struct journal_row *row)
{
    sqlite3_bind_int64(s, 16, (int64_t)row->old.size);
    sqlite3_bind_int64(s, 17, row->old.mtime_ns);
}

static void bind_end(sqlite3_stmt *s, const struct journal_row *row)
{
    sqlite3_bind_int64(s, 12, row->ended_ms ? row->ended_ms : now_ms());
    sqlite3_bind_double(s, 13, row->seconds);
    sqlite3_bind_text(s, 14, row->reason ? row->reason : "", -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 15, row->detail ? row->detail : "", -1, SQLITE_STATIC);
}

static int change_row(struct journal_db *db, enum stmt which,
                      const struct journal_row *row, struct err *e)
{
    sqlite3_stmt *s;
    int rc;

    TRY(check_text(db, row->input ? row->input : "", e));
    TRY(check_text(db, row->reason ? row->reason : "", e));
    TRY(check_text(db, row->detail ? row->detail : "", e));
    TRY(of_claim(db, which, row->output, row->fence, &s, e));
    bind_what(s, row);
    if (which != S_FAIL)
        bind_out(s, row);
    if (which == S_INTENT)
        bind_old(s, row);
    else
        bind_end(s, row);
    if (which == S_FAIL)
        sqlite3_bind_int(s, 16, row->kills);
    rc = change_claim(db, s, row->output, e);
out:
    return rc;
}

int row_intent(struct journal_db *db, const struct journal_row *row,
               struct err *e)
{
    return change_row(db, S_INTENT, row, e);
}

int row_done(struct journal_db *db, const struct journal_row *row,
             struct err *e)
{
    return change_row(db, S_DONE, row, e);
}

int row_fail(struct journal_db *db, const struct journal_row *row,
             struct err *e)
{
    return change_row(db, S_FAIL, row, e);
}

int row_release(struct journal_db *db, const char *output, int64_t fence,
                struct err *e)
{
    sqlite3_stmt *s;
    const int rc = of_claim(db, S_RELEASE, output, fence, &s, e);

    return rc < 0 ? rc : change_claim(db, s, output, e);
}

int row_killed(struct journal_db *db, const char *output, int64_t fence,
               bool again, struct err *e)
{
    sqlite3_stmt *s;
    const int rc = of_claim(db, S_KILLED, output, fence, &s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_int(s, 4, again);
    return change_claim(db, s, output, e);
}

/* Some rows at a time, so that nobody waits while each() works. */
struct page {
    struct journal_row row[PAGE];
    char *texts[PAGE];
    int n;
};

static int load_page(struct journal_db *db, const char *last, struct page *p,
                     struct err *e)
{
    sqlite3_stmt *s;
    int rc = db_stmt(db, S_ROWS, &s, e);

    if (rc < 0)
        return rc;
    sqlite3_bind_text(s, 1, last, -1, SQLITE_STATIC);
    sqlite3_bind_int(s, 2, PAGE);
    for (p->n = 0; p->n < PAGE; p->n++) {
        rc = db_step(db, s, e);
        if (rc == 1)
            rc = read_row(db, s, &p->texts[p->n], &p->row[p->n], e);
        else
            break;
        assert(last && (rc < 0 || p->row[p->n].output));
        if (rc == 0 && strcmp(p->row[p->n].output, last) <= 0)
            rc = db_damaged(db, "its order is wrong", e); /* or for ever */
        if (rc < 0)
            break;
        last = p->row[p->n].output;
    }
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return rc;
}

int rows_all(struct journal_db *db, journal_each_row *each, void *arg,
             struct err *e)
{
    struct page *p = db->host->alloc(sizeof(*p));
    char *before = NULL; /* the last texts of the page before */
    const char *last = "";
    int rc;

    if (!p)
        return db_fail(db, SQLITE_NOMEM, e);
    memset(p, 0, sizeof(*p));
    do {
        TRY(load_page(db, last, p, e));
        for (int i = 0; i < p->n; i++)
            TRY(each(arg, &p->row[i], e));
        if (p->n == PAGE) {
            db->host->free(before);
            before = p->texts[PAGE - 1];
            last = p->row[PAGE - 1].output;
            p->texts[PAGE - 1] = NULL;
        }
    } while (p->n == PAGE);
    rc = 0;
out:
    db->host->free(before);
    for (int i = 0; i < PAGE; i++)
        db->host->free(p->texts[i]);
    db->host->free(p);
    return rc;
}
