/* Tables in .3dl, .csp, .spi1d and .spi3d: what is read, and what is refused
   with which words. */

#include <stdlib.h>

#include "test.h"

#include "lut_help.h"

/* Corners of a cube in the order of a .3dl, blue fastest; red is halved. */
#define CORNERS_3DL                                                            \
    "0 0 0\n0 0 1023\n0 1023 0\n0 1023 1023\n"                                 \
    "511 0 0\n511 0 1023\n511 1023 0\n511 1023 1023\n"

#define SPI3D                                                                  \
    "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 1 0 0 1\n0 1 0 0 1 0\n"          \
    "0 1 1 0 1 1\n1 0 0 .5 0 0\n1 0 1 .5 0 1\n1 1 0 .5 1 0\n1 1 1 .5 1 1\n"

#define CORNERS_CSP                                                            \
    "0 0 0\n.5 0 0\n0 1 0\n.5 1 0\n0 0 1\n.5 0 1\n0 1 1\n.5 1 1\n"

/* Red is halved, green and blue are what they were. */
static void halves_red(const struct lut *lut, float most)
{
    assert_int_equal(lut->size, 2);
    assert_int_equal(lut->stages, 0);
    for (int i = 0; i < 8; i++)
        for (int c = 0; c < 3; c++) {
            const float want = (i >> c & 1) ? (c == 0 ? most : 1.0f) : 0.0f;

            assert_true(lut->node[4 * i + c] == want);
        }
}

TEST(orders_of_nodes)
{
    static const char *const flame = "# c\n\n0 1023 1023 1023\n" CORNERS_3DL;
    struct lut *lut = parsed(lut_3dl_parse, CORNERS_3DL);

    halves_red(lut, 511 / 1023.0f);
    lut_free(lut);
    lut = parsed(lut_3dl_parse, flame);
    halves_red(lut, 511 / 1023.0f);
    assert_int_equal(lut->points, 4);
    lut_free(lut);
    lut = parsed(lut_spi3d_parse, SPI3D);
    halves_red(lut, 0.5f);
    lut_free(lut);
    lut = parsed(lut_csp_parse,
                 "CSPLUTV100\n3D\n\n2\n0 1\n0 1\n2\n0 1\n0 1\n2\n0 1\n0 1\n\n"
                 "2 2 2\n" CORNERS_CSP);
    halves_red(lut, 0.5f);
    lut_free(lut);
}

TEST(depth_of_3dl)
{
    static const struct {
        const char *line;
        float scale;
    } depths[] = {{"255 255 255", 255},        {"511 511 511", 255},
                  {"512 512 512", 1023},       {"1023 1023 1023", 1023},
                  {"4095 4095 4095", 4095},    {"8192 8192 8192", 65535},
                  {"65535 65535 65535", 65535}};

    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        char text[300] = "";
        struct lut *lut;
        float top;

        for (int k = 0; k < 7; k++)
            strcat(text, "0 0 0\n");
        strcat(text, depths[i].line);
        lut = parsed(lut_3dl_parse, text);
        top = strtof(depths[i].line, NULL);
        assert_true(lut->node[4 * 7] == top / depths[i].scale);
        lut_free(lut);
    }
}

/* What Mesh says counts, also for a table that is dark. */
TEST(mesh_of_lustre)
{
    char text[2000] = "3DMESH\r\nMesh\t1 12\r\n0 512 1023 1023\r\n";
    struct lut *lut;

    for (int i = 0; i < 27; i++)
        strcat(text, "100 0 200\r\n");
    strcat(text, "LUT8\r\ngamma 1.0\r\n");
    lut = parsed(lut_3dl_parse, text);
    assert_int_equal(lut->size, 3);
    assert_true(lut->node[0] == 100 / 4095.0f && lut->node[2] == 200 / 4095.0f);
    lut_free(lut);
    memcpy(strstr(text, "1 12"), "2 12", 4);
    refused(lut_3dl_parse, text, "expected 125 lines", "found 27");
}

TEST(identity_in_front_is_none)
{
    struct lut *lut = parsed(lut_3dl_parse,
                             "0 64 128 192 256 320 384 448 512 576 640 704 "
                             "768 832 896 960 1023\n" CORNERS_3DL);

    assert_int_equal(lut->points, 0);
    lut_free(lut);
    lut = parsed(lut_3dl_parse, "0 100 400 1023\n" CORNERS_3DL);
    assert_int_equal(lut->points, 4);
    assert_true(lut->curve[1] == 100 / 1023.0f);
    assert_true(lut->curve[2 * 4 + 2] == 400 / 1023.0f);
    lut_free(lut);
}

TEST(wrong_3dl_is_refused)
{
    refused(lut_3dl_parse, "", "no lines", "three integers");
    refused(lut_3dl_parse, "0 0\n", "line 1: 2 numbers", "three");
    refused(lut_3dl_parse, "0 0 0\n0.5 0 0\n", "line 2: 0.5", "integer");
    refused(lut_3dl_parse, "0 0 0\n200 nan 0\n", "line 2", "finite");
    refused(lut_3dl_parse, "0 0 9e9\n", "line 1: 9e+09", "16 bits");
    refused(lut_3dl_parse, "0 0 0\n1023 1023 1023\n", "2 lines", "no cube");
    refused(lut_3dl_parse, CORNERS_3DL "0 0 0\n", "9 lines", "no cube");
    refused(lut_3dl_parse, "shape 3\n", "line 1: 'shape 3'", "3DMESH");
    refused(lut_3dl_parse, "Mesh 9 10\n", "line 1", "1 … 8");
    refused(lut_3dl_parse, "Mesh 4 7\n", "line 1", "8 … 16");
    refused(lut_3dl_parse, "Mesh 4\n", "line 1", "2 finite numbers");
    refused(lut_3dl_parse, "gamma 2.2\n" CORNERS_3DL, "line 1", "allowed is 1");
    refused(lut_3dl_parse, "0 0 0 0\n0 0 0 0\n", "line 2", "curve already");
    refused(lut_3dl_parse, "0 1 2 3\n" CORNERS_3DL, "line 1", "8 bits");
    refused(lut_3dl_parse,
            "0 0 0\n0 0 1\n0 1 0\n0 1 1\n1 0 0\n1 0 1\n1 1 0\n1 1 1\n",
            "largest value is 1", "8 bits");
}

TEST(spi1d_is_read)
{
    struct lut *lut = parsed(lut_spi1d_parse, "Version 1\r\nFrom -0.5 2\r\n"
                                              "Length 3\r\nComponents 1\r\n{\r"
                                              "\n  0\r\n .25\r\n 1e0\r\n}\r\n");

    assert_int_equal(lut->points, 3);
    for (int c = 0; c < 3; c++) {
        assert_true(lut->lo[c] == -0.5f && lut->hi[c] == 2);
        assert_true(lut->curve[3 * c + 1] == 0.25f);
    }
    lut_free(lut);
    lut = parsed(lut_spi1d_parse, "Version 1\nFrom 0 1\nLength 2\nComponents 3"
                                  "\n{\n0 1 2\n3 4 5\n}\n\n");
    assert_true(lut->curve[0] == 0 && lut->curve[1] == 3);
    assert_true(lut->curve[4] == 2 && lut->curve[5] == 5);
    lut_free(lut);
    lut = parsed(lut_spi1d_parse,
                 "Version 1\nLength 2\nComponents 2\n{\n1 2\n3 4\n}\n");
    assert_true(lut->curve[2] == 2 && lut->curve[4] == 0);
    lut_free(lut);
}

TEST(wrong_spi1d_is_refused)
{
    refused(lut_spi1d_parse, "", "no {", "values");
    refused(lut_spi1d_parse, "Version 2\n", "line 1", "allowed is 1");
    refused(lut_spi1d_parse, "Length 1\n", "line 1", "2 … 1048576");
    refused(lut_spi1d_parse, "Components 4\n", "line 1", "1 … 3");
    refused(lut_spi1d_parse, "Size 4\n", "line 1: 'Size 4'", "Length");
    refused(lut_spi1d_parse, "Length 2\n{\n", "line 2", "no Components");
    refused(lut_spi1d_parse, "Components 1\n{\n", "line 2", "no Length");
    refused(lut_spi1d_parse, "From 1 1\nLength 2\nComponents 1\n{\n1\n2\n}",
            "from 1 to 1", "no range");
    refused(lut_spi1d_parse, "Length 3\nComponents 1\n{\n1\n2\n}",
            "expected 3 lines", "found 2");
    refused(lut_spi1d_parse, "Length 2\nComponents 1\n{\n1\n2\n", "no }",
            "2 lines");
    refused(lut_spi1d_parse, "Length 2\nComponents 1\n{\n1\n2\n}\n3\n",
            "line 7", "behind the }");
    refused(lut_spi1d_parse, "Length 2\nComponents 1\n{\n1\n2 2\n}\n", "line 5",
            "1 finite");
    refused(lut_spi1d_parse, "Length 1000000\nComponents 3\n{\n0 0 0\n}\n",
            "expected 1000000", "found 1");
}

TEST(wrong_spi3d_is_refused)
{
    refused(lut_spi3d_parse, "", "begin", "SPILUT");
    refused(lut_spi3d_parse, "SPILUT 1.0\n", "no line", "3 3");
    refused(lut_spi3d_parse, "SPILUT 1.0\n3 4\n", "line 2", "allowed is 3 3");
    refused(lut_spi3d_parse, "SPILUT 1.0\n3 3\n2 2 3\n", "line 3", "2 … 256");
    refused(lut_spi3d_parse, "SPILUT 1.0\n3 3\n257 257 257\n", "line 3",
            "2 … 256");
    refused(lut_spi3d_parse, "SPILUT 1.0\n3 3\n256 256 256\n0 0 0 0 0 0\n",
            "expected 16777216", "found 1");
    refused(lut_spi3d_parse, SPI3D "1 1 1 1 1 1\n", "expected 8", "found 9");
    refused(lut_spi3d_parse,
            "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 1 0 0 1\n0 1 0 0 1 0\n"
            "0 1 1 0 1 1\n1 0 0 1 0 0\n1 0 1 1 0 1\n1 1 0 1 1 0\n"
            "1 0 0 1 1 1\n",
            "line 11", "twice");
    refused(lut_spi3d_parse,
            "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 1 0 0 1\n0 1 0 0 1 0\n"
            "0 1 1 0 1 1\n1 0 0 1 0 0\n1 0 1 1 0 1\n1 1 0 1 1 0\n"
            "1 2 0 1 1 1\n",
            "line 11", "0 … 1");
}

#define CSP_CURVE(red)                                                         \
    "CSPLUTV100\n1D\nBEGIN METADATA\nfree text\nEND METADATA\n" red            \
    "2\n-1 3\n0 1\n0\n3\n0 0 0\n.5 .5 .5\n1 1 1\n"

/* A cubic through points of a parabola is that parabola. */
TEST(curves_of_csp)
{
    struct lut *lut = parsed(
        lut_csp_parse, CSP_CURVE("5\n0 .25 .5 .75 1\n0 .0625 .25 .5625 1\n"));

    assert_int_equal(lut->stages, 2);
    for (int i = -1; i < 12; i++) {
        const float x = (float)i / 10, in = fminf(fmaxf(x, 0), 1);
        float color[3] = {x, 4 * x - 1, x};

        through(lut, color);
        assert_true(fabsf(color[0] - in * in) < 1e-6f);
        assert_true(fabsf(color[1] - in) < 1e-6f);
        assert_true(fabsf(color[2] - in) < 1e-6f);
    }
    lut_free(lut);
}

/* Two points a channel are no stage of their own but the table's domain. */
TEST(lines_of_csp_are_the_domain)
{
    struct lut *lut = parsed(lut_csp_parse, CSP_CURVE("2\n0 4\n0 1\n"));

    assert_int_equal(lut->stages, 0);
    assert_int_equal(lut->points, 3);
    assert_true(lut->lo[0] == 0 && lut->hi[0] == 4);
    assert_true(lut->lo[1] == -1 && lut->hi[1] == 3);
    assert_true(lut->lo[2] == 0 && lut->hi[2] == 1);
    lut_free(lut);
}

TEST(wrong_csp_is_refused)
{
    refused(lut_csp_parse, "", "it ends", "CSPLUTV100");
    refused(lut_csp_parse, "CSPLUTV200\n", "line 1", "not CSPLUTV100");
    refused(lut_csp_parse, "CSPLUTV100\n2D\n", "line 2", "1D or 3D");
    refused(lut_csp_parse, "CSPLUTV100\n1D\nBEGIN METADATA\nx\n", "it ends",
            "END METADATA");
    refused(lut_csp_parse, "CSPLUTV100\n1D\n-1\n", "line 3", "0 … 1048576");
    refused(lut_csp_parse, "CSPLUTV100\n1D\n2\n0 1\n", "it ends", "outputs");
    refused(lut_csp_parse, "CSPLUTV100\n1D\n3\n0 1\n0 1 2\n",
            "line 4: expected 3", "found 2 and 3");
    refused(lut_csp_parse, CSP_CURVE("3\n0 0 1\n0 .5 1\n"), "line 7", "go up");
    refused(lut_csp_parse, CSP_CURVE("3\n0 nan 1\n0 .5 1\n"), "line 7",
            "finite");
    refused(lut_csp_parse, CSP_CURVE("0\n") "2 2 2\n", "expected 3 lines",
            "found 4");
    refused(lut_csp_parse, "CSPLUTV100\n3D\n0\n0\n0\n2 2 3\n", "line 6",
            "2 … 256");
    refused(lut_csp_parse, "CSPLUTV100\n3D\n0\n0\n0\n256 256 256\n0 0 0\n",
            "expected 16777216", "found 1");
    refused(lut_csp_parse, "CSPLUTV100\n3D\n0\n0\n0\n", "it ends", "size");
}

TEST(noise_is_refused)
{
    survives_noise(lut_3dl_parse,
                   "3DMESH\nMesh 1 12\n0 512 700 1023\n" CORNERS_3DL);
    survives_noise(lut_spi1d_parse, "Version 1\nFrom 0 1\nLength 2\nComponents "
                                    "3\n{\n0 1 2\n3 4 5\n}\n");
    survives_noise(lut_spi3d_parse, SPI3D);
    survives_noise(lut_csp_parse,
                   CSP_CURVE("5\n0 .25 .5 .75 1\n0 .0625 .25 .5625 1\n"));
    survives_noise(lut_csp_parse,
                   "CSPLUTV100\n3D\n\n2\n0 1\n0 1\n2\n0 1\n0 1\n2\n0 1\n0 1\n\n"
                   "2 2 2\n" CORNERS_CSP);
}

TEST(no_memory_is_survived)
{
    survives_no_memory(lut_3dl_parse, CORNERS_3DL);
    survives_no_memory(lut_spi3d_parse, SPI3D);
    survives_no_memory(lut_csp_parse, CSP_CURVE("3\n0 .5 1\n0 .6 1\n"));
    survives_no_memory(lut_csp_parse, CSP_CURVE("2\n0 4\n0 1\n"));
}

TESTS(orders_of_nodes, depth_of_3dl, mesh_of_lustre, identity_in_front_is_none,
      wrong_3dl_is_refused, spi1d_is_read, wrong_spi1d_is_refused,
      wrong_spi3d_is_refused, curves_of_csp, lines_of_csp_are_the_domain,
      wrong_csp_is_refused, noise_is_refused, no_memory_is_survived)
