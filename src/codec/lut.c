/* Look-up tables in memory, and which reader a file is for. */

#include "codec/lut.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/codec.h"
#include "codec/lut_shipped.h"
#include "codec/lut_text.h"

int lut_new(int points, int size, struct lut **out, struct err *e)
{
    const size_t nodes = (size_t)size * (size_t)size * (size_t)size;
    struct lut *lut = mem_zero(1, sizeof(*lut));
    int rc = 0;

    if (!lut) {
        rc = err_mem(e, sizeof(*lut));
        goto out;
    }
    for (int c = 0; c < 3; c++)
        lut->hi[c] = lut->to[c] = 1;
    lut->points = points;
    lut->size = size;
    if (points)
        lut->curve = mem_array((size_t)points, 3 * sizeof(float));
    if (size)
        lut->node = mem_array(nodes, 4 * sizeof(float));
    if ((points && !lut->curve) || (size && !lut->node)) {
        rc = err_mem(e, nodes * 4 * sizeof(float));
        goto out;
    }
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}

void lut_free(struct lut *lut)
{
    if (!lut)
        return;
    for (int i = 0; i < lut->stages; i++) {
        lut_free(lut->stage[i].table);
        mem_free(lut->stage[i].value);
    }
    mem_free(lut->stage);
    mem_free(lut->curve);
    mem_free(lut->node);
    mem_free(lut);
}

int lut_add_take(struct lut *lut, struct lut_stage *stage, struct err *e)
{
    const size_t bytes = ((size_t)lut->stages + 1) * sizeof(*stage);
    struct lut_stage *more = NULL;
    int rc = 0;

    if (lut->stages < LUT_STAGES_MAX)
        more = mem_resize(lut->stage, bytes);
    if (more) {
        lut->stage = more;
        lut->stage[lut->stages++] = *stage;
    } else {
        rc = lut->stages < LUT_STAGES_MAX
                 ? err_mem(e, bytes)
                 : err_set(e, ERR_DATA, "more than %d stages", LUT_STAGES_MAX);
        lut_free(stage->table);
        mem_free(stage->value);
    }
    *stage = (struct lut_stage){0};
    return rc;
}

/* By the first line that is no comment; `text` ends with a NUL. */
typedef int parse_fn(const void *text, size_t len, struct lut **out,
                     struct err *e);

struct form {
    const char *name;        /* and the extension */
    const char *const *word; /* what the first line begins with */
    parse_fn *parse;
};

static const char *const cube_words[] = {
    "TITLE",      "LUT_1D_SIZE",        "LUT_3D_SIZE",        "DOMAIN_MIN",
    "DOMAIN_MAX", "LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE", NULL};
static const char *const words_3dl[] = {"3DMESH", "Mesh", NULL};
static const char *const csp_words[] = {"CSPLUTV100", NULL};
static const char *const spi1d_words[] = {"Version", NULL};
static const char *const spi3d_words[] = {"SPILUT", NULL};
static const char *const none[] = {NULL};

static const struct form forms[] = {
    {"cube", cube_words, cube_parse},
    {"3dl", words_3dl, lut_3dl_parse},
    {"csp", csp_words, lut_csp_parse},
    {"spi1d", spi1d_words, lut_spi1d_parse},
    {"spi3d", spi3d_words, lut_spi3d_parse},
    {"clf", none, clf_parse},
    {"ctf", none, clf_parse},
    {NULL, none, NULL},
};

static const struct form *form_named(const char *name)
{
    const struct form *f = forms;

    while (f->name && !text_is_nocase(f->name, name))
        f++;
    return f->name ? f : NULL;
}

static const struct form *form_of_content(const struct buf *text)
{
    struct lines l = lines_of(text->data, text->len);

    if (!next_full_line(&l))
        return NULL;
    if (l.text[0] == '<')
        return form_named("clf");
    for (const struct form *f = forms; f->name; f++)
        for (const char *const *w = f->word; *w; w++)
            if (line_after(&l, *w, true))
                return f;
    return NULL;
}

static int load_text(const char *path, struct lut **out, struct err *e)
{
    struct buf text = {0};
    const struct form *form;
    int rc;

    TRY(file_load(path, LUT_BYTES_MAX, &text, e));
    form = form_of_content(&text);
    if (!form)
        form = form_named(path_ext(path));
    if (!form)
        TRY(err_set(e, ERR_DATA,
                    "'%s' is no table: it does not begin like one, nor ends "
                    "its name in cube, 3dl, csp, spi1d, spi3d, clf or ctf",
                    path));
    rc = form->parse(text.data, text.len, out, e);
    if (rc < 0)
        err_prefix(e, "'%s'", path);
    else
        (*out)->format = form->name;
out:
    buf_release(&text);
    return rc;
}

int lut_load(const char *path, struct lut **out, struct err *e)
{
    uint8_t head[FILE_HEAD];
    size_t n;
    int rc;

    if (lut_is_name(path))
        return lut_shipped_make(path, out, e);
    TRY(file_head(path, head, &n, e));
    if (!codec_for_head(head, n))
        return load_text(path, out, e);
    TRY(hald_load(path, out, e));
    (*out)->format = "hald";
out:
    return rc;
}
