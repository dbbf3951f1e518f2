/* Files of weights: read right, and refused when anything does not add up. */

#include "test.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "nn/safetensors.h"
#include "scratch.h"

/* Writes header and data; length = what the first eight bytes say, or -1. */
static void make(const char *header, int64_t length, const void *data,
                 size_t bytes)
{
    struct outfile f = {0};
    struct err e = {0};
    uint64_t n = length < 0 ? strlen(header) : (uint64_t)length;
    uint8_t size[8];

    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)(n >> 8 * i);
    assert_int_equal(outfile_open(&f, "w.safetensors", &e), 0);
    assert_int_equal(outfile_add(&f, size, sizeof(size), &e), 0);
    assert_int_equal(outfile_add(&f, header, strlen(header), &e), 0);
    assert_int_equal(outfile_add(&f, data, bytes, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
}

static struct safetensors *must_open(void)
{
    struct safetensors *st = NULL;
    struct err e = {0};

    if (safetensors_open("w.safetensors", &st, &e) < 0)
        fail_msg("%s", e.text);
    return st;
}

static void refused(int code, const char *text)
{
    struct safetensors *st = NULL;
    struct err e = {0};

    assert_int_equal(safetensors_open("w.safetensors", &st, &e), code);
    assert_null(st);
    if (!strstr(e.text, text))
        fail_msg("'%s' does not say '%s'", e.text, text);
}

static const uint8_t zeros[64];

static void header_is_refused(const char *header, const char *text)
{
    make(header, -1, zeros, 16);
    refused(ERR_DATA, text);
}

TEST(numbers_of_every_type_are_read)
{
    static const uint8_t data[] = {
        0,    0,    0xc0, 0x3f, 0, 0, 0, 0xc0, /* f32: 1.5, -2 */
        0,    0x3e, 0,    0xc0,                /* f16: 1.5, -2 */
        0xc0, 0x3f, 0,    0xc0,                /* bf16: the same */
        0,    0,    0x80, 0x3f,                /* f32: 1, no dimension */
    };
    static const char *const names[] = {"a", "b", "c"};
    struct safetensors *st;
    struct err e = {0};
    float v[2];

    make(
        "{\"__metadata__\":{\"format\":\"pt\"},"
        "\"c\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[12,16]},"
        "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        "\"d\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[16,20]},"
        "\"none\":{\"dtype\":\"F32\",\"shape\":[0,9],\"data_offsets\":[16,16]},"
        "\"b\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[8,12]}}  ",
        -1, data, sizeof(data));
    st = must_open();
    assert_int_equal(st->count, 5);
    for (int i = 0; i < 3; i++) {
        const struct safetensors_item *t = safetensors_find(st, names[i]);

        assert_non_null(t);
        assert_int_equal(t->count, 2);
        assert_int_equal(safetensors_read(st, t, v, &e), 0);
        assert_true(v[0] == 1.5f && v[1] == -2.0f);
    }
    assert_int_equal(safetensors_find(st, "c")->dims, 2);
    assert_int_equal(safetensors_find(st, "c")->shape[1], 2);
    assert_int_equal(safetensors_find(st, "d")->count, 1);
    assert_int_equal(safetensors_find(st, "none")->count, 0);
    assert_null(safetensors_find(st, "__metadata__"));
    assert_null(safetensors_find(st, "e"));
    assert_int_equal(safetensors_unchanged(st, &e), 0);
    safetensors_close(st);
}

TEST(lengths_that_lie_are_refused)
{
    make("", 0, "", 0);
    refused(ERR_DATA, "no JSON object");
    make("{}", 3, "", 0);
    refused(ERR_DATA, "header of 3 bytes in a file of 10");
    make("{}", INT64_MAX, "", 0);
    refused(ERR_DATA, "header of");
    make("{}", 1, "", 0);
    refused(ERR_DATA, "no JSON object");
    make("{}", -1, zeros, 4);
    refused(ERR_DATA, "4 bytes behind the last tensor");
    write_file("w.safetensors", "short", true, 0);
    refused(ERR_DATA, "5 bytes are no safetensors file");
    assert_int_equal(unlink("w.safetensors"), 0);
    refused(ERR_IO, "cannot open 'w.safetensors'");
}

TEST(headers_that_make_no_sense_are_refused)
{
#define ITEM(rest) "{\"t\":{" rest "}}"
    header_is_refused("[]", "no JSON object");
    header_is_refused("{\"t\":1}", "tensor 't' is not described");
    header_is_refused("{\"\":{}}", "a tensor's name has 0 bytes");
    header_is_refused("{\"t\":{},\"t\":{}}", "no JSON object");
    header_is_refused(ITEM(""), "tensor 't' has no type");
    header_is_refused(ITEM("\"dtype\":\"I64\""), "has the type 'I64'");
    header_is_refused(ITEM("\"dtype\":\"F32\""), "has no shape");
    header_is_refused(ITEM("\"dtype\":\"F32\",\"shape\":[1,2,3,4,5,6,7,8,9]"),
                      "has no shape");
    header_is_refused(ITEM("\"dtype\":\"F32\",\"shape\":[-1]"),
                      "has a side that is no size");
    header_is_refused(ITEM("\"dtype\":\"F32\",\"shape\":[2.5]"),
                      "has a side that is no size");
    header_is_refused(
        ITEM("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296]"),
        "is too large");
    header_is_refused(ITEM("\"dtype\":\"F32\",\"shape\":[4611686018427387904]"),
                      "is too large");
    header_is_refused(ITEM("\"dtype\":\"F32\",\"shape\":[4]"),
                      "has no pair of offsets");
#undef ITEM
}

TEST(ranges_that_do_not_fit_are_refused)
{
#define F32(n, from, to)                                                       \
    "{\"dtype\":\"F32\",\"shape\":[" n "],\"data_offsets\":[" from "," to "]}"
    header_is_refused("{\"t\":" F32("5", "0", "20") "}", "beyond the file's");
    header_is_refused("{\"t\":" F32("4", "8", "0") "}", "beyond the file's");
    header_is_refused("{\"t\":" F32("4", "-16", "0") "}", "beyond the file's");
    header_is_refused("{\"t\":" F32("3", "0", "16") "}", "its shape needs 12");
    header_is_refused("{\"t\":" F32("3", "0", "12") "}",
                      "4 bytes behind the last");
    header_is_refused("{\"t\":" F32("3", "4", "16") "}",
                      "'t' leaves a gap before it");
    header_is_refused(
        "{\"a\":" F32("2", "0", "8") ",\"b\":" F32("3", "4", "16") "}",
        "tensor 'b' overlaps");
    header_is_refused(
        "{\"a\":" F32("4", "0", "16") ",\"b\":" F32("4", "0", "16") "}",
        "overlaps");
#undef F32
}

TEST(numbers_that_are_none_are_refused)
{
    static const uint16_t data[2][4] = {{0, 0, 0x7c00, 0}, {0, 0xfe00, 0, 0}};
    struct safetensors *st;
    float v[4];

    for (int i = 0; i < 2; i++) {
        struct err e = {0};

        make("{\"t\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
             -1, data[i], 8);
        st = must_open();
        assert_int_equal(safetensors_read(st, &st->items[0], v, &e), ERR_DATA);
        assert_non_null(strstr(e.text, i ? "'t' is NaN at its number 1"
                                         : "'t' is infinite at its number 2"));
        safetensors_close(st);
    }
}

TEST(a_file_that_changes_is_noticed)
{
    struct safetensors *st;
    struct err e = {0};
    float v[4];

    make("{\"t\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
         -1, zeros, 16);
    st = must_open();
    assert_int_equal(truncate("w.safetensors", 70), 0);
    assert_int_equal(safetensors_unchanged(st, &e), ERR_IO);
    assert_non_null(strstr(e.text, "has changed while it was read"));
    assert_int_equal(safetensors_read(st, &st->items[0], v, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "is cut short"));
    safetensors_close(st);

    make("{}", -1, "", 0);
    st = must_open();
    make("{}", -1, "", 0); /* another file of the same name */
    assert_int_equal(safetensors_unchanged(st, &e), ERR_IO);
    safetensors_close(st);
}

TEST(the_hash_is_that_of_the_whole_file)
{
    struct safetensors *st;
    struct hash128 hash, want;
    struct buf b = {0};
    struct err e = {0};

    make("{\"t\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
         -1, zeros, 16);
    st = must_open();
    assert_int_equal(safetensors_hash(st, &hash, &e), 0);
    assert_int_equal(file_load("w.safetensors", 1000, &b, &e), 0);
    want = hash_bytes128(b.data, b.len);
    assert_true(hash.hi == want.hi && hash.lo == want.lo);
    buf_release(&b);
    safetensors_close(st);
}

TESTS_WITH(enter, leave, numbers_of_every_type_are_read,
           lengths_that_lie_are_refused, headers_that_make_no_sense_are_refused,
           ranges_that_do_not_fit_are_refused,
           numbers_that_are_none_are_refused, a_file_that_changes_is_noticed,
           the_hash_is_that_of_the_whole_file)
