/* Transfer functions by name; see the header. */

#include "codec/video_color.h"
#include "kern/convert.h"
#include "kern/curve.h"
#include "kern/lut.h"
#include "op/transfer.h"

const char *const transfer_names[] = {
    "linear", "srgb",      "rec709", "gamma22", "gamma24", "pq",
    "hlg",    "hlg_scene", "logc3",  "slog3",   "acescct", NULL,
};

struct curve transfer_curve(enum transfer t)
{
    switch (t) {
    case TRANSFER_SRGB:
        return curve_srgb();
    case TRANSFER_REC709:
        return space_curve(SPACE_REC709);
    case TRANSFER_GAMMA22:
        return curve_gamma(2.2);
    case TRANSFER_GAMMA24:
        return curve_gamma(2.4);
    case TRANSFER_PQ:
        return curve_named(CURVE_PQ);
    case TRANSFER_HLG:
    case TRANSFER_HLG_SCENE:
        return curve_named(CURVE_HLG);
    case TRANSFER_LOGC3:
        return curve_named(CURVE_LOGC3);
    case TRANSFER_SLOG3:
        return curve_named(CURVE_SLOG3);
    case TRANSFER_LINEAR:
    case TRANSFER_ACESCCT:
        break;
    }
    return curve_named(CURVE_LINEAR);
}

void transfer_encode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n)
{
    const struct curve curve = transfer_curve(t);

    if (t == TRANSFER_HLG)
        film_hlg_scene(k, row, n, FILM_HDR_PEAK);
    for (int c = 0; c < 3; c++)
        if (t == TRANSFER_SRGB)
            k->convert->to_display(row[c], row[c], n);
        else if (t == TRANSFER_ACESCCT)
            k->lut->acescct_encode(row[c], row[c], n);
        else
            curve_encode_row(k, &curve, row[c], row[c], n);
}

void transfer_decode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n)
{
    const struct curve curve = transfer_curve(t);

    for (int c = 0; c < 3; c++)
        if (t == TRANSFER_SRGB)
            k->convert->to_linear(row[c], row[c], n);
        else if (t == TRANSFER_ACESCCT)
            k->lut->acescct_decode(row[c], row[c], n);
        else
            curve_decode_row(k, &curve, row[c], row[c], n);
    if (t == TRANSFER_HLG)
        film_hlg_show(k, row, n, FILM_HDR_PEAK);
}
