/* The folder of a cache. */

#include "store/cache_disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

static bool entry_path(const struct disk *d, struct hash128 key,
                       char path[static PATH_MAX])
{
    char name[33];
    int n;

    hash_text(key, name);
    n = snprintf(path, PATH_MAX, "%s/%.2s/%s", d->folder, name, name);
    return n > 0 && n < PATH_MAX;
}

static bool own_path(const struct disk *d, const char *name,
                     char path[static PATH_MAX])
{
    int n = snprintf(path, PATH_MAX, "%s/%s", d->folder, name);

    return n > 0 && n < PATH_MAX;
}

static int set_lock(int fd, uint64_t at, short type, bool wait)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)at, .l_len = 1};
    int rc;

    do
        rc = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    while (rc < 0 && errno == EINTR);
    return rc;
}

int disk_lock(const struct disk *d, uint64_t at, bool wait)
{
    char path[PATH_MAX];
    int fd, before;

    if (!own_path(d, "lock", path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0 && errno == ENOENT && dir_make(d->folder, NULL) == 0)
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return -1;
    if (set_lock(fd, at, F_WRLCK, wait) == 0)
        return fd;
    before = errno == EACCES ? EAGAIN : errno;
    close(fd);
    errno = before;
    return -1;
}

void disk_unlock(int fd, uint64_t at)
{
    if (fd < 0)
        return;
    /* Not by closing alone: a child that was forked may share it. */
    (void)set_lock(fd, at, F_UNLCK, false);
    close(fd);
}

/* The clock of the file system is too coarse to order two uses. */
static void touch(int fd)
{
    struct timespec now[2];

    clock_gettime(CLOCK_REALTIME, &now[1]);
    now[0] = now[1];
    (void)futimens(fd, now);
}

static bool read_all(int fd, uint8_t *bytes, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t got = pread(fd, bytes + done, n - done, (off_t)done);

        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0)
            done += (size_t)got;
    }
    return true;
}

int disk_read(const struct disk *d, struct hash128 key, size_t max,
              struct buf *file, struct err *e)
{
    char path[PATH_MAX];
    struct stat st;
    int rc = 0, fd;

    if (!entry_path(d, key, path))
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return 0;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
        (uint64_t)st.st_size > (uint64_t)max)
        goto out;
    file->max = max;
    TRY(buf_reserve(file, (size_t)st.st_size, e));
    if (read_all(fd, file->data, (size_t)st.st_size)) {
        file->len = (size_t)st.st_size;
        touch(fd);
        rc = 1;
    }
out:
    close(fd);
    return rc;
}

void disk_drop(const struct disk *d, struct hash128 key)
{
    char path[PATH_MAX];

    if (entry_path(d, key, path))
        unlink(path);
}

static bool hex_digits(const char *text, size_t n, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        const char c = text[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
}

static bool is_entry(const char *name, struct hash128 *key)
{
    return strlen(name) == 32 && hex_digits(name, 16, &key->hi) &&
           hex_digits(name + 16, 16, &key->lo);
}

static int walk_part(const char *part, disk_visit *visit, void *arg,
                     struct err *e)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    struct hash128 key;
    struct stat st;
    DIR *dir = opendir(part);
    int rc = 0;

    while (dir && (entry = readdir(dir))) {
        const int n =
            snprintf(path, sizeof(path), "%s/%s", part, entry->d_name);

        if (n < 0 || n >= (int)sizeof(path) || !is_entry(entry->d_name, &key) ||
            lstat(path, &st) || !S_ISREG(st.st_mode))
            continue;
        TRY(visit(arg, key, &st, path, e));
    }
out:
    if (dir)
        closedir(dir);
    return rc;
}

int disk_walk(const struct disk *d, disk_visit *visit, void *arg, struct err *e)
{
    char part[PATH_MAX];
    const struct dirent *entry;
    uint64_t digits;
    DIR *dir = opendir(d->folder);
    int rc = 0;

    if (!dir && errno != ENOENT)
        return err_errno(e, "cannot open the folder", d->folder);
    while (dir && (entry = readdir(dir))) {
        if (strlen(entry->d_name) != 2 ||
            !hex_digits(entry->d_name, 2, &digits) ||
            !own_path(d, entry->d_name, part))
            continue;
        TRY(walk_part(part, visit, arg, e));
    }
out:
    if (dir)
        closedir(dir);
    return rc;
}

struct found {
    struct hash128 key;
    int64_t used_ns;
    uint64_t size;
};

struct census {
    struct found *item;
    size_t count, room;
    uint64_t bytes;
};

static int count_one(void *arg, struct hash128 key, const struct stat *st,
                     const char *path, struct err *e)
{
    struct census *all = arg;

    (void)path;
    if (all->count == all->room) {
        const size_t room = all->room ? 2 * all->room : 64;
        struct found *more = mem_resize(all->item, room * sizeof(*more));

        if (!more)
            return err_mem(e, room * sizeof(*more));
        all->item = more;
        all->room = room;
    }
    all->item[all->count++] = (struct found){
        .key = key,
        .used_ns = st->st_mtim.tv_sec * INT64_C(1000000000) +
                   st->st_mtim.tv_nsec,
        .size = (uint64_t)st->st_size,
    };
    all->bytes += (uint64_t)st->st_size;
    return 0;
}

static int by_use(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    return (x->used_ns > y->used_ns) - (x->used_ns < y->used_ns);
}

/*
 * Counts what is there and removes the longest unused until `more` fits, with
 * some room so that this is rare. The caller has the lock.
 */
static int make_room(const struct disk *d, uint64_t more, uint64_t *sum,
                     struct err *e)
{
    const uint64_t roomy = d->limit - d->limit / 8;
    const uint64_t keep = (more <= roomy ? roomy : d->limit) - more;
    char temp[PATH_MAX];
    struct census all = {0};
    int rc;

    if (own_path(d, "temp", temp))
        unlink(temp);
    TRY(disk_walk(d, count_one, &all, e));
    if (all.bytes > d->limit - more && all.count > 0) {
        qsort(all.item, all.count, sizeof(*all.item), by_use);
        for (size_t i = 0; i < all.count && all.bytes > keep; i++) {
            disk_drop(d, all.item[i].key);
            all.bytes -= all.item[i].size;
        }
    }
    *sum = all.bytes;
out:
    mem_free(all.item);
    return rc;
}

struct count {
    uint64_t sum, check;
};

static bool read_count(int fd, uint64_t *sum)
{
    struct count c;

    if (pread(fd, &c, sizeof(c), 0) != sizeof(c) ||
        c.check != hash_bytes(&c.sum, sizeof(c.sum), 1))
        return false;
    *sum = c.sum;
    return true;
}

static bool write_count(int fd, uint64_t sum)
{
    struct count c = {.sum = sum};

    c.check = hash_bytes(&c.sum, sizeof(c.sum), 1);
    return pwrite(fd, &c, sizeof(c), 0) == sizeof(c);
}

static int write_file(const char *path, const uint8_t *bytes, size_t n)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    size_t done = 0;

    if (fd < 0)
        return -1;
    while (done < n) {
        const ssize_t put = write(fd, bytes + done, n - done);

        if (put == 0 || (put < 0 && errno != EINTR))
            break;
        if (put > 0)
            done += (size_t)put;
    }
    touch(fd);
    return close(fd) || done < n ? -1 : 0;
}

static int put_entry(const struct disk *d, struct hash128 key,
                     const void *bytes, size_t n, struct err *e)
{
    char temp[PATH_MAX], path[PATH_MAX];
    char *slash;
    int rc = 0;

    if (!own_path(d, "temp", temp) || !entry_path(d, key, path))
        return err_set(e, ERR_IO, "the name of the folder '%s' is too long",
                       d->folder);
    if (write_file(temp, bytes, n)) {
        rc = err_errno(e, "cannot write", temp);
        goto out;
    }
    if (!rename(temp, path))
        return 0;
    slash = strrchr(path, '/');
    *slash = '\0';
    TRY(dir_make(path, e));
    *slash = '/';
    if (rename(temp, path))
        rc = err_errno(e, "cannot write", path);
out:
    if (rc < 0)
        unlink(temp);
    return rc;
}

int disk_write(struct disk *d, struct hash128 key, const void *bytes, size_t n,
               struct err *e)
{
    uint64_t sum = 0;
    int fd, rc = 0;

    if (n > d->limit)
        return 0;
    pthread_mutex_lock(&d->adding);
    fd = disk_lock(d, 0, true);
    if (fd < 0) {
        rc = err_errno(e, "cannot lock", d->folder);
        goto out;
    }
    if (!d->counted || !read_count(fd, &sum) || sum > d->limit - n)
        TRY(make_room(d, n, &sum, e));
    d->counted = true;
    if (!write_count(fd, sum + n)) {
        rc = err_errno(e, "cannot write into", d->folder);
        goto out;
    }
    rc = put_entry(d, key, bytes, n, e);
out:
    disk_unlock(fd, 0);
    pthread_mutex_unlock(&d->adding);
    return rc;
}

struct clearing {
    uint64_t entries, bytes;
};

static int clear_one(void *arg, struct hash128 key, const struct stat *st,
                     const char *path, struct err *e)
{
    struct clearing *done = arg;

    (void)key;
    if (unlink(path))
        return errno == ENOENT ? 0 : err_errno(e, "cannot remove", path);
    done->entries++;
    done->bytes += (uint64_t)st->st_size;
    return 0;
}

int disk_clear(struct disk *d, uint64_t *entries, uint64_t *bytes,
               struct err *e)
{
    struct clearing done = {0};
    char temp[PATH_MAX];
    int fd = -1, rc = 0;

    pthread_mutex_lock(&d->adding);
    if (access(d->folder, F_OK) == 0) {
        fd = disk_lock(d, 0, true); /* without locks too */
        if (own_path(d, "temp", temp))
            unlink(temp);
        rc = disk_walk(d, clear_one, &done, e);
        d->counted = false;
    }
    disk_unlock(fd, 0);
    pthread_mutex_unlock(&d->adding);
    *entries = done.entries;
    *bytes = done.bytes;
    return rc;
}
