/* One table of kernels per CPU level. */

#include "nn/nn.h"

#include "nn/kernel.h"

extern const struct nn_kern nn_kern_base;
extern const struct nn_kern nn_kern_v3;

const struct nn_kern *nn_kern_for(enum isa isa)
{
#if defined(__x86_64__)
    if (isa == ISA_V3)
        return &nn_kern_v3;
#endif
    (void)isa;
    return &nn_kern_base;
}
