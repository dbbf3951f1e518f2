/* Films by their first bytes and by their names. */

#include "codec/video.h"

#include <string.h>

#include "codec/video_names.h"

bool video_is_ext(const char *ext)
{
    return box_named(ext);
}

static const struct mark {
    size_t at, n;
    const char *bytes;
} marks[] = {
    {0, 4, "\x1a\x45\xdf\xa3"}, /* Matroska, WebM */
    {0, 14,
     "\x06\x0e\x2b\x34\x02\x05\x01\x01" /* MXF            */
     "\x0d\x01\x02\x01\x01\x02"},
    {0, 4, "FLV\1"},
    {0, 4, "OggS"},
    {0, 8, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"}, /* ASF, WMV       */
    {0, 24, "nut/multimedia container"},
    {0, 4, "DKIF"}, /* IVF            */
    {0, 10, "YUV4MPEG2 "},
    {0, 4, ".RMF"},
    {0, 6, "\0\0\0\0\1\xbc"}, /* GXF            */
    {0, 4, "\0\0\1\xba"},     /* MPEG programme */
    {0, 4, "\0\0\1\xb3"},     /* MPEG video     */
    {0, 4, "\0\0\1\xb0"},     /* MPEG-4 video   */
    {0, 5, "\0\0\0\1\x67"},   /* H.264          */
    {0, 5, "\0\0\0\1\x09"},
    {0, 6, "\0\0\0\1\x40\1"}, /* HEVC           */
    {0, 4, "\x1f\x07\0\x3f"}, /* DV             */
    {0, 4, "\x1f\x07\0\xbf"},
    {4, 4, "moov"}, /* QuickTime      */
    {4, 4, "mdat"},
    {4, 4, "wide"},
    {4, 4, "pnot"},
};

/* ISO base media; pictures (HEIF, AVIF) are in such files too. */
static bool is_mp4(const uint8_t *head, size_t n)
{
    static const char stills[][5] = {"heic", "heix", "heim",
                                     "heis", "mif1", "avif"};

    if (n < 12 || memcmp(head + 4, "ftyp", 4) != 0)
        return false;
    for (size_t i = 0; i < sizeof(stills) / sizeof(*stills); i++)
        if (!memcmp(head + 8, stills[i], 4))
            return false;
    return true;
}

/* Sync bytes at the distance of packets, which may have 4 bytes in front. */
static bool is_ts(const uint8_t *head, size_t n)
{
    for (size_t lead = 0; lead <= 4; lead += 4) {
        const size_t step = 188 + lead;

        if (n > lead + 2 * step && head[lead] == 0x47 &&
            head[lead + step] == 0x47 && head[lead + 2 * step] == 0x47)
            return true;
    }
    return false;
}

bool video_probe(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
        if (n >= marks[i].at + marks[i].n &&
            !memcmp(head + marks[i].at, marks[i].bytes, marks[i].n))
            return true;
    if (n >= 12 && !memcmp(head, "RIFF", 4) && !memcmp(head + 8, "AVI ", 4))
        return true;
    return is_mp4(head, n) || is_ts(head, n);
}
