#ifndef RUN_DRAW_H
#define RUN_DRAW_H

/* A small picture to draw diagrams in: 8-bit RGB, edges smoothed. */

#include <stdint.h>

#include "base/err.h"

struct canvas {
    int w, h;
    uint8_t *rgb;
    int left, top, right, bottom; /* nothing is drawn outside of it */
};

/* Colours are 0xrrggbb. Places are in pixels, from the upper left corner. */
int canvas_init(struct canvas *c, int w, int h, uint32_t color, struct err *e);
void canvas_release(struct canvas *c);

/* What comes next stays within x0 … x1, y0 … y1; all of it, without. */
void canvas_clip(struct canvas *c, int x0, int y0, int x1, int y1);
void canvas_unclip(struct canvas *c);

void canvas_box(struct canvas *c, int x0, int y0, int x1, int y1,
                uint32_t color);
void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1,
                 double width, uint32_t color);
void canvas_dot(struct canvas *c, double x, double y, double radius,
                uint32_t color);

/* The upper left corner; `size` pixels for a point of a letter. */
void canvas_text(struct canvas *c, int x, int y, int size, uint32_t color,
                 const char *text);
int canvas_text_width(int size, const char *text);

/* To a PNG, which appears whole or not at all. */
int canvas_save(const struct canvas *c, const char *path, struct err *e);

#endif
