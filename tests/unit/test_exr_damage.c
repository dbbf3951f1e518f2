/* OpenEXR: damaged files and too little memory. */

#include "test.h"

#include "exr_shot.h"

#define NAME  "exr_damage.exr"
#define OTHER "exr_damaged.exr"

/* Writes the bytes and reads them as EXR; any answer is fine, a crash not. */
static int read_bytes(const uint8_t *bytes, size_t n, struct err *e)
{
    const struct read_options o = {.slots = 1, .memory = 1 << 28};
    struct shot s;
    int rc;

    assert_int_equal(bytes_save(OTHER, bytes, n), 0);
    *e = (struct err){0};
    rc = shot_load(&s, OTHER, &o, e);
    if (rc == 0)
        shot_release(&s);
    else
        assert_true(e->text[0] != '\0');
    return rc;
}

TEST(damage_is_survived)
{
    static const enum compression some[] = {COMP_ZIP, COMP_PIZ, COMP_B44,
                                            COMP_PXR24, COMP_RLE};
    static const uint8_t with[] = {0x00, 0xff, 0x7f, 0x80, 0x01};

    for (int c = 0; c < 5; c++) {
        struct shot a = shot_new(23, 21, c & 1 ? many : rgba_half, true);
        struct buf b = {0};
        struct err e = {0};
        uint32_t seed = 3;

        a.pic.storage.compression = some[c];
        a.pic.storage.tile_w = a.pic.storage.tile_h = c == 1 ? 16 : 0;
        shot_write(&a, NAME);
        assert_int_equal(file_load(NAME, 1 << 20, &b, &e), 0);
        for (size_t at = 0; at < b.len && at < 700; at++) {
            const uint8_t was = b.data[at];

            b.data[at] = with[at % 5];
            read_bytes(b.data, b.len, &e);
            b.data[at] = was;
        }
        for (int i = 0; i < 200; i++) {
            const size_t at = noise(&seed) % b.len;
            const uint8_t was = b.data[at];

            b.data[at] ^= (uint8_t)(1 + noise(&seed) % 255);
            read_bytes(b.data, b.len, &e);
            b.data[at] = was;
        }
        for (size_t n = 0; n < b.len; n += 1 + n / 16)
            assert_true(read_bytes(b.data, n, &e) < 0);
        buf_release(&b);
        shot_release(&a);
    }
}

TEST(memory_may_run_out)
{
    const struct read_options o = {.slots = 2};
    struct shot a = shot_new(23, 21, rgba_half, true);
    const size_t before = mem_used();
    struct err e = {0};

    for (long n = 1; n < 1000; n++) {
        mem_fail_at(n);
        if (shot_save(&a, "exr", NAME, 32, &e) == 0)
            break;
        assert_int_equal(e.code, ERR_MEM);
        assert_int_equal(mem_used(), before);
    }
    mem_fail_at(0);
    shot_write(&a, NAME);
    for (long n = 1; n < 1000; n++) {
        struct reader *r;

        mem_fail_at(n);
        if (reader_open(NAME, &o, &r, &e) == 0) {
            reader_close(r);
            break;
        }
        assert_int_equal(e.code, ERR_MEM);
        assert_int_equal(mem_used(), before);
    }
    mem_fail_at(0);
    shot_release(&a);
}

TESTS_WITH(shot_enter, shot_leave, damage_is_survived, memory_may_run_out)
