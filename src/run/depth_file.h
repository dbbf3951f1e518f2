#ifndef RUN_DEPTH_FILE_H
#define RUN_DEPTH_FILE_H

/*
 * Depth from a picture file: grey PNG or TIFF of 8 or 16 bits, floats in TIFF
 * or OpenEXR, a channel of an OpenEXR. Files of floats are read twice: to find
 * out what the numbers mean (run/depth_guess.h), and to make the map; memory is
 * that of the map.
 *
 * Infinite values, what is not a number and absurd distances are sky; negative
 * distances, as some programs look down a negative axis, count as positive; so
 * do zeros among metres, which nothing can be away, as sky.
 */

#include "base/pool.h"
#include "image/depth.h"
#include "run/depth_guess.h"

struct depth_read {
    const char *path;
    const char *layer; /* channel of an OpenEXR; NULL: what there is */
    int page;
    int w, h; /* of the picture it belongs to; 0, 0: any */
    enum depth_encoding encoding;
};

/*
 * The map, of the file's size; its `from` says where it is from and what it was
 * taken for. ERR_DATA when the file cannot be depth (constant, in colour), when
 * its shape is another one than the picture's, or when it is broken.
 */
int depth_file_read(const struct depth_read *r, struct pool *pool,
                    struct depth_map **out, struct err *e);

#endif
