/*
 * A whole look on a picture of 9 x 9: operations, values and pixels are drawn
 * from the input. Operations may refuse their values, but not silently; the
 * picture that comes out is the same a second time, in other strips.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"
#include "look/look.h"
#include "run/render.h"

#include "../unit/made_depth.h"

#define SIDE       9
#define PLANES     4
#define PIXELS_MAX (1 << 20)

struct bytes {
    const uint8_t *at;
    size_t left;
};

static unsigned take(struct bytes *b)
{
    return b->left ? b->left--, *b->at++ : 0;
}

static void value_text(const struct param *p, struct bytes *b,
                       char text[static PARAM_TEXT_MAX])
{
    static const char *const texts[] = {
        "",          "fuzz.cube",        "0,0 1,1",      "0,0.2 0.5,0.5 1,0",
        "missing.x", "-1,-1 3,1 1e9,-5", "0,0 0,1 nan,", "0.25 0.5 1 2"};
    const unsigned how = take(b);
    double v = p->lo + (p->hi - p->lo) * take(b) / 255;
    int choices = 0;

    if (how < 32)
        v = p->lo;
    else if (how < 64)
        v = p->hi;
    switch (p->type) {
    case PARAM_BOOL:
        snprintf(text, PARAM_TEXT_MAX, "%s", how % 2 ? "on" : "off");
        break;
    case PARAM_INT:
        snprintf(text, PARAM_TEXT_MAX, "%.0f", floor(v));
        break;
    case PARAM_FLOAT:
        snprintf(text, PARAM_TEXT_MAX, "%.9g", v);
        break;
    case PARAM_CHOICE:
        while (p->names[choices])
            choices++;
        snprintf(text, PARAM_TEXT_MAX, "%s", p->names[how % choices]);
        break;
    default:
        snprintf(text, PARAM_TEXT_MAX, "%s", texts[how % 8]);
    }
}

static int make_look(struct bytes *b, struct look *look, struct err *e)
{
    int n = 0, steps = 1 + (int)(take(b) % 4);

    while (ops[n])
        n++;
    while (steps-- > 0) {
        const struct op *op = ops[take(b) % n];
        struct step *step;

        if (look_add(look, op, &step, e) < 0)
            fuzz_fail("%s", e->text);
        for (const struct param *p = op->params; p->type != PARAM_END; p++) {
            char text[PARAM_TEXT_MAX];

            if (take(b) % 2)
                continue;
            value_text(p, b, text);
            if (param_set(op->params, step->values, p->key, text, e) < 0)
                return e->code;
        }
    }
    return 0;
}

static void paint(struct bytes *b, struct image *im)
{
    static const float odd[] = {0,        1,         -1,    NAN,
                                INFINITY, -INFINITY, 1e30f, 1e-40f};

    im->v.alpha = 3;
    for (int p = 0; p < PLANES; p++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                const unsigned v = take(b);

                row_of(&im->v, p, y)[x] = v >= 248 ? odd[v - 248]
                                                   : (float)v / 200;
            }
}

static int render(const struct look *look, const struct image *in,
                  struct pool *pool, int strip_rows, struct image **out,
                  struct err *e)
{
    struct made_depth made = {DEPTH_METRIC, in->v.w, in->v.h};
    const struct depth_source depth = {made_get, &made};
    struct render r = {
        .pool = pool,
        .k = kern_best(),
        .image = in,
        .depth = &depth,
        .strip_rows = strip_rows,
    };
    int rc;

    TRY(chain_new(look, in->v.w, in->v.h, PLANES, 3, 0, &r.chain, e));
    if ((int64_t)r.chain->out_w * r.chain->out_h > PIXELS_MAX)
        TRY(err_set(e, ERR_ARG, "enlarged beyond reason"));
    TRY(render_image(&r, out, e));
out:
    chain_free(r.chain);
    return rc;
}

static bool same(const struct view *a, const struct view *b)
{
    if (a->w != b->w || a->h != b->h)
        return false;
    for (int p = 0; p < PLANES; p++)
        for (int y = 0; y < a->h; y++)
            if (memcmp(row_of(a, p, y), row_of(b, p, y),
                       (size_t)a->w * sizeof(float)) != 0)
                return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, size};
    struct image *in = NULL, *once = NULL, *again = NULL;
    struct look *look = NULL;
    struct pool *pool = NULL;
    struct err e = {0};

    if (look_new(&look, &e) < 0 || pool_new(1, &pool, &e) < 0 ||
        image_new(SIDE, SIDE, PLANES, &in, &e) < 0)
        fuzz_fail("%s", e.text);
    if (make_look(&b, look, &e) == 0) {
        paint(&b, in);
        if (render(look, in, pool, 0, &once, &e) < 0) {
            if (!e.text[0])
                fuzz_fail("refused without a reason");
        } else if (render(look, in, pool, 2, &again, &e) < 0) {
            fuzz_fail("the second time: %s", e.text);
        } else if (!same(&once->v, &again->v)) {
            fuzz_fail("the second time differs");
        }
    }
    image_free(in);
    image_free(once);
    image_free(again);
    look_free(look);
    pool_free(pool);
    return 0;
}

static void write_cube(void)
{
    static const char cube[] = "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                               "0 0 1\n1 0 1\n0 1 1\n1 .9 .8\n";
    struct outfile f = {0};
    struct err e = {0};

    if (outfile_open(&f, "fuzz.cube", &e) < 0 ||
        outfile_add(&f, cube, sizeof(cube) - 1, &e) < 0 ||
        outfile_commit(&f, true, &e) < 0)
        fuzz_fail("%s", e.text);
}

void fuzz_seeds(void)
{
    uint32_t state = 1;
    uint8_t bytes[400];

    write_cube();
    for (unsigned op = 0; ops[op]; op++)
        for (int i = 0; i < 3; i++) {
            for (size_t k = 0; k < sizeof(bytes); k++) {
                state = state * 1664525u + 1013904223u;
                bytes[k] = (uint8_t)(state >> 24);
            }
            bytes[0] = i != 0;
            bytes[1] = (uint8_t)op;
            fuzz_seed(bytes, sizeof(bytes));
        }
}
