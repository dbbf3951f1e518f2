#include "test.h"

#include "base/mem.h"
#include "codec/lzw.h"

static struct lzw_encoder *z;
static struct lzw_decoder *d;

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Kinds of data: noise, flat, ramps, 16-bit differences. */
static void fill(uint8_t *data, size_t n, int kind, uint32_t seed)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t r = random_next(&seed);

        data[i] = (uint8_t)(kind == 0   ? r
                            : kind == 1 ? 7
                            : kind == 2 ? i / 5
                            : kind == 3 ? (i % 2 ? (r % 2 ? 0 : 255) : r)
                                        : r % 3);
    }
}

static size_t round_trip(const uint8_t *data, size_t n)
{
    uint8_t *packed = mem_alloc(lzw_bound(n)), *back = mem_alloc(n);
    struct lzw_job job = {.src = data, .n = n, .dst = packed};

    lzw_encode(z, &job, 1);
    assert_true(job.len <= lzw_bound(n));
    assert_int_equal(lzw_decode(d, packed, job.len, back, n), n);
    assert_memory_equal(data, back, n);
    mem_free(packed);
    mem_free(back);
    return job.len;
}

TEST(every_length_comes_back)
{
    uint8_t *data = mem_alloc(70000);

    for (int kind = 0; kind < 5; kind++) {
        fill(data, 70000, kind, 11u + (uint32_t)kind);
        for (size_t n = 1; n < 700; n++)
            round_trip(data, n);
        /* Around each change of width and around Clear. */
        for (size_t n = 3500; n < 4300; n++)
            round_trip(data, n);
        round_trip(data, 70000);
    }
    mem_free(data);
}

TEST(flat_data_shrinks)
{
    uint8_t *data = mem_alloc(1 << 20);

    fill(data, 1 << 20, 1, 1);
    assert_true(round_trip(data, 1 << 20) < 4000);
    mem_free(data);
}

TEST(pairs_equal_singles)
{
    uint8_t *data = mem_alloc(60000), *one = mem_alloc(lzw_bound(60000));
    struct lzw_job jobs[5], alone;

    for (int i = 0; i < 5; i++) {
        jobs[i].n = 60000 / (size_t)(1 + i * i);
        jobs[i].src = data;
        jobs[i].dst = mem_alloc(lzw_bound(60000));
    }
    fill(data, 60000, 3, 5);
    lzw_encode(z, jobs, 5);
    for (int i = 0; i < 5; i++) {
        alone = jobs[i];
        alone.dst = one;
        lzw_encode(z, &alone, 1);
        assert_int_equal(alone.len, jobs[i].len);
        assert_memory_equal(one, jobs[i].dst, alone.len);
        mem_free(jobs[i].dst);
    }
    mem_free(one);
    mem_free(data);
}

/* Damaged codes: never a byte outside the buffers, never without end. */
TEST(damage_does_no_harm)
{
    const size_t n = 9000;
    uint8_t *data = mem_alloc(n), *packed = mem_alloc(lzw_bound(n));
    uint8_t *exact, *back = mem_alloc(n);
    struct lzw_job job = {.src = data, .n = n, .dst = packed};
    uint32_t seed = 3;

    for (int kind = 0; kind < 5; kind++) {
        fill(data, n, kind, 9);
        lzw_encode(z, &job, 1);
        exact = mem_copy(packed, job.len);
        for (int i = 0; i < 3000; i++) {
            const size_t at = random_next(&seed) % job.len;
            const uint8_t was = exact[at];

            exact[at] = (uint8_t)random_next(&seed);
            (void)lzw_decode(d, exact, job.len, back, n);
            exact[at] = was;
        }
        for (size_t cut = 0; cut + 4 < job.len && cut < 600; cut++)
            assert_true(lzw_decode(d, exact, cut, back, n) < n);
        for (size_t room = 1; room < 300; room++) {
            uint8_t *small = mem_alloc(room);

            assert_int_equal(lzw_decode(d, exact, job.len, small, room), room);
            assert_memory_equal(small, data, room);
            mem_free(small);
        }
        mem_free(exact);
    }
    mem_free(data);
    mem_free(packed);
    mem_free(back);
}

/* Codes written by hand: a code for the entry that it completes itself. */
TEST(a_code_may_name_what_it_makes)
{
    /* Clear, 'a', 258, 259, end, in nine bits each. */
    const uint32_t codes[] = {256, 'a', 258, 259, 257};
    uint8_t packed[8] = {0}, back[10];
    size_t bit = 0;

    for (size_t i = 0; i < 5; i++)
        for (int k = 8; k >= 0; k--, bit++)
            packed[bit / 8] |= (uint8_t)((codes[i] >> k & 1) << (7 - bit % 8));
    assert_int_equal(lzw_decode(d, packed, sizeof(packed), back, 10), 6);
    assert_memory_equal(back, "aaaaaa", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_comes_back),
        cmocka_unit_test(flat_data_shrinks),
        cmocka_unit_test(pairs_equal_singles),
        cmocka_unit_test(damage_does_no_harm),
        cmocka_unit_test(a_code_may_name_what_it_makes),
    };
    int failed;

    z = mem_alloc(sizeof(*z));
    d = mem_alloc(sizeof(*d));
    lzw_decoder_init(d);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    mem_free(z);
    mem_free(d);
    return failed;
}
