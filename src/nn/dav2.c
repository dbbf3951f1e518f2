/* Depth Anything V2: life of a model, and runs. */

#include "nn/dav2.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "nn/dav2_int.h"

#define CONFIG_MAX (1 << 20)

/* What the options say, else config.json beside the model, else nothing. */
static int load_config(const char *path, const struct dav2_options *o,
                       struct buf *text, struct err *e)
{
    char *folder = path_folder(path);
    char *beside = folder ? path_join(folder, "config.json") : NULL;
    int rc = 0;

    *text = (struct buf){.max = CONFIG_MAX};
    if (o->config)
        rc = buf_add(text, o->config, strlen(o->config), e);
    else if (!beside)
        rc = err_mem(e, strlen(path));
    else if (access(beside, F_OK) == 0)
        rc = file_load(beside, CONFIG_MAX, text, e);
    if (rc == 0 && !o->config && text->data &&
        !dav2_config_is_ours((const char *)text->data))
        buf_release(text);
    mem_free(folder);
    mem_free(beside);
    return rc;
}

static int read_config(struct dav2 *m, const char *path,
                       const struct dav2_options *o, struct err *e)
{
    struct buf text = {0};
    int rc;

    TRY(load_config(path, o, &text, e));
    TRY(dav2_config_read((const char *)text.data, &m->shape, &m->info, e));
    if (o->max_depth > 0) {
        m->info.metric = true;
        m->info.max_depth = o->max_depth;
    }
out:
    buf_release(&text);
    return rc;
}

static const char *variant_of(const struct dav2_shape *s)
{
    static const struct {
        int embed, layers, features;
        const char *name;
    } known[] = {{384, 12, 64, "small"},
                 {768, 12, 128, "base"},
                 {1024, 24, 256, "large"}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (s->embed == known[i].embed && s->layers == known[i].layers &&
            s->features == known[i].features)
            return known[i].name;
    return "custom";
}

static int pack_fresh(struct dav2 *m, struct dav2_file *f, size_t size,
                      struct err *e)
{
    int rc;

    m->block = mem_zero(size, 1);
    if (!m->block)
        return err_mem(e, size);
    dav2_layout(&m->shape, m->info.int8, m->block, &m->net);
    TRY(dav2_pack(f, &m->shape, &m->net, e));
    TRY(safetensors_unchanged(f->st, e));
out:
    return rc;
}

static int hash_file(struct dav2 *m, const struct safetensors *st,
                     const char *folder, struct err *e)
{
    int rc;

    if (folder && dav2_store_known(folder, &st->file, &m->info.hash))
        return 0;
    TRY(safetensors_hash(st, &m->info.hash, e));
    TRY(safetensors_unchanged(st, e));
    if (folder)
        dav2_store_note(folder, &st->file, m->info.hash);
out:
    return rc;
}

/* The block from the cache, or packed now and then kept there. */
static int get_block(struct dav2 *m, struct dav2_file *f, const char *folder,
                     struct err *e)
{
    const size_t size = dav2_layout(&m->shape, m->info.int8, NULL, &m->net);
    struct err why = {0};
    int rc;

    /* Whatever the header promises, the tensors are there: see dav2_shape. */
    if (size == 0 || size / 32 > f->st->file.size)
        return err_set(e, ERR_DATA,
                       "the shapes ask for more weights than the "
                       "file has");
    m->info.packed = size;
    TRY(hash_file(m, f->st, folder, e));
    if (folder && dav2_store_load(folder, m->info.hash, &m->shape, m->info.int8,
                                  size, &m->map)) {
        dav2_layout(&m->shape, m->info.int8, m->map.block, &m->net);
        m->info.cached = dav2_net_open(&m->shape, &m->net, &why) == 0;
        if (m->info.cached)
            return safetensors_unchanged(f->st, e);
        dav2_store_unmap(&m->map);
    }
    TRY(pack_fresh(m, f, size, e));
    TRY(dav2_net_open(&m->shape, &m->net, e));
    if (folder && dav2_store_save(folder, m->info.hash, &m->shape, m->info.int8,
                                  m->block, size, &why) < 0)
        log_info("%s", why.text);
out:
    return rc;
}

static int open_file(struct dav2_file *f, const char *path, struct err *e)
{
    int rc = safetensors_open(path, &f->st, e);

    if (rc < 0)
        return rc;
    f->used = mem_zero(f->st->count + 1, sizeof(*f->used));
    return f->used ? 0 : err_mem(e, f->st->count);
}

static uint64_t count_params(const struct dav2_file *f)
{
    uint64_t n = 0;

    for (size_t i = 0; i < f->st->count; i++)
        n += f->st->items[i].count;
    return n;
}

int dav2_open(const char *path, const struct dav2_options *o, struct dav2 **out,
              struct err *e)
{
    struct dav2 *m = mem_zero(1, sizeof(*m));
    struct dav2_file f = {0};
    int rc;

    if (!m)
        return err_mem(e, sizeof(*m));
    pthread_mutex_init(&m->lock, NULL);
    TRY(open_file(&f, path, e));
    rc = dav2_shape_read(&f, &m->shape, e);
    if (rc == 0)
        rc = read_config(m, path, o, e);
    m->info.int8 = o->int8;
    m->info.bytes = f.st->file.size;
    m->info.params = count_params(&f);
    m->kern = nn_kern_for(o->portable ? ISA_BASE : cpu_isa());
    snprintf(m->info.variant, sizeof(m->info.variant), "%s",
             variant_of(&m->shape));
    if (rc == 0)
        rc = get_block(m, &f, o->cache_folder, e);
    if (rc < 0) {
        if (!strstr(e->text, path))
            err_prefix(e, "'%s'", path);
        goto out;
    }
    *out = m;
    m = NULL;
out:
    safetensors_close(f.st);
    mem_free(f.used);
    dav2_close(m);
    return rc;
}

void dav2_close(struct dav2 *m)
{
    if (!m)
        return;
    dav2_room_free(m->spare);
    dav2_store_unmap(&m->map);
    mem_free(m->block);
    pthread_mutex_destroy(&m->lock);
    mem_free(m);
}

const struct dav2_info *dav2_info(const struct dav2 *m)
{
    return &m->info;
}

void dav2_need(struct dav2_run *r, size_t scratch)
{
    if (scratch > r->room->scratch_size)
        r->room->scratch_size = scratch;
}

int dav2_product(struct dav2_run *r, const struct gemm_in *in,
                 const struct dav2_linear *w, struct gemm_out out,
                 struct err *e)
{
    if (r->plan) {
        dav2_need(r, gemm_scratch(in, &w->w, r->room->slots));
        return 0;
    }
    out.bias = w->bias;
    return gemm_run(&r->nn, in, &w->w, &out, e);
}

void dav2_see(const struct dav2_run *r, const char *name, int number,
              const float *hwc, int h, int w, int c)
{
    char text[32];

    if (!r->trace || r->plan)
        return;
    if (number < 0)
        snprintf(text, sizeof(text), "%s", name);
    else
        snprintf(text, sizeof(text), "%s%d", name, number);
    r->trace->see(r->trace->arg, text, hwc, h, w, c);
}

/* The room of the last run when it fits this one, else a new one. */
static int enter_room(struct dav2 *m, const struct dav2_job *job, int ph,
                      int pw, struct dav2_room **out, struct err *e)
{
    const bool traced = job->trace != NULL;
    struct dav2_room *r;
    int rc;

    pthread_mutex_lock(&m->lock);
    r = m->spare;
    m->spare = NULL;
    pthread_mutex_unlock(&m->lock);
    if (r && (r->ph != ph || r->pw != pw || r->traced != traced ||
              r->slots != pool_slots(job->pool))) {
        dav2_room_free(r);
        r = NULL;
    }
    if (!r)
        TRY(dav2_room_new(m, job->pool, ph, pw, traced, &r, e));
    if (!r->placed || r->profile != job->profile)
        TRY(dav2_positions(m, job->profile, ph, pw, r->positions, e));
    r->placed = true;
    r->profile = job->profile;
    *out = r;
    r = NULL;
    rc = 0;
out:
    dav2_room_free(r);
    return rc;
}

static void leave_room(struct dav2 *m, struct dav2_room *r)
{
    pthread_mutex_lock(&m->lock);
    if (!m->spare && !r->traced) {
        m->spare = r;
        r = NULL;
    }
    pthread_mutex_unlock(&m->lock);
    dav2_room_free(r);
}

static int check_size(int w, int h, struct err *e)
{
    if (w > 0 && h > 0 && w % DAV2_PATCH == 0 && h % DAV2_PATCH == 0 &&
        w <= DAV2_SIDE_MAX && h <= DAV2_SIDE_MAX && h <= DAV2_PIXELS_MAX / w)
        return 0;
    return err_set(e, ERR_ARG,
                   "depth at %d x %d: sides must be multiples of %d up to %d, "
                   "with at most %d pixels",
                   w, h, DAV2_PATCH, DAV2_SIDE_MAX, DAV2_PIXELS_MAX);
}

int dav2_run(struct dav2 *m, const struct dav2_job *job, const float *chw,
             int h, int w, float *out, struct err *e)
{
    const int ph = h / DAV2_PATCH, pw = w / DAV2_PATCH;
    struct dav2_room *room = NULL;
    struct dav2_run r;
    int rc;

    TRY(check_size(w, h, e));
    TRY(enter_room(m, job, ph, pw, &room, e));
    r = (struct dav2_run){
        .m = m,
        .room = room,
        .nn = {m->kern, job->pool, room->scratch, room->scratch_size},
        .trace = job->trace,
        .ph = ph,
        .pw = pw,
        .n = ph * pw + 1,
    };
    TRY(dav2_trunk(&r, chw, e));
    TRY(dav2_head(&r, out, e));
out:
    if (room)
        leave_room(m, room);
    return rc;
}

int dav2_estimate(struct dav2 *m, const struct dav2_job *job,
                  const struct view *rgb, int target, struct dav2_depth *out,
                  struct err *e)
{
    float *chw = NULL, *values = NULL;
    int rc, w, h;

    TRY(dav2_size(job->profile, rgb->w, rgb->h, target, &w, &h, e));
    TRY(check_size(w, h, e));
    chw = mem_array((size_t)w * (size_t)h, 3 * sizeof(*chw));
    values = mem_array((size_t)w * (size_t)h, sizeof(*values));
    if (!chw || !values) {
        rc = err_mem(e, (size_t)w * (size_t)h * 4 * sizeof(*chw));
        goto out;
    }
    TRY(dav2_input(job->profile, job->pool, rgb, chw, h, w, e));
    TRY(dav2_run(m, job, chw, h, w, values, e));
    *out = (struct dav2_depth){w, h, values};
    values = NULL;
out:
    mem_free(chw);
    mem_free(values);
    return rc;
}
