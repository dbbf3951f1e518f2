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
#include "codec/video.h"
#include "codec/video_names.h"
#include "run/clip.h"
#include "run/names.h"

bool output_is_file(const struct process_options *o)
{
    struct stat st;

    return o->output &&
           (codec_for_ext(path_ext(o->output)) ||
            video_is_ext(path_ext(o->output))) &&
           !(stat(o->output, &st) == 0 && S_ISDIR(st.st_mode));
}

int refuse_format(const struct process_options *o, struct err *e)
{
    static const char *const others[] = {
        "3gp", "avif", "bmp", "dpx", "flv",  "gif", "heic", "jxl",
        "mpg", "mpeg", "mts", "ogv", "m2ts", "wmv", "webp",
    };
    struct stat st;

    if (text_is(o->output, "-"))
        return err_set(e, ERR_ARG,
                       "-o cannot be '-': outputs are files, not a stream");
    if (!o->output || stat(o->output, &st) == 0)
        return 0;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (text_is_nocase(others[i], path_ext(o->output)))
            return err_set(e, ERR_ARG,
                           "'%s' is no format that is written: films end in "
                           ".mov, .mp4, .mkv, .webm, .mxf, .avi, .nut or .ts, "
                           "pictures in .exr, .tif, .png or .jpg",
                           o->output);
    return 0;
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

    if (video_is_ext(path_ext(path)) || (!own && clip_is(path))) {
        const char *ext = video_is_ext(path_ext(path)) ? path_ext(path) : "mov";

        return o->vcodec ? video_ext_for(o->vcodec, ext) : ext;
    }
    if (o->format == FORMAT_SAME)
        return path_ext(path);
    want = codec_named(by_format[o->format]);
    return want == own || !want ? path_ext(path) : want->exts[0];
}

static const char *suffix_of(const struct process_options *o)
{
    return o->suffix ? o->suffix : o->output ? "" : "_portal";
}

char *output_name(const struct process_options *o, const char *path,
                  const char *rest)
{
    const char *suffix = suffix_of(o);
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

int names_below(const char *outer, const char *inner, char **rest,
                struct err *e)
{
    char *out = canonical(outer), *in = canonical(inner), *found = NULL;
    int rc = 0;

    if (out && in && is_below(in, out)) {
        found = mem_text(in + strlen(out) + strspn(in + strlen(out), "/"));
        if (!found)
            rc = err_mem(e, strlen(in));
    }
    if (!out || !in)
        rc = err_mem(e, PATH_MAX);
    mem_free(out);
    mem_free(in);
    *rest = found;
    return rc;
}

/* One name that is taken: an input, or the output of an item. */
struct taken {
    char *key;
    int item;    /* whose it is */
    bool output; /* else an input */
};

/* A folder and what it is without links: most files lie beside the last one. */
struct folder {
    char *name, *real;
};

static void folder_release(struct folder *f)
{
    mem_free(f->name);
    mem_free(f->real);
    *f = (struct folder){0};
}

/* canonical() of a file, with a tenth of the questions to the system. */
static char *canonical_file(struct folder *f, const char *path)
{
    char *name, *out;
    struct stat st;

    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return canonical(path);
    name = path_folder(path);
    if (name && f->name && text_is(name, f->name)) {
        mem_free(name);
    } else {
        folder_release(f);
        f->name = name;
        f->real = name ? canonical(name) : NULL;
    }
    out = f->real ? path_join(f->real, path_name(path)) : NULL;
    return out;
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

static int fill(const struct item_list *l, bool outputs, struct taken *t,
                struct err *e)
{
    struct folder folder = {0};
    int rc = 0;

    for (int i = 0; i < l->count && rc == 0; i++) {
        t[i].item = i;
        t[i].output = outputs;
        t[i].key =
            canonical_file(&folder, outputs ? l->item[i].out : l->item[i].in);
        if (!t[i].key)
            rc = err_mem(e, PATH_MAX);
    }
    folder_release(&folder);
    if (rc == 0)
        qsort(t, (size_t)l->count, sizeof(*t), by_key);
    return rc;
}

static void drop(struct taken *t, int n)
{
    for (int i = 0; t && i < n; i++)
        mem_free(t[i].key);
    mem_free(t);
}

/* Outputs that are inputs; both are sorted. */
static int find_inputs(struct item_list *l, const struct taken *in,
                       const struct taken *out, struct err *e)
{
    for (int i = 0, k = 0; i < l->count; i++) {
        while (k < l->count && strcmp(in[k].key, out[i].key) < 0)
            k++;
        if (k < l->count && text_is(in[k].key, out[i].key) &&
            refuse(&l->item[out[i].item], true, l->item[in[k].item].in, e) < 0)
            return e->code;
    }
    return 0;
}

static void drop_gone(struct item_list *l)
{
    int kept = 0;

    for (int i = 0; i < l->count; i++)
        if (l->item[i].gone)
            item_release(&l->item[i]);
        else
            l->item[kept++] = l->item[i];
    l->count = kept;
}

/* What an earlier run has put beside its inputs is no input of this one. */
static int leave_outputs(const struct process_options *o, struct item_list *l,
                         struct err *e)
{
    const size_t n = (size_t)l->count;
    struct taken *in, *out;
    int rc;

    if (n < 2 || !*suffix_of(o) || o->conflict == CONFLICT_OVERWRITE ||
        o->conflict == CONFLICT_CHANGED)
        return 0; /* or what is no output of ours could be replaced */
    in = mem_zero(n, sizeof(*in));
    out = mem_zero(n, sizeof(*out));
    if (!in || !out) {
        rc = err_mem(e, n * sizeof(*in));
        goto out;
    }
    TRY(fill(l, false, in, e));
    TRY(fill(l, true, out, e));
    for (int i = 0, k = 0; i < l->count; i++) {
        while (k < l->count && strcmp(out[k].key, in[i].key) < 0)
            k++;
        if (k < l->count && text_is(out[k].key, in[i].key))
            l->item[in[i].item].gone = out[k].item != in[i].item;
    }
    drop_gone(l);
out:
    drop(in, (int)n);
    drop(out, (int)n);
    return rc;
}

static bool is_same(const char *a, const char *b)
{
    char *p = canonical(a), *q = canonical(b);
    const bool same = p && q && text_is(p, q);

    mem_free(p);
    mem_free(q);
    return same;
}

/*
 * Outputs that are each other, where the case of letters does not count.
 * *renamed: some got another name, which may clash as well.
 */
static int find_twins(const struct process_options *o, struct item_list *l,
                      struct taken *out, bool *renamed, struct err *e)
{
    int first = 0, rc;

    for (int i = 0; i < l->count; i++)
        for (char *c = out[i].key; *c; c++)
            *c = (char)tolower((unsigned char)*c);
    qsort(out, (size_t)l->count, sizeof(*out), by_key);
    for (int i = 1; i < l->count; i++) {
        struct item *it = &l->item[out[i].item];

        if (!text_is(out[i].key, out[first].key)) {
            first = i;
            continue;
        }
        it->gone = is_same(it->in, l->item[out[first].item].in);
        if (it->gone)
            continue; /* it was named twice */
        *renamed |= o->conflict == CONFLICT_UNIQUE;
        rc = o->conflict == CONFLICT_UNIQUE
                 ? free_name(it, i - first + 1, e)
                 : refuse(it, false, l->item[out[first].item].in, e);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int find_clashes(const struct process_options *o, struct item_list *l,
                        bool *renamed, struct err *e)
{
    const size_t n = (size_t)l->count;
    struct taken *in = mem_zero(n, sizeof(*in));
    struct taken *out = mem_zero(n, sizeof(*out));
    int rc;

    *renamed = false;
    if (!in || !out) {
        rc = err_mem(e, n * sizeof(*in));
        goto out;
    }
    TRY(fill(l, false, in, e));
    TRY(fill(l, true, out, e));
    TRY(find_inputs(l, in, out, e));
    TRY(find_twins(o, l, out, renamed, e));
out:
    drop(in, l->count);
    drop(out, l->count);
    return rc;
}

int settle_clashes(const struct process_options *o, struct item_list *l,
                   struct err *e)
{
    bool again;

    if (leave_outputs(o, l, e) < 0)
        return e->code;
    again = l->count > 0;
    for (int i = 0; o->conflict == CONFLICT_UNIQUE && i < l->count; i++)
        if (access(l->item[i].out, F_OK) == 0 &&
            free_name(&l->item[i], 2, e) < 0)
            return e->code;
    while (again)
        if (find_clashes(o, l, &again, e) < 0)
            return e->code;
    drop_gone(l);
    return 0;
}
