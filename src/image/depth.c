/* Depth maps of 16 bits a point. */

#include "image/depth.h"

#include <math.h>

#include "base/mem.h"

#define CODES 65535.0f

/* Metres: nearer or farther than this is nothing a picture shows. */
#define NEAREST  1e-3f
#define FARTHEST 1e6f

static struct depth_info valid(struct depth_info i)
{
    if (i.kind == DEPTH_RELATIVE)
        return (struct depth_info){DEPTH_RELATIVE, 0.0f, 1.0f};
    i.near = i.near > NEAREST ? fminf(i.near, FARTHEST / 2) : NEAREST;
    i.sky = i.sky > 1.001f * i.near ? fminf(i.sky, FARTHEST) : 2.0f * i.near;
    return i;
}

int depth_map_new(int w, int h, struct depth_info info, struct depth_map **out,
                  struct err *e)
{
    struct depth_map *m;
    size_t n;

    if (w < 1 || h < 1 || !mem_product((size_t)w, (size_t)h, &n))
        return err_set(e, ERR_ARG, "a depth map of %d x %d points", w, h);
    m = mem_zero(1, sizeof(*m));
    if (!m)
        return err_mem(e, sizeof(*m));
    *m = (struct depth_map){.w = w, .h = h, .info = valid(info)};
    m->code = mem_zero(n, sizeof(*m->code));
    if (!m->code) {
        mem_free(m);
        return err_mem(e, n * sizeof(*m->code));
    }
    *out = m;
    return 0;
}

void depth_map_free(struct depth_map *m)
{
    if (m)
        mem_free(m->code);
    mem_free(m);
}

void depth_map_put(struct depth_map *m, int y, const float *src)
{
    uint16_t *dst = m->code + (size_t)y * (size_t)m->w;
    const float near = m->info.near;
    const float gain =
        m->info.kind == DEPTH_METRIC ? CODES / logf(m->info.sky / near) : CODES;

    for (int x = 0; x < m->w; x++) {
        const float v = m->info.kind == DEPTH_METRIC
                            ? logf(fmaxf(src[x], near) / near)
                            : src[x];
        const float c = v * gain;

        dst[x] = isnan(src[x]) || c >= CODES ? 65535
                 : c > 0                     ? (uint16_t)lrintf(c)
                                             : 0;
    }
}

/* near * ratio^code = coarse[code / 256] * fine[code % 256]. */
static void get_metric(const struct depth_map *m, const uint16_t *src,
                       float *dst)
{
    const double near = (double)m->info.near;
    const double step = log((double)m->info.sky / near) / 65535;
    float coarse[256], fine[256];

    for (int i = 0; i < 256; i++) {
        coarse[i] = (float)(near * exp(256 * step * i));
        fine[i] = (float)exp(step * i);
    }
    for (int x = 0; x < m->w; x++)
        dst[x] = src[x] == 65535 ? m->info.sky
                                 : coarse[src[x] >> 8] * fine[src[x] & 255];
}

void depth_map_get(const struct depth_map *m, int y, float *dst)
{
    const uint16_t *src = m->code + (size_t)y * (size_t)m->w;

    if (m->info.kind == DEPTH_METRIC)
        get_metric(m, src, dst);
    else
        for (int x = 0; x < m->w; x++)
            dst[x] = (float)src[x] * (1.0f / CODES);
}
