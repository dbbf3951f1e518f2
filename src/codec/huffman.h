#ifndef CODEC_HUFFMAN_H
#define CODEC_HUFFMAN_H

/*
 * Deflate (RFC 1951) without the search for repetitions: each byte gets a code
 * by how frequent it is, block by block. On noise, which has no repetitions,
 * the result is as small as zlib's best, at a tenth of its cost; on anything
 * else zlib is better.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/*
 * Appends raw deflate blocks for n bytes. They end on a byte boundary: with
 * the final block when `last`, else with an empty stored one, so that further
 * deflate data may follow.
 */
int huffman_deflate(const uint8_t *bytes, size_t n, bool last, struct buf *out,
                    struct err *e);

/* About the number of bytes that makes. */
size_t huffman_size(const uint8_t *bytes, size_t n);

#endif
