/*
 * Footage whose truth is known, for bench/temporal:
 *
 *   footage make SIGMA CLEAN NOISY        frames with noise, 8 bits, and truth
 *   footage run SETTINGS NOISY RESULT     temporal_denoise, "luma=2 radius=3"
 *   footage score CLEAN RESULT            one line of JSON
 *
 * Files are raw gbrp16le, 640 x 360, 32 frames; the noisy one holds 8-bit
 * values times 257. There is a still wall with structure and letters, a disc
 * with structure that moves, a bar that moves fast, a floor that pans by half a
 * pixel a frame, and at half time a cut to another place.
 *
 * What is scored: PSNR of all, of what is still and of what moves; `ghost`, how
 * much of the frame before is seen in this one, in per cent of the difference
 * of the two without noise, where that is large; `cut`, the same for the two
 * frames at the cut; frames at either end are left out.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kern/convert.h"
#include "op/op.h"

enum { W = 640, H = 360, FRAMES = 32, CUT = 16, REACH = 3 };

static uint16_t file[FRAMES][3][H][W];
static uint16_t truth[FRAMES][3][H][W];

static uint32_t hash(uint32_t x, uint32_t y, uint32_t z)
{
    uint32_t h = x * 0x9e3779b1u + y * 0x85ebca77u + z * 0xc2b2ae3du;

    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    return h ^ h >> 15;
}

static double unit(int x, int y, int z)
{
    return hash((uint32_t)x, (uint32_t)y, (uint32_t)z) * 0x1p-32;
}

/* Smooth random structure with features of about one unit, -1 … 1. */
static double structure(double x, double y, int seed)
{
    const int i = (int)floor(x), j = (int)floor(y);
    const double u = x - i, v = y - j;
    const double a = u * u * (3 - 2 * u), b = v * v * (3 - 2 * v);
    const double top = unit(i, j, seed) * (1 - a) + unit(i + 1, j, seed) * a;
    const double low = unit(i, j + 1, seed) * (1 - a) +
                       unit(i + 1, j + 1, seed) * a;

    return 2 * (top * (1 - b) + low * b) - 1;
}

/* Values in 0 … 255 of a place at a time. */
static void scene(double x, double y, int t, double c[3])
{
    const int place = t >= CUT;
    const double sky = 90 + 60 * y / H + 20 * x / W;
    const double dx = x - (120 + 3.3 * t), dy = y - 110 - 20 * sin(t * 0.4);
    const double bar = fmod(x - 7.0 * t + 7000, 320);

    for (int p = 0; p < 3; p++) {
        c[p] = sky + 6 * p + 7 * structure(x / 3, y / 3, 1) +
               9 * structure(x / 17, y / 17, 2 + p);
        if (place)
            c[p] = 200 - sky * 0.6 + 25 * structure(x / 5, y / 5, 11 + p);
    }
    if (y < 60 && (int)(x / 6) % 2 &&
        unit((int)(x / 6), (int)(y / 10), 5) > 0.4)
        c[0] = c[1] = c[2] = place ? 230 : 30;
    if (dx * dx + dy * dy < 55 * 55)
        for (int p = 0; p < 3; p++)
            c[p] = 120 + 40 * (p == 0) + 22 * structure(dx / 4, dy / 4, 7);
    if (y > 180 && y < 240 && bar < 40)
        c[0] = c[1] = c[2] = 40;
    if (y > 260)
        for (int p = 0; p < 3; p++)
            c[p] = 110 - 20 * p + 30 * structure((x + 0.5 * t) / 6, y / 4, 8);
}

static void make_truth(void)
{
    for (int t = 0; t < FRAMES; t++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double sum[3] = {0}, c[3];

                for (int s = 0; s < 4; s++) {
                    scene(x + 0.25 + 0.5 * (s % 2), y + 0.25 + 0.5 * (s / 2), t,
                          c);
                    for (int p = 0; p < 3; p++)
                        sum[p] += c[p] / 4;
                }
                for (int p = 0; p < 3; p++)
                    truth[t][p][y][x] = (uint16_t)lrint(sum[p] * 257);
            }
}

static double normal(int x, int y, int z)
{
    const double u = fmax(unit(x, y, 2 * z), 1e-9);

    return sqrt(-2 * log(u)) * cos(2 * M_PI * unit(x, y, 2 * z + 1));
}

static void add_noise(double sigma)
{
    for (int t = 0; t < FRAMES; t++)
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    const double v = truth[t][p][y][x] / 257.0 +
                                     sigma * normal(x, y, 100 + 3 * t + p);

                    file[t][p][y][x] =
                        (uint16_t)(257 * lrint(fmin(fmax(v, 0), 255)));
                }
}

static void fail(const char *what)
{
    fprintf(stderr, "footage: %s\n", what);
    exit(1);
}

/* Planes of a gbrp file are green, blue, red. */
static const int order[3] = {1, 2, 0};

static void save(const char *path, uint16_t data[FRAMES][3][H][W])
{
    FILE *f = fopen(path, "wb");

    if (!f)
        fail(path);
    for (int t = 0; t < FRAMES; t++)
        for (int p = 0; p < 3; p++)
            if (fwrite(data[t][order[p]], sizeof(data[t][0]), 1, f) != 1)
                fail(path);
    if (fclose(f) != 0)
        fail(path);
}

static void load(const char *path, uint16_t data[FRAMES][3][H][W])
{
    FILE *f = fopen(path, "rb");

    if (!f)
        fail(path);
    for (int t = 0; t < FRAMES; t++)
        for (int p = 0; p < 3; p++)
            if (fread(data[t][order[p]], sizeof(data[t][0]), 1, f) != 1)
                fail(path);
    fclose(f);
}

static void set(const struct op *op, char *text, void *values)
{
    struct err e = {0};
    char *word;

    param_defaults(op->params, values, op->size);
    while ((word = strsep(&text, " "))) {
        char *equals = strchr(word, '=');

        if (!equals)
            fail(word);
        *equals = '\0';
        if (param_set(op->params, values, word, equals + 1, &e) < 0)
            fail(e.text);
    }
}

/* A frame in the operation's domain: primaries are taken as they are. */
static struct image *frame_of(int t)
{
    const struct kern *k = kern_best();
    struct image *im = NULL;
    struct err e = {0};

    if (image_new(W, H, 3, &im, &e) < 0)
        fail(e.text);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++) {
            float *row = row_of(&im->v, p, y);

            for (int x = 0; x < W; x++)
                row[x] = file[t][p][y][x] / 65535.0f;
            k->convert->to_linear(row, row, W);
            k->convert->to_root(row, row, W);
        }
    return im;
}

static void run(char *settings)
{
    static _Alignas(16) char values[1024];
    const struct op *op = op_find("temporal_denoise");
    const struct kern *k = kern_best();
    const struct op_site site = {
        .w = W, .h = H, .full_w = W, .full_h = H, .sx = 1, .sy = 1};
    struct image *frame[FRAMES], *out = NULL;
    struct arena scratch = {0};
    struct err e = {0};

    set(op, settings, values);
    if (arena_init(&scratch, op->scratch(values, &site, H), &e) < 0 ||
        image_new(W, H, 3, &out, &e) < 0)
        fail(e.text);
    for (int t = 0; t < FRAMES; t++)
        frame[t] = frame_of(t);
    for (int t = 0; t < FRAMES; t++) {
        const int n = op->frames(values), before = t < n ? t : n;
        const int after = FRAMES - 1 - t < n ? FRAMES - 1 - t : n;
        struct view near[2 * OP_FRAMES_MAX];
        struct op_job job = {.k = k,
                             .src = frame[t]->v,
                             .dst = out->v,
                             .y1 = H,
                             .site = &site,
                             .from = &site,
                             .scratch = &scratch,
                             .near = near,
                             .before = before,
                             .after = after};

        for (int i = 0; i < before; i++)
            near[i] = frame[t - before + i]->v;
        for (int i = 0; i < after; i++)
            near[before + i] = frame[t + 1 + i]->v;
        arena_reset(&scratch);
        op->rows(&job, values);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++) {
                float *row = row_of(&out->v, p, y);

                k->convert->from_root(row, row, W);
                k->convert->to_display(row, row, W);
                for (int x = 0; x < W; x++)
                    truth[t][p][y][x] =
                        (uint16_t)lrintf(65535 * fminf(fmaxf(row[x], 0), 1));
            }
    }
    for (int t = 0; t < FRAMES; t++)
        image_free(frame[t]);
    image_free(out);
    arena_release(&scratch);
}

static double psnr(double square, double n)
{
    return n > 0 && square > 0 ? 10 * log10(255.0 * 255.0 * n / square) : 0;
}

/* Whether the truth differs by less than a code value in all frames near. */
static int is_still(int t, int p, int y, int x)
{
    for (int i = -REACH; i <= REACH; i++)
        if (abs(truth[t + i][p][y][x] - truth[t][p][y][x]) > 257)
            return 0;
    return 1;
}

static void score(void)
{
    double square[2] = {0}, n[2] = {0}, seen[2] = {0}, all[2] = {0};

    for (int t = REACH; t < FRAMES - REACH; t++)
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    const double want = truth[t][p][y][x];
                    const double d = (file[t][p][y][x] - want) / 257;
                    const double b = (truth[t - 1][p][y][x] - want) / 257;
                    const int cut = t == CUT;
                    const int near = t > CUT - REACH && t < CUT + REACH;

                    if (!near) {
                        const int still = is_still(t, p, y, x);

                        square[still] += d * d;
                        n[still]++;
                    }
                    if (fabs(b) > 15 && (cut || !near)) {
                        seen[cut] += d * b;
                        all[cut] += b * b;
                    }
                }
    printf("{\"all\": %.2f, \"still\": %.2f, \"moving\": %.2f, "
           "\"ghost\": %.2f, \"cut\": %.2f}\n",
           psnr(square[0] + square[1], n[0] + n[1]), psnr(square[1], n[1]),
           psnr(square[0], n[0]), 100 * seen[0] / all[0],
           100 * seen[1] / all[1]);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "make") == 0) {
        make_truth();
        add_noise(atof(argv[2]));
        save(argv[3], truth);
        save(argv[4], file);
    } else if (argc == 5 && strcmp(argv[1], "run") == 0) {
        load(argv[3], file);
        run(argv[2]);
        save(argv[4], truth);
    } else if (argc == 4 && strcmp(argv[1], "score") == 0) {
        load(argv[2], truth);
        load(argv[3], file);
        score();
    } else {
        fprintf(stderr, "usage: footage make|run|score ...\n");
        return 2;
    }
    return 0;
}
