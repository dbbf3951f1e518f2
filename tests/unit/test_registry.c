/* The registry says what a model is; SHA-256 says whether a file is it. */

#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"
#include "store/registry.h"

/* FIPS 180-4, and the million letters of NIST's examples. */
TEST(sums_are_those_of_the_standard)
{
    char text[SHA256_TEXT];
    uint8_t *million = mem_alloc(1000000);
    struct err e = {0};
    uint64_t size;

    sha256_bytes("", 0, text);
    assert_string_equal(
        text,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_bytes("abc", 3, text);
    assert_string_equal(
        text,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(million, 'a', 1000000);
    write_file("a", "", true, 0);
    FILE *f = fopen("a", "wb");
    assert_int_equal(fwrite(million, 1, 1000000, f), 1000000);
    fclose(f);
    mem_free(million);
    assert_int_equal(sha256_file("a", text, &size, &e), 0);
    assert_int_equal(size, 1000000);
    assert_string_equal(
        text,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assert_int_equal(sha256_file("b", text, &size, &e), ERR_IO);
}

TEST(what_ships_is_complete)
{
    struct registry *r = NULL;
    struct err e = {0};

    assert_int_equal(registry_parse(shipped_models[0].bytes,
                                    shipped_models[0].len, "registry", &r, &e),
                     0);
    assert_int_equal(r->count, 9);
    for (int i = 0; i < r->count; i++) {
        const struct model *m = &r->model[i];

        assert_true(i == 0 || strcmp(m->name, m[-1].name) > 0);
        assert_true(m->doc[0] && m->page[0]);
        assert_string_equal(m->base, "https://huggingface.co");
        assert_int_equal(strncmp(m->page, m->base, strlen(m->base)), 0);
        assert_int_equal(m->files, 2);
        assert_string_equal(m->file[0].name, "model.safetensors");
        assert_string_equal(m->file[1].name, "config.json");
        /* The last part of the path is a revision: files never change. */
        assert_int_equal(strlen(strrchr(m->path, '/') + 1), 40);
        assert_true(m->commercial != COMMERCIAL_YES ||
                    strcmp(m->licence, "Apache-2.0") == 0);
    }
    assert_int_equal(registry_find(r, "dav2-small")->commercial,
                     COMMERCIAL_YES);
    assert_int_equal(registry_find(r, "dav2-base")->commercial, COMMERCIAL_NO);
    assert_null(registry_find(r, "dav2"));
    registry_free(r);
    assert_int_equal(mem_used(), 0);
}

#define HEAD  "base: http://x\nmodels:\n"
#define MODEL "  - {name: a, licence: l, path: p, files: ["
#define FILE1 "{name: f, size: 3, sha256: null}"

TEST(mistakes_are_named_with_their_line)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"", "something is expected"},
        {"[]", "'base:' is expected"},
        {"base: x\n", "both needed"},
        {"base: x\nbase: y\n", "line 2: 'base' is there twice"},
        {"bass: x\n", "did you mean 'base'"},
        {"base: [x]\n", "one word or text"},
        {"base: &a x\nmodels: *a\n", "aliases"},
        {HEAD "  a: b\n", "'models' has to be a list"},
        {HEAD "  - b\n", "a model has the keys"},
        {HEAD "  - {name: a}\n", "a model needs"},
        {HEAD "  - {name: A}\n", "a name has"},
        {HEAD "  - {name: ../a}\n", "a name has"},
        {HEAD "  - {commercial: perhaps}\n", "yes, no or unclear"},
        {HEAD "  - {names: a}\n", "did you mean 'name'"},
        {HEAD MODEL "]}\n", "a model needs"},
        {HEAD MODEL "3]}\n", "a file has the form"},
        {HEAD MODEL "{name: f}]}\n", "size or at_most"},
        {HEAD MODEL "{name: .., size: 3}]}\n", "a name has"},
        {HEAD MODEL "{name: f, size: -3}]}\n", "a number of bytes"},
        {HEAD MODEL "{name: f, size: 3, sha256: abc}]}\n", "64"},
        {HEAD MODEL FILE1 ", " FILE1 "]}\n", "a file is there twice"},
        {HEAD MODEL FILE1 "]}\n" MODEL FILE1 "]}\n", "a model is there twice"},
        {HEAD "  - {name: a, licence: l, path: ../p, files: [" FILE1 "]}\n",
         "a model needs"},
        {HEAD MODEL FILE1 "]}\n---\n", "the end is expected"},
        {HEAD MODEL FILE1 "]}\n\t", "registry 't'"},
    };
    struct registry *r = NULL;
    struct err e = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        e = (struct err){0};
        assert_int_equal(
            registry_parse(bad[i].text, strlen(bad[i].text), "t", &r, &e),
            ERR_DATA);
        if (!strstr(e.text, bad[i].want))
            fail_msg("%zu: '%s' has no '%s'", i, e.text, bad[i].want);
        assert_int_equal(mem_used(), 0);
    }
    e = (struct err){0};
    if (registry_parse(HEAD MODEL FILE1 "]}\n", strlen(HEAD MODEL FILE1 "]}\n"),
                       "t", &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r->model[0].commercial, COMMERCIAL_UNCLEAR);
    registry_free(r);
}

TEST(every_lack_of_memory_is_survived)
{
    struct registry *r = NULL;
    struct err e = {0};
    int n = 1, rc;

    for (;; n++) {
        mem_fail_at(n);
        rc = registry_load(&r, &e);
        if (rc == 0)
            break;
        assert_int_equal(rc, ERR_MEM);
        assert_int_equal(mem_used(), 0);
    }
    mem_fail_at(0);
    assert_true(n > 9);
    registry_free(r);
}

TESTS_EACH(enter, leave, sums_are_those_of_the_standard, what_ships_is_complete,
           mistakes_are_named_with_their_line, every_lack_of_memory_is_survived)
