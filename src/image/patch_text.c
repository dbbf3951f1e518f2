/* Changes inside XMP packets and Photoshop image resources. */

#include "image/patch.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(const struct blob *b, size_t at)
{
    while (at < b->len && is_blank(b->data[at]))
        at++;
    return at;
}

/*
 * After a property's name at `at`: finds its value's first byte and length, in
 * name="value" or <name>value</name>.
 */
static bool value_of(const struct blob *b, size_t at, bool element,
                     size_t *first, size_t *len)
{
    uint8_t stop;
    const uint8_t *end;

    at = skip_blanks(b, at);
    if (at < b->len && b->data[at] == '=') {
        at = skip_blanks(b, at + 1);
        if (at >= b->len || (b->data[at] != '"' && b->data[at] != '\''))
            return false;
        stop = b->data[at];
    } else if (element && at < b->len && b->data[at] == '>') {
        stop = '<';
    } else {
        return false;
    }
    at++;
    end = at < b->len ? memchr(b->data + at, stop, b->len - at) : NULL;
    if (!end)
        return false;
    *first = at;
    *len = (size_t)(end - b->data) - at;
    return true;
}

static int replace(struct blob *b, size_t at, size_t old, const char *text,
                   struct err *e)
{
    const size_t n = strlen(text), tail = b->len - at - old;
    uint8_t *data;

    if (n != old) {
        data = mem_alloc(b->len - old + n + 1);
        if (!data)
            return err_mem(e, b->len - old + n + 1);
        memcpy(data, b->data, at);
        memcpy(data + at + n, b->data + at + old, tail);
        mem_free(b->data);
        b->data = data;
        b->len = at + n + tail;
    }
    memcpy(b->data + at, text, n);
    return 0;
}

int xmp_set(struct blob *xmp, const char *name, const char *value,
            bool *changed, struct err *e)
{
    const size_t n = strlen(name);
    size_t at = 0, first, len;
    const uint8_t *hit;
    int rc;

    *changed = false;
    while (at < xmp->len &&
           (hit = memmem(xmp->data + at, xmp->len - at, name, n))) {
        const size_t place = (size_t)(hit - xmp->data);
        const uint8_t before = place ? xmp->data[place - 1] : 0;

        at = place + n;
        if ((!is_blank(before) && before != '<') ||
            !value_of(xmp, at, before == '<', &first, &len))
            continue;
        if (len == strlen(value) && !memcmp(xmp->data + first, value, len))
            continue;
        rc = replace(xmp, first, len, value, e);
        if (rc < 0)
            return rc;
        *changed = true;
        at = first;
    }
    return 0;
}

/*
 * Length of the resource at `at`, 0 when there is none: "8BIM", id, name
 * (Pascal string, padded to even), length, bytes (padded to even). Adobe
 * Photoshop File Formats Specification, "Image Resource Blocks".
 */
static size_t resource(const struct blob *b, size_t at, uint16_t *id)
{
    const uint8_t *d = b->data + at;
    const size_t left = b->len - at;
    size_t name, head, len;

    if (left < 12 || memcmp(d, "8BIM", 4))
        return 0;
    *id = (uint16_t)(d[4] << 8 | d[5]);
    name = ((size_t)d[6] + 2) / 2 * 2;
    head = 6 + name + 4;
    if (head > left)
        return 0;
    d += 6 + name;
    len = (size_t)d[0] << 24 | (size_t)d[1] << 16 | (size_t)d[2] << 8 | d[3];
    if (len > left - head)
        return 0;
    len += len % 2;
    return len > left - head ? left : head + len;
}

bool psir_remove(struct blob *psir, uint16_t id)
{
    size_t at = 0, n;
    uint16_t found;
    bool removed = false;

    while (at < psir->len && (n = resource(psir, at, &found))) {
        if (found != id) {
            at += n;
            continue;
        }
        memmove(psir->data + at, psir->data + at + n, psir->len - at - n);
        psir->len -= n;
        removed = true;
    }
    return removed;
}
