/* Transfer functions by name; see the header. */

#include "codec/video_color.h"
#include "image/color.h"
#include "kern/convert.h"
#include "kern/hdr.h"
#include "kern/lut.h"
#include "op/transfer.h"

const char *const transfer_names[] = {
    "linear", "srgb",      "rec709", "gamma22", "gamma24", "pq",
    "hlg",    "hlg_scene", "logc3",  "slog3",   "acescct", NULL,
};

static struct kern_power power_of(enum transfer t)
{
    const struct curve c = t == TRANSFER_REC709    ? space_curve(SPACE_REC709)
                           : t == TRANSFER_GAMMA22 ? curve_gamma(2.2)
                                                   : curve_srgb();

    return (struct kern_power){(float)c.g, (float)c.a, (float)c.b, (float)c.c,
                               (float)c.d, (float)c.e, (float)c.f};
}

static void encode(const struct kern *k, enum transfer t, float *v, size_t n)
{
    const struct kern_power power = power_of(t);

    switch (t) {
    case TRANSFER_LINEAR:
        break;
    case TRANSFER_SRGB:
        k->convert->to_display(v, v, n);
        break;
    case TRANSFER_REC709:
    case TRANSFER_GAMMA22:
        k->convert->power_encode(v, v, n, &power);
        break;
    case TRANSFER_GAMMA24:
        k->hdr->bt1886_encode(v, v, n);
        break;
    case TRANSFER_PQ:
        k->convert->pq_encode(v, v, n);
        break;
    case TRANSFER_HLG:
    case TRANSFER_HLG_SCENE:
        k->convert->hlg_encode(v, v, n);
        break;
    case TRANSFER_LOGC3:
        k->convert->logc3_encode(v, v, n);
        break;
    case TRANSFER_SLOG3:
        k->convert->slog3_encode(v, v, n);
        break;
    case TRANSFER_ACESCCT:
        k->lut->acescct_encode(v, v, n);
        break;
    }
}

static void decode(const struct kern *k, enum transfer t, float *v, size_t n)
{
    const struct kern_power power = power_of(t);

    switch (t) {
    case TRANSFER_LINEAR:
        break;
    case TRANSFER_SRGB:
        k->convert->to_linear(v, v, n);
        break;
    case TRANSFER_REC709:
    case TRANSFER_GAMMA22:
        k->convert->power_decode(v, v, n, &power);
        break;
    case TRANSFER_GAMMA24:
        k->hdr->bt1886_decode(v, v, n);
        break;
    case TRANSFER_PQ:
        k->convert->pq_decode(v, v, n);
        break;
    case TRANSFER_HLG:
    case TRANSFER_HLG_SCENE:
        k->convert->hlg_decode(v, v, n);
        break;
    case TRANSFER_LOGC3:
        k->convert->logc3_decode(v, v, n);
        break;
    case TRANSFER_SLOG3:
        k->convert->slog3_decode(v, v, n);
        break;
    case TRANSFER_ACESCCT:
        k->lut->acescct_decode(v, v, n);
        break;
    }
}

void transfer_encode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n)
{
    if (t == TRANSFER_HLG)
        film_hlg_scene(k, row, n, FILM_HDR_PEAK);
    for (int c = 0; c < 3; c++)
        encode(k, t, row[c], n);
}

void transfer_decode(const struct kern *k, enum transfer t, float *const row[3],
                     size_t n)
{
    for (int c = 0; c < 3; c++)
        decode(k, t, row[c], n);
    if (t == TRANSFER_HLG)
        film_hlg_show(k, row, n, FILM_HDR_PEAK);
}
