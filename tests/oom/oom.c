/*
 * The n-th allocation fails, for n = 1, 2, … until none did: whatever was
 * asked for is refused with ERR_MEM or done exactly as if nothing had been,
 * nothing is leaked, and no file is left half written.
 */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "codec/module.h"
#include "run/file.h"
#include "run/process.h"
#include "run/render.h"

#include "../unit/made_depth.h"

#define W 40
#define H 30

/* Does the work; what it has made is added to `made`, to be compared. */
typedef int work_fn(const void *arg, struct buf *made, struct err *e);

/* Names in the working folder that tell of a file that should be gone. */
static void assert_no_leftovers(long n)
{
    DIR *dir = opendir(".");
    const struct dirent *d;

    assert_non_null(dir);
    while ((d = readdir(dir)))
        if (d->d_name[0] == '.' && strlen(d->d_name) > 2)
            fail_msg("allocation %ld: '%s' is left", n, d->d_name);
    closedir(dir);
}

static void torture(work_fn *work, const void *arg, const char *what)
{
    struct buf want = {.max = 1 << 26}, made = {.max = 1 << 26};
    struct err e = {0};
    bool failed;
    long n = 0;

    if (work(arg, &want, &e) < 0)
        fail_msg("%s: %s", what, e.text);
    assert_true(want.len > 0);
    assert_int_equal(buf_reserve(&made, want.len + 1, &e), 0);
    do {
        const size_t used = mem_used();
        int rc;

        made.len = 0;
        e = (struct err){0};
        mem_fail_at(++n);
        rc = work(arg, &made, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (mem_used() != used)
            fail_msg("%s, allocation %ld: %zu bytes leaked", what, n,
                     mem_used() - used);
        if (rc < 0 && (rc != ERR_MEM || e.code != ERR_MEM || !e.text[0]))
            fail_msg("%s, allocation %ld: %d %d '%s'", what, n, rc, e.code,
                     e.text);
        if (!failed && rc < 0)
            fail_msg("%s: without a failure: %s", what, e.text);
        if (rc == 0 &&
            (made.len != want.len || memcmp(made.data, want.data, want.len)))
            fail_msg("%s, allocation %ld: done, but not the same", what, n);
        assert_no_leftovers(n);
    } while (failed);
    print_message("%s: %ld allocations\n", what, n - 1);
    buf_release(&want);
    buf_release(&made);
}

static const char yaml[] =
    "name: a\ndoc: b\nsteps:\n- exposure: {ev: 0.5}\n- vignette\n"
    "- curve: {all: '0,0 0.5,0.6 1,1'}\n";

static int parse(const void *arg, struct buf *made, struct err *e)
{
    struct look *look = NULL;
    int rc;

    (void)arg;
    TRY(look_parse(yaml, sizeof(yaml) - 1, "a", ".", &look, e));
    TRY(look_write(look, made, e));
out:
    look_free(look);
    return rc;
}

static void looks_are_read(void **state)
{
    (void)state;
    torture(parse, NULL, "look_parse");
}

static int build(const void *arg, struct buf *made, struct err *e)
{
    static const char *names[] = {"signature", "deep/own.yaml"};
    static const char *steps[] = {"sharpen.amount=0.7", "grain"};
    static const char *sets[] = {"exposure.ev=1", "grain.amount=0.2"};
    const struct look_request r = {.look = {names, 2},
                                   .step = {steps, 2},
                                   .set = {sets, 2},
                                   .profile = LOOK_BALANCED};
    struct look *look = NULL;
    struct hash128 hash = {0, 0};
    int rc;

    (void)arg;
    TRY(look_build(&r, &look, e));
    TRY(look_hash(look, &hash, e));
    TRY(look_write(look, made, e));
    TRY(buf_add(made, &hash, sizeof(hash), e));
out:
    look_free(look);
    return rc;
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(outfile_open(&f, path, &e), 0);
    assert_int_equal(outfile_add(&f, bytes, len, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
}

static void looks_are_built(void **state)
{
    (void)state;
    write_bytes("deep/own.yaml", yaml, sizeof(yaml) - 1);
    torture(build, NULL, "look_build");
}

static int list_looks(const void *arg, struct buf *made, struct err *e)
{
    struct look_list list = {0};
    int rc;

    (void)arg;
    TRY(look_list(&list, e));
    for (int i = 0; i < list.count; i++)
        TRY(buf_printf(made, e, "%s\n", list.entry[i].name));
out:
    look_list_release(&list);
    return rc;
}

static void looks_are_listed(void **state)
{
    (void)state;
    torture(list_looks, NULL, "look_list");
}

static uint8_t sample(int x, int y, int c)
{
    return (uint8_t)(x * 5 + y * 3 * (c + 1) + (x * y & 15));
}

struct scene {
    struct pool *pool;
    const struct look *look;
    struct image *in;
};

static int render(const void *arg, struct buf *made, struct err *e)
{
    const struct scene *s = arg;
    struct made_depth made_depth = {DEPTH_METRIC, W, H};
    const struct depth_source depth = {made_get, &made_depth};
    struct render r = {
        .pool = s->pool, .k = kern_best(), .image = s->in, .depth = &depth};
    struct image *out = NULL;
    int rc;

    TRY(chain_new(s->look, W, H, 4, 3, 0, &r.chain, e));
    TRY(render_image(&r, &out, e));
    for (int p = 0; p < 4; p++)
        for (int y = 0; y < out->v.h; y++)
            TRY(buf_add(made, row_of(&out->v, p, y),
                        (size_t)out->v.w * sizeof(float), e));
out:
    image_free(out);
    chain_free(r.chain);
    return rc;
}

/* Values that do something: three quarters up the range. */
static void set_values(const struct op *op, void *values)
{
    struct err e = {0};

    for (const struct param *p = op->params; p->type != PARAM_END; p++) {
        char text[PARAM_TEXT_MAX] = "on";
        double v = p->lo + 0.75 * (p->hi - p->lo);

        if (p->type == PARAM_INT || p->type == PARAM_FLOAT)
            snprintf(text, sizeof(text), "%.0f",
                     p->hi - p->lo > 4 ? (v > 30 ? 30 : v) : p->hi);
        else if (p->type == PARAM_TEXT && strcmp(p->key, "file") == 0)
            snprintf(text, sizeof(text), "oom.cube");
        else if (p->type == PARAM_TEXT)
            snprintf(text, sizeof(text), "0,0 0.4,0.6 1,1");
        else if (p->type == PARAM_CHOICE)
            continue;
        if (param_set(op->params, values, p->key, text, &e) < 0)
            param_defaults(op->params, values, op->size);
        if (op->check && op->check(values, &e) < 0)
            param_defaults(op->params, values, op->size);
    }
}

static void operations_run(void **state)
{
    static const char cube[] = "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                               "0 0 1\n1 0 1\n0 1 1\n1 .9 .8\n";
    struct scene s = {0};
    struct err e = {0};

    (void)state;
    write_bytes("oom.cube", cube, sizeof(cube) - 1);
    assert_int_equal(pool_new(1, &s.pool, &e), 0);
    assert_int_equal(image_new(W, H, 4, &s.in, &e), 0);
    s.in->v.alpha = 3;
    for (int p = 0; p < 4; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&s.in->v, p, y)[x] = (float)sample(x, y, p) / 255;
    for (int i = 0; ops[i]; i++) {
        struct look *look = NULL;
        struct step *step;

        assert_int_equal(look_new(&look, &e), 0);
        assert_int_equal(look_add(look, ops[i], &step, &e), 0);
        set_values(ops[i], step->values);
        s.look = look;
        torture(render, &s, ops[i]->name);
        look_free(look);
    }
    image_free(s.in);
    pool_free(s.pool);
}

struct conversion {
    const char *in, *out;
    struct pool *pool;
    struct look *look;
    int dry;
};

static int convert_file(const void *arg, struct buf *made, struct err *e)
{
    const struct conversion *c = arg;
    struct process_options o;
    const struct file_job job = {.in = c->in,
                                 .out = c->out,
                                 .options = &o,
                                 .look = c->look,
                                 .pool = c->pool};
    struct file_result result;
    struct buf bytes = {0};
    int rc;

    param_defaults(process_params, &o, sizeof(o));
    o.keep = KEEP_ALL;
    o.conflict = CONFLICT_OVERWRITE;
    o.dry_run = c->dry;
    (void)remove(c->out);
    file_process(&job, &result);
    *e = result.err;
    rc = result.status == FILE_FAILED ? result.err.code : 0;
    mem_fail_at(0);
    if (rc < 0 && access(c->out, F_OK) == 0)
        fail_msg("%s: failed, but there is an output", c->out);
    if (rc == 0 && !c->dry) {
        struct err other = {0};

        assert_int_equal(file_load(c->out, 1 << 24, &bytes, &other), 0);
        assert_int_equal(buf_add(made, bytes.data, bytes.len, &other), 0);
    }
    if (rc == 0)
        assert_int_equal(
            buf_printf(made, e, "%s %d", result.note, result.ledger.count), 0);
    buf_release(&bytes);
    file_result_release(&result);
    return rc;
}

/* Profile, EXIF, XMP: everything that has to be carried. */
static void describe(struct meta *m, struct color *c)
{
    static const char exif[] = "II*\0\x08\0\0\0\x02\0"
                               "\x12\x01\x03\0\1\0\0\0\6\0\0\0"
                               "\x0f\x01\x02\0\6\0\0\0\x26\0\0\0"
                               "\0\0\0\0"
                               "Maker";
    static const char xmp[] =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>";
    uint8_t *icc = NULL;
    size_t len;
    struct err e = {0};

    assert_int_equal(blob_set(&m->exif, exif, sizeof(exif), &e), 0);
    assert_int_equal(blob_set(&m->xmp, xmp, sizeof(xmp) - 1, &e), 0);
    assert_int_equal(color_make_icc(c, &icc, &len, &e), 0);
    assert_int_equal(blob_set(&m->icc, icc, len, &e), 0);
    m->orientation = 6;
    mem_free(icc);
}

static void write_picture(const char *path, const char *codec, int bytes)
{
    struct picture pic = {.w = W,
                          .h = H,
                          .pages = 1,
                          .fmt = {.type = bytes == 1   ? SAMPLE_U8
                                          : bytes == 2 ? SAMPLE_U16
                                                       : SAMPLE_F32,
                                  .colors = 3,
                                  .alpha = -1}};
    struct buf packed = {.max = 1 << 24};
    struct outfile f = {0};
    struct writer *w = NULL;
    const size_t row = (size_t)W * pixfmt_bytes(&pic.fmt);
    uint8_t *raw = mem_alloc(H * row);
    struct err e = {0};

    assert_non_null(raw);
    for (size_t i = 0; i < H * row; i++)
        raw[i] = bytes == 4 && i % 4 == 3
                     ? 0x3e
                     : sample((int)(i % 40), (int)(i / 240), 0);
    assert_int_equal(meta_new(&pic.meta, &e), 0);
    assert_int_equal(color_from_space(SPACE_P3, bytes == 4, &pic.color, &e), 0);
    describe(pic.meta, pic.color);
    assert_int_equal(outfile_open(&f, path, &e), 0);
    if (codec_named(codec)->create(&f, &pic, 16, 1, &w, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    for (int i = 0, y = 0; y < H; i++, y += w->chunk_rows) {
        const int rows = H - y < w->chunk_rows ? H - y : w->chunk_rows;
        const uint8_t *from = raw + (size_t)y * row;

        packed.len = 0;
        if (w->packs)
            assert_int_equal(w->codec->pack(w, 0, i, from, rows, &packed, &e),
                             0);
        assert_int_equal(
            w->codec->put(w, i, w->packs ? packed.data : from,
                          w->packs ? packed.len : (size_t)rows * row, rows, &e),
            0);
    }
    assert_int_equal(w->codec->finish(w, &e), 0);
    w->codec->abort(w);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    buf_release(&packed);
    picture_release(&pic);
    mem_free(raw);
}

static bool have_exr(void)
{
    char path[MODULE_PATH_MAX];
    const struct module_id *id;
    struct err e = {0};

    return module_probe("exr", path, &id, &e) == 0;
}

static void files_are_converted(void **state)
{
    struct conversion kinds[] = {
        {.in = "a.tif", .out = "out/a.tif"},
        {.in = "a.png", .out = "out/a.jpg"},
        {.in = "a.jpg", .out = "out/a.png"},
        {.in = "a.tif", .out = "out/a.png"},
        {.in = "a.png", .out = "out/a.tif", .dry = true},
        {.in = "f.tif", .out = "out/f.exr"},
        {.in = "f.exr", .out = "out/f.tif"},
    };
    static const char text[] = "[exposure: {ev: 0.3}, dehaze: {amount: 0.2}, "
                               "resize: {long_edge: 20}]";
    static const char none[] = "steps: []";
    struct err e = {0};

    (void)state;
    write_picture("a.tif", "tiff", 2);
    write_picture("a.png", "png", 2);
    write_picture("a.jpg", "jpeg", 1);
    write_picture("f.tif", "tiff", 4);
    if (have_exr())
        write_picture("f.exr", "exr", 4);
    for (size_t i = 0; i < 2 * sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct conversion *c = &kinds[i / 2];

        if (c->in[0] == 'f' && !have_exr())
            continue;
        assert_int_equal(pool_new(1, &c->pool, &e), 0);
        assert_int_equal(look_parse(i % 2 ? none : text,
                                    strlen(i % 2 ? none : text), "a", NULL,
                                    &c->look, &e),
                         0);
        torture(convert_file, c, c->out);
        look_free(c->look);
        pool_free(c->pool);
    }
}

static void empty(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *d;

    while (dir && (d = readdir(dir))) {
        char *path;

        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        path = path_join(folder, d->d_name);
        (void)remove(path);
        mem_free(path);
    }
    if (dir)
        closedir(dir);
}

/* A run tells of a failure per file by its exit code. */
static int run_batch(const void *arg, struct buf *made, struct err *e)
{
    static const char *inputs[] = {"batch"}, *steps[] = {"exposure.ev=0.1"};
    struct process_options o;
    FILE *out = fopen("/dev/null", "w");
    int code;

    (void)arg;
    assert_non_null(out);
    empty("done");
    param_defaults(process_params, &o, sizeof(o));
    o.input = (struct text_list){inputs, 1};
    o.look.step = (struct text_list){steps, 1};
    o.output = "done";
    o.keep = KEEP_ALL;
    o.threads = 1;
    o.json = true;
    o.quiet = true;
    code = process_run(&o, out, e);
    mem_fail_at(0);
    fclose(out);
    if (code < 0)
        return code;
    for (int i = 0; i < 3; i++) {
        char path[40];
        struct reader *r = NULL;
        struct err other = {0};
        const struct read_options read = {.slots = 1};

        snprintf(path, sizeof(path), "done/%d.png", i);
        if (access(path, F_OK))
            continue;
        if (reader_open(path, &read, &r, &other) < 0)
            fail_msg("%s: %s", path, other.text);
        reader_close(r);
        assert_int_equal(buf_add(made, path, strlen(path), e), 0);
    }
    return code == 0 ? 0 : err_set(e, ERR_MEM, "exit code %d", code);
}

static void batches_run(void **state)
{
    (void)state;
    write_picture("batch/0.png", "png", 1);
    write_picture("batch/1.png", "png", 1);
    write_picture("batch/2.png", "png", 2);
    torture(run_batch, NULL, "process_run");
}

static char folder[] = "/dev/shm/oom.XXXXXX";

static int enter(void **state)
{
    (void)state;
    if (access("/dev/shm", W_OK))
        strcpy(folder, "/tmp/oom.XXXXXX");
    log_set_level(LOG_QUIET);
    return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return chdir("/") || system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_are_read),
        cmocka_unit_test(looks_are_built),
        cmocka_unit_test(looks_are_listed),
        cmocka_unit_test(operations_run),
        cmocka_unit_test(files_are_converted),
        cmocka_unit_test(batches_run),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
