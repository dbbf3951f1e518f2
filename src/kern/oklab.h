#ifndef KERN_OKLAB_H
#define KERN_OKLAB_H

/*
 * Colour in OKLab (Björn Ottosson, 2020): lightness L, and a, b whose angle is
 * hue and whose length is chroma. Rows are linear light in the working space;
 * its matrix to cone responses is Ottosson's for linear sRGB times Rec.2020 to
 * sRGB. Cube roots keep the sign, so values below 0 and above 1 are fine.
 *
 * All work on differences of channels: where red = green = blue, the result
 * is the same bits.
 */

#include <stddef.h>

struct kern_vivid {
    float saturation; /* -1 … 1: chroma times 1 + this                  */
    float vibrance;   /* -1 … 1: the same, less so where chroma is high */
    float skin;       /* 0 … 1: how much vibrance spares skin hues      */
};

struct kern_split {
    float shadow_a, shadow_b; /* offsets where it is dark  */
    float light_a, light_b;   /* and where it is bright    */
    float middle;             /* lightness where both meet */
};

/*
 * What happens to each hue; the last entry repeats the first. Hue is turned by
 * the angle whose cosine - 1 and sine are given, chroma is multiplied by 1 +
 * chroma, lightness by 1 + light.
 */
#define KERN_HUES 512
struct kern_hues {
    struct kern_hue {
        float cos1, sin, chroma, light;
    } at[KERN_HUES + 1];
};

/*
 * Entries lie evenly on a diamond instead of a circle. This gives a direction
 * (a, b), |a| + |b| = 1, for which entry i is used.
 */
static inline void kern_hue_direction(double i, double *a, double *b)
{
    const double u = 4 * i / KERN_HUES;
    const double size = u < 1 ? u : u < 3 ? (u < 2 ? 2 - u : u - 2) : 4 - u;

    *b = u < 2 ? u - 1 : 3 - u;
    *a = u < 2 ? size : -size;
}

struct kern_oklab {
    /* Rows of L, a, b, and back. */
    void (*from_work)(float *const lab[3], const float *const rgb[3], size_t n);
    void (*to_work)(float *const rgb[3], const float *const lab[3], size_t n);

    /*
     * More or less chroma with the same hue and lightness. More is held back
     * near the border of the working space, so that nothing is pushed out.
     */
    void (*vivid)(float *const dst[3], const float *const src[3], size_t n,
                  const struct kern_vivid *v);

    /* Tints shadows and highlights; L <= 0 and L >= 1 stay. */
    void (*split)(float *const dst[3], const float *const src[3], size_t n,
                  const struct kern_split *v);

    /* Changes each hue as the table says; the less, the greyer. */
    void (*hues)(float *const dst[3], const float *const src[3], size_t n,
                 const struct kern_hues *v);
};

#endif
