/*
 * Opening a journal. On a local file system it is in WAL mode: a writer does
 * not wait for readers, and a commit costs no sync. WAL shares memory, which
 * machines cannot, so on a network file system it is a rollback journal with
 * all syncs. A journal that was on a network once stays that way.
 */

#include "store/journal_int.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define SCHEMA 1
#define OUR_DB 1414548556 /* "TPJL" */

static const char schema[] =
    "CREATE TABLE file("
    " output TEXT PRIMARY KEY NOT NULL, input TEXT NOT NULL DEFAULT '',"
    " in_size INTEGER NOT NULL DEFAULT 0, in_mtime INTEGER NOT NULL DEFAULT 0,"
    " in_hash BLOB, out_size INTEGER NOT NULL DEFAULT 0,"
    " out_mtime INTEGER NOT NULL DEFAULT 0, out_hash BLOB, recipe BLOB,"
    " state INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,"
    " kills INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0,"
    " run INTEGER NOT NULL DEFAULT 0, was_state INTEGER NOT NULL DEFAULT 0,"
    " was_run INTEGER NOT NULL DEFAULT 0, ended_ms INTEGER NOT NULL DEFAULT 0,"
    " seconds REAL NOT NULL DEFAULT 0, reason TEXT, detail TEXT,"
    " old_size INTEGER NOT NULL DEFAULT 0,"
    " old_mtime INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX file_held ON file(run) WHERE state IN (1,2);"
    "CREATE TABLE run("
    " id INTEGER PRIMARY KEY, host TEXT NOT NULL, boot TEXT NOT NULL,"
    " pid INTEGER NOT NULL, what TEXT NOT NULL, began_ms INTEGER NOT NULL,"
    " beat INTEGER NOT NULL DEFAULT 0, beat_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0);"
    "PRAGMA application_id=1414548556; PRAGMA user_version=1;";

/* File systems that several machines may have mounted, by statfs(2). */
static bool is_network(const char *folder)
{
    static const unsigned magic[] = {
        0x6969,     /* NFS      */
        0x517b,     /* SMB      */
        0xff534d42, /* CIFS     */
        0xfe534d42, /* SMB2     */
        0x65735546, /* FUSE     */
        0x01021997, /* 9P       */
        0x0bd00bd0, /* Lustre   */
        0x5346414f, /* AFS      */
        0x6b414653, /* kAFS     */
        0x00c36400, /* Ceph     */
        0x73757245, /* Coda     */
        0x564c,     /* NCP      */
        0x47504653, /* GPFS     */
        0x01161970, /* GFS2     */
        0x7461636f, /* OCFS2    */
        0x786f4256, /* vboxsf   */
        0x7c7c6673, /* prl_fs   */
        0xaad7aaea, /* PanFS    */
        0x19830326, /* BeeGFS   */
        0x20030528, /* OrangeFS */
    };
    struct statfs fs;

    if (statfs(folder, &fs))
        return false;
    for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++)
        if ((unsigned)fs.f_type == magic[i])
            return true;
    return false;
}

/* The first value of the first row, "" without; SQLite's code. */
static int ask(struct journal_db *db, const char *sql, char text[static 32])
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db->sql, sql, -1, &s, NULL);

    text[0] = '\0';
    if (!code)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW && sqlite3_column_text(s, 0))
        snprintf(text, 32, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : code;
}

/* ask() for what SQLite does not wait by itself when others are at it. */
static int ask_patiently(struct journal_db *db, const char *sql,
                         const char *want, char text[static 32])
{
    const struct timespec nap = {.tv_nsec = 5000000};
    int code;

    for (int ms = 0;; ms += 5) {
        code = ask(db, sql, text);
        if (code ? (code & 0xff) != SQLITE_BUSY : !want || !strcmp(text, want))
            return code;
        if (ms >= db->patience_ms)
            return code ? code : SQLITE_BUSY;
        nanosleep(&nap, NULL);
    }
}

static int ask_number(struct journal_db *db, const char *sql, int64_t *value,
                      struct err *e)
{
    char text[32], *end;
    int code = ask_patiently(db, sql, NULL, text);

    if (code)
        return db_fail(db, code, e);
    *value = strtoll(text, &end, 10);
    return 0;
}

static int read_version(struct journal_db *db, struct err *e)
{
    int64_t version = 0, owner = 0, tables = 0;
    char text[32];
    int code, rc;

    /* Seen at one moment: another run may be making it. */
    code = ask(db, "SAVEPOINT version", text);
    if (code)
        return db_fail(db, code, e);
    rc = ask_number(db, "SELECT count(*) FROM sqlite_master", &tables, e);
    if (rc == 0)
        rc = ask_number(db, "PRAGMA user_version", &version, e);
    if (rc == 0)
        rc = ask_number(db, "PRAGMA application_id", &owner, e);
    code = ask(db, "RELEASE version", text);
    if (rc < 0)
        return rc;
    if (code)
        return db_fail(db, code, e);
    if (owner == 0 && version == 0 && tables == 0)
        return 0;
    if (owner != OUR_DB)
        return db->host->fail(e, ERR_ARG,
                              "'%s' is a database of another program, not a "
                              "journal",
                              db->path);
    if (version > SCHEMA)
        return db->host->fail(e, ERR_ARG,
                              "the journal '%s' is of a newer version of this "
                              "program (format %lld, this one knows %d)",
                              db->path, (long long)version, SCHEMA);
    if (version != SCHEMA)
        return db_damaged(db, "its format has no number", e);
    return 1;
}

/* 1: it is a journal; 0: there is nothing in it yet. Seen at one moment, as
   another run may be making it. */
static int check_version(struct journal_db *db, struct err *e)
{
    const bool alone = sqlite3_get_autocommit(db->sql) != 0;
    int rc, code = 0;

    if (alone)
        code = sqlite3_exec(db->sql, "BEGIN", NULL, NULL, NULL);
    rc = code ? db_fail(db, code, e) : read_version(db, e);
    if (alone && !sqlite3_get_autocommit(db->sql))
        sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL);
    return rc;
}

/* Makes the tables, unless somebody else has by now. */
static int create(struct journal_db *db, struct err *e)
{
    int code, rc = db_begin(db, e);

    if (rc < 0)
        return rc;
    rc = check_version(db, e);
    if (rc == 0) {
        code = sqlite3_exec(db->sql, schema, NULL, NULL, NULL);
        rc = code ? db_fail(db, code, e) : 0;
    }
    return db_end(db, rc, e);
}

/* Only a lock for this process alone keeps WAL from sharing memory. */
static int leave_wal(struct journal_db *db, struct err *e)
{
    const char *change = db->run < 0 ? "PRAGMA journal_mode=TRUNCATE"
                                     : "PRAGMA journal_mode";
    char text[32];
    int code = ask(db, "PRAGMA locking_mode=EXCLUSIVE", text);

    if (!code)
        code = ask_patiently(db, change, db->run < 0 ? "truncate" : NULL, text);
    if ((code & 0xff) == SQLITE_BUSY)
        return db->host->fail(e, ERR_IO,
                              "the journal '%s' is in use on the machine where "
                              "the folder lies: start it there too, or wait",
                              db->path);
    if (!code && strcmp(text, "wal"))
        code = ask(db, "PRAGMA locking_mode=NORMAL", text);
    if (!code) /* gives the lock back */
        code =
            ask_patiently(db, "SELECT count(*) FROM sqlite_master", NULL, text);
    return code ? db_fail(db, code, e) : 0;
}

static int set_mode(struct journal_db *db, bool fresh, struct err *e)
{
    char text[32];
    int code = 0;

    if (!db->network && fresh)
        code = ask_patiently(db, "PRAGMA journal_mode=WAL", NULL, text);
    else
        code = ask_patiently(db, "PRAGMA journal_mode", NULL, text);
    if (!code && strcmp(text, "wal") && strcmp(text, "truncate"))
        code = ask_patiently(db, "PRAGMA journal_mode=TRUNCATE", NULL, text);
    if (!code)
        code = ask(db,
                   strcmp(text, "wal") ? "PRAGMA synchronous=FULL"
                                       : "PRAGMA synchronous=NORMAL",
                   text);
    if (!code)
        code = ask(db, "PRAGMA wal_autocheckpoint=2000", text);
    if (!code)
        code = ask(db, "PRAGMA cache_size=-512", text);
    if (!code)
        code = ask(db, "PRAGMA journal_size_limit=16777216", text);
    return code ? db_fail(db, code, e) : 0;
}

/* What a file that somebody made to do harm could make SQLite do. */
static int distrust(struct journal_db *db, struct err *e)
{
    char text[32];
    int code;

    sqlite3_limit(db->sql, SQLITE_LIMIT_LENGTH, 8 << 20);
    sqlite3_limit(db->sql, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    code = ask(db, "PRAGMA trusted_schema=OFF", text);
    if (!code)
        code = ask(db, "PRAGMA cell_size_check=ON", text);
    return code ? db_fail(db, code, e) : 0;
}

/* "file:" and the path, with what means something in an address as %XX. */
static int immutable_name(struct journal_db *db, char **name, struct err *e)
{
    const char *path = db->path;
    const size_t room = strlen(path) * 3 + 32;
    char *at = *name = db->host->alloc(room);

    if (!at)
        return db_fail(db, SQLITE_NOMEM, e);
    while (path[0] == '/' && path[1] == '/')
        path++;
    at += snprintf(at, room, "file:");
    for (; *path; path++) {
        if (strchr("%?#", *path))
            at += snprintf(at, 4, "%%%02X", (unsigned char)*path);
        else
            *at++ = *path;
    }
    memcpy(at, "?immutable=1", sizeof("?immutable=1"));
    return 0;
}

static int open_as(struct journal_db *db, const char *name, int flags,
                   struct err *e)
{
    int code;

    sqlite3_close(db->sql);
    db->sql = NULL;
    code = sqlite3_open_v2(name, &db->sql, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code)
        return db_fail(db, code, e);
    sqlite3_extended_result_codes(db->sql, 1);
    sqlite3_busy_timeout(db->sql, db->patience_ms);
    return distrust(db, e);
}

static bool lies_beside(const struct journal_db *db, const char *suffix)
{
    char name[4096];
    const int n = snprintf(name, sizeof(name), "%s%s", db->path, suffix);

    return n < 0 || n >= (int)sizeof(name) || access(name, F_OK) == 0;
}

/*
 * A folder that may not be written has no place for WAL's memory. Where all
 * was ended well none is needed: nobody can change what is there.
 */
static int open_unwritable(struct journal_db *db, struct err *e)
{
    char *name = NULL;
    int rc;

    TRY(immutable_name(db, &name, e));
    TRY(open_as(db, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e));
    TRY(check_version(db, e));
out:
    db->host->free(name);
    return rc;
}

static int open_for_looking(struct journal_db *db, struct err *e)
{
    char text[32];
    int rc;

    TRY(open_as(db, db->path, SQLITE_OPEN_READWRITE, e));
    if (db->network)
        TRY(leave_wal(db, e));
    rc = ask(db, "PRAGMA query_only=ON", text);
    rc = rc ? db_fail(db, rc, e) : check_version(db, e);
    if (rc == ERR_IO && access(db->folder, W_OK) && !lies_beside(db, "-wal"))
        rc = open_unwritable(db, e);
    if (rc == 0)
        rc = db->host->fail(e, ERR_ARG, "there is no journal in '%s' yet",
                            db->folder);
out:
    return rc < 0 ? rc : 0;
}

static int open_for_work(struct journal_db *db, struct err *e)
{
    int rc;

    TRY(open_as(db, db->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e));
    if (sqlite3_db_readonly(db->sql, "main") == 1 || access(db->folder, W_OK)) {
        rc = db_fail(db, SQLITE_READONLY, e);
        goto out;
    }
    if (db->network)
        TRY(leave_wal(db, e));
    TRY(check_version(db, e));
    TRY(set_mode(db, rc == 0, e));
    TRY(create(db, e));
out:
    return rc;
}

static int check_file(struct journal_db *db, bool looking, struct err *e)
{
    struct stat st;

    if (stat(db->path, &st)) {
        if (!looking)
            return 0;
        return errno == ENOENT || errno == ENOTDIR
                   ? db->host->fail(e, ERR_ARG, "there is no journal '%s'",
                                    db->path)
                   : db->host->fail(e, ERR_IO, "cannot open the journal '%s'",
                                    db->path);
    }
    if (S_ISREG(st.st_mode))
        return 0;
    return db->host->fail(
        e, ERR_IO, "the journal '%s' is %s, not a file: move it away", db->path,
        S_ISDIR(st.st_mode) ? "a folder" : "no plain file");
}

static char *copy(const struct journal_host *host, const char *text)
{
    const size_t n = strlen(text) + 1;
    char *own = host->alloc(n);

    if (own)
        memcpy(own, text, n);
    return own;
}

static void read_boot(char boot[static 64])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

    if (!f || !fgets(boot, 64, f))
        boot[0] = '\0';
    if (f)
        fclose(f);
    boot[strcspn(boot, "\n")] = '\0';
}

int db_open(const struct journal_host *host, const struct journal_place *place,
            struct journal_db **out, struct err *e)
{
    const struct journal_rules *r = &place->rules;
    struct journal_db *db = host->alloc(sizeof(*db));
    int rc = ERR_MEM;

    if (!db)
        return host->fail(e, ERR_MEM, "out of memory");
    *db = (struct journal_db){.host = host, .lock = -1};
    db->folder = copy(host, place->folder);
    db->path = copy(host, place->path);
    if (!db->folder || !db->path) {
        host->fail(e, ERR_MEM, "out of memory");
        goto out;
    }
    read_boot(db->boot);
    if (r->boot)
        snprintf(db->boot, sizeof(db->boot), "%s", r->boot);
    db->silent_ms = r->silent_ms ? r->silent_ms : JOURNAL_SILENT_MS;
    db->patience_ms = r->patience_ms ? r->patience_ms : BUSY_MS;
    db->network = r->network || is_network(db->folder);
    TRY(check_file(db, !place->what, e));
    db->run = place->what ? -1 : 0; /* until it has its number */
    TRY(place->what ? open_for_work(db, e) : open_for_looking(db, e));
    if (place->what)
        TRY(run_new(db, place->what, e));
    *out = db;
    db = NULL;
out:
    db_close(db);
    return rc;
}
