/* From light to what a display shows. */

#include "run/view.h"

#include <math.h>

#include "image/color.h"
#include "kern/convert.h"
#include "run/chain.h"

#define BAND    16   /* rows of a task */
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

struct job {
    const struct view *from, *to;
    const struct kern *k;
    float m[9];
    bool scene;
};

static int band(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const size_t n = (size_t)j->to->w;

    (void)slot;
    (void)e;
    for (int y = index * BAND; y < (index + 1) * BAND && y < j->to->h; y++) {
        float *dst[3];
        const float *src[3];

        for (int p = 0; p < 3; p++) {
            dst[p] = row_of(j->to, p, y);
            src[p] = row_of(j->from, p, y);
        }
        j->k->convert->matrix(dst, src, n, j->m);
        for (int p = 0; p < 3; p++) {
            for (size_t x = 0; x < n; x++) {
                const float c = dst[p][x] > 0 ? dst[p][x] : 0;
                const float light = j->scene ? compress(c) : c;

                dst[p][x] = light < 1 ? light : 1;
            }
        }
        chain_domain(NULL, j->k, dst, n, OP_LINEAR, OP_DISPLAY);
    }
    return 0;
}

int view_for_model(const struct image *linear, bool scene, struct pool *pool,
                   struct image **out, struct err *e)
{
    const struct mat3 m = primaries_convert(space_primaries(SPACE_REC2020),
                                            space_primaries(SPACE_SRGB),
                                            ADAPT_BRADFORD);
    const struct view *v = &linear->v;
    const float gain = scene ? exposure_of(v) : 1;
    struct image *o = NULL;
    struct job j = {.from = v, .k = kern_best(), .scene = scene};
    int rc;

    TRY(image_new(v->w, v->h, 3, &o, e));
    j.to = &o->v;
    for (int i = 0; i < 9; i++)
        j.m[i] = gain * (float)m.m[i / 3][i % 3];
    TRY(pool_run(pool, (v->h + BAND - 1) / BAND, band, &j, e));
    *out = o;
    o = NULL;
out:
    image_free(o);
    return rc;
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
