/*
 * The light of films against BT.2100, BT.1886, BT.2087 and zimg, and the way
 * back.
 */

#include "test.h"

#include "codec/convert.h"
#include "codec/video_color.h"
#include "film_tags.h"
#include "kern/hdr.h"

#ifdef HAVE_ZIMG
#include <zimg.h>
#endif

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
TEST(reference_white_is_one)
{
    struct film_color pq = named("pq", 0), hlg = named("hlg", 0);
    struct film_color sdr = named("rec709", 0);

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

TEST(hlg_is_that_of_the_recommendation)
{
    static const double peaks[] = {1000, 400, 600, 2000, 4000, 203};
    static const double gammas[] = {1.2,       1.0328652, 1.1068236,
                                    1.3264326, 1.4811852, 0.9419295};

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

/* Pictures have the light of films: as a sequence, and on their own. */
TEST(pictures_of_hlg_are_as_films)
{
    static const uint16_t code[2][3] = {{30000, 50000, 9000},
                                        {49151, 0, 65535}};
    const struct pixfmt rgb = {.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    struct film_color film = named("hlg", 0), shots;
    float v[3][2], room[4096];
    float *const row[3] = {v[0], v[1], v[2]};
    struct arena scratch = {.data = (uint8_t *)room, .size = sizeof(room)};
    struct convert *c = NULL;
    struct err e = {0};
    uint16_t back[2][3];

    assert_int_equal(film_color_of(film.color, &shots, &e), 0);
    assert_true(film_color_alike(&film, &shots) && shots.peak == 1000);
    assert_int_equal(convert_new(&rgb, film.color, false, &c, &e), 0);
    convert_in(c, kern_best(), code, 2, row, &scratch);
    for (int i = 0; i < 2; i++) {
        double in[3], want[3];

        for (int p = 0; p < 3; p++)
            in[p] = code[i][p] / 65535.0;
        hlg_reference(in, 1000, 1.2, want);
        for (int p = 0; p < 3; p++)
            if (fabs((double)v[p][i] * 203 - want[p]) > 1e-4 * want[p] + 1e-6)
                fail_msg("%d: %g, not %g", p, (double)v[p][i] * 203, want[p]);
    }
    convert_out(c, kern_best(), row, 2, 0, back, &scratch);
    assert_memory_equal(code, back, sizeof(code));
    convert_free(c);
    film_color_release(&shots);
    film_color_release(&film);
}

/* In units of the last place, over all that a code or light may be. */
TEST(bt1886_is_a_power)
{
    const struct kern_hdr *k = kern_best()->hdr;
    double worst[2] = {0};

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
TEST(rec709_is_bt1886_and_bt2087)
{
    static const double m[3][3] = {{0.6274, 0.3293, 0.0433},
                                   {0.0691, 0.9195, 0.0114},
                                   {0.0164, 0.0880, 0.8956}};
    struct film_color c = named("rec709", 0);

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
TEST(cinema_white_is_white)
{
    struct film_color dci = tagged(11, 17, 1), linear = tagged(1, 8, 1);

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
TEST(codes_come_back)
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

/* HLG to PQ and back. BT.2408-7, table 1: signals of the same light, in percent
   (grey cards of 18 % and 90 %, white, peak of 1000 cd/m2). */
TEST(hlg_and_pq_meet)
{
    static const double pair[][2] = {
        {0.38, 0.38}, {0.73, 0.57}, {0.75, 0.58}, {1, 0.752}};
    struct film_color hlg = named("hlg", 0), pq = named("pq", 0);

    for (int i = 0; i < 4; i++) {
        const float code = (float)pair[i][0];
        float v[3] = {code, code, code};
        float *const row[3] = {&v[0], &v[1], &v[2]};

        film_color_in(&hlg, kern_best(), row, 1);
        film_color_out(&pq, kern_best(), row, 1);
        if (fabs((double)v[1] - pair[i][1]) > 0.006)
            fail_msg("HLG %g becomes PQ %g", pair[i][0], (double)v[1]);
        film_color_in(&pq, kern_best(), row, 1);
        film_color_out(&hlg, kern_best(), row, 1);
        assert_true(fabs((double)(v[1] - code)) < 1.0 / 65535);
    }
    film_color_release(&hlg);
    film_color_release(&pq);
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

TEST(zimg_makes_the_same_light)
{
    static const struct {
        int p, t;
    } way[] = {{1, 1},  {6, 6},   {5, 6},   {9, 14}, {9, 16}, {9, 18},
               {1, 13}, {12, 13}, {11, 1},  {1, 4},  {5, 5},  {8, 1},
               {22, 1}, {4, 4},   {12, 16}, {1, 8},  {10, 1}};
    float *const row[3] = {rows[0], rows[1], rows[2]};

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
TEST(zimg_makes_the_same_light)
{
    puts("skipped: zimg is not installed");
    skip();
}
#endif

TESTS(reference_white_is_one, hlg_is_that_of_the_recommendation,
      pictures_of_hlg_are_as_films, bt1886_is_a_power,
      rec709_is_bt1886_and_bt2087, cinema_white_is_white, codes_come_back,
      hlg_and_pq_meet, zimg_makes_the_same_light)
