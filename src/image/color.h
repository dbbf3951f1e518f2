#ifndef IMAGE_COLOR_H
#define IMAGE_COLOR_H

/*
 * What sample values mean: primaries, white and transfer curve, from a name or
 * from an ICC profile. The working space of the whole project is linear light,
 * Rec.2020 primaries, D65.
 *
 * A space that is a matrix and curves (sRGB, Adobe RGB, ProPhoto, all "matrix/
 * TRC" profiles) is computed by our own kernels; everything else (LUT profiles,
 * CMYK, Lab) goes through lcms2. Matrices are made in double from published
 * chromaticities; adaptation between whites is Bradford unless said otherwise.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct mat3 {
    double m[3][3]; /* out[i] = sum over j of m[i][j] * in[j] */
};

struct mat3 mat3_mul(const struct mat3 *a, const struct mat3 *b);
bool mat3_invert(const struct mat3 *a, struct mat3 *out);
bool mat3_is_identity(const struct mat3 *a, double tolerance);

/* Named spaces. */
enum space {
    SPACE_SRGB,
    SPACE_P3, /* Display P3: D65, sRGB curve */
    SPACE_ADOBERGB,
    SPACE_PROPHOTO, /* ROMM RGB: D50, 1.8 with a linear toe */
    SPACE_REC709,
    SPACE_REC2020,
    SPACE_ACESCG,
    SPACE_ACES2065,
    SPACE_COUNT,
};

/* Transfer functions: encoded value to light ("decode") and back. */
enum curve_kind {
    CURVE_LINEAR,
    CURVE_POWER, /* ICC parametric type 4; sRGB, gamma, Rec.709, ProPhoto */
    CURVE_PQ,    /* SMPTE ST 2084; light 1.0 = 203 cd/m2 (BT.2408)        */
    CURVE_HLG,   /* ARIB STD-B67 / BT.2100, scene light, 1.0 at signal .75 */
    CURVE_LOGC3, /* ARRI LogC3, EI 800                                     */
    CURVE_SLOG3, /* Sony S-Log3                                            */
    CURVE_TABLE, /* sampled curve of an ICC profile                        */
};

/*
 * CURVE_POWER: light = x >= d ? (a x + b)^g + e : c x + f (letters as in
 * ICC.1:2010, table 65), with 0.01 < g < 100, a > 0, c >= 0. Negative values
 * are mirrored; the camera curves continue their linear part; tables clamp to
 * 0 … 1.
 */
struct curve {
    enum curve_kind kind;
    double g, a, b, c, d, e, f;
    int points;   /* table: samples of the curve over 0 … 1, at least 2 */
    float *table; /* owned by the struct color it belongs to            */
};

struct curve curve_named(enum curve_kind kind); /* POWER: the sRGB curve */
struct curve curve_gamma(double gamma);         /* 1: CURVE_LINEAR */
struct curve curve_srgb(void);

/* Whether two curves decode 0 … 1 alike within 1/65535 of an encoded value. */
bool curve_equal(const struct curve *a, const struct curve *b);

/* Reference evaluation in double: the kernels are tested against these. */
double curve_decode(const struct curve *c, double encoded);
double curve_encode(const struct curve *c, double light);

enum adapt { ADAPT_BRADFORD, ADAPT_CAT16 };

/* Chromaticities x y of red, green, blue, white. */
struct primaries {
    double xy[4][2];
};

const struct primaries *space_primaries(enum space s);
const char *space_name(enum space s); /* "srgb", "p3", … as on the CLI */
bool space_find(const char *name, enum space *s);
struct curve space_curve(enum space s);

/* White of the profile connection space (ICC.1:2010, 6.3.1). */
extern const double color_d50[2];

/* Linear RGB of these primaries to XYZ of their own white (Y = 1). */
struct mat3 primaries_to_xyz(const struct primaries *p);
struct mat3 adapt_matrix(const double from_xy[2], const double to_xy[2],
                         enum adapt method);

/* Linear RGB of one set of primaries to linear RGB of another. */
struct mat3 primaries_convert(const struct primaries *from,
                              const struct primaries *to, enum adapt method);

enum color_kind {
    COLOR_MATRIX, /* curves and a matrix: the fast path            */
    COLOR_GREY,   /* one curve                                     */
    COLOR_ICC,    /* anything else: lcms2                          */
};

struct color {
    enum color_kind kind;
    struct curve curve[3];
    struct mat3 to_work;   /* linear RGB of this space to working space */
    struct mat3 from_work; /* and back                                  */
    double white[2];       /* x y of its own white; unknown: D50        */
    uint8_t *icc;          /* the profile's bytes, or NULL; owned       */
    size_t icc_len;
    bool can_write; /* false: the profile only works as a source */
    char name[80];  /* for people: "Display P3", the profile's description */
};

/* linear: scene or display light without a curve (float files). */
int color_from_space(enum space s, bool linear, struct color **out,
                     struct err *e);

/* ERR_DATA when the primaries span no triangle. The curve's table is copied. */
int color_from_primaries(const struct primaries *p, const struct curve *curve,
                         const char *name, struct color **out, struct err *e);

/*
 * Reads a profile for pictures of `channels` colours: 1 grey, 3 RGB, 4 CMYK.
 * Matrix/TRC profiles become COLOR_MATRIX (or COLOR_GREY); known curves are
 * recognised. A profile for something else, over 64 MB or that lcms2 refuses
 * is ERR_DATA; the caller then keeps the bytes, warns, and falls back on the
 * assumed space.
 */
int color_from_icc(const void *icc, size_t len, int channels,
                   struct color **out, struct err *e);
int color_copy(const struct color *c, struct color **out, struct err *e);
void color_free(struct color *c);

/*
 * Same meaning of every sample value (names and bytes may differ): curves as
 * curve_equal(), matrices within 1e-4; through lcms2, the same bytes.
 */
bool color_equal(const struct color *a, const struct color *b);

/*
 * The bytes of an ICC profile for a colour that came without one, in a fresh
 * block: version 2 where that suffices, else 4; the same bytes every time. A
 * colour with a profile gives that. ERR_ARG for PQ, HLG and camera curves,
 * which a profile cannot hold.
 */
int color_make_icc(const struct color *c, uint8_t **icc, size_t *len,
                   struct err *e);

#endif
