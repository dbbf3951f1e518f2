/* Tag trees in memory. */

#include "image/ifd.h"

#include <assert.h>

/* Values are kept in the machine's order and written little-endian. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tag values are written as they lie in memory");

size_t ifd_type_size(int type)
{
    static const uint8_t sizes[] = {
        [IFD_BYTE] = 1,      [IFD_ASCII] = 1,    [IFD_SHORT] = 2,
        [IFD_LONG] = 4,      [IFD_RATIONAL] = 8, [IFD_SBYTE] = 1,
        [IFD_UNDEFINED] = 1, [IFD_SSHORT] = 2,   [IFD_SLONG] = 4,
        [IFD_SRATIONAL] = 8, [IFD_FLOAT] = 4,    [IFD_DOUBLE] = 8,
        [IFD_IFD] = 4,       [IFD_LONG8] = 8,    [IFD_SLONG8] = 8,
        [IFD_IFD8] = 8,
    };

    return type < 0 || (size_t)type >= sizeof(sizes) ? 0 : sizes[type];
}

int ifd_new(struct ifd **out, struct err *e)
{
    struct ifd *ifd = mem_zero(1, sizeof(*ifd));

    if (!ifd)
        return err_mem(e, sizeof(*ifd));
    *out = ifd;
    return 0;
}

static void clear_tag(struct ifd_tag *tag)
{
    mem_free(tag->data);
    ifd_free(tag->sub);
}

void ifd_free(struct ifd *ifd)
{
    if (!ifd)
        return;
    for (int i = 0; i < ifd->count; i++)
        clear_tag(&ifd->tag[i]);
    mem_free(ifd->tag);
    ifd_free(ifd->next);
    mem_free(ifd);
}

static int copy_tag(const struct ifd_tag *from, struct ifd_tag *to,
                    struct err *e)
{
    *to = *from;
    to->data = NULL;
    to->sub = NULL;
    if (from->sub)
        return ifd_copy(from->sub, &to->sub, e);
    if (!from->data)
        return 0;
    to->data = mem_copy(from->data, from->len);
    return to->data ? 0 : err_mem(e, from->len);
}

int ifd_copy(const struct ifd *ifd, struct ifd **out, struct err *e)
{
    struct ifd *copy = NULL;
    int rc;

    TRY(ifd_new(&copy, e));
    copy->lost = ifd->lost;
    copy->tag = mem_zero((size_t)ifd->count, sizeof(*copy->tag));
    if (!copy->tag) {
        rc = err_mem(e, (size_t)ifd->count * sizeof(*copy->tag));
        goto out;
    }
    for (int i = 0; i < ifd->count; i++) {
        copy->count = i + 1;
        TRY(copy_tag(&ifd->tag[i], &copy->tag[i], e));
    }
    if (ifd->next)
        TRY(ifd_copy(ifd->next, &copy->next, e));
    *out = copy;
    copy = NULL;
out:
    ifd_free(copy);
    return rc;
}

/* Index of the first tag whose id is not below this one. */
static int place_of(const struct ifd *ifd, uint16_t id)
{
    int lo = 0, hi = ifd->count;

    while (lo < hi) {
        const int mid = (lo + hi) / 2;

        if (ifd->tag[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct ifd_tag *ifd_find(const struct ifd *ifd, uint16_t id)
{
    const int i = ifd ? place_of(ifd, id) : 0;

    return ifd && i < ifd->count && ifd->tag[i].id == id ? &ifd->tag[i] : NULL;
}

void ifd_remove(struct ifd *ifd, uint16_t id)
{
    struct ifd_tag *tag = ifd_find(ifd, id);

    if (!tag)
        return;
    clear_tag(tag);
    memmove(tag, tag + 1,
            (size_t)(ifd->tag + ifd->count - tag - 1) * sizeof(*tag));
    ifd->count--;
}

/* Puts the tag in its place, instead of one of the same id. */
static int put_tag(struct ifd *ifd, const struct ifd_tag *fresh, struct err *e)
{
    const int i = place_of(ifd, fresh->id);
    struct ifd_tag *tag;

    if (i < ifd->count && ifd->tag[i].id == fresh->id) {
        clear_tag(&ifd->tag[i]);
        ifd->tag[i] = *fresh;
        return 0;
    }
    tag = mem_resize(ifd->tag, ((size_t)ifd->count + 1) * sizeof(*tag));
    if (!tag)
        return err_mem(e, ((size_t)ifd->count + 1) * sizeof(*tag));
    ifd->tag = tag;
    memmove(tag + i + 1, tag + i, (size_t)(ifd->count - i) * sizeof(*tag));
    tag[i] = *fresh;
    ifd->count++;
    return 0;
}

int ifd_set(struct ifd *ifd, uint16_t id, int type, uint64_t count,
            const void *values, struct err *e)
{
    struct ifd_tag tag = {.id = id, .type = (uint16_t)type, .count = count};
    int rc;

    assert(ifd_type_size(type));
    if (!mem_product(count, ifd_type_size(type), &tag.len))
        return err_mem(e, SIZE_MAX);
    tag.data = mem_copy(values, tag.len);
    if (!tag.data)
        return err_mem(e, tag.len);
    rc = put_tag(ifd, &tag, e);
    if (rc < 0)
        mem_free(tag.data);
    return rc;
}

int ifd_set_sub_take(struct ifd *ifd, uint16_t id, struct ifd *sub,
                     struct err *e)
{
    const struct ifd_tag tag = {
        .id = id, .type = IFD_LONG, .count = 1, .sub = sub};
    const int rc = put_tag(ifd, &tag, e);

    if (rc < 0)
        ifd_free(sub);
    return rc;
}

/* Value i of a type, copied out of its bytes. */
#define VALUE(type) (memcpy(&v.type, at, sizeof(v.type)), (double)v.type)

bool ifd_number(const struct ifd_tag *tag, uint64_t i, double *value)
{
    union {
        uint8_t u8;
        int8_t i8;
        uint16_t u16;
        int16_t i16;
        uint32_t u32, pair[2];
        int32_t i32, spair[2];
        uint64_t u64;
        int64_t i64;
        float f32;
        double f64;
    } v;
    const uint8_t *at;
    size_t size;

    if (!tag || !tag->data || i >= tag->count)
        return false;
    size = ifd_type_size(tag->type);
    if (size == 0 || i >= tag->len / size)
        return false;
    at = tag->data + i * size;
    switch (tag->type) {
    case IFD_BYTE:
    case IFD_UNDEFINED:
        *value = VALUE(u8);
        return true;
    case IFD_SBYTE:
        *value = VALUE(i8);
        return true;
    case IFD_SHORT:
        *value = VALUE(u16);
        return true;
    case IFD_SSHORT:
        *value = VALUE(i16);
        return true;
    case IFD_LONG:
    case IFD_IFD:
        *value = VALUE(u32);
        return true;
    case IFD_SLONG:
        *value = VALUE(i32);
        return true;
    case IFD_LONG8:
    case IFD_IFD8:
        *value = VALUE(u64);
        return true;
    case IFD_SLONG8:
        *value = VALUE(i64);
        return true;
    case IFD_FLOAT:
        *value = VALUE(f32);
        return true;
    case IFD_DOUBLE:
        *value = VALUE(f64);
        return true;
    case IFD_RATIONAL:
        memcpy(v.pair, at, 8);
        *value = v.pair[1] ? (double)v.pair[0] / v.pair[1] : 0;
        return true;
    case IFD_SRATIONAL:
        memcpy(v.spair, at, 8);
        *value = v.spair[1] ? (double)v.spair[0] / v.spair[1] : 0;
        return true;
    default:
        return false; /* text */
    }
}
