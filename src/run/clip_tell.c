/* What is said of a film before it is made. */

#include <stdio.h>

#include "run/clip_int.h"

static uint64_t frame_bytes(const struct frame_format *f, int w, int h)
{
    uint64_t bytes = 0;

    for (int p = 0; p < frame_planes(f); p++)
        bytes += (uint64_t)frame_plane_w(f, p, w) *
                 (uint64_t)frame_plane_h(f, p, h) * frame_sample_bytes(f);
    return bytes;
}

/* Frames that decoder, encoder and we hold, and the strips of each thread. */
static uint64_t predict(const struct clip *c)
{
    const uint64_t slots = (uint64_t)pool_slots(c->job->pool);
    const uint64_t in = frame_bytes(&c->info.fmt, c->info.w, c->info.h);
    const uint64_t out = frame_bytes(&c->fmt, c->out_w, c->out_h);
    const uint64_t around = (uint64_t)chain_frames_around(c->film);
    const int rows = chain_frame_rows(c->film);
    const uint64_t strip =
        view_bytes(c->out_w > c->info.w ? c->out_w : c->info.w, rows + 64,
                   c->film->planes);

    return in * (6 + slots + 2 * around) + out * (2 + slots) +
           slots * strip * (2 + 2 * around) + ((uint64_t)64 << 20) +
           (c->depth ? 6 * slots * (uint64_t)c->info.w * (uint64_t)c->info.h
                     : 0);
}

static void bits_text(const struct frame_format *f, char text[static 8])
{
    if (f->bits == 32)
        snprintf(text, 8, "float");
    else
        snprintf(text, 8, "%d-bit", f->bits);
}

/* What lies beside the pictures: a sequence has no room for it. */
static int report_streams(struct clip *c, struct err *e)
{
    const struct video_info *i = &c->info;
    struct file_result *r = c->r;
    char dropped[240] = "sound and all else but the pictures";
    uint32_t held = 0;
    int rc = 0;

    if (!c->reader || c->job->options->to == TO_NULL)
        return 0;
    if (!c->made)
        TRY(video_carries(&c->target, c->reader, &held, dropped, e));
    else if (!i->streams)
        return 0;
    for (int s = 0; s < i->streams && s < VIDEO_STREAMS; s++)
        if (held >> s & 1)
            TRY(ledger_add(&r->ledger, i->stream[s].kind, "carried",
                           i->stream[s].text, e));
    if (!dropped[0])
        return 0;
    TRY(ledger_add(&r->ledger, "streams", "dropped", dropped, e));
    if (!c->made && !r->note[0])
        snprintf(r->note, sizeof(r->note), "%s does not hold, so left out: %s",
                 c->target.ext, dropped);
out:
    return rc;
}

static int report_sources(struct clip *c, struct err *e)
{
    const struct video_info *i = &c->info;
    struct ledger *l = &c->r->ledger;
    char text[240];
    int rc;

    snprintf(text, sizeof(text), "%s%s%s%s%s, %.2f s, %lld frames", i->codec,
             i->profile[0] ? " " : "", i->profile, i->pixels[0] ? " " : "",
             i->pixels, i->seconds, (long long)c->expected);
    TRY(ledger_add(l, "pictures", "read", text, e));
    TRY(ledger_add(l, "colour", "read", c->from.text, e));
    if (c->made && !color_equal(c->from.color, shots_target(c->made)->to))
        TRY(ledger_add(l, "colour", "rewritten",
                       shots_target(c->made)->to->name, e));
    if (!c->made && !film_color_alike(&c->from, &c->to))
        TRY(ledger_add(l, "colour", "rewritten", c->to.text, e));
    TRY(ledger_add(l, "rate", c->conform.changed ? "rewritten" : "kept",
                   c->conform.text, e));
    TRY(report_streams(c, e));
    if (i->interlaced && c->job->options->deinterlace != 2)
        TRY(ledger_add(l, "fields", "rewritten", "deinterlaced by bwdif", e));
out:
    return rc;
}

/* Of the result: a film's frames, or pictures. */
static void report_result(const struct clip *c)
{
    struct file_result *r = c->r;
    const struct target *t = c->made ? shots_target(c->made) : NULL;

    if (t)
        snprintf(r->samples_out, sizeof(r->samples_out), "%s",
                 sample_name(t->pic.fmt.type));
    else
        bits_text(&c->fmt, r->samples_out);
    snprintf(r->color_out, sizeof(r->color_out), "%.79s",
             t             ? t->to->name
             : c->to.color ? c->to.color->name
                           : c->to.text);
}

static const char *codec_name(const struct clip *c)
{
    if (c->job->options->to == TO_NULL)
        return "null";
    return c->made ? shots_target(c->made)->codec->name : c->target.codec;
}

int clip_report_plan(struct clip *c, struct err *e)
{
    struct file_result *r = c->r;

    snprintf(r->codec_in, sizeof(r->codec_in), "%s", c->info.codec);
    snprintf(r->codec_out, sizeof(r->codec_out), "%s", codec_name(c));
    bits_text(&c->info.fmt, r->samples_in);
    snprintf(r->color_in, sizeof(r->color_in), "%.79s",
             c->from.color ? c->from.color->name : c->from.text);
    report_result(c);
    if (c->info.warning[0])
        snprintf(r->note, sizeof(r->note), "%s", c->info.warning);
    r->w = c->info.w;
    r->h = c->info.h;
    r->out_w = c->out_w;
    r->out_h = c->out_h;
    r->steps = c->film->count;
    r->expected = c->expected > 0 ? c->expected : 1;
    r->bytes_in = c->info.file_size;
    r->memory = predict(c);
    return report_sources(c, e);
}
