#ifndef CODEC_VIDEO_INT_H
#define CODEC_VIDEO_INT_H

/* What the files of the module portal-video.so share. */

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "codec/video_module.h"

extern const struct video_module portal_module;

/*
 * FFmpeg's messages. Nothing is printed: the first complaint of the context
 * whose `opaque` points to one of these is kept, from whatever thread.
 */
struct complaint {
    atomic_int state; /* 0 none, 1 being written, 2 there */
    char text[200];
};

void log_catch(void); /* once */
const char *complaint_text(const struct complaint *c);

/* An AVERROR as ours: "<what>: <the complaint, else what the code means>". */
int av_fail(const struct video_host *host, struct err *e, int code,
            const char *what, const struct complaint *said);

/* A file that libavformat reads or writes. Errors of the system are kept. */
struct video_io {
    int fd;
    int64_t at, size; /* size: of a file that is written, its end so far */
    int error;        /* errno of the first failure */
};

AVIOContext *io_new(struct video_io *io, bool write);
void io_free(AVIOContext **pb);

/* video_pixels.c: how pixel formats of FFmpeg lie in ours. */

/* ERR_DATA with words for those that are refused. `palette` of the first frame
   or NULL. */
int pixels_format(const struct video_host *host, enum AVPixelFormat pixels,
                  const uint32_t *palette, struct frame_format *f,
                  struct err *e);

/* False for what is refused, without words and palettes. */
bool pixels_layout(enum AVPixelFormat pixels, struct frame_format *f);
bool pixels_rgb(const AVPixFmtDescriptor *d);

/* Our plane of FFmpeg's component. */
int pixels_plane(const AVPixFmtDescriptor *d, int component);

/* Its planes are ours as they are. */
bool pixels_direct(enum AVPixelFormat pixels);

/* The planar format that lies so, or AV_PIX_FMT_NONE. */
enum AVPixelFormat pixels_planar(const struct frame_format *f);
bool pixels_same(const struct frame_format *a, const struct frame_format *b);

/* Exact copies between a packed frame and planes of its frame_format; to
   packed ones of whole samples only. */
void pixels_unpack(const AVFrame *from, const struct frame_format *f,
                   AVFrame *to);
bool pixels_packs(enum AVPixelFormat pixels);
void pixels_pack(const AVFrame *from, const struct frame_format *f,
                 AVFrame *to);

/* video_frame.c: frames of our own, and those that are lent out. */

struct frame_pool {
    struct frame_format format;
    enum AVPixelFormat pixels; /* that lie so, or AV_PIX_FMT_NONE */
    int w, h;
    ptrdiff_t pitch[FRAME_PLANES];
    size_t at[FRAME_PLANES];
    AVBufferPool *buffers;
};

int frame_pool_start(struct frame_pool *p, const struct frame_format *f, int w,
                     int h);
void frame_pool_stop(struct frame_pool *p);
AVFrame *frame_pool_get(struct frame_pool *p);

struct video_held {
    struct video_own own; /* first */
    const struct video_host *host;
    atomic_int refs;
    struct frame_format format;
    AVFrame *av;
};

/* Takes *av, on failure too. */
int frame_lend(const struct video_host *host, AVFrame **av,
               const struct frame_format *f, struct video_frame *out,
               struct err *e);
void frame_ref(const struct video_frame *f, struct video_frame *copy);
void frame_unref(struct video_frame *f);

/* video_tags.c */

struct video_color tags_of_frame(const AVFrame *f, const AVCodecParameters *par,
                                 const struct frame_format *format);
void tags_light(const AVFrame *f, const AVStream *st, struct video_info *info);
void tags_rotation(const AVFrame *f, const AVStream *st,
                   struct video_info *info);

/* In microseconds; hostile times are clipped so that sums of a few fit. */
int64_t micro_of(int64_t time, AVRational tick);

/* video_clock.c: times that are repaired until they ascend. */

struct clock {
    AVRational tick;
    int64_t usual;     /* ticks of a frame */
    int64_t last;      /* AV_NOPTS_VALUE: none yet */
    int64_t last_long; /* ticks of that one */
    int64_t offset;    /* that jumps have led to */
    int64_t jump;      /* forward by more is a break, not a pause */
    bool timeless;     /* a format that has no times */
    int late;          /* such frames in a row */
    int repaired, missing;
};

void clock_start(struct clock *c, const AVFormatContext *format,
                 const AVStream *st);

/* To pts and pkt_duration of the frame. */
void clock_stamp(struct clock *c, AVFrame *f);

/* video_fields.c: deinterlacing; frames come out in order, one behind. */

#define FIELDS_ROOM 8

struct fields {
    AVFilterGraph *graph;
    AVFilterContext *in, *out;
    int64_t time[FIELDS_ROOM]; /* of those that are inside */
    int64_t put, got;
    bool ended;
};

int fields_start(struct fields *d, const AVFrame *like, bool all, int threads);
void fields_stop(struct fields *d);
int fields_put(struct fields *d, AVFrame *f); /* NULL: the end */
int fields_get(struct fields *d, AVFrame *f);

/* video_carry.c: packets of other streams, on their way to a writer. */

struct parcel {
    struct parcel *next;
    AVPacket *packet;
    int64_t time; /* the writer's */
};

struct parcels {
    pthread_mutex_t lock;
    struct parcel *first, **end;
    size_t bytes;
    bool wanted; /* there is a writer */
    bool lost;   /* there was none for too long */
};

/* The reader */

struct video_source {
    const struct video_host *host;
    struct video_io io;
    struct video_read_options o;
    struct video_info info;
    AVFormatContext *format;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *raw;
    struct complaint format_said, codec_said;

    enum AVPixelFormat pixels; /* of the decoder */
    bool direct;               /* as ours */
    int w, h;
    struct frame_pool pool; /* for what is unpacked */
    struct clock clock;
    struct fields fields;

    int64_t zero;       /* time of the film's first frame, in its ticks */
    int64_t from, till; /* what is wanted                               */
    AVFrame *first;     /* decoded by open(), until it is read          */
    int64_t base;       /* its time                                     */
    int64_t end;        /* where the last one that was read ends        */
    bool described;
    bool interlaced, top_first; /* of the first such frame */
    bool packets_ended, frames_ended;
    bool cut, skipped; /* at `till`; frames before `from` */

    bool own_length; /* info.seconds is that of the pictures   */
    bool partial;    /* some streams are not read             */
    int64_t reached; /* by the packets of any, microseconds   */
    int read_error;  /* of the demuxer                        */
    int64_t given, damaged, undecodable, cut_packets;
    double damaged_at;
    char damage[400];

    struct parcels parcels;
};

int source_open(const struct video_host *host, int fd, const char *name,
                const struct video_read_options *o, struct video_source **out,
                struct err *e);
void source_close(struct video_source *s);

/* video_decode.c. The next frame in our layout, with its time in pts and its
   length in pkt_duration: 1, 0 at the end. */
int source_next(struct video_source *s, AVFrame *f, struct err *e);

/* One packet: for the pictures into s->packet (1), for others to the parcels
   (2), 0 at the end. */
int source_packet(struct video_source *s);

/* video_read.c. Decodes the first frame that is wanted, for source_read(). */
int source_start(struct video_source *s, struct err *e);
int source_read(struct video_source *s, struct video_frame *frame,
                struct err *e);
double source_seconds(const struct video_source *s, int64_t time);

/* video_damage.c */
void source_sum_up(struct video_source *s);

/* video_info.c, once there is a first frame. */
void source_describe(struct video_source *s);
void stream_text(const AVStream *st, struct video_stream *out);

int parcels_start(struct parcels *p);
void parcels_want(struct parcels *p); /* from now on nothing is lost */
void parcels_stop(struct parcels *p, const struct video_host *host);
void parcels_drop(struct parcels *p, const struct video_host *host);
int parcels_put(struct parcels *p, const struct video_host *host,
                AVPacket *packet);
struct parcel *parcels_take(struct parcels *p);
void parcel_free(struct parcel *one, const struct video_host *host);

#endif
