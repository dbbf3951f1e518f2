#ifndef UNIT_APPLIED_H
#define UNIT_APPLIED_H

/* Operations on pictures that a test makes. After cmocka.h. */

#include <math.h>
#include <string.h>

#include "../prop/apply.h"

#define VALUES_MAX 1024

static inline struct image *picture(int w, int h, int planes)
{
    struct image *im = NULL;
    struct err e = {0};

    assert_int_equal(image_new(w, h, planes, &im, &e), 0);
    return im;
}

/* A grey picture: value() of each place in all three colours. */
static inline struct image *grey(int w, int h, double (*value)(int x, int y))
{
    struct image *im = picture(w, h, 3);

    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int p = 0; p < 3; p++)
                row_of(&im->v, p, y)[x] = (float)value(x, y);
    return im;
}

/* "key=value key=value" into the values of an operation. */
static inline void set_values(const struct op *op, const char *text,
                              void *values)
{
    char copy[256], *at = copy, *word, *equals;
    struct err e = {0};

    assert_true(op->size <= VALUES_MAX && strlen(text) < sizeof(copy));
    memcpy(copy, text, strlen(text) + 1);
    param_defaults(op->params, values, op->size);
    while ((word = strsep(&at, " "))) {
        equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        if (param_set(op->params, values, word, equals + 1, &e) < 0)
            fail_msg("%s", e.text);
    }
}

/* What the operation makes of a picture; no domain is converted. */
static inline struct image *applied(const char *name, const char *text,
                                    const struct image *in)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find(name);
    const struct apply_how how = {.isa = cpu_isa(), .strip = 64};
    struct image *out = NULL;
    struct err e = {0};

    assert_non_null(op);
    set_values(op, text, values);
    if (apply(op, values, in, &how, &out, &e) < 0)
        fail_msg("%s: %s", name, e.text);
    return out;
}

static inline double at(const struct image *im, int p, int x, int y)
{
    return (double)row_of(&im->v, p, y)[x];
}

/* Noise of deviation 1, nearly normal; the same in every run. */
static inline double noise_at(int x, int y, int seed)
{
    double sum = -6;

    for (uint32_t i = 0; i < 12; i++) {
        uint32_t h = (uint32_t)x * 0x9e3779b1u + (uint32_t)y * 0x85ebca77u +
                     ((uint32_t)seed * 12 + i) * 0xc2b2ae3du;

        h ^= h >> 15;
        h *= 0x2c1b3c6du;
        h ^= h >> 12;
        h *= 0x297a2d39u;
        h ^= h >> 15;
        sum += h * 0x1p-32;
    }
    return sum;
}

/* Mean and deviation of a plane, `rim` pixels left out on every side. */
static inline double deviation(const struct image *im, int p, int rim,
                               double *mean)
{
    double sum = 0, square = 0, n = 0;

    for (int y = rim; y < im->v.h - rim; y++)
        for (int x = rim; x < im->v.w - rim; x++) {
            sum += at(im, p, x, y);
            square += at(im, p, x, y) * at(im, p, x, y);
            n++;
        }
    if (mean)
        *mean = sum / n;
    return sqrt(fmax(square / n - sum / n * (sum / n), 0));
}

/* Equal sizes and colours, to the bit. */
static inline bool same_bits(const struct image *a, const struct image *b)
{
    if (a->v.w != b->v.w || a->v.h != b->v.h)
        return false;
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < a->v.h; y++)
            if (memcmp(row_of(&a->v, p, y), row_of(&b->v, p, y),
                       (size_t)a->v.w * sizeof(float)) != 0)
                return false;
    return true;
}

#endif
