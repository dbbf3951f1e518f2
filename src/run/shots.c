/* Numbered pictures into a chain and out of it. */

#include "run/shots.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "codec/convert.h"
#include "run/raster.h"
#include "run/sequence.h"

/* Converters of rows: as they are, and in linear light. */
struct pair {
    struct convert *code, *light;
};

static int pair_new(struct pair *p, const struct pixfmt *fmt,
                    const struct color *color, bool dither, struct err *e)
{
    int rc;

    TRY(convert_new(fmt, NULL, dither, &p->code, e));
    TRY(convert_new(fmt, color, dither, &p->light, e));
out:
    return rc;
}

static void pair_release(struct pair *p)
{
    convert_free(p->code);
    convert_free(p->light);
}

static size_t pair_scratch(const struct pair *p, int w)
{
    const size_t code = convert_scratch(p->code, w);
    const size_t light = convert_scratch(p->light, w);

    return code > light ? code : light;
}

struct shots_in {
    const struct file_job *job;
    const struct kern *k;
    struct sequence names;
    struct reader *first;
    struct target *target; /* for the colour it assumes */
    struct pair rows;
    const struct depth_film *depth;
    int at;
    atomic_ullong bytes; /* of the files read so far */
};

struct shot_in {
    int64_t number;
    struct raster *raster;
};

static int open_one(const struct shots_in *s, int64_t number,
                    struct reader **out, struct err *e)
{
    const struct read_options read =
        file_reading(s->job, s->depth ? pool_slots(s->job->pool) : 1);
    char *path = sequence_path(&s->names, number);
    int rc;

    if (!path)
        return err_mem(e, 0);
    rc = reader_open(path, &read, out, e);
    if (rc < 0)
        err_prefix(e, "'%s'", path);
    mem_free(path);
    return rc;
}

int shots_open(const struct file_job *job, struct shots_in **out, struct err *e)
{
    struct shots_in *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!s)
        return err_mem(e, sizeof(*s));
    s->job = job;
    s->k = kern_best();
    TRY(sequence_find(job->in, job->options->frames, &s->names, e));
    TRY(open_one(s, s->names.number[0], &s->first, e));
    TRY(target_new(s->first, job->options, NULL, &s->target, e));
    TRY(pair_new(&s->rows, &s->first->pic.fmt, s->target->from, false, e));
    TRY(convert_tabulate(s->rows.light, s->k, e));
    *out = s;
    s = NULL;
out:
    shots_close(s);
    return rc;
}

void shots_close(struct shots_in *s)
{
    if (!s)
        return;
    pair_release(&s->rows);
    target_free(s->target);
    reader_close(s->first);
    sequence_release(&s->names);
    mem_free(s);
}

const struct picture *shots_picture(const struct shots_in *s)
{
    return &s->first->pic;
}

const struct reader *shots_reader(const struct shots_in *s)
{
    return s->first;
}

uint64_t shots_read(const struct shots_in *s)
{
    return atomic_load(&s->bytes);
}

const struct sequence *shots_names(const struct shots_in *s)
{
    return &s->names;
}

const struct color *shots_color(const struct shots_in *s)
{
    return s->target->from->kind == COLOR_MATRIX ? s->target->from : NULL;
}

static int next_shot(void *arg, struct frame_in *f, struct err *e)
{
    struct shots_in *s = arg;
    struct shot_in *one;

    if (s->at == s->names.count)
        return 0;
    one = mem_zero(1, sizeof(*one));
    if (!one)
        return err_mem(e, sizeof(*one));
    one->number = s->names.number[s->at];
    f->own = one;
    f->time = s->at++;
    f->duration = 1;
    f->number = one->number;
    return 1;
}

static int load_shot(void *arg, struct frame_in *f, struct err *e)
{
    struct shots_in *s = arg;
    const struct picture *like = &s->first->pic;
    struct shot_in *one = f->own;
    struct reader *r = NULL;
    int rc;

    TRY(open_one(s, one->number, &r, e));
    TRY(raster_read(r, &one->raster, e) < 0
            ? err_prefix(e, "frame %lld", (long long)one->number)
            : 0);
    if (s->depth)
        TRY(depth_film_take(s->depth, one->number, r, one->raster, &f->depth,
                            e));
    if (r->pic.w != like->w || r->pic.h != like->h ||
        r->pic.fmt.type != like->fmt.type ||
        r->pic.fmt.colors != like->fmt.colors ||
        r->pic.fmt.extras != like->fmt.extras) {
        rc = err_set(e, ERR_DATA,
                     "frame %lld is %d x %d %s, and the first is %d x %d %s",
                     (long long)one->number, r->pic.w, r->pic.h,
                     sample_name(r->pic.fmt.type), like->w, like->h,
                     sample_name(like->fmt.type));
        goto out;
    }
    atomic_fetch_add(&s->bytes, r->pic.file_size);
out:
    reader_close(r);
    return rc;
}

static void shot_row(const void *arg, const struct frame_in *f, bool linear,
                     int y, float *const planes[], struct arena *scratch)
{
    const struct shots_in *s = arg;
    const struct shot_in *one = f->own;

    convert_in(linear ? s->rows.light : s->rows.code, s->k,
               raster_row(one->raster, y), (size_t)one->raster->w, planes,
               scratch);
}

static void drop_shot(void *arg, struct frame_in *f)
{
    struct shot_in *one = f->own;

    (void)arg;
    if (one)
        raster_free(one->raster);
    mem_free(one);
    f->own = NULL;
}

void shots_source(struct shots_in *s, const struct depth_film *depth,
                  struct frame_source *source)
{
    s->depth = depth;
    *source = (struct frame_source){
        .next = next_shot,
        .load = load_shot,
        .row = shot_row,
        .drop = drop_shot,
        .arg = s,
        .scratch = pair_scratch(&s->rows, s->first->pic.w),
    };
}

struct shots_out {
    const struct file_job *job;
    const struct kern *k;
    struct sequence names;
    bool single;                 /* a picture of its own, without a number */
    const struct shots_in *from; /* whose numbers they get, or NULL */
    struct target *target;
    struct pair rows;
    int planes;
    atomic_ullong bytes; /* of the files written so far */
};

struct shot_out {
    struct raster *raster;
};

int shots_create(const struct file_job *job, const struct reader *like,
                 const struct shots_in *from, int w, int h, int planes,
                 struct ledger *ledger, struct shots_out **out, struct err *e)
{
    struct shots_out *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!s)
        return err_mem(e, sizeof(*s));
    s->job = job;
    s->k = kern_best();
    s->from = from;
    s->planes = planes;
    s->single = !sequence_is(job->out);
    if (!s->single)
        TRY(sequence_parse(job->out, &s->names, e));
    TRY(target_new(like, job->options, path_ext(job->out), &s->target, e));
    TRY(target_finish(s->target, job->options, w, h, true, false, e));
    for (int i = 0; i < s->target->ledger.count; i++)
        TRY(ledger_add(ledger, s->target->ledger.line[i].what,
                       s->target->ledger.line[i].fate,
                       s->target->ledger.line[i].why, e));
    TRY(pair_new(&s->rows, &s->target->pic.fmt, s->target->to,
                 s->target->dither, e));
    *out = s;
    s = NULL;
out:
    shots_drop(s);
    return rc;
}

void shots_drop(struct shots_out *s)
{
    if (!s)
        return;
    pair_release(&s->rows);
    target_free(s->target);
    sequence_release(&s->names);
    mem_free(s);
}

const struct target *shots_target(const struct shots_out *s)
{
    return s->target;
}

uint64_t shots_written(const struct shots_out *s)
{
    return atomic_load(&s->bytes);
}

static void drop_out(void *arg, void *own)
{
    struct shot_out *one = own;

    (void)arg;
    if (!one)
        return;
    raster_free(one->raster);
    mem_free(one);
}

static int begin(void *arg, void **own, struct err *e)
{
    const struct shots_out *s = arg;
    const struct picture *p = &s->target->pic;
    struct shot_out *one = mem_zero(1, sizeof(*one));
    int rc;

    if (!one)
        return err_mem(e, sizeof(*one));
    rc = raster_new(&p->fmt, p->w, p->h, &one->raster, e);
    if (rc < 0) {
        mem_free(one);
        return rc;
    }
    *own = one;
    return 0;
}

static void take(void *arg, void *own, bool linear, int64_t number,
                 const struct view *v, int y0, int y1, struct arena *scratch)
{
    const struct shots_out *s = arg;
    const struct shot_out *one = own;
    float *plane[IMAGE_PLANES_MAX];

    (void)number;
    for (int y = y0; y < y1; y++) {
        for (int p = 0; p < 3; p++)
            plane[p] = row_of(v, p, y);
        for (int i = 0; i < s->target->pic.fmt.extras; i++)
            plane[3 + i] = row_of(v, 3 + s->target->extra[i], y);
        arena_reset(scratch);
        convert_out(linear ? s->rows.light : s->rows.code, s->k, plane,
                    (size_t)v->w, y, raster_row(one->raster, y), scratch);
    }
}

/* The number that the frame which is shown at `time` gets. */
static int64_t number_of(const struct shots_out *s, int64_t time)
{
    const struct sequence *from = s->from ? &s->from->names : NULL;

    if (!from)
        return time + 1;
    return time < from->count
               ? from->number[time]
               : from->number[from->count - 1] + time - from->count + 1;
}

static bool may_skip(const struct shots_out *s)
{
    return s->job->options->conflict == CONFLICT_SKIP && !s->job->replace;
}

static char *path_of(const struct shots_out *s, int64_t time)
{
    return s->single ? mem_text(s->job->out)
                     : sequence_path(&s->names, number_of(s, time));
}

/* Whether all that a frame would become is there and may stay. */
static bool is_there(void *arg, int64_t time, int copies)
{
    const struct shots_out *s = arg;
    bool there = may_skip(s);

    for (int i = 0; there && i < copies; i++) {
        char *path = path_of(s, time + i);

        there = path && access(path, F_OK) == 0;
        mem_free(path);
    }
    return there;
}

static int write_one(struct shots_out *s, const struct shot_out *one,
                     int64_t time, struct err *e)
{
    char *path = path_of(s, time);
    struct outfile f = {0};
    int rc;

    if (!path)
        return err_mem(e, 0);
    TRY(outfile_open(&f, path, e));
    TRY(raster_write(one->raster, s->target->codec, &s->target->pic, &f, e));
    atomic_fetch_add(&s->bytes, f.at);
    TRY(outfile_commit(&f, true, e));
out:
    if (rc < 0)
        err_prefix(e, "'%s'", path);
    outfile_abandon(&f);
    mem_free(path);
    return rc;
}

/* Files need no order. */
static int end(void *arg, void *own, int64_t time, int copies, struct err *e)
{
    struct shots_out *s = arg;
    int rc = 0;

    for (int i = 0; rc == 0 && i < copies; i++)
        rc = write_one(s, own, time + i, e);
    return rc;
}

static int put_take(void *arg, void *own, const struct frame_in *from,
                    int64_t time, int copies, struct err *e)
{
    (void)from;
    (void)time;
    (void)copies;
    (void)e;
    drop_out(arg, own);
    return 0;
}

void shots_sink(struct shots_out *s, struct frame_sink *sink)
{
    *sink = (struct frame_sink){
        .begin = begin,
        .there = is_there,
        .take = take,
        .end = end,
        .put_take = put_take,
        .drop = drop_out,
        .arg = s,
        .even = 1,
        .scratch = pair_scratch(&s->rows, s->target->pic.w),
    };
}
