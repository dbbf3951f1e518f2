/* Everything that decides an output changes its identity, and nothing else. */

#include <stdlib.h>

#include "test.h"

#include "base/text.h"
#include "roundtrip.h"
#include "run/identity.h"
#include "run/recipe.h"

static struct look *look;
static const struct hash128 sum = {1, 2}; /* of it */

static int open_look(void **state)
{
    struct err e = {0};

    return shot_enter(state) || setenv("HOME", shot_folder, 1) ||
           look_new(&look, &e) ||
           look_set(look, "depth_clarity.amount=0.3", &e);
}

static int close_look(void **state)
{
    look_free(look);
    return shot_leave(state);
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int ready(void *arg, const char *model, struct err *e)
{
    (void)arg;
    (void)model;
    (void)e;
    return 0;
}

static const struct depth_maker maker = {.ready = ready};

/* Of a.png with options; equal numbers, equal identities. */
static uint64_t identity(const struct process_options *o, const struct look *of)
{
    const struct file_job job = {.in = "a.png",
                                 .out = "out/a.png",
                                 .options = o,
                                 .look = of,
                                 .maker = &maker};
    struct hash128 h;
    struct err e = {0};

    if (identity_hash(&job, &h, &e) < 0)
        fail_msg("%s", e.text);
    return h.hi ^ h.lo;
}

static struct process_options defaults(void)
{
    struct process_options o;

    param_defaults(process_params, &o, sizeof(o));
    o.keep = KEEP_ALL;
    o.output = "out";
    return o;
}

static void picture(void)
{
    struct shot s;
    struct err e = {0};

    assert_int_equal(shot_make(&s, 30, 20, SAMPLE_U8, 3, false, &e), 0);
    assert_int_equal(shot_save(&s, "png", "a.png", 20, &e), 0);
    shot_release(&s);
    put("a_depth.png", "one");
    put("m.safetensors", "one");
}

/* What decides how and whether, not what; `profile` changes the look. */
static bool is_aside(const char *key)
{
    static const char *const aside[] = {
        "profile", "conflict", "recursive", "dry_run", "json",  "quiet",
        "threads", "jobs",     "retries",   "timeout", "grace", "resume",
        "verify",  "watch",    "settle",    "poll",    NULL};

    for (int i = 0; aside[i]; i++)
        if (text_is(key, aside[i]))
            return true;
    return false;
}

/* What a supervisor goes by (run/recipe.h). */
static uint64_t glance(const struct process_options *o)
{
    const struct file_job job = {.in = "a.png",
                                 .out = "out/a.png",
                                 .options = o,
                                 .look = look,
                                 .look_hash = &sum};
    const struct hash128 h = recipe_of(&job);

    return h.hi ^ h.lo;
}

/* With depth from the file beside the picture and from a model. */
static uint64_t both(struct process_options o)
{
    const uint64_t beside = identity(&o, look);

    o.depth = "model";
    o.model = "m.safetensors";
    return 31 * beside + identity(&o, look);
}

TEST(every_option_that_decides_counts)
{
    const struct process_options first = defaults();
    const uint64_t id = both(first);

    for (const struct param *p = process_params; p->type != PARAM_END; p++) {
        const char *value = p->type == PARAM_BOOL     ? "on"
                            : p->type == PARAM_CHOICE ? p->names[1]
                                                      : "7";
        struct process_options o = defaults();
        struct err e = {0};

        assert_int_equal(param_set(process_params, &o, p->key, value, &e), 0);
        if ((both(o) == id) != is_aside(p->key))
            fail_msg("%s", p->key);
        if ((glance(&o) == glance(&first)) != is_aside(p->key))
            fail_msg("%s at a glance", p->key);
    }
}

TEST(every_text_that_decides_counts)
{
    const struct process_options first = defaults();
    const uint64_t id = identity(&first, look);
    struct process_options o[] = {first, first, first, first, first, first,
                                  first, first, first, first, first, first,
                                  first, first, first, first};
    enum { N = sizeof(o) / sizeof(*o) };
    uint64_t got[N];
    struct look *plain = NULL;
    struct err e = {0};

    o[0].icc = "p3";
    o[1].assume = "p3";
    o[2].layer = "x";
    o[3].show = "depth_clarity";
    o[4].depth = "none";
    o[5].keep = 0;
    o[6].output = "out/a.png";
    o[7].focus_pixel = "3,4";
    o[8].vcodec = "x";
    o[9].pix_fmt = "x";
    o[10].preset = "x";
    o[11].bitrate = "x";
    o[12].fps = "x";
    o[13].start = "x";
    o[14].duration = "x";
    for (int i = 0; i < N; i++) {
        got[i] = identity(&o[i], look);
        assert_int_equal(got[i] == id, i == N - 1);
        for (int k = 0; k < i; k++)
            assert_true(got[i] != got[k]);
    }
    o[N - 1].trace = "t";
    o[N - 1].memory = 1 << 30;
    o[N - 1].suffix = "_x";
    assert_true(identity(&o[N - 1], look) == id);
    assert_int_equal(look_new(&plain, &e), 0);
    o[0] = first;
    o[0].page = 1;
    assert_true(identity(&o[0], plain) != identity(&first, plain));
    look_free(plain);
}

/* The identities while the file holds this, that and this again. */
static void try_file(const char *name, const struct process_options *o,
                     const struct look *of, bool counts)
{
    uint64_t a, b;

    put(name, "one");
    a = identity(o, of);
    put(name, "two");
    b = identity(o, of);
    if ((a != b) != counts)
        fail_msg("%s", name);
    put(name, "one");
    assert_true(identity(o, of) == a);
}

TEST(files_count_with_what_they_hold)
{
    struct process_options o = defaults();
    struct look *plain = NULL, *lut = NULL;
    struct err e = {0};

    assert_int_equal(look_new(&plain, &e), 0);
    assert_int_equal(look_new(&lut, &e), 0);
    assert_int_equal(look_set(lut, "lut3d.file=a.cube", &e), 0);
    try_file("a_depth.png", &o, look, true);
    try_file("a_depth.png", &o, plain, false);
    try_file("a.cube", &o, lut, true);
    o.icc = "a.icc";
    try_file("a.icc", &o, plain, true);
    o.icc = NULL;
    o.assume = "b.icc";
    try_file("b.icc", &o, plain, true);
    o.assume = NULL;
    o.depth = "other.tif";
    try_file("other.tif", &o, look, true);
    try_file("a_depth.png", &o, look, false);
    look_free(plain);
    look_free(lut);
}

TEST(a_model_counts_with_its_files)
{
    struct process_options o = defaults();
    uint64_t a, b, c;

    o.depth = "model";
    o.model = "m.safetensors";
    put("m.safetensors", "one");
    a = identity(&o, look);
    assert_true(identity(&o, look) == a);
    put("m.safetensors", "three");
    b = identity(&o, look);
    put("config.json", "{}");
    c = identity(&o, look);
    assert_true(a != b && b != c && a != c);
    o.depth_size = 14;
    assert_true(identity(&o, look) != c);
}

TEST(what_is_missing_has_no_identity)
{
    struct process_options o = defaults();
    const struct file_job job = {
        .in = "a.png", .out = "b.png", .options = &o, .look = look};
    struct hash128 h;
    struct err e = {0};

    o.icc = "none.icc";
    assert_int_equal(identity_hash(&job, &h, &e), ERR_IO);
    o.icc = NULL;
    o.depth = "none.tif";
    assert_int_equal(identity_hash(&job, &h, &e), ERR_IO);
}

static int start(void **state)
{
    if (open_look(state))
        return 1;
    picture();
    return 0;
}

TESTS_WITH(start, close_look, every_option_that_decides_counts,
           every_text_that_decides_counts, files_count_with_what_they_hold,
           a_model_counts_with_its_files, what_is_missing_has_no_identity)
