/*
 * What a step costs on a frame of 1920 x 1080, one thread, best CPU level:
 *
 *   ops [STEP ...]
 *   ops grain 'sharpen: {amount: 1}'
 *
 * Prints Markdown: ns per pixel of the step's own rows in its own domain, once
 * in strips as the runner makes them, and what prepare() takes per frame. Steps
 * that use frames around theirs get copies with other noise. Last come the
 * conversions between domains, of three planes there and back.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kern/convert.h"
#include "run/proxy.h"
#include "run/render.h"

enum { W = 1920, H = 1080, ROUNDS = 7 };

static const char *const usual[] = {
    "temporal_denoise",
    "denoise: {luma: 0.2, chroma: 0.25}",
    "white_balance: {kelvin: 5600}",
    "warmth: {amount: 0.3}",
    "warmth: {amount: 0.3, tones: midtones}",
    "exposure: {ev: 0.1}",
    "color_balance: {gamma: 0.98}",
    "contrast: {amount: 0.1}",
    "contrast: {amount: 0.1, keep_color: 0.5}",
    "saturation: {amount: 0.1}",
    "vibrance: {amount: 0.1}",
    "sharpen",
    "unsharp: {size: 7, amount: 1.35, chroma_size: 5, chroma: 0.65}",
    "bloom",
    "halation",
    "vignette",
    "deband",
    "grain",
    "grain: {roughness: 0.5}",
};

static struct image *frame[2 * OP_FRAMES_MAX + 1];

static void must(int rc, const struct err *e)
{
    if (rc < 0) {
        fprintf(stderr, "ops: %s\n", e->text);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Soft shades, a window that glows, edges, noise of its own in each frame. */
static void paint(struct image *im, uint32_t seed)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const bool window = x / 160 % 3 == 1 && y > 200 && y < 500;
                const float base = 0.02f +
                                   0.25f * (float)((x + 2 * y) % 1500) / 1500;

                seed = seed * 1664525u + 1013904223u;
                row_of(&im->v, p, y)[x] =
                    base * (x / 40 % 2 ? 1 : 1.1f) + (window ? 2.0f : 0) +
                    0.01f * ((float)(seed >> 8) * 0x1p-24f - 0.5f);
            }
}

/* From linear light; `back` returns there. */
static void convert(const struct kern *k, const struct view *v, int y,
                    enum op_domain to, bool back)
{
    const struct kern_convert *c = k->convert;

    for (int p = 0; p < 3; p++) {
        float *row = row_of(v, p, y);

        if (to == OP_DISPLAY)
            c->to_display(row, row, W);
        else if (to == OP_ROOT)
            c->to_root(row, row, W);
        if (back && to == OP_DISPLAY)
            c->to_linear(row, row, W);
        else if (back && to == OP_ROOT)
            c->from_root(row, row, W);
    }
}

struct run {
    struct chain *chain;
    const struct kern *k;
    struct arena scratch;
    float *block[2];
    struct image *src[2 * OP_FRAMES_MAX + 1]; /* in the step's domain */
};

/* One frame, strip by strip; source rows are copied near before the clock. */
static double once(struct run *r)
{
    const struct node *n = &r->chain->node[0];
    const int strip = chain_strip_rows(r->chain);
    double t = 0;

    for (int y0 = 0; y0 < n->to.h; y0 += strip) {
        const int y1 = y0 + strip < n->to.h ? y0 + strip : n->to.h;
        const int frames = n->op->frames ? n->op->frames(n->values) : 0;
        struct rows need[2];
        struct view near[2 * OP_FRAMES_MAX];
        double start;

        chain_plan(r->chain, 0, 1, (struct rows){y0, y1}, need);
        struct view src =
            view_over(r->block[0], W, H, 3, need[0].y0, need[0].y1);
        struct view dst = view_over(r->block[1], n->to.w, n->to.h, 3, y0, y1);
        struct op_job job = {.k = r->k,
                             .src = src,
                             .dst = n->wide ? dst : src,
                             .y0 = y0,
                             .y1 = y1,
                             .site = &n->to,
                             .from = &n->from,
                             .state = n->state,
                             .scratch = &r->scratch,
                             .near = near,
                             .before = frames,
                             .after = frames};

        for (int i = 0; i < 2 * frames; i++)
            near[i] = r->src[i + 1]->v;
        for (int p = 0; p < 3; p++)
            for (int y = need[0].y0; y < need[0].y1; y++)
                memcpy(row_of(&src, p, y), row_of(&r->src[0]->v, p, y),
                       W * sizeof(float));
        start = now();
        chain_node_rows(n, &job);
        t += now() - start;
    }
    return t;
}

static void measure(const char *step, struct pool *pool)
{
    struct run r = {.k = kern_best()};
    struct render render = {.pool = pool, .k = r.k, .image = frame[0]};
    struct image *proxy = NULL;
    struct look *look = NULL;
    struct chain *chain = NULL;
    double start, prepare, best = 1e9;
    char text[400];
    struct err e = {0};
    size_t room;

    snprintf(text, sizeof(text), "steps: [%s%s%s]",
             strchr(step, ':') ? "{" : "", step, strchr(step, ':') ? "}" : "");
    must(look_parse(text, strlen(text), "bench", ".", &look, &e), &e);
    must(chain_new(look, W, H, 3, 0, 0, &chain, &e), &e);
    if (chain->count != 1) {
        printf("| `%s` | changes nothing | | |\n", step);
        goto out;
    }
    r.chain = render.chain = chain;
    if (chain_needs_proxy(chain))
        must(proxy_make(&render, NULL, &proxy, &e), &e);
    start = now();
    must(chain_prepare_take(chain, r.k, pool, proxy, &e), &e);
    prepare = now() - start;
    for (int i = 0; i < 2 * OP_FRAMES_MAX + 1; i++) {
        must(image_new(W, H, 3, &r.src[i], &e), &e);
        memcpy(r.src[i]->v.data, frame[i]->v.data, view_bytes(W, H, 3));
        for (int y = 0; y < H; y++)
            convert(r.k, &r.src[i]->v, y, chain->node[0].op->domain, false);
    }
    room = chain_node_scratch(&chain->node[0], &chain->node[0].to, H);
    must(arena_init(&r.scratch, room + 1, &e), &e);
    for (int i = 0; i < 2; i++) {
        r.block[i] = mem_alloc(view_bytes(W, H, 3));
        if (!r.block[i])
            must(err_mem(&e, view_bytes(W, H, 3)), &e);
    }
    for (int i = 0; i < ROUNDS; i++) {
        const double t = once(&r);

        best = t < best ? t : best;
    }
    printf("| `%s` | %s | %.2f | %.2f |\n", step,
           op_domain_names[chain->node[0].op->domain],
           best * 1e9 / ((double)W * H), prepare * 1e3);
    fflush(stdout);
out:
    for (int i = 0; i < 2 * OP_FRAMES_MAX + 1; i++)
        image_free(r.src[i]);
    for (int i = 0; i < 2; i++)
        mem_free(r.block[i]);
    arena_release(&r.scratch);
    chain_free(chain);
    look_free(look);
}

static void measure_domain(enum op_domain to)
{
    const struct kern *k = kern_best();
    double best = 1e9;

    for (int i = 0; i < ROUNDS; i++) {
        const double start = now();

        for (int y = 0; y < H; y++)
            convert(k, &frame[1]->v, y, to, true);
        best = now() - start < best ? now() - start : best;
    }
    printf("| to %s and back | | %.2f | |\n", op_domain_names[to],
           best * 1e9 / ((double)W * H));
}

int main(int argc, char **argv)
{
    struct pool *pool = NULL;
    struct err e = {0};

    must(pool_new(1, &pool, &e), &e);
    for (int i = 0; i < 2 * OP_FRAMES_MAX + 1; i++) {
        must(image_new(W, H, 3, &frame[i], &e), &e);
        paint(frame[i], (uint32_t)i * 77777 + 1);
    }
    puts("| step | domain | ns per pixel | ms to prepare |\n"
         "| --- | --- | ---: | ---: |");
    for (int i = 1; i < argc; i++)
        measure(argv[i], pool);
    for (size_t i = 0; argc == 1 && i < sizeof(usual) / sizeof(*usual); i++)
        measure(usual[i], pool);
    measure_domain(OP_ROOT);
    measure_domain(OP_DISPLAY);
    for (int i = 0; i < 2 * OP_FRAMES_MAX + 1; i++)
        image_free(frame[i]);
    pool_free(pool);
    return 0;
}
