/* Reading and writing against ourselves; test_tiff_tools asks others. */

#include "tiff_help.h"

static struct err e;

struct layout {
    const char *name;
    int tile;
    bool planar, big;
};

static const struct layout layouts[] = {
    {"strips", 0, false, false},
    {"tiles", 32, false, false},
    {"planes", 0, true, false},
    {"big tiles in planes", 48, true, true},
};

static const enum compression compressions[] = {
    COMP_NONE, COMP_LZW, COMP_DEFLATE, COMP_ZSTD, COMP_PACKBITS,
};

static void round_trip(struct shot *s, const struct layout *l,
                       enum compression c, int predictor, int rows)
{
    struct shot back;
    char what[200];

    s->pic.storage = (struct storage){
        .compression = c,
        .predictor = predictor,
        .big = l->big,
        .planar = l->planar,
        .tile_w = l->tile,
        .tile_h = l->tile,
    };
    snprintf(what, sizeof(what), "%s, %s, predictor %d, %s, %d + %d", l->name,
             compression_names[c], predictor, sample_name(s->pic.fmt.type),
             s->pic.fmt.colors, s->pic.fmt.extras);
    must_write(s, "tiff_rt.tif", rows);
    back = must_read("tiff_rt.tif", 0);
    same_pixels(s, &back, what);
    assert_int_equal(back.pic.fmt.alpha, s->pic.fmt.alpha);
    assert_int_equal(back.pic.fmt.associated, s->pic.fmt.associated);
    assert_int_equal(back.pic.fmt.inverted, s->pic.fmt.inverted);
    assert_int_equal(back.pic.storage.compression, c);
    assert_int_equal(back.pic.storage.big, l->big);
    assert_int_equal(back.pic.storage.tile_w, l->tile);
    assert_int_equal(back.pic.storage.planar,
                     l->planar && pixfmt_samples(&s->pic.fmt) > 1);
    if (predictor && c != COMP_NONE && c != COMP_PACKBITS)
        assert_int_equal(back.pic.storage.predictor, predictor);
    free_shot(&back);
}

TEST(every_layout_comes_back)
{
    static const int colors[] = {1, 3, 4};

    for (int type = 0; type < SAMPLE_COUNT; type++)
        for (int c = 0; c < 3; c++)
            for (int extras = 0; extras < 3; extras++) {
                struct shot s =
                    make_shot(67, 45, (enum sample)type, colors[c], extras, 5);

                s.pic.fmt.associated = extras == 2;
                for (size_t l = 0; l < 4; l++)
                    for (size_t k = 0; k < 5; k++)
                        round_trip(&s, &layouts[l], compressions[k], 0, 16);
                free_shot(&s);
            }
}

TEST(every_predictor_comes_back)
{
    for (int type = 0; type < SAMPLE_COUNT; type++)
        for (int predictor = 1; predictor < 4; predictor++) {
            struct shot s = make_shot(130, 70, (enum sample)type, 3, 1, 9);

            if (predictor < 3 || sample_is_float((enum sample)type))
                for (size_t l = 0; l < 4; l++)
                    for (size_t k = 1; k < 4; k++)
                        round_trip(&s, &layouts[l], compressions[k], predictor,
                                   64);
            free_shot(&s);
        }
}

TEST(every_height_of_strip_comes_back)
{
    static const int heights[] = {1, 2, 3, 7, 16, 63, 64, 100, 999};

    for (size_t i = 0; i < sizeof(heights) / sizeof(*heights); i++) {
        struct shot s = make_shot(401, 130, SAMPLE_U16, 3, 0, 77);

        for (size_t k = 0; k < 5; k++)
            round_trip(&s, &layouts[0], compressions[k], 0, heights[i]);
        free_shot(&s);
    }
}

TEST(single_pixels_and_thin_pictures_come_back)
{
    static const int sizes[][2] = {{1, 1}, {1, 300}, {5000, 1}, {2, 2}};

    for (size_t i = 0; i < 4; i++) {
        struct shot s =
            make_shot(sizes[i][0], sizes[i][1], SAMPLE_U16, 3, 1, 2);

        for (size_t k = 0; k < 5; k++) {
            round_trip(&s, &layouts[0], compressions[k], 0, 64);
            round_trip(&s, &layouts[2], compressions[k], 0, 64);
        }
        free_shot(&s);
    }
}

TEST(inverted_grey_stays_inverted)
{
    struct shot s = make_shot(40, 30, SAMPLE_U16, 1, 0, 3);

    s.pic.fmt.inverted = true;
    round_trip(&s, &layouts[0], COMP_LZW, 2, 8);
    free_shot(&s);
}

TEST(wide_pictures_get_low_chunks)
{
    struct shot s = make_shot(100000, 30, SAMPLE_F32, 4, 0, 3);
    const struct read_options o = {.slots = 1};
    struct reader *r;

    round_trip(&s, &layouts[0], COMP_NONE, 0, 30);
    assert_int_equal(reader_open("tiff_rt.tif", &o, &r, &e), 0);
    assert_true(r->chunk_rows <= 10);
    assert_false(r->ordered);
    reader_close(r);
    free_shot(&s);
}

static int set_text(struct ifd *ifd, uint16_t id, const char *text)
{
    return ifd_set(ifd, id, IFD_ASCII, strlen(text) + 1, text, &e);
}

TEST(metadata_comes_back)
{
    struct shot s = make_shot(20, 10, SAMPLE_U8, 3, 0, 3), back;
    struct meta *m = s.pic.meta;
    const double private[3] = {1.5, -2, 3e99};
    struct ifd *exif;

    assert_int_equal(ifd_new(&m->tags, &e), 0);
    assert_int_equal(ifd_new(&exif, &e), 0);
    assert_int_equal(set_text(m->tags, 269, "a document"), 0);
    assert_int_equal(set_text(m->tags, 305, "another program"), 0);
    assert_int_equal(ifd_set(m->tags, 65001, IFD_DOUBLE, 3, private, &e), 0);
    assert_int_equal(ifd_set(exif, 37500, IFD_UNDEFINED, 9, "maker not", &e),
                     0);
    assert_int_equal(ifd_set_sub_take(m->tags, IFD_TAG_EXIF, exif, &e), 0);
    blob_set(&m->icc, "not a profile", 13, &e);
    blob_set(&m->xmp, "<x:xmpmeta/>", 12, &e);
    blob_set(&m->iptc, "\x1c\x02\x05\0\1a", 6, &e);
    blob_set(&m->psir, "8BIM\x04\x04\0\0\0\0\0\0", 12, &e);
    m->orientation = 6;
    m->xres = 72.5;
    m->yres = 300;
    m->res_unit = RES_CM;
    for (int big = 0; big < 2; big++) {
        s.pic.storage.big = big;
        must_write(&s, "tiff_meta.tif", 64);
        back = must_read("tiff_meta.tif", 0);
        same_pixels(&s, &back, "with metadata");
        m = back.pic.meta;
        assert_memory_equal(ifd_find(m->tags, 269)->data, "a document", 11);
        assert_memory_equal(ifd_find(m->tags, 305)->data, "another program",
                            16);
        assert_int_equal(ifd_find(m->tags, 65001)->type, IFD_DOUBLE);
        assert_memory_equal(ifd_find(m->tags, 65001)->data, private, 24);
        exif = ifd_find(m->tags, IFD_TAG_EXIF)->sub;
        assert_memory_equal(ifd_find(exif, 37500)->data, "maker not", 9);
        assert_null(ifd_find(m->tags, 256));
        assert_null(ifd_find(m->tags, 34675));
        assert_int_equal(m->icc.len, 13);
        assert_memory_equal(m->xmp.data, "<x:xmpmeta/>", 12);
        assert_int_equal(m->iptc.len, 6);
        assert_int_equal(m->psir.len, 12);
        assert_int_equal(m->orientation, 6);
        assert_true(m->xres == 72.5 && m->yres == 300);
        assert_int_equal(m->res_unit, RES_CM);
        assert_null(back.pic.color); /* the profile is none, and says so */
        assert_non_null(strstr(back.pic.warning, "profile"));
        free_shot(&back);
    }
    free_shot(&s);
}

/* The whole file in memory, with a NUL behind it. */
static struct buf load(const char *path)
{
    struct buf b = {0};

    assert_int_equal(file_load(path, 1 << 26, &b, &e), 0);
    return b;
}

static void store(const char *path, const uint8_t *data, size_t n)
{
    FILE *f;

    unlink(path);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    fclose(f);
}

/* Reads it: all is well, or there is one sentence. */
static int try_read(const char *path)
{
    struct shot back = {0};
    struct err why = {0};
    const int rc = read_shot(path, 0, &back, &why);

    if (rc < 0) {
        assert_int_equal(why.code, rc);
        assert_true(strlen(why.text) > 5);
    } else {
        free_shot(&back);
    }
    return rc;
}

/*
 * Each byte of header and directory changed. The directory of our files is
 * their end, so it is mutated from there.
 */
TEST(damaged_headers_do_no_harm)
{
    static const uint8_t bad[] = {0, 1, 0x7f, 0xff};
    static const struct layout *const ls[] = {&layouts[0], &layouts[1],
                                              &layouts[3]};
    struct shot s = make_shot(70, 50, SAMPLE_U16, 3, 0, 3);
    const size_t before = mem_used();

    for (size_t l = 0; l < 3; l++)
        for (size_t k = 0; k < 3; k++) {
            struct buf b;

            round_trip(&s, ls[l], compressions[k], 0, 16);
            b = load("tiff_rt.tif");
            for (size_t n = 0; n < 400 && n < b.len; n++) {
                const size_t at = n < 16 ? n : b.len - 1 - (n - 16);
                const uint8_t was = b.data[at];

                b.data[at] = bad[(n + k) % 4] == was ? 0x80 : bad[(n + k) % 4];
                store("tiff_bad.tif", b.data, b.len);
                (void)try_read("tiff_bad.tif");
                b.data[at] = was;
            }
            buf_release(&b);
            assert_int_equal(mem_used(), before);
        }
    free_shot(&s);
}

TEST(cut_files_say_so)
{
    struct shot s = make_shot(70, 50, SAMPLE_U16, 3, 0, 3);

    for (size_t k = 0; k < 5; k++) {
        struct buf b;

        round_trip(&s, &layouts[0], compressions[k], 0, 16);
        b = load("tiff_rt.tif");
        for (size_t n = 1; n < b.len; n += 1 + b.len / 150) {
            store("tiff_bad.tif", b.data, n);
            assert_true(try_read("tiff_bad.tif") < 0);
        }
        buf_release(&b);
    }
    free_shot(&s);
}

/* A classic little-endian file of one directory from (tag, type, count,
   value) rows. */
static void store_dir(const char *path, uint32_t (*tag)[4], int n,
                      uint32_t next, size_t size)
{
    FILE *f;

    unlink(path);
    f = fopen(path, "wb");
    assert_non_null(f);
    fwrite("II*\0\x08\0\0\0", 1, 8, f);
    put_le(f, (uint64_t)n, 2);
    for (int i = 0; i < n; i++) {
        put_le(f, tag[i][0], 2);
        put_le(f, tag[i][1], 2);
        put_le(f, tag[i][2], 4);
        put_le(f, tag[i][3], 4);
    }
    put_le(f, next, 4);
    while (ftell(f) < (long)size)
        fputc(1, f);
    fclose(f);
}

static int refusal(const char *path, const char *word)
{
    struct shot back = {0};
    struct err why = {0};
    const int rc = read_shot(path, 0, &back, &why);

    if (rc >= 0)
        free_shot(&back);
    else if (!strstr(why.text, word))
        fail_msg("'%s' should speak of %s", why.text, word);
    return rc;
}

TEST(what_cannot_be_is_refused_with_a_reason)
{
    static const struct {
        const char *word;
        uint32_t change[3][4];
    } cases[] = {
        {"cannot come from", {{256, 4, 1, 0x7fffffff}}},
        {"cannot come from", {{257, 4, 1, 0x7fffffff}, {278, 4, 1, 1}}},
        {"samples per pixel", {{277, 3, 1, 65535}}},
        {"damaged", {{256, 4, 1, 0}}},
        {"signed", {{339, 3, 1, 2}}},
        {"complex", {{339, 3, 1, 6}}},
        {"12 bits", {{258, 3, 1, 12}}},
        {"CIELab", {{262, 3, 1, 8}, {277, 3, 1, 3}}},
        {"LogLuv", {{262, 3, 1, 32845}, {277, 3, 1, 3}}},
        {"YCbCr", {{262, 3, 1, 6}, {277, 3, 1, 3}}},
        {"camera", {{262, 3, 1, 32803}}},
        {"unknown kind", {{262, 3, 1, 999}}},
        {"damaged", {{262, 3, 1, 3}, {258, 3, 1, 4}}}, /* no palette */
        {"too few", {{262, 3, 1, 2}}},
        {"compressed by method", {{259, 3, 1, 999}}},
        {"old way", {{259, 3, 1, 6}}},
        {"preview", {{254, 4, 1, 1}, {330, 4, 1, 300}}},
    };
    static uint32_t sound[][4] = {
        {256, 4, 1, 20}, {257, 4, 1, 10}, {258, 3, 1, 8},
        {259, 3, 1, 1},  {262, 3, 1, 1},  {273, 4, 1, 8},
        {277, 3, 1, 1},  {278, 4, 1, 10}, {279, 4, 1, 200},
    };

    store_dir("tiff_dir.tif", sound, 9, 0, 400);
    assert_int_equal(try_read("tiff_dir.tif"), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint32_t tags[12][4];
        int n = 9;

        memcpy(tags, sound, sizeof(sound));
        for (int k = 0; k < 3 && cases[i].change[k][0]; k++) {
            int at = 0;

            while (at < n && tags[at][0] != cases[i].change[k][0])
                at++;
            memcpy(tags[at], cases[i].change[k], sizeof(tags[at]));
            n += at == n;
        }
        /* libtiff wants ascending tags, as the format does. */
        for (int a = 1; a < n; a++)
            for (int b = a; b > 0 && tags[b][0] < tags[b - 1][0]; b--)
                for (int k = 0; k < 4; k++) {
                    const uint32_t v = tags[b][k];

                    tags[b][k] = tags[b - 1][k];
                    tags[b - 1][k] = v;
                }
        store_dir("tiff_dir.tif", tags, n, 0, 400);
        if (refusal("tiff_dir.tif", cases[i].word) >= 0)
            fail_msg("'%s' was read", cases[i].word);
    }
    store_dir("tiff_dir.tif", sound, 9, 8, 400); /* the next page is this one */
    assert_int_equal(try_read("tiff_dir.tif"), 0);
    store("tiff_dir.tif", (const uint8_t *)"II*\0\0\0\0\0", 8);
    assert_int_equal(refusal("tiff_dir.tif", "no page"), ERR_DATA);
}

TEST(a_page_that_is_not_there_is_refused)
{
    struct shot s = make_shot(8, 8, SAMPLE_U8, 3, 0, 3), back;

    round_trip(&s, &layouts[0], COMP_NONE, 0, 8);
    assert_int_equal(read_shot("tiff_rt.tif", 1, &back, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "page 2"));
    free_shot(&s);
}

TEST(other_files_are_named)
{
    struct shot back;

    store("tiff_other.tif", (const uint8_t *)"GIF89a..........", 16);
    assert_int_equal(read_shot("tiff_other.tif", 0, &back, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "GIF"));
    store("tiff_other.tif", (const uint8_t *)"hello, world", 12);
    assert_int_equal(read_shot("tiff_other.tif", 0, &back, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "text"));
    store("tiff_other.tif", (const uint8_t *)"", 0);
    assert_int_equal(read_shot("tiff_other.tif", 0, &back, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "empty"));
    store("tiff_other.tif", (const uint8_t *)"\1\2\3\4", 4);
    assert_int_equal(read_shot("tiff_other.tif", 0, &back, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "starts with 01 02"));
    assert_ptr_equal(codec_for_ext("TIFF"), codec_named("tiff"));
    assert_null(codec_named("gif"));
}

TEST(running_out_of_memory_is_survived)
{
    struct shot s = make_shot(40, 40, SAMPLE_U16, 3, 0, 3), back;
    int rc = -1;

    s.pic.storage.compression = COMP_LZW;
    for (long n = 1; rc != 0; n++) {
        mem_fail_at(n);
        rc = write_shot(&s, "tiff_oom.tif", 16, &e);
        mem_fail_at(0);
        if (rc < 0)
            assert_int_equal(access("tiff_oom.tif", F_OK), -1);
    }
    rc = -1;
    for (long n = 1; rc != 0; n++) {
        mem_fail_at(n);
        rc = read_shot("tiff_oom.tif", 0, &back, &e);
        mem_fail_at(0);
    }
    same_pixels(&s, &back, "after the last failure");
    free_shot(&back);
    free_shot(&s);
    unlink("tiff_oom.tif");
    assert_int_equal(mem_used(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_comes_back),
        cmocka_unit_test(every_predictor_comes_back),
        cmocka_unit_test(every_height_of_strip_comes_back),
        cmocka_unit_test(single_pixels_and_thin_pictures_come_back),
        cmocka_unit_test(inverted_grey_stays_inverted),
        cmocka_unit_test(wide_pictures_get_low_chunks),
        cmocka_unit_test(metadata_comes_back),
        cmocka_unit_test(damaged_headers_do_no_harm),
        cmocka_unit_test(cut_files_say_so),
        cmocka_unit_test(what_cannot_be_is_refused_with_a_reason),
        cmocka_unit_test(a_page_that_is_not_there_is_refused),
        cmocka_unit_test(other_files_are_named),
        cmocka_unit_test(running_out_of_memory_is_survived),
    };

    unlink("tiff_oom.tif");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
