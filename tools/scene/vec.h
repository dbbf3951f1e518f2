#ifndef SCENE_VEC_H
#define SCENE_VEC_H

/* Vectors of three floats, and the few scalar functions that shading needs. */

#include <math.h>

typedef struct v3 {
    float x, y, z;
} v3;

static inline v3 v3_of(float x, float y, float z)
{
    return (v3){x, y, z};
}

static inline v3 v3_all(float a)
{
    return (v3){a, a, a};
}

static inline v3 add(v3 a, v3 b)
{
    return (v3){a.x + b.x, a.y + b.y, a.z + b.z};
}

static inline v3 sub(v3 a, v3 b)
{
    return (v3){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline v3 mul(v3 a, v3 b)
{
    return (v3){a.x * b.x, a.y * b.y, a.z * b.z};
}

static inline v3 scale(v3 a, float s)
{
    return (v3){a.x * s, a.y * s, a.z * s};
}

/* a + b * s */
static inline v3 along(v3 a, v3 b, float s)
{
    return (v3){a.x + b.x * s, a.y + b.y * s, a.z + b.z * s};
}

static inline float dot(v3 a, v3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline v3 cross(v3 a, v3 b)
{
    return (v3){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z,
                a.x * b.y - a.y * b.x};
}

static inline float length(v3 a)
{
    return sqrtf(dot(a, a));
}

static inline v3 unit(v3 a)
{
    const float n = length(a);

    return n > 0 ? scale(a, 1 / n) : a;
}

static inline float minf(float a, float b)
{
    return a < b ? a : b;
}

static inline float maxf(float a, float b)
{
    return a > b ? a : b;
}

static inline float clampf(float x, float lo, float hi)
{
    return minf(maxf(x, lo), hi);
}

static inline float mixf(float a, float b, float t)
{
    return a + (b - a) * t;
}

static inline v3 mix3(v3 a, v3 b, float t)
{
    return along(a, sub(b, a), t);
}

static inline v3 min3(v3 a, v3 b)
{
    return (v3){minf(a.x, b.x), minf(a.y, b.y), minf(a.z, b.z)};
}

static inline v3 max3(v3 a, v3 b)
{
    return (v3){maxf(a.x, b.x), maxf(a.y, b.y), maxf(a.z, b.z)};
}

static inline float smooth(float lo, float hi, float x)
{
    const float t = clampf((x - lo) / (hi - lo), 0, 1);

    return t * t * (3 - 2 * t);
}

static inline float fract(float x)
{
    return x - floorf(x);
}

static inline v3 reflect(v3 d, v3 n)
{
    return along(d, n, -2 * dot(d, n));
}

/* Two vectors that make a right-handed frame with the unit vector n. */
static inline void frame_of(v3 n, v3 *t, v3 *b)
{
    const v3 up = fabsf(n.z) < 0.9f ? v3_of(0, 0, 1) : v3_of(1, 0, 0);

    *t = unit(cross(up, n));
    *b = cross(n, *t);
}

static inline v3 in_frame(v3 n, v3 local)
{
    v3 t, b;

    frame_of(n, &t, &b);
    return add(add(scale(t, local.x), scale(b, local.y)), scale(n, local.z));
}

#endif
