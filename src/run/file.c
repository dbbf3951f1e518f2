/* One file from beginning to end. */

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/clip.h"
#include "run/content.h"
#include "run/file.h"
#include "run/focus.h"
#include "run/mark.h"
#include "run/memory.h"
#include "run/names.h"
#include "run/predict.h"
#include "run/render.h"
#include "run/target.h"

/* Raw rows kept between the passes over one picture; of a very large one they
   would be too few to save time. */
#define RETAIN     ((uint64_t)176 << 20)
#define RETAIN_FEW ((uint64_t)16 << 20)

/* Pixels from which a table of all values of a sample pays. */
#define PIXELS_TABLE (1 << 18)

struct work {
    const struct file_job *job;
    struct file_result *result;
    struct clip *clip; /* it is a film: nothing else is used, but the file */
    struct reader *reader;
    struct look kept;    /* of the job's look, lent steps */
    struct look *turned; /* it behind an orientation, or NULL */
    struct depth_want want;
    struct depth_found found;
    struct depth_source depth;
    struct target *target;
    struct chain *chain;
    struct film_color color; /* of the input, where steps may work on its code
                                values */
    struct chain_code code;
    struct convert *in, *out;
    struct writer *writer;
    struct outfile file;
    struct render render;
    bool upright;  /* the orientation is applied */
    char mark[33]; /* with --conflict changed */
};

static bool has_shape(const struct look *look)
{
    for (int i = 0; i < look->count; i++)
        if (look->step[i].op->shape &&
            !(look->step[i].op->neutral &&
              look->step[i].op->neutral(look->step[i].values)))
            return true;
    return false;
}

/*
 * A JPEG is turned upright; other formats stay as stored with their tag,
 * unless the look works on the shape or the format changes.
 */
static int turn_upright(struct work *w, struct err *e)
{
    const int orientation = w->reader->pic.meta->orientation;
    const struct op *op = op_find("orient");
    struct step *step;
    char number[16];
    int rc;

    if (orientation <= 1 || orientation > 8)
        return 0;
    if (!text_is(w->reader->codec->name, "jpeg") &&
        w->target->codec == w->reader->codec && !has_shape(&w->kept))
        return 0;
    snprintf(number, sizeof(number), "%d", orientation);
    TRY(look_new(&w->turned, e));
    TRY(look_add(w->turned, op, &step, e));
    TRY(param_set(op->params, step->values, "orientation", number, e));
    TRY(look_append(w->turned, &w->kept, e));
    w->upright = true;
out:
    return rc;
}

/* Neither steps nor conversions: the raw rows of the input are the output's. */
static bool is_copy(const struct work *w)
{
    const struct pixfmt *a = &w->reader->pic.fmt, *b = &w->target->pic.fmt;

    return w->chain->count == 0 && w->target->same_color &&
           a->type == b->type && a->colors == b->colors &&
           a->extras == b->extras && a->alpha == b->alpha &&
           a->associated == b->associated && a->inverted == b->inverted;
}

static int make_converters(struct work *w, struct err *e)
{
    const struct target *t = w->target;
    const bool plain = w->chain->count == 0 && t->same_color;
    const bool in_code = plain || chain_takes_code(w->chain);
    const bool out_code = plain || chain_gives_code(w->chain);
    struct render *r = &w->render;
    int rc = 0;

    if (is_copy(w))
        goto out;
    TRY(convert_new(&w->reader->pic.fmt, in_code ? NULL : t->from, false,
                    &w->in, e));
    if (w->reader->pic.h >= PIXELS_TABLE / w->reader->pic.w)
        TRY(convert_tabulate(w->in, kern_best(), e));
    TRY(convert_new(&t->pic.fmt, out_code ? NULL : t->to, t->dither, &w->out,
                    e));
    for (int p = 0; p < 3; p++)
        r->out_plane[p] = p;
    for (int i = 0; i < t->pic.fmt.extras; i++)
        r->out_plane[3 + i] = 3 + t->extra[i];
out:
    return rc;
}

static bool on_depth(const struct step *s)
{
    return s->mask.kind || s->op->needs & OP_NEEDS_DEPTH;
}

int file_steps(const struct file_job *job, struct look *kept,
               struct file_result *r, struct ledger *ledger, struct err *e)
{
    const struct look *all = job->look;
    const struct depth_want want = file_depth(job);
    int dropped;

    kept->step = mem_array((size_t)all->count + 1, sizeof(*kept->step));
    if (!kept->step)
        return err_mem(e, (size_t)all->count * sizeof(*kept->step));
    for (int i = 0; i < all->count; i++)
        if (!depth_unwanted(&want) || !on_depth(&all->step[i]))
            kept->step[kept->count++] = all->step[i];
    dropped = all->count - kept->count;
    if (dropped &&
        ledger_add(ledger, "steps on depth", "dropped", "--depth none", e) < 0)
        return e->code;
    if (dropped)
        snprintf(r->note, sizeof(r->note),
                 "without depth, as asked: %d step%s left out", dropped,
                 dropped > 1 ? "s" : "");
    return 0;
}

/* Light as it is in front of a camera, not made for a display. */
static bool is_scene(const struct work *w)
{
    return sample_is_float(w->reader->pic.fmt.type);
}

static int get_depth(void *arg, const struct image *proxy, struct pool *pool,
                     struct depth_map **out, struct err *e)
{
    struct work *w = arg;
    int rc;

    TRY(depth_take(&w->want, &w->found, proxy, w->chain->w, w->chain->h,
                   is_scene(w), pool, out, e));
    snprintf(w->result->depth, sizeof(w->result->depth), "%s", (*out)->from);
    TRY(ledger_add(&w->target->ledger, "depth", "used", (*out)->from, e));
out:
    if (rc < 0 && *out) {
        depth_map_free(*out);
        *out = NULL;
    }
    return rc;
}

static int see_row(void *arg, int slot, int y, const void *raw, struct err *e)
{
    struct work *w = arg;

    return depth_pass_row(&w->found, slot, y, raw, e);
}

static void report_plan(const struct work *w)
{
    struct file_result *r = w->result;
    const struct picture *in = &w->reader->pic;
    const struct target *t = w->target;

    snprintf(r->codec_in, sizeof(r->codec_in), "%s", w->reader->codec->name);
    snprintf(r->codec_out, sizeof(r->codec_out), "%s", t->codec->name);
    snprintf(r->samples_in, sizeof(r->samples_in), "%s",
             sample_name(in->fmt.type));
    snprintf(r->samples_out, sizeof(r->samples_out), "%s",
             sample_name(t->pic.fmt.type));
    snprintf(r->color_in, sizeof(r->color_in), "%s", t->from->name);
    snprintf(r->color_out, sizeof(r->color_out), "%s", t->to->name);
    if (in->warning[0])
        snprintf(r->note, sizeof(r->note), "%s", in->warning);
    r->w = in->w;
    r->h = in->h;
    r->out_w = w->chain->out_w;
    r->out_h = w->chain->out_h;
    r->steps = w->chain->count;
    r->bytes_in = in->file_size;
}

struct read_options file_reading(const struct file_job *job, int slots)
{
    const struct process_options *o = job->options;

    return (struct read_options){
        .page = o->page,
        .slots = slots,
        .layer = o->layer,
        .memory = o->memory,
    };
}

struct depth_want file_depth(const struct file_job *job)
{
    const struct process_options *o = job->options;

    return (struct depth_want){
        .depth = o->depth,
        .encoding = (enum depth_encoding)o->depth_encoding,
        .model = o->model,
        .size = o->depth_size,
        .maker = job->maker,
        .layer = o->layer,
    };
}

/* Steps that have a focus get what is at a pixel. */
static int point(struct work *w, struct err *e)
{
    const struct picture *in = &w->reader->pic;
    double x, y;
    int rc;

    TRY(focus_share(w->job->options->focus_pixel, in->w, in->h,
                    in->meta->orientation, &x, &y, e));
    chain_focus(w->chain, x, y);
out:
    return rc;
}

static int report_focus(struct work *w, struct err *e)
{
    char depth[40], text[120];

    if (!w->chain->focused)
        return 0;
    focus_text(&w->chain->depth_info, w->chain->focus, depth);
    snprintf(text, sizeof(text), "%s at %s", depth,
             w->job->options->focus_pixel);
    return ledger_add(&w->target->ledger, "focus", "used", text, e);
}

static uint64_t raw_bytes(const struct picture *p)
{
    assert(p);
    return (uint64_t)p->w * (uint64_t)p->h * pixfmt_bytes(&p->fmt);
}

static size_t retain(const struct picture *p)
{
    return raw_bytes(p) > 10 * RETAIN ? RETAIN_FEW : RETAIN;
}

/* Steps that can do so work on the samples as they are. */
static int offer_code(struct work *w, struct err *e)
{
    const struct target *t = w->target;
    int rc = 0;

    if (t->from->kind != COLOR_MATRIX || w->reader->pic.fmt.colors != 3 ||
        w->chain->count == 0)
        return 0;
    TRY(film_color_of(t->from, &w->color, e));
    w->code = film_chain_code(&w->color, false);
    chain_use_code(w->chain, &w->code, t->same_color && t->pic.fmt.colors == 3);
out:
    return rc;
}

static int plan(struct work *w, struct err *e)
{
    const struct file_job *job = w->job;
    const struct read_options read = file_reading(job, pool_slots(job->pool));
    struct render_need need;
    const char *ext = job->out ? output_asks(job->options, job->in, job->out)
                               : NULL;
    int rc;

    TRY(reader_open(job->in, &read, &w->reader, e));
    assert(w->reader);
    TRY(target_new(w->reader, job->options, ext, &w->target, e));
    w->want = file_depth(job);
    if (text_is(w->reader->codec->name, "tiff") && w->reader->pic.pages > 1 &&
        job->options->page == 0)
        snprintf(w->result->note, sizeof(w->result->note),
                 "has %d pages: the first is made, --page chooses",
                 w->reader->pic.pages);
    TRY(file_steps(job, &w->kept, w->result, &w->target->ledger, e));
    TRY(turn_upright(w, e));
    TRY(chain_new(w->turned ? w->turned : &w->kept, w->reader->pic.w,
                  w->reader->pic.h, 3 + w->reader->pic.fmt.extras,
                  w->reader->pic.fmt.alpha < 0 ? 0
                                               : 3 + w->reader->pic.fmt.alpha,
                  0, &w->chain, e));
    if (job->options->show)
        TRY(chain_show(w->chain, job->options->show, e));
    if (job->options->focus_pixel)
        TRY(point(w, e));
    if (w->chain->depth)
        TRY(depth_find(&w->want, job->in, w->reader, &w->found, e));
    TRY(offer_code(w, e));
    TRY(make_converters(w, e));
    TRY(target_finish(w->target, job->options, w->chain->out_w, w->chain->out_h,
                      !is_copy(w), w->upright, e));
    need = render_predict(w->reader, &w->target->pic, w->chain, read.slots,
                          retain(&w->reader->pic));
    if (w->chain->depth)
        need.bytes +=
            depth_memory(&w->want, &w->found, w->chain->w, w->chain->h);
    w->result->memory = need.bytes;
    w->result->two_passes = need.two_passes;
    report_plan(w);
out:
    return rc;
}

/* What is not kept from the first pass is decoded again. */
static int decodings(const struct work *w)
{
    return w->result->two_passes && raw_bytes(&w->reader->pic) > RETAIN ? 2 : 1;
}

static int render(struct work *w, struct err *e)
{
    const struct file_job *job = w->job;
    struct render *r = &w->render;
    int rc;

    TRY(outfile_open(&w->file, job->out, e));
    TRY(w->target->codec->create(&w->file, &w->target->pic,
                                 job->options->strip_rows
                                     ? job->options->strip_rows
                                     : chain_strip_rows(w->chain),
                                 pool_slots(job->pool), &w->writer, e));
    r->pool = job->pool;
    r->k = kern_best();
    if (w->chain->depth)
        TRY(depth_start(&w->want, &w->found, w->reader, pool_slots(job->pool),
                        e));
    w->depth = (struct depth_source){get_depth, w};
    if (w->found.tap)
        r->depth_row = see_row;
    r->depth = &w->depth;
    r->reader = w->reader;
    r->writer = w->writer;
    r->chain = w->chain;
    r->in = w->in;
    r->out = w->out;
    r->out_fmt = &w->target->pic.fmt;
    r->retain = retain(&w->reader->pic);
    r->strip_rows = job->options->strip_rows;
    r->times = &w->result->times;
    r->label = trace_label(job->in);
    r->progress = job->progress;
    r->progress_arg = job->progress_arg;
    TRY(render_run(r, e));
    TRY(w->target->codec->finish(w->writer, e));
    TRY(report_focus(w, e));
out:
    return rc;
}

static int make_clip(struct work *w, struct err *e)
{
    int rc;

    if (clip_has_file(w->clip))
        TRY(outfile_open(&w->file, w->job->out, e));
    TRY(clip_make(w->clip, &w->file, e));
out:
    return rc;
}

static bool may_replace(const struct file_job *job)
{
    const int rule = job->options->conflict;

    return job->replace || rule == CONFLICT_OVERWRITE ||
           rule == CONFLICT_CHANGED;
}

/* What was read and what was made, for who keeps a journal. */
static int identify(struct work *w, struct err *e)
{
    const struct journal_id before = w->result->in_id;
    struct journal_id *in = &w->result->in_id;
    int rc;

    TRY(content_of(w->job->in, in, e));
    if (in->size != before.size || in->mtime_ns != before.mtime_ns) {
        rc = err_set(e, ERR_DATA, "it changed while it was read");
        goto out;
    }
    TRY(content_of_output(&w->file, &w->result->out_id, e));
    w->result->replaces = may_replace(w->job);
    TRY(w->job->hooks->name(w->job->hooks->arg, w->result, e));
out:
    return rc;
}

/* Whether the output that is there is to stay. */
static bool is_there(struct work *w)
{
    const int rule = w->job->options->conflict;

    if (w->job->options->dry_run || w->job->options->to == TO_NULL)
        return false;
    if (rule == CONFLICT_CHANGED)
        mark_make(w->job, w->mark);
    if (access(w->job->out, F_OK) < 0)
        return false;
    return rule == CONFLICT_CHANGED ? mark_matches(w->job->out, w->mark)
                                    : rule == CONFLICT_SKIP && !w->job->replace;
}

static int commit(struct work *w, struct err *e)
{
    struct span span;
    int rc = 0;

    span = span_begin(STAGE_WRITE, &w->result->times, w->render.label, -1);
    w->result->bytes_out = w->file.at;
    if (w->job->options->conflict == CONFLICT_CHANGED)
        mark_set(w->file.fd, w->mark);
    if (w->job->hooks && w->job->hooks->name)
        rc = identify(w, e);
    if (rc == 0)
        rc = outfile_commit(&w->file, may_replace(w->job), e);
    span_end(&span, 0);
    return rc;
}

static int work(struct work *w, struct err *e)
{
    const struct file_job *job = w->job;
    struct file_result *r = w->result;
    struct span span;
    int rc;

    if (is_there(w)) {
        r->status = FILE_SKIPPED;
        return 0;
    }
    span = span_begin(STAGE_OPEN, &r->times, trace_label(job->in), -1);
    rc = job->hooks ? content_stat(job->in, &r->in_id, e) : 0;
    if (rc == 0)
        rc = clip_is(job->in) ? clip_plan(job, r, &w->clip, e) : plan(w, e);
    span_end(&span, 0);
    if (rc < 0)
        return rc;
    if (job->options->dry_run && w->clip) {
        r->status = FILE_PLANNED;
        return 0;
    }
    if (job->options->dry_run) {
        r->status = FILE_PLANNED;
        return predict_time(w->reader, w->target, w->chain, w->in, w->out,
                            job->pool, decodings(w), &r->predicted_s, e);
    }
    if (job->hooks)
        TRY(job->hooks->admit(job->hooks->arg, r->memory, e));
    if (w->clip)
        TRY(make_clip(w, e));
    else
        TRY(render(w, e));
    if (w->file.temp)
        TRY(commit(w, e));
    r->status = FILE_DONE;
out:
    return rc;
}

void file_process(const struct file_job *job, struct file_result *result)
{
    struct work w = {.job = job, .result = result};
    const int64_t start = time_ns();

    *result = (struct file_result){.status = FILE_FAILED};
    memory_watch();
    if (work(&w, &result->err) < 0)
        result->status = result->err.code == ERR_STOP ? FILE_STOPPED
                                                      : FILE_FAILED;
    if (w.writer)
        w.target->codec->abort(w.writer);
    clip_free(w.clip);
    outfile_abandon(&w.file);
    if (w.target) {
        result->ledger = w.target->ledger;
        w.target->ledger = (struct ledger){0};
    }
    convert_free(w.in);
    convert_free(w.out);
    chain_free(w.chain);
    film_color_release(&w.color);
    look_free(w.turned);
    mem_free(w.kept.step);
    depth_found_release(&w.found);
    target_free(w.target);
    reader_close(w.reader);
    result->peak = memory_peak();
    result->wall_ns = time_ns() - start;
}

void file_result_release(struct file_result *r)
{
    ledger_release(&r->ledger);
}
