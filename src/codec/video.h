#ifndef CODEC_VIDEO_H
#define CODEC_VIDEO_H

/*
 * Films: files with a stream of pictures that is worked on and other streams
 * (sound, subtitles, timecode, attachments) that are carried. FFmpeg's
 * libraries do it, in a module opened on first use. Frames pass as planes of
 * code values (codec/frame.h); colour arithmetic is not this module's.
 *
 * Reading: video_open(), then video_read() until it says that there is no more.
 * Writing: video_create() beside a reader, whose other streams go along as they
 * are read, then video_write() in the order of time, video_finish(). A reader
 * and a writer are each used by one thread at a time; the two may be used at
 * once by two threads. Errors speak of "it": the caller puts the name before
 * them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "codec/frame.h"

struct video_ratio {
    int64_t num, den; /* den 0: unknown */
};

/* What code values mean, by the numbers of ITU-T H.273. 2: not stated. */
struct video_color {
    int primaries, transfer, matrix;
    int range;  /* 1 full, 0 limited, -1 not stated                       */
    int siting; /* Chroma420SampleLocType 0 … 5, -1 not stated            */
};

/* SMPTE ST 2086: the display on which it was mastered. */
struct video_mastering {
    bool there;
    double xy[4][2]; /* chromaticities of red, green, blue, white */
    double min, max; /* cd/m2                                     */
};

/* CTA-861.3: content light level, cd/m2. */
struct video_light {
    bool there;
    int max_cll, max_fall;
};

struct video_stream {
    char kind[12];  /* "audio", "subtitle", "data", "attachment" */
    char text[100]; /* for people: "aac, 48000 Hz, stereo, eng"    */
};

#define VIDEO_STREAMS 32

struct video_info {
    char container[40], codec[32], profile[32]; /* FFmpeg's short names */
    char pixels[24];         /* pixel format of the file: "yuv422p10le"    */
    int w, h;                /* of a frame as stored                       */
    struct frame_format fmt; /* of what video_read() gives                 */
    struct video_color color;
    struct video_mastering mastering;
    struct video_light light;
    struct video_ratio sar;  /* width to height of a pixel; 0/1: not stated */
    int rotation;            /* clockwise, to show it: 0, 90, 180, 270     */
    bool flipped;            /* mirrored left to right before that        */
    struct video_ratio rate; /* frames a second: the average              */
    struct video_ratio base; /* and the smallest that holds every time     */
    struct video_ratio tick; /* seconds of a unit of time                 */
    int64_t skipped;         /* ticks before the first frame that is given */
    int64_t frames;          /* as the header has it; 0: it does not say   */
    double start, seconds;   /* 0: it does not say                        */
    int64_t bit_rate;        /* of the pictures, bits a second, 0: unknown */
    bool interlaced, top_first; /* as the header has it */
    char timecode[24];          /* of the first frame that is given, or ""   */
    int streams;                /* others than the pictures                  */
    struct video_stream stream[VIDEO_STREAMS];
    uint64_t file_size;
    char warning[200]; /* e.g. no duration, broken index; "" */
};

struct video_reader;
struct video_writer;

struct video_read_options {
    int threads;    /* of the decoder, at least 1           */
    double start;   /* seconds from the beginning: frames before are left out */
    double seconds; /* and after so many; 0: to the end      */
    enum { VIDEO_FIELDS_AUTO, VIDEO_FIELDS_ON, VIDEO_FIELDS_OFF } deinterlace;
};

/* One decoded frame; video_frame_unref() lets go of it, from any thread. */
struct video_frame {
    struct frame pixels; /* read only: the decoder may still look at them; what
                            lies above the bits of the format is undefined */
    int64_t time;        /* in ticks from the first frame that is given  */
    int64_t duration;    /* in ticks; 0: unknown                         */
    bool interlaced, top_first;
    bool damaged; /* the decoder had to guess */
    void *own;    /* the module's */
};

/*
 * Whether a file is one for this module: by its first bytes, without opening
 * the module. True also for containers that hold no pictures in the end.
 */
bool video_probe(const uint8_t *head, size_t n);

/* Whether files of this extension are written. */
bool video_is_ext(const char *ext);

/*
 * ERR_ARG without the module. ERR_DATA for what cannot be decoded: a codec that
 * is missing is named, as is a file without pictures.
 */
int video_open(const char *path, const struct video_read_options *o,
               struct video_reader **out, struct err *e);
const struct video_info *video_info(const struct video_reader *r);
void video_close(struct video_reader *r);

/*
 * The next frame: 1, or 0 at the end. Frames of another size or format than the
 * first are ERR_DATA. What is cut off or broken in the middle gives the frames
 * that can be had; damage is counted, video_damage() says it in words at the
 * end ("" when there is none). A file of which nothing can be decoded is
 * ERR_DATA.
 */
int video_read(struct video_reader *r, struct video_frame *frame,
               struct err *e);
void video_frame_ref(const struct video_frame *f, struct video_frame *copy);
void video_frame_unref(struct video_frame *f);
const char *video_damage(const struct video_reader *r);

/* What to write. Texts NULL, numbers 0: the usual for the container. */
struct video_target {
    const char *ext;    /* of the container: "mov", "mp4", "mkv", …  */
    const char *codec;  /* "prores", "prores_ks", "dnxhr", "h264", "hevc",
                           "av1", "ffv1"                           */
    const char *pixels; /* pixel format by FFmpeg's name            */
    const char *preset; /* the encoder's speed or profile           */
    double crf;         /* constant quality; below 0: the usual     */
    int64_t bit_rate;   /* bits a second instead                    */
    int threads;        /* of the encoder                           */
    int w, h;
    struct video_color color;
    struct video_mastering mastering;
    struct video_light light;
    struct video_ratio sar;
    int rotation; /* 0 once the pixels were turned */
    bool flipped;
    struct video_ratio rate; /* constant; den 0: times as they come */
    struct video_ratio tick; /* of the times given                  */
    bool alpha;              /* there is one to keep                */
    const char *timecode;    /* of the first frame, or NULL          */
    const char *writer;      /* "portal 0.5": the software tag       */
};

/*
 * Fills what is left open (codec, pixels, preset, crf) and says what frames the
 * writer will want. `like` is the input or NULL. ERR_ARG when the three do not
 * go together, with what would: "mp4 holds no ffv1: use mkv".
 *
 * It also settles t->color: what the codec cannot state becomes what it implies
 * (ProRes and DNxHR are of limited range, YUV has no matrix 0, RGB no other),
 * so frames are made by t->color as it is afterwards. t->alpha stays only if
 * the pixels have it. A size that the encoder does not take becomes the even
 * one below.
 */
int video_plan(struct video_target *t, const struct video_info *like,
               struct frame_format *fmt, struct err *e);

/*
 * Which streams of `from` (or NULL) the container of a planned target holds: a
 * bit for each of video_info()->stream. `dropped` names for people the others,
 * and what else of the film it cannot say; "" when all goes along.
 */
int video_carries(const struct video_target *t, struct video_reader *from,
                  uint32_t *held, char dropped[static 240], struct err *e);

/*
 * Starts the file `path`, which the caller renames when it is whole. The
 * streams of `from` (or NULL) that the container holds go along, and so do
 * chapters and metadata. It belongs before the first video_read(): packets that
 * nobody waits for are kept for some 64 MB only, then this is ERR_ARG. `from`
 * stays open until the writer is gone. *t is planned once more.
 */
int video_create(const char *path, const struct video_target *t,
                 struct video_reader *from, struct video_writer **out,
                 struct err *e);

/* A fresh frame for the writer to fill, of the format that was planned: its
   pixels, time and duration, and whether it is interlaced. */
int video_frame_new(struct video_writer *w, struct video_frame *out,
                    struct err *e);

/*
 * Takes the frame (also on failure): one of video_frame_new(), or of
 * video_read() when it has the planned format, whose samples are then written
 * as they are, without a copy. Times ascend.
 */
int video_write_take(struct video_writer *w, struct video_frame *frame,
                     struct err *e);

/* Content light level, when it is known only at the end: before finish(). */
void video_set_light(struct video_writer *w, const struct video_light *light);

/* Reads what `from` still has of streams that go along: nobody else reads it
   meanwhile. They end with the pictures, unless these were read to their end.
 */
int video_finish(struct video_writer *w, struct err *e);
uint64_t video_bytes(const struct video_writer *w); /* written so far */
void video_abort(struct video_writer *w); /* frees; fine after finish() */

#endif
