/* Makes metadata true again after the pixels changed. */

#include "image/meta.h"
#include "image/patch.h"

enum {
    TAG_ORIENTATION = 274,
    TAG_MIN_SAMPLE = 280,
    TAG_MAX_SAMPLE = 281,
    TAG_SUB_IFDS = 330,
    TAG_SMIN_SAMPLE = 340,
    TAG_SMAX_SAMPLE = 341,
    TAG_LAYERS = 37724, /* Photoshop's ImageSourceData */
    TAG_PIXEL_W = 40962,
    TAG_PIXEL_H = 40963,

    PSIR_THUMB_OLD = 1033,
    PSIR_IPTC = 1028,
    PSIR_THUMB = 1036,
    PSIR_ICC = 1039,
    PSIR_EXIF = 1058,
    PSIR_XMP = 1060,
};

/* A run over the metadata: what was rewritten is not listed as kept. */
struct update {
    struct meta *m;
    struct ledger *ledger;
    bool exif, xmp, psir, tags; /* rewritten */
};

static int note(struct update *u, const char *what, const char *fate,
                const char *why, struct err *e)
{
    return u->ledger ? ledger_add(u->ledger, what, fate, why, e) : 0;
}

static int drop_blob(struct update *u, struct blob *b, const char *what,
                     struct err *e)
{
    const bool any = b->len > 0;

    blob_clear(b);
    if (!any)
        return 0;
    return note(u, what, "dropped", "not among what to keep", e);
}

static int drop_tag(struct update *u, struct ifd *ifd, uint16_t id,
                    const char *what, const char *why, struct err *e)
{
    if (!ifd_find(ifd, id))
        return 0;
    ifd_remove(ifd, id);
    u->tags = true;
    return note(u, what, "dropped", why, e);
}

/* Tags that EXIF defines for the main directory; the others are private. */
static bool is_exif_tag(uint16_t id)
{
    return (id >= 269 && id <= 272) || id == TAG_ORIENTATION || id == 282 ||
           id == 283 || id == 285 || id == 296 || id == 301 || id == 305 ||
           id == 306 || id == 315 || id == 316 || id == 318 || id == 319 ||
           id == 33432 || (id >= 33434 && id <= 33437) || id == IFD_TAG_EXIF ||
           id == IFD_TAG_GPS || id == 34850 || (id >= 34855 && id <= 34866) ||
           (id >= 36864 && id <= 37500) || (id >= 40091 && id <= 40095) ||
           id == 50341;
}

static int drop_tags(struct update *u, bool exif, const char *what,
                     struct err *e)
{
    struct ifd *ifd = u->m->tags;
    bool any = false;

    for (int i = ifd ? ifd->count : 0; i-- > 0;)
        if (is_exif_tag(ifd->tag[i].id) == exif) {
            any = true;
            ifd_remove(ifd, ifd->tag[i].id);
        }
    return any ? note(u, what, "dropped", "not among what to keep", e) : 0;
}

static int drop_unwanted(struct update *u, unsigned keep, struct err *e)
{
    struct meta *m = u->m;
    int rc = 0;

    if (!(keep & KEEP_ICC)) {
        TRY(drop_blob(u, &m->icc, "icc", e));
        u->psir |= psir_remove(&m->psir, PSIR_ICC);
    }
    if (!(keep & KEEP_XMP)) {
        TRY(drop_blob(u, &m->xmp, "xmp", e));
        u->psir |= psir_remove(&m->psir, PSIR_XMP);
    }
    if (!(keep & KEEP_IPTC)) {
        TRY(drop_blob(u, &m->iptc, "iptc", e));
        u->psir |= psir_remove(&m->psir, PSIR_IPTC);
    }
    if (!(keep & KEEP_EXIF)) {
        TRY(drop_blob(u, &m->exif, "exif", e));
        TRY(drop_tags(u, true, "exif", e));
        u->psir |= psir_remove(&m->psir, PSIR_EXIF);
    }
    if (!(keep & KEEP_OTHER)) {
        TRY(drop_blob(u, &m->psir, "photoshop", e));
        TRY(drop_tags(u, false, "tags", e));
        for (; m->item_count > 0; m->item_count--) {
            struct meta_item *it = &m->items[m->item_count - 1];

            TRY(drop_blob(u, &it->data, it->key, e));
        }
    }
out:
    return rc;
}

/* A number that the tree states already; true when it was another. */
static int set_number(struct ifd *ifd, uint16_t id, uint32_t value,
                      bool *changed, struct err *e)
{
    const struct ifd_tag *tag = ifd_find(ifd, id);
    const uint16_t small = (uint16_t)value;
    double old;

    if (!ifd_number(tag, 0, &old) || old == value)
        return 0;
    *changed = true;
    if (tag->type == IFD_SHORT && value <= UINT16_MAX)
        return ifd_set(ifd, id, IFD_SHORT, 1, &small, e);
    return ifd_set(ifd, id, IFD_LONG, 1, &value, e);
}

static int set_upright(struct update *u, struct err *e)
{
    struct meta *m = u->m;
    bool exif, xmp, tags = false;
    int rc;

    exif = exif_set_number(&m->exif, EXIF_MAIN, TAG_ORIENTATION, 1);
    exif |= exif_set_number(&m->exif, EXIF_THUMB, TAG_ORIENTATION, 1);
    TRY(xmp_set(&m->xmp, "tiff:Orientation", "1", &xmp, e));
    TRY(set_number(m->tags, TAG_ORIENTATION, 1, &tags, e));
    if (exif || xmp || tags || m->orientation != 1)
        TRY(note(u, "orientation", "rewritten", "the picture is upright", e));
    m->orientation = 1;
    u->exif |= exif;
    u->xmp |= xmp;
    u->tags |= tags;
out:
    return rc;
}

static int set_size(struct update *u, int w, int h, struct err *e)
{
    static const char *const names[2][2] = {
        {"exif:PixelXDimension", "tiff:ImageWidth"},
        {"exif:PixelYDimension", "tiff:ImageLength"},
    };
    static const uint16_t ids[2] = {TAG_PIXEL_W, TAG_PIXEL_H};
    struct ifd_tag *exif = ifd_find(u->m->tags, IFD_TAG_EXIF);
    bool any = false;
    char text[64];
    int rc = 0;

    for (int i = 0; i < 2; i++) {
        const int n = i ? h : w;
        bool changed = false;

        if (exif_set_number(&u->m->exif, EXIF_SUB, ids[i], (uint32_t)n))
            any = u->exif = true;
        if (exif && exif->sub)
            TRY(set_number(exif->sub, ids[i], (uint32_t)n, &changed, e));
        u->tags |= changed;
        any |= changed;
        snprintf(text, sizeof(text), "%d", n);
        for (int k = 0; k < 2; k++) {
            TRY(xmp_set(&u->m->xmp, names[i][k], text, &changed, e));
            u->xmp |= changed;
            any |= changed;
        }
    }
    snprintf(text, sizeof(text), "the picture is %d x %d", w, h);
    if (any)
        TRY(note(u, "pixel dimensions", "rewritten", text, e));
out:
    return rc;
}

/* What shows or measures the pixels as they were. */
static int drop_stale(struct update *u, struct err *e)
{
    static const uint16_t ranges[] = {TAG_MIN_SAMPLE, TAG_MAX_SAMPLE,
                                      TAG_SMIN_SAMPLE, TAG_SMAX_SAMPLE};
    const char *why = "it shows the old pixels";
    bool psir;
    int rc = 0;

    if (exif_drop_thumb(&u->m->exif)) {
        u->exif = true;
        TRY(note(u, "exif thumbnail", "dropped", why, e));
    }
    psir = psir_remove(&u->m->psir, PSIR_THUMB);
    psir |= psir_remove(&u->m->psir, PSIR_THUMB_OLD);
    if (psir) {
        u->psir = true;
        TRY(note(u, "photoshop thumbnail", "dropped", why, e));
    }
    TRY(drop_tag(u, u->m->tags, TAG_LAYERS, "photoshop layers", why, e));
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        TRY(drop_tag(u, u->m->tags, ranges[i], "sample range",
                     "the values changed", e));
out:
    return rc;
}

/*
 * What XMP says of pictures behind the first one, gain maps above all: they
 * are not carried. (Ultra HDR 1.1, Google's container and camera schemes.)
 */
static int drop_companions(struct update *u, struct err *e)
{
    struct blob *xmp = &u->m->xmp;
    bool any;

    any = xmp_remove(xmp, "http://ns.adobe.com/hdr-gain-map/1.0/", "");
    any |= xmp_remove(xmp, "http://ns.google.com/photos/1.0/container/",
                      "Directory");
    any |= xmp_remove(xmp, "http://ns.google.com/photos/1.0/camera/",
                      "MotionPhoto");
    any |= xmp_remove(xmp, "http://ns.google.com/photos/1.0/camera/",
                      "MicroVideo");
    u->xmp |= any;
    return any ? note(u, "gain map", "dropped",
                      "XMP spoke of pictures that are not carried", e)
               : 0;
}

static int note_rest(struct update *u, struct err *e)
{
    const struct meta *m = u->m;
    const struct {
        const char *what;
        bool here, rewritten;
    } rest[] = {
        {"icc", m->icc.len, false},
        {"exif", m->exif.len, u->exif},
        {"xmp", m->xmp.len, u->xmp},
        {"iptc", m->iptc.len, false},
        {"photoshop", m->psir.len, u->psir},
        {"tags", m->tags && m->tags->count, u->tags},
    };
    int rc = 0;

    for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
        if (rest[i].here)
            TRY(note(u, rest[i].what, rest[i].rewritten ? "rewritten" : "kept",
                     "", e));
    for (int i = 0; i < m->item_count; i++)
        if (!item_is_setting(&m->items[i]))
            TRY(note(u, m->items[i].key, "kept", "", e));
out:
    return rc;
}

int meta_update(struct meta *m, unsigned keep, int w, int h, bool upright,
                bool pixels_changed, struct ledger *ledger, struct err *e)
{
    struct update u = {.m = m, .ledger = ledger};
    int rc;

    TRY(drop_unwanted(&u, keep, e));
    TRY(drop_tag(&u, m->tags, TAG_SUB_IFDS, "sub-images",
                 "further pictures inside a page are not carried", e));
    TRY(drop_companions(&u, e));
    TRY(items_drop_stale(m, keep, pixels_changed, ledger, e));
    if (upright)
        TRY(set_upright(&u, e));
    if (w && h)
        TRY(set_size(&u, w, h, e));
    if (pixels_changed)
        TRY(drop_stale(&u, e));
    TRY(note_rest(&u, e));
out:
    return rc;
}
