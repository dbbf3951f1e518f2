/* The published tone curves, made ready and run; see the header. */

#include "op/film.h"

#include <math.h>

#include "image/color.h"
#include "kern/point.h"

#define GREY       0.18
#define AGX_BLACK  10.0 /* stops below middle grey */
#define AGX_WHITE  6.5  /* and above               */
#define AGX_EXPAND 2.4  /* of the display          */

/* E. Chow, AgX_LUT_Gen, AgXBaseRec2020; the matrices of Filament as well. */
static const double inset[9] = {
    0.85662715628877917, 0.09512124540253490, 0.04825159830868580,
    0.13731897228355167, 0.76124198700908063, 0.10143904070736748,
    0.11189820804517953, 0.07679941456251757, 0.81130237739230304,
};
static const double outset[9] = {
    1.127100569630119953,  -0.110606638578260655, -0.016493931051859020,
    -0.141329754421353371, 1.157823685473212683,  -0.016493931051859034,
    -0.141329754421353260, -0.110606638578260585, 1.251936392999613901,
};

/* S. Hill, from and to linear sRGB. */
static const struct mat3 rrt_in = {{
    {0.59719, 0.35458, 0.04823},
    {0.07600, 0.90834, 0.01566},
    {0.02840, 0.13383, 0.83777},
}};
static const struct mat3 rrt_out = {{
    {1.60475, -0.53108, -0.07367},
    {-0.10208, 1.10813, -0.00605},
    {-0.00327, -0.07276, 1.07602},
}};

/* A straight line of `slope` through the pivot, bent to end in 0 and 1. */
struct sigmoid {
    double x, y, slope;
    double toe, toe_scale, shoulder, shoulder_scale;
};

/* The scale that makes a side reach its end; J. Smith's equation. */
static double side_scale(double x, double y, double slope, double power)
{
    return pow(pow(slope * x, -power) * (pow(slope * x / y, power) - 1),
               -1 / power);
}

/* A slope that could not reach both ends is made just steep enough. */
static struct sigmoid sigmoid_of(const struct film_values *v, double stops)
{
    struct sigmoid s = {
        .x = AGX_BLACK / stops,
        .y = pow((double)v->pivot, 1 / AGX_EXPAND),
        .toe = (double)v->toe,
        .shoulder = (double)v->shoulder,
    };
    const double least = fmax(s.y / s.x, (1 - s.y) / (1 - s.x));

    s.slope = (double)v->contrast * stops / (AGX_BLACK + AGX_WHITE);
    s.slope = fmax(s.slope, 1.01 * least);
    s.toe_scale = side_scale(s.x, s.y, s.slope, s.toe);
    s.shoulder_scale = side_scale(1 - s.x, 1 - s.y, s.slope, s.shoulder);
    return s;
}

static double sigmoid_at(const struct sigmoid *s, double x)
{
    const double d = s->slope * (x - s->x);
    const double power = d < 0 ? s->toe : s->shoulder;
    const double scale = d < 0 ? s->toe_scale : s->shoulder_scale;

    return s->y + d / pow(1 + pow(fabs(d) / scale, power), 1 / power);
}

/* Light of floor and ceiling lies half a point inside the table. */
static void make_agx(const struct film_values *v, struct kern_agx *out)
{
    const double white = fmax((double)v->white, 1.0);
    const double stops = AGX_BLACK +
                         (v->white > 0 ? log2(white / GREY) : AGX_WHITE);
    const double low = log2(GREY) - AGX_BLACK;
    const struct sigmoid s = sigmoid_of(v, stops);

    out->gain = exp2f(v->exposure);
    out->floor = (float)exp2(low);
    out->ceiling = (float)exp2(low + stops);
    out->scale = (float)((FILM_POINTS - 2) / stops);
    out->offset = (float)(0.5 - low * (FILM_POINTS - 2) / stops);
    for (int i = 0; i < FILM_POINTS; i++) {
        const double y = sigmoid_at(&s, (i - 0.5) / (FILM_POINTS - 2));

        out->curve[i] = (float)pow(fmax(y, 0), AGX_EXPAND);
    }
    for (int i = 0; i < 9; i++) {
        const double one = i % 4 == 0 ? 1 : 0;

        out->inset[i] = (float)inset[i];
        out->outset[i] = (float)(one + (outset[i] - one) * (double)v->purity);
    }
}

/* Rows as shares of their sum: the last one of rrt_out adds up to .99999. */
static void put_rows(const struct mat3 *m, float out[9])
{
    for (int i = 0; i < 3; i++) {
        const double sum = m->m[i][0] + m->m[i][1] + m->m[i][2];

        for (int j = 0; j < 3; j++)
            out[3 * i + j] = (float)(m->m[i][j] / sum);
    }
}

static void make_rrt(const struct film_values *v, struct kern_rrt *out)
{
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct primaries *srgb = space_primaries(SPACE_SRGB);
    const struct mat3 there = primaries_convert(work, srgb, ADAPT_BRADFORD);
    const struct mat3 back = primaries_convert(srgb, work, ADAPT_BRADFORD);
    const struct mat3 in = mat3_mul(&rrt_in, &there);
    const struct mat3 after = mat3_mul(&back, &rrt_out);

    out->gain = exp2f(v->exposure);
    put_rows(&in, out->in);
    put_rows(&after, out->out);
}

static double hable_at(double x)
{
    return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) -
           0.004 / 0.06;
}

void film_make(struct film *f, const struct film_values *v)
{
    const double hable = v->white > 0 ? fmax((double)v->white, 0.1) : 11.2;
    const float white = v->white > 0 ? fmaxf(v->white, 0.1f) : 4;

    f->method = v->method;
    f->gain = exp2f(v->exposure);
    f->over_white2 = 1 / (white * white);
    f->hable_scale = (float)(1 / hable_at(hable));
    if (v->method == FILM_AGX)
        make_agx(v, &f->agx);
    if (v->method == FILM_ACES)
        make_rrt(v, &f->rrt);
}

void film_row(const struct film *f, const struct kern *k, float *const dst[3],
              const float *const src[3], size_t n)
{
    if (f->method == FILM_AGX)
        k->film->agx(dst, src, n, &f->agx);
    else if (f->method == FILM_ACES)
        k->film->rrt(dst, src, n, &f->rrt);
    else if (f->method == FILM_REINHARD)
        k->film->reinhard(dst, src, n, f->gain, f->over_white2);
    else
        for (int p = 0; p < 3; p++)
            if (f->method == FILM_HABLE) /* published with a stop more before */
                k->film->hable(dst[p], src[p], n, 2 * f->gain, f->hable_scale);
            else
                k->point->scale_bias(dst[p], src[p], n, f->gain, 0);
}
