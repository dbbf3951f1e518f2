/*
 * Reads tag trees. Layout: TIFF 6.0 (Adobe 1992) section 2, the BigTIFF design
 * of libtiff, and CIPA DC-008 (EXIF) for the sub-directories.
 */

#include "image/ifd.h"

/* EXIF nests three deep: page, EXIF, interoperability. */
#define DEPTH_MAX   4
#define VISITED_MAX 16

/* The most one file's metadata may fill, whatever the file's size. */
#define VALUES_MAX ((uint64_t)256 << 20)

struct source {
    ifd_read_fn *read;
    void *arg;
    uint64_t size;
    uint64_t budget; /* bytes that values may still fill */
    bool big, swap;
    bool (*skip)(uint16_t id);
    uint64_t visited[VISITED_MAX];
    int visits;
};

struct entry {
    uint16_t id, type;
    uint64_t count;
    uint64_t at; /* of the values in the file          */
    int order;   /* in the directory: the first counts */
};

static uint16_t get16(const uint8_t *b, bool swap)
{
    uint16_t v;

    memcpy(&v, b, sizeof(v));
    return swap ? __builtin_bswap16(v) : v;
}

static uint32_t get32(const uint8_t *b, bool swap)
{
    uint32_t v;

    memcpy(&v, b, sizeof(v));
    return swap ? __builtin_bswap32(v) : v;
}

static uint64_t get64(const uint8_t *b, bool swap)
{
    uint64_t v;

    memcpy(&v, b, sizeof(v));
    return swap ? __builtin_bswap64(v) : v;
}

/* Bytes that change places together: a rational is two numbers. */
static size_t unit_of(int type)
{
    return type == IFD_RATIONAL || type == IFD_SRATIONAL ? 4
                                                         : ifd_type_size(type);
}

static void swap_values(uint8_t *data, size_t len, size_t unit)
{
    for (size_t i = 0; unit > 1 && i + unit <= len; i += unit)
        for (size_t k = 0; k < unit / 2; k++) {
            const uint8_t b = data[i + k];

            data[i + k] = data[i + unit - 1 - k];
            data[i + unit - 1 - k] = b;
        }
}

static bool is_sub(uint16_t id)
{
    return id == IFD_TAG_EXIF || id == IFD_TAG_GPS || id == IFD_TAG_INTEROP;
}

static int by_id(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return x->id != y->id ? (x->id > y->id) - (x->id < y->id)
                          : (x->order > y->order) - (x->order < y->order);
}

/*
 * Whether the values lie within the file; makes `at` their place, which is the
 * entry itself when they fit there.
 */
static bool locate(const struct source *s, struct entry *e, const uint8_t *b,
                   uint64_t b_at)
{
    const size_t inline_max = s->big ? 8 : 4, head = s->big ? 12 : 8;
    size_t len;

    if (ifd_type_size(e->type) == 0 ||
        !mem_product(e->count, ifd_type_size(e->type), &len))
        return false;
    e->at = len <= inline_max ? b_at + head
            : s->big          ? get64(b + head, s->swap)
                              : get32(b + head, s->swap);
    return e->at <= s->size && len <= s->size - e->at;
}

static int read_dir(struct source *s, uint64_t at, int depth, struct ifd **out,
                    uint64_t *next_at, struct err *e);

/* As read_tag(), for a sub-directory: 0 when it leads nowhere good. */
static int read_sub(struct source *s, const struct entry *en, int depth,
                    struct ifd_tag *tag, struct err *e)
{
    uint8_t b[8] = {0};
    uint64_t at, next;
    struct err why = {0};
    const size_t len = ifd_type_size(en->type);
    int rc;

    if (en->count != 1 || (len != 4 && len != 8) || depth + 1 >= DEPTH_MAX)
        return 0;
    rc = s->read(s->arg, en->at, b, len, e);
    if (rc < 0)
        return rc;
    at = len == 4 ? get32(b, s->swap) : get64(b, s->swap);
    tag->type = IFD_LONG;
    rc = read_dir(s, at, depth + 1, &tag->sub, &next, &why);
    if (rc == 0)
        return 1;
    if (rc == ERR_DATA)
        return 0;
    if (e)
        *e = why;
    return rc;
}

/* 1: read; 0: cannot be had; below 0: out of memory or disk trouble. */
static int read_tag(struct source *s, const struct entry *en, int depth,
                    struct ifd_tag *tag, struct err *e)
{
    const size_t len = (size_t)en->count * ifd_type_size(en->type);
    int rc;

    *tag = (struct ifd_tag){.id = en->id, .type = en->type, .count = en->count};
    if (s->skip && s->skip(en->id))
        return 1;
    if (is_sub(en->id))
        return read_sub(s, en, depth, tag, e);
    if (len > s->budget)
        return 0;
    s->budget -= len;
    tag->data = mem_alloc(len);
    if (!tag->data)
        return err_mem(e, len);
    tag->len = len;
    rc = s->read(s->arg, en->at, tag->data, len, e);
    if (rc < 0) {
        mem_free(tag->data);
        return rc;
    }
    if (s->swap)
        swap_values(tag->data, len, unit_of(en->type));
    return 1;
}

/* The entries of a directory, sorted, without those that cannot be. */
static int parse_entries(const struct source *s, const uint8_t *table,
                         uint64_t table_at, int n, struct entry *en)
{
    const size_t size = s->big ? 20 : 12;
    int good = 0, kept = 0;

    for (int i = 0; i < n; i++) {
        const uint8_t *b = table + (size_t)i * size;

        en[good] = (struct entry){
            .id = get16(b, s->swap),
            .type = get16(b + 2, s->swap),
            .count = s->big ? get64(b + 4, s->swap) : get32(b + 4, s->swap),
            .order = i,
        };
        good += locate(s, &en[good], b, table_at + (size_t)i * size);
    }
    qsort(en, (size_t)good, sizeof(*en), by_id);
    for (int i = 0; i < good; i++)
        if (kept == 0 || en[kept - 1].id != en[i].id)
            en[kept++] = en[i];
    return kept;
}

/* Reads the number of entries; the table must lie within the file. */
static int read_count(struct source *s, uint64_t at, uint64_t *count,
                      uint64_t *table_at, struct err *e)
{
    const size_t head = s->big ? 8 : 2, size = s->big ? 20 : 12;
    uint8_t b[8];
    int rc;

    if (at < 8 || at > s->size || head > s->size - at)
        return err_set(e, ERR_DATA,
                       "a tag directory at %llu, but the data ends at %llu",
                       (unsigned long long)at, (unsigned long long)s->size);
    rc = s->read(s->arg, at, b, head, e);
    if (rc < 0)
        return rc;
    *count = s->big ? get64(b, s->swap) : get16(b, s->swap);
    *table_at = at + head;
    if (*count == 0 || *count > 65535 || *count * size > s->size - *table_at)
        return err_set(e, ERR_DATA,
                       "a tag directory of %llu entries at %llu, which the "
                       "data has no room for",
                       (unsigned long long)*count, (unsigned long long)at);
    return 0;
}

/* Each directory is read once: a second visit is a loop. */
static int visit(struct source *s, uint64_t at, struct err *e)
{
    for (int i = 0; i < s->visits; i++)
        if (s->visited[i] == at)
            return err_set(e, ERR_DATA, "tag directories that form a loop");
    if (s->visits == VISITED_MAX)
        return err_set(e, ERR_DATA, "too many tag directories");
    s->visited[s->visits++] = at;
    return 0;
}

static int read_tags(struct source *s, const struct entry *en, int n, int depth,
                     struct ifd *ifd, struct err *e)
{
    ifd->tag = mem_zero((size_t)n, sizeof(*ifd->tag));
    if (!ifd->tag)
        return err_mem(e, (size_t)n * sizeof(*ifd->tag));
    for (int i = 0; i < n; i++) {
        struct ifd_tag *tag = &ifd->tag[ifd->count];
        const int rc = read_tag(s, &en[i], depth, tag, e);

        if (rc < 0)
            return rc;
        ifd->count += rc;
        ifd->lost += !rc + (rc && tag->sub ? tag->sub->lost : 0);
    }
    return 0;
}

static int read_dir(struct source *s, uint64_t at, int depth, struct ifd **out,
                    uint64_t *next_at, struct err *e)
{
    const size_t size = s->big ? 20 : 12, link = s->big ? 8 : 4;
    struct ifd *ifd = NULL;
    struct entry *en = NULL;
    uint8_t *table = NULL, b[8];
    uint64_t n = 0, table_at = 0, end;
    int rc, good;

    TRY(visit(s, at, e));
    TRY(read_count(s, at, &n, &table_at, e));
    TRY(ifd_new(&ifd, e));
    table = mem_array(n, size);
    en = mem_array(n, sizeof(*en));
    if (!table || !en) {
        rc = err_mem(e, n * (size + sizeof(*en)));
        goto out;
    }
    TRY(s->read(s->arg, table_at, table, n * size, e));
    good = parse_entries(s, table, table_at, (int)n, en);
    ifd->lost = (int)n - good;
    TRY(read_tags(s, en, good, depth, ifd, e));

    end = table_at + n * size;
    *next_at = 0; /* some writers leave the last link out */
    if (link <= s->size - end) {
        TRY(s->read(s->arg, end, b, link, e));
        *next_at = s->big ? get64(b, s->swap) : get32(b, s->swap);
    }
    *out = ifd;
    ifd = NULL;
out:
    ifd_free(ifd);
    mem_free(en);
    mem_free(table);
    return rc;
}

int ifd_read(ifd_read_fn *read, void *arg, uint64_t size, uint64_t at, bool big,
             bool swap, bool (*skip)(uint16_t id), struct ifd **out,
             uint64_t *next_at, struct err *e)
{
    struct source s = {
        .read = read,
        .arg = arg,
        .size = size,
        .budget = size < VALUES_MAX ? size : VALUES_MAX,
        .big = big,
        .swap = swap,
        .skip = skip,
    };

    return read_dir(&s, at, 0, out, next_at, e);
}

/* A block in memory as a source of bytes. */
static int read_block(void *arg, uint64_t at, void *bytes, size_t n,
                      struct err *e)
{
    const struct buf *b = arg;

    if (at > b->len || n > b->len - at)
        return err_set(e, ERR_DATA, "an EXIF block that is cut short");
    memcpy(bytes, b->data + at, n);
    return 0;
}

/*
 * Makes tag `where` of a thumbnail hold the bytes it points to, as many as tag
 * `length` says; without both, or when they lie outside, the tags go.
 */
static int fetch_thumb(struct ifd *ifd, const struct buf *b, uint16_t where,
                       uint16_t length, struct err *e)
{
    struct ifd_tag *tag = ifd_find(ifd, where);
    double at = 0, len = 0;
    uint8_t *data;

    if (tag && tag->count == 1 && ifd_number(tag, 0, &at) &&
        ifd_number(ifd_find(ifd, length), 0, &len) && len > 4 && at >= 0 &&
        at <= (double)b->len && len <= (double)b->len - at) {
        data = mem_copy(b->data + (size_t)at, (size_t)len);
        if (!data)
            return err_mem(e, (size_t)len);
        mem_free(tag->data);
        tag->type = IFD_LONG;
        tag->data = data;
        tag->len = (size_t)len;
        return 0;
    }
    ifd_remove(ifd, where);
    ifd_remove(ifd, length);
    return 0;
}

int ifd_parse(const void *block, size_t len, struct ifd **out, struct err *e)
{
    const uint8_t *head = block;
    struct buf b = {.len = len};
    struct source s = {.read = read_block, .arg = &b, .size = len};
    struct ifd *ifd = NULL;
    struct err why = {0};
    uint64_t next, ignored;
    int rc;

    memcpy(&b.data, &block, sizeof(b.data));
    if (len < 8 || (memcmp(head, "II*\0", 4) && memcmp(head, "MM\0*", 4)))
        return err_set(e, ERR_DATA, "an EXIF block that is none");
    s.swap = head[0] == 'M';
    s.budget = len < VALUES_MAX ? len : VALUES_MAX;
    TRY(read_dir(&s, get32(head + 4, s.swap), 0, &ifd, &next, e));
    if (next) {
        rc = read_dir(&s, next, 0, &ifd->next, &ignored, &why);
        if (rc < 0 && rc != ERR_DATA) {
            if (e)
                *e = why;
            goto out;
        }
    }
    if (ifd->next) {
        TRY(fetch_thumb(ifd->next, &b, IFD_TAG_THUMB, IFD_TAG_THUMB_LEN, e));
        TRY(fetch_thumb(ifd->next, &b, 273, 279, e));
    }
    *out = ifd;
    ifd = NULL;
    rc = 0;
out:
    ifd_free(ifd);
    return rc;
}
