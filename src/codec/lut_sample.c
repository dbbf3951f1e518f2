/* Any LUT as one curve or one cube. */

#include <string.h>

#include "base/mem.h"
#include "codec/lut_write.h"

#define ROW 4096

static float place(const float lo[3], const float hi[3], int c, int i, int n)
{
    const double t = (double)i / (n - 1);

    return (float)((double)lo[c] * (1 - t) + (double)hi[c] * t);
}

static void sample_curve(const struct lut *lut, struct lut *made)
{
    const struct kern *k = kern_best();
    float *row[3];

    for (int c = 0; c < 3; c++) {
        row[c] = made->curve + (size_t)c * (size_t)made->points;
        for (int i = 0; i < made->points; i++)
            row[c][i] = place(made->lo, made->hi, c, i, made->points);
    }
    lut_apply(lut, k, false, row, (size_t)made->points);
}

/* The colours of nodes first … first + n - 1, into three rows. */
static void node_colors(const struct lut *made, size_t first, size_t n,
                        float *const row[3])
{
    const size_t side = (size_t)made->size;

    for (size_t i = 0; i < n; i++) {
        const size_t at = first + i;
        const size_t p[3] = {at % side, at / side % side, at / side / side};

        for (int c = 0; c < 3; c++)
            row[c][i] = place(made->from, made->to, c, (int)p[c], made->size);
    }
}

static int sample_cube(const struct lut *lut, struct lut *made, struct err *e)
{
    const size_t side = (size_t)made->size, all = side * side * side;
    float *room = mem_array(3 * ROW, sizeof(float)), *row[3];

    if (!room)
        return err_mem(e, 3 * ROW * sizeof(float));
    for (int c = 0; c < 3; c++)
        row[c] = room + c * ROW;
    for (size_t first = 0; first < all; first += ROW) {
        const size_t n = all - first < ROW ? all - first : ROW;

        node_colors(made, first, n, row);
        lut_apply(lut, kern_best(), false, row, n);
        for (size_t i = 0; i < n; i++) {
            float *node = made->node + 4 * (first + i);

            for (int c = 0; c < 3; c++)
                node[c] = row[c][i];
            node[3] = 0;
        }
    }
    mem_free(room);
    return 0;
}

int lut_sample(const struct lut *lut, int points, int size, const float lo[3],
               const float hi[3], struct lut **out, struct err *e)
{
    struct lut *made = NULL;
    int rc;

    TRY(lut_new(points, size, &made, e));
    for (int c = 0; c < 3; c++) {
        made->lo[c] = made->from[c] = lo[c];
        made->hi[c] = made->to[c] = hi[c];
    }
    if (points)
        sample_curve(lut, made);
    else
        TRY(sample_cube(lut, made, e));
    memcpy(made->title, lut->title, sizeof(made->title));
    *out = made;
    made = NULL;
out:
    lut_free(made);
    return rc;
}
