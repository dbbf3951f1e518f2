/* The legend of a view of depth. */

#include "run/legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/depth_stats.h"
#include "run/letters.h"

#define TICKS 5

/* Points of the picture for one of a letter. */
static int scale(int w)
{
    return w >= 3000 ? 5 : w >= 1500 ? 3 : w >= 500 ? 2 : 1;
}

int legend_height(int w)
{
    return 22 * scale(w);
}

void legend_init(struct legend *l, enum depth_view view,
                 const struct depth_full *d)
{
    struct depth_stats s;

    depth_stats(d, &s);
    *l = (struct legend){view, d->info.kind == DEPTH_METRIC, 0, 1};
    if (!l->metric)
        return;
    l->near = fmaxf(s.percentile[0], d->info.near);
    l->far = fminf(s.percentile[DEPTH_PERCENTILES - 1],
                   40 * s.percentile[DEPTH_PERCENTILES / 2]);
    l->far = fmaxf(l->far, 1.01f * l->near);
}

float legend_place(const struct legend *l, float depth)
{
    if (!l->metric)
        return 1 - depth;
    return 1 - logf(fmaxf(depth, l->near) / l->near) / logf(l->far / l->near);
}

static void tick_text(const struct legend *l, int i, char text[static 16])
{
    const float t = (float)i / (TICKS - 1);

    if (!l->metric)
        snprintf(text, 16, "%s", i == 0 ? "near" : i == TICKS - 1 ? "far" : "");
    else
        snprintf(text, 16, "%.3gm",
                 (double)(l->near * powf(l->far / l->near, t)));
}

void legend_row(const struct legend *l, int w, int y, uint8_t *rgb)
{
    const int s = scale(w), margin = 4 * s, bar = 8 * s;
    const int span = w - 2 * margin > 1 ? w - 2 * margin : 1;

    memset(rgb, 16, 3 * (size_t)w);
    if (y >= 2 * s && y < 2 * s + bar)
        for (int x = margin; x < w - margin; x++) {
            float c[3];

            depth_color(l->view, 1 - (float)(x - margin) / (float)span, c);
            for (int p = 0; p < 3; p++)
                rgb[3 * x + p] = (uint8_t)(c[p] * 255 + 0.5f);
        }
    for (int i = 0; i < TICKS && y >= 12 * s; i++) {
        char text[16];
        int x0;

        tick_text(l, i, text);
        x0 = margin +
             i * (span - LETTER_W * s * (int)strlen(text)) / (TICKS - 1);
        for (int x = x0 < 0 ? 0 : x0; x < w; x++)
            if (letter_point(text, (x - x0) / s, (y - 13 * s) / s))
                memset(rgb + 3 * (size_t)x, 230, 3);
    }
}
