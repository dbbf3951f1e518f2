/* Names of outputs, and which of them must not be. */

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/codec.h"
#include "run/names.h"

bool output_is_file(const struct process_options *o)
{
    struct stat st;

    return o->output && codec_for_ext(path_ext(o->output)) &&
           !(stat(o->output, &st) == 0 && S_ISDIR(st.st_mode));
}

const char *output_asks(const struct process_options *o, const char *in,
                        const char *out)
{
    return output_is_file(o) || !text_is(path_ext(in), path_ext(out))
               ? path_ext(out)
               : NULL;
}

/* The extension of the output: the input's own text where it is right. */
static const char *output_ext(const struct process_options *o, const char *path)
{
    static const char *const by_format[] = {
        [FORMAT_SAME] = NULL, [FORMAT_EXR] = "exr",   [FORMAT_JPEG] = "jpeg",
        [FORMAT_PNG] = "png", [FORMAT_TIFF] = "tiff",
    };
    const struct codec *own = codec_for_ext(path_ext(path)), *want;

    if (o->format == FORMAT_SAME)
        return path_ext(path);
    want = codec_named(by_format[o->format]);
    return want == own || !want ? path_ext(path) : want->exts[0];
}

char *output_name(const struct process_options *o, const char *path,
                  const char *rest)
{
    const char *suffix = o->suffix ? o->suffix : o->output ? "" : "_portal";
    const char *ext = output_ext(o, path), *from = o->output ? rest : path;
    const char *old = path_ext(from);
    size_t stem = strlen(from);
    struct buf name = {.max = PATH_MAX * 2};
    struct err e = {0};
    char *out = NULL;

    if (output_is_file(o))
        return mem_text(o->output);
    if (*old)
        stem -= strlen(old) + 1;
    if (buf_add(&name, from, stem, &e) == 0 &&
        buf_printf(&name, &e, "%s%s%s", suffix, *ext ? "." : "", ext) == 0)
        out = o->output ? path_join(o->output, (char *)name.data)
                        : mem_text((char *)name.data);
    buf_release(&name);
    return out;
}

/*
 * The path without links and dots, also when its end does not exist yet. A
 * fresh text, or NULL without memory.
 */
static char *canonical(const char *path)
{
    char real[PATH_MAX];
    char *folder, *up, *out;

    if (realpath(path, real))
        return mem_text(real);
    folder = path_folder(path);
    if (!folder)
        return NULL;
    if (text_is(folder, path)) {
        mem_free(folder);
        return mem_text(path);
    }
    up = canonical(folder);
    mem_free(folder);
    if (!up)
        return NULL;
    out = path_join(up, path_name(path));
    mem_free(up);
    return out;
}

static bool is_below(const char *inner, const char *outer)
{
    const size_t n = strlen(outer);

    return !strncmp(inner, outer, n) &&
           (inner[n] == 0 || inner[n] == '/' || (n && outer[n - 1] == '/'));
}

int refuse_nested(const char *input, const char *output, struct err *e)
{
    char *in = canonical(input), *out = output ? canonical(output) : NULL;
    int rc = 0;

    if (!in || (output && !out))
        rc = err_mem(e, PATH_MAX);
    else if (out && (is_below(out, in) || is_below(in, out)))
        rc = err_set(e, ERR_ARG,
                     "output '%s' is %s input folder '%s'; choose a folder "
                     "beside it",
                     output,
                     text_is(in, out)    ? "the same as"
                     : is_below(out, in) ? "inside"
                                         : "around",
                     input);
    mem_free(in);
    mem_free(out);
    return rc;
}

/* One name that is taken: an input, or the output of an item. */
struct taken {
    char *key;
    int item;    /* whose it is */
    bool output; /* else an input */
};

static char *fold_key(const char *path, bool fold)
{
    char *key = canonical(path);

    for (char *c = key; fold && c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return key;
}

static int by_key(const void *a, const void *b)
{
    const struct taken *s = a, *t = b;
    const int d = strcmp(s->key, t->key);

    return d ? d : (s->item > t->item) - (s->item < t->item);
}

static int refuse(struct item *it, bool is_input, const char *other,
                  struct err *e)
{
    struct buf text = {.max = 4 * PATH_MAX};
    int rc;

    if (it->refusal)
        return 0;
    rc = is_input
             ? buf_printf(&text, e,
                          "its output '%s' is the input '%s'; use --suffix "
                          "or another -o",
                          it->out, other)
             : buf_printf(&text, e,
                          "its output '%s' is also that of '%s'; use "
                          "--conflict unique",
                          it->out, other);
    if (rc < 0) {
        buf_release(&text);
        return rc;
    }
    it->refusal = (char *)text.data;
    return 0;
}

/* "a.tif", "a-2.tif", "a-3.tif": the first that is free on the disk. */
static int free_name(struct item *it, int from, struct err *e)
{
    const char *ext = path_ext(it->out);
    const size_t stem = strlen(it->out) - (*ext ? strlen(ext) + 1 : 0);

    for (int n = from; n < 100000; n++) {
        struct buf name = {.max = 2 * PATH_MAX};

        if (buf_add(&name, it->out, stem, e) < 0 ||
            buf_printf(&name, e, "-%d%s%s", n, *ext ? "." : "", ext) < 0) {
            buf_release(&name);
            return e->code;
        }
        if (access((char *)name.data, F_OK) != 0) {
            mem_free(it->out);
            it->out = (char *)name.data;
            return 0;
        }
        buf_release(&name);
    }
    return err_set(e, ERR_ARG, "no free name beside '%s'", it->out);
}

static int fill(const struct item_list *l, bool outputs, bool fold,
                struct taken *t, struct err *e)
{
    for (int i = 0; i < l->count; i++) {
        t[i].item = i;
        t[i].output = outputs;
        t[i].key = fold_key(outputs ? l->item[i].out : l->item[i].in, fold);
        if (!t[i].key)
            return err_mem(e, PATH_MAX);
    }
    return 0;
}

static void drop(struct taken *t, int n)
{
    for (int i = 0; t && i < n; i++)
        mem_free(t[i].key);
    mem_free(t);
}

/*
 * Outputs that are inputs, and outputs that are each other. *renamed: some got
 * another name, which may clash as well.
 */
static int find_clashes(const struct process_options *o, struct item_list *l,
                        bool *renamed, struct err *e)
{
    const size_t n = (size_t)l->count;
    struct taken *in = mem_zero(n, sizeof(*in));
    struct taken *out = mem_zero(n, sizeof(*out));
    struct taken *same = mem_zero(n, sizeof(*same));
    int rc = 0, first = 0;

    *renamed = false;
    if (!in || !out || !same) {
        rc = err_mem(e, n * sizeof(*in));
        goto out;
    }
    TRY(fill(l, false, false, in, e));
    TRY(fill(l, true, false, same, e));
    TRY(fill(l, true, true, out, e));
    qsort(in, n, sizeof(*in), by_key);
    qsort(out, n, sizeof(*out), by_key);
    for (size_t i = 0; i < n; i++) {
        size_t lo = 0, hi = n;

        while (lo < hi) {
            const size_t mid = (lo + hi) / 2;

            if (strcmp(in[mid].key, same[i].key) < 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo < n && text_is(in[lo].key, same[i].key))
            TRY(refuse(&l->item[i], true, l->item[in[lo].item].in, e));
    }
    for (size_t i = 1; i < n; i++) {
        if (!text_is(out[i].key, out[first].key)) {
            first = (int)i;
            continue;
        }
        if (o->conflict == CONFLICT_UNIQUE) {
            TRY(free_name(&l->item[out[i].item], (int)i - first + 1, e));
            *renamed = true;
        } else {
            TRY(refuse(&l->item[out[i].item], false,
                       l->item[out[first].item].in, e));
        }
    }
out:
    drop(in, l->count);
    drop(out, l->count);
    drop(same, l->count);
    return rc;
}

int settle_clashes(const struct process_options *o, struct item_list *l,
                   struct err *e)
{
    bool again = l->count > 0;

    for (int i = 0; o->conflict == CONFLICT_UNIQUE && i < l->count; i++)
        if (access(l->item[i].out, F_OK) == 0 &&
            free_name(&l->item[i], 2, e) < 0)
            return e->code;
    while (again)
        if (find_clashes(o, l, &again, e) < 0)
            return e->code;
    return 0;
}
