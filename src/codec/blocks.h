#ifndef CODEC_BLOCKS_H
#define CODEC_BLOCKS_H

/*
 * Metadata blocks that several file formats share: what an EXIF block says of
 * the picture as a whole, Photoshop's image resources with the IPTC record
 * inside, and the profile that goes with the pixels.
 */

#include "base/err.h"
#include "base/mem.h"
#include "codec/codec.h"
#include "image/meta.h"

enum { EXIF_ORIENTATION = 1, EXIF_RESOLUTION = 2 };

/*
 * Fills the typed view of m from m->exif: the orientation, the resolution, as
 * `what` asks. A damaged block changes nothing and is no error; only running
 * out of memory is.
 */
int exif_view(struct meta *m, unsigned what, struct err *e);

/* Finds resource `id`; false when it is not there or the block is damaged. */
bool psir_find(const struct blob *psir, unsigned id, const uint8_t **data,
               size_t *len);

/* Sets m->psir, and m->iptc from its record (resource 0x0404). */
int psir_take(struct meta *m, const void *bytes, size_t len, struct err *e);

/*
 * Appends the resources of m with m->iptc, if there is one, as their IPTC
 * record. The bytes of m->psir verbatim when they agree; nothing when both
 * are empty.
 */
int psir_make(const struct meta *m, struct buf *out, struct err *e);

/*
 * The profile to write with pic: that of its colour, or one made from the
 * colour's numbers, or, when the colour is not known, the one the picture
 * came with. *icc is NULL when there is none, or none that fits grey or RGB
 * samples. *made is what the caller frees, or NULL.
 */
int icc_for(const struct picture *pic, const uint8_t **icc, size_t *len,
            uint8_t **made, struct err *e);

#endif
