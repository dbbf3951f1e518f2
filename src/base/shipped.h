#ifndef BASE_SHIPPED_H
#define BASE_SHIPPED_H

/* Files that the build puts into the program (tools/embed.c). */

#include <stddef.h>

struct shipped {
    const char *name; /* file name without folder and extension */
    const unsigned char *bytes;
    size_t len;
};

#endif
