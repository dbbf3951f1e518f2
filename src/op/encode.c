/*
 * Applies a transfer function to linear light, or takes it off: for technical
 * looks and round trips. What follows sees code values as if they were light.
 */

#include "op/op.h"
#include "op/row.h"
#include "op/transfer.h"

enum { ENCODE, DECODE };

struct encode {
    int curve;
    int direction;
};

static const char *const directions[] = {"encode", "decode", NULL};

static const struct param params[] = {
    P_CHOICE(encode, curve, .def = TRANSFER_SRGB, .names = transfer_names,
             .doc = "Transfer function, with diffuse white at 203 cd/m2 for "
                    "pq and at signal 0.75 for hlg, which has the light of a "
                    "display of 1000 cd/m2 as in films, and hlg_scene the "
                    "scene's"),
    P_CHOICE(encode, direction, .names = directions,
             .doc = "From light to code values or back"),
    P_END,
};

static bool neutral(const void *values)
{
    return ((const struct encode *)values)->curve == TRANSFER_LINEAR;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct encode *v = values;

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        op_row_copy(r);
        (v->direction == ENCODE ? transfer_encode : transfer_decode)(
            job->k, (enum transfer)v->curve, r.dst, r.n);
    }
}

const struct op op_encode = {
    .name = "encode",
    .doc = "Puts a transfer function on linear light or takes it off",
    .params = params,
    .size = sizeof(struct encode),
    .neutral = neutral,
    .rows = rows,
};
