#include "test.h"

#include "codec/blocks.h"
#include "codec/png.h"
#include "codec_help.h"
#include "outside.h"

/* A PNG that claims w x h pixels but has 2 x 2, all white, with these chunks
   between IHDR and IDAT. */
static void save_sized(const char *path, uint32_t w, uint32_t h,
                       const struct buf *chunks)
{
    struct buf out = {.max = 1 << 28}, z = {.max = 1024};
    uint8_t rows[14], head[13] = {[8] = 8, [9] = 2};

    png_put_u32(head, w);
    png_put_u32(head + 4, h);
    memset(rows, 255, sizeof(rows));
    rows[0] = rows[7] = 0;
    OK(png_deflate(rows, sizeof(rows), &z, &e));
    OK(buf_add(&out, "\x89PNG\r\n\x1a\n", 8, &e));
    OK(png_chunk(&out, "IHDR", head, 13, &e));
    if (chunks->len)
        OK(buf_add(&out, chunks->data, chunks->len, &e));
    OK(png_chunk(&out, "IDAT", z.data, z.len, &e));
    OK(png_chunk(&out, "IEND", NULL, 0, &e));
    bytes_save(path, out.data, out.len);
    buf_release(&out);
    buf_release(&z);
}

static void save_with(const char *path, const struct buf *chunks)
{
    save_sized(path, 2, 2, chunks);
}

static void add_iccp(struct buf *b, const void *icc, size_t n)
{
    struct buf chunk = {.max = 1 << 28};

    OK(buf_add(&chunk, "x\0\0", 3, &e));
    OK(png_deflate(icc, n, &chunk, &e));
    OK(png_chunk(b, "iCCP", chunk.data, chunk.len, &e));
    buf_release(&chunk);
}

TEST(color_is_found_by_priority)
{
    static const uint8_t chrm[32] = {
        0, 0, 0x7a, 0x26, 0, 0, 0x80, 0x84, 0, 0, 0xfa, 0,    0, 0, 0x80, 0xe8,
        0, 0, 0x75, 0x30, 0, 0, 0xea, 0x60, 0, 0, 0x3a, 0x98, 0, 0, 0x17, 0x70,
    };
    struct buf chunks = {.max = 1 << 20};
    struct shot s;
    struct {
        const char *chunk, *from;
        const void *bytes;
        size_t n;
    } steps[] = {
        {"cHRM", "", chrm, 32},
        {"gAMA", "gAMA+cHRM", "\0\0\xb1\x8f", 4},
        {"sRGB", "sRGB", "\0", 1},
        {"cICP", "cICP", "\x09\x10\0\1", 4},
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        OK(png_chunk(&chunks, steps[i].chunk, steps[i].bytes, steps[i].n, &e));
        save_with("color.png", &chunks);
        OK(shot_load(&s, "color.png", NULL, &e));
        assert_string_equal(s.pic.color_from, steps[i].from);
        assert_int_equal(s.pic.color != NULL, steps[i].from[0] != 0);
        shot_release(&s);
    }
    buf_release(&chunks);
}

TEST(damaged_color_is_passed_over_with_a_warning)
{
    struct buf chunks = {.max = 1 << 20};
    struct shot s;

    add_iccp(&chunks, "no profile", 10);
    OK(png_chunk(&chunks, "sRGB", "\0", 1, &e));
    save_with("color.png", &chunks);
    OK(shot_load(&s, "color.png", NULL, &e));
    assert_string_equal(s.pic.color_from, "sRGB");
    assert_non_null(strstr(s.pic.warning, "iCCP"));
    assert_int_equal(s.pic.meta->icc.len, 10);
    assert_memory_equal(s.pic.meta->icc.data, "no profile", 10);
    shot_release(&s);
    buf_release(&chunks);
}

/* Where a chunk's bytes start in a file, and how many; NULL: none. */
static const uint8_t *chunk_in(const struct buf *file, const char *type,
                               size_t *n)
{
    for (size_t at = 8; at + 12 <= file->len; at += *n + 12) {
        *n = png_u32(file->data + at);
        if (!memcmp(file->data + at + 4, type, 4))
            return file->data + at + 8;
    }
    return NULL;
}

/* Loads, saves and returns the new file. */
static void again(const char *path, struct buf *file)
{
    struct shot s;

    OK(shot_load(&s, path, NULL, &e));
    OK(shot_save(&s, "png", "again.png", 64, &e));
    shot_release(&s);
    OK(file_load("again.png", file->max, file, &e));
    if (have("pngcheck"))
        assert_int_equal(sh("pngcheck -q again.png"), 0);
}

TEST(chunks_come_out_as_they_went_in)
{
    static const struct {
        const char *type, *bytes;
        size_t n;
    } kept[] = {
        {"gAMA", "\0\0\xb1\x8e", 4},
        {"sBIT", "\5\6\5", 3},
        {"bKGD", "\0\1\0\2\0\3", 6},
        {"pHYs", "\0\0\x2e\x23\0\0\x2e\x24\1", 9},
        {"tIME", "\x07\xe8\1\2\3\4\5", 7},
        {"tEXt", "Comment\0hello", 13},
        {"teSt", "anything", 8},
    };
    struct buf chunks = {.max = 1 << 20}, file = {.max = 1 << 20};
    const uint8_t *p;
    size_t n;

    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        OK(png_chunk(&chunks, kept[i].type, kept[i].bytes, kept[i].n, &e));
    save_with("kept.png", &chunks);
    again("kept.png", &file);
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        p = chunk_in(&file, kept[i].type, &n);
        assert_non_null(p);
        assert_int_equal(n, kept[i].n);
        assert_memory_equal(p, kept[i].bytes, n);
    }
    buf_release(&chunks);
    buf_release(&file);
}

TEST(units_of_old_samples_are_not_kept)
{
    struct buf chunks = {.max = 1 << 20}, file = {.max = 1 << 20};
    struct shot s, wide;
    size_t n;

    OK(png_chunk(&chunks, "sBIT", "\5\6\5", 3, &e));
    OK(png_chunk(&chunks, "bKGD", "\0\1\0\2\0\3", 6, &e));
    save_with("units.png", &chunks);
    OK(shot_load(&s, "units.png", NULL, &e));
    OK(shot_make(&wide, 2, 2, SAMPLE_U16, 3, false, &e));
    meta_free(wide.pic.meta);
    wide.pic.meta = s.pic.meta;
    OK(shot_save(&wide, "png", "units.png", 64, &e));
    OK(file_load("units.png", file.max, &file, &e));
    assert_null(chunk_in(&file, "sBIT", &n));
    assert_null(chunk_in(&file, "bKGD", &n));
    wide.pic.meta = NULL;
    shot_release(&wide);
    shot_release(&s);
    buf_release(&chunks);
    buf_release(&file);
}

TEST(color_without_a_profile_gets_chunks)
{
    static const struct {
        enum space space;
        const char *chunk, *bytes;
        size_t n;
    } cases[] = {
        {SPACE_SRGB, "sRGB", "\0", 1},
        {SPACE_P3, "cICP", "\x0c\x0d\0\1", 4},
    };
    struct buf file = {.max = 1 << 20};
    struct shot s;

    for (size_t i = 0; i < 2; i++) {
        const uint8_t *p;
        size_t n;

        OK(shot_make(&s, 9, 9, SAMPLE_U16, 3, false, &e));
        OK(color_from_space(cases[i].space, false, &s.pic.color, &e));
        OK(shot_save(&s, "png", "made.png", 64, &e));
        shot_release(&s);
        file.len = 0;
        OK(file_load("made.png", file.max, &file, &e));
        p = chunk_in(&file, cases[i].chunk, &n);
        assert_non_null(p);
        assert_memory_equal(p, cases[i].bytes, cases[i].n);
        assert_int_equal(chunk_in(&file, "iCCP", &n) != NULL,
                         cases[i].space != SPACE_SRGB);
        buf_release(&file);
    }
}

TEST(a_changed_color_replaces_the_chunks)
{
    struct buf chunks = {.max = 1 << 20}, file = {.max = 1 << 20};
    struct shot s;
    size_t n;

    OK(png_chunk(&chunks, "gAMA", "\0\0\xb1\x8f", 4, &e));
    save_with("change.png", &chunks);
    OK(shot_load(&s, "change.png", NULL, &e));
    color_free(s.pic.color);
    OK(color_from_space(SPACE_P3, false, &s.pic.color, &e));
    OK(shot_save(&s, "png", "change.png", 64, &e));
    OK(file_load("change.png", file.max, &file, &e));
    assert_null(chunk_in(&file, "gAMA", &n));
    assert_non_null(chunk_in(&file, "cICP", &n));
    shot_release(&s);
    buf_release(&chunks);
    buf_release(&file);
}

TEST(exiftool_sees_the_same_tags_before_and_after)
{
    struct shot s;

    NEED("exiftool");
    NEED("convert");
    assert_int_equal(
        sh("convert -size 20x20 plasma: -depth 16 -units PixelsPerInch "
           "-density 300 PNG48:tags.png && "
           "exiftool -q -overwrite_original -Artist=Jo -Orientation#=6 "
           "-XMP:Title='A <house>' -IPTC:Keywords=pool -IPTC:City=Oslo "
           "-PNG:Description=text -GPSLatitude=59 -GPSLatitudeRef=N "
           "'-ICC_Profile<=/usr/share/color/icc/sRGB.icc' tags.png && "
           "exiftool -G1 -a -s -x File:All -x System:All -x ExifTool:All "
           "tags.png >tags.before"),
        0);
    OK(shot_load(&s, "tags.png", NULL, &e));
    assert_int_equal(s.pic.meta->orientation, 6);
    assert_int_equal(s.pic.meta->res_unit, RES_CM);
    assert_true(s.pic.meta->iptc.len > 0);
    assert_true(s.pic.meta->xmp.len > 0);
    assert_string_equal(s.pic.color_from, "ICC");
    OK(shot_save(&s, "png", "tags.png", 64, &e));
    shot_release(&s);
    assert_int_equal(sh("exiftool -G1 -a -s -x File:All -x System:All "
                        "-x ExifTool:All tags.png >tags.after && "
                        "sort tags.before >b && sort tags.after >a && "
                        "diff b a"),
                     0);
}

TEST(bombs_are_refused)
{
    struct buf chunks = {.max = 1 << 28}, z = {.max = 1 << 28};
    uint8_t *zeros = mem_zero(200, 1 << 20);
    struct shot s;

    OK(buf_add(&z, "XML:com.adobe.xmp\0\1\0\0", 22, &e));
    OK(png_deflate(zeros, 200 << 20, &z, &e));
    OK(png_chunk(&chunks, "iTXt", z.data, z.len, &e));
    save_with("bomb.png", &chunks);
    assert_int_equal(shot_load(&s, "bomb.png", NULL, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "XMP"));

    chunks.len = 0;
    add_iccp(&chunks, zeros, 200 << 20);
    save_with("bomb.png", &chunks);
    OK(shot_load(&s, "bomb.png", NULL, &e));
    assert_null(s.pic.color);
    assert_non_null(strstr(s.pic.warning, "iCCP"));
    shot_release(&s);
    mem_free(zeros);
    buf_release(&chunks);
    buf_release(&z);
}

TEST(lies_about_sizes_are_refused)
{
    struct buf none = {0}, file = {.max = 1 << 20};
    struct shot s;

    save_sized("lie.png", 100000, 100000, &none);
    assert_int_equal(shot_load(&s, "lie.png", NULL, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "cannot come from"));

    /* A chunk that claims a gigabyte. */
    save_with("lie.png", &none);
    OK(file_load("lie.png", file.max, &file, &e));
    png_put_u32(file.data + 33, 1 << 30);
    memcpy(file.data + 37, "iTXt", 4);
    bytes_save("lie.png", file.data, file.len);
    assert_int_equal(shot_load(&s, "lie.png", NULL, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "iTXt"));
    buf_release(&file);
}

TEST(damage_never_does_more_than_fail)
{
    struct buf chunks = {.max = 1 << 20}, text = {.max = 1 << 20};

    OK(png_chunk(&chunks, "gAMA", "\0\0\xb1\x8f", 4, &e));
    add_iccp(&chunks, "not much of a profile", 21);
    OK(png_chunk(&chunks, "eXIf", "II*\0\x08\0\0\0\0\0\0\0\0\0", 14, &e));
    OK(png_chunk(&chunks, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>", 26, &e));
    OK(png_raw_write("iptc", "\x1c\x02\x05\0\1x", 6, &text, &e));
    OK(png_chunk(&chunks, "zTXt", text.data, text.len, &e));
    buf_release(&text);
    OK(png_chunk(&chunks, "pHYs", "\0\0\0\1\0\0\0\1\1", 9, &e));
    save_with("small.png", &chunks);
    assert_int_equal(shot_torture("small.png", "torture.png", 1, &e), 0);
    buf_release(&chunks);
}

TEST(memory_that_runs_out_is_an_error)
{
    struct buf chunks = {.max = 1 << 20};
    const size_t before = mem_used();
    struct shot s;
    int rc = -1;

    add_iccp(&chunks, "not much of a profile", 21);
    OK(png_chunk(&chunks, "eXIf", "II*\0\x08\0\0\0\0\0\0\0\0\0", 14, &e));
    save_with("oom.png", &chunks);
    buf_release(&chunks);
    for (long n = 1; rc < 0 && n < 1000; n++) {
        mem_fail_at(n);
        rc = shot_load(&s, "oom.png", NULL, &e);
        if (rc == 0)
            rc = shot_save(&s, "png", "oom2.png", 64, &e);
        if (rc == 0 && mem_failed())
            rc = -1; /* bent round it; try the next one */
        mem_fail_at(0);
        shot_release(&s);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(mem_used(), before);
}

TESTS_WITH(shot_enter, shot_leave, color_is_found_by_priority,
           damaged_color_is_passed_over_with_a_warning,
           chunks_come_out_as_they_went_in, units_of_old_samples_are_not_kept,
           color_without_a_profile_gets_chunks,
           a_changed_color_replaces_the_chunks,
           exiftool_sees_the_same_tags_before_and_after, bombs_are_refused,
           lies_about_sizes_are_refused, damage_never_does_more_than_fail,
           memory_that_runs_out_is_an_error)
