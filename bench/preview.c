/*
 * How long a window waits for a picture of 1024 x 683 after a slider has moved,
 * in a process that has seen the picture before:
 *
 *   preview MODEL LOOK SETTING RUNS
 *   preview small.safetensors exterior depth_clarity.amount 20
 *
 * The setting gets another value in each run. Prints one line of JSON: the
 * first run and the median of the others, in milliseconds.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tportal.h"

enum { W = 1024, H = 683, RUNS_MAX = 100 };

static float plane[3][H][W];

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* A floor, a wall with windows, noise. */
static void paint(void)
{
    unsigned seed = 1;

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int window = y < 400 && x / 90 % 2 && y / 110 % 2;
            const int tile = y >= 400 && (x / 64 + y / 40) % 2;

            seed = seed * 1664525u + 1013904223u;
            for (int p = 0; p < 3; p++)
                plane[p][y][x] = (window ? 0.9f : 0.25f) + 0.1f * (float)tile +
                                 0.05f * sinf((float)(x + 40 * p) * 0.01f) +
                                 0.01f * (float)(seed >> 24) / 255.0f;
        }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int once(tp_context *ctx, const char *name, const char *setting, int i,
                double *ms)
{
    const tp_picture in = {&plane[0][0][0], W, (size_t)W * H, W, H, 3};
    const double start = now_ms();
    tp_picture out = {0};
    tp_look *look = NULL;
    char text[200];
    int rc;

    snprintf(text, sizeof(text), "%s=%.3f", setting, 0.2 + 0.01 * i);
    rc = tp_look_load(ctx, name, &look);
    if (rc == 0)
        rc = tp_look_set(ctx, look, text);
    if (rc == 0)
        rc = tp_process_picture(ctx, look, &in, &out);
    tp_picture_free(&out);
    tp_look_free(look);
    *ms = now_ms() - start;
    return rc;
}

int main(int argc, char **argv)
{
    const int runs = argc == 5 ? atoi(argv[4]) : 0;
    double ms[RUNS_MAX + 1];
    tp_context *ctx;
    int rc = 0;

    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: preview MODEL LOOK SETTING RUNS (1 ... 100)\n");
        return 2;
    }
    paint();
    ctx = tp_context_new(0, 0);
    if (ctx)
        rc = tp_context_model(ctx, argv[1], 0);
    for (int i = 0; i <= runs && rc == 0; i++)
        rc = once(ctx, argv[2], argv[3], i, &ms[i]);
    if (rc < 0) {
        fprintf(stderr, "preview: %s\n", tp_error(ctx));
        return 1;
    }
    qsort(ms + 1, (size_t)runs, sizeof(*ms), by_value);
    printf("{\"first_ms\":%.1f,\"median_ms\":%.1f,\"best_ms\":%.1f}\n", ms[0],
           ms[1 + runs / 2], ms[1]);
    tp_context_free(ctx);
    return 0;
}
