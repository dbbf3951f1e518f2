/*
 * Films, where their module was built: whatever can be read ascends in time and
 * has one size; half of them are written again with all that lies beside the
 * pictures.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "codec/module.h"
#include "codec/video.h"
#include "files.h"
#include "fuzz.h"

#define FRAMES 12
#define PIXELS (1 << 20)

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fuzz_fail("%s", e->text);
}

static void told(int rc, const struct err *e)
{
    if (rc < 0 && (!e->text[0] || e->code != rc))
        fuzz_fail("failed without a reason");
}

/* Touches every row, so that a wrong plane is noticed. */
static void look_at(const struct video_info *i, const struct video_frame *f)
{
    uint32_t seen = 0;
    const struct frame_format *fmt = &i->fmt;
    const int planes = (fmt->colors == FRAME_GREY ? 1 : 3) + fmt->alpha;
    const int bytes = fmt->bits == 32 ? 4 : fmt->bits > 8 ? 2 : 1;

    if (f->pixels.w != i->w || f->pixels.h != i->h)
        fuzz_fail("a frame of another size");
    for (int p = 0; p < planes; p++) {
        const bool small = fmt->colors == FRAME_YUV && (p == 1 || p == 2);
        const int sx = small ? fmt->ssx : 0, sy = small ? fmt->ssy : 0;
        const int w = (i->w + (1 << sx) - 1) >> sx;
        const int h = (i->h + (1 << sy) - 1) >> sy;

        for (int y = 0; y < h; y++)
            seen += frame_row(&f->pixels, p, y)[w * bytes - 1];
    }
    __asm__ volatile("" : : "r"(seen)); /* it was needed */
}

static struct video_writer *writer_for(struct video_reader *r)
{
    const struct video_info *i = video_info(r);
    struct video_target t = {.ext = "mkv",
                             .codec = "ffv1",
                             .crf = -1,
                             .w = i->w,
                             .h = i->h,
                             .color = i->color,
                             .mastering = i->mastering,
                             .light = i->light,
                             .sar = i->sar,
                             .rotation = i->rotation,
                             .tick = i->tick,
                             .timecode = i->timecode};
    struct video_writer *w = NULL;
    struct frame_format fmt;
    struct err e = {0};
    int rc = video_plan(&t, i, &fmt, &e);

    if (rc == 0 && memcmp(&fmt, &i->fmt, sizeof(fmt)) != 0)
        return NULL; /* frames would have to be made */
    if (rc == 0)
        rc = video_create(files_path(), &t, r, &w, &e);
    told(rc, &e);
    return w;
}

static int read_all(struct video_reader *r, struct video_writer *w,
                    struct err *e)
{
    struct video_frame f;
    int64_t last = -1;
    int rc = 0;

    for (int n = 0; n < FRAMES; n++) {
        rc = video_read(r, &f, e);
        if (rc <= 0)
            break;
        if (f.time <= last)
            fuzz_fail("time stands still");
        last = f.time;
        look_at(video_info(r), &f);
        if (w)
            TRY(video_write_take(w, &f, e));
        else
            video_frame_unref(&f);
    }
    if (rc >= 0 && w)
        rc = video_finish(w, e);
out:
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint64_t dice = hash_bytes(data, size, 0);
    const struct video_read_options o = {
        .threads = 1,
        .start = dice % 4 ? 0 : 0.04,
        .seconds = dice / 4 % 4 ? 0 : 0.08,
        .deinterlace = (int)(dice / 16 % 3),
    };
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct video_reader *r = NULL;
    struct video_writer *w = NULL;
    char path[40];
    struct err e = {0};
    int rc;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        fuzz_fail("cannot make a file in memory");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    rc = video_open(path, &o, &r, &e);
    told(rc, &e);
    if (rc == 0 && (int64_t)video_info(r)->w * video_info(r)->h <= PIXELS) {
        if (dice / 64 % 2)
            w = writer_for(r);
        e = (struct err){0};
        told(read_all(r, w, &e), &e);
        video_abort(w);
        unlink(files_path());
    }
    video_close(r);
    close(fd);
    return 0;
}

static void seed(const char *ext, const char *codec, const char *pixels)
{
    struct video_target t = {.ext = ext,
                             .codec = codec,
                             .pixels = pixels,
                             .crf = -1,
                             .w = 32,
                             .h = 16,
                             .color = {9, 16, 9, 0, 2},
                             .light = {true, 1000, 400},
                             .sar = {4, 3},
                             .rotation = 90,
                             .rate = {25, 1},
                             .tick = {1, 25},
                             .timecode = "01:02:03:04"};
    struct video_writer *w = NULL;
    struct frame_format fmt;
    struct video_frame f;
    struct err e = {0};

    must(video_plan(&t, NULL, &fmt, &e), &e);
    must(video_create(files_path(), &t, NULL, &w, &e), &e);
    for (int n = 0; n < 4; n++) {
        must(video_frame_new(w, &f, &e), &e);
        for (int y = 0; y < 16; y++)
            for (int x = 0; x < 32; x++)
                frame_row(&f.pixels, 0, y)[x] = (uint8_t)(x * y + n);
        f.time = n;
        must(video_write_take(w, &f, &e), &e);
    }
    must(video_finish(w, &e), &e);
    video_abort(w);
    files_seed_path(files_path());
}

void fuzz_seeds(void)
{
    char path[MODULE_PATH_MAX];
    const struct module_id *id;
    struct err e = {0};

    if (module_probe("video", path, &id, &e) < 0)
        return;
    seed("mkv", "ffv1", "yuv420p10le");
    seed("mkv", "ffv1", "bgr0");
    seed("mov", "prores", NULL);
    seed("mp4", "h264", NULL);
    seed("avi", "ffv1", "yuva420p");
    seed("nut", "ffv1", "gray16le");
    seed("ts", "h264", NULL);
}
