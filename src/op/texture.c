/*
 * Texture: contrast of what is finer than clarity and coarser than noise. A
 * pixel, lightly blurred, is compared with those around it that are like it:
 * what lies behind an edge has no say, so edges get no halo.
 */

#include <math.h>

#include "kern/filter.h"
#include "kern/resample.h"
#include "op/field.h"
#include "op/ring.h"
#include "op/row.h"

struct texture {
    float amount;
};

static const struct param params[] = {
    P_FLOAT(texture, amount, .lo = -1, .hi = 1,
            .doc = "Contrast of fine structure, where less than 0 smooths"),
    P_END,
};

#define SIZE 0.0011 /* of structure, as a share of the long edge */
#define FINE 0.3    /* share of that: what is finer is noise     */
#define EDGE 0.1f   /* a difference that makes an edge           */

static bool neutral(const void *values)
{
    const struct texture *v = values;

    return v->amount == 0;
}

/* What is measured in pixels of a picture. */
struct sizes {
    double fine;
    int r;     /* of the blur            */
    int reach; /* of the pixels compared */
    struct ring_size light, blurred;
};

static struct sizes sizes_of(const struct op_site *s)
{
    const double edge = fmax(s->full_w, s->full_h);
    const double size = fmin(fmax(SIZE * edge, 0.8), 6) * s->sx;
    const int r = gauss_radius(FINE * size);
    const int reach = (int)ceil(2.2 * size);

    return (struct sizes){FINE * size,
                          r,
                          reach,
                          {s->w, s->h, 1, r, r},
                          {s->w, s->h, 1, reach, reach}};
}

static int halo(const void *values, const struct op_site *site)
{
    const struct sizes s = sizes_of(site);

    (void)values;
    return s.r + s.reach;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct sizes s = sizes_of(site);

    (void)values;
    (void)rows;
    return ring_bytes(&s.light) + ring_bytes(&s.blurred) +
           op_row_bytes(site->w + 2 * s.r, 3);
}

struct state {
    const struct op_job *job;
    struct sizes size;
    struct ring light, blurred;
    float *tall, *delta, *light_row;
    float weight[GAUSS_MAX + 1];
};

static void blurred_make(void *arg, int y, float *const dst[])
{
    struct state *s = arg;
    const struct kern_resample *k = s->job->k->resample;
    const size_t n = (size_t)s->job->src.w;
    const float *rows[2 * GAUSS_MAX + 1];
    const int r = s->size.r;

    ring_rows(&s->light, y, r, 0, rows + r);
    for (int i = 0; i <= 2 * r; i++)
        rows[i] -= r;
    k->blur_rows(s->tall, rows, s->weight, r, n + 2 * (size_t)r);
    k->blur(dst[0], s->tall, s->weight, r, n);
}

/* Eight directions at a third, two thirds and all of the reach. */
static struct kern_taps taps_of(int reach)
{
    struct kern_taps t = {0};

    for (int ring = 1; ring <= 3; ring++)
        for (int i = 0; i < 8; i++) {
            const double r = reach * ring / 3.0, a = (i + ring * 0.5) * M_PI_4;

            t.dx[t.count] = (int16_t)lrint(r * cos(a));
            t.dy[t.count] = (int16_t)lrint(r * sin(a));
            t.count++;
        }
    return t;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct texture *v = values;
    const float gain = v->amount * (v->amount > 0 ? -1.5f : -0.8f);
    const float *ring[2 * GAUSS_MAX + 1];
    struct op_job from = *job;
    struct state s = {.job = job, .size = sizes_of(job->site)};
    const struct kern_taps taps = taps_of(s.size.reach);
    const float **middle = ring + s.size.reach;

    gauss_weights(s.size.fine, s.size.r, s.weight);
    s.tall =
        arena_floats(job->scratch, (size_t)job->src.w + 2 * (size_t)s.size.r);
    s.delta = arena_floats(job->scratch, (size_t)job->src.w);
    s.light_row = arena_floats(job->scratch, (size_t)job->src.w);
    ring_begin(&s.light, &s.size.light, job->scratch, job->y0 - s.size.reach,
               lightness_make, &from);
    ring_begin(&s.blurred, &s.size.blurred, job->scratch, job->y0, blurred_make,
               &s);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        ring_rows(&s.blurred, y, s.size.reach, 0, middle);
        job->k->filter->steady(s.delta, middle, middle, r.n, &taps, EDGE);
        job->k->filter->lightness(s.light_row, r.src, r.n);
        job->k->filter->relight(r.dst, r.src, s.light_row, s.delta, r.n, gain);
    }
}

const struct op op_texture = {
    .name = "texture",
    .doc = "Strengthens or smooths fine structure, not edges and not noise",
    .params = params,
    .size = sizeof(struct texture),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .halo = halo,
    .scratch = scratch,
    .rows = rows,
};
