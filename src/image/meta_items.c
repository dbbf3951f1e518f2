/* Items: what only one file format understands, and when it must go. */

#include "image/meta.h"
#include "image/patch.h"

/* Items that cannot be true in another file, or with other pixels. */
static const struct stale {
    const char *format, *key;
    bool always; /* else when the pixels changed */
    const char *why;
} stale[] = {
    {"jpeg", "APP2:MPF", true, "further pictures in the file are not carried"},
    {"jpeg", "APP2:ISO21496", true, "the gain map is not carried"},
    {"jpeg", "APP11:JUMBF", true, "it signs the bytes of the old file"},
    {"png", "caBX", true, "it signs the bytes of the old file"},
    {"jpeg", "APP0:JFXX", false, "it shows the old pixels"},
};

/* The chunks and segments that say how the file's own samples are meant. */
static const char *const settings[] = {
    "IHDR", "iCCP", "sRGB",      "gAMA",        "cHRM",
    "cICP", "mDCV", "APP0:JFIF", "APP14:Adobe",
};

bool item_is_setting(const struct meta_item *it)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
        if (!strcmp(it->key, settings[i]))
            return !strcmp(it->format, "png") || !strcmp(it->format, "jpeg");
    return false;
}

/* PNG, third edition, 5.4: a small fourth letter means safe to copy. Two
   that are not stay true nevertheless; settings are verified by the writer. */
static bool is_unsafe(const struct meta_item *it)
{
    return !strcmp(it->format, "png") && strlen(it->key) == 4 &&
           it->key[3] >= 'A' && it->key[3] <= 'Z' && !item_is_setting(it) &&
           strcmp(it->key, "tIME") != 0 && strcmp(it->key, "bKGD") != 0;
}

/* Why the item has to go, or NULL. */
static const char *why_stale(const struct meta_item *it, unsigned keep,
                             bool pixels_changed)
{
    if (!(keep & KEEP_ICC) && !strcmp(it->format, "png") &&
        !strcmp(it->key, "iCCP"))
        return "not among what to keep";
    for (size_t i = 0; i < sizeof(stale) / sizeof(*stale); i++)
        if (!strcmp(it->format, stale[i].format) &&
            !strcmp(it->key, stale[i].key))
            return stale[i].always || pixels_changed ? stale[i].why : NULL;
    return pixels_changed && is_unsafe(it) ? "it describes the old pixels"
                                           : NULL;
}

static int drop(struct meta_item *it, const char *why, struct ledger *ledger,
                struct err *e)
{
    blob_clear(&it->data);
    return ledger && !item_is_setting(it)
               ? ledger_add(ledger, it->key, "dropped", why, e)
               : 0;
}

int items_drop_stale(struct meta *m, unsigned keep, bool pixels_changed,
                     struct ledger *ledger, struct err *e)
{
    int kept = 0, rc = 0;

    for (int i = 0; i < m->item_count; i++) {
        const char *why = why_stale(&m->items[i], keep, pixels_changed);

        if (!why)
            m->items[kept++] = m->items[i];
        else if (drop(&m->items[i], why, ledger, e) < 0)
            rc = e->code;
    }
    m->item_count = kept;
    return rc;
}

int meta_keep_format(struct meta *m, const char *format, struct ledger *ledger,
                     struct err *e)
{
    int kept = 0, rc = 0;
    char why[60];

    for (int i = 0; i < m->item_count; i++) {
        struct meta_item *it = &m->items[i];

        snprintf(why, sizeof(why), "only %s holds it", it->format);
        if (!strcmp(it->format, format))
            m->items[kept++] = *it;
        else if (drop(it, why, ledger, e) < 0)
            rc = e->code;
    }
    m->item_count = kept;
    return rc;
}
