/* Codecs and containers by their names, without FFmpeg. */

#include "codec/video_names.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const x26_presets[] = {
    "ultrafast", "superfast", "veryfast", "faster",   "fast",
    "medium",    "slow",      "slower",   "veryslow", NULL};
static const char *const svt_presets[] = {"0",  "1",  "2",  "3",  "4",
                                          "5",  "6",  "7",  "8",  "9",
                                          "10", "11", "12", "13", NULL};
static const char *const prores_presets[] = {
    "proxy", "lt", "standard", "hq", "4444", "4444xq", NULL};
static const char *const dnxhr_presets[] = {"lb",  "sq",  "hq",
                                            "hqx", "444", NULL};

const char *const video_codecs[] = {"prores", "prores_ks", "dnxhr", "h264",
                                    "hevc",   "av1",       "ffv1",  NULL};

const char *const *video_presets(const char *codec)
{
    if (!strncmp(codec, "prores", 6))
        return prores_presets;
    if (!strcmp(codec, "dnxhr"))
        return dnxhr_presets;
    if (!strcmp(codec, "h264") || !strcmp(codec, "hevc"))
        return x26_presets;
    return strcmp(codec, "av1") ? NULL : svt_presets;
}

const struct box boxes[] = {
    {.ext = "mov",
     .muxer = "mov",
     .codecs = {"prores", "prores_ks", "dnxhr", "h264", "hevc", "ffv1"},
     .tagged = true,
     .rotated = true,
     .timecode = true},
    {.ext = "mp4",
     .muxer = "mp4",
     .codecs = {"h264", "hevc", "av1"},
     .tagged = true,
     .rotated = true,
     .timecode = true},
    {.ext = "m4v",
     .muxer = "mp4",
     .codecs = {"h264", "hevc", "av1"},
     .tagged = true,
     .rotated = true,
     .timecode = true},
    {.ext = "mkv",
     .muxer = "matroska",
     .codecs = {"h264", "hevc", "av1", "ffv1", "prores", "prores_ks", "dnxhr"},
     .tagged = true,
     .timecode = true},
    {.ext = "webm",
     .muxer = "webm",
     .codecs = {"av1"},
     .tagged = true,
     .timecode = true},
    {.ext = "mxf",
     .muxer = "mxf",
     .codecs = {"dnxhr", "prores", "prores_ks"},
     .constant = true,
     .tagged = true,
     .timecode = true},
    {.ext = "avi",
     .muxer = "avi",
     .codecs = {"h264", "ffv1"},
     .constant = true},
    {.ext = "nut", .muxer = "nut", .codecs = {"ffv1", "h264", "hevc"}},
    {.ext = "ts", .muxer = "mpegts", .codecs = {"h264", "hevc"}},
    {.ext = NULL},
};

const struct box *box_named(const char *ext)
{
    for (const struct box *b = boxes; ext && b->ext; b++)
        if (!strcasecmp(b->ext, ext))
            return b;
    return NULL;
}

bool box_holds(const struct box *b, const char *codec)
{
    for (int i = 0; b->codecs[i]; i++)
        if (!strcmp(b->codecs[i], codec))
            return true;
    return false;
}

const char *video_ext_for(const char *codec, const char *ext)
{
    const struct box *own = box_named(ext);

    if (own && box_holds(own, codec))
        return ext;
    if (!strcmp(codec, "ffv1"))
        return "mkv"; /* mov cannot say its range */
    for (const struct box *b = boxes; b->ext; b++)
        if (box_holds(b, codec))
            return b->ext;
    return ext;
}
