/* portal-video.so: FFmpeg's libraries. What it offers the program. */

#include "codec/video_out.h"

#include <libavcodec/version.h>
#include <libavformat/version.h>
#include <libavutil/ffversion.h>

static const struct video_info *info(const struct video_source *s)
{
    return &s->info;
}

static const char *damage(const struct video_source *s)
{
    return s->damage;
}

__attribute__((visibility("default")))
const struct video_module portal_module = {
    .id = {.version = VIDEO_MODULE_VERSION,
           .name = "video",
           .about = "FFmpeg " FFMPEG_VERSION},
    .open = source_open,
    .info = info,
    .read = source_read,
    .damage = damage,
    .close = source_close,
    .plan = target_plan,
    .carries = streams_foresee,
    .create = sink_open,
    .frame = sink_frame,
    .take = sink_take,
    .light = sink_light,
    .finish = sink_finish,
    .bytes = sink_bytes,
    .abort = sink_close,
    .ref = frame_ref,
    .unref = frame_unref,
};
