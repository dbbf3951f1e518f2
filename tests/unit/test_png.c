#include "test.h"

#include "codec_help.h"
#include "outside.h"

static const struct layout {
    enum sample type;
    int colors;
    bool alpha;
    const char *name; /* in FFmpeg */
} layouts[] = {
    {SAMPLE_U8, 1, false, "gray"},  {SAMPLE_U16, 1, false, "gray16le"},
    {SAMPLE_U8, 1, true, "ya8"},    {SAMPLE_U16, 1, true, "ya16le"},
    {SAMPLE_U8, 3, false, "rgb24"}, {SAMPLE_U16, 3, false, "rgb48le"},
    {SAMPLE_U8, 3, true, "rgba"},   {SAMPLE_U16, 3, true, "rgba64le"},
};

#define LAYOUTS (sizeof(layouts) / sizeof(*layouts))

static void make(struct shot *s, int w, int h, const struct layout *l)
{
    OK(shot_make(s, w, h, l->type, l->colors, l->alpha, &e));
}

static void same_pixels(const struct shot *a, const struct shot *b)
{
    assert_int_equal(a->pic.w, b->pic.w);
    assert_int_equal(a->pic.h, b->pic.h);
    assert_memory_equal(&a->pic.fmt, &b->pic.fmt, sizeof(a->pic.fmt));
    assert_memory_equal(a->raw, b->raw, a->size);
}

TEST(every_layout_comes_back_bit_for_bit)
{
    static const int sizes[][2] = {{1, 1}, {3, 200}, {257, 131}, {5000, 3}};
    struct shot s, back;

    for (size_t l = 0; l < LAYOUTS; l++)
        for (size_t i = 0; i < 4; i++) {
            make(&s, sizes[i][0], sizes[i][1], &layouts[l]);
            OK(shot_save(&s, "png", "layout.png", 7, &e));
            OK(shot_load(&back, "layout.png", NULL, &e));
            same_pixels(&s, &back);
            shot_release(&s);
            shot_release(&back);
        }
}

TEST(strips_do_not_change_the_pixels)
{
    static const int heights[] = {1, 64, 1000};
    struct shot s, back;

    make(&s, 900, 700, &layouts[5]);
    for (size_t i = 0; i < 3; i++) {
        OK(shot_save(&s, "png", "strips.png", heights[i], &e));
        OK(shot_load(&back, "strips.png", NULL, &e));
        same_pixels(&s, &back);
        shot_release(&back);
    }
    shot_release(&s);
}

TEST(flat_pictures_become_small)
{
    struct shot s;
    struct infile f;

    make(&s, 1000, 1000, &layouts[4]);
    for (size_t i = 0; i < s.size; i++)
        s.raw[i] = (uint8_t)((i / 3 % 1000 / 50 + i / 3000 / 50) % 2 * 200);
    OK(shot_save(&s, "png", "flat.png", 64, &e));
    OK(infile_open(&f, "flat.png", &e));
    assert_true(f.size < 20000);
    infile_close(&f);
    shot_release(&s);
}

TEST(chunks_may_be_read_again_from_the_first)
{
    const struct read_options o = {.slots = 1};
    struct reader *r;
    struct shot s;
    uint8_t *raw;

    make(&s, 40, 100, &layouts[1]);
    OK(shot_save(&s, "png", "again.png", 64, &e));
    OK(reader_open("again.png", &o, &r, &e));
    raw = mem_alloc(64 * shot_row(&s));
    for (int i = 0; i < 2; i++) {
        OK(r->codec->chunk(r, 0, 0, raw, &e));
        assert_memory_equal(raw, s.raw, 64 * shot_row(&s));
    }
    mem_free(raw);
    reader_close(r);
    shot_release(&s);
}

TEST(others_read_what_we_write)
{
    struct buf theirs = {.max = 1 << 26};
    struct shot s;

    NEED("ffmpeg");
    for (size_t l = 0; l < LAYOUTS; l++) {
        make(&s, 301, 577, &layouts[l]);
        OK(shot_save(&s, "png", "ours.png", 64, &e));
        assert_int_equal(sh("ffmpeg -v error -y -i ours.png -f rawvideo "
                            "-pix_fmt %s ours.raw",
                            layouts[l].name),
                         0);
        theirs.len = 0;
        OK(file_load("ours.raw", theirs.max, &theirs, &e));
        assert_int_equal(theirs.len, s.size);
        assert_memory_equal(theirs.data, s.raw, s.size);
        if (have("pngcheck"))
            assert_int_equal(sh("pngcheck -q ours.png"), 0);
        if (have("identify"))
            assert_int_equal(sh("identify ours.png >/dev/null"), 0);
        buf_release(&theirs);
        shot_release(&s);
    }
}

/* Reads a file of somebody else's as FFmpeg reads it, in this format. */
static void like_ffmpeg(const char *path, const char *format, int depth)
{
    struct buf theirs = {.max = 1 << 26};
    struct shot s;

    assert_int_equal(sh("ffmpeg -v error -y -i %s -f rawvideo -pix_fmt %s "
                        "theirs.raw",
                        path, format),
                     0);
    OK(file_load("theirs.raw", theirs.max, &theirs, &e));
    OK(shot_load(&s, path, NULL, &e));
    assert_int_equal(s.pic.fmt.type, depth == 8 ? SAMPLE_U8 : SAMPLE_U16);
    assert_int_equal(s.size, theirs.len);
    assert_memory_equal(s.raw, theirs.data, s.size);
    shot_release(&s);
    buf_release(&theirs);
}

TEST(we_read_what_others_write)
{
    NEED("ffmpeg");
    NEED("convert");
    assert_int_equal(
        sh("convert -size 67x93 plasma:red-blue -seed 1 base.miff && "
           "convert base.miff -interlace PNG PNG48:a48.png && "
           "convert base.miff -interlace PNG PNG24:a24.png && "
           "convert base.miff PNG48:b48.png && "
           "convert base.miff -alpha set -channel A -fx 'i/w' +channel "
           "PNG64:b64.png && "
           "convert base.miff -colors 200 PNG8:p8.png && "
           "convert base.miff -colors 9 PNG8:p4.png && "
           "convert base.miff -colorspace gray -depth 8 -alpha set "
           "-channel A -fx 'j/h' +channel -define png:color-type=4 ya.png && "
           "convert base.miff -colorspace gray -threshold 50%% "
           "-define png:color-type=0 -define png:bit-depth=1 g1.png && "
           "convert base.miff -colorspace gray -posterize 4 -interlace PNG "
           "-define png:color-type=0 -define png:bit-depth=2 g2.png && "
           "convert base.miff -colorspace gray -posterize 16 "
           "-define png:color-type=0 -define png:bit-depth=4 g4.png"),
        0);
    like_ffmpeg("a48.png", "rgb48le", 16);
    like_ffmpeg("a24.png", "rgb24", 8);
    like_ffmpeg("b48.png", "rgb48le", 16);
    like_ffmpeg("b64.png", "rgba64le", 16);
    like_ffmpeg("p8.png", "rgb24", 8);
    like_ffmpeg("p4.png", "rgb24", 8);
    like_ffmpeg("ya.png", "ya8", 8);
    like_ffmpeg("g1.png", "gray", 8);
    like_ffmpeg("g2.png", "gray", 8);
    like_ffmpeg("g4.png", "gray", 8);
}

TEST(a_palette_with_transparency_becomes_rgba)
{
    struct shot s;

    NEED("convert");
    assert_int_equal(sh("convert -size 8x8 xc:none -fill red "
                        "-draw 'rectangle 2,2 5,5' PNG8:trns.png"),
                     0);
    OK(shot_load(&s, "trns.png", NULL, &e));
    assert_int_equal(s.pic.fmt.colors, 3);
    assert_int_equal(s.pic.fmt.alpha, 0);
    assert_int_equal(s.raw[3], 0);
    assert_memory_equal(s.raw + (8 * 3 + 3) * 4, "\xff\0\0\xff", 4);
    shot_release(&s);
}

TEST(interlaced_pictures_obey_the_memory_limit)
{
    const struct read_options o = {.slots = 1, .memory = 100000};
    struct shot s;

    NEED("convert");
    assert_int_equal(sh("convert -size 300x300 plasma: -interlace PNG "
                        "PNG48:adam.png"),
                     0);
    assert_int_equal(shot_load(&s, "adam.png", &o, &e), ERR_MEM);
    assert_non_null(strstr(e.text, "interlaced"));
}

TEST(a_file_cut_short_names_the_row)
{
    struct buf file = {.max = 1 << 24};
    struct shot s;

    make(&s, 200, 300, &layouts[5]);
    OK(shot_save(&s, "png", "cut.png", 64, &e));
    shot_release(&s);
    OK(file_load("cut.png", file.max, &file, &e));
    bytes_save("cut.png", file.data, file.len / 2);
    assert_int_equal(shot_load(&s, "cut.png", NULL, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "cut short at row 1"));
    assert_non_null(strstr(e.text, "of 300"));
    buf_release(&file);
}

TEST(damaged_pixels_never_do_more_than_fail)
{
    struct shot s;

    make(&s, 9, 9, &layouts[7]);
    OK(shot_save(&s, "png", "small.png", 64, &e));
    shot_release(&s);
    assert_int_equal(shot_torture("small.png", "torture.png", 1, &e), 0);
    if (have("convert")) {
        assert_int_equal(sh("convert -size 9x9 plasma: -colors 5 -interlace "
                            "PNG PNG8:small.png"),
                         0);
        assert_int_equal(shot_torture("small.png", "torture.png", 1, &e), 0);
    }
}

TEST(pictures_that_png_cannot_hold_are_refused)
{
    struct shot s;

    OK(shot_make(&s, 4, 4, SAMPLE_U16, 4, false, &e));
    assert_int_equal(shot_save(&s, "png", "no.png", 64, &e), ERR_ARG);
    s.pic.fmt.colors = 3;
    s.pic.fmt.type = SAMPLE_F32;
    assert_int_equal(shot_save(&s, "png", "no.png", 64, &e), ERR_ARG);
    shot_release(&s);
}

TESTS_WITH(shot_enter, shot_leave, every_layout_comes_back_bit_for_bit,
           strips_do_not_change_the_pixels, flat_pictures_become_small,
           chunks_may_be_read_again_from_the_first, others_read_what_we_write,
           we_read_what_others_write, a_palette_with_transparency_becomes_rgba,
           interlaced_pictures_obey_the_memory_limit,
           a_file_cut_short_names_the_row,
           damaged_pixels_never_do_more_than_fail,
           pictures_that_png_cannot_hold_are_refused)
