/* Opening a film: its container, the stream of pictures, the decoder. */

#include "codec/video_int.h"

#include <sys/stat.h>

/* Frames of a size beyond this are not read: 16384 x 8192. */
#define PIXELS_MAX (INT64_C(1) << 27)

/* Formats that lead to other files or devices, or that run what they hold. */
static bool is_list(const AVInputFormat *f)
{
    static const char *const names[] = {
        "hls",  "concat", "dash",        "imf",      "sdp",
        "rtsp", "rtp",    "vapoursynth", "avisynth", "webm_dash_manifest",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strcmp(f->name, names[i]))
            return true;
    return f->flags & AVFMT_NOFILE && strncmp(f->name, "image2", 6) != 0;
}

/* Pictures and texts, which libavformat takes for films too. */
static bool is_no_film(const AVInputFormat *f)
{
    const size_t n = strlen(f->name);

    return (n > 5 && !strcmp(f->name + n - 5, "_pipe")) ||
           !strncmp(f->name, "image2", 6) || !strcmp(f->name, "tty") ||
           !strcmp(f->name, "ffmetadata") || !strcmp(f->name, "alias_pix") ||
           !strcmp(f->name, "data");
}

static int refuse_other(AVFormatContext *s, AVIOContext **pb, const char *url,
                        int flags, AVDictionary **options)
{
    (void)s, (void)pb, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static int find_format(struct video_source *s, const char *name,
                       const AVInputFormat **format, struct err *e)
{
    const int rc =
        av_probe_input_buffer2(s->format->pb, format, name, s->format, 0, 0);

    if (s->io.error)
        return s->host->fail(e, ERR_IO, "cannot read it: %s",
                             strerror(s->io.error));
    if (avio_size(s->format->pb) == 0)
        return s->host->fail(e, ERR_DATA, "it is empty");
    if (rc < 0 || !*format)
        return s->host->fail(e, ERR_DATA, "it is no film that FFmpeg knows");
    if (is_list(*format))
        return s->host->fail(e, ERR_DATA,
                             "it is a list of other files (%s), which are not "
                             "followed",
                             (*format)->name);
    if (is_no_film(*format))
        return s->host->fail(e, ERR_DATA, "it is no film (%s)",
                             (*format)->name);
    return 0;
}

static int open_format(struct video_source *s, const char *name, struct err *e)
{
    const AVInputFormat *format = NULL;
    AVIOContext *pb;
    int rc;

    s->format = avformat_alloc_context();
    pb = io_new(&s->io, false);
    if (!s->format || !pb) {
        io_free(&pb);
        return s->host->fail(e, ERR_MEM, "out of memory");
    }
    s->format->pb = pb;
    s->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    s->format->opaque = &s->format_said;
    s->format->io_open = refuse_other;
    s->format->protocol_whitelist = av_strdup("file");
    rc = find_format(s, name, &format, e);
    if (rc < 0)
        return rc;
    rc = avformat_open_input(&s->format, name, format, NULL);
    if (rc < 0) {
        /* That has freed the context, but not what is ours. */
        io_free(&pb);
        return av_fail(s->host, e, s->io.error ? AVERROR(EIO) : rc,
                       "its header is damaged", &s->format_said);
    }
    return 0;
}

static int check_size(struct video_source *s, const AVStream *st, struct err *e)
{
    const AVCodecParameters *par = st->codecpar;

    if (par->codec_type != AVMEDIA_TYPE_VIDEO ||
        (int64_t)par->width * par->height <= PIXELS_MAX)
        return 0;
    return s->host->fail(e, ERR_DATA,
                         "frames of %d x %d are beyond the %lld pixels that "
                         "are read",
                         par->width, par->height, (long long)PIXELS_MAX);
}

/*
 * What a container's header says of colour. A look at the first frames writes
 * the decoder's word over it, also where that is "reserved".
 */
struct header_color {
    int count;
    struct video_color of[VIDEO_STREAMS];
};

static void keep_colors(const AVFormatContext *f, struct header_color *keep)
{
    keep->count = (int)FFMIN(f->nb_streams, VIDEO_STREAMS);
    for (int i = 0; i < keep->count; i++) {
        const AVCodecParameters *par = f->streams[i]->codecpar;

        keep->of[i] = (struct video_color){
            .primaries = par->color_primaries,
            .transfer = par->color_trc,
            .matrix = par->color_space,
            .range = par->color_range,
            .siting = par->chroma_location,
        };
    }
}

static void restore_colors(AVFormatContext *f, const struct header_color *keep)
{
    for (int i = 0; i < keep->count; i++) {
        AVCodecParameters *par = f->streams[i]->codecpar;
        const struct video_color *c = &keep->of[i];

        if (c->primaries != AVCOL_PRI_UNSPECIFIED)
            par->color_primaries = (enum AVColorPrimaries)c->primaries;
        if (c->transfer != AVCOL_TRC_UNSPECIFIED)
            par->color_trc = (enum AVColorTransferCharacteristic)c->transfer;
        if (c->matrix != AVCOL_SPC_UNSPECIFIED)
            par->color_space = (enum AVColorSpace)c->matrix;
        if (c->range != AVCOL_RANGE_UNSPECIFIED)
            par->color_range = (enum AVColorRange)c->range;
        if (c->siting != AVCHROMA_LOC_UNSPECIFIED)
            par->chroma_location = (enum AVChromaLocation)c->siting;
    }
}

/* Decoders look at the first frames of every stream: within the same limit. */
static int look_at_streams(struct video_source *s, struct err *e)
{
    const unsigned n = s->format->nb_streams;
    struct header_color colors;
    AVDictionary **options = NULL;
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < n; i++)
        rc = check_size(s, s->format->streams[i], e);
    if (rc < 0)
        return rc;
    if (n > 0)
        options = s->host->zero(n, sizeof(AVDictionary *));
    for (unsigned i = 0; options && i < n; i++) {
        av_dict_set_int(&options[i], "max_pixels", PIXELS_MAX, 0);
        av_dict_set(&options[i], "threads", "1", 0);
    }
    if (n > 0 && !options)
        return s->host->fail(e, ERR_MEM, "out of memory");
    keep_colors(s->format, &colors);
    rc = avformat_find_stream_info(s->format, options);
    restore_colors(s->format, &colors);
    for (unsigned i = 0; options && i < n; i++)
        av_dict_free(&options[i]);
    s->host->free(options);
    if (rc < 0)
        return av_fail(s->host, e, rc, "its streams cannot be read",
                       &s->format_said);
    return 0;
}

static bool is_encrypted(const AVStream *st)
{
    return av_stream_get_side_data(st, AV_PKT_DATA_ENCRYPTION_INIT_INFO,
                                   NULL) ||
           st->codecpar->codec_tag == MKTAG('e', 'n', 'c', 'v') ||
           st->codecpar->codec_tag == MKTAG('d', 'r', 'm', 'i');
}

static int choose_stream(struct video_source *s, struct err *e)
{
    const int n =
        av_find_best_stream(s->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    const AVStream *st;

    if (n < 0)
        return s->host->fail(e, ERR_DATA, "it holds no pictures");
    s->stream = s->format->streams[n];
    st = s->stream;
    if (st->disposition & AV_DISPOSITION_ATTACHED_PIC)
        return s->host->fail(e, ERR_DATA,
                             "it holds no pictures but for a cover");
    if (is_encrypted(st))
        return s->host->fail(e, ERR_DATA, "it is encrypted");
    return check_size(s, st, e);
}

static int no_decoder(struct video_source *s, struct err *e)
{
    const AVCodecParameters *par = s->stream->codecpar;
    char tag[AV_FOURCC_MAX_STRING_SIZE] = "";

    if (par->codec_tag)
        av_fourcc_make_string(tag, par->codec_tag);
    if (par->codec_id == AV_CODEC_ID_NONE)
        return s->host->fail(e, ERR_DATA,
                             "its pictures are in a codec that FFmpeg does not "
                             "know ('%s')",
                             tag);
    return s->host->fail(e, ERR_DATA,
                         "the FFmpeg of this machine has no decoder for '%s'",
                         avcodec_get_name(par->codec_id));
}

static int open_decoder(struct video_source *s, struct err *e)
{
    const AVCodec *decoder =
        avcodec_find_decoder(s->stream->codecpar->codec_id);
    int rc;

    if (!decoder)
        return no_decoder(s, e);
    s->codec = avcodec_alloc_context3(decoder);
    s->packet = av_packet_alloc();
    s->raw = av_frame_alloc();
    if (!s->codec || !s->packet || !s->raw)
        return s->host->fail(e, ERR_MEM, "out of memory");
    rc = avcodec_parameters_to_context(s->codec, s->stream->codecpar);
    s->codec->opaque = &s->codec_said;
    s->codec->pkt_timebase = s->stream->time_base;
    s->codec->thread_count = s->o.threads;
    s->codec->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    s->codec->max_pixels = PIXELS_MAX;
    /* Cropping to the pixel, wherever the first one comes to lie. */
    s->codec->flags |= AV_CODEC_FLAG_UNALIGNED;
    if (rc >= 0)
        rc = avcodec_open2(s->codec, decoder, NULL);
    if (rc < 0)
        return av_fail(s->host, e, rc, "its decoder does not start",
                       &s->codec_said);
    return 0;
}

int source_open(const struct video_host *host, int fd, const char *name,
                const struct video_read_options *o, struct video_source **out,
                struct err *e)
{
    struct video_source *s = host->zero(1, sizeof(*s));
    int rc;

    if (!s)
        return host->fail(e, ERR_MEM, "out of memory");
    log_catch();
    s->host = host;
    s->io.fd = fd;
    s->o = *o;
    if (s->o.threads < 1)
        s->o.threads = 1;
    if (parcels_start(&s->parcels) < 0) {
        rc = host->fail(e, ERR_MEM, "out of memory");
        goto out;
    }
    TRY(open_format(s, name, e));
    TRY(look_at_streams(s, e));
    TRY(choose_stream(s, e));
    TRY(open_decoder(s, e));
    TRY(source_start(s, e));
    source_describe(s);
    *out = s;
    s = NULL;
out:
    source_close(s);
    return rc;
}

void source_close(struct video_source *s)
{
    AVIOContext *pb;

    if (!s)
        return;
    pb = s->format ? s->format->pb : NULL;
    av_frame_free(&s->first);
    av_frame_free(&s->raw);
    av_packet_free(&s->packet);
    fields_stop(&s->fields);
    frame_pool_stop(&s->pool);
    avcodec_free_context(&s->codec);
    avformat_close_input(&s->format);
    io_free(&pb);
    parcels_stop(&s->parcels, s->host);
    s->host->free(s);
}
