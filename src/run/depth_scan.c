/* Numbers to depth: a survey, a decision, a map. */

#include "run/depth_scan.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define CODES       65536 /* values of a whole number */
#define SAMPLE_EDGE 192   /* of the picture that is looked at */

/* Metres: further away is nothing a picture shows, whatever the file says. */
#define BEYOND 6.5e4f

/* Where relative depth ends that is not sky. */
#define END         0.995f
#define END_AND_SKY 0.97f

/* What one row is like. */
struct row {
    float lo, hi; /* of what is finite */
    int finite, negative, color;
};

struct depth_scan {
    int w, h;
    enum depth_encoding encoding;
    struct depth_sample sample;
    struct row *row;
    float *thin;             /* the sample's values */
    float *value;            /* of the rows that are kept */
    int kept;                /* how many */
    struct depth_map *codes; /* whole numbers, as they are in the file */

    bool flip, zeros; /* negative distances; zeros are sky */
    const struct depth_guess *film;
    struct depth_guess guess;
    float mul, add; /* value to depth */
    struct depth_map *map;
};

static int thin_edge(int edge, int longest)
{
    const int n = longest > SAMPLE_EDGE
                      ? (int)((int64_t)edge * SAMPLE_EDGE / longest)
                      : edge;

    return n > 0 ? n : 1;
}

int depth_scan_room(int w, int h)
{
    const size_t n = DEPTH_SCAN_BYTES / ((size_t)w * sizeof(float));

    return n < (size_t)h ? (int)n : h;
}

int depth_scan_new(int w, int h, bool whole, int keep,
                   enum depth_encoding encoding, struct depth_scan **out,
                   struct err *e)
{
    const int edge = w > h ? w : h;
    struct depth_scan *s = mem_zero(1, sizeof(*s));
    size_t thin;
    int rc = 0;

    if (!s)
        return err_mem(e, sizeof(*s));
    s->w = w;
    s->h = h;
    s->encoding = encoding;
    s->sample.whole = whole;
    s->sample.w = thin_edge(w, edge);
    s->sample.h = thin_edge(h, edge);
    thin = (size_t)s->sample.w * (size_t)s->sample.h;
    s->thin = mem_zero(thin, sizeof(*s->thin));
    s->row = mem_array((size_t)h, sizeof(*s->row));
    if (!s->thin || !s->row) {
        rc = err_mem(e, thin * sizeof(*s->thin));
        goto out;
    }
    if (whole)
        TRY(depth_map_new(w, h, (struct depth_info){DEPTH_RELATIVE, 0, 1},
                          &s->codes, e));
    s->kept = whole ? 0 : keep;
    if (s->kept) {
        thin = (size_t)w * (size_t)keep;
        s->value = mem_array(thin, sizeof(*s->value));
        if (!s->value) {
            rc = err_mem(e, thin * sizeof(*s->value));
            goto out;
        }
    }
    *out = s;
    s = NULL;
out:
    depth_scan_free(s);
    return rc;
}

void depth_scan_free(struct depth_scan *s)
{
    if (!s)
        return;
    mem_free(s->row);
    mem_free(s->thin);
    mem_free(s->value);
    depth_map_free(s->codes);
    depth_map_free(s->map);
    mem_free(s);
}

void depth_scan_film(struct depth_scan *s, const struct depth_guess *film)
{
    s->film = film;
    s->encoding = film->encoding;
}

/* Metres of one unit of the file's numbers. */
static float unit_of(const struct depth_scan *s, enum depth_encoding encoding)
{
    const float whole = s->sample.whole ? CODES - 1 : 1;

    return encoding == DEPTH_MILLIMETRES   ? 0.001f * whole
           : encoding == DEPTH_CENTIMETRES ? 0.01f * whole
                                           : 1;
}

/* What stands for sky whatever the encoding becomes INFINITY. */
static void clean_row(const struct depth_scan *s, float *v)
{
    const float beyond = BEYOND / unit_of(s, s->encoding);

    if (s->sample.whole && !s->zeros)
        return;
    for (int x = 0; x < s->w; x++) {
        const float a = s->flip ? -v[x] : v[x];

        v[x] = isfinite(a) && fabsf(a) < beyond && !(s->zeros && a <= 0)
                   ? a
                   : INFINITY;
    }
}

static bool has_hue(float *const plane[3], int x)
{
    const float v = plane[0][x];

    return fabsf(v - plane[1][x]) + fabsf(v - plane[2][x]) >
           0.02f * fabsf(v) + 0.01f;
}

static struct row look_at(const struct depth_scan *s, float *const plane[3])
{
    const bool grey = plane[1] == plane[0] && plane[2] == plane[0];
    const float *v = plane[0];
    struct row row = {INFINITY, -INFINITY, 0, 0, 0};

    for (int x = 0; x < s->w; x++) {
        if (!isfinite(v[x]))
            continue;
        row.lo = fminf(row.lo, v[x]);
        row.hi = fmaxf(row.hi, v[x]);
        row.finite++;
        row.negative += v[x] < 0;
        row.color += !grey && has_hue(plane, x);
    }
    return row;
}

void depth_scan_show(struct depth_scan *s, int y, float *const plane[3])
{
    const struct depth_sample *t = &s->sample;
    const int ty = (int)((int64_t)y * t->h / s->h);
    float *v = plane[0];

    clean_row(s, v);
    if (s->codes)
        depth_map_put(s->codes, y, v);
    if (y < s->kept)
        memcpy(s->value + (size_t)y * (size_t)s->w, v,
               (size_t)s->w * sizeof(*v));
    s->row[y] = look_at(s, plane);
    /* The row in the middle of those that the sample's row stands for. */
    if (y != (int)(((int64_t)2 * ty + 1) * s->h / (2 * t->h)))
        return;
    for (int x = 0; x < t->w; x++)
        s->thin[(size_t)ty * (size_t)t->w + (size_t)x] =
            v[((int64_t)2 * x + 1) * s->w / (2 * t->w)];
}

/* Rows become one range; signs and zeros are made plain. */
static int sum_up(struct depth_scan *s, struct err *e)
{
    struct depth_sample *t = &s->sample;
    const size_t n = (size_t)t->w * (size_t)t->h;
    double finite = 0, negative = 0, color = 0;

    t->v = s->thin;
    t->lo = INFINITY;
    t->hi = -INFINITY;
    for (int y = 0; y < s->h; y++) {
        t->lo = fminf(t->lo, s->row[y].lo);
        t->hi = fmaxf(t->hi, s->row[y].hi);
        finite += s->row[y].finite;
        negative += s->row[y].negative;
        color += s->row[y].color;
    }
    if (color > 0.1 * finite)
        return err_set(e, ERR_DATA,
                       "it is in colour, and depth is grey; give the depth "
                       "itself, not a view of it");
    s->flip = negative > 0.5 * finite;
    if (s->flip) {
        const float lo = t->lo;

        t->lo = -t->hi;
        t->hi = -lo;
    }
    s->zeros = s->encoding == DEPTH_MILLIMETRES ||
               s->encoding == DEPTH_CENTIMETRES ||
               (!t->whole && t->lo <= 0 &&
                (s->encoding == DEPTH_METRES ||
                 (s->encoding == DEPTH_AUTO && t->hi > 1.001f)));
    for (size_t i = 0; i < n; i++) {
        s->thin[i] = s->flip ? -s->thin[i] : s->thin[i];
        if (!isfinite(s->thin[i]) || (s->zeros && s->thin[i] <= 0))
            s->thin[i] = INFINITY;
    }
    if (s->zeros) {
        t->lo = t->hi;
        for (size_t i = 0; i < n; i++)
            t->lo = fminf(t->lo, s->thin[i]);
    }
    return 0;
}

static int new_map(struct depth_scan *s, struct err *e)
{
    const struct depth_guess *g = &s->guess;
    struct depth_info info = {DEPTH_RELATIVE, 0, 1};
    const float end = g->has_sky ? END_AND_SKY : END;

    s->mul = end / (g->far - g->near);
    s->add = -g->near * s->mul;
    if (depth_is_metres(g->encoding)) {
        s->mul = unit_of(s, g->encoding);
        s->add = 0;
        info = (struct depth_info){DEPTH_METRIC, 0.5f * g->near * s->mul,
                                   1.5f * g->far * s->mul};
    }
    return depth_map_new(s->codes ? CODES : s->w, s->codes ? 1 : s->h, info,
                         &s->map, e);
}

/* Numbers in their encoding, cleaned, to a row of the map. */
static void map_row(const struct depth_scan *s, int y, float *v)
{
    const struct depth_guess *g = &s->guess;
    const bool up = g->far > g->near;
    const float sky = s->map->info.sky;
    const float most = s->map->info.kind == DEPTH_RELATIVE ? END : 0.998f * sky;

    for (int x = 0; x < s->map->w; x++) {
        const float d = v[x] * s->mul + s->add;
        const bool is_sky =
            isinf(v[x]) ||
            (isfinite(g->sky) && (up ? v[x] >= g->sky : v[x] <= g->sky));

        v[x] = is_sky ? sky : fminf(d, most);
    }
    depth_map_put(s->map, y, v);
}

/*
 * Whole numbers need not come again: s->map, one row of all that they can be,
 * becomes the table of what they are.
 */
static int translate(struct depth_scan *s, struct err *e)
{
    const size_t n = (size_t)s->codes->w * (size_t)s->codes->h;
    float *row = mem_array(CODES, sizeof(*row));

    if (!row)
        return err_mem(e, CODES * sizeof(*row));
    for (int i = 0; i < CODES; i++)
        row[i] = s->zeros && i == 0 ? INFINITY : (float)i / (CODES - 1);
    map_row(s, 0, row);
    mem_free(row);
    for (size_t i = 0; i < n; i++)
        s->codes->code[i] = s->map->code[s->codes->code[i]];
    s->codes->info = s->map->info;
    depth_map_free(s->map);
    s->map = s->codes;
    s->codes = NULL;
    return 0;
}

int depth_scan_decide(struct depth_scan *s, struct err *e)
{
    int rc;

    if (s->sample.whole && s->encoding == DEPTH_METRES) {
        rc = err_set(e, ERR_ARG,
                     "metres come as floats: whole numbers are millimetres, "
                     "centimetres, or shares of what --depth-encoding names");
        goto out;
    }
    TRY(sum_up(s, e));
    TRY(s->film ? depth_guess_frame(&s->sample, s->film, &s->guess, e)
                : depth_guess(&s->sample, s->encoding, &s->guess, e));
    TRY(new_map(s, e));
    if (s->codes)
        TRY(translate(s, e));
out:
    return rc;
}

bool depth_scan_done(const struct depth_scan *s)
{
    return s->sample.whole;
}

int depth_scan_kept(const struct depth_scan *s)
{
    return s->kept;
}

void depth_scan_make(struct depth_scan *s, int y, float *v)
{
    if (!v)
        v = s->value + (size_t)y * (size_t)s->w;
    clean_row(s, v);
    map_row(s, y, v);
}

struct depth_map *depth_scan_take(struct depth_scan *s,
                                  const struct depth_guess **guess)
{
    struct depth_map *map = s->map;

    s->map = NULL;
    *guess = &s->guess;
    return map;
}
