/* Noise and directions. */

#include "noise.h"

#define PI 3.14159265f

static float fade(float t)
{
    return t * t * t * (t * (t * 6 - 15) + 10);
}

static float corner(int x, int y, int z)
{
    return hash1(x, y, z) * 2 - 1;
}

float noise3(v3 p)
{
    const float fx = floorf(p.x), fy = floorf(p.y), fz = floorf(p.z);
    const int x = (int)fx, y = (int)fy, z = (int)fz;
    const float u = fade(p.x - fx), v = fade(p.y - fy), w = fade(p.z - fz);
    float plane[2];

    for (int k = 0; k < 2; k++) {
        const float a = mixf(corner(x, y, z + k), corner(x + 1, y, z + k), u);
        const float b =
            mixf(corner(x, y + 1, z + k), corner(x + 1, y + 1, z + k), u);

        plane[k] = mixf(a, b, v);
    }
    return mixf(plane[0], plane[1], w);
}

float noise2(float px, float py, uint32_t seed)
{
    const float fx = floorf(px), fy = floorf(py);
    const int x = (int)fx, y = (int)fy, s = (int)seed;
    const float u = fade(px - fx), v = fade(py - fy);
    const float a = mixf(corner(x, y, s), corner(x + 1, y, s), u);
    const float b = mixf(corner(x, y + 1, s), corner(x + 1, y + 1, s), u);

    return mixf(a, b, v);
}

float fbm3(v3 p, int octaves, float footprint)
{
    float sum = 0, amp = 0.5f, size = 1;

    for (int i = 0; i < octaves && size > footprint; i++) {
        sum += amp * noise3(p) * clampf(size / footprint - 1, 0, 1);
        p = v3_of(p.x * 2.03f + 17.1f, p.y * 2.03f + 3.7f, p.z * 2.03f + 9.2f);
        amp *= 0.5f;
        size *= 0.5f;
    }
    return sum;
}

float fbm2(float x, float y, int octaves, uint32_t seed, float footprint)
{
    float sum = 0, amp = 0.5f, size = 1;

    for (int i = 0; i < octaves && size > footprint; i++) {
        sum += amp * noise2(x, y, seed + (uint32_t)i) *
               clampf(size / footprint - 1, 0, 1);
        x = x * 2.03f + 17.1f;
        y = y * 2.03f + 3.7f;
        amp *= 0.5f;
        size *= 0.5f;
    }
    return sum;
}

float cells(float px, float py, uint32_t seed, uint32_t *id)
{
    const int x = (int)floorf(px), y = (int)floorf(py);
    float best = 9;

    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) {
            const uint32_t h =
                hash3((uint32_t)(x + i), (uint32_t)(y + j), seed);
            const float dx = (float)(x + i) + unit_of(h) - px;
            const float dy = (float)(y + j) + unit_of(h * 747796405u) - py;
            const float d = dx * dx + dy * dy;

            if (d < best) {
                best = d;
                *id = h;
            }
        }
    return sqrtf(best);
}

v3 cosine_direction(v3 n, float a, float b)
{
    const float r = sqrtf(a), phi = 2 * PI * b;

    return in_frame(n,
                    v3_of(r * cosf(phi), r * sinf(phi), sqrtf(maxf(0, 1 - a))));
}

v3 cone_direction(v3 d, float radius, float a, float b)
{
    const float r = radius * sqrtf(a), phi = 2 * PI * b;

    return unit(in_frame(d, v3_of(r * cosf(phi), r * sinf(phi), 1)));
}

v3 sphere_direction(float a, float b)
{
    const float z = 1 - 2 * a, r = sqrtf(maxf(0, 1 - z * z)), phi = 2 * PI * b;

    return v3_of(r * cosf(phi), r * sinf(phi), z);
}
