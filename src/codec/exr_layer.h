#ifndef CODEC_EXR_LAYER_H
#define CODEC_EXR_LAYER_H

/*
 * Which channels of a part become which samples of a pixel. The chosen layer
 * gives the colours and alpha; all other channels follow as extra samples in
 * the order of the file, so that nothing is lost. Samples are halves when all
 * of them are, else floats; the bits of an integer pass through a float slot
 * unchanged.
 */

#include "codec/codec.h"
#include "codec/exr_header.h"
#include "image/image.h"

#define EXR_SAMPLES_MAX IMAGE_PLANES_MAX

struct exr_map {
    struct pixfmt fmt;
    int from[EXR_SAMPLES_MAX]; /* channel of each sample             */
    int dropped;               /* channels that do not fit           */
};

/*
 * layer "" or NULL: R, G, B or Y without a prefix, else the first layer with
 * colours, else the first channel as grey. Otherwise the prefix before the
 * last dot ("diffuse"), or the whole name of a channel ("Z"). X, Y, Z count as
 * colours when asked for by name (normals).
 */
int exr_layer_pick(const struct exr_part *p, const char *layer,
                   struct exr_map *map, struct err *e);

/* Comma-separated names, cut at a whole name; each has
   PICTURE_NAMES bytes. */
void exr_layer_names(const struct exr_part *p, char *channels, char *layers);

/* Leaves names and types in an item of the metadata, … */
int exr_map_keep(const struct exr_map *map, const struct exr_part *p,
                 struct meta *meta, struct err *e);

/* … and finds them again, or the usual ones, for a picture to be written:
   one channel per sample. */
void exr_map_recall(const struct picture *pic,
                    struct exr_channel out[static EXR_SAMPLES_MAX]);

#endif
