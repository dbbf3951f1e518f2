#ifndef OP_TRANSFER_H
#define OP_TRANSFER_H

/* Transfer functions by name, as a step and as part of a LUT's space. */

#include <stddef.h>

#include "image/color.h"
#include "kern/kern.h"

enum transfer {
    TRANSFER_LINEAR,
    TRANSFER_SRGB,
    TRANSFER_REC709, /* BT.709, the camera's curve */
    TRANSFER_GAMMA22,
    TRANSFER_GAMMA24,
    TRANSFER_PQ,
    TRANSFER_HLG,       /* as films: what a display of 1000 cd/m2 shows of it */
    TRANSFER_HLG_SCENE, /* the camera's curve alone                   */
    TRANSFER_LOGC3,
    TRANSFER_SLOG3,
    TRANSFER_ACESCCT,
};

/* Names in the order of the enum: a choice of an operation. */
extern const char *const transfer_names[];

/* The curve of one channel; linear where it has none of image/color.h. */
struct curve transfer_curve(enum transfer t);

/* Red, green and blue, in place: light to code values, and back. That of HLG
   has the primaries of Rec.2020. */
void transfer_encode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n);
void transfer_decode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n);

#endif
