/* The matrix product against loops in double: sources, ways out, weights. */

#include "nn_help.h"

#include <stdio.h>

#include "nn/gemm.h"

/* Sums of k products of numbers below 1, relative to the result + 1. */
#define TOLERANCE(k) (4e-7 * (2 + sqrt(k)))

struct product {
    struct gemm_in in;
    struct gemm_out out;
    struct packed w;
    void *block;
    float *weights, *bias, *scale, *residual, *residual2, *data;
    double *expect;
    size_t out_size;
};

static double input(const struct gemm_in *in, int row, int k)
{
    const int x = in->out_w ? row % in->out_w : 0;
    const int y = in->out_w ? row / in->out_w : 0;
    double v = 0;

    if (in->source == GEMM_ROWS)
        return in->data[(size_t)row * in->stride + (size_t)k];
    if (in->source == GEMM_PATCHES) {
        const int p = in->step, plane = k / (p * p), r = k % (p * p);

        return in->data[(size_t)plane * in->plane +
                        (size_t)(y * p + r / p) * in->stride +
                        (size_t)(x * p + r % p)];
    }
    const int c = k % in->c, tap = k / in->c;
    const int sx = x * in->step + tap % 3 - 1, sy = y * in->step + tap / 3 - 1;

    if (sx >= 0 && sx < in->w && sy >= 0 && sy < in->h)
        v = in->data[(size_t)(sy * in->w + sx) * (size_t)in->c + (size_t)c];
    return in->relu && v < 0 ? 0 : v;
}

static double act(enum gemm_act a, double x)
{
    if (a == GEMM_GELU)
        return 0.5 * x * erfc(-x / sqrt(2.0));
    return a == GEMM_RELU && x < 0 ? 0 : x;
}

/* Where result (row, n) goes. */
static size_t place(const struct product *p, int row, int n)
{
    const struct gemm_out *o = &p->out;
    const int s = o->shuffle;

    if (s) {
        const int c = p->w.n / (s * s), w = o->shuffle_w;
        const int y = row / w * s + n / c / s, x = row % w * s + n / c % s;

        return ((size_t)y * (size_t)(w * s) + (size_t)x) * (size_t)c +
               (size_t)(n % c);
    }
    if (o->group)
        return (size_t)row * o->stride +
               (size_t)(n / o->group) * o->group_step + (size_t)(n % o->group);
    return (size_t)row * o->stride + (size_t)n;
}

/* `w(n, k)` in the order of the product, whatever the layout was. */
static void expect(struct product *p,
                   double (*w)(const struct product *, int, int))
{
    const int s = p->out.shuffle;

    p->expect = mem_zero(p->out_size, sizeof(double));
    assert_non_null(p->expect);
    for (int row = 0; row < p->in.m; row++)
        for (int n = 0; n < p->w.n; n++) {
            const size_t at = place(p, row, n);
            double x = 0;

            for (int k = 0; k < p->in.k; k++)
                x += input(&p->in, row, k) * w(p, n, k);
            if (p->out.bias)
                x += (double)p->out.bias[s ? n % (p->w.n / (s * s)) : n];
            x = act(p->out.act, x);
            if (p->out.scale)
                x *= (double)p->out.scale[n];
            if (p->residual)
                x += (double)p->residual[at];
            if (p->residual2)
                x += (double)p->residual2[at];
            p->expect[at] = x;
        }
}

static double linear(const struct product *p, int n, int k)
{
    return p->weights[(size_t)n * (size_t)p->w.k + (size_t)k];
}

static double conv(const struct product *p, int n, int k)
{
    const int c = p->w.k / 9;

    return p->weights[((size_t)n * (size_t)c + (size_t)(k % c)) * 9 +
                      (size_t)(k / c)];
}

/* Weights in [c][n][s][s]. */
static double deconv(const struct product *p, int n, int k)
{
    const int taps = p->out.shuffle * p->out.shuffle, c = p->w.n / taps;

    return p->weights[((size_t)k * (size_t)c + (size_t)(n % c)) * (size_t)taps +
                      (size_t)(n / c)];
}

static void pack(struct product *p, enum packed_type type,
                 const struct weights *w)
{
    const size_t size = packed_size(type, w->n, w->k);
    struct err e = {0};

    p->block = mem_alloc(size);
    assert_non_null(p->block);
    packed_begin(p->block, type, w->n, w->k);
    packed_rows(p->block, 0, w);
    assert_int_equal(packed_open(p->block, size, &p->w, &e), 0);
}

static void run(const struct nn *nn, void *arg)
{
    struct product *p = arg;
    struct err e = {0};

    assert_int_equal(gemm_run(nn, &p->in, &p->w, &p->out, &e), 0);
}

/* Runs at all levels, with 1, 2 and 3 threads: near, and of equal bits. */
static void check_named(struct product *p, double tolerance, const char *what)
{
    float *first = mem_array(p->out_size, sizeof(float));

    assert_non_null(first);
    for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++)
        for (int threads = 1; threads <= 3; threads++) {
            const size_t bytes = p->out_size * sizeof(float);
            double worst;

            memset(p->data, 0, bytes);
            p->out.data = p->data;
            run_at((enum isa)isa, threads, gemm_scratch(&p->in, &p->w, threads),
                   run, p);
            worst = error_of(p->data, p->expect, p->out_size);
            if (worst > tolerance)
                print_message("%s: m %d n %d k %d, %s: %g\n", what, p->in.m,
                              p->w.n, p->in.k, cpu_isa_name((enum isa)isa),
                              worst);
            assert_true(worst <= tolerance);
            if (threads == 1)
                memcpy(first, p->data, bytes);
            else
                assert_memory_equal(first, p->data, bytes);
        }
    mem_free(first);
}

#define check(p, tolerance) check_named(p, tolerance, __func__)

static void release(struct product *p)
{
    mem_free(p->block);
    mem_free(p->weights);
    mem_free(p->bias);
    mem_free(p->scale);
    mem_free(p->residual);
    mem_free(p->residual2);
    mem_free(p->data);
    mem_free(p->expect);
}

/* Output of m rows of n, 3 floats further apart than needed. */
static void add_output(struct product *p, int m, int n)
{
    p->out.stride = (size_t)n + 3;
    p->out_size = (size_t)m * p->out.stride;
    p->data = noise(p->out_size, 5);
}

static void linear_case(int m, int n, int k, enum gemm_act a, bool extras)
{
    const size_t stride = (size_t)k + (k % 2 ? 5 : 0);
    struct product p = {0};
    float *in = noise((size_t)m * stride, 1);
    struct weights w;

    p.weights = noise((size_t)n * (size_t)k, 2);
    w = weights_linear(p.weights, n, k);
    pack(&p, PACKED_F32, &w);
    p.in = gemm_rows(in, m, k, stride);
    add_output(&p, m, n);
    p.out.act = a;
    if (extras) {
        p.out.bias = p.bias = noise((size_t)n, 3);
        p.out.scale = p.scale = noise((size_t)n, 4);
        p.out.residual = p.residual = noise(p.out_size, 6);
        p.out.residual2 = p.residual2 = noise(p.out_size, 7);
    }
    expect(&p, linear);
    check(&p, TOLERANCE(p.in.k));
    release(&p);
    mem_free(in);
}

TEST(products_of_odd_sizes)
{
    static const int sizes[] = {1, 5, 17, 50};
    static const int depths[] = {1, 3, 64, 257, 600};

    for (int m = 0; m < 4; m++)
        for (int n = 0; n < 4; n++)
            for (int k = 0; k < 5; k++)
                linear_case(sizes[m], sizes[n], depths[k], GEMM_LINEAR,
                            (m + n + k) % 2);
    linear_case(1370, 40, 384, GEMM_GELU, true);
    linear_case(97, 1152, 384, GEMM_RELU, true);
    linear_case(300, 24, 1024, GEMM_LINEAR, true); /* rows are copied */
    linear_case(45, 384, 1536, GEMM_LINEAR, true);
}

/* x Phi(x) is within 1.2e-7 of double, and keeps the sign of its limits. */
TEST(gelu_is_that_of_erf)
{
    const int m = 24000;
    const float one = 1;
    struct product p = {.in = {0}};
    const struct weights w = weights_linear(&one, 1, 1);
    float *in = noise((size_t)m, 1);

    for (int i = 0; i < m; i++)
        in[i] = (float)(i - m / 2) * 1e-3f;
    in[0] = -1e30f;
    in[m - 1] = 1e30f;
    p.weights = noise(1, 1);
    p.weights[0] = 1;
    pack(&p, PACKED_F32, &w);
    p.in = gemm_rows(in, m, 1, 1);
    p.out = (struct gemm_out){.stride = 1, .act = GEMM_GELU};
    p.out_size = (size_t)m;
    p.data = noise(p.out_size, 1);
    expect(&p, linear);
    check(&p, 1.2e-7);
    release(&p);
    mem_free(in);
}

TEST(a_residual_may_be_the_output)
{
    const int m = 77, n = 35, k = 300;
    float *in = noise((size_t)(m * k), 1);
    struct product p = {0};
    struct weights w;

    p.weights = noise((size_t)(n * k), 2);
    w = weights_linear(p.weights, n, k);
    pack(&p, PACKED_F32, &w);
    p.in = gemm_rows(in, m, k, (size_t)k);
    add_output(&p, m, n);
    p.residual = noise(p.out_size, 5); /* what add_output() left there */
    expect(&p, linear);
    p.out.residual = p.out.data = p.data;
    run_at(cpu_isa(), 2, gemm_scratch(&p.in, &p.w, 2), run, &p);
    for (int i = 0; i < m; i++)
        assert_true(error_of(p.data + (size_t)i * p.out.stride,
                             p.expect + (size_t)i * p.out.stride,
                             (size_t)n) <= TOLERANCE(k));
    release(&p);
    mem_free(in);
}

TEST(outputs_go_to_groups)
{
    static const int groups[] = {64, 10};
    const int m = 61, n = 192, k = 40;

    for (int i = 0; i < 2; i++) {
        const int g = groups[i], count = (n + g - 1) / g;
        float *in = noise((size_t)(m * k), 1);
        struct product p = {0};
        struct weights w;

        p.weights = noise((size_t)(n * k), 2);
        w = weights_linear(p.weights, n, k);
        pack(&p, PACKED_F32, &w);
        p.in = gemm_rows(in, m, k, (size_t)k);
        p.out = (struct gemm_out){
            .stride = (size_t)g, .group = g, .group_step = (size_t)(g * m)};
        p.out.bias = p.bias = noise((size_t)n, 3);
        p.out_size = (size_t)(count * g * m);
        p.data = noise(p.out_size, 5);
        expect(&p, linear);
        check(&p, TOLERANCE(p.in.k));
        release(&p);
        mem_free(in);
    }
}

TEST(patches_of_a_picture)
{
    static const int sides[] = {14, 3};
    const int w = 75, h = 45, n = 21;
    const size_t stride = 80, plane = stride * 50;
    float *in = noise(plane * 3, 1);

    for (int i = 0; i < 2; i++) {
        struct product p = {0};
        struct weights v;

        p.in = gemm_patches(in, w, h, stride, plane, sides[i]);
        p.weights = noise((size_t)(n * p.in.k), 2);
        v = weights_linear(p.weights, n, p.in.k);
        pack(&p, PACKED_F32, &v);
        add_output(&p, p.in.m, n);
        p.out.bias = p.bias = noise((size_t)n, 3);
        expect(&p, linear);
        check(&p, TOLERANCE(p.in.k));
        release(&p);
    }
    mem_free(in);
}

static void conv_case(enum packed_type type, int w, int h, int c, int n,
                      int step, bool relu)
{
    float *in = noise((size_t)(w * h * c), 1);
    struct product p = {0};
    struct weights v;

    p.in = gemm_windows(in, w, h, c, step, relu);
    p.weights = noise((size_t)(n * p.in.k), 2);
    v = weights_conv3(p.weights, n, c);
    p.scale = noise((size_t)n, 4);
    v.scale = p.scale;
    pack(&p, type, &v);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 9 * c; k++)
            p.weights[i * 9 * c + k] *= p.scale[i];
    add_output(&p, p.in.m, n);
    p.out.act = relu ? GEMM_LINEAR : GEMM_RELU;
    p.out.bias = p.bias = noise((size_t)n, 3);
    if (relu) {
        p.out.residual = p.residual = noise(p.out_size, 6);
        p.out.residual2 = p.residual2 = noise(p.out_size, 7);
    }
    expect(&p, conv);
    check(&p, TOLERANCE(p.in.k) * (type == PACKED_WINOGRAD ? 6 : 1));
    release(&p);
    mem_free(in);
}

static void conv_cases(enum packed_type type, int step)
{
    conv_case(type, 1, 1, 1, 1, step, false);
    conv_case(type, 2, 1, 3, 5, step, true);
    conv_case(type, 1, 7, 8, 17, step, false);
    conv_case(type, 19, 12, 16, 32, step, true);
    conv_case(type, 37, 23, 21, 64, step, false);
    conv_case(type, 9, 9, 100, 20, step, true);
}

TEST(windows_of_step_1_and_2)
{
    conv_cases(PACKED_F32, 1);
    conv_cases(PACKED_F32, 2);
}

TEST(winograd_is_the_same)
{
    conv_cases(PACKED_WINOGRAD, 1);
}

TEST(transposed_convolutions)
{
    static const int sizes[][3] = {{48, 48, 4}, {24, 24, 2}, {5, 7, 3}};
    const int w = 13, h = 9;

    for (int i = 0; i < 3; i++) {
        const int c = sizes[i][0], n = sizes[i][1], s = sizes[i][2];
        float *in = noise((size_t)(w * h * c), 1);
        struct product p = {0};
        struct weights v;

        p.weights = noise((size_t)(c * n * s * s), 2);
        v = weights_deconv(p.weights, c, n, s);
        pack(&p, PACKED_F32, &v);
        p.in = gemm_rows(in, w * h, c, (size_t)c);
        p.out = (struct gemm_out){.shuffle = s, .shuffle_w = w};
        p.out.bias = p.bias = noise((size_t)n, 3);
        p.out_size = (size_t)(w * h * n * s * s);
        p.data = noise(p.out_size, 5);
        expect(&p, deconv);
        check(&p, TOLERANCE(p.in.k));
        release(&p);
        mem_free(in);
    }
}

/* Half a step of 1/127 of the largest weight of the row, at most. */
static void check_bytes(struct product *p)
{
    double square = 0, error = 0;

    check(p, 0.5 / 127 * sqrt(p->in.k) * 1.5);
    for (size_t i = 0; i < p->out_size; i++) {
        square += p->expect[i] * p->expect[i];
        error += pow((double)p->data[i] - p->expect[i], 2);
    }
    assert_true(sqrt(error / square) < 0.0045); /* 47 dB */
}

static void bytes_case(int k)
{
    const int m = 64, n = 37;
    float *in = noise((size_t)(m * k), 1);
    struct product p = {0};
    struct weights w;

    p.weights = noise((size_t)(n * k), 2);
    w = weights_linear(p.weights, n, k);
    pack(&p, PACKED_I8, &w);
    p.in = gemm_rows(in, m, k, (size_t)k);
    add_output(&p, m, n);
    expect(&p, linear);
    check_bytes(&p);
    release(&p);
    mem_free(in);
}

TEST(bytes_are_near)
{
    assert_true(packed_size(PACKED_I8, 384, 384) * 3 <
                packed_size(PACKED_F32, 384, 384));
    assert_int_equal(packed_size(PACKED_I8, 1, 70000), 0);
    bytes_case(501);
    bytes_case(1536);
    bytes_case(7);
}

/* The largest sum there can be: everything is the largest of its row. */
TEST(integers_do_not_overflow)
{
    static const int depths[] = {384, 1536, 20001};

    for (int i = 0; i < 3; i++) {
        const int k = depths[i];
        float *in = noise((size_t)k, 1);
        struct product p = {0};
        struct weights w;

        p.weights = noise((size_t)k, 2);
        for (int x = 0; x < k; x++) {
            in[x] = -2.0f;
            p.weights[x] = 3.0f;
        }
        w = weights_linear(p.weights, 1, k);
        pack(&p, PACKED_I8, &w);
        p.in = gemm_rows(in, 1, k, (size_t)k);
        add_output(&p, 1, 1);
        expect(&p, linear);
        check(&p, 1e-5);
        release(&p);
        mem_free(in);
    }
}

TEST(bytes_take_windows)
{
    const int w = 11, h = 7, c = 21, n = 18;
    float *in = noise((size_t)(w * h * c), 1);
    struct product p = {.in = gemm_windows(in, w, h, c, 2, true)};
    struct weights v;

    p.weights = noise((size_t)(n * 9 * c), 2);
    v = weights_conv3(p.weights, n, c);
    pack(&p, PACKED_I8, &v);
    add_output(&p, p.in.m, n);
    expect(&p, conv);
    check_bytes(&p);
    release(&p);
    mem_free(in);
}

TEST(rows_are_packed_below_each_other)
{
    const int k = 30, n = 35;
    float *data = noise((size_t)(n * k), 2);
    const size_t size = packed_size(PACKED_F32, n, k);
    char *whole = mem_alloc(size), *parts = mem_alloc(size);

    packed_begin(whole, PACKED_F32, n, k);
    packed_begin(parts, PACKED_F32, n, k);
    for (int at = 0; at < n; at += 7) {
        const struct weights w = weights_linear(data + (size_t)(at * k), 7, k);

        packed_rows(parts, at, &w);
    }
    packed_rows(whole, 0,
                &(struct weights){data, NULL, n, k, n, k, 0, (size_t)k, 0, 1});
    assert_memory_equal(whole, parts, size);
    mem_free(whole);
    mem_free(parts);
    mem_free(data);
}

TEST(blocks_from_disk_are_looked_at)
{
    const size_t size = packed_size(PACKED_F32, 20, 30);
    uint8_t *block = mem_alloc(size);
    struct packed p;
    struct err e = {0};

    packed_begin(block, PACKED_F32, 20, 30);
    assert_int_equal(packed_open(block, size, &p, &e), 0);
    assert_int_equal(packed_open(block, size - 1, &p, &e), ERR_DATA);
    assert_int_equal(packed_open(block, 10, &p, &e), ERR_DATA);
    for (int i = 0; i < 24; i++) {
        block[i] ^= 0x80;
        assert_int_equal(packed_open(block, size, &p, &e), ERR_DATA);
        block[i] ^= 0x80;
    }
    assert_int_equal(packed_size(PACKED_F32, 0, 3), 0);
    assert_int_equal(packed_size(PACKED_F32, -1, 3), 0);
    assert_int_equal(packed_size(PACKED_WINOGRAD, 8, 10), 0);
    mem_free(block);
}

TESTS(products_of_odd_sizes, gelu_is_that_of_erf, a_residual_may_be_the_output,
      outputs_go_to_groups, patches_of_a_picture, windows_of_step_1_and_2,
      winograd_is_the_same, transposed_convolutions, bytes_are_near,
      integers_do_not_overflow, bytes_take_windows,
      rows_are_packed_below_each_other, blocks_from_disk_are_looked_at)
