#ifndef CODEC_EXR_DWA_H
#define CODEC_EXR_DWA_H

/* Reading DWAA and DWAB where the core library does not know them. */

#include "codec/exr_layer.h"

struct exr_dwa;

/*
 * Whether the part can be read this way: ERR_ARG and why not. On success the
 * map is cut down to what comes: R, G, B and perhaps A as halves.
 */
int exr_dwa_open(const char *path, const struct exr_header *h, int part,
                 int slots, struct exr_map *map, struct exr_dwa **out,
                 struct err *e);

/* Rows y … of the picture as raw pixels. */
int exr_dwa_rows(struct exr_dwa *d, int slot, int y, int rows, void *raw,
                 struct err *e);
void exr_dwa_close(struct exr_dwa *d);

#endif
