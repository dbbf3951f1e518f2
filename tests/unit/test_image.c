#include "test.h"

#include "base/mem.h"
#include "image/image.h"
#include "image/pixfmt.h"

TEST(rows_start_on_64_bytes)
{
    struct image *im = NULL;
    struct err e;

    for (int w = 1; w < 70; w++) {
        assert_int_equal(image_new(w, 3, 4, &im, &e), 0);
        for (int p = 0; p < 4; p++)
            for (int y = 0; y < 3; y++)
                assert_int_equal((uintptr_t)row_of(&im->v, p, y) % 64, 0);
        assert_true(im->v.pitch >= (size_t)w);
        assert_true(row_of(&im->v, 3, 2) + im->v.pitch <=
                    im->v.data + view_bytes(w, 3, 4) / sizeof(float));
        image_free(im);
    }
}

TEST(a_window_has_the_rows_it_names)
{
    static float data[4096];
    struct view v = view_over(data, 10, 100, 2, 40, 44);

    assert_true(view_bytes(10, 4, 2) <= sizeof(data));
    assert_ptr_equal(row_of(&v, 0, 40), data);
    assert_ptr_equal(row_of(&v, 1, 43), data + v.stride + 16 * 3);
    v = view_over(data, 10, 4, 2, 0, 4);
    assert_ptr_equal(row_near(&v, 0, -5), data);
    assert_ptr_equal(row_near(&v, 1, 99), row_of(&v, 1, 3));
}

/* A load waits for a store that lies a multiple of 4096 bytes away. */
TEST(rows_and_planes_do_not_alias)
{
    for (int w = 1024; w <= 8192; w += 256)
        for (int rows = 1; rows <= 64; rows++) {
            const struct view v = view_over(NULL, w, rows, 3, 0, rows);

            assert_true(v.pitch % 256 != 0);
            assert_int_equal(v.stride % 1024, 208);
            assert_true(v.stride >= v.pitch * (size_t)rows);
        }
}

TEST(sizes_that_cannot_be_are_refused)
{
    struct image *im = NULL;
    struct err e;

    assert_int_equal(image_new(0, 1, 1, &im, &e), ERR_ARG);
    assert_int_equal(image_new(1, 1, IMAGE_PLANES_MAX + 1, &im, &e), ERR_ARG);
    assert_int_equal(image_new(INT32_MAX, INT32_MAX, 68, &im, &e), ERR_MEM);
    assert_true(view_bytes(INT32_MAX, INT32_MAX, 68) == SIZE_MAX);
    mem_fail_at(2);
    assert_int_equal(image_new(4, 4, 1, &im, &e), ERR_MEM);
    mem_fail_at(0);
    assert_null(im);
    assert_int_equal(mem_used(), 0);
}

TEST(sample_types_have_names)
{
    assert_string_equal(sample_name(SAMPLE_U8), "8-bit");
    assert_string_equal(sample_name(SAMPLE_F32), "float");
}

TESTS(rows_start_on_64_bytes, a_window_has_the_rows_it_names,
      rows_and_planes_do_not_alias, sizes_that_cannot_be_are_refused,
      sample_types_have_names)
