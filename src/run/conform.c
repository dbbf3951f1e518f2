/* Frame rates: what is standard, what is near, what is shown when. */

#include "run/conform.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct video_ratio standard[] = {
    {24000, 1001}, {24, 1},        {25, 1},  {30000, 1001}, {30, 1},
    {48000, 1001}, {48, 1},        {50, 1},  {60000, 1001}, {60, 1},
    {100, 1},      {120000, 1001}, {120, 1},
};

#define STANDARDS  (sizeof(standard) / sizeof(*standard))
#define RATE_MIN   1.0
#define RATE_MAX   1000.0
#define TIME_LAPSE 20.0 /* below: meant to be slow       */
#define SLOW_SHOT  62.0 /* above: to be slowed down later */

double ratio_value(const struct video_ratio *r)
{
    return r->den > 0 ? (double)r->num / (double)r->den : 0;
}

void ratio_text(const struct video_ratio *r, char text[static 24])
{
    const double v = ratio_value(r);
    int n = 0;

    while (n < 3 && fabs(v * pow(10, n) - rint(v * pow(10, n))) > 0.02)
        n++;
    snprintf(text, 24, "%.*f", n, v);
}

static const struct video_ratio *nearest(double rate)
{
    const struct video_ratio *best = &standard[0];

    for (size_t i = 1; i < STANDARDS; i++)
        if (fabs(ratio_value(&standard[i]) - rate) <
            fabs(ratio_value(best) - rate))
            best = &standard[i];
    return best;
}

static int refuse(const char *text, struct err *e)
{
    return err_set(e, ERR_ARG,
                   "'fps' cannot be '%s': allowed is a rate of 1 … 1000 such "
                   "as 25, 29.97 or 30000/1001, or auto, or keep",
                   text);
}

/* What 23.98, 29.97 and 59.94 stand for. */
static struct video_ratio exact(double v)
{
    const struct video_ratio *s = nearest(v);

    if (fabs(ratio_value(s) - v) < 0.006)
        return *s;
    return (struct video_ratio){(int64_t)llrint(v * 1000), 1000};
}

int conform_rate(const char *text, struct video_ratio *rate, struct err *e)
{
    const char *slash = strchr(text, '/');
    char head[24];
    double v;
    long num, den;

    if (slash) {
        snprintf(head, sizeof(head), "%.*s", (int)(slash - text), text);
        if (!text_to_long(head, &num) || !text_to_long(slash + 1, &den) ||
            num < 1 || den < 1 || num > 100000000 || den > 100000)
            return refuse(text, e);
        *rate = (struct video_ratio){num, den};
    } else {
        if (!text_to_double(text, &v) || !(v >= RATE_MIN && v <= RATE_MAX))
            return refuse(text, e);
        *rate = exact(v);
    }
    v = ratio_value(rate);
    return v >= RATE_MIN && v <= RATE_MAX ? 0 : refuse(text, e);
}

/* The average and the base rate of one film differ when its frames come as
   they like; a base of fields counts twice. */
static bool does_vary(const struct video_info *i, double tolerance)
{
    const double average = ratio_value(&i->rate), base = ratio_value(&i->base);

    return average > 0 && base > 0 && fabs(average - base) > tolerance &&
           fabs(2 * average - base) > 2 * tolerance;
}

static void choose(const struct conform_want *want, struct conform *c,
                   double rate, const struct video_ratio *as_is)
{
    const struct video_ratio *near = nearest(rate);
    const bool is_near = fabs(ratio_value(near) - rate) <= want->tolerance;
    char from[24], to[24];

    ratio_text(as_is, from);
    ratio_text(near, to);
    if (c->varies) {
        c->rate = *near;
        c->changed = true;
        snprintf(c->text, sizeof(c->text),
                 "frames come as they like, %s a second on average: made "
                 "constant at %s",
                 from, to);
    } else if (is_near) {
        c->rate = *near;
        snprintf(c->text, sizeof(c->text), "%s frames a second", to);
    } else if (rate < TIME_LAPSE || rate > SLOW_SHOT) {
        c->rate = *as_is;
        snprintf(c->text, sizeof(c->text), "%s frames a second, kept", from);
    } else {
        c->rate = *near;
        c->changed = true;
        snprintf(c->text, sizeof(c->text),
                 "%s frames a second is not a standard rate: made %s", from,
                 to);
    }
}

int conform_decide(const struct conform_want *want,
                   const struct video_info *info, struct conform *c,
                   struct err *e)
{
    const struct video_ratio *as_is =
        info->rate.den > 0 && info->rate.num > 0 ? &info->rate : &info->base;
    const double rate = ratio_value(as_is);
    char from[24], to[24];

    *c = (struct conform){.varies = does_vary(info, want->tolerance)};
    if (want->fps && !text_is(want->fps, "auto") &&
        !text_is(want->fps, "keep")) {
        if (conform_rate(want->fps, &c->rate, e) < 0)
            return e->code;
        c->changed = c->varies || fabs(ratio_value(&c->rate) - rate) > 1e-6;
        ratio_text(as_is, from);
        ratio_text(&c->rate, to);
        snprintf(c->text, sizeof(c->text),
                 c->changed ? "%s frames a second, made %s as asked"
                            : "%s frames a second",
                 from, to);
        return 0;
    }
    if (want->times == CONFORM_VFR || rate < RATE_MIN || rate > RATE_MAX) {
        snprintf(c->text, sizeof(c->text), "each frame keeps its time");
        return 0;
    }
    if (want->fps && text_is(want->fps, "keep")) {
        c->rate = *as_is;
        c->changed = c->varies;
        ratio_text(as_is, from);
        snprintf(c->text, sizeof(c->text), "%s frames a second, kept", from);
        return 0;
    }
    choose(want, c, rate, as_is);
    return 0;
}

/* Long films in short ticks: the products have more than 64 bits. */
__extension__ typedef __int128 wide;

int64_t conform_index(const struct conform *c, const struct video_ratio *tick,
                      int64_t time)
{
    const wide num = (wide)time * tick->num * c->rate.num;
    const wide den = (wide)tick->den * c->rate.den;

    return (int64_t)((2 * num + den) / (2 * den));
}
