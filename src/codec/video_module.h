#ifndef CODEC_VIDEO_MODULE_H
#define CODEC_VIDEO_MODULE_H

/*
 * What codec/video.c asks of the module portal-video.so: the functions of
 * codec/video.h, with FFmpeg's libraries behind them. The input file is opened
 * by the program; the module reads that one and no other, and no network.
 */

#include "codec/module.h"
#include "codec/video.h"

#define VIDEO_MODULE_VERSION 2

/* What the module borrows from the program. */
struct video_host {
    int (*fail)(struct err *e, enum err_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
    void *(*zero)(size_t count, size_t size);
    void (*free)(void *block);
};

struct video_source;
struct video_sink;

struct video_module {
    struct module_id id;

    /* `fd` is lent, `name` tells formats without a signature apart. */
    int (*open)(const struct video_host *host, int fd, const char *name,
                const struct video_read_options *o, struct video_source **out,
                struct err *e);
    const struct video_info *(*info)(const struct video_source *s);
    int (*read)(struct video_source *s, struct video_frame *frame,
                struct err *e);
    const char *(*damage)(const struct video_source *s);
    void (*close)(struct video_source *s);

    int (*plan)(const struct video_host *host, struct video_target *t,
                const struct video_info *like, struct frame_format *fmt,
                struct err *e);
    int (*carries)(const struct video_host *host, const struct video_target *t,
                   struct video_source *from, uint32_t *held,
                   char dropped[static 240], struct err *e);
    int (*create)(const struct video_host *host, const char *path,
                  const struct video_target *t, struct video_source *from,
                  struct video_sink **out, struct err *e);
    int (*frame)(struct video_sink *w, struct video_frame *out, struct err *e);
    int (*take)(struct video_sink *w, struct video_frame *frame, struct err *e);
    void (*light)(struct video_sink *w, const struct video_light *light);
    int (*finish)(struct video_sink *w, struct err *e);
    uint64_t (*bytes)(const struct video_sink *w);
    void (*abort)(struct video_sink *w);

    void (*ref)(const struct video_frame *f, struct video_frame *copy);
    void (*unref)(struct video_frame *f);
};

/* What `own` of a frame starts with. */
struct video_own {
    const struct video_module *module;
};

#endif
