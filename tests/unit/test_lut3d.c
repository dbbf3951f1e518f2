/* Look-up against a reference in double, FFmpeg and OpenColorIO. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pixels.h"

#include "codec/lut.h"
#include "kern/lut.h"
#include "outside.h"

#define SIDE 64
#define N    (SIDE * SIDE)

static float in[3][N], out[3][N];

static double unit(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) * 0x1p-24;
}

/* Colours inside and outside the domain, on nodes, on diagonals. */
static void make_colours(double below, double above)
{
    uint32_t seed = 99;

    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            const double v = below + (above - below) * unit(&seed);

            in[c][i] = i % 7 == 0   ? (float)(floor(v * 8) / 8)
                       : i % 7 == 1 ? in[0][i] * (c > 0) + (float)v * (c == 0)
                                    : (float)v;
        }
}

/* A cube that no straight line describes. */
static void write_cube(const char *name, int n, const char *head)
{
    FILE *f = fopen(name, "w");
    uint32_t seed = (uint32_t)n;

    assert_non_null(f);
    fprintf(f, "LUT_3D_SIZE %d\n%s", n, head);
    for (int i = 0; i < n * n * n; i++) {
        const double r = i % n / (n - 1.0), g = i / n % n / (n - 1.0);
        const double b = i / n / n / (n - 1.0);

        fprintf(f, "%.8f %.8f %.8f\n", sqrt(r) * 0.9 + 0.1 * unit(&seed),
                g * g * 0.8 + 0.2 * b, 1 - b * (0.5 + 0.5 * r));
    }
    assert_int_equal(fclose(f), 0);
}

static struct lut *load(const char *name)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (lut_load(name, &lut, &e) < 0)
        fail_msg("%s", e.text);
    return lut;
}

static void look_up(const struct lut *lut, bool tetrahedral)
{
    const struct kern_lut *k = kern_best()->lut;
    const struct kern_cube cube = {
        .node = lut->node,
        .size = lut->size,
        .lo = {lut->from[0], lut->from[1], lut->from[2]},
        .hi = {lut->to[0], lut->to[1], lut->to[2]}};
    float *const dst[3] = {out[0], out[1], out[2]};
    const float *const src[3] = {in[0], in[1], in[2]};

    (tetrahedral ? k->tetrahedral : k->trilinear)(dst, src, N, &cube);
}

static double node_at(const struct lut *lut, const int at[3], int c)
{
    const int n = lut->size;

    return (double)lut->node[4 * ((at[2] * n + at[1]) * n + at[0]) + c];
}

/* From corner to corner, along the axis with the largest rest first. */
static double tetrahedral_at(const struct lut *lut, const int at[3],
                             const double t[3], int c)
{
    int order[3] = {0, 1, 2}, p[3] = {at[0], at[1], at[2]};
    double v = node_at(lut, p, c);

    for (int i = 0; i < 3; i++)
        for (int k = i + 1; k < 3; k++)
            if (t[order[k]] > t[order[i]]) {
                const int swap = order[i];

                order[i] = order[k];
                order[k] = swap;
            }
    for (int i = 0; i < 3; i++) {
        const double before = node_at(lut, p, c);

        p[order[i]]++;
        v += t[order[i]] * (node_at(lut, p, c) - before);
    }
    return v;
}

static double trilinear_at(const struct lut *lut, const int at[3],
                           const double t[3], int c)
{
    double v = 0;

    for (int i = 0; i < 8; i++) {
        int p[3];
        double w = 1;

        for (int k = 0; k < 3; k++) {
            p[k] = at[k] + (i >> k & 1);
            w *= i >> k & 1 ? t[k] : 1 - t[k];
        }
        v += w * node_at(lut, p, c);
    }
    return v;
}

static double reference(const struct lut *lut, int i, int c, bool tetrahedral)
{
    int at[3];
    double t[3];

    for (int k = 0; k < 3; k++) {
        const double lo = (double)lut->from[k], hi = (double)lut->to[k];
        const double x = fmin(fmax((double)in[k][i], lo), hi);
        const double f = (x - lo) / (hi - lo) * (lut->size - 1);

        at[k] = (int)fmin(floor(f), lut->size - 2);
        t[k] = f - at[k];
    }
    return tetrahedral ? tetrahedral_at(lut, at, t, c)
                       : trilinear_at(lut, at, t, c);
}

TEST(lookup_is_that_in_double)
{
    static const int sizes[] = {2, 3, 17, 33, 65};

    make_colours(-0.3, 1.4);
    for (int s = 0; s < 10; s++) {
        struct lut *lut;
        double worst = 0;

        write_cube("ref.cube", sizes[s / 2],
                   s % 4 < 2 ? "" : "DOMAIN_MIN -0.1 0 0\nDOMAIN_MAX 1 2 1\n");
        lut = load("ref.cube");
        look_up(lut, s % 2);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < N; i++)
                worst = fmax(worst, fabs((double)out[c][i] -
                                         reference(lut, i, c, s % 2)));
        if (worst > 1e-6)
            fail_msg("size %d: %g", sizes[s / 2], worst);
        lut_free(lut);
    }
}

/* Planes of floats as FFmpeg has them: green, blue, red. */
static const int order[3] = {1, 2, 0};

TEST(lookup_is_that_of_ffmpeg)
{
    static float theirs[3][N];
    struct lut *lut;
    FILE *f;

    if (!have("ffmpeg"))
        skip();
    make_colours(0, 1);
    write_cube("ff.cube", 33, "");
    lut = load("ff.cube");
    f = fopen("ff.raw", "wb");
    assert_non_null(f);
    for (int p = 0; p < 3; p++)
        assert_int_equal(fwrite(in[order[p]], sizeof(in[0]), 1, f), 1);
    assert_int_equal(fclose(f), 0);
    for (int s = 0; s < 2; s++) {
        double worst = 0;

        assert_int_equal(
            sh("ffmpeg -v error -y -f rawvideo -pix_fmt gbrpf32le -s %dx%d "
               "-i ff.raw -vf lut3d=file=ff.cube:interp=%s -f rawvideo "
               "-pix_fmt gbrpf32le ff.out",
               SIDE, SIDE, s ? "tetrahedral" : "trilinear"),
            0);
        f = fopen("ff.out", "rb");
        assert_non_null(f);
        for (int p = 0; p < 3; p++)
            assert_int_equal(fread(theirs[order[p]], sizeof(in[0]), 1, f), 1);
        assert_int_equal(fclose(f), 0);
        look_up(lut, s);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < N; i++)
                worst = fmax(worst, fabs((double)(out[c][i] - theirs[c][i])));
        if (worst > 1e-5)
            fail_msg("%s: %g", s ? "tetrahedral" : "trilinear", worst);
    }
    lut_free(lut);
}

/* Through 16-bit files on both sides: OpenColorIO's own reader and lookup. */
TEST(lookup_is_that_of_opencolorio)
{
    static uint8_t theirs[N][6];
    struct lut *lut;
    double worst = 0;
    int w, h, max;
    FILE *f;

    if (!have("ocioconvert") || !have("convert"))
        skip();
    make_colours(0, 1);
    write_cube("ocio.cube", 17, "");
    lut = load("ocio.cube");
    f = fopen("ocio.ppm", "wb");
    assert_non_null(f);
    fprintf(f, "P6\n%d %d\n65535\n", SIDE, SIDE);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            const int v = (int)lround((double)in[c][i] * 65535);

            fputc(v >> 8, f);
            fputc(v & 255, f);
            in[c][i] = (float)(v / 65535.0);
        }
    assert_int_equal(fclose(f), 0);
    assert_int_equal(sh("convert ocio.ppm ocio_in.tif && "
                        "ocioconvert --lut ocio.cube ocio_in.tif ocio.tif "
                        ">ocio.log 2>&1 && "
                        "convert ocio.tif -depth 16 ocio_out.ppm"),
                     0);
    f = fopen("ocio_out.ppm", "rb");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "P6 %d %d %d", &w, &h, &max), 3);
    assert_int_equal(max, 65535);
    fgetc(f);
    assert_int_equal(fread(theirs, sizeof(theirs), 1, f), 1);
    assert_int_equal(fclose(f), 0);
    look_up(lut, true);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            const int v = theirs[i][2 * c] << 8 | theirs[i][2 * c + 1];

            worst = fmax(worst, fabs((double)out[c][i] * 65535 - v));
        }
    if (worst > 1)
        fail_msg("%g code values", worst);
    lut_free(lut);
}

/* ImageMagick's identity, so the nodes are the corners of the cube. */
TEST(hald_pictures_are_read)
{
    static const struct {
        int level, bits;
    } kinds[] = {{2, 16}, {4, 16}, {8, 8}};

    if (!have("convert"))
        skip();
    for (int k = 0; k < 3; k++) {
        const int n = kinds[k].level * kinds[k].level;
        const double most = kinds[k].bits == 8 ? 0.5 / 255 : 0.51 / 65535;
        struct lut *lut;

        assert_int_equal(sh("convert hald:%d -depth %d hald.png",
                            kinds[k].level, kinds[k].bits),
                         0);
        lut = load("hald.png");
        assert_int_equal(lut->size, n);
        assert_int_equal(lut->points, 0);
        for (int i = 0; i < n * n * n; i++)
            for (int c = 0; c < 3; c++) {
                const int at = c == 0 ? i % n : c == 1 ? i / n % n : i / n / n;
                const double want = at / (n - 1.0);

                assert_true(fabs((double)lut->node[4 * i + c] - want) <= most);
            }
        lut_free(lut);
    }
}

TEST(other_pictures_are_no_hald)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (!have("convert"))
        skip();
    assert_int_equal(sh("convert -size 64x63 plasma:red-blue plain.png"), 0);
    assert_int_equal(lut_load("plain.png", &lut, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "64 x 63"));
    assert_int_equal(lut_load("not_there.cube", &lut, &e), ERR_IO);
}

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* What every space makes of an identity: the same colour again. */
TEST(spaces_go_there_and_back)
{
    static const char *const inputs[] = {
        "srgb",       "rec709",      "p3",
        "rec2020_pq", "rec2020_hlg", "rec2020_hlg_scene",
        "linear",     "logc3",       "slog3",
        "acescct",    "bt1886"};
    static const double colours[][3] = {{0.18, 0.18, 0.18},
                                        {0.5, 0.4, 0.3},
                                        {0.05, 0.06, 0.07},
                                        {0.7, 0.75, 0.7}};

    write_text("same.cube", "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                            "0 0 1\n1 0 1\n0 1 1\n1 1 1\n");
    for (int s = 0; s < 11; s++)
        for (int i = 0; i < 4; i++) {
            char text[100];
            double got[3];

            snprintf(text, sizeof(text), "file=same.cube;input=%s", inputs[s]);
            run_one("lut3d", text, colours[i], got);
            near(got, colours[i], 1e-5, inputs[s]);
        }
}

/* Linear in sRGB primaries: a cube that halves red there. */
TEST(the_table_sees_its_own_space)
{
    static const double white[3] = {1, 1, 1};
    static const double full[3] = {1 - 0.5 * 0.627404, 1 - 0.5 * 0.069097,
                                   1 - 0.5 * 0.016391};
    static const double half[3] = {1 - 0.25 * 0.627404, 1 - 0.25 * 0.069097,
                                   1 - 0.25 * 0.016391};
    double got[3];

    write_text("red.cube", "LUT_3D_SIZE 2\n0 0 0\n.5 0 0\n0 1 0\n.5 1 0\n"
                           "0 0 1\n.5 0 1\n0 1 1\n.5 1 1\n");
    run_one("lut3d", "file=red.cube;input=linear", white, got);
    near(got, full, 2e-6, "BT.2087's first column");
    run_one("lut3d", "file=red.cube;input=linear;strength=0.5", white, got);
    near(got, half, 2e-6, "half of it");
}

/* ITU-R BT.1886: light is the power of 2.4 of a code value. */
TEST(a_table_for_films_has_their_curve)
{
    static const double any[3] = {0.2, 0.3, 0.1};
    const double light = pow(0.5, 2.4), want[3] = {light, light, light};
    double got[3];

    write_text("half.cube", "LUT_3D_SIZE 2\n.5 .5 .5\n.5 .5 .5\n.5 .5 .5\n"
                            ".5 .5 .5\n.5 .5 .5\n.5 .5 .5\n.5 .5 .5\n"
                            ".5 .5 .5\n");
    run_one("lut3d", "file=half.cube;input=bt1886", any, got);
    near(got, want, 1e-6, "half");
}

/* Curves first, then the cube, whose domain the curves reach. */
TEST(a_shaper_comes_before_its_cube)
{
    static const double light[3] = {4, 4, 4};
    /* 4 of 0 … 8 becomes 1 of 0 … 2: half way in the cube. */
    static const double want[3] = {
        0.627404 * .75 + 0.329283 * .5 + 0.043313 * .5,
        0.069097 * .75 + 0.919540 * .5 + 0.011362 * .5,
        0.016391 * .75 + 0.088013 * .5 + 0.895595 * .5};
    double got[3];

    write_text("shaper.cube",
               "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 8\nLUT_3D_SIZE 2\n"
               "LUT_3D_INPUT_RANGE 0 2\n0 0 0\n2 2 2\n"
               "1 1 1\n.5 1 1\n1 0 1\n.5 0 1\n1 1 0\n.5 1 0\n1 0 0\n.5 0 0\n");
    run_one("lut3d", "file=shaper.cube;input=linear", light, got);
    near(got, want, 2e-6, "shaper");
}

/* A list of stages: red and green change places, then all is doubled. */
TEST(a_list_runs_in_order)
{
    static const double light[3] = {0.3, 0.2, 0.1};
    double rgb[3], want[3], got[3];
    /* Rec.2020 to sRGB primaries and back (BT.2087, BT.2407). */
    static const double from[9] = {1.660491,  -0.587641, -0.072850,
                                   -0.124550, 1.132900,  -0.008349,
                                   -0.018151, -0.100579, 1.118730};
    static const double back[9] = {0.627404, 0.329283, 0.043313,
                                   0.069097, 0.919540, 0.011362,
                                   0.016391, 0.088013, 0.895595};

    write_text("list.clf",
               "<ProcessList id='a' compCLFversion='3'><Matrix "
               "inBitDepth='32f' outBitDepth='32f'><Array dim='3 3'>0 1 0 1 0 "
               "0 0 0 1</Array></Matrix><Range inBitDepth='32f' "
               "outBitDepth='32f' style='noClamp'><minInValue>0</minInValue>"
               "<maxInValue>1</maxInValue><minOutValue>0</minOutValue>"
               "<maxOutValue>2</maxOutValue></Range></ProcessList>");
    for (int i = 0; i < 3; i++)
        rgb[i] = from[3 * i] * light[0] + from[3 * i + 1] * light[1] +
                 from[3 * i + 2] * light[2];
    for (int i = 0; i < 3; i++)
        want[i] = 2 * (back[3 * i] * rgb[1] + back[3 * i + 1] * rgb[0] +
                       back[3 * i + 2] * rgb[2]);
    run_one("lut3d", "file=list.clf;input=linear", light, got);
    near(got, want, 2e-6, "list");
}

TESTS(lookup_is_that_in_double, lookup_is_that_of_ffmpeg,
      lookup_is_that_of_opencolorio, hald_pictures_are_read,
      other_pictures_are_no_hald, spaces_go_there_and_back,
      the_table_sees_its_own_space, a_table_for_films_has_their_curve,
      a_shaper_comes_before_its_cube, a_list_runs_in_order)
