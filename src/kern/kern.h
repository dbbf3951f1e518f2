#ifndef KERN_KERN_H
#define KERN_KERN_H

/*
 * Kernels: loops over one row, the only place where pixels are touched by the
 * million. Each family is one source file in plain C, compiled once per CPU
 * level, with the same bits at every level: a fused multiply-add is written as
 * kfma() (kern/math.h), nothing else is fused.
 *
 * A kernel works on one row, allocates nothing, cannot fail, takes any n and
 * any alignment and knows nothing of pictures. dst may be the same pointer as
 * a source unless its contract says otherwise; partial overlap is never
 * allowed (KLOOP in kern/math.h tells the compiler).
 */

#include "base/cpu.h"

/* One line per family; each has kern/<family>.h and kern/<family>.c. */
#define KERN_FAMILIES(X)                                                       \
    X(band)                                                                    \
    X(clf)                                                                     \
    X(convert)                                                                 \
    X(depth)                                                                   \
    X(film)                                                                    \
    X(filter)                                                                  \
    X(grade)                                                                   \
    X(hdr)                                                                     \
    X(lens)                                                                    \
    X(local)                                                                   \
    X(lut)                                                                     \
    X(oklab)                                                                   \
    X(png)                                                                     \
    X(point)                                                                   \
    X(refine)                                                                  \
    X(resample)                                                                \
    X(temporal)                                                                \
    X(yuv)

#define X(f) struct kern_##f;
KERN_FAMILIES(X)
#undef X

struct kern {
#define X(f) const struct kern_##f *f;
    KERN_FAMILIES(X)
#undef X
};

/* The table for a level that this CPU has. */
const struct kern *kern_for(enum isa isa);

/* kern_for(cpu_isa()). */
const struct kern *kern_best(void);

#endif
