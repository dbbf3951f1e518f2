/* Raw rows on demand: a cache of decoded chunks with counted uses. */

#include <assert.h>
#include <pthread.h>

#include "base/mem.h"
#include "run/source.h"

enum state { EMPTY, BUSY, READY };

struct chunk {
    uint8_t *raw;
    enum state state;
    int uses; /* announced strips that have not unpinned it yet */
};

struct source {
    struct reader *r;
    struct chunk *chunk;
    int count;
    int next;      /* ordered readers: the chunk that comes next */
    bool decoding; /* ordered readers: somebody is */
    bool last;
    size_t row_bytes, retain, held;
    struct stage_times *times;
    const char *label;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

int source_new(struct reader *r, size_t retain, struct stage_times *times,
               const char *label, struct source **out, struct err *e)
{
    struct source *s = mem_zero(1, sizeof(*s));
    const int count = reader_chunks(r);

    if (!s)
        return err_mem(e, sizeof(*s));
    s->chunk = mem_zero((size_t)count, sizeof(*s->chunk));
    if (!s->chunk) {
        mem_free(s);
        return err_mem(e, (size_t)count * sizeof(*s->chunk));
    }
    s->r = r;
    s->count = count;
    s->retain = retain;
    s->row_bytes = (size_t)r->pic.w * pixfmt_bytes(&r->pic.fmt);
    s->times = times;
    s->label = label;
    s->last = true;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    *out = s;
    return 0;
}

void source_free(struct source *s)
{
    if (!s)
        return;
    for (int i = 0; i < s->count; i++)
        mem_free(s->chunk[i].raw);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    mem_free(s->chunk);
    mem_free(s);
}

static int chunk_rows(const struct source *s, int i)
{
    const int y = i * s->r->chunk_rows, left = s->r->pic.h - y;

    return left < s->r->chunk_rows ? left : s->r->chunk_rows;
}

static size_t chunk_bytes(const struct source *s, int i)
{
    return (size_t)chunk_rows(s, i) * s->row_bytes;
}

static void drop(struct source *s, int i)
{
    struct chunk *c = &s->chunk[i];

    if (c->state != READY)
        return;
    mem_free(c->raw);
    c->raw = NULL;
    c->state = EMPTY;
    s->held -= chunk_bytes(s, i);
}

void source_pass(struct source *s, bool last)
{
    s->last = last;
    for (int i = 0; i < s->count; i++)
        s->chunk[i].uses = 0;
}

void source_announce(struct source *s, int y0, int y1)
{
    const int rows = s->r->chunk_rows;

    for (int i = y0 / rows; i <= (y1 - 1) / rows; i++)
        s->chunk[i].uses++;
}

/* Decodes chunk i into a fresh block, without the lock held. */
static int decode(struct source *s, int slot, int i, uint8_t **out,
                  struct err *e)
{
    const size_t bytes = chunk_bytes(s, i);
    uint8_t *raw = mem_alloc(bytes);
    struct span span;
    int rc;

    if (!raw)
        return err_mem(e, bytes);
    span = span_begin(STAGE_DECODE, s->times, s->label, i);
    rc = s->r->codec->chunk(s->r, slot, i, raw, e);
    span_end(&span, (int64_t)bytes);
    if (rc < 0)
        mem_free(raw);
    else
        *out = raw;
    return rc;
}

/*
 * With the lock held: decodes chunk i and says so to those who wait. Without
 * `keep` the chunk is only decoded to get past it.
 */
static int load(struct source *s, int slot, int i, bool keep, struct err *e)
{
    struct chunk *c = &s->chunk[i];
    uint8_t *raw = NULL;
    int rc;

    if (keep)
        c->state = BUSY;
    pthread_mutex_unlock(&s->lock);
    rc = decode(s, slot, i, &raw, e);
    if (!keep)
        mem_free(raw);
    pthread_mutex_lock(&s->lock);
    if (!keep)
        return rc;
    c->state = rc < 0 ? EMPTY : READY;
    if (rc == 0) {
        c->raw = raw;
        s->held += chunk_bytes(s, i);
    }
    pthread_cond_broadcast(&s->changed);
    return rc;
}

/*
 * With the lock held: an ordered reader goes on from where it is, or from the
 * start, until chunk i is there.
 */
static int load_ordered(struct source *s, int slot, int i, struct err *e)
{
    int rc = 0;

    while (s->decoding)
        pthread_cond_wait(&s->changed, &s->lock);
    if (s->chunk[i].state == READY)
        return 0;
    s->decoding = true;
    if (s->next > i)
        s->next = 0;
    while (rc == 0 && s->next <= i) {
        const int n = s->next++;
        const struct chunk *c = &s->chunk[n];

        rc = load(s, slot, n, c->state == EMPTY && (n == i || c->uses > 0), e);
    }
    if (rc < 0)
        s->next = 0;
    s->decoding = false;
    pthread_cond_broadcast(&s->changed);
    return rc;
}

static int need(struct source *s, int slot, int i, struct err *e)
{
    struct chunk *c = &s->chunk[i];

    for (;;) {
        if (c->state == READY)
            return 0;
        if (s->r->ordered)
            return load_ordered(s, slot, i, e);
        if (c->state == EMPTY)
            return load(s, slot, i, true, e);
        pthread_cond_wait(&s->changed, &s->lock);
    }
}

/*
 * With the lock held: decodes what nobody is at yet, so that neighbours who
 * share a chunk do not wait for each other first. A failure is left for need()
 * to meet again, in order.
 */
static void load_idle(struct source *s, int slot, int from, int to)
{
    for (int i = from; i <= to; i++) {
        struct err e = {0};

        if (s->chunk[i].state == EMPTY && load(s, slot, i, true, &e) < 0)
            return;
    }
}

int source_pin(struct source *s, int slot, int y0, int y1, struct err *e)
{
    const int from = y0 / s->r->chunk_rows, to = (y1 - 1) / s->r->chunk_rows;
    int rc = 0;

    assert(y0 >= 0 && y0 < y1 && y1 <= s->r->pic.h);
    pthread_mutex_lock(&s->lock);
    if (!s->r->ordered)
        load_idle(s, slot, from, to);
    for (int i = from; rc == 0 && i <= to; i++)
        rc = need(s, slot, i, e);
    pthread_mutex_unlock(&s->lock);
    return rc;
}

void source_unpin(struct source *s, int y0, int y1)
{
    const int rows = s->r->chunk_rows;

    pthread_mutex_lock(&s->lock);
    for (int i = y0 / rows; i <= (y1 - 1) / rows; i++)
        if (--s->chunk[i].uses <= 0 && (s->last || s->held > s->retain))
            drop(s, i);
    pthread_mutex_unlock(&s->lock);
}

const void *source_row(const struct source *s, int y)
{
    const int i = y / s->r->chunk_rows;

    return s->chunk[i].raw + (size_t)(y - i * s->r->chunk_rows) * s->row_bytes;
}
