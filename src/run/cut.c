/* Cuts of a film. */

#include "run/cut.h"

#include <math.h>
#include <stdint.h>

#define BINS 32 /* of the histogram of lightness */

/* A cut: colours change by that much on average, and so does their mix. */
#define CHANGE 0.10
#define MIX    0.15

void cut_see(const struct view *v, int w, int h, float *lightness)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const int x0 = (int)((int64_t)x * v->w / w);
            const int y0 = (int)((int64_t)y * v->h / h);
            const int x1 = (int)((int64_t)(x + 1) * v->w / w);
            const int y1 = (int)((int64_t)(y + 1) * v->h / h);
            float sum = 0;
            int n = 0;

            for (int j = y0; j == y0 || j < y1; j++)
                for (int i = x0; i == x0 || i < x1; i++, n++)
                    sum += 0.2627f * row_of(v, 0, j)[i] +
                           0.678f * row_of(v, 1, j)[i] +
                           0.0593f * row_of(v, 2, j)[i];
            lightness[(size_t)y * (size_t)w + (size_t)x] =
                sqrtf(fminf(fmaxf(sum / (float)n, 0), 4));
        }
}

bool cut_between(const float *before, const float *after, size_t n)
{
    double change = 0, mix = 0, bins[BINS] = {0};

    for (size_t i = 0; i < n; i++) {
        const float a = before[i], b = after[i];

        change += fabs((double)(a - b));
        bins[(int)fminf(a * BINS, BINS - 1)]++;
        bins[(int)fminf(b * BINS, BINS - 1)]--;
    }
    for (int i = 0; i < BINS; i++)
        mix += fabs(bins[i]) / 2;
    return change > CHANGE * (double)n && mix > MIX * (double)n;
}
