/* Channel mixer: each channel of the result is a sum of all three. */

#include <math.h>

#include "kern/convert.h"
#include "op/op.h"
#include "op/row.h"

struct channel_mixer {
    float red_red, red_green, red_blue;
    float green_red, green_green, green_blue;
    float blue_red, blue_green, blue_blue;
    bool preserve_grey;
};

#define SHARE(to, from, own)                                                   \
    P_FLOAT(channel_mixer, to##_##from, .def = own, .lo = -2, .hi = 2,         \
            .doc = "Share of " #from " light in the " #to " of the result")

static const struct param params[] = {
    SHARE(red, red, 1),
    SHARE(red, green, 0),
    SHARE(red, blue, 0),
    SHARE(green, red, 0),
    SHARE(green, green, 1),
    SHARE(green, blue, 0),
    SHARE(blue, red, 0),
    SHARE(blue, green, 0),
    SHARE(blue, blue, 1),
    P_BOOL(channel_mixer, preserve_grey, .def = 1,
           .doc = "Divides the shares of each channel by their sum, so that "
                  "grey stays grey"),
    P_END,
};

/* A sum near 0 has no grey to preserve: such a row is left as it is. */
static void matrix(const struct channel_mixer *v, float m[9])
{
    const float rows[3][3] = {
        {v->red_red, v->red_green, v->red_blue},
        {v->green_red, v->green_green, v->green_blue},
        {v->blue_red, v->blue_green, v->blue_blue},
    };

    for (int i = 0; i < 3; i++) {
        const float sum = rows[i][0] + rows[i][1] + rows[i][2];
        const bool divide = v->preserve_grey && fabsf(sum) >= 0.01f;

        for (int j = 0; j < 3; j++)
            m[3 * i + j] = divide ? rows[i][j] / sum : rows[i][j];
    }
}

static bool neutral(const void *values)
{
    float m[9];

    matrix(values, m);
    for (int i = 0; i < 9; i++)
        if (m[i] != (i % 4 == 0 ? 1.0f : 0.0f))
            return false;
    return true;
}

static void rows(const struct op_job *job, const void *values)
{
    float m[9];

    matrix(values, m);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->convert->matrix(r.dst, r.src, r.n, m);
    }
}

const struct op op_channel_mixer = {
    .name = "channel_mixer",
    .doc = "Makes each channel from a sum of all three in linear light",
    .params = params,
    .size = sizeof(struct channel_mixer),
    .neutral = neutral,
    .rows = rows,
};
