/* Sky, clouds and the ridges in front of it. */

#include "world.h"

v3 sky_light(const struct world *w, v3 dir)
{
    const float up = maxf(dir.z, 0), s = maxf(dot(dir, w->sun), 0);
    const float near = powf(1 - up, 4.5f);
    v3 c = mix3(w->zenith, w->horizon, near);

    if (dir.z < 0)
        return mix3(w->horizon, w->ground, smooth(0, 0.25f, -dir.z));
    /* Light scattered forward, around the sun. */
    c = add(c, scale(w->sun_light, 0.035f * powf(s, 6) + 0.05f * powf(s, 60)));
    return c;
}

static v3 with_clouds(const struct world *w, v3 dir, v3 c)
{
    const float k = 1 / (dir.z + 0.12f);
    const float x = dir.x * k * 0.9f + 3, y = dir.y * k * 0.9f + 11;
    const float bend = fbm2(x * 0.7f, y * 0.7f, 3, 7, 0);
    const float d = fbm2(x * 0.5f + bend, y * 1.15f + 0.5f * bend, 6, 31, 0);
    const float cover = smooth(0.02f, 0.50f, d + 0.30f * w->clouds - 0.08f) *
                        w->clouds * smooth(0.01f, 0.14f, dir.z);
    const float lit = 0.75f + 0.25f * powf(maxf(dot(dir, w->sun), 0), 2);
    const v3 white = scale(add(scale(w->sun_light, 0.34f), w->zenith), lit);

    return mix3(c, white, 0.9f * cover);
}

/* Elevation of a ridge in a direction; each has its own shape. */
static float ridge(float azimuth, int k, float height)
{
    const float f = 1.5f + 1.1f * (float)k;
    const float n =
        fbm2(azimuth * f + 5 * (float)k, 0.5f, 6, 200u + 16u * (uint32_t)k, 0);

    return height * (1.0f - 0.23f * (float)k) * (0.55f + 0.85f * n);
}

v3 sky_view(const struct world *w, v3 dir, float *distance,
            enum material_class *cls)
{
    static const float far[4] = {9000, 5200, 2900, 1500};
    v3 c = sky_light(w, dir);

    *distance = INFINITY;
    *cls = CLASS_SKY;
    if (dir.z > 0) {
        if (w->clouds > 0)
            c = with_clouds(w, dir, c);
        if (dot(dir, w->sun) > cosf(w->sun_size))
            c = add(c, scale(w->sun_light, 8));
    }
    if (w->hills <= 0 || dir.z > 1.5f * w->hills)
        return c;
    for (int k = 3; k >= 0; k--) {
        const float az = atan2f(dir.y, dir.x), flat = hypotf(dir.x, dir.y);
        const float top = ridge(az, k, w->hills);
        const float slope = (ridge(az + 0.01f, k, w->hills) - top) / 0.01f;
        const float woods =
            fbm2(az * 90 * (float)(k + 1), dir.z * 260, 4, 300, 0);
        const float sunny =
            clampf(0.45f + 0.25f * slope / w->hills + 0.5f * woods, 0.1f, 1);
        const v3 land =
            mul(v3_of(0.075f, 0.095f, 0.045f),
                add(scale(w->sun_light, 0.6f * sunny), w->sky_light));
        const float air = 1 - expf(-far[k] / 5200);

        if (dir.z / flat < top + 0.002f * woods * w->hills) {
            *distance = far[k] / flat;
            *cls = CLASS_HILL;
            return mix3(land, scale(add(w->horizon, w->zenith), 0.5f), air);
        }
    }
    return c;
}
