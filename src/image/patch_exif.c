/* Changes inside EXIF blocks (CIPA DC-008, TIFF 6.0). */

#include <math.h>

#include "image/ifd.h"
#include "image/patch.h"

struct block {
    uint8_t *data;
    size_t len;
    bool swap;
};

static uint32_t get(const struct block *b, size_t at, size_t n)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++)
        v |= (uint32_t)b->data[at + i] << (8 * (b->swap ? n - 1 - i : i));
    return v;
}

static void put(const struct block *b, size_t at, size_t n, uint32_t v)
{
    for (size_t i = 0; i < n; i++)
        b->data[at + i] = (uint8_t)(v >> (8 * (b->swap ? n - 1 - i : i)));
}

static bool open_block(const struct blob *exif, struct block *b)
{
    *b = (struct block){exif->data, exif->len, false};
    if (b->len < 8 ||
        (memcmp(b->data, "II*\0", 4) != 0 && memcmp(b->data, "MM\0*", 4) != 0))
        return false;
    b->swap = b->data[0] == 'M';
    return true;
}

/* Entries of the directory at `at`; 0 when it does not fit in the block. */
static size_t entries(const struct block *b, size_t at)
{
    size_t n;

    if (at < 8 || at > b->len || b->len - at < 2)
        return 0;
    n = get(b, at, 2);
    return n <= (b->len - at - 2) / 12 ? n : 0;
}

/* Place of the entry of a tag, or 0. */
static size_t find(const struct block *b, size_t dir, uint16_t id)
{
    const size_t n = entries(b, dir);

    for (size_t i = 0; i < n; i++)
        if (get(b, dir + 2 + 12 * i, 2) == id)
            return dir + 2 + 12 * i;
    return 0;
}

/* A tag of one value that lies in its entry: its number, or 0. */
static uint32_t number(const struct block *b, size_t entry)
{
    const int type = entry ? (int)get(b, entry + 2, 2) : 0;

    if (!entry || get(b, entry + 4, 4) != 1)
        return 0;
    return type == IFD_SHORT                     ? get(b, entry + 8, 2)
           : type == IFD_LONG || type == IFD_IFD ? get(b, entry + 8, 4)
                                                 : 0;
}

/* Place of the link to IFD1, or 0. */
static size_t thumb_link(const struct block *b)
{
    const size_t dir = get(b, 4, 4), n = entries(b, dir);
    const size_t link = dir + 2 + 12 * n;

    return n && b->len - link >= 4 ? link : 0;
}

static size_t dir_at(const struct block *b, enum exif_dir dir)
{
    const size_t first = get(b, 4, 4), link = thumb_link(b);

    switch (dir) {
    case EXIF_THUMB:
        return link ? get(b, link, 4) : 0;
    case EXIF_SUB:
        return number(b, find(b, first, IFD_TAG_EXIF));
    default:
        return first;
    }
}

bool exif_set_number(struct blob *exif, enum exif_dir dir, uint16_t id,
                     uint32_t value)
{
    struct block b;
    size_t entry;
    int type;

    if (!open_block(exif, &b))
        return false;
    entry = find(&b, dir_at(&b, dir), id);
    if (!entry || get(&b, entry + 4, 4) != 1 || number(&b, entry) == value)
        return false;
    type = (int)get(&b, entry + 2, 2);
    if (type != IFD_SHORT && type != IFD_LONG)
        return false;
    if (value > UINT16_MAX || type == IFD_LONG) {
        put(&b, entry + 2, 2, IFD_LONG);
        put(&b, entry + 8, 4, value);
    } else {
        put(&b, entry + 8, 2, value);
    }
    return true;
}

/* Sets a fraction where it is stored, unless it is that value nearly. */
static bool set_fraction(const struct block *b, uint16_t id, double value)
{
    const size_t entry = find(b, dir_at(b, EXIF_MAIN), id);
    const double scale = value == floor(value) ? 1 : 10000;
    size_t at;
    double old;

    if (!entry || get(b, entry + 2, 2) != IFD_RATIONAL ||
        get(b, entry + 4, 4) != 1)
        return false;
    at = get(b, entry + 8, 4);
    if (at < 8 || at > b->len || b->len - at < 8)
        return false;
    old = (double)get(b, at, 4) / (double)get(b, at + 4, 4);
    if (fabs(old - value) <= value * 1e-3)
        return false;
    put(b, at, 4, (uint32_t)(value * scale + 0.5));
    put(b, at + 4, 4, (uint32_t)scale);
    return true;
}

bool exif_set_resolution(struct blob *exif, double x, double y, bool per_cm)
{
    struct block b;
    double value[2] = {x, y};
    bool changed = false;
    double factor = 1;

    if (!open_block(exif, &b) || !(x > 0 && x < 1e5 && y > 0 && y < 1e5))
        return false;
    if (per_cm)
        factor = 2.54;
    if (number(&b, find(&b, dir_at(&b, EXIF_MAIN), 296)) == 3)
        factor /= 2.54;
    for (int i = 0; i < 2; i++) { /* 11811 per metre mean 300 per inch */
        value[i] *= factor;
        if (fabs(value[i] - round(value[i])) < 0.01)
            value[i] = round(value[i]);
        changed |= set_fraction(&b, (uint16_t)(282 + i), value[i]);
    }
    return changed;
}

/* Clears n bytes at `at`, as far as they lie in the block. */
static void wipe(const struct block *b, size_t at, size_t n)
{
    if (at < 8 || at > b->len)
        return;
    memset(b->data + at, 0, n < b->len - at ? n : b->len - at);
}

bool exif_drop_thumb(struct blob *exif)
{
    struct block b;
    size_t link, dir, at, len, n;

    if (!open_block(exif, &b))
        return false;
    link = thumb_link(&b);
    dir = link ? get(&b, link, 4) : 0;
    if (!dir)
        return false;
    n = entries(&b, dir);
    at = number(&b, find(&b, dir, IFD_TAG_THUMB));
    len = number(&b, find(&b, dir, IFD_TAG_THUMB_LEN));
    if (!at || !len) {
        at = number(&b, find(&b, dir, 273));
        len = number(&b, find(&b, dir, 279));
    }
    /* Never the main directory, whatever the numbers say. */
    if (at > link && len)
        wipe(&b, at, len);
    if (n && dir > link)
        wipe(&b, dir, 2 + 12 * n + 4);
    put(&b, link, 4, 0);
    if (at > link && len && at < b.len && len >= b.len - at)
        exif->len = at;
    return true;
}
