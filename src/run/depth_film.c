/* Rendered depth of frames. */

#include "run/depth_film.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "run/depth_file.h"

#define SURVEY 8 /* frames that are looked at for the range of a film */

struct depth_film {
    struct depth_film_job job;
    struct depth_found found;
    struct sequence names; /* of the pictures that depth is in */
    struct depth_guess guess;
};

/* The sequence that the file beside the first frame `path` belongs to. */
static int name_beside(struct depth_film *d, const char *path, struct err *e)
{
    const struct sequence *s = d->job.frames;
    const char *p = d->found.path;
    size_t at = (size_t)(path_name(path) - path) + strlen(s->head);
    const size_t n = strlen(path + at) - strlen(s->tail);
    char pattern[4096];

    if (strncmp(p, path, at + n))
        at = strlen(p) - strlen(path_ext(p)) - 1 - n;
    snprintf(pattern, sizeof(pattern), "%.*s%.*s%s", (int)at, p, s->digits,
             "#########", p + at + n);
    return sequence_find(pattern, NULL, &d->names, e);
}

static int find(struct depth_film *d, struct err *e)
{
    const struct depth_film_job *job = &d->job;
    const char *depth = job->want.depth;
    char *path = NULL;
    int rc;

    if (depth && sequence_is(depth)) {
        d->found.place = DEPTH_IN_FILE;
        rc = sequence_find(depth, NULL, &d->names, e);
        return rc < 0 ? err_prefix(e, "--depth") : 0;
    }
    if (job->frames) {
        path = sequence_path(job->frames, job->frames->number[0]);
        if (!path)
            return err_mem(e, 0);
    }
    TRY(depth_find(&job->want, path ? path : job->in, job->first, &d->found,
                   e));
    if (d->found.place == DEPTH_IN_CHANNEL)
        rc = sequence_find(job->in, NULL, &d->names, e);
    else if (d->found.place == DEPTH_IN_FILE && depth &&
             !text_is(depth, "auto"))
        rc = err_set(e, ERR_ARG,
                     "--depth '%s' is no sequence, such as depth.####.exr",
                     depth);
    else if (d->found.place == DEPTH_IN_FILE && job->frames)
        rc = name_beside(d, path, e);
out:
    mem_free(path);
    return rc;
}

static int path_of(const struct depth_film *d, int64_t frame, char **path,
                   struct err *e)
{
    const bool counts = !d->job.frames;

    if (counts && (frame < 0 || frame >= d->names.count))
        return err_set(e, ERR_DATA,
                       "its frame %" PRId64 " has no depth: '%s' are only %d",
                       frame + 1, d->job.want.depth, d->names.count);
    *path = sequence_path(&d->names, counts ? d->names.number[frame] : frame);
    if (!*path)
        return err_mem(e, 0);
    return access(*path, F_OK) == 0
               ? 0
               : err_set(e, ERR_DATA, "a frame has no depth: '%s' is not there",
                         *path);
}

/* The map of a picture, which the reader has read or nobody. */
static int make(const struct depth_film *d, const struct depth_want *want,
                char *path, struct reader *reader, const struct raster *raster,
                struct depth_map **out, struct err *e)
{
    struct depth_found found = d->found;
    int rc;

    found.path = path;
    if (reader)
        TRY(depth_start(want, &found, reader, pool_slots(d->job.pool), e));
    for (int y = 0; found.tap && y < raster->h; y++)
        TRY(depth_pass_row(&found, 0, y, raster_row(raster, y), e));
    rc = depth_take(want, &found, NULL, d->job.w, d->job.h, false, d->job.pool,
                    out, e);
out:
    depth_tap_free(found.tap);
    return rc;
}

/* What one picture by itself is taken for. */
static int look(const struct depth_film *d, char *path,
                struct depth_guess *guess, char from[static 240], struct err *e)
{
    struct depth_want want = d->job.want;
    struct depth_map *map = NULL;
    int rc;

    want.encoding = d->guess.encoding;
    want.took = guess;
    rc = make(d, &want, path, NULL, NULL, &map, e);
    if (rc == 0)
        snprintf(from, 240, "%.218s; so in all frames", map->from);
    depth_map_free(map);
    return rc;
}

static int decide(struct depth_film *d, char from[static 240], struct err *e)
{
    const struct sequence *s = &d->names, *frames = d->job.frames;
    const int n = s->count < SURVEY ? s->count : SURVEY;
    char *path = NULL, text[240];
    int rc;

    /* All are there before the work begins. */
    for (int64_t i = frames ? frames->count - 1 : d->job.last;
         i >= (frames ? 0 : d->job.from); i--) {
        mem_free(path);
        path = NULL;
        TRY(path_of(d, frames ? frames->number[i] : i, &path, e));
    }
    d->guess.encoding = d->job.want.encoding;
    TRY(look(d, path, &d->guess, from, e));
    /* One that cannot be read is no matter as yet. */
    for (int i = 0; i < n && !depth_is_metres(d->guess.encoding); i++) {
        struct depth_guess one;
        struct err ignored = {0};

        mem_free(path);
        path = sequence_path(
            s, s->number[(int64_t)(s->count - 1) * i / (n > 1 ? n - 1 : 1)]);
        if (path && look(d, path, &one, text, &ignored) == 0)
            depth_guess_widen(&d->guess, &one);
    }
    d->job.want.film = &d->guess;
out:
    mem_free(path);
    return rc;
}

int depth_film_open(const struct depth_film_job *job, struct depth_film **out,
                    char from[static 240], struct err *e)
{
    struct depth_film *d = mem_zero(1, sizeof(*d));
    int rc;

    if (!d)
        return err_mem(e, sizeof(*d));
    d->job = *job;
    TRY(find(d, e));
    if (d->found.place == DEPTH_BY_MODEL)
        goto out;
    TRY(decide(d, from, e));
    *out = d;
    d = NULL;
out:
    depth_film_close(d);
    return rc;
}

void depth_film_close(struct depth_film *d)
{
    if (!d)
        return;
    depth_found_release(&d->found);
    sequence_release(&d->names);
    mem_free(d);
}

int depth_film_take(const struct depth_film *d, int64_t number,
                    struct reader *reader, const struct raster *raster,
                    struct depth_map **out, struct err *e)
{
    char *path = NULL;
    int rc;

    TRY(path_of(d, number, &path, e));
    TRY(make(d, &d->job.want, path, reader, raster, out, e));
out:
    mem_free(path);
    return rc;
}
