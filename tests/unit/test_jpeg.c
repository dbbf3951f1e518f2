#include "test.h"

#include "codec/jpeg.h"
#include "codec_help.h"
#include "outside.h"

static double psnr(const struct shot *a, const struct shot *b)
{
    double sum = 0;

    assert_int_equal(a->size, b->size);
    for (size_t i = 0; i < a->size; i++) {
        const double d = (double)a->raw[i] - b->raw[i];

        sum += d * d;
    }
    return sum == 0 ? 99 : 10 * log10(255 * 255 * (double)a->size / sum);
}

TEST(pixels_come_back_nearly)
{
    static const struct {
        int w, h, colors, quality, subsampling;
        bool interlaced;
        double psnr;
    } cases[] = {
        {1, 1, 3, 0, 0, false, 40},       {301, 203, 3, 0, 0, false, 43},
        {301, 203, 1, 0, 0, false, 43},   {301, 203, 3, 100, 0, true, 48},
        {301, 203, 3, 80, 0, false, 36},  {301, 203, 3, 95, 422, false, 40},
        {301, 203, 3, 95, 440, true, 40}, {64, 64, 1, 90, 0, true, 40},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const int quality = cases[i].quality ? cases[i].quality : 95;
        struct shot s, back;

        OK(shot_make(&s, cases[i].w, cases[i].h, SAMPLE_U8, cases[i].colors,
                     false, &e));
        s.pic.storage.quality = cases[i].quality;
        s.pic.storage.subsampling = cases[i].subsampling;
        s.pic.storage.interlaced = cases[i].interlaced;
        OK(shot_save(&s, "jpeg", "near.jpg", 5, &e));
        OK(shot_load(&back, "near.jpg", NULL, &e));
        assert_int_equal(back.pic.fmt.colors, cases[i].colors);
        assert_int_equal(back.pic.storage.quality, quality);
        assert_int_equal(back.pic.storage.interlaced, cases[i].interlaced);
        assert_int_equal(back.pic.storage.subsampling,
                         cases[i].colors == 1   ? 0
                         : cases[i].subsampling ? cases[i].subsampling
                         : quality > 90         ? 444
                                                : 420);
        assert_true(psnr(&s, &back) > cases[i].psnr);
        shot_release(&s);
        shot_release(&back);
    }
}

TEST(effort_makes_the_same_picture_smaller)
{
    struct infile f;
    struct shot s, back;
    uint64_t size[2];
    uint8_t *raw[2];

    OK(shot_make(&s, 301, 203, SAMPLE_U8, 3, false, &e));
    for (int level = 0; level < 2; level++) {
        s.pic.storage.level = level;
        OK(shot_save(&s, "jpeg", "effort.jpg", 64, &e));
        OK(infile_open(&f, "effort.jpg", &e));
        size[level] = f.size;
        infile_close(&f);
        OK(shot_load(&back, "effort.jpg", NULL, &e));
        raw[level] = back.raw;
        back.raw = NULL;
        shot_release(&back);
    }
    assert_true(size[1] < size[0]);
    assert_memory_equal(raw[0], raw[1], s.size);
    mem_free(raw[0]);
    mem_free(raw[1]);
    shot_release(&s);
}

TEST(quality_is_read_from_the_tables)
{
    struct shot s, back;

    OK(shot_make(&s, 16, 16, SAMPLE_U8, 3, false, &e));
    for (int q = 1; q <= 100; q++) {
        s.pic.storage.quality = q;
        OK(shot_save(&s, "jpeg", "quality.jpg", 16, &e));
        OK(shot_load(&back, "quality.jpg", NULL, &e));
        assert_int_equal(back.pic.storage.quality, q);
        shot_release(&back);
    }
    shot_release(&s);
}

/* Reads a file bit for bit as ImageMagick does, which also asks libjpeg for
   the accurate transform and smooth upsampling. */
static void like_convert(const char *path)
{
    struct buf theirs = {.max = 1 << 26};
    struct shot s;

    OK(shot_load(&s, path, NULL, &e));
    assert_int_equal(sh("convert %s -depth 8 %s:theirs.raw", path,
                        s.pic.fmt.colors == 1 ? "gray" : "rgb"),
                     0);
    OK(file_load("theirs.raw", theirs.max, &theirs, &e));
    assert_int_equal(theirs.len, s.size);
    assert_memory_equal(s.raw, theirs.data, s.size);
    shot_release(&s);
    buf_release(&theirs);
}

TEST(we_read_what_others_write)
{
    NEED("convert");
    assert_int_equal(
        sh("convert -seed 1 -size 167x193 plasma:red-blue base.miff && "
           "convert base.miff -quality 93 o1.jpg && "
           "convert base.miff -sampling-factor 4:2:0 -interlace JPEG "
           "-quality 70 o2.jpg && "
           "convert base.miff -sampling-factor 4:2:2 o3.jpg && "
           "convert base.miff -colorspace gray o4.jpg"),
        0);
    like_convert("o1.jpg");
    like_convert("o2.jpg");
    like_convert("o3.jpg");
    like_convert("o4.jpg");
}

TEST(others_read_what_we_write)
{
    struct shot s;

    NEED("convert");
    OK(shot_make(&s, 300, 200, SAMPLE_U8, 3, false, &e));
    for (int i = 0; i < 4; i++) {
        s.pic.storage.interlaced = i & 1;
        s.pic.storage.subsampling = i & 2 ? 411 : 420;
        OK(shot_save(&s, "jpeg", "ours.jpg", 64, &e));
        like_convert("ours.jpg");
        if (have("ffmpeg"))
            assert_int_equal(
                sh("ffmpeg -v error -xerror -i ours.jpg -f null -"), 0);
        if (have("identify"))
            assert_int_equal(sh("identify ours.jpg >/dev/null"), 0);
    }
    shot_release(&s);
}

TEST(adobe_cmyk_has_ink_0_for_none)
{
    struct shot s;

    NEED("convert");
    /* Little cyan, more magenta, most yellow, some black. */
    assert_int_equal(sh("convert -size 16x16 'xc:cmyk(10%%,40%%,80%%,20%%)' "
                        "-quality 100 cmyk.jpg"),
                     0);
    OK(shot_load(&s, "cmyk.jpg", NULL, &e));
    assert_int_equal(s.pic.fmt.colors, 4);
    assert_in_range(s.raw[0], 24, 27);
    assert_in_range(s.raw[1], 100, 104);
    assert_in_range(s.raw[2], 202, 206);
    assert_in_range(s.raw[3], 49, 53);
    shot_release(&s);
}

TEST(kinds_we_do_not_read_are_named)
{
    static const struct {
        uint8_t marker, bits;
        const char *text;
    } cases[] = {
        {0xc1, 12, "12 bits"},
        {0xc3, 8, "lossless"},
        {0xc7, 8, "hierarchical"},
        {0xf7, 8, "lossless"},
    };
    struct buf file = {.max = 1 << 20}, none = {0};
    struct shot s;
    uint8_t *sof;

    save_jpeg_with("kind.jpg", &none);
    OK(file_load("kind.jpg", file.max, &file, &e));
    sof = memmem(file.data, file.len, "\xff\xc0", 2);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sof[1] = cases[i].marker;
        sof[4] = cases[i].bits;
        bytes_save("kind.jpg", file.data, file.len);
        assert_int_equal(shot_load(&s, "kind.jpg", NULL, &e), ERR_DATA);
        assert_non_null(strstr(e.text, cases[i].text));
    }
    sof[1] = 0xc0;
    sof[4] = 8;
    memcpy(sof + 5, "\xff\xff\xff\xff", 4);
    bytes_save("kind.jpg", file.data, file.len);
    assert_true(shot_load(&s, "kind.jpg", NULL, &e) < 0);
    buf_release(&file);
}

enum kind { HUFFMAN, ARITHMETIC, TWO_SCANS };

/* Black, 64 x 64. Of two scans the first holds the means in full: libjpeg takes
   any number of those. */
static void save_flat(const char *path, enum kind kind)
{
    static const jpeg_scan_info scans[2] = {
        {.comps_in_scan = 1, .Ss = 0, .Se = 0},
        {.comps_in_scan = 1, .Ss = 1, .Se = 63},
    };
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr mgr;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    JSAMPLE row[64] = {0};
    JSAMPROW rows[1] = {row};

    c.err = jpeg_std_error(&mgr);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = c.image_height = 64;
    c.input_components = 1;
    c.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    if (kind == TWO_SCANS) {
        c.scan_info = scans;
        c.num_scans = 2;
    }
    c.arith_code = kind == ARITHMETIC;
    jpeg_start_compress(&c, TRUE);
    for (int y = 0; y < 64; y++)
        jpeg_write_scanlines(&c, rows, 1);
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    bytes_save(path, bytes, n);
    free(bytes);
}

TEST(a_bomb_of_scans_is_refused)
{
    struct buf file = {.max = 1 << 24}, out = {.max = 1 << 24};
    size_t sos, end;
    struct shot s;

    save_flat("bomb.jpg", TWO_SCANS);
    OK(shot_load(&s, "bomb.jpg", NULL, &e));
    shot_release(&s);
    OK(file_load("bomb.jpg", file.max, &file, &e));
    sos = (size_t)((uint8_t *)memmem(file.data, file.len, "\xff\xda", 2) -
                   file.data);
    end = sos + 2;
    while (file.data[end] != 0xff || file.data[end + 1] == 0)
        end++;
    for (int copies = 98; copies <= 100; copies += 2) {
        out.len = 0;
        OK(buf_add(&out, file.data, sos, &e));
        for (int i = 0; i <= copies; i++)
            OK(buf_add(&out, file.data + sos, end - sos, &e));
        OK(buf_add(&out, file.data + end, file.len - end, &e));
        bytes_save("bomb.jpg", out.data, out.len);
        e = (struct err){0};
        assert_int_equal(shot_load(&s, "bomb.jpg", NULL, &e),
                         copies == 98 ? 0 : ERR_DATA);
        shot_release(&s);
    }
    assert_non_null(strstr(e.text, "100 scans"));
    buf_release(&file);
    buf_release(&out);
}

/* The marker of the frame says 0xffff columns and rows. */
TEST(sizes_that_lie_are_refused_in_any_coding)
{
    static const char sof[2][3] = {"\xff\xc0", "\xff\xc9"};
    struct buf file = {.max = 1 << 24};
    struct shot s;

    for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
        uint8_t *frame;

        save_flat("lie.jpg", arithmetic ? ARITHMETIC : HUFFMAN);
        OK(shot_load(&s, "lie.jpg", NULL, &e));
        shot_release(&s);
        OK(file_load("lie.jpg", file.max, &file, &e));
        frame = memmem(file.data, file.len, sof[arithmetic], 2);
        memset(frame + 5, 0xff, 4);
        bytes_save("lie.jpg", file.data, file.len);
        e = (struct err){0};
        assert_int_equal(shot_load(&s, "lie.jpg", NULL, &e), ERR_DATA);
        buf_release(&file);
    }
}

TEST(progressive_files_obey_the_memory_limit)
{
    const struct read_options o = {.slots = 1, .memory = 100000};
    struct shot s;

    OK(shot_make(&s, 300, 300, SAMPLE_U8, 3, false, &e));
    s.pic.storage.interlaced = true;
    OK(shot_save(&s, "jpeg", "progressive.jpg", 64, &e));
    shot_release(&s);
    assert_int_equal(shot_load(&s, "progressive.jpg", &o, &e), ERR_MEM);
    assert_non_null(strstr(e.text, "progressive"));
}

TEST(a_file_cut_short_is_refused)
{
    struct buf file = {.max = 1 << 24};
    struct shot s;

    for (int progressive = 0; progressive < 2; progressive++) {
        OK(shot_make(&s, 200, 300, SAMPLE_U8, 3, false, &e));
        s.pic.storage.interlaced = progressive;
        OK(shot_save(&s, "jpeg", "cut.jpg", 64, &e));
        shot_release(&s);
        file.len = 0;
        OK(file_load("cut.jpg", file.max, &file, &e));
        bytes_save("cut.jpg", file.data, file.len / 2);
        assert_int_equal(shot_load(&s, "cut.jpg", NULL, &e), ERR_DATA);
        assert_non_null(strstr(e.text, "cut short at row"));
        buf_release(&file);
    }
}

TEST(damaged_scans_never_do_more_than_fail)
{
    struct shot s;

    OK(shot_make(&s, 33, 17, SAMPLE_U8, 3, false, &e));
    s.pic.storage.subsampling = 420;
    s.pic.storage.interlaced = true;
    OK(shot_save(&s, "jpeg", "small.jpg", 64, &e));
    shot_release(&s);
    assert_int_equal(shot_torture("small.jpg", "torture.jpg", 1, &e), 0);
}

TEST(pictures_that_jpeg_cannot_hold_are_refused)
{
    struct shot s;

    OK(shot_make(&s, 4, 4, SAMPLE_U8, 3, true, &e));
    assert_int_equal(shot_save(&s, "jpeg", "no.jpg", 64, &e), ERR_ARG);
    shot_release(&s);
    OK(shot_make(&s, 65501, 1, SAMPLE_U8, 1, false, &e));
    assert_int_equal(shot_save(&s, "jpeg", "no.jpg", 64, &e), ERR_ARG);
    shot_release(&s);
}

TESTS_WITH(shot_enter, shot_leave, pixels_come_back_nearly,
           effort_makes_the_same_picture_smaller,
           quality_is_read_from_the_tables, we_read_what_others_write,
           others_read_what_we_write, adobe_cmyk_has_ink_0_for_none,
           kinds_we_do_not_read_are_named, a_bomb_of_scans_is_refused,
           sizes_that_lie_are_refused_in_any_coding,
           progressive_files_obey_the_memory_limit, a_file_cut_short_is_refused,
           damaged_scans_never_do_more_than_fail,
           pictures_that_jpeg_cannot_hold_are_refused)
