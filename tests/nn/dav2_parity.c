/*
 * usage: dav2_parity [--int8] [--only TEXT] FOLDER
 *
 * Compares Depth Anything V2 with a set of reference results: every case of
 * FOLDER/index.json at each CPU level with one and two threads, intermediate
 * arrays included, within the tolerances that the set states; and the steps
 * before and after the network. With --int8 the errors of 8-bit weights are
 * printed as well, judged by no limit. Arrays are floats, or text (*.txt). Exit
 * code 1 when something is beyond its limit.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "formula.h"
#include "nn/dav2.h"
#include "reference.h"

/* One run under way. */
struct trial {
    const json_t *at;
    const char *how;
    bool judged;
    double worst_trace;
};

/* The place of (y, x, c), which is stored with the points innermost. */
static double compare_map(const struct array *want, const float *hwc, int h,
                          int w, int c)
{
    double worst = 0;

    if (want->count != (size_t)h * (size_t)w * (size_t)c)
        return 1e30;
    for (int i = 0; i < h * w; i++)
        for (int k = 0; k < c; k++) {
            const size_t at = want->dims == 3
                                  ? (size_t)k * (size_t)(h * w) + (size_t)i
                                  : (size_t)i * (size_t)c + (size_t)k;

            worst = larger(worst, gap(want->v[at],
                                      hwc[(size_t)i * (size_t)c + (size_t)k]));
        }
    return worst;
}

static const char *behind_slash(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? slash + 1 : name;
}

/* The name in the list whose last part is `name`, or NULL. */
static const char *find_name(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));

        if (s && !strcmp(behind_slash(s), name))
            return s;
    }
    return NULL;
}

static double compare_samples(const json_t *samples, const struct array *want,
                              const float *v, int w, int c)
{
    const json_t *rows = json_object_get(samples, "rows");
    const int dims = want->side[1];
    double worst = 0;

    for (int i = 0; i < want->side[0]; i++) {
        const int row =
            (int)json_integer_value(json_array_get(rows, (size_t)i));

        if (row >= w || dims > c)
            return 1e30;
        for (int k = 0; k < dims; k++)
            worst = larger(worst, gap(want->v[i * dims + k],
                                      v[(size_t)row * (size_t)c + (size_t)k]));
    }
    return worst;
}

static void see(void *arg, const char *name, const float *hwc, int h, int w,
                int c)
{
    struct trial *t = arg;
    const json_t *samples = json_object_get(t->at, "token_samples");
    const char *whole = find_name(json_object_get(t->at, "trace"), name);
    const char *some = find_name(json_object_get(samples, "tensors"), name);
    const bool first = !strcmp(name, "pos") || !strcmp(name, "tokens");
    struct array want;
    char what[200];
    double d;

    if (!whole && !some)
        return;
    want = load(whole ? whole : some);
    d = whole ? compare_map(&want, hwc, h, w, c)
              : compare_samples(samples, &want, hwc, w, c);
    snprintf(what, sizeof(what), "  %s %s", whole ? whole : some, t->how);
    report(what, d,
           !t->judged
               ? 0
               : limit_of(strcmp(text(t->at, "model"), "tiny") ? "vits_tokens"
                          : first                              ? "tiny_embed"
                                                               : "tiny_trace"));
    mem_free(want.v);
}

static double compare_depth(const json_t *at, const float *depth, int w)
{
    const json_t *grid = json_object_get(at, "grid");
    struct array want = load(text(at, grid ? "output_grid" : "output"));
    const int step = grid ? (int)number(grid, "step") : 1;
    const int x0 = grid ? (int)number(grid, "x0") : 0;
    const int y0 = grid ? (int)number(grid, "y0") : 0;
    double worst = 0;

    for (int y = 0, i = 0; y < want.side[0]; y++)
        for (int x = 0; x < want.side[1]; x++, i++)
            worst = larger(
                worst,
                gap(want.v[i], depth[(y0 + y * step) * w + x0 + x * step]));
    mem_free(want.v);
    return worst;
}

/* Statistics of the whole map, where only a grid of it is kept. */
static double compare_stats(const json_t *at, const float *depth, int n)
{
    const json_t *s = json_object_get(at, "stats");
    double sum = 0, squares = 0, lo = 1e30, hi = -1e30, mean;

    for (int i = 0; i < n; i++) {
        const double v = (double)depth[i];

        sum += v;
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    mean = sum / n;
    for (int i = 0; i < n; i++)
        squares += ((double)depth[i] - mean) * ((double)depth[i] - mean);
    return larger(
        larger(fabs(mean - number(s, "mean")),
               fabs(sqrt(squares / n) - number(s, "std"))),
        larger(fabs(lo - number(s, "min")), fabs(hi - number(s, "max"))));
}

static float *input_of(const json_t *at, int h, int w)
{
    float *chw;

    if (*text(at, "input"))
        return load(text(at, "input")).v;
    chw = room((size_t)h * (size_t)w, 3 * sizeof(*chw));
    if (!strcmp(text(at, "model"), "tiny"))
        formula_stream(formula_tiny.seed, chw, 3 * (size_t)h * (size_t)w);
    else
        formula_input(formula_small.seed, chw, h, w);
    return chw;
}

static void run_case(struct dav2 *m, struct pool *pool, const json_t *at,
                     enum dav2_profile profile, const char *how, bool judged)
{
    const int h = (int)number(at, "height"), w = (int)number(at, "width");
    const bool tiny = !strcmp(text(at, "model"), "tiny");
    const bool metric = !strcmp(text(at, "head"), "metric");
    const double limit = limit_of(tiny ? "tiny_depth" : "vits_depth") *
                         (metric ? number(at, "max_depth") / 4 : 1);
    struct trial t = {.at = at, .how = how, .judged = judged};
    const struct dav2_trace trace = {see, &t};
    const struct dav2_job job = {pool, profile, &trace};
    float *chw = input_of(at, h, w);
    float *out = room((size_t)h * (size_t)w, sizeof(*out));
    struct err e = {0};
    char what[200];

    must(dav2_run(m, &job, chw, h, w, out, &e), &e);
    snprintf(what, sizeof(what), "%s %dx%d %s %s %s", text(at, "model"), h, w,
             text(at, "head"), profile ? "hf" : "opencv", how);
    report(what, compare_depth(at, out, w), judged ? limit : 0);
    if (json_object_get(at, "grid"))
        report("  mean, deviation, smallest, largest",
               compare_stats(at, out, h * w), judged ? limit : 0);
    mem_free(chw);
    mem_free(out);
}

static struct dav2 *open_model(const char *path, const json_t *at, bool int8,
                               bool portable)
{
    const bool metric = !strcmp(text(at, "head"), "metric");
    const struct dav2_options o = {
        .max_depth = metric ? (float)number(at, "max_depth") : 0,
        .int8 = int8,
        .portable = portable,
    };
    struct dav2 *m = NULL;
    struct err e = {0};

    must(dav2_open(path, &o, &m, &e), &e);
    return m;
}

/* One case on both levels, with one and two threads. */
static void try_case(const char *path, const json_t *at, bool int8)
{
    const bool hf = !strcmp(text(at, "profile"), "hf"),
               both = !strcmp(text(at, "profile"), "both");
    const int levels = cpu_isa() == ISA_BASE ? 1 : 2;

    for (int level = 0; level < levels; level++) {
        struct dav2 *m = open_model(path, at, int8, level == 1);

        for (int threads = 1; threads <= 2; threads++) {
            struct pool *pool = NULL;
            struct err e = {0};
            char how[40];

            snprintf(how, sizeof(how), "%s %d%s",
                     cpu_isa_name(level == 1 ? ISA_BASE : cpu_isa()), threads,
                     int8 ? " int8" : "");
            must(pool_new(threads, &pool, &e), &e);
            run_case(m, pool, at, hf ? DAV2_HF : DAV2_OPENCV, how, !int8);
            if (both)
                run_case(m, pool, at, DAV2_HF, how, !int8);
            pool_free(pool);
        }
        dav2_close(m);
    }
}

static struct formula formula_of(const json_t *model)
{
    struct formula f = {
        .embed = (int)number(model, "embed_dim"),
        .layers = (int)number(model, "layers"),
        .hidden = 4 * (int)number(model, "embed_dim"),
        .features = (int)number(model, "features"),
        .grid = (int)number(model, "pos_grid"),
        .seed = strtoull(text(model, "seed"), NULL, 16),
        .embed_gain = number(model, "embed_gain"),
        .conv3_gain = number(model, "conv3_gain"),
        .conv3_bias = number(model, "conv3_bias"),
    };

    for (size_t k = 0; k < 4; k++)
        f.channels[k] = (int)json_integer_value(
            json_array_get(json_object_get(model, "out_channels"), k));
    return f;
}

static void check_network(const char *work, bool int8)
{
    const json_t *cases = json_object_get(set.index, "cases");
    json_t *models = json_object_get(set.index, "models");
    const char *name;
    json_t *model;

    json_object_foreach(models, name, model)
    {
        const struct formula f = formula_of(model);
        char path[300];
        bool made = false;

        snprintf(path, sizeof(path), "%s/%s.safetensors", work, name);
        for (size_t i = 0; i < json_array_size(cases); i++) {
            const json_t *at = json_array_get(cases, i);

            if (strcmp(text(at, "model"), name) ||
                (set.only && !strstr(name, set.only)))
                continue;
            if (!made)
                formula_write(&f, path, false, SAFETENSORS_F32);
            made = true;
            try_case(path, at, false);
            if (int8)
                try_case(path, at, true);
        }
        unlink(path);
    }
}

/* The picture of the set: triangles, a chequered pattern and noise. */
static int triangle(int n, int p)
{
    const int m = ((n % (2 * p)) + 2 * p) % (2 * p);

    return abs(m - p) * 65535 / p;
}

static void paint(uint64_t seed, bool narrow, struct view *v)
{
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < v->h; y++)
            for (int x = 0; x < v->w; x++) {
                const int i = (c * v->h + y) * v->w + x;
                const int a = triangle(3 * x + 2 * y + 40 * c, 97);
                const int b = triangle(5 * y - 2 * x + 2 * v->w + 25 * c, 61);
                const int k = (x / 16 + y / 12) & 1;
                const int noise =
                    (int)((formula_u(seed, 0xFFFE, (uint64_t)i) + 1) * 0x1p15);
                const int wide = (5 * a + 4 * b + 2 * noise + 3 * 65535 * k) /
                                 14;

                row_of(v, c, y)[x] =
                    narrow ? (float)((wide * 255 + 32767) / 65535) / 255.0f
                           : (float)wide / 65535.0f;
            }
}

static double compare_input(const json_t *at, const float *chw, int h, int w)
{
    const struct array want = load(text(at, "tensor"));
    const json_t *crop = json_object_get(at, "crop");
    const bool cut = json_is_object(crop);
    const int x0 = cut ? (int)number(crop, "x0") : 0;
    const int y0 = cut ? (int)number(crop, "y0") : 0;
    double worst = 0;

    for (int c = 0, i = 0; c < 3; c++)
        for (int y = 0; y < want.side[1]; y++)
            for (int x = 0; x < want.side[2]; x++, i++)
                worst = larger(
                    worst, gap(want.v[i], chw[(c * h + y0 + y) * w + x0 + x]));
    mem_free(want.v);
    return worst;
}

static void check_input(struct pool *pool, const json_t *at)
{
    const int h = (int)number(at, "out_h"), w = (int)number(at, "out_w");
    const bool hf = !strcmp(text(at, "profile"), "hf");
    const enum dav2_profile profile = hf ? DAV2_HF : DAV2_OPENCV;
    const int src_w = (int)number(at, "width"),
              src_h = (int)number(at, "height");
    struct image *im = NULL;
    float *chw = room((size_t)h * (size_t)w, 3 * sizeof(*chw));
    struct err e = {0};
    int sw = 0, sh = 0;

    must(image_new(src_w, src_h, 3, &im, &e), &e);
    paint(strtoull(text(set.index, "image_seed"), NULL, 16),
          !strcmp(text(at, "samples"), "u8"), &im->v);
    must(dav2_size(profile, src_w, src_h, (int)number(at, "target"), &sw, &sh,
                   &e),
         &e);
    report(text(at, "tensor"), sw == w && sh == h ? 0 : 1, 0.5);
    must(dav2_input(profile, pool, &im->v, chw, h, w, &e), &e);
    report(text(at, "tensor"), compare_input(at, chw, h, w),
           limit_of(hf ? "pre_hf" : "pre_f32_coord"));
    image_free(im);
    mem_free(chw);
}

static void check_sizes(void)
{
    const json_t *list = json_object_get(set.index, "pre_sizes");
    static const char *const names[] = {"opencv", "hf"};
    int wrong = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        for (int p = 0; p < 2; p++) {
            const json_t *at = json_array_get(list, i);
            const json_t *want = json_object_get(at, names[p]);
            struct err e = {0};
            int w = 0, h = 0;
            int rc = dav2_size((enum dav2_profile)p, (int)number(at, "src_w"),
                               (int)number(at, "src_h"),
                               (int)number(at, "target"), &w, &h, &e);

            if (json_is_array(want))
                wrong += rc < 0 ||
                         h != json_integer_value(json_array_get(want, 0)) ||
                         w != json_integer_value(json_array_get(want, 1));
            else
                wrong += rc == 0 && (w < DAV2_PATCH || h < DAV2_PATCH);
        }
    report("sizes that differ", wrong, 0.5);
}

static void check_resize(struct pool *pool, const json_t *at)
{
    const struct array src = load(text(at, "source"));
    const struct array want = load(text(at, "tensor"));
    const bool hf = !strcmp(text(at, "profile"), "hf");
    float *out = room(want.count, sizeof(*out));
    struct err e = {0};
    double worst = 0;

    must(dav2_resize(hf ? DAV2_HF : DAV2_OPENCV, pool, src.v, src.side[1],
                     src.side[0], out, want.side[1], want.side[0], &e),
         &e);
    for (size_t i = 0; i < want.count; i++)
        worst = larger(worst, gap(want.v[i], out[i]));
    report(text(at, "tensor"), worst,
           limit_of(hf ? "post_bicubic" : "post_bilinear"));
    mem_free(src.v);
    mem_free(want.v);
    mem_free(out);
}

static void check_pictures(void)
{
    const json_t *pre = json_object_get(set.index, "pre");
    const json_t *post = json_object_get(set.index, "post");

    check_sizes();
    for (int threads = 1; threads <= 2; threads++) {
        struct pool *pool = NULL;
        struct err e = {0};

        must(pool_new(threads, &pool, &e), &e);
        for (size_t i = 0; i < json_array_size(pre); i++)
            check_input(pool, json_array_get(pre, i));
        for (size_t i = 0; i < json_array_size(post); i++)
            check_resize(pool, json_array_get(post, i));
        pool_free(pool);
    }
}

int main(int argc, char **argv)
{
    char work[] = "/tmp/dav2_parity.XXXXXX", *path;
    bool int8 = false;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--int8"))
            int8 = true;
        else if (!strcmp(argv[i], "--only") && i + 1 < argc)
            set.only = argv[++i];
        else
            set.folder = argv[i];
    }
    if (!set.folder)
        die("usage: dav2_parity [--int8] [--only TEXT] FOLDER");
    path = path_join(set.folder, "index.json");
    set.index = json_load_file(path, 0, NULL);
    mem_free(path);
    if (!set.index)
        die("cannot read '%s/index.json'", set.folder);
    if (!mkdtemp(work))
        die("cannot make a folder");
    check_pictures();
    check_network(work, int8);
    rmdir(work);
    json_decref(set.index);
    printf("%d checks, %d failed; largest share of a limit: %.2f\n", set.done,
           set.failed, set.worst);
    return set.failed > 0;
}
