/* What films say about their colours arrives, and what they hold. */

#include "test.h"

#include "base/text.h"
#include "video_film.h"

#define MOVING "-f lavfi -i testsrc2=size=320x180:rate=25:duration=0.4"

static const char *asked_codec, *asked_pixels;

static void ask(struct video_target *t)
{
    t->codec = asked_codec;
    t->pixels = asked_pixels;
}

static void hdr10(const char *path)
{
    FFMPEG(MOVING " -pix_fmt yuv420p10le -c:v libx265 -x265-params "
                  "\"log-level=none:colorprim=bt2020:transfer=smpte2084:"
                  "colormatrix=bt2020nc:range=limited:chromaloc=2:hdr10=1:"
                  "master-display=G(13250,34500)B(7500,3000)R(34000,16000)"
                  "WP(15635,16450)L(10000000,50):max-cll=1203,417\" %s",
           path);
}

/* The display of that film. */
static void assert_display(const struct video_info *i, double slack)
{
    static const double xy[4][2] = {
        {0.68, 0.32}, {0.265, 0.69}, {0.15, 0.06}, {0.3127, 0.329}};

    assert_true(i->mastering.there);
    for (int k = 0; k < 8; k++)
        assert_true(fabs(i->mastering.xy[k / 2][k % 2] - xy[k / 2][k % 2]) <=
                    slack);
    assert_true(fabs(i->mastering.min - 0.005) <= slack);
    assert_true(fabs(i->mastering.max - 1000) <= slack);
}

TEST(hdr_metadata_there_and_back)
{
    static const struct {
        const char *ext, *codec;
        bool light;
    } all[] = {
        {"mp4", "hevc", true},   {"mkv", "hevc", true},
        {"ts", "hevc", true},    {"mp4", "av1", true},
        {"webm", "av1", true},   {"mov", "prores", true},
        {"mkv", "ffv1", true},   {"mov", "dnxhr", true},
        {"mkv", "prores", true}, {"mxf", "prores", false},
    };
    struct err e = {0};

    hdr10("a.mp4");
    asked_pixels = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        /* AV1 has fractions of 1/65536, 1/16384 and 1/256. */
        const double slack = strcmp(all[i].codec, "av1") ? 1e-9 : 1e-5;
        struct video_reader *r;
        char dropped[240];

        asked_codec = all[i].codec;
        if (film_copy_try("a.mp4", "b", all[i].ext, ask, NULL, 0, dropped, &e))
            fail_msg("%s", e.text);
        assert_string_equal(dropped, all[i].light ? "" : "content light level");
        r = film_open("b", NULL);
        assert_display(video_info(r), slack);
        assert_int_equal(video_info(r)->light.there, all[i].light);
        if (all[i].light) {
            assert_int_equal(video_info(r)->light.max_cll, 1203);
            assert_int_equal(video_info(r)->light.max_fall, 417);
        }
        video_close(r);
    }
}

/* As another program sees it in the file, and in the stream of pictures. */
TEST(hdr_metadata_as_ffprobe_has_it)
{
    char text[2000];

    hdr10("a.mp4");
    asked_codec = "hevc";
    asked_pixels = NULL;
    film_copy("a.mp4", "b", "mp4", ask);
    probe(text, sizeof(text),
          "-select_streams v -read_intervals %%+#1 -show_entries "
          "frame=side_data_list:frame_side_data=red_x,max_luminance,"
          "max_content,max_average b");
    assert_non_null(strstr(text, "34000/50000"));
    assert_non_null(strstr(text, "10000000/10000"));
    assert_non_null(strstr(text, "1203"));
    assert_non_null(strstr(text, "417"));
}

/* What is known only when all frames were seen. */
TEST(light_may_come_last)
{
    static const char *const all[][2] = {{"mov", "prores"}, {"mp4", "hevc"},
                                         {"mkv", "ffv1"},   {"mkv", "hevc"},
                                         {"webm", "av1"},   {"mkv", NULL}};
    const struct video_light light = {true, 777, 111};

    hdr10("a.mp4");
    for (int i = 0; i < 6; i++) {
        struct video_reader *r = film_open("a.mp4", NULL);
        struct video_target t = film_target(video_info(r), all[i][0]);
        struct video_writer *w = NULL;
        struct frame_format fmt;
        struct video_frame f;
        struct err e = {0};

        t.codec = all[i][1];
        t.light.there = false;
        assert_int_equal(video_plan(&t, video_info(r), &fmt, &e), 0);
        assert_int_equal(video_create("b", &t, r, &w, &e), 0);
        while (video_read(r, &f, &e) > 0) {
            struct video_frame g;

            assert_int_equal(video_frame_new(w, &g, &e), 0);
            film_paint(&fmt, &g, 1);
            g.time = f.time;
            video_frame_unref(&f);
            assert_int_equal(video_write_take(w, &g, &e), 0);
        }
        if (i < 5) /* and never for the last one */
            video_set_light(w, &light);
        assert_int_equal(video_finish(w, &e), 0);
        video_abort(w);
        video_close(r);
        r = film_open("b", NULL);
        assert_int_equal(video_info(r)->light.there, i < 5);
        if (i < 5 && (video_info(r)->light.max_cll != 777 ||
                      video_info(r)->light.max_fall != 111))
            fail_msg("%s in %s: %d", all[i][1], all[i][0],
                     video_info(r)->light.max_cll);
        video_close(r);
    }
}

TEST(full_range_is_said)
{
    static const char *const all[][2] = {
        {"mp4", "h264"}, {"mp4", "hevc"}, {"webm", "av1"}, {"mkv", "ffv1"}};

    FFMPEG(MOVING " -c:v mjpeg -q:v 2 a.mov");
    asked_pixels = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct video_reader *r;

        asked_codec = all[i][1];
        film_copy("a.mov", "b", all[i][0], ask);
        r = film_open("b", NULL);
        assert_int_equal(video_info(r)->color.range, 1);
        video_close(r);
    }
    asked_codec = "prores"; /* has no such thing: see test_video_plan.c */
    film_copy("a.mov", "b", "mov", ask);
    assert_probe("tv", "-show_entries stream=color_range b");
}

static int asked_siting;

static void ask_siting(struct video_target *t)
{
    ask(t);
    t->color.siting = asked_siting;
}

TEST(siting_is_said)
{
    static const struct {
        const char *ext, *codec;
        int siting, got;
    } all[] = {
        {"mp4", "h264", 0, 0},  {"mp4", "h264", 1, 1}, {"mp4", "hevc", 2, 2},
        {"mp4", "hevc", 1, 1},  {"mkv", "ffv1", 2, 2}, {"mkv", "ffv1", 1, 1},
        {"mp4", "av1", 2, 2},   {"mp4", "av1", 0, 0},  {"mp4", "av1", 1, 0},
        {"mp4", "h264", -1, 0},
    };

    FFMPEG(MOVING " -c:v mpeg4 a.mov");
    asked_pixels = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct video_reader *r;

        asked_codec = all[i].codec;
        asked_siting = all[i].siting;
        film_copy("a.mov", "b", all[i].ext, ask_siting);
        r = film_open("b", NULL);
        if (video_info(r)->color.siting != all[i].got)
            fail_msg("%s in %s: siting %d became %d", all[i].codec, all[i].ext,
                     all[i].siting, video_info(r)->color.siting);
        video_close(r);
    }
}

/* The header of a ProRes frame has numbers for three curves. */
static int transfer_after(const char *codec, int transfer)
{
    return text_is(codec, "prores") && transfer != 16 && transfer != 18
               ? 1
               : transfer;
}

/* Tags that no two codecs have the same room for. */
TEST(rare_tags_are_kept)
{
    static const char *const all[][2] = {{"mov", "prores"}, {"mp4", "h264"},
                                         {"mkv", "ffv1"},   {"mp4", "hevc"},
                                         {"mkv", "prores"}, {"mov", "ffv1"}};
    static const struct video_color colors[] = {
        {5, 6, 6, 0, -1},  {6, 6, 6, 0, -1}, {12, 13, 1, 0, -1},
        {9, 14, 9, 0, -1}, {1, 4, 1, 0, -1},
    };

    FFMPEG(MOVING " -c:v mpeg4 a.mov");
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        for (int c = 0; c < 5; c++) {
            struct video_reader *r = film_open("a.mov", NULL);
            struct video_target t = film_target(video_info(r), all[i][0]);
            struct video_writer *w = NULL;
            const struct video_color *got;
            struct frame_format fmt;
            struct video_frame f;
            struct err e = {0};

            t.codec = all[i][1];
            t.color = colors[c];
            assert_int_equal(video_plan(&t, video_info(r), &fmt, &e), 0);
            assert_int_equal(video_create("b", &t, NULL, &w, &e), 0);
            assert_int_equal(video_frame_new(w, &f, &e), 0);
            film_paint(&fmt, &f, 0);
            assert_int_equal(video_write_take(w, &f, &e), 0);
            if (video_finish(w, &e) < 0)
                fail_msg("%s in %s: %s", all[i][1], all[i][0], e.text);
            video_abort(w);
            video_close(r);
            r = film_open("b", NULL);
            got = &video_info(r)->color;
            if (got->primaries != colors[c].primaries ||
                got->transfer !=
                    transfer_after(all[i][1], colors[c].transfer) ||
                got->matrix != colors[c].matrix)
                fail_msg("%s in %s: %d %d %d became %d %d %d", all[i][1],
                         all[i][0], colors[c].primaries, colors[c].transfer,
                         colors[c].matrix, got->primaries, got->transfer,
                         got->matrix);
            video_close(r);
        }
}

TEST(what_a_film_holds_is_told)
{
    const struct video_info *i;
    struct video_reader *r;

    FFMPEG("-f lavfi -i testsrc2=size=720x576:rate=30000/1001:duration=1.001 "
           "-f lavfi -i sine=d=1 -f lavfi -i anullsrc=r=48000:cl=5.1:d=1 "
           "-map 0 -map 1 -map 2 -metadata:s:a:0 language=eng -vf setsar=16/15 "
           "-pix_fmt yuv420p -c:v libx264 -b:v 1M -c:a:0 aac -c:a:1 ac3 a.mp4");
    r = film_open("a.mp4", NULL);
    i = video_info(r);
    assert_non_null(strstr(i->container, "mp4"));
    assert_string_equal(i->codec, "h264");
    assert_string_equal(i->profile, "High");
    assert_string_equal(i->pixels, "yuv420p");
    assert_int_equal(i->w, 720);
    assert_int_equal(i->h, 576);
    assert_int_equal(i->frames, 30);
    assert_int_equal(i->rate.num, 30000);
    assert_int_equal(i->rate.den, 1001);
    assert_int_equal(i->base.num, 30000);
    assert_int_equal(i->sar.num, 16);
    assert_int_equal(i->sar.den, 15);
    assert_true(fabs(i->seconds - 1.001) < 1e-9);
    assert_true(i->bit_rate > 100000);
    assert_false(i->interlaced);
    assert_int_equal(i->rotation, 0);
    assert_int_equal(i->streams, 2);
    assert_string_equal(i->stream[0].kind, "audio");
    assert_string_equal(i->stream[0].text, "aac, 44100 Hz, mono, eng");
    assert_string_equal(i->stream[1].text, "ac3, 48000 Hz, 5.1(side)");
    assert_string_equal(i->warning, "");
    assert_false(i->mastering.there);
    assert_false(i->light.there);
    video_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hdr_metadata_there_and_back),
        cmocka_unit_test(hdr_metadata_as_ffprobe_has_it),
        cmocka_unit_test(light_may_come_last),
        cmocka_unit_test(full_range_is_said),
        cmocka_unit_test(siting_is_said),
        cmocka_unit_test(rare_tags_are_kept),
        cmocka_unit_test(what_a_film_holds_is_told),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
