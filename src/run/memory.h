#ifndef RUN_MEMORY_H
#define RUN_MEMORY_H

/* How much memory there is, and how much of it is taken. */

#include <stdint.h>
#include <sys/types.h>

/* Half of the memory that this process may still have (cgroup v2 aware). */
uint64_t memory_budget(void);

/* Bytes of a process that are resident now; 0: it is gone. */
uint64_t memory_of(pid_t pid);

/*
 * The most of this process since memory_watch(), which starts anew where the
 * kernel can; else since the start of the process.
 */
void memory_watch(void);
uint64_t memory_peak(void);

#endif
