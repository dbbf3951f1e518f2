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
    .blend = blend,
};
