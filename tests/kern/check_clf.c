#include "check.h"
#include "kern/clf.h"

#define KNOTS 6

static float value[65536];
static const float place[KNOTS] = {-1, -0.25f, 0, 0.125f, 0.5f, 3};
static float piece[4 * (KNOTS - 1)];

__attribute__((constructor)) static void make_tables(void)
{
    uint64_t seed = 1;

    fill(value, F32, 65536, 0, &seed);
    fill(piece, F32, sizeof(piece) / sizeof(*piece), 0, &seed);
}

static const struct kern_clf_range rising = {1.5f, -0.25f, 0, 1};
static const struct kern_clf_log camera = {2, 0.1f, 0.3f, 0.6f, 0.01f, 5, 0.1f};
static const struct kern_clf_unlog back = {3, -2, -0.1f, 0.5f, 0.1f, 0.2f, -1};
static const struct kern_clf_knots spline = {place, piece, KNOTS};

/* With and without a mirror. */
static void power(const struct kern *k, const struct probe *p)
{
    const struct kern_clf_power v = {0.9f, 0.1f,  2.4f, 1.1f,
                                     0,    0.04f, 0.1f, p->n % 2};

    k->clf->power(p->out[0], p->in[0], p->n, &v);
}

CHECK(clf, range, p->out[0], p->in[0], p->n, &rising)
CHECK(clf, to_log, p->out[0], p->in[0], p->n, &camera)
CHECK(clf, from_log, p->out[0], p->in[0], p->n, &back)
CHECK(clf, knots, p->out[0], p->in[0], p->n, &spline)
CHECK(clf, half, p->out[0], p->in[0], p->n, value)

#define ONE .in = {{F32}}, .out = {{F32}}

static const struct check checks[] = {
    {ROW(clf, range), ONE},    {ROW(clf, power), ONE}, {ROW(clf, to_log), ONE},
    {ROW(clf, from_log), ONE}, {ROW(clf, knots), ONE}, {ROW(clf, half), ONE},
};
CHECKS(clf)
