/* Tables to files and back: the same bits, or what lut_fits() said before. */

#include "test.h"

#include "codec/lut_write.h"
#include "lut_help.h"
#include "outside.h"
#include "roundtrip.h"

static const struct lut_words words = {NULL, "from a test"};

/* Values of all sizes: long ones, whole ones, tiny and huge ones. */
static void fill(float *v, size_t n)
{
    static const float odd[] = {0,       1,      -1,    0.5f,    0.1f,   1e-7f,
                                3.5e-9f, 1e-30f, 2e20f, 1234.5f, -0.25f, 65504};
    uint32_t seed = 3;

    for (size_t i = 0; i < n; i++) {
        const float u = (float)(noise(&seed) >> 8) * 0x1p-24f;

        v[i] = i % 5 ? u * 1.2f - 0.1f : odd[i / 5 % 12];
    }
}

static struct lut *make(int points, int size)
{
    const size_t side = (size_t)size;
    struct lut *lut = NULL;
    struct err e = {0};

    assert_int_equal(lut_new(points, size, &lut, &e), 0);
    fill(lut->curve, 3 * (size_t)points);
    fill(lut->node, 4 * side * side * side);
    for (size_t i = 0; i < side * side * side; i++)
        lut->node[4 * i + 3] = 0;
    strcpy(lut->title, "A < \"b\" & 'c'");
    return lut;
}

static struct lut *saved(const struct lut *lut, enum lut_form form)
{
    static const char *const names[] = {"a.cube", "a.clf", "a.png"};
    struct lut *back = NULL;
    struct err e = {0};

    assert_true(lut_fits(lut, form));
    if (lut_save(names[form], lut, form, &words, &e) < 0 ||
        lut_load(names[form], &back, &e) < 0)
        fail_msg("%s", e.text);
    return back;
}

static void same_floats(const float *a, const float *b, size_t n, float most)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(a[i] - b[i]) <= most * fabsf(b[i])))
            fail_msg("number %zu: %.9g is not %.9g", i, (double)a[i],
                     (double)b[i]);
}

/* Domains of CLF go through a scale and an offset. */
static void same(const struct lut *a, const struct lut *b, float domain)
{
    const size_t side = (size_t)b->size;

    assert_int_equal(a->stages, b->stages);
    assert_int_equal(a->points, b->points);
    assert_int_equal(a->size, b->size);
    same_floats(a->curve, b->curve, 3 * (size_t)b->points, 0);
    same_floats(a->node, b->node, 4 * side * side * side, 0);
    if (b->points) {
        same_floats(a->lo, b->lo, 3, domain);
        same_floats(a->hi, b->hi, 3, domain);
    }
    if (b->size) {
        same_floats(a->from, b->from, 3, domain);
        same_floats(a->to, b->to, 3, domain);
    }
}

static void put3(float *v, float a, float b, float c)
{
    v[0] = a;
    v[1] = b;
    v[2] = c;
}

TEST(all_bits_come_back)
{
    static const struct {
        int points, size;
    } kinds[] = {{2, 0}, {1000, 0}, {0, 2}, {0, 17}, {65, 5}};

    for (int k = 0; k < 5; k++)
        for (int form = LUT_FORM_CUBE; form <= LUT_FORM_CLF; form++)
            for (int domain = 0; domain < 3; domain++) {
                struct lut *lut = make(kinds[k].points, kinds[k].size), *back;

                if (domain == 1) {
                    put3(lut->lo, -0.1f, -0.1f, -0.1f);
                    put3(lut->hi, 4.7f, 4.7f, 4.7f);
                }
                if (domain == 2) {
                    put3(lut->lo, -0.1f, 0, 0.3f);
                    put3(lut->hi, 1, 2, 0.9f);
                }
                if (!kinds[k].points) {
                    memcpy(lut->from, lut->lo, sizeof(lut->lo));
                    memcpy(lut->to, lut->hi, sizeof(lut->hi));
                } else if (domain) {
                    put3(lut->to, 2.5f, 2.5f, 2.5f);
                }
                if (form == LUT_FORM_CUBE && domain == 2 && kinds[k].points &&
                    kinds[k].size) { /* one range for all channels there */
                    assert_false(lut_fits(lut, LUT_FORM_CUBE));
                    lut_free(lut);
                    continue;
                }
                back = saved(lut, (enum lut_form)form);
                same(back, lut, form == LUT_FORM_CLF ? 3e-7f : 0);
                assert_string_equal(back->title, form == LUT_FORM_CLF
                                                     ? "A < \"b\" & 'c'"
                                                 : k == 4 ? ""
                                                          : "A < b & 'c'");
                lut_free(lut);
                lut_free(back);
            }
}

TEST(equal_curves_are_one)
{
    struct lut *lut = make(300, 0), *back;
    char text[100];

    memcpy(lut->curve + 300, lut->curve, 300 * sizeof(float));
    memcpy(lut->curve + 600, lut->curve, 300 * sizeof(float));
    back = saved(lut, LUT_FORM_CLF);
    same(back, lut, 0);
    sh_text(text, sizeof(text), "grep -c 'dim=\"300 1\"' a.clf");
    assert_string_equal(text, "1\n");
    lut_free(lut);
    lut_free(back);
}

/* A list of a matrix and two tables, and what has no place in a CLF here. */
TEST(lists_come_back)
{
    static const char text[] =
        "<ProcessList id='a' compCLFversion='3'><Matrix inBitDepth='32f' "
        "outBitDepth='32f'><Array dim='3 4'>.9 .1 0 .1 0 1 0 0 .3 0 .7 -.2"
        "</Array></Matrix><LUT1D inBitDepth='32f' outBitDepth='32f'><Array "
        "dim='3 1'>0 .4 1.2</Array></LUT1D><Range inBitDepth='32f' "
        "outBitDepth='32f'><minInValue>0</minInValue><maxInValue>2"
        "</maxInValue><minOutValue>.1</minOutValue><maxOutValue>.6"
        "</maxOutValue></Range><Matrix inBitDepth='32f' outBitDepth='32f'>"
        "<Array dim='3 3'>2 0 0 0 3 0 0 0 4</Array></Matrix></ProcessList>";
    struct lut *lut = parsed(clf_parse, text), *back;

    assert_int_equal(lut->stages, 4);
    assert_false(lut_fits(lut, LUT_FORM_CUBE));
    back = saved(lut, LUT_FORM_CLF);
    assert_int_equal(back->stages, 4);
    for (int i = -3; i < 14; i++) {
        const float x = (float)i / 10;
        float a[3] = {x, x * x, 1 - x}, b[3] = {x, x * x, 1 - x};

        through(lut, a);
        through(back, b);
        for (int c = 0; c < 3; c++)
            assert_true(fabsf(a[c] - b[c]) < 5e-7f);
    }
    lut_free(lut);
    lut_free(back);
    lut = parsed(clf_parse,
                 "<ProcessList id='a' compCLFversion='3'><Log style='log2' "
                 "inBitDepth='32f' outBitDepth='32f'/></ProcessList>");
    assert_false(lut_fits(lut, LUT_FORM_CLF));
    lut_free(lut);
}

TEST(what_fits_where)
{
    struct lut *lut = make(0, 9);

    assert_true(lut_fits(lut, LUT_FORM_HALD));
    lut->to[1] = 2;
    assert_false(lut_fits(lut, LUT_FORM_HALD));
    assert_true(lut_fits(lut, LUT_FORM_CUBE));
    lut_free(lut);
    lut = make(0, 10);
    assert_false(lut_fits(lut, LUT_FORM_HALD));
    assert_int_equal(hald_size(10), 16);
    assert_int_equal(hald_size(2), 4);
    assert_int_equal(hald_size(256), 256);
    lut_free(lut);
    lut = make(4, 4);
    assert_false(lut_fits(lut, LUT_FORM_HALD));
    lut->to[1] = 2; /* a range of a cube behind curves is for all channels */
    assert_false(lut_fits(lut, LUT_FORM_CUBE));
    assert_true(lut_fits(lut, LUT_FORM_CLF));
    lut_free(lut);
    lut = make(70000, 0);
    assert_false(lut_fits(lut, LUT_FORM_CUBE));
    assert_true(lut_fits(lut, LUT_FORM_CLF));
    lut_free(lut);
}

TEST(hald_pictures_are_16_bits)
{
    char text[200];

    for (int n = 2; n <= 6; n += 2) {
        struct lut *lut = make(0, n * n), *back = saved(lut, LUT_FORM_HALD);

        assert_int_equal(back->size, n * n);
        for (int i = 0; i < 4 * n * n * n * n * n * n; i++) {
            const float want = fminf(fmaxf(lut->node[i], 0), 1);

            assert_true(fabsf(back->node[i] - want) <= 0.51f / 65535);
        }
        lut_free(lut);
        lut_free(back);
    }
    if (have("pngcheck"))
        assert_int_equal(sh("pngcheck -q a.png"), 0);
    if (have("exiftool")) {
        sh_text(text, sizeof(text), "exiftool -s3 -Comment a.png");
        assert_string_equal(text, "from a test\n");
    }
}

TEST(names_say_the_form)
{
    enum lut_form form = LUT_FORM_CUBE;
    struct err e = {0};

    assert_int_equal(lut_form_of("x/b.CLF", &form, &e), 0);
    assert_int_equal(form, LUT_FORM_CLF);
    assert_int_equal(lut_form_of("b.tar.png", &form, &e), 0);
    assert_int_equal(form, LUT_FORM_HALD);
    assert_int_equal(lut_form_of("b.3dl", &form, &e), ERR_ARG);
    assert_non_null(strstr(e.text, ".cube"));
    assert_int_equal(lut_form_of("cube", &form, &e), ERR_ARG);
}

TEST(nothing_is_left_half_written)
{
    struct lut *lut = make(0, 9);
    struct err e = {0};

    assert_int_equal(sh("mkdir -p only.cube/sub none"), 0);
    assert_true(lut_save("only.cube", lut, LUT_FORM_CUBE, &words, &e) < 0);
    assert_non_null(strstr(e.text, "'only.cube'"));
    for (int form = 0; form < 3; form++) {
        int rc = ERR_MEM;

        for (long n = 1; rc < 0; n++) {
            mem_fail_at(n);
            rc = lut_save("none/b", lut, (enum lut_form)form, &words, &e);
            mem_fail_at(0);
            assert_true(rc == 0 || rc == ERR_MEM);
            if (rc < 0)
                assert_int_equal(sh("test -z \"$(ls -A none)\""), 0);
        }
        assert_int_equal(sh("rm none/b"), 0);
    }
    lut_free(lut);
}

/* Of a formula that a cube of any size has exactly, and of one between nodes.
 */
TEST(samples_are_what_it_gives)
{
    const float lo[3] = {-1, 0, 0}, hi[3] = {1, 2, 1};
    struct lut *lut =
        parsed(clf_parse, "<ProcessList id='a' compCLFversion='3'><Matrix "
                          "inBitDepth='32f' outBitDepth='32f'><Array dim='3 4'>"
                          ".9 .1 0 .1 0 1 0 0 .3 0 .7 -.2</Array></Matrix>"
                          "</ProcessList>");
    struct lut *cube = NULL, *curve = NULL;
    struct err e = {0};

    assert_int_equal(lut_sample(lut, 0, 21, lo, hi, &cube, &e), 0);
    assert_int_equal(lut_sample(cube, 33, 0, lo, hi, &curve, &e), 0);
    for (int i = 0; i <= 10; i++) {
        float a[3] = {(float)i / 5 - 1, (float)i / 7, (float)i / 10};
        float b[3] = {a[0], a[1], a[2]};

        through(lut, a);
        through(cube, b);
        for (int c = 0; c < 3; c++)
            assert_true(fabsf(a[c] - b[c]) < 1e-6f);
    }
    assert_true(fabsf(curve->curve[32] - (0.9f + 0.2f + 0.1f)) < 1e-6f);
    lut_free(lut);
    lut_free(cube);
    lut_free(curve);
}

TESTS_WITH(shot_enter, shot_leave, all_bits_come_back, equal_curves_are_one,
           lists_come_back, what_fits_where, hald_pictures_are_16_bits,
           names_say_the_form, nothing_is_left_half_written,
           samples_are_what_it_gives)
