/* kern-check --bench: ns per element of each kernel at each CPU level. */

#include "check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define WIDTH 3840
#define STEPS 3 /* what strided kernels are timed with */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The best of several short runs: least disturbed by other programs. */
static double time_call(const struct check *c, const struct kern *k,
                        const struct probe *p)
{
    double best = 1e9;

    for (int round = 0; round < 15; round++) {
        const double start = now();
        int calls = 0;

        while (now() - start < 0.001) {
            c->run(k, p);
            calls++;
        }
        const double t = (now() - start) / calls;
        best = t < best ? t : best;
    }
    return best * 1e9 / WIDTH;
}

static double time_kernel(const struct check *c, const struct kern *k,
                          bool in_place)
{
    struct rows in[LANES] = {0}, out[LANES] = {0};
    struct probe p = {.n = WIDTH, .step = STEPS};
    uint64_t seed = 1;
    double ns;

    for (int i = 0; i < LANES; i++) {
        if (c->in[i].type) {
            const size_t bytes = lane_bytes(&c->in[i], WIDTH, STEPS);
            const size_t one =
                lane_bytes(&(struct lane){.type = c->in[i].type}, 1, 1);

            rows_map(&in[i], bytes);
            p.in[i] = in[i].start;
            fill(p.in[i], c->in[i].type, bytes / one, 0, &seed);
        }
        if (c->out[i].type) {
            rows_map(&out[i], lane_bytes(&c->out[i], WIDTH, STEPS));
            p.out[i] = in_place && in[i].start ? in[i].start : out[i].start;
        }
    }
    ns = time_call(c, k, &p);
    for (int i = 0; i < LANES; i++) {
        if (in[i].start)
            rows_unmap(&in[i]);
        if (out[i].start)
            rows_unmap(&out[i]);
    }
    return ns;
}

static void bench_one(const char *family, const struct check *c)
{
    printf("%-12s %-20s", family, c->name);
    for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++) {
        const struct kern *k = kern_for((enum isa)isa);

        printf(" %8.3f", time_kernel(c, k, false));
        if (check_in_place(c))
            printf(" %8.3f", time_kernel(c, k, true));
        else
            printf(" %8s", "");
    }
    printf("\n");
}

void bench(const struct check_family *const *families, size_t count,
           const char *only)
{
    printf("ns per element, row of %d\n%-12s %-20s", WIDTH, "family", "kernel");
    for (int isa = ISA_BASE; isa <= (int)cpu_isa(); isa++)
        printf(" %8s %8s", cpu_isa_name((enum isa)isa), "in place");
    printf("\n");
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i]->count; j++)
            if (strstr(families[i]->name, only) ||
                strstr(families[i]->checks[j].name, only))
                bench_one(families[i]->name, &families[i]->checks[j]);
}
