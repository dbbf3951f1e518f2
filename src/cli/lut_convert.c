/* portal lut convert: a table into another kind of file. */

#include "run/lut_convert.h"

#include "base/file.h"
#include "cli/json.h"
#include "cli/lut.h"
#include "cli/lut_report.h"

static int put_json(FILE *out, const char *path, const struct lut_made *m,
                    struct err *e)
{
    json_t *object = json_object();

    json_add(object, "output", json_text(path));
    json_add(object, "exact", json_boolean(m->exact));
    json_add(object, "points", json_integer(m->points));
    json_add(object, "size", json_integer(m->size));
    json_add(object, "error", m->exact ? json_null() : lut_gap_json(&m->gap));
    return json_put(out, object, true, e);
}

/* Only what is not as it was is worth a word. */
static void tell(const char *path, const struct lut_made *m)
{
    if (m->exact)
        return;
    fprintf(stderr, "'%s' is not exactly the same: ", path);
    if (m->points)
        fprintf(stderr, "curves of %d points", m->points);
    if (m->size)
        fprintf(stderr, "%sa cube of %d nodes a side", m->points ? " and " : "",
                m->size);
    fprintf(stderr, "%s%s\n", m->rounded ? ", in 16 bits" : "",
            m->cut ? ", without inputs beyond 0 ... 1" : "");
    lut_gap_put(stderr, &m->gap);
}

int lut_convert_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    struct lut_words words = {.title = o->title};
    struct lut *lut = NULL;
    struct lut_made made;
    const char *to;
    char origin[300];
    int rc;

    if (o->words.count != 2 + !o->output)
        TRY(err_set(e, ERR_ARG, "convert needs a table and a name for it"));
    to = o->output ? o->output : o->words.item[2];
    TRY(lut_check_output(to, o->words.item[1], e));
    TRY(lut_load(o->words.item[1], &lut, e));
    snprintf(origin, sizeof(origin), "converted from %s by portal",
             path_name(o->words.item[1]));
    words.origin = origin;
    TRY(lut_convert(lut, to, o->size, &words, &made, e));
    if (o->json)
        rc = put_json(out, to, &made, e);
    else
        tell(to, &made);
out:
    lut_free(lut);
    return rc;
}
