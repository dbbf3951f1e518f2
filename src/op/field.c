/* Planes at proxy size. */

#include "op/field.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "kern/local.h"
#include "kern/point.h"
#include "kern/resample.h"

#define BEHIND     8   /* floats that interpolation may read behind a row */
#define LINE       512 /* points that are brought to size at once         */
#define SIGMA_FINE 5.0 /* a wider blur is made at half the size           */

int field_new(int w, int h, int planes, struct field **out, struct err *e)
{
    struct field *f = mem_zero(1, sizeof(*f));
    size_t n = 0;
    int rc;

    if (!f) {
        err_mem(e, sizeof(*f));
        rc = ERR_MEM;
        goto out;
    }
    *f = (struct field){.w = w, .h = h, .planes = planes, .sx = 1, .sy = 1};
    f->pitch = view_pitch(w + BEHIND);
    if (mem_product(f->pitch, (size_t)h * (size_t)planes, &n))
        f->data = mem_zero(n, sizeof(float));
    if (!f->data) {
        err_mem(e, n);
        rc = ERR_MEM;
        goto out;
    }
    *out = f;
    f = NULL;
    rc = 0;
out:
    field_free(f);
    return rc;
}

void field_free(struct field *f)
{
    if (!f)
        return;
    mem_free(f->data);
    mem_free(f);
}

int field_at(const struct op_site *small, int planes, struct field **out,
             struct err *e)
{
    const int rc = field_new(small->w, small->h, planes, out, e);

    if (rc == 0) {
        (*out)->ox = small->ox;
        (*out)->oy = small->oy;
        (*out)->sx = small->sx;
        (*out)->sy = small->sy;
    }
    return rc;
}

int field_like(const struct field *f, int planes, struct field **out,
               struct err *e)
{
    const int rc = field_new(f->w, f->h, planes, out, e);

    if (rc == 0) {
        (*out)->ox = f->ox;
        (*out)->oy = f->oy;
        (*out)->sx = f->sx;
        (*out)->sy = f->sy;
    }
    return rc;
}

float *field_row(const struct field *f, int plane, int y)
{
    y = y < 0 ? 0 : y >= f->h ? f->h - 1 : y;
    return f->data + ((size_t)plane * (size_t)f->h + (size_t)y) * f->pitch;
}

int field_halve(struct field **f, const struct kern *k, struct err *e)
{
    const struct field *s = *f;
    const int w = (s->w + 1) / 2, h = (s->h + 1) / 2;
    struct field *d = NULL;
    const int rc = field_new(w, h, s->planes, &d, e);

    if (rc < 0)
        return rc;
    d->ox = s->ox / 2;
    d->oy = s->oy / 2;
    d->sx = s->sx / 2;
    d->sy = s->sy / 2;
    for (int p = 0; p < s->planes; p++)
        for (int y = 0; y < h; y++) {
            float *a = field_row(s, p, 2 * y);
            float *b = field_row(s, p, 2 * y + 1);

            a[s->w] = a[s->w - 1];
            b[s->w] = b[s->w - 1];
            k->resample->halve(field_row(d, p, y), a, b, (size_t)w);
        }
    field_free(*f);
    *f = d;
    return 0;
}

/* A value before and behind the row again and again; `row` is its first. */
static void pad_row(float *row, int w, int r)
{
    for (int i = 1; i <= r; i++) {
        row[-i] = row[0];
        row[w - 1 + i] = row[w - 1];
    }
}

void field_range(const struct field *f, const struct kern *k, int plane, int y,
                 float *line, float *lo, float *hi)
{
    const float *rows[3];

    for (int i = 0; i < 3; i++) {
        float *row = line + (size_t)i * f->pitch + 1;

        memcpy(row, field_row(f, plane, y + i - 1),
               (size_t)f->w * sizeof(float));
        pad_row(row, f->w, 1);
        rows[i] = row;
    }
    k->filter->range3(lo, hi, rows, (size_t)f->w);
}

int gauss_radius(double sigma)
{
    const int r = (int)ceil(3 * sigma);

    return r < 1 ? 1 : r > GAUSS_MAX ? GAUSS_MAX : r;
}

void gauss_weights(double sigma, int r, float w[GAUSS_MAX + 1])
{
    double sum = 1, g[GAUSS_MAX + 1] = {1};

    assert(r >= 0 && r <= GAUSS_MAX);
    for (int i = 1; i <= r; i++) {
        g[i] = sigma > 0 ? exp(-0.5 * i * i / (sigma * sigma)) : 0;
        sum += 2 * g[i];
    }
    for (int i = 0; i <= r; i++)
        w[i] = (float)(g[i] / sum);
}

static void blur_plane(const struct field *s, const struct field *d, int p,
                       const struct kern *k, const float *w, int r, float *line)
{
    const float *rows[2 * GAUSS_MAX + 1];

    for (int y = 0; y < s->h; y++) {
        for (int i = -r; i <= r; i++)
            rows[i + r] = field_row(s, p, y + i);
        k->resample->blur_rows(line + r, rows, w, r, (size_t)s->w);
        pad_row(line + r, s->w, r);
        k->resample->blur(field_row(d, p, y), line, w, r, (size_t)s->w);
    }
}

int field_blur(struct field **f, const struct kern *k, double sigma,
               struct err *e)
{
    float w[GAUSS_MAX + 1], *line = NULL;
    struct field *d = NULL;
    size_t n;
    int rc, r;

    while (sigma >= SIGMA_FINE && ((*f)->w > 1 || (*f)->h > 1)) {
        TRY(field_halve(f, k, e));
        sigma = sqrt(sigma * sigma - 0.25) / 2;
    }
    r = gauss_radius(sigma);
    gauss_weights(sigma, r, w);
    TRY(field_like(*f, (*f)->planes, &d, e));
    n = (size_t)d->w + 2 * (size_t)r;
    line = mem_array(n, sizeof(float));
    if (!line) {
        rc = err_mem(e, n * sizeof(float));
        goto out;
    }
    for (int p = 0; p < d->planes; p++)
        blur_plane(*f, d, p, k, w, r, line);
    field_free(*f);
    *f = d;
    d = NULL;
    rc = 0;
out:
    mem_free(line);
    field_free(d);
    return rc;
}

/*
 * Points j and j + 1 of the field, mixed by t, are brought to w values at
 * at + i * step. In pieces, so that positions are exact in wide pictures.
 */
static void read_line(const struct field *f, const struct kern *k,
                      const float *above, const float *below, float t,
                      double at, double step, float *dst, int w)
{
    const double room = (LINE - 2) / step;
    const int most = room < 8 ? (int)fmax(room, 1) : (int)fmin(room, w);
    const int piece = most < 8 || most == w ? most : most / 8 * 8;
    float line[LINE + BEHIND];

    for (int x = 0; x < w; x += piece) {
        const int n = w - x < piece ? w - x : piece;
        const double p = at + x * step, q = at + (x + n - 1) * step + 1;
        const int first = (int)fmin(fmax(floor(p), 0), f->w - 1);
        const int last = (int)fmin(fmax(floor(q), first), f->w - 1);
        const int points = last - first + 1;

        assert(points <= LINE);
        k->point->mix(line, above + first, below + first, (size_t)points, t);
        memset(line + points, 0, BEHIND * sizeof(*line));
        k->resample->stretch(dst + x, line, points, (size_t)n,
                             (float)(p - first), (float)step);
    }
}

void field_read(const struct field *f, const struct kern *k,
                const struct op_site *site, int plane, int y, float *dst)
{
    const double fy = (y + 0.5 - site->oy) / site->sy * f->sy + f->oy - 0.5;
    const double at = (0.5 - site->ox) / site->sx * f->sx + f->ox - 0.5;
    const double cy = fmin(fmax(fy, 0), f->h - 1);
    const int j = (int)cy;

    read_line(f, k, field_row(f, plane, j), field_row(f, plane, j + 1),
              (float)(cy - j), at, f->sx / site->sx, dst, site->w);
}

int field_add(struct field *dst, const struct field *src, const struct kern *k,
              float gain, struct err *e)
{
    const struct op_site site = {.w = dst->w,
                                 .ox = dst->ox,
                                 .oy = dst->oy,
                                 .sx = dst->sx,
                                 .sy = dst->sy};
    float *row = mem_array(dst->pitch, sizeof(float));

    if (!row)
        return err_mem(e, dst->pitch * sizeof(float));
    for (int p = 0; p < dst->planes; p++)
        for (int y = 0; y < dst->h; y++) {
            field_read(src, k, &site, p, y, row);
            k->local->add(field_row(dst, p, y), row, (size_t)dst->w, gain);
        }
    mem_free(row);
    return 0;
}
