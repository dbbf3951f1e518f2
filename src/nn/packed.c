/*
 * Packed weights: a header of 64 bytes, then for each 16 outputs a panel. A
 * panel of floats is [k][16]; one of bytes is 16 factors, then pairs of inputs,
 * [k / 2][16][2]. A
 * Winograd block is 36 sequences of panels of floats, one per point.
 */

#include "nn/packed.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "nn/kernel.h"

#define MAGIC "tpnnpack"
#define MOST  (1 << 24)

struct header {
    char magic[8];
    uint32_t version, type, n, k;
    uint32_t zero[10];
};

_Static_assert(sizeof(struct header) == 64, "panels must stay aligned");

struct weights weights_linear(const float *data, int n, int k)
{
    return (struct weights){.data = data,
                            .n = n,
                            .k = k,
                            .n0s = n,
                            .k0s = k,
                            .step_n0 = (size_t)k,
                            .step_k0 = 1};
}

struct weights weights_conv3(const float *data, int n, int c)
{
    return (struct weights){.data = data,
                            .n = n,
                            .k = 9 * c,
                            .n0s = n,
                            .k0s = c,
                            .step_n0 = 9 * (size_t)c,
                            .step_k1 = 1,
                            .step_k0 = 9};
}

struct weights weights_deconv(const float *data, int c, int n, int s)
{
    const size_t taps = (size_t)s * (size_t)s;

    return (struct weights){.data = data,
                            .n = n * s * s,
                            .k = c,
                            .n0s = n,
                            .k0s = c,
                            .step_n1 = 1,
                            .step_n0 = taps,
                            .step_k0 = (size_t)n * taps};
}

/* Weight (n, k) for k = 0, 1, …: a call each, in order. */
struct reader {
    const float *outer, *at;
    const struct weights *w;
    float scale;
    int left; /* until the next outer step */
};

static struct reader read_row(const struct weights *w, int n)
{
    const float *row = w->data + (size_t)(n / w->n0s) * w->step_n1 +
                       (size_t)(n % w->n0s) * w->step_n0;

    return (struct reader){row, row, w, w->scale ? w->scale[n] : 1.0f, w->k0s};
}

static float next(struct reader *r)
{
    const float x = *r->at * r->scale;

    r->at += r->w->step_k0;
    if (--r->left == 0) {
        r->at = r->outer += r->w->step_k1;
        r->left = r->w->k0s;
    }
    return x;
}

/* Bytes of one panel, and how many there are. */
static size_t panel_size(enum packed_type type, int k)
{
    if (type == PACKED_I8)
        return PANEL * (sizeof(float) + ((size_t)k + 1) / 2 * 2);
    return PANEL * sizeof(float) * (size_t)k;
}

static size_t panel_count(int n)
{
    return ((size_t)n + PANEL - 1) / PANEL;
}

size_t packed_size(enum packed_type type, int n, int k)
{
    size_t size;

    if (n < 1 || k < 1 || n > MOST || k > MOST ||
        (type == PACKED_I8 && k > 1 << 16))
        return 0;
    if (type == PACKED_WINOGRAD) {
        if (k % 9 || !mem_product(WINO_POINTS * panel_count(n),
                                  panel_size(type, k / 9), &size))
            return 0;
    } else if (!mem_product(panel_count(n), panel_size(type, k), &size)) {
        return 0;
    }
    return size > SIZE_MAX / 2 ? 0 : sizeof(struct header) + size;
}

void packed_begin(void *block, enum packed_type type, int n, int k)
{
    const struct header h = {.magic = MAGIC,
                             .version = PACKED_VERSION,
                             .type = type,
                             .n = (uint32_t)n,
                             .k = (uint32_t)k};
    const size_t size = packed_size(type, n, k);

    assert(size && (uintptr_t)block % 64 == 0);
    memset(block, 0, size);
    memcpy(block, &h, sizeof(h));
}

static void row_f32(float *panel, int x, const struct weights *w, int n)
{
    struct reader r = read_row(w, n);

    for (int k = 0; k < w->k; k++)
        panel[(size_t)k * PANEL + x] = next(&r);
}

static void row_i8(void *panel, int x, const struct weights *w, int n)
{
    struct reader r = read_row(w, n);
    float *scale = panel, most = 0;
    int8_t *q = (int8_t *)(scale + PANEL);

    for (int k = 0; k < w->k; k++)
        most = fmaxf(most, fabsf(next(&r)));
    scale[x] = most / 127.0f;
    r = read_row(w, n);
    for (int k = 0; k < w->k && scale[x] > 0; k++)
        q[(size_t)(k / 2) * 2 * PANEL + (size_t)(2 * x + k % 2)] =
            (int8_t)lrintf(fminf(fmaxf(next(&r) / scale[x], -127), 127));
}

/* One column of G g; its points are 0, 1, -1, 2, -2 and infinity. */
static void points_of(double a, double b, double c, double out[WINO_IN])
{
    out[0] = a / 4;
    out[1] = -(a + b + c) / 6;
    out[2] = -(a - b + c) / 6;
    out[3] = (a + 2 * b + 4 * c) / 24;
    out[4] = (a - 2 * b + 4 * c) / 24;
    out[5] = c;
}

/* G g G^T of each channel's 3x3 weights; `step` floats from point to point. */
static void row_winograd(float *panel, size_t step, int x,
                         const struct weights *w, int n)
{
    const float *row = w->data + (size_t)n * w->step_n0;
    const double scale = w->scale ? (double)w->scale[n] : 1.0;

    assert(w->n0s == w->n && w->k0s == w->k / 9);
    for (int i = 0; i < w->k0s; i++) {
        const float *g = row + (size_t)i * w->step_k0;
        const size_t tap = w->step_k1;
        double t[3][WINO_IN], u[WINO_IN];

        for (int col = 0; col < 3; col++)
            points_of(scale * (double)g[(size_t)col * tap],
                      scale * (double)g[(size_t)(3 + col) * tap],
                      scale * (double)g[(size_t)(6 + col) * tap], t[col]);
        for (int y = 0; y < WINO_IN; y++) {
            points_of(t[0][y], t[1][y], t[2][y], u);
            for (int col = 0; col < WINO_IN; col++)
                panel[(size_t)(y * WINO_IN + col) * step + (size_t)i * PANEL +
                      x] = (float)u[col];
        }
    }
}

void packed_rows(void *block, int at, const struct weights *w)
{
    struct header h;
    uint8_t *panels = (uint8_t *)block + sizeof(h);
    size_t size, count;

    memcpy(&h, block, sizeof(h));
    assert(at >= 0 && at <= (int)h.n - w->n && w->k == (int)h.k);
    count = panel_count((int)h.n);
    size =
        panel_size(h.type, h.type == PACKED_WINOGRAD ? (int)h.k / 9 : (int)h.k);
    for (int n = 0; n < w->n; n++) {
        void *panel = panels + (size_t)((at + n) / PANEL) * size;
        const int x = (at + n) % PANEL;

        if (h.type == PACKED_I8)
            row_i8(panel, x, w, n);
        else if (h.type == PACKED_F32)
            row_f32(panel, x, w, n);
        else
            row_winograd(panel, count * size / sizeof(float), x, w, n);
    }
}

int packed_open(const void *block, size_t size, struct packed *out,
                struct err *e)
{
    struct header h;
    size_t need;

    if (size < sizeof(h))
        return err_set(e, ERR_DATA, "packed weights are cut short");
    memcpy(&h, block, sizeof(h));
    if (memcmp(h.magic, MAGIC, sizeof(h.magic)) != 0 ||
        h.version != PACKED_VERSION || h.type > PACKED_WINOGRAD || h.n > MOST ||
        h.k > MOST || (uintptr_t)block % 64)
        return err_set(e, ERR_DATA, "not packed weights of this version");
    need = packed_size(h.type, (int)h.n, (int)h.k);
    if (!need || size < need)
        return err_set(e, ERR_DATA, "packed weights are cut short");
    *out = (struct packed){.type = h.type,
                           .n = (int)h.n,
                           .k = (int)h.k,
                           .panels = (const uint8_t *)block + sizeof(h)};
    return 0;
}
