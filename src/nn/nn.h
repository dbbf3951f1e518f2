#ifndef NN_NN_H
#define NN_NN_H

/*
 * What every layer of a network runs with. Activations are float32, row-major;
 * maps are NHWC (channels fastest). A layer is one call that spreads its tasks
 * over the pool and allocates nothing: it works in `scratch`, which the caller
 * sizes once as the largest of the *_scratch() of the layers it will run. The
 * scratch holds nothing between calls.
 *
 * Results do not depend on the number of threads. They do depend on the CPU
 * level, within the tolerance that the tests state.
 */

#include <stddef.h>

#include "base/cpu.h"
#include "base/err.h"

struct nn_kern;
struct pool;

struct nn {
    const struct nn_kern *kern; /* nn_kern_for(cpu_isa()) */
    struct pool *pool;
    void *scratch; /* aligned to 64 bytes */
    size_t scratch_size;
};

/* The kernels for a level that this CPU has. */
const struct nn_kern *nn_kern_for(enum isa isa);

#endif
