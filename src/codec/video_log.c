/* What FFmpeg says: kept for the text of an error, never printed. */

#include "codec/video_int.h"

#include <libavutil/log.h>

/* Who owns the object that speaks, by the class it starts with. */
static struct complaint *owner(void *speaker, int depth)
{
    const AVClass *c = speaker ? *(const AVClass *const *)speaker : NULL;
    void *parent = NULL;

    if (!c || !c->class_name || depth > 3)
        return NULL;
    if (!strcmp(c->class_name, "AVCodecContext"))
        return ((AVCodecContext *)speaker)->opaque;
    if (!strcmp(c->class_name, "AVFormatContext"))
        return ((AVFormatContext *)speaker)->opaque;
    if (c->parent_log_context_offset)
        memcpy(&parent, (char *)speaker + c->parent_log_context_offset,
               sizeof(parent));
    return owner(parent, depth + 1);
}

__attribute__((format(printf, 3, 0))) static void
on_log(void *speaker, int level, const char *fmt, va_list args)
{
    struct complaint *c;
    int none = 0;
    size_t n;

    if (level > AV_LOG_ERROR)
        return;
    c = owner(speaker, 0);
    if (!c || !atomic_compare_exchange_strong(&c->state, &none, 1))
        return;
    vsnprintf(c->text, sizeof(c->text), fmt, args);
    n = strlen(c->text);
    while (n > 0 && (c->text[n - 1] == '\n' || c->text[n - 1] == '.'))
        c->text[--n] = '\0';
    atomic_store(&c->state, n > 0 ? 2 : 0);
}

void log_catch(void)
{
    av_log_set_callback(on_log);
}

const char *complaint_text(const struct complaint *c)
{
    return c && atomic_load(&c->state) == 2 ? c->text : "";
}

static enum err_code kind_of(int code)
{
    switch (code) {
    case AVERROR(ENOMEM):
        return ERR_MEM;
    case AVERROR(EIO):
    case AVERROR(ENOSPC):
    case AVERROR(EDQUOT):
    case AVERROR(EFBIG):
    case AVERROR(EACCES):
    case AVERROR(EROFS):
    case AVERROR(EBADF):
        return ERR_IO;
    default:
        return ERR_DATA;
    }
}

int av_fail(const struct video_host *host, struct err *e, int code,
            const char *what, const struct complaint *said)
{
    char reason[AV_ERROR_MAX_STRING_SIZE] = "";
    const char *text = complaint_text(said);

    if (!text[0]) {
        av_strerror(code, reason, sizeof(reason));
        text = reason;
    }
    return host->fail(e, kind_of(code), "%s: %s", what, text);
}
