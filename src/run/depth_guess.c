/* Meaning of depth pictures, from how they look. */

#include "run/depth_guess.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *const depth_encodings[] = {"auto",        "metric",   "millimetres",
                                       "centimetres", "distance", "nearness",
                                       "disparity",   "zbuffer",  NULL};

/* Shares of the range: a plateau is that flat (of floats: they have no steps
   that could hide a slope), its outline that steep. */
#define FLAT       0.002f
#define FLAT_FLOAT 1e-5f
#define STEP       0.03f

/* Share of the picture that a sky has at least. */
#define SKY_SHARE 0.002

/* Three points on a line: their values differ by that share of the range, and
   they lie on a slope when their second difference is that share of it. */
#define SLOPE    0.02f
#define STRAIGHT 0.05f

/* What the nearest distance may be as a share of the whole range, for values
   that were stretched to 0 … 1. */
static const float offsets[] = {0.01f, 0.03f, 0.1f, 0.3f};
#define LAWS 5 /* as it is stored, and with these offsets */

struct look {
    const struct depth_sample *s;
    float lo, hi;       /* between which slopes are looked for */
    double stated;      /* share that is stated to be sky */
    double low, high;   /* shares of sky-like plateaus at both ends */
    double bottom;      /* lower edge minus middle, of the range */
    int slopes;         /* points on what is straight by any law */
    double even;        /* shares of them: straight as they are, */
    double dist, nearn; /* as distance, as nearness */
};

static float at(const struct depth_sample *s, int x, int y)
{
    return s->v[(size_t)y * (size_t)s->w + (size_t)x];
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static float flat_of(const struct depth_sample *s)
{
    return (s->whole ? FLAT : FLAT_FLOAT) * (s->hi - s->lo);
}

/* Finite values of rows y0 … y1-1 but those of plateaus, sorted. */
static size_t values_of(const struct look *l, int y0, int y1, float *room)
{
    const float flat = flat_of(l->s);
    size_t n = 0;

    for (int y = y0; y < y1; y++)
        for (int x = 0; x < l->s->w; x++) {
            const float v = at(l->s, x, y);

            if (isinf(v) || (l->low > 0 && v - l->s->lo <= flat) ||
                (l->high > 0 && l->s->hi - v <= flat))
                continue;
            room[n++] = v;
        }
    qsort(room, n, sizeof(*room), ascending);
    return n;
}

/* Share of the points at one end, when it looks like sky, else 0. */
static double plateau(const struct depth_sample *s, float end)
{
    const float flat = flat_of(s), step = STEP * (s->hi - s->lo);
    double inside = 0, outline = 0, steep = 0;

    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++) {
            if (!(fabsf(at(s, x, y) - end) <= flat))
                continue;
            inside++;
            for (int i = 0; i < 4; i++) {
                const int u = x + (i == 0) - (i == 1);
                const int v = y + (i == 2) - (i == 3);
                float d;

                if (u < 0 || v < 0 || u >= s->w || v >= s->h)
                    continue;
                d = fabsf(at(s, u, v) - end);
                outline += d > flat;
                steep += d > step;
            }
        }
    inside /= (double)s->w * s->h;
    return inside >= SKY_SHARE && steep >= 0.5 * outline ? inside : 0;
}

static float bend(float a, float b, float c)
{
    const float first = fabsf(c - a);

    return first > 0 ? fabsf(a + c - 2 * b) / first : INFINITY;
}

struct votes {
    double all, even, dist[LAWS], nearn[LAWS];
};

/* Three values on a line as shares of the range; c[]: offsets of both laws. */
static void vote(struct votes *n, const float v[3], const float dist[LAWS],
                 const float nearn[LAWS])
{
    float r[1 + 2 * LAWS], least = INFINITY, most = 0;

    if (!(fabsf(v[0] - v[2]) >= SLOPE) || fminf(v[0], fminf(v[1], v[2])) < 0 ||
        fmaxf(v[0], fmaxf(v[1], v[2])) > 1)
        return;
    r[0] = bend(v[0], v[1], v[2]);
    for (int i = 0; i < LAWS; i++) {
        const float d = dist[i], u = 1 + nearn[i];

        r[1 + i] = bend(1 / (v[0] + d), 1 / (v[1] + d), 1 / (v[2] + d));
        r[1 + LAWS + i] = bend(1 / (u - v[0]), 1 / (u - v[1]), 1 / (u - v[2]));
    }
    for (int i = 0; i < 1 + 2 * LAWS; i++) {
        least = fminf(least, r[i]);
        most = fmaxf(most, r[i]);
    }
    if (least > STRAIGHT || most < 3 * STRAIGHT)
        return;
    n->all++;
    n->even += r[0] < STRAIGHT;
    for (int i = 0; i < LAWS; i++) {
        n->dist[i] += r[1 + i] < STRAIGHT;
        n->nearn[i] += r[1 + LAWS + i] < STRAIGHT;
    }
}

static void find_law(struct look *l)
{
    const struct depth_sample *s = l->s;
    const float lo = l->lo, range = l->hi - l->lo;
    float dist[LAWS] = {fmaxf(lo / range, 0) + 1e-3f};
    float nearn[LAWS] = {fmaxf((1 - l->hi) / range, 0) + 1e-3f};
    struct votes n = {0};

    for (int i = 1; i < LAWS; i++)
        dist[i] = nearn[i] = offsets[i - 1];
    for (int k = 4; k <= 12; k += 4)
        for (int y = 0; y < s->h; y += 2)
            for (int x = 0; x < s->w; x += 2) {
                const float b = (at(s, x, y) - lo) / range;

                if (x >= k && x + k < s->w)
                    vote(&n,
                         (float[]){(at(s, x - k, y) - lo) / range, b,
                                   (at(s, x + k, y) - lo) / range},
                         dist, nearn);
                if (y >= k && y + k < s->h)
                    vote(&n,
                         (float[]){(at(s, x, y - k) - lo) / range, b,
                                   (at(s, x, y + k) - lo) / range},
                         dist, nearn);
            }
    l->slopes = (int)n.all;
    for (int i = 0; i < LAWS && n.all > 0; i++) {
        l->dist = fmax(l->dist, n.dist[i] / n.all);
        l->nearn = fmax(l->nearn, n.nearn[i] / n.all);
        l->even = n.even / n.all;
    }
}

/* Sky, the range without it and without rare values, bottom and slopes. */
static int look_at(struct look *l, struct err *e)
{
    const struct depth_sample *s = l->s;
    const size_t all = (size_t)s->w * (size_t)s->h;
    float *room = mem_array(all, sizeof(*room)), middle;
    size_t n = 0;

    if (!room)
        return err_mem(e, all * sizeof(*room));
    for (size_t i = 0; i < all; i++)
        n += isinf(s->v[i]);
    l->stated = (double)n / (double)all;
    l->low = plateau(s, s->lo);
    l->high = plateau(s, s->hi);
    n = values_of(l, 0, s->h, room);
    l->lo = n ? room[n / 100] : s->lo;
    l->hi = n ? room[n - 1 - n / 25] : s->hi;
    if (l->hi <= l->lo) {
        l->lo = s->lo;
        l->hi = s->hi;
    }
    n = values_of(l, s->h / 3, s->h - s->h / 3, room);
    middle = n ? room[n / 2] : 0.5f * (l->lo + l->hi);
    n = values_of(l, s->h - (s->h + 9) / 10, s->h, room);
    if (n)
        l->bottom = (double)((room[n / 2] - middle) / (l->hi - l->lo));
    find_law(l);
    mem_free(room);
    return 0;
}

static void add(struct depth_guess *g, const char *fmt, double number)
{
    const size_t n = strlen(g->why);

    snprintf(g->why + n, sizeof(g->why) - n, n ? ", " : "");
    snprintf(g->why + strlen(g->why), sizeof(g->why) - strlen(g->why),
             number < 0 ? "%s" : "%s %.0f %%", fmt, 100 * number);
}

/* Above 0: larger is farther. What speaks for the result goes into why. */
static double polarity(const struct look *l, bool straight,
                       struct depth_guess *g)
{
    const double law = straight || l->slopes < 200
                           ? 0
                           : (l->dist - l->nearn) / fmax(l->dist, l->nearn);
    const double sky = l->stated > 0      ? 2
                       : l->high > l->low ? 1.5
                       : l->low > l->high ? -1.5
                                          : 0;
    const double ground = l->bottom < -0.03  ? 1
                          : l->bottom > 0.03 ? -1
                                             : -l->bottom;
    const double sum = sky + ground + 1.5 * law;

    if (sky * sum > 0)
        add(g, l->stated > 0 ? "sky is infinite" : "sky at the far end",
            l->stated > 0 ? l->stated : fmax(l->low, l->high));
    if (ground * sum > 0)
        add(g, "the lower edge is near", -1);
    if (law * sum > 0.3 * fabs(sum))
        add(g, "slopes bend so", -1);
    return sum;
}

static void decide(const struct look *l, struct depth_guess *g)
{
    const struct depth_sample *s = l->s;
    const bool straight = l->slopes >= 200 &&
                          l->even >= fmax(l->dist, l->nearn);
    const bool farther = polarity(l, straight, g) >= 0;

    if (straight)
        g->encoding = farther ? DEPTH_ZBUFFER : DEPTH_DISPARITY;
    else if (!farther)
        g->encoding = DEPTH_NEARNESS;
    else
        g->encoding = !s->whole && s->hi > 1.001f ? DEPTH_METRES
                                                  : DEPTH_DISTANCE;
    if (straight)
        add(g, "slopes are straight", -1);
}

int depth_guess(const struct depth_sample *s, enum depth_encoding told,
                struct depth_guess *guess, struct err *e)
{
    struct look l = {.s = s};
    struct depth_guess g = {.encoding = told};
    bool high;
    float flat;

    if (!(s->lo <= s->hi))
        return err_set(e, ERR_DATA, "all of its depth is infinite");
    if (s->hi - s->lo <= 1e-6f * fmaxf(fabsf(s->hi), fabsf(s->lo)))
        return err_set(e, ERR_DATA, "its depth is %g everywhere",
                       (double)s->lo);
    if (look_at(&l, e) < 0)
        return e->code;
    if (told == DEPTH_AUTO)
        decide(&l, &g);
    else
        add(&g, "as told", -1);
    high = g.encoding != DEPTH_NEARNESS && g.encoding != DEPTH_DISPARITY;
    flat = flat_of(s);
    g.near = high ? s->lo : s->hi;
    g.far = high ? s->hi : s->lo;
    g.has_sky = l.stated > 0 || (high ? l.high : l.low) > 0;
    g.sky = INFINITY;
    if ((high ? l.high : l.low) > 0 && l.stated <= 0) {
        g.sky = high ? s->hi - flat : s->lo + flat;
        g.far = g.sky;
    }
    *guess = g;
    return 0;
}

int depth_guess_frame(const struct depth_sample *s,
                      const struct depth_guess *film, struct depth_guess *guess,
                      struct err *e)
{
    struct depth_guess g = *film;
    struct err flat = {0};

    *guess = g;
    if (!depth_is_metres(film->encoding))
        return 0;
    if (depth_guess(s, film->encoding, &g, &flat) < 0) {
        if (flat.code == ERR_MEM)
            return err_mem(e, 0);
        g.near = fminf(g.near, s->lo);
        g.far = fmaxf(g.far, s->hi);
    }
    if (isinf(film->sky) || s->hi > 1.001f * film->sky) {
        g.far = fmaxf(g.far, s->hi);
        g.sky = INFINITY;
    } else {
        g.sky = fminf(g.sky, film->sky);
    }
    *guess = g;
    return 0;
}

void depth_guess_widen(struct depth_guess *film, const struct depth_guess *one)
{
    const bool up = film->far > film->near;

    film->near = up ? fminf(film->near, one->near)
                    : fmaxf(film->near, one->near);
    film->far = up ? fmaxf(film->far, one->far) : fminf(film->far, one->far);
    film->has_sky |= one->has_sky;
    if (isinf(film->sky))
        film->sky = one->sky;
    if (isfinite(film->sky))
        film->far = film->sky;
}
