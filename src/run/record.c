/* What became of each file of a run, until its report is written. */

#include "run/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct record {
    FILE *lines;
    int64_t end;
    bool unread; /* lines wait in the stream's buffer */
    int count;
    struct record_entry *entry;
    struct err err;
};

/* Without a name, so that nothing is left whatever happens. */
static FILE *open_nameless(const char *folder)
{
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w+") : tmpfile();

    if (fd >= 0 && !f)
        close(fd);
    return f;
}

int record_new(int count, const char *folder, struct record **out,
               struct err *e)
{
    struct record *r = mem_zero(1, sizeof(*r));

    if (r)
        r->entry = mem_zero((size_t)count + 1, sizeof(*r->entry));
    if (!r || !r->entry) {
        record_free(r);
        return err_mem(e, (size_t)count * sizeof(*r->entry));
    }
    r->count = count;
    for (int i = 0; i < count; i++)
        r->entry[i].status = RECORD_NONE;
    r->lines = open_nameless(folder);
    if (!r->lines) {
        record_free(r);
        return err_errno(e, "cannot make a temporary file in", folder);
    }
    *out = r;
    return 0;
}

void record_free(struct record *r)
{
    if (!r)
        return;
    if (r->lines)
        fclose(r->lines);
    mem_free(r->entry);
    mem_free(r);
}

int record_add(struct record *r, int i, enum file_status status, double seconds,
               const char *line, struct err *e)
{
    const size_t n = strlen(line);

    if (r->err.code == 0 && fwrite(line, 1, n, r->lines) != n)
        err_errno(&r->err, "cannot keep", "a line of the report");
    if (r->err.code) {
        *e = r->err;
        return e->code;
    }
    r->entry[i] = (struct record_entry){.at = r->end,
                                        .len = (uint32_t)n,
                                        .seconds = (float)seconds,
                                        .status = (uint8_t)status};
    r->end += (int64_t)n;
    r->unread = true;
    return 0;
}

int record_count(const struct record *r)
{
    return r->count;
}

const struct record_entry *record_entry(const struct record *r, int i)
{
    return &r->entry[i];
}

int record_slowest(const struct record *r, int *list, int most)
{
    int n = 0;

    for (int i = 0; i < r->count; i++) {
        const struct record_entry *entry = &r->entry[i];
        int at = n;

        if (entry->status != FILE_DONE && entry->status != FILE_FAILED)
            continue;
        while (at > 0 && r->entry[list[at - 1]].seconds < entry->seconds)
            at--;
        if (at == most)
            continue;
        n += n < most;
        memmove(list + at + 1, list + at, (size_t)(n - at - 1) * sizeof(*list));
        list[at] = i;
    }
    return n;
}

int record_line(struct record *r, int i, struct buf *line, struct err *e)
{
    const struct record_entry *entry = &r->entry[i];
    size_t done = 0;
    int rc;

    if (r->unread && r->err.code == 0 && fflush(r->lines) != 0)
        err_errno(&r->err, "cannot keep", "a line of the report");
    if (r->err.code) {
        *e = r->err;
        return e->code;
    }
    r->unread = false;
    line->len = 0;
    TRY(buf_reserve(line, (size_t)entry->len + 1, e));
    while (done < entry->len) {
        const ssize_t n = pread(fileno(r->lines), line->data + done,
                                entry->len - done, entry->at + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            rc = err_errno(e, "cannot read", "a line of the report");
            goto out;
        }
        done += (size_t)n;
    }
    line->len = done;
    line->data[done] = '\0';
    rc = 0;
out:
    return rc;
}
