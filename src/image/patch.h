#ifndef IMAGE_PATCH_H
#define IMAGE_PATCH_H

/*
 * Small changes inside metadata blocks that are otherwise carried byte for
 * byte. An EXIF block keeps its length and places, because maker notes hold
 * offsets into it. All functions take any bytes and leave alone what they do
 * not understand.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/meta.h"

/* Directories of an EXIF block. */
enum exif_dir { EXIF_MAIN, EXIF_THUMB, EXIF_SUB };

/*
 * Sets a tag that holds one whole number; false when it is not there or has
 * that value already.
 */
bool exif_set_number(struct blob *exif, enum exif_dir dir, uint16_t id,
                     uint32_t value);

/*
 * Sets the resolution where the block states another one; false when it
 * states none, or that one.
 */
bool exif_set_resolution(struct blob *exif, double x, double y, bool per_cm);

/* Unlinks the thumbnail and wipes its bytes; false when there is none. */
bool exif_drop_thumb(struct blob *exif);

/*
 * Gives the property (e.g. "tiff:Orientation"), an attribute or an element,
 * the new value wherever it occurs; *changed tells whether that made a
 * difference.
 */
int xmp_set(struct blob *xmp, const char *name, const char *value,
            bool *changed, struct err *e);

/*
 * Takes out all properties of a name space whose names begin with `start`
 * ("": all of them), attributes and elements; false when there is none.
 */
bool xmp_remove(struct blob *xmp, const char *uri, const char *start);

/* Takes out the items that would lie now: part of meta_update(). */
int items_drop_stale(struct meta *m, unsigned keep, bool pixels_changed,
                     struct ledger *ledger, struct err *e);

/* Whether an item only says how the samples of its file are meant: no
   metadata to a user, not listed in the ledger. */
bool item_is_setting(const struct meta_item *it);

/* Takes Photoshop resources of this id out; false when there is none. */
bool psir_remove(struct blob *psir, uint16_t id);

#endif
