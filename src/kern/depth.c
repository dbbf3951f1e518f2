/* What depends on distance; see the header. */

#include "kern/depth.h"
#include "kern/level.h"
#include "kern/math.h"

/* 0 below 0, 1 above 1, smooth between. */
KINLINE float ksmooth(float t)
{
    const float u = kclamp(t, 0.0f, 1.0f);

    return u * u * kfma(-2.0f, u, 3.0f);
}

static void window(float *dst, const float *depth, size_t n,
                   const struct kern_window *w)
{
    const struct kern_window v = *w;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = depth[i];
        const float up = ksmooth((x - v.rise_at) * v.rise_scale);
        const float down = ksmooth((x - v.fall_at) * v.fall_scale);

        dst[i] = kfma(v.gain, up * (1.0f - down), v.bias);
    }
}

static void steps(float *dst, const float *depth, size_t n,
                  const struct kern_steps *s)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = ksmooth((depth[i] - s->at[0]) * s->scale[0]);
    for (int k = 1; k < s->count; k++) {
        const float at = s->at[k], scale = s->scale[k];

        KLOOP
        for (size_t i = 0; i < n; i++)
            dst[i] += ksmooth((depth[i] - at) * scale);
    }
}

KINLINE float klerp(float a, float b, float t)
{
    return kfma(b - a, t, a);
}

static void zones(float *const dst[3], const float *const src[3],
                  const float *place, size_t n, const struct kern_zones *z)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const struct kern_zones v = *z;
    const float *table = v.gain, *color = z->color;
    const float last = (float)v.zones - 1.0f, end = (float)v.points - 1.0f;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], w = b[i];
        const float luma = kfma(0.2627002f, x - y, kfma(0.0593017f, w - y, y));
        const float f = (klog2(kmax(luma, 0.0f) + 0x1p-10f) - v.lo) *
                        v.per_stop;
        const float s = kclamp(f, 0.0f, end);
        const float s0 = kmin((float)(int32_t)s, end - 1.0f);
        const float p = kclamp(place[i], 0.0f, last);
        const float p0 = kmin((float)(int32_t)p, last - 1.0f);
        const int32_t zone = (int32_t)p0;
        const int32_t at = zone * v.points + (int32_t)s0, up = at + v.points;
        const float near = klerp(table[at], table[at + 1], s - s0);
        const float far = klerp(table[up], table[up + 1], s - s0);
        const float gain = klerp(near, far, p - p0);
        const float c = klerp(color[zone], color[zone + 1], p - p0);

        dr[i] = kfma(x - luma, c, x) * gain;
        dg[i] = kfma(y - luma, c, y) * gain;
        db[i] = kfma(w - luma, c, w) * gain;
    }
}

static void clearness(float *dst, const float *depth, size_t n,
                      const struct kern_air *a, const struct kern_air_row *at)
{
    const struct kern_air v = *a;
    const struct kern_air_row row = *at;
    const float rise = row.rise * v.thin;
    const float sky = 1.0f / (0.009f * v.sky), from = 0.99f * v.sky;
    const float metric = v.relative ? 0.0f : 1.0f;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float d = depth[i];
        const float far = v.reach / kmax(1.0f - d, v.least);
        const float z = kfma(d - far, metric, far);
        /* (1 - e^-k) / k, by its series where k is small */
        const float k = kclamp(z * rise, -3.0f, 80.0f);
        const float e = (1.0f - kexp2(-1.44269504f * k)) / k;
        const float small = kfma(kfma(k, 1.0f / 6.0f, -0.5f), k, 1.0f);
        const float thin = kselect(kabs(k) < 0.01f, small, e);
        const float t = kexp2(kmax(-v.density * z * thin, -100.0f));

        dst[i] = klerp(t, row.sky, ksmooth((d - from) * sky));
    }
}

static void haze(float *const dst[3], const float *const src[3],
                 const float *clear, size_t n, const struct kern_air *a,
                 const struct kern_air_row *at)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const struct kern_air v = *a;
    const struct kern_air_row row = *at;
    const float along = kfma(v.sun_dir[1], row.rise, v.sun_dir[2]);
    const float length = kfma(row.rise, row.rise, 1.0f);

    KLOOP
    for (size_t i = 0; i < n; i++) {
        /* Schlick's phase function, 1 towards the sun */
        const float x = kfma((float)(int32_t)i, row.step, row.x);
        const float c = kfma(v.sun_dir[0], x, along) /
                        __builtin_sqrtf(kfma(x, x, length));
        const float q = 0.4f / kfma(-0.6f, c, 1.0f);
        const float phase = q * q;
        const float t = clear[i], o = 1.0f - t;

        dr[i] = kfma(r[i], t, o * kfma(v.sun[0], phase, v.light[0]));
        dg[i] = kfma(g[i], t, o * kfma(v.sun[1], phase, v.light[1]));
        db[i] = kfma(b[i], t, o * kfma(v.sun[2], phase, v.light[2]));
    }
}

static void fade(float *dst, const float *depth, size_t n,
                 const struct kern_fade *f)
{
    const struct kern_fade v = *f;
    const float span = v.far - v.near;

    if (v.relative) {
        KLOOP
        for (size_t i = 0; i < n; i++)
            dst[i] = kfma(kclamp(depth[i], 0.0f, 1.0f), span, v.near);
    } else {
        KLOOP
        for (size_t i = 0; i < n; i++) {
            const float s = (1.0f - v.begin / kmax(depth[i], v.begin)) *
                            v.scale;

            dst[i] = kfma(kclamp(s, 0.0f, 1.0f), span, v.near);
        }
    }
}

/* Order of numbers not below 0 is that of their bits. */
KINLINE float lower(float a, float b)
{
    const int32_t i = kbits(a), j = kbits(b);

    return kfloat(i < j ? i : j);
}

KINLINE float upper(float a, float b)
{
    const int32_t i = kbits(a), j = kbits(b);

    return kfloat(i > j ? i : j);
}

static void guard(float *w, const float *const rows[5], size_t n, float limit,
                  float amount)
{
    enum { PIECE = 256 };
    const float scale = 0.5f / limit;
    float lo[PIECE + 4], hi[PIECE + 4];

    for (size_t x = 0; x < n; x += PIECE) {
        const size_t m = n - x < PIECE ? n - x : PIECE;
        const float *r0 = rows[0] + x - 2, *r1 = rows[1] + x - 2;
        const float *r2 = rows[2] + x - 2, *r3 = rows[3] + x - 2;
        const float *r4 = rows[4] + x - 2;
        float *out = w + x;

        for (size_t i = 0; i < m + 4; i++) {
            lo[i] =
                lower(lower(lower(r0[i], r1[i]), lower(r2[i], r3[i])), r4[i]);
            hi[i] =
                upper(upper(upper(r0[i], r1[i]), upper(r2[i], r3[i])), r4[i]);
        }
        KLOOP
        for (size_t i = 0; i < m; i++) {
            const float a =
                lower(lower(lo[i], lo[i + 1]), lower(lo[i + 2], lo[i + 3]));
            const float b =
                upper(upper(hi[i], hi[i + 1]), upper(hi[i + 2], hi[i + 3]));
            const float d = upper(b, hi[i + 4]) - lower(a, lo[i + 4]);

            out[i] *= kfma(-amount, ksmooth((d - limit) * scale), 1.0f);
        }
    }
}

static void blend(float *dst, const float *a, const float *b, const float *w,
                  size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float p = a[i], q = b[i], t = w[i];
        const float m = kselect(t >= 1.0f, q, kfma(q - p, t, p));

        dst[i] = kselect(t > 0.0f, m, p);
    }
}

const struct kern_depth KERN_TABLE(kern_depth) = {
    .window = window,
    .steps = steps,
    .zones = zones,
    .clearness = clearness,
    .haze = haze,
    .fade = fade,
    .guard = guard,
    .blend = blend,
};
