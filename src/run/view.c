/* From light to what a display shows. */

#include "run/view.h"

#include <math.h>

#include "image/color.h"
#include "run/chain.h"

#define MIDDLE  0.18 /* grey that the mean becomes */
#define HIGHEST 6.0f /* light that becomes white, in that exposure */
#define DARK    1e-4 /* below it light does not count for the mean */

/* Exposure of scene light, from the geometric mean of its luminance. */
static float exposure_of(const struct view *v)
{
    double sum = 0, n = 0;

    for (int y = 0; y < v->h; y++)
        for (int x = 0; x < v->w; x++) {
            const double l = 0.2627 * (double)row_of(v, 0, y)[x] +
                             0.678 * (double)row_of(v, 1, y)[x] +
                             0.0593 * (double)row_of(v, 2, y)[x];

            if (l > DARK) {
                sum += log(l);
                n++;
            }
        }
    return n > 0 ? (float)(MIDDLE / exp(sum / n)) : 1;
}

static float compress(float x)
{
    return x * (1 + x / (HIGHEST * HIGHEST)) / (1 + x);
}

int view_for_model(const struct image *linear, bool scene, struct image **out,
                   struct err *e)
{
    const struct mat3 m = primaries_convert(space_primaries(SPACE_REC2020),
                                            space_primaries(SPACE_SRGB),
                                            ADAPT_BRADFORD);
    const struct view *v = &linear->v;
    const float gain = scene ? exposure_of(v) : 1;
    const struct kern *k = kern_best();
    struct image *o = NULL;

    if (image_new(v->w, v->h, 3, &o, e) < 0)
        return e->code;
    for (int y = 0; y < v->h; y++)
        for (int p = 0; p < 3; p++) {
            const float *r = row_of(v, 0, y), *g = row_of(v, 1, y);
            const float *b = row_of(v, 2, y);
            float *dst = row_of(&o->v, p, y);

            for (int x = 0; x < v->w; x++) {
                const float c = gain * ((float)m.m[p][0] * r[x] +
                                        (float)m.m[p][1] * g[x] +
                                        (float)m.m[p][2] * b[x]);
                const float light = fmaxf(c, 0);

                dst[x] = fminf(scene ? compress(light) : light, 1);
            }
            chain_domain(k, dst, (size_t)v->w, OP_LINEAR, OP_DISPLAY);
        }
    *out = o;
    return 0;
}

struct hash128 view_hash(const struct image *view, struct hash128 with,
                         int size)
{
    const struct view *v = &view->v;
    struct {
        struct hash128 with;
        uint64_t w, h, size;
    } head = {with, (uint64_t)v->w, (uint64_t)v->h, (uint64_t)size};
    struct hash128 all = hash_bytes128(&head, sizeof(head));

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < v->h; y++) {
            const size_t n = (size_t)v->w * sizeof(float);

            all.hi = hash_bytes(row_of(v, p, y), n, all.hi);
            all.lo = hash_bytes(row_of(v, p, y), n, all.lo + 1);
        }
    return all;
}
