/* Pointing at what is sharp; see the header. */

#include "run/focus.h"

#include <stdio.h>

#include "base/text.h"

struct coordinate {
    double value;
    bool percent;
};

static int refuse(const char *text, struct err *e)
{
    return err_set(e, ERR_ARG,
                   "'focus_pixel' cannot be '%s': allowed is X,Y in pixels "
                   "from 0,0 on, such as 640,360, or 0%%,0%% … 100%%,100%%",
                   text);
}

/* Reads a number and what is behind it. */
static bool take(const char **text, struct coordinate *c)
{
    const char *end;

    if (!text_scan_double(*text, &end, &c->value) || !(c->value >= 0))
        return false;
    c->percent = *end == '%';
    *text = end + c->percent;
    return c->percent ? c->value <= 100 : c->value < 1e9;
}

static int parse(const char *text, struct coordinate c[2], struct err *e)
{
    const char *at = text;

    if (!take(&at, &c[0]) || *at++ != ',' || !take(&at, &c[1]) || *at)
        return refuse(text, e);
    return 0;
}

int focus_check(const char *text, const struct look *look, struct err *e)
{
    struct coordinate c[2];

    if (parse(text, c, e) < 0)
        return e->code;
    for (int i = 0; i < look->count; i++)
        if (text_is(look->step[i].op->name, "depth_of_field"))
            return 0;
    return err_set(e, ERR_ARG,
                   "'focus_pixel' is the focus of depth_of_field, and there is "
                   "no such step; add one, such as "
                   "--depth_of_field.aperture=2.8");
}

/* The middle of a pixel. */
static double share(const struct coordinate *c, int n)
{
    return c->percent ? c->value / 100 : (c->value + 0.5) / n;
}

static bool outside(const struct coordinate *c, int n)
{
    return !c->percent && c->value > n - 1;
}

int focus_share(const char *text, int w, int h, int orientation, double *x,
                double *y, struct err *e)
{
    /* EXIF orientations 1 … 8 (CIPA DC-008, tag 274). */
    const bool swap = orientation > 4;
    const bool right = orientation % 4 == 2 || orientation % 4 == 3;
    const bool down = orientation % 4 == 3 || orientation % 4 == 0;
    const int shown_w = swap ? h : w, shown_h = swap ? w : h;
    struct coordinate c[2];
    double u, v;

    if (parse(text, c, e) < 0)
        return e->code;
    if (outside(&c[0], shown_w) || outside(&c[1], shown_h))
        return err_set(e, ERR_ARG,
                       "'focus_pixel' %s is not in it: it is %d x %d, so "
                       "allowed is 0,0 … %d,%d",
                       text, shown_w, shown_h, shown_w - 1, shown_h - 1);
    u = right ? 1 - share(&c[0], shown_w) : share(&c[0], shown_w);
    v = down ? 1 - share(&c[1], shown_h) : share(&c[1], shown_h);
    *x = swap ? v : u;
    *y = swap ? u : v;
    return 0;
}

void focus_text(const struct depth_info *info, float depth,
                char text[static 40])
{
    if (depth_is_sky(info, depth))
        snprintf(text, 40, "sky");
    else
        snprintf(text, 40, "%.3g%s", (double)depth,
                 info->kind == DEPTH_METRIC ? " m" : " of 0 … 1");
}
