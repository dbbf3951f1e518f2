/* Content light level; see the header. */

#include "run/light_level.h"

#include <math.h>

#include "kern/hdr.h"

#define WHITE     203.0 /* cd/m2 of light 1.0 */
#define LIMIT     10000.0
#define SUM_STEPS 65536.0
#define ONE_IN    10000 /* pixels */

size_t light_part_scratch(int w)
{
    return ((size_t)w + 16) * sizeof(float);
}

void light_part_add(struct light_part *p, const struct kern *k,
                    const struct view *v, int y0, int y1, struct arena *scratch)
{
    const size_t n = (size_t)v->w;
    float *row = arena_floats(scratch, n);

    for (int y = y0; y < y1; y++) {
        const float *const in[3] = {row_of(v, 0, y), row_of(v, 1, y),
                                    row_of(v, 2, y)};
        double sum = 0;
        float lane[8];

        k->hdr->brightest(row, lane, in, n, (float)(LIMIT / WHITE));
        for (int i = 0; i < 8; i++)
            sum += (double)lane[i];
        for (size_t i = 0; i < n; i++)
            p->most = fmax(p->most, (double)row[i] * WHITE);
        light_count(&p->bins, row, n);
        p->sum += llround(sum * WHITE * SUM_STEPS);
        p->pixels += n;
    }
}

void light_level_add(struct light_level *l, const struct light_part *frame)
{
    const double robust = light_but(&frame->bins, frame->pixels / ONE_IN);
    const double mean = (double)frame->sum / SUM_STEPS;

    if (!frame->pixels)
        return;
    l->most = fmax(l->most, frame->most);
    l->robust = fmax(l->robust, fmin(robust * WHITE, frame->most));
    l->average = fmax(l->average, mean / (double)frame->pixels);
    l->frames++;
}

static int whole(double nits)
{
    return (int)fmax(round(nits), 1);
}

struct video_light light_level_result(const struct light_level *l, bool robust)
{
    return (struct video_light){
        .there = l->frames > 0,
        .max_cll = whole(robust ? l->robust : l->most),
        .max_fall = whole(l->average),
    };
}
