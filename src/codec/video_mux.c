/* The file that is written: a muxer over one file of ours. */

#include "codec/video_out.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Packets of streams with gaps do not hold up the others for longer. */
#define PATIENCE_US 500000

/* mp4 moves its index to the front at the end, and reads itself for that. */
struct reread {
    struct video_io io; /* first */
};

static int open_again(AVFormatContext *s, AVIOContext **pb, const char *url,
                      int flags, AVDictionary **options)
{
    struct reread *r;

    (void)options;
    if (flags & AVIO_FLAG_WRITE || strcmp(url, s->url) != 0)
        return AVERROR(EPERM);
    r = av_mallocz(sizeof(*r));
    if (!r)
        return AVERROR(ENOMEM);
    r->io.fd = open(url, O_RDONLY | O_CLOEXEC);
    *pb = r->io.fd >= 0 ? io_new(&r->io, false) : NULL;
    if (!*pb) {
        const int code = r->io.fd >= 0 ? ENOMEM : errno;

        if (r->io.fd >= 0)
            close(r->io.fd);
        av_free(r);
        return AVERROR(code);
    }
    return 0;
}

static int close_again(AVFormatContext *s, AVIOContext *pb)
{
    struct reread *r = pb->opaque;

    (void)s;
    close(r->io.fd);
    av_free(r);
    io_free(&pb);
    return 0;
}

int mux_open(struct video_sink *w, const char *path, struct err *e)
{
    int rc =
        avformat_alloc_output_context2(&w->format, NULL, w->box->muxer, path);

    if (rc < 0 || !w->format)
        return w->host->fail(e, ERR_ARG,
                             "the FFmpeg of this machine cannot write %s",
                             w->box->muxer);
    w->format->opaque = &w->format_said;
    w->format->io_open = open_again;
    w->format->io_close2 = close_again;
    w->format->max_interleave_delta = PATIENCE_US;
    if (!strcmp(w->box->muxer, "mp4")) /* FLAC by its own standard */
        w->format->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    w->format->flags |= AVFMT_FLAG_BITEXACT; /* no random numbers, no clock */
    do
        w->io.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    while (w->io.fd < 0 && errno == EINTR);
    if (w->io.fd < 0)
        return w->host->fail(e, ERR_IO, "cannot write '%s': %s", path,
                             strerror(errno));
    w->format->pb = io_new(&w->io, true);
    w->stream = avformat_new_stream(w->format, NULL);
    w->packet = av_packet_alloc();
    if (!w->format->pb || !w->stream || !w->packet)
        return w->host->fail(e, ERR_MEM, "out of memory");
    return 0;
}

static int failed(struct video_sink *w, int code, const char *what,
                  struct err *e)
{
    if (w->io.error)
        return w->host->fail(e, ERR_IO, "cannot write: %s",
                             strerror(w->io.error));
    return av_fail(w->host, e, code, what, &w->format_said);
}

/* QuickTime players know HEVC by this name only. */
static void name_codec(const struct video_sink *w)
{
    AVCodecParameters *par = w->stream->codecpar;

    if (w->coder->id == AV_CODEC_ID_HEVC &&
        (!strcmp(w->box->muxer, "mov") || !strcmp(w->box->muxer, "mp4")))
        par->codec_tag = MKTAG('h', 'v', 'c', '1');
    if (w->coder->id == AV_CODEC_ID_PRORES)
        par->profile = w->codec->profile;
}

/* No frame is of two fields. */
static bool is_whole(const struct video_sink *w)
{
    return !w->from || !w->from->info.interlaced ||
           w->from->o.deinterlace != VIDEO_FIELDS_OFF;
}

int mux_header(struct video_sink *w, struct err *e)
{
    AVDictionary *o = NULL;
    int rc;

    rc = avcodec_parameters_from_context(w->stream->codecpar, w->codec);
    if (rc < 0)
        return w->host->fail(e, ERR_MEM, "out of memory");
    name_codec(w);
    if (w->stream->codecpar->field_order == AV_FIELD_UNKNOWN && is_whole(w))
        w->stream->codecpar->field_order = AV_FIELD_PROGRESSIVE;
    w->stream->time_base = w->codec->time_base;
    w->stream->avg_frame_rate = w->codec->framerate;
    w->stream->sample_aspect_ratio = w->codec->sample_aspect_ratio;
    /* What is watched starts at once; of what is worked on, gigabytes would
       move. */
    if (w->coder->crf_most > 0 &&
        (!strcmp(w->box->muxer, "mov") || !strcmp(w->box->muxer, "mp4")))
        av_dict_set(&o, "movflags", "+faststart", 0);
    rc = late_begin(w, &o);
    if (rc >= 0)
        rc = avformat_write_header(w->format, &o);
    av_dict_free(&o);
    if (rc < 0 || w->io.error)
        return failed(w, rc, "cannot begin the file", e);
    if (w->t.writer) /* libavformat has put its own name there */
        av_dict_set(&w->format->metadata, "encoder", w->t.writer, 0);
    return 0;
}

int mux_packet(struct video_sink *w, AVPacket *packet, const char *what,
               struct err *e)
{
    char text[200];
    const int rc = av_interleaved_write_frame(w->format, packet);

    av_packet_unref(packet);
    if (rc >= 0 && !w->io.error && w->format->pb->error >= 0)
        return 0;
    snprintf(text, sizeof(text), "cannot write %s", what);
    return failed(w, rc, text, e);
}

int mux_close(struct video_sink *w, struct err *e)
{
    int rc = av_write_trailer(w->format);

    avio_flush(w->format->pb);
    if (rc < 0 || w->io.error)
        return failed(w, rc, "cannot end the file", e);
    rc = late_end(w, e);
    if (rc < 0)
        return rc;
    if (fsync(w->io.fd) < 0) {
        w->io.error = errno;
        return failed(w, rc, "", e);
    }
    return 0;
}

void mux_free(struct video_sink *w)
{
    AVIOContext *pb = w->format ? w->format->pb : NULL;

    avformat_free_context(w->format);
    w->format = NULL;
    io_free(&pb);
    if (w->io.fd >= 0)
        close(w->io.fd);
    w->io.fd = -1;
}
