/*
 * What films mean: rules for what they do not state, light against BT.2100,
 * BT.1886, BT.2087 and zimg, and the way back.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "codec/video_color.h"
#include "kern/hdr.h"

#ifdef HAVE_ZIMG
#include <zimg.h>
#endif

enum { U = 2 }; /* not stated */

static struct video_info film(int w, int h, int p, int t, int m)
{
    return (struct video_info){
        .w = w,
        .h = h,
        .fmt = {.colors = FRAME_YUV, .bits = 10, .ssx = 1, .ssy = 1},
        .color = {p, t, m, -1, -1},
    };
}

static struct film_color read_it(const struct video_info *info,
                                 const char *assume)
{
    struct film_color c = {0};
    struct err e = {0};

    if (film_color_read(info, assume, &c, &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

/* Size and tags, and what they become. */
static void what_is_not_stated_follows_the_rules(void **state)
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

    (void)state;
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

static void rgb_and_grey_have_rules_of_their_own(void **state)
{
    struct video_info info = film(1920, 1080, U, U, U);
    struct film_color c;

    (void)state;
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

static void assumptions_are_for_untagged_films(void **state)
{
    struct video_info info = film(1920, 1080, U, U, U);
    struct film_color c = read_it(&info, "PQ");
    struct err e = {0};

    (void)state;
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
static void what_cannot_be_worked_on_is_refused(void **state)
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

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct video_info info =
            film(1920, 1080, bad[i].in[0], bad[i].in[1], bad[i].in[2]);
        struct film_color c = {0};
        struct err e = {0};

        assert_int_equal(film_color_read(&info, NULL, &c, &e), ERR_DATA);
        assert_string_equal(e.text, bad[i].text);
        assert_null(c.color);
    }
    assert_true(mem_used() == before);
}

static void the_peak_is_that_of_the_metadata(void **state)
{
    struct video_info info = film(3840, 2160, 9, 16, 9);
    struct film_color c = read_it(&info, NULL);

    (void)state;
    assert_true(c.peak == 1000 && !c.hlg);
    film_color_release(&c);
    info.mastering.there = true;
    info.mastering.max = 4000;
    c = read_it(&info, NULL);
    assert_true(c.peak == 4000);
    film_color_release(&c);
    info.light.there = true;
    info.light.max_cll = 1770;
    c = read_it(&info, NULL);
    assert_true(c.peak == 1770);
    film_color_release(&c);
    info.light.there = false;
    info.mastering.max = 0.4; /* wrong by the unit of the container */
    c = read_it(&info, NULL);
    assert_true(c.peak == 1000);
    film_color_release(&c);
    info.color.transfer = 18;
    c = read_it(&info, NULL);
    assert_true(c.peak == 1000 && c.hlg);
    film_color_release(&c);
    info.color.transfer = 1;
    c = read_it(&info, NULL);
    assert_true(c.peak == 203);
    film_color_release(&c);
}

/* H.273, figure 10; the default is left, top left for BT.2020. */
static void chroma_lies_where_its_tag_says(void **state)
{
    static const double at[6][2] = {{0, 0.5}, {0.5, 0.5}, {0, 0},
                                    {0.5, 0}, {0, 1},     {0.5, 1}};
    struct video_info info = film(1920, 1080, 1, 1, 1);
    struct film_color c;

    (void)state;
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

static struct film_color named(const char *name, double peak)
{
    const struct frame_format f = {.colors = FRAME_YUV, .bits = 10};
    struct film_color c = {0};
    struct err e = {0};

    if (film_color_for(name, &f, peak, &c, &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

static struct film_color tagged(int p, int t, int m)
{
    const struct video_info info = film(1920, 1080, p, t, m);

    return read_it(&info, NULL);
}

static void light_of(const struct film_color *c, const double code[3],
                     double light[3])
{
    float v[3] = {(float)code[0], (float)code[1], (float)code[2]};
    float *const row[3] = {&v[0], &v[1], &v[2]};

    film_color_in(c, kern_best(), row, 1);
    for (int i = 0; i < 3; i++)
        light[i] = (double)v[i];
}

static double grey_light(const struct film_color *c, double code)
{
    const double in[3] = {code, code, code};
    double out[3];

    light_of(c, in, out);
    assert_true(out[0] == out[1] && out[1] == out[2]);
    return out[1];
}

/* ITU-R BT.2408-7, table 1: reference white is signal 0.58 of PQ, 0.75 of HLG;
   its 203 cd/m2 are rounded. */
static void reference_white_is_one(void **state)
{
    struct film_color pq = named("pq", 0), hlg = named("hlg", 0);
    struct film_color sdr = named("rec709", 0);

    (void)state;
    assert_true(fabs(grey_light(&pq, 0.58068888) - 1) < 1e-5);
    assert_true(fabs(grey_light(&hlg, 0.75) - 1) < 1e-3);
    assert_true(fabs(grey_light(&sdr, 1) - 1) < 1e-7);
    assert_true(fabs(grey_light(&hlg, 1) * 203 - 1000) < 1e-2);
    assert_true(fabs(grey_light(&pq, 1) * 203 - 10000) < 0.5);
    film_color_release(&pq);
    film_color_release(&hlg);
    film_color_release(&sdr);
}

/* BT.2100, table 5, in double and in its own order: OETF undone, OOTF. */
static void hlg_reference(const double code[3], double lw, double gamma,
                          double out[3])
{
    double e[3], y;

    for (int i = 0; i < 3; i++)
        e[i] = code[i] <= 0.5
                   ? code[i] * code[i] / 3
                   : (exp((code[i] - 0.55991073) / 0.17883277) + 0.28466892) /
                         12;
    y = 0.2627 * e[0] + 0.6780 * e[1] + 0.0593 * e[2];
    for (int i = 0; i < 3; i++)
        out[i] = lw * pow(y, gamma - 1) * e[i];
}

static void hlg_is_that_of_the_recommendation(void **state)
{
    static const double peaks[] = {1000, 400, 600, 2000, 4000, 203};
    static const double gammas[] = {1.2,       1.0328652, 1.1068236,
                                    1.3264326, 1.4811852, 0.9419295};

    (void)state;
    for (int k = 0; k < 6; k++) {
        struct film_color c = named("hlg", peaks[k]);

        if (fabs(film_hlg_gamma(peaks[k]) - gammas[k]) > 2e-7)
            fail_msg("%g: gamma %.7f", peaks[k], film_hlg_gamma(peaks[k]));
        for (int i = 1; i < 1000; i++) {
            const double code[3] = {i / 1000.0, (i * 7 % 1000) / 1000.0,
                                    (i * 13 % 1000) / 1000.0};
            double want[3], got[3];

            hlg_reference(code, peaks[k], gammas[k], want);
            light_of(&c, code, got);
            for (int p = 0; p < 3; p++)
                if (fabs(got[p] * 203 - want[p]) > 1e-4 * want[p] + 1e-6)
                    fail_msg("%g: %g of %g %g %g: %g, not %g", peaks[k],
                             code[p], code[0], code[1], code[2], got[p] * 203,
                             want[p]);
        }
        film_color_release(&c);
    }
}

/* In units of the last place, over all that a code or light may be. */
static void bt1886_is_a_power(void **state)
{
    const struct kern_hdr *k = kern_best()->hdr;
    double worst[2] = {0};

    (void)state;
    for (int i = 0; i < 400000; i++) {
        const float x = (float)exp2(-40 + i * 1.1e-4);
        const double want[2] = {pow((double)x, 2.4), pow((double)x, 1 / 2.4)};
        float got[2];

        k->bt1886_decode(&got[0], &x, 1);
        k->bt1886_encode(&got[1], &x, 1);
        for (int j = 0; j < 2; j++)
            worst[j] = fmax(worst[j], fabs((double)got[j] - want[j]) /
                                          ldexp(1, ilogb(want[j]) - 23));
    }
    assert_true(worst[0] < 7 && worst[1] < 3);
}

/* BT.2087: its matrix from BT.709, four digits; and powers of 2.4 before it. */
static void rec709_is_bt1886_and_bt2087(void **state)
{
    static const double m[3][3] = {{0.6274, 0.3293, 0.0433},
                                   {0.0691, 0.9195, 0.0114},
                                   {0.0164, 0.0880, 0.8956}};
    struct film_color c = named("rec709", 0);

    (void)state;
    for (int i = 0; i < 200; i++) {
        const double code[3] = {i / 200.0, (i * 7 % 200) / 200.0,
                                (i * 13 % 200) / 200.0};
        double got[3];

        light_of(&c, code, got);
        for (int p = 0; p < 3; p++) {
            double want = 0;

            for (int j = 0; j < 3; j++)
                want += m[p][j] * pow(code[j], 2.4);
            assert_true(fabs(got[p] - want) < 2e-4);
        }
    }
    film_color_release(&c);
}

/* SMPTE ST 428-1: 48 cd/m2 are white and code 3960 of 4095. */
static void cinema_white_is_white(void **state)
{
    struct film_color dci = tagged(11, 17, 1), linear = tagged(1, 8, 1);

    (void)state;
    assert_true(fabs(grey_light(&dci, 3960 / 4095.0) - 1) < 3e-4);
    assert_true(fabs(grey_light(&dci, 1) - 52.37 / 48) < 1e-5);
    assert_true(fabs(grey_light(&linear, 0.5) - 0.5) < 1e-7);
    film_color_release(&dci);
    film_color_release(&linear);
}

#define N 4096

static float rows[3][N], codes[3][N];

/* Greys, then colours, some of them outside 0 … 1. */
static void fill_codes(double lo, double hi)
{
    uint32_t seed = 99;

    for (int i = 0; i < N; i++)
        for (int p = 0; p < 3; p++) {
            seed = seed * 1664525u + 1013904223u;
            codes[p][i] = (float)(lo + (hi - lo) * (seed * 0x1p-32));
            if (i < N / 4)
                codes[p][i] = (float)(lo + (hi - lo) * i / (N / 4 - 1));
        }
}

/* Every transfer with primaries that go with it, there and back. */
static void codes_come_back(void **state)
{
    static const struct {
        int p, t, m;
        double most; /* of what is lost, in codes of 65535 */
    } way[] = {
        {1, 1, 1, 1},  {6, 6, 6, 1},  {5, 5, 5, 3},   {4, 4, 4, 1},
        {7, 7, 7, 1},  {1, 8, 1, 1},  {1, 13, 1, 1},  {9, 14, 9, 1},
        {9, 16, 9, 1}, {9, 18, 9, 1}, {12, 13, 1, 1},
    };
    float *const row[3] = {rows[0], rows[1], rows[2]};

    (void)state;
    for (size_t k = 0; k < sizeof(way) / sizeof(way[0]); k++) {
        struct film_color c = tagged(way[k].p, way[k].t, way[k].m);
        double worst = 0;

        fill_codes(0.02, 1.05);
        memcpy(rows, codes, sizeof(rows));
        film_color_in(&c, kern_best(), row, N);
        for (int i = 0; i < N / 4; i++)
            assert_true(rows[0][i] == rows[1][i] && rows[1][i] == rows[2][i]);
        film_color_out(&c, kern_best(), row, N);
        for (int p = 0; p < 3; p++)
            for (int i = 0; i < N; i++)
                worst = fmax(worst, fabs((double)(rows[p][i] - codes[p][i])));
        if (worst * 65535 > way[k].most)
            fail_msg("%d %d: %g of 65535", way[k].p, way[k].t, worst * 65535);
        film_color_release(&c);
    }
}

static void equal_means_equal(void **state)
{
    struct film_color a = tagged(1, 1, 1), b = tagged(1, 6, 1);
    struct film_color other = tagged(1, 13, 1), x = named("hlg", 1000);
    struct film_color y = named("hlg", 600);

    (void)state;
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

#ifdef HAVE_ZIMG
static _Alignas(64) float z_in[3][N], z_out[3][N];

/* R'G'B' floats through zimg to linear light of BT.2020, 1.0 = 203 cd/m2. */
static void zimg(int primaries, int transfer)
{
    zimg_image_format src, dst;
    zimg_graph_builder_params params;
    zimg_image_buffer_const in = {.version = ZIMG_API_VERSION};
    zimg_image_buffer out = {.version = ZIMG_API_VERSION};
    zimg_filter_graph *graph;
    _Alignas(64) static char room[1 << 20];
    size_t need = 0;

    zimg_image_format_default(&src, ZIMG_API_VERSION);
    src.width = N;
    src.height = 1;
    src.pixel_type = ZIMG_PIXEL_FLOAT;
    src.color_family = ZIMG_COLOR_RGB;
    src.matrix_coefficients = ZIMG_MATRIX_RGB;
    src.transfer_characteristics = (zimg_transfer_characteristics_e)transfer;
    src.color_primaries = (zimg_color_primaries_e)primaries;
    src.pixel_range = ZIMG_RANGE_FULL;
    dst = src;
    dst.transfer_characteristics = ZIMG_TRANSFER_LINEAR;
    dst.color_primaries = ZIMG_PRIMARIES_BT2020;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.nominal_peak_luminance = 203;
    graph = zimg_filter_graph_build(&src, &dst, &params);
    assert_non_null(graph);
    assert_int_equal(zimg_filter_graph_get_tmp_size(graph, &need), 0);
    assert_true(need <= sizeof(room));
    for (int p = 0; p < 3; p++) {
        in.plane[p].data = z_in[p];
        out.plane[p].data = z_out[p];
        in.plane[p].stride = out.plane[p].stride = sizeof(z_in[0]);
        in.plane[p].mask = out.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    assert_int_equal(
        zimg_filter_graph_process(graph, &in, &out, room, 0, 0, 0, 0), 0);
    zimg_filter_graph_free(graph);
}

/* As a share of the brightest channel. zimg has more digits in its sRGB curve
   than IEC 61966-2-1, and PQ in floats is steep. */
static double tolerance(int transfer)
{
    return transfer == 13   ? 2e-4
           : transfer == 16 ? 1e-4
           : transfer == 18 ? 2e-5
                            : 1e-6;
}

static void zimg_makes_the_same_light(void **state)
{
    static const struct {
        int p, t;
    } way[] = {{1, 1},  {6, 6},   {5, 6},   {9, 14}, {9, 16}, {9, 18},
               {1, 13}, {12, 13}, {11, 1},  {1, 4},  {5, 5},  {8, 1},
               {22, 1}, {4, 4},   {12, 16}, {1, 8},  {10, 1}};
    float *const row[3] = {rows[0], rows[1], rows[2]};

    (void)state;
    for (size_t k = 0; k < sizeof(way) / sizeof(way[0]); k++) {
        struct film_color c = tagged(way[k].p, way[k].t, 1);
        double worst = 0;

        fill_codes(0, 1);
        memcpy(z_in, codes, sizeof(z_in));
        memcpy(rows, codes, sizeof(rows));
        zimg(way[k].p, way[k].t);
        film_color_in(&c, kern_best(), row, N);
        for (int i = 0; i < N; i++) {
            double size = 0.01;

            for (int p = 0; p < 3; p++)
                size = fmax(size, fabs((double)z_out[p][i]));
            for (int p = 0; p < 3; p++)
                worst = fmax(worst,
                             fabs((double)(rows[p][i] - z_out[p][i])) / size);
        }
        if (worst > tolerance(way[k].t))
            fail_msg("primaries %d, transfer %d: off by %g", way[k].p, way[k].t,
                     worst);
        film_color_release(&c);
    }
}
#else
static void zimg_makes_the_same_light(void **state)
{
    (void)state;
    puts("skipped: zimg is not installed");
    skip();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_stated_follows_the_rules),
        cmocka_unit_test(rgb_and_grey_have_rules_of_their_own),
        cmocka_unit_test(assumptions_are_for_untagged_films),
        cmocka_unit_test(what_cannot_be_worked_on_is_refused),
        cmocka_unit_test(the_peak_is_that_of_the_metadata),
        cmocka_unit_test(chroma_lies_where_its_tag_says),
        cmocka_unit_test(reference_white_is_one),
        cmocka_unit_test(hlg_is_that_of_the_recommendation),
        cmocka_unit_test(bt1886_is_a_power),
        cmocka_unit_test(rec709_is_bt1886_and_bt2087),
        cmocka_unit_test(cinema_white_is_white),
        cmocka_unit_test(codes_come_back),
        cmocka_unit_test(equal_means_equal),
        cmocka_unit_test(zimg_makes_the_same_light),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
