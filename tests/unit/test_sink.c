/* Strips on their way into a file: padding. */

#include "tiff_help.h"

#include "run/sink.h"

static struct err e;

/* 16 rows of 256: what the last tiles are packed to is mostly padding. */
static void the_last_tiles_may_be_mostly_padding(void **state)
{
    static const enum compression comps[] = {COMP_NONE, COMP_LZW};
    struct shot s = make_shot(2000, 272, SAMPLE_U16, 3, 0, 7), back;
    const size_t row = 2000 * 6;
    struct outfile out = {0};
    struct sink *sink = NULL;
    struct writer *w = NULL;

    (void)state;
    for (int i = 0; i < 2; i++) {
        s.pic.storage = (struct storage){
            .compression = comps[i], .tile_w = 256, .tile_h = 256};
        assert_int_equal(outfile_open(&out, "sink.tif", &e), 0);
        assert_int_equal(
            codec_named("tiff")->create(&out, &s.pic, 256, 1, &w, &e), 0);
        assert_int_equal(w->chunk_rows, 256);
        assert_int_equal(sink_new(w, 2, NULL, NULL, &sink, &e), 0);
        for (int n = 0; n < 2; n++) {
            const int rows = n ? 16 : 256;
            uint8_t *raw =
                mem_copy(s.raw + row * 256 * (size_t)n, row * (size_t)rows);

            if (sink_add_take(sink, 0, n, raw, row * (size_t)rows, rows, &e))
                fail_msg("%s", e.text);
        }
        assert_int_equal(w->codec->finish(w, &e), 0);
        w->codec->abort(w);
        sink_free(sink);
        assert_int_equal(outfile_commit(&out, true, &e), 0);
        back = must_read("sink.tif", 0);
        same_pixels(&s, &back, compression_names[comps[i]]);
        free_shot(&back);
    }
    free_shot(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_tiles_may_be_mostly_padding),
    };

    return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
