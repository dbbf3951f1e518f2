/*
 * What 16 bits keep on the way through a file: steps that cancel come back
 * within one code value in every named space, and a gradient through a table,
 * a curve and an enlargement has no step larger than before.
 */

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
#include "codec/codec.h"
#include "run/file.h"

#define CODES 65536

struct shot {
    int w, h;
    uint16_t *code; /* three a pixel */
};

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fail_msg("%s", e->text);
}

static struct shot shot_new(int w, int h)
{
    struct shot s = {w, h, calloc((size_t)w * (size_t)h * 3, 2)};

    assert_non_null(s.code);
    return s;
}

static void write_shot(const struct shot *s, const char *path, enum space space)
{
    struct picture pic = {.w = s->w, .h = s->h, .pages = 1};
    struct buf packed = {.max = SIZE_MAX - 1};
    struct outfile f = {0};
    struct writer *w = NULL;
    struct err e = {0};

    pic.fmt = (struct pixfmt){.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    must(meta_new(&pic.meta, &e), &e);
    must(color_from_space(space, false, &pic.color, &e), &e);
    must(color_make_icc(pic.color, &pic.meta->icc.data, &pic.meta->icc.len, &e),
         &e);
    must(outfile_open(&f, path, &e), &e);
    must(codec_named("tiff")->create(&f, &pic, s->h, 1, &w, &e), &e);
    for (int i = 0, y = 0; y < s->h; i++, y += w->chunk_rows) {
        const int left = s->h - y;

        packed.len = 0;
        must(w->codec->pack(w, 0, i, s->code + (size_t)y * (size_t)s->w * 3,
                            left < w->chunk_rows ? left : w->chunk_rows,
                            &packed, &e),
             &e);
        must(w->codec->put(w, i, packed.data, packed.len,
                           left < w->chunk_rows ? left : w->chunk_rows, &e),
             &e);
    }
    must(w->codec->finish(w, &e), &e);
    w->codec->abort(w);
    must(outfile_commit(&f, true, &e), &e);
    buf_release(&packed);
    picture_release(&pic);
}

static struct shot read_shot(const char *path)
{
    const struct read_options o = {.slots = 1};
    struct reader *r = NULL;
    struct shot s;
    struct err e = {0};

    must(reader_open(path, &o, &r, &e), &e);
    assert_int_equal(r->pic.fmt.type, SAMPLE_U16);
    assert_int_equal(r->pic.fmt.colors, 3);
    s = shot_new(r->pic.w, r->pic.h);
    for (int i = 0; i < reader_chunks(r); i++)
        must(r->codec->chunk(r, 0, i,
                             s.code + (size_t)i * (size_t)r->chunk_rows *
                                          (size_t)s.w * 3,
                             &e),
             &e);
    reader_close(r);
    return s;
}

static void process(const char *steps)
{
    struct process_options o;
    struct file_job job = {.in = "in.tif", .out = "out.tif", .options = &o};
    struct file_result result;
    struct look *look = NULL;
    struct err e = {0};

    param_defaults(process_params, &o, sizeof(o));
    o.keep = KEEP_ALL;
    o.conflict = CONFLICT_OVERWRITE;
    must(look_parse(steps, strlen(steps), "exact", NULL, &look, &e), &e);
    must(pool_new(2, &job.pool, &e), &e);
    job.look = look;
    file_process(&job, &result);
    if (result.status != FILE_DONE)
        fail_msg("%s", result.err.text);
    assert_int_not_equal(result.steps, 0);
    file_result_release(&result);
    look_free(look);
    pool_free(job.pool);
}

/* Every grey, then colours: at random, and at random near black. */
static struct shot all_kinds(void)
{
    struct shot s = shot_new(512, 384);
    uint32_t state = 20261122;

    for (int i = 0; i < s.w * s.h; i++)
        for (int c = 0; c < 3; c++) {
            state = state * 1664525u + 1013904223u;
            s.code[3 * i + c] = i < CODES       ? (uint16_t)i
                                : i < 2 * CODES ? (uint16_t)(state >> 16)
                                                : (uint16_t)(state >> 24);
        }
    return s;
}

/*
 * A pure power has no end to its slope near black: there a dark channel beside
 * bright ones has the bright ones' rounding; docs/numerics.md says how much.
 */
static int allowed(enum space space, const uint16_t *want, int c, bool pq)
{
    const bool grey = want[0] == want[1] && want[1] == want[2];

    if (space != SPACE_ADOBERGB || grey || want[c] >= CODES / 100)
        return 1;
    return pq ? 64 : want[c] < CODES / 500 ? 16 : 1;
}

static void compare(const struct shot *want, const struct shot *got,
                    enum space space, const char *steps)
{
    const bool pq = strstr(steps, "pq");
    int most = 0;

    assert_int_equal(want->w, got->w);
    assert_int_equal(want->h, got->h);
    for (int i = 0; i < want->w * want->h; i++)
        for (int c = 0; c < 3; c++) {
            const uint16_t *a = want->code + 3 * i, *b = got->code + 3 * i;
            const int d = abs(a[c] - b[c]);

            if (d > most)
                most = d;
            if (d > allowed(space, a, c, pq))
                fail_msg("%s, %s: %d %d %d became %d %d %d", space_name(space),
                         steps, a[0], a[1], a[2], b[0], b[1], b[2]);
        }
    print_message("%s, %s: %d at most\n", space_name(space), steps, most);
}

static void steps_that_cancel_come_back(void **state)
{
    static const char *const pairs[] = {
        "[exposure: {ev: 1}, exposure: {ev: -1}]",
        "[encode: {curve: pq}, encode: {curve: pq, direction: decode}]",
    };
    struct shot want = all_kinds();

    (void)state;
    for (int space = 0; space < SPACE_COUNT; space++) {
        write_shot(&want, "in.tif", space);
        for (int i = 0; i < 2; i++) {
            struct shot got;

            process(pairs[i]);
            got = read_shot("out.tif");
            compare(&want, &got, space, pairs[i]);
            free(got.code);
        }
    }
    free(want.code);
}

static void write_text(const char *path, const char *text)
{
    struct outfile f = {0};
    struct err e = {0};

    must(outfile_open(&f, path, &e), &e);
    must(outfile_add(&f, text, strlen(text), &e), &e);
    must(outfile_commit(&f, true, &e), &e);
}

/* Straight from black to white, with `step` from column to column. */
static void gradients_have_no_larger_steps(void **state)
{
    enum { N = 1024, STEP = 64 };
    struct shot in = shot_new(N, 8), out;
    int values = 0;

    (void)state;
    write_text("exact.cube", "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                             "0 0 1\n1 0 1\n0 1 1\n1 1 1\n");
    for (int i = 0; i < N * 8; i++)
        for (int c = 0; c < 3; c++)
            in.code[3 * i + c] = (uint16_t)(i % N * STEP);
    write_shot(&in, "in.tif", SPACE_SRGB);
    process("[lut3d: {file: exact.cube}, "
            "curve: {all: '0,0 0.3,0.25 0.7,0.78 1,1'}, "
            "resize: {width: 4096, enlarge: on}]");
    out = read_shot("out.tif");
    assert_int_equal(out.w, 4 * N);
    for (int x = 1; x < out.w; x++)
        for (int c = 0; c < 3; c++) {
            const uint16_t *row = out.code + 3 * (size_t)out.w * 4;
            const int d = row[3 * x + c] - row[3 * (x - 1) + c];

            if (d < -1 || d > STEP)
                fail_msg("a step of %d at column %d", d, x);
            values += d != 0;
        }
    /* Eight bits would leave 3 * 256 of them. */
    assert_true(values > 3 * 4096 * 9 / 10);
    free(in.code);
    free(out.code);
}

static char folder[] = "/tmp/exact.XXXXXX";

static int enter(void **state)
{
    (void)state;
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
        cmocka_unit_test(steps_that_cancel_come_back),
        cmocka_unit_test(gradients_have_no_larger_steps),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
