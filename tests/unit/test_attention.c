/* Attention, layer norm and resizing against loops in double. */

#include "nn_help.h"

#include "nn/attention.h"
#include "nn/norm.h"
#include "nn/resize.h"

#define HEAD ATTENTION_HEAD

struct attend {
    struct attention a;
    size_t in_size, out_size;
    float *data;
    double *expect;
};

static double dot(const float *a, const float *b)
{
    double s = 0;

    for (int d = 0; d < HEAD; d++)
        s += (double)a[d] * (double)b[d];
    return s;
}

static void expect_query(struct attend *t, int head, int i)
{
    const struct attention *a = &t->a;
    const size_t at = (size_t)head * a->head_step;
    double *out = t->expect + (size_t)i * a->out_stride + (size_t)head * HEAD;
    double *w = mem_array((size_t)a->tokens, sizeof(*w)), most = -1e300,
           sum = 0;

    for (int j = 0; j < a->tokens; j++) {
        w[j] = (double)a->scale * dot(a->q + at + (size_t)i * a->row_step,
                                      a->k + at + (size_t)j * a->row_step);
        most = fmax(most, w[j]);
    }
    for (int j = 0; j < a->tokens; j++)
        sum += w[j] = exp(w[j] - most);
    for (int j = 0; j < a->tokens; j++)
        for (int d = 0; d < HEAD; d++)
            out[d] += w[j] / sum *
                      (double)a->v[at + (size_t)j * a->row_step + (size_t)d];
    mem_free(w);
}

static void attend(const struct nn *nn, void *arg)
{
    struct attend *t = arg;
    struct err e = {0};

    assert_int_equal(attention_run(nn, &t->a, &e), 0);
}

/* q is multiplied with `sharp`: with a large one, one key takes it all. */
static void attention_case(int tokens, int heads, bool apart, float sharp,
                           double tolerance)
{
    const size_t width = (size_t)heads * HEAD, n = (size_t)tokens;
    float *in = noise(3 * n * width, 1), *first;
    struct attend t = {.out_size = n * (width + 3)};
    const size_t next = apart ? n * width : width;

    t.a = (struct attention){.q = in,
                             .k = in + next,
                             .v = in + 2 * next,
                             .row_step = apart ? HEAD : 3 * width,
                             .head_step = apart ? n * HEAD : HEAD,
                             .out_stride = width + 3,
                             .tokens = tokens,
                             .heads = heads,
                             .scale = 0.125f * sharp};
    t.data = mem_zero(t.out_size, sizeof(float));
    t.expect = mem_zero(t.out_size, sizeof(double));
    first = mem_zero(t.out_size, sizeof(float));
    assert_non_null(t.expect);
    for (int h = 0; h < heads; h++)
        for (int i = 0; i < tokens; i++)
            expect_query(&t, h, i);
    for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++)
        for (int threads = 1; threads <= 3; threads++) {
            double worst;

            t.a.out = threads == 1 ? first : t.data;
            run_at((enum isa)isa, threads, attention_scratch(&t.a, threads),
                   attend, &t);
            worst = error_of(t.a.out, t.expect, t.out_size);
            if (worst > tolerance)
                print_message("tokens %d heads %d: %g\n", tokens, heads, worst);
            assert_true(worst <= tolerance);
            assert_memory_equal(t.a.out, first, t.out_size * sizeof(float));
        }
    mem_free(in);
    mem_free(first);
    mem_free(t.data);
    mem_free(t.expect);
}

TEST(attention_of_odd_sizes)
{
    static const int tokens[] = {1, 2, 5, 16, 17, 47, 96, 97, 230};

    for (int i = 0; i < 9; i++)
        attention_case(tokens[i], 1 + i % 3, i % 2 == 1, 1, 4e-7);
    attention_case(1370, 1, false, 1, 4e-7);
    attention_case(130, 2, true, 100, 2e-5);
}

/* Later keys that matter 2^1000 times more, and less, than earlier ones. */
TEST(scores_may_be_far_apart)
{
    const int n = 300;
    float *in = mem_zero((size_t)(3 * n * HEAD), sizeof(float));
    float *out = mem_zero((size_t)(n * HEAD), sizeof(float));
    struct attend t = {.a = {in, in + n * HEAD, in + 2 * n * HEAD, HEAD, 0, out,
                             HEAD, n, 1, 1}};

    for (int i = 0; i < n; i++) {
        in[i * HEAD] = i % 2 ? 10.0f : -10.0f;
        in[(n + i) * HEAD] = (float)i * 10.0f;
        in[(2 * n + i) * HEAD] = (float)i;
    }
    for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++) {
        run_at((enum isa)isa, 2, attention_scratch(&t.a, 2), attend, &t);
        for (int i = 0; i < n; i++)
            assert_float_equal(out[i * HEAD], (i % 2 ? (float)(n - 1) : 0.0f),
                               1e-4f);
    }
    mem_free(in);
    mem_free(out);
}

struct rows {
    float *out;
    const float *in, *gain, *bias;
    int m, n, w, h, out_w, out_h;
};

static void normalise(const struct nn *nn, void *arg)
{
    struct rows *t = arg;
    struct err e = {0};

    assert_int_equal(norm_run(nn, t->out, (size_t)t->n + 1, t->in, (size_t)t->n,
                              t->m, t->n, t->gain, t->bias, 1e-6f, &e),
                     0);
}

static void expect_norm(double *out, const float *x, const struct rows *t)
{
    double mean = 0, var = 0;

    for (int i = 0; i < t->n; i++)
        mean += (double)x[i] / t->n;
    for (int i = 0; i < t->n; i++)
        var += ((double)x[i] - mean) * ((double)x[i] - mean) / t->n;
    for (int i = 0; i < t->n; i++)
        out[i] = ((double)x[i] - mean) / sqrt(var + 1e-6) * (double)t->gain[i] +
                 (double)t->bias[i];
}

TEST(rows_are_normalised)
{
    static const int sizes[] = {1, 5, 8, 15, 384, 1021};

    for (int i = 0; i < 6; i++) {
        const int m = 67, n = sizes[i];
        const size_t size = (size_t)m * (size_t)(n + 1);
        float *in = noise((size_t)(m * n), 1);
        float *gain = noise((size_t)n, 2), *bias = noise((size_t)n, 3);
        float *out = mem_zero(size, sizeof(float));
        double *expect = mem_zero(size, sizeof(double));
        struct rows t = {out, in, gain, bias, m, n, 0, 0, 0, 0};

        for (int k = 0; k < m * n; k++)
            in[k] += 3.0f; /* a mean that must not cost digits */
        for (int k = 0; k < m; k++)
            expect_norm(expect + (size_t)k * (size_t)(n + 1),
                        in + (size_t)k * (size_t)n, &t);
        for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++)
            for (int threads = 1; threads <= 2; threads++) {
                run_at((enum isa)isa, threads, 0, normalise, &t);
                assert_true(error_of(out, expect, size) < 2e-6);
            }
        mem_free(in);
        mem_free(gain);
        mem_free(bias);
        mem_free(out);
        mem_free(expect);
    }
}

static void resize(const struct nn *nn, void *arg)
{
    struct rows *t = arg;
    struct err e = {0};

    assert_int_equal(
        resize_run(nn, t->out, t->out_w, t->out_h, t->in, t->w, t->h, t->n, &e),
        0);
}

static double sample(const struct rows *t, int x, int y, int c)
{
    const double sx = t->out_w > 1 ? (double)x * (t->w - 1) / (t->out_w - 1)
                                   : 0;
    const double sy = t->out_h > 1 ? (double)y * (t->h - 1) / (t->out_h - 1)
                                   : 0;
    double sum = 0;

    for (int j = 0; j < t->h; j++)
        for (int i = 0; i < t->w; i++)
            sum += fmax(0, 1 - fabs(sx - i)) * fmax(0, 1 - fabs(sy - j)) *
                   (double)t->in[(j * t->w + i) * t->n + c];
    return sum;
}

TEST(corners_stay)
{
    static const int sizes[][5] = {{1, 1, 1, 5, 4},     {7, 5, 3, 1, 1},
                                   {19, 12, 9, 37, 23}, {9, 8, 32, 16, 14},
                                   {20, 20, 16, 7, 11}, {6, 4, 8, 6, 4}};

    for (int i = 0; i < 6; i++) {
        const int *s = sizes[i];
        const size_t n = (size_t)(s[2] * s[3] * s[4]);
        float *in = noise((size_t)(s[0] * s[1] * s[2]), 1);
        float *out = mem_zero(n, sizeof(float));
        double *expect = mem_zero(n, sizeof(double));
        struct rows t = {out, in, NULL, NULL, 0, s[2], s[0], s[1], s[3], s[4]};

        for (size_t k = 0; k < n; k++)
            expect[k] = sample(&t, (int)(k / (size_t)s[2]) % s[3],
                               (int)(k / (size_t)(s[2] * s[3])),
                               (int)(k % (size_t)s[2]));
        for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++)
            for (int threads = 1; threads <= 2; threads++) {
                memset(out, 0, n * sizeof(float));
                run_at((enum isa)isa, threads, 0, resize, &t);
                assert_true(error_of(out, expect, n) < 4e-6);
            }
        mem_free(in);
        mem_free(out);
        mem_free(expect);
    }
}

TESTS(attention_of_odd_sizes, scores_may_be_far_apart, rows_are_normalised,
      corners_stay)
