/* Frames in flight: their order, copies, neighbours, end; what they measure. */

#include <setjmp.h>
#include <math.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "kern/kern.h"
#include "made_depth.h"
#include "run/frames.h"
#include "run/render.h"

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
};

/* Haze from above, noise, and in the upper half something bright that goes by
   behind posts. */
static float scene(const struct film *film, int n, int x, int y)
{
    const int at = n * 9 % (W + 30) - 30;
    const bool bright = x > at && x < at + 30 && y > 10 && y < 40;
    const float haze = 0.6f - 0.3f * (float)y / H + 0.2f * (float)(x / 8 % 2);
    uint32_t noise = (uint32_t)(n * 7919 + y * W + x) * 0x9e3779b1u;

    noise = (noise ^ noise >> 15) * 0x2c1b3c6du;
    return ((bright && n % 4 ? 1 : haze) +
            (float)(noise >> 8) * 0x1p-24f / 20) *
           film->light / (film->cut && n >= film->cut ? 2 : 1);
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
    float shown[SHOWN];
    double still[SHOWN]; /* the mean of what lies below the bright thing */
    uint64_t bits[SHOWN];
    int64_t end;
    bool disorder;
    int held; /* results that are somewhere */
    int keep; /* of ten frames, so many are there from the beginning */
};

struct result {
    float value;
    double still;
    uint64_t bits;
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
    r->value = row_of(v, 0, y0)[W / 2];
    r->rows += y1 - y0;
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < W; x++) {
            uint32_t bits;

            memcpy(&bits, row_of(v, 1, y) + x, sizeof(bits));
            r->bits = (r->bits ^ bits) * 0x100000001b3u;
            if (y >= H / 2)
                r->still += (double)row_of(v, 1, y)[x] / (W * H / 2);
        }
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
    for (int64_t i = time; i < time + copies && i < SHOWN; i++) {
        s->shown[i] = r->value;
        s->still[i] = r->still;
        s->bits[i] = r->bits;
        s->end = i + 1;
    }
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

    *screen = (struct screen){.keep = screen->keep};
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
        struct screen screen = {0};
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
    struct screen screen = {0};
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
    struct screen screen = {0};
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
        struct screen screen = {0};
        struct err e;

        assert_int_equal(run(&film, &screen, threads % 4 == 1 ? NULL : MEASURE,
                             threads, as_is, false, 0, &e),
                         ERR_DATA);
        assert_string_equal(e.text, "frame 40 is bad");
        assert_true(screen.end <= 40 && film.next < 60);
    }
}

static struct screen shot(const char *step, struct film film, int threads,
                          int keep)
{
    struct screen screen = {.keep = keep};
    struct err e;

    film.step = 4;
    assert_int_equal(run(&film, &screen, step, threads, as_is, false, 0, &e),
                     0);
    return screen;
}

/* What frame n would be alone. */
static struct screen alone(const char *step, struct film film, int n)
{
    struct screen screen = {0};
    struct err e;

    film.step = 4;
    film.next = film.dropped = n;
    film.count = n + 1;
    assert_int_equal(run(&film, &screen, step, 1, as_is, false, 0, &e), 0);
    return screen;
}

/* Mean change of what does not change, from frame to frame. */
static double flicker(const double *still)
{
    double sum = 0;

    for (int i = 1; i < SHOT; i++)
        sum += fabs(still[i] - still[i - 1]) / (SHOT - 1);
    return sum;
}

static void a_still_scene_does_not_flicker(void **state)
{
    static const char *const steps[] = {MEASURE, "display_map.gamut=none"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct film film = {.count = SHOT, .light = i ? 6 : 0.9f};
        const struct screen s = shot(steps[i], film, 2, 0);
        const struct screen raw = shot(NULL, film, 2, 0);
        double frames[SHOT], after, before, source;

        for (int n = 0; n < SHOT; n++)
            frames[n] = alone(steps[i], film, n).still[0];
        source = flicker(raw.still);
        before = flicker(frames);
        after = flicker(s.still);
        printf("%s: %.6f, alone %.6f, source %.6f\n", steps[i], after, before,
               source);
        assert_true(after < before / 10);
    }
}

/* The first frame of a shot is as if it were alone. */
static void a_cut_is_followed_at_once(void **state)
{
    const struct film film = {.count = 40, .light = 0.9f, .cut = 30};
    const struct screen s = shot(MEASURE, film, 2, 0);

    (void)state;
    for (int n = 0; n < 40; n++)
        assert_true((alone(MEASURE, film, n).bits[0] == s.bits[n]) ==
                    (n == 0 || n == 30));
}

static void threads_and_resuming_change_no_bits(void **state)
{
    const struct film film = {.count = SHOT, .light = 0.9f, .cut = 25};
    const struct screen one = shot(MEASURE, film, 1, 0);

    (void)state;
    for (int threads = 2; threads <= 5; threads += 3)
        for (int keep = 0; keep < 10; keep += 4) {
            const struct screen s = shot(MEASURE, film, threads, keep);

            for (int i = 0; i < SHOT; i++)
                assert_true(s.bits[i] == (i % 10 < keep ? 0 : one.bits[i]));
        }
}

/* As with --preview-frames. */
static void the_first_frames_are_those_of_the_film(void **state)
{
    const struct film whole = {.count = SHOT, .light = 0.9f};
    const struct screen all = shot(MEASURE, whole, 2, 0);
    struct film film = {.count = SHOT, .light = 0.9f, .step = 4};
    struct screen part = {0};
    struct err e;

    (void)state;
    assert_int_equal(run(&film, &part, MEASURE, 3, as_is, false, 20, &e), 0);
    assert_int_equal(part.end, 20);
    assert_memory_equal(part.bits, all.bits, 20 * sizeof(*all.bits));
}

static void grain_is_that_of_the_frame(void **state)
{
    const struct film film = {.count = 12, .light = 0.9f};
    const struct screen s = shot("grain.amount=0.5", film, 3, 0);

    (void)state;
    for (int n = 0; n < film.count; n++)
        assert_true(alone("grain.amount=0.5", film, n).bits[0] == s.bits[n]);
}

static void frames_left_out_are_not_measured(void **state)
{
    struct film film = {.count = SHOT, .light = 0.9f, .step = 4};
    struct screen screen[2] = {0};
    struct err e;

    (void)state;
    for (int i = 0; i < 2; i++) {
        film.next = film.dropped = 0;
        assert_int_equal(run(&film, &screen[i], MEASURE, 1 + 3 * i,
                             (struct video_ratio){10, 1}, true, 0, &e),
                         0);
    }
    assert_int_equal(screen[0].end, 24);
    assert_memory_equal(screen[0].bits, screen[1].bits, sizeof(screen[0].bits));
}

/* Relative depth from left to right; each other frame something near is on top.
 */
static int get_depth(void *arg, const struct image *proxy, struct pool *pool,
                     struct depth_map **out, struct err *e)
{
    float row[W];
    int rc;

    (void)proxy;
    (void)pool;
    TRY(depth_map_new(W, H, (struct depth_info){DEPTH_RELATIVE, 0, 1}, out, e));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++)
            row[x] = y < 30 && *(int *)arg % 2 ? 0.1f
                                               : 0.2f + 0.7f * (float)x / W;
        depth_map_put(*out, y, row);
    }
out:
    return rc;
}

/* Frame n through the film's chain, with a turn or without: mean square of its
   lower half, in which blur shows. */
static double deep(const struct chain *film, struct steady *s, int n)
{
    const struct depth_source depth = {get_depth, &n};
    struct steady_turn turn = {.of = s, .number = n, .time = n / 25.0};
    struct stage_times times = {0};
    struct render r = {.k = kern_best(), .depth = &depth, .times = &times};
    struct image *in = NULL, *out = NULL;
    double sum = 0;
    struct err e;

    assert_int_equal(image_new(W, H, 3, &in, &e), 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                row_of(&in->v, p, y)[x] = (x / 3 + y / 3) % 2 ? 0.2f : 0.3f;
    r.image = in;
    assert_int_equal(pool_new(1, &r.pool, &e), 0);
    assert_int_equal(chain_frame(film, n, &r.chain, &e), 0);
    r.chain->turn = s ? &turn : NULL;
    assert_int_equal(render_image(&r, &out, &e), 0);
    for (int y = H / 2; y < H; y++)
        for (int x = 0; x < W; x++)
            sum += pow((double)row_of(&out->v, 1, y)[x], 2) / (W * H / 2);
    chain_free(r.chain);
    pool_free(r.pool);
    image_free(in);
    image_free(out);
    return sum;
}

static void ranks_of_depth_do_not_flicker(void **state)
{
    static const char *const steps[] = {"zone_tone.exposure=1 0 -1",
                                        "atmosphere.density=0.02",
                                        "depth_of_field.focus_y=0.1"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        double still[SHOT], alone[SHOT];
        struct look *look = NULL;
        struct chain *film = NULL;
        struct steady *s = NULL;
        struct err e;

        assert_int_equal(look_new(&look, &e), 0);
        assert_int_equal(look_set(look, steps[i], &e), 0);
        assert_int_equal(chain_new(look, W, H, 3, 0, 0, &film, &e), 0);
        assert_true(chain_measures(film));
        assert_int_equal(steady_new(chain_places(film), &s, &e), 0);
        for (int n = 0; n < SHOT; n++) {
            still[n] = deep(film, s, n);
            alone[n] = deep(film, NULL, n);
        }
        printf("%s: %.6f, alone %.6f\n", steps[i], flicker(still),
               flicker(alone));
        assert_true(flicker(still) < flicker(alone) / 10);
        steady_free(s);
        chain_free(film);
        look_free(look);
    }
}

/* A step is followed in seconds, however many frames they have. */
static void time_is_in_seconds(void **state)
{
    (void)state;
    for (int rate = 10; rate <= 100; rate *= 10) {
        struct image *grey = NULL;
        struct steady *s = NULL;
        struct err e = {0};
        double value = 0;

        assert_int_equal(image_new(8, 8, 3, &grey, &e), 0);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < 8; y++)
                for (int x = 0; x < 8; x++)
                    row_of(&grey->v, p, y)[x] = 0.5f;
        assert_int_equal(steady_new(3, &s, &e), 0);
        for (int n = 0; n <= rate; n++) {
            struct steady_turn t = {
                .of = s, .number = n, .time = (double)n / rate};

            value = n > 0;
            assert_int_equal(steady_colors(&t, &grey->v, &e), 0);
            assert_int_equal(steady_follow(&t, &value, 1, &e), 0);
            assert_int_equal(steady_leave(&t, &e), 0);
        }
        assert_true(fabs(value - 1 + 1 / M_E) < 1e-9);
        steady_free(s);
        image_free(grey);
    }
}

/* Noise of a level that takes all neighbours in: the mean of five frames, of
   fewer at both ends. */
static void neighbours_are_those_around(void **state)
{
    struct film film = {.count = 30, .step = 4};
    struct screen one = {0}, many = {0};
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

static void depth_is_made_in_order(void **state)
{
    (void)state;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_in_order),
        cmocka_unit_test(a_rate_repeats_and_leaves_out),
        cmocka_unit_test(a_limit_ends_it),
        cmocka_unit_test(the_first_bad_frame_is_the_error),
        cmocka_unit_test(neighbours_are_those_around),
        cmocka_unit_test(a_still_scene_does_not_flicker),
        cmocka_unit_test(a_cut_is_followed_at_once),
        cmocka_unit_test(threads_and_resuming_change_no_bits),
        cmocka_unit_test(the_first_frames_are_those_of_the_film),
        cmocka_unit_test(grain_is_that_of_the_frame),
        cmocka_unit_test(frames_left_out_are_not_measured),
        cmocka_unit_test(ranks_of_depth_do_not_flicker),
        cmocka_unit_test(time_is_in_seconds),
        cmocka_unit_test(depth_is_made_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
