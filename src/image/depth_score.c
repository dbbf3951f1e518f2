/* Depth against the truth. */

#include "image/depth_score.h"

#include <math.h>
#include <stdint.h>

#include "base/mem.h"

/*
 * Least squares: truth (or 1 / truth) = scale * got + shift. Of depths the
 * relative error counts, else the farthest few would decide.
 */
static void fit(const float *got, const float *truth, size_t n, float sky,
                struct depth_score *s)
{
    double sx = 0, sy = 0, xx = 0, xy = 0, sum = 0;

    for (size_t i = 0; i < n; i++) {
        const double x = got[i], t = truth[i], y = s->inverse ? 1 / t : t;
        const double weight = s->inverse ? 1 : 1 / (t * t);

        if (truth[i] >= sky)
            continue;
        sx += weight * x;
        sy += weight * y;
        xx += weight * x * x;
        xy += weight * x * y;
        sum += weight;
    }
    xx -= sx * sx / sum;
    xy -= sx * sy / sum;
    s->scale = xx > 1e-12 * (sx * sx / sum) ? xy / xx : 0;
    s->shift = (sy - s->scale * sx) / sum;
}

/* A value on the line, kept among the depths there are. */
static float aligned(const struct depth_score *s, float v, double lo, double hi)
{
    double d = s->scale * (double)v + s->shift;

    if (s->inverse)
        d = d > 1 / hi ? 1 / d : hi;
    return (float)fmin(fmax(d, lo), hi);
}

static double absrel_of(const struct depth_score *s, const float *got,
                        const float *truth, size_t n, float sky, double lo,
                        double hi)
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < n; i++)
        if (truth[i] < sky) {
            const double t = truth[i];

            sum += fabs((double)aligned(s, got[i], lo, hi) - t) / t;
            count++;
        }
    return sum / count;
}

static void align_to(float *got, const float *truth, size_t n, float sky,
                     struct depth_score *s)
{
    struct depth_score line[2] = {{.inverse = false}, {.inverse = true}};
    double lo = INFINITY, hi = 0, best = INFINITY;

    for (size_t i = 0; i < n; i++)
        if (truth[i] < sky) {
            lo = fmin(lo, (double)truth[i]);
            hi = fmax(hi, (double)truth[i]);
        }
    for (int i = 0; i < 2; i++) {
        double error;

        fit(got, truth, n, sky, &line[i]);
        error = absrel_of(&line[i], got, truth, n, sky, lo / 4, 2 * hi);
        if (error < best) {
            best = error;
            *s = line[i];
        }
    }
    for (size_t i = 0; i < n; i++)
        got[i] = aligned(s, got[i], lo / 4, 2 * hi);
}

static bool apart(float a, float b, float ratio)
{
    return a > ratio * b || b > ratio * a;
}

static void mark(const float *d, int w, int h, float ratio, uint8_t *edge)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = (size_t)y * (size_t)w + (size_t)x;

            edge[i] = (x + 1 < w && apart(d[i], d[i + 1], ratio)) ||
                      (y + 1 < h && apart(d[i], d[i + (size_t)w], ratio));
        }
}

/* The share of edges in a, borders apart, that b has too. */
static double found(const uint8_t *a, const uint8_t *b, int w, int h)
{
    double all = 0, both = 0;

    for (int y = 1; y < h - 1; y++)
        for (int x = 1; x < w - 1; x++) {
            const uint8_t *p = b + (size_t)y * (size_t)w + (size_t)x;

            if (!a[(size_t)y * (size_t)w + (size_t)x])
                continue;
            all++;
            both += p[-w - 1] | p[-w] | p[-w + 1] | p[-1] | p[0] | p[1] |
                    p[w - 1] | p[w] | p[w + 1];
        }
    return all > 0 ? both / all : 1;
}

static double edge_score(const float *got, const float *truth, int w, int h,
                         uint8_t *a, uint8_t *b)
{
    double sum = 0, weights = 0;

    for (int i = 1; i <= 5; i++) {
        const float ratio = 1 + 0.05f * (float)i;
        double precision, recall;

        mark(got, w, h, ratio, a);
        mark(truth, w, h, ratio, b);
        precision = found(a, b, w, h);
        recall = found(b, a, w, h);
        weights += (double)ratio;
        if (precision + recall > 0)
            sum += (double)ratio * 2 * precision * recall /
                   (precision + recall);
    }
    return sum / weights;
}

static bool measure(const float *got, const float *truth, size_t n, float sky,
                    struct depth_score *s)
{
    double square = 0, near = 0, rel = 0, count = 0;

    for (size_t i = 0; i < n; i++) {
        const double d = got[i], t = truth[i];

        if (truth[i] >= sky)
            continue;
        rel += fabs(d - t) / t;
        square += (d - t) * (d - t);
        near += fmax(d / t, t / d) < 1.25;
        count++;
    }
    s->absrel = rel / count;
    s->rmse = sqrt(square / count);
    s->delta = near / count;
    return count > 0;
}

int depth_score(float *got, const float *truth, int w, int h, float sky,
                bool align, struct depth_score *score, struct err *e)
{
    const size_t n = (size_t)w * (size_t)h;
    struct depth_score s = {.scale = 1};
    uint8_t *marks = mem_array(n, 2);

    if (!marks)
        return err_mem(e, 2 * n);
    if (align)
        align_to(got, truth, n, sky, &s);
    if (measure(got, truth, n, sky, &s))
        s.edges = edge_score(got, truth, w, h, marks, marks + n);
    else
        err_set(e, ERR_DATA, "the true depth is sky everywhere");
    mem_free(marks);
    *score = s;
    return s.absrel >= 0 ? 0 : ERR_DATA;
}
