#ifndef IMAGE_LIGHT_H
#define IMAGE_LIGHT_H

/*
 * How bright the pixels of a picture are: counted in bins of a 256th of an
 * octave, so that the brightness that all but a few stay below is known within
 * 0.4 % and no order of counting matters.
 */

#include <stddef.h>
#include <stdint.h>

#define LIGHT_OCTAVES 24
#define LIGHT_STEPS   256
#define LIGHT_BINS    (LIGHT_OCTAVES * LIGHT_STEPS)
#define LIGHT_LEAST   0x1p-10f /* the first bin has all below, the last above */

struct light_bins {
    uint32_t count[LIGHT_BINS];
};

/* Adds n values; not a number counts as dark. */
void light_count(struct light_bins *b, const float *value, size_t n);

/* The upper end of the bin that no more than `above` values lie over; 0 when
   all are in the first. */
double light_but(const struct light_bins *b, uint64_t above);

#endif
