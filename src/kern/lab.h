#ifndef KERN_LAB_H
#define KERN_LAB_H

/*
 * OKLab for kernels (see kern/oklab.h): from light of the working space to L,
 * a, b, and what light gains when the cube roots of the cone responses do.
 * Everything is written in differences of channels, so that a grey stays the
 * same bits.
 */

#include "kern/level.h"
#include "kern/math.h"
#include "kern/oklab.h"

/*
 * Rec.2020 to cone responses; rows add up to 1, so the middle column is left
 * out (see cones()). Then the inverse, then the cube roots to L, a, b and
 * back, as published at https://bottosson.github.io/posts/oklab/.
 */
static const float lab_to_cones[3][2] = {
    {0.6167557872f, 0.0230458134f},
    {0.2651330640f, 0.0990275718f},
    {0.1001026342f, 0.6959908464f},
};
static const float lab_from_cones[3][3] = {
    {2.1399067357f, -1.2463895088f, 0.1064827730f},
    {-0.8847358625f, 2.1632309821f, -0.2784951194f},
    {-0.0485737580f, -0.4545031429f, 1.5030769009f},
};
static const float lab_l[2] = {0.2104542553f, -0.0040720468f};
static const float lab_a[2] = {1.9779984951f, 0.4505937099f};
static const float lab_b[2] = {0.0259040371f, -0.8086757660f};
static const float lab_root_a[3] = {0.3963377774f, -0.1055613458f,
                                    -0.0894841775f};
static const float lab_root_b[3] = {0.2158037573f, -0.0638541728f,
                                    -1.2914855480f};

/* Cube roots of the cone responses, and L, a, b. */
struct lab {
    float c0, c1, c2;
    float l, a, b;
};

KINLINE struct lab lab_of(float r, float g, float b)
{
    const float x = r - g, z = b - g;
    struct lab o;
    float p, q;

    o.c0 = kcbrt(kfma(lab_to_cones[0][0], x, kfma(lab_to_cones[0][1], z, g)));
    o.c1 = kcbrt(kfma(lab_to_cones[1][0], x, kfma(lab_to_cones[1][1], z, g)));
    o.c2 = kcbrt(kfma(lab_to_cones[2][0], x, kfma(lab_to_cones[2][1], z, g)));
    p = o.c0 - o.c1;
    q = o.c2 - o.c1;
    o.l = kfma(lab_l[0], p, kfma(lab_l[1], q, o.c1));
    o.a = kfma(lab_a[0], p, lab_a[1] * q);
    o.b = kfma(lab_b[0], p, lab_b[1] * q);
    return o;
}

/* (c + e)^3 - c^3. */
KINLINE float cube_step(float c, float e)
{
    return e * kfma(3.0f * c, c + e, e * e);
}

/* What light gains when the cube roots gain e0, e1, e2. */
struct lab_light {
    float r, g, b;
};

KINLINE float lab_row(int i, float d0, float d1, float d2)
{
    return kfma(lab_from_cones[i][0], d0,
                kfma(lab_from_cones[i][1], d1, lab_from_cones[i][2] * d2));
}

KINLINE struct lab_light lab_step(float c0, float c1, float c2, float e0,
                                  float e1, float e2)
{
    const float d0 = cube_step(c0, e0), d1 = cube_step(c1, e1);
    const float d2 = cube_step(c2, e2);

    return (struct lab_light){lab_row(0, d0, d1, d2), lab_row(1, d0, d1, d2),
                              lab_row(2, d0, d1, d2)};
}

/* What a and b add to the cube root of cone response c. */
KINLINE float lab_root(int c, float a, float b)
{
    return kfma(lab_root_a[c], a, lab_root_b[c] * b);
}

/* Where the hue lies in a table of so many entries, a power of two: an index,
   and the way to the next one. */
KINLINE int32_t lab_hue(const struct lab *o, int hues, float *t)
{
    const float q = kmax(kabs(o->a) + kabs(o->b), 1e-12f), p = o->b / q;
    const float u = kfma(p, ksign(1.0f, o->a), o->a < 0.0f ? 3.0f : 1.0f);
    const float f = u * ((float)hues / 4.0f), whole = kround(f - 0.5f);

    *t = f - whole;
    return kbits(whole + 12582912.0f) & (hues - 1);
}

KINLINE float lab_between(float a, float b, float t)
{
    return kfma(b - a, t, a);
}

#endif
