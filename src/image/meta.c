/* Life of metadata, what to keep of it, and the ledger. */

#include "image/meta.h"

int blob_set(struct blob *b, const void *bytes, size_t len, struct err *e)
{
    uint8_t *data = mem_copy(bytes, len);

    if (!data)
        return err_mem(e, len);
    mem_free(b->data);
    b->data = data;
    b->len = len;
    return 0;
}

void blob_clear(struct blob *b)
{
    mem_free(b->data);
    *b = (struct blob){0};
}

int meta_new(struct meta **out, struct err *e)
{
    struct meta *m = mem_zero(1, sizeof(*m));

    if (!m)
        return err_mem(e, sizeof(*m));
    m->orientation = 1;
    *out = m;
    return 0;
}

void meta_free(struct meta *m)
{
    if (!m)
        return;
    blob_clear(&m->icc);
    blob_clear(&m->exif);
    blob_clear(&m->xmp);
    blob_clear(&m->iptc);
    blob_clear(&m->psir);
    ifd_free(m->tags);
    for (int i = 0; i < m->item_count; i++)
        blob_clear(&m->items[i].data);
    mem_free(m->items);
    mem_free(m);
}

static int copy_blob(const struct blob *from, struct blob *to, struct err *e)
{
    return from->data ? blob_set(to, from->data, from->len, e) : 0;
}

int meta_copy(const struct meta *m, struct meta **out, struct err *e)
{
    struct meta *copy = NULL;
    int rc;

    TRY(meta_new(&copy, e));
    TRY(copy_blob(&m->icc, &copy->icc, e));
    TRY(copy_blob(&m->exif, &copy->exif, e));
    TRY(copy_blob(&m->xmp, &copy->xmp, e));
    TRY(copy_blob(&m->iptc, &copy->iptc, e));
    TRY(copy_blob(&m->psir, &copy->psir, e));
    if (m->tags)
        TRY(ifd_copy(m->tags, &copy->tags, e));
    for (int i = 0; i < m->item_count; i++) {
        const struct meta_item *it = &m->items[i];

        TRY(meta_add_item(copy, it->format, it->key, it->type, it->data.data,
                          it->data.len, e));
    }
    copy->orientation = m->orientation;
    copy->xres = m->xres;
    copy->yres = m->yres;
    copy->res_unit = m->res_unit;
    *out = copy;
    copy = NULL;
    rc = 0;
out:
    meta_free(copy);
    return rc;
}

int meta_add_item(struct meta *m, const char *format, const char *key,
                  const char *type, const void *bytes, size_t len,
                  struct err *e)
{
    const size_t n = (size_t)m->item_count;
    struct meta_item *items, *it;
    int rc;

    items = mem_resize(m->items, (n + 1) * sizeof(*items));
    if (!items)
        return err_mem(e, (n + 1) * sizeof(*items));
    m->items = items;
    it = &items[n];
    memset(it, 0, sizeof(*it));
    snprintf(it->format, sizeof(it->format), "%s", format);
    snprintf(it->key, sizeof(it->key), "%s", key);
    snprintf(it->type, sizeof(it->type), "%s", type);
    rc = blob_set(&it->data, bytes, len, e);
    if (rc == 0)
        m->item_count++;
    return rc;
}

static const struct {
    const char *name;
    unsigned bit;
} keeps[] = {
    {"exif", KEEP_EXIF}, {"icc", KEEP_ICC},     {"xmp", KEEP_XMP},
    {"iptc", KEEP_IPTC}, {"other", KEEP_OTHER}, {"all", KEEP_ALL},
    {"none", 0},
};

int meta_keep_parse(const char *text, unsigned *keep, struct err *e)
{
    const size_t names = sizeof(keeps) / sizeof(*keeps);
    unsigned bits = 0;

    for (const char *at = text;;) {
        const size_t n = strcspn(at, ",");
        size_t i = 0;

        while (i < names &&
               (strlen(keeps[i].name) != n || memcmp(keeps[i].name, at, n)))
            i++;
        if (i == names)
            return err_set(e, ERR_ARG,
                           "'%.*s' is nothing to keep; there are exif, icc, "
                           "xmp, iptc, other, all and none",
                           (int)(n < 40 ? n : 40), at);
        bits |= keeps[i].bit;
        if (!at[n])
            break;
        at += n + 1;
    }
    *keep = bits;
    return 0;
}

int ledger_add(struct ledger *l, const char *what, const char *fate,
               const char *why, struct err *e)
{
    const size_t n = (size_t)l->count;
    struct ledger_line *line = mem_resize(l->line, (n + 1) * sizeof(*line));

    if (!line)
        return err_mem(e, (n + 1) * sizeof(*line));
    l->line = line;
    snprintf(line[n].what, sizeof(line[n].what), "%s", what);
    snprintf(line[n].fate, sizeof(line[n].fate), "%s", fate);
    snprintf(line[n].why, sizeof(line[n].why), "%s", why);
    l->count++;
    return 0;
}

void ledger_release(struct ledger *l)
{
    mem_free(l->line);
    *l = (struct ledger){0};
}
