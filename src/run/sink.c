/* Compresses strips where they arrive and writes them in order. */

#include <pthread.h>

#include "base/mem.h"
#include "run/sink.h"

struct pending {
    uint8_t *data;
    size_t len;
    int rows;
};

struct sink {
    struct writer *w;
    struct pending *pending;
    int count, next;
    size_t held; /* bytes of what is pending */
    bool writing, failed;
    struct err err;
    struct stage_times *times;
    const char *label;
    pthread_mutex_t lock;
    pthread_cond_t written;
};

int sink_new(struct writer *w, int count, struct stage_times *times,
             const char *label, struct sink **out, struct err *e)
{
    struct sink *s = mem_zero(1, sizeof(*s));

    if (!s)
        return err_mem(e, sizeof(*s));
    s->pending = mem_zero((size_t)count, sizeof(*s->pending));
    if (!s->pending) {
        mem_free(s);
        return err_mem(e, (size_t)count * sizeof(*s->pending));
    }
    s->w = w;
    s->count = count;
    s->times = times;
    s->label = label;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->written, NULL);
    *out = s;
    return 0;
}

void sink_free(struct sink *s)
{
    if (!s)
        return;
    for (int i = 0; i < s->count; i++)
        mem_free(s->pending[i].data);
    pthread_cond_destroy(&s->written);
    pthread_mutex_destroy(&s->lock);
    mem_free(s->pending);
    mem_free(s);
}

/*
 * The most that a chunk may become: padded to whole tiles, which counts for the
 * last rows of a picture and for its last columns, and packed badly.
 */
static size_t ceiling(const struct sink *s, const struct pending *p)
{
    return p->len / (size_t)p->rows * (size_t)s->w->chunk_rows * 4 + (1 << 20);
}

/* Replaces raw rows by packed bytes when the writer packs. */
static int pack(struct sink *s, int slot, int index, struct pending *p,
                struct err *e)
{
    struct buf packed = {.max = ceiling(s, p)};
    struct span span;
    int rc;

    if (!s->w->packs)
        return 0;
    span = span_begin(STAGE_ENCODE, s->times, s->label, index);
    rc = s->w->codec->pack(s->w, slot, index, p->data, p->rows, &packed, e);
    span_end(&span, (int64_t)p->len);
    mem_free(p->data);
    p->data = packed.data;
    p->len = packed.len;
    return rc;
}

/* With the lock held: nothing is written any more, and nobody waits. */
static void fail(struct sink *s, const struct err *e)
{
    if (!s->failed)
        s->err = *e;
    s->failed = true;
    pthread_cond_broadcast(&s->written);
}

void sink_fail(struct sink *s, const struct err *e)
{
    pthread_mutex_lock(&s->lock);
    fail(s, e);
    pthread_mutex_unlock(&s->lock);
}

/* Writes what is due; one thread at a time, without the lock held. */
static void drain(struct sink *s)
{
    while (s->next < s->count && s->pending[s->next].data && !s->failed) {
        const int i = s->next;
        struct pending p = s->pending[i];
        struct err e = {0};
        struct span span;
        int rc;

        s->pending[i].data = NULL;
        pthread_mutex_unlock(&s->lock);
        span = span_begin(s->w->packs ? STAGE_WRITE : STAGE_ENCODE, s->times,
                          s->label, i);
        rc = s->w->codec->put(s->w, i, p.data, p.len, p.rows, &e);
        span_end(&span, (int64_t)p.len);
        mem_free(p.data);
        pthread_mutex_lock(&s->lock);
        s->next++;
        s->held -= p.len;
        pthread_cond_broadcast(&s->written);
        if (rc < 0)
            fail(s, &e);
    }
}

int sink_add_take(struct sink *s, int slot, int index, uint8_t *raw,
                  size_t bytes, int rows, struct err *e)
{
    struct pending p = {raw, bytes, rows};
    int rc = pack(s, slot, index, &p, e);

    if (rc < 0) {
        mem_free(p.data);
        sink_fail(s, e);
        return rc;
    }
    pthread_mutex_lock(&s->lock);
    s->pending[index] = p;
    s->held += p.len;
    if (!s->writing) {
        s->writing = true;
        drain(s);
        s->writing = false;
    }
    while (index > s->next && s->held > SINK_BYTES && !s->failed)
        pthread_cond_wait(&s->written, &s->lock);
    if (s->failed) {
        *e = s->err;
        rc = s->err.code;
    }
    pthread_mutex_unlock(&s->lock);
    return rc;
}
