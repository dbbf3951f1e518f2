/* Hashes agree with the published values of XXH3, and with xxhsum. */

#include "test.h"

#include "base/hash.h"

TEST(nothing_has_the_published_hash)
{
    char text[33];

    assert_true(hash_bytes("", 0, 0) == 0x2d06800538d394c2);
    hash_text(hash_bytes128("", 0), text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
}

TEST(every_bit_counts)
{
    uint8_t bytes[300] = {0};
    uint64_t first = hash_bytes(bytes, sizeof(bytes), 0);
    struct hash128 wide = hash_bytes128(bytes, sizeof(bytes)), other;

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = 1;
        assert_true(hash_bytes(bytes, sizeof(bytes), 0) != first);
        other = hash_bytes128(bytes, sizeof(bytes));
        assert_true(other.hi != wide.hi && other.lo != wide.lo);
        bytes[i] = 0;
    }
    assert_true(hash_bytes(bytes, sizeof(bytes), 1) != first);
    assert_true(hash_bytes(bytes, sizeof(bytes) - 1, 0) != first);
    assert_true(hash_bytes(bytes, sizeof(bytes), 0) == first);
}

TEST(small_numbers_keep_their_zeros)
{
    char text[33];

    hash_text((struct hash128){.hi = 1, .lo = 0xab}, text);
    assert_string_equal(text, "000000000000000100000000000000ab");
}

TEST(pieces_hash_like_the_whole)
{
    struct hash_stream *s = hash_stream_new();
    struct hash128 whole, pieces;
    uint8_t bytes[1000];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * i >> 3);
    assert_non_null(s);
    for (size_t at = 0, n = 1; at < sizeof(bytes); at += n, n = n * 2 + 1) {
        n = n < sizeof(bytes) - at ? n : sizeof(bytes) - at;
        hash_stream_add(s, bytes + at, n);
    }
    whole = hash_bytes128(bytes, sizeof(bytes));
    pieces = hash_stream_end(s);
    assert_true(whole.hi == pieces.hi && whole.lo == pieces.lo);
    hash_stream_free(s);
}

TESTS(nothing_has_the_published_hash, every_bit_counts,
      small_numbers_keep_their_zeros, pieces_hash_like_the_whole)
