/* TIFF and BigTIFF: what they are, and the way to a page. */

#include "codec/tiff_int.h"

static const char *const exts[] = {"tif", "tiff", "btf", "tf8", NULL};

static const enum compression compressions[] = {
    COMP_LZW, COMP_NONE, COMP_DEFLATE, COMP_ZSTD, COMP_PACKBITS, COMP_SAME,
};

static uint64_t get(const uint8_t *b, size_t n, bool big_endian)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)b[i] << (8 * (big_endian ? n - 1 - i : i));
    return v;
}

static bool probe(const uint8_t *b, size_t n)
{
    return n >= 8 && (!memcmp(b, "II*\0", 4) || !memcmp(b, "MM\0*", 4) ||
                      !memcmp(b, "II+\0", 4) || !memcmp(b, "MM\0+", 4));
}

/* Place and length of the entries of a directory, and the link behind them. */
struct table {
    uint64_t at, count;
    size_t size; /* of an entry */
    uint64_t next;
};

static int read_table(const struct infile *f, const struct tiff_head *head,
                      uint64_t at, struct table *t, struct err *e)
{
    const size_t n = head->big ? 8 : 2, link = head->big ? 8 : 4;
    uint8_t b[8];
    int rc;

    t->size = head->big ? 20 : 12;
    if (at < 8 || at > f->size || f->size - at < n)
        return err_set(e, ERR_DATA,
                       "it is cut short: a page should begin at byte %llu of "
                       "%llu",
                       (unsigned long long)at, (unsigned long long)f->size);
    TRY(infile_read(f, at, b, n, e));
    t->at = at + n;
    t->count = get(b, n, head->swap);
    if (t->count == 0 || t->count > 65535 ||
        t->count * t->size > f->size - t->at)
        return err_set(e, ERR_DATA,
                       "a page claims %llu tags, more than the file has "
                       "room for",
                       (unsigned long long)t->count);
    at = t->at + t->count * t->size;
    t->next = 0;
    if (link <= f->size - at) {
        TRY(infile_read(f, at, b, link, e));
        t->next = get(b, link, head->swap);
    }
out:
    return rc;
}

/* Most pages a file may have; a loop of directories ends there as well. */
#define PAGES_MAX 65535

/*
 * Walks the chain of pages. A second runner that moves at half speed is met
 * again when the chain is a loop (Floyd).
 */
static int walk(const struct infile *f, int page, uint64_t first,
                struct tiff_head *head, struct err *e)
{
    uint64_t at = first, slow = first;
    struct table t;
    int rc = 0;

    for (head->pages = 0; at; head->pages++) {
        rc = read_table(f, head, at, &t, e);
        if (rc < 0 && head->pages > page)
            return 0; /* the page that is wanted is there */
        if (rc < 0)
            return rc;
        if (head->pages == page)
            head->page_at = at;
        at = t.next;
        if (head->pages % 2) {
            TRY(read_table(f, head, slow, &t, e));
            slow = t.next;
        }
        if (at == slow || head->pages == PAGES_MAX) {
            if (head->page_at)
                return 0;
            return err_set(e, ERR_DATA, "its pages form a loop");
        }
    }
    if (!head->page_at)
        return err_set(e, ERR_ARG, "page %d is asked for, but it has %d",
                       page + 1, head->pages);
out:
    return rc;
}

int tiff_head_read(const struct infile *f, int page, struct tiff_head *head,
                   struct err *e)
{
    uint8_t b[16];
    int rc;

    *head = (struct tiff_head){0};
    if (f->size < 8)
        return err_set(e, ERR_DATA, "it is cut short in its header");
    TRY(infile_read(f, 0, b, 8, e));
    head->swap = b[0] == 'M';
    head->big = get(b + 2, 2, head->swap) == 43;
    if (head->big) {
        if (f->size < 16)
            return err_set(e, ERR_DATA, "it is cut short in its header");
        TRY(infile_read(f, 0, b, 16, e));
        if (get(b + 4, 2, head->swap) != 8)
            return err_set(e, ERR_DATA, "its BigTIFF header is damaged");
    }
    if (!get(b + (head->big ? 8 : 4), head->big ? 8 : 4, head->swap))
        return err_set(e, ERR_DATA, "it has no page");
    TRY(walk(f, page,
             get(b + (head->big ? 8 : 4), head->big ? 8 : 4, head->swap), head,
             e));
out:
    return rc;
}

static bool about_pixels(uint16_t id)
{
    /* Numbers as in TIFF 6.0 and its supplements; 50674: LERC. */
    static const uint16_t ids[] = {
        256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317,
        320, 322, 323, 324, 325, 332, 338, 339, 347, 529, 530, 531, 532, 50674,
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
        if (ids[i] == id)
            return true;
    return false;
}

int tiff_head_dir(const struct infile *f, const struct tiff_head *head,
                  struct buf *dir, struct err *e)
{
    const size_t n = head->big ? 8 : 2, link = head->big ? 8 : 4;
    struct table t = {0};
    uint64_t kept = 0;
    uint8_t *entry;
    int rc;

    TRY(read_table(f, head, head->page_at, &t, e));
    TRY(buf_reserve(dir, n + t.count * t.size + link, e));
    entry = dir->data + n;
    TRY(infile_read(f, t.at, entry, t.count * t.size, e));
    for (uint64_t i = 0; i < t.count; i++) {
        const uint8_t *from = dir->data + n + i * t.size;

        if (!about_pixels((uint16_t)get(from, 2, head->swap)))
            continue;
        memmove(entry, from, t.size);
        entry += t.size;
        kept++;
    }
    memset(entry, 0, link);
    dir->len = (size_t)(entry - dir->data) + link;
    for (size_t i = 0; i < n; i++)
        dir->data[head->swap ? n - 1 - i : i] = (uint8_t)(kept >> (8 * i));
out:
    return rc;
}

const struct codec codec_tiff = {
    .name = "tiff",
    .doc = "TIFF and BigTIFF: 8 to 32 bits, half, float; strips and tiles",
    .exts = exts,
    .compressions = compressions,
    .samples = 1u << SAMPLE_U8 | 1u << SAMPLE_U16 | 1u << SAMPLE_U32 |
               1u << SAMPLE_F16 | 1u << SAMPLE_F32,
    .alpha = true,
    .extras = true,
    .cmyk = true,
    .probe = probe,
    .open = tiff_open,
    .chunk = tiff_chunk,
    .close = tiff_close,
    .create = tiff_create,
    .pack = tiff_pack,
    .put = tiff_put,
    .finish = tiff_finish,
    .abort = tiff_abort,
};
