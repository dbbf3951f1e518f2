/* Whether this processor computes what every processor has to. */

#include "cli/selftest.h"

#include <assert.h>
#include <string.h>

#include "base/pool.h"
#include "look/look.h"
#include "run/chain.h"
#include "run/render.h"

enum { SIDE = 64 };

/* Between black and twice white, a little below 0 too; the same each time. */
static int make_picture(struct image **out, struct err *e)
{
    struct image *image;
    uint32_t s = 1;

    if (image_new(SIDE, SIDE, 3, &image, e) < 0)
        return e->code;
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                s = s * 1664525u + 1013904223u;
                row_of(&image->v, p, y)[x] = (float)(s >> 8) * 0x1p-23f - 0.05f;
            }
    *out = image;
    return 0;
}

static void move_values(const struct step *step)
{
    for (const struct param *p = step->op->params; p->type != PARAM_END; p++) {
        char *at = (char *)step->values + p->at;
        if (p->type == PARAM_FLOAT)
            *(float *)at = (float)(p->def + 0.3 * (p->hi - p->def));
    }
}

/* Near in the middle, sky in the corners. */
static int make_depth(void *arg, const struct image *proxy, struct pool *pool,
                      struct depth_map **out, struct err *e)
{
    const struct depth_info info = {DEPTH_RELATIVE, 0, 1};
    const int rc = depth_map_new(SIDE, SIDE, info, out, e);
    float row[SIDE];

    (void)arg;
    (void)proxy;
    (void)pool;
    for (int y = 0; rc == 0 && y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const float u = 2.2f * (float)x / SIDE - 1.1f;
            const float v = 2.2f * (float)y / SIDE - 1.1f;

            row[x] = u * u + v * v;
        }
        depth_map_put(*out, y, row);
    }
    return rc;
}

static int render(const struct look *look, const struct image *source,
                  enum isa isa, struct pool *pool, struct image **out,
                  struct err *e)
{
    const struct view *v = &source->v;
    const struct depth_source depth = {make_depth, NULL};
    struct chain *chain = NULL;
    struct stage_times times = {0};
    int rc;

    assert(source);
    TRY(chain_new(look, v->w, v->h, v->planes, 0, 0, &chain, e));
    struct render r = {
        .pool = pool,
        .k = kern_for(isa),
        .image = source,
        .depth = &depth,
        .chain = chain,
        .times = &times,
        .label = "self test",
    };
    rc = render_image(&r, out, e);
out:
    chain_free(chain);
    return rc;
}

static bool same(const struct image *a, const struct image *b)
{
    bool equal = a->v.w == b->v.w && a->v.h == b->v.h;

    for (int p = 0; equal && p < a->v.planes; p++)
        for (int y = 0; equal && y < a->v.h; y++)
            equal = memcmp(row_of(&a->v, p, y), row_of(&b->v, p, y),
                           (size_t)a->v.w * sizeof(float)) == 0;
    return equal;
}

int selftest_op(const struct op *op, enum isa isa, struct err *e)
{
    struct look *look = NULL;
    struct image *source = NULL, *base = NULL, *best = NULL;
    struct pool *pool = NULL;
    struct step *step;
    int rc;

    TRY(look_new(&look, e));
    TRY(look_add(look, op, &step, e));
    move_values(step);
    TRY(look_check(look, e));
    TRY(make_picture(&source, e));
    TRY(pool_new(1, &pool, e));
    TRY(render(look, source, ISA_BASE, pool, &base, e));
    TRY(render(look, source, isa, pool, &best, e));
    rc = same(base, best);
out:
    look_free(look);
    image_free(source);
    image_free(base);
    image_free(best);
    pool_free(pool);
    return rc;
}
