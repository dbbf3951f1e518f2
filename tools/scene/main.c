/*
 * portal-scene: renders an architectural scene with everything that is true
 * about it: depth, normals, materials.
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/text.h"
#include "output.h"

#define BATCH (4 * STRIP_ROWS)

static const struct scene {
    const char *name;
    void (*build)(struct world *w);
} scenes[] = {
    {"interior", scene_interior},
    {"exterior", scene_exterior},
    {"aerial", scene_aerial},
};

struct options {
    const struct scene *scene;
    const char *prefix;
    int width, height, threads;
    uint32_t seed;
    float noise;
    float move[3]; /* of the camera, metres: right, up, forward */
    bool want[PRODUCT_COUNT];
    bool json;
};

static const char usage[] =
    "usage: portal-scene interior|exterior|aerial -o PREFIX [options]\n"
    "\n"
    "  -o, --output PREFIX  files are PREFIX.tif, PREFIX_depth.png, ...\n"
    "      --size WxH       default 1920x1080\n"
    "      --seed N         of plants, houses and noise; default 1\n"
    "      --move X,Y,Z     moves the camera, in metres to the right, up and\n"
    "                       forward; frames of a film are made so\n"
    "      --noise SIGMA    of the sensor, at diffuse white; default 0\n"
    "      --threads N      default: all processors; no effect on the pixels\n"
    "      --what LIST      beauty,exr,depth,normal,id; default all\n"
    "      --json           prints what was written, scales and classes\n";

static int parse_size(const char *text, struct options *o, struct err *e)
{
    char w[16] = "", h[16] = "";
    long x, y;

    if (sscanf(text, "%15[0-9]x%15[0-9]", w, h) != 2 || !text_to_long(w, &x) ||
        !text_to_long(h, &y) || x < 1 || y < 1 || x > 65535 || y > 65535)
        return err_set(e, ERR_ARG, "'%s' is not a size like 1920x1080", text);
    o->width = (int)x;
    o->height = (int)y;
    return 0;
}

static int parse_what(const char *text, struct options *o, struct err *e)
{
    memset(o->want, 0, sizeof(o->want));
    while (*text) {
        const size_t n = strcspn(text, ",");
        int p = 0;

        while (p < PRODUCT_COUNT && (strlen(product_names[p]) != n ||
                                     strncmp(product_names[p], text, n)))
            p++;
        if (p == PRODUCT_COUNT)
            return err_set(e, ERR_ARG,
                           "'%s': --what takes beauty, exr, depth, normal, id",
                           text);
        o->want[p] = true;
        text += n + (text[n] == ',');
    }
    return 0;
}

static int parse_number(const char *text, double lo, double hi, double *v,
                        struct err *e)
{
    if (!text_to_double(text, v) || !(*v >= lo && *v <= hi))
        return err_set(e, ERR_ARG, "'%s' is not a number of %g to %g", text, lo,
                       hi);
    return 0;
}

static int parse_move(const char *text, float move[3], struct err *e)
{
    const char *at = text;

    for (int i = 0; i < 3; i++) {
        double v;

        if (!text_scan_double(at, &at, &v) || !(v >= -100 && v <= 100) ||
            *at != (i < 2 ? ',' : '\0'))
            return err_set(e, ERR_ARG,
                           "'%s' is not a move like 0.5,0,1 of -100 to 100",
                           text);
        move[i] = (float)v;
        at++;
    }
    return 0;
}

static int parse_option(int letter, const char *text, struct options *o,
                        struct err *e)
{
    double v = 0;
    int rc = 0;

    switch (letter) {
    case 'o':
        o->prefix = text;
        break;
    case 's':
        rc = parse_size(text, o, e);
        break;
    case 'S':
        rc = parse_number(text, 0, 4294967295.0, &v, e);
        o->seed = (uint32_t)v;
        break;
    case 'n':
        rc = parse_number(text, 0, 1, &v, e);
        o->noise = (float)v;
        break;
    case 'm':
        rc = parse_move(text, o->move, e);
        break;
    case 't':
        rc = parse_number(text, 1, 256, &v, e);
        o->threads = (int)v;
        break;
    case 'w':
        rc = parse_what(text, o, e);
        break;
    case 'j':
        o->json = true;
        break;
    case 'h':
        fputs(usage, stdout);
        exit(0);
    default:
        rc = err_set(e, ERR_ARG, "see portal-scene --help");
    }
    return rc;
}

static int parse(int argc, char **argv, struct options *o, struct err *e)
{
    static const struct option names[] = {
        {"output", required_argument, NULL, 'o'},
        {"size", required_argument, NULL, 's'},
        {"seed", required_argument, NULL, 'S'},
        {"move", required_argument, NULL, 'm'},
        {"noise", required_argument, NULL, 'n'},
        {"threads", required_argument, NULL, 't'},
        {"what", required_argument, NULL, 'w'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int c, rc;

    while ((c = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
        rc = parse_option(c, optarg, o, e);
        if (rc < 0)
            return rc;
    }
    for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++)
        if (argc == optind + 1 && text_is(argv[optind], scenes[i].name))
            o->scene = &scenes[i];
    if (!o->scene || !o->prefix)
        return err_set(e, ERR_ARG,
                       "a scene (interior, exterior, aerial) and -o PREFIX "
                       "are needed");
    return 0;
}

static void print_json(const struct options *o, const struct world *w)
{
    const char *comma = "";

    printf("{\"scene\":\"%s\",\"width\":%d,\"height\":%d,\"seed\":%u,"
           "\"files\":{",
           o->scene->name, o->width, o->height, (unsigned)o->seed);
    for (int p = 0; p < PRODUCT_COUNT; p++)
        if (o->want[p]) {
            printf("%s\"%s\":\"%s%s\"", comma, product_names[p], o->prefix,
                   product_files[p]);
            comma = ",";
        }
    printf("},\"depth\":{\"metres_at_65535\":%g,\"axis\":\"view\"},"
           "\"classes\":[",
           (double)w->far);
    for (int i = 0; i < CLASS_COUNT; i++)
        printf("%s{\"id\":%d,\"name\":\"%s\",\"rgb\":[%d,%d,%d]}", i ? "," : "",
               i, class_info[i].name, class_info[i].rgb[0],
               class_info[i].rgb[1], class_info[i].rgb[2]);
    printf("]}\n");
}

static int write_all(const struct options *o, const struct render *r,
                     struct err *e)
{
    struct output *out[PRODUCT_COUNT] = {NULL};
    struct pixel *pixels =
        mem_array((size_t)BATCH * (size_t)o->width, sizeof(*pixels));
    int rc = 0;

    if (!pixels) {
        rc = err_mem(e, (size_t)BATCH * (size_t)o->width * sizeof(*pixels));
        goto out;
    }
    for (int p = 0; p < PRODUCT_COUNT; p++)
        if (o->want[p])
            TRY(output_open((enum product)p, o->prefix, r, o->noise, &out[p],
                            e));
    for (int y = 0; y < o->height; y += BATCH) {
        const int left = o->height - y, rows = left < BATCH ? left : BATCH;

        TRY(render_rows(r, y, rows, pixels, e));
        for (int p = 0; p < PRODUCT_COUNT; p++)
            if (out[p])
                TRY(output_add(out[p], pixels, rows, e));
    }
    for (int p = 0; p < PRODUCT_COUNT; p++)
        if (out[p])
            TRY(output_commit(out[p], e));
out:
    for (int p = 0; p < PRODUCT_COUNT; p++)
        output_free(out[p]);
    mem_free(pixels);
    return rc;
}

static int run(const struct options *o, struct err *e)
{
    struct world w = {.dice = {.key = o->seed}};
    struct pool *pool = NULL;
    struct grid *grid = NULL;
    struct render r;
    int rc;

    TRY(pool_new(o->threads, &pool, e));
    o->scene->build(&w);
    world_move(&w, o->move);
    TRY(world_close(&w, e));
    TRY(grid_new(&w, o->width, o->height, pool, &grid, e));
    r = (struct render){&w, grid, pool, o->width, o->height, o->seed};
    TRY(write_all(o, &r, e));
    if (o->json)
        print_json(o, &w);
out:
    grid_free(grid);
    world_release(&w);
    pool_free(pool);
    return rc;
}

int main(int argc, char **argv)
{
    struct options o = {
        .width = 1920,
        .height = 1080,
        .threads = cpu_count(),
        .seed = 1,
        .want = {true, true, true, true, true},
    };
    struct err e = {0};

    if (parse(argc, argv, &o, &e) < 0) {
        fprintf(stderr, "portal-scene: %s\n", e.text);
        return 2;
    }
    if (run(&o, &e) < 0) {
        fprintf(stderr, "portal-scene: %s\n", e.text);
        return 1;
    }
    return 0;
}
