/* Journals that are damaged, foreign, unwritable, or only looked at. */

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>

#include "test.h"

#include "outside.h"
#include "scratch.h"
#include "store/journal_module.h"

#define DB "r/.portal/journal.db"

static void fill(int rows)
{
    struct journal *j = NULL;
    struct err e = {0};
    char name[200];

    assert_int_equal(journal_open("r", "a test", &j, &e), 0);
    assert_int_equal(journal_begin(j, &e), 0);
    for (int i = 0; i < rows; i++) {
        snprintf(name, sizeof(name), "%0150d", i);
        assert_int_equal(journal_enqueue(j, name, "in", &e), 0);
    }
    assert_int_equal(journal_commit(j, &e), 0);
    journal_close(j);
}

static void assert_says(const struct err *e, const char *words)
{
    if (!strstr(e->text, words) || !strstr(e->text, DB))
        fail_msg("'%s' does not say '%s'", e->text, words);
}

/* Opening for work, and for looking, is refused with the code and words. */
static void assert_refused(int code, const char *words)
{
    struct journal *j = NULL;
    struct err e = {0}, again = {0};

    assert_int_equal(journal_open("r", "a test", &j, &e), code);
    assert_says(&e, words);
    assert_int_equal(journal_open_reader("r", &j, &again), code);
    assert_says(&again, words);
    assert_null(j);
}

static int count(void *arg, const struct journal_row *row, struct err *e)
{
    int *n = arg;

    (void)e;
    assert_true(row->output[0]);
    ++*n;
    return 0;
}

static void sql(const char *text)
{
    char command[600];

    snprintf(command, sizeof(command), "sqlite3 " DB " \"%s\" >/dev/null",
             text);
    assert_int_equal(system(command), 0);
}

TEST(what_is_no_journal_is_refused_and_stays)
{
    const char *text = "This is a text and surely no database, for it is made "
                       "of words, a hundred bytes of them and some more still.";

    assert_int_equal(system("mkdir -p " DB), 0);
    assert_refused(ERR_IO, "is a folder");
    assert_int_equal(rmdir(DB), 0);
    write_file(DB, text, true, 0);
    assert_refused(ERR_IO, "is damaged");
    assert_content(DB, text);
}

TEST(an_empty_file_becomes_a_journal)
{
    struct journal *j = NULL;
    struct err e = {0};

    assert_int_equal(journal_open_reader("r", &j, &e), ERR_ARG);
    assert_false(journal_exists("r"));
    write_file(DB, "", true, 0);
    assert_int_equal(journal_open_reader("r", &j, &e), ERR_ARG);
    fill(1);
    assert_true(journal_exists("r"));
    assert_int_equal(journal_open_reader("r", &j, &e), 0);
    journal_close(j);
}

TEST(other_programs_and_newer_journals_are_refused)
{
    NEED("sqlite3");
    fill(3);
    sql("PRAGMA user_version=2");
    assert_refused(ERR_ARG, "newer version");
    sql("PRAGMA user_version=1; PRAGMA application_id=5");
    assert_refused(ERR_ARG, "another program");
    sql("PRAGMA application_id=1414548556; ALTER TABLE run RENAME TO walk");
    {
        struct journal *j = NULL;
        struct err e = {0};

        assert_int_equal(journal_open("r", "a test", &j, &e), ERR_IO);
        assert_says(&e, "is damaged");
    }
}

/* Reads all there is; 0 or a failure that names the journal. */
static int read_all(void)
{
    struct journal *j = NULL;
    struct err e = {0};
    int n = 0, rc = journal_open_reader("r", &j, &e);

    if (rc == 0)
        rc = journal_rows(j, count, &n, &e);
    if (rc < 0)
        assert_non_null(strstr(e.text, "r/.portal"));
    journal_close(j);
    return rc;
}

TEST(a_cut_journal_is_damaged)
{
    struct stat st;
    int refused = 0;

    fill(500);
    assert_int_equal(stat(DB, &st), 0);
    for (off_t n = st.st_size - 1000; n > 0; n -= 3000) {
        assert_int_equal(truncate(DB, n), 0);
        refused += read_all() < 0;
    }
    assert_true(refused > 10);
}

TEST(any_changed_bytes_are_harmless)
{
    struct buf whole = {.max = 1 << 20};
    struct err e = {0};
    uint64_t x = 1;
    int refused = 0;

    fill(200);
    assert_int_equal(file_load(DB, 1 << 20, &whole, &e), 0);
    for (int i = 0; i < 300; i++) {
        FILE *f = fopen(DB, "wb");

        assert_non_null(f);
        assert_int_equal(fwrite(whole.data, 1, whole.len, f), whole.len);
        for (int k = 0; k < 20; k++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            fseek(f, (long)(100 + (x >> 33) % (whole.len - 100)), SEEK_SET);
            fputc((int)(x >> 24 & 255), f);
        }
        assert_int_equal(fclose(f), 0);
        refused += read_all() < 0;
    }
    assert_true(refused > 50);
    buf_release(&whole);
}

TEST(values_out_of_range_are_damage)
{
    static const char *const wrong[] = {
        "UPDATE file SET state=9",
        "UPDATE file SET state='x' || zeroblob(3), state=-1",
        "UPDATE file SET output=zeroblob(20) WHERE rowid=1",
        "UPDATE file SET input=zeroblob(2000000)",
        "UPDATE file SET detail=zeroblob(20000000)",
    };
    static const char *const fine[] = {
        "UPDATE file SET output='' WHERE rowid=1",
        "UPDATE file SET reason=NULL, detail=NULL, in_hash='x', recipe=7",
        "UPDATE file SET attempts=1e300, kills=-5, seconds='?', run=-7",
    };

    NEED("sqlite3");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        assert_int_equal(system("rm -rf r"), 0);
        fill(3);
        sql(wrong[i]);
        if (read_all() != ERR_IO)
            fail_msg("%s", wrong[i]);
    }
    for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++) {
        assert_int_equal(system("rm -rf r"), 0);
        fill(3);
        sql(fine[i]);
        if (read_all() != 0)
            fail_msg("%s", fine[i]);
    }
}

/* Root may write anywhere, unless it gives that up. */
static int obey_modes(void)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

    return (int)syscall(SYS_capset, &head, none);
}

TEST(a_folder_that_may_not_be_written)
{
    int status;
    pid_t pid;

    fill(3);
    assert_int_equal(chmod(DB, 0444), 0);
    assert_int_equal(chmod("r/.portal", 0555), 0);
    pid = fork();
    if (!pid) {
        struct journal *j = NULL;
        struct err e = {0};
        int n = 0;

        if (obey_modes() < 0)
            _exit(1);
        if (journal_open("r", "a test", &j, &e) != ERR_IO ||
            !strstr(e.text, "may not be written"))
            _exit(2);
        if (journal_open_reader("r", &j, &e) < 0 ||
            journal_rows(j, count, &n, &e) < 0 || n != 3)
            _exit(3);
        journal_close(j);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* A limit on files, for a disk cannot be filled here. */
TEST(a_full_disk_loses_nothing_that_was_there)
{
    const struct rlimit room = {100000, 100000};
    int status, n = 0;
    struct journal *j = NULL;
    struct err e = {0};
    pid_t pid;

    fill(100);
    pid = fork();
    if (!pid) {
        char name[200];
        int rc = 0;

        signal(SIGXFSZ, SIG_IGN);
        if (journal_open("r", "a test", &j, &e) < 0 ||
            setrlimit(RLIMIT_FSIZE, &room))
            _exit(1);
        for (int i = 1000; rc == 0 && i < 9000; i++) {
            snprintf(name, sizeof(name), "%0150d", i);
            rc = journal_enqueue(j, name, "in", &e);
        }
        journal_close(j);
        _exit(rc == ERR_IO && strstr(e.text, DB) ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(journal_open("r", "a test", &j, &e), 0);
    assert_int_equal(journal_rows(j, count, &n, &e), 0);
    assert_true(n > 100);
    journal_close(j);
}

TEST(a_reader_changes_nothing)
{
    struct buf before = {.max = 1 << 20}, after = {.max = 1 << 20};
    struct journal *j = NULL, *w = NULL;
    struct journal_row row;
    struct err e = {0};

    fill(3);
    assert_int_equal(file_load(DB, 1 << 20, &before, &e), 0);
    assert_int_equal(journal_open_reader("r", &j, &e), 0);
    assert_int_equal(journal_run(j), 0);
    assert_int_equal(journal_tick(j, &e), 0);
    assert_int_equal(journal_enqueue(j, "x", "y", &e), ERR_IO);
    journal_close(j);
    assert_int_equal(file_load(DB, 1 << 20, &after, &e), 0);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, after.len);
    assert_int_not_equal(access(DB "-wal", F_OK), 0);
    /* And it sees what others do. */
    assert_int_equal(journal_open_reader("r", &j, &e), 0);
    assert_int_equal(journal_open("r", "a test", &w, &e), 0);
    assert_int_equal(journal_enqueue(w, "x", "y", &e), 0);
    assert_int_equal(journal_find(j, "x", &row, &e), 1);
    journal_close(w);
    journal_close(j);
    buf_release(&before);
    buf_release(&after);
}

TEST(a_journal_that_is_moved_away_is_noticed)
{
    struct journal *j = NULL;
    struct err e = {0};

    assert_int_equal(journal_open("r", "a test", &j, &e), 0);
    assert_int_equal(journal_tick(j, &e), 0);
    assert_int_equal(rename(DB, "r/old"), 0);
    assert_int_equal(journal_tick(j, &e), ERR_IO);
    assert_says(&e, "moved");
    journal_close(j);
}

TEST(a_network_does_not_share_with_memory)
{
    const struct journal_rules far = {.network = true, .patience_ms = 50};
    struct journal *a = NULL, *b = NULL;
    struct journal_row row;
    struct err e = {0};

    assert_int_equal(journal_open("r", "a test", &a, &e), 0);
    assert_int_equal(journal_enqueue(a, "x", "y", &e), 0);
    assert_int_equal(journal_open_by(&far, "r", "far", &b, &e), ERR_IO);
    assert_says(&e, "in use");
    journal_close(a);
    assert_int_equal(journal_open_by(&far, "r", "far", &b, &e), 0);
    assert_int_equal(journal_find(b, "x", &row, &e), 1);
    /* From now on both do as networks need it. */
    assert_int_equal(journal_open("r", "a test", &a, &e), 0);
    assert_int_equal(journal_enqueue(a, "z", "y", &e), 0);
    assert_int_not_equal(access(DB "-wal", F_OK), 0);
    assert_int_equal(journal_find(b, "z", &row, &e), 1);
    journal_close(a);
    journal_close(b);
}

TESTS_EACH(enter, leave, what_is_no_journal_is_refused_and_stays,
           an_empty_file_becomes_a_journal,
           other_programs_and_newer_journals_are_refused,
           a_cut_journal_is_damaged, any_changed_bytes_are_harmless,
           values_out_of_range_are_damage, a_folder_that_may_not_be_written,
           a_full_disk_loses_nothing_that_was_there, a_reader_changes_nothing,
           a_journal_that_is_moved_away_is_noticed,
           a_network_does_not_share_with_memory)
