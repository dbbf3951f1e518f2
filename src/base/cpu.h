#ifndef BASE_CPU_H
#define BASE_CPU_H

/*
 * What this processor can do, and how many of them we may use. PORTAL_ISA=base
 * in the environment forces the portable level.
 */

enum isa {
    ISA_BASE, /* what every CPU of the architecture has */
    ISA_V3,   /* x86-64-v3: AVX2, FMA, F16C              */
    ISA_COUNT,
};

enum isa cpu_isa(void);

/* "base", "v3". */
const char *cpu_isa_name(enum isa isa);

/* Processors this process may run on (affinity and cgroup quota), at least 1.
 */
int cpu_count(void);

/* What a cgroup's cpu.max allows, rounded up: "150000 100000" is 2; 0: any. */
int cpu_quota(const char *cpu_max);

#endif
