#ifndef KERN_LEVEL_H
#define KERN_LEVEL_H

/* Included by each family: its table carries the level it was compiled for. */

#ifndef KERN_LEVEL
#error "KERN_LEVEL is set by the build: base, v3"
#endif

/* A function that must become part of the loop, or that is no vector loop. */
#define KINLINE static inline __attribute__((always_inline))

#define KERN_GLUE2(a, b) a##_##b
#define KERN_GLUE(a, b)  KERN_GLUE2(a, b)
#define KERN_TABLE(name) KERN_GLUE(name, KERN_LEVEL)

#endif
