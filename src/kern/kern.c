/* One table of families per CPU level. */

#include "kern/kern.h"

#define X(f)                                                                   \
    extern const struct kern_##f kern_##f##_base;                              \
    extern const struct kern_##f kern_##f##_v3;
KERN_FAMILIES(X)
#undef X

static const struct kern tables[ISA_COUNT] = {
    [ISA_BASE] =
        {
#define X(f) .f = &kern_##f##_base,
            KERN_FAMILIES(X)
#undef X
        },
#if defined(__x86_64__)
    [ISA_V3] =
        {
#define X(f) .f = &kern_##f##_v3,
            KERN_FAMILIES(X)
#undef X
        },
#endif
};

const struct kern *kern_for(enum isa isa)
{
    return &tables[isa];
}

const struct kern *kern_best(void)
{
    return kern_for(cpu_isa());
}
