/* Files of tables: what is read, and what is refused with which words. */

#include "test.h"

#include "base/mem.h"
#include "codec/lut.h"

static const char two[] = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                          "0 0 1\n1 0 1\n0 1 1\n1 1 1\n";

/* `head` and the eight corners of the identity. */
static struct lut *corners(const char *head)
{
    char text[1000];
    struct lut *lut = NULL;
    struct err e = {0};

    snprintf(text, sizeof(text), "%s%s", head, two);
    if (cube_parse(text, strlen(text), &lut, &e) < 0)
        fail_msg("'%s': %s", head, e.text);
    return lut;
}

static void refused(const char *text, const char *why)
{
    struct lut *lut = NULL;
    struct err e = {0};

    assert_int_equal(cube_parse(text, strlen(text), &lut, &e), ERR_DATA);
    if (!strstr(e.text, why))
        fail_msg("'%s' does not say '%s'", e.text, why);
    assert_null(lut);
}

TEST(red_runs_fastest)
{
    struct lut *lut = corners("LUT_3D_SIZE 2\n");

    assert_int_equal(lut->size, 2);
    assert_int_equal(lut->points, 0);
    for (int i = 0; i < 8; i++)
        for (int c = 0; c < 3; c++)
            assert_true(lut->node[4 * i + c] == (float)(i >> c & 1));
    lut_free(lut);
}

TEST(odd_headers_are_read)
{
    static const char *const heads[] = {
        "\xef\xbb\xbfTITLE \"with # inside\"\nLUT_3D_SIZE 2\n",
        "# comment\n\n   \nLUT_3D_SIZE 2 # three\n# DOMAIN_MIN 5 5 5\n",
        "LUT_3D_SIZE\t2\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 1.0 1e0 1\r\n\r\n",
        "LUT_3D_SIZE 2\rTITLE \"old Mac\"\r",
        "  LUT_3D_SIZE 2  \n\t# indented\n",
        "title \"in small letters\"\nlut_3d_size 2\n",
        "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\n",
    };

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct lut *lut = corners(heads[i]);

        for (int c = 0; c < 3; c++)
            assert_true(lut->from[c] == 0 && lut->to[c] == 1);
        assert_true(lut->node[4 * 7] == 1);
        lut_free(lut);
    }
}

TEST(domains_go_to_what_comes_first)
{
    struct lut *lut =
        corners("LUT_3D_SIZE 2\nDOMAIN_MIN -1 -2 -3\nDOMAIN_MAX 1 2 3\n");

    assert_true(lut->from[2] == -3 && lut->to[1] == 2);
    lut_free(lut);

    lut = corners("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nDOMAIN_MAX 4 4 4\n"
                  "LUT_3D_INPUT_RANGE 0 2\n0 0 0\n2 1.5 1\n");
    assert_int_equal(lut->points, 2);
    assert_true(lut->hi[0] == 4 && lut->from[0] == 0 && lut->to[0] == 2);
    assert_true(lut->curve[1] == 2 && lut->curve[3] == 1.5f);
    lut_free(lut);

    lut = corners("LUT_1D_SIZE 8\nLUT_1D_INPUT_RANGE -0.5 1.5\n");
    assert_int_equal(lut->size, 0);
    assert_true(lut->lo[1] == -0.5f && lut->hi[1] == 1.5f);
    lut_free(lut);
}

TEST(numbers_of_all_shapes_are_read)
{
    static const char text[] = "LUT_1D_SIZE 3\n+.5 -1e-3 5.\n"
                               "  0.1\t1E+1   00012.50 \n-0 7 1e-30";
    static const float want[9] = {.5f, .1f, -0.0f, -1e-3f, 10,
                                  7,   5,   12.5f, 1e-30f};
    struct lut *lut = NULL;
    struct err e = {0};

    assert_int_equal(cube_parse(text, strlen(text), &lut, &e), 0);
    for (int i = 0; i < 9; i++)
        assert_true(lut->curve[i] == want[i]);
    lut_free(lut);
}

TEST(wrong_counts_say_both_numbers)
{
    char text[400];

    snprintf(text, sizeof(text), "LUT_3D_SIZE 3\n%s", two);
    refused(text, "expected 27 lines");
    refused(text, "found 8");
    snprintf(text, sizeof(text), "LUT_3D_SIZE 2\n%s0 0 0\n", two);
    refused(text, "found 9");
    refused("LUT_3D_SIZE 256\n0 0 0\n", "expected 16777216 lines");
    refused("LUT_1D_SIZE 65536\nLUT_3D_SIZE 256\n", "found 0");
    refused("LUT_3D_SIZE 2\n", "found 0");
}

TEST(sizes_out_of_range_name_the_range)
{
    refused("LUT_3D_SIZE 1024\n", "line 1: LUT_3D_SIZE is '1024'");
    refused("LUT_3D_SIZE 1024\n", "2 … 256");
    refused("LUT_3D_SIZE 1\n", "2 … 256");
    refused("LUT_3D_SIZE -2\n", "2 … 256");
    refused("LUT_3D_SIZE 257\n", "2 … 256");
    refused("LUT_3D_SIZE 4294967298\n", "2 … 256");
    refused("LUT_3D_SIZE 99999999999999999999\n", "2 … 256");
    refused("LUT_3D_SIZE\n", "2 … 256");
    refused("LUT_3D_SIZE 2.5\n", "2 … 256");
    refused("\n\nLUT_1D_SIZE 65537\n", "line 3: LUT_1D_SIZE is '65537'");
    refused("LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2: a second LUT_3D_SIZE");
}

TEST(what_is_no_number_names_its_line)
{
    static const char *const bad[] = {
        "nan 0 0",   "0 inf 0", "0 0 -inf", "NaN NaN NaN", "0 0",
        "0 0 0 0",   "0,0,0",   "0 0 0x10", "1e39 0 0",    "1e999 0 0",
        "0 0 1.0.0", "- - -",   "0 0 0;",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[200];

        snprintf(text, sizeof(text), "LUT_1D_SIZE 2\n# one\n0 0 0\n%s\n",
                 bad[i]);
        refused(text, "line 4: ");
        refused(text, "finite");
    }
    refused("DOMAIN_MIN 0 0\nLUT_1D_SIZE 2\n", "line 1: ");
    refused("LUT_1D_INPUT_RANGE 0 nan\nLUT_1D_SIZE 2\n", "line 1: ");
}

TEST(what_makes_no_sense_is_refused)
{
    char text[600];

    refused("", "no LUT_1D_SIZE");
    refused("\n\n\n", "no LUT_1D_SIZE");
    refused("0 0 0\n1 1 1\n", "no LUT_1D_SIZE");
    refused("LUT_1D_SIZE 2\nLUT_2D_SIZE 4\n", "line 2: unknown keyword");
    refused("LUT_1D_SIZE 2\n0 0 0\nTITLE x\n1 1 1\n", "line 3: 'TITLE x'");
    refused("LUT_IN_VIDEO_RANGE\nLUT_1D_SIZE 2\n", "video range");
    refused("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\n0 0 0\n1 1 1\n", "no range");
    refused("LUT_1D_SIZE 2\nDOMAIN_MAX 0 1 1\n0 0 0\n1 1 1\n", "no range");
    refused("LUT_1D_SIZE 2\nDOMAIN_MIN -3e38 0 0\nDOMAIN_MAX 3e38 1 1\n0 0 0\n"
            "1 1 1\n",
            "no range");
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = 0;
    refused(text, "line 1 is too long");
    memset(text, ' ', 500);
    memcpy(text, "LUT_1D_SIZE 2\n0 0 0", 19);
    memcpy(text + 490, "1\n1 1 1", 8);
    refused(text, "line 2: ");
}

/* Zeros, bytes from elsewhere, every prefix: no crash, no leak. */
TEST(noise_is_refused)
{
    static const char good[] = "TITLE \"t\"\nLUT_1D_SIZE 2\nLUT_3D_SIZE 2\n"
                               "DOMAIN_MAX 2 2 2\n0 0 0\n1 1 1\n";
    char text[300];
    const int n = snprintf(text, sizeof(text), "%s%s", good, two);
    const size_t used = mem_used();
    uint32_t seed = 7;

    for (int i = 0; i < 20000; i++) {
        char copy[300];
        struct lut *lut = NULL;
        struct err e = {0};
        size_t len = (size_t)n;

        memcpy(copy, text, (size_t)n);
        if (i < n)
            len = (size_t)i;
        else
            for (int k = 0; k < 3; k++) {
                seed = seed * 1664525 + 1013904223;
                copy[(seed >> 8) % (unsigned)n] = (char)(seed >> 24);
            }
        if (cube_parse(copy, len, &lut, &e) == 0)
            assert_non_null(lut);
        else
            assert_true(e.text[0]);
        lut_free(lut);
    }
    assert_int_equal(mem_used(), used);
}

TEST(no_memory_is_survived)
{
    const size_t used = mem_used();
    struct err e = {0};
    struct lut *lut = NULL;
    long n = 1;

    for (;; n++) {
        char text[300];
        int rc;

        snprintf(text, sizeof(text),
                 "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n"
                 "1 1 1\n%s",
                 two);
        mem_fail_at(n);
        rc = cube_parse(text, strlen(text), &lut, &e);
        mem_fail_at(0);
        if (rc == 0)
            break;
        assert_int_equal(rc, ERR_MEM);
    }
    assert_int_equal(n, 4);
    lut_free(lut);
    assert_int_equal(mem_used(), used);
}

TESTS(red_runs_fastest, odd_headers_are_read, domains_go_to_what_comes_first,
      numbers_of_all_shapes_are_read, wrong_counts_say_both_numbers,
      sizes_out_of_range_name_the_range, what_is_no_number_names_its_line,
      what_makes_no_sense_is_refused, noise_is_refused, no_memory_is_survived)
