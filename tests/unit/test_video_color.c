/* What films mean: rules for what they do not state, and what is refused. */

#include "test.h"

#include "base/mem.h"
#include "codec/video_color.h"
#include "film_tags.h"

/* Size and tags, and what they become. */
TEST(what_is_not_stated_follows_the_rules)
{
    static const struct {
        int w, h, in[3], out[3];
        const char *text;
    } rule[] = {
        {1920,
         1080,
         {U, U, U},
         {1, 1, 1},
         "BT.709 by its size (untagged HD), limited range"},
        {1280, 534, {U, U, U}, {1, 1, 1}, "BT.709 by its size (untagged HD)"},
        {1080, 1920, {U, U, U}, {1, 1, 1}, "BT.709 by its size (untagged HD)"},
        {3840, 2160, {U, U, U}, {1, 1, 1}, "BT.709 by its size (untagged UHD)"},
        {3840, 2160, {U, 16, U}, {9, 16, 9}, "BT.2020 PQ (tagged in part)"},
        {3840, 2160, {U, 18, U}, {9, 18, 9}, "BT.2020 HLG (tagged in part)"},
        {1920, 1080, {U, 16, U}, {9, 16, 9}, "BT.2020 PQ (tagged in part)"},
        {720,
         576,
         {U, U, U},
         {5, 6, 5},
         "BT.601 of 625 lines by its size (untagged SD)"},
        {720,
         480,
         {U, U, U},
         {6, 6, 6},
         "BT.601 of 525 lines by its size (untagged SD)"},
        {720, 486, {U, U, U}, {6, 6, 6}, "BT.601 of 525 lines by its size"},
        {720, 576, {U, 6, U}, {5, 6, 5}, "BT.601 of 625 lines (tagged in part"},
        {1920, 1080, {U, 1, U}, {1, 1, 1}, "BT.709 (tagged in part)"},
        {1920, 1080, {9, U, U}, {9, 14, 9}, "BT.2020 SDR (tagged in part)"},
        {1920, 1080, {U, U, 9}, {9, 14, 9}, "BT.2020 SDR (tagged in part)"},
        {1920, 1080, {12, 16, U}, {12, 16, 9}, "P3-D65 primaries, PQ curve"},
        {720, 576, {U, U, 6}, {5, 6, 6}, "BT.470BG primaries, BT.601 curve"},
        {1920, 1080, {1, 1, 1}, {1, 1, 1}, "BT.709, limited range"},
        {1920, 1080, {1, 6, 1}, {1, 6, 1}, "BT.709, limited range"},
        {3840, 2160, {9, 16, 9}, {9, 16, 9}, "BT.2020 PQ, limited range"},
        {1920, 1080, {1, 1, 0}, {1, 1, 1}, "BT.709 (tagged in part)"},
    };

    for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]); i++) {
        const int *in = rule[i].in, *out = rule[i].out;
        const struct video_info info =
            film(rule[i].w, rule[i].h, in[0], in[1], in[2]);
        struct film_color c = read_it(&info, NULL);

        if (c.tags.primaries != out[0] || c.tags.transfer != out[1] ||
            c.tags.matrix != out[2] ||
            strncmp(c.text, rule[i].text, strlen(rule[i].text)) != 0)
            fail_msg("%dx%d %d %d %d: %d %d %d, '%s'", rule[i].w, rule[i].h,
                     in[0], in[1], in[2], c.tags.primaries, c.tags.transfer,
                     c.tags.matrix, c.text);
        assert_int_equal(c.tags.range, 0);
        film_color_release(&c);
    }
}

TEST(rgb_and_grey_have_rules_of_their_own)
{
    struct video_info info = film(1920, 1080, U, U, U);
    struct film_color c;

    info.fmt = (struct frame_format){.colors = FRAME_RGB, .bits = 8};
    c = read_it(&info, NULL);
    assert_string_equal(c.text, "sRGB (untagged RGB) RGB, full range");
    assert_int_equal(c.tags.matrix, 0);
    assert_int_equal(c.tags.transfer, 13);
    assert_true(c.space.full);
    film_color_release(&c);
    info.color.primaries = 9;
    info.color.transfer = 16;
    info.color.matrix = 9;
    c = read_it(&info, NULL);
    assert_string_equal(c.text, "BT.2020 PQ RGB, full range; HDR in 8 bits, "
                                "bands may show");
    assert_int_equal(c.tags.matrix, 0);
    film_color_release(&c);
    info = film(1920, 1080, U, U, 8);
    info.fmt.colors = FRAME_GREY;
    c = read_it(&info, NULL);
    assert_int_equal(c.tags.transfer, 1);
    assert_false(c.space.full);
    film_color_release(&c);
}

TEST(assumptions_are_for_untagged_films)
{
    struct video_info info = film(1920, 1080, U, U, U);
    struct film_color c = read_it(&info, "PQ");
    struct err e = {0};

    assert_string_equal(c.text, "BT.2020 PQ as assumed (untagged), limited "
                                "range");
    film_color_release(&c);
    assert_int_equal(film_color_read(&info, "adobergb", &c, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "'adobergb' is no colour of films: rec709"));
    info.color.primaries = 1;
    c = read_it(&info, "pq");
    assert_int_equal(c.tags.transfer, 1);
    film_color_release(&c);
    for (int i = 0; film_color_name(i); i++) {
        const struct frame_format f = {.colors = FRAME_YUV, .bits = 10};

        assert_int_equal(film_color_for(film_color_name(i), &f, 0, &c, &e), 0);
        assert_true(c.text[0] && c.color->can_write);
        film_color_release(&c);
    }
}

/* By name, and nothing is left behind. */
TEST(what_cannot_be_worked_on_is_refused)
{
    static const struct {
        int in[3];
        const char *text;
    } bad[] = {
        {{1, 1, 8}, "cannot work on the matrix 'YCgCo'"},
        {{9, 14, 10},
         "cannot work on the matrix 'BT.2020 of constant "
         "luminance'"},
        {{9, 16, 14}, "cannot work on the matrix 'ICtCp'"},
        {{9, 16, 11}, "cannot work on the matrix 'SMPTE 2085'"},
        {{1, 1, 12},
         "cannot work on the matrix 'derived from "
         "chromaticities'"},
        {{1, 1, 77}, "unknown matrix coefficients 77"},
        {{1, 9, 1}, "cannot work on the transfer curve 'logarithmic 100:1'"},
        {{1, 12, 1}, "cannot work on the transfer curve 'BT.1361 extended'"},
        {{1, 3, 1}, "unknown transfer characteristics 3"},
        {{3, 1, 1}, "unknown colour primaries 3"},
        {{-7, 1, 1}, "unknown colour primaries -7"},
    };
    const size_t before = mem_used();

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct video_info info =
            film(1920, 1080, bad[i].in[0], bad[i].in[1], bad[i].in[2]);
        struct film_color c = {0};
        struct err e = {0};

        assert_int_equal(film_color_read(&info, NULL, &c, &e), ERR_DATA);
        assert_ptr_equal(strstr(e.text, bad[i].text), e.text);
        assert_null(c.color);
    }
    assert_true(mem_used() == before);
}

/* Values that cannot be, wrong by the unit of the container, do not count. */
TEST(the_peak_is_that_of_the_metadata)
{
    static const struct {
        int transfer;
        double mastering, max_cll, peak; /* 0: not there */
    } cases[] = {
        {16, 0, 0, 1000},     {16, 4000, 0, 4000}, {16, 4000, 1770, 1770},
        {16, 0.4, 0, 1000},   {16, 600, 1, 600},   {16, 600, 65535, 600},
        {16, 1e9, 0, 1000},   {16, 0, 4, 1000},    {18, 4000, 1770, 1000},
        {1, 4000, 1770, 203},
    };

    for (int i = 0; i < 10; i++) {
        struct video_info info = film(3840, 2160, 9, cases[i].transfer, 9);
        struct film_color c;

        info.mastering.there = cases[i].mastering > 0;
        info.mastering.max = cases[i].mastering;
        info.light.there = cases[i].max_cll > 0;
        info.light.max_cll = (int)cases[i].max_cll;
        c = read_it(&info, NULL);
        if (c.peak != cases[i].peak || c.hlg != (cases[i].transfer == 18))
            fail_msg("%d: %g", i, c.peak);
        film_color_release(&c);
    }
}

/* H.273, figure 10; the default is left, top left for BT.2020. */
TEST(chroma_lies_where_its_tag_says)
{
    static const double at[6][2] = {{0, 0.5}, {0.5, 0.5}, {0, 0},
                                    {0.5, 0}, {0, 1},     {0.5, 1}};
    struct video_info info = film(1920, 1080, 1, 1, 1);
    struct film_color c;

    for (int i = -1; i < 6; i++) {
        info.color.siting = i;
        c = read_it(&info, NULL);
        assert_true(c.space.siting_x == at[i < 0 ? 0 : i][0]);
        assert_true(c.space.siting_y == at[i < 0 ? 0 : i][1]);
        film_color_release(&c);
    }
    info = film(3840, 2160, 9, 16, 9);
    c = read_it(&info, NULL);
    assert_true(c.space.siting_x == 0 && c.space.siting_y == 0);
    film_color_release(&c);
    info.fmt.ssx = info.fmt.ssy = 0;
    info.color.siting = 5;
    c = read_it(&info, NULL);
    assert_true(c.space.siting_x == 0 && c.space.siting_y == 0);
    film_color_release(&c);
}

TEST(equal_means_equal)
{
    struct film_color a = tagged(1, 1, 1), b = tagged(1, 6, 1);
    struct film_color other = tagged(1, 13, 1), x = named("hlg", 1000);
    struct film_color y = named("hlg", 600);

    assert_true(film_color_equal(&a, &b)); /* BT.601's curve is BT.709's */
    assert_false(film_color_equal(&a, &other));
    assert_false(film_color_equal(&x, &y));
    b.space.full = true;
    assert_false(film_color_equal(&a, &b));
    film_color_release(&a);
    film_color_release(&b);
    film_color_release(&other);
    film_color_release(&x);
    film_color_release(&y);
}

TESTS(what_is_not_stated_follows_the_rules,
      rgb_and_grey_have_rules_of_their_own, assumptions_are_for_untagged_films,
      what_cannot_be_worked_on_is_refused, the_peak_is_that_of_the_metadata,
      chroma_lies_where_its_tag_says, equal_means_equal)
