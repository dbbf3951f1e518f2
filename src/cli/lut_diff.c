/* portal lut diff: how far two tables are apart. */

#include "cli/json.h"
#include "cli/lut.h"
#include "cli/lut_report.h"
#include "codec/lut.h"

int lut_diff_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    struct lut *a = NULL, *b = NULL;
    struct lut_gap gap;
    int rc;

    if (o->words.count != 3)
        TRY(err_set(e, ERR_ARG, "diff needs two tables"));
    if (o->size == 1 || o->size > 257)
        TRY(err_set(e, ERR_ARG,
                    "'size' cannot be %d for diff: allowed is 2 … 257",
                    o->size));
    TRY(lut_load(o->words.item[1], &a, e));
    TRY(lut_load(o->words.item[2], &b, e));
    TRY(lut_diff(a, b, o->size, &gap, e));
    if (o->json) {
        rc = json_put(out, lut_gap_json(&gap), true, e);
        goto out;
    }
    if (gap.code_max == 0)
        fprintf(out, "the same for %lld colours\n", gap.count);
    else
        lut_gap_put(out, &gap);
out:
    lut_free(a);
    lut_free(b);
    return rc;
}
