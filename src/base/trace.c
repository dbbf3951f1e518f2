/*
 * Spans. Those that are kept lie in blocks under one lock: a span is a strip
 * of a picture, so there are a few thousand a second.
 */

#include "base/trace.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/text.h"

#define SPANS_MAX   250000
#define BLOCK_SPANS 4096
#define NAMED_MAX   1024
#define PART_MAX    ((size_t)256 << 20)

struct kept {
    int64_t start, ns, bytes;
    const char *label;
    int index, slot;
    pid_t thread;
    enum stage stage;
};

struct block {
    struct block *next;
    size_t n;
    struct kept spans[BLOCK_SPANS];
};

struct label {
    struct label *next;
    char text[];
};

static atomic_bool tracing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *first, *last;
static struct label *labels;
static size_t kept, dropped;
static int64_t zero;

const char *stage_name(enum stage stage)
{
    static const char *const names[STAGE_COUNT] = {
        "open", "decode", "proxy", "prepare", "render", "encode", "write",
    };

    return names[stage];
}

static int64_t read_clock(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int64_t time_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t time_cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* The block with room for one more span, or NULL; under the lock. */
static struct block *room(void)
{
    struct block *b = last;

    if (kept >= SPANS_MAX)
        return NULL;
    if (b && b->n < BLOCK_SPANS)
        return b;
    b = mem_alloc(sizeof(*b));
    if (!b)
        return NULL;
    b->next = NULL;
    b->n = 0;
    if (last)
        last->next = b;
    else
        first = b;
    last = b;
    return b;
}

int trace_start(struct err *e)
{
    bool ok;

    pthread_mutex_lock(&lock);
    ok = room() != NULL || kept >= SPANS_MAX;
    if (ok && !atomic_load(&tracing)) {
        zero = time_ns();
        atomic_store(&tracing, true);
    }
    pthread_mutex_unlock(&lock);
    return ok ? 0 : err_mem(e, sizeof(struct block));
}

static void keep(const struct span *s, int64_t ns, int64_t bytes)
{
    struct kept k = {.start = s->start,
                     .ns = ns,
                     .bytes = bytes,
                     .label = s->label,
                     .index = s->index,
                     .slot = pool_slot(),
                     .thread = gettid(),
                     .stage = s->stage};
    struct block *b;

    pthread_mutex_lock(&lock);
    b = room();
    if (b) {
        b->spans[b->n++] = k;
        kept++;
    } else {
        dropped++;
    }
    pthread_mutex_unlock(&lock);
}

struct span span_begin(enum stage stage, struct stage_times *times,
                       const char *label, int index)
{
    return (struct span){.start = time_ns(),
                         .stage = stage,
                         .times = times,
                         .label = label,
                         .index = index};
}

void span_end(const struct span *s, int64_t bytes)
{
    int64_t ns = time_ns() - s->start;

    if (s->times) {
        __atomic_fetch_add(&s->times->wall_ns[s->stage], ns, __ATOMIC_RELAXED);
        __atomic_fetch_add(&s->times->bytes[s->stage], bytes, __ATOMIC_RELAXED);
    }
    if (atomic_load_explicit(&tracing, memory_order_acquire))
        keep(s, ns, bytes);
}

const char *trace_label(const char *text)
{
    size_t n = strlen(text) + 1;
    struct label *l;

    if (!atomic_load(&tracing))
        return NULL;
    l = mem_alloc(sizeof(*l) + n);
    if (!l)
        return NULL;
    memcpy(l->text, text, n);
    text_clean(l->text);
    pthread_mutex_lock(&lock);
    l->next = labels;
    labels = l;
    pthread_mutex_unlock(&lock);
    return l->text;
}

/* The file, a piece at a time. */
struct out {
    struct outfile file;
    struct buf b;
    pid_t named[NAMED_MAX]; /* threads whose names have been written */
    size_t names;
};

static int flush(struct out *o, struct err *e)
{
    int rc = outfile_add(&o->file, o->b.data, o->b.len, e);

    o->b.len = 0;
    return rc;
}

static int add_string(struct buf *b, const char *text, struct err *e)
{
    int rc;

    TRY(buf_add(b, "\"", 1, e));
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            TRY(buf_add(b, "\\", 1, e));
        TRY(buf_add(b, text, 1, e));
    }
    TRY(buf_add(b, "\"", 1, e));
out:
    return rc;
}

static int add_name(struct out *o, const struct kept *k, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < o->names; i++)
        if (o->named[i] == k->thread)
            return 0;
    if (o->names == NAMED_MAX)
        return 0;
    o->named[o->names++] = k->thread;
    TRY(buf_printf(&o->b, e,
                   ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":%d,"
                   "\"tid\":%d,\"args\":{\"name\":\"",
                   getpid(), k->thread));
    if (k->thread == getpid())
        TRY(buf_printf(&o->b, e, "main"));
    else
        TRY(buf_printf(&o->b, e, "%s %d", k->slot ? "worker" : "thread",
                       k->slot ? k->slot : k->thread));
    TRY(buf_printf(&o->b, e, "\"}}"));
out:
    return rc;
}

/* Times in microseconds with three digits behind the point. */
static int add_span(struct out *o, const struct kept *k, struct err *e)
{
    int64_t ts = k->start > zero ? k->start - zero : 0;
    int rc;

    TRY(add_name(o, k, e));
    TRY(buf_printf(&o->b, e,
                   ",\n{\"name\":\"%s\",\"cat\":\"stage\",\"ph\":\"X\","
                   "\"ts\":%" PRId64 ".%03d,\"dur\":%" PRId64
                   ".%03d,\"pid\":%d,\"tid\":%d,\"args\":{\"bytes\":%" PRId64,
                   stage_name(k->stage), ts / 1000, (int)(ts % 1000),
                   k->ns / 1000, (int)(k->ns % 1000), getpid(), k->thread,
                   k->bytes));
    if (k->index >= 0)
        TRY(buf_printf(&o->b, e, ",\"strip\":%d", k->index));
    if (k->label) {
        TRY(buf_printf(&o->b, e, ",\"file\":"));
        TRY(add_string(&o->b, k->label, e));
    }
    TRY(buf_printf(&o->b, e, "}}"));
    if (o->b.len > 1 << 16)
        TRY(flush(o, e));
out:
    return rc;
}

static int add_spans(struct out *o, struct err *e)
{
    int rc = 0;

    for (const struct block *b = first; b; b = b->next)
        for (size_t i = 0; i < b->n; i++)
            TRY(add_span(o, &b->spans[i], e));
    TRY(flush(o, e));
out:
    return rc;
}

static int add_head(struct out *o, const char *name, struct err *e)
{
    return buf_printf(&o->b, e,
                      "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,"
                      "\"args\":{\"name\":\"%s\"}}",
                      getpid(), name);
}

/* Calls each() for "PATH.<number>.part". */
static int each_part(const char *path,
                     int (*each)(void *arg, const char *part, struct err *e),
                     void *arg, struct err *e)
{
    char *folder = path_folder(path);
    DIR *d = folder ? opendir(folder) : NULL;
    const char *base = path_name(path);
    const size_t n = strlen(base);
    struct dirent *entry;
    int rc = 0;

    while (rc == 0 && d && (entry = readdir(d))) {
        const char *name = entry->d_name;
        char *full;
        int end = 0;

        if (strncmp(name, base, n) != 0 ||
            sscanf(name + n, ".%*d.part%n", &end) != 0 || end == 0 ||
            name[n + (size_t)end])
            continue;
        full = path_join(folder, name);
        rc = full ? each(arg, full, e) : err_mem(e, n);
        mem_free(full);
    }
    if (d)
        closedir(d);
    mem_free(folder);
    return rc;
}

static int take_part(void *arg, const char *part, struct err *e)
{
    struct out *o = arg;
    struct buf text = {0};
    int rc;

    TRY(file_load(part, PART_MAX, &text, e));
    if (text.len > 0) {
        TRY(buf_printf(&o->b, e, ",\n"));
        TRY(flush(o, e));
        TRY(outfile_add(&o->file, text.data, text.len, e));
    }
    unlink(part);
out:
    buf_release(&text);
    return rc;
}

static int drop_part(void *arg, const char *part, struct err *e)
{
    (void)arg;
    (void)e;
    unlink(part);
    return 0;
}

void trace_start_over(const char *path)
{
    struct err e = {0};

    each_part(path, drop_part, NULL, &e);
}

int64_t trace_zero(void)
{
    return zero;
}

void trace_join(int64_t zero_ns)
{
    zero = zero_ns;
}

/* One of the two below, into a file that appears whole. */
static int write_file(const char *path,
                      int (*fill)(struct out *o, const char *path,
                                  struct err *e),
                      struct err *e)
{
    struct out o = {.b = {.max = 1 << 20}};
    int rc;

    TRY(outfile_open(&o.file, path, e));
    pthread_mutex_lock(&lock);
    rc = fill(&o, path, e);
    pthread_mutex_unlock(&lock);
    TRY(rc);
    TRY(outfile_commit(&o.file, true, e));
out:
    outfile_abandon(&o.file);
    buf_release(&o.b);
    return rc;
}

static int add_part(struct out *o, const char *path, struct err *e)
{
    int rc;

    (void)path;
    TRY(add_head(o, "portal worker", e));
    TRY(add_spans(o, e));
out:
    return rc;
}

static int add_all(struct out *o, const char *path, struct err *e)
{
    int rc;

    TRY(buf_printf(&o->b, e,
                   "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"));
    TRY(add_head(o, "portal", e));
    TRY(add_spans(o, e));
    TRY(each_part(path, take_part, o, e));
    TRY(buf_printf(&o->b, e, "\n],\"otherData\":{\"dropped\":\"%zu\"}}\n",
                   dropped));
    TRY(flush(o, e));
out:
    return rc;
}

int trace_part(const char *path, struct err *e)
{
    struct buf name = {.max = PATH_MAX};
    int rc;

    TRY(buf_printf(&name, e, "%s.%ld.part", path, (long)getpid()));
    TRY(write_file((char *)name.data, add_part, e));
out:
    buf_release(&name);
    return rc;
}

int trace_write(const char *path, struct err *e)
{
    return write_file(path, add_all, e);
}
