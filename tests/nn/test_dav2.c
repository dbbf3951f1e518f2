/*
 * Depth Anything V2 as its users see it: files of every kind, sizes, threads.
 * Whether numbers are right is dav2_parity's to say.
 */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>

#include "model.h"

static void refused(const struct dav2_options *o, int code, const char *why)
{
    struct dav2 *m = NULL;
    struct err e = {0};

    assert_int_equal(dav2_open(MODEL, o, &m, &e), code);
    assert_null(m);
    if (!strstr(e.text, why))
        fail_msg("'%s' does not say '%s'", e.text, why);
}

/* Changes one number of the header's text to another of the same length. */
static void edit(const char *from, const char *to)
{
    struct buf b = {0};
    struct err e = {0};
    struct outfile f = {0};
    char *at = NULL;

    assert_int_equal(strlen(from), strlen(to));
    assert_int_equal(file_load(MODEL, 100 << 20, &b, &e), 0);
    at = memmem(b.data, b.len, from, strlen(from));
    assert_non_null(at);
    memcpy(at, to, strlen(to));
    assert_int_equal(outfile_open(&f, MODEL, &e), 0);
    assert_int_equal(outfile_add(&f, b.data, b.len, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    buf_release(&b);
}

static void both_traditions_of_names_are_the_same_model(void **state)
{
    float a[N], b[N];

    (void)state;
    run_file(MODEL, &plain, a);
    formula_write(&formula_tiny, "o.safetensors", true, SAFETENSORS_F32);
    run_file("o.safetensors", &plain, b);
    assert_memory_equal(a, b, sizeof(a));
}

static void narrow_weights_are_nearly_as_good(void **state)
{
    float a[N], b[N];

    (void)state;
    run_file(MODEL, &plain, a);
    formula_write(&formula_tiny, "h.safetensors", false, SAFETENSORS_F16);
    run_file("h.safetensors", &plain, b);
    assert_true(farthest(a, b, N) > 0 && farthest(a, b, N) < 0.02f);
    formula_write(&formula_tiny, "b.safetensors", true, SAFETENSORS_BF16);
    run_file("b.safetensors", &plain, b);
    assert_true(farthest(a, b, N) > 0 && farthest(a, b, N) < 0.2f);
    run_file(MODEL, &(struct dav2_options){.int8 = true}, b);
    assert_true(farthest(a, b, N) > 0 && farthest(a, b, N) < 0.2f);
}

static void what_is_in_a_file_is_told(void **state)
{
    struct dav2 *m = must_open(MODEL, &plain);
    const struct dav2_info *info = dav2_info(m);
    struct buf b = {0};
    struct err e = {0};
    struct hash128 hash;

    (void)state;
    assert_string_equal(info->variant, "custom");
    assert_false(info->metric || info->int8 || info->cached);
    assert_int_equal(file_load(MODEL, 100 << 20, &b, &e), 0);
    hash = hash_bytes128(b.data, b.len);
    assert_true(hash.hi == info->hash.hi && hash.lo == info->hash.lo);
    assert_int_equal(info->bytes, b.len);
    buf_release(&b);
    dav2_close(m);
}

static void the_config_decides_what_tensors_cannot(void **state)
{
    const struct dav2_options metric = {.max_depth = 80};
    struct dav2 *m;

    (void)state;
    write_file("config.json",
               "{\"model_type\":\"depth_anything\",\"max_depth\":20,"
               "\"depth_estimation_type\":\"metric\"}",
               true, 0);
    m = must_open(MODEL, &plain);
    assert_true(dav2_info(m)->metric && dav2_info(m)->max_depth == 20);
    dav2_close(m);
    m = must_open(MODEL, &metric);
    assert_true(dav2_info(m)->metric && dav2_info(m)->max_depth == 80);
    dav2_close(m);
    m = must_open(MODEL, &(struct dav2_options){.config = "{}"});
    assert_false(dav2_info(m)->metric);
    dav2_close(m);
    write_file("config.json", "{\"model_type\":\"bert\",\"max_depth\":20}",
               true, 0);
    m = must_open(MODEL, &plain); /* of something else: none of our business */
    assert_false(dav2_info(m)->metric);
    dav2_close(m);
    write_file("config.json", "{\"model_type\":\"depth_anything\"", true, 0);
    refused(&plain, ERR_DATA, "no JSON object");
    assert_int_equal(unlink("config.json"), 0);
    assert_int_equal(mkdir("config.json", 0777), 0);
    refused(&plain, ERR_ARG, "config.json");
    assert_int_equal(rmdir("config.json"), 0);
}

static void a_config_of_another_model_is_refused(void **state)
{
    static const struct {
        const char *config, *why;
    } wrong[] = {
        {"{", "no JSON object"},
        {"[]", "no JSON object"},
        {"{\"model_type\":\"bert\"}", "model_type is 'bert'"},
        {"{\"depth_estimation_type\":\"metric\"}", "without a max_depth"},
        {"{\"depth_estimation_type\":\"metric\",\"max_depth\":-1}",
         "without a max_depth"},
        {"{\"depth_estimation_type\":\"odd\"}", "is 'odd'"},
        {"{\"backbone_config\":{\"hidden_size\":384}}",
         "hidden_size is 384, the model has 128"},
        {"{\"backbone_config\":{\"num_hidden_layers\":12}}", "the model has 4"},
        {"{\"backbone_config\":{\"layer_norm_eps\":1e-5}}", "layer_norm_eps"},
        {"{\"backbone_config\":{\"hidden_act\":\"relu\"}}", "hidden_act"},
        {"{\"backbone_config\":{\"out_indices\":[1,2,3]}}", "not four"},
        {"{\"backbone_config\":{\"out_indices\":[1,2,2,4]}}", "do not ascend"},
        {"{\"backbone_config\":{\"out_indices\":[1,2,3,5]}}", "do not ascend"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        refused(&(struct dav2_options){.config = wrong[i].config}, ERR_DATA,
                wrong[i].why);
}

static void a_model_of_another_kind_is_refused(void **state)
{
    (void)state;
    edit("mlp.fc2.bias", "mlp.fc2.bbbb");
    refused(&plain, ERR_DATA,
            "tensor 'backbone.encoder.layer.0.mlp.fc2.bias' is missing");
    edit("mlp.fc2.bbbb", "mlp.fc2.bias");
    edit("embeddings.mask_token", "embeddings.other_toke");
    refused(&plain, ERR_DATA,
            "'backbone.embeddings.other_toke' belongs to no Depth Anything");
    edit("embeddings.other_toke", "embeddings.mask_token");
    edit("\"shape\":[512,128]", "\"shape\":[128,512]");
    refused(&plain, ERR_DATA, "fc1.weight' is 128x512, it must be 128x128");
    edit("\"shape\":[128,512]", "\"shape\":[512,128]");
    edit("\"shape\":[128,3,14,14]", "\"shape\":[128,3,7,28] ");
    refused(&plain, ERR_DATA, "projection.weight' is 128x3x7x28");
    edit("\"shape\":[128,3,7,28] ", "\"shape\":[128,3,14,14]");
    edit("\"shape\":[1,26,128]", "\"shape\":[1,13,256]");
    refused(&plain, ERR_DATA, "position_embeddings' is 1x13x256");
    edit("\"shape\":[1,13,256]", "\"shape\":[1,26,128]");
    edit("layer.0.norm1.weight", "layer.0.nrom1.weight");
    refused(&plain, ERR_DATA, "0 layers");
    edit("layer.0.nrom1.weight", "layer.0.norm1.weight");
    dav2_close(must_open(MODEL, &plain));
    write_file(MODEL, "this is no model at all", true, 0);
    refused(&plain, ERR_DATA, "header of");
}

static void weights_that_are_no_numbers_are_refused(void **state)
{
    const float nan = NAN;
    struct safetensors *st = NULL;
    struct err e = {0};
    FILE *f;

    (void)state;
    assert_int_equal(safetensors_open(MODEL, &st, &e), 0);
    f = fopen(MODEL, "r+b");
    assert_non_null(f);
    assert_int_equal(
        fseek(f, (long)safetensors_find(st, "head.conv2.bias")->at + 8,
              SEEK_SET),
        0);
    assert_int_equal(fwrite(&nan, sizeof(nan), 1, f), 1);
    fclose(f);
    safetensors_close(st);
    refused(&plain, ERR_DATA, "'head.conv2.bias' is NaN at its number 2");
}

static void threads_do_not_change_the_result(void **state)
{
    static const int threads[] = {1, 2, 5};
    struct dav2 *m = must_open(MODEL, &plain);
    float a[N], b[N];

    (void)state;
    run_sized(m, 1, H, W, a);
    for (int i = 0; i < 3; i++) {
        run_sized(m, threads[i], H, W, b);
        assert_memory_equal(a, b, sizeof(a));
    }
    dav2_close(m);
}

struct party {
    struct dav2 *m;
    struct pool *pool;
    int h, w;
    float *out;
    int rc;
};

static void *take_part(void *arg)
{
    struct party *p = arg;
    const struct dav2_job job = {.pool = p->pool};
    float *chw = mem_array((size_t)p->h * (size_t)p->w, 3 * sizeof(*chw));
    struct err e = {0};

    formula_stream(7, chw, 3 * (size_t)p->h * (size_t)p->w);
    p->rc = dav2_run(p->m, &job, chw, p->h, p->w, p->out, &e);
    mem_free(chw);
    return NULL;
}

static void several_runs_at_once_do_not_disturb_each_other(void **state)
{
    enum { PARTIES = 6 };
    struct dav2 *m = must_open(MODEL, &plain);
    struct pool *pool = must_pool(2);
    struct party p[PARTIES];
    pthread_t thread[PARTIES];
    float want[2][N], out[PARTIES][N];

    (void)state;
    run_sized(m, 1, H, W, want[0]);
    run_sized(m, 1, W, H, want[1]);
    for (int i = 0; i < PARTIES; i++) {
        p[i] = (struct party){m, pool, i % 2 ? W : H, i % 2 ? H : W, out[i], 0};
        assert_int_equal(pthread_create(&thread[i], NULL, take_part, &p[i]), 0);
    }
    for (int i = 0; i < PARTIES; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < PARTIES; i++) {
        assert_int_equal(p[i].rc, 0);
        assert_memory_equal(out[i], want[i % 2], sizeof(out[i]));
    }
    pool_free(pool);
    dav2_close(m);
}

static void a_stopped_pool_stops_a_run(void **state)
{
    struct dav2 *m = must_open(MODEL, &plain);
    struct pool *pool = must_pool(2);
    const struct dav2_job job = {.pool = pool};
    float chw[3 * N] = {0}, out[N];
    struct err e = {0};

    (void)state;
    pool_stop(pool);
    assert_int_equal(dav2_run(m, &job, chw, H, W, out, &e), ERR_STOP);
    pool_free(pool);
    dav2_close(m);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    static const int wrong[][2] = {{0, 14},      {14, -14},   {15, 14},
                                   {14, 28 + 7}, {14, 16394}, {7000, 7000}};
    struct dav2 *m = must_open(MODEL, &plain);
    struct pool *pool = must_pool(1);
    const struct dav2_job job = {.pool = pool};
    float chw[3 * N] = {0}, out[N];
    int w, h;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct err e = {0};

        assert_int_equal(
            dav2_run(m, &job, chw, wrong[i][0], wrong[i][1], out, &e), ERR_ARG);
        assert_non_null(strstr(e.text, "multiples of 14"));
    }
    for (int p = 0; p < 2; p++) {
        struct err e = {0};

        assert_int_equal(dav2_size((enum dav2_profile)p, 0, 9, 518, &w, &h, &e),
                         ERR_ARG);
        assert_int_equal(dav2_size((enum dav2_profile)p, 9, 9, 13, &w, &h, &e),
                         ERR_ARG);
        assert_int_equal(dav2_size((enum dav2_profile)p, 1, 1, 518, &w, &h, &e),
                         0);
        assert_true(w == 518 && h == 518);
    }
    pool_free(pool);
    dav2_close(m);
}

static void pictures_of_any_size_have_depth(void **state)
{
    static const int sizes[][2] = {{1, 1}, {1, 9}, {300, 15}, {64, 48}};
    struct dav2 *m = must_open(MODEL, &plain);
    struct pool *pool = must_pool(2);

    (void)state;
    for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
        const enum dav2_profile profile = i % 2 ? DAV2_HF : DAV2_OPENCV;
        const struct dav2_job job = {.pool = pool, .profile = profile};
        struct dav2_depth d = {0};
        struct image *im = NULL;
        struct err e = {0};

        assert_int_equal(
            image_new(sizes[i / 2][0], sizes[i / 2][1], 3, &im, &e), 0);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < im->v.h; y++)
                for (int x = 0; x < im->v.w; x++)
                    row_of(&im->v, p, y)[x] = (float)((x + y + p) % 7) / 6;
        if (dav2_estimate(m, &job, &im->v, 70, &d, &e) < 0)
            fail_msg("%s", e.text);
        assert_true(d.w % 14 == 0 && d.h % 14 == 0 && d.w >= 14 && d.h >= 14);
        for (int k = 0; k < d.w * d.h; k++)
            assert_true(isfinite(d.values[k]) && d.values[k] >= 0);
        mem_free(d.values);
        image_free(im);
    }
    pool_free(pool);
    dav2_close(m);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, enter_with_model, leave)
    const struct CMUnitTest tests[] = {
        CASE(both_traditions_of_names_are_the_same_model),
        CASE(narrow_weights_are_nearly_as_good),
        CASE(what_is_in_a_file_is_told),
        CASE(the_config_decides_what_tensors_cannot),
        CASE(a_config_of_another_model_is_refused),
        CASE(a_model_of_another_kind_is_refused),
        CASE(weights_that_are_no_numbers_are_refused),
        CASE(threads_do_not_change_the_result),
        CASE(several_runs_at_once_do_not_disturb_each_other),
        CASE(a_stopped_pool_stops_a_run),
        CASE(sizes_that_cannot_be_are_refused),
        CASE(pictures_of_any_size_have_depth),
    };
#undef CASE

    return cmocka_run_group_tests(tests, NULL, NULL);
}
