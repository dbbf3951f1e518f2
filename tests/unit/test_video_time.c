/* Films and time: cuts, uneven rates, broken clocks, fields. */

#include "test.h"

#include "video_film.h"

#define MOVING                                                                 \
    "-f lavfi -i "                                                             \
    "testsrc2=size=160x96:rate=25:duration=%g,noise=all_strength=9:all_flags=" \
    "t"

static size_t frame_bytes(const struct film *f)
{
    return f->raw.len / (size_t)f->frames;
}

/* Frames n … of the whole film are those of the cut. */
static void assert_slice(const struct film *whole, const struct film *cut,
                         int first, int count, const char *what)
{
    const size_t one = frame_bytes(whole);

    if (cut->frames != count)
        fail_msg("%s: %d frames from %d on, not %d", what, cut->frames, first,
                 count);
    for (int i = 0; i < count; i++) {
        if (memcmp(cut->raw.data + (size_t)i * one,
                   whole->raw.data + (size_t)(first + i) * one, one) != 0)
            fail_msg("%s: frame %d from %d on is another", what, i, first);
        if (fabs(cut->time[i] - (whole->time[first + i] - whole->time[first])) >
            1e-9)
            fail_msg("%s: frame %d is at %g s", what, i, cut->time[i]);
    }
}

TEST(cuts_are_exact)
{
    static const char *const all[][2] = {
        {"a.mp4", "-c:v libx264 -g 12 -bf 3 -pix_fmt yuv420p"},
        {"a.mkv", "-c:v libx264 -g 250 -bf 3 -x264-params open-gop=1"},
        {"a.ts", "-c:v libx264 -g 20 -bf 2 -pix_fmt yuv420p"},
        {"b.mp4", "-c:v libx265 -x265-params log-level=0:keyint=20 "
                  "-pix_fmt yuv420p10le"},
        {"a.avi", "-c:v mpeg4 -g 10 -bf 2"},
        {"a.mov", "-c:v prores -pix_fmt yuv422p10le"},
        {"a.mpg", "-c:v mpeg2video -g 10 -bf 2"},
        {"a.webm", "-c:v libvpx -g 15"},
        {"a.h264", "-c:v libx264 -g 10 -bf 0 -pix_fmt yuv420p"},
    };
    static const int firsts[] = {0, 1, 7, 12, 24, 37, 49};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film whole;

        FFMPEG(MOVING " %s %s", 2.0, all[i][1], all[i][0]);
        film_load(all[i][0], NULL, &whole);
        assert_int_equal(whole.frames, 50);
        for (size_t k = 0; k < sizeof(firsts) / sizeof(*firsts); k++) {
            struct video_read_options o = {.threads = 1 + (int)k % 3};
            struct film cut;
            int count = 50 - firsts[k];

            o.start = firsts[k] / 25.0;
            if (k % 2 == 0 && count > 9) {
                o.seconds = 9 / 25.0;
                count = 9;
            }
            film_load(all[i][0], &o, &cut);
            assert_slice(&whole, &cut, firsts[k], count, all[i][0]);
            film_free(&cut);
        }
        film_free(&whole);
    }
}

TEST(a_start_behind_the_end_is_refused)
{
    const struct video_read_options o = {.threads = 1, .start = 12};
    struct film film;
    struct err e = {0};

    FFMPEG(MOVING " -c:v mpeg4 a.mov", 1.0);
    assert_int_equal(film_try("a.mov", &o, &film, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "no frame from 12 s on"));
    assert_non_null(strstr(e.text, "ends at 1.000 s"));
}

/* Frames at uneven times keep them. */
TEST(uneven_times_are_kept)
{
    static const double want[] = {0,    0.04, 0.12, 0.16, 0.28,
                                  0.52, 0.6,  0.64, 1.64, 1.68};
    static const char *const names[] = {"a.mkv", "a.mov"};

    for (int i = 0; i < 2; i++) {
        struct film film;

        FFMPEG(MOVING " -vf \"select='eq(n,0)+eq(n,1)+eq(n,3)+eq(n,4)+eq(n,7)+"
                      "eq(n,13)+eq(n,15)+eq(n,16)+eq(n,41)+eq(n,42)'\" "
                      "-fps_mode vfr -c:v ffv1 %s",
               2.0, names[i]);
        film_load(names[i], NULL, &film);
        assert_int_equal(film.frames, 10);
        for (int k = 0; k < 10; k++)
            assert_true(fabs(film.time[k] - want[k]) < 1e-9);
        assert_string_equal(film.damage, "");
        film_free(&film);
    }
}

/* What is done to the times of 25 frames, and where the last one ends up. */
TEST(times_always_ascend)
{
    static const struct {
        const char *ms; /* of frame N */
        double last;
        const char *note;
    } all[] = {
        {"N*40", 0.96, ""},
        {"if(eq(N,9),8*40,N*40)", 0.96, "1 time out of order"},
        {"if(eq(N,9),3*40,N*40)", 0.96, "1 time out of order"},
        {"if(lt(N,9),N*40,8*40)", 0.92, "16 times out of order"},
        {"if(gte(N,9),N*40+200000000,N*40)", 0.96, "1 time out of order"},
        {"if(gte(N,9),N*40+5000,N*40)", 5.96, ""},
    };

    FFMPEG(MOVING " -c:v ffv1 a.mkv", 1.0);
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film film;

        FFMPEG("-i a.mkv -c copy -bsf:v \"set"
               "ts=ts='%s'\" b.mkv",
               all[i].ms);
        film_load("b.mkv", NULL, &film);
        assert_int_equal(film.frames, 25);
        for (int k = 1; k < film.frames; k++)
            assert_true(film.time[k] > film.time[k - 1]);
        assert_true(fabs(film.time[24] - all[i].last) < 1e-9);
        assert_int_equal(strlen(film.damage) > 0, strlen(all[i].note) > 0);
        assert_non_null(strstr(film.damage, all[i].note));
        film_free(&film);
    }
}

/* Lines differ more from the next one than from the one after that. */
static double combing(const struct film *film)
{
    const int w = film->info.w, h = film->info.h;
    const size_t sample = film->info.fmt.bits > 8 ? 2 : 1;
    double near = 0, far = 0;

    for (int k = 2; k < film->frames; k++) {
        const uint8_t *luma = film->raw.data + (size_t)k * frame_bytes(film) +
                              sample - 1;

        for (int y = 0; y + 2 < h; y++)
            for (int x = 0; x < w; x++) {
                const uint8_t *p = luma +
                                   ((size_t)y * (size_t)w + (size_t)x) * sample;
                const size_t line = (size_t)w * sample;

                near += abs(p[0] - p[line]);
                far += abs(p[0] - p[2 * line]);
            }
    }
    return near / far;
}

TEST(fields_become_frames)
{
    static const char *const all[][2] = {
        {"a.mov", "-c:v prores -pix_fmt yuv422p10le -flags +ildct"},
        {"a.mkv", "-c:v libx264 -flags +ildct+ilme -x264-params tff=1"},
        {"a.mpg", "-c:v mpeg2video -flags +ildct+ilme -q:v 2"},
        {"b.mov", "-c:v v210 -field_order tt"},
        {"c.mov", "-c:v ffv1 -pix_fmt yuv444p12le -flags +ildct"},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct video_read_options o = {.threads = 2};
        struct film on, off;

        FFMPEG("-f lavfi -i testsrc2=size=192x128:rate=50:duration=0.8 -vf "
               "gblur=2,scroll=h=0.03,tinterlace=interleave_top,setfield=tff "
               "%s %s",
               all[i][1], all[i][0]);
        film_load(all[i][0], &o, &on);
        o.deinterlace = VIDEO_FIELDS_OFF;
        film_load(all[i][0], &o, &off);
        assert_int_equal(on.frames, 20);
        assert_int_equal(off.frames, 20);
        assert_int_equal(on.interlaced, 0);
        assert_true(on.info.interlaced && on.info.top_first);
        assert_memory_equal(on.time, off.time, 20 * sizeof(double));
        if (combing(&off) < 1.2 || combing(&on) > 0.8)
            fail_msg("%s: %g combed, %g not", all[i][0], combing(&off),
                     combing(&on));
        film_free(&on);
        film_free(&off);
    }
}

/* Progressive frames stay as they are, unless somebody knows better. */
TEST(frames_are_no_fields)
{
    struct video_read_options o = {.threads = 1};
    struct film whole, cut;

    FFMPEG(MOVING " -c:v ffv1 a.mkv", 0.4);
    film_load("a.mkv", &o, &whole);
    assert_raw(&whole, "a.mkv", "yuv420p");
    film_free(&whole);
    o.deinterlace = VIDEO_FIELDS_ON;
    film_load("a.mkv", &o, &whole);
    assert_int_equal(whole.frames, 10);
    o.start = 0.12;
    o.seconds = 0.16;
    film_load("a.mkv", &o, &cut);
    assert_slice(&whole, &cut, 3, 4, "a.mkv");
    film_free(&whole);
    film_free(&cut);
}

/* Nanoseconds and less: halved, they do not fit where FFmpeg has them. */
TEST(ticks_may_be_tiny)
{
    const struct video_read_options o = {.threads = 1,
                                         .deinterlace = VIDEO_FIELDS_ON};
    struct video_frame f;
    struct video_reader *r;
    struct buf b = {0};
    struct err e = {0};
    uint8_t *at;

    FFMPEG(MOVING " -c:v ffv1 a.avi", 0.2);
    assert_int_equal(file_load("a.avi", 1 << 24, &b, &e), 0);
    at = memmem(b.data, b.len, "strh", 4);
    assert_non_null(at);
    memcpy(at + 28, "\1\0\0\0\377\377\377\177", 8); /* scale, rate */
    assert_int_equal(bytes_save("b.avi", b.data, b.len), 0);
    r = film_open("b.avi", &o);
    for (int n = 0; n < 5; n++) {
        assert_int_equal(video_read(r, &f, &e), 1);
        assert_int_equal(f.time, n);
        video_frame_unref(&f);
    }
    video_close(r);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_are_exact),
        cmocka_unit_test(a_start_behind_the_end_is_refused),
        cmocka_unit_test(uneven_times_are_kept),
        cmocka_unit_test(times_always_ascend),
        cmocka_unit_test(fields_become_frames),
        cmocka_unit_test(frames_are_no_fields),
        cmocka_unit_test(ticks_may_be_tiny),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
