/* portal lut info: what a table is. */

#include "cli/json.h"
#include "cli/lut.h"
#include "codec/lut.h"

static json_t *three(const float v[3])
{
    return json_pack("[fff]", (double)v[0], (double)v[1], (double)v[2]);
}

static int put_json(FILE *out, const struct lut *lut, struct err *e)
{
    json_t *object = json_object();

    json_add(object, "points", json_integer(lut->points));
    json_add(object, "size", json_integer(lut->size));
    json_add(object, "domain_min", three(lut->points ? lut->lo : lut->from));
    json_add(object, "domain_max", three(lut->points ? lut->hi : lut->to));
    return json_put(out, object, true, e);
}

static void put_text(FILE *out, const struct lut *lut)
{
    const float *lo = lut->points ? lut->lo : lut->from;
    const float *hi = lut->points ? lut->hi : lut->to;

    if (lut->points)
        fprintf(out, "curves  %d points\n", lut->points);
    if (lut->size)
        fprintf(out, "cube    %d x %d x %d\n", lut->size, lut->size, lut->size);
    fprintf(out, "domain  %g %g %g to %g %g %g\n", (double)lo[0], (double)lo[1],
            (double)lo[2], (double)hi[0], (double)hi[1], (double)hi[2]);
}

int lut_info(const struct lut_options *o, FILE *out, struct err *e)
{
    struct lut *lut = NULL;
    int rc;

    if (o->words.count != 2)
        TRY(err_set(e, ERR_ARG, "info needs one table"));
    TRY(lut_load(o->words.item[1], &lut, e));
    if (o->json)
        rc = put_json(out, lut, e);
    else
        put_text(out, lut);
out:
    lut_free(lut);
    return rc;
}
