#ifndef UNIT_VIDEO_FILM_H
#define UNIT_VIDEO_FILM_H

/*
 * Films for tests: clips made and judged by the ffmpeg and ffprobe programs,
 * frames as the tight bytes that `ffmpeg -f rawvideo` writes. After cmocka.h.
 */

#include <math.h>

#include "codec/video.h"
#include "outside.h"
#include "roundtrip.h"

/* Quiet ffmpeg; aborts the test when it fails. */
#define FFMPEG(...)                                                            \
    do {                                                                       \
        char line_[1800];                                                      \
        snprintf(line_, sizeof(line_), __VA_ARGS__);                           \
        if (sh("ffmpeg -nostdin -y -v error %s >film.log 2>&1", line_) != 0)   \
            fail_msg("ffmpeg %s", line_);                                      \
    } while (0)

/* What ffprobe prints for these arguments, without the final newline. */
__attribute__((format(printf, 3, 4))) static inline void
probe(char *text, size_t size, const char *fmt, ...)
{
    char line[1500];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    assert_int_equal(
        sh_text(text, size, "ffprobe -v error -of default=nw=1:nk=1 %s", line),
        0);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == '\n';)
        text[--n] = '\0';
}

static inline void assert_probe(const char *want, const char *arguments)
{
    char text[4000];

    probe(text, sizeof(text), "%s", arguments);
    assert_string_equal(text, want);
}

static const struct video_read_options film_plain = {.threads = 2};

static inline struct video_reader *film_open(const char *path,
                                             const struct video_read_options *o)
{
    struct video_reader *r = NULL;
    struct err e = {0};

    if (video_open(path, o ? o : &film_plain, &r, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    return r;
}

/* That it cannot be opened, and why. */
static inline void film_refused(const char *path, int code, const char *why)
{
    struct video_reader *r = NULL;
    struct err e = {0};

    assert_int_equal(video_open(path, &film_plain, &r, &e), code);
    assert_int_equal(e.code, code);
    if (!strstr(e.text, why))
        fail_msg("'%s' says '%s', not '%s'", path, e.text, why);
}

static inline void film_pixels(const struct video_info *info,
                               const struct video_frame *f, struct buf *out)
{
    const struct frame_format *fmt = &info->fmt;
    const int n = (fmt->colors == FRAME_GREY ? 1 : 3) + fmt->alpha;
    const size_t sample = fmt->bits == 32 ? 4 : fmt->bits > 8 ? 2 : 1;
    struct err e = {0};

    for (int p = 0; p < n; p++) {
        const bool small = fmt->colors == FRAME_YUV && (p == 1 || p == 2);
        const int sx = small ? fmt->ssx : 0, sy = small ? fmt->ssy : 0;
        const int w = (f->pixels.w + (1 << sx) - 1) >> sx;
        const int h = (f->pixels.h + (1 << sy) - 1) >> sy;

        for (int y = 0; y < h; y++)
            assert_int_equal(buf_add(out, frame_row(&f->pixels, p, y),
                                     (size_t)w * sample, &e),
                             0);
    }
}

struct film {
    struct video_info info;
    struct buf raw; /* all frames, one after the other */
    int frames;
    double time[400], length[400]; /* seconds */
    int interlaced, damaged;
    char damage[400];
};

static inline int film_try(const char *path, const struct video_read_options *o,
                           struct film *film, struct err *e)
{
    struct video_reader *r = NULL;
    struct video_frame f;
    double tick;
    int rc;

    *film = (struct film){.raw = {.max = (size_t)1 << 30}};
    TRY(video_open(path, o ? o : &film_plain, &r, e));
    film->info = *video_info(r);
    tick = (double)film->info.tick.num / (double)film->info.tick.den;
    while ((rc = video_read(r, &f, e)) > 0) {
        if (film->frames < 400) {
            film->time[film->frames] = (double)f.time * tick;
            film->length[film->frames] = (double)f.duration * tick;
        }
        film->frames++;
        film->interlaced += f.interlaced;
        film->damaged += f.damaged;
        film_pixels(&film->info, &f, &film->raw);
        video_frame_unref(&f);
    }
    snprintf(film->damage, sizeof(film->damage), "%s", video_damage(r));
out:
    video_close(r);
    return rc;
}

static inline void film_load(const char *path,
                             const struct video_read_options *o,
                             struct film *film)
{
    struct err e = {0};

    if (film_try(path, o, film, &e) < 0)
        fail_msg("%s: %s", path, e.text);
}

static inline void film_free(struct film *film)
{
    buf_release(&film->raw);
}

/* The film's frames are what ffmpeg decodes to this pixel format. */
static inline void assert_raw(const struct film *film, const char *path,
                              const char *pixels)
{
    struct buf want = {0};
    struct err e = {0};

    FFMPEG("-i %s -fps_mode passthrough -f rawvideo -pix_fmt %s want.raw", path,
           pixels);
    assert_int_equal(file_load("want.raw", (size_t)1 << 30, &want, &e), 0);
    if (film->raw.len != want.len)
        fail_msg("%s: %zu bytes, not %zu", path, film->raw.len, want.len);
    for (size_t i = 0; i < want.len; i++)
        if (film->raw.data[i] != want.data[i])
            fail_msg("%s: byte %zu of %zu is %d, not %d", film->info.pixels, i,
                     want.len, film->raw.data[i], want.data[i]);
    buf_release(&want);
}

/* What is to be written of a film, as far as the test has a say. */
static inline struct video_target film_target(const struct video_info *i,
                                              const char *ext)
{
    return (struct video_target){
        .ext = ext,
        .crf = -1,
        .threads = 2,
        .w = i->w,
        .h = i->h,
        .color = i->color,
        .mastering = i->mastering,
        .light = i->light,
        .sar = i->sar,
        .rotation = i->rotation,
        .flipped = i->flipped,
        .rate = i->rate,
        .tick = i->tick,
        .alpha = i->fmt.alpha,
        .timecode = i->timecode,
        .writer = "portal 0.0",
    };
}

/* A frame of the writer's format, another one for each number. */
static inline void film_paint(const struct frame_format *fmt,
                              struct video_frame *f, int number)
{
    const int n = (fmt->colors == FRAME_GREY ? 1 : 3) + fmt->alpha;

    for (int p = 0; p < n; p++) {
        const bool small = fmt->colors == FRAME_YUV && (p == 1 || p == 2);
        const int w = (f->pixels.w + (small && fmt->ssx)) >>
                      (small ? fmt->ssx : 0);
        const int h = (f->pixels.h + (small && fmt->ssy)) >>
                      (small ? fmt->ssy : 0);

        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const int v = 40 + (x + 2 * y + 5 * p + 3 * number) % 160;
                uint8_t *row = frame_row(&f->pixels, p, y);

                if (fmt->bits == 8)
                    row[x] = (uint8_t)v;
                else
                    ((uint16_t *)(void *)row)[x] =
                        (uint16_t)(v << (fmt->bits - 8));
            }
    }
}

static inline bool film_same(const struct frame_format *a,
                             const struct frame_format *b)
{
    return a->colors == b->colors && a->bits == b->bits && a->ssx == b->ssx &&
           a->ssy == b->ssy && a->alpha == b->alpha;
}

/*
 * Reads a film and writes it, frames unchanged where the format is the same
 * and painted where not; at most so many (0: all). *t may have been changed by
 * `edit`. What was dropped is left in `dropped`.
 */
typedef void film_edit(struct video_target *t);

static inline int film_copy_try(const char *in, const char *out,
                                const char *ext, film_edit *edit,
                                const struct video_read_options *o, int most,
                                char dropped[static 240], struct err *e)
{
    struct video_reader *r = NULL;
    struct video_writer *w = NULL;
    struct video_target t;
    struct frame_format fmt;
    struct video_frame f, g;
    uint32_t held;
    int rc, n = 0;

    TRY(video_open(in, o ? o : &film_plain, &r, e));
    t = film_target(video_info(r), ext);
    if (edit)
        edit(&t);
    TRY(video_plan(&t, video_info(r), &fmt, e));
    TRY(video_carries(&t, r, &held, dropped, e));
    TRY(video_create(out, &t, r, &w, e));
    while ((!most || n < most) && (rc = video_read(r, &f, e)) > 0) {
        if (film_same(&fmt, &video_info(r)->fmt)) {
            TRY(video_write_take(w, &f, e));
        } else {
            rc = video_frame_new(w, &g, e);
            if (rc == 0)
                film_paint(&fmt, &g, n);
            g.time = f.time;
            g.duration = f.duration;
            video_frame_unref(&f);
            TRY(rc);
            TRY(video_write_take(w, &g, e));
        }
        n++;
    }
    TRY(rc);
    TRY(video_finish(w, e));
    assert_true(video_bytes(w) > 0);
out:
    video_abort(w);
    video_close(r);
    return rc;
}

static inline void film_copy(const char *in, const char *out, const char *ext,
                             film_edit *edit)
{
    char dropped[240];
    struct err e = {0};

    if (film_copy_try(in, out, ext, edit, NULL, 0, dropped, &e) < 0)
        fail_msg("%s to %s: %s", in, out, e.text);
    if (dropped[0])
        fail_msg("%s to %s: dropped %s", in, out, dropped);
}

#endif
