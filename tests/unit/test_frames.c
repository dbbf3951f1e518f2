/* Frames in flight: their order, their copies, their neighbours, their end. */

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "kern/kern.h"
#include "run/frames.h"

#define W 64
#define H 48

/* A film whose frame n is grey n / 100 and stands at time[n]; n counts up. */
struct film {
    int count, next, loaded, dropped, fail_at;
    int64_t step; /* ticks from frame to frame */
};

static int next_frame(void *arg, struct frame_in *f, struct err *e)
{
    struct film *film = arg;
    int *n;

    if (film->next == film->count)
        return 0;
    n = mem_alloc(sizeof(*n));
    if (!n)
        return err_mem(e, sizeof(*n));
    *n = film->next++;
    f->own = n;
    f->time = *n * film->step;
    f->duration = film->step;
    return 1;
}

static int load(void *arg, struct frame_in *f, struct err *e)
{
    struct film *film = arg;

    __atomic_fetch_add(&film->loaded, 1, __ATOMIC_RELAXED);
    if (film->fail_at && *(int *)f->own >= film->fail_at)
        return err_set(e, ERR_DATA, "frame %d is bad", *(int *)f->own);
    return 0;
}

static void row(const void *arg, const struct frame_in *f, bool linear, int y,
                float *const planes[], struct arena *scratch)
{
    (void)arg;
    (void)linear;
    (void)y;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        for (int x = 0; x < W; x++)
            planes[p][x] = (float)*(int *)f->own / 100;
}

static void drop(void *arg, struct frame_in *f)
{
    struct film *film = arg;

    __atomic_fetch_add(&film->dropped, 1, __ATOMIC_RELAXED);
    mem_free(f->own);
}

#define SHOWN 1000

/* What came out: which grey is shown at each moment. */
struct screen {
    float shown[SHOWN];
    int64_t end;
    bool disorder;
    int held; /* results that are somewhere */
};

struct result {
    float value;
    int rows;
};

static int begin(void *arg, int64_t number, void **own, struct err *e)
{
    struct screen *s = arg;
    struct result *r = mem_zero(1, sizeof(*r));

    (void)number;
    if (!r)
        return err_mem(e, sizeof(*r));
    __atomic_fetch_add(&s->held, 1, __ATOMIC_RELAXED);
    *own = r;
    return 0;
}

static void take(void *arg, void *own, bool linear, int64_t number,
                 const struct view *v, int y0, int y1, struct arena *scratch)
{
    struct result *r = own;

    (void)arg;
    (void)linear;
    (void)number;
    (void)scratch;
    r->value = row_of(v, 0, y0)[W / 2];
    r->rows += y1 - y0;
}

static void drop_result(void *arg, void *own)
{
    struct screen *s = arg;

    if (own)
        __atomic_fetch_sub(&s->held, 1, __ATOMIC_RELAXED);
    mem_free(own);
}

static int put_take(void *arg, void *own, const struct frame_in *from,
                    int64_t time, int copies, struct err *e)
{
    struct screen *s = arg;
    const struct result *r = own;

    (void)from;
    (void)e;
    s->disorder |= time != s->end || r->rows != H;
    for (int i = 0; i < copies && s->end < SHOWN; i++)
        s->shown[s->end++] = r->value;
    drop_result(arg, own);
    return 0;
}

static int run(struct film *film, struct screen *screen, const char *step,
               int threads, struct video_ratio rate, bool changed,
               int64_t limit, struct err *e)
{
    const struct frame_source source = {next_frame, load, row, drop, film, 0};
    const struct frame_sink sink = {.begin = begin,
                                    .take = take,
                                    .put_take = put_take,
                                    .drop = drop_result,
                                    .arg = screen,
                                    .even = 2};
    const struct conform conform = {.rate = rate, .changed = changed};
    struct stage_times times = {0};
    struct frames f = {.source = &source,
                       .sink = &sink,
                       .k = kern_best(),
                       .conform = &conform,
                       .tick = {1, 100},
                       .limit = limit,
                       .times = &times};
    struct look *look = NULL;
    int rc;

    *screen = (struct screen){0};
    *e = (struct err){0};
    assert_int_equal(look_new(&look, e), 0);
    if (step)
        assert_int_equal(look_set(look, step, e), 0);
    assert_int_equal(chain_new(look, W, H, 3, 0, 0, &f.film, e), 0);
    assert_int_equal(pool_new(threads, &f.pool, e), 0);
    assert_int_equal(chain_prepare_film(f.film, f.k, f.pool, e), 0);
    rc = frames_run(&f, e);
    pool_free(f.pool);
    chain_free(f.film);
    look_free(look);
    assert_int_equal(screen->held, 0);
    assert_int_equal(film->dropped, film->next);
    assert_false(screen->disorder);
    return rc;
}

static const struct video_ratio as_is = {25, 1};

static void frames_come_out_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads += 3) {
        struct film film = {.count = 100, .step = 4};
        struct screen screen;
        struct err e;

        assert_int_equal(
            run(&film, &screen, "exposure.ev=1", threads, as_is, false, 0, &e),
            0);
        assert_int_equal(screen.end, 100);
        for (int i = 0; i < 100; i++)
            assert_float_equal(screen.shown[i], (float)(2 * i) / 100, 1e-5);
        assert_int_equal(film.loaded, 100);
    }
}

/* 12.5 frames a second shown at 25 and at 5: each moment has the nearest. */
static void a_rate_repeats_and_leaves_out(void **state)
{
    struct film twice = {.count = 20, .step = 8}, fifth = twice;
    struct screen screen;
    struct err e;

    (void)state;
    assert_int_equal(run(&twice, &screen, NULL, 3, as_is, true, 0, &e), 0);
    assert_int_equal(screen.end, 40);
    for (int i = 0; i < 40; i++)
        assert_float_equal(screen.shown[i], (float)(i / 2) / 100, 1e-6);
    assert_int_equal(
        run(&fifth, &screen, NULL, 3, (struct video_ratio){5, 1}, true, 0, &e),
        0);
    assert_int_equal(screen.end, 8);
    for (int i = 1; i < 8; i++)
        assert_true(fabsf(screen.shown[i] - screen.shown[i - 1] - .025f) <
                    .0051f);
}

static void a_limit_ends_it(void **state)
{
    struct film film = {.count = 1000000, .step = 4};
    struct screen screen;
    struct err e;

    (void)state;
    assert_int_equal(run(&film, &screen, NULL, 4, as_is, false, 7, &e), 0);
    assert_int_equal(screen.end, 7);
    assert_true(film.next < 20);
}

static void the_first_bad_frame_is_the_error(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads += 2) {
        struct film film = {.count = 100, .step = 4, .fail_at = 40};
        struct screen screen;
        struct err e;

        assert_int_equal(
            run(&film, &screen, NULL, threads, as_is, false, 0, &e), ERR_DATA);
        assert_string_equal(e.text, "frame 40 is bad");
        assert_true(screen.end <= 40 && film.next < 60);
    }
}

/* Noise of a level that takes all neighbours in: the mean of five frames, of
   fewer at both ends. */
static void neighbours_are_those_around(void **state)
{
    struct film film = {.count = 30, .step = 4};
    struct screen one, many;
    struct err e;

    (void)state;
    assert_int_equal(
        run(&film, &one, "temporal_denoise.luma=20", 1, as_is, false, 0, &e),
        0);
    assert_int_equal(film.loaded, 30);
    film = (struct film){.count = 30, .step = 4};
    assert_int_equal(
        run(&film, &many, "temporal_denoise.luma=20", 5, as_is, false, 0, &e),
        0);
    assert_memory_equal(one.shown, many.shown, sizeof(one.shown));
    assert_true(one.shown[0] > 0);               /* those after have a part */
    assert_true(one.shown[29] < 29.0f / 100);    /* and those before        */
    assert_float_equal(one.shown[20], .2, 2e-3); /* an even ramp stays      */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_in_order),
        cmocka_unit_test(a_rate_repeats_and_leaves_out),
        cmocka_unit_test(a_limit_ends_it),
        cmocka_unit_test(the_first_bad_frame_is_the_error),
        cmocka_unit_test(neighbours_are_those_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
