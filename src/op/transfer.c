/* Transfer functions by name; see the header. */

#include <string.h>

#include "image/color.h"
#include "kern/convert.h"
#include "kern/hdr.h"
#include "kern/lut.h"
#include "op/transfer.h"

const char *const transfer_names[] = {
    "linear", "srgb",  "rec709", "gamma22", "gamma24", "pq",
    "hlg",    "logc3", "slog3",  "acescct", NULL,
};

static struct kern_power power_of(enum transfer t)
{
    const struct curve c = t == TRANSFER_REC709    ? space_curve(SPACE_REC709)
                           : t == TRANSFER_GAMMA22 ? curve_gamma(2.2)
                                                   : curve_srgb();

    return (struct kern_power){(float)c.g, (float)c.a, (float)c.b, (float)c.c,
                               (float)c.d, (float)c.e, (float)c.f};
}

void transfer_encode(const struct kern *k, enum transfer t, float *dst,
                     const float *src, size_t n)
{
    const struct kern_power power = power_of(t);

    switch (t) {
    case TRANSFER_LINEAR:
        if (dst != src)
            memcpy(dst, src, n * sizeof(float));
        break;
    case TRANSFER_SRGB:
        k->convert->to_display(dst, src, n);
        break;
    case TRANSFER_REC709:
    case TRANSFER_GAMMA22:
        k->convert->power_encode(dst, src, n, &power);
        break;
    case TRANSFER_GAMMA24:
        k->hdr->bt1886_encode(dst, src, n);
        break;
    case TRANSFER_PQ:
        k->convert->pq_encode(dst, src, n);
        break;
    case TRANSFER_HLG:
        k->convert->hlg_encode(dst, src, n);
        break;
    case TRANSFER_LOGC3:
        k->convert->logc3_encode(dst, src, n);
        break;
    case TRANSFER_SLOG3:
        k->convert->slog3_encode(dst, src, n);
        break;
    case TRANSFER_ACESCCT:
        k->lut->acescct_encode(dst, src, n);
        break;
    }
}

void transfer_decode(const struct kern *k, enum transfer t, float *dst,
                     const float *src, size_t n)
{
    const struct kern_power power = power_of(t);

    switch (t) {
    case TRANSFER_LINEAR:
        if (dst != src)
            memcpy(dst, src, n * sizeof(float));
        break;
    case TRANSFER_SRGB:
        k->convert->to_linear(dst, src, n);
        break;
    case TRANSFER_REC709:
    case TRANSFER_GAMMA22:
        k->convert->power_decode(dst, src, n, &power);
        break;
    case TRANSFER_GAMMA24:
        k->hdr->bt1886_decode(dst, src, n);
        break;
    case TRANSFER_PQ:
        k->convert->pq_decode(dst, src, n);
        break;
    case TRANSFER_HLG:
        k->convert->hlg_decode(dst, src, n);
        break;
    case TRANSFER_LOGC3:
        k->convert->logc3_decode(dst, src, n);
        break;
    case TRANSFER_SLOG3:
        k->convert->slog3_decode(dst, src, n);
        break;
    case TRANSFER_ACESCCT:
        k->lut->acescct_decode(dst, src, n);
        break;
    }
}
