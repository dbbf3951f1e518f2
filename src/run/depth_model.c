/* Depth from a network, and the memory of it. */

#include "run/depth_model.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "nn/dav2.h"
#include "run/view.h"
#include "store/models.h"
#include "store/paths.h"

/* Bytes of one forward pass, weights apart, at the default size. */
#define PASS_BYTES ((uint64_t)160 << 20)

#define ENTRY_MAX ((size_t)64 << 20)

/* Relative depth of the farthest thing that is not sky, and the share of the
   largest disparity below which it is sky. */
#define FARTHEST 0.985f
#define SKY      0.02f

struct depth_model {
    pthread_mutex_t lock;
    bool busy; /* somebody has the turn */
    struct cache *cache;
    struct dav2 *net;
    struct hash128 hash; /* of the net's files */
    struct depth_model_stats stats;
};

int depth_model_path(const char *name, char **path, struct err *e)
{
    struct models m = {0};
    int rc;

    TRY(models_open(&m, e));
    TRY(models_path(&m, name ? name : DEPTH_MODEL_DEFAULT, path, e));
out:
    models_close(&m);
    return rc;
}

static int ready(void *arg, const char *model, struct err *e)
{
    char *path = NULL;
    const int rc = depth_model_path(model, &path, e);

    (void)arg;
    mem_free(path);
    return rc;
}

/* Packed weights are as large as the file; the pass grows with the area. */
static uint64_t memory(void *arg, const char *model, int size)
{
    const double side = size > 0 ? size / 518.0 : 1;
    struct err ignored = {0};
    struct infile f = {0};
    uint64_t bytes = 0;
    char *path = NULL;

    (void)arg;
    if (depth_model_path(model, &path, &ignored) == 0 &&
        infile_open(&f, path, &ignored) == 0) {
        bytes = f.size;
        infile_close(&f);
    }
    mem_free(path);
    return bytes + (uint64_t)((double)PASS_BYTES * fmax(side * side, 0.25));
}

static struct hash128 chain_hash(struct hash128 h, const void *bytes, size_t n)
{
    return (struct hash128){hash_bytes(bytes, n, h.hi),
                            hash_bytes(bytes, n, h.lo + 1)};
}

static int hash_file(const struct infile *f, struct hash128 *h, struct err *e)
{
    const size_t block = 1 << 20;
    uint8_t *bytes = mem_alloc(block);
    int rc = bytes ? 0 : err_mem(e, block);

    for (uint64_t at = 0; rc == 0 && at < f->size; at += block) {
        const uint64_t left = f->size - at;
        const size_t n = left < block ? (size_t)left : block;

        rc = infile_read(f, at, bytes, n, e);
        if (rc == 0)
            *h = chain_hash(*h, bytes, n);
    }
    mem_free(bytes);
    return rc;
}

struct file_hash {
    const struct infile *f;
};

static int make_file_hash(void *arg, struct buf *value, struct err *e)
{
    const struct file_hash *a = arg;
    struct hash128 h = {a->f->size, 0};
    const int rc = hash_file(a->f, &h, e);

    value->len = 0;
    return rc < 0 ? rc : buf_add(value, &h, sizeof(h), e);
}

/*
 * The hash of a file, remembered for as long as the file is the same one with
 * the same size and time. One that is not there has the hash 0.
 */
static int add_file(struct depth_model *m, const char *path, bool must,
                    struct hash128 *h, struct err *e)
{
    struct buf value = {.max = sizeof(*h)};
    struct err missing = {0};
    struct infile f = {0};
    struct file_hash arg = {&f};
    uint64_t id[6];
    int rc;

    if (!must && access(path, F_OK) < 0)
        return 0;
    rc = infile_open(&f, path, must ? e : &missing);
    if (rc < 0)
        return must ? rc : 0;
    memcpy(id,
           (uint64_t[]){f.size, (uint64_t)f.mtime_ns, f.dev, f.ino,
                        DEPTH_VERSION, 0x6d6f64656cu},
           sizeof(id));
    TRY(cache_fetch(m->cache, hash_bytes128(id, sizeof(id)), 8, make_file_hash,
                    &arg, NULL, NULL, &value, NULL, e));
    if (value.len == sizeof(*h))
        *h = chain_hash(*h, value.data, sizeof(*h));
out:
    buf_release(&value);
    infile_close(&f);
    return rc;
}

static int hash_model(struct depth_model *m, const char *path,
                      struct hash128 *h, struct err *e)
{
    char *folder = path_folder(path);
    char *config = folder ? path_join(folder, "config.json") : NULL;
    int rc = config ? 0 : err_mem(e, strlen(path));

    *h = (struct hash128){1, 2};
    if (rc == 0)
        rc = add_file(m, path, true, h, e);
    if (rc == 0)
        rc = add_file(m, config, false, h, e);
    mem_free(folder);
    mem_free(config);
    return rc;
}

static bool try_turn(void *arg)
{
    struct depth_model *m = arg;
    bool mine;

    pthread_mutex_lock(&m->lock);
    mine = !m->busy;
    m->busy = true;
    pthread_mutex_unlock(&m->lock);
    return mine;
}

static void end_turn(struct depth_model *m, struct pool *pool)
{
    pthread_mutex_lock(&m->lock);
    m->busy = false;
    pthread_mutex_unlock(&m->lock);
    pool_wake(pool);
}

/* The network of these files; the one that is open, when it is that. */
static int open_net(struct depth_model *m, const char *path, struct hash128 h,
                    struct err *e)
{
    struct dav2_options o = {0};
    char *folder = NULL;
    int rc = 0;

    if (m->net && m->hash.hi == h.hi && m->hash.lo == h.lo)
        return 0;
    dav2_close(m->net);
    m->net = NULL;
    TRY(paths_cache("weights", &folder, e));
    o.cache_folder = folder;
    TRY(dav2_open(path, &o, &m->net, e));
    m->hash = h;
out:
    mem_free(folder);
    if (rc < 0)
        err_prefix(e, "model '%s'", path);
    return rc;
}

int depth_of_model(const float *v, int w, int h, bool metric, float max_depth,
                   struct depth_map **out, struct err *e)
{
    const size_t n = (size_t)w * (size_t)h;
    struct depth_info info = {DEPTH_RELATIVE, 0, 1};
    struct depth_map *m = NULL;
    float lo = INFINITY, hi = -INFINITY, *row = NULL;
    int rc;

    for (size_t i = 0; i < n; i++) {
        lo = fminf(lo, v[i]);
        hi = fmaxf(hi, v[i]);
    }
    if (!isfinite(lo) || !isfinite(hi) || hi - lo <= 1e-6f * fabsf(hi))
        return err_set(e, ERR_DATA,
                       "the model sees no depth in the picture (%g everywhere)",
                       (double)lo);
    if (metric)
        info = (struct depth_info){DEPTH_METRIC, 0.5f * lo, 1.5f * max_depth};
    /* Without sky the farthest thing keeps off the end. */
    if (!metric && lo > SKY * hi)
        lo -= (1 - FARTHEST) / FARTHEST * (hi - lo);
    row = mem_array((size_t)w, sizeof(*row));
    if (!row) {
        rc = err_mem(e, (size_t)w * sizeof(*row));
        goto out;
    }
    TRY(depth_map_new(w, h, info, &m, e));
    for (int y = 0; y < h; y++) {
        const float *src = v + (size_t)y * (size_t)w;

        for (int x = 0; x < w; x++)
            row[x] = metric
                         ? (src[x] > 0.99f * max_depth ? m->info.sky : src[x])
                         : (hi - src[x]) / (hi - lo);
        depth_map_put(m, y, row);
    }
    *out = m;
    rc = 0;
out:
    mem_free(row);
    return rc;
}

/* A map as bytes: the head below, then its codes. */
struct head {
    int32_t version, w, h, kind;
    float near, sky;
};

static int pack(const struct depth_map *m, struct buf *value, struct err *e)
{
    const struct head head = {DEPTH_VERSION, m->w,         m->h,
                              m->info.kind,  m->info.near, m->info.sky};
    const size_t n = (size_t)m->w * (size_t)m->h;
    int rc;

    value->len = 0;
    TRY(buf_add(value, &head, sizeof(head), e));
    TRY(buf_add(value, m->code, n * sizeof(*m->code), e));
out:
    return rc;
}

static int unpack(const struct buf *value, struct depth_map **out,
                  struct err *e)
{
    struct head h;
    size_t n;
    int rc;

    if (value->len < sizeof(h))
        return err_set(e, ERR_DATA, "a cached map is cut short");
    memcpy(&h, value->data, sizeof(h));
    if (h.version != DEPTH_VERSION || h.w < 1 || h.h < 1 ||
        h.w > DAV2_SIDE_MAX || h.h > DAV2_SIDE_MAX ||
        (h.kind != DEPTH_RELATIVE && h.kind != DEPTH_METRIC))
        return err_set(e, ERR_DATA, "a cached map is damaged");
    n = (size_t)h.w * (size_t)h.h * sizeof(uint16_t);
    if (value->len != sizeof(h) + n)
        return err_set(e, ERR_DATA, "a cached map is cut short");
    rc = depth_map_new(
        h.w, h.h, (struct depth_info){(enum depth_kind)h.kind, h.near, h.sky},
        out, e);
    if (rc == 0)
        memcpy((*out)->code, value->data + sizeof(h), n);
    return rc;
}

struct task {
    struct depth_model *m;
    const char *path;
    struct hash128 hash;
    struct pool *pool;
    const struct image *view; /* as a display shows it */
    int size;
};

/* Runs the network. */
static int compute(void *arg, struct buf *value, struct err *e)
{
    const struct task *t = arg;
    const struct dav2_job job = {.pool = t->pool, .profile = DAV2_OPENCV};
    struct dav2_depth d = {0};
    struct depth_map *map = NULL;
    const struct dav2_info *info;
    int rc;

    TRY(open_net(t->m, t->path, t->hash, e));
    info = dav2_info(t->m->net);
    TRY(dav2_estimate(t->m->net, &job, &t->view->v, t->size, &d, e));
    TRY(depth_of_model(d.values, d.w, d.h, info->metric, info->max_depth, &map,
                       e));
    TRY(pack(map, value, e));
    t->m->stats.computed++;
out:
    mem_free(d.values);
    depth_map_free(map);
    return rc;
}

static bool stopped(void *arg)
{
    return pool_stopped(arg);
}

static int make(void *arg, const struct depth_ask *ask, struct pool *pool,
                struct depth_map **out, struct err *e)
{
    struct depth_model *m = arg;
    struct task t = {
        .m = m, .pool = pool, .size = ask->size > 0 ? ask->size : DAV2_TARGET};
    struct buf value = {.max = ENTRY_MAX};
    struct image *view = NULL;
    struct hash128 key;
    bool turn = false, made = false;
    char *path = NULL;
    int rc;

    TRY(depth_model_path(ask->model, &path, e));
    TRY(view_for_model(ask->proxy, ask->scene, pool, &view, e));
    t.path = path;
    t.view = view;
    TRY(pool_until(pool, try_turn, m, e));
    turn = true;
    m->stats.asked++;
    TRY(hash_model(m, path, &t.hash, e));
    key = view_hash(view, t.hash, t.size);
    TRY(cache_fetch(m->cache, key, sizeof(uint16_t), compute, &t, stopped, pool,
                    &value, &made, e));
    TRY(unpack(&value, out, e));
    snprintf((*out)->from, sizeof((*out)->from),
             "model '%.60s', %d x %d points%s",
             ask->model ? path_name(ask->model) : DEPTH_MODEL_DEFAULT,
             (*out)->w, (*out)->h, made ? "" : ", from the cache");
out:
    if (turn)
        end_turn(m, pool);
    buf_release(&value);
    image_free(view);
    mem_free(path);
    return rc;
}

int depth_model_new(struct depth_model **out, struct depth_maker *maker,
                    struct err *e)
{
    struct depth_model *m = mem_zero(1, sizeof(*m));
    int rc;

    if (!m)
        return err_mem(e, sizeof(*m));
    pthread_mutex_init(&m->lock, NULL);
    rc = cache_open_user(&m->cache, e);
    if (rc < 0) {
        depth_model_free(m);
        return rc;
    }
    *maker = (struct depth_maker){ready, make, memory, m};
    *out = m;
    return 0;
}

void depth_model_free(struct depth_model *m)
{
    if (!m)
        return;
    dav2_close(m->net);
    cache_close(m->cache);
    pthread_mutex_destroy(&m->lock);
    mem_free(m);
}

struct depth_model_stats depth_model_stats(struct depth_model *m)
{
    return m->stats;
}
