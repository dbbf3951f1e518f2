/* The picture of a LUT. */

#include "run/lut_plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/lut_write.h"
#include "run/draw.h"

#define WIDTH   1560
#define HEIGHT  650
#define SIDE    440 /* of a panel */
#define TOP     110
#define POINTS  512 /* of a curve */
#define LATTICE 17

enum color {
    PAPER = 0xf6f5f2,
    PANEL = 0xffffff,
    SPACE = 0x77797d,
    INK = 0x26282c,
    GRID = 0xdcdad5,
    PALE = 0xa5a4a0,
};

static const uint32_t channel_color[3] = {0xd0312d, 0x1d9a4b, 0x2b62d6};

/* A panel with axes: where values are on it. */
struct plot {
    struct canvas *c;
    int x, y; /* upper left corner */
    double lo, hi, bottom, top;
};

static double at_x(const struct plot *p, double v)
{
    return p->x + SIDE * (v - p->lo) / (p->hi - p->lo);
}

static double at_y(const struct plot *p, double v)
{
    return p->y + SIDE * (1 - (v - p->bottom) / (p->top - p->bottom));
}

static void put_centred(struct canvas *c, int x, int y, uint32_t color,
                        const char *text)
{
    canvas_text(c, x - canvas_text_width(2, text) / 2, y, 2, color, text);
}

static void put_ticks(const struct plot *p)
{
    for (int i = 0; i <= 4; i++) {
        const int x = p->x + SIDE * i / 4, y = p->y + SIDE - SIDE * i / 4;
        char text[32];

        canvas_line(p->c, x + 0.5, p->y, x + 0.5, p->y + SIDE, 1, GRID);
        canvas_line(p->c, p->x, y + 0.5, p->x + SIDE, y + 0.5, 1, GRID);
        snprintf(text, sizeof(text), "%.3g", p->lo + (p->hi - p->lo) * i / 4);
        put_centred(p->c, x, p->y + SIDE + 10, INK, text);
        snprintf(text, sizeof(text), "%.3g",
                 p->bottom + (p->top - p->bottom) * i / 4);
        canvas_text(p->c, p->x - 8 - canvas_text_width(2, text), y - 7, 2, INK,
                    text);
    }
}

static void put_panel(const struct plot *p, const char *title)
{
    canvas_box(p->c, p->x, p->y, p->x + SIDE, p->y + SIDE, PANEL);
    put_ticks(p);
    canvas_text(p->c, p->x, p->y - 26, 2, INK, title);
    canvas_clip(p->c, p->x, p->y, p->x + SIDE, p->y + SIDE);
    for (int i = 0; i < 40; i += 2) {
        const double a = p->lo + (p->hi - p->lo) * i / 40;
        const double b = p->lo + (p->hi - p->lo) * (i + 1) / 40;

        canvas_line(p->c, at_x(p, a), at_y(p, a), at_x(p, b), at_y(p, b), 1.5,
                    PALE);
    }
    canvas_unclip(p->c);
}

static void put_curve(const struct plot *p, const float *x, const float *y,
                      uint32_t color)
{
    canvas_clip(p->c, p->x, p->y, p->x + SIDE, p->y + SIDE);
    for (int i = 1; i < POINTS; i++)
        canvas_line(p->c, at_x(p, (double)x[i - 1]), at_y(p, (double)y[i - 1]),
                    at_x(p, (double)x[i]), at_y(p, (double)y[i]), 2.5, color);
    canvas_unclip(p->c);
}

/* Inputs from end to end; only channel `alone` of them, or all where -1. */
static void look_up(const struct lut *lut, const struct plot *p, int alone,
                    float x[POINTS], float y[3][POINTS])
{
    float *const row[3] = {y[0], y[1], y[2]};

    for (int i = 0; i < POINTS; i++) {
        x[i] = (float)(p->lo + (p->hi - p->lo) * i / (POINTS - 1));
        for (int c = 0; c < 3; c++)
            y[c][i] = alone < 0 || alone == c ? x[i] : 0;
    }
    lut_apply(lut, kern_best(), false, row, POINTS);
}

static void put_curves(const struct lut *lut, const struct plot *grey,
                       const struct plot *alone)
{
    float x[POINTS], y[3][POINTS];

    put_panel(grey, "greys: red, green, blue of the result");
    look_up(lut, grey, -1, x, y);
    for (int c = 0; c < 3; c++)
        put_curve(grey, x, y[c], channel_color[c]);
    put_panel(alone, "each channel alone");
    for (int c = 0; c < 3; c++) {
        look_up(lut, alone, c, x, y);
        put_curve(alone, x, y[c], channel_color[c]);
    }
}

/* Blue goes up, red and green come towards the viewer to both sides. */
struct space {
    struct canvas *c;
    int x, y; /* upper left corner of the panel */
};

static void project(const struct space *s, const double v[3], double at[2])
{
    const double unit = SIDE * 0.44;

    at[0] = s->x + SIDE / 2.0 + (v[1] - v[0]) * unit * 0.866;
    at[1] = s->y + SIDE * 0.5 + ((v[0] + v[1]) * 0.5 - v[2]) * unit;
}

/* The edges of 0 … 1 from the corners whose bits are 1 in `from`. */
static void put_edges(const struct space *s)
{
    for (int from = 0; from < 8; from++)
        for (int c = 0; c < 3; c++) {
            const int to = from | 1 << c;
            const double a[3] = {from & 1, from >> 1 & 1, from >> 2 & 1};
            const double b[3] = {to & 1, to >> 1 & 1, to >> 2 & 1};
            double p[2], q[2];

            if (to == from)
                continue;
            project(s, a, p);
            project(s, b, q);
            canvas_line(s->c, p[0], p[1], q[0], q[1], 1.5, PALE);
        }
}

static void put_names(const struct space *s)
{
    static const struct {
        double v[3];
        const char *name;
        int dx, dy;
    } names[] = {{{1, 0, 0}, "red", -18, 8},
                 {{0, 1, 0}, "green", 16, 8},
                 {{0, 0, 1}, "blue", 0, -24},
                 {{1, 1, 0}, "yellow", 0, 10}};

    for (int i = 0; i < 4; i++) {
        double p[2];

        project(s, names[i].v, p);
        put_centred(s->c, (int)p[0] + names[i].dx, (int)p[1] + names[i].dy,
                    PANEL, names[i].name);
    }
}

/* Those behind come first. */
static int nearer(const void *x, const void *y)
{
    const float *a = x, *b = y;
    const float p = a[0] + a[1] + a[2], q = b[0] + b[1] + b[2];

    return (p > q) - (p < q);
}

static uint32_t paint(const float v[3])
{
    uint32_t color = 0;

    for (int c = 0; c < 3; c++)
        color = color << 8 | (uint32_t)lroundf(fminf(fmaxf(v[c], 0), 1) * 255);
    return color;
}

static int put_space(const struct lut *lut, const struct lut_facts *f,
                     const struct space *s, struct err *e)
{
    const int all = LATTICE * LATTICE * LATTICE;
    struct lut *cube = NULL;
    int rc;

    TRY(lut_sample(lut, 0, LATTICE, f->lo, f->hi, &cube, e));
    qsort(cube->node, (size_t)all, 4 * sizeof(float), nearer);
    canvas_box(s->c, s->x, s->y, s->x + SIDE, s->y + SIDE, SPACE);
    canvas_text(s->c, s->x, s->y - 26, 2, INK, "where colours end up");
    canvas_clip(s->c, s->x, s->y, s->x + SIDE, s->y + SIDE);
    put_edges(s);
    for (int i = 0; i < all; i++) {
        const float *node = cube->node + 4 * i;
        const double v[3] = {(double)node[0], (double)node[1], (double)node[2]};
        double at[2];

        project(s, v, at);
        canvas_dot(s->c, at[0], at[1], 3.2, paint(node));
    }
    put_names(s);
    canvas_unclip(s->c);
out:
    lut_free(cube);
    return rc;
}

static void put_words(struct canvas *c, const struct lut *lut,
                      const struct lut_facts *f, const char *name)
{
    const bool rises = f->axis[0].falls + f->axis[1].falls + f->axis[2].falls ==
                       0;
    char text[300];

    canvas_text(c, 60, 24, 3, INK, name);
    if (lut->title[0])
        canvas_text(c, 60 + canvas_text_width(3, name) + 30, 31, 2, INK,
                    lut->title);
    snprintf(text, sizeof(text),
             "%s   greys drift %.2g, at most %.2g   banding risk %s   %s   "
             "change %.3g, at most %.3g (CIEDE2000)",
             rises ? "monotone" : "not monotone", f->drift_mean, f->drift_max,
             lut_risk(f),
             f->folded + f->flat == 0 ? "invertible" : "not invertible",
             f->identity_mean, f->identity_max);
    canvas_text(c, 60, HEIGHT - 40, 2, INK, text);
}

/* From 0 to 1, or as far as the values reach. */
static struct plot plot_at(struct canvas *c, int x, const struct lut_facts *f)
{
    struct plot p = {c, x, TOP, (double)f->lo[0], (double)f->hi[0], 0, 1};

    for (int i = 0; i < 3; i++) {
        p.lo = fmin(p.lo, (double)f->lo[i]);
        p.hi = fmax(p.hi, (double)f->hi[i]);
        p.bottom = fmin(p.bottom, f->min[i]);
        p.top = fmax(p.top, f->max[i]);
    }
    return p;
}

int lut_plot(const char *path, const struct lut *lut, const struct lut_facts *f,
             const char *name, struct err *e)
{
    struct canvas c = {0};
    struct plot grey, alone;
    int rc;

    TRY(canvas_init(&c, WIDTH, HEIGHT, PAPER, e));
    grey = plot_at(&c, 80, f);
    alone = plot_at(&c, 600, f);
    put_words(&c, lut, f, name);
    put_curves(lut, &grey, &alone);
    TRY(put_space(lut, f, &(struct space){&c, 1070, TOP}, e));
    rc = canvas_save(&c, path, e);
out:
    canvas_release(&c);
    return rc;
}
