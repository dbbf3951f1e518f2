#include "test.h"

#include "codec/blocks.h"
#include "codec/jpeg.h"
#include "codec_help.h"
#include "outside.h"

/* Tags of every kind, by exiftool, on a picture by ImageMagick. */
static void tagged(const char *path)
{
    assert_int_equal(
        sh("convert -size 40x30 plasma: -quality 90 -units PixelsPerInch "
           "-density 240 -set comment 'a comment' %s && "
           "exiftool -q -overwrite_original -Artist=Jo -Orientation#=8 "
           "-XMP:Title='A <house>' -IPTC:Keywords=pool -IPTC:City=Oslo "
           "-Photoshop:URL=http://example.org -GPSLatitude=59 "
           "-GPSLatitudeRef=N -UserComment=here -XResolution=300 "
           "-YResolution=300 -Ducky:Quality=80 "
           "'-ICC_Profile<=/usr/share/color/icc/sRGB.icc' %s",
           path, path),
        0);
}

static void list_tags(const char *path, const char *to)
{
    assert_int_equal(sh("exiftool -G1 -a -s -x File:All -x System:All "
                        "-x ExifTool:All -x CurrentIPTCDigest %s | sort >%s",
                        path, to),
                     0);
}

TEST(exiftool_sees_the_same_tags_before_and_after)
{
    struct shot s;

    NEED("exiftool");
    NEED("convert");
    tagged("tags.jpg");
    list_tags("tags.jpg", "tags.before");
    OK(shot_load(&s, "tags.jpg", NULL, &e));
    assert_int_equal(s.pic.meta->orientation, 8);
    assert_true(s.pic.meta->xres == 300 && s.pic.meta->res_unit == RES_INCH);
    assert_string_equal(s.pic.color_from, "ICC");
    OK(shot_save(&s, "jpeg", "tags.jpg", 64, &e));
    shot_release(&s);
    list_tags("tags.jpg", "tags.after");
    assert_int_equal(sh("diff tags.before tags.after"), 0);
    assert_int_equal(sh("exiftool -s3 -Comment tags.jpg | grep -q "
                        "'^a comment$'"),
                     0);
}

TEST(blocks_survive_byte_for_byte)
{
    struct shot s, back;

    NEED("exiftool");
    NEED("convert");
    tagged("blocks.jpg");
    OK(shot_load(&s, "blocks.jpg", NULL, &e));
    OK(shot_save(&s, "jpeg", "blocks2.jpg", 64, &e));
    OK(shot_load(&back, "blocks2.jpg", NULL, &e));
#define SAME(b)                                                                \
    assert_true(s.pic.meta->b.len > 0);                                        \
    assert_int_equal(s.pic.meta->b.len, back.pic.meta->b.len);                 \
    assert_memory_equal(s.pic.meta->b.data, back.pic.meta->b.data,             \
                        s.pic.meta->b.len)
    SAME(icc);
    SAME(exif);
    SAME(xmp);
    SAME(iptc);
    SAME(psir);
    shot_release(&s);
    shot_release(&back);
}

TEST(large_blocks_are_split)
{
    enum { ICC = 200000, XMP = 150000 };
    static const char packet[] =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
        "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:dc="
        "'http://purl.org/dc/elements/1.1/' dc:source='far'/>"
        "</rdf:RDF></x:xmpmeta>";
    uint8_t *bytes = mem_zero(1, ICC);
    struct shot s, back;

    OK(shot_make(&s, 20, 20, SAMPLE_U8, 3, false, &e));
    for (size_t i = 0; i < ICC; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    OK(blob_set(&s.pic.meta->icc, bytes, ICC, &e));
    memset(bytes, ' ', XMP);
    memcpy(bytes, packet, sizeof(packet) - 1);
    OK(blob_set(&s.pic.meta->xmp, bytes, XMP, &e));
    OK(shot_save(&s, "jpeg", "large.jpg", 64, &e));
    OK(shot_load(&back, "large.jpg", NULL, &e));
    assert_int_equal(back.pic.meta->icc.len, ICC);
    assert_memory_equal(back.pic.meta->icc.data, s.pic.meta->icc.data, ICC);
    if (have("exiftool"))
        assert_int_equal(sh("exiftool -s3 -XMP-dc:Source large.jpg | "
                            "grep -q '^far$'"),
                         0);
    /* And a second time: the parts are items now. */
    OK(shot_save(&back, "jpeg", "large2.jpg", 64, &e));
    if (have("exiftool"))
        assert_int_equal(sh("exiftool -s3 -XMP-dc:Source large2.jpg | "
                            "grep -q '^far$'"),
                         0);
    shot_release(&s);
    shot_release(&back);
    mem_free(bytes);
}

TEST(a_block_too_large_for_jpeg_is_refused)
{
    uint8_t *bytes = mem_zero(1, 70000);
    struct shot s;

    OK(shot_make(&s, 20, 20, SAMPLE_U8, 3, false, &e));
    OK(blob_set(&s.pic.meta->exif, bytes, 70000, &e));
    assert_int_equal(shot_save(&s, "jpeg", "exif.jpg", 64, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "EXIF"));
    shot_release(&s);
    mem_free(bytes);
}

static void add_segment(struct buf *b, int marker, const void *bytes, size_t n)
{
    const uint8_t head[4] = {0xff, (uint8_t)marker, (uint8_t)((n + 2) >> 8),
                             (uint8_t)(n + 2)};

    OK(buf_add(b, head, 4, &e));
    OK(buf_add(b, bytes, n, &e));
}

TEST(profile_parts_that_lie_are_left_out)
{
    static const struct {
        const char *first, *second;
    } cases[] = {
        {"ICC_PROFILE\0\1\3ab", "ICC_PROFILE\0\2\3cd"},
        {"ICC_PROFILE\0\1\2ab", "ICC_PROFILE\0\1\2cd"},
        {"ICC_PROFILE\0\1\2ab", "ICC_PROFILE\0\2\3cd"},
        {"ICC_PROFILE\0\0\2ab", "ICC_PROFILE\0\1\2cd"},
        {"ICC_PROFILE\0\1\1ab", "ICC_PROFILE\0\377\1cd"},
    };
    struct shot s;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b = {.max = 1 << 20};

        add_segment(&b, 0xe2, cases[i].first, 16);
        add_segment(&b, 0xe2, cases[i].second, 16);
        save_jpeg_with("parts.jpg", &b);
        OK(shot_load(&s, "parts.jpg", NULL, &e));
        assert_int_equal(s.pic.meta->icc.len, 0);
        assert_non_null(strstr(s.pic.warning, "ICC"));
        shot_release(&s);
        buf_release(&b);
    }
}

TEST(the_resolution_of_a_png_is_stated)
{
    static const char *const tags[] = {
        "", "-Artist=Jo", "-XResolution=72 -YResolution=72",
        "-XResolution=72 -YResolution=72 -ResolutionUnit=cm"};
    char text[100];
    struct shot s;

    NEED("exiftool");
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
        OK(shot_make(&s, 9, 9, SAMPLE_U8, 3, false, &e));
        s.pic.meta->xres = s.pic.meta->yres = 118.11; /* 300 per inch */
        s.pic.meta->res_unit = RES_CM;
        OK(shot_save(&s, "png", "res.png", 64, &e));
        shot_release(&s);
        assert_true(!tags[i][0] ||
                    sh("exiftool -q -overwrite_original %s res.png", tags[i]) ==
                        0);
        OK(shot_load(&s, "res.png", NULL, &e));
        OK(shot_save(&s, "jpeg", "res.jpg", 64, &e));
        shot_release(&s);
        sh_text(text, sizeof(text),
                "exiftool -s3 -XResolution -ResolutionUnit res.jpg");
        assert_string_equal(text, i < 3 ? "300\ninches\n" : "118.11\ncm\n");
    }
}

TEST(a_gain_map_is_an_item_and_never_written)
{
    struct buf b = {.max = 1 << 20}, file = {.max = 1 << 20};
    struct shot s;

    add_segment(&b, 0xe2, "MPF\0II*\0", 8);
    add_segment(&b, 0xe2, "urn:iso:std:iso:ts:21496:-1\0\0\0\0\0", 32);
    add_segment(&b, 0xe9, "private", 7);
    save_jpeg_with("gain.jpg", &b);
    OK(shot_load(&s, "gain.jpg", NULL, &e));
    assert_non_null(jpeg_item(s.pic.meta, "APP2:MPF"));
    assert_non_null(jpeg_item(s.pic.meta, "APP2:ISO21496"));
    OK(shot_save(&s, "jpeg", "gain.jpg", 64, &e));
    OK(file_load("gain.jpg", file.max, &file, &e));
    assert_null(memmem(file.data, file.len, "MPF", 4));
    assert_null(memmem(file.data, file.len, "21496", 5));
    assert_non_null(memmem(file.data, file.len, "private", 7));
    shot_release(&s);
    buf_release(&b);
    buf_release(&file);
}

TEST(damage_never_does_more_than_fail)
{
    struct buf b = {.max = 1 << 20};

    add_segment(&b, 0xe0, "JFIF\0\1\2\1\0\x48\0\x48\0\0", 14);
    add_segment(&b, 0xe1, "Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", 20);
    add_segment(&b, 0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>", 33);
    add_segment(&b, 0xe2, "ICC_PROFILE\0\1\2ab", 16);
    add_segment(&b, 0xe2, "ICC_PROFILE\0\2\2cd", 16);
    add_segment(&b, 0xed,
                "Photoshop 3.0\0"
                "8BIM\4\4\0\0\0\0\0\6\x1c\2\5\0\1x",
                32);
    add_segment(&b, 0xfe, "comment", 7);
    save_jpeg_with("small.jpg", &b);
    assert_int_equal(shot_torture("small.jpg", "torture.jpg", 1, &e), 0);
    buf_release(&b);
}

TEST(resources_keep_their_order_around_a_new_record)
{
    static const char psir[] = "8BIM\3\xed\0\0\0\0\0\2ab"
                               "8BIM\4\4\0\0\0\0\0\3old\0"
                               "8BIM\4\x0c\1n\0\0\0\2cd";
    struct meta *m;
    struct buf out = {.max = 1000};

    OK(meta_new(&m, &e));
    OK(psir_take(m, psir, sizeof(psir) - 1, &e));
    assert_int_equal(m->iptc.len, 3);
    OK(psir_make(m, &out, &e));
    assert_int_equal(out.len, sizeof(psir) - 1);
    assert_memory_equal(out.data, psir, out.len);
    OK(blob_set(&m->iptc, "newer", 5, &e));
    out.len = 0;
    OK(psir_make(m, &out, &e));
    assert_memory_equal(out.data,
                        "8BIM\4\4\0\0\0\0\0\5newer\0"
                        "8BIM\3\xed\0\0\0\0\0\2ab"
                        "8BIM\4\x0c\1n\0\0\0\2cd",
                        out.len);
    buf_release(&out);
    meta_free(m);
}

TESTS_WITH(shot_enter, shot_leave, exiftool_sees_the_same_tags_before_and_after,
           blocks_survive_byte_for_byte, large_blocks_are_split,
           a_block_too_large_for_jpeg_is_refused,
           profile_parts_that_lie_are_left_out,
           the_resolution_of_a_png_is_stated,
           a_gain_map_is_an_item_and_never_written,
           damage_never_does_more_than_fail,
           resources_keep_their_order_around_a_new_record)
