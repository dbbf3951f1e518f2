#ifndef STORE_CACHE_DISK_H
#define STORE_CACHE_DISK_H

/*
 * The folder of a cache: FOLDER/ab/ab…32 digits, one file per entry, and
 * FOLDER/lock, whose bytes are locked one by one: byte 0 by who adds or
 * removes, others by who makes the entry of a key. Its content is the sum of
 * all sizes, which is never too small: it grows before a file does. Who is
 * killed leaves at most the one temporary file, which the next one overwrites.
 * The last use of an entry is the time of its file.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

struct disk {
    char *folder;
    uint64_t limit;
    pthread_mutex_t adding; /* as byte 0, for the threads of this process */
    bool counted;           /* the sum has been checked by this process   */
};

/* 1: the whole file, at most `max` bytes, and it counts as used now; else 0. */
int disk_read(const struct disk *d, struct hash128 key, size_t max,
              struct buf *file, struct err *e);
int disk_write(struct disk *d, struct hash128 key, const void *bytes, size_t n,
               struct err *e);
void disk_drop(const struct disk *d, struct hash128 key);

/* A negative result ends the walk and is returned. */
typedef int disk_visit(void *arg, struct hash128 key, const struct stat *st,
                       const char *path, struct err *e);
int disk_walk(const struct disk *d, disk_visit *visit, void *arg,
              struct err *e);

/* Removes all entries and what was left behind. */
int disk_clear(struct disk *d, uint64_t *entries, uint64_t *bytes,
               struct err *e);

/*
 * Locks byte `at`: a file to be given to disk_unlock(), or -1 with errno. With
 * wait = false it is EAGAIN when somebody else has it.
 */
int disk_lock(const struct disk *d, uint64_t at, bool wait);
void disk_unlock(int fd, uint64_t at);

#endif
