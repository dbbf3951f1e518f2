/* Films: what can be said without the module, and the way to it. */

#include "codec/video.h"

#include "base/text.h"
#include "codec/video_module.h"

struct video_reader {
    const struct video_module *m;
    struct video_source *source;
    struct infile file;
    char *name;
};

struct video_writer {
    const struct video_module *m;
    struct video_sink *sink;
};

static const struct video_host host = {err_set, mem_zero, mem_free};

static int get(const struct video_module **m, struct err *e)
{
    const struct module_id *id = NULL;
    const int rc = module_open("video", VIDEO_MODULE_VERSION, &id, e);

    if (rc == 0)
        *m = (const struct video_module *)id;
    return rc;
}

int video_open(const char *path, const struct video_read_options *o,
               struct video_reader **out, struct err *e)
{
    struct video_reader *r = mem_zero(1, sizeof(*r));
    int rc;

    if (!r)
        return err_mem(e, sizeof(*r));
    r->name = mem_text(path);
    if (!r->name) {
        rc = err_mem(e, strlen(path));
        goto out;
    }
    TRY(get(&r->m, e));
    TRY(infile_open(&r->file, r->name, e));
    TRY(r->m->open(&host, r->file.fd, r->name, o, &r->source, e));
    *out = r;
    r = NULL;
out:
    video_close(r);
    return rc;
}

const struct video_info *video_info(const struct video_reader *r)
{
    return r->m->info(r->source);
}

int video_read(struct video_reader *r, struct video_frame *frame, struct err *e)
{
    return r->m->read(r->source, frame, e);
}

const char *video_damage(const struct video_reader *r)
{
    return r->m->damage(r->source);
}

void video_close(struct video_reader *r)
{
    if (!r)
        return;
    if (r->source)
        r->m->close(r->source);
    infile_close(&r->file);
    mem_free(r->name);
    mem_free(r);
}

void video_frame_ref(const struct video_frame *f, struct video_frame *copy)
{
    const struct video_own *own = f->own;

    *copy = *f;
    if (own)
        own->module->ref(f, copy);
}

void video_frame_unref(struct video_frame *f)
{
    const struct video_own *own = f->own;

    if (own)
        own->module->unref(f);
    *f = (struct video_frame){0};
}

int video_plan(struct video_target *t, const struct video_info *like,
               struct frame_format *fmt, struct err *e)
{
    const struct video_module *m = NULL;
    const int rc = get(&m, e);

    return rc < 0 || !m ? rc : m->plan(&host, t, like, fmt, e);
}

int video_carries(const struct video_target *t, struct video_reader *from,
                  uint32_t *held, char dropped[static 240], struct err *e)
{
    const struct video_module *m = NULL;
    const int rc = get(&m, e);

    return rc < 0 || !m ? rc
                        : m->carries(&host, t, from ? from->source : NULL, held,
                                     dropped, e);
}

int video_create(const char *path, const struct video_target *t,
                 struct video_reader *from, struct video_writer **out,
                 struct err *e)
{
    struct video_writer *w = mem_zero(1, sizeof(*w));
    int rc;

    if (!w)
        return err_mem(e, sizeof(*w));
    TRY(get(&w->m, e));
    TRY(w->m->create(&host, path, t, from ? from->source : NULL, &w->sink, e));
    *out = w;
    w = NULL;
out:
    video_abort(w);
    return rc;
}

int video_frame_new(struct video_writer *w, struct video_frame *out,
                    struct err *e)
{
    return w->m->frame(w->sink, out, e);
}

int video_write_take(struct video_writer *w, struct video_frame *frame,
                     struct err *e)
{
    return w->m->take(w->sink, frame, e);
}

void video_set_light(struct video_writer *w, const struct video_light *light)
{
    w->m->light(w->sink, light);
}

int video_finish(struct video_writer *w, struct err *e)
{
    return w->m->finish(w->sink, e);
}

uint64_t video_bytes(const struct video_writer *w)
{
    return w->m->bytes(w->sink);
}

void video_abort(struct video_writer *w)
{
    if (!w)
        return;
    if (w->sink)
        w->m->abort(w->sink);
    mem_free(w);
}
