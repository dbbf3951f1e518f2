/* Packing and checking one entry of the cache. */

#include "store/cache_entry.h"

#include <zstd.h>

enum { STORED, ZSTD };

struct head {
    char magic[8];
    uint64_t key_hi, key_lo;
    uint64_t raw, packed; /* bytes of the value, and of what follows */
    uint32_t item, method;
    uint64_t sum;      /* of what follows           */
    uint64_t head_sum; /* of all before, must be last */
};
_Static_assert(sizeof(struct head) == ENTRY_HEAD, "no holes");

static const char magic[8] = "PRTLC\0\0\1";

static uint64_t head_sum(const struct head *h)
{
    return hash_bytes(h, offsetof(struct head, head_sum), 0);
}

/* All first bytes of the items, then all second ones; the rest as it is. */
static void group(uint8_t *restrict dst, const uint8_t *restrict src, size_t n,
                  size_t item)
{
    const size_t count = n / item;

    for (size_t k = 0; k < item; k++)
        for (size_t i = 0; i < count; i++)
            dst[k * count + i] = src[i * item + k];
    memcpy(dst + count * item, src + count * item, n - count * item);
}

static void ungroup(uint8_t *restrict dst, const uint8_t *restrict src,
                    size_t n, size_t item)
{
    const size_t count = n / item;

    for (size_t k = 0; k < item; k++)
        for (size_t i = 0; i < count; i++)
            dst[i * item + k] = src[k * count + i];
    memcpy(dst + count * item, src + count * item, n - count * item);
}

static bool item_fits(uint32_t item)
{
    return item == 1 || item == 2 || item == 4 || item == 8;
}

/* The compressed size, or 0 when that is no gain. */
static int pack_value(const uint8_t *bytes, size_t n, size_t item,
                      struct buf *file, size_t *packed, struct err *e)
{
    uint8_t *grouped = NULL;
    size_t size;

    *packed = 0;
    if (item > 1) {
        grouped = mem_alloc(n);
        if (!grouped)
            return err_mem(e, n);
        group(grouped, bytes, n, item);
        bytes = grouped;
    }
    size = ZSTD_compress(file->data + ENTRY_HEAD, n, bytes, n, 1);
    mem_free(grouped);
    if (!ZSTD_isError(size) && size < n)
        *packed = size;
    return 0;
}

int entry_pack(struct hash128 key, const void *bytes, size_t n, int item,
               struct buf *file, struct err *e)
{
    struct head h = {
        .key_hi = key.hi,
        .key_lo = key.lo,
        .raw = n,
        .item = item_fits((uint32_t)item) ? (uint32_t)item : 1,
        .method = ZSTD,
    };
    size_t packed = 0;
    int rc;

    TRY(buf_reserve(file, ENTRY_HEAD + n, e));
    TRY(pack_value(bytes, n, h.item, file, &packed, e));
    if (!packed) {
        h.method = STORED;
        packed = n;
        if (n)
            memcpy(file->data + ENTRY_HEAD, bytes, n);
    }
    memcpy(h.magic, magic, sizeof(magic));
    h.packed = packed;
    h.sum = hash_bytes(file->data + ENTRY_HEAD, packed, key.lo);
    h.head_sum = head_sum(&h);
    memcpy(file->data, &h, sizeof(h));
    file->len = ENTRY_HEAD + packed;
out:
    return rc;
}

static bool read_head(struct hash128 key, const uint8_t *bytes, uint64_t len,
                      struct head *h)
{
    memcpy(h, bytes, sizeof(*h));
    return memcmp(h->magic, magic, sizeof(magic)) == 0 &&
           h->head_sum == head_sum(h) && h->key_hi == key.hi &&
           h->key_lo == key.lo && h->packed == len - ENTRY_HEAD &&
           item_fits(h->item) &&
           (h->method == ZSTD || (h->method == STORED && h->raw == h->packed));
}

bool entry_head(struct hash128 key, const uint8_t head[static ENTRY_HEAD],
                uint64_t len, uint64_t *raw)
{
    struct head h;

    if (len < ENTRY_HEAD || !read_head(key, head, len, &h))
        return false;
    *raw = h.raw;
    return true;
}

bool entry_sound(struct hash128 key, const uint8_t *file, size_t len)
{
    struct head h;

    return len >= ENTRY_HEAD && read_head(key, file, len, &h) &&
           h.sum == hash_bytes(file + ENTRY_HEAD, (size_t)h.packed, key.lo);
}

static int unpack_value(const struct head *h, const uint8_t *packed,
                        uint8_t *value, struct err *e)
{
    const size_t n = (size_t)h->raw;
    uint8_t *grouped = NULL;
    size_t size;

    if (h->method == STORED) {
        memcpy(value, packed, n);
        return 1;
    }
    if (h->item > 1) {
        grouped = mem_alloc(n);
        if (!grouped)
            return err_mem(e, n);
    }
    size = ZSTD_decompress(grouped ? grouped : value, n, packed,
                           (size_t)h->packed);
    if (grouped && size == n)
        ungroup(value, grouped, n, h->item);
    mem_free(grouped);
    return size == n; /* an error is larger */
}

int entry_unpack(struct hash128 key, const uint8_t *file, size_t len,
                 struct buf *value, struct err *e)
{
    struct head h;
    int rc;

    if (!entry_sound(key, file, len))
        return 0;
    memcpy(&h, file, sizeof(h));
    if (h.raw > value->max)
        return 0;
    value->len = 0;
    rc = buf_reserve(value, (size_t)h.raw, e);
    if (rc < 0)
        return rc;
    rc = unpack_value(&h, file + ENTRY_HEAD, value->data, e);
    if (rc == 1) {
        value->len = (size_t)h.raw;
        value->data[value->len] = '\0';
    }
    return rc;
}
