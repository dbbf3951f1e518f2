/* Monotone cubic curves; see the header. */

#include <math.h>

#include "base/text.h"
#include "op/spline.h"

#define LIMIT 4.0
#define CLOSE 0.001

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static const char *scan_point(const char *text, double *x, double *y)
{
    const char *at;

    if (!text_scan_double(text, &at, x) || *at != ',')
        return NULL;
    text = at + 1;
    if (!text_scan_double(text, &at, y) || (*at && !is_blank(*at)))
        return NULL;
    return at;
}

static int add_point(struct spline *s, double x, double y, struct err *e)
{
    if (s->count == SPLINE_POINTS)
        return err_set(e, ERR_ARG, "a curve has at most %d points",
                       SPLINE_POINTS);
    if (!(fabs(x) <= LIMIT && fabs(y) <= LIMIT))
        return err_set(e, ERR_ARG, "point %g,%g is outside %g … %g", x, y,
                       -LIMIT, LIMIT);
    if (s->count && x < s->x[s->count - 1] + CLOSE)
        return err_set(e, ERR_ARG,
                       "x of point %g,%g must be %g above the one before", x, y,
                       CLOSE);
    s->x[s->count] = x;
    s->y[s->count++] = y;
    return 0;
}

/* The slope of the parabola through three points, at the first one. */
static double end_slope(double h0, double h1, double d0, double d1)
{
    const double m = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);

    if (m * d0 <= 0)
        return 0;
    return d0 * d1 <= 0 && fabs(m) > 3 * fabs(d0) ? 3 * d0 : m;
}

/* Inside, the weighted harmonic mean of both sides keeps it monotone. */
static void set_slopes(struct spline *s)
{
    const int n = s->count;
    double h[SPLINE_POINTS], d[SPLINE_POINTS];

    for (int i = 0; i + 1 < n; i++) {
        h[i] = s->x[i + 1] - s->x[i];
        d[i] = (s->y[i + 1] - s->y[i]) / h[i];
    }
    if (n == 2) {
        s->slope[0] = s->slope[1] = d[0];
        return;
    }
    for (int i = 1; i + 1 < n; i++) {
        const double a = 2 * h[i] + h[i - 1], b = h[i] + 2 * h[i - 1];

        s->slope[i] = d[i - 1] * d[i] > 0 ? (a + b) / (a / d[i - 1] + b / d[i])
                                          : 0;
    }
    s->slope[0] = end_slope(h[0], h[1], d[0], d[1]);
    s->slope[n - 1] = end_slope(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
}

int spline_parse(const char *text, struct spline *out, struct err *e)
{
    struct spline s = {0};
    const char *at = text;
    int rc;

    for (;;) {
        const char *start;
        double x, y;

        while (is_blank(*at))
            at++;
        if (!*at)
            break;
        start = at;
        at = scan_point(at, &x, &y);
        if (!at) {
            rc = err_set(e, ERR_ARG, "'%.40s' is not a point x,y", start);
            goto out;
        }
        TRY(add_point(&s, x, y, e));
    }
    if (s.count == 1) {
        rc = err_set(e, ERR_ARG, "a curve needs two points or none");
        goto out;
    }
    if (s.count == 0) {
        s.count = 2;
        s.x[1] = s.y[1] = 1;
    }
    set_slopes(&s);
    *out = s;
    rc = 0;
out:
    return rc;
}

double spline_at(const struct spline *s, double x)
{
    const int last = s->count - 1;
    int i = 0;
    double h, t, t2, t3;

    if (x <= s->x[0])
        return s->y[0] + (x - s->x[0]) * s->slope[0];
    if (x >= s->x[last])
        return s->y[last] + (x - s->x[last]) * s->slope[last];
    while (x >= s->x[i + 1])
        i++;
    h = s->x[i + 1] - s->x[i];
    t = (x - s->x[i]) / h;
    t2 = t * t;
    t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * s->y[i] +
           (t3 - 2 * t2 + t) * h * s->slope[i] +
           (3 * t2 - 2 * t3) * s->y[i + 1] + (t3 - t2) * h * s->slope[i + 1];
}

bool spline_is_straight(const struct spline *s)
{
    for (int i = 0; i < s->count; i++)
        if (s->y[i] != s->x[i])
            return false;
    return true;
}

void spline_table(const struct spline *s, float *value, int points)
{
    const double a = s->x[0], b = s->x[s->count - 1];

    for (int i = 0; i < points; i++)
        value[i] = (float)spline_at(s, a + (b - a) * i / (points - 1));
}
