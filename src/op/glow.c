/* Scattered light. Each scale is made from the one before: blurs add up. */

#include "op/glow.h"

#include <math.h>

#include "kern/filter.h"
#include "op/row.h"

static int make_source(const struct op_prep *prep, const struct kern_knee *knee,
                       int planes, struct field **out, struct err *e)
{
    struct field *f = NULL, *grey = NULL;
    int rc;

    TRY(field_at(prep->small, 3, &f, e));
    if (planes == 1)
        TRY(field_like(f, 1, &grey, e));
    for (int y = 0; y < f->h; y++) {
        float *d[3] = {field_row(f, 0, y), field_row(f, 1, y),
                       field_row(f, 2, y)};
        const float *c[3], *s[3] = {d[0], d[1], d[2]};

        op_row_near(&prep->proxy->v, y, c);
        prep->k->local->highlights(d, c, (size_t)f->w, knee);
        if (grey)
            prep->k->filter->luma(field_row(grey, 0, y), s, (size_t)f->w);
    }
    *out = grey ? grey : f;
    if (!grey)
        f = NULL;
    grey = NULL;
    rc = 0;
out:
    field_free(f);
    field_free(grey);
    return rc;
}

int glow_make(const struct op_prep *prep, const struct kern_knee *knee,
              const struct glow_scale *scale, int scales, int planes,
              struct field **out, struct err *e)
{
    const struct op_site *s = prep->small;
    const double edge = fmax(s->full_w * s->sx, s->full_h * s->sy);
    struct field *f = NULL, *sum = NULL;
    double before = 0;
    int rc;

    TRY(make_source(prep, knee, planes, &f, e));
    for (int i = 0; i < scales; i++) {
        const double sigma = scale[i].share * edge;
        const double more = sqrt(sigma * sigma - before * before);

        TRY(field_blur(&f, prep->k, more * f->sx / s->sx, e));
        if (!sum)
            TRY(field_like(f, planes, &sum, e));
        TRY(field_add(sum, f, prep->k, scale[i].weight, e));
        before = sigma;
    }
    *out = sum;
    sum = NULL;
    rc = 0;
out:
    field_free(f);
    field_free(sum);
    return rc;
}
