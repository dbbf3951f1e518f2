/* OpenEXR: nothing is lost, other programs agree, damage is survived. */

#include "test.h"

#include "base/text.h"
#include "codec/module.h"
#include "exr_shot.h"
#include "outside.h"

#define NAME  "exr_test.exr"
#define OTHER "exr_other.exr"

static void same_pixels(const struct shot *a, const struct shot *b)
{
    assert_int_equal(a->pic.w, b->pic.w);
    assert_int_equal(a->pic.h, b->pic.h);
    assert_int_equal(a->pic.fmt.type, b->pic.fmt.type);
    assert_int_equal(a->pic.fmt.colors, b->pic.fmt.colors);
    assert_int_equal(a->pic.fmt.extras, b->pic.fmt.extras);
    assert_int_equal(a->pic.fmt.alpha, b->pic.fmt.alpha);
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->raw, b->raw, a->size);
}

/* Runs oiiotool. */
static bool oiio(const char *arguments)
{
    return sh("oiiotool %s >exr_tool.log 2>&1", arguments) == 0;
}

TEST(every_bit_survives)
{
    static const enum compression all[] = {COMP_NONE, COMP_RLE, COMP_ZIPS,
                                           COMP_ZIP, COMP_PIZ};
    static const struct pixfmt *const fmts[] = {&rgb_half, &rgba_half,
                                                &rgb_float, &many, &grey};

    for (int c = 0; c < 5; c++)
        for (int f = 0; f < 5; f++)
            for (int tiles = 0; tiles < 2; tiles++) {
                const bool smooth = (c + f + tiles) & 1;
                struct shot a = shot_new(71, 83, *fmts[f], smooth), b;

                a.pic.storage.compression = all[c];
                a.pic.storage.tile_w = tiles ? 32 : 0;
                a.pic.storage.tile_h = tiles ? 16 : 0;
                shot_write(&a, NAME);
                b = shot_read(NAME, 0, NULL);
                same_pixels(&a, &b);
                assert_int_equal(b.pic.storage.compression, all[c]);
                assert_int_equal(b.pic.storage.tile_w, tiles ? 32 : 0);
                shot_release(&a);
                shot_release(&b);
            }
}

TEST(chunks_come_in_any_order)
{
    const struct read_options o = {.slots = 2};
    struct shot a = shot_new(40, 300, rgb_half, true);
    struct reader *r = NULL;
    struct err e = {0};
    uint8_t *raw = mem_alloc(a.size);

    shot_write(&a, NAME);
    assert_int_equal(reader_open(NAME, &o, &r, &e), 0);
    assert_true(reader_chunks(r) > 3);
    for (int i = reader_chunks(r) - 1; i >= 0; i--) {
        const size_t at = (size_t)i * (size_t)r->chunk_rows * shot_row(&a);

        assert_int_equal(r->codec->chunk(r, i & 1, i, raw + at, &e), 0);
    }
    assert_memory_equal(raw, a.raw, a.size);
    reader_close(r);
    mem_free(raw);
    shot_release(&a);
}

/* Compares exr_p0 … exr_p6 as we unpack them with what oiiotool unpacks. */
static void same_as_others(void)
{
    char line[1000] = "", name[32];
    size_t n = 0;

    for (int i = 0; i < 7; i++)
        n += (size_t)snprintf(line + n, sizeof(line) - n,
                              "exr_p%d.exr --compression none -o exr_q%d.exr ",
                              i, i);
    assert_true(oiio(line));
    for (int i = 0; i < 7; i++) {
        struct shot a, b;

        snprintf(name, sizeof(name), "exr_p%d.exr", i);
        a = shot_read(name, 0, NULL);
        assert_int_equal(a.pic.storage.compression, COMP_RLE + i);
        name[4] = 'q';
        b = shot_read(name, 0, NULL);
        assert_int_equal(b.pic.storage.compression, COMP_NONE);
        same_pixels(&a, &b);
        shot_release(&a);
        shot_release(&b);
    }
}

TEST(others_read_what_we_write)
{
    char name[32];

    NEED("oiiotool");
    for (int form = 0; form < 4; form++) {
        for (int i = 0; i < 7; i++) {
            struct shot a =
                shot_new(131, 70, form & 1 ? many : rgba_half, true);

            snprintf(name, sizeof(name), "exr_p%d.exr", i);
            a.pic.storage.compression = (enum compression)(COMP_RLE + i);
            a.pic.storage.tile_w = a.pic.storage.tile_h = form & 2 ? 64 : 0;
            shot_write(&a, name);
            shot_release(&a);
        }
        same_as_others();
    }
}

TEST(we_read_what_others_write)
{
    static const char *const forms[] = {
        "-d half --scanline", "-d float --scanline", "-d half --tile 48 48",
        "-d uint32 --scanline"};
    char line[1000];

    NEED("oiiotool");
    for (int f = 0; f < 4; f++) {
        snprintf(line, sizeof(line),
                 "--pattern noise:type=gaussian:mean=0.5:stddev=0.2 "
                 "150x101 3 --blur 5x5 %s --compression rle -o exr_p0.exr "
                 "--compression zips -o exr_p1.exr "
                 "--compression zip -o exr_p2.exr "
                 "--compression piz -o exr_p3.exr "
                 "--compression pxr24 -o exr_p4.exr "
                 "--compression b44 -o exr_p5.exr "
                 "--compression b44a -o exr_p6.exr ",
                 forms[f]);
        assert_true(oiio(line));
        same_as_others();
    }
}

/* Through another module where the core library is older than 3.2. */
TEST(dwa_gives_its_colors)
{
    const struct read_options deep = {.slots = 1, .layer = "Z"};
    struct shot a, b;
    struct err e = {0};

    NEED("oiiotool");
    assert_true(oiio("--pattern noise:type=gaussian:mean=0.5:stddev=0.2 "
                     "150x101 4 --blur 5x5 --chnames R,G,B,A -d half "
                     "--origin +7-9 --compression dwaa -o exr_p0.exr "
                     "--compression dwab --tile 64 32 -o exr_p1.exr "
                     "--ch R,G,B,Z=A -d half -o exr_p2.exr"));
    assert_true(oiio("exr_p0.exr --compression none -o exr_q0.exr "
                     "exr_p1.exr --compression none -o exr_q1.exr"));
    for (int i = 0; i < 2; i++) {
        a = shot_read(i ? "exr_p1.exr" : "exr_p0.exr", 0, NULL);
        b = shot_read(i ? "exr_q1.exr" : "exr_q0.exr", 0, NULL);
        assert_int_equal(a.pic.storage.compression, COMP_DWAA + i);
        same_pixels(&a, &b);
        shot_release(&a);
        shot_release(&b);
    }
    if (shot_load(&a, "exr_p2.exr", &deep, &e) == 0)
        shot_release(&a); /* a newer core library */
    else
        assert_non_null(strstr(e.text, "zip or piz"));
    a = shot_read("exr_p2.exr", 0, NULL);
    assert_int_equal(a.pic.fmt.colors, 3);
    assert_true(a.pic.fmt.extras == 1 || a.pic.warning[0]);
    shot_release(&a);
}

/* Leaves names and types for the writer, as the reader does. */
static void name_channels(struct shot *s, const char *lines)
{
    struct err e = {0};

    assert_int_equal(meta_add_item(s->pic.meta, "exr", "channels", "samples",
                                   lines, strlen(lines), &e),
                     0);
}

TEST(names_and_types_survive)
{
    struct shot a = shot_new(20, 9, many, false), b, d;

    /* Halves first become floats that are halves exactly. */
    name_channels(&a, "f 3 0\n1 0 R\n1 0 G\n1 0 B\n1 0 A\n2 0 Z\n"
                      "2 1 N.X\n2 0 N.Y\n2 0 N.Z\n0 0 id\n");
    shot_write(&a, NAME);
    b = shot_read(NAME, 0, "");
    assert_string_equal(b.pic.channels, "A,B,G,N.X,N.Y,N.Z,R,Z,id");
    assert_string_equal(b.pic.layers, "N");
    assert_int_equal(b.pic.fmt.type, SAMPLE_F32);
    shot_write(&b, OTHER);
    d = shot_read(OTHER, 0, "");
    assert_string_equal(d.pic.channels, b.pic.channels);
    same_pixels(&b, &d);
    /* Extras in the order of the file: N.X N.Y N.Z Z id behind alpha. */
    for (int p = 0; p < 20 * 9; p++) {
        const uint8_t *from = a.raw + p * 36, *to = b.raw + p * 36;

        assert_memory_equal(to + 16, from + 20, 12);
        assert_memory_equal(to + 28, from + 16, 4);
        assert_memory_equal(to + 32, from + 32, 4);
    }
    shot_release(&a);
    shot_release(&b);
    shot_release(&d);
}

TEST(layers_are_chosen_by_name)
{
    const struct read_options wrong = {.slots = 1, .layer = "specular"};
    struct shot a = shot_new(20, 9, many, false), b;
    struct err e = {0};

    name_channels(&a, "f 3 0\n2 0 R\n2 0 G\n2 0 B\n2 0 A\n2 0 depth.V\n"
                      "2 0 N.X\n2 0 N.Y\n2 0 N.Z\n2 0 Z\n");
    shot_write(&a, NAME);
    b = shot_read(NAME, 0, "N");
    assert_int_equal(b.pic.fmt.colors, 3);
    assert_int_equal(b.pic.fmt.alpha, -1);
    assert_int_equal(b.pic.fmt.extras, 6);
    assert_memory_equal(b.raw, a.raw + 20, 12);
    shot_release(&b);
    b = shot_read(NAME, 0, "Z");
    assert_int_equal(b.pic.fmt.colors, 1);
    assert_memory_equal(b.raw, a.raw + 32, 4);
    shot_release(&b);
    b = shot_read(NAME, 0, "depth");
    assert_memory_equal(b.raw, a.raw + 16, 4);
    shot_release(&b);
    assert_int_equal(shot_load(&b, NAME, &wrong, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "specular"));
    assert_non_null(strstr(e.text, "N,depth"));
    shot_release(&a);
}

static const struct meta_item *item(const struct shot *s, const char *key)
{
    for (int i = 0; i < s->pic.meta->item_count; i++)
        if (text_is(s->pic.meta->items[i].key, key))
            return &s->pic.meta->items[i];
    return NULL;
}

TEST(attributes_survive_byte_for_byte)
{
    struct shot a, b;

    NEED("oiiotool");
    assert_true(
        oiio("--create 33x17 3 --attrib owner someone --attrib my:num 4.25 "
             "--attrib:type=matrix worldToCamera "
             "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 "
             "--origin +11-5 --fullsize 100x90-3+2 -d half -o " NAME));
    a = shot_read(NAME, 0, NULL);
    shot_write(&a, OTHER);
    b = shot_read(OTHER, 0, NULL);
    assert_non_null(item(&a, "owner"));
    assert_non_null(item(&a, "worldToCamera"));
    assert_int_equal(a.pic.meta->item_count, b.pic.meta->item_count);
    for (int i = 0; i < a.pic.meta->item_count; i++) {
        const struct meta_item *x = &a.pic.meta->items[i];
        const struct meta_item *y = item(&b, x->key);

        assert_non_null(y);
        assert_string_equal(x->type, y->type);
        assert_int_equal(x->data.len, y->data.len);
        assert_memory_equal(x->data.data, y->data.data, x->data.len);
    }
    assert_true(
        oiio(OTHER " --echo {TOP.x},{TOP.y},{TOP.full_x},{TOP.full_width}"));
    assert_int_equal(system("grep -q '^11,-5,-3,100$' exr_tool.log"), 0);
    shot_release(&a);
    shot_release(&b);
}

TEST(parts_are_pages)
{
    struct shot a, b, x, y;

    NEED("oiiotool");
    assert_true(oiio("--pattern constant:color=0.25,0.5,0.75 40x30 3 -d half "
                     "-o exr_a.exr"));
    assert_true(oiio("--pattern noise 31x50 3 -d float --fullsize 40x30+0+0 "
                     "--compression piz -o exr_b.exr"));
    assert_true(oiio("exr_a.exr exr_b.exr --siappend -o " NAME));
    a = shot_read("exr_a.exr", 0, NULL);
    b = shot_read("exr_b.exr", 0, NULL);
    x = shot_read(NAME, 0, NULL);
    y = shot_read(NAME, 1, NULL);
    assert_int_equal(x.pic.pages, 2);
    same_pixels(&a, &x);
    same_pixels(&b, &y);
    shot_write(&y, OTHER);
    assert_true(oiio(OTHER " -o exr_c.exr"));
    shot_release(&a);
    shot_release(&b);
    shot_release(&x);
    shot_release(&y);
}

TEST(chromaticities_are_honoured)
{
    struct shot a = shot_new(8, 8, rgb_half, true), b;
    struct color *p3;
    struct err e = {0};

    assert_int_equal(color_from_space(SPACE_P3, true, &p3, &e), 0);
    a.pic.color = p3;
    shot_write(&a, NAME);
    b = shot_read(NAME, 0, NULL);
    assert_string_equal(b.pic.color_from, "chromaticities");
    assert_true(color_equal(b.pic.color, p3));
    shot_release(&b);
    color_free(p3);
    assert_int_equal(color_from_space(SPACE_REC709, true, &a.pic.color, &e), 0);
    shot_write(&a, NAME);
    b = shot_read(NAME, 0, NULL);
    assert_null(item(&b, "chromaticities"));
    assert_true(color_equal(b.pic.color, a.pic.color));
    shot_release(&a);
    shot_release(&b);
}

TEST(unknown_modules_are_refused)
{
    char path[MODULE_PATH_MAX];
    const struct module_id *id;
    struct err e = {0};

    assert_int_equal(module_probe("nothing", path, &id, &e), ERR_ARG);
    assert_int_equal(module_probe("exr", path, &id, &e), 0);
    assert_non_null(strstr(id->about, "OpenEXRCore"));
    assert_int_equal(module_open("exr", 12345, &id, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "another version"));
}

TESTS_WITH(shot_enter, shot_leave, every_bit_survives, chunks_come_in_any_order,
           others_read_what_we_write, we_read_what_others_write,
           dwa_gives_its_colors, names_and_types_survive,
           layers_are_chosen_by_name, attributes_survive_byte_for_byte,
           parts_are_pages, chromaticities_are_honoured,
           unknown_modules_are_refused)
