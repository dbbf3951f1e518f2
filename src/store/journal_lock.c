/* The file of a run, locked for as long as the run lives. */

#include "store/journal_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TRIES 10000

static void lock_path(const struct journal_db *db, int64_t run,
                      char path[static PATH_MAX])
{
    if (snprintf(path, PATH_MAX, "%s/run-%lld.lock", db->folder,
                 (long long)run) >= PATH_MAX)
        path[0] = '\0';
}

int lock_try(struct journal_db *db, int64_t run)
{
    char path[PATH_MAX];
    int fd, before;

    lock_path(db, run, path);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno == ENOLCK ||
        errno == EOPNOTSUPP)
        return fd;
    before = errno;
    close(fd);
    errno = before;
    return -1;
}

int run_lock(struct journal_db *db, int64_t first, struct err *e)
{
    char reason[128];

    for (int i = 0; i < TRIES; i++) {
        db->lock = lock_try(db, first + i);
        db->run = first + i;
        if (db->lock >= 0)
            return 0;
        if (errno != EWOULDBLOCK)
            break;
    }
    db->run = -1;
    return db->host->fail(e, ERR_IO, "cannot make a file in '%s': %s",
                          db->folder,
                          strerror_r(errno, reason, sizeof(reason)));
}

void run_unlock(struct journal_db *db, bool remove)
{
    char path[PATH_MAX];

    if (db->lock < 0)
        return;
    lock_path(db, db->run, path);
    if (remove)
        unlink(path);
    flock(db->lock, LOCK_UN); /* a child that was forked has it too */
    close(db->lock);
    db->lock = -1;
}

int lock_held(const struct journal_db *db, int64_t run)
{
    char path[PATH_MAX];
    int fd, rc = -1;

    lock_path(db, run, path);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? 0 : -1;
    if (flock(fd, LOCK_SH | LOCK_NB) == 0)
        rc = 0;
    else if (errno == EWOULDBLOCK)
        rc = 1;
    close(fd);
    return rc;
}

void lock_remove(const struct journal_db *db, int64_t run)
{
    char path[PATH_MAX];

    lock_path(db, run, path);
    unlink(path);
}
