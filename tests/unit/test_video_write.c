/* Films are written: every container with every codec, and nothing changes
   that is to stay. */

#include "test.h"

#include "video_film.h"

#define MOVING                                                                 \
    "-f lavfi -i testsrc2=size=320x180:rate=25:duration=0.4,"                  \
    "noise=all_strength=20:all_flags=t"

/* md5 of all frames in their own format, as ffmpeg decodes them. */
static void frames_md5(const char *path, const char *pixels, char md5[40])
{
    char line[80];

    assert_int_equal(sh_text(line, sizeof(line),
                             "ffmpeg -v error -i %s -map 0:v:0 -fps_mode "
                             "passthrough -pix_fmt %s -f md5 -",
                             path, pixels),
                     0);
    snprintf(md5, 40, "%.*s", 32, line + 4);
}

static const char *asked_codec, *asked_pixels, *asked_preset;

static void ask(struct video_target *t)
{
    t->codec = asked_codec;
    t->pixels = asked_pixels;
    t->preset = asked_preset;
}

/* FFV1 keeps every bit of every format it has, and those that are packed. */
TEST(unchanged_frames_stay_unchanged)
{
    static const char *const all[][2] = {
        {"yuv420p", "yuv420p"},
        {"yuv422p10le", "yuv422p10le"},
        {"yuv444p12le", "yuv444p12le"},
        {"yuv420p16le", "yuv420p16le"},
        {"yuva444p10le", "yuva444p10le"},
        {"gray", "gray"},
        {"gray10le", "gray10le"},
        {"gray16le", "gray16le"},
        {"ya8", "ya8"},
        {"bgr0", "bgr0"},
        {"bgra", "bgra"},
        {"gbrp10le", "gbrp10le"},
        {"gbrp12le", "gbrp12le"},
        {"gbrp16le", "gbrp16le"},
        {"gbrap16le", "gbrap16le"},
        {"yuv440p", "yuv440p"},
        {"yuv411p", "yuv411p"},
        {"yuv420p9le", "yuv420p9le"},
    };

    asked_codec = "ffv1";
    asked_pixels = asked_preset = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        char before[40], after[40];

        FFMPEG(MOVING " -pix_fmt %s -c:v ffv1 -level 3 a.mkv", all[i][0]);
        film_copy("a.mkv", "b", "mkv", ask);
        assert_probe(all[i][1], "-show_entries stream=pix_fmt b");
        frames_md5("a.mkv", all[i][0], before);
        frames_md5("b", all[i][0], after);
        if (strcmp(before, after) != 0)
            fail_msg("%s is changed", all[i][0]);
    }
}

struct pair {
    const char *ext, *codec;
    const char *probe; /* codec, profile, tag, pixels, as ffprobe has them */
};

static const struct pair pairs[] = {
    {"mov", "prores", "prores\nHQ\napch\nyuv422p10le"},
    {"mov", "prores_ks", "prores\nHQ\napch\nyuv422p10le"},
    {"mov", "dnxhr", "dnxhd\nDNXHR HQX\nAVdh\nyuv422p10le"},
    {"mov", "h264", "h264\nHigh\navc1\nyuv420p"},
    {"mov", "hevc", "hevc\nMain 10\nhvc1\nyuv420p10le"},
    {"mov", "ffv1", "ffv1\nunknown\nFFV1\nyuv422p10le"},
    {"mp4", "h264", "h264\nHigh\navc1\nyuv420p"},
    {"mp4", "hevc", "hevc\nMain 10\nhvc1\nyuv420p10le"},
    {"mp4", "av1", "av1\nMain\nav01\nyuv420p10le"},
    {"m4v", "h264", "h264\nHigh\navc1\nyuv420p"},
    {"mkv", "h264", NULL},
    {"mkv", "hevc", NULL},
    {"mkv", "av1", NULL},
    {"mkv", "ffv1", "ffv1\nunknown\nFFV1\nyuv422p10le"},
    {"mkv", "prores", "prores\nHQ\napch\nyuv422p10le"},
    {"mkv", "prores_ks", "prores\nHQ\napch\nyuv422p10le"},
    {"mkv", "dnxhr", "dnxhd\nDNXHR HQX\nAVdh\nyuv422p10le"},
    {"webm", "av1", NULL},
    {"mxf", "prores", "prores\nHQ\napch\nyuv422p10le"},
    {"mxf", "prores_ks", "prores\nHQ\napch\nyuv422p10le"},
    {"mxf", "dnxhr", NULL},
    {"avi", "h264", "h264\nHigh\nH264\nyuv420p"},
    {"nut", "h264", NULL},
    {"nut", "hevc", NULL},
    {"ts", "h264", NULL},
    {"ts", "hevc", NULL},
};

static const struct {
    struct video_color color;
    const char *probe; /* matrix, transfer, primaries */
} colors[] = {
    {{1, 1, 1, 0, -1}, "bt709\nbt709\nbt709"},
    {{9, 16, 9, 0, -1}, "bt2020nc\nsmpte2084\nbt2020"},
    {{9, 18, 9, 0, -1}, "bt2020nc\narib-std-b67\nbt2020"},
};

static struct video_color asked_color;

static void ask_color(struct video_target *t)
{
    ask(t);
    t->color = asked_color;
}

/* As ffprobe and as our own reader see it. */
static void assert_film(const char *path, const struct pair *p, int c)
{
    const char *codec = "codec_name,profile,codec_tag_string,pix_fmt";
    const char *color = "color_space,color_transfer,color_primaries";
    struct film film;
    char text[400];

    if (p->probe) {
        probe(text, sizeof(text),
              "-select_streams v -show_entries stream=%s %s", codec, path);
        assert_string_equal(text, p->probe);
    }
    probe(text, sizeof(text), "-select_streams v -show_entries stream=%s %s",
          color, path);
    text[strlen(colors[c].probe)] = '\0'; /* ffprobe shows TS twice */
    if (strcmp(text, colors[c].probe) != 0)
        fail_msg("%s in %s: '%s'", p->codec, p->ext, text);
    film_load(path, NULL, &film);
    if (film.damage[0])
        fail_msg("%s in %s: %s", p->codec, p->ext, film.damage);
    assert_int_equal(film.frames, 10);
    for (int i = 0; i < 10; i++)
        assert_true(fabs(film.time[i] - i * 0.04) < 0.0011);
    assert_int_equal(film.info.color.primaries, colors[c].color.primaries);
    assert_int_equal(film.info.color.transfer, colors[c].color.transfer);
    assert_int_equal(film.info.color.matrix, colors[c].color.matrix);
    /* QuickTime has no word for it; limited is what it means. */
    if (strcmp(p->ext, "mov") != 0 || strcmp(p->codec, "ffv1") != 0)
        assert_int_equal(film.info.color.range, 0);
    film_free(&film);
}

TEST(every_pair_of_container_and_codec)
{
    FFMPEG(MOVING " -pix_fmt yuv422p10le -c:v ffv1 -level 3 a.mkv");
    asked_pixels = asked_preset = NULL;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        const int c = (int)(i % 3);

        asked_codec = pairs[i].codec;
        asked_color = colors[c].color;
        film_copy("a.mkv", "b", pairs[i].ext, ask_color);
        assert_film("b", &pairs[i], c);
    }
}

/* The painted pattern comes back from lossy codecs nearly as it was. */
TEST(pixels_are_where_they_belong)
{
    static const char *const all[][2] = {{"prores", "mov"},
                                         {"dnxhr", "mov"},
                                         {"h264", "mp4"},
                                         {"hevc", "mp4"},
                                         {"av1", "mp4"}};

    FFMPEG(MOVING " -pix_fmt yuv444p16le -c:v ffv1 -level 3 a.mkv");
    asked_pixels = asked_preset = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film film;
        size_t one;
        double sum = 0;
        int shift;

        asked_codec = all[i][0];
        film_copy("a.mkv", "b", all[i][1], ask);
        film_load("b", NULL, &film);
        one = film.raw.len / 10;
        shift = film.info.fmt.bits - 8;
        for (int k = 0; k < 10; k++)
            for (int y = 0; y < 180; y++)
                for (int x = 0; x < 320; x++) {
                    const size_t at = (size_t)y * 320 + (size_t)x;
                    const uint8_t *luma = film.raw.data + (size_t)k * one;
                    const int v =
                        shift ? ((const uint16_t *)(const void *)luma)[at] >>
                                    shift
                              : luma[at];

                    sum += abs(v - (40 + (x + 2 * y + 3 * k) % 160));
                }
        if (sum / (10 * 180 * 320) > 3)
            fail_msg("%s: off by %g on average", all[i][0],
                     sum / (10 * 180 * 320));
        film_free(&film);
    }
}

TEST(alpha_goes_along)
{
    static const char *const all[] = {"prores", "prores_ks"};
    struct film before, after;
    int worst = 0;

    FFMPEG("-f lavfi -i color=red:size=64x48:rate=25:duration=0.2,format="
           "yuva444p10le,geq=lum=500:cb=400:cr=600:a=X*16 "
           "-c:v ffv1 -level 3 a.mkv");
    film_load("a.mkv", NULL, &before);
    asked_pixels = asked_preset = NULL;
    for (int i = 0; i < 2; i++) {
        asked_codec = all[i];
        film_copy("a.mkv", "b", "mov", ask);
        assert_probe("4444", "-show_entries stream=profile b");
        film_load("b", NULL, &after);
        assert_true(after.info.fmt.alpha);
        for (int k = 0; k < 48 * 64; k++) {
            const uint16_t *a = (const uint16_t *)(void *)before.raw.data;
            const uint16_t *b = (const uint16_t *)(void *)after.raw.data;
            const size_t at = 3 * 48 * 64 + (size_t)k;
            const int d = abs(a[at] - (b[at] >> (after.info.fmt.bits - 10)));

            worst = d > worst ? d : worst;
        }
        film_free(&after);
    }
    assert_true(worst <= 1);
    film_free(&before);
}

static void vfr(struct video_target *t)
{
    ask(t);
    t->rate = (struct video_ratio){0, 0};
}

TEST(uneven_times_stay)
{
    static const char *const all[][2] = {{"mkv", "ffv1"}, {"mov", "prores"},
                                         {"mp4", "h264"}, {"mp4", "hevc"},
                                         {"mp4", "av1"},  {"mkv", "h264"}};
    struct film before, after;

    FFMPEG("-f lavfi -i testsrc2=size=96x64:rate=25:duration=2 -vf "
           "\"select='eq(n,0)+eq(n,1)+eq(n,3)+eq(n,4)+eq(n,7)+eq(n,13)+"
           "eq(n,15)+eq(n,16)+eq(n,41)+eq(n,42)'\" -fps_mode vfr "
           "-pix_fmt yuv420p -c:v ffv1 a.mkv");
    film_load("a.mkv", NULL, &before);
    asked_pixels = asked_preset = NULL;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        asked_codec = all[i][1];
        film_copy("a.mkv", "b", all[i][0], vfr);
        film_load("b", NULL, &after);
        assert_int_equal(after.frames, 10);
        for (int k = 0; k < 10; k++)
            if (fabs(after.time[k] - before.time[k]) > 0.0011)
                fail_msg("%s in %s: frame %d is at %g s, not %g", all[i][1],
                         all[i][0], k, after.time[k], before.time[k]);
        film_free(&after);
    }
    film_free(&before);
}

/* Fields that are not made whole stay fields. */
TEST(fields_stay_fields)
{
    const struct video_read_options o = {.threads = 1,
                                         .deinterlace = VIDEO_FIELDS_OFF};
    static const char *const all[] = {"prores", "prores_ks", "ffv1"};
    char dropped[240];
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=96x64:rate=50:duration=0.2 -vf "
           "tinterlace=interleave_top,setfield=tff -pix_fmt yuv422p10le "
           "-flags +ildct -c:v prores a.mov");
    asked_pixels = asked_preset = NULL;
    for (int i = 0; i < 3; i++) {
        struct film film;

        asked_codec = all[i];
        if (film_copy_try("a.mov", "b", "mkv", ask, &o, 0, dropped, &e) < 0)
            fail_msg("%s: %s", all[i], e.text);
        film_load("b", &o, &film);
        assert_int_equal(film.frames, 5);
        assert_int_equal(film.interlaced, 5);
        assert_true(film.info.top_first);
        film_free(&film);
    }
}

TEST(faststart)
{
    struct buf b = {0};
    struct err e = {0};
    const uint8_t *moov, *mdat;

    FFMPEG(MOVING " -c:v ffv1 a.mkv");
    asked_codec = asked_pixels = asked_preset = NULL;
    film_copy("a.mkv", "b", "mp4", ask);
    assert_int_equal(file_load("b", 1 << 24, &b, &e), 0);
    moov = memmem(b.data, b.len, "moov", 4);
    mdat = memmem(b.data, b.len, "mdat", 4);
    assert_true(moov && mdat && moov < mdat);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_frames_stay_unchanged),
        cmocka_unit_test(every_pair_of_container_and_codec),
        cmocka_unit_test(pixels_are_where_they_belong),
        cmocka_unit_test(alpha_goes_along),
        cmocka_unit_test(uneven_times_stay),
        cmocka_unit_test(fields_stay_fields),
        cmocka_unit_test(faststart),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
