/* Frames in flight: their order, their copies, their neighbours, their end. */

#include <stdatomic.h>

#include "test.h"

#include "kern/kern.h"
#include "made_depth.h"
#include "op/distance.h"
#include "run/frames.h"

#define SHOT    60
#define MEASURE "dehaze.amount=0.6"

#define W 160
#define H 90

/* A film whose frame n is grey n / 100 and stands at time[n]; n counts up. */
struct film {
    int count, next, loaded, dropped, fail_at;
    int64_t step; /* ticks from frame to frame */
    float light;  /* not 0: of a scene instead */
    int cut;      /* where it becomes half of that */
    int keep;     /* of ten results, that are there from the beginning */
};

/* Haze, noise, and above something bright that comes and goes. */
static float scene(const struct film *film, int n, int x, int y)
{
    const int at = x - n * 9 % W;
    uint32_t noise = (uint32_t)(n * 7919 + y * W + x) * 0x9e3779b1u;
    float v = 0.6f - 0.3f * (float)y / H + 0.2f * (float)(x / 8 % 2);

    noise = (noise ^ noise >> 15) * 0x2c1b3c6du;
    if (at > 0 && at < 30 && y > 10 && y < 40 && n % 4)
        v = 1;
    v += (float)(noise >> 8) * 0x1p-24f / 20;
    return v * film->light / (film->cut && n >= film->cut ? 2 : 1);
}

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
    f->number = *n;
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
    const struct film *film = arg;
    const int n = *(int *)f->own;

    (void)linear;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        for (int x = 0; x < W; x++)
            planes[p][x] = film->light > 0 ? scene(film, n, x, y)
                                           : (float)n / 100;
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
    double shown[SHOWN];
    int64_t end;
    bool disorder;
    int held; /* results that are somewhere */
    int keep;
};

struct result {
    double value; /* mean of the lower half */
    int rows;
};

static bool there(void *arg, int64_t time, int copies)
{
    (void)copies;
    return time % 10 < ((const struct screen *)arg)->keep;
}

static int begin(void *arg, void **own, struct err *e)
{
    struct screen *s = arg;
    struct result *r = mem_zero(1, sizeof(*r));

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
    r->rows += y1 - y0;
    for (int y = y0 > H / 2 ? y0 : H / 2; y < y1; y++)
        for (int x = 0; x < W; x++)
            r->value += (double)row_of(v, 0, y)[x] / (W * H / 2);
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
    s->disorder |= (time != s->end && !s->keep) || r->rows != H;
    s->end = time;
    for (int i = 0; i < copies && s->end < SHOWN; i++)
        s->shown[s->end++] = r->value;
    drop_result(arg, own);
    return 0;
}

/* A network that works on all threads, and fails at one frame or never. */
struct net {
    int made, fail_at;
    bool disorder;
    atomic_int busy, parts;
};

static int part(void *arg, int index, int slot, struct err *e)
{
    (void)index;
    (void)slot;
    (void)e;
    atomic_fetch_add((atomic_int *)arg, 1);
    return 0;
}

static int make(void *arg, const struct depth_ask *ask, struct pool *pool,
                struct depth_map **out, struct err *e)
{
    struct made_depth d = {DEPTH_RELATIVE, 16, 12};
    const float first = row_of(&ask->proxy->v, 0, 0)[0];
    struct net *n = arg;
    int rc;

    n->disorder |= atomic_fetch_add(&n->busy, 1) ||
                   lroundf(first * 100) != n->made;
    if (n->fail_at && n->made == n->fail_at)
        return err_set(e, ERR_DATA, "no map");
    n->made++;
    TRY(pool_run(pool, 16, part, &n->parts, e));
    TRY(made_get(&d, ask->proxy, pool, out, e));
    atomic_fetch_sub(&n->busy, 1);
out:
    return rc;
}

static struct net net;
static const struct depth_maker maker = {.make = make, .arg = &net};
static const struct depth_want want = {.maker = &maker};

static int run(struct film *film, struct screen *screen, const char *step,
               int threads, struct video_ratio rate, bool changed,
               int64_t limit, struct err *e)
{
    const struct frame_source source = {next_frame, load, row, drop, film, 0};
    const struct frame_sink sink = {.begin = begin,
                                    .take = take,
                                    .there = there,
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
                       .depth = &want,
                       .tick = {1, 100},
                       .limit = limit,
                       .times = &times};
    struct look *look = NULL;
    int rc;

    *screen = (struct screen){.keep = film->keep};
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

TEST(frames_come_out_in_order)
{
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
TEST(a_rate_repeats_and_leaves_out)
{
    struct film twice = {.count = 20, .step = 8}, fifth = twice;
    struct screen screen;
    struct err e;

    assert_int_equal(run(&twice, &screen, NULL, 3, as_is, true, 0, &e), 0);
    assert_int_equal(screen.end, 40);
    for (int i = 0; i < 40; i++)
        assert_float_equal(screen.shown[i], (float)(i / 2) / 100, 1e-6);
    assert_int_equal(
        run(&fifth, &screen, NULL, 3, (struct video_ratio){5, 1}, true, 0, &e),
        0);
    assert_int_equal(screen.end, 8);
    for (int i = 1; i < 8; i++)
        assert_true(fabs(screen.shown[i] - screen.shown[i - 1] - .025) < .0051);
}

TEST(a_limit_ends_it)
{
    struct film film = {.count = 1000000, .step = 4};
    struct screen screen;
    struct err e;

    assert_int_equal(run(&film, &screen, NULL, 4, as_is, false, 7, &e), 0);
    assert_int_equal(screen.end, 7);
    assert_true(film.next < 20);
}

TEST(the_first_bad_frame_is_the_error)
{
    for (int threads = 1; threads <= 7; threads += 2) {
        struct film film = {.count = 100, .step = 4, .fail_at = 40};
        struct screen screen;
        struct err e;

        assert_int_equal(run(&film, &screen, threads % 4 == 1 ? NULL : MEASURE,
                             threads, as_is, false, 0, &e),
                         ERR_DATA);
        assert_string_equal(e.text, "frame 40 is bad");
        assert_true(screen.end <= 40 && film.next < 60);
    }
}

static struct screen shot(const char *step, struct film film, int threads,
                          int64_t limit)
{
    const struct video_ratio rate = {film.step ? 10 : 25, 1};
    struct screen screen;
    struct err e;

    film.step = 4;
    assert_int_equal(
        run(&film, &screen, step, threads, rate, rate.num < 25, limit, &e), 0);
    return screen;
}

static double alone(const char *step, struct film film, int n)
{
    film.next = film.dropped = n;
    return shot(step, film, 1, 1).shown[0];
}

/* The lower half, by the mean change from frame to frame. */
TEST(a_still_scene_does_not_flicker)
{
    static const char *const steps[] = {MEASURE, "display_map.gamut=none"};

    for (int i = 0; i < 2; i++) {
        const struct film film = {.count = SHOT, .light = i ? 6 : 0.9f};
        const struct screen s = shot(steps[i], film, 2, 0);
        double after = 0, before = 0;

        for (int n = 1; n < SHOT; n++) {
            after += fabs(s.shown[n] - s.shown[n - 1]) / (SHOT - 1);
            before +=
                fabs(alone(steps[i], film, n) - alone(steps[i], film, n - 1)) /
                (SHOT - 1);
        }
        assert_true(after < before / 10);
    }
}

TEST(only_a_cut_is_followed_at_once)
{
    const struct film film = {.count = 40, .light = 0.9f, .cut = 30};
    const struct screen s = shot(MEASURE, film, 2, 0);

    for (int n = 0; n < 40; n++)
        assert_true((alone(MEASURE, film, n) == s.shown[n]) ==
                    (n == 0 || n == 30));
}

TEST(threads_and_resuming_change_no_bits)
{
    struct film film = {.count = SHOT, .light = 0.9f, .cut = 25};
    const struct screen all = shot(MEASURE, film, 1, 0);

    for (int i = 0; i < 6; i++) {
        struct screen s;

        film.keep = 4 * (i / 2);
        s = shot(MEASURE, film, 2 + 3 * (i % 2), 32);
        for (int n = 0; n < 32; n++)
            assert_true(s.shown[n] == (n % 10 < film.keep ? 0 : all.shown[n]));
    }
    film.keep = 0;
    film.step = 1; /* some are left out */
    assert_memory_equal(shot(MEASURE, film, 1, 0).shown,
                        shot(MEASURE, film, 4, 0).shown, sizeof(all.shown));
}

/* Ranks of depth do so, too: in a second a step is less by 1 / e. */
TEST(ranks_follow)
{
    static float block[4096];
    const struct view v = view_over(block, 8, 8, 3, 0, 8);
    const struct depth_info info = {DEPTH_RELATIVE, 0, 1};
    struct distance d = {.rank = NULL};
    struct steady *s = NULL;
    struct err e;

    assert_int_equal(steady_new(2, &s, &e), 0);
    for (int n = 0; n <= 50; n++) {
        struct steady_turn t = {s, n, n / 50.0, 0, 0};
        const struct op_prep prep = {.follow = steady_follow, .turn = &t};

        for (int i = 0; i < 4096; i++)
            block[i] = n ? 0.25f : 0.2f;
        distance_release(&d);
        assert_int_equal(steady_colors(&t, &v, &e), 0);
        assert_int_equal(distance_of(&v, &info, &prep, &d, &e), 0);
    }
    assert_true(fabs((double)d.far - 0.25 + 0.05 / M_E) < 1e-7);
    distance_release(&d);
    steady_free(s);
}

/* Noise of a level that takes all neighbours in: the mean of five frames, of
   fewer at both ends. */
TEST(neighbours_are_those_around)
{
    struct film film = {.count = 30, .step = 4};
    struct screen one, many;
    struct err e;

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
    assert_true(one.shown[29] < 0.29);           /* and those before        */
    assert_float_equal(one.shown[20], .2, 2e-3); /* an even ramp stays      */
}

TEST(depth_is_made_in_order)
{
    for (int threads = 1; threads <= 7; threads += 2)
        for (int bad = 0; bad <= 20; bad += 20) {
            struct film film = {.count = 40, .step = 4};
            struct screen screen;
            struct err e;

            net = (struct net){.fail_at = bad};
            assert_int_equal(run(&film, &screen, "depth_clarity.amount=1",
                                 threads, as_is, false, 0, &e),
                             bad ? ERR_DATA : 0);
            assert_false(net.disorder);
            assert_int_equal(net.made, bad ? bad : 40);
            assert_int_equal(net.parts, 16 * net.made);
        }
}

TESTS(frames_come_out_in_order, a_rate_repeats_and_leaves_out, a_limit_ends_it,
      the_first_bad_frame_is_the_error, neighbours_are_those_around,
      a_still_scene_does_not_flicker, only_a_cut_is_followed_at_once,
      threads_and_resuming_change_no_bits, ranks_follow, depth_is_made_in_order)
