/* A map of depth made large: Kopf et al., Joint Bilateral Upsampling, 2007. */

#include "kern/refine.h"

#include "kern/level.h"
#include "kern/math.h"

/* Roots of colours further apart than this are of different things. */
#define APART 0.06f

/* What every point weighs at least for its place. */
#define PLACE 0.02f

/* Far beyond any light: keeps sums finite. */
#define LIGHT_MAX 1e4f

static inline float root_of(float light)
{
    return __builtin_sqrtf(kclamp(light, 0.0f, LIGHT_MAX));
}

static void root(float *dst, const float *src, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = root_of(src[i]);
}

static void invert(float *dst, const float *src, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = 1.0f / src[i];
}

/* Weight of a point for its colour: (1 + d^2)^-4. */
static inline float alike(float r, float g, float b)
{
    const float d = r * r + g * g + b * b;
    const float w = 1.0f / (d * (1.0f / (APART * APART)) + 1.0f);

    return (w * w) * (w * w);
}

static void guided(float *dst, const float *const rgb[3],
                   const float *const above[4], const float *const below[4],
                   int points, size_t n, float at, float step, float t)
{
    const float *r = rgb[0], *g = rgb[1], *b = rgb[2];
    const float *r0 = above[0], *g0 = above[1], *b0 = above[2], *v0 = above[3];
    const float *r1 = below[0], *g1 = below[1], *b1 = below[2], *v1 = below[3];
    const float last = (float)(points - 1);

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float p = kclamp(at + (float)(int)i * step, 0.0f, last);
        const int j = (int)p;
        const float s = p - (float)j;
        const float x = root_of(r[i]), y = root_of(g[i]), z = root_of(b[i]);
        const float wa = ((1 - s) * (1 - t) + PLACE) *
                         alike(x - r0[j], y - g0[j], z - b0[j]);
        const float wb = (s * (1 - t) + PLACE) *
                         alike(x - r0[j + 1], y - g0[j + 1], z - b0[j + 1]);
        const float wc = ((1 - s) * t + PLACE) *
                         alike(x - r1[j], y - g1[j], z - b1[j]);
        const float wd = (s * t + PLACE) *
                         alike(x - r1[j + 1], y - g1[j + 1], z - b1[j + 1]);
        const float sum = (wa * v0[j] + wb * v0[j + 1]) +
                          (wc * v1[j] + wd * v1[j + 1]);

        dst[i] = sum / ((wa + wb) + (wc + wd));
    }
}

const struct kern_refine KERN_TABLE(kern_refine) = {
    .root = root,
    .invert = invert,
    .guided = guided,
};
