/* What lies beyond 4 GB, in files that are mostly holes. */

#include <fcntl.h>

#include "tiff_help.h"

#include "codec/tiff_int.h"

#define HOLE ((uint64_t)5 << 30)
#define SIDE 32768

static struct err e;

/* Writes the picture with a hole before row 32. */
static void write_far(const struct shot *s, const char *path, int want_rows)
{
    const struct codec *c = codec_named("tiff");
    const size_t row = (size_t)s->pic.w * pixfmt_bytes(&s->pic.fmt);
    struct outfile out = {0};
    struct writer *w = NULL;

    assert_int_equal(outfile_open(&out, path, &e), 0);
    assert_int_equal(c->create(&out, &s->pic, want_rows, 1, &w, &e), 0);
    for (int y = 0, i = 0; y < s->pic.h; y += w->chunk_rows, i++) {
        const int left = s->pic.h - y;
        const int rows = left < w->chunk_rows ? left : w->chunk_rows;
        const uint8_t *raw = s->raw + row * (size_t)y;
        struct buf packed = {.max = 1 << 20};

        if (y == 32)
            outfile_extend(&out, out.at + HOLE);
        if (w->packs)
            assert_int_equal(c->pack(w, 0, i, raw, rows, &packed, &e), 0);
        assert_int_equal(c->put(w, i, w->packs ? packed.data : raw,
                                w->packs ? packed.len : row * (size_t)rows,
                                rows, &e),
                         0);
        buf_release(&packed);
    }
    assert_int_equal(c->finish(w, &e), 0);
    c->abort(w);
    unlink(path);
    assert_int_equal(rename(out.temp, path), 0);
    outfile_abandon(&out);
}

/* Sets no flag: the writer finds out by itself. */
TEST(outputs_beyond_4_gb_are_bigtiff)
{
    static const enum compression comps[] = {COMP_NONE, COMP_LZW, COMP_ZSTD};
    struct shot s = make_shot(70, 72, SAMPLE_U16, 3, 0, 5), back;
    char what[80], text[200];

    for (int form = 0; form < 4; form++)
        for (size_t c = 0; c < 3; c++) {
            s.pic.storage = (struct storage){
                .compression = comps[c],
                .planar = form & 2,
                .tile_w = form & 1 ? 32 : 0,
                .tile_h = form & 1 ? 32 : 0,
            };
            snprintf(what, sizeof(what), "%s form %d",
                     compression_names[comps[c]], form);
            write_far(&s, "far.tif", 16);
            back = must_read("far.tif", 0);
            same_pixels(&s, &back, what);
            assert_true(back.pic.storage.big);
            free_shot(&back);
            if (!have("tiffinfo"))
                continue;
            sh_text(text, sizeof(text), "tiffinfo -D far.tif 2>&1 >/dev/null");
            assert_string_equal(text, "");
        }
    unlink("far.tif");
    free_shot(&s);
}

static void put_tag(FILE *f, int id, int type, uint64_t count, uint64_t v)
{
    put_le(f, (uint64_t)id, 2);
    put_le(f, (uint64_t)type, 2);
    put_le(f, count, 8);
    put_le(f, v, 8);
}

#define SHORT 3
#define LONG8 16

/*
 * A gigapixel of zeros: a header, the places of its strips or tiles, and a hole
 * of `have` bytes, in which the last row of units begins with 1, 2, 3.
 */
static void write_giga(const char *path, int tile, uint64_t have)
{
    const uint64_t rows = tile ? (uint64_t)tile : 16;
    const uint64_t across = tile ? SIDE / rows : 1;
    const uint64_t count = SIDE / rows * across;
    const uint64_t unit = rows * (tile ? rows : SIDE) * 6;
    const uint64_t dir = 16, n = tile ? 10 : 9;
    const uint64_t places = dir + 8 + 20 * n + 8, sizes = places + 8 * count;
    const uint64_t data = sizes + 8 * count;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fwrite("II+\0\10\0\0\0", 1, 8, f);
    put_le(f, dir, 8);
    put_le(f, n, 8);
    put_tag(f, TAG_WIDTH, LONG8, 1, SIDE);
    put_tag(f, TAG_LENGTH, LONG8, 1, SIDE);
    put_tag(f, TAG_BITS, SHORT, 3, 16 | 16 << 16 | (uint64_t)16 << 32);
    put_tag(f, TAG_PHOTOMETRIC, SHORT, 1, 2);
    if (!tile)
        put_tag(f, TAG_OFFSETS, LONG8, count, places);
    put_tag(f, TAG_SAMPLES, SHORT, 1, 3);
    if (!tile) {
        put_tag(f, TAG_ROWS, SHORT, 1, rows);
        put_tag(f, TAG_COUNTS, LONG8, count, sizes);
    }
    put_tag(f, TAG_PLANAR, SHORT, 1, 1);
    if (tile) {
        put_tag(f, TAG_TILE_W, SHORT, 1, rows);
        put_tag(f, TAG_TILE_H, SHORT, 1, rows);
        put_tag(f, TAG_TILE_OFFSETS, LONG8, count, places);
        put_tag(f, TAG_TILE_COUNTS, LONG8, count, sizes);
    }
    put_le(f, 0, 8);
    for (uint64_t i = 0; i < count; i++)
        put_le(f, data + i * unit, 8);
    for (uint64_t i = 0; i < count; i++)
        put_le(f, unit, 8);
    assert_int_equal(ftell(f), (long)data);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(truncate(path, (off_t)(data + have)), 0);
    if (have < count * unit)
        return;
    f = fopen(path, "r+b");
    assert_non_null(f);
    fseeko(f, (off_t)(data + (count - across) * unit), SEEK_SET);
    for (uint64_t v = 1; v <= 3; v++)
        put_le(f, v, 2);
    assert_int_equal(fclose(f), 0);
}

TEST(a_gigapixel_is_read_at_its_end)
{
    const struct read_options o = {.slots = 1, .memory = 600 << 20};
    static const uint16_t want[3] = {1, 2, 3};

    for (int tile = 0; tile <= 512; tile += 256) {
        const int rows = tile ? tile : 16;
        struct reader *r = NULL;
        uint8_t *raw;
        int y = SIDE - rows;

        write_giga("giga.tif", tile, (uint64_t)SIDE * SIDE * 6);
        if (reader_open("giga.tif", &o, &r, &e) < 0)
            fail_msg("%s", e.text);
        assert_int_equal(r->pic.w, SIDE);
        assert_int_equal(r->pic.h, SIDE);
        assert_true(r->pic.storage.big);
        assert_true(r->chunk_rows <= 64); /* however tall the tiles are */
        raw = mem_alloc((size_t)SIDE * 6 * (size_t)r->chunk_rows);
        assert_int_equal(r->codec->chunk(r, 0, y / r->chunk_rows, raw, &e), 0);
        y %= r->chunk_rows;
        assert_memory_equal(raw + (size_t)SIDE * 6 * (size_t)y, want, 6);
        mem_free(raw);
        reader_close(r);
    }
    unlink("giga.tif");
}

TEST(a_gigapixel_that_is_not_there_is_refused)
{
    const struct read_options o = {.slots = 1, .memory = 600 << 20};
    struct reader *r = NULL;

    write_giga("giga.tif", 256, (uint64_t)1 << 30);
    assert_int_equal(reader_open("giga.tif", &o, &r, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "32768 x 32768 pixels cannot come from"));
    unlink("giga.tif");
}

TESTS(outputs_beyond_4_gb_are_bigtiff, a_gigapixel_is_read_at_its_end,
      a_gigapixel_that_is_not_there_is_refused)
