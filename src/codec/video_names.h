#ifndef CODEC_VIDEO_NAMES_H
#define CODEC_VIDEO_NAMES_H

/* Codecs and containers by their names: for the module of films, and for who
   asks without it. */

#include <stdbool.h>

/* Codecs that are written, by the names that users give; ends with NULL. */
extern const char *const video_codecs[];

/* The presets of such a codec, ends with NULL; NULL: it has none. */
const char *const *video_presets(const char *codec);

/* A container. */
struct box {
    const char *ext, *muxer;
    const char *codecs[8];  /* the usual one first */
    bool constant;          /* a constant rate only */
    bool tagged;            /* it has room for colour tags of its own */
    bool rotated, timecode; /* and for these */
};

extern const struct box boxes[]; /* ends with one without ext */
const struct box *box_named(const char *ext);
bool box_holds(const struct box *b, const char *codec);

/* `ext`, or the container for the codec where that one does not hold it. */
const char *video_ext_for(const char *codec, const char *ext);

#endif
