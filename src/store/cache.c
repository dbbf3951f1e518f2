/* The cache: a few entries in memory before those on disk. */

#include "store/cache.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/cache_disk.h"
#include "store/cache_entry.h"
#include "store/paths.h"

#define FRONT       8
#define FRONT_BYTES ((size_t)64 << 20)

struct slot {
    struct hash128 key;
    uint8_t *bytes; /* NULL: free */
    size_t n;
    uint64_t used;
};

struct cache {
    struct disk disk;
    pthread_mutex_t lock; /* of what follows */
    struct slot slot[FRONT];
    size_t bytes;
    uint64_t clock, hits, misses, damaged;
};

static bool on_disk(const struct cache *c)
{
    return c->disk.folder && c->disk.limit > 0;
}

int cache_open(const char *folder, uint64_t limit, struct cache **out,
               struct err *e)
{
    struct cache *c = mem_zero(1, sizeof(*c));

    if (c && folder)
        c->disk.folder = mem_text(folder);
    if (!c || (folder && !c->disk.folder)) {
        mem_free(c);
        return err_mem(e, sizeof(*c));
    }
    c->disk.limit = limit;
    pthread_mutex_init(&c->disk.adding, NULL);
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return 0;
}

static void slot_clear(struct cache *c, struct slot *s)
{
    if (s->bytes)
        c->bytes -= s->n;
    mem_free(s->bytes);
    *s = (struct slot){0};
}

void cache_close(struct cache *c)
{
    if (!c)
        return;
    for (int i = 0; i < FRONT; i++)
        slot_clear(c, &c->slot[i]);
    pthread_mutex_destroy(&c->lock);
    pthread_mutex_destroy(&c->disk.adding);
    mem_free(c->disk.folder);
    mem_free(c);
}

int cache_open_user(struct cache **out, struct err *e)
{
    const char *text = getenv("PORTAL_CACHE_LIMIT");
    uint64_t limit = CACHE_LIMIT;
    char *folder = NULL;
    int rc;

    if (text && *text && !text_to_size(text, &limit))
        return err_set(e, ERR_ARG,
                       "PORTAL_CACHE_LIMIT is '%s', not a size such as 2G",
                       text);
    TRY(paths_cache("depth", &folder, e));
    rc = cache_open(folder, limit, out, e);
out:
    mem_free(folder);
    return rc;
}

const char *cache_folder(const struct cache *c)
{
    return c->disk.folder;
}

uint64_t cache_limit(const struct cache *c)
{
    return c->disk.limit;
}

static struct slot *slot_of(struct cache *c, struct hash128 key)
{
    for (int i = 0; i < FRONT; i++)
        if (c->slot[i].bytes && c->slot[i].key.hi == key.hi &&
            c->slot[i].key.lo == key.lo)
            return &c->slot[i];
    return NULL;
}

/* A free slot with room for n bytes; others are given up for it. */
static struct slot *make_free(struct cache *c, size_t n)
{
    for (;;) {
        struct slot *idle = NULL, *oldest = NULL;

        for (struct slot *s = c->slot; s < c->slot + FRONT; s++)
            if (!s->bytes)
                idle = s;
            else if (!oldest || s->used < oldest->used)
                oldest = s;
        if (idle && (!oldest || c->bytes + n <= FRONT_BYTES))
            return idle;
        assert(oldest);
        slot_clear(c, oldest);
    }
}

/* Lack of memory only means that the entry is not kept here. */
static void front_put(struct cache *c, struct hash128 key, const void *bytes,
                      size_t n)
{
    uint8_t *copy = n <= FRONT_BYTES / 2 ? mem_copy(bytes, n) : NULL;
    struct slot *s;

    pthread_mutex_lock(&c->lock);
    s = slot_of(c, key);
    if (s)
        slot_clear(c, s);
    if (copy) {
        *make_free(c, n) = (struct slot){key, copy, n, ++c->clock};
        c->bytes += n;
    }
    pthread_mutex_unlock(&c->lock);
}

/* 1, 0 or ERR_MEM, as all here. */
static int front_get(struct cache *c, struct hash128 key, struct buf *value,
                     struct err *e)
{
    struct slot *s;
    int rc = 0;

    pthread_mutex_lock(&c->lock);
    s = slot_of(c, key);
    if (s && s->n <= value->max) {
        s->used = ++c->clock;
        value->len = 0;
        rc = buf_add(value, s->bytes, s->n, e);
        rc = rc < 0 ? rc : 1;
    }
    pthread_mutex_unlock(&c->lock);
    return rc;
}

static int disk_get(struct cache *c, struct hash128 key, struct buf *value,
                    struct err *e)
{
    const size_t max =
        value->max < SIZE_MAX - ENTRY_HEAD ? value->max + ENTRY_HEAD : SIZE_MAX;
    struct buf file = {0};
    int rc;

    TRY(disk_read(&c->disk, key, max, &file, e));
    if (rc == 1)
        TRY(entry_unpack(key, file.data, file.len, value, e));
    if (rc == 1) {
        front_put(c, key, value->data, value->len);
    } else if (file.data && !entry_sound(key, file.data, file.len)) {
        disk_drop(&c->disk, key);
        pthread_mutex_lock(&c->lock);
        c->damaged++;
        pthread_mutex_unlock(&c->lock);
    }
out:
    buf_release(&file);
    return rc;
}

static int look_up(struct cache *c, struct hash128 key, struct buf *value,
                   struct err *e)
{
    int rc = front_get(c, key, value, e);

    return rc == 0 && on_disk(c) ? disk_get(c, key, value, e) : rc;
}

static void count(struct cache *c, bool hit)
{
    pthread_mutex_lock(&c->lock);
    if (hit)
        c->hits++;
    else
        c->misses++;
    pthread_mutex_unlock(&c->lock);
}

int cache_get(struct cache *c, struct hash128 key, struct buf *value,
              struct err *e)
{
    int rc = look_up(c, key, value, e);

    if (rc >= 0)
        count(c, rc == 1);
    return rc;
}

int cache_put(struct cache *c, struct hash128 key, const void *bytes, size_t n,
              int item, struct err *e)
{
    struct buf file = {.max = SIZE_MAX - 1};
    int rc = 0;

    front_put(c, key, bytes, n);
    if (!on_disk(c))
        return 0;
    TRY(entry_pack(key, bytes, n, item, &file, e));
    rc = disk_write(&c->disk, key, file.data, file.len, e);
out:
    buf_release(&file);
    return rc;
}

/* Byte 0 is the folder's. */
static uint64_t lock_byte(struct hash128 key)
{
    return 1 + (key.lo >> 2);
}

int cache_lock(struct cache *c, struct hash128 key, cache_stop *stop, void *arg,
               struct cache_lock *lock, struct err *e)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    *lock = (struct cache_lock){.fd = -1, .at = lock_byte(key)};
    if (!on_disk(c))
        return 0;
    for (;;) {
        lock->fd = disk_lock(&c->disk, lock->at, !stop);
        if (lock->fd >= 0 || errno != EAGAIN || !stop)
            return 0;
        if (stop(arg))
            return err_set(e, ERR_STOP, "stopped");
        nanosleep(&pause, NULL);
    }
}

void cache_unlock(struct cache_lock *lock)
{
    disk_unlock(lock->fd, lock->at);
    lock->fd = -1;
}

int cache_fetch(struct cache *c, struct hash128 key, int item, cache_make *make,
                void *make_arg, cache_stop *stop, void *stop_arg,
                struct buf *value, bool *made, struct err *e)
{
    struct cache_lock lock = {.fd = -1};
    bool called = false;
    int rc;

    TRY(look_up(c, key, value, e));
    if (rc == 0) {
        TRY(cache_lock(c, key, stop, stop_arg, &lock, e));
        TRY(look_up(c, key, value, e));
    }
    count(c, rc == 1);
    if (rc == 1) {
        rc = 0;
    } else {
        called = true;
        value->len = 0;
        TRY(make(make_arg, value, e));
        (void)cache_put(c, key, value->data, value->len, item, NULL);
    }
out:
    cache_unlock(&lock);
    if (made)
        *made = called;
    return rc;
}

struct reading {
    struct cache *c;
    struct cache_stats *stats;
    uint64_t sound, damaged;
};

static int64_t use_of(const struct stat *st)
{
    return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

static int stat_one(void *arg, struct hash128 key, const struct stat *st,
                    const char *path, struct err *e)
{
    struct cache_stats *s = ((struct reading *)arg)->stats;
    const int64_t used = use_of(st);
    uint8_t head[ENTRY_HEAD];
    uint64_t raw;
    int fd;

    (void)e;
    s->entries++;
    s->bytes += (uint64_t)st->st_size;
    if (!s->oldest_ns || used < s->oldest_ns)
        s->oldest_ns = used;
    if (used > s->newest_ns)
        s->newest_ns = used;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    if (read(fd, head, sizeof(head)) == sizeof(head) &&
        entry_head(key, head, (uint64_t)st->st_size, &raw))
        s->raw += raw;
    close(fd);
    return 0;
}

int cache_stats(struct cache *c, struct cache_stats *stats, struct err *e)
{
    struct reading r = {.stats = stats};
    int fd = -1, rc = 0;

    *stats = (struct cache_stats){0};
    pthread_mutex_lock(&c->lock);
    stats->hits = c->hits;
    stats->misses = c->misses;
    stats->damaged = c->damaged;
    pthread_mutex_unlock(&c->lock);
    if (!c->disk.folder || access(c->disk.folder, F_OK) != 0)
        return 0;
    fd = disk_lock(&c->disk, 0,
                   true); /* else it may count what comes and goes */
    rc = disk_walk(&c->disk, stat_one, &r, e);
    disk_unlock(fd, 0);
    return rc;
}

static int verify_one(void *arg, struct hash128 key, const struct stat *st,
                      const char *path, struct err *e)
{
    struct reading *r = arg;
    struct buf file = {0};
    int rc;

    (void)st;
    rc = file_load(path, SIZE_MAX - 1, &file, e);
    if (rc == 0 && entry_sound(key, file.data, file.len)) {
        r->sound++;
    } else if (rc != ERR_MEM) {
        if (access(path, F_OK) == 0) { /* else gone meanwhile */
            disk_drop(&r->c->disk, key);
            r->damaged++;
        }
        rc = 0;
    }
    buf_release(&file);
    return rc;
}

int cache_verify(struct cache *c, uint64_t *sound, uint64_t *damaged,
                 struct err *e)
{
    struct reading r = {.c = c};
    int rc = c->disk.folder ? disk_walk(&c->disk, verify_one, &r, e) : 0;

    *sound = r.sound;
    *damaged = r.damaged;
    return rc;
}

int cache_clear(struct cache *c, uint64_t *entries, uint64_t *bytes,
                struct err *e)
{
    *entries = *bytes = 0;
    pthread_mutex_lock(&c->lock);
    for (int i = 0; i < FRONT; i++)
        slot_clear(c, &c->slot[i]);
    pthread_mutex_unlock(&c->lock);
    return c->disk.folder ? disk_clear(&c->disk, entries, bytes, e) : 0;
}
