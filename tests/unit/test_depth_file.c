/* What depth files say is understood, whatever way they say it. */

#include "test.h"

#include "base/mem.h"
#include "image/depth_score.h"
#include "kern/convert.h"
#include "kern/kern.h"
#include "roundtrip.h"
#include "run/depth_file.h"
#include "run/depth_find.h"
#include "run/depth_scan.h"
#include "scene_shot.h"

#define W 288
#define H 162

static int begin(void **state)
{
    struct err e;

    return shot_enter(state) || pool_new(2, &pool, &e);
}

static int finish(void **state)
{
    pool_free(pool);
    return shot_leave(state);
}

/* How a renderer might store the depth z of a scene that goes from near to
   far. */
struct form {
    const char *name;
    enum depth_encoding want;
    float (*store)(float z, float near, float far);
    bool floats; /* else 8 and 16 bits */
};

static float metres(float z, float near, float far)
{
    (void)near;
    (void)far;
    return z;
}

static float down_the_axis(float z, float near, float far)
{
    (void)near;
    (void)far;
    return isinf(z) ? z : -z;
}

static float sentinel(float z, float near, float far)
{
    (void)near;
    (void)far;
    return isinf(z) ? 1e10f : z;
}

static float zero_sky(float z, float near, float far)
{
    (void)near;
    (void)far;
    return isinf(z) ? 0 : z;
}

static float of_far(float z, float near, float far)
{
    (void)near;
    return fminf(z, far) / far;
}

static float of_far_turned(float z, float near, float far)
{
    return 1 - of_far(z, near, far);
}

static float stretched(float z, float near, float far)
{
    return (fminf(z, far) - near) / (far - near);
}

static float stretched_turned(float z, float near, float far)
{
    return 1 - stretched(z, near, far);
}

static float disparity(float z, float near, float far)
{
    (void)far;
    return near / z;
}

static float disparity_stretched(float z, float near, float far)
{
    return (1 / fminf(z, far) - 1 / far) / (1 / near - 1 / far);
}

static float zbuffer(float z, float near, float far)
{
    return 1 - disparity(z, near, far);
}

static float zbuffer_stretched(float z, float near, float far)
{
    return 1 - disparity_stretched(z, near, far);
}

static const struct form forms[] = {
    {"metres", DEPTH_METRES, metres, true},
    {"metres, negative", DEPTH_METRES, down_the_axis, true},
    {"metres, sky 1e10", DEPTH_METRES, sentinel, true},
    {"metres, sky 0", DEPTH_METRES, zero_sky, true},
    {"share of far", DEPTH_DISTANCE, of_far, false},
    {"share of far", DEPTH_DISTANCE, of_far, true},
    {"share of far, turned", DEPTH_NEARNESS, of_far_turned, false},
    {"share of far, turned", DEPTH_NEARNESS, of_far_turned, true},
    {"stretched", DEPTH_DISTANCE, stretched, false},
    {"stretched, turned", DEPTH_NEARNESS, stretched_turned, false},
    {"disparity", DEPTH_DISPARITY, disparity, false},
    {"disparity", DEPTH_DISPARITY, disparity, true},
    {"disparity, stretched", DEPTH_DISPARITY, disparity_stretched, false},
    {"z buffer", DEPTH_ZBUFFER, zbuffer, false},
    {"z buffer", DEPTH_ZBUFFER, zbuffer, true},
    {"z buffer, stretched", DEPTH_ZBUFFER, zbuffer_stretched, false},
};

struct file {
    const char *codec, *name;
    enum sample type;
};

static const struct file whole[] = {{"png", "a8.png", SAMPLE_U8},
                                    {"png", "a16.png", SAMPLE_U16},
                                    {"tiff", "a16.tif", SAMPLE_U16}};
static const struct file floats[] = {{"exr", "half.exr", SAMPLE_F16},
                                     {"exr", "float.exr", SAMPLE_F32},
                                     {"tiff", "float.tif", SAMPLE_F32}};

static void range_of(const struct shot3 *s, float *near, float *far)
{
    *near = INFINITY;
    for (int i = 0; i < s->w * s->h; i++)
        *near = fminf(*near, s->z[i]);
    *far = s->far;
}

static void put(const struct kern *k, uint8_t *raw, int i, enum sample type,
                float v)
{
    const float clipped = fminf(v, 65504.0f);
    uint16_t half;

    if (type == SAMPLE_U8)
        raw[i] = (uint8_t)lrintf(v * 255);
    else if (type == SAMPLE_U16)
        ((uint16_t *)(void *)raw)[i] = (uint16_t)lrintf(v * 65535);
    else if (type == SAMPLE_F32)
        memcpy(raw + 4 * i, &v, 4);
    if (type != SAMPLE_F16)
        return;
    k->convert->pack_f16(&half, &clipped, 1, 1);
    memcpy(raw + 2 * i, &half, 2);
}

static void save(const struct shot3 *s, const struct form *form,
                 const struct file *file)
{
    struct shot out = {.pic = {.w = s->w, .h = s->h, .pages = 1}};
    const struct kern *k = kern_best();
    struct err e = {0};
    float near, far;

    out.pic.fmt = (struct pixfmt){file->type, 1, 0, -1, false, false};
    assert_int_equal(meta_new(&out.pic.meta, &e), 0);
    out.size = (size_t)s->w * (size_t)s->h * sample_bytes(file->type);
    out.raw = mem_alloc(out.size);
    assert_non_null(out.raw);
    range_of(s, &near, &far);
    for (int i = 0; i < s->w * s->h; i++)
        put(k, out.raw, i, file->type, form->store(s->z[i], near, far));
    if (shot_save(&out, file->codec, file->name, 32, &e) < 0)
        fail_msg("%s: %s", file->name, e.text);
    shot_release(&out);
}

/* The map, against the truth. */
static double error_of(const struct shot3 *s, const struct depth_map *m)
{
    const size_t n = (size_t)s->w * (size_t)s->h;
    float *got = mem_array(n, sizeof(*got)),
          *truth = mem_array(n, sizeof(*got));
    struct depth_score score;
    struct err e = {0};

    assert_true(got && truth);
    for (int y = 0; y < s->h; y++)
        depth_map_get(m, y, got + (size_t)y * (size_t)s->w);
    memcpy(truth, s->z, n * sizeof(*truth));
    assert_int_equal(depth_score(got, truth, s->w, s->h, 0.9f * s->far,
                                 m->info.kind == DEPTH_RELATIVE, &score, &e),
                     0);
    mem_free(got);
    mem_free(truth);
    return score.absrel;
}

static void try_one(const struct shot3 *s, const char *scene,
                    const struct form *form, const struct file *file)
{
    const struct depth_read r = {.path = file->name, .w = s->w, .h = s->h};
    struct depth_map *m = NULL;
    struct err e = {0};
    double error;
    char found[32];

    save(s, form, file);
    if (depth_file_read(&r, pool, &m, &e) < 0)
        fail_msg("%s %s %s: %s", scene, form->name, file->name, e.text);
    snprintf(found, sizeof(found), ": %s (", depth_encodings[form->want]);
    error = error_of(s, m);
    if (!strstr(m->from, found))
        fail_msg("%s %s: %s", scene, form->name, m->from);
    if (error > (file->type == SAMPLE_U8 ? 0.08 : 0.01))
        fail_msg("%s %s: off by %.4f: %s", scene, form->name, error, m->from);
    assert_int_equal(m->info.kind, form->want == DEPTH_METRES ? DEPTH_METRIC
                                                              : DEPTH_RELATIVE);
    depth_map_free(m);
}

TEST(all_encodings_and_polarities_are_recognised)
{
    const int n = (int)(sizeof(forms) / sizeof(*forms));

    for (int i = 0; i < SCENES; i++) {
        struct shot3 s = scene_shot(i, W, H, pool);

        for (int f = 0; f < n; f++)
            for (int k = 0; k < 3; k++)
                try_one(&s, scene_names[i], &forms[f],
                        forms[f].floats ? &floats[k] : &whole[k]);
        scene_release(&s);
    }
}

TEST(what_is_told_counts)
{
    const struct form form = {"", DEPTH_DISTANCE, of_far, false};
    struct depth_read r = {
        .path = "a16.png", .w = 96, .h = 54, .encoding = DEPTH_NEARNESS};
    struct shot3 s = scene_shot(0, 96, 54, pool);
    struct depth_map *a = NULL, *b = NULL;
    struct err e = {0};

    save(&s, &form, &whole[1]);
    assert_int_equal(depth_file_read(&r, pool, &a, &e), 0);
    r.encoding = DEPTH_MILLIMETRES;
    assert_int_equal(depth_file_read(&r, pool, &b, &e), 0);
    assert_non_null(strstr(a->from, "nearness (as told)"));
    assert_int_equal(b->info.kind, DEPTH_METRIC);
    for (int y = 0; y < 54; y++) {
        float near[96], mm[96];

        depth_map_get(a, y, near);
        depth_map_get(b, y, mm);
        for (int x = 0; x < 96; x++) {
            const float v = of_far(s.z[y * 96 + x], 0, s.far);

            if (v < 1 && v > 0.2f) {
                assert_true(fabsf(mm[x] / (65.535f * v) - 1) < 0.01f);
                assert_true(near[x] < 0.9f);
            }
        }
    }
    depth_map_free(a);
    depth_map_free(b);
    scene_release(&s);
}

static float one_value(float z, float near, float far)
{
    (void)z;
    (void)near;
    (void)far;
    return 0.25f;
}

static float all_sky(float z, float near, float far)
{
    (void)z;
    (void)near;
    (void)far;
    return INFINITY;
}

static void refused(const struct depth_read *r, const char *words)
{
    struct depth_map *m = NULL;
    struct err e = {0};

    assert_int_equal(depth_file_read(r, pool, &m, &e), ERR_DATA);
    if (!strstr(e.text, words))
        fail_msg("%s", e.text);
    assert_null(m);
}

TEST(what_is_no_depth_is_refused)
{
    const struct form flat = {"", DEPTH_METRES, one_value, true};
    const struct form sky = {"", DEPTH_METRES, all_sky, true};
    struct depth_read r = {.path = "float.tif", .w = 96, .h = 54};
    struct shot3 s = scene_shot(0, 96, 54, pool);
    struct depth_map *none = NULL;
    struct shot colour;
    struct err e = {0};

    save(&s, &flat, &floats[2]);
    refused(&r, "depth 'float.tif': its depth is 0.25 everywhere");
    save(&s, &sky, &floats[2]);
    refused(&r, "all of its depth is infinite");
    r.w = 54;
    r.h = 96;
    refused(&r, "96 x 54, which has not the shape of the picture (54 x 96)");
    assert_int_equal(shot_make(&colour, 96, 54, SAMPLE_U8, 3, false, &e), 0);
    assert_int_equal(shot_save(&colour, "png", "c.png", 32, &e), 0);
    shot_release(&colour);
    r = (struct depth_read){.path = "c.png"};
    refused(&r, "in colour");
    r.encoding = DEPTH_METRES;
    assert_int_equal(depth_file_read(&r, pool, &none, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "metres come as floats"));
    scene_release(&s);
}

TEST(half_the_size_is_fine)
{
    const struct form form = {"", DEPTH_DISTANCE, of_far, false};
    const struct depth_read r = {.path = "a16.png", .w = 193, .h = 107};
    struct shot3 s = scene_shot(1, 96, 54, pool);
    struct depth_map *m = NULL;
    struct err e = {0};

    save(&s, &form, &whole[1]);
    assert_int_equal(depth_file_read(&r, pool, &m, &e), 0);
    assert_int_equal(m->w, 96);
    depth_map_free(m);
    scene_release(&s);
}

/* Colours that mean nothing, and the scene's metres as sample 3. */
static void save_beside_colors(const struct shot3 *s, const char *name)
{
    struct shot out;
    struct err e = {0};

    assert_int_equal(shot_make(&out, s->w, s->h, SAMPLE_F32, 3, true, &e), 0);
    out.pic.fmt.alpha = -1;
    for (int i = 0; i < s->w * s->h; i++)
        memcpy(out.raw + 16 * i + 12, &s->z[i], 4);
    assert_int_equal(shot_save(&out, "exr", name, 32, &e), 0);
    shot_release(&out);
}

static int no_chunk(struct reader *r, int slot, int index, void *raw,
                    struct err *e)
{
    (void)r;
    (void)slot;
    (void)index;
    (void)raw;
    return err_set(e, ERR_DATA, "decoded again");
}

TEST(a_channel_comes_from_the_rows_of_the_picture_itself)
{
    const struct depth_read alone = {
        .path = "rgbz.exr", .layer = "extra1", .w = W, .h = H};
    const struct read_options o = {.slots = pool_slots(pool)};
    const struct depth_want want = {.depth = "layer:extra1"};
    const size_t row = (size_t)W * 16;
    struct depth_found f = {0};
    struct depth_map *a = NULL, *b = NULL;
    struct reader *r = NULL;
    struct shot3 s = scene_shot(1, W, H, pool);
    uint8_t *raw;
    struct codec once;
    struct err e = {0};

    save_beside_colors(&s, "rgbz.exr");
    assert_int_equal(depth_file_read(&alone, pool, &a, &e), 0);
    assert_int_equal(reader_open("rgbz.exr", &o, &r, &e), 0);
    assert_int_equal(depth_find(&want, "rgbz.exr", r, &f, &e), 0);
    assert_int_equal(depth_start(&want, &f, r, o.slots, &e), 0);
    assert_non_null(f.tap);
    raw = mem_array((size_t)r->chunk_rows, row);
    assert_non_null(raw);
    for (int i = reader_chunks(r) - 1; i >= 0; i--) {
        assert_int_equal(r->codec->chunk(r, 0, i, raw, &e), 0);
        for (int y = 0; y < r->chunk_rows && i * r->chunk_rows + y < H; y++)
            assert_int_equal(depth_pass_row(&f, 0, i * r->chunk_rows + y,
                                            raw + (size_t)y * row, &e),
                             0);
    }
    once = *r->codec;
    once.chunk = no_chunk;
    r->codec = &once;
    assert_int_equal(depth_take(&want, &f, NULL, W, H, true, pool, &b, &e), 0);
    assert_string_equal(a->from, b->from);
    assert_memory_equal(a->code, b->code, sizeof(*a->code) * W * H);
    mem_free(raw);
    depth_map_free(a);
    depth_map_free(b);
    depth_found_release(&f);
    reader_close(r);
    scene_release(&s);
}

/* The map of s when the first `keep` rows stay. */
static struct depth_map *scan(const struct shot3 *s, int keep,
                              enum depth_encoding told)
{
    const struct depth_guess *guess;
    struct depth_scan *d = NULL;
    struct depth_map *map;
    struct err e = {0};
    float v[W], *const grey[3] = {v, v, v};

    assert_int_equal(depth_scan_new(W, H, false, keep, told, &d, &e), 0);
    for (int y = 0; y < H; y++) {
        memcpy(v, s->z + (size_t)y * W, sizeof(v));
        depth_scan_show(d, y, grey);
    }
    assert_int_equal(depth_scan_decide(d, &e), 0);
    assert_int_equal(depth_scan_kept(d), keep);
    for (int y = 0; y < H; y++) {
        memcpy(v, s->z + (size_t)y * W, sizeof(v));
        depth_scan_make(d, y, y < keep ? NULL : v);
    }
    map = depth_scan_take(d, &guess);
    assert_int_equal(guess->encoding, told ? told : DEPTH_METRES);
    depth_scan_free(d);
    return map;
}

/* The suburb goes far beyond 65 m, where floats of millimetres once ended. */
TEST(other_units_reach_as_far_as_metres)
{
    struct shot3 s = scene_shot(2, W, H, pool);
    struct depth_map *m, *want = scan(&s, H, DEPTH_METRES);
    float v[W], truth[W];

    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < W * H; k++)
            s.z[k] *= i ? 10 : 100;
        m = scan(&s, H, i ? DEPTH_MILLIMETRES : DEPTH_CENTIMETRES);
        for (int y = 0; y < H; y++) {
            depth_map_get(m, y, v);
            depth_map_get(want, y, truth);
            for (int x = 0; x < W; x++)
                assert_true(fabsf(v[x] / truth[x] - 1) < 0.001f);
        }
        depth_map_free(m);
    }
    depth_map_free(want);
    scene_release(&s);
}

TEST(what_is_kept_and_what_comes_again_is_the_same)
{
    static const int keep[] = {0, 7, H};
    struct shot3 s = scene_shot(2, W, H, pool);
    struct depth_map *first = NULL;

    s.z[5] = s.z[W * 9] = NAN;
    s.z[6] = s.z[W * 9 + 1] = 1e9f;
    for (int i = 0; i < 3; i++) {
        struct depth_map *m = scan(&s, keep[i], DEPTH_AUTO);

        if (!first)
            first = scan(&s, 0, DEPTH_AUTO);
        assert_memory_equal(m->code, first->code, sizeof(*m->code) * W * H);
        depth_map_free(m);
    }
    depth_map_free(first);
    scene_release(&s);
}

/* One frame, with a wall at its far end, of a film that was taken for that. */
static struct depth_guess frame(struct depth_guess film, float lo, float hi)
{
    float v[100];
    const struct depth_sample s = {v, 10, 10, lo, hi, false};
    struct depth_guess g;
    struct err e = {0};

    for (int i = 0; i < 100; i++)
        v[i] = i < 60 ? hi : lo + (hi - lo) * (float)(i % 9) / 9;
    assert_int_equal(depth_guess_frame(&s, &film, &g, &e), 0);
    return g;
}

TEST(a_film_is_taken_for_one_thing)
{
    struct depth_guess m = {DEPTH_METRES, 2, 50, false, INFINITY, ""};
    struct depth_guess r = {DEPTH_NEARNESS, 0.8f, 0.2f, false, INFINITY, ""};
    const struct depth_guess wide = {DEPTH_NEARNESS, 0.9f, 0.1f,
                                     true,           0.1f, ""};
    struct depth_guess g = frame(m, 3, 40);

    assert_true(g.near == 3 && g.far == 40 && isinf(g.sky));
    m.sky = 1000;
    g = frame(m, 3, 1000);
    assert_true(g.far < 1000 && g.sky == g.far);
    g = frame(m, 3, 2000); /* so it was none */
    assert_true(g.far == 2000 && isinf(g.sky));
    for (int flat = 0; flat < 2; flat++) {
        g = flat ? frame(m, 7, 7) : frame(m, INFINITY, -INFINITY);
        assert_true(g.near == 2 && g.far == 50);
    }
    depth_guess_widen(&r, &wide);
    g = frame(r, 0.3f, 0.4f);
    assert_true(g.near == 0.9f && g.far == 0.1f && g.sky == 0.1f && g.has_sky);
}

TESTS_WITH(begin, finish, a_film_is_taken_for_one_thing,
           all_encodings_and_polarities_are_recognised, what_is_told_counts,
           what_is_no_depth_is_refused, half_the_size_is_fine,
           other_units_reach_as_far_as_metres,
           a_channel_comes_from_the_rows_of_the_picture_itself,
           what_is_kept_and_what_comes_again_is_the_same)
