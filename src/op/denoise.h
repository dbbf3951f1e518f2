#ifndef OP_DENOISE_H
#define OP_DENOISE_H

/* The functions of denoise, for what limits it to places. */

#include "op/op.h"

struct denoise {
    float luma;
    float chroma;
};

int denoise_halo(const void *values, const struct op_site *site);
size_t denoise_scratch(const void *values, const struct op_site *site,
                       int rows);
void denoise_rows(const struct op_job *job, const void *values);

#endif
