#ifndef STORE_CACHE_H
#define STORE_CACHE_H

/*
 * Results that are costly to make and may be lost: bytes under a 128-bit key,
 * on disk and a few in memory. The key must name everything the bytes depend
 * on: content, model, size, version. What is read is what was put, or nothing:
 * entries are checksummed, and a damaged one is dropped, to be made again.
 *
 * Any number of threads and processes may use one folder at once. The bytes on
 * disk never exceed the limit: before an entry is added, those unused for the
 * longest time go. Entries appear whole or not at all, but are not synced; one
 * that a crash of the machine has torn is found damaged. A cache must not stop
 * work: where the folder cannot be used, nothing is found and nothing kept.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

struct cache;

/* For folder NULL there is the memory only. The folder is made when needed. */
int cache_open(const char *folder, uint64_t limit, struct cache **out,
               struct err *e);
void cache_close(struct cache *c);

/*
 * The user's cache of depth maps, limited by $PORTAL_CACHE_LIMIT ("2G"; "0"
 * keeps nothing on disk) or CACHE_LIMIT.
 */
#define CACHE_LIMIT ((uint64_t)4 << 30)
int cache_open_user(struct cache **out, struct err *e);

/* NULL: memory only. */
const char *cache_folder(const struct cache *c);
uint64_t cache_limit(const struct cache *c);

/*
 * Replaces what `value` holds: 1 when there is an entry, else 0. An entry that
 * is larger than value->max is not there. Only ERR_MEM is an error.
 */
int cache_get(struct cache *c, struct hash128 key, struct buf *value,
              struct err *e);

/*
 * Keeps n bytes, compressed. `item`: the bytes are numbers of 1, 2, 4 or 8
 * bytes, which helps to compress them. What does not fit the limit is kept in
 * memory at most. ERR_IO (a full disk) says why nothing was kept; it is safe
 * to go on.
 */
int cache_put(struct cache *c, struct hash128 key, const void *bytes, size_t n,
              int item, struct err *e);

/*
 * Makes an entry once, however many ask for it at the same time: returns what
 * is there, or waits for the one who is making it, or calls make(). A maker
 * that fails or dies lets the next one try. `stop` (may be NULL) is asked
 * while waiting; once it is true the result is ERR_STOP. What make() returns
 * is returned. *made (may be NULL) tells whether make() was called.
 */
typedef int cache_make(void *arg, struct buf *value, struct err *e);
typedef bool cache_stop(void *arg);
int cache_fetch(struct cache *c, struct hash128 key, int item, cache_make *make,
                void *make_arg, cache_stop *stop, void *stop_arg,
                struct buf *value, bool *made, struct err *e);

/*
 * The lock of cache_fetch(), for other uses: held by one thread of all
 * processes at a time, per key, and let go when its process dies. Where the
 * file system has no locks everybody gets it. Hold one at a time.
 */
struct cache_lock {
    int fd; /* -1: nothing to let go */
    uint64_t at;
};
int cache_lock(struct cache *c, struct hash128 key, cache_stop *stop, void *arg,
               struct cache_lock *lock, struct err *e);
void cache_unlock(struct cache_lock *lock);

struct cache_stats {
    uint64_t entries, bytes;      /* on disk                         */
    uint64_t raw;                 /* what they hold, uncompressed    */
    int64_t oldest_ns, newest_ns; /* last use, since 1970; 0: none   */
    uint64_t hits, misses;        /* of this struct cache            */
    uint64_t damaged;             /* found and dropped by it         */
};

/* Looks at the head of every entry. Without a folder all is 0. */
int cache_stats(struct cache *c, struct cache_stats *stats, struct err *e);

/* Reads every entry; damaged ones are dropped and counted in *damaged. */
int cache_verify(struct cache *c, uint64_t *sound, uint64_t *damaged,
                 struct err *e);

/* Removes all entries; *entries and *bytes tell how much that was. */
int cache_clear(struct cache *c, uint64_t *entries, uint64_t *bytes,
                struct err *e);

#endif
