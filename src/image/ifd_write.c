/* Writes tag trees, little-endian: directory, then values, then the rest. */

#include <assert.h>

#include "image/ifd.h"

static void put(uint8_t *b, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)(v >> (8 * i));
}

/* A thumbnail's place: the tag's data are the bytes it refers to. */
static bool is_reference(const struct ifd_tag *tag)
{
    return (tag->id == IFD_TAG_THUMB || tag->id == 273) && tag->count == 1 &&
           tag->type == IFD_LONG && tag->len != 4;
}

/* Type that a 64-bit value gets in a classic file, 0 when it has none. */
static int narrow_type(int type)
{
    return type == IFD_LONG8    ? IFD_LONG
           : type == IFD_IFD8   ? IFD_IFD
           : type == IFD_SLONG8 ? IFD_SLONG
                                : 0;
}

static bool fits_narrow(const struct ifd_tag *tag)
{
    int64_t v;

    for (uint64_t i = 0; i < tag->count; i++) {
        memcpy(&v, tag->data + i * 8, sizeof(v));
        if (tag->type == IFD_SLONG8 ? v != (int32_t)v
                                    : (uint64_t)v != (uint32_t)v)
            return false;
    }
    return true;
}

static size_t writable_tags(const struct ifd *ifd, bool big);

static bool writable(const struct ifd_tag *tag, bool big)
{
    if (tag->sub)
        return writable_tags(tag->sub, big) > 0;
    if (!tag->data || (!big && tag->count > UINT32_MAX))
        return false;
    return big || !narrow_type(tag->type) || fits_narrow(tag);
}

/* A directory needs at least one: readers refuse an empty one. */
static size_t writable_tags(const struct ifd *ifd, bool big)
{
    size_t n = 0;

    for (int i = 0; i < ifd->count; i++)
        n += writable(&ifd->tag[i], big);
    return n;
}

static int pad(struct buf *out, struct err *e)
{
    return out->len % 2 ? buf_add(out, "", 1, e) : 0;
}

/* Appends bytes at an even place and gives their offset in the file. */
static int append(struct buf *out, uint64_t base, const void *bytes, size_t n,
                  uint64_t *at, struct err *e)
{
    int rc = pad(out, e);

    if (rc < 0)
        return rc;
    *at = base + out->len;
    return buf_add(out, bytes, n, e);
}

/* The low halves of 64-bit values. */
static int append_narrow(const struct ifd_tag *tag, struct buf *out,
                         uint64_t base, uint64_t *at, struct err *e)
{
    int rc = pad(out, e);

    *at = base + out->len;
    for (uint64_t i = 0; rc == 0 && i < tag->count; i++)
        rc = buf_add(out, tag->data + i * 8, 4, e);
    return rc;
}

/* Fills the entry at out->data[entry]. */
static int write_tag(const struct ifd_tag *tag, uint64_t base, bool big,
                     struct buf *out, size_t entry, struct err *e)
{
    const size_t room = big ? 8 : 4;
    const bool narrow = !big && !tag->sub && narrow_type(tag->type);
    int type = narrow ? narrow_type(tag->type) : tag->type;
    uint8_t value[8] = {0};
    size_t len = narrow ? tag->len / 2 : tag->len;
    uint64_t at = 0;
    int rc = 0;

    if (tag->sub) {
        rc = ifd_write(tag->sub, base, big, out, &at, e);
        type = big ? IFD_IFD8 : IFD_LONG;
        put(value, at, room);
    } else if (is_reference(tag)) {
        rc = append(out, base, tag->data, len, &at, e);
        put(value, at, room);
        type = big ? IFD_LONG8 : IFD_LONG;
    } else if (narrow && len > room) {
        rc = append_narrow(tag, out, base, &at, e);
        put(value, at, room);
    } else if (len > room) {
        rc = append(out, base, tag->data, len, &at, e);
        put(value, at, room);
    } else if (len) {
        memcpy(value, tag->data, len);
    }
    if (rc < 0)
        return rc;
    if (!big && base + out->len > UINT32_MAX)
        return err_set(e, ERR_ARG, "more than 4 GB in a classic TIFF");
    put(out->data + entry, tag->id, 2);
    put(out->data + entry + 2, (uint64_t)type, 2);
    put(out->data + entry + 4, tag->count, room);
    memcpy(out->data + entry + 4 + room, value, room);
    return 0;
}

int ifd_write(const struct ifd *ifd, uint64_t base, bool big, struct buf *out,
              uint64_t *at, struct err *e)
{
    const size_t head = big ? 8 : 2, size = big ? 20 : 12, link = big ? 8 : 4;
    const uint8_t zeros[20] = {0};
    const size_t n = writable_tags(ifd, big);
    size_t start, entry;
    uint64_t next = 0;
    int rc;

    assert(n <= 65535);
    TRY(pad(out, e));
    start = out->len;
    for (size_t i = 0; i < head + link; i++)
        TRY(buf_add(out, zeros, 1, e));
    for (size_t i = 0; i < n; i++)
        TRY(buf_add(out, zeros, size, e));
    put(out->data + start, n, head);
    entry = start + head;
    for (int i = 0; i < ifd->count; i++) {
        if (!writable(&ifd->tag[i], big))
            continue;
        TRY(write_tag(&ifd->tag[i], base, big, out, entry, e));
        entry += size;
    }
    if (ifd->next && writable_tags(ifd->next, big) > 0) {
        TRY(ifd_write(ifd->next, base, big, out, &next, e));
        put(out->data + entry, next, link);
    }
    *at = base + start;
    rc = 0;
out:
    return rc;
}

int ifd_write_block(const struct ifd *ifd, struct buf *out, struct err *e)
{
    static const uint8_t head[8] = {'I', 'I', '*', 0, 8, 0, 0, 0};
    uint64_t at;
    int rc = 0;

    assert(out->len == 0);
    if (writable_tags(ifd, false) == 0)
        goto out;
    TRY(buf_add(out, head, sizeof(head), e));
    TRY(ifd_write(ifd, 0, false, out, &at, e));
    assert(at == sizeof(head));
out:
    return rc;
}
