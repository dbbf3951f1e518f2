/* Strips on their way into a file: order, padding, and a bound on waiting. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "tiff_help.h"

#include "run/sink.h"

#define MB    ((size_t)1 << 20)
#define COUNT 80
#define MOST  ((int)(SINK_BYTES / MB) + 1) /* that are brought early */

static struct err e;

static int count_put(struct writer *w, int index, const void *bytes, size_t len,
                     int rows, struct err *err)
{
    (void)bytes;
    (void)len;
    (void)rows;
    (void)err;
    assert_int_equal(index, w->chunk_rows++);
    return 0;
}

static const struct codec nowhere = {.name = "nowhere", .put = count_put};

struct early {
    struct sink *sink;
    atomic_int added;
    int rc;
    struct err e;
};

static int add(struct sink *s, int index, struct err *err)
{
    uint8_t *raw = mem_alloc(MB);

    return raw ? sink_add_take(s, 0, index, raw, MB, 1, err) : err_mem(err, MB);
}

/* All strips but the first. */
static void *add_early(void *arg)
{
    struct early *a = arg;

    for (int i = 1; i < COUNT && a->rc == 0; i++) {
        a->added++;
        a->rc = add(a->sink, i, &a->e);
    }
    return NULL;
}

/* Starts it, and returns once it has brought as many as may wait. */
static pthread_t start(struct early *a, struct writer *w)
{
    pthread_t thread;

    assert_int_equal(sink_new(w, COUNT, NULL, NULL, &a->sink, &e), 0);
    assert_int_equal(pthread_create(&thread, NULL, add_early, a), 0);
    while (a->added < MOST)
        sched_yield();
    return thread;
}

TEST(early_strips_wait_for_the_first)
{
    struct writer w = {.codec = &nowhere};
    struct early a = {0};
    const size_t before = mem_used();
    const pthread_t thread = start(&a, &w);

    for (int i = 0; i < 1000; i++)
        sched_yield();
    assert_int_equal(a.added, MOST);
    assert_true(mem_used() - before < (MOST + 2) * MB);
    assert_int_equal(add(a.sink, 0, &e), 0);
    pthread_join(thread, NULL);
    assert_int_equal(a.rc, 0);
    assert_int_equal(w.chunk_rows, COUNT);
    sink_free(a.sink);
    assert_int_equal(mem_used(), before);
}

TEST(a_strip_that_never_comes_ends_the_waiting)
{
    struct writer w = {.codec = &nowhere};
    struct early a = {0};
    const size_t before = mem_used();
    const pthread_t thread = start(&a, &w);
    const struct err why = {ERR_DATA, "the first is damaged"};

    sink_fail(a.sink, &why);
    pthread_join(thread, NULL);
    assert_int_equal(a.rc, ERR_DATA);
    assert_string_equal(a.e.text, why.text);
    assert_int_equal(w.chunk_rows, 0);
    sink_free(a.sink);
    assert_int_equal(mem_used(), before);
}

/* 16 rows of 256: what the last tiles are packed to is mostly padding. */
TEST(the_last_tiles_may_be_mostly_padding)
{
    static const enum compression comps[] = {COMP_NONE, COMP_LZW};
    struct shot s = make_shot(2000, 272, SAMPLE_U16, 3, 0, 7), back;
    const size_t row = 2000 * 6;
    struct outfile out = {0};
    struct sink *sink = NULL;
    struct writer *w = NULL;

    for (int i = 0; i < 2; i++) {
        s.pic.storage = (struct storage){
            .compression = comps[i], .tile_w = 256, .tile_h = 256};
        assert_int_equal(outfile_open(&out, "sink.tif", &e), 0);
        assert_int_equal(
            codec_named("tiff")->create(&out, &s.pic, 256, 1, &w, &e), 0);
        assert_int_equal(w->chunk_rows, 256);
        assert_int_equal(sink_new(w, 2, NULL, NULL, &sink, &e), 0);
        for (int n = 0; n < 2; n++) {
            const int rows = n ? 16 : 256;
            uint8_t *raw =
                mem_copy(s.raw + row * 256 * (size_t)n, row * (size_t)rows);

            if (sink_add_take(sink, 0, n, raw, row * (size_t)rows, rows, &e))
                fail_msg("%s", e.text);
        }
        assert_int_equal(w->codec->finish(w, &e), 0);
        w->codec->abort(w);
        sink_free(sink);
        assert_int_equal(outfile_commit(&out, true, &e), 0);
        back = must_read("sink.tif", 0);
        same_pixels(&s, &back, compression_names[comps[i]]);
        free_shot(&back);
    }
    free_shot(&s);
}

TESTS(early_strips_wait_for_the_first,
      a_strip_that_never_comes_ends_the_waiting,
      the_last_tiles_may_be_mostly_padding)
