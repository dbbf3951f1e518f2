/* Spans: sums per stage always, a file for Perfetto on request. */

#include <jansson.h>
#include <pthread.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "base/pool.h"
#include "base/trace.h"

TEST(spans_are_summed_without_tracing)
{
    struct stage_times times = {0};
    struct span s = span_begin(STAGE_DECODE, &times, NULL, 0);

    assert_null(trace_label("a"));
    span_end(&s, 100);
    span_end(&s, 11);
    assert_int_equal(times.bytes[STAGE_DECODE], 111);
    assert_int_equal(times.bytes[STAGE_ENCODE], 0);
    assert_true(times.wall_ns[STAGE_DECODE] >= 0);
    assert_int_equal(times.wall_ns[STAGE_ENCODE], 0);
    s = span_begin(STAGE_OPEN, NULL, NULL, -1);
    span_end(&s, 0);
}

TEST(clocks_do_not_go_back)
{
    int64_t wall = time_ns(), cpu = time_cpu_ns();

    assert_true(wall > 0 && time_ns() >= wall);
    assert_true(cpu > 0 && time_cpu_ns() >= cpu);
}

TEST(stages_have_names)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        assert_true(strlen(stage_name((enum stage)i)) > 2);
}

struct work {
    struct stage_times times;
    pthread_barrier_t both;
    const char *label;
};

static int strip(void *arg, int index, int slot, struct err *e)
{
    struct work *w = arg;
    struct span s = span_begin(STAGE_RENDER, &w->times, w->label, index);

    (void)slot;
    (void)e;
    pthread_barrier_wait(&w->both);
    span_end(&s, 10);
    return 0;
}

/* Counts the events of a kind and checks what each must have. */
static size_t count_events(json_t *events, const char *ph, const char *name)
{
    size_t n = 0, i;
    json_t *ev;

    json_array_foreach(events, i, ev)
    {
        const char *kind = json_string_value(json_object_get(ev, "ph"));

        assert_non_null(kind);
        assert_true(json_is_integer(json_object_get(ev, "pid")));
        if (!strcmp(kind, "X")) {
            assert_true(json_is_number(json_object_get(ev, "ts")));
            assert_true(json_is_number(json_object_get(ev, "dur")));
            assert_true(json_is_integer(json_object_get(ev, "tid")));
        }
        n += !strcmp(kind, ph) &&
             !strcmp(json_string_value(json_object_get(ev, "name")), name);
    }
    return n;
}

TEST(the_file_is_json_with_a_lane_per_thread)
{
    struct work w = {0};
    struct pool *pool;
    struct err e = {0};
    struct buf b;
    json_error_t why;
    json_t *root, *events;

    assert_int_equal(trace_start(&e), 0);
    assert_int_equal(trace_start(&e), 0);
    w.label = trace_label("odd \"name\"\\ \x01 \xff ü.tif");
    assert_non_null(w.label);
    assert_int_equal(pool_new(2, &pool, &e), 0);
    pthread_barrier_init(&w.both, NULL, 2);
    assert_int_equal(pool_run(pool, 6, strip, &w, &e), 0);
    pthread_barrier_destroy(&w.both);
    pool_free(pool);
    assert_int_equal(w.times.bytes[STAGE_RENDER], 60);

    assert_int_equal(trace_write("trace.json", &e), 0);
    assert_int_equal(file_load("trace.json", 1 << 20, &b, &e), 0);
    root = json_loadb((const char *)b.data, b.len, 0, &why);
    assert_non_null(root);
    events = json_object_get(root, "traceEvents");
    assert_int_equal(count_events(events, "X", "render"), 6);
    assert_int_equal(count_events(events, "M", "thread_name"), 2);
    assert_int_equal(count_events(events, "M", "process_name"), 1);
    assert_non_null(strstr((char *)b.data, "\"main\""));
    assert_non_null(strstr((char *)b.data, "\"worker 1\""));
    assert_string_equal(
        json_string_value(json_object_get(
            json_object_get(json_array_get(events, 2), "args"), "file")),
        "odd \"name\"\\ ? ? ü.tif");
    json_decref(root);
    buf_release(&b);
    unlink("trace.json");
}

TEST(a_full_trace_says_what_is_missing)
{
    struct span s = span_begin(STAGE_WRITE, NULL, NULL, -1);
    struct err e = {0};
    struct buf b;
    const char *end;

    for (int i = 0; i < 250000; i++)
        span_end(&s, 0);
    assert_int_equal(trace_write("trace.json", &e), 0);
    assert_int_equal(file_load("trace.json", 1 << 29, &b, &e), 0);
    end = (char *)b.data + b.len - 40;
    assert_non_null(strstr(end, "\"dropped\":\"6\""));
    buf_release(&b);
    unlink("trace.json");
}

TEST(a_file_that_cannot_be_made_is_an_error)
{
    struct err e = {0};

    assert_int_equal(trace_write("/proc/none/trace.json", &e), ERR_IO);
}

TESTS(spans_are_summed_without_tracing, clocks_do_not_go_back,
      stages_have_names, the_file_is_json_with_a_lane_per_thread,
      a_full_trace_says_what_is_missing, a_file_that_cannot_be_made_is_an_error)
