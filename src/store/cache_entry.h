#ifndef STORE_CACHE_ENTRY_H
#define STORE_CACHE_ENTRY_H

/*
 * An entry of the cache as bytes: a head with key, sizes and checksums, then
 * the value, its bytes regrouped by significance and compressed by zstd where
 * that makes it smaller.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

#define ENTRY_HEAD 64

/* Fills `file`, which is empty. */
int entry_pack(struct hash128 key, const void *bytes, size_t n, int item,
               struct buf *file, struct err *e);

/* Whether the head is sound and belongs to `key`; the value's size. */
bool entry_head(struct hash128 key, const uint8_t head[static ENTRY_HEAD],
                uint64_t len, uint64_t *raw);

/* Whether all `len` bytes are sound. */
bool entry_sound(struct hash128 key, const uint8_t *file, size_t len);

/*
 * Replaces what `value` holds. 1; 0 when the entry is damaged or larger than
 * value->max allows; ERR_MEM.
 */
int entry_unpack(struct hash128 key, const uint8_t *file, size_t len,
                 struct buf *value, struct err *e);

#endif
