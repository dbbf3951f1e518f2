/*
 * The TIFF codec against programs that others wrote: they read what we write,
 * we read what they write.
 */

#include "tiff_help.h"

static struct err e;

static struct buf load(const char *path)
{
    struct buf b = {0};

    if (file_load(path, 1 << 28, &b, &e) < 0)
        fail_msg("%s", e.text);
    return b;
}

/* The bytes a tool made are our raw pixels. */
static void same_bytes(const struct shot *s, const char *path, const char *what)
{
    struct buf b = load(path);

    if (b.len != s->bytes || memcmp(b.data, s->raw, b.len))
        fail_msg("%s: other pixels (%zu bytes, not %zu)", what, b.len,
                 s->bytes);
    buf_release(&b);
}

static void must(int rc, const char *what)
{
    if (rc)
        fail_msg("%s failed", what);
}

/* vips and tiffinfo accept every form we write. */
TEST(others_read_ours)
{
    static const enum compression comps[] = {COMP_NONE, COMP_LZW, COMP_DEFLATE,
                                             COMP_ZSTD, COMP_PACKBITS};
    static const enum sample types[] = {SAMPLE_U8, SAMPLE_U16, SAMPLE_F32};

    NEED("vips");
    NEED("tiffinfo");
    for (size_t t = 0; t < 3; t++) {
        struct shot s = make_shot(150, 90, types[t], 3, t == 1, 4);

        for (size_t c = 0; c < 5; c++) {
            const int form = (int)(c + t) % 4;
            char what[80], text[400];

            s.pic.storage = (struct storage){
                .compression = comps[c],
                .tile_w = form % 2 ? 64 : 0,
                .tile_h = form % 2 ? 32 : 0,
                .planar = form == 2,
                .big = form == 3,
            };
            snprintf(what, sizeof(what), "%s %s form %d",
                     compression_names[comps[c]], sample_name(types[t]), form);
            must_write(&s, "tt_a.tif", 32);
            sh_text(text, sizeof(text), "tiffinfo -D tt_a.tif 2>&1 >/dev/null");
            assert_string_equal(text, "");
            must(sh("vips rawsave tt_a.tif tt_a.raw"), what);
            same_bytes(&s, "tt_a.raw", what);
        }
        free_shot(&s);
    }
}

/* ImageMagick sees the same CMYK and inverted grey. */
TEST(imagemagick_reads_ours)
{
    struct shot s = make_shot(60, 40, SAMPLE_U16, 4, 0, 4);

    NEED("convert");
    s.pic.storage.compression = COMP_LZW;
    must_write(&s, "tt_a.tif", 32);
    must(sh("convert tt_a.tif -depth 16 -endian LSB cmyk:tt_a.raw"), "convert");
    same_bytes(&s, "tt_a.raw", "CMYK");
    free_shot(&s);
    s = make_shot(60, 40, SAMPLE_U8, 1, 0, 4);
    s.pic.fmt.inverted = true;
    must_write(&s, "tt_a.tif", 32);
    must(sh("convert tt_a.tif -depth 8 gray:tt_a.raw"), "convert");
    for (size_t i = 0; i < s.bytes; i++)
        s.raw[i] = (uint8_t)~s.raw[i];
    same_bytes(&s, "tt_a.raw", "inverted grey");
    free_shot(&s);
}

TEST(we_read_what_tiffcp_writes)
{
    static const char *const forms[] = {
        "-c none",
        "-c none -r 1000",
        "-c none -t -w 32 -l 64",
        "-c none -f lsb2msb",
        "-B -c none",
        "-8 -B -c none -r 7",
        "-c lzw:1",
        "-c lzw:2",
        "-c lzw:2 -r 1",
        "-c lzw:2 -r 1000",
        "-c lzw:2 -t -w 32 -l 64",
        "-c lzw:2 -f lsb2msb",
        "-B -c lzw:2",
        "-8 -B -c lzw:2 -t",
        "-c zip:1",
        "-c zip:2",
        "-c zip:2:s0",
        "-c zstd:2",
        "-c packbits",
        "-B -c packbits -r 3",
        "-c lzma:2",
    };
    static const enum sample types[] = {SAMPLE_U8, SAMPLE_U16, SAMPLE_U32};

    /* tiffcp makes planes of 8-bit samples only. */
    static const char *const planes[] = {
        "-p separate -c none",     "-p separate -c lzw:2",
        "-p separate -c zip:2",    "-B -p separate -c lzw:2 -r 11",
        "-p separate -c lzw:2 -t",
    };
    const size_t n = sizeof(forms) / sizeof(*forms);

    NEED("tiffcp");
    for (int t = 0; t < 3; t++) {
        struct shot s = make_shot(200, 150, types[t], 3, t % 2, 8);

        s.pic.storage.compression = COMP_NONE;
        must_write(&s, "tt_src.tif", 64);
        for (size_t i = 0; i < n + (t == 0 ? 5 : 0); i += t < 2 ? 1 : 3) {
            const char *form = i < n ? forms[i] : planes[i - n];
            struct shot back;

            must(sh("tiffcp %s tt_src.tif tt_cp.tif", form), form);
            back = must_read("tt_cp.tif", 0);
            same_pixels(&s, &back, form);
            free_shot(&back);
        }
        free_shot(&s);
    }
}

/* Planes of 16 bits, by ImageMagick. */
TEST(we_read_planes)
{
    static const char *const forms[] = {
        "-compress none", "-compress lzw", "-compress zip",
        "-compress none -endian MSB", "-compress lzw -endian MSB"};
    struct shot s = make_shot(200, 150, SAMPLE_U16, 3, 0, 8), back;

    NEED("convert");
    must_write(&s, "tt_src.tif", 64);
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        must(sh("convert tt_src.tif -interlace plane %s tt_cp.tif", forms[i]),
             forms[i]);
        back = must_read("tt_cp.tif", 0);
        assert_true(back.pic.storage.planar);
        same_pixels(&s, &back, forms[i]);
        free_shot(&back);
    }
    free_shot(&s);
}

TEST(we_read_floats_of_tiffcp)
{
    /* No -B with predictor 3: tiffcp 4.5.0 turns bytes that it must not. */
    static const char *const forms[] = {"-c lzw:3",   "-c zip:3",
                                        "-B -c none", "-B -c zip:1",
                                        "-c zstd:3",  "-c lzw:3 -t"};
    static const enum sample types[] = {SAMPLE_F16, SAMPLE_F32};

    NEED("tiffcp");
    for (int t = 0; t < 2; t++) {
        struct shot s = make_shot(100, 70, types[t], 3, 1, 8);

        s.pic.storage.compression = COMP_NONE;
        must_write(&s, "tt_src.tif", 64);
        for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
            struct shot back;

            must(sh("tiffcp %s tt_src.tif tt_cp.tif", forms[i]), forms[i]);
            back = must_read("tt_cp.tif", 0);
            same_pixels(&s, &back, forms[i]);
            free_shot(&back);
        }
        free_shot(&s);
    }
}

/* One strip too tall to hold: row after row, twice over. */
TEST(tall_strips_are_read_in_order)
{
    static const char *const forms[] = {
        "tiffcp -c lzw:2 -r 5000 tt_src.tif tt_cp.tif",
        "tiffcp -B -c zip:2 -r 5000 tt_src.tif tt_cp.tif",
        ("convert tt_src.tif -interlace plane -define "
         "tiff:rows-per-strip=5000 -compress lzw tt_cp.tif"),
    };
    struct shot s = make_shot(1700, 900, SAMPLE_U16, 3, 0, 8);
    const struct read_options o = {.slots = 1};
    struct reader *r;

    NEED("tiffcp");
    NEED("convert");
    must_write(&s, "tt_src.tif", 64);
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        struct shot back;

        must(sh("%s", forms[i]), forms[i]);
        assert_int_equal(reader_open("tt_cp.tif", &o, &r, &e), 0);
        assert_true(r->ordered);
        assert_int_equal(r->chunk_rows, 64);
        reader_close(r);
        back = must_read("tt_cp.tif", 0);
        same_pixels(&s, &back, forms[i]);
        free_shot(&back);
    }
    unlink("tt_src.tif");
    unlink("tt_cp.tif");
    free_shot(&s);
}

TEST(pages_are_counted_and_chosen)
{
    struct shot a = make_shot(40, 30, SAMPLE_U8, 3, 0, 1);
    struct shot b = make_shot(50, 20, SAMPLE_U16, 1, 0, 2), back;

    NEED("tiffcp");
    must_write(&a, "tt_1.tif", 16);
    must_write(&b, "tt_2.tif", 16);
    for (int big = 0; big < 2; big++) {
        must(sh("tiffcp %s tt_1.tif tt_2.tif tt_1.tif tt_cp.tif",
                big ? "-8 -B" : ""),
             "tiffcp");
        for (int page = 0; page < 3; page++) {
            back = must_read("tt_cp.tif", page);
            assert_int_equal(back.pic.pages, 3);
            assert_int_equal(back.pic.page, page);
            same_pixels(page == 1 ? &b : &a, &back, "page");
            free_shot(&back);
        }
        assert_int_equal(read_shot("tt_cp.tif", 3, &back, &e), ERR_ARG);
    }
    free_shot(&a);
    free_shot(&b);
}

/* JPEG and small samples, with ImageMagick's reading as the judge. */
TEST(we_read_as_imagemagick_does)
{
    static const struct {
        const char *make, *raw;
        int colors;
    } cases[] = {
        {"-compress jpeg -quality 90", "rgb", 3},
        {"-colorspace gray -compress jpeg -quality 90", "gray", 1},
        {"-colors 16 -type palette", "rgb", 3},
        {"-colors 200 -type palette -compress lzw", "rgb", 3},
        {"-colors 3 -type palette -compress zip", "rgb", 3},
        {"-colorspace gray -depth 4 -compress none", "gray", 1},
        {"-colorspace gray -depth 2 -compress lzw", "gray", 1},
        {"-colorspace gray -depth 1 -type bilevel -compress none", "gray", 1},
        {"-monochrome -compress group4", "gray", 1},
        {"-monochrome -compress fax", "gray", 1},
        {"-compress rle", "rgb", 3},
    };
    struct shot s = make_shot(203, 120, SAMPLE_U8, 3, 0, 8), back;

    NEED("convert");
    must_write(&s, "tt_src.tif", 64);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        must(sh("convert tt_src.tif %s tt_im.tif", cases[i].make),
             cases[i].make);
        back = must_read("tt_im.tif", 0);
        must(sh("convert tt_im.tif -depth %d -endian LSB %s:tt_im.raw",
                back.pic.fmt.type == SAMPLE_U8 ? 8 : 16, cases[i].raw),
             cases[i].raw);
        assert_int_equal(back.pic.fmt.colors, cases[i].colors);
        if (back.pic.fmt.inverted)
            for (size_t k = 0; k < back.bytes; k++)
                back.raw[k] = (uint8_t)~back.raw[k];
        same_bytes(&back, "tt_im.raw", cases[i].make);
        free_shot(&back);
    }
    free_shot(&s);
}

TEST(doubles_are_read_with_a_warning)
{
    struct shot s = make_shot(30, 20, SAMPLE_F32, 3, 0, 8), back;

    NEED("vips");
    must_write(&s, "tt_src.tif", 64);
    must(sh("vips cast tt_src.tif tt_f64.tif double"), "vips");
    back = must_read("tt_f64.tif", 0);
    same_pixels(&s, &back, "doubles");
    assert_non_null(strstr(back.pic.warning, "64-bit"));
    free_shot(&back);
    must(sh("vips cast tt_src.tif tt_s16.tif short"), "vips");
    assert_int_equal(read_shot("tt_s16.tif", 0, &back, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "signed"));
    free_shot(&s);
}

/* What exiftool lists, but for how the pixels are stored. */
static void list_tags(char *text, size_t size, const char *path)
{
    sh_text(text, size,
            "exiftool -j -a -u -G1 -e --System:all --ExifTool:all "
            "--File:all --Composite:all --IFD0:StripOffsets "
            "--IFD0:StripByteCounts --IFD0:RowsPerStrip -x SourceFile %s "
            "| grep -v SourceFile",
            path);
}

/*
 * A file that exiftool filled with everything, through our reader and writer:
 * exiftool sees no difference.
 */
TEST(exiftool_sees_every_tag_again)
{
    static char before[60000], after[60000];
    static const char *const forms[] = {"", "-B"};
    const double private[2] = {1.25, -7};
    struct shot s = make_shot(50, 40, SAMPLE_U16, 3, 0, 8), back;

    NEED("exiftool");
    NEED("tiffcp");
    assert_int_equal(ifd_new(&s.pic.meta->tags, &e), 0);
    ifd_set(s.pic.meta->tags, 65100, IFD_DOUBLE, 2, private, &e);
    ifd_set(s.pic.meta->tags, 65101, IFD_ASCII, 8, "private", &e);
    must_write(&s, "tt_src.tif", 64);
    for (int i = 0; i < 2; i++) {
        struct ledger l = {0};

        /* tiffcp does not carry private tags: the first form is ours. */
        must(sh(i ? "tiffcp %s tt_src.tif tt_all.tif 2>/dev/null"
                  : "%s cp tt_src.tif tt_all.tif",
                forms[i]),
             "tiffcp");
        must(sh("exiftool -q -overwrite_original -Artist=Somebody "
                "-DocumentName=Name -Software='A Program' -Make=Maker "
                "-Orientation#=6 -XResolution=299.5 -YResolution=300 "
                "-ExposureTime=1/250 -FNumber=2.8 -LensModel='A Lens' "
                "-UserComment=comment -DateTimeOriginal='2020:01:02 03:04:05' "
                "-GPSLatitude=12.5 -GPSLatitudeRef=N -GPSAltitude=33.25 "
                "-InteropIndex=R98 -XMP:Title=Title -XMP:Rating=4 "
                "-XMP-tiff:Orientation#=6 -IPTC:Keywords=one "
                "-IPTC:Keywords=two -Photoshop:CopyrightFlag=True "
                "%s tt_all.tif",
                access("/usr/share/color/icc/sRGB.icc", R_OK)
                    ? ""
                    : "'-ICC_Profile<=/usr/share/color/icc/sRGB.icc'"),
             "exiftool");
        back = must_read("tt_all.tif", 0);
        assert_string_equal(back.pic.warning, "");
        same_pixels(&s, &back, "after exiftool");
        assert_int_equal(
            meta_update(back.pic.meta, KEEP_ALL, 50, 40, false, false, &l, &e),
            0);
        for (int k = 0; k < l.count; k++)
            assert_string_equal(l.line[k].fate, "kept");
        must_write(&back, "tt_out.tif", 64);
        list_tags(before, sizeof(before), "tt_all.tif");
        list_tags(after, sizeof(after), "tt_out.tif");
        assert_non_null(strstr(before, "GPS"));
        assert_int_equal(!strstr(before, "private"), i > 0);
        assert_string_equal(before, after);
        sh_text(after, sizeof(after),
                "exiftool -s3 -Warning -Error tt_out.tif; "
                "tiffinfo -D tt_out.tif 2>&1 >/dev/null | grep -v -e 'Unknown "
                "field' -e 'unknown field'");
        assert_string_equal(after, "");
        ledger_release(&l);
        free_shot(&back);
    }
    free_shot(&s);
}

TESTS(others_read_ours, imagemagick_reads_ours, we_read_what_tiffcp_writes,
      we_read_planes, we_read_floats_of_tiffcp, tall_strips_are_read_in_order,
      pages_are_counted_and_chosen, we_read_as_imagemagick_does,
      doubles_are_read_with_a_warning, exiftool_sees_every_tag_again)
