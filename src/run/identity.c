/* The hash of everything that decides an output, its input apart. */

#include "run/identity.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/text.h"
#include "run/depth_model.h"
#include "codec/video_color.h"
#include "run/clip.h"
#include "run/names.h"

static int add_file(struct buf *all, const char *key, const char *path,
                    struct err *e)
{
    struct hash128 hash;
    char sum[33];
    int rc;

    TRY(file_hash(path, &hash, e));
    hash_text(hash, sum);
    rc = buf_printf(all, e, "%s=%s\n", key, sum);
out:
    return rc;
}

/* Too large to be read every time. */
static int add_large_file(struct buf *all, const char *path, struct err *e)
{
    struct infile f;
    int rc;

    TRY(infile_open(&f, path, e));
    rc = buf_printf(all, e, "%" PRIu64 " %" PRId64 " %s\n", f.size, f.mtime_ns,
                    path);
    infile_close(&f);
out:
    return rc;
}

/* "srgb" and its like, or the file of a profile. */
static int add_color(struct buf *all, const char *key, const char *name,
                     struct err *e)
{
    enum space space;

    if (!name || text_is(name, "same") || text_is(name, "linear") ||
        film_color_named(name) || space_find(name, &space))
        return buf_printf(all, e, "%s=%s\n", key, name ? name : "");
    return add_file(all, key, name, e);
}

static int add_model(struct buf *all, const char *name, struct err *e)
{
    char *path = NULL, *folder = NULL, *config = NULL;
    struct err missing = {0};
    int rc;

    TRY(depth_model_path(name, &path, e));
    TRY(add_large_file(all, path, e));
    folder = path_folder(path);
    config = folder ? path_join(folder, "config.json") : NULL;
    if (!config || add_file(all, "config", config, &missing) == ERR_MEM)
        rc = err_mem(e, 0);
out:
    mem_free(path);
    mem_free(folder);
    mem_free(config);
    return rc;
}

static int add_depth(struct buf *all, const struct file_job *job, struct err *e)
{
    const struct read_options read = file_reading(job, 1);
    const struct depth_want want = file_depth(job);
    struct depth_found found = {0};
    struct reader *r = NULL;
    int rc = 0;

    if (depth_unwanted(&want))
        return buf_printf(all, e, "depth=none\n");
    if (!look_needs_depth(job->look))
        return 0;
    if (clip_is(job->in)) {
        struct err missing = {0};

        rc = buf_printf(all, e, "depth=%s %d model=%d ",
                        want.depth ? want.depth : "", want.encoding, want.size);
        if (rc == 0)
            add_model(all, want.model, &missing);
        return rc;
    }
    TRY(reader_open(job->in, &read, &r, e));
    TRY(depth_find(&want, job->in, r, &found, e));
    TRY(buf_printf(all, e, "depth=%d %d %d %s\n", found.place, found.page,
                   want.encoding, found.layer));
    if (found.place == DEPTH_IN_FILE)
        TRY(add_file(all, "depth", found.path, e));
    if (found.place == DEPTH_BY_MODEL) {
        TRY(buf_printf(all, e, "model=%d ", want.size));
        TRY(add_model(all, want.model, e));
    }
out:
    depth_found_release(&found);
    reader_close(r);
    return rc;
}

static int add_look(struct buf *all, const struct file_job *job, struct err *e)
{
    struct hash128 hash;
    char sum[33];
    int rc;

    if (job->look_hash)
        hash = *job->look_hash;
    else
        TRY(look_hash(job->look, &hash, e));
    hash_text(hash, sum);
    rc = buf_printf(all, e, "look=%s\n", sum);
out:
    return rc;
}

static int add_options(struct buf *all, const struct file_job *job,
                       struct err *e)
{
    const struct process_options *o = job->options;
    const char *ext = output_asks(o, job->in, job->out);

    return buf_printf(
        all, e, "%d %d %d %d %d %d %u %d %d\n%s\n%s\n%s\n%s\n", o->format,
        o->bits, o->compression, o->quality, o->subsampling, o->level, o->keep,
        o->page, o->strip_rows, ext ? ext : "", o->layer ? o->layer : "",
        o->show ? o->show : "", o->focus_pixel ? o->focus_pixel : "");
}

static const char *given(const char *text)
{
    return text ? text : "";
}

int identity_film(const struct process_options *o, struct buf *all,
                  struct err *e)
{
    const char *const texts[] = {o->vcodec, o->pix_fmt, o->preset,   o->bitrate,
                                 o->fps,    o->start,   o->duration, o->frames};
    int rc;

    TRY(buf_printf(all, e, "%d %d %d %d %.9g %.9g\n", o->deinterlace, o->vsync,
                   o->preview_frames, o->to, (double)o->crf,
                   (double)o->fps_tolerance));
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        TRY(buf_printf(all, e, "%s\n", given(texts[i])));
out:
    return rc;
}

int identity_hash(const struct file_job *job, struct hash128 *hash,
                  struct err *e)
{
    struct buf all = {.max = 1 << 16};
    int rc;

    TRY(buf_printf(&all, e, "%s\n", PORTAL_VERSION));
    TRY(add_look(&all, job, e));
    TRY(add_options(&all, job, e));
    TRY(identity_film(job->options, &all, e));
    TRY(add_color(&all, "icc", job->options->icc, e));
    TRY(add_color(&all, "assume", job->options->assume, e));
    TRY(add_depth(&all, job, e));
    *hash = hash_bytes128(all.data, all.len);
out:
    buf_release(&all);
    return rc;
}
