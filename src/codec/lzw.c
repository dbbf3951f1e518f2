/* LZW for TIFF: see the header for the ideas. */

#include "codec/lzw.h"

#include <assert.h>
#include <stdbool.h>

enum { CLEAR = 256, END = 257, FIRST = 258, CODES = 4096 };

void lzw_decoder_init(struct lzw_decoder *d)
{
    memset(d, 0, sizeof(*d));
    for (uint32_t i = 0; i < 256; i++) {
        d->root[i] = (uint8_t)i;
        d->entry[i] = (struct lzw_entry){&d->root[i], 1};
    }
}

/* A decoder at work. */
struct work {
    struct lzw_entry *table;
    const uint8_t *src;
    size_t n, bit; /* bytes of src, the next bit of them         */
    uint32_t width, next;
    uint8_t *out, *end;
    const uint8_t *prev; /* the string of the code before; NULL after Clear */
    size_t prev_len;
};

static inline uint32_t code_at(const uint8_t *src, size_t bit, uint32_t width)
{
    uint64_t v;

    memcpy(&v, src + (bit >> 3), 8);
    return (uint32_t)(__builtin_bswap64(v) << (bit & 7) >> (64 - width));
}

/* The next code, END when the bits do not suffice for one. */
static uint32_t next_code(struct work *w)
{
    const size_t at = w->bit >> 3;
    uint8_t b[8] = {0};
    uint32_t code;

    if (w->bit + w->width > w->n * 8)
        return END;
    memcpy(b, w->src + at, w->n - at < 8 ? w->n - at : 8);
    code = code_at(b, w->bit & 7, w->width);
    w->bit += w->width;
    return code;
}

/*
 * Any code, with all checks; false at the end of what can be decoded. Every
 * code but the first after Clear makes an entry: the string before and one
 * byte more, which is the first one of the string that now follows it in the
 * output, so the entry may be used before that byte is there.
 */
static bool one_code(struct work *w)
{
    uint32_t code = next_code(w);
    struct lzw_entry e;
    size_t i;

    if (code == CLEAR) {
        w->width = 9;
        w->next = FIRST;
        w->prev = NULL;
        return true;
    }
    if (code == END || (!w->prev && code > END) || (w->prev && code > w->next))
        return false;
    if (w->prev)
        w->table[w->next] = (struct lzw_entry){w->prev, w->prev_len + 1};
    e = w->table[code];
    assert(w->out);
    for (i = 0; i < e.len && w->out + i < w->end; i++)
        w->out[i] = e.at[i];
    if (w->prev) {
        w->next += w->next < CODES;
        w->width += w->width < 12 && w->next + 1 >= 1u << w->width;
    }
    w->prev = w->out;
    w->prev_len = e.len;
    w->out += i;
    return i == e.len;
}

/* Codes for which neither the source nor the width of a code can end. */
static size_t safe_codes(const struct work *w)
{
    const size_t bits = w->n * 8 - w->bit;
    const size_t have = bits < 128 ? 0 : (bits - 64) / w->width;
    const size_t until = ((size_t)1 << w->width) - 1;
    const size_t room = until > w->next ? until - w->next : 0;

    return have < room ? have : room;
}

/* The common codes; stops before one that needs one_code(). */
static void many_codes(struct work *w, size_t n)
{
    struct lzw_entry *const table = w->table;
    const uint8_t *const src = w->src, *prev = w->prev;
    const uint32_t width = w->width;
    uint8_t *out = w->out, *const end = w->end;
    size_t bit = w->bit, prev_len = w->prev_len;
    uint32_t next = w->next;

    for (; n--; bit += width) {
        const uint32_t code = code_at(src, bit, width);
        const struct lzw_entry *const e = &table[code];
        size_t len;

        if (code >= next || code - CLEAR < 2)
            break;
        len = e->len;
        if ((size_t)(end - out) < len + 8)
            break;
        table[next++] = (struct lzw_entry){prev, prev_len + 1};
        memcpy(out, e->at, 8);
        for (size_t i = 8; i < len; i += 8)
            memcpy(out + i, e->at + i, 8);
        prev = out;
        prev_len = len;
        out += len;
    }
    w->out = out;
    w->bit = bit;
    w->prev = prev;
    w->prev_len = prev_len;
    w->width += w->width < 12 && next + 1 >= 1u << w->width;
    w->next = next;
}

size_t lzw_decode(struct lzw_decoder *d, const uint8_t *src, size_t n,
                  uint8_t *dst, size_t size)
{
    struct work w = {.table = d->entry,
                     .src = src,
                     .n = n,
                     .width = 9,
                     .next = FIRST,
                     .out = dst,
                     .end = dst + size};

    while (w.out < w.end) {
        if (w.prev)
            many_codes(&w, safe_codes(&w));
        if (!one_code(&w))
            break;
    }
    return (size_t)(w.out - dst);
}

size_t lzw_bound(size_t n)
{
    /* A code for each byte at most; Clear, end and the last flush. */
    return n + n / 2 + n / LZW_CODES * 2 + 32;
}

/* Bits above bit_count are rubbish and are shifted out here. */
static inline void emit(struct lzw_stream *s, uint64_t code, int width)
{
    const int total = s->bit_count + width;
    const uint64_t bits = s->bits << width | code;
    const uint64_t be = __builtin_bswap64(bits << (64 - total));

    memcpy(s->dst, &be, 8);
    s->dst += total >> 3;
    s->bits = bits;
    s->bit_count = total & 7;
}

/* At most seven bits are left over, so that four codes fit beside them. */
static inline void emit_codes(struct lzw_stream *s, const uint16_t *codes,
                              size_t n, int width)
{
    for (; n >= 4; n -= 4, codes += 4)
        emit(s,
             ((uint64_t)codes[0] << width | codes[1]) << (2 * width) |
                 ((uint64_t)codes[2] << width | codes[3]),
             4 * width);
    for (; n; n--)
        emit(s, *codes++, width);
}

/* Writes the codes collected since Clear; returns the width for the next. */
static int flush_codes(struct lzw_stream *s)
{
    /* Code number i is written when FIRST + i entries exist. */
    static const uint32_t from[] = {0, 512 - FIRST, 1024 - FIRST, 2048 - FIRST,
                                    LZW_CODES + 1};
    int k = 0;

    for (; k < 3 && s->count >= from[k + 1]; k++)
        emit_codes(s, s->codes + from[k], from[k + 1] - from[k], 9 + k);
    emit_codes(s, s->codes + from[k], s->count - from[k], 9 + k);
    return 9 + k;
}

static void restart(struct lzw_stream *s)
{
    memset(s->table, 0xff, sizeof(s->table));
    s->count = 0;
}

static void start(struct lzw_stream *s, const struct lzw_job *job)
{
    s->src = job->src;
    s->end = job->src + job->n;
    s->dst = job->dst;
    s->bits = 0;
    s->bit_count = 0;
    emit(s, CLEAR, 9);
    restart(s);
    s->prefix = *s->src++;
}

static void finish(struct lzw_stream *s, struct lzw_job *job)
{
    int width;

    s->codes[s->count++] = (uint16_t)s->prefix;
    width = flush_codes(s);
    if (s->count >= LZW_CODES) {
        emit(s, CLEAR, width);
        width = 9;
    }
    emit(s, END, width);
    if (s->bit_count)
        emit(s, 0, 8 - s->bit_count);
    job->len = (size_t)(s->dst - job->dst);
}

/* Spreads prefix and byte over the table (Knuth's multiplicative hash). */
#define MIX 0x9e3779b1u

/*
 * One byte: either the table has prefix + byte and that is the new prefix, or
 * the prefix is a code to write and the pair gets the next number.
 */
#define STEP(s)                                                                \
    do {                                                                       \
        const uint32_t byte_ = *s##_src++;                                     \
        const uint32_t new_ = byte_ << 12 | (FIRST + s##_n);                   \
        const uint32_t hash_ = s##_prefix * (MIX << 8) + byte_ * MIX;          \
        uint32_t *const at_ = &s##_to->table[hash_ >> (32 - LZW_HASH_BITS)];   \
        const uint32_t have_ = *at_;                                           \
        const uint32_t diff_ = have_ ^ (s##_prefix << 20 | new_);              \
        const uint32_t miss_ = diff_ > 0xfff, mask_ = 0u - miss_;              \
                                                                               \
        s##_to->codes[s##_n] = (uint16_t)s##_prefix;                           \
        *at_ = have_ ^ (diff_ & mask_);                                        \
        s##_n += miss_;                                                        \
        s##_prefix = (have_ & 0xfff & ~mask_) | (byte_ & mask_);               \
    } while (0)

#define LOAD(s, from)                                                          \
    struct lzw_stream *const s##_to = (from);                                  \
    const uint8_t *s##_src = s##_to->src;                                      \
    uint32_t s##_prefix = s##_to->prefix, s##_n = s##_to->count

#define SAVE(s)                                                                \
    do {                                                                       \
        s##_to->src = s##_src;                                                 \
        s##_to->prefix = s##_prefix;                                           \
        s##_to->count = s##_n;                                                 \
    } while (0)

static void run_one(struct lzw_stream *s, size_t n)
{
    LOAD(a, s);

    while (n--)
        STEP(a);
    SAVE(a);
}

static void run_two(struct lzw_stream *s, struct lzw_stream *t, size_t n)
{
    LOAD(a, s);
    LOAD(b, t);

    while (n--) {
        STEP(a);
        STEP(b);
    }
    SAVE(a);
    SAVE(b);
}

/* Bytes that certainly neither fill the dictionary nor end the source. */
static size_t safe_bytes(struct lzw_stream *s)
{
    const size_t left = (size_t)(s->end - s->src);
    const size_t room = LZW_CODES - s->count;

    return left < room ? left : room;
}

/* The dictionary is full: what is collected goes out, all starts anew. */
static void turn_over(struct lzw_stream *s)
{
    if (s->count < LZW_CODES)
        return;
    emit(s, CLEAR, flush_codes(s));
    restart(s);
}

static void run_out(struct lzw_stream *s, struct lzw_job *job)
{
    while (s->src < s->end) {
        run_one(s, safe_bytes(s));
        turn_over(s);
    }
    finish(s, job);
}

void lzw_encode(struct lzw_encoder *z, struct lzw_job *jobs, int count)
{
    struct lzw_stream *a = &z->stream[0], *b = &z->stream[1];
    int i = 0;

    for (; i + 2 <= count; i += 2) {
        start(a, &jobs[i]);
        start(b, &jobs[i + 1]);
        while (a->src < a->end && b->src < b->end) {
            const size_t m = safe_bytes(a), n = safe_bytes(b);

            run_two(a, b, m < n ? m : n);
            turn_over(a);
            turn_over(b);
        }
        run_out(a, &jobs[i]);
        run_out(b, &jobs[i + 1]);
    }
    if (i < count) {
        start(a, &jobs[i]);
        run_out(a, &jobs[i]);
    }
}
