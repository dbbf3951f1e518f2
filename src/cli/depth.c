/* portal depth: depth of pictures to files, in figures, against the truth. */

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cpu.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/json.h"
#include "codec/codec.h"
#include "image/depth_score.h"
#include "run/depth_file.h"
#include "run/depth_model.h"
#include "run/depth_save.h"
#include "run/depth_stats.h"
#include "run/file.h"
#include "run/memory.h"

struct options {
    struct text_list input;
    const char *output, *depth, *model, *layer, *compare, *assume;
    int depth_encoding, depth_size, view, threads;
    bool floats, stats, overwrite, json;
};

#define AT(field) offsetof(struct options, field)

static const struct flag flags[] = {
    {"output", "FILE|FOLDER",
     "Where depth goes: a PNG, TIFF or EXR, or a folder for NAME_depth.png",
     AT(output), false, WORD_FILE},
    {"depth", "auto|model|layer:NAME|FILE",
     "Where depth comes from, normally a channel of the OpenEXR, else a file "
     "beside the input, else a model",
     AT(depth), false, WORD_FILE},
    {"model", "NAME|FILE", "Model that estimates depth, normally dav2-small",
     AT(model), false, WORD_FILE},
    {"layer", "NAME", "Layer of an OpenEXR that a model looks at", AT(layer),
     false, WORD_NONE},
    {"assume", "SPACE|FILE", "Colour of inputs that do not state theirs",
     AT(assume), false, WORD_FILE},
    {"compare", "FILE",
     "True depth to compare with, after the line that fits best", AT(compare),
     false, WORD_FILE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct param params[] = {
    P_CHOICE(options, view, .names = depth_views,
             .doc = "Colours for people instead of numbers, near warm, with a "
                    "legend below"),
    P_CHOICE(options, depth_encoding, .names = depth_encodings,
             .doc = "What the numbers of a depth file mean, normally found "
                    "out"),
    P_INT(options, depth_size, .lo = 0, .hi = 4096, .step = 14,
          .doc = "Short side of what a model sees, finer and slower when "
                 "larger, where 0 means 518"),
    P_BOOL(options, floats, .doc = "Writes floats to TIFF instead of 16 bits"),
    P_BOOL(options, stats, .doc = "Prints range, percentiles and edges"),
    P_BOOL(options, overwrite, .doc = "Replaces files that exist"),
    P_BOOL(options, json, .doc = "Prints one line of JSON per picture"),
    P_INT(options, threads, .lo = 0, .hi = 256,
          .doc = "Threads to use, where 0 means one per processor"),
    P_END,
};

static const struct letter letters[] = {
    {'j', "threads"}, {'o', "output"}, {0, NULL}};

/* What is said of one picture, for people or programs. */
struct talk {
    FILE *out;
    json_t *json; /* NULL: lines */
};

static void number(struct talk *t, const char *key, double v)
{
    if (t->json)
        json_add(t->json, key, json_real(isfinite(v) ? v : 0));
    else
        fprintf(t->out, "  %-12s %.5g\n", key, v);
}

static void whole(struct talk *t, const char *key, int v)
{
    if (t->json)
        json_add(t->json, key, json_integer(v));
    else
        fprintf(t->out, "  %-12s %d\n", key, v);
}

static void text(struct talk *t, const char *key, const char *value)
{
    if (t->json)
        json_add(t->json, key, json_text(value));
    else
        fprintf(t->out, "  %-12s %s\n", key, value);
}

static void tell_stats(struct talk *t, const struct depth_full *d)
{
    struct depth_stats s;
    char key[8];

    depth_stats(d, &s);
    number(t, "min", (double)s.min);
    number(t, "max", (double)s.max);
    number(t, "mean", s.mean);
    for (int i = 0; i < DEPTH_PERCENTILES; i++) {
        snprintf(key, sizeof(key), "p%d", depth_percentiles[i]);
        number(t, key, (double)s.percentile[i]);
    }
    number(t, "sky", s.sky);
    number(t, "edge_density", s.edges);
}

/* The true depth at the size of the picture: nearest points. */
static int load_truth(const struct options *o, const struct depth_full *d,
                      struct pool *pool, float *truth, float *sky,
                      struct err *e)
{
    const struct depth_read read = {.path = o->compare, .w = d->w, .h = d->h};
    struct depth_map *m = NULL;
    float *row = NULL;
    int rc;

    TRY(depth_file_read(&read, pool, &m, e));
    *sky = 0.999f * m->info.sky;
    row = mem_array((size_t)m->w, sizeof(*row));
    if (!row) {
        rc = err_mem(e, (size_t)m->w * sizeof(*row));
        goto out;
    }
    for (int y = 0; y < d->h; y++) {
        depth_map_get(m, (int)((int64_t)y * m->h / d->h), row);
        for (int x = 0; x < d->w; x++)
            truth[(size_t)y * (size_t)d->w + (size_t)x] =
                fmaxf(row[(int64_t)x * m->w / d->w], 1e-3f);
    }
out:
    mem_free(row);
    depth_map_free(m);
    return rc;
}

static int tell_score(struct talk *t, const struct options *o,
                      const struct depth_full *d, struct pool *pool,
                      struct err *e)
{
    const size_t n = (size_t)d->w * (size_t)d->h;
    float *truth = mem_array(n, sizeof(*truth)), sky = 0;
    float *got = mem_copy(d->v, n * sizeof(*got));
    struct depth_score s;
    int rc;

    if (!truth || !got) {
        rc = err_mem(e, n * sizeof(*truth));
        goto out;
    }
    TRY(load_truth(o, d, pool, truth, &sky, e));
    TRY(depth_score(got, truth, d->w, d->h, sky, true, &s, e));
    number(t, "absrel", s.absrel);
    number(t, "rmse", s.rmse);
    number(t, "delta_1.25", s.delta);
    number(t, "edge_f", s.edges);
    number(t, "scale", s.scale);
    number(t, "shift", s.shift);
    text(t, "fitted", s.inverse ? "1 / depth" : "depth");
out:
    mem_free(truth);
    mem_free(got);
    return rc;
}

static bool is_folder(const char *path)
{
    struct stat s;
    const size_t n = strlen(path);

    return (n > 0 && path[n - 1] == '/') ||
           (stat(path, &s) == 0 && S_ISDIR(s.st_mode));
}

/* The file for one input, fresh; NULL without memory. */
static char *name_output(const struct options *o, const char *in)
{
    const char *name = path_name(in), *ext = path_ext(in);
    const size_t stem = strlen(name) - (ext[0] ? strlen(ext) + 1 : 0);
    struct buf b = {.max = 1 << 16};
    struct err e;
    char *path = NULL;

    if (!is_folder(o->output))
        return mem_text(o->output);
    if (buf_printf(&b, &e, "%.*s_depth%s.png", (int)stem, name,
                   o->view ? "_view" : "") == 0)
        path = path_join(o->output, (char *)b.data);
    buf_release(&b);
    return path;
}

static bool same_file(const char *a, const char *b)
{
    struct stat s, d;

    return a && b && stat(a, &s) == 0 && stat(b, &d) == 0 &&
           s.st_ino == d.st_ino && s.st_dev == d.st_dev;
}

/* --overwrite is for what was made before, not for what it is made of. */
static int refuse_source(const struct options *o, const char *in,
                         const char *from, const char *path, struct err *e)
{
    const char *const read[] = {in, from, o->compare};
    int rc = 0;

    for (size_t i = 0; i < sizeof(read) / sizeof(*read) && rc == 0; i++)
        if (same_file(read[i], path))
            rc = err_set(e, ERR_ARG,
                         "its output '%s' is the %s; choose another -o", path,
                         i == 0   ? "picture itself"
                         : i == 1 ? "depth that it is made of"
                                  : "depth to compare with");
    return rc;
}

static int save(struct talk *t, const struct options *o, const char *in,
                const struct depth_full *d, struct err *e)
{
    char *path = name_output(o, in);
    int rc;

    if (!path)
        return err_mem(e, strlen(in));
    TRY(refuse_source(o, in, d->path, path, e));
    TRY(depth_save(d, path, (enum depth_view)o->view, o->floats, o->overwrite,
                   e));
    text(t, "output", path);
    if (!o->view)
        number(t, "white", (double)depth_white(d));
out:
    mem_free(path);
    return rc;
}

static int one(const struct options *o, const char *in, struct pool *pool,
               const struct depth_maker *maker, FILE *out, struct err *e)
{
    const struct depth_job job = {
        .in = in,
        .want = {.depth = o->depth,
                 .encoding = (enum depth_encoding)o->depth_encoding,
                 .model = o->model,
                 .size = o->depth_size,
                 .maker = maker,
                 .layer = o->layer,
                 .bare = true},
        .assume = o->assume,
        .layer = o->layer,
        .memory = memory_budget(),
    };
    struct talk t = {out, o->json ? json_object() : NULL};
    struct depth_full d = {0};
    int rc;

    TRY(depth_full_of_file(&job, pool, &d, e));
    if (o->json)
        text(&t, "input", in);
    else
        fprintf(out, "%s\n", in);
    text(&t, "depth", d.from);
    text(&t, "kind", d.info.kind == DEPTH_METRIC ? "metric" : "relative");
    whole(&t, "width", d.w);
    whole(&t, "height", d.h);
    if (o->output)
        TRY(save(&t, o, in, &d, e));
    if (o->stats)
        tell_stats(&t, &d);
    if (o->compare)
        TRY(tell_score(&t, o, &d, pool, e));
    if (t.json) {
        rc = json_put(out, t.json, false, e);
        t.json = NULL;
    }
out:
    depth_full_release(&d);
    json_decref(t.json);
    return rc;
}

static int check(const struct options *o, struct err *e)
{
    if (o->input.count == 0)
        return err_set(e, ERR_ARG, "needs at least one picture");
    if (!o->output && !o->stats && !o->compare)
        return err_set(e, ERR_ARG,
                       "nothing to do: give -o, --stats or --compare");
    if (o->input.count > 1 && o->output && !is_folder(o->output))
        return err_set(e, ERR_ARG, "'%s' is not a folder, for %d pictures",
                       o->output, o->input.count);
    if (o->depth && !strcmp(o->depth, "none"))
        return err_set(e, ERR_ARG, "depth without depth cannot be");
    return 0;
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    struct depth_model *model = NULL;
    struct depth_maker maker;
    struct pool *pool = NULL;
    int rc, failed = 0;

    TRY(check(o, e));
    TRY(pool_new(o->threads > 0 ? o->threads : cpu_count(), &pool, e));
    TRY(depth_model_new(&model, &maker, e));
    for (int i = 0; i < o->input.count; i++) {
        struct err own = {0};
        char line[ERR_TEXT_MAX + 4096];

        if (one(o, o->input.item[i], pool, &maker, out, &own) == 0)
            continue;
        failed++;
        snprintf(line, sizeof(line), "portal: depth: '%s': %s",
                 o->input.item[i], own.text);
        text_clean(line);
        fprintf(stderr, "%s\n", line);
    }
    rc = failed == 0               ? EXIT_DONE
         : failed < o->input.count ? EXIT_SOME
                                   : EXIT_FAILED;
out:
    depth_model_free(model);
    pool_free(pool);
    return rc;
}

const struct command command_depth = {
    .name = "depth",
    .words = "INPUT... [-o OUTPUT]",
    .doc = "Writes, shows and measures the depth of pictures",
    .help =
        "Depth is what steps of a look see: that of the render when there is "
        "one, else estimated, and refined to the size of the picture. In 16 "
        "bits 0 is near and 65535 sky; metres start at 0 and 'white' tells "
        "what 65535 is. OpenEXR and --floats hold metres or 0 ... 1.\n\n"
        "  portal depth villa.jpg -o villa_depth.png\n"
        "  portal depth villa.exr -o villa_view.png --view turbo\n"
        "  portal depth villa.tif --depth model --compare villa_depth.exr",
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct options),
    .words_at = AT(input),
    .word = WORD_FILE,
    .run = run,
};
