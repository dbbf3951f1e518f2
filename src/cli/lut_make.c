/* portal lut make, list, values: tables of the program and of a user. */

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/json.h"
#include "cli/lut.h"
#include "cli/page.h"
#include "codec/lut_make.h"
#include "codec/lut_shipped.h"
#include "codec/lut_write.h"

/* What the table is called: its file without folder and extension. */
static void title_of(const char *from, char title[static LUT_TITLE_MAX])
{
    const char *name = path_name(from);
    const size_t n = strcspn(name, ".");

    snprintf(title, LUT_TITLE_MAX, "%.*s", (int)(n < 100 ? n : 100), name);
}

/* A Hald CLUT has another number of nodes: at least as many. */
static int save(const struct lut_options *o, const char *from,
                const struct lut_recipe *r, struct err *e)
{
    char title[LUT_TITLE_MAX];
    const struct lut_words words = {o->title ? o->title : title,
                                    r->doc[0] ? r->doc : NULL};
    const int size = o->size ? o->size : LUT_MAKE_SIZE;
    struct lut *lut = NULL;
    enum lut_form form;
    int rc;

    TRY(lut_form_of(o->output, &form, e));
    TRY(lut_make(r, form == LUT_FORM_HALD ? hald_size(size) : size, &lut, e));
    title_of(from, title);
    TRY(lut_save(o->output, lut, form, &words, e));
out:
    lut_free(lut);
    return rc;
}

int lut_make_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    const char *from = o->words.count == 2 ? o->words.item[1] : NULL;
    struct lut_recipe r;
    int rc;

    (void)out;
    if (!from)
        return err_set(e, ERR_ARG, "make needs one file of values, or a name");
    if (!o->output)
        return err_set(e, ERR_ARG, "make needs -o FILE.cube, .clf or .png");
    if (o->size && o->size != 17 && o->size != 33 && o->size != 65)
        return err_set(e, ERR_ARG, "make takes 17, 33 or 65 nodes, not %d",
                       o->size);
    TRY(lut_is_name(from) ? lut_shipped_recipe(from, &r, e)
                          : lut_recipe_load(from, &r, e));
    for (int i = 0; i < o->set.count; i++)
        TRY(lut_recipe_set(&r, o->set.item[i], e));
    TRY(save(o, from, &r, e));
out:
    return rc;
}

int lut_list_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    json_t *array = o->json ? json_array() : NULL;
    int rc = 0;

    for (const struct shipped *s = shipped_luts; s->name; s++) {
        struct lut_recipe r;
        json_t *object;

        TRY(lut_shipped_recipe(s->name, &r, e));
        if (!o->json) {
            fprintf(out, "%-24s %s\n", s->name, r.doc);
            continue;
        }
        object = json_object();
        json_add(object, "name", json_text(s->name));
        json_add(object, "doc", json_text(r.doc));
        json_array_append_new(array, object);
    }
    if (o->json) {
        rc = json_put(out, array, true, e);
        array = NULL;
    }
out:
    json_decref(array);
    return rc;
}

/* The file that a table of the program is made of: one to begin with. */
static int put_file(FILE *out, const char *name, struct err *e)
{
    const struct shipped *s = NULL;
    int rc;

    TRY(lut_shipped_find(name, &s, e));
    fwrite(s->bytes, 1, s->len, out);
out:
    return rc;
}

int lut_values_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    json_t *array;

    if (o->words.count > 2)
        return err_set(e, ERR_ARG, "values takes one name");
    if (o->words.count == 2)
        return put_file(out, o->words.item[1], e);
    if (!o->json) {
        help_params(out, lut_params);
        return 0;
    }
    array = json_array();
    for (const struct param *p = lut_params; p->type != PARAM_END; p++)
        json_array_append_new(array, json_param(p));
    return json_put(out, array, true, e);
}
