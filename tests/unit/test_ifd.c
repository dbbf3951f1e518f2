#include <unistd.h>

#include "test.h"

#include "base/mem.h"
#include "image/ifd.h"
#include "outside.h"

static struct err e;

static void same_tree(const struct ifd *a, const struct ifd *b)
{
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        const struct ifd_tag *x = &a->tag[i], *y = &b->tag[i];

        assert_int_equal(x->id, y->id);
        assert_int_equal(!x->sub, !y->sub);
        if (x->sub) {
            same_tree(x->sub, y->sub);
            continue;
        }
        assert_int_equal(x->type, y->type);
        assert_int_equal(x->count, y->count);
        assert_int_equal(x->len, y->len);
        assert_memory_equal(x->data, y->data, x->len);
    }
    assert_int_equal(!a->next, !b->next);
    if (a->next)
        same_tree(a->next, b->next);
}

/* A tree with every type, sub-directories, odd lengths and a thumbnail. */
static struct ifd *full_tree(void)
{
    static const uint8_t values[64] = "some bytes, as good as any others 123";
    struct ifd *ifd, *exif, *gps, *thumb;
    uint32_t len = 33;

    assert_int_equal(ifd_new(&ifd, &e), 0);
    assert_int_equal(ifd_new(&exif, &e), 0);
    assert_int_equal(ifd_new(&gps, &e), 0);
    assert_int_equal(ifd_new(&thumb, &e), 0);
    for (int type = IFD_FLOAT + 2; type > 0; type--)
        for (uint64_t n = 1; n < 6; n++)
            assert_int_equal(ifd_set(ifd, (uint16_t)(60000 + 10 * type + n),
                                     type < IFD_IFD ? type : IFD_LONG, n,
                                     values, &e),
                             0);
    assert_int_equal(ifd_set(gps, 1, IFD_ASCII, 2, "N", &e), 0);
    assert_int_equal(ifd_set(exif, 37500, IFD_UNDEFINED, 37, values, &e), 0);
    assert_int_equal(ifd_set(exif, 36864, IFD_UNDEFINED, 4, "0232", &e), 0);
    assert_int_equal(ifd_set_sub_take(ifd, IFD_TAG_GPS, gps, &e), 0);
    assert_int_equal(ifd_set_sub_take(ifd, IFD_TAG_EXIF, exif, &e), 0);
    assert_int_equal(ifd_set(thumb, IFD_TAG_THUMB_LEN, IFD_LONG, 1, &len, &e),
                     0);
    assert_int_equal(ifd_set(thumb, IFD_TAG_THUMB, IFD_LONG, 1, values, &e), 0);
    thumb->tag[0].data = mem_resize(thumb->tag[0].data, 33);
    memcpy(thumb->tag[0].data, values, 33);
    thumb->tag[0].len = 33;
    ifd->next = thumb;
    return ifd;
}

TEST(what_is_written_is_read_again)
{
    struct buf block = {.max = 1 << 20}, again = {.max = 1 << 20};
    struct ifd *ifd = full_tree(), *back = NULL, *copy = NULL;

    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    assert_int_equal(ifd_parse(block.data, block.len, &back, &e), 0);
    assert_int_equal(back->lost, 0);
    same_tree(ifd, back);
    assert_int_equal(ifd_copy(back, &copy, &e), 0);
    same_tree(ifd, copy);
    assert_int_equal(ifd_write_block(copy, &again, &e), 0);
    assert_int_equal(block.len, again.len);
    assert_memory_equal(block.data, again.data, block.len);
    ifd_free(ifd);
    ifd_free(back);
    ifd_free(copy);
    buf_release(&block);
    buf_release(&again);
}

static int read_buf(void *arg, uint64_t at, void *bytes, size_t n,
                    struct err *err)
{
    const struct buf *b = arg;

    if (at > b->len || n > b->len - at)
        return err_set(err, ERR_DATA, "cut short");
    memcpy(bytes, b->data + at, n);
    return 0;
}

static bool no_offsets(uint16_t id)
{
    return id == 273;
}

TEST(big_tiff_and_an_offset_base_work)
{
    struct buf out = {.max = 1 << 20};
    struct ifd *ifd = full_tree(), *back = NULL;
    const uint64_t far[2] = {1ull << 40, 7};
    uint64_t at, next;
    double v;

    ifd_free(ifd->next);
    ifd->next = NULL;
    assert_int_equal(ifd_set(ifd, 273, IFD_LONG8, 2, far, &e), 0);
    assert_int_equal(ifd_set(ifd, 325, IFD_LONG8, 2, far, &e), 0);
    assert_int_equal(buf_add(&out, "0123456789abcde", 15, &e), 0);
    assert_int_equal(ifd_write(ifd, 0, true, &out, &at, &e), 0);
    assert_int_equal(at, 16);
    assert_int_equal(ifd_read(read_buf, &out, out.len, at, true, false,
                              no_offsets, &back, &next, &e),
                     0);
    assert_int_equal(next, 0);
    assert_null(ifd_find(back, 273)->data);
    assert_int_equal(ifd_find(back, 273)->count, 2);
    assert_true(ifd_number(ifd_find(back, 325), 0, &v));
    assert_true(v == (double)(1ull << 40));
    assert_false(ifd_number(ifd_find(back, 325), 2, &v));
    ifd_remove(back, 273);
    ifd_remove(ifd, 273);
    same_tree(ifd, back);
    ifd_free(ifd);
    ifd_free(back);
    buf_release(&out);
}

TEST(sixty_four_bits_shrink_only_when_they_fit)
{
    const uint64_t small[3] = {1, 2, UINT32_MAX}, large[1] = {1ull << 32};
    const int64_t minus[1] = {-5};
    struct buf block = {.max = 1 << 16};
    struct ifd *ifd, *back;
    double v;

    assert_int_equal(ifd_new(&ifd, &e), 0);
    assert_int_equal(ifd_set(ifd, 50001, IFD_LONG8, 3, small, &e), 0);
    assert_int_equal(ifd_set(ifd, 50002, IFD_LONG8, 1, large, &e), 0);
    assert_int_equal(ifd_set(ifd, 50003, IFD_SLONG8, 1, minus, &e), 0);
    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    assert_int_equal(ifd_parse(block.data, block.len, &back, &e), 0);
    assert_int_equal(ifd_find(back, 50001)->type, IFD_LONG);
    assert_true(ifd_number(ifd_find(back, 50001), 2, &v) && v == UINT32_MAX);
    assert_null(ifd_find(back, 50002));
    assert_true(ifd_number(ifd_find(back, 50003), 0, &v) && v == -5);
    ifd_free(ifd);
    ifd_free(back);
    buf_release(&block);
}

TEST(motorola_order_is_turned)
{
    static const uint8_t block[] = {
        'M',  'M',
        0,    '*',
        0,    0,
        0,    8,
        0,    3,
        1,    2,
        0,    IFD_SHORT,
        0,    0,
        0,    2,
        0x12, 0x34,
        0x56, 0x78,
        1,    26,
        0,    IFD_RATIONAL,
        0,    0,
        0,    1,
        0,    0,
        0,    50,
        1,    18,
        0,    IFD_SHORT,
        0,    0,
        0,    1,
        0,    6,
        0,    0,
        0,    0,
        0,    0,
        0,    0,
        1,    44,
        0,    0,
        0,    4,
    };
    struct ifd *ifd;
    double v;

    assert_int_equal(ifd_parse(block, sizeof(block), &ifd, &e), 0);
    assert_int_equal(ifd->tag[0].id, 258); /* sorted, the file was not */
    assert_int_equal(ifd->tag[1].id, 274);
    assert_true(ifd_number(&ifd->tag[0], 0, &v) && v == 0x1234);
    assert_true(ifd_number(&ifd->tag[0], 1, &v) && v == 0x5678);
    assert_true(ifd_number(&ifd->tag[1], 0, &v) && v == 6);
    assert_true(ifd_number(&ifd->tag[2], 0, &v) && v == 75);
    ifd_free(ifd);
}

TEST(a_lie_costs_its_tag_only)
{
    struct buf block = {.max = 1 << 16};
    struct ifd *ifd, *back;
    uint32_t n = 0x40000000;

    assert_int_equal(ifd_new(&ifd, &e), 0);
    assert_int_equal(ifd_set(ifd, 271, IFD_ASCII, 8, "Maker 1", &e), 0);
    assert_int_equal(ifd_set(ifd, 272, IFD_ASCII, 8, "Model 1", &e), 0);
    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    memcpy(block.data + 8 + 2 + 12 + 4, &n, 4);
    assert_int_equal(ifd_parse(block.data, block.len, &back, &e), 0);
    assert_int_equal(back->count, 1);
    assert_int_equal(back->lost, 1);
    assert_memory_equal(ifd_find(back, 271)->data, "Maker 1", 8);
    ifd_free(ifd);
    ifd_free(back);
    buf_release(&block);
}

TEST(loops_end)
{
    struct buf block = {.max = 1 << 16};
    struct ifd *ifd, *sub, *back;
    uint32_t at = 8, count;

    assert_int_equal(ifd_new(&ifd, &e), 0);
    assert_int_equal(ifd_new(&sub, &e), 0);
    assert_int_equal(ifd_set(sub, 271, IFD_ASCII, 3, "ab", &e), 0);
    assert_int_equal(ifd_set_sub_take(ifd, IFD_TAG_EXIF, sub, &e), 0);
    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    memcpy(block.data + 8 + 2 + 8, &at, 4);  /* EXIF is the main one */
    memcpy(block.data + 8 + 2 + 12, &at, 4); /* and so is the next    */
    assert_int_equal(ifd_parse(block.data, block.len, &back, &e), 0);
    assert_int_equal(back->count, 0);
    assert_int_equal(back->lost, 1);
    assert_null(back->next);
    ifd_free(back);
    count = 0xffff;
    memcpy(block.data + 8, &count, 2);
    back = NULL;
    assert_int_equal(ifd_parse(block.data, block.len, &back, &e), ERR_DATA);
    assert_null(back);
    ifd_free(ifd);
    buf_release(&block);
}

/* Every byte of a block changed, and every length: nothing may break. */
TEST(damaged_blocks_do_no_harm)
{
    static const uint8_t bad[] = {0, 1, 2, 8, 0x7f, 0x80, 0xff};
    struct buf block = {.max = 1 << 20};
    struct ifd *ifd = full_tree(), *back;
    uint8_t *cut;

    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    ifd_free(ifd);
    for (size_t i = 0; i < block.len; i++) {
        const uint8_t was = block.data[i];

        for (size_t k = 0; k < sizeof(bad); k++) {
            block.data[i] = bad[k];
            if (ifd_parse(block.data, block.len, &back, &e) == 0)
                ifd_free(back);
        }
        block.data[i] = was;
    }
    for (size_t n = 0; n < block.len; n++) {
        cut = mem_copy(block.data, n); /* so that ASan sees its end */
        if (ifd_parse(cut, n, &back, &e) == 0)
            ifd_free(back);
        mem_free(cut);
    }
    buf_release(&block);
    assert_int_equal(mem_used(), 0);
}

TEST(running_out_of_memory_is_survived)
{
    struct buf block = {.max = 1 << 20};
    struct ifd *ifd = full_tree(), *back = NULL;
    int rc = -1;

    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    for (long n = 1; rc != 0; n++) {
        mem_fail_at(n);
        rc = ifd_parse(block.data, block.len, &back, &e);
        mem_fail_at(0);
        if (rc < 0)
            assert_int_equal(rc, ERR_MEM);
    }
    same_tree(ifd, back);
    ifd_free(ifd);
    ifd_free(back);
    buf_release(&block);
}

/* exiftool makes a block, we read and write it, exiftool sees no change. */
TEST(exiftool_agrees)
{
    static uint8_t bytes[1 << 16];
    static char before[20000], after[20000];
    struct buf block = {.max = 1 << 20};
    struct ifd *ifd;
    size_t n;
    FILE *f;

    NEED("exiftool");
    unlink("ifd_a.exif");
    assert_int_equal(
        sh("exiftool -q -Make=Maker -Model='A Model' -Orientation#=6 "
           "-XResolution=300 -ExposureTime=1/250 -FNumber=5.6 -ISO=400 "
           "-UserComment='some words' -DateTimeOriginal='2020:01:02 03:04:05' "
           "-GPSLatitude=12.5 -GPSLatitudeRef=N -GPSAltitude=33.25 "
           "-InteropIndex=R98 -o ifd_a.exif"),
        0);
    f = fopen("ifd_a.exif", "rb");
    n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    assert_int_equal(ifd_parse(bytes, n, &ifd, &e), 0);
    assert_int_equal(ifd->lost, 0);
    assert_non_null(ifd_find(ifd, IFD_TAG_GPS)->sub);
    assert_int_equal(ifd_write_block(ifd, &block, &e), 0);
    f = fopen("ifd_b.exif", "wb");
    fwrite(block.data, 1, block.len, f);
    fclose(f);
    sh_text(before, sizeof(before), "exiftool -G1 -s -EXIF:all ifd_a.exif");
    sh_text(after, sizeof(after), "exiftool -G1 -s -EXIF:all ifd_b.exif");
    assert_non_null(strstr(before, "GPSAltitude"));
    assert_string_equal(before, after);
    ifd_free(ifd);
    buf_release(&block);
}

TESTS(what_is_written_is_read_again, big_tiff_and_an_offset_base_work,
      sixty_four_bits_shrink_only_when_they_fit, motorola_order_is_turned,
      a_lie_costs_its_tag_only, loops_end, damaged_blocks_do_no_harm,
      running_out_of_memory_is_survived, exiftool_agrees)
