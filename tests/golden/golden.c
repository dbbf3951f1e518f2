/*
 * usage: golden [--record] FOLDER
 *
 * The pictures did not change. Each file of the folder is text: a line that
 * does not begin with a blank is a look, as steps in YAML or as "look NAME";
 * the lines below say what it makes of the test picture: size and hash, then
 * per channel the least value, the mean, the most, and a grid of 4 x 4 means,
 * so that a reviewer sees in the difference what changed. Made without files,
 * in linear light. Every operation has a file with two looks or more, every
 * shipped look has look_NAME.txt, every shipped table lut_NAME.txt. --record
 * writes what is so now.
 */

#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "codec/lut_shipped.h"
#include "run/render.h"

#include "../unit/made_depth.h"

#define W    192
#define H    144
#define GRID 4

static int failures;
static struct pool *pool;
static struct image *picture;

static void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("golden: ", stdout);
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    failures++;
}

static void must(int rc, const struct err *e)
{
    if (rc < 0) {
        printf("golden: %s\n", e->text);
        exit(1);
    }
}

/* Grey from below black to far above white, a tint from top to bottom. */
static double ramp(int x, int y, int c)
{
    const double light = x < 4 ? -0.02 * (4 - x) : 0.004 * exp2(x * 0.11);

    return light * (1 + 0.3 * (c - 1) * (y - 36) / 36.0);
}

static double zone_plate(int x, int y)
{
    const double dx = x - 48, dy = y - 36;

    return 0.4 + 0.35 * cos((dx * dx + dy * dy) * 0.02);
}

/* Patches: corners and edges of the cube, skin, sky, out of gamut, greys. */
static double chart(int x, int y, int c)
{
    static const double patch[24][3] = {
        {1, 0, 0},        {0, 1, 0},       {0, 0, 1},       {1, 1, 0},
        {0, 1, 1},        {1, 0, 1},       {.45, .26, .18}, {.58, .42, .32},
        {.2, .33, .55},   {.12, .17, .08}, {.3, .28, .5},   {.2, .55, .45},
        {.7, .3, .04},    {.09, .12, .4},  {.55, .12, .14}, {.1, .04, .15},
        {1.4, -.2, -.05}, {-.1, .9, -.2},  {.02, .02, .02}, {.09, .09, .09},
        {.18, .18, .18},  {.4, .4, .4},    {.9, .9, .9},    {6, 5.5, 5},
    };

    return patch[y / 18 * 6 + x / 16][c];
}

/* Dark and light on two sides of an edge, with noise. */
static double noise(int x, int y)
{
    static uint32_t state = 20261122;
    const double base = x + y / 3 < 60 ? 0.05 : 0.5;

    state = state * 1664525u + 1013904223u;
    return base * (1 + 0.3 * ((double)(state >> 8) / (1 << 24) - 0.5));
}

static void paint(void)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int c = 0; c < 3; c++) {
                const int u = x % (W / 2), v = y % (H / 2);
                double light;

                if (y < H / 2)
                    light = x < W / 2 ? ramp(u, v, c) : zone_plate(u, v);
                else
                    light = x < W / 2 ? chart(u, v, c) : noise(u, v);
                row_of(&picture->v, c, y)[x] = (float)light;
            }
}

static struct image *render(const struct look *look, enum isa isa)
{
    struct made_depth made = {DEPTH_METRIC, W, H};
    const struct depth_source depth = {made_get, &made};
    struct render r = {
        .pool = pool, .k = kern_for(isa), .image = picture, .depth = &depth};
    struct image *out = NULL;
    struct err e = {0};

    must(chain_new(look, W, H, 3, 0, 0, &r.chain, &e), &e);
    must(render_image(&r, &out, &e), &e);
    chain_free(r.chain);
    return out;
}

static void hash_picture(const struct view *v, char text[static 33])
{
    const size_t row = (size_t)v->w * sizeof(float);
    struct buf all = {.max = SIZE_MAX - 1};
    struct err e = {0};

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < v->h; y++)
            must(buf_add(&all, row_of(v, p, y), row, &e), &e);
    hash_text(hash_bytes128(all.data, all.len), text);
    buf_release(&all);
}

static double mean(const struct view *v, int p, int x0, int x1, int y0, int y1)
{
    double sum = 0;

    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            sum += (double)row_of(v, p, y)[x];
    return sum / ((double)(x1 - x0) * (y1 - y0));
}

static void describe_channel(const struct view *v, int p, struct buf *text)
{
    static const char *const names[] = {"red", "green", "blue"};
    float lo = INFINITY, hi = -INFINITY;
    struct err e = {0};

    for (int y = 0; y < v->h; y++)
        for (int x = 0; x < v->w; x++) {
            lo = fminf(lo, row_of(v, p, y)[x]);
            hi = fmaxf(hi, row_of(v, p, y)[x]);
        }
    must(buf_printf(text, &e, "  %s %.5g %.5g %.5g\n", names[p], (double)lo,
                    mean(v, p, 0, v->w, 0, v->h), (double)hi),
         &e);
    for (int j = 0; j < GRID; j++) {
        must(buf_printf(text, &e, "   "), &e);
        for (int i = 0; i < GRID; i++)
            must(buf_printf(text, &e, " %.4g",
                            mean(v, p, i * v->w / GRID, (i + 1) * v->w / GRID,
                                 j * v->h / GRID, (j + 1) * v->h / GRID)),
                 &e);
        must(buf_printf(text, &e, "\n"), &e);
    }
}

static void describe(const struct view *v, struct buf *text)
{
    char hash[33];
    struct err e = {0};

    hash_picture(v, hash);
    must(buf_printf(text, &e, "  %d x %d %s\n", v->w, v->h, hash), &e);
    for (int p = 0; p < 3; p++)
        describe_channel(v, p, text);
}

/* Runs the look of a line at both levels and adds what came out. */
static void run_case(const char *name, const char *line, struct buf *text)
{
    struct look *look = NULL;
    struct image *base, *best;
    char a[33], b[33];
    struct err e = {0};

    if (strncmp(line, "look ", 5) == 0)
        must(look_find(line + 5, &look, &e), &e);
    else
        must(look_parse(line, strlen(line), name, ".", &look, &e), &e);
    base = render(look, ISA_BASE);
    best = render(look, cpu_isa());
    hash_picture(&base->v, a);
    hash_picture(&best->v, b);
    if (strcmp(a, b) != 0)
        fail("%s: %s: levels '%s' and '%s' differ", name, line,
             cpu_isa_name(ISA_BASE), cpu_isa_name(cpu_isa()));
    describe(&best->v, text);
    image_free(base);
    image_free(best);
    look_free(look);
}

/* What the file should say: its looks, each with what it makes now. */
static int make(const char *name, char *old, struct buf *now)
{
    int cases = 0;
    char *rest = old;
    struct err e = {0};

    for (char *line; (line = strsep(&rest, "\n"));) {
        if (!*line || *line == ' ')
            continue;
        must(buf_printf(now, &e, "%s\n", line), &e);
        if (*line == '#')
            continue;
        run_case(name, line, now);
        cases++;
    }
    return cases;
}

static void show_difference(const char *name, const char *want, const char *got)
{
    const char *look = "";
    int n = 0;

    while (*want || *got) {
        const size_t a = strcspn(want, "\n"), b = strcspn(got, "\n");

        if (a && *want != ' ') {
            look = want;
            n = 0;
        }
        if ((a != b || memcmp(want, got, a) != 0) && n++ < 3)
            fail("%s: %.*s\n  is  %.*s\n  was %.*s", name,
                 (int)strcspn(look, "\n"), look, (int)b, got, (int)a, want);
        want += a + (want[a] != '\0');
        got += b + (got[b] != '\0');
    }
}

static void write_text(const char *path, const struct buf *text)
{
    struct outfile f = {0};
    struct err e = {0};

    must(outfile_open(&f, path, &e), &e);
    must(outfile_add(&f, text->data, text->len, &e), &e);
    must(outfile_commit(&f, true, &e), &e);
}

static void check_file(const char *folder, const char *name, int least,
                       bool record)
{
    struct buf was = {0}, now = {.max = 1 << 20};
    char path[4096], *copy;
    struct err e = {0};

    snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
    if (file_load(path, 1 << 20, &was, &e) < 0) {
        fail("'%s' has no golden file: %s", name, e.text);
        return;
    }
    copy = mem_text((char *)was.data);
    if (!copy)
        must(err_mem(&e, was.len), &e);
    if (make(name, copy, &now) < least)
        fail("'%s' needs %d looks at least", path, least);
    if (record)
        write_text(path, &now);
    else if (now.len != was.len || memcmp(now.data, was.data, now.len) != 0)
        show_difference(name, (char *)was.data, (char *)now.data);
    mem_free(copy);
    buf_release(&was);
    buf_release(&now);
}

/* A cube of 3 nodes a side that bends and turns colours, for lut3d. */
static void write_cube(void)
{
    struct buf text = {.max = 1 << 16};
    struct err e = {0};

    must(buf_printf(&text, &e, "LUT_3D_SIZE 3\n"), &e);
    for (int i = 0; i < 27; i++) {
        const int r = i % 3, g = i / 3 % 3, b = i / 9;

        must(buf_printf(&text, &e, "%d.%d %d.%d %d.%d\n", r == 2, r * 4 % 8, 0,
                        g * 4 + b % 2, b == 2, b * 3 % 6 + g % 2),
             &e);
    }
    write_text("golden.cube", &text);
    buf_release(&text);
}

static bool belongs(const char *name)
{
    const struct shipped *lut = NULL;
    struct look *look = NULL;
    struct err e = {0};
    bool found;

    if (strncmp(name, "lut_", 4) == 0)
        return lut_shipped_find(name + 4, &lut, &e) == 0;
    if (strncmp(name, "look_", 5) != 0)
        return op_find(name) != NULL;
    found = look_find(name + 5, &look, &e) == 0;
    look_free(look);
    return found;
}

/* Files that belong to nothing are a mistake in a name. */
static void check_strays(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *d;

    while (dir && (d = readdir(dir))) {
        char name[256];

        if (strcmp(path_ext(d->d_name), "txt") != 0)
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)strlen(d->d_name) - 4,
                 d->d_name);
        if (!belongs(name))
            fail("'%s/%s' belongs to no operation, look or table", folder,
                 d->d_name);
    }
    if (dir)
        closedir(dir);
}

int main(int argc, char **argv)
{
    const bool record = argc > 2 && strcmp(argv[1], "--record") == 0;
    const char *folder = argv[argc - 1];
    struct look_list list = {0};
    struct err e = {0};

    if (argc != (record ? 3 : 2)) {
        fputs("usage: golden [--record] FOLDER\n", stderr);
        return 2;
    }
    must(pool_new(1, &pool, &e), &e);
    must(image_new(W, H, 3, &picture, &e), &e);
    paint();
    write_cube();
    for (int i = 0; ops[i]; i++)
        check_file(folder, ops[i]->name, 2, record);
    must(look_list(&list, &e), &e);
    for (int i = 0; i < list.count; i++) {
        char name[100];

        snprintf(name, sizeof(name), "look_%s", list.entry[i].name);
        if (!list.entry[i].path)
            check_file(folder, name, 1, record);
    }
    for (const struct shipped *lut = shipped_luts; lut->name; lut++) {
        char name[100];

        snprintf(name, sizeof(name), "lut_%s", lut->name);
        check_file(folder, name, 1, record);
    }
    check_strays(folder);
    look_list_release(&list);
    image_free(picture);
    pool_free(pool);
    if (failures)
        puts("golden: if that is meant, tools/golden BUILD records it");
    return failures != 0;
}
