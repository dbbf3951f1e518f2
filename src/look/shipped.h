#ifndef LOOK_SHIPPED_H
#define LOOK_SHIPPED_H

/* The looks of looks/, put into the program by the build (tools/embed.c). */

#include <stddef.h>

struct shipped {
    const char *name; /* file name without folder and extension */
    const unsigned char *bytes;
    size_t len;
};

/* Ascending by name, ends with a NULL name. */
extern const struct shipped shipped[];

#endif
