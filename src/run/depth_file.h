#ifndef RUN_DEPTH_FILE_H
#define RUN_DEPTH_FILE_H

/*
 * Depth from a picture file: grey PNG or TIFF of 8 or 16 bits, floats in TIFF
 * or OpenEXR, a channel of an OpenEXR. A file is decoded once; only of floats
 * that are more than run/depth_scan.h keeps the rest is decoded again. Memory
 * is that of the map and of what is kept.
 */

#include "base/pool.h"
#include "codec/codec.h"
#include "image/depth.h"
#include "run/depth_guess.h"

struct depth_read {
    const char *path;
    const char *layer; /* channel of an OpenEXR; NULL: what there is */
    int page;
    int w, h; /* of the picture it belongs to; 0, 0: any */
    enum depth_encoding encoding;
    const struct depth_guess *film; /* of a frame of that; or NULL */
    struct depth_guess *took;       /* becomes what it was taken for; or NULL */
};

/*
 * The map, of the file's size; its `from` says where it is from and what it was
 * taken for. ERR_DATA when the file cannot be depth (constant, in colour), when
 * its shape is another one than the picture's, or when it is broken.
 */
int depth_file_read(const struct depth_read *r, struct pool *pool,
                    struct depth_map **out, struct err *e);

/*
 * The same from a picture that is being decoded anyway: every raw row of
 * `reader`, which is lent, passes once through depth_tap_row(), in any order on
 * any thread, and sample number `sample` of its pixels is the channel r->layer.
 */
struct depth_tap;
int depth_tap_new(const struct depth_read *r, struct reader *reader, int sample,
                  int slots, struct depth_tap **out, struct err *e);
int depth_tap_row(struct depth_tap *t, int slot, int y, const void *raw,
                  struct err *e);
int depth_tap_end(struct depth_tap *t, struct pool *pool,
                  struct depth_map **out, struct err *e);
void depth_tap_free(struct depth_tap *t);

#endif
