/*
 * A task is a block of rows times a run of panels. For each panel the products
 * of a block of k are summed up in a strip 16 wide that stays in the first
 * cache, and leave it once, through the epilogue. Blocks of k depend on k only,
 * so sums have the same order however the work is cut.
 */

#include "nn/gemm.h"

#include <assert.h>
#include <string.h>

#include "base/pool.h"
#include "nn/kernel.h"
#include "nn/winograd.h"

#define K_MOST   256         /* of a panel at a time: 16 KB            */
#define A_FLOATS (64 * 1024) /* of a block of rows: half of 512 KB     */
#define ROWS_MAX 96
#define ROWS_MIN 24
#define SKEW     16 /* so that rows of a copy start in different sets  */

struct job {
    const struct nn *nn;
    const struct gemm_in *in;
    const struct packed *w;
    const struct gemm_out *out;
    int rows, row_blocks, panels, runs, kc;
    bool copy;
    size_t slot_floats;
};

struct gemm_in gemm_rows(const float *data, int m, int k, size_t stride)
{
    return (struct gemm_in){
        .source = GEMM_ROWS, .data = data, .m = m, .k = k, .stride = stride};
}

struct gemm_in gemm_patches(const float *data, int w, int h, size_t stride,
                            size_t plane, int p)
{
    return (struct gemm_in){.source = GEMM_PATCHES,
                            .data = data,
                            .m = (w / p) * (h / p),
                            .k = 3 * p * p,
                            .stride = stride,
                            .plane = plane,
                            .out_w = w / p,
                            .out_h = h / p,
                            .step = p};
}

struct gemm_in gemm_windows(const float *data, int w, int h, int c, int step,
                            bool relu)
{
    const int out_w = (w + step - 1) / step, out_h = (h + step - 1) / step;

    return (struct gemm_in){.source = GEMM_WINDOWS,
                            .data = data,
                            .m = out_w * out_h,
                            .k = 9 * c,
                            .stride = (size_t)c,
                            .w = w,
                            .h = h,
                            .c = c,
                            .out_w = out_w,
                            .out_h = out_h,
                            .step = step,
                            .relu = relu};
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* Rows 4096 bytes apart share the same few lines of the first cache. */
static bool must_copy(const struct gemm_in *in)
{
    return in->source != GEMM_ROWS || in->stride % 1024 == 0;
}

static int rows_of(const struct gemm_in *in)
{
    int rows = A_FLOATS / in->k / 6 * 6;

    rows = rows < ROWS_MIN ? ROWS_MIN : rows;
    return rows > ROWS_MAX ? ROWS_MAX : rows;
}

static int k_block(int k)
{
    const int blocks = ceil_div(k, K_MOST);

    return (ceil_div(k, blocks) + 3) / 4 * 4;
}

/*
 * The strip (and what a vector reads past it), a copy of the rows, and for
 * weights of 8 bits a row of floats and the factors of the rows.
 */
static size_t slot_floats(const struct gemm_in *in, const struct packed *w)
{
    size_t n = (ROWS_MAX + 1) * PANEL;

    if (w->type == PACKED_I8)
        n += ROWS_MAX + (size_t)in->k + SKEW;
    if (w->type == PACKED_I8 || must_copy(in))
        n += (size_t)rows_of(in) * ((size_t)in->k + SKEW);
    return (n + 15) / 16 * 16;
}

size_t gemm_scratch(const struct gemm_in *in, const struct packed *w, int slots)
{
    if (w->type == PACKED_WINOGRAD)
        return winograd_scratch(in, w, slots);
    return slot_floats(in, w) * sizeof(float) * (size_t)slots;
}

static void copy_row(float *to, const struct gemm_in *in, int row)
{
    memcpy(to, in->data + (size_t)row * in->stride,
           (size_t)in->k * sizeof(float));
}

static void copy_patch(float *to, const struct gemm_in *in, int row)
{
    const int p = in->step, px = row % in->out_w * p, py = row / in->out_w * p;

    for (int plane = 0; plane < 3; plane++)
        for (int y = 0; y < p; y++, to += p)
            memcpy(to,
                   in->data + (size_t)plane * in->plane +
                       (size_t)(py + y) * in->stride + (size_t)px,
                   (size_t)p * sizeof(float));
}

static void copy_window(float *to, const struct gemm_in *in, int row)
{
    const int x = row % in->out_w * in->step - 1;
    const int y = row / in->out_w * in->step - 1;
    const size_t c = (size_t)in->c;
    float *at = to;

    for (int i = 0; i < 3; i++, at += 3 * c) {
        const int left = x<0, right = x + 3> in->w ? x + 3 - in->w : 0;

        if (y + i < -in->above || y + i >= in->h + in->below) {
            memset(at, 0, 3 * c * sizeof(float));
            continue;
        }
        memset(at, 0, (size_t)left * c * sizeof(float));
        memcpy(at + (size_t)left * c,
               in->data + ((ptrdiff_t)(y + i) * in->w + x + left) * in->c,
               (size_t)(3 - left - right) * c * sizeof(float));
        memset(at + (size_t)(3 - right) * c, 0,
               (size_t)right * c * sizeof(float));
    }
    if (in->relu)
        for (int i = 0; i < in->k; i++)
            to[i] = to[i] > 0 ? to[i] : 0;
}

static void fill_row(float *to, const struct gemm_in *in, int row)
{
    if (in->source == GEMM_ROWS)
        copy_row(to, in, row);
    else if (in->source == GEMM_PATCHES)
        copy_patch(to, in, row);
    else
        copy_window(to, in, row);
}

static const float *offset(const float *p, size_t n)
{
    return p ? p + n : NULL;
}

static size_t place(const struct gemm_out *o, int row, int at)
{
    const size_t line = (size_t)row * o->stride;

    if (!o->group)
        return line + (size_t)at;
    return line + (size_t)(at / o->group) * o->group_step +
           (size_t)(at % o->group);
}

/* Columns `at` … at + n - 1 of the product, which stay together. */
static void store_rows(const struct job *j, const float *acc, int row, int m,
                       int at, int n)
{
    const struct gemm_out *o = j->out;
    const size_t base = place(o, row, at);
    const struct tile_out t = {
        .data = o->data + base,
        .stride = o->stride,
        .bias = offset(o->bias, (size_t)at),
        .scale = offset(o->scale, (size_t)at),
        .residual = offset(o->residual, base),
        .residual2 = offset(o->residual2, base),
        .act = o->act,
    };

    j->nn->kern->finish(acc, m, n, &t);
}

/* The same for a pixel's part of a shuffle: lines of the map are apart. */
static void store_shuffled(const struct job *j, const float *acc, int row,
                           int m, int at, int n)
{
    const struct gemm_out *o = j->out;
    const int s = o->shuffle, c = j->w->n / (s * s), w = o->shuffle_w;
    int run, tap;

    assert(c > 0);
    tap = at / c;
    for (int i = 0; i < m; i += run) {
        const int y = (row + i) / w, x = (row + i) % w;
        const size_t pixel = (size_t)(y * s + tap / s) * (size_t)(w * s) +
                             (size_t)(x * s + tap % s);
        const struct tile_out t = {
            .data = o->data + pixel * (size_t)c + (size_t)(at % c),
            .stride = (size_t)s * (size_t)c,
            .bias = offset(o->bias, (size_t)(at % c)),
            .scale = offset(o->scale, (size_t)at),
            .act = o->act,
        };

        run = w - x < m - i ? w - x : m - i;
        j->nn->kern->finish(acc + (size_t)i * PANEL, run, n, &t);
    }
}

static void store(const struct job *j, const float *acc, int row, int m,
                  int panel)
{
    const struct gemm_out *o = j->out;
    const int from = panel * PANEL, all = j->w->n;
    const int to = from + PANEL < all ? from + PANEL : all;
    const int together = o->shuffle ? all / (o->shuffle * o->shuffle)
                                    : o->group;
    int n;

    for (int at = from; at < to; at += n) {
        n = together ? together - at % together : to - at;
        n = n < to - at ? n : to - at;
        if (o->shuffle)
            store_shuffled(j, acc + (at - from), row, m, at, n);
        else
            store_rows(j, acc + (at - from), row, m, at, n);
    }
}

/* Asks for the lines that the panel's results go to, before they are needed. */
static void fetch(const struct job *j, int row, int m, int panel)
{
    const struct gemm_out *o = j->out;
    const size_t base = place(o, row, panel * PANEL);

    for (int i = 0; i < m; i++) {
        __builtin_prefetch(o->data + base + (size_t)i * o->stride, 1);
        if (o->residual && o->residual != o->data)
            __builtin_prefetch(o->residual + base + (size_t)i * o->stride);
    }
}

/* m rows times panels of floats. */
static void task_f32(const struct job *j, float *acc, int row, int m, int first,
                     int last)
{
    const struct gemm_in *in = j->in;
    const size_t lda = j->copy ? (size_t)in->k + SKEW : in->stride;
    const float *a = in->data + (size_t)row * in->stride;
    float *copy = acc + (ROWS_MAX + 1) * PANEL;

    for (int i = 0; i < m && j->copy; i++)
        fill_row(copy + (size_t)i * lda, in, row + i);
    if (j->copy)
        a = copy;
    for (int p = first; p < last; p++) {
        const float *b = (const float *)j->w->panels +
                         (size_t)p * (size_t)in->k * PANEL;

        if (!j->out->shuffle)
            fetch(j, row, m, p);
        for (int k = 0; k < in->k; k += j->kc)
            j->nn->kern->panel(acc, a + k, lda, m, b + (size_t)k * PANEL,
                               in->k - k < j->kc ? in->k - k : j->kc, k > 0);
        store(j, acc, row, m, p);
    }
}

/*
 * m rows times panels of bytes: the rows become integers of as many bits as a
 * sum of 32 bits allows, so their rounding is far below that of the weights.
 */
static void task_i8(const struct job *j, float *acc, int row, int m, int first,
                    int last)
{
    const struct gemm_in *in = j->in;
    const struct nn_kern *kern = j->nn->kern;
    const int pairs = (in->k + 1) / 2;
    const int fits = (INT32_MAX / 127 - in->k) / in->k;
    const int most = fits < INT16_MAX ? fits : INT16_MAX;
    const size_t lda = 2 * ((size_t)pairs + SKEW / 2);
    const size_t size = PANEL * (sizeof(float) + 2 * (size_t)pairs);
    float *factors = acc + (ROWS_MAX + 1) * PANEL, *line = factors + ROWS_MAX;
    int16_t *q = (int16_t *)(void *)(line + in->k + SKEW);

    for (int i = 0; i < m; i++) {
        const float *x = in->data + (size_t)(row + i) * in->stride;

        if (in->source != GEMM_ROWS) {
            fill_row(line, in, row + i);
            x = line;
        }
        factors[i] = kern->quantise(q + (size_t)i * lda, x, in->k, most);
    }
    for (int p = first; p < last; p++) {
        const char *b = (const char *)j->w->panels + (size_t)p * size;

        if (!j->out->shuffle)
            fetch(j, row, m, p);
        kern->panel_i8(acc, q, lda, m,
                       (const int8_t *)b + PANEL * sizeof(float), pairs,
                       factors, (const float *)(const void *)b);
        store(j, acc, row, m, p);
    }
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    float *acc = (float *)j->nn->scratch + (size_t)slot * j->slot_floats;
    const int row = index / j->runs * j->rows, run = index % j->runs;
    const int m = j->in->m - row < j->rows ? j->in->m - row : j->rows;
    const int first = (int)((long)j->panels * run / j->runs);
    const int last = (int)((long)j->panels * (run + 1) / j->runs);

    (void)e;
    if (j->w->type == PACKED_I8)
        task_i8(j, acc, row, m, first, last);
    else
        task_f32(j, acc, row, m, first, last);
    return 0;
}

int gemm_run(const struct nn *nn, const struct gemm_in *in,
             const struct packed *w, const struct gemm_out *out, struct err *e)
{
    const int slots = pool_slots(nn->pool);
    struct job j = {.nn = nn, .in = in, .w = w, .out = out};

    assert(in->k == w->k && gemm_scratch(in, w, slots) <= nn->scratch_size);
    assert(!out->shuffle || (!out->residual && !out->residual2));
    assert(!out->shuffle || w->n % (out->shuffle * out->shuffle) == 0);
    if (w->type == PACKED_WINOGRAD)
        return winograd_run(nn, in, w, out, e);
    j.rows = rows_of(in);
    j.row_blocks = ceil_div(in->m, j.rows);
    j.panels = ceil_div(w->n, PANEL);
    j.kc = k_block(in->k);
    j.copy = must_copy(in);
    j.slot_floats = slot_floats(in, w);
    j.runs = 1;
    while (!j.copy && w->type == PACKED_F32 && j.runs * 6 <= j.panels &&
           j.runs * j.row_blocks < 32 * slots)
        j.runs *= 2;
    return pool_run(nn->pool, j.row_blocks * j.runs, task, &j, e);
}
