/* Deflate with literals only; see RFC 1951, 3.2.7 for the block's shape. */

#include "codec/huffman.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "base/err.h"

#define BLOCK   32768 /* bytes that share a code; counts fit in 16 bits */
#define SYMBOLS 257   /* bytes and the end of the block */
#define END     256
#define TRIM    19 /* symbols that code lengths are written in */

/* Four codes and seven bits that are left over fit in 64. */
#define LONGEST      14
#define LONGEST_TRIM 7

struct code {
    uint16_t bits; /* first bit of the code lowest */
    uint8_t len;   /* 0: not used                  */
};

struct bits {
    uint8_t *at;
    uint64_t held;
    unsigned count; /* bits in held, at most 7 after drain() */
};

/* Room for eight bytes must be there. */
static void drain(struct bits *b)
{
    const uint64_t le = htole64(b->held);

    memcpy(b->at, &le, sizeof(le));
    b->at += b->count >> 3;
    b->held >>= b->count & ~7u;
    b->count &= 7;
}

static void add(struct bits *b, uint64_t value, unsigned count)
{
    b->held |= value << b->count;
    b->count += count;
}

static void put(struct bits *b, unsigned value, unsigned count)
{
    add(b, value, count);
    drain(b);
}

/* The symbols that occur, ascending by frequency, then by symbol: by the low
   byte first, then by the high one. */
static int sort(const uint32_t *freq, int n, uint16_t *order)
{
    uint16_t half[SYMBOLS];
    int used = 0;

    for (int i = 0; i < n; i++)
        if (freq[i])
            half[used++] = (uint16_t)i;
    for (int pass = 0; pass < 2; pass++) {
        const uint16_t *from = pass ? order : half;
        uint16_t *to = pass ? half : order;
        int start[257] = {0};

        for (int i = 0; i < used; i++)
            start[(freq[from[i]] >> 8 * pass & 255) + 1]++;
        for (int i = 0; i < 256; i++)
            start[i + 1] += start[i];
        for (int i = 0; i < used; i++)
            to[start[freq[from[i]] >> 8 * pass & 255]++] = from[i];
    }
    memcpy(order, half, (size_t)used * sizeof(*order));
    return used;
}

/*
 * Lengths of a Huffman code for sorted frequencies, computed in place; then
 * the count of codes of each length. (Moffat and Katajainen, "In-place
 * calculation of minimum-redundancy codes", 1995.)
 */
static void count_lengths(uint32_t *a, int n, int count[64])
{
    int leaf = 0, root = 0, left = n, depth = 0, open = 1;

    for (int next = 0; next < n - 1; next++) {
        uint32_t sum = 0;

        for (int k = 0; k < 2; k++) {
            if (leaf >= n || (root < next && a[root] < a[leaf])) {
                sum += a[root];
                a[root++] = (uint32_t)next;
            } else {
                sum += a[leaf++];
            }
        }
        a[next] = sum;
    }
    a[n - 2] = 0; /* depths of the inner nodes, from the root down */
    for (int i = n - 3; i >= 0; i--)
        a[i] = a[a[i]] + 1;
    root = n - 2;
    while (open > 0) {
        int inner = 0;

        while (root >= 0 && a[root] == (uint32_t)depth) {
            inner++;
            root--;
        }
        count[depth < 63 ? depth : 63] += open - inner;
        left -= open - inner;
        open = 2 * inner;
        depth++;
    }
    assert(left == 0);
}

/* Brings all lengths to at most `longest`, keeping the code complete. */
static void limit(int count[64], int longest)
{
    uint32_t total = 0;

    for (int i = longest + 1; i < 64; i++) {
        count[longest] += count[i];
        count[i] = 0;
    }
    for (int i = 1; i <= longest; i++)
        total += (uint32_t)count[i] << (longest - i);
    while (total > 1u << longest) { /* one code too many at the bottom */
        int i = longest - 1;

        while (!count[i])
            i--;
        count[i]--;
        count[i + 1] += 2;
        count[longest]--;
        total--;
    }
}

static uint16_t reverse(uint32_t code, int len)
{
    uint32_t out = 0;

    for (int i = 0; i < len; i++)
        out |= (code >> i & 1) << (len - 1 - i);
    return (uint16_t)out;
}

/* A complete code for the symbols that occur, of at least two. */
static void make_code(const uint32_t *freq, int n, int longest,
                      struct code *code)
{
    uint32_t sorted[SYMBOLS], next[16] = {0};
    uint16_t order[SYMBOLS];
    int count[64] = {0}, used, at;

    memset(code, 0, (size_t)n * sizeof(*code));
    used = sort(freq, n, order);
    if (used < 2) { /* any other symbol makes it complete */
        code[0].len = code[1].len = 1;
        code[1].bits = 1;
        if (used && order[0] > 1) {
            code[order[0]] = code[1];
            code[1].len = 0;
        }
        return;
    }
    for (int i = 0; i < used; i++)
        sorted[i] = freq[order[i]];
    count_lengths(sorted, used, count);
    limit(count, longest);
    at = used; /* the most frequent have the shortest codes */
    for (int len = 1; len <= longest; len++)
        for (int i = 0; i < count[len]; i++)
            code[order[--at]].len = (uint8_t)len;
    for (int len = 1; len < longest; len++)
        next[len + 1] = (next[len] + (uint32_t)count[len]) << 1;
    for (int i = 0; i < n; i++)
        if (code[i].len)
            code[i].bits = reverse(next[code[i].len]++, code[i].len);
}

/* Code lengths as symbols 0 … 18 with their extra bits. */
struct trim {
    uint8_t symbol[SYMBOLS + 2], extra[SYMBOLS + 2];
    int count;
};

static void add_trim(struct trim *t, int symbol, int extra)
{
    t->symbol[t->count] = (uint8_t)symbol;
    t->extra[t->count++] = (uint8_t)extra;
}

static void make_trim(struct trim *t, const struct code *code)
{
    uint8_t len[SYMBOLS + 2];

    t->count = 0;
    for (int i = 0; i < SYMBOLS; i++)
        len[i] = code[i].len;
    len[SYMBOLS] = len[SYMBOLS + 1] = 1; /* two distances, never used */
    for (int i = 0, run; i < SYMBOLS + 2; i += run) {
        const int most = len[i] ? 7 : 138;

        for (run = 1;
             i + run < SYMBOLS + 2 && len[i + run] == len[i] && run < most;)
            run++;
        if (!len[i] && run >= 11) {
            add_trim(t, 18, run - 11);
        } else if (!len[i] && run >= 3) {
            add_trim(t, 17, run - 3);
        } else {
            add_trim(t, len[i], 0);
            if (run >= 4) /* and again three to six times */
                add_trim(t, 16, run - 4);
            else
                run = 1;
        }
    }
}

/* Writes the block's header and its codes. */
static void put_codes(struct bits *b, const struct code *code, bool final)
{
    static const uint8_t order[TRIM] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                        11, 4,  12, 3, 13, 2, 14, 1, 15};
    static const uint8_t extra_bits[TRIM] = {[16] = 2, [17] = 3, [18] = 7};
    uint32_t freq[TRIM] = {0};
    struct code trim_code[TRIM];
    struct trim t;
    int n = TRIM;

    make_trim(&t, code);
    for (int i = 0; i < t.count; i++)
        freq[t.symbol[i]]++;
    make_code(freq, TRIM, LONGEST_TRIM, trim_code);
    while (n > 4 && !trim_code[order[n - 1]].len)
        n--;
    put(b, final | 2 << 1, 3);
    put(b, 0, 5); /* 257 literals */
    put(b, 1, 5); /* 2 distances  */
    put(b, (unsigned)n - 4, 4);
    for (int i = 0; i < n; i++)
        put(b, trim_code[order[i]].len, 3);
    for (int i = 0; i < t.count; i++) {
        const struct code *c = &trim_code[t.symbol[i]];

        put(b, c->bits, c->len);
        put(b, t.extra[i], extra_bits[t.symbol[i]]);
    }
}

static void count_bytes(const uint8_t *bytes, size_t n, uint32_t *freq)
{
    uint32_t part[4][256] = {{0}}; /* equal neighbours do not wait in line */
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++)
            part[k][bytes[i + (size_t)k]]++;
    for (; i < n; i++)
        part[0][bytes[i]]++;
    for (int k = 0; k < 256; k++)
        freq[k] = part[0][k] + part[1][k] + part[2][k] + part[3][k];
    freq[END] = 1;
}

static void put_bytes(struct bits *out, const uint8_t *bytes, size_t n,
                      const struct code *code)
{
    struct bits b = *out;
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        for (size_t k = 0; k < 4; k++)
            add(&b, code[bytes[i + k]].bits, code[bytes[i + k]].len);
        drain(&b);
    }
    for (; i < n; i++)
        put(&b, code[bytes[i]].bits, code[bytes[i]].len);
    put(&b, code[END].bits, code[END].len);
    *out = b;
}

/* Blocks of bytes as they are; ends on a byte boundary. */
static void put_stored(struct bits *b, const uint8_t *bytes, size_t n,
                       bool final)
{
    put(b, final, 3);
    if (b->count)
        put(b, 0, 8 - b->count);
    put(b, (unsigned)n, 16);
    put(b, (unsigned)~n & 0xffff, 16);
    if (n)
        memcpy(b->at, bytes, n);
    b->at += n;
}

static size_t bits_of(const uint32_t *freq, const struct code *code)
{
    size_t bits = 0;

    for (int i = 0; i < SYMBOLS; i++)
        bits += (size_t)freq[i] * code[i].len;
    return bits;
}

static void put_block(struct bits *b, const uint8_t *bytes, size_t n,
                      bool final)
{
    const struct bits before = *b;
    struct code code[SYMBOLS];
    uint32_t freq[SYMBOLS];

    count_bytes(bytes, n, freq);
    make_code(freq, SYMBOLS, LONGEST, code);
    if (bits_of(freq, code) / 8 < n) {
        put_codes(b, code, final);
        put_bytes(b, bytes, n, code);
        if (b->at - before.at <= (ptrdiff_t)n + 4)
            return;
        *b = before;
    }
    put_stored(b, bytes, n, final);
}

int huffman_deflate(const uint8_t *bytes, size_t n, bool last, struct buf *out,
                    struct err *e)
{
    /* Codes of a block, all it can hold, and what drain() writes ahead. */
    const size_t room = BLOCK + 1024;
    struct bits b = {0};
    int rc;

    for (size_t at = 0; at < n; at += BLOCK) {
        const size_t part = n - at < BLOCK ? n - at : BLOCK;

        TRY(buf_reserve(out, room, e));
        b.at = out->data + out->len;
        put_block(&b, bytes + at, part, last && at + part == n);
        out->len = (size_t)(b.at - out->data);
    }
    TRY(buf_reserve(out, room, e));
    b.at = out->data + out->len;
    if (!last || n == 0)
        put_stored(&b, NULL, 0, last);
    else if (b.count)
        put(&b, 0, 8 - b.count);
    out->len = (size_t)(b.at - out->data);
out:
    return rc;
}

size_t huffman_size(const uint8_t *bytes, size_t n)
{
    struct code code[SYMBOLS];
    uint32_t freq[SYMBOLS];
    size_t bits = 0;

    for (size_t at = 0; at < n; at += BLOCK) {
        count_bytes(bytes + at, n - at < BLOCK ? n - at : BLOCK, freq);
        make_code(freq, SYMBOLS, LONGEST, code);
        bits += bits_of(freq, code) + 8 * 80; /* and the codes, about */
    }
    return bits / 8;
}
