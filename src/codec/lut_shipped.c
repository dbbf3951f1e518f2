/* Tables that come with the program, by name. */

#include "codec/lut_shipped.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/lut_make.h"

bool lut_is_name(const char *text)
{
    return text[0] && !strpbrk(text, "/.");
}

/* By edits, else one that the word is a part of. */
static const char *nearest(const char *name)
{
    enum { MAX = 64 };
    const char *names[MAX], *near;
    int n = 0;

    for (; n < MAX - 1 && shipped_luts[n].name; n++)
        names[n] = shipped_luts[n].name;
    names[n] = NULL;
    near = text_nearest(name, names);
    for (int i = 0; i < n && !near && strlen(name) > 2; i++)
        if (strstr(names[i], name))
            near = names[i];
    return near;
}

static int unknown(const char *name, struct err *e)
{
    const char *near = nearest(name);

    return near ? err_set(e, ERR_ARG,
                          "no table is called '%s', did you mean '%s'? (a "
                          "file has an extension or a '/')",
                          name, near)
                : err_set(e, ERR_ARG,
                          "no table is called '%s': 'portal lut list' names "
                          "all, and a file has an extension or a '/'",
                          name);
}

int lut_shipped_find(const char *name, const struct shipped **out,
                     struct err *e)
{
    for (const struct shipped *s = shipped_luts; s->name; s++)
        if (text_is(s->name, name)) {
            *out = s;
            return 0;
        }
    return unknown(name, e);
}

int lut_shipped_recipe(const char *name, struct lut_recipe *out, struct err *e)
{
    const struct shipped *s = NULL;
    int rc;

    TRY(lut_shipped_find(name, &s, e));
    TRY(lut_recipe_parse(s->bytes, s->len, s->name, out, e));
out:
    return rc;
}

int lut_shipped_make(const char *name, struct lut **out, struct err *e)
{
    struct lut_recipe r;
    int rc;

    TRY(lut_shipped_recipe(name, &r, e));
    TRY(lut_make(&r, LUT_MAKE_SIZE, out, e));
    snprintf((*out)->title, LUT_TITLE_MAX, "%s", name);
    (*out)->format = "shipped";
out:
    return rc;
}
