/* What grain and halation leave alone. */

#include "test.h"

#include "applied.h"

#define W 160
#define H 90

static double flat_value;

static double flat_at(int x, int y)
{
    (void)x;
    (void)y;
    return flat_value;
}

/* Less than a step of 16 bits, for grain as films have it and finer. */
TEST(grain_moves_no_mean)
{
    static const double values[] = {0.25, 0.5, 0.75};
    static const char *const texts[] = {
        "amount=0.2",
        "amount=1",
        "amount=0.5 size=0.0013 seed=3",
        "amount=0.2 size=0.002 roughness=0.5",
        "amount=0.3 size=0.004 seed=5",
    };

    for (int i = 0; i < 3; i++) {
        struct image *in;

        flat_value = values[i];
        in = grey(1920, 1080, flat_at);
        for (int k = 0; k < 5; k++) {
            struct image *out = applied("grain", texts[k], in);

            for (int p = 0; p < 3; p++) {
                double mean;

                deviation(out, p, 0, &mean);
                if (fabs(mean - values[i]) > 1 / 65535.0)
                    fail_msg("%s at %g: the mean moves by %g of 65535",
                             texts[k], values[i], (mean - values[i]) * 65535);
            }
            image_free(out);
        }
        image_free(in);
    }
}

/* The grain of a frame on middle grey. */
static struct image *grain_of(const struct image *in, int frame)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("grain");
    const struct apply_how how = {.isa = cpu_isa(), .frame = frame};
    struct image *out = NULL;
    struct err e = {0};

    set_values(op, "amount=0.5 size=0.01", values);
    if (apply(op, values, in, &how, &out, &e) < 0)
        fail_msg("%s", e.text);
    return out;
}

TEST(every_frame_has_its_own_grain)
{
    struct image *in, *first, *again, *next;
    double ab = 0, aa = 0;

    flat_value = 0.5;
    in = grey(W, H, flat_at);
    first = grain_of(in, 7);
    again = grain_of(in, 7);
    next = grain_of(in, 8);
    assert_true(same_bits(first, again));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            ab += (at(first, 0, x, y) - 0.5) * (at(next, 0, x, y) - 0.5);
            aa += (at(first, 0, x, y) - 0.5) * (at(first, 0, x, y) - 0.5);
        }
    assert_true(fabs(ab / aa) < 0.06);
    image_free(in);
    image_free(first);
    image_free(again);
    image_free(next);
}

static double card_at(int x, int y)
{
    return x > 280 && y > 60 && y < 120 ? 6 : 0.18;
}

/* Greys below the threshold, alone or out of reach of a lamp, keep their bits.
 */
TEST(halation_leaves_greys_grey)
{
    static const double values[] = {0, 0.05, 0.18, 0.48};
    struct image *in, *out;

    for (int i = 0; i < 4; i++) {
        flat_value = values[i];
        in = grey(W, H, flat_at);
        out = applied("halation", "amount=1", in);
        assert_true(same_bits(in, out));
        image_free(in);
        image_free(out);
    }
    in = grey(320, 180, card_at);
    out = applied("halation", "amount=1 radius=0.01", in);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 180; y++)
            for (int x = 0; x < 320; x++) {
                if (x < 240)
                    assert_true(at(in, p, x, y) == at(out, p, x, y));
                else if (x > 276 && x <= 280 && y > 70 && y < 110)
                    assert_true(at(out, 0, x, y) > at(out, 2, x, y));
            }
    image_free(in);
    image_free(out);
}
TESTS(grain_moves_no_mean, every_frame_has_its_own_grain,
      halation_leaves_greys_grey)
