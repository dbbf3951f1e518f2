/*
 * Files with look-up tables, texts of all forms and Hald pictures, through the
 * whole of the operation lut3d: finite colours become numbers, with either
 * interpolation.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "codec/lut.h"
#include "files.h"
#include "fuzz.h"
#include "look/look.h"
#include "run/render.h"

#define W 9
#define H 9

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fuzz_fail("%s", e->text);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    struct outfile f = {0};
    struct err e = {0};

    must(outfile_open(&f, path, &e), &e);
    must(outfile_add(&f, data, size, &e), &e);
    must(outfile_commit(&f, true, &e), &e);
}

static void paint(struct image *im)
{
    static const float odd[] = {0, 1, -1, 0.5f, 1e9f, -1e9f, 0.999f, 1e-30f, 2};

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] = odd[(x + p * y) % 9];
}

static void look_up(struct pool *pool, const char *path, const char *how)
{
    struct render r = {.pool = pool, .k = kern_best()};
    struct look *look = NULL;
    struct image *in = NULL, *out = NULL;
    char text[300];
    struct err e = {0};

    snprintf(text, sizeof(text), "[lut3d: {file: '%s', interpolation: %s}]",
             path, how);
    must(look_parse(text, strlen(text), "fuzz", NULL, &look, &e), &e);
    must(image_new(W, H, 3, &in, &e), &e);
    paint(in);
    r.image = in;
    must(chain_new(look, W, H, 3, 0, 0, &r.chain, &e), &e);
    must(render_image(&r, &out, &e), &e);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                if (isnan(row_of(&out->v, p, y)[x]))
                    fuzz_fail("not a number at x %d, y %d", x, y);
    chain_free(r.chain);
    look_free(look);
    image_free(in);
    image_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lut *lut = NULL;
    struct pool *pool = NULL;
    struct err e = {0};

    write_file(files_path(), data, size);
    if (lut_load(files_path(), &lut, &e) == 0) {
        must(pool_new(1, &pool, &e), &e);
        look_up(pool, files_path(), "tetrahedral");
        look_up(pool, files_path(), "trilinear");
        pool_free(pool);
    } else if (!e.text[0]) {
        fuzz_fail("refused without a reason");
    }
    lut_free(lut);
    remove(files_path());
    return 0;
}

void fuzz_seeds(void)
{
    static const char *const cubes[] = {
        "# a comment\r\nTITLE \"two\"\r\nLUT_3D_SIZE 2\r\n0 0 0\r\n1 0 0\r\n"
        "0 1 0\r\n1 1 0\r\n0 0 1\r\n1 0 1\r\n0 1 1\r\n1 .9 .8\r\n",
        "LUT_1D_SIZE 3\nDOMAIN_MIN -0.1 0 0\nDOMAIN_MAX 1 2 1e3\n0 0 0\n"
        ".5 .4 .3\n1 1 1\n",
        "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\nLUT_3D_SIZE 2\n"
        "LUT_3D_INPUT_RANGE 0 1\n0 0 0\n1 1 1\n0 0 0\n1 0 0\n0 1 0\n"
        "1 1 0\n0 0 1\n1 0 1\n0 1 1\n1e38 -1e38 1\n",
        "CSPLUTV100\n1D\n3\n-1 0 2\n0 .5 1\n2\n0 1\n0 1\n0\n2\n0 0 0\n1 1 1\n",
        "Version 1\nFrom -0.5 2\nLength 2\nComponents 1\n{\n0\n1\n}\n",
        "<ProcessList id='a' compCLFversion='3'><Log style='log2' "
        "inBitDepth='32f' outBitDepth='32f'/><Matrix inBitDepth='32f' "
        "outBitDepth='32f'><Array dim='3 3'>1 0 0 0 1 0 .5 0 1</Array>"
        "</Matrix></ProcessList>",
    };
    static const struct pixfmt rgb = {
        .type = SAMPLE_U8, .colors = 3, .alpha = -1};

    for (size_t i = 0; i < sizeof(cubes) / sizeof(cubes[0]); i++)
        fuzz_seed(cubes[i], strlen(cubes[i]));
    files_seed_size("png", rgb, (struct storage){0}, 8, 8);
}
