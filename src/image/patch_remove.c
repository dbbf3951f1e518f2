/* Takes properties out of XMP packets. */

#include "image/patch.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(uint8_t c)
{
    const int small = c | 32;

    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

static const uint8_t *find(const struct blob *b, size_t at, const char *text,
                           size_t n)
{
    return at < b->len ? memmem(b->data + at, b->len - at, text, n) : NULL;
}

/* The prefix that xmlns:<prefix>="<uri>" declares; false when none does. */
static bool prefix_of(const struct blob *xmp, const char *uri, char prefix[40])
{
    const size_t len = strlen(uri);
    const uint8_t *hit = xmp->data;

    while ((hit = find(xmp, (size_t)(hit - xmp->data), uri, len))) {
        const uint8_t *end = hit - 1, *p; /* at the opening quote */

        hit += len;
        if (end - xmp->data < 8 || hit == xmp->data + xmp->len ||
            (*end != '"' && *end != '\'') || *hit != *end || end[-1] != '=')
            continue;
        p = --end;
        while (p > xmp->data && is_name(p[-1]))
            p--;
        if (p == end || end - p > 38 || p - xmp->data < 6 ||
            memcmp(p - 6, "xmlns:", 6) != 0)
            continue;
        memcpy(prefix, p, (size_t)(end - p));
        prefix[end - p] = '\0';
        return true;
    }
    return false;
}

/* Where name="value" ends whose name ends at `at`; 0 when it is not one. */
static size_t attribute_end(const struct blob *b, size_t at)
{
    const uint8_t *end;

    while (at < b->len && is_blank(b->data[at]))
        at++;
    if (at >= b->len || b->data[at] != '=')
        return 0;
    at++;
    while (at < b->len && is_blank(b->data[at]))
        at++;
    if (at + 1 >= b->len || (b->data[at] != '"' && b->data[at] != '\''))
        return 0;
    end = memchr(b->data + at + 1, b->data[at], b->len - at - 1);
    return end ? (size_t)(end - b->data) + 1 : 0;
}

/* Where the element ends whose name is at `at`, `n` long; 0: it does not. */
static size_t element_end(const struct blob *b, size_t at, size_t n)
{
    const uint8_t *end = memchr(b->data + at, '>', b->len - at);
    char tag[128];
    int len;

    if (!end)
        return 0;
    if (end[-1] == '/')
        return (size_t)(end - b->data) + 1;
    len = snprintf(tag, sizeof(tag), "</%.*s>", (int)n,
                   (const char *)b->data + at);
    if (len >= (int)sizeof(tag))
        return 0;
    end = find(b, (size_t)(end - b->data), tag, (size_t)len);
    return end ? (size_t)(end - b->data) + (size_t)len : 0;
}

bool xmp_remove(struct blob *xmp, const char *uri, const char *start)
{
    char prefix[40], name[100];
    const uint8_t *hit;
    bool removed = false;
    size_t at = 0, n;

    if (!xmp->len || !prefix_of(xmp, uri, prefix))
        return false;
    n = (size_t)snprintf(name, sizeof(name), "%s:%.50s", prefix, start);
    while ((hit = find(xmp, at, name, n))) {
        size_t from = (size_t)(hit - xmp->data), to = from + n, end = 0;
        const uint8_t before = from ? hit[-1] : 0;

        while (to < xmp->len && is_name(xmp->data[to]))
            to++;
        if (is_blank(before))
            end = attribute_end(xmp, to);
        else if (before == '<')
            end = element_end(xmp, from, to - from);
        at = to;
        if (!end)
            continue;
        from--; /* the blank or the bracket before it */
        memmove(xmp->data + from, xmp->data + end, xmp->len - end);
        xmp->len -= end - from;
        at = from;
        removed = true;
    }
    return removed;
}
