/* The journal's part in the program: finds the module and hands calls on. */

#include "store/journal.h"

#include <sys/stat.h>

#include "base/file.h"
#include "store/journal_module.h"

struct journal {
    const struct journal_module *m;
    struct journal_db *db;
};

static int paths(const char *root, char **folder, char **path, struct err *e)
{
    *folder = path_join(root, JOURNAL_FOLDER);
    *path = *folder ? path_join(*folder, JOURNAL_NAME) : NULL;
    return *path ? 0 : err_mem(e, strlen(root));
}

int journal_open_by(const struct journal_rules *rules, const char *root,
                    const char *what, struct journal **out, struct err *e)
{
    static const struct journal_host host = {err_set, mem_alloc, mem_free};
    const struct module_id *id = NULL;
    struct journal_place place = {.what = what, .rules = *rules};
    char *folder = NULL, *path = NULL;
    struct journal *j = NULL;
    int rc;

    TRY(paths(root, &folder, &path, e));
    place.folder = folder;
    place.path = path;
    TRY(module_open("journal", JOURNAL_MODULE_VERSION, &id, e));
    j = mem_zero(1, sizeof(*j));
    if (!j) {
        rc = err_mem(e, sizeof(*j));
        goto out;
    }
    j->m = (const struct journal_module *)id;
    if (what)
        TRY(dir_make(folder, e));
    TRY(j->m->open(&host, &place, &j->db, e));
    *out = j;
    j = NULL;
out:
    mem_free(j);
    mem_free(path);
    mem_free(folder);
    return rc;
}

int journal_open(const char *root, const char *what, struct journal **out,
                 struct err *e)
{
    const struct journal_rules rules = {0};

    return journal_open_by(&rules, root, what ? what : "", out, e);
}

int journal_open_reader(const char *root, struct journal **out, struct err *e)
{
    const struct journal_rules rules = {0};

    return journal_open_by(&rules, root, NULL, out, e);
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    j->m->close(j->db);
    mem_free(j);
}

bool journal_exists(const char *root)
{
    char *folder = NULL, *path = NULL;
    struct stat st;
    bool there;

    there = paths(root, &folder, &path, NULL) == 0 && stat(path, &st) == 0;
    mem_free(path);
    mem_free(folder);
    return there;
}

int64_t journal_run(const struct journal *j)
{
    return j->m->run(j->db);
}

int journal_begin(struct journal *j, struct err *e)
{
    return j->m->begin(j->db, e);
}

int journal_commit(struct journal *j, struct err *e)
{
    return j->m->commit(j->db, e);
}

int journal_find(struct journal *j, const char *output, struct journal_row *row,
                 struct err *e)
{
    return j->m->find(j->db, output, row, e);
}

int journal_enqueue(struct journal *j, const char *output, const char *input,
                    struct err *e)
{
    return j->m->enqueue(j->db, output, input, e);
}

int journal_claim(struct journal *j, const char *output, int64_t seen,
                  enum journal_claim *claim, int64_t *fence,
                  struct journal_row *now, struct err *e)
{
    return j->m->claim(j->db, output, seen, claim, fence, now, e);
}

int journal_intent(struct journal *j, const struct journal_row *row,
                   struct err *e)
{
    return j->m->intent(j->db, row, e);
}

int journal_done(struct journal *j, const struct journal_row *row,
                 struct err *e)
{
    return j->m->done(j->db, row, e);
}

int journal_fail(struct journal *j, const struct journal_row *row,
                 struct err *e)
{
    return j->m->fail(j->db, row, e);
}

int journal_release(struct journal *j, const char *output, int64_t fence,
                    struct err *e)
{
    return j->m->release(j->db, output, fence, e);
}

int journal_killed(struct journal *j, const char *output, int64_t fence,
                   bool again, struct err *e)
{
    return j->m->killed(j->db, output, fence, again, e);
}

int journal_tick(struct journal *j, struct err *e)
{
    return j->m->tick(j->db, e);
}

int journal_alive(struct journal *j, int64_t run, struct err *e)
{
    return j->m->alive(j->db, run, e);
}

int journal_rows(struct journal *j, journal_each_row *each, void *arg,
                 struct err *e)
{
    return j->m->rows(j->db, each, arg, e);
}

int journal_runs(struct journal *j, journal_each_run *each, void *arg,
                 struct err *e)
{
    return j->m->runs(j->db, each, arg, e);
}
