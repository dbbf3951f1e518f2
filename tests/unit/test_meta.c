#include <unistd.h>

#include "test.h"

#include "base/mem.h"
#include "image/meta.h"
#include "image/patch.h"
#include "outside.h"

static struct err e;

static const char packet[] =
    "<?xpacket begin=''?><x:xmpmeta><rdf:Description tiff:Orientation=\"6\" "
    "exif:PixelXDimension='4000'><tiff:Orientation>8</tiff:Orientation>"
    "<tiff:ImageWidth>4000</tiff:ImageWidth><dc:title>tiff:Orientation is 6"
    "</dc:title></rdf:Description></x:xmpmeta>";

static const char *line_of(const struct ledger *l, const char *what)
{
    for (int i = 0; i < l->count; i++)
        if (!strcmp(l->line[i].what, what))
            return l->line[i].fate;
    return "";
}

/* An EXIF block as a camera makes it: orientation, sizes, a thumbnail. */
static void set_exif(struct meta *m)
{
    static const uint8_t jpeg[40] = "the bytes of a small picture";
    struct ifd *ifd, *sub;
    const uint16_t six = 6, w = 4000, h = 3000;
    const uint32_t len = sizeof(jpeg);
    struct buf b = {.max = 1 << 16};
    struct ifd_tag *t;

    assert_int_equal(ifd_new(&ifd, &e), 0);
    assert_int_equal(ifd_new(&sub, &e), 0);
    assert_int_equal(ifd_new(&ifd->next, &e), 0);
    ifd_set(ifd, 271, IFD_ASCII, 10, "Some Make", &e);
    ifd_set(ifd, 274, IFD_SHORT, 1, &six, &e);
    ifd_set(sub, 40962, IFD_SHORT, 1, &w, &e);
    ifd_set(sub, 40963, IFD_SHORT, 1, &h, &e);
    ifd_set(sub, 37500, IFD_UNDEFINED, 20, "what the maker wrote", &e);
    ifd_set_sub_take(ifd, IFD_TAG_EXIF, sub, &e);
    ifd_set(ifd->next, IFD_TAG_THUMB, IFD_LONG, 1, &len, &e);
    ifd_set(ifd->next, IFD_TAG_THUMB_LEN, IFD_LONG, 1, &len, &e);
    ifd_set(ifd->next, 274, IFD_SHORT, 1, &six, &e);
    t = ifd_find(ifd->next, IFD_TAG_THUMB);
    mem_free(t->data);
    t->data = mem_copy(jpeg, sizeof(jpeg));
    t->len = sizeof(jpeg);
    assert_int_equal(ifd_write_block(ifd, &b, &e), 0);
    assert_int_equal(blob_set(&m->exif, b.data, b.len, &e), 0);
    ifd_free(ifd);
    buf_release(&b);
}

static double number_in(const struct blob *exif, uint16_t sub, uint16_t id)
{
    struct ifd *ifd;
    double v = -1;

    assert_int_equal(ifd_parse(exif->data, exif->len, &ifd, &e), 0);
    ifd_number(ifd_find(sub ? ifd_find(ifd, sub)->sub : ifd, id), 0, &v);
    ifd_free(ifd);
    return v;
}

TEST(upright_is_said_everywhere)
{
    struct ledger l = {0};
    struct meta *m;
    const uint16_t six = 6;
    size_t len;
    double v;

    assert_int_equal(meta_new(&m, &e), 0);
    set_exif(m);
    blob_set(&m->xmp, packet, strlen(packet), &e);
    assert_int_equal(ifd_new(&m->tags, &e), 0);
    ifd_set(m->tags, 274, IFD_SHORT, 1, &six, &e);
    m->orientation = 6;
    len = m->exif.len;
    assert_int_equal(meta_update(m, KEEP_ALL, 0, 0, true, false, &l, &e), 0);
    assert_int_equal(m->orientation, 1);
    assert_int_equal(m->exif.len, len);
    assert_true(number_in(&m->exif, 0, 274) == 1);
    assert_true(ifd_number(ifd_find(m->tags, 274), 0, &v) && v == 1);
    assert_int_equal(m->xmp.len, strlen(packet));
    assert_null(memmem(m->xmp.data, m->xmp.len, "Orientation=\"6", 14));
    assert_null(memmem(m->xmp.data, m->xmp.len, "Orientation>8", 13));
    assert_non_null(memmem(m->xmp.data, m->xmp.len, "Orientation is 6", 16));
    assert_string_equal(line_of(&l, "orientation"), "rewritten");
    assert_string_equal(line_of(&l, "exif thumbnail"), "");
    ledger_release(&l);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

TEST(new_sizes_are_written)
{
    struct ledger l = {0};
    struct meta *m;

    assert_int_equal(meta_new(&m, &e), 0);
    set_exif(m);
    blob_set(&m->xmp, packet, strlen(packet), &e);
    assert_int_equal(meta_update(m, KEEP_ALL, 100000, 20, false, false, &l, &e),
                     0);
    assert_true(number_in(&m->exif, IFD_TAG_EXIF, 40962) == 100000);
    assert_true(number_in(&m->exif, IFD_TAG_EXIF, 40963) == 20);
    assert_non_null(
        memmem(m->xmp.data, m->xmp.len, "PixelXDimension='100000'", 24));
    assert_non_null(
        memmem(m->xmp.data, m->xmp.len, "<tiff:ImageWidth>100000<", 24));
    assert_string_equal(line_of(&l, "pixel dimensions"), "rewritten");
    ledger_release(&l);
    meta_free(m);
}

TEST(a_thumbnail_goes_with_its_bytes)
{
    struct ledger l = {0};
    struct ifd *ifd;
    struct meta *m;

    assert_int_equal(meta_new(&m, &e), 0);
    set_exif(m);
    assert_non_null(memmem(m->exif.data, m->exif.len, "a small picture", 15));
    assert_int_equal(meta_update(m, KEEP_ALL, 0, 0, false, true, &l, &e), 0);
    assert_int_equal(ifd_parse(m->exif.data, m->exif.len, &ifd, &e), 0);
    assert_null(ifd->next);
    assert_int_equal(ifd_find(ifd, IFD_TAG_EXIF)->sub->count, 3);
    assert_null(memmem(m->exif.data, m->exif.len, "a small picture\0\0\0", 18));
    assert_string_equal(line_of(&l, "exif thumbnail"), "dropped");
    assert_string_equal(line_of(&l, "exif"), "rewritten");
    ifd_free(ifd);
    ledger_release(&l);
    meta_free(m);
}

TEST(only_what_is_wanted_stays)
{
    static const char psir[] = "8BIM\x04\x04\0\0\0\0\0\x03iim\0"
                               "8BIM\x03\xed\0\0\0\0\0\x02xx"
                               "8BIM\x04\x0c\x03"
                               "abc\0\0\0\x02yy";
    struct ledger l = {0};
    struct meta *m;
    unsigned keep;

    assert_int_equal(meta_new(&m, &e), 0);
    set_exif(m);
    blob_set(&m->icc, "icc", 3, &e);
    blob_set(&m->xmp, packet, strlen(packet), &e);
    blob_set(&m->psir, psir, sizeof(psir) - 1, &e);
    meta_add_item(m, "png", "tEXt", "", "a", 1, &e);
    assert_int_equal(meta_keep_parse("exif,other", &keep, &e), 0);
    assert_int_equal(keep, KEEP_EXIF | KEEP_OTHER);
    assert_int_equal(meta_update(m, keep, 0, 0, false, true, &l, &e), 0);
    assert_int_equal(m->icc.len + m->xmp.len, 0);
    assert_int_not_equal(m->exif.len, 0);
    assert_int_equal(m->psir.len, 14);
    assert_memory_equal(m->psir.data, psir + 16, 14);
    assert_string_equal(line_of(&l, "xmp"), "dropped");
    assert_string_equal(line_of(&l, "photoshop"), "rewritten");
    assert_string_equal(line_of(&l, "tEXt"), "kept");
    assert_int_equal(meta_keep_parse("none", &keep, &e), 0);
    assert_int_equal(meta_update(m, keep, 0, 0, false, true, &l, &e), 0);
    assert_int_equal(m->exif.len + m->psir.len, 0);
    assert_int_equal(m->item_count, 0);
    assert_int_equal(meta_keep_parse("exif,,icc", &keep, &e), ERR_ARG);
    assert_int_equal(meta_keep_parse("", &keep, &e), ERR_ARG);
    ledger_release(&l);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

TEST(tags_and_blocks_turn_into_each_other)
{
    struct buf b = {.max = 1 << 16};
    struct meta *m, *t, *copy;
    struct ifd *tree;
    double v;

    assert_int_equal(meta_new(&m, &e), 0);
    assert_int_equal(meta_new(&t, &e), 0);
    set_exif(m);
    m->orientation = 6;
    m->xres = m->yres = 72.25;
    m->res_unit = RES_CM;
    assert_int_equal(meta_tag_tree(m, &tree, &e), 0);
    assert_null(tree->next);
    assert_true(ifd_number(ifd_find(tree, 282), 0, &v) && v == 72.25);
    assert_true(ifd_number(ifd_find(tree, 296), 0, &v) && v == 3);
    assert_memory_equal(ifd_find(tree, 271)->data, "Some Make", 10);
    t->tags = tree;
    t->orientation = 8;
    assert_int_equal(meta_copy(t, &copy, &e), 0);
    assert_int_equal(meta_exif_block(copy, &b, &e), 0);
    blob_set(&copy->exif, b.data, b.len, &e);
    assert_true(number_in(&copy->exif, 0, 274) == 8);
    assert_true(number_in(&copy->exif, IFD_TAG_EXIF, 40962) == 4000);
    buf_release(&b);
    meta_free(copy);
    meta_free(t);

    /* Nothing to say gives nothing; an orientation is worth a block. */
    assert_int_equal(meta_new(&t, &e), 0);
    t->xres = t->yres = 300;
    b.max = 1 << 16;
    assert_int_equal(meta_exif_block(t, &b, &e), 0);
    assert_int_equal(b.len, 0);
    t->orientation = 3;
    assert_int_equal(meta_exif_block(t, &b, &e), 0);
    assert_int_not_equal(b.len, 0);
    buf_release(&b);
    meta_free(t);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

/* Each byte of the blocks changed: nothing may break. */
TEST(damaged_blocks_do_no_harm)
{
    static const uint8_t bad[] = {0, 1, 8, 26, 0x7f, 0xff};
    struct meta *m, *copy;

    assert_int_equal(meta_new(&m, &e), 0);
    set_exif(m);
    blob_set(&m->xmp, packet, strlen(packet), &e);
    for (size_t i = 0; i < m->exif.len; i++)
        for (size_t k = 0; k < sizeof(bad); k++) {
            assert_int_equal(meta_copy(m, &copy, &e), 0);
            copy->exif.data[i] = bad[k];
            copy->xmp.data[(i * 7) % copy->xmp.len] = bad[k];
            copy->xmp.len = copy->xmp.len - i % copy->xmp.len;
            assert_int_equal(
                meta_update(copy, KEEP_ALL, 9, 9, true, true, NULL, &e), 0);
            meta_free(copy);
        }
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

/* What exiftool reads in a patched block: new values, all else as before. */
TEST(exiftool_agrees)
{
    static uint8_t bytes[1 << 16];
    static char text[20000];
    struct meta *m;
    size_t n;
    FILE *f;

    NEED("exiftool");
    unlink("meta_a.exif");
    assert_int_equal(
        sh("exiftool -q -Make=Maker -Orientation#=6 -ExifImageWidth=4000 "
           "-ExifImageHeight=3000 -ISO=400 -o meta_a.exif"),
        0);
    f = fopen("meta_a.exif", "rb");
    n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    assert_int_equal(meta_new(&m, &e), 0);
    blob_set(&m->exif, bytes, n, &e);
    assert_int_equal(meta_update(m, KEEP_ALL, 300, 400, true, true, NULL, &e),
                     0);
    f = fopen("meta_b.exif", "wb");
    fwrite(m->exif.data, 1, m->exif.len, f);
    fclose(f);
    sh_text(text, sizeof(text),
            "exiftool -n -s3 -Make -Orientation -ExifImageWidth "
            "-ExifImageHeight -ISO -Warning -Error meta_b.exif");
    assert_string_equal(text, "Maker\n1\n300\n400\n400\n");
    meta_free(m);
}

TESTS(upright_is_said_everywhere, new_sizes_are_written,
      a_thumbnail_goes_with_its_bytes, only_what_is_wanted_stays,
      tags_and_blocks_turn_into_each_other, damaged_blocks_do_no_harm,
      exiftool_agrees)
