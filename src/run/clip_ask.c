/* What the user wants of a film, from texts. */

#include <string.h>

#include "base/text.h"
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

int clip_read_options(const struct file_job *job, struct video_read_options *r,
                      struct err *e)
{
    const struct process_options *o = job->options;
    int rc = 0;

    *r = (struct video_read_options){
        .threads = pool_slots(job->pool),
        .deinterlace = o->deinterlace,
    };
    if (o->start)
        TRY(clip_time("start", o->start, &r->start, e));
    if (o->duration)
        TRY(clip_time("duration", o->duration, &r->seconds, e));
    if (o->duration && r->seconds == 0)
        return refuse_time("duration", o->duration, e);
out:
    return rc;
}

int clip_bit_rate(const char *text, int64_t *rate, struct err *e)
{
    uint64_t n;

    if (!text_to_size(text, &n) || n < 10000 || n > 10000000000u)
        return err_set(e, ERR_ARG,
                       "'bitrate' cannot be '%s': allowed are 10K … 10G bits a "
                       "second",
                       text);
    *rate = (int64_t)n;
    return 0;
}
