/* portal lut bake: a look becomes a table. */

#include "run/lut_bake.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/json.h"
#include "cli/lut.h"
#include "cli/lut_report.h"
#include "codec/lut_write.h"
#include "op/lut3d.h"

#define SIZE 33

static int space_of(const struct lut_options *o)
{
    return o->space == LUT3D_AUTO ? 0 : o->space;
}

/* Looks are words here; a word may also be an option of `process`. */
static int get_look(const struct lut_options *o, struct look **look,
                    struct err *e)
{
    struct look_request request = {
        .look = {o->words.item + 1, o->words.count - 1},
        .step = o->steps,
        .set = o->set,
    };

    if (!request.look.count && !o->steps.count)
        return err_set(e, ERR_ARG, "bake needs a look or steps");
    return look_build(&request, look, e);
}

/* A table that the look uses. */
static int check_files(const char *output, const struct look *look,
                       struct err *e)
{
    int rc = 0;

    for (int i = 0; i < look->count && rc == 0; i++) {
        const struct step *s = &look->step[i];
        const char *file;
        char *path;

        if (s->op != &op_lut3d)
            continue;
        file = lut3d_file(s->values);
        path = file[0] == '/' || !s->folder ? mem_text(file)
                                            : path_join(s->folder, file);
        rc = path ? lut_check_output(output, path, e) : err_mem(e, 0);
        mem_free(path);
    }
    return rc;
}

static int check_options(const struct lut_options *o, enum lut_form *form,
                         struct err *e)
{
    int rc;

    if (!o->output)
        TRY(err_set(e, ERR_ARG, "bake needs -o and a name for the table"));
    TRY(lut_form_of(o->output, form, e));
    if (o->size && (o->size < 2 || o->size > LUT_CUBE_MAX))
        TRY(err_set(e, ERR_ARG,
                    "'size' cannot be %d for bake: allowed is 2 … "
                    "%d",
                    o->size, LUT_CUBE_MAX));
    if (*form == LUT_FORM_HALD && o->shaper)
        TRY(err_set(e, ERR_ARG, "a Hald CLUT has no room for a shaper"));
    if (*form == LUT_FORM_HALD && o->size && hald_size(o->size) != o->size)
        TRY(err_set(e, ERR_ARG,
                    "a Hald CLUT of %d nodes a side: there are 4, 9, 16, 25, "
                    "36, 49, 64 … 256",
                    o->size));
out:
    return rc;
}

static int put_json(FILE *out, const struct lut_options *o,
                    const struct lut_baked *b, struct err *e)
{
    json_t *object = json_object();

    json_add(object, "output", json_text(o->output));
    json_add(object, "points", json_integer(b->lut->points));
    json_add(object, "size", json_integer(b->lut->size));
    json_add(object, "space", json_text(lut3d_spaces[space_of(o)]));
    json_add(object, "skipped", json_text(b->skipped));
    json_add(object, "error", lut_gap_json(&b->gap));
    return json_put(out, object, true, e);
}

static void put_text(FILE *out, const struct lut_options *o,
                     const struct lut_baked *b)
{
    fprintf(out, "%s: a cube of %d nodes a side%s, %s in and out\n", o->output,
            b->lut->size, b->lut->points ? " behind a shaper" : "",
            lut3d_spaces[space_of(o)]);
    fprintf(out, "over %lld other colours it differs from the look by\n",
            b->gap.count);
    lut_gap_put(out, &b->gap);
    if (b->skipped[0])
        fprintf(out, "left out: %s\n", b->skipped);
}

int lut_bake_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    struct lut_baking how = {
        .space = space_of(o), .shaper = o->shaper, .skip = o->skip};
    struct lut_words words = {.title = o->title};
    struct look *look = NULL;
    struct lut_baked b = {0};
    enum lut_form form;
    char origin[200];
    int rc;

    TRY(check_options(o, &form, e));
    TRY(get_look(o, &look, e));
    TRY(check_files(o->output, look, e));
    how.look = look;
    how.hald = form == LUT_FORM_HALD;
    how.size = o->size                 ? o->size
               : form == LUT_FORM_HALD ? hald_size(SIZE)
                                       : SIZE;
    TRY(lut_bake(&how, &b, e));
    if (!words.title)
        words.title = look->name;
    snprintf(origin, sizeof(origin), "baked by portal from %s, %s in and out",
             look->name[0] ? look->name : "steps", lut3d_spaces[space_of(o)]);
    words.origin = origin;
    TRY(lut_save(o->output, b.lut, form, &words, e));
    if (o->json)
        rc = put_json(out, o, &b, e);
    else
        put_text(out, o, &b);
out:
    lut_free(b.lut);
    look_free(look);
    return rc;
}
