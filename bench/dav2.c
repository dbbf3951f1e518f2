/*
 * Depth Anything V2 on its own, for bench/dav2 to set beside others:
 *
 *   dav2 write MODEL                         Small, with weights by formula
 *   dav2 inputs MODEL HEIGHT WIDTH POSITIONS PICTURE
 *   dav2 run MODEL HEIGHT WIDTH THREADS RUNS [int8] [portable] [cache=FOLDER]
 *            [out=FILE]
 *
 * inputs writes two files of floats: the table of positions for that size, and
 * what the network is shown. run prints one line of JSON: times of the load and
 * of each run, processor time per run, the mean of the result, the peak of
 * memory. out gets the result, floats.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/trace.h"
#include "../tests/nn/formula.h"
#include "nn/dav2.h"

static void must(int rc, const struct err *e)
{
    if (rc < 0) {
        fprintf(stderr, "dav2: %s\n", e->text);
        exit(1);
    }
}

static float *floats(size_t n)
{
    float *p = mem_array(n, sizeof(*p));
    struct err e = {0};

    if (!p)
        must(err_mem(&e, n * sizeof(*p)), &e);
    return p;
}

static void save(const char *path, const float *v, size_t n)
{
    struct outfile f = {0};
    struct err e = {0};

    must(outfile_open(&f, path, &e), &e);
    must(outfile_add(&f, v, n * sizeof(*v), &e), &e);
    must(outfile_commit(&f, true, &e), &e);
}

static double ms_since(int64_t start)
{
    return (double)(time_ns() - start) * 1e-6;
}

struct how {
    int h, w, threads, runs;
    struct dav2_options options;
    const char *out;
};

static void run(const char *model, const struct how *how)
{
    const size_t n = (size_t)how->h * (size_t)how->w;
    float *chw = floats(3 * n), *out = floats(n);
    struct dav2_job job = {0};
    struct dav2 *m = NULL;
    struct rusage use;
    struct err e = {0};
    double sum = 0;
    int64_t start, cpu;

    formula_input(formula_small.seed, chw, how->h, how->w);
    must(pool_new(how->threads, &job.pool, &e), &e);
    start = time_ns();
    must(dav2_open(model, &how->options, &m, &e), &e);
    printf("{\"load_ms\": %.2f, \"cached\": %s, \"run_ms\": [", ms_since(start),
           dav2_info(m)->cached ? "true" : "false");
    cpu = time_cpu_ns();
    for (int i = 0; i < how->runs; i++) {
        start = time_ns();
        must(dav2_run(m, &job, chw, how->h, how->w, out, &e), &e);
        printf("%s%.2f", i ? ", " : "", ms_since(start));
    }
    cpu = (time_cpu_ns() - cpu) / how->runs;
    getrusage(RUSAGE_SELF, &use);
    for (size_t i = 0; i < n; i++)
        sum += (double)out[i];
    printf("], \"cpu_ms\": %.2f, \"mean\": %.6f, \"rss_mb\": %.1f, "
           "\"packed_mb\": %.1f}\n",
           (double)cpu * 1e-6, sum / (double)n, (double)use.ru_maxrss / 1024,
           (double)dav2_info(m)->packed / 1e6);
    if (how->out)
        save(how->out, out, n);
    dav2_close(m);
    pool_free(job.pool);
    mem_free(chw);
    mem_free(out);
}

static void see(void *arg, const char *name, const float *v, int h, int w,
                int c)
{
    if (strcmp(name, "pos") == 0)
        save(arg, v, (size_t)h * (size_t)w * (size_t)c);
}

static void inputs(const char *model, int h, int w, char *table,
                   const char *picture)
{
    const size_t n = (size_t)h * (size_t)w;
    const struct dav2_trace trace = {see, table};
    const struct dav2_options options = {0};
    struct dav2_job job = {.trace = &trace};
    float *chw = floats(3 * n), *out = floats(n);
    struct dav2 *m = NULL;
    struct err e = {0};

    formula_input(formula_small.seed, chw, h, w);
    save(picture, chw, 3 * n);
    must(pool_new(2, &job.pool, &e), &e);
    must(dav2_open(model, &options, &m, &e), &e);
    must(dav2_run(m, &job, chw, h, w, out, &e), &e);
    dav2_close(m);
    pool_free(job.pool);
    mem_free(chw);
    mem_free(out);
}

static struct how read_how(int argc, char **argv)
{
    struct how how = {.h = (int)strtol(argv[3], NULL, 10),
                      .w = (int)strtol(argv[4], NULL, 10),
                      .threads = (int)strtol(argv[5], NULL, 10),
                      .runs = (int)strtol(argv[6], NULL, 10)};

    for (int i = 7; i < argc; i++) {
        if (strcmp(argv[i], "int8") == 0)
            how.options.int8 = true;
        else if (strcmp(argv[i], "portable") == 0)
            how.options.portable = true;
        else if (strncmp(argv[i], "cache=", 6) == 0)
            how.options.cache_folder = argv[i] + 6;
        else if (strncmp(argv[i], "out=", 4) == 0)
            how.out = argv[i] + 4;
    }
    return how;
}

int main(int argc, char **argv)
{
    struct how how;

    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        formula_write(&formula_small, argv[2], false, SAFETENSORS_F32);
    } else if (argc == 7 && strcmp(argv[1], "inputs") == 0) {
        inputs(argv[2], (int)strtol(argv[3], NULL, 10),
               (int)strtol(argv[4], NULL, 10), argv[5], argv[6]);
    } else if (argc >= 7 && strcmp(argv[1], "run") == 0) {
        how = read_how(argc, argv);
        run(argv[2], &how);
    } else {
        fputs("usage: see the first lines of bench/dav2.c\n", stderr);
        return 2;
    }
    return 0;
}
