/* Letters, diagrams, and the picture of a LUT. */

#include "test.h"

#include "codec/lut_write.h"
#include "roundtrip.h"
#include "run/draw.h"
#include "run/letters.h"
#include "run/lut_plot.h"

static uint64_t shape_of(const char *text)
{
    uint64_t shape = 0;

    for (int y = 0; y < LETTER_H; y++)
        for (int x = 0; x < LETTER_W; x++)
            shape = shape * 2 + letter_point(text, x, y);
    return shape;
}

TEST(every_letter_is_another)
{
    static const char none[] = "\\`{}|~^$"; /* these are question marks */
    uint64_t seen[128] = {0};

    for (char a = '!'; a < 127; a++) {
        const char text[2] = {a, '\0'};

        seen[(int)a] = shape_of(text);
        assert_true(seen[(int)a] != 0);
        assert_int_equal(seen[(int)a] == shape_of("?"),
                         a == '?' || strchr(none, a) != NULL);
        for (char b = '!'; b < a; b++)
            assert_true(strchr(none, a) || strchr(none, b) ||
                        seen[(int)a] != seen[(int)b]);
    }
    assert_true(shape_of(" ") == 0);
    assert_true(shape_of("ä") == shape_of("?"));
    assert_int_equal(letters_width("äb"), 2 * LETTER_W - 1);
    assert_int_equal(letters_width(""), 0);
    assert_true(letter_point("äb", LETTER_W, 0)); /* the stem of b */
    assert_false(letter_point("b", LETTER_W, 0)); /* behind the text */
    assert_false(letter_point("b", -1, 0));
}

static uint32_t color_at(const struct canvas *c, int x, int y)
{
    const uint8_t *p = c->rgb + 3 * (y * c->w + x);

    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

TEST(drawing_stays_within)
{
    struct canvas c;
    struct err e = {0};

    assert_int_equal(canvas_init(&c, 40, 30, 0xffffff, &e), 0);
    canvas_line(&c, -1e9, 15.5, 1e9, 15.5, 1, 0x123456);
    canvas_line(&c, (double)NAN, 0, 3, 3, 1, 0);
    assert_int_equal(color_at(&c, 0, 15), 0x123456);
    assert_int_equal(color_at(&c, 39, 15), 0x123456);
    assert_int_equal(color_at(&c, 5, 14), 0xffffff);
    canvas_clip(&c, 10, 5, 20, 12);
    canvas_box(&c, -5, -5, 100, 100, 0);
    assert_int_equal(color_at(&c, 9, 6), 0xffffff);
    assert_int_equal(color_at(&c, 10, 5), 0);
    assert_int_equal(color_at(&c, 19, 11), 0);
    assert_int_equal(color_at(&c, 19, 12), 0xffffff);
    canvas_unclip(&c);
    canvas_dot(&c, 30, 22, 4, 0xff0000);
    assert_int_equal(color_at(&c, 30, 20), 0xff0000);
    assert_int_equal(color_at(&c, 36, 22), 0xffffff);
    canvas_text(&c, 38, 28, 2, 0, "out of the picture");
    canvas_release(&c);
}

static void draw(struct lut *lut, struct shot *s)
{
    struct lut_facts f;
    struct err e = {0};

    if (lut_measure(lut, &f, &e) < 0 ||
        lut_plot("plot.png", lut, &f, "name", &e) < 0 ||
        shot_load(s, "plot.png", NULL, &e) < 0)
        fail_msg("%s", e.text);
}

static bool is_color(const struct shot *s, int x, int y, int r, int g, int b)
{
    const uint8_t *p = s->raw + (size_t)y * shot_row(s) + 3 * (size_t)x;

    return abs(p[0] - r) < 4 && abs(p[1] - g) < 4 && abs(p[2] - b) < 4;
}

/* Panels are 440 wide and begin 110 from the top; see lut_plot.c. */
TEST(curves_and_dots_are_where_they_belong)
{
    struct lut *lut = NULL;
    struct shot s;
    struct err e = {0};

    assert_int_equal(lut_new(2, 0, &lut, &e), 0);
    for (int c = 0; c < 3; c++) {
        lut->curve[2 * c] = 0.5f; /* all becomes grey */
        lut->curve[2 * c + 1] = 0.5f;
    }
    draw(lut, &s);
    assert_int_equal(s.pic.w, 1560);
    assert_int_equal(s.pic.h, 650);
    for (int x = 90; x < 510; x += 60)
        assert_true(is_color(&s, x, 110 + 220, 0x2b, 0x62, 0xd6));
    assert_true(is_color(&s, 100, 110 + 100, 255, 255, 255));
    /* The middle of the cube is the middle of its panel; nowhere else. */
    assert_true(is_color(&s, 1070 + 220, 110 + 220, 128, 128, 128));
    assert_true(is_color(&s, 1070 + 250, 110 + 250, 0x77, 0x79, 0x7d));
    shot_release(&s);
    lut_free(lut);
}

TESTS_WITH(shot_enter, shot_leave, every_letter_is_another,
           drawing_stays_within, curves_and_dots_are_where_they_belong)
