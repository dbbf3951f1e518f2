/*
 * Content light level that is known when all frames were made. QuickTime writes
 * its header last. Matroska's is written first: its two numbers get room then,
 * and their values here. The elements (RFC 9559):
 * MaxCLL 55 BC, MaxFALL 55 BD, each with a length of 82 (2 bytes) and a number.
 */

#include "codec/video_out.h"

#include <unistd.h>

/* What nobody measures: 65535 cd/m2 on average. */
static const uint8_t room[] = {0x55, 0xbc, 0x82, 0xff, 0xff,
                               0x55, 0xbd, 0x82, 0xff, 0xff};

#define HEAD (64 << 10)

static bool is_matroska(const struct video_sink *w)
{
    return !strcmp(w->box->muxer, "matroska") || !strcmp(w->box->muxer, "webm");
}

int late_begin(struct video_sink *w, AVDictionary **options)
{
    const struct video_light most = {true, 65535, 65535};

    if (!is_matroska(w) || w->t.light.there ||
        w->t.color.transfer != AVCOL_TRC_SMPTE2084)
        return 0;
    w->late = true;
    av_dict_set(options, "write_crc32", "0", 0); /* of what will change */
    return tell_light(w->stream, &most);
}

static void put(uint8_t *at, int value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* The numbers, or a void element over both (EC, length, bytes). */
static void fill(const struct video_sink *w, uint8_t *at)
{
    const struct video_light *l = &w->t.light;

    if (l->there) {
        put(at + 3, FFMIN(l->max_cll, 65535));
        put(at + 8, FFMIN(l->max_fall, 65535));
    } else {
        memset(at, 0, sizeof(room));
        at[0] = 0xec;
        at[1] = 0x80 | (sizeof(room) - 2);
    }
}

int late_end(struct video_sink *w, struct err *e)
{
    uint8_t *head, *at;
    ssize_t n;
    int rc = 0;

    if (!w->late)
        return 0;
    head = w->host->zero(1, HEAD);
    if (!head)
        return w->host->fail(e, ERR_MEM, "out of memory");
    n = pread(w->io.fd, head, HEAD, 0);
    at = n > 0 ? memmem(head, (size_t)n, room, sizeof(room)) : NULL;
    if (at) {
        fill(w, at);
        n = pwrite(w->io.fd, at, sizeof(room), at - head);
    }
    if (!at || n != (ssize_t)sizeof(room))
        rc = w->host->fail(e, ERR_IO, "cannot write its content light level");
    w->host->free(head);
    return rc;
}
