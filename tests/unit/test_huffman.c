#include <stdlib.h>

#include "test.h"

#include <zlib.h>

#include "base/err.h"
#include "codec/huffman.h"

#define SIZE 200000

static struct err e;
static uint8_t data[SIZE], back[SIZE];

static uint32_t draw(void)
{
    static uint32_t state = 1;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* Bytes of all kinds; kind 3 wants codes longer than deflate has. */
static void fill(int kind)
{
    size_t at = 0;

    for (size_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(kind == 0   ? 7
                            : kind == 1 ? draw() >> 9
                            : kind == 2 ? (draw() & draw() & draw()) >> 8 & 31
                                        : 0);
    if (kind != 3)
        return;
    for (size_t n = 1, before = 1, byte = 0; at < SIZE && byte < 256; byte++) {
        for (size_t i = 0; i < n && at < SIZE; i++)
            data[at++] = (uint8_t)byte;
        n += before;
        before = n - before;
        if (n > 20000)
            n = before = 1;
    }
}

/* zlib gives back what went in. */
static void inflated_is(const struct buf *b, size_t n)
{
    z_stream z = {.next_in = b->data,
                  .avail_in = (uInt)b->len,
                  .next_out = back,
                  .avail_out = SIZE};

    assert_int_equal(inflateInit2(&z, -15), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    assert_int_equal(z.total_out, n);
    assert_memory_equal(back, data, n);
    inflateEnd(&z);
}

TEST(zlib_reads_every_length)
{
    static const size_t lengths[] = {0,     1,     2,     3,     100,   32767,
                                     32768, 32769, 65536, 65537, 90001, SIZE};
    struct buf b = {.max = 2 * SIZE};

    for (int kind = 0; kind < 4; kind++) {
        fill(kind);
        for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
            b.len = 0;
            assert_int_equal(huffman_deflate(data, lengths[i], true, &b, &e),
                             0);
            inflated_is(&b, lengths[i]);
            assert_true(b.len <= lengths[i] + lengths[i] / 1000 + 16);
        }
    }
    buf_release(&b);
}

TEST(pieces_join_into_one_stream)
{
    struct buf b = {.max = 2 * SIZE};
    size_t at = 0;

    fill(2);
    while (at < 150000) {
        const size_t n = draw() % 40000;

        assert_int_equal(huffman_deflate(data + at, n, false, &b, &e), 0);
        at += n;
    }
    assert_int_equal(huffman_deflate(data + at, 0, true, &b, &e), 0);
    inflated_is(&b, at);
    buf_release(&b);
}

TEST(noise_is_as_small_as_zlib_makes_it)
{
    static uint8_t theirs[2 * SIZE];
    struct buf b = {.max = 2 * SIZE};
    uLongf n = sizeof(theirs);

    for (size_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(i & 1 ? draw() : (draw() & 3) + (draw() & 3));
    assert_int_equal(compress2(theirs, &n, data, SIZE, 9), Z_OK);
    assert_int_equal(huffman_deflate(data, SIZE, true, &b, &e), 0);
    assert_true(b.len < n + n / 200);
    assert_in_range(huffman_size(data, SIZE), b.len - b.len / 200,
                    b.len + b.len / 200);
    buf_release(&b);
}

TEST(a_ceiling_is_obeyed)
{
    struct buf b = {.max = 1000};

    assert_int_equal(huffman_deflate(data, SIZE, true, &b, &e), ERR_MEM);
    buf_release(&b);
}

TESTS(zlib_reads_every_length, pieces_join_into_one_stream,
      noise_is_as_small_as_zlib_makes_it, a_ceiling_is_obeyed)
