/* Which form a table is written in, and the text of .cube files. */

#include "codec/lut_write.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

int lut_form_of(const char *path, enum lut_form *form, struct err *e)
{
    static const char *const exts[] = {"cube", "clf", "png"};

    for (int i = 0; i < 3; i++)
        if (text_is_nocase(path_ext(path), exts[i])) {
            *form = (enum lut_form)i;
            return 0;
        }
    return err_set(e, ERR_ARG,
                   "cannot tell the format of '%s': allowed are names that end "
                   "in .cube, .clf, or .png for a Hald CLUT",
                   path);
}

static bool is_even(const float v[3])
{
    return v[0] == v[1] && v[1] == v[2];
}

static bool fits_cube(const struct lut *lut)
{
    return !lut->stages && (lut->points || lut->size) && lut->points <= 65536 &&
           !lut->trilinear &&
           (!lut->points || !lut->size ||
            (is_even(lut->lo) && is_even(lut->hi) && is_even(lut->from) &&
             is_even(lut->to)));
}

/* A Range of a CLF has the same numbers for all channels; what has no limits
   is a matrix there. */
static bool fits_range(const struct lut_stage *s)
{
    const struct kern_clf_range *r = &s->channel[0].range;
    bool same = true, free = true;

    for (int c = 0; c < 3; c++) {
        const struct kern_clf_range *q = &s->channel[c].range;

        same = same && q->mul == r->mul && q->add == r->add && q->lo == r->lo &&
               q->hi == r->hi;
        free = free && q->lo == -FLT_MAX && q->hi == FLT_MAX;
    }
    return free || (same && r->mul > 0 && r->lo > -FLT_MAX && r->hi < FLT_MAX);
}

static bool fits_clf(const struct lut *lut)
{
    for (int i = 0; i < lut->stages; i++) {
        const struct lut_stage *s = &lut->stage[i];

        if (s->kind != LUT_TABLE && s->kind != LUT_MATRIX &&
            (s->kind != LUT_RANGE || !fits_range(s)))
            return false;
    }
    return lut->stages || lut->points || lut->size;
}

static bool fits_hald(const struct lut *lut)
{
    bool good = !lut->stages && !lut->points && lut->size &&
                hald_size(lut->size) == lut->size && !lut->trilinear;

    for (int c = 0; c < 3 && good; c++)
        good = lut->from[c] == 0 && lut->to[c] == 1;
    return good;
}

bool lut_fits(const struct lut *lut, enum lut_form form)
{
    return form == LUT_FORM_CUBE  ? fits_cube(lut)
           : form == LUT_FORM_CLF ? fits_clf(lut)
                                  : fits_hald(lut);
}

int text_flush(struct text_out *t, struct err *e)
{
    const size_t len = t->len;

    t->len = 0;
    return outfile_add(t->f, t->text, len, e);
}

int text_put(struct text_out *t, struct err *e, const char *fmt, ...)
{
    va_list args;
    int rc = 0, n;

    if (sizeof(t->text) - t->len < 4096)
        TRY(text_flush(t, e));
    va_start(args, fmt);
    n = vsnprintf(t->text + t->len, 4096, fmt, args);
    va_end(args);
    t->len += (size_t)(n < 4096 ? n : 4095);
out:
    return rc;
}

/* `whole` / 10^decimals, without zeros at the end. */
static int put_decimal(char *text, uint64_t whole, int decimals, bool negative)
{
    char digits[32] = "";
    int n = 0, len = 0;

    while (decimals && whole % 10 == 0) {
        whole /= 10;
        decimals--;
    }
    while (whole || n <= decimals) {
        digits[n++] = (char)('0' + whole % 10);
        whole /= 10;
    }
    if (negative)
        text[len++] = '-';
    while (n) {
        if (n == decimals)
            text[len++] = '.';
        text[len++] = digits[--n];
    }
    return len;
}

/* As text_of_float(), but for numbers of tables and by the million. */
static int put_number(char text[static 32], float v)
{
    static const double ten[] = {1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    const double a = fabs((double)v);

    for (int i = 0; i < 7 && a < 1000; i++) {
        const double whole = rint(a * ten[i]);

        if ((float)(whole / ten[i]) == (float)a)
            return put_decimal(text, (uint64_t)whole, i + 6, v < 0);
    }
    text_of_float(v, text);
    return (int)strlen(text);
}

int text_numbers(struct text_out *t, const float *v, int n, struct err *e)
{
    int rc = 0;

    if (sizeof(t->text) - t->len < 4096)
        TRY(text_flush(t, e));
    for (int i = 0; i < n; i++) {
        t->len += (size_t)put_number(t->text + t->len, v[i]);
        t->text[t->len++] = i < n - 1 ? ' ' : '\n';
    }
out:
    return rc;
}

static int put_domain(struct text_out *t, const char *lo_name, const float *lo,
                      const char *hi_name, const float *hi, struct err *e)
{
    int rc = 0;

    if (!is_even(lo) || !is_even(hi) || lo[0] != 0 || hi[0] != 1) {
        TRY(text_put(t, e, "%s ", lo_name));
        TRY(text_numbers(t, lo, 3, e));
        TRY(text_put(t, e, "%s ", hi_name));
        TRY(text_numbers(t, hi, 3, e));
    }
out:
    return rc;
}

/* What comes first has the domain, a cube behind curves a range of its own. */
static int put_head(struct text_out *t, const struct lut *lut, struct err *e)
{
    const float range[2] = {lut->from[0], lut->to[0]};
    int rc = 0;

    if (lut->points)
        TRY(text_put(t, e, "LUT_1D_SIZE %d\n", lut->points));
    if (lut->points && lut->size) {
        TRY(text_put(t, e, "LUT_1D_INPUT_RANGE "));
        TRY(text_numbers(t, (float[2]){lut->lo[0], lut->hi[0]}, 2, e));
    } else {
        TRY(put_domain(t, "DOMAIN_MIN", lut->points ? lut->lo : lut->from,
                       "DOMAIN_MAX", lut->points ? lut->hi : lut->to, e));
    }
    if (lut->size)
        TRY(text_put(t, e, "LUT_3D_SIZE %d\n", lut->size));
    if (lut->points && lut->size) {
        TRY(text_put(t, e, "LUT_3D_INPUT_RANGE "));
        TRY(text_numbers(t, range, 2, e));
    }
out:
    return rc;
}

/* Without what would end it. */
static void put_title(const char *title, char text[static LUT_TITLE_MAX])
{
    size_t n = 0;

    for (; *title && n < LUT_TITLE_MAX - 1; title++)
        if (*title != '"' && *title != '\n' && *title != '\r')
            text[n++] = *title;
    text[n] = '\0';
    text_clean(text);
}

int cube_write(struct text_out *t, const struct lut *lut,
               const struct lut_words *words, struct err *e)
{
    const size_t side = (size_t)lut->size, points = (size_t)lut->points;
    char title[LUT_TITLE_MAX], origin[LUT_TITLE_MAX];
    int rc = 0;

    put_title(words->title ? words->title : lut->title, title);
    put_title(words->origin ? words->origin : "", origin);
    /* Resolve's own reader, for curves and a cube, knows no titles. */
    if (title[0])
        TRY(text_put(t, e,
                     lut->points && lut->size ? "# %s\n" : "TITLE \"%s\"\n",
                     title));
    if (origin[0])
        TRY(text_put(t, e, "# %s\n", origin));
    TRY(put_head(t, lut, e));
    for (size_t i = 0; i < points; i++)
        TRY(text_numbers(t,
                         (float[3]){lut->curve[i], lut->curve[points + i],
                                    lut->curve[2 * points + i]},
                         3, e));
    for (size_t i = 0; i < side * side * side; i++)
        TRY(text_numbers(t, lut->node + 4 * i, 3, e));
out:
    return rc;
}

int lut_save(const char *path, const struct lut *lut, enum lut_form form,
             const struct lut_words *words, struct err *e)
{
    struct outfile f = {0};
    struct text_out *t = mem_zero(1, sizeof(*t));
    int rc = 0;

    if (!t)
        TRY(err_mem(e, sizeof(*t)));
    TRY(outfile_open(&f, path, e));
    t->f = &f;
    if (form == LUT_FORM_HALD)
        TRY(hald_write(&f, lut, words, e));
    else
        TRY((form == LUT_FORM_CUBE ? cube_write : clf_write)(t, lut, words, e));
    TRY(text_flush(t, e));
    TRY(outfile_commit(&f, true, e));
out:
    if (rc < 0)
        err_prefix(e, "'%s'", path);
    outfile_abandon(&f);
    mem_free(t);
    return rc;
}
