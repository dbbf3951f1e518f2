/* What the user wants of a film, from texts. */

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "codec/video_names.h"
#include "run/clip_int.h"

#define SECONDS_MAX 1e6

static int refuse_time(const char *key, const char *text, struct err *e)
{
    return err_set(e, ERR_ARG,
                   "'%s' cannot be '%s': allowed are seconds such as 12.5, or "
                   "1:30, or 0:01:30",
                   key, text);
}

int clip_time(const char *key, const char *text, double *seconds, struct err *e)
{
    double total = 0;
    int parts = 0;

    for (const char *at = text; at; parts++) {
        const char *colon = strchr(at, ':');
        const size_t n = colon ? (size_t)(colon - at) : strlen(at);
        char part[24];
        double v;

        if (n == 0 || n >= sizeof(part) || parts == 3)
            return refuse_time(key, text, e);
        memcpy(part, at, n);
        part[n] = '\0';
        if (!text_to_double(part, &v) || !(v >= 0) ||
            ((colon || parts) && v >= 60 && parts))
            return refuse_time(key, text, e);
        total = total * 60 + v;
        at = colon ? colon + 1 : NULL;
    }
    if (total > SECONDS_MAX)
        return refuse_time(key, text, e);
    *seconds = total;
    return 0;
}

static int read_times(const struct process_options *o,
                      struct video_read_options *r, struct err *e)
{
    int rc = 0;

    if (o->start)
        TRY(clip_time("start", o->start, &r->start, e));
    if (o->duration)
        TRY(clip_time("duration", o->duration, &r->seconds, e));
    if (o->duration && r->seconds == 0)
        return refuse_time("duration", o->duration, e);
out:
    return rc;
}

int clip_read_options(const struct file_job *job, struct video_read_options *r,
                      struct err *e)
{
    const struct process_options *o = job->options;

    *r = (struct video_read_options){
        .threads = pool_slots(job->pool),
        .deinterlace = o->deinterlace,
    };
    return read_times(o, r, e);
}

/* Units of rates are thousands, as encoders and FFmpeg have them. */
int clip_bit_rate(const char *text, int64_t *rate, struct err *e)
{
    static const char units[] = "kKmMgG";
    const char *end = text, *unit = NULL;
    double v = -1;

    if (text_scan_double(text, &end, &v) && *end)
        unit = strchr(units, *end);
    if (unit) {
        const long power = (unit - units) / 2 + 1;

        v *= pow(1000, (double)power);
        end++;
    }
    if (*end || !(v >= 1e4 && v <= 1e10))
        return err_set(e, ERR_ARG,
                       "'bitrate' cannot be '%s': allowed are 10K … 10G bits a "
                       "second",
                       text);
    *rate = llround(v);
    return 0;
}

/* One of the names, or the nearest of them, or all. */
static int check_name(const char *key, const char *name,
                      const char *const *names, struct err *e)
{
    const char *near = text_nearest(name, names);
    struct buf all = {.max = 1000};
    int rc = 0;

    for (int i = 0; names[i]; i++)
        if (text_is(names[i], name))
            return 0;
    if (near)
        return err_set(e, ERR_ARG, "'%s' cannot be '%s', did you mean '%s'?",
                       key, name, near);
    for (int i = 0; names[i]; i++)
        TRY(buf_printf(&all, e, "%s%s", i ? ", " : "", names[i]));
    rc = err_set(e, ERR_ARG, "'%s' cannot be '%s': allowed is %s", key, name,
                 (char *)all.data);
out:
    buf_release(&all);
    return rc;
}

int clip_check(const struct process_options *o, struct err *e)
{
    const char *const *presets = o->vcodec ? video_presets(o->vcodec) : NULL;
    struct video_read_options read = {0};
    struct video_ratio rate;
    int64_t bits;
    int rc;

    TRY(read_times(o, &read, e));
    if (o->bitrate)
        TRY(clip_bit_rate(o->bitrate, &bits, e));
    if (o->bitrate && o->crf >= 0)
        return err_set(e, ERR_ARG,
                       "'crf' and 'bitrate' exclude each other: one is of "
                       "constant quality, one of constant size");
    if (o->fps && !text_is(o->fps, "auto") && !text_is(o->fps, "keep"))
        TRY(conform_rate(o->fps, &rate, e));
    if (o->vcodec)
        TRY(check_name("vcodec", o->vcodec, video_codecs, e));
    if (o->preset && presets)
        TRY(check_name("preset", o->preset, presets, e));
out:
    return rc;
}
