/* Films are read: every frame and every bit, as another program has them. */

#include "test.h"

#include "video_film.h"

/* A moving picture with hard edges, ramps and noise. */
#define PICTURE                                                                \
    "-f lavfi -i "                                                             \
    "testsrc2=size=%dx%d:rate=25:duration=0.2,noise=all_strength=20:all_"      \
    "flags=t"

/* Formats that are passed on as they are. */
TEST(planes_pass_unchanged)
{
    static const char *const all[] = {
        "yuv420p",     "yuv422p",     "yuv444p",      "yuv440p",
        "yuv411p",     "yuv410p",     "yuv420p9le",   "yuv420p10le",
        "yuv422p10le", "yuv444p10le", "yuv440p12le",  "yuv420p12le",
        "yuv422p12le", "yuv444p12le", "yuv422p14le",  "yuv420p16le",
        "yuv444p16le", "yuva420p",    "yuva444p10le", "yuva422p16le",
        "gray",        "gray10le",    "gray16le",     "gbrp9le",
        "gbrp10le",    "gbrp12le",    "gbrp14le",     "gbrap10le",
        "gbrp16le",    "gbrap16le",
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film film;

        FFMPEG(PICTURE " -pix_fmt %s -c:v ffv1 -level 3 a.mkv", 87, 53, all[i]);
        film_load("a.mkv", NULL, &film);
        assert_int_equal(film.frames, 5);
        assert_string_equal(film.info.pixels, all[i]);
        assert_string_equal(film.damage, "");
        assert_raw(&film, "a.mkv", all[i]);
        film_free(&film);
    }
}

static void write_noise(const char *path, size_t n)
{
    struct buf b = {.max = n + 4};
    uint32_t state = 2463534242u;
    struct err e = {0};

    while (b.len < n) {
        noise(&state);
        assert_int_equal(buf_add(&b, &state, 4, &e), 0);
    }
    assert_int_equal(bytes_save(path, b.data, b.len), 0);
    buf_release(&b);
}

/* Packed formats, and the planar one to which ffmpeg converts them exactly. The
   others: tests/unit/test_video_pixels.c. */
TEST(packed_pixels_become_planes)
{
    static const char *const all[][2] = {
        {"nv12", "yuv420p"},     {"nv21", "yuv420p"},
        {"yuyv422", "yuv422p"},  {"uyvy422", "yuv422p"},
        {"yvyu422", "yuv422p"},  {"rgb24", "gbrp"},
        {"bgr24", "gbrp"},       {"rgb0", "gbrp"},
        {"0bgr", "gbrp"},        {"rgb48le", "gbrp16"},
        {"rgb48be", "gbrp16"},   {"bgr48le", "gbrp16"},
        {"rgba64le", "gbrap16"}, {"bgra64be", "gbrap16"},
        {"gray16be", "gray16"},  {"monob", "gray"},
        {"monow", "gray"},
    };

    write_noise("noise.raw", (size_t)5 * 88 * 54 * 16);
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film film;

        /* Noise in every bit; raw video in NUT carries any of them. */
        FFMPEG("-f rawvideo -pix_fmt %s -video_size 88x54 -i noise.raw "
               "-frames:v 5 -c:v copy -f nut a.nut",
               all[i][0]);
        film_load("a.nut", NULL, &film);
        assert_int_equal(film.frames, 5);
        assert_string_equal(film.info.pixels, all[i][0]);
        assert_raw(&film, "a.nut", all[i][1]);
        film_free(&film);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_pass_unchanged),
        cmocka_unit_test(packed_pixels_become_planes),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
