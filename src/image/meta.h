#ifndef IMAGE_META_H
#define IMAGE_META_H

/*
 * What a file says besides its pixels. Blocks are carried byte for byte; a
 * small typed view (resolution, orientation) lies beside them. A file that
 * came as TIFF keeps its tags as a tree (image/ifd.h); one that came as JPEG,
 * PNG or EXR keeps blocks. The two functions at the end give either form.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "image/ifd.h"

struct blob {
    uint8_t *data;
    size_t len;
};

int blob_set(struct blob *b, const void *bytes, size_t len, struct err *e);
void blob_clear(struct blob *b);

/* A block that only its own format understands: PNG chunk, EXR attribute. */
struct meta_item {
    char format[8]; /* codec name: "png", "exr", "jpeg"      */
    char key[256];  /* "tEXt", attribute name, "APP11"       */
    char type[256]; /* EXR attribute type, else ""           */
    struct blob data;
};

enum res_unit { RES_NONE, RES_INCH, RES_CM };

struct meta {
    struct blob icc;  /* as found, even when damaged                       */
    struct blob exif; /* TIFF-structured block, from "II" or "MM" on       */
    struct blob xmp;  /* packet                                            */
    struct blob iptc; /* IIM records                                       */
    struct blob psir; /* Photoshop image resources ("8BIM…")               */
    struct ifd *tags; /* what a TIFF carried, without structural tags; what
                         the typed view below says is stated there too     */
    struct meta_item *items;
    int item_count;
    int orientation; /* 1 … 8 as in TIFF; 1 = upright                      */
    double xres, yres; /* pixels per unit; 0: not known                    */
    enum res_unit res_unit;
};

int meta_new(struct meta **out, struct err *e);
int meta_copy(const struct meta *m, struct meta **out, struct err *e);
void meta_free(struct meta *m);
int meta_add_item(struct meta *m, const char *format, const char *key,
                  const char *type, const void *bytes, size_t len,
                  struct err *e);

/* What to keep, as in --keep exif,icc,xmp,iptc,all,none. */
enum meta_keep {
    KEEP_EXIF = 1,
    KEEP_ICC = 2,
    KEEP_XMP = 4,
    KEEP_IPTC = 8,
    KEEP_OTHER = 16, /* private tags, text chunks, attributes */
    KEEP_ALL = 31,
};
int meta_keep_parse(const char *text, unsigned *keep, struct err *e);

/*
 * The ledger: what happened to each block, for the JSON result. `fate` is
 * "kept", "rewritten" or "dropped"; `why` may be "".
 */
struct ledger_line {
    char what[40];
    char fate[12];
    char why[120];
};
struct ledger {
    struct ledger_line *line;
    int count;
};
int ledger_add(struct ledger *l, const char *what, const char *fate,
               const char *why, struct err *e);
void ledger_release(struct ledger *l);

/*
 * Makes the metadata true again after the pixels changed: removes what `keep`
 * does not name; when w and h are not 0 the picture has that new size (EXIF
 * pixel dimensions); upright: orientation is set to 1 everywhere it is
 * stated; pixels_changed: a thumbnail inside EXIF is dropped. Each change is
 * a line in the ledger.
 */
int meta_update(struct meta *m, unsigned keep, int w, int h, bool upright,
                bool pixels_changed, struct ledger *ledger, struct err *e);

/* Removes the items that only other formats than this one understand. */
int meta_keep_format(struct meta *m, const char *format, struct ledger *ledger,
                     struct err *e);

/*
 * Tags that describe how pixels are stored (size, strips, compression, …), or
 * that hold one of the blobs above: the writer of a TIFF makes them anew.
 */
bool meta_tag_structural(uint16_t id);

/* The EXIF block for a JPEG, PNG or EXR: from exif or from tags. May be empty.
 */
int meta_exif_block(const struct meta *m, struct buf *out, struct err *e);

/* The tag tree for a TIFF: a copy of tags, or made from exif. May be NULL. */
int meta_tag_tree(const struct meta *m, struct ifd **out, struct err *e);

#endif
