/* The safetensors container: github.com/huggingface/safetensors, "Format". */

#include "nn/safetensors.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "kern/convert.h"
#include "kern/kern.h"

#define NAME_LENGTH_MAX 200
#define ITEMS_MAX       100000
#define CHUNK           ((size_t)64 << 10)

static const struct {
    const char *name;
    size_t size;
} types[] = {
    [SAFETENSORS_F32] = {"F32", 4},
    [SAFETENSORS_F16] = {"F16", 2},
    [SAFETENSORS_BF16] = {"BF16", 2},
};

static int bad(const struct safetensors_item *t, const char *what,
               struct err *e)
{
    return err_set(e, ERR_DATA, "tensor '%s' %s", t->name, what);
}

static int read_type(struct safetensors_item *t, const json_t *v, struct err *e)
{
    const char *text = json_string_value(v);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_is(text, types[i].name)) {
            t->type = (enum safetensors_type)i;
            return 0;
        }
    if (!text)
        return bad(t, "has no type", e);
    return err_set(e, ERR_DATA,
                   "tensor '%s' has the type '%.20s'; F32, F16 and BF16 are "
                   "known",
                   t->name, text);
}

static int read_shape(struct safetensors_item *t, const json_t *v,
                      struct err *e)
{
    const size_t dims = json_array_size(v);

    if (!json_is_array(v) || dims > SAFETENSORS_DIMS)
        return bad(t, "has no shape of at most 8 numbers", e);
    t->dims = (int)dims;
    t->count = 1;
    for (size_t i = 0; i < dims; i++) {
        const json_t *n = json_array_get(v, i);

        if (!json_is_integer(n) || json_integer_value(n) < 0)
            return bad(t, "has a side that is no size", e);
        t->shape[i] = (uint64_t)json_integer_value(n);
        if (!mem_product(t->count, (size_t)t->shape[i], &t->count))
            return bad(t, "is too large", e);
    }
    if (!mem_product(t->count, types[t->type].size, &t->bytes))
        return bad(t, "is too large", e);
    return 0;
}

/* data = where the numbers of the file begin, room = how many bytes follow. */
static int read_range(struct safetensors_item *t, const json_t *v,
                      uint64_t data, uint64_t room, struct err *e)
{
    const json_t *from = json_array_get(v, 0), *to = json_array_get(v, 1);
    json_int_t a, b;

    if (json_array_size(v) != 2 || !json_is_integer(from) ||
        !json_is_integer(to))
        return bad(t, "has no pair of offsets", e);
    a = json_integer_value(from);
    b = json_integer_value(to);
    if (a < 0 || b < a || (uint64_t)b > room)
        return err_set(e, ERR_DATA,
                       "tensor '%s' is at %" JSON_INTEGER_FORMAT
                       " … %" JSON_INTEGER_FORMAT
                       ", beyond the file's 0 … %" PRIu64,
                       t->name, a, b, room);
    if ((uint64_t)(b - a) != t->bytes)
        return err_set(e, ERR_DATA,
                       "tensor '%s' has %" JSON_INTEGER_FORMAT
                       " bytes, its shape needs %zu",
                       t->name, b - a, t->bytes);
    t->at = data + (uint64_t)a;
    return 0;
}

static int read_item(struct safetensors_item *t, const char *name,
                     const json_t *v, uint64_t data, uint64_t room,
                     struct err *e)
{
    int rc;

    if (!*name || strlen(name) > NAME_LENGTH_MAX)
        return err_set(e, ERR_DATA,
                       "a tensor's name has %zu bytes, 1 … %d are allowed",
                       strlen(name), NAME_LENGTH_MAX);
    t->name = mem_text(name);
    if (!t->name)
        return err_mem(e, strlen(name));
    if (!json_is_object(v))
        return bad(t, "is not described", e);
    rc = read_type(t, json_object_get(v, "dtype"), e);
    if (rc == 0)
        rc = read_shape(t, json_object_get(v, "shape"), e);
    if (rc == 0)
        rc = read_range(t, json_object_get(v, "data_offsets"), data, room, e);
    return rc;
}

static int by_place(const void *a, const void *b)
{
    const struct safetensors_item *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

static int by_name(const void *a, const void *b)
{
    const struct safetensors_item *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* Each tensor begins where the one before ends, the last ends the file. */
static int check_tiling(struct safetensors *st, uint64_t data, struct err *e)
{
    uint64_t at = data;

    if (st->count)
        qsort(st->items, st->count, sizeof(*st->items), by_place);
    for (size_t i = 0; i < st->count; i++) {
        if (st->items[i].at != at)
            return bad(&st->items[i],
                       st->items[i].at < at ? "overlaps another"
                                            : "leaves a gap before it",
                       e);
        at += st->items[i].bytes;
    }
    if (at != st->file.size)
        return err_set(e, ERR_DATA,
                       "%" PRIu64 " bytes behind the last tensor belong to "
                       "none",
                       st->file.size - at);
    if (st->count)
        qsort(st->items, st->count, sizeof(*st->items), by_name);
    return 0;
}

static int read_items(struct safetensors *st, json_t *header, uint64_t data,
                      struct err *e)
{
    const size_t n = json_object_size(header);
    const char *name;
    json_t *v;
    int rc;

    if (n > ITEMS_MAX)
        return err_set(e, ERR_DATA, "%zu tensors, the most is %d", n,
                       ITEMS_MAX);
    st->items = mem_zero(n ? n : 1, sizeof(*st->items));
    if (!st->items)
        return err_mem(e, n * sizeof(*st->items));
    json_object_foreach(header, name, v)
    {
        if (text_is(name, "__metadata__"))
            continue;
        rc = read_item(&st->items[st->count++], name, v, data,
                       st->file.size - data, e);
        if (rc < 0)
            return rc;
    }
    return check_tiling(st, data, e);
}

static int read_header(struct safetensors *st, struct err *e)
{
    json_t *header = NULL;
    json_error_t why;
    char *text = NULL;
    uint8_t size[8];
    uint64_t n = 0;
    int rc;

    if (st->file.size < sizeof(size)) {
        rc = err_set(e, ERR_DATA, "%" PRIu64 " bytes are no safetensors file",
                     st->file.size);
        goto out;
    }
    TRY(infile_read(&st->file, 0, size, sizeof(size), e));
    for (int i = 7; i >= 0; i--)
        n = n << 8 | size[i];
    if (n > st->file.size - sizeof(size) || n > SAFETENSORS_HEADER_MAX) {
        rc = err_set(e, ERR_DATA,
                     "not a safetensors file: a header of %" PRIu64
                     " bytes in a file of %" PRIu64,
                     n, st->file.size);
        goto out;
    }
    text = mem_alloc((size_t)n + 1);
    if (!text) {
        rc = err_mem(e, (size_t)n);
        goto out;
    }
    TRY(infile_read(&st->file, sizeof(size), text, (size_t)n, e));
    header = json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(header)) {
        rc = err_set(e, ERR_DATA, "the header is no JSON object: %s",
                     header ? "something else" : why.text);
        goto out;
    }
    TRY(read_items(st, header, sizeof(size) + n, e));
    rc = 0;
out:
    json_decref(header);
    mem_free(text);
    return rc;
}

int safetensors_open(const char *path, struct safetensors **out, struct err *e)
{
    struct safetensors *st = mem_zero(1, sizeof(*st));
    int rc;

    if (!st)
        return err_mem(e, sizeof(*st));
    st->path = mem_text(path);
    if (!st->path) {
        rc = err_mem(e, strlen(path));
        goto out;
    }
    TRY(infile_open(&st->file, st->path, e));
    rc = read_header(st, e);
    if (rc < 0) {
        err_prefix(e, "'%s'", path);
        goto out;
    }
    *out = st;
    st = NULL;
    rc = 0;
out:
    safetensors_close(st);
    return rc;
}

void safetensors_close(struct safetensors *st)
{
    if (!st)
        return;
    for (size_t i = 0; i < st->count; i++)
        mem_free(st->items[i].name);
    mem_free(st->items);
    infile_close(&st->file);
    mem_free(st->path);
    mem_free(st);
}

const struct safetensors_item *safetensors_find(const struct safetensors *st,
                                                const char *name)
{
    size_t lo = 0, hi = st->count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const int d = strcmp(name, st->items[mid].name);

        if (d == 0)
            return &st->items[mid];
        if (d < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static void widen(enum safetensors_type type, const uint16_t *in, size_t n,
                  float *out)
{
    if (type == SAFETENSORS_F16) {
        kern_best()->convert->unpack_f16(out, in, n, 1);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = (uint32_t)in[i] << 16;

        memcpy(&out[i], &bits, sizeof(bits));
    }
}

/* The half-wide types, chunk by chunk. */
static int read_narrow(const struct safetensors *st,
                       const struct safetensors_item *t, float *out,
                       struct err *e)
{
    uint16_t *chunk = mem_alloc(CHUNK);
    int rc;

    if (!chunk)
        return err_mem(e, CHUNK);
    for (size_t i = 0, n; i < t->count; i += n) {
        n = t->count - i < CHUNK / 2 ? t->count - i : CHUNK / 2;
        TRY(infile_read(&st->file, t->at + 2 * (uint64_t)i, chunk, 2 * n, e));
        widen(t->type, chunk, n, out + i);
    }
    rc = 0;
out:
    mem_free(chunk);
    return rc;
}

static int check_finite(const struct safetensors *st,
                        const struct safetensors_item *t, const float *v,
                        struct err *e)
{
    uint32_t bits, all = 0;

    /* An exponent of ones, and no other, carries into the sign. */
    for (size_t i = 0; i < t->count; i++) {
        memcpy(&bits, &v[i], sizeof(bits));
        all |= (bits & 0x7f800000u) + 0x00800000u;
    }
    if (!(all >> 31))
        return 0;
    for (size_t i = 0; i < t->count; i++)
        if (!isfinite(v[i]))
            return err_set(
                e, ERR_DATA, "'%s': tensor '%s' is %s at its number %zu",
                st->path, t->name, isnan(v[i]) ? "NaN" : "infinite", i);
    return 0;
}

int safetensors_read(const struct safetensors *st,
                     const struct safetensors_item *t, float *out,
                     struct err *e)
{
    int rc = t->type == SAFETENSORS_F32
                 ? infile_read(&st->file, t->at, out, t->bytes, e)
                 : read_narrow(st, t, out, e);

    return rc < 0 ? rc : check_finite(st, t, out, e);
}

static bool same_file(const struct infile *f, const struct stat *s)
{
    return f->size == (uint64_t)s->st_size && f->dev == s->st_dev &&
           f->ino == s->st_ino &&
           f->mtime_ns ==
               s->st_mtim.tv_sec * INT64_C(1000000000) + s->st_mtim.tv_nsec;
}

int safetensors_unchanged(const struct safetensors *st, struct err *e)
{
    struct stat open_one, named;

    if (fstat(st->file.fd, &open_one) || stat(st->path, &named))
        return err_errno(e, "cannot read", st->path);
    if (!same_file(&st->file, &open_one) || !same_file(&st->file, &named))
        return err_set(e, ERR_IO, "'%s' has changed while it was read",
                       st->path);
    return 0;
}

int safetensors_hash(const struct safetensors *st, struct hash128 *hash,
                     struct err *e)
{
    const size_t step = (size_t)1 << 20;
    struct hash_stream *h = hash_stream_new();
    uint8_t *chunk = mem_alloc(step);
    int rc;

    if (!h || !chunk) {
        rc = err_mem(e, step);
        goto out;
    }
    for (uint64_t at = 0, n; at < st->file.size; at += n) {
        n = st->file.size - at < step ? st->file.size - at : step;
        TRY(infile_read(&st->file, at, chunk, (size_t)n, e));
        hash_stream_add(h, chunk, (size_t)n);
    }
    *hash = hash_stream_end(h);
    rc = 0;
out:
    hash_stream_free(h);
    mem_free(chunk);
    return rc;
}
