/* Two LUTs compared, colour by colour. */

#include "run/lut_diff.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "image/lab.h"

#define ROW        4096
#define SIDE_MAX   129
#define SIDE_LEAST 33

#define RANDOM_SEED 2463534242u
#define RANDOM_ROWS 64

#define CURVE_POINTS 4096
#define FINE_POINTS  16384 /* of curves whose points are not evenly spaced */

static double look_of(const double p[3], const double q[3])
{
    const struct lab u = lab_of_display(p), v = lab_of_display(q);

    return lab_ciede2000(&u, &v);
}

void lut_gap_add(struct lut_gap *g, const float *const in[3],
                 const float *const a[3], const float *const b[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double x[3] = {(double)in[0][i], (double)in[1][i],
                             (double)in[2][i]};
        const double p[3] = {(double)a[0][i], (double)a[1][i], (double)a[2][i]};
        const double q[3] = {(double)b[0][i], (double)b[1][i], (double)b[2][i]};
        const bool same = p[0] == q[0] && p[1] == q[1] && p[2] == q[2];
        const double look = same ? 0 : look_of(p, q);

        for (int c = 0; c < 3; c++) {
            const double d = fabs(p[c] - q[c]);

            g->code_mean += d / 3;
            if (d > g->code_max) {
                g->code_max = d;
                memcpy(g->worst, x, sizeof(x));
            }
        }
        g->look_mean += look;
        if (look > g->look_max) {
            g->look_max = look;
            memcpy(g->looks_worst, x, sizeof(x));
        }
    }
    g->count += (long long)n;
}

void lut_gap_end(struct lut_gap *g)
{
    if (!g->count)
        return;
    g->code_mean /= (double)g->count;
    g->look_mean /= (double)g->count;
}

static int side_of(const struct lut *lut)
{
    return lut_side(lut) > SIDE_LEAST ? lut_side(lut) : SIDE_LEAST;
}

static const struct lut *table_of(const struct lut *lut, int stage)
{
    return lut->stages ? lut->stage[stage].table : lut;
}

int lut_points(const struct lut *lut)
{
    int points = lut->points;
    bool fine = false;

    for (int i = 0; i < lut->stages; i++) {
        const struct lut *t = table_of(lut, i);

        fine = fine || lut->stage[i].kind == LUT_KNOTS ||
               lut->stage[i].kind == LUT_HALF;
        if (t && t->points > points)
            points = t->points;
    }
    if (lut->stages && points < CURVE_POINTS)
        points = CURVE_POINTS;
    if (fine && points < FINE_POINTS)
        points = FINE_POINTS;
    return points < 65536 ? points : 65536;
}

struct lattice {
    int side;
    float lo[3], hi[3];
};

static void put_colors(const struct lattice *l, size_t first, size_t n,
                       float *const row[3])
{
    const size_t side = (size_t)l->side;

    for (size_t i = 0; i < n; i++) {
        const size_t at = first + i;
        const size_t p[3] = {at % side, at / side % side, at / side / side};

        for (int c = 0; c < 3; c++)
            row[c][i] = (float)((double)l->lo[c] +
                                ((double)l->hi[c] - (double)l->lo[c]) *
                                    (double)p[c] / (double)(side - 1));
    }
}

static void both_domains(const struct lut *a, const struct lut *b,
                         struct lattice *l)
{
    float lo[3], hi[3];

    lut_domain(a, l->lo, l->hi);
    lut_domain(b, lo, hi);
    for (int c = 0; c < 3; c++) {
        l->lo[c] = fminf(l->lo[c], lo[c]);
        l->hi[c] = fmaxf(l->hi[c], hi[c]);
    }
}

/* G. Marsaglia, "Xorshift RNGs", 2003. */
static uint32_t random_colors(const float lo[3], const float hi[3],
                              uint32_t state, float *const row[3], size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < 3; c++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            row[c][i] = lo[c] +
                        (hi[c] - lo[c]) * ((float)(state >> 8) * 0x1p-24f);
        }
    return state;
}

void lut_random_colors(const float lo[3], const float hi[3],
                       float *const row[3], size_t n)
{
    random_colors(lo, hi, RANDOM_SEED, row, n);
}

/* Colours that both turn into others. */
struct pair {
    const struct lut *a, *b;
    struct lattice l;
    float *row[3][3]; /* what goes in, and what comes out of either */
    struct lut_gap *gap;
};

static void compare(const struct pair *p, size_t n)
{
    for (int i = 1; i < 3; i++)
        for (int c = 0; c < 3; c++)
            memcpy(p->row[i][c], p->row[0][c], n * sizeof(float));
    lut_apply(p->a, kern_best(), false, p->row[1], n);
    lut_apply(p->b, kern_best(), false, p->row[2], n);
    lut_gap_add(p->gap, (const float *const *)p->row[0],
                (const float *const *)p->row[1],
                (const float *const *)p->row[2], n);
}

static void compare_lattice(const struct pair *p)
{
    const size_t side = (size_t)p->l.side, all = side * side * side;

    for (size_t first = 0; first < all; first += ROW) {
        const size_t n = all - first < ROW ? all - first : ROW;

        put_colors(&p->l, first, n, p->row[0]);
        compare(p, n);
    }
}

/* All channels at once, at the points of curves and between them. */
static void compare_line(const struct pair *p, int points)
{
    const int all = 2 * points - 1;

    for (int first = 0; first < all; first += ROW) {
        const int n = all - first < ROW ? all - first : ROW;

        for (int c = 0; c < 3; c++)
            for (int i = 0; i < n; i++) {
                const double t = (double)(first + i) / (all - 1);

                p->row[0][c][i] = (float)((double)p->l.lo[c] * (1 - t) +
                                          (double)p->l.hi[c] * t);
            }
        compare(p, (size_t)n);
    }
}

/* Between nodes that are too many to look at what lies between all. */
static void compare_random(const struct pair *p)
{
    float *const row[3] = {p->row[0][0], p->row[0][1], p->row[0][2]};
    uint32_t state = RANDOM_SEED;

    for (int i = 0; i < RANDOM_ROWS; i++) {
        state = random_colors(p->l.lo, p->l.hi, state, row, ROW);
        compare(p, ROW);
    }
}

int lut_diff(const struct lut *a, const struct lut *b, int side,
             struct lut_gap *gap, struct err *e)
{
    const int larger = side_of(a) > side_of(b) ? side_of(a) : side_of(b);
    const int fine = 2 * larger - 1 < SIDE_MAX ? 2 * larger - 1 : larger;
    const int m = lut_points(a), n = lut_points(b), points = m > n ? m : n;
    struct pair p = {.a = a, .b = b, .l.side = side ? side : fine, .gap = gap};
    float *room = mem_array(9 * ROW, sizeof(float));

    if (!room)
        return err_mem(e, 9 * ROW * sizeof(float));
    for (int i = 0; i < 9; i++)
        p.row[i / 3][i % 3] = room + (size_t)i * ROW;
    both_domains(a, b, &p.l);
    *gap = (struct lut_gap){0};
    if (!side && points)
        compare_line(&p, points);
    if (side || !lut_is_separable(a) || !lut_is_separable(b))
        compare_lattice(&p);
    if (!side && larger == fine)
        compare_random(&p);
    lut_gap_end(gap);
    mem_free(room);
    return 0;
}
