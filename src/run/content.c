/* What a file is. */

#include "run/content.h"

#include <sys/stat.h>

static int64_t time_of(const struct stat *st)
{
    return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

int content_stat(const char *path, struct journal_id *id, struct err *e)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(e, "cannot open", path);
    *id = (struct journal_id){(uint64_t)st.st_size, time_of(&st), {0, 0}};
    return 0;
}

int content_of(const char *path, struct journal_id *id, struct err *e)
{
    struct infile f = {0};
    int rc;

    TRY(infile_open(&f, path, e));
    *id = (struct journal_id){f.size, f.mtime_ns, {0, 0}};
    rc = infile_hash(&f, &id->hash, e);
    infile_close(&f);
out:
    return rc;
}

int content_of_output(struct outfile *f, struct journal_id *id, struct err *e)
{
    struct stat st;

    if (fstat(f->fd, &st) < 0)
        return err_errno(e, "cannot read", f->path);
    *id = (struct journal_id){(uint64_t)st.st_size, time_of(&st), {0, 0}};
    return outfile_hash(f, id->size, &id->hash, e);
}

bool content_same(const struct journal_id *a, const struct journal_id *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns;
}

bool content_equal(const struct journal_id *a, const struct journal_id *b)
{
    return a->size == b->size && a->hash.hi == b->hash.hi &&
           a->hash.lo == b->hash.lo;
}
