#ifndef CODEC_LZW_H
#define CODEC_LZW_H

/*
 * LZW as TIFF 6.0 section 13 has it: codes of 9 to 12 bits, highest bit first,
 * Clear = 256, end = 257. Both ways several times as fast as a dictionary of
 * chained characters:
 *
 * Decoding: every string of the dictionary stands somewhere in the output, in
 * one piece. An entry is its place and length, a code is one copy.
 *
 * Encoding: the dictionary is a table without collision handling. An entry
 * that another one displaces is only forgotten: the decoder still has it, we
 * merely never use it again. That costs 1 to 2 % in size on noise and makes
 * the loop free of branches; two strips are encoded side by side, because one
 * alone waits for its table.
 */

#include <stddef.h>
#include <stdint.h>

struct lzw_entry {
    const uint8_t *at;
    size_t len;
};

struct lzw_decoder {
    struct lzw_entry entry[4097];
    uint8_t root[256 + 8]; /* the strings of one byte */
};

/* Once, before the first lzw_decode(). */
void lzw_decoder_init(struct lzw_decoder *d);

/*
 * Decodes until the end code, the end of src or a full dst, and returns the
 * bytes made: fewer than `size` when src is damaged or cut short. Old files
 * that start with the lowest bit are not read.
 */
size_t lzw_decode(struct lzw_decoder *d, const uint8_t *src, size_t n,
                  uint8_t *dst, size_t size);

#define LZW_HASH_BITS 14
#define LZW_STREAMS   2
#define LZW_CODES     3836 /* between two Clear codes */

struct lzw_stream {
    uint32_t table[1 << LZW_HASH_BITS]; /* prefix, byte, code */
    uint16_t codes[LZW_CODES + 4];
    uint32_t prefix, count;
    const uint8_t *src, *end;
    uint8_t *dst; /* where the next bits go */
    uint64_t bits;
    int bit_count;
};

struct lzw_encoder {
    struct lzw_stream stream[LZW_STREAMS];
};

struct lzw_job {
    const uint8_t *src;
    size_t n;     /* at least 1                                   */
    uint8_t *dst; /* room for lzw_bound(n)                        */
    size_t len;   /* receives the bytes made                      */
};

size_t lzw_bound(size_t n);
void lzw_encode(struct lzw_encoder *z, struct lzw_job *jobs, int count);

#endif
