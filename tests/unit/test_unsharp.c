/* The unsharp mask of video tools. */

#include "test.h"

#include "applied.h"
#include "outside.h"

#define W    160
#define H    90
#define CODE (1 / 255.0)

/* Of luma, ITU-R BT.2020. */
#define WR 0.2627002
#define WG 0.6779981
#define WB 0.0593017

static double luma(const struct image *im, int x, int y)
{
    return WR * at(im, 0, x, y) + WG * at(im, 1, x, y) + WB * at(im, 2, x, y);
}

/* Planes of a file of 8 bits: luma, Cb, Cr. */
static uint8_t file[3][H][W], sharp[3][H][W];

static void paint_file(void)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int p = 0; p < 3; p++)
                file[p][y][x] = (uint8_t)lrint(
                    128 + 24 * sin(x * 0.21 + p) * cos(y * 0.17) +
                    (x > 70 + 20 * p ? 12 : -12) + 3 * noise_at(x, y, p));
}

static struct image *from_file(void)
{
    struct image *im = picture(W, H, 3);

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const double l = file[0][y][x] * CODE;
            const double b = l + 1.8814 * (file[1][y][x] - 128) * CODE;
            const double r = l + 1.4746 * (file[2][y][x] - 128) * CODE;

            row_of(&im->v, 0, y)[x] = (float)r;
            row_of(&im->v, 1, y)[x] = (float)((l - WR * r - WB * b) / WG);
            row_of(&im->v, 2, y)[x] = (float)b;
        }
    return im;
}

/* What plane p of the file would be. */
static double in_file(const struct image *im, int p, int x, int y)
{
    const double l = luma(im, x, y);

    return 255 * (p == 0   ? l
                  : p == 1 ? (at(im, 2, x, y) - l) / 1.8814
                           : (at(im, 0, x, y) - l) / 1.4746) +
           (p ? 128 : 0);
}

/* Plane p, its mean by binomial weights taken away `amount` times. */
static double unsharp_at(int p, int x, int y, int size, double amount)
{
    double w[23] = {1}, sum = 0;

    for (int i = 1; i < size; i++)
        w[i] = w[i - 1] * (size - i) / i;
    for (int v = 0; v < size; v++)
        for (int u = 0; u < size; u++)
            sum += w[u] * w[v] * file[p][y + v - size / 2][x + u - size / 2];
    sum *= pow(0.25, size - 1);
    return file[p][y][x] + amount * (file[p][y][x] - sum);
}

static const struct {
    int size;
    double amount;
    int chroma_size;
    double chroma;
} sharper[] = {{7, 1, 5, 0.4},
               {7, 1.35, 5, 0.65},
               {5, 1.6, 3, 0.8},
               {13, -1.5, 11, 2},
               {3, 4, 3, 0}};

static struct image *unsharp_of(const struct image *in, int i)
{
    char text[100];

    snprintf(text, sizeof(text), "size=%d amount=%g chroma_size=%d chroma=%g",
             sharper[i].size, sharper[i].amount, sharper[i].chroma_size,
             sharper[i].chroma);
    return applied("unsharp", text, in);
}

TEST(unsharp_is_its_formula)
{
    struct image *in;

    paint_file();
    in = from_file();
    for (int i = 0; i < 5; i++) {
        struct image *out = unsharp_of(in, i);

        for (int p = 0; p < 3; p++)
            for (int y = 11; y < H - 11; y++)
                for (int x = 11; x < W - 11; x++) {
                    const double want = unsharp_at(
                        p, x, y, p ? sharper[i].chroma_size : sharper[i].size,
                        p ? sharper[i].chroma : sharper[i].amount);

                    if (fabs(in_file(out, p, x, y) - want) > 0.0005)
                        fail_msg("case %d, plane %d: %g, not %g", i, p,
                                 in_file(out, p, x, y), want);
                }
        image_free(out);
    }
    image_free(in);
}

/*
 * In 8 bits: with more, FFmpeg 5.1 loses a factor of 2^(bits - 8). It rounds
 * the blur before it multiplies, and the result down.
 */
TEST(unsharp_is_that_of_ffmpeg)
{
    struct image *in;
    FILE *f;

    NEED("ffmpeg");
    paint_file();
    in = from_file();
    f = fopen("unsharp.in", "wb");
    assert_true(f && fwrite(file, sizeof(file), 1, f) == 1);
    fclose(f);
    for (int i = 0; i < 5; i++) {
        struct image *out = unsharp_of(in, i);

        assert_int_equal(sh("ffmpeg -v error -y -f rawvideo -pix_fmt yuv444p "
                            "-s %dx%d -i unsharp.in -vf "
                            "unsharp=%d:%d:%g:%d:%d:%g -f rawvideo unsharp.out",
                            W, H, sharper[i].size, sharper[i].size,
                            sharper[i].amount, sharper[i].chroma_size,
                            sharper[i].chroma_size, sharper[i].chroma),
                         0);
        f = fopen("unsharp.out", "rb");
        assert_true(f && fread(sharp, sizeof(sharp), 1, f) == 1);
        fclose(f);
        for (int p = 0; p < 3; p++) {
            const double amount = p ? sharper[i].chroma : sharper[i].amount;

            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    const double want =
                        fmin(fmax(in_file(out, p, x, y), 0), 255);

                    if (fabs(sharp[p][y][x] - want) > 1.01 + fabs(amount) / 2)
                        fail_msg("case %d, plane %d: %g, not %d", i, p, want,
                                 sharp[p][y][x]);
                }
        }
        image_free(out);
    }
    image_free(in);
}

TEST(unsharp_takes_odd_sizes_only)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("unsharp");
    struct err e = {0};

    set_values(op, "size=23 chroma_size=3", values);
    assert_int_equal(op->check(values, &e), 0);
    set_values(op, "size=6", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
    assert_string_equal(e.text, "size 6: expected an odd number, 3 … 23");
    set_values(op, "chroma_size=4", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
}
TESTS(unsharp_is_its_formula, unsharp_is_that_of_ffmpeg,
      unsharp_takes_odd_sizes_only)
