#ifndef CODEC_VIDEO_OUT_H
#define CODEC_VIDEO_OUT_H

/* Of the module portal-video.so, what its writing files share. */

#include "codec/video_int.h"
#include "codec/video_names.h"

/* An encoder, by the name that users give it. */
struct coder {
    const char *name, *encoder; /* FFmpeg's name of it */
    enum AVCodecID id;
    const char *preset;   /* the usual one */
    double crf, crf_most; /* crf_most 0: quality is not set so */
    bool limited;         /* its pictures are of limited range */
    bool w_even;          /* its frames are of even width */
    int w_least, h_least;
};

const struct coder *coder_named(const char *name);
int target_plan(const struct video_host *host, struct video_target *t,
                const struct video_info *like, struct frame_format *fmt,
                struct err *e);

/* video_choose.c: fills t->pixels and t->preset. `encoder` is the coder's. */
int choose_pixels(const struct video_host *host, const struct coder *c,
                  const AVCodec *encoder, struct video_target *t,
                  const struct video_info *like, struct frame_format *fmt,
                  struct err *e);

/* video_settle.c: colour as the codec can say it. */
void settle_color(const struct coder *c, const struct frame_format *fmt,
                  struct video_target *t);

AVRational rational(struct video_ratio r);

/* A stream that is carried. Its AVStream is the reader's, who may be at it in
   another thread. */
struct carried {
    int index; /* in the input */
    AVRational tick;
    bool cover;
    char text[120]; /* "audio (aac, 48000 Hz, stereo)" */
    AVStream *out;
    int64_t last; /* dts of the last packet that was written, its ticks */
    int64_t seen; /* time of the last one that came, our microseconds   */
};

struct video_sink {
    const struct video_host *host;
    struct video_target t;
    const struct coder *coder;
    const struct box *box;
    struct frame_format fmt;
    enum AVPixelFormat pixels; /* of the encoder */
    bool packed;               /* not planes as ours */
    struct frame_pool pool;
    struct complaint format_said, codec_said;

    struct video_io io;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVPacket *packet;
    bool flushed;
    bool late; /* room was left for the content light level */

    struct video_source *from; /* or NULL */
    int64_t end;               /* of the pictures, once known; by our clock */
    struct carried carried[VIDEO_STREAMS];
    int count;
    struct parcel *waiting;  /* by their times */
    int64_t shift;           /* from the input's clock to ours, microseconds  */
    int64_t lead;            /* before the first picture, microseconds        */
    AVRational tick;         /* of the encoder                                */
    int64_t last, last_long; /* of the last frame, in such ticks             */
};

/* video_encoder.c */
int encoder_open(struct video_sink *w, const AVCodec *encoder, struct err *e);

/* video_mux.c: the file, its streams, tags and header. */
int mux_open(struct video_sink *w, const char *path, struct err *e);
int mux_header(struct video_sink *w, struct err *e);
int mux_packet(struct video_sink *w, AVPacket *packet, const char *what,
               struct err *e);
int mux_close(struct video_sink *w, struct err *e);
void mux_free(struct video_sink *w);

/* video_streams.c: which streams go along. */
int streams_foresee(const struct video_host *host, const struct video_target *t,
                    struct video_source *from, uint32_t *held,
                    char dropped[static 240], struct err *e);
int streams_add(struct video_sink *w, struct err *e);
int streams_begin(struct video_sink *w, struct err *e);

/* video_ship.c: their packets. */
extern const AVRational micro;
void ship_start(struct video_sink *w);

/* Writes what is due before `time`, by our clock. */
int ship_until(struct video_sink *w, int64_t time, struct err *e);

/* Fetches what is still in the reader. */
int ship_rest(struct video_sink *w, struct err *e);

/* After the last picture: what is left, to its end. */
int ship_end(struct video_sink *w, struct err *e);
void ship_free(struct video_sink *w);

/* video_tell.c: metadata, chapters, side data. */
int tell_all(struct video_sink *w, struct err *e);
int tell_light(AVStream *st, const struct video_light *light);
void tell_tags(AVDictionary **to, const AVDictionary *from);

/* video_late.c */
int late_begin(struct video_sink *w, AVDictionary **options);
int late_end(struct video_sink *w, struct err *e);

/* video_write.c */
int sink_open(const struct video_host *host, const char *path,
              const struct video_target *t, struct video_source *from,
              struct video_sink **out, struct err *e);
int sink_frame(struct video_sink *w, struct video_frame *out, struct err *e);
int sink_take(struct video_sink *w, struct video_frame *frame, struct err *e);
void sink_light(struct video_sink *w, const struct video_light *light);
int sink_finish(struct video_sink *w, struct err *e);
uint64_t sink_bytes(const struct video_sink *w);
void sink_close(struct video_sink *w);

#endif
