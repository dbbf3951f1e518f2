/* Two LUTs compared, colour by colour. */

#include "run/lut_diff.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "image/lab.h"

#define ROW        4096
#define SIDE_MAX   129
#define SIDE_LEAST 33

void lut_gap_add(struct lut_gap *g, const float *const in[3],
                 const float *const a[3], const float *const b[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double x[3] = {(double)in[0][i], (double)in[1][i],
                             (double)in[2][i]};
        const double p[3] = {(double)a[0][i], (double)a[1][i], (double)a[2][i]};
        const double q[3] = {(double)b[0][i], (double)b[1][i], (double)b[2][i]};
        const struct lab u = lab_of_display(p), v = lab_of_display(q);
        const double look = lab_ciede2000(&u, &v);

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

int lut_diff(const struct lut *a, const struct lut *b, int side,
             struct lut_gap *gap, struct err *e)
{
    const int larger = side_of(a) > side_of(b) ? side_of(a) : side_of(b);
    const int fine = 2 * larger - 1 < SIDE_MAX ? 2 * larger - 1 : SIDE_MAX;
    struct lattice l = {.side = side ? side : fine};
    const size_t all = (size_t)l.side * (size_t)l.side * (size_t)l.side;
    float *room = mem_array(9 * ROW, sizeof(float)), *row[3][3];

    if (!room)
        return err_mem(e, 9 * ROW * sizeof(float));
    for (int i = 0; i < 9; i++)
        row[i / 3][i % 3] = room + (size_t)i * ROW;
    both_domains(a, b, &l);
    *gap = (struct lut_gap){0};
    for (size_t first = 0; first < all; first += ROW) {
        const size_t n = all - first < ROW ? all - first : ROW;

        put_colors(&l, first, n, row[0]);
        memcpy(row[1][0], row[0][0], 3 * ROW * sizeof(float));
        memcpy(row[2][0], row[0][0], 3 * ROW * sizeof(float));
        lut_apply(a, kern_best(), false, row[1], n);
        lut_apply(b, kern_best(), false, row[2], n);
        lut_gap_add(gap, (const float *const *)row[0],
                    (const float *const *)row[1], (const float *const *)row[2],
                    n);
    }
    lut_gap_end(gap);
    mem_free(room);
    return 0;
}

void lut_random_colors(const float lo[3], const float hi[3],
                       float *const row[3], size_t n)
{
    uint32_t state = 2463534242u;

    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < 3; c++) {
            /* G. Marsaglia, "Xorshift RNGs", 2003. */
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            row[c][i] = lo[c] +
                        (hi[c] - lo[c]) * ((float)(state >> 8) * 0x1p-24f);
        }
}
