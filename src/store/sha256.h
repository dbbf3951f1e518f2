#ifndef STORE_SHA256_H
#define STORE_SHA256_H

/* SHA-256, for files that come from elsewhere. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SHA256_TEXT 65 /* 64 lower-case hex digits and a NUL */

void sha256_bytes(const void *bytes, size_t n, char text[static SHA256_TEXT]);

/* Of a whole file; *size (may be NULL) is how long it was. */
int sha256_file(const char *path, char text[static SHA256_TEXT], uint64_t *size,
                struct err *e);

#endif
