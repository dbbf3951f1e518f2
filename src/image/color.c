/* Named colour spaces, and colours made of primaries and a curve. */

#include "image/color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define D65                                                                    \
    {                                                                          \
        0.3127, 0.3290                                                         \
    }
#define ACES                                                                   \
    {                                                                          \
        0.32168, 0.33767                                                       \
    }

static const struct {
    const char *name, *title;
    struct primaries p;
} spaces[SPACE_COUNT] = {
    /* IEC 61966-2-1, the primaries of BT.709 */
    [SPACE_SRGB] = {"srgb",
                    "sRGB",
                    {{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, D65}}},
    /* SMPTE EG 432-1 */
    [SPACE_P3] = {"p3",
                  "Display P3",
                  {{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, D65}}},
    /* Adobe RGB (1998) Color Image Encoding, version 2005-05 */
    [SPACE_ADOBERGB] = {"adobergb",
                        "Adobe RGB (1998)",
                        {{{0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}, D65}}},
    /* ISO 22028-2 (ROMM RGB) */
    [SPACE_PROPHOTO] = {"prophoto",
                        "ProPhoto RGB",
                        {{{0.7347, 0.2653},
                          {0.1596, 0.8404},
                          {0.0366, 0.0001},
                          {0.3457, 0.3585}}}},
    /* ITU-R BT.709-6 */
    [SPACE_REC709] = {"rec709",
                      "Rec.709",
                      {{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, D65}}},
    /* ITU-R BT.2020-2 */
    [SPACE_REC2020] = {"rec2020",
                       "Rec.2020",
                       {{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, D65}}},
    /* SMPTE ST 2065-1 and S-2014-004: AP1, AP0 */
    [SPACE_ACESCG] = {"acescg",
                      "ACEScg",
                      {{{0.713, 0.293}, {0.165, 0.830}, {0.128, 0.044}, ACES}}},
    [SPACE_ACES2065] = {"aces2065",
                        "ACES2065-1",
                        {{{0.7347, 0.2653}, {0, 1}, {0.0001, -0.0770}, ACES}}},
};

const double color_d50[2] = {0.9642 / 2.7891, 1 / 2.7891};

const struct primaries *space_primaries(enum space s)
{
    return &spaces[s].p;
}

const char *space_name(enum space s)
{
    return spaces[s].name;
}

bool space_find(const char *name, enum space *s)
{
    for (int i = 0; i < SPACE_COUNT; i++)
        if (text_is_nocase(name, spaces[i].name)) {
            *s = (enum space)i;
            return true;
        }
    return false;
}

/*
 * BT.709 and BT.2020: x^(1 / 0.45), straight below beta. Not their constants
 * rounded to three digits (1.099, 0.018), which leave a step of 16 codes of 16
 * bits at beta, but what BT.2020 derives them from: alpha - 1 = 5.5 beta,
 * where the pieces meet smoothly.
 */
static struct curve camera_curve(void)
{
    const double alpha = 1.09929682680944, beta = 0.018053968510807;

    return (struct curve){
        .kind = CURVE_POWER,
        .g = 1 / 0.45,
        .a = 1 / alpha,
        .b = (alpha - 1) / alpha,
        .c = 1 / 4.5,
        .d = 4.5 * beta,
    };
}

struct curve space_curve(enum space s)
{
    switch (s) {
    case SPACE_ADOBERGB:
        return curve_gamma(563.0 / 256);
    case SPACE_PROPHOTO:
        return (struct curve){.kind = CURVE_POWER,
                              .g = 1.8,
                              .a = 1,
                              .c = 1.0 / 16,
                              .d = 1 / 32.0};
    case SPACE_REC709:
    case SPACE_REC2020:
        return camera_curve();
    case SPACE_ACESCG:
    case SPACE_ACES2065:
        return curve_named(CURVE_LINEAR);
    default:
        return curve_srgb();
    }
}

int color_from_space(enum space s, bool linear, struct color **out,
                     struct err *e)
{
    const struct curve own = space_curve(s);
    const struct curve curve = linear ? curve_named(CURVE_LINEAR) : own;
    char name[80];

    snprintf(name, sizeof(name), "%s%s",
             linear && own.kind != CURVE_LINEAR ? "linear " : "",
             spaces[s].title);
    return color_from_primaries(&spaces[s].p, &curve, name, out, e);
}

static bool sane(const struct mat3 *m)
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (!(fabs(m->m[i][j]) < 1e6))
                return false;
    return true;
}

int color_from_primaries(const struct primaries *p, const struct curve *curve,
                         const char *name, struct color **out, struct err *e)
{
    struct color c = {
        .kind = COLOR_MATRIX,
        .curve = {*curve, *curve, *curve},
        .white = {p->xy[3][0], p->xy[3][1]},
        .can_write = true,
    };

    c.to_work = primaries_convert(p, &spaces[SPACE_REC2020].p, ADAPT_BRADFORD);
    if (!sane(&c.to_work) || !mat3_invert(&c.to_work, &c.from_work) ||
        !sane(&c.from_work))
        return err_set(e, ERR_DATA, "the primaries of '%s' span no triangle",
                       name);
    snprintf(c.name, sizeof(c.name), "%s", name);
    return color_copy(&c, out, e);
}

static int copy_table(struct curve *c, struct err *e)
{
    const size_t size = (size_t)c->points * sizeof(float);

    if (c->kind != CURVE_TABLE)
        return 0;
    c->table = mem_copy(c->table, size);
    return c->table ? 0 : err_mem(e, size);
}

int color_copy(const struct color *c, struct color **out, struct err *e)
{
    struct color *n = mem_copy(c, sizeof(*c));
    int rc;

    if (!n)
        return err_mem(e, sizeof(*n));
    n->icc = NULL;
    for (int i = 0; i < 3; i++)
        n->curve[i].table = NULL;
    for (int i = 0; i < 3; i++) {
        struct curve own = c->curve[i];

        TRY(copy_table(&own, e));
        n->curve[i] = own;
    }
    if (c->icc) {
        n->icc = mem_copy(c->icc, c->icc_len);
        if (!n->icc) {
            rc = err_mem(e, c->icc_len);
            goto out;
        }
    }
    *out = n;
    n = NULL;
    rc = 0;
out:
    color_free(n);
    return rc;
}

void color_free(struct color *c)
{
    if (!c)
        return;
    for (int i = 0; i < 3; i++)
        mem_free(c->curve[i].table);
    mem_free(c->icc);
    mem_free(c);
}

bool color_equal(const struct color *a, const struct color *b)
{
    struct mat3 difference = a->to_work;

    if (a->kind != b->kind)
        return false;
    if (a->kind == COLOR_ICC)
        return a->icc_len == b->icc_len &&
               memcmp(a->icc, b->icc, a->icc_len) == 0;
    for (int i = 0; i < (a->kind == COLOR_GREY ? 1 : 3); i++)
        if (!curve_equal(&a->curve[i], &b->curve[i]))
            return false;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            difference.m[i][j] += (i == j) - b->to_work.m[i][j];
    return mat3_is_identity(&difference, 1e-4);
}
