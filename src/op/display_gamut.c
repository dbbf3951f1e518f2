/* What colours a display shows; see display.h. */

#include <math.h>

#include "base/mem.h"
#include "kern/convert.h"
#include "kern/oklab.h"
#include "op/display.h"

/*
 * A ray from grey towards blue may leave the gamut by a hair and come back:
 * in OKLab, lines of equal hue are not straight there in light. So what is
 * this much below 0, as a share of the brightest, still counts as inside.
 */
#define DEPTH 0.001f

/* Hues that are looked at between two of the table. */
#define FINE 2
#define HUES (FINE * HDR_HUES)

/* What the limit may lose from one hue of the table to the next. */
#define SLOPE (1.6f * 6.2832f / HDR_HUES)

#define STEP 0.06f /* outwards from grey, |a| + |b| for L = 1 */
#define FAR  1.8f

/* All hues at once, at their own distance from grey. */
struct fan {
    float a[HUES], b[HUES]; /* directions */
    float far[HUES], limit[HUES];
    float share[HUES]; /* darkest channel as one of the brightest */
    float row[3][HUES];
};

static float share(float r, float g, float b)
{
    const float lo = r < g ? r : g, hi = r < g ? g : r;

    return (lo < b ? lo : b) / (hi > b ? hi : b);
}

static void look(struct fan *f, const struct kern *k, const float display[9])
{
    float *const row[3] = {f->row[0], f->row[1], f->row[2]};
    const float *in[3] = {f->row[0], f->row[1], f->row[2]};

    for (int i = 0; i < HUES; i++) {
        f->row[0][i] = 1;
        f->row[1][i] = f->a[i] * f->far[i];
        f->row[2][i] = f->b[i] * f->far[i];
    }
    k->oklab->to_work(row, in, HUES);
    k->convert->matrix(row, in, HUES, display);
    for (int i = 0; i < HUES; i++)
        f->share[i] = share(row[0][i], row[1][i], row[2][i]);
}

/* Outwards until a channel is dark, then by halves. */
static void find_limits(struct fan *f, const struct kern *k,
                        const float display[9])
{
    float far = 0, half = STEP / 2;

    for (int i = 0; i < HUES; i++)
        f->limit[i] = FAR;
    while (far + STEP < FAR) {
        far += STEP;
        for (int i = 0; i < HUES; i++)
            f->far[i] = far;
        look(f, k, display);
        for (int i = 0; i < HUES; i++)
            if (f->share[i] < -DEPTH && far < f->limit[i])
                f->limit[i] = far;
    }
    while (half > 1e-5f) {
        for (int i = 0; i < HUES; i++)
            f->far[i] = f->limit[i] - half;
        look(f, k, display);
        for (int i = 0; i < HUES; i++)
            if (f->share[i] < -DEPTH)
                f->limit[i] = f->far[i];
        half /= 2;
    }
}

/* The furthest as far as the neighbours in the table, so that no limit between
   two of them is missed. */
static float furthest(const struct fan *f, int hue)
{
    float most = 0;

    for (int i = -FINE; i <= FINE; i++)
        most = fmaxf(most, f->limit[(hue * FINE + i) & (HUES - 1)]);
    return most;
}

/*
 * On the cyan side of blue the limit falls off a cliff, which would be seen as
 * a line in a blue gradient. With a gentler slope some colours are left outside
 * there, but so near the border that bringing them in turns their hue by 4
 * degrees at most.
 */
static void soften(float limit[HDR_HUES + 1])
{
    const int last = HDR_HUES - 1;

    for (int i = 0; i < 2 * HDR_HUES; i++) {
        float *up = &limit[i & last], *down = &limit[(2 * last - i) & last];

        *up = fmaxf(*up, limit[(i - 1) & last] - SLOPE);
        *down = fmaxf(*down, limit[(2 * last - i + 1) & last] - SLOPE);
    }
    limit[HDR_HUES] = limit[0];
}

/* The most that the darkest channel is anywhere at the knee, and some more. */
static float safe_share(struct fan *f, const struct kern *k,
                        const struct kern_hdr_gamut *g)
{
    float most = 0;

    for (int i = 0; i < HUES; i++)
        f->far[i] = g->knee * fminf(g->limit[i / FINE], g->limit[i / FINE + 1]);
    look(f, k, g->display);
    for (int i = 0; i < HUES; i++)
        most = fmaxf(most, f->share[i]);
    return g->knee < 1 ? most * 1.03f + 0.003f : 0;
}

static void put(const struct mat3 *m, float out[9])
{
    for (int i = 0; i < 9; i++)
        out[i] = (float)m->m[i / 3][i % 3];
}

int display_gamut(const struct kern *k, enum space primaries, double soft,
                  struct kern_hdr_gamut *out, struct err *e)
{
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct primaries *own = space_primaries(primaries);
    const struct mat3 to = primaries_convert(work, own, ADAPT_BRADFORD);
    const struct mat3 back = primaries_convert(own, work, ADAPT_BRADFORD);
    struct fan *f = mem_zero(1, sizeof(*f));

    if (!f)
        return err_mem(e, sizeof(*f));
    put(&to, out->display);
    put(&back, out->back);
    for (int i = 0; i < HUES; i++) {
        double a, b;

        kern_hue_direction(i * (double)KERN_HUES / HUES, &a, &b);
        f->a[i] = (float)a;
        f->b[i] = (float)b;
    }
    find_limits(f, k, out->display);
    for (int i = 0; i <= HDR_HUES; i++)
        out->limit[i] = furthest(f, i);
    soften(out->limit);
    out->bounded = true;
    out->knee = (float)(1 - soft);
    out->safe = safe_share(f, k, out);
    out->fade = 0;
    out->from = 1;
    mem_free(f);
    return 0;
}
