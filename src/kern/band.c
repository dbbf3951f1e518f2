/* Blocks of pixels; see the header. */

#include "kern/band.h"
#include "kern/level.h"
#include "kern/math.h"

static void join(float *const dst[3], const float *const a[3],
                 const float *const b[3], size_t n)
{
    const float *am = a[0], *al = a[1], *ah = a[2];
    const float *bm = b[0], *bl = b[1], *bh = b[2];
    float *m = dst[0], *l = dst[1], *h = dst[2];

    for (size_t i = 0; i < n; i++)
        m[i] = ((am[2 * i] + am[2 * i + 1]) + (bm[2 * i] + bm[2 * i + 1])) *
               0.25f;
    for (size_t i = 0; i < n; i++)
        l[i] = kmin(kmin(al[2 * i], al[2 * i + 1]),
                    kmin(bl[2 * i], bl[2 * i + 1]));
    for (size_t i = 0; i < n; i++)
        h[i] = kmax(kmax(ah[2 * i], ah[2 * i + 1]),
                    kmax(bh[2 * i], bh[2 * i + 1]));
}

static void spread(float *const dst[3], const float *const a[3],
                   const float *const b[3], const float *const c[3], size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[0][i] = kfma(a[0][i] + c[0][i], 0.25f, 0.5f * b[0][i]);
    for (size_t i = 0; i < n; i++)
        dst[1][i] = kmin(kmin(a[1][i], b[1][i]), c[1][i]);
    for (size_t i = 0; i < n; i++)
        dst[2][i] = kmax(kmax(a[2][i], b[2][i]), c[2][i]);
}

static void flat(float *dst, const float *lo, const float *hi, size_t n,
                 float full, float none)
{
    const float s = 1.0f / (none - full);

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = kclamp((none - (hi[i] - lo[i])) * s, 0.0f, 1.0f);
}

static void deband(float *dst, const float *src, const float *want,
                   const float *trust, size_t n, float limit)
{
    const float s = 1.0f / limit;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float d = want[i] - src[i];
        const float w = kclamp(2.0f - kabs(d) * s, 0.0f, 1.0f);

        dst[i] = kfma(d, w * trust[i], src[i]);
    }
}

/*
 * M. Roberts' R2 sequence (2018): steps of 1 / g and 1 / g^2 of 2^32, g being
 * the root of g^3 = g + 1.
 */
static void dither(float *dst, const float *trust, size_t n, int y,
                   uint32_t phase, float amount)
{
    const uint32_t start = phase + (uint32_t)y * 2447445414u;
    const float s = amount * 0x1p-24f;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const uint32_t u = start + (uint32_t)i * 3242174889u;
        const int32_t d = (int32_t)(u >> 8) - 0x800000;

        dst[i] = kfma((float)d * s, trust[i], dst[i]);
    }
}

const struct kern_band KERN_TABLE(kern_band) = {
    .join = join,
    .spread = spread,
    .flat = flat,
    .deband = deband,
    .dither = dither,
};
