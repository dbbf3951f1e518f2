#ifndef KERN_TEMPORAL_H
#define KERN_TEMPORAL_H

/*
 * Frames of footage compared and averaged. A difference is another frame minus
 * this one; it counts as noise or as motion by the 3 x 3 pixels around each.
 * Chroma is Cb and Cr of ITU-R BT.2020, so that it is measured as in a file.
 */

#include <stddef.h>

/*
 * How unlike noise a difference is: `mean` times the square of the sum of luma
 * over 3 x 3 plus `square` times the sum of its squares; for chroma `loose`
 * times that plus `chroma` times the sum of squares. A frame weighs the square
 * of what is missing to `limit`, 1 at most, times keep_y, keep_c, which are 0
 * or 1: whether luma, chroma are averaged at all.
 */
struct kern_match {
    float mean, square, chroma, loose;
    float limit;
    float keep_y, keep_c;
};

struct kern_temporal {
    /* y = luma of b - a, c = Cb^2 + Cr^2 of it */
    void (*change)(float *y, float *c, const float *const a[3],
                   const float *const b[3], size_t n);

    /*
     * Lowers the weights wy, wc, 0 … 1, to what three rows of change(), the
     * middle ones being of these pixels, leave of them: nothing where it is no
     * noise. Rows are read from -1 to n. scale: one over the square of the
     * noise at each pixel, 1 where it is as `m` has it.
     */
    void (*match)(float *wy, float *wc, const float *const y[3],
                  const float *const c[3], const float *scale, size_t n,
                  const struct kern_match *m);

    /*
     * sum[0 … 4] += wy * luma, wc * red - luma, wc * blue - luma, each of b - a
     * (y: its luma), wy, wc
     */
    void (*gather)(float *const sum[5], const float *const a[3],
                   const float *const b[3], const float *y, const float *wy,
                   const float *wc, size_t n);

    /* dst = src + the means of what was gathered and of src itself; dst may be
       src */
    void (*settle)(float *const dst[3], const float *const src[3],
                   const float *const sum[5], size_t n);

    /*
     * dst = one over the square of what a step in display values is at y, a
     * root of light, in roots of light
     */
    void (*step_scale)(float *dst, const float *y, size_t n);
};

#endif
