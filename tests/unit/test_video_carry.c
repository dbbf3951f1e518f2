/* What lies beside the pictures goes along: sound, subtitles, chapters, and the
   rest. */

#include "test.h"

#include "video_film.h"

#define MOVING                                                                 \
    "-f lavfi -i testsrc2=size=96x64:rate=25:duration=%g,"                     \
    "noise=all_strength=20:all_flags=t"

static const char *asked_codec, *asked_timecode;

static void ask(struct video_target *t)
{
    t->codec = asked_codec;
    if (asked_timecode)
        t->timecode = asked_timecode;
}

/* md5 of all bytes of the stream, as it is stored. */
static void stream_md5(const char *path, const char *which, char *text,
                       size_t size)
{
    assert_int_equal(sh_text(text, size,
                             "ffmpeg -v error -i %s -map 0:%s -c copy -f md5 -",
                             path, which),
                     0);
}

static void assert_same_stream(const char *a, const char *b, const char *which)
{
    char x[100], y[100];

    stream_md5(a, which, x, sizeof(x));
    stream_md5(b, which, y, sizeof(y));
    assert_int_equal(strlen(x), strlen("MD5=\n") + 32);
    if (strcmp(x, y) != 0)
        fail_msg("%s: stream %s is another", b, which);
}

static double number(const char *path, const char *what)
{
    char text[200];

    probe(text, sizeof(text), "%s %s", what, path);
    return strtod(text, NULL);
}

TEST(sound_is_copied)
{
    static const char *const all[][3] = {
        /* input, its sound, output */
        {"a.mp4", "aac", "mp4"},       {"a.mp4", "aac", "mkv"},
        {"a.mp4", "aac", "mov"},       {"a.mov", "pcm_s24le", "mov"},
        {"a.mov", "pcm_s24le", "mkv"}, {"a.mov", "pcm_s24le -ar 48000", "mxf"},
        {"a.mkv", "flac", "mkv"},      {"a.mkv", "libopus", "webm"},
        {"a.mkv", "ac3", "ts"},        {"a.avi", "libmp3lame", "avi"},
        {"a.ts", "mp2", "mov"},        {"a.mkv", "pcm_s16le", "nut"},
        {"a.mkv", "flac", "mp4"},
    };

    asked_codec = asked_timecode = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        const char *start = "-show_entries packet=pts_time -select_streams a:0 "
                            "-read_intervals %+#1";
        const char *start_v = "-show_entries packet=pts_time -select_streams "
                              "v:0 -read_intervals %+#1";
        const bool avi = !strcmp(all[i][2], "avi");
        double before, after;

        FFMPEG("-f lavfi -i testsrc2=size=256x128:rate=25:duration=1 "
               "-f lavfi -i sine=d=%s -c:v mpeg4 -c:a %s %s",
               /* MXF's tracks are of one length. */
               strcmp(all[i][2], "mxf") ? "1.3" : "1", all[i][1], all[i][0]);
        /* FFV1 would lose its colour tags in NUT. */
        asked_codec = strcmp(all[i][2], "nut") ? NULL : "h264";
        film_copy(all[i][0], "b", all[i][2], ask);
        assert_same_stream(all[i][0], "b", "a:0");
        if (avi)
            continue;
        before = number(all[i][0], start) - number(all[i][0], start_v);
        after = number("b", start) - number("b", start_v);
        if (fabs(before - after) > 0.0015)
            fail_msg("%s in %s: the sound is at %g, not %g", all[i][1],
                     all[i][2], after, before);
    }
}

/* A sound of which each moment is known: the sample's number. */
static void make_ramp(const char *path, const char *more)
{
    FFMPEG(MOVING " -f lavfi -i \"aevalsrc=mod(n\\,32768)/32768:s=48000:d=4\" "
                  "-c:v ffv1 -c:a pcm_s16le %s %s",
           4.0, more, path);
}

/* That of an edit list stays unheard where there is none. */
TEST(hidden_sound_stays_hidden)
{
    FFMPEG(MOVING " -f lavfi -i sine=d=4:r=48000 -c:v libx264 -g 100 -c:a aac "
                  "long.mp4",
           4.0);
    FFMPEG("-ss 1.3 -i long.mp4 -c copy a.mp4");
    asked_codec = "ffv1";
    film_copy("a.mp4", "b", "mkv", ask);
    assert_true(number("b", "-show_entries stream=start_time "
                            "-select_streams v") < 0.11);
}

TEST(a_cut_film_has_its_sound_cut)
{
    const struct video_read_options o = {
        .threads = 1, .start = 1.2, .seconds = 1.6};
    static const char *const inputs[] = {"a.mkv", "a.mov", "a.avi"};
    char dropped[240];
    struct err e = {0};

    asked_codec = "ffv1";
    for (int i = 0; i < 3; i++) {
        struct buf b = {0};
        const int16_t *at;
        size_t n;
        int first;

        make_ramp(inputs[i], "");
        if (film_copy_try(inputs[i], "b", "mkv", ask, &o, 0, dropped, &e) < 0)
            fail_msg("%s", e.text);
        FFMPEG("-copyts -i b -map 0:a -af aresample=async=0 -f s16le b.raw");
        assert_int_equal(file_load("b.raw", 1 << 24, &b, &e), 0);
        at = (const int16_t *)(const void *)b.data;
        n = b.len / 2;
        /* Whole packets only: some of the sound at the edges is not there. */
        first = (int)lrint(number("b", "-show_entries stream=start_time "
                                       "-select_streams a") *
                           48000);
        assert_true(first >= 0 && first < 4800);
        assert_true(n <= 1.6 * 48000 + 4800 && n > 1.4 * 48000);
        for (size_t k = 0; k < n; k++) {
            const int sample = (first + (int)k + 57600) % 32768;

            /* Times are in milliseconds: half of one may be missing. */
            if (abs(at[k] - sample) > 30 && sample > 60 && sample < 32700)
                fail_msg("%s: sample %zu is %d, not %d", inputs[i], k, at[k],
                         sample);
        }
        buf_release(&b);
    }
}

/* Who stops reading has a film that ends there. */
TEST(sound_ends_with_the_pictures)
{
    char dropped[240];
    struct err e = {0};
    double end;

    make_ramp("a.mkv", "");
    asked_codec = "ffv1";
    if (film_copy_try("a.mkv", "b", "mov", ask, NULL, 25, dropped, &e) < 0)
        fail_msg("%s", e.text);
    end = number("b", "-show_entries stream=duration -select_streams a");
    if (end < 0.95 || end > 1.05)
        fail_msg("the sound ends at %g s", end);
    /* And whoever reads all gets all, also what is longer than the pictures. */
    FFMPEG(MOVING " -f lavfi -i sine=d=3 -c:v ffv1 -c:a pcm_s16le c.mkv", 1.0);
    film_copy("c.mkv", "b", "mov", ask);
    end = number("b", "-show_entries stream=duration -select_streams a");
    assert_true(fabs(end - 3) < 0.01);
}

TEST(sound_may_begin_first)
{
    double want, got;

    FFMPEG("-itsoffset 0.5 " MOVING " -f lavfi -i sine=d=2 -c:v ffv1 "
           "-c:a pcm_s16le a.mkv",
           1.0);
    asked_codec = "ffv1";
    film_copy("a.mkv", "b", "mov", ask);
    assert_same_stream("a.mkv", "b", "a:0");
    want = number("a.mkv", "-show_entries stream=start_time -select_streams v");
    assert_true(want > 0.4);
    got = number("b", "-show_entries stream=start_time -select_streams v");
    assert_true(fabs(got - want) < 0.001);
}

static void write_text(const char *path, const char *text)
{
    assert_int_equal(bytes_save(path, text, strlen(text)), 0);
}

TEST(subtitles_go_along)
{
    const struct video_read_options o = {.threads = 1, .start = 1};
    char text[1000], dropped[240];
    struct err e = {0};

    write_text("s.srt", "1\n00:00:00,200 --> 00:00:01,500\nfirst\n\n"
                        "2\n00:00:02,000 --> 00:00:02,500\nsecond\n\n");
    FFMPEG(MOVING " -i s.srt -map 0 -map 1 -c:v mpeg4 -g 200 -c:s subrip "
                  "-metadata:s:s:0 language=deu a.mkv",
           3.0);
    asked_codec = "ffv1";
    film_copy("a.mkv", "b", "mkv", ask);
    assert_same_stream("a.mkv", "b", "s:0");
    assert_probe("deu",
                 "-show_entries stream_tags=language -select_streams s b");
    /* One that still stands at the cut begins there. */
    if (film_copy_try("a.mkv", "b", "mkv", ask, &o, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    probe(text, sizeof(text),
          "-show_entries packet=pts_time,duration_time -select_streams s b");
    assert_string_equal(text, "0.000000\n0.500000\n1.000000\n0.500000");
    /* The kinds are not changed into each other. */
    asked_codec = "h264";
    if (film_copy_try("a.mkv", "b", "mp4", ask, NULL, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(dropped, "subtitle (subrip, deu)");
    FFMPEG("-i a.mkv -c:v mpeg4 -c:s mov_text c.mp4");
    film_copy("c.mp4", "b", "mp4", ask);
    assert_same_stream("c.mp4", "b", "s:0");
}

TEST(chapters_and_tags_go_along)
{
    static const char *const exts[] = {"mkv", "mov"};
    const struct video_read_options o = {
        .threads = 1, .start = 1, .seconds = 1.5};
    char text[2000], dropped[240];
    struct err e = {0};

    write_text("m.txt", ";FFMETADATA1\ntitle=A house\nartist=Somebody\n"
                        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=800\n"
                        "title=one\n"
                        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=800\nEND=2000\n"
                        "title=two\n"
                        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=3000\n"
                        "title=three\n");
    FFMPEG(MOVING " -i m.txt -map_metadata 1 -c:v ffv1 a.mkv", 3.0);
    asked_codec = "ffv1";
    for (int i = 0; i < 2; i++) {
        film_copy("a.mkv", "b", exts[i], ask);
        assert_probe("0.000000\n0.800000\none\n0.800000\n2.000000\ntwo\n"
                     "2.000000\n3.000000\nthree",
                     "-show_entries chapter=start_time,end_time:"
                     "chapter_tags=title b");
        assert_probe("A house", "-show_entries format_tags=title b");
        probe(text, sizeof(text), "-show_entries format_tags=artist,ARTIST b");
        assert_string_equal(text, "Somebody");
        probe(text, sizeof(text), "-show_entries format_tags b");
        assert_non_null(strstr(text, i ? "portal 0.0" : "Lavf"));
        if (film_copy_try("a.mkv", "b", exts[i], ask, &o, 0, dropped, &e) < 0)
            fail_msg("%s", e.text);
        assert_probe("0.000000\n1.000000\ntwo\n1.000000\n1.500000\nthree",
                     "-show_entries chapter=start_time,end_time:"
                     "chapter_tags=title b");
    }
}

TEST(attachments_go_along)
{
    char dropped[240];
    struct buf b = {0};
    struct err e = {0};

    write_text("font.ttf", "not really a font");
    FFMPEG(MOVING " -attach font.ttf -metadata:s:t mimetype=font/ttf "
                  "-c:v ffv1 a.mkv",
           0.4);
    asked_codec = "ffv1";
    film_copy("a.mkv", "b", "mkv", ask);
    /* It complains that there is nothing to do after that. */
    sh("ffmpeg -nostdin -y -v quiet -dump_attachment:t out.ttf -i b");
    assert_int_equal(file_load("out.ttf", 100, &b, &e), 0);
    assert_string_equal((char *)b.data, "not really a font");
    buf_release(&b);
    assert_probe("font.ttf\nfont/ttf",
                 "-show_entries stream_tags=filename,mimetype b");
    if (film_copy_try("a.mkv", "b", "mov", ask, NULL, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(dropped, "attachment (font.ttf)");
    /* QuickTime has no names for these sounds. */
    FFMPEG(MOVING " -f lavfi -i sine=d=1 -c:v ffv1 -c:a flac a.mkv", 1.0);
    if (film_copy_try("a.mkv", "b", "mov", ask, NULL, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    assert_non_null(strstr(dropped, "audio (flac"));
}

TEST(a_cover_goes_along)
{
    char dropped[240];
    struct err e = {0};

    FFMPEG(MOVING " -frames:v 1 cover.png", 0.1);
    FFMPEG(MOVING " -i cover.png -map 0 -map 1 -c:v:0 mpeg4 -c:v:1 copy "
                  "-disposition:v:1 attached_pic a.mp4",
           0.4);
    asked_codec = "h264";
    film_copy("a.mp4", "b", "mp4", ask);
    assert_same_stream("a.mp4", "b", "v:1");
    assert_probe("1", "-show_entries stream_disposition=attached_pic "
                      "-select_streams v:1 b");
    if (film_copy_try("a.mp4", "b", "mkv", ask, NULL, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(dropped, "attachment (png)");
}

TEST(timecode_goes_along)
{
    const struct video_read_options o = {.threads = 1, .start = 1};
    static const char *const all[][2] = {{"mov", "prores"},
                                         {"mov", "h264"},
                                         {"mp4", "h264"},
                                         {"mkv", "ffv1"},
                                         {"mxf", "prores"}};
    char dropped[240];
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=96x64:rate=30000/1001:duration=2.002 "
           "-timecode \"01:00:59;20\" -c:v prores a.mov");
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct video_reader *r;

        asked_codec = all[i][1];
        film_copy("a.mov", "b", all[i][0], ask);
        r = film_open("b", NULL);
        if (strcmp(video_info(r)->timecode, "01:00:59;20") != 0)
            fail_msg("%s in %s: '%s'", all[i][1], all[i][0],
                     video_info(r)->timecode);
        video_close(r);
        /* 30 frames on: two numbers are left out at the full minute. */
        if (film_copy_try("a.mov", "b", all[i][0], ask, &o, 0, dropped, &e) < 0)
            fail_msg("%s", e.text);
        r = film_open("b", NULL);
        assert_string_equal(video_info(r)->timecode, "01:01:00;22");
        video_close(r);
    }
    asked_codec = "h264";
    if (film_copy_try("a.mov", "b", "nut", ask, NULL, 0, dropped, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(dropped, "timecode");
}

static void turned(struct video_target *t)
{
    static const int rotations[] = {90, 180, 270, 0, 90, 270};
    static int n;

    ask(t);
    t->rotation = rotations[n % 6];
    t->flipped = n++ > 2;
}

TEST(rotation_goes_along)
{
    static const int want[] = {90, 180, 270, 0, 90, 270};
    /* As ffprobe has it: counterclockwise, -180 … 180. */
    static const char *const probed[] = {"-90", "-180", "90"};
    struct video_reader *r;

    FFMPEG(MOVING " -c:v mpeg4 a.mov", 0.2);
    asked_codec = "h264";
    for (int i = 0; i < 6; i++) {
        film_copy("a.mov", "b", i % 2 ? "mov" : "mp4", turned);
        r = film_open("b", NULL);
        assert_int_equal(video_info(r)->rotation, want[i]);
        assert_int_equal(video_info(r)->flipped, i > 2);
        video_close(r);
        if (i < 3)
            assert_probe(probed[i], "-show_entries "
                                    "stream_side_data=rotation b");
    }
}

static void two_pixels_wide(struct video_target *t)
{
    ask(t);
    t->sar = (struct video_ratio){4, 3};
}

TEST(shapes_of_pixels_are_kept)
{
    static const char *const all[][2] = {{"mov", "prores"}, {"mp4", "hevc"},
                                         {"mkv", "ffv1"},   {"mxf", "prores"},
                                         {"ts", "h264"},    {"mkv", "av1"}};

    FFMPEG(MOVING " -c:v ffv1 a.mkv", 0.2);
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct video_reader *r;

        asked_codec = all[i][1];
        film_copy("a.mkv", "b", all[i][0], two_pixels_wide);
        r = film_open("b", NULL);
        if (video_info(r)->sar.num != 4 || video_info(r)->sar.den != 3)
            fail_msg("%s: %lld:%lld", all[i][0],
                     (long long)video_info(r)->sar.num,
                     (long long)video_info(r)->sar.den);
        video_close(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_is_copied),
        cmocka_unit_test(a_cut_film_has_its_sound_cut),
        cmocka_unit_test(hidden_sound_stays_hidden),
        cmocka_unit_test(sound_ends_with_the_pictures),
        cmocka_unit_test(sound_may_begin_first),
        cmocka_unit_test(subtitles_go_along),
        cmocka_unit_test(chapters_and_tags_go_along),
        cmocka_unit_test(attachments_go_along),
        cmocka_unit_test(a_cover_goes_along),
        cmocka_unit_test(timecode_goes_along),
        cmocka_unit_test(rotation_goes_along),
        cmocka_unit_test(shapes_of_pixels_are_kept),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
