/*
 * What rows of films need on the way in and out: ranges and matrices (ITU-T
 * H.273, 8.3), the filters of chroma, and the thresholds of the dither.
 *
 * The cubic is that of Catmull and Rom (Keys 1981, a = -1/2): it goes through
 * its samples and is exact for parabolas. Stretched to the distance of chroma
 * samples it is the low-pass for the way back, with 4 * 2^shift taps around the
 * place where the sample lies. Its weights sum to 1 for each siting, are
 * fractions of powers of two for those in use, and its response is flat at 0,
 * so that smooth chroma comes back as it was.
 */

#include "codec/yuv_int.h"

#include <math.h>

static double cubic(double x)
{
    const double d = fabs(x);

    if (d < 1)
        return (1.5 * d - 2.5) * d * d + 1;
    return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/* Rounded so that codes times weights are exact, and they sum to 1. */
static void weigh(double x, float w[4])
{
    double sum = 0;

    for (int k = 0; k < 4; k++)
        w[k] = (float)(rint(cubic(k - 1 - x) * 4096) / 4096);
    for (int k = 0; k < 4; k++)
        sum += (double)w[k];
    w[x < 0.5 ? 1 : 2] += (float)(1 - sum);
}

/* Weights for each of 2^shift luma samples that share a chroma sample. */
static void make_up(int shift, double siting, int at[4], float w[4][4])
{
    const int size = 1 << shift;

    for (int j = 0; j < size; j++) {
        const double x = shift ? (j - siting) / size : 0;

        at[j] = (int)floor(x) - 1;
        weigh(x - floor(x), w[j]);
    }
}

static void make_down(int shift, double siting, struct yuv_down *d)
{
    const int size = 1 << shift;

    d->first = (int)floor(siting - 2 * size) + 1;
    d->taps = 4 * size;
    if (shift == 0) {
        *d = (struct yuv_down){.taps = 1, .w = {1}};
        return;
    }
    for (int k = 0; k < d->taps; k++)
        d->w[k] = (float)(cubic((d->first + k - siting) / size) / size);
}

/* Taps at the ends that weigh nothing need no rows. */
static void trim(struct yuv_down *d)
{
    while (d->w[d->taps - 1] == 0.0f)
        d->taps--;
}

static void make_ranges(struct yuv *c, bool full)
{
    const double step = ldexp(1, c->fmt.bits - 8);
    const double last = ldexp(1, c->fmt.bits) - 1;

    c->luma =
        (struct yuv_range){full ? 0 : 16 * step, full ? last : 219 * step};
    c->chroma = (struct yuv_range){128 * step, full ? last : 224 * step};
}

static void make_in(struct yuv *c, double kr, double kb)
{
    struct kern_yuv_join *j = &c->join;
    const double kg = 1 - kr - kb, s = 1 / c->chroma.size;

    j->zero = (float)c->luma.zero;
    j->scale = (float)(1 / c->luma.size);
    j->rest = (float)(1 / c->luma.size - (double)j->scale);
    j->r = (float)(2 * (1 - kr) * s);
    j->b = (float)(2 * (1 - kb) * s);
    j->gu = (float)(-2 * kb * (1 - kb) / kg * s);
    j->gv = (float)(-2 * kr * (1 - kr) / kg * s);
    j->shift = c->fmt.ssx;
}

static void make_out(struct yuv *c, double kr, double kb)
{
    const float last = (float)(ldexp(1, c->fmt.bits) - 1);
    const double u = c->chroma.size / (2 * (1 - kb));
    const double v = c->chroma.size / (2 * (1 - kr));

    c->split = (struct kern_yuv_split){(float)kr, (float)kb};
    for (int p = 0; p < 3; p++)
        c->code[p] = (struct kern_yuv_code){(float)c->luma.size,
                                            (float)c->luma.zero, last};
    if (c->fmt.colors == FRAME_YUV) {
        c->code[1] =
            (struct kern_yuv_code){(float)u, (float)c->chroma.zero, last};
        c->code[2] =
            (struct kern_yuv_code){(float)v, (float)c->chroma.zero, last};
    }
    c->code[3] = (struct kern_yuv_code){last, 0, last};
}

/*
 * Thresholds form a lattice: pixel (x, y) of frame t has (A x + B y + C t) mod
 * 256. Each 256 neighbours in a row have each threshold once, so their mean
 * error is none. Of all A and B these are the ones whose waves, weighed by
 * their power and by how well eyes see them, are seen least: 4 times less than
 * white noise by an eye whose response is a Gaussian of 0.16 cycles a pixel, 30
 * times less by one of 0.06. C is the best for neighbouring frames.
 */
enum { A = 63, A_INVERSE = 191, B = 110, C = 91, SIZE = KERN_YUV_DITHER };

/*
 * The lowest threshold is the error of floats on their way, in steps: what was
 * a code stays one.
 */
static void make_dither(struct yuv *c, bool dither)
{
    const double lo = fmax(1.0 / 512, ldexp(1, c->fmt.bits - 21));

    for (int i = 0; i < 2 * SIZE; i++) {
        const double t = i * A % SIZE / (double)(SIZE - 1);

        c->dither[i] = dither ? (float)(lo + (1 - 2 * lo) * t) : 0.5f;
    }
    for (int i = 0; i < SIZE; i++)
        c->half[i] = 0.5f;
}

const float *yuv_dither(const struct yuv *c, int plane, int y, int number)
{
    const unsigned at = B * (unsigned)y + C * (unsigned)number +
                        SIZE / 3 * (unsigned)plane;

    if (plane == 3)
        return c->half;
    return c->dither + at * A_INVERSE % SIZE;
}

static int check_siting(const char *axis, int shift, double siting,
                        struct err *e)
{
    const int last = (1 << shift) - 1;

    if (shift == 0 || (siting >= 0 && siting <= last))
        return 0;
    return err_set(e, ERR_ARG, "chroma siting %s %g is not in 0 … %d", axis,
                   siting, last);
}

static int check(const struct frame_format *f, const struct yuv_space *s,
                 struct err *e)
{
    int rc;

    if (f->bits != 32 && (f->bits < 8 || f->bits > 16))
        return err_set(e, ERR_ARG, "%d bits a sample are not in 8 … 16",
                       f->bits);
    if (f->colors == FRAME_RGB)
        return 0;
    if (!(s->kr >= 0 && s->kb >= 0 && s->kr + s->kb < 1))
        return err_set(e, ERR_ARG, "there is no matrix of %g and %g", s->kr,
                       s->kb);
    if (f->colors == FRAME_GREY)
        return 0;
    if (f->bits == 32)
        return err_set(e, ERR_ARG, "luma and chroma as floats are not there");
    if (f->ssx < 0 || f->ssx > 2 || f->ssy < 0 || f->ssy > 2)
        return err_set(e, ERR_ARG, "chroma is not 1, 2 or 4 times smaller");
    rc = check_siting("x", f->ssx, s->siting_x, e);
    return rc < 0 ? rc : check_siting("y", f->ssy, s->siting_y, e);
}

int yuv_new(const struct frame_format *f, const struct yuv_space *space,
            bool dither, struct yuv **out, struct err *e)
{
    const int rc = check(f, space, e);
    struct yuv *c;

    if (rc < 0)
        return rc;
    c = mem_zero(1, sizeof(*c));
    if (!c)
        return err_mem(e, sizeof(*c));
    c->fmt = *f;
    if (f->colors != FRAME_YUV)
        c->fmt.ssx = c->fmt.ssy = 0;
    make_ranges(c, space->full);
    make_in(c, space->kr, space->kb);
    make_out(c, space->kr, space->kb);
    make_up(c->fmt.ssx, space->siting_x, c->join.at, c->join.w);
    make_up(c->fmt.ssy, space->siting_y, c->up.at, c->up.w);
    make_down(c->fmt.ssx, space->siting_x, &c->across);
    make_down(c->fmt.ssy, space->siting_y, &c->down);
    trim(&c->down);
    make_dither(c, dither);
    *out = c;
    return 0;
}

void yuv_free(struct yuv *c)
{
    mem_free(c);
}

void yuv_pad(float *row, int n)
{
    for (int i = 1; i <= YUV_PAD; i++) {
        row[-i] = row[0];
        row[n - 1 + i] = row[n - 1];
    }
}

static size_t row_bytes(size_t floats)
{
    return (floats * sizeof(float) + 63) / 64 * 64;
}

size_t yuv_scratch(const struct yuv *c, int w)
{
    const size_t ring = 2 * (size_t)c->down.taps *
                        view_pitch(frame_plane_w(&c->fmt, 1, w));

    return row_bytes(ring) + 4 * row_bytes((size_t)w + 2 * YUV_PAD);
}

/* A strip may end in the middle of the luma rows of its last chroma row. */
int yuv_margin(const struct yuv *c)
{
    const int above = -c->down.first;
    const int below = c->down.first + c->down.taps - 2;

    return c->fmt.ssy == 0 ? 0 : above > below ? above : below;
}
