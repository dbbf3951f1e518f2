/* Memory: aligned, counted, failing on demand, bounded. */

#include "test.h"

#include "base/err.h"
#include "base/mem.h"

TEST(blocks_are_aligned_to_64)
{
    static const size_t sizes[] = {0, 1, 64, 4097, (2 << 20) - 1, 5 << 20};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t *block = mem_alloc(sizes[i]);

        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        memset(block, 0xa5, sizes[i]);
        mem_free(block);
    }
    mem_free(NULL);
    assert_int_equal(mem_used(), 0);
}

TEST(bytes_are_counted)
{
    void *a, *b;

    a = mem_alloc(1000);
    b = mem_array(3, (size_t)5 << 20);
    assert_int_equal(mem_used(), 1000 + (15 << 20));
    a = mem_resize(a, 100);
    assert_int_equal(mem_used(), 100 + (15 << 20));
    mem_free(b);
    mem_free(a);
    assert_int_equal(mem_used(), 0);
    assert_true(mem_peak() >= 1000 + (15 << 20));
}

TEST(a_product_that_overflows_is_refused)
{
    size_t product = 7;

    assert_null(mem_array(SIZE_MAX / 2, 3));
    assert_null(mem_zero(SIZE_MAX / 8 + 1, 8));
    assert_null(mem_alloc(SIZE_MAX));
    assert_null(mem_alloc(PTRDIFF_MAX));
    assert_false(mem_product((size_t)1 << 32, (size_t)1 << 32, &product));
    assert_true(mem_product(6, 7, &product));
    assert_int_equal(product, 42);
}

TEST(zeroed_memory_is_zero)
{
    for (int i = 0; i < 2; i++) { /* the second gets used memory */
        size_t n = (size_t)3 << 20, dirt = 0;
        uint8_t *block = mem_zero(n, 1);

        assert_non_null(block);
        for (size_t k = 0; k < n; k++)
            dirt += block[k];
        assert_int_equal(dirt, 0);
        memset(block, 0xff, n);
        mem_free(block);
    }
}

TEST(resizing_keeps_the_bytes)
{
    uint8_t *block = mem_resize(NULL, 10);

    assert_non_null(block);
    for (int i = 0; i < 10; i++)
        block[i] = (uint8_t)i;
    block = mem_resize(block, (size_t)4 << 20);
    for (int i = 0; i < 10; i++)
        assert_int_equal(block[i], i);
    block = mem_resize(block, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(block[i], i);
    mem_fail_at(1);
    assert_null(mem_resize(block, 50));
    mem_fail_at(0);
    assert_int_equal(block[4], 4);
    mem_free(block);
}

TEST(the_nth_allocation_fails)
{
    void *a, *b, *c;

    mem_fail_at(2);
    assert_false(mem_failed());
    a = mem_alloc(1);
    assert_false(mem_failed());
    b = mem_text("text");
    assert_true(mem_failed());
    c = mem_copy("ab", 2);
    mem_fail_at(0);
    assert_true(mem_failed());
    assert_non_null(a);
    assert_null(b);
    assert_non_null(c);
    mem_free(a);
    mem_free(c);
    mem_fail_at(5);
    assert_false(mem_failed());
    mem_fail_at(0);
}

TEST(a_buffer_grows_up_to_its_ceiling)
{
    struct buf b = {.max = 1000};
    struct err e = {0};

    for (int i = 0; i < 100; i++) {
        assert_int_equal(buf_add(&b, "0123456789", 10, &e), 0);
        assert_int_equal(b.data[b.len], 0);
    }
    assert_int_equal(b.len, 1000);
    assert_int_equal(buf_add(&b, "x", 1, &e), ERR_MEM);
    assert_int_equal(buf_reserve(&b, SIZE_MAX, &e), ERR_MEM);
    assert_int_equal(buf_add(&b, NULL, 0, &e), 0);
    assert_int_equal(b.len, 1000);
    assert_memory_equal(b.data + 990, "0123456789", 11);
    buf_release(&b);
    assert_int_equal(b.max, 1000);
    assert_int_equal(mem_used(), 0);
}

TEST(a_buffer_of_none_has_a_nul)
{
    struct buf b = {.max = 0};
    struct err e = {0};

    assert_int_equal(buf_add(&b, "", 0, &e), 0);
    assert_string_equal((char *)b.data, "");
    assert_int_equal(buf_add(&b, "x", 1, &e), ERR_MEM);
    buf_release(&b);
}

TEST(printing_appends)
{
    struct buf b = {.max = 300};
    struct err e = {0};

    assert_int_equal(buf_printf(&b, &e, "%d-%s", 12, "ab"), 0);
    assert_int_equal(buf_printf(&b, &e, "%0200d", 3), 0);
    assert_int_equal(b.len, 205);
    assert_int_equal(buf_printf(&b, &e, "%0200d", 3), ERR_MEM);
    assert_int_equal(b.len, 205);
    assert_memory_equal(b.data, "12-ab000", 8);
    mem_fail_at(1);
    buf_release(&b);
    assert_int_equal(buf_printf(&b, &e, "x"), ERR_MEM);
    mem_fail_at(0);
    assert_null(b.data);
}

TEST(an_arena_gives_and_takes_back)
{
    struct arena a;
    struct err e = {0};
    uint8_t *one, *two;

    assert_int_equal(arena_init(&a, 256, &e), 0);
    one = arena_get(&a, 1);
    two = (uint8_t *)arena_floats(&a, 32);
    assert_int_equal(two - one, 64);
    assert_int_equal((uintptr_t)two % 64, 0);
    assert_ptr_equal(arena_get(&a, 64), one + 192);
    arena_reset(&a);
    assert_ptr_equal(arena_get(&a, 256), one);
    arena_release(&a);
    assert_int_equal(mem_used(), 0);
    mem_fail_at(1);
    assert_int_equal(arena_init(&a, 256, &e), ERR_MEM);
    mem_fail_at(0);
    arena_release(&a);
}

TESTS(blocks_are_aligned_to_64, bytes_are_counted,
      a_product_that_overflows_is_refused, zeroed_memory_is_zero,
      resizing_keeps_the_bytes, the_nth_allocation_fails,
      a_buffer_grows_up_to_its_ceiling, a_buffer_of_none_has_a_nul,
      printing_appends, an_arena_gives_and_takes_back)
