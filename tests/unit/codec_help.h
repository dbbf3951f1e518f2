#ifndef UNIT_CODEC_HELP_H
#define UNIT_CODEC_HELP_H

/* Calls that must not fail, and a JPEG to put things into. */

#include "base/file.h"
#include "roundtrip.h"

static struct err e;

#define OK(call)                                                               \
    do {                                                                       \
        if ((call) < 0)                                                        \
            fail_msg("%s", e.text);                                            \
    } while (0)

/* A small JPEG with these segments behind SOI. */
static inline void save_jpeg_with(const char *path, const struct buf *segments)
{
    struct buf file = {.max = 1 << 20}, out = {.max = 1 << 20};
    struct shot s;

    OK(shot_make(&s, 9, 9, SAMPLE_U8, 3, false, &e));
    OK(shot_save(&s, "jpeg", path, 64, &e));
    shot_release(&s);
    OK(file_load(path, file.max, &file, &e));
    OK(buf_add(&out, file.data, 2, &e));
    if (segments->len)
        OK(buf_add(&out, segments->data, segments->len, &e));
    OK(buf_add(&out, file.data + 2, file.len - 2, &e));
    bytes_save(path, out.data, out.len);
    buf_release(&file);
    buf_release(&out);
}

#endif
