/* Edges of depth without values in between. */

#include "run/snap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BAND  64 /* rows of a task */
#define REACH 3  /* rows and columns around a pixel that are looked at */

/* The least step: a share of the distance, or of all relative depth. */
#define STEP_RATIO 1.05f
#define STEP_SHARE 0.01f

/* A step is this many times what goes on beside it. */
#define STEEP 4

struct snap {
    struct depth_map *map;
    int least;       /* codes of a step */
    float stops;     /* metric: log2 of the ratio of one code; else 0 */
    uint16_t *halo;  /* per band: REACH rows above and below, as they were */
    uint16_t *lines; /* per slot: a band with its halo */
};

static size_t row_bytes(const struct snap *s)
{
    return (size_t)s->map->w * sizeof(uint16_t);
}

static const uint16_t *row_at(const struct snap *s, int y)
{
    y = y < 0 ? 0 : y >= s->map->h ? s->map->h - 1 : y;
    return s->map->code + (size_t)y * (size_t)s->map->w;
}

static int bands(const struct snap *s)
{
    return (s->map->h + BAND - 1) / BAND;
}

/* Keeps the rows around band i, which its neighbours are going to change. */
static int keep(void *arg, int i, int slot, struct err *e)
{
    const struct snap *s = arg;
    uint16_t *to = s->halo + (size_t)i * 2 * REACH * (size_t)s->map->w;

    (void)slot;
    (void)e;
    for (int k = 0; k < 2 * REACH; k++)
        memcpy(to + (size_t)k * (size_t)s->map->w,
               row_at(s, k < REACH ? i * BAND - REACH + k
                                   : (i + 1) * BAND + k - REACH),
               row_bytes(s));
    return 0;
}

/* Whether c lies between b and d, which are flat towards a and e. */
static int step_of(const struct snap *s, int a, int b, int c, int d, int e)
{
    const int step = abs(d - b), beside = abs(b - a) + abs(e - d);
    const int lo = b < d ? b : d, margin = step / 64;

    return step >= s->least && step > STEEP * beside && c > lo + margin &&
                   c < lo + step - margin
               ? step
               : 0;
}

/* Distances mix in proportion to what they cover, their logarithms do not. */
static uint16_t side(const struct snap *s, int b, int c, int d)
{
    const int lo = b < d ? b : d, hi = b < d ? d : b;
    const float middle =
        s->stops > 0
            ? (float)hi - 1 / s->stops +
                  log2f(1 + exp2f((float)(lo - hi) * s->stops)) / s->stops
            : 0.5f * (float)(lo + hi);

    return (uint16_t)((float)c <= middle ? lo : hi);
}

/*
 * line[0 … 2 REACH] are rows around y, line[REACH] the row itself. What lies
 * outside of the picture is unknown: nothing snaps there.
 */
static void snap_row(const struct snap *s, const uint16_t *const line[], int y,
                     uint16_t *dst)
{
    const int w = s->map->w, h = s->map->h;
    const uint16_t *row = line[REACH];

    for (int x = 0; x < w; x++) {
        int best = 0;

        for (int r = 1; r < REACH; r++) {
            const int c = row[x];

            if (x > r && x + r + 1 < w) {
                const int left = row[x - r], right = row[x + r];
                const int step =
                    step_of(s, row[x - r - 1], left, c, right, row[x + r + 1]);

                if (step > best)
                    dst[x] = side(s, left, c, right);
                best = step > best ? step : best;
            }
            if (y > r && y + r + 1 < h) {
                const int up = line[REACH - r][x], down = line[REACH + r][x];
                const int step = step_of(s, line[REACH - r - 1][x], up, c, down,
                                         line[REACH + r + 1][x]);

                if (step > best)
                    dst[x] = side(s, up, c, down);
                best = step > best ? step : best;
            }
        }
    }
}

static int band(void *arg, int i, int slot, struct err *e)
{
    const struct snap *s = arg;
    const size_t w = (size_t)s->map->w;
    const int y0 = i * BAND;
    const int rows = y0 + BAND < s->map->h ? BAND : s->map->h - y0;
    uint16_t *own = s->lines + (size_t)slot * (BAND + 2 * REACH) * w;
    const uint16_t *halo = s->halo + (size_t)i * 2 * REACH * w;

    (void)e;
    memcpy(own, halo, REACH * row_bytes(s));
    memcpy(own + REACH * w, s->map->code + (size_t)y0 * w,
           (size_t)rows * row_bytes(s));
    memcpy(own + (size_t)(REACH + rows) * w, halo + REACH * w,
           REACH * row_bytes(s));
    for (int y = 0; y < rows; y++) {
        const uint16_t *line[2 * REACH + 1];

        for (int k = 0; k <= 2 * REACH; k++)
            line[k] = own + (size_t)(y + k) * w;
        snap_row(s, line, y0 + y, s->map->code + (size_t)(y0 + y) * w);
    }
    return 0;
}

int depth_snap(struct depth_map *map, struct pool *pool, struct err *e)
{
    struct snap s = {.map = map, .least = (int)(65535 * STEP_SHARE)};
    const int slots = pool_slots(pool), n = bands(&s);
    int rc;

    if (map->info.kind == DEPTH_METRIC) {
        s.stops = log2f(map->info.sky / map->info.near) / 65535;
        s.least = (int)(log2f(STEP_RATIO) / s.stops) + 1;
    }
    s.halo = mem_array((size_t)n * 2 * REACH, row_bytes(&s));
    s.lines = mem_array((size_t)slots * (BAND + 2 * REACH), row_bytes(&s));
    if (!s.halo || !s.lines) {
        rc = err_mem(e, (size_t)n * 2 * REACH * row_bytes(&s));
        goto out;
    }
    TRY(pool_run(pool, n, keep, &s, e));
    TRY(pool_run(pool, n, band, &s, e));
out:
    mem_free(s.halo);
    mem_free(s.lines);
    return rc;
}
