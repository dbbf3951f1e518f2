/* Output that appears whole or not at all. */

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The temporary files that exist now. Who swaps a name out of its slot owns
 * the string: the file's user frees it, a signal handler only sets it aside.
 */
#define OPEN_MAX 1024

/* Of a name, so that dots, numbers and "tmp" fit behind it. */
#define NAME_PART (NAME_MAX - 40)

static struct {
    _Atomic(char *) temp, aside;
    _Atomic pid_t pid; /* a forked child leaves its parent's files alone */
} open_files[OPEN_MAX];

static bool list_add(char *temp)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        char *none = NULL;

        if (atomic_compare_exchange_strong(&open_files[i].temp, &none, temp)) {
            open_files[i].pid = getpid();
            return true;
        }
    }
    return false;
}

/* False when a signal handler has taken it. */
static bool list_remove(char *temp)
{
    for (size_t i = 0; i < OPEN_MAX; i++) {
        char *same = temp;

        if (atomic_compare_exchange_strong(&open_files[i].temp, &same, NULL))
            return true;
    }
    return false;
}

void outfile_abandon_all(void)
{
    pid_t self = getpid();
    int before = errno;

    for (size_t i = 0; i < OPEN_MAX; i++) {
        char *temp;

        if (open_files[i].pid != self)
            continue;
        temp = atomic_exchange(&open_files[i].temp, NULL);
        if (temp) {
            unlink(temp);
            atomic_store(&open_files[i].aside, temp);
        }
    }
    errno = before;
}

/* Bytes of a name that temporary ones begin with: all, or what fits. */
static int name_part(const char *name)
{
    size_t n = strlen(name);

    if (n > NAME_PART)
        for (n = NAME_PART; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80;)
            n--;
    return (int)n;
}

/* ".<name>.<pid>-<counter>.tmp", the name cut where it would be too long. */
static char *temp_name(const char *path)
{
    static atomic_uint counter;
    char name[NAME_MAX + 1];
    char *folder = path_folder(path), *temp = NULL;
    const char *base = path_name(path);

    snprintf(name, sizeof(name), ".%.*s.%ld-%u.tmp", name_part(base), base,
             (long)getpid(), atomic_fetch_add(&counter, 1));
    if (folder)
        temp = path_join(folder, name);
    mem_free(folder);
    return temp;
}

/* The mode an existing file has, or -1; refuses what must not be replaced. */
static int target_mode(const char *path, int *mode, struct err *e)
{
    struct stat st;

    *mode = -1;
    if (!*path_name(path))
        return err_set(e, ERR_ARG, "'%s' is not the name of a file", path);
    if (stat(path, &st))
        return 0;
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_ARG, "'%s' is %s, not a file", path,
                       S_ISDIR(st.st_mode) ? "a folder" : "a pipe or device");
    *mode = (int)(st.st_mode & 0777);
    return 0;
}

/* Listed before it exists, so that no signal can come between. */
static int open_once(struct outfile *f, struct err *e)
{
    f->temp = temp_name(f->path);
    if (!f->temp)
        return err_mem(e, strlen(f->path));
    if (!list_add(f->temp)) {
        mem_free(f->temp);
        f->temp = NULL;
        return err_set(e, ERR_IO, "more than %d files open for writing",
                       OPEN_MAX);
    }
    f->fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (f->fd >= 0)
        return 0;
    err_errno(e, "cannot make", f->path);
    if (list_remove(f->temp))
        mem_free(f->temp);
    f->temp = NULL;
    return ERR_IO;
}

static int open_temp(struct outfile *f, struct err *e)
{
    int tries = 100; /* left-overs of a process that had our number */
    int rc;

    do {
        errno = 0;
        rc = open_once(f, e);
    } while (rc < 0 && (errno == EEXIST || errno == EINTR) && --tries);
    return rc;
}

int outfile_open(struct outfile *f, const char *path, struct err *e)
{
    struct outfile fresh = {.fd = -1};
    char *folder = NULL;
    int rc, mode;

    TRY(target_mode(path, &mode, e));
    fresh.path = mem_text(path);
    folder = path_folder(path);
    if (!fresh.path || !folder) {
        rc = err_mem(e, strlen(path) + 1);
        goto out;
    }
    TRY(dir_make(folder, e));
    TRY(open_temp(&fresh, e));
    if (mode >= 0)
        (void)fchmod(fresh.fd, (mode_t)mode);

    *f = fresh;
    fresh = (struct outfile){0};
    rc = 0;
out:
    mem_free(folder);
    mem_free(fresh.path);
    return rc;
}

/*
 * Starts writing back what has been completed, without waiting, so that the
 * sync at the end finds little left to do.
 */
static void write_back(int fd, uint64_t from, uint64_t to)
{
    const uint64_t step = (uint64_t)8 << 20;

    from -= from % step;
    to -= to % step;
    if (from < to)
        (void)sync_file_range(fd, (off_t)from, (off_t)(to - from),
                              SYNC_FILE_RANGE_WRITE);
}

int outfile_write(struct outfile *f, uint64_t at, const void *bytes, size_t n,
                  struct err *e)
{
    size_t done = 0;
    ssize_t put;

    if (at > INT64_MAX || n > INT64_MAX - at)
        return err_set(e, ERR_ARG, "'%s' would become too large", f->path);
    while (done < n) {
        put = pwrite(f->fd, (const char *)bytes + done, n - done,
                     (off_t)(at + done));
        if (put > 0)
            done += (size_t)put;
        else if (put == 0 || errno == ENOSPC || errno == EDQUOT)
            return err_set(e, ERR_IO, "cannot write '%s': the disk is full",
                           f->path);
        else if (errno != EINTR)
            return err_errno(e, "cannot write", f->path);
    }
    return 0;
}

void outfile_extend(struct outfile *f, uint64_t at)
{
    write_back(f->fd, f->at, at);
    f->at = at;
}

int outfile_add(struct outfile *f, const void *bytes, size_t n, struct err *e)
{
    int rc = outfile_write(f, f->at, bytes, n, e);

    if (rc == 0)
        outfile_extend(f, f->at + n);
    return rc;
}

int outfile_read(struct outfile *f, uint64_t at, void *bytes, size_t n,
                 struct err *e)
{
    size_t done = 0;
    ssize_t got;

    while (done < n) {
        got = pread(f->fd, (char *)bytes + done, n - done, (off_t)(at + done));
        if (got == 0)
            return err_set(e, ERR_IO, "'%s' is cut short", f->path);
        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            return err_errno(e, "cannot read", f->path);
    }
    return 0;
}

static void forget(struct outfile *f)
{
    if (list_remove(f->temp))
        mem_free(f->temp);
    mem_free(f->path);
    *f = (struct outfile){0};
}

static int sync_file(int fd)
{
    while (fsync(fd)) {
        if (errno == EINVAL || errno == ENOSYS)
            return 0; /* this file system cannot */
        if (errno != EINTR)
            return -1;
    }
    return 0;
}

/* After a crash the name may be the old one, never a part of the new file. */
static void sync_folder(const char *path)
{
    char *folder = path_folder(path);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)sync_file(fd);
        close(fd);
    }
    mem_free(folder);
}

int file_rename_new(const char *from, const char *to)
{
    if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (link(from, to)) /* NFS, FUSE */
        return -1;
    unlink(from);
    return 0;
}

int outfile_commit(struct outfile *f, bool replace, struct err *e)
{
    int rc = 0;

    if (sync_file(f->fd))
        rc = err_errno(e, "cannot write", f->path);
    if (close(f->fd) && errno != EINTR && rc == 0)
        rc = err_errno(e, "cannot write", f->path);
    f->fd = -1;
    if (rc == 0 && (replace ? rename(f->temp, f->path)
                            : file_rename_new(f->temp, f->path)))
        rc = err_errno(e, "cannot write", f->path);
    if (rc == 0)
        sync_folder(f->path);
    else
        unlink(f->temp);
    forget(f);
    return rc;
}

void outfile_abandon(struct outfile *f)
{
    if (!f->temp)
        return;
    close(f->fd);
    unlink(f->temp);
    forget(f);
}

/* Whether `name` is a temporary one of `base`, of that process or of any. */
static bool is_temp_of(const char *name, const char *base, long pid)
{
    const int n = name_part(base);
    long owner;
    unsigned count;
    int end = 0;

    return name[0] == '.' && strncmp(name + 1, base, (size_t)n) == 0 &&
           sscanf(name + 1 + n, ".%ld-%u.tmp%n", &owner, &count, &end) == 2 &&
           end > 0 && name[1 + n + end] == '\0' && (pid == 0 || owner == pid);
}

void outfile_sweep(const char *path, long pid)
{
    char *folder = path_folder(path), *full;
    DIR *d = folder ? opendir(folder) : NULL;
    struct dirent *entry;

    while (d && (entry = readdir(d)))
        if (is_temp_of(entry->d_name, path_name(path), pid) &&
            (full = path_join(folder, entry->d_name))) {
            unlink(full);
            mem_free(full);
        }
    if (d)
        closedir(d);
    mem_free(folder);
}
