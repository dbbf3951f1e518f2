/* Deinterlacing by FFmpeg's bwdif: one frame out for each one in. */

#include "codec/video_int.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>

static int link_all(struct fields *d, const AVFrame *like, bool all)
{
    AVFilterContext *filter = NULL;
    char args[200];
    int rc;

    snprintf(args, sizeof(args),
             "video_size=%dx%d:pix_fmt=%d:time_base=1/25:pixel_aspect=1/1",
             like->width, like->height, like->format);
    rc = avfilter_graph_create_filter(&d->in, avfilter_get_by_name("buffer"),
                                      "in", args, NULL, d->graph);
    if (rc >= 0)
        rc = avfilter_graph_create_filter(&d->out,
                                          avfilter_get_by_name("buffersink"),
                                          "out", NULL, NULL, d->graph);
    if (rc >= 0)
        rc = avfilter_graph_create_filter(
            &filter, avfilter_get_by_name("bwdif"), "fields",
            all ? "mode=send_frame:deint=all"
                : "mode=send_frame:deint=interlaced",
            NULL, d->graph);
    if (rc >= 0)
        rc = avfilter_link(d->in, 0, filter, 0);
    if (rc >= 0)
        rc = avfilter_link(filter, 0, d->out, 0);
    return rc;
}

int fields_start(struct fields *d, const AVFrame *like, bool all, int threads)
{
    int rc;

    *d = (struct fields){.graph = avfilter_graph_alloc()};
    if (!d->graph)
        return AVERROR(ENOMEM);
    d->graph->nb_threads = threads;
    /* What the filter does not take must not be changed on the way to it. */
    avfilter_graph_set_auto_convert(d->graph, AVFILTER_AUTO_CONVERT_NONE);
    rc = link_all(d, like, all);
    if (rc >= 0)
        rc = avfilter_graph_config(d->graph, NULL);
    if (rc < 0)
        fields_stop(d);
    return rc;
}

void fields_stop(struct fields *d)
{
    avfilter_graph_free(&d->graph);
    *d = (struct fields){0};
}

/* The filter halves its time base, which not every film's allows: it gets
   numbers for times. */
int fields_put(struct fields *d, AVFrame *f)
{
    if (f) {
        d->time[d->put % FIELDS_ROOM] = f->pts;
        f->pts = d->put++;
    } else {
        d->ended = true;
    }
    return av_buffersrc_add_frame_flags(d->in, f, AV_BUFFERSRC_FLAG_PUSH);
}

int fields_get(struct fields *d, AVFrame *f)
{
    const int rc = av_buffersink_get_frame(d->out, f);

    if (rc >= 0)
        f->pts = d->time[d->got++ % FIELDS_ROOM];
    return rc;
}
