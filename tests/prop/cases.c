/* Values and pictures for the laws; see the header. */

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "cases.h"

#include "../unit/made_depth.h"

#define RANDOM 6

static uint64_t seed;

void cases_start(void)
{
    seed = 20240817;
}

uint32_t cases_draw(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

double cases_unit(void)
{
    return cases_draw() * 0x1p-32;
}

/* Texts that mean something; others are tried empty only. */
static const struct {
    const char *op, *key, *text;
} texts[] = {
    {"atmosphere", "color", "0.9 0.2 0.1"},
    {"crop", "aspect", "16:9"},
    {"curve", "all", "0,0 0.3,0.2 0.7,0.9 1,1"},
    {"curve", "blue", "0,0.1 1,0.8"},
    {"curve", "green", "-1,-1 2,3"},
    {"curve", "luma", "0,0.05 0.5,0.4 1,0.95"},
    {"curve", "red", "0,1 1,0"},
    {"depth_of_field", "shape", "prop.tif"},
    {"letterbox", "aspect", "16:9"},
    {"letterbox", "color", "0.9 0.2 0.1"},
    {"lut3d", "file", "prop.cube"},
    {"zone_tone", "contrast", "0.3 -0.2"},
    {"zone_tone", "exposure", "0.2, -0.1"},
    {"zone_tone", "gamma", "1.2 0.9"},
    {"zone_tone", "limits", "0.2 0.7"},
    {"zone_tone", "saturation", "0.2 -0.5"},
};

const char *cases_text(const struct op *op, const struct param *p)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (text_is(texts[i].op, op->name) && text_is(texts[i].key, p->key))
            return texts[i].text;
    return NULL;
}

static int choices(const struct param *p)
{
    int n = 0;

    while (p->names[n])
        n++;
    return n;
}

#define NEAR 40
bool cases_near;

void cases_put(const struct op *op, const struct param *p, void *values,
               double t)
{
    const bool close = cases_near && p->lo <= NEAR && p->hi >= -NEAR;
    const double lo = close ? fmax(p->lo, -NEAR) : p->lo;
    const double hi = close ? fmin(p->hi, NEAR) : p->hi;
    char *at = (char *)values + p->at;
    const char *text;

    switch (p->type) {
    case PARAM_BOOL:
        *(bool *)at = t >= 0.5;
        break;
    case PARAM_INT:
        *(int *)at = (int)lround(lo + (hi - lo) * t);
        break;
    case PARAM_FLOAT:
        *(float *)at = (float)(lo + (hi - lo) * t);
        break;
    case PARAM_CHOICE:
        *(int *)at = (int)fmin(t * choices(p), choices(p) - 1);
        break;
    case PARAM_TEXT:
        text = t > 0 ? cases_text(op, p) : NULL;
        memset(at, 0, p->room);
        if (text)
            memcpy(at, text, strlen(text) + 1);
        break;
    default:
        break;
    }
}

int cases_params(const struct op *op)
{
    int n = 0;

    while (op->params[n].type != PARAM_END)
        n++;
    return n;
}

const char *cases_values(const struct op *op, int i, void *values)
{
    static char what[80];
    const int n = cases_params(op);

    assert_true(op->size <= ROOM);
    param_defaults(op->params, values, op->size);
    if (i == 0)
        return "defaults";
    i--;
    if (i < 2) {
        for (int k = 0; k < n; k++)
            cases_put(op, &op->params[k], values, i);
        return i ? "all highest" : "all lowest";
    }
    i -= 2;
    if (i < 2 * n) {
        cases_put(op, &op->params[i / 2], values, i % 2);
        snprintf(what, sizeof(what), "%s %s", op->params[i / 2].key,
                 i % 2 ? "highest" : "lowest");
        return what;
    }
    i -= 2 * n;
    if (i < RANDOM) {
        for (int k = 0; k < n; k++)
            cases_put(op, &op->params[k], values, cases_unit());
        return "random";
    }
    return NULL;
}

bool cases_accept(const struct op *op, const void *values)
{
    struct err e = {0};
    int w = W, h = H;

    if ((!op->check || op->check(values, &e) == 0) &&
        (!op->shape || op->shape(values, W, H, &w, &h, &e) == 0))
        return w < 1000 && h < 1000;
    assert_int_equal(e.code, ERR_ARG);
    assert_true(e.text[0]);
    return false;
}

void paint(struct image *im)
{
    for (int p = 0; p < PLANES; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double v = 0.4 + 0.3 * sin(x * 0.1 + p) * cos(y * 0.07);

                v += x > W / 2 + p ? 0.25 : 0;
                v += 0.04 * (cases_unit() - 0.5);
                v *= y > H - 12 ? 4 : y < 6 ? 0.01 : 1;
                row_of(&im->v, p, y)[x] = (float)v;
            }
}

void paint_wild(struct image *im)
{
    static const float odd[] = {0, -0.0f, 1, -10, 1e4f, 1e-20f, -1e-6f, 0.18f};

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int kind = (int)(cases_draw() % 4);

            for (int p = 0; p < PLANES; p++) {
                float v = (float)(-10 * cases_unit());

                if (kind == 1)
                    v = (float)pow(10, cases_unit() * 10 - 6);
                else if (kind == 2)
                    v = odd[cases_draw() % 8];
                else if (kind == 3 && p > 0)
                    v = row_of(&im->v, 0, y)[x];
                row_of(&im->v, p, y)[x] = v;
            }
        }
}

struct image *picture(void (*fill)(struct image *))
{
    struct image *im = NULL;
    struct err e = {0};

    assert_int_equal(image_new(W, H, PLANES, &im, &e), 0);
    im->v.alpha = 3;
    fill(im);
    for (int p = 3; p < PLANES; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&im->v, p, y)[x] = (float)cases_unit();
    im->v.depth = 4;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            row_of(&im->v, 4, y)[x] =
                made_value(DEPTH_RELATIVE, (float)x / W, (float)y / H);
    return im;
}
