/* One film from beginning to end. */

#include "run/clip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "run/clip_int.h"
#include "run/sequence.h"

#define DITHER_BITS 12 /* with more, steps cannot be seen */

bool clip_is(const char *path)
{
    struct err e = {0};
    uint8_t head[FILE_HEAD];
    size_t n;

    return sequence_is(path) ||
           (file_head(path, head, &n, &e) == 0 && video_probe(head, n));
}

/* The container: by the output's name, else as the input. */
static const char *container(const struct clip *c)
{
    const char *ext = c->job->out ? path_ext(c->job->out) : "";

    return video_is_ext(ext) ? ext : "mov";
}

/* Colour of the result: as the input, or as asked for. */
static int choose_color(struct clip *c, struct err *e)
{
    const char *name = c->job->options->icc;

    if (!name && c->job->look->output[0])
        name = c->job->look->output;
    if (c->shots && (!name || text_is(name, "same")))
        name = "rec709"; /* pictures have curves that no film player knows */
    if (!name || text_is(name, "same"))
        return film_color_copy(&c->from, &c->to, e);
    return film_color_for(name, &c->info.fmt, 0, &c->to, e);
}

/* What was mastered for HDR stays so while it is; else it is set or goes. */
static int choose_light(struct clip *c, struct err *e)
{
    struct video_target *t = &c->target;
    const bool hdr = film_color_is_hdr(&c->to);
    const bool same = film_color_alike(&c->from, &c->to);
    int rc = 0;

    if (hdr && same) {
        t->mastering = c->info.mastering;
        t->light = c->info.light;
    } else if (c->info.mastering.there || c->info.light.there) {
        TRY(ledger_add(&c->r->ledger, "mastering display", "dropped",
                       "the colours are for another display", e));
    }
    if (hdr && !same) {
        film_color_mastering(&t->mastering);
        TRY(ledger_add(&c->r->ledger, "mastering display", "set",
                       "a P3 display of 1000 cd/m2", e));
    }
    c->measures = hdr && (!same || c->film->count > 0);
out:
    return rc;
}

/* The same codec as the input's in the same container, where we write it. */
static const char *same_codec(const struct clip *c)
{
    static const char *const pairs[][2] = {
        {"prores", "prores"}, {"dnxhd", "dnxhr"}, {"h264", "h264"},
        {"hevc", "hevc"},     {"av1", "av1"},     {"ffv1", "ffv1"},
    };

    if (!text_is_nocase(path_ext(c->job->in), container(c)))
        return NULL;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (text_is(pairs[i][0], c->info.codec))
            return pairs[i][1];
    return NULL;
}

/* Says so where an encoder of even sizes takes a little less than was made. */
static int choose_size(struct clip *c, struct err *e)
{
    const struct video_target *t = &c->target;
    const int x = c->out_w - t->w, y = c->out_h - t->h;
    char text[120];

    c->out_w = t->w;
    c->out_h = t->h;
    if (!x && !y)
        return 0;
    snprintf(text, sizeof(text),
             "%d x %d without the last %s: %s in %s wants even sizes", t->w,
             t->h,
             x && y ? "column and row"
             : x    ? "column"
                    : "row",
             t->codec, t->pixels);
    return ledger_add(&c->r->ledger, "size", "rewritten", text, e);
}

static int choose_target(struct clip *c, struct err *e)
{
    const struct process_options *o = c->job->options;
    struct video_target *t = &c->target;
    int rc = 0;

    *t = (struct video_target){
        .ext = container(c),
        .codec = o->vcodec ? o->vcodec : same_codec(c),
        .pixels = o->pix_fmt,
        .preset = o->preset,
        .crf = (double)o->crf,
        .threads = pool_slots(c->job->pool),
        .w = c->out_w,
        .h = c->out_h,
        .color = c->to.tags,
        .sar = c->info.sar,
        .rotation = c->info.rotation,
        .flipped = c->info.flipped,
        .rate = c->conform.rate,
        .tick = c->conform.rate.den ? (struct video_ratio){c->conform.rate.den,
                                                           c->conform.rate.num}
                                    : c->info.tick,
        .alpha = c->info.fmt.alpha,
        .timecode = c->info.timecode[0] ? c->info.timecode : NULL,
        .writer = "portal " PORTAL_VERSION,
    };
    if (o->bitrate)
        TRY(clip_bit_rate(o->bitrate, &t->bit_rate, e));
    TRY(video_plan(t, &c->info, &c->fmt, e));
    TRY(choose_size(c, e));
    c->to.tags = t->color;
    TRY(film_color_fit(&c->to, &c->fmt, e));
    t->color = c->to.tags;
    if (c->from.color) /* the codec may not state the colour that was wanted */
        chain_use_code(c->film, &c->code, film_color_alike(&c->from, &c->to));
    TRY(choose_light(c, e));
out:
    return rc;
}

static bool same_format(const struct frame_format *a,
                        const struct frame_format *b)
{
    return a->colors == b->colors && a->bits == b->bits && a->ssx == b->ssx &&
           a->ssy == b->ssy && a->alpha == b->alpha;
}

static int make_chain(struct clip *c, struct err *e)
{
    int rc;

    TRY(file_steps(c->job, &c->kept, c->r, &c->r->ledger, e));
    TRY(chain_new(&c->kept, c->info.w, c->info.h, c->planes, c->alpha, 0,
                  &c->film, e));
    if (c->job->options->show)
        TRY(chain_show(c->film, c->job->options->show, e));
    c->film->peak = (float)c->from.peak;
    c->code = film_chain_code(&c->from, true);
    if (c->from.color)
        chain_use_code(c->film, &c->code, film_color_alike(&c->from, &c->to));
    c->out_w = c->film->out_w;
    c->out_h = c->film->out_h;
out:
    return rc;
}

static bool is_pictures(const struct clip *c)
{
    return c->job->out && c->job->options->to == TO_FILE &&
           (sequence_is(c->job->out) || codec_for_ext(path_ext(c->job->out)));
}

/* A picture without a number holds one frame. */
static int64_t limit(const struct clip *c)
{
    return c->made && !sequence_is(c->job->out)
               ? 1
               : c->job->options->preview_frames;
}

/* How many frames there will be, for the progress; 0: nobody knows. */
static int64_t expect(const struct clip *c, const struct video_read_options *r)
{
    const struct video_info *i = &c->info;
    const double rate = ratio_value(i->rate.den ? &i->rate : &i->base);
    double s = i->seconds;
    int64_t n;

    if (s <= 0 && i->frames > 0 && rate > 0)
        s = (double)i->frames / rate;
    s -= r->start;
    if (r->seconds > 0 && (s <= 0 || r->seconds < s))
        s = r->seconds;
    n = s > 0 && rate > 0 ? (int64_t)ceil(s * rate) : 0;
    if (i->frames > 0 && !r->start && !r->seconds)
        n = i->frames;
    if (limit(c) && (n == 0 || n > limit(c)))
        n = limit(c);
    return n;
}

/* Nothing changes a frame: it goes on as it was decoded. */
static bool may_pass(const struct clip *c)
{
    return c->film->count == 0 && same_format(&c->info.fmt, &c->fmt) &&
           c->out_w == c->info.w && c->out_h == c->info.h &&
           film_color_equal(&c->from, &c->to);
}

static int open_film(struct clip *c, const struct video_read_options *read,
                     struct err *e)
{
    int rc;

    TRY(video_open(c->job->in, read, &c->reader, e));
    c->info = *video_info(c->reader);
    TRY(film_color_read(&c->info, c->job->options->assume, &c->from, e));
    TRY(yuv_new(&c->info.fmt, &c->from.space, false, &c->in, e));
    c->planes = c->info.fmt.alpha ? 4 : 3;
    c->alpha = c->info.fmt.alpha ? 3 : 0;
out:
    return rc;
}

/* What a sequence says, as a film would. */
static int open_shots(struct clip *c, struct err *e)
{
    const char *fps = c->job->options->fps;
    struct video_info *i = &c->info;
    const struct picture *p;
    int rc;

    TRY(shots_open(c->job, &c->shots, e));
    p = shots_picture(c->shots);
    *i = (struct video_info){
        .w = p->w,
        .h = p->h,
        .fmt = {FRAME_RGB,
                sample_is_float(p->fmt.type) ? 32
                : p->fmt.type == SAMPLE_U8   ? 8
                                             : 16,
                0, 0, p->fmt.alpha >= 0},
        .rate = {24, 1},
        .frames = shots_names(c->shots)->count,
    };
    snprintf(i->codec, sizeof(i->codec), "sequence");
    if (fps && !text_is(fps, "auto") && !text_is(fps, "keep"))
        TRY(conform_rate(fps, &i->rate, e));
    i->tick = (struct video_ratio){i->rate.den, i->rate.num};
    i->base = i->rate;
    i->seconds = (double)i->frames / ratio_value(&i->rate);
    c->planes = 3 + p->fmt.extras;
    c->alpha = p->fmt.alpha < 0 ? 0 : 3 + p->fmt.alpha;
    TRY(film_color_of(shots_color(c->shots), &c->from, e));
out:
    return rc;
}

/* A film's first frame, as the picture of a sequence would be. */
static int make_shots(struct clip *c, struct err *e)
{
    struct reader like = {
        .codec = codec_for_ext(path_ext(c->job->out)),
        .pic = {.w = c->info.w,
                .h = c->info.h,
                .fmt = {c->info.fmt.bits == 32  ? SAMPLE_F32
                        : c->info.fmt.bits == 8 ? SAMPLE_U8
                                                : SAMPLE_U16,
                        3, c->info.fmt.alpha, c->info.fmt.alpha - 1, false,
                        false},
                .color = c->from.color},
    };
    int rc;

    TRY(meta_new(&like.pic.meta, e));
    TRY(shots_create(c->job, c->shots ? shots_reader(c->shots) : &like,
                     c->shots, c->out_w, c->out_h, c->planes, &c->r->ledger,
                     &c->made, e));
    if (c->from.color)
        chain_use_code(c->film, &c->code,
                       color_equal(c->from.color, shots_target(c->made)->to));
out:
    meta_free(like.pic.meta);
    return rc;
}

static int open_source(struct clip *c, struct video_read_options *read,
                       struct err *e)
{
    int rc;

    TRY(clip_read_options(c->job, read, e));
    if (sequence_is(c->job->in))
        TRY(open_shots(c, e));
    else
        TRY(open_film(c, read, e));
out:
    return rc;
}

static int open_target(struct clip *c, struct err *e)
{
    int rc;

    if (is_pictures(c))
        return make_shots(c, e);
    TRY(choose_target(c, e));
    TRY(yuv_new(&c->fmt, &c->to.space, c->fmt.bits <= DITHER_BITS, &c->out, e));
    c->pass = !c->shots && may_pass(c);
out:
    return rc;
}

static int find_depth(struct clip *c, const struct video_read_options *read,
                      struct err *e)
{
    const struct video_info *i = &c->info;
    struct depth_film_job job = {
        .want = file_depth(c->job),
        .in = c->job->in,
        .w = i->w,
        .h = i->h,
        .frames = c->shots ? shots_names(c->shots) : NULL,
        .first = c->shots ? shots_reader(c->shots) : NULL,
        .pool = c->job->pool,
    };
    int rc;

    c->want = job.want;
    if (!c->film->depth)
        return 0;
    if (i->rate.den)
        job.from = (int64_t)ceil(read->start * ratio_value(&i->rate) - 0.01);
    job.last = job.from;
    if (!read->seconds && !limit(c) && i->frames > job.from)
        job.last = i->frames - 1;
    TRY(depth_film_open(&job, &c->depth, c->r->depth, e));
    if (c->depth)
        TRY(ledger_add(&c->r->ledger, "depth", "used", c->r->depth, e));
out:
    return rc;
}

int clip_plan(const struct file_job *job, struct file_result *r,
              struct clip **out, struct err *e)
{
    const struct process_options *o = job->options;
    struct clip *c = mem_zero(1, sizeof(*c));
    const struct conform_want want = {o->fps, (double)o->fps_tolerance,
                                      (enum conform_times)o->vsync};
    struct video_read_options read;
    int rc;

    if (!c)
        return err_mem(e, sizeof(*c));
    c->job = job;
    c->r = r;
    c->k = kern_best();
    pthread_mutex_init(&c->lock, NULL);
    TRY(open_source(c, &read, e));
    TRY(choose_color(c, e));
    TRY(conform_decide(&want, &c->info, &c->conform, e));
    TRY(make_chain(c, e));
    TRY(open_target(c, e));
    TRY(find_depth(c, &read, e));
    c->expected = expect(c, &read);
    TRY(clip_report_plan(c, e));
    *out = c;
    c = NULL;
out:
    clip_free(c);
    return rc;
}

void clip_free(struct clip *c)
{
    if (!c)
        return;
    video_abort(c->writer);
    video_close(c->reader);
    chain_free(c->film);
    mem_free(c->kept.step);
    depth_film_close(c->depth);
    shots_close(c->shots);
    shots_drop(c->made);
    yuv_free(c->in);
    yuv_free(c->out);
    film_color_release(&c->from);
    film_color_release(&c->to);
    while (c->spares > 0)
        mem_free(c->spare[--c->spares]);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

bool clip_has_file(const struct clip *c)
{
    return c->job->options->to == TO_FILE && !c->made;
}

static void progress(void *arg, int64_t done)
{
    struct clip *c = arg;
    const struct file_job *job = c->job;

    c->r->frames = done;
    if (c->made)
        c->r->bytes_out = shots_written(c->made);
    if (!job->progress)
        return;
    while (c->expected > INT32_MAX / 2) /* shares are what counts */
        c->expected /= 2;
    if (c->expected > 0)
        job->progress(job->progress_arg,
                      (int)(done < c->expected ? done : c->expected),
                      (int)c->expected);
}

static int open_writer(struct clip *c, struct outfile *f, struct err *e)
{
    int rc = 0;

    if (!clip_has_file(c))
        return 0;
    TRY(video_create(f->temp, &c->target, c->reader, &c->writer, e));
out:
    return rc;
}

static int run(struct clip *c, struct err *e)
{
    const struct file_job *job = c->job;
    const struct process_options *o = job->options;
    struct frame_source source;
    struct frame_sink sink;
    int rc;

    if (c->shots)
        shots_source(c->shots, c->depth, &source);
    else
        clip_source(c, &source);
    if (c->made)
        shots_sink(c->made, &sink);
    else
        clip_sink(c, &sink);
    c->frames = (struct frames){
        .source = &source,
        .sink = &sink,
        .film = c->film,
        .pool = job->pool,
        .k = c->k,
        .conform = &c->conform,
        .tick = c->info.tick,
        .limit = limit(c),
        .depth = c->depth ? NULL : &c->want,
        .scene = c->shots && c->info.fmt.bits == 32,
        .strip_rows = o->strip_rows,
        .times = &c->r->times,
        .label = trace_label(job->in),
        .progress = progress,
        .progress_arg = c,
    };
    rc = frames_run(&c->frames, e);
    if (c->frames.depth_from[0])
        snprintf(c->r->depth, sizeof(c->r->depth), "%s", c->frames.depth_from);
    return rc;
}

static int report_end(struct clip *c, struct err *e)
{
    const char *damage = c->reader ? video_damage(c->reader) : "";
    char text[120];

    if (c->shots)
        c->r->bytes_in = shots_read(c->shots);
    if (c->made)
        c->r->bytes_out = shots_written(c->made);
    if (c->frames.read == 0)
        return err_set(e, ERR_DATA, "not one frame of it can be decoded");
    if (damage[0])
        snprintf(c->r->note, sizeof(c->r->note), "%s", damage);
    if (!c->frames.repeated && !c->frames.left_out)
        return 0;
    snprintf(text, sizeof(text), "%lld repeated, %lld left out",
             (long long)c->frames.repeated, (long long)c->frames.left_out);
    return ledger_add(&c->r->ledger, "frames", "rewritten", text, e);
}

int clip_make(struct clip *c, struct outfile *f, struct err *e)
{
    int rc;

    TRY(open_writer(c, f, e));
    TRY(chain_prepare_film(c->film, c->k, c->job->pool, e));
    TRY(run(c, e));
    TRY(report_end(c, e));
    if (c->writer) {
        if (c->measures) {
            const struct video_light light =
                light_level_result(&c->light, true);
            video_set_light(c->writer, &light);
        }
        TRY(video_finish(c->writer, e));
        outfile_extend(f, video_bytes(c->writer));
    }
out:
    return rc;
}
