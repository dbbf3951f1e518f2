/* Models on the disk: pulled from files, checked, removed, without memory. */

#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"
#include "store/models.h"
#include "store/pull.h"

static const char list[] = "base: http://127.0.0.1:1\n"
                           "models:\n"
                           "  - name: one\n"
                           "    licence: MIT\n"
                           "    path: p\n"
                           "    files:\n"
                           "      - {name: model.safetensors, at_most: 500}\n"
                           "      - {name: config.json, at_most: 9}\n";

/* A file of weights with two numbers. */
static void write_weights(const char *path)
{
    static const char head[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],"
                               "\"data_offsets\":[0,8]}}  ";
    const uint64_t n = sizeof(head) - 1;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(&n, 8, 1, f), 1);
    assert_int_equal(fwrite(head, n, 1, f), 1);
    assert_int_equal(fwrite("12345678", 8, 1, f), 1);
    assert_int_equal(fclose(f), 0);
}

static int prepare(void **state)
{
    char here[100];

    if (enter(state) || !getcwd(here, sizeof(here)))
        return 1;
    setenv("XDG_CONFIG_HOME", here, 1);
    setenv("XDG_DATA_HOME", here, 1);
    write_file("portal/models.yaml", list, true, 0);
    assert_int_equal(mkdir("www", 0777), 0);
    write_weights("www/model.safetensors");
    write_file("www/config.json", "{}", true, 0);
    return 0;
}

/* All of it once: fetched, found, checked, removed. */
static int once(struct err *e)
{
    const struct pull_options how = {.from = "www", .trust = true};
    struct file_check check[MODEL_FILES_MAX];
    struct models m = {0};
    struct model_entry *all = NULL;
    const struct model *one;
    char used[MODEL_NAME_MAX];
    char *path = NULL;
    uint64_t bytes;
    int rc, count;

    TRY(models_open(&m, e));
    TRY(registry_get(m.registry, "one", &one, e));
    TRY(pull_model(&m, one, &how, e));
    TRY(models_list(&m, &all, &count, e));
    assert_in_range(count, 10, 11); /* an earlier call may have failed */
    assert_string_equal(all[9].name, "one");
    assert_int_equal(all[9].state, MODEL_HERE);
    TRY(models_path(&m, "one", &path, e));
    assert_int_equal(access(path, R_OK), 0);
    TRY(models_verify(&m, "one", check, &count, e));
    assert_int_equal(count, 2);
    assert_int_equal(check[0].check, CHECK_SAME);
    TRY(models_add(&m, "www/model.safetensors", "two", true, used, e));
    TRY(models_remove(&m, "two", &bytes, e));
    TRY(models_remove(&m, "one", &bytes, e));
    assert_true(bytes > 50);
out:
    mem_free(path);
    mem_free(all);
    models_close(&m);
    return rc;
}

TEST(a_model_comes_and_goes)
{
    struct err e = {0};

    if (once(&e) < 0)
        fail_msg("%s", e.text);
    assert_int_not_equal(access("portal/models/one", F_OK), 0);
    assert_int_not_equal(access("portal/models/two.json", F_OK), 0);
    assert_int_equal(access("portal/models/one.json", F_OK), 0);
}

TEST(every_lack_of_memory_is_survived)
{
    const size_t before = mem_used();
    struct err e = {0};
    int n = 1, rc;

    for (;; n++) {
        mem_fail_at(n);
        rc = once(&e);
        if (rc == 0 && !mem_failed())
            break;
        mem_fail_at(0);
        if (rc != 0 && rc != ERR_MEM)
            fail_msg("allocation %d: %d %s", n, rc, e.text);
        assert_int_equal(mem_used(), before);
    }
    mem_fail_at(0);
    assert_true(n > 30);
}

TEST(a_damaged_manifest_is_named)
{
    struct file_check check[MODEL_FILES_MAX];
    struct models m = {0};
    struct err e = {0};
    int count;

    assert_int_equal(mkdir("portal/models", 0777), 0);
    assert_int_equal(mkdir("portal/models/one", 0777), 0);
    write_weights("portal/models/one/model.safetensors");
    write_file("portal/models/one.json", "{\"files\": [{}]}", true, 0);
    assert_int_equal(models_open(&m, &e), 0);
    assert_int_equal(models_verify(&m, "one", check, &count, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "one.json' is damaged"));
    write_file("portal/models/one.json", "", true, 0);
    assert_int_equal(models_verify(&m, "one", check, &count, &e), ERR_DATA);
    unlink("portal/models/one.json");
    assert_int_equal(models_verify(&m, "one", check, &count, &e), 0);
    assert_int_equal(check[0].check, CHECK_UNKNOWN);
    assert_int_equal(check[1].check, CHECK_MISSING);
    models_close(&m);
}

TESTS_EACH(prepare, leave, a_model_comes_and_goes,
           every_lack_of_memory_is_survived, a_damaged_manifest_is_named)
