/*
 * Gradients whose truth is known, and a chart of fine detail, for bench/deband:
 *
 *   banding make FOLDER          NAME.ppm, NAME.8, NAME.16, NAME.truth
 *   banding score TRUTH RESULT   a gradient: one line of JSON
 *   banding detail TRUTH RESULT  detail, the same
 *
 * .8 is raw gbrp, .16 the same values as gbrp16le, .truth is gbrp16le as it
 * would be without rounding to 8 bits; a result is either. Pictures are 1280 x
 * 720. Errors are in 8-bit code values. What is scored of a gradient: `rmse`,
 * the error of pixels; `seen`, that of means weighed by a Gaussian of 2 pixels,
 * which is what an eye makes of dither; `contour`, how far these change within
 * 8 pixels, the worst of a thousand places: the height of the step that is
 * seen; `contours`, per cent of places where it is more than a quarter. Of
 * detail: PSNR against the chart as it was, and per cent of the energy of what
 * a Gaussian of 1.5 pixels takes away that is lost.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { W = 1280, H = 720, STEP = 8 };

static uint16_t truth[3][H][W], result[3][H][W]; /* green, blue, red */
static float error[3][H][W], blurred[3][H][W], line[3][H][W];

static double structure(double x, double y)
{
    const double i = floor(x), j = floor(y), u = x - i, v = y - j;
    const double a = u * u * (3 - 2 * u), b = v * v * (3 - 2 * v);
    double c[4];

    for (int k = 0; k < 4; k++) {
        uint32_t h = (uint32_t)(i + k % 2) * 0x9e3779b1u +
                     (uint32_t)(j + k / 2) * 0x85ebca77u;

        h ^= h >> 15;
        h *= 0x2c1b3c6du;
        h ^= h >> 12;
        h *= 0x297a2d39u;
        h ^= h >> 15;
        c[k] = h * 0x1p-31 - 1;
    }
    return (c[0] * (1 - a) + c[1] * a) * (1 - b) +
           (c[2] * (1 - a) + c[3] * a) * b;
}

typedef void paint(double x, double y, double c[3]);

static void ramp(double x, double y, double c[3])
{
    (void)y;
    c[0] = c[1] = c[2] = 40 + 20 * x / W;
}

static void sky(double x, double y, double c[3])
{
    const double t = y / H + 0.1 * x / W;

    c[0] = 96 + 70 * t;
    c[1] = 140 + 48 * t + 3 * x / W;
    c[2] = 201 + 24 * t;
}

static void lamp(double x, double y, double c[3])
{
    const double dx = (x - 500) / 700, dy = (y - 300) / 700;
    const double light = exp(-1.5 * (dx * dx + dy * dy));

    c[0] = 18 + 52 * light;
    c[1] = 17 + 45 * light;
    c[2] = 16 + 36 * light;
}

static void dark(double x, double y, double c[3])
{
    const double t = (x + y) / (W + H);

    c[0] = 2 + 9 * t;
    c[1] = 2 + 10 * t;
    c[2] = 3 + 13 * t;
}

/* Zone plates of 1.5 to 12 code values, weaves, strokes, on flat ground. */
static void detail(double x, double y, double c[3])
{
    static const double heights[] = {1.5, 3, 6, 12};
    const int i = (int)x / (W / 4), row = (int)y / (H / 3);
    const double u = fmod(x, W / 4.0), v = fmod(y, H / 3.0);
    const double r2 = (u - 160) * (u - 160) + (v - 120) * (v - 120);
    double d;

    if (row == 0)
        d = cos(r2 * 0.008);
    else if (row == 1)
        d = structure(x / 1.5, y / 1.5);
    else
        d = structure(floor(x / 3), floor(y / 9)) > 0.2 && fmod(y, 18) < 11 ? 2
                                                                            : 0;
    for (int p = 0; p < 3; p++)
        c[p] = 110 + 10 * p + heights[i] * d;
}

static const struct {
    const char *name;
    paint *paint;
} charts[] = {
    {"ramp", ramp}, {"sky", sky},       {"lamp", lamp},
    {"dark", dark}, {"detail", detail},
};

static void fail(const char *what)
{
    fprintf(stderr, "banding: %s\n", what);
    exit(1);
}

static void save(const char *folder, const char *name, const char *ext,
                 const char *head, const void *data, size_t bytes)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s.%s", folder, name, ext);
    f = fopen(path, "wb");
    if (!f || fputs(head, f) < 0 || fwrite(data, bytes, 1, f) != 1 ||
        fclose(f) != 0)
        fail(path);
}

static void make(const char *folder, const char *name, paint *chart)
{
    static uint8_t byte[H][W][3], plane[3][H][W];
    static uint16_t wide[3][H][W];
    const int is_detail = strcmp(name, "detail") == 0;
    char head[40];

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double c[3];

            chart(x + 0.5, y + 0.5, c);
            for (int p = 0; p < 3; p++) {
                const int at = (p + 2) % 3;

                byte[y][x][p] = plane[at][y][x] = (uint8_t)lrint(c[p]);
                wide[at][y][x] = (uint16_t)(byte[y][x][p] * 257);
                truth[at][y][x] = is_detail ? wide[at][y][x]
                                            : (uint16_t)lrint(c[p] * 257);
            }
        }
    snprintf(head, sizeof(head), "P6\n%d %d\n255\n", W, H);
    save(folder, name, "ppm", head, byte, sizeof(byte));
    save(folder, name, "8", "", plane, sizeof(plane));
    save(folder, name, "16", "", wide, sizeof(wide));
    save(folder, name, "truth", "", truth, sizeof(truth));
}

static void load(const char *path, uint16_t data[3][H][W])
{
    static uint8_t byte[3][H][W];
    FILE *f = fopen(path, "rb");
    long size;

    if (!f || fseek(f, 0, SEEK_END) != 0)
        fail(path);
    size = ftell(f);
    rewind(f);
    if (size == sizeof(byte)) {
        if (fread(byte, sizeof(byte), 1, f) != 1)
            fail(path);
        for (int i = 0; i < 3 * H * W; i++)
            (&data[0][0][0])[i] = (uint16_t)((&byte[0][0][0])[i] * 257);
    } else if (size != sizeof(truth) || fread(data, sizeof(truth), 1, f) != 1) {
        fail(path);
    }
    fclose(f);
}

static int within(int i, int n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static void blur(float from[3][H][W], double sigma)
{
    const int r = (int)ceil(3 * sigma);
    double w[32], sum = 0;

    for (int i = -r; i <= r; i++)
        sum += w[i + r] = exp(-0.5 * i * i / (sigma * sigma));
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double s = 0;

                for (int i = -r; i <= r; i++)
                    s += w[i + r] * (double)from[p][y][within(x + i, W)];
                line[p][y][x] = (float)(s / sum);
            }
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double s = 0;

                for (int i = -r; i <= r; i++)
                    s += w[i + r] * (double)line[p][within(y + i, H)][x];
                blurred[p][y][x] = (float)(s / sum);
            }
}

static void put(uint16_t a[3][H][W], uint16_t b[3][H][W])
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                error[p][y][x] =
                    (float)((a[p][y][x] - (b ? b[p][y][x] : 0)) / 257.0);
}

static double mean_square(float e[3][H][W])
{
    double sum = 0;

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                sum += (double)e[p][y][x] * (double)e[p][y][x];
    return sum / (3.0 * W * H);
}

static void score(void)
{
    enum { BINS = 1000 }; /* of a 200th of a code value */
    static long bin[BINS + 1];
    long n = 0, above = 0, left, quarter = 0;
    double rmse;
    int i = BINS;

    put(result, truth);
    rmse = sqrt(mean_square(error));
    blur(error, 2);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H - STEP; y++)
            for (int x = 0; x < W - STEP; x++) {
                const double at = (double)blurred[p][y][x];
                const double a = fabs((double)blurred[p][y][x + STEP] - at);
                const double b = fabs((double)blurred[p][y + STEP][x] - at);
                const double d = fmax(a, b);

                bin[(int)fmin(d * 200, BINS)]++;
                quarter += d > 0.25;
                n++;
            }
    for (left = n / 1000; i > 0 && above + bin[i] <= left; i--)
        above += bin[i];
    printf("{\"rmse\": %.3f, \"seen\": %.3f, \"contour\": %.3f, "
           "\"contours\": %.2f}\n",
           rmse, sqrt(mean_square(blurred)), (i + 1) / 200.0,
           100.0 * (double)quarter / (double)n);
}

static double fine(uint16_t data[3][H][W])
{
    double sum = 0;

    put(data, NULL);
    blur(error, 1.5);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                sum +=
                    pow((double)error[p][y][x] - (double)blurred[p][y][x], 2);
    return sum;
}

static void score_detail(void)
{
    double square;
    const double before = fine(truth), after = fine(result);

    put(result, truth);
    square = mean_square(error);
    printf("{\"psnr\": %.2f, \"lost\": %.2f}\n",
           square > 0 ? 10 * log10(255 * 255 / square) : 99,
           100 * (1 - after / before));
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0) {
        for (size_t i = 0; i < sizeof(charts) / sizeof(*charts); i++)
            make(argv[2], charts[i].name, charts[i].paint);
        return 0;
    }
    if (argc != 4)
        fail("make FOLDER, score TRUTH RESULT or detail TRUTH RESULT");
    load(argv[2], truth);
    load(argv[3], result);
    if (strcmp(argv[1], "score") == 0)
        score();
    else
        score_detail();
    return 0;
}
