/* Looks in memory: making, copying, stacking, hashing. */

#include "look/look.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "codec/lut_shipped.h"

int look_new(struct look **out, struct err *e)
{
    struct look *look = mem_zero(1, sizeof(*look));

    if (!look)
        return err_mem(e, sizeof(*look));
    *out = look;
    return 0;
}

static void step_release(struct step *step)
{
    mem_free(step->values);
    mem_free(step->folder);
}

void look_free(struct look *look)
{
    if (!look)
        return;
    for (int i = 0; i < look->count; i++)
        step_release(&look->step[i]);
    mem_free(look->step);
    mem_free(look);
}

static int grow(struct look *look, struct err *e)
{
    const size_t count = (size_t)look->count + 1;
    struct step *step;

    if (look->count >= LOOK_STEPS_MAX)
        return err_set(e, ERR_MEM, "more than %d steps", LOOK_STEPS_MAX);
    step = mem_resize(look->step, count * sizeof(*step));
    if (!step)
        return err_mem(e, count * sizeof(*step));
    look->step = step;
    return 0;
}

static int add(struct look *look, const struct op *op, const void *values,
               const char *folder, const struct mask *mask, struct err *e)
{
    struct step step = {.op = op};
    int rc;

    step.values = mem_zero(1, op->size ? op->size : 1);
    if (!step.values) {
        rc = err_mem(e, op->size);
        goto out;
    }
    if (values)
        memcpy(step.values, values, op->size);
    else
        param_defaults(op->params, step.values, op->size);
    if (mask)
        step.mask = *mask;
    if (folder) {
        step.folder = mem_text(folder);
        if (!step.folder) {
            rc = err_mem(e, strlen(folder));
            goto out;
        }
    }
    TRY(grow(look, e));
    look->step[look->count++] = step;
    step = (struct step){0};
    rc = 0;
out:
    step_release(&step);
    return rc;
}

int look_add(struct look *look, const struct op *op, struct step **step,
             struct err *e)
{
    const int rc = add(look, op, NULL, NULL, NULL, e);

    if (rc >= 0 && step)
        *step = &look->step[look->count - 1];
    return rc;
}

void look_drop(struct look *look)
{
    step_release(&look->step[--look->count]);
}

int look_append(struct look *dst, const struct look *src, struct err *e)
{
    const int count = src->count; /* src may be dst */
    int rc;

    for (int i = 0; i < count; i++) {
        const struct step *s = &src->step[i];
        rc = add(dst, s->op, s->values, s->folder, &s->mask, e);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int look_set_value(struct step *s, const char *key, const char *text,
                   struct err *e)
{
    if (text_is(key, "mask"))
        return mask_parse(text, &s->mask, e);
    return param_set(s->op->params, s->values, key, text, e);
}

int look_check_step(const struct step *s, struct err *e)
{
    if (s->mask.kind && s->op->shape)
        return err_set(e, ERR_ARG,
                       "changes the shape of the picture, so it takes no mask");
    return s->op->check ? s->op->check(s->values, e) : 0;
}

int look_check(const struct look *look, struct err *e)
{
    int rc;

    for (int i = 0; i < look->count; i++) {
        const struct step *s = &look->step[i];
        rc = look_check_step(s, e);
        if (rc < 0) {
            err_prefix(e, "step %d, %s", i + 1, s->op->name);
            return rc;
        }
    }
    return 0;
}

bool look_value_is_file(const struct param *p, const char *text)
{
    if (p->type != PARAM_TEXT || !text[0])
        return false;
    return text_is(p->unit, "FILE") ||
           (text_is(p->unit, "FILE|NAME") && !lut_is_name(text));
}

/* A table of the program: what it is made of stands for its name. */
static int hash_shipped(const char *name, struct buf *text, struct err *e)
{
    const struct shipped *s = NULL;
    char digits[33];
    int rc;

    TRY(lut_shipped_find(name, &s, e));
    hash_text(hash_bytes128(s->bytes, s->len), digits);
    rc = buf_printf(text, e, "%s %s", name, digits);
out:
    return rc;
}

/* The file's bytes stand for its name. */
static int hash_file(const struct step *s, const char *name, struct buf *text,
                     struct err *e)
{
    struct hash128 sum;
    char digits[33], *path;
    int rc;

    path = s->folder && name[0] != '/' ? path_join(s->folder, name)
                                       : mem_text(name);
    if (!path) {
        rc = err_mem(e, strlen(name));
        goto out;
    }
    TRY(file_hash(path, &sum, e));
    hash_text(sum, digits);
    rc = buf_printf(text, e, "%s", digits);
out:
    mem_free(path);
    return rc;
}

bool look_needs_depth(const struct look *look)
{
    for (int i = 0; i < look->count; i++) {
        const struct step *s = &look->step[i];

        if ((s->mask.kind || s->op->needs & OP_NEEDS_DEPTH) &&
            !(s->op->neutral && s->op->neutral(s->values)))
            return true;
    }
    return false;
}

int look_hash(const struct look *look, struct hash128 *hash, struct err *e)
{
    struct buf text = {.max = 64 << 20};
    char value[PARAM_TEXT_MAX];
    int rc;

    for (int i = 0; i < look->count; i++) {
        const struct step *s = &look->step[i];
        TRY(buf_printf(&text, e, "%s\n", s->op->name));
        for (const struct param *p = s->op->params; p->type != PARAM_END; p++) {
            if (param_is_default(p, s->values))
                continue;
            param_get(p, s->values, value);
            TRY(buf_printf(&text, e, " %s=", p->key));
            if (look_value_is_file(p, value))
                rc = hash_file(s, value, &text, e);
            else if (text_is(p->unit, "FILE|NAME"))
                rc = hash_shipped(value, &text, e);
            else
                rc = buf_printf(&text, e, "%s", value);
            if (rc < 0) {
                err_prefix(e, "%s.%s", s->op->name, p->key);
                goto out;
            }
            TRY(buf_add(&text, "\n", 1, e));
        }
        mask_text(&s->mask, value);
        if (s->mask.kind)
            TRY(buf_printf(&text, e, " mask=%s\n", value));
    }
    if (look->output[0])
        TRY(buf_printf(&text, e, "output=%s\n", look->output));
    *hash = hash_bytes128(text.data, text.len);
    rc = 0;
out:
    buf_release(&text);
    return rc;
}
