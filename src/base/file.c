/* Reading files by position. */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int infile_open(struct infile *f, const char *path, struct err *e)
{
    struct stat st;
    int rc, fd;

    /* O_NONBLOCK: a pipe nobody writes to must not hang us. */
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0 || fstat(fd, &st)) {
        rc = err_errno(e, "cannot open", path);
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        rc = err_set(e, ERR_ARG, "'%s' is %s, not a file", path,
                     S_ISDIR(st.st_mode) ? "a folder" : "a pipe or device");
        goto out;
    }
    *f = (struct infile){
        .fd = fd,
        .size = (uint64_t)st.st_size,
        .mtime_ns = st.st_mtim.tv_sec * INT64_C(1000000000) +
                    st.st_mtim.tv_nsec,
        .dev = st.st_dev,
        .ino = st.st_ino,
        .name = path,
    };
    fd = -1;
    rc = 0;
out:
    if (fd >= 0)
        close(fd);
    return rc;
}

static int cut_short(const struct infile *f, uint64_t at, size_t n,
                     struct err *e)
{
    return err_set(e, ERR_DATA,
                   "'%s' is cut short: %zu bytes at %ju are beyond its %ju",
                   f->name, n, (uintmax_t)at, (uintmax_t)f->size);
}

int infile_read(const struct infile *f, uint64_t at, void *bytes, size_t n,
                struct err *e)
{
    size_t done = 0;
    ssize_t got;

    if (at > f->size || n > f->size - at)
        return cut_short(f, at, n, e);
    while (done < n) {
        got = pread(f->fd, (char *)bytes + done, n - done, (off_t)(at + done));
        if (got == 0)
            return cut_short(f, at, n, e);
        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            return err_errno(e, "cannot read", f->name);
    }
    return 0;
}

void infile_close(struct infile *f)
{
    if (f->name)
        close(f->fd);
    *f = (struct infile){.fd = -1};
}

int file_head(const char *path, uint8_t head[static FILE_HEAD], size_t *n,
              struct err *e)
{
    struct infile f;
    int rc = infile_open(&f, path, e);

    if (rc < 0)
        return rc;
    *n = f.size < FILE_HEAD ? (size_t)f.size : FILE_HEAD;
    rc = infile_read(&f, 0, head, *n, e);
    infile_close(&f);
    return rc;
}

int file_load(const char *path, size_t max, struct buf *out, struct err *e)
{
    struct infile f = {.fd = -1};
    struct buf b = {.max = max};
    int rc;

    TRY(infile_open(&f, path, e));
    if (f.size > max) {
        rc = err_set(e, ERR_MEM,
                     "'%s' has %ju bytes, more than the %zu allowed", path,
                     (uintmax_t)f.size, max);
        goto out;
    }
    TRY(buf_reserve(&b, (size_t)f.size, e));
    TRY(infile_read(&f, 0, b.data, (size_t)f.size, e));
    b.len = (size_t)f.size;
    b.data[b.len] = '\0';

    *out = b;
    b.data = NULL;
    rc = 0;
out:
    buf_release(&b);
    infile_close(&f);
    return rc;
}
