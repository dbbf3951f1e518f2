/* Diagrams. */

#include "run/draw.h"

#include <math.h>

#include "base/file.h"
#include "base/mem.h"
#include "codec/save.h"
#include "run/letters.h"

int canvas_init(struct canvas *c, int w, int h, uint32_t color, struct err *e)
{
    *c = (struct canvas){.w = w, .h = h};
    c->rgb = mem_array((size_t)w * (size_t)h, 3);
    if (!c->rgb)
        return err_mem(e, (size_t)w * (size_t)h * 3);
    canvas_unclip(c);
    canvas_box(c, 0, 0, w, h, color);
    return 0;
}

void canvas_release(struct canvas *c)
{
    mem_free(c->rgb);
    *c = (struct canvas){0};
}

void canvas_clip(struct canvas *c, int x0, int y0, int x1, int y1)
{
    c->left = x0 > 0 ? x0 : 0;
    c->top = y0 > 0 ? y0 : 0;
    c->right = x1 < c->w ? x1 : c->w;
    c->bottom = y1 < c->h ? y1 : c->h;
}

void canvas_unclip(struct canvas *c)
{
    canvas_clip(c, 0, 0, c->w, c->h);
}

/* `share` of the colour over what is there. */
static void blend(struct canvas *c, int x, int y, uint32_t color, double share)
{
    uint8_t *p;

    if (x < c->left || x >= c->right || y < c->top || y >= c->bottom ||
        !(share > 0))
        return;
    p = c->rgb + ((size_t)y * (size_t)c->w + (size_t)x) * 3;
    for (int i = 0; i < 3; i++) {
        const double v = color >> (16 - 8 * i) & 255;

        p[i] = (uint8_t)lround(p[i] + (v - p[i]) * fmin(share, 1));
    }
}

void canvas_box(struct canvas *c, int x0, int y0, int x1, int y1,
                uint32_t color)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            blend(c, x, y, color, 1);
}

/* How far the middle of a pixel is from the line. */
static double distance(double px, double py, double x0, double y0, double x1,
                       double y1)
{
    const double dx = x1 - x0, dy = y1 - y0, len = dx * dx + dy * dy;
    const double t =
        len > 0 ? fmin(fmax(((px - x0) * dx + (py - y0) * dy) / len, 0), 1) : 0;

    return hypot(px - (x0 + t * dx), py - (y0 + t * dy));
}

static int within(double v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : (int)v;
}

void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1,
                 double width, uint32_t color)
{
    const double r = width / 2 + 1;
    int left, right, top, bottom;

    if (!isfinite(x0 + y0 + x1 + y1))
        return;
    left = within(fmin(x0, x1) - r, c->left, c->right);
    right = within(fmax(x0, x1) + r, c->left, c->right);
    top = within(fmin(y0, y1) - r, c->top, c->bottom);
    bottom = within(fmax(y0, y1) + r, c->top, c->bottom);
    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x++)
            blend(c, x, y, color,
                  width / 2 + 0.5 - distance(x + 0.5, y + 0.5, x0, y0, x1, y1));
}

void canvas_dot(struct canvas *c, double x, double y, double radius,
                uint32_t color)
{
    canvas_line(c, x, y, x, y, 2 * radius, color);
}

void canvas_text(struct canvas *c, int x, int y, int size, uint32_t color,
                 const char *text)
{
    for (int v = 0; v < LETTER_H * size; v++)
        for (int u = 0; u < canvas_text_width(size, text); u++)
            if (letter_point(text, u / size, v / size))
                blend(c, x + u, y + v, color, 1);
}

int canvas_text_width(int size, const char *text)
{
    return letters_width(text) * size;
}

int canvas_save(const struct canvas *c, const char *path, struct err *e)
{
    struct picture pic = {.w = c->w, .h = c->h, .pages = 1};
    struct outfile f = {0};
    int rc;

    pic.fmt = (struct pixfmt){.type = SAMPLE_U8, .colors = 3, .alpha = -1};
    TRY(meta_new(&pic.meta, e));
    TRY(outfile_open(&f, path, e));
    TRY(picture_write(&f, codec_named("png"), &pic, c->rgb, e));
    TRY(outfile_commit(&f, true, e));
out:
    outfile_abandon(&f);
    picture_release(&pic);
    return rc;
}
