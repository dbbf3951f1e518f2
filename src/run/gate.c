/* Admission of pictures by the memory they need. */

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/file.h"

struct gate {
    uint64_t budget, used;
    struct pool *pool;
    pthread_mutex_t lock;
};

int gate_new(uint64_t budget, struct pool *pool, struct gate **out,
             struct err *e)
{
    struct gate *g = mem_zero(1, sizeof(*g));

    if (!g)
        return err_mem(e, sizeof(*g));
    g->budget = budget;
    g->pool = pool;
    pthread_mutex_init(&g->lock, NULL);
    *out = g;
    return 0;
}

void gate_free(struct gate *g)
{
    if (!g)
        return;
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

struct attempt {
    struct gate *g;
    uint64_t need;
};

static bool try_enter(void *arg)
{
    struct attempt *a = arg;
    struct gate *g = a->g;
    bool ok;

    pthread_mutex_lock(&g->lock);
    ok = g->used == 0 || g->used + a->need <= g->budget;
    if (ok)
        g->used += a->need;
    pthread_mutex_unlock(&g->lock);
    return ok;
}

int gate_enter(struct gate *g, uint64_t need, struct err *e)
{
    struct attempt a = {g, need};

    return g ? pool_until(g->pool, try_enter, &a, e) : 0;
}

void gate_leave(struct gate *g, uint64_t need)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->lock);
    g->used -= need;
    pthread_mutex_unlock(&g->lock);
    pool_wake(g->pool);
}

/* The number behind `key` at the start of a line of a kernel's file. */
static uint64_t kernel_number(const char *path, const char *key, uint64_t none)
{
    FILE *f = fopen(path, "re");
    const size_t n = strlen(key);
    uint64_t value = none;
    const char *end;
    char line[256];
    double number;

    if (!f)
        return none;
    while (fgets(line, sizeof(line), f))
        if (!strncmp(line, key, n)) {
            if (text_scan_double(line + n, &end, &number))
                value = (uint64_t)number;
            break;
        }
    fclose(f);
    return value;
}

uint64_t memory_budget(void)
{
    const uint64_t none = UINT64_MAX;
    uint64_t have = kernel_number("/proc/meminfo", "MemAvailable:", 4 << 20);
    const uint64_t max = kernel_number("/sys/fs/cgroup/memory.max", "", none);
    const uint64_t now = kernel_number("/sys/fs/cgroup/memory.current", "", 0);

    have *= 1024;
    if (max != none && max > now && max - now < have)
        have = max - now;
    return have / 2;
}
