/* Frame rates: what is kept, what is made standard, which frame is shown. */

#include "test.h"

#include "run/conform.h"

static const struct conform_want usual = {NULL, 0.05, CONFORM_CFR};

static struct conform decide(const struct conform_want *want, int64_t num,
                             int64_t den, int64_t base_num, int64_t base_den)
{
    const struct video_info info = {
        .rate = {num, den}, .base = {base_num, base_den}, .tick = {1, 90000}};
    struct conform c;
    struct err e = {0};

    assert_int_equal(conform_decide(want, &info, &c, &e), 0);
    return c;
}

static void is_rate(const struct conform *c, int64_t num, int64_t den)
{
    assert_int_equal(c->rate.num * den, num * c->rate.den);
    assert_true(c->rate.den > 0);
}

TEST(standard_rates_stay)
{
    static const struct video_ratio rates[] = {
        {24000, 1001}, {24, 1},  {25, 1},       {30000, 1001}, {30, 1},
        {48000, 1001}, {48, 1},  {50, 1},       {60000, 1001}, {60, 1},
        {100, 1},      {120, 1}, {120000, 1001}};

    for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
        const struct conform c = decide(&usual, rates[i].num, rates[i].den,
                                        rates[i].num, rates[i].den);

        is_rate(&c, rates[i].num, rates[i].den);
        assert_false(c.changed);
        assert_false(c.varies);
    }
}

TEST(a_rounded_rate_becomes_the_exact_one)
{
    const struct conform c = decide(&usual, 2997, 100, 30000, 1001);

    is_rate(&c, 30000, 1001);
    assert_false(c.changed);
}

TEST(frames_as_they_like_become_constant)
{
    const struct conform c = decide(&usual, 2841, 100, 90000, 1);
    const struct conform_want vfr = {NULL, 0.05, CONFORM_VFR};
    const struct conform kept = decide(&vfr, 2841, 100, 90000, 1);

    assert_true(c.varies);
    assert_true(c.changed);
    is_rate(&c, 30000, 1001);
    assert_int_equal(kept.rate.den, 0);
}

TEST(odd_rates_become_standard_and_slow_ones_stay)
{
    struct conform c = decide(&usual, 28, 1, 28, 1);

    is_rate(&c, 30000, 1001);
    assert_true(c.changed);
    c = decide(&usual, 10, 1, 10, 1);
    is_rate(&c, 10, 1);
    assert_false(c.changed);
    c = decide(&usual, 240, 1, 240, 1);
    is_rate(&c, 240, 1);
    assert_false(c.changed);
}

TEST(what_is_asked_for_wins)
{
    const struct conform_want film = {"23.976", 0.05, CONFORM_CFR};
    const struct conform_want keep = {"keep", 0.05, CONFORM_CFR};
    struct conform c = decide(&film, 30, 1, 30, 1);

    is_rate(&c, 24000, 1001);
    assert_true(c.changed);
    c = decide(&keep, 28, 1, 28, 1);
    is_rate(&c, 28, 1);
    assert_false(c.changed);
}

TEST(texts_that_are_no_rates_are_refused)
{
    static const char *const bad[] = {"",    "0",     "-25", "1001", "25/0",
                                      "nan", "25fps", "/25", "1/2"};
    struct video_ratio r;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct err e = {0};

        assert_int_equal(conform_rate(bad[i], &r, &e), ERR_ARG);
        assert_non_null(strstr(e.text, "1 … 1000"));
    }
}

/* 10 frames a second shown at 25: two or three of each, 25 a second in all. */
TEST(each_moment_shows_the_nearest_frame)
{
    const struct conform c = {.rate = {25, 1}};
    const struct video_ratio tick = {1, 10};

    for (int64_t t = 0; t < 1000; t++) {
        const int64_t k = conform_index(&c, &tick, t);

        assert_true(2 * k >= 5 * t - 1 && 2 * k <= 5 * t + 1);
    }
    assert_int_equal(conform_index(&c, &tick, 36000 * 10), 36000 * 25);
}

TESTS(standard_rates_stay, a_rounded_rate_becomes_the_exact_one,
      frames_as_they_like_become_constant,
      odd_rates_become_standard_and_slow_ones_stay, what_is_asked_for_wins,
      texts_that_are_no_rates_are_refused, each_moment_shows_the_nearest_frame)
