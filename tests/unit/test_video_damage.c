/* Films that are broken, cut off, or none: what can be had, and clear words. */

#include "test.h"

#include "video_film.h"

#define MOVING                                                                 \
    "-f lavfi -i "                                                             \
    "testsrc2=size=%s:rate=25:duration=%g,noise=all_strength=20:all_flags=t"

static struct buf load(const char *path)
{
    struct buf b = {0};
    struct err e = {0};

    assert_int_equal(file_load(path, 1 << 26, &b, &e), 0);
    return b;
}

/* The file's bytes with `from` replaced by `to`, of the same length. */
static void patch(const char *path, const char *out, const char *from,
                  const char *to)
{
    struct buf b = load(path);
    const size_t n = strlen(to);
    int found = 0;

    for (size_t i = 0; i + n <= b.len; i++)
        if (!memcmp(b.data + i, from, n)) {
            memcpy(b.data + i, to, n);
            found++;
        }
    assert_true(found > 0);
    assert_int_equal(bytes_save(out, b.data, b.len), 0);
    buf_release(&b);
}

/* The frames that are there are given, and it is said that there were more. */
TEST(a_cut_film_gives_what_is_there)
{
    static const char *const all[][2] = {
        {"a.mov", "-c:v prores -movflags +faststart"},
        {"a.mp4", "-c:v libx264 -g 10 -movflags +faststart"},
        {"a.mkv", "-c:v ffv1 -level 3 -g 1"},
        {"a.avi", "-c:v mjpeg -q:v 2"},
        {"b.mkv", "-c:v libx264 -g 10 -bf 2"},
        {"c.mkv", "-c:v ffv1 -level 3 -g 1 -fflags +bitexact -metadata:s "
                  "DURATION="},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct film whole, cut;
        struct buf b;
        size_t one;

        FFMPEG(MOVING " %s %s", "160x96", 2.0, all[i][1], all[i][0]);
        film_load(all[i][0], NULL, &whole);
        assert_int_equal(whole.frames, 50);
        assert_string_equal(whole.damage, "");
        one = whole.raw.len / 50;
        b = load(all[i][0]);
        assert_int_equal(bytes_save("cut", b.data, b.len * 6 / 10), 0);
        film_load("cut", NULL, &cut);
        if (cut.frames < 20 || cut.frames > 35)
            fail_msg("%s: %d frames", all[i][0], cut.frames);
        /* All but those at the edge are as they were. */
        assert_memory_equal(cut.raw.data, whole.raw.data,
                            one * (size_t)(cut.frames - 8));
        if (!strstr(cut.damage, "the frames end at"))
            fail_msg("%s: '%s'", all[i][0], cut.damage);
        buf_release(&b);
        film_free(&whole);
        film_free(&cut);
    }
}

TEST(holes_are_counted)
{
    struct film film;
    struct buf b;

    FFMPEG(MOVING " -c:v ffv1 -level 3 -slicecrc 1 -g 1 a.mkv", "160x96", 1.0);
    b = load("a.mkv");
    for (size_t i = b.len / 2; i < b.len / 2 + 2000; i++)
        b.data[i] ^= 0x5a;
    assert_int_equal(bytes_save("hole.mkv", b.data, b.len), 0);
    film_load("hole.mkv", NULL, &film);
    assert_true(film.frames >= 22);
    assert_non_null(strstr(film.damage, "slice CRC mismatch"));
    buf_release(&b);
    film_free(&film);

    FFMPEG(MOVING " -c:v mpeg2video -q:v 3 a.ts", "160x96", 1.0);
    b = load("a.ts");
    for (size_t i = b.len / 2; i < b.len / 2 + 40; i++)
        b.data[i] ^= 0x5a;
    assert_int_equal(bytes_save("hole.ts", b.data, b.len), 0);
    film_load("hole.ts", NULL, &film);
    assert_non_null(strstr(film.damage, "1 frame damaged, the first at 0."));
    assert_int_equal(film.damaged, 1);
    buf_release(&b);
    film_free(&film);
}

TEST(changed_bytes_never_crash)
{
    static const char *const all[][2] = {
        {"a.mov", "-c:v prores"},
        {"a.mp4", "-f lavfi -i sine=d=0.4 -c:v libx264 -c:a aac"},
        {"a.mkv", "-c:v ffv1 -level 3"},
        {"a.mxf", "-c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p"},
        {"b.mkv", "-c:v libx265 -x265-params log-level=0"},
        {"a.ts", "-c:v mpeg2video"},
    };
    uint32_t dice = 88172645;

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct buf b;

        FFMPEG(MOVING " %s %s", i == 3 ? "256x120" : "64x48", 0.4, all[i][1],
               all[i][0]);
        b = load(all[i][0]);
        for (int k = 0; k < 100; k++) {
            struct video_read_options o = {.threads = 1 + k % 2};
            struct buf copy = {.max = b.len};
            struct film film;
            struct err e = {0};

            assert_int_equal(buf_add(&copy, b.data, b.len, &e), 0);
            for (int n = 0; n < 1 + k % 8; n++) {
                /* Every other one in the header. */
                const size_t range = n & 1 && b.len > 2000 ? 2000 : b.len;

                copy.data[noise(&dice) % range] = (uint8_t)noise(&dice);
            }
            assert_int_equal(bytes_save("bad", copy.data, copy.len), 0);
            o.start = k % 5 == 0 ? 0.1 : 0;
            if (film_try("bad", &o, &film, &e) < 0)
                assert_true(e.text[0]);
            film_free(&film);
            buf_release(&copy);
        }
        buf_release(&b);
    }
}

TEST(what_is_no_film_is_said)
{
    assert_int_equal(bytes_save("empty.mov", "", 0), 0);
    film_refused("empty.mov", ERR_DATA, "it is empty");
    assert_int_equal(bytes_save("text.mov", "hello, world\n", 13), 0);
    film_refused("text.mov", ERR_DATA, "moov");
    assert_int_equal(bytes_save("noise.xyz", "\1\2\3\4hello, world\n", 17), 0);
    film_refused("noise.xyz", ERR_DATA, "no film that FFmpeg knows");
    film_refused("none.mov", ERR_IO, "none.mov");
    film_refused(".", ERR_ARG, "folder");
    FFMPEG(MOVING " -frames:v 1 a.png", "64x48", 0.1);
    film_refused("a.png", ERR_DATA, "it is no film");
    FFMPEG("-f lavfi -i sine=d=0.2 -c:a pcm_s16le a.mov");
    film_refused("a.mov", ERR_DATA, "it holds no pictures");
    FFMPEG("-f lavfi -i sine=d=0.2 -i a.png -map 0 -map 1 -c:a aac -c:v copy "
           "-disposition:v attached_pic cover.mp4");
    film_refused("cover.mp4", ERR_DATA, "but for a cover");
}

TEST(other_files_are_not_opened)
{
    static const char list[] = "ffconcat version 1.0\nfile 'a.mov'\n";
    static const char m3u[] = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
                              "#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n";

    FFMPEG(MOVING " -c:v mpeg2video a.ts", "64x48", 0.4);
    assert_int_equal(bytes_save("l.mov", list, sizeof(list) - 1), 0);
    film_refused("l.mov", ERR_DATA, "list of other files (concat)");
    assert_int_equal(bytes_save("l.m3u8", m3u, sizeof(m3u) - 1), 0);
    film_refused("l.m3u8", ERR_DATA, "list of other files (hls)");
}

TEST(what_cannot_be_decoded_is_named)
{
    FFMPEG(MOVING " -c:v libx264 -pix_fmt yuv420p a.mp4", "64x48", 0.4);
    patch("a.mp4", "b.mp4", "avc1", "zzz9");
    film_refused("b.mp4", ERR_DATA, "codec that FFmpeg does not know");
    film_refused("b.mp4", ERR_DATA, "zzz9");
    FFMPEG("-i a.mp4 -c copy -encryption_scheme cenc-aes-ctr -encryption_key "
           "76a6c65c5ea762046bd749a2e632ccbb -encryption_kid "
           "a7e61c373e219033c21091fa607bf3b8 crypt.mp4");
    film_refused("crypt.mp4", ERR_DATA, "it is encrypted");
    FFMPEG("-f rawvideo -pix_fmt bayer_rggb8 -video_size 64x48 -i a.mp4 "
           "-frames:v 1 -c copy -f nut bayer.nut");
    film_refused("bayer.nut", ERR_DATA, "raw data of a sensor");
}

TEST(a_change_of_size_is_refused)
{
    struct film film;
    struct err e = {0};

    FFMPEG(MOVING " -c:v libx264 -pix_fmt yuv420p a.ts", "64x48", 0.4);
    FFMPEG(MOVING " -c:v libx264 -pix_fmt yuv420p b.ts", "96x64", 0.4);
    assert_int_equal(sh("cat a.ts b.ts >c.ts"), 0);
    assert_int_equal(film_try("c.ts", NULL, &film, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "at 0.4"));
    assert_non_null(strstr(e.text, "from 64 x 48 to 96 x 64"));
    assert_int_equal(film.frames, 10);
    film_free(&film);
}

/* Refused before anybody allocates them. */
TEST(absurd_sizes_are_refused)
{
    static const char *const sizes[] = {"\x80\x3e\0\0\xe0\x2e\0\0",
                                        "\xff\xff\0\0\xff\xff\0\0"};
    struct buf b;
    uint8_t *at;

    FFMPEG(MOVING " -c:v ffv1 a.avi", "64x48", 0.4);
    b = load("a.avi");
    /* Width and height, behind the size of the stream's format. */
    at = memmem(b.data, b.len, "strf", 4);
    assert_non_null(at);
    memcpy(at + 12, sizes[0], 8);
    assert_int_equal(bytes_save("b.avi", b.data, b.len), 0);
    film_refused("b.avi", ERR_DATA, "16000 x 12000 are beyond");
    memcpy(at + 12, sizes[1], 8);
    assert_int_equal(bytes_save("b.avi", b.data, b.len), 0);
    film_refused("b.avi", ERR_DATA, "");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_film_gives_what_is_there),
        cmocka_unit_test(holes_are_counted),
        cmocka_unit_test(changed_bytes_never_crash),
        cmocka_unit_test(what_is_no_film_is_said),
        cmocka_unit_test(other_files_are_not_opened),
        cmocka_unit_test(what_cannot_be_decoded_is_named),
        cmocka_unit_test(a_change_of_size_is_refused),
        cmocka_unit_test(absurd_sizes_are_refused),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
