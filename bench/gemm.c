/*
 * How fast the core of the networks is, on the layers of Depth Anything V2
 * Small at 518x518: gemm [THREADS [LAYER]]. Rates are per processor second, all
 * threads counted, so that other programs on the machine matter little; the
 * share is that of the micro-kernel on data in the first cache, measured in
 * between.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/pool.h"
#include "nn/attention.h"
#include "nn/gemm.h"
#include "nn/kernel.h"
#include "nn/norm.h"
#include "nn/resize.h"

#define ROUNDS 15

struct bench {
    struct nn nn;
    struct gemm_in in;
    struct gemm_out out;
    struct packed w;
    struct attention a;
    float *src, *dst;
    const char *only; /* layers whose name has this, or NULL */
    double units;     /* time, in multiply-adds at the peak  */
};

typedef void work_fn(struct bench *b);

static void must(int rc, const struct err *e)
{
    if (rc < 0) {
        fprintf(stderr, "gemm: %s\n", e->text);
        exit(1);
    }
}

static void *memory(size_t size)
{
    char *p = mem_alloc(size);
    struct err e;

    if (!p)
        must(err_mem(&e, size), &e);
    memset(p, 0, size);
    return p;
}

static float *numbers(size_t n)
{
    float *p = memory(n * sizeof(float));

    for (size_t i = 0; i < n; i++)
        p[i] = sinf((float)(i % 10007));
    return p;
}

static double processor_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Multiply-adds of a round of the micro-kernel: everything in 32 KB. */
static double peak(const struct nn_kern *k)
{
    enum { K = 256, STEP = K + 16, M = 6 };
    static float a[M * STEP], b[K * PANEL], acc[M * PANEL];
    const int times = 600;
    const double start = processor_seconds();

    for (int i = 0; i < times; i++)
        k->panel(acc, a, STEP, M, b, K, false);
    return 2.0 * times * M * K * PANEL / (processor_seconds() - start);
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *x)
{
    qsort(x, ROUNDS, sizeof(*x), order);
    return x[ROUNDS / 2];
}

/*
 * Measures, and prints a line: medians, and the share of the peak around each
 * round, for the clock of the machine may change; macs 0: time only.
 */
static void measure(struct bench *b, const char *name, double macs, int count,
                    work_fn *work)
{
    double cpu[ROUNDS], wall[ROUNDS], units[ROUNDS], ms;

    if (b->only && !strstr(name, b->only))
        return;
    work(b);
    for (int i = 0; i < ROUNDS; i++) {
        double p = peak(b->nn.kern);
        const double start = processor_seconds(), w = wall_seconds();

        work(b);
        cpu[i] = processor_seconds() - start;
        wall[i] = wall_seconds() - w;
        p = (p + peak(b->nn.kern)) / 2;
        units[i] = cpu[i] * p / 2;
    }
    ms = median(cpu) * 1e3;
    b->units += count * median(units);
    printf("%-34s %8.2f %8.2f %4d %8.0f", name, ms, median(wall) * 1e3, count,
           median(units) * 1e-6);
    if (macs > 0)
        printf(" %8.1f %5.0f %%", 2 * macs / ms * 1e-6,
               100 * macs / median(units));
    printf("\n");
}

static void gemm(struct bench *b)
{
    struct err e;

    must(gemm_run(&b->nn, &b->in, &b->w, &b->out, &e), &e);
}

static void attend(struct bench *b)
{
    struct err e;

    must(attention_run(&b->nn, &b->a, &e), &e);
}

static void normalise(struct bench *b)
{
    struct err e;

    must(norm_run(&b->nn, b->dst, 384, b->src, 384, 1370, 384, b->src, b->src,
                  1e-6f, &e),
         &e);
}

static void resize(struct bench *b)
{
    struct err e;

    must(resize_run(&b->nn, b->dst, 518, 518, b->src, 296, 296, 32, &e), &e);
}

static void with_scratch(struct bench *b, size_t size)
{
    mem_free(b->nn.scratch);
    b->nn.scratch = memory(size);
    b->nn.scratch_size = size;
}

static void product(struct bench *b, const char *name, enum packed_type type,
                    int n, int count)
{
    const int k = b->in.k;
    float *data = numbers((size_t)n * (size_t)k);
    const struct weights w = b->in.source == GEMM_WINDOWS
                                 ? weights_conv3(data, n, k / 9)
                                 : weights_linear(data, n, k);
    const size_t size = packed_size(type, n, k);
    void *block = memory(size);
    char title[80];
    struct err e;

    packed_begin(block, type, n, k);
    packed_rows(block, 0, &w);
    must(packed_open(block, size, &b->w, &e), &e);
    b->out.data = b->dst;
    if (!b->out.stride)
        b->out.stride = (size_t)n;
    with_scratch(b, gemm_scratch(&b->in, &b->w, pool_slots(b->nn.pool)));
    snprintf(title, sizeof(title), "%s %dx%dx%d", name, b->in.m, n, k);
    measure(b, title, (double)b->in.m * n * k, count, gemm);
    mem_free(block);
    mem_free(data);
    b->out = (struct gemm_out){0};
}

static void linear(struct bench *b, const char *name, enum packed_type type,
                   int n, int k, enum gemm_act act, bool residual, int count)
{
    b->in = gemm_rows(b->src, 1370, k, (size_t)k);
    b->out.bias = b->src;
    b->out.act = act;
    b->out.residual = residual ? b->dst : NULL;
    product(b, name, type, n, count);
}

static void conv(struct bench *b, const char *name, enum packed_type type,
                 int side, int c, int n, int step, int count)
{
    b->in = gemm_windows(b->src, side, side, c, step, true);
    b->out.bias = b->src;
    product(b, name, type, n, count);
}

static void layers(struct bench *b)
{
    linear(b, "qkv", PACKED_F32, 1152, 384, GEMM_LINEAR, false, 12);
    b->out.group = 64;
    b->out.stride = 64;
    b->out.group_step = 64 * 1370;
    linear(b, "qkv, heads apart", PACKED_F32, 1152, 384, GEMM_LINEAR, false, 0);
    linear(b, "attention out", PACKED_F32, 384, 384, GEMM_LINEAR, true, 12);
    linear(b, "fc1, gelu", PACKED_F32, 1536, 384, GEMM_GELU, false, 12);
    linear(b, "fc2", PACKED_F32, 384, 1536, GEMM_LINEAR, true, 12);
    linear(b, "qkv, 8 bits", PACKED_I8, 1152, 384, GEMM_LINEAR, false, 0);
    linear(b, "fc1, gelu, 8 bits", PACKED_I8, 1536, 384, GEMM_GELU, false, 0);
    linear(b, "fc2, 8 bits", PACKED_I8, 384, 1536, GEMM_LINEAR, true, 0);
    linear(b, "reassemble 3", PACKED_F32, 384, 384, GEMM_LINEAR, false, 1);
    b->in = gemm_patches(b->src, 518, 518, 518, 518 * 518, 14);
    product(b, "patches", PACKED_F32, 384, 1);
    conv(b, "conv stride 2, 37", PACKED_F32, 37, 384, 384, 2, 1);
    conv(b, "conv 19", PACKED_F32, 19, 384, 64, 1, 0);
    conv(b, "conv 19 winograd", PACKED_WINOGRAD, 19, 384, 64, 1, 1);
    conv(b, "conv 37", PACKED_F32, 37, 192, 64, 1, 0);
    conv(b, "conv 37 winograd", PACKED_WINOGRAD, 37, 192, 64, 1, 1);
    conv(b, "conv 37 winograd", PACKED_WINOGRAD, 37, 64, 64, 1, 4);
    conv(b, "conv 74 winograd", PACKED_WINOGRAD, 74, 96, 64, 1, 1);
    conv(b, "conv 74 winograd", PACKED_WINOGRAD, 74, 64, 64, 1, 4);
    conv(b, "conv 148", PACKED_F32, 148, 64, 64, 1, 0);
    conv(b, "conv 148 winograd", PACKED_WINOGRAD, 148, 64, 64, 1, 5);
    conv(b, "conv 296", PACKED_F32, 296, 64, 32, 1, 0);
    conv(b, "conv 296 winograd", PACKED_WINOGRAD, 296, 64, 32, 1, 1);
    conv(b, "conv 518", PACKED_F32, 518, 32, 32, 1, 0);
    conv(b, "conv 518 winograd", PACKED_WINOGRAD, 518, 32, 32, 1, 1);
}

static void attention(struct bench *b, bool apart)
{
    const size_t width = 384, n = 1370, next = apart ? n * width : width;

    b->a = (struct attention){.q = b->src,
                              .k = b->src + next,
                              .v = b->src + 2 * next,
                              .row_step = apart ? 64 : 3 * width,
                              .head_step = apart ? n * 64 : 64,
                              .out = b->dst,
                              .out_stride = width,
                              .tokens = (int)n,
                              .heads = 6,
                              .scale = 0.125f};
    with_scratch(b, attention_scratch(&b->a, pool_slots(b->nn.pool)));
    measure(b, apart ? "attention, heads apart" : "attention",
            2.0 * 1370 * 1370 * 384, apart ? 12 : 0, attend);
}

int main(int argc, char **argv)
{
    const int threads = argc > 1 ? atoi(argv[1]) : cpu_count();
    struct bench b = {.nn = {.kern = nn_kern_for(cpu_isa())},
                      .only = argc > 2 ? argv[2] : NULL};
    struct err e;

    must(pool_new(threads, &b.nn.pool, &e), &e);
    b.src = numbers((size_t)518 * 518 * 32);
    b.dst = numbers((size_t)518 * 518 * 32);
    printf("%d threads, level %s, micro-kernel %.1f GFLOP/s\n", threads,
           cpu_isa_name(cpu_isa()), peak(b.nn.kern) * 1e-9);
    printf("%-34s %8s %8s %4s %8s %8s %7s\n", "layer", "cpu ms", "wall ms", "x",
           "MMAC*", "GFLOP/s", "of peak");
    layers(&b);
    attention(&b, false);
    attention(&b, true);
    measure(&b, "layer norm", 0, 28, normalise);
    measure(&b, "resize 296 to 518", 0, 1, resize);
    printf("sum of x times each: %.0f MMAC* (time in multiply-adds at the peak)"
           "\n",
           b.units * 1e-6);
    pool_free(b.nn.pool);
    mem_free(b.nn.scratch);
    mem_free(b.src);
    mem_free(b.dst);
    return 0;
}
