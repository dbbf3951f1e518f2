/* What is written when nobody says, what cannot be, and what happens then. */

#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "video_film.h"

static const struct video_info *like(enum frame_colors colors, int bits,
                                     int ssx, int ssy, bool alpha)
{
    static struct video_info info;

    info = (struct video_info){.w = 320, .h = 180};
    info.fmt = (struct frame_format){
        .colors = colors, .bits = bits, .ssx = ssx, .ssy = ssy, .alpha = alpha};
    info.rate = (struct video_ratio){25, 1};
    info.tick = (struct video_ratio){1, 25};
    info.color = (struct video_color){1, 1, 1, 0, 0};
    return &info;
}

static void planned(const char *ext, const char *codec,
                    const struct video_info *i, const char *want)
{
    struct video_target t = film_target(i, ext);
    struct frame_format fmt;
    struct err e = {0};
    char got[100];

    t.codec = codec;
    if (video_plan(&t, i, &fmt, &e) < 0)
        fail_msg("%s %s: %s", ext, codec ? codec : "", e.text);
    snprintf(got, sizeof(got), "%s %s %s %g", t.codec, t.pixels,
             t.preset ? t.preset : "-", t.crf);
    assert_string_equal(got, want);
}

TEST(containers_have_usual_codecs)
{
    const struct video_info *i = like(FRAME_YUV, 8, 1, 1, false);

    planned("mov", NULL, i, "prores yuv422p10le hq -1");
    planned("MP4", NULL, i, "h264 yuv420p medium 18");
    planned("m4v", NULL, i, "h264 yuv420p medium 18");
    planned("mkv", NULL, i, "h264 yuv420p medium 18");
    planned("webm", NULL, i, "av1 yuv420p10le 8 25");
    planned("mxf", NULL, i, "dnxhr yuv422p hq -1");
    planned("avi", NULL, i, "h264 yuv420p medium 18");
    planned("nut", NULL, i, "ffv1 yuv420p - -1");
    planned("ts", NULL, i, "h264 yuv420p medium 18");
    planned("mp4", "hevc", i, "hevc yuv420p10le medium 20");
}

TEST(pixels_are_as_near_as_can_be)
{
    planned("mov", "prores", like(FRAME_RGB, 16, 0, 0, false),
            "prores yuv444p10le 4444 -1");
    planned("mov", "prores", like(FRAME_YUV, 12, 0, 0, true),
            "prores yuva444p10le 4444 -1");
    planned("mov", "dnxhr", like(FRAME_RGB, 8, 0, 0, false),
            "dnxhr gbrp10le 444 -1");
    planned("mov", "dnxhr", like(FRAME_YUV, 10, 1, 0, false),
            "dnxhr yuv422p10le hqx -1");
    planned("mp4", "h264", like(FRAME_YUV, 10, 1, 0, false),
            "h264 yuv420p medium 18");
    planned("mkv", "ffv1", like(FRAME_YUV, 12, 1, 0, true),
            "ffv1 yuva422p16le - -1");
    planned("mkv", "ffv1", like(FRAME_RGB, 8, 0, 0, false), "ffv1 bgr0 - -1");
    planned("mkv", "ffv1", like(FRAME_RGB, 32, 0, 0, false),
            "ffv1 gbrp16le - -1");
    planned("mkv", "ffv1", like(FRAME_GREY, 12, 0, 0, false),
            "ffv1 gray12le - -1");
    planned("mkv", "ffv1", like(FRAME_GREY, 8, 0, 0, true), "ffv1 ya8 - -1");
    planned("mkv", "ffv1", like(FRAME_YUV, 14, 1, 1, false),
            "ffv1 yuv420p14le - -1");
}

/* One that is refused, and what is said. */
static void refused(const char *ext, const char *codec, const char *pixels,
                    const char *preset, double crf, const char *why)
{
    struct video_target t = film_target(like(FRAME_YUV, 8, 1, 1, false), ext);
    struct frame_format fmt;
    struct err e = {0};

    t.codec = codec;
    t.pixels = pixels;
    t.preset = preset;
    t.crf = crf;
    assert_int_equal(video_plan(&t, like(FRAME_YUV, 8, 1, 1, false), &fmt, &e),
                     ERR_ARG);
    if (!strstr(e.text, why))
        fail_msg("'%s', not '%s'", e.text, why);
}

TEST(what_cannot_be_is_refused_with_what_can)
{
    refused("mp4", "ffv1", NULL, NULL, -1,
            "mp4 holds no ffv1: use mov, mkv, avi, nut, or for mp4 h264");
    refused("webm", "h264", NULL, NULL, -1, "webm holds no h264");
    refused("wmv", NULL, NULL, NULL, -1, "'wmv' is no film that is written");
    refused("mov", "vp9", NULL, NULL, -1, "'vp9' is not written");
    refused("mp4", "h264", "yuva420p", NULL, -1, "h264 takes no yuva420p");
    refused("mp4", "h264", "yuva420p", NULL, -1, "yuv420p, yuv422p, yuv444p");
    refused("mp4", "av1", "yuv422p", NULL, -1, "it takes yuv420p, yuv420p10le");
    refused("mp4", "h264", "yuv999", NULL, -1,
            "h264 takes no yuv999; it takes yuv420p");
    refused("mp4", "h264", NULL, "fastest", -1, "no preset 'fastest'");
    refused("mp4", "h264", NULL, NULL, 52,
            "the crf of h264 is 0 to 51, not 52");
    refused("mov", "prores", NULL, NULL, 20, "prores takes neither crf");
    refused("mov", "prores", "yuv444p10le", "hq", -1,
            "not of preset hq but of 4444");
    refused("mov", "dnxhr", "yuv422p", "hqx", -1,
            "not of preset hqx but of hq");
    refused("mkv", "ffv1", NULL, "fast", -1, "ffv1 has no presets");
}

TEST(sizes_are_checked)
{
    struct video_info i = *like(FRAME_YUV, 8, 1, 1, false);
    struct video_target t = film_target(&i, "mp4");
    struct frame_format fmt;
    struct err e = {0};

    t.w = 1;
    assert_int_equal(video_plan(&t, &i, &fmt, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "h264 wants frames of at least 2 x 2"));
    t = film_target(&i, "mxf");
    t.w = 200;
    assert_int_equal(video_plan(&t, &i, &fmt, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "dnxhr wants frames of at least 256 x 120"));
    t = film_target(&i, "mxf");
    t.rate.den = 0;
    assert_int_equal(video_plan(&t, &i, &fmt, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "mxf holds a constant frame rate only"));
}

/* Where the encoder wants it, and nowhere else. */
TEST(odd_sizes_become_even)
{
    static const struct {
        const char *ext, *codec, *pixels;
        int w, h;
    } all[] = {
        {"mp4", "h264", "yuv420p", 320, 180},
        {"mp4", "h264", "yuv422p", 320, 181},
        {"mp4", "h264", "yuv444p", 321, 181},
        {"mp4", "hevc", "yuv420p10le", 320, 180},
        {"mp4", "av1", "yuv420p10le", 320, 180},
        {"mov", "prores", "yuv444p10le", 320, 181},
        {"mov", "prores_ks", "yuv422p10le", 321, 181},
        {"mov", "dnxhr", "yuv422p", 321, 181},
        {"mkv", "ffv1", "yuv420p", 321, 181},
    };
    const struct video_info i = *like(FRAME_YUV, 8, 1, 1, false);

    for (size_t n = 0; n < sizeof(all) / sizeof(*all); n++) {
        struct video_target t = film_target(&i, all[n].ext);
        struct video_writer *w = NULL;
        struct frame_format fmt;
        struct err e = {0};

        t.codec = all[n].codec;
        t.pixels = all[n].pixels;
        t.w = 321;
        t.h = 181;
        assert_int_equal(video_plan(&t, &i, &fmt, &e), 0);
        if (t.w != all[n].w || t.h != all[n].h)
            fail_msg("%s in %s: %d x %d", t.codec, t.pixels, t.w, t.h);
        if (video_create("odd", &t, NULL, &w, &e) < 0)
            fail_msg("%s: %s", t.codec, e.text);
        video_abort(w);
    }
}

TEST(colors_are_settled)
{
    static const struct {
        const char *ext, *codec;
        enum frame_colors colors;
        struct video_color in, out;
    } all[] = {
        /* Full range that ProRes cannot say, RGB that it does not take. */
        {"mov", "prores", FRAME_YUV, {1, 1, 1, 1, 0}, {1, 1, 1, 0, -1}},
        {"mov", "prores", FRAME_RGB, {9, 16, 0, 1, -1}, {9, 16, 9, 0, -1}},
        {"mkv", "ffv1", FRAME_RGB, {1, 13, 0, -1, -1}, {1, 13, 0, 1, -1}},
        {"mkv", "ffv1", FRAME_YUV, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}},
        {"mp4", "h264", FRAME_YUV, {1, 1, 1, -1, -1}, {1, 1, 1, 0, 0}},
        {"mp4", "hevc", FRAME_YUV, {9, 16, 9, 0, -1}, {9, 16, 9, 0, 2}},
        {"mp4", "av1", FRAME_YUV, {1, 1, 1, 0, 1}, {1, 1, 1, 0, 0}},
        {"mov", "dnxhr", FRAME_YUV, {6, 6, 6, 0, 0}, {6, 6, 1, 0, -1}},
        {"mp4", "h264", FRAME_RGB, {6, 6, 0, 1, -1}, {6, 6, 6, 0, 0}},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        const int s = all[i].colors == FRAME_YUV;
        struct video_info in = *like(all[i].colors, 8, s, s, false);
        struct video_target t;
        struct frame_format fmt;
        struct err e = {0};

        in.color = all[i].in;
        t = film_target(&in, all[i].ext);
        t.codec = all[i].codec;
        assert_int_equal(video_plan(&t, &in, &fmt, &e), 0);
        if (memcmp(&t.color, &all[i].out, sizeof(t.color)) != 0)
            fail_msg("row %zu: %d %d %d %d %d", i, t.color.primaries,
                     t.color.transfer, t.color.matrix, t.color.range,
                     t.color.siting);
    }
}

#define MOVING                                                                 \
    "-f lavfi -i testsrc2=size=320x180:rate=25:duration=%g,"                   \
    "noise=all_strength=90:all_flags=t"

static void ffv1(struct video_target *t)
{
    t->codec = "ffv1";
}

/* As a full disk does it: writing fails in the middle. */
TEST(a_full_disk_is_said)
{
    const struct rlimit small = {300000, RLIM_INFINITY};
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    char dropped[240];
    struct err e = {0};
    int rc;

    FFMPEG(MOVING " -c:v mpeg4 -q:v 2 a.mov", 1.0);
    sigaction(SIGXFSZ, &ignore, &old);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rc = film_copy_try("a.mov", "b", "mkv", ffv1, NULL, 0, dropped, &e);
    setrlimit(RLIMIT_FSIZE, &none);
    sigaction(SIGXFSZ, &old, NULL);
    assert_int_equal(rc, ERR_IO);
    assert_string_equal(e.text, "cannot write: File too large");
    assert_int_equal(
        film_copy_try("a.mov", "none/b", "mkv", ffv1, NULL, 0, dropped, &e),
        ERR_IO);
    assert_non_null(strstr(e.text, "No such file or directory"));
}

/* Nothing hangs, nothing is printed. */
TEST(films_may_be_given_up)
{
    static const char *const codecs_all[] = {"av1", "hevc", "h264", "ffv1",
                                             "prores"};
    const int keep = dup(2), log = open("talk", O_RDWR | O_CREAT, 0600);
    struct buf b = {0};
    struct err e = {0};

    FFMPEG(MOVING " -c:v mpeg4 -q:v 2 a.mov", 0.4);
    dup2(log, 2);
    for (int i = 0; i < 5; i++)
        for (int frames = 0; frames < 8; frames += 7) {
            struct video_reader *r = film_open("a.mov", NULL);
            struct video_target t = film_target(video_info(r), "mkv");
            struct video_writer *w = NULL;
            struct frame_format fmt;

            t.codec = codecs_all[i];
            assert_int_equal(video_plan(&t, video_info(r), &fmt, &e), 0);
            assert_int_equal(video_create("b", &t, r, &w, &e), 0);
            for (int k = 0; k < frames; k++) {
                struct video_frame f, g;

                assert_int_equal(video_read(r, &f, &e), 1);
                assert_int_equal(video_frame_new(w, &g, &e), 0);
                film_paint(&fmt, &g, k);
                g.time = f.time;
                video_frame_unref(&f);
                assert_int_equal(video_write_take(w, &g, &e), 0);
            }
            if (!frames) {
                assert_int_equal(video_finish(w, &e), ERR_ARG);
                assert_string_equal(e.text, "a film without frames");
            }
            video_abort(w);
            video_close(r);
        }
    dup2(keep, 2);
    close(keep);
    close(log);
    assert_int_equal(file_load("talk", 1 << 20, &b, &e), 0);
    assert_string_equal((char *)b.data, "");
    buf_release(&b);
}

TEST(frames_of_another_size_are_refused)
{
    struct video_target t = film_target(like(FRAME_YUV, 8, 1, 1, false), "mkv");
    struct video_reader *r;
    struct video_writer *w = NULL;
    struct video_frame f;
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=64x48:rate=25:duration=0.2 "
           "-pix_fmt yuv420p -c:v ffv1 a.mkv");
    t.codec = "ffv1";
    r = film_open("a.mkv", NULL);
    assert_int_equal(video_create("b", &t, NULL, &w, &e), 0);
    assert_int_equal(video_read(r, &f, &e), 1);
    assert_int_equal(video_write_take(w, &f, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "64 x 48"));
    assert_null(f.own);
    video_abort(w);
    video_close(r);
}

TEST(frames_of_other_pixels_are_refused)
{
    struct video_reader *r;
    struct video_target t;
    struct video_writer *w = NULL;
    struct video_frame f;
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=64x48:rate=25:duration=0.2 "
           "-pix_fmt yuv420p -c:v ffv1 a.mkv");
    r = film_open("a.mkv", NULL);
    t = film_target(video_info(r), "mkv");
    t.codec = "ffv1";
    t.pixels = "yuv444p16le";
    assert_int_equal(video_create("b", &t, r, &w, &e), 0);
    assert_int_equal(video_read(r, &f, &e), 1);
    assert_int_equal(video_write_take(w, &f, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "other pixels"));
    video_abort(w);
    video_close(r);
}

/* Nobody waits for the sound: it is not kept for ever. */
TEST(a_late_writer_is_refused)
{
    struct video_target t;
    struct video_reader *r;
    struct video_writer *w = NULL;
    struct video_frame f;
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=64x48:rate=25:duration=60 "
           "-f lavfi -i anullsrc=r=192000:cl=7.1:d=60 -c:v mpeg4 "
           "-c:a pcm_s32le a.mkv");
    r = film_open("a.mkv", NULL);
    t = film_target(video_info(r), "mkv");
    while (video_read(r, &f, &e) > 0)
        video_frame_unref(&f);
    assert_int_equal(video_create("b", &t, r, &w, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "have passed by"));
    video_close(r);
}

TEST(films_are_known_by_their_first_bytes)
{
    static const char *const yes[] = {"mov", "mp4", "mkv", "webm", "mxf", "avi",
                                      "nut", "ts",  "flv", "mpg",  "wmv", "ogv",
                                      "dv",  "y4m", "ivf", "m2ts", "gxf"};
    static const char *const how[] = {
        "-c:v mpeg4",
        "-c:v mpeg4",
        "-c:v mpeg4",
        "-c:v libvpx",
        "-c:v mpeg2video",
        "-c:v mpeg4",
        "-c:v mpeg4",
        "-c:v mpeg2video",
        "-c:v flv",
        "-c:v mpeg2video",
        "-c:v wmv2",
        "-c:v libtheora",
        "-target pal-dv",
        "-pix_fmt yuv420p",
        "-c:v libvpx",
        "-c:v mpeg2video",
        "-s 720x576 -c:v mpeg2video -pix_fmt yuv420p"};
    static const char *const no[] = {"II*\0\10\0\0\0aaaaaaaa",
                                     "\211PNG\r\n\32\n\0\0\0\rIHDR",
                                     "\377\330\377\340\0\20JFIF\0\1\1\1",
                                     "RIFF\0\0\0\0WEBPVP8 ",
                                     "v/1\1\2\0\0\0channels",
                                     "\0\0\0\30ftypheic\0\0\0\0",
                                     "\0\0\0\34ftypavif\0\0\0\0",
                                     "GIF89a\1\0\1\0\200\0\0aaa"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
        uint8_t head[FILE_HEAD];
        struct err e = {0};
        size_t n;

        FFMPEG("-f lavfi -i testsrc2=size=176x144:rate=25:duration=1 %s a.%s",
               how[i], yes[i]);
        assert_int_equal(sh("mv a.%s b", yes[i]), 0);
        assert_int_equal(file_head("b", head, &n, &e), 0);
        if (!video_probe(head, n))
            fail_msg("%s", yes[i]);
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        assert_false(video_probe((const uint8_t *)no[i], 16));
    for (size_t n = 0; n < 16; n++)
        assert_false(video_probe((const uint8_t *)no[0], n));
    assert_true(video_is_ext("MOV") && video_is_ext("webm"));
    assert_false(video_is_ext("tif") || video_is_ext(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_have_usual_codecs),
        cmocka_unit_test(pixels_are_as_near_as_can_be),
        cmocka_unit_test(what_cannot_be_is_refused_with_what_can),
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(odd_sizes_become_even),
        cmocka_unit_test(colors_are_settled),
        cmocka_unit_test(a_full_disk_is_said),
        cmocka_unit_test(films_may_be_given_up),
        cmocka_unit_test(frames_of_another_size_are_refused),
        cmocka_unit_test(frames_of_other_pixels_are_refused),
        cmocka_unit_test(a_late_writer_is_refused),
        cmocka_unit_test(films_are_known_by_their_first_bytes),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
