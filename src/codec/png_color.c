/*
 * The colour chunks of PNG, third edition, section 4.3: cICP before iCCP
 * before sRGB before gAMA and cHRM.
 */

#include "codec/png.h"

#include <math.h>
#include <string.h>

#include "codec/blocks.h"

#define ICC_MAX ((size_t)64 << 20)

/* Code points of ITU-T H.273 that we know, both ways. */
static const struct code {
    uint8_t code;
    enum space space;
} code_primaries[] = {{1, SPACE_SRGB}, {9, SPACE_REC2020}, {12, SPACE_P3}};

static const struct transfer {
    uint8_t code;
    enum { T_709, T_GAMMA22, T_GAMMA28, T_LINEAR, T_SRGB, T_PQ, T_HLG } kind;
} code_transfer[] = {
    {13, T_SRGB},   {16, T_PQ},     {18, T_HLG}, {1, T_709},  {8, T_LINEAR},
    {4, T_GAMMA22}, {5, T_GAMMA28}, {6, T_709},  {14, T_709}, {15, T_709},
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int color_of_codes(uint8_t primaries, uint8_t transfer,
                          struct color **out, struct err *e)
{
    const struct primaries *p = NULL;
    struct color *rec709 = NULL;
    struct curve curve;
    char name[40];
    size_t t;
    int rc = 0;

    for (size_t i = 0; i < COUNT(code_primaries); i++)
        if (code_primaries[i].code == primaries)
            p = space_primaries(code_primaries[i].space);
    for (t = 0; t < COUNT(code_transfer); t++)
        if (code_transfer[t].code == transfer)
            break;
    if (!p || t == COUNT(code_transfer))
        return err_set(e, ERR_DATA, "codes %d/%d are unknown", primaries,
                       transfer);
    switch (code_transfer[t].kind) {
    case T_709:
        TRY(color_from_space(SPACE_REC709, false, &rec709, e));
        curve = rec709->curve[0];
        break;
    case T_GAMMA22:
        curve = curve_gamma(2.2);
        break;
    case T_GAMMA28:
        curve = curve_gamma(2.8);
        break;
    case T_LINEAR:
        curve = curve_named(CURVE_LINEAR);
        break;
    case T_SRGB:
        curve = curve_srgb();
        break;
    case T_PQ:
        curve = curve_named(CURVE_PQ);
        break;
    case T_HLG:
        curve = curve_named(CURVE_HLG);
        break;
    }
    snprintf(name, sizeof(name), "cICP %d/%d", primaries, transfer);
    TRY(color_from_primaries(p, &curve, name, out, e));
out:
    color_free(rec709);
    return rc;
}

static int read_cicp(const struct meta *m, int colors, struct color **out,
                     struct err *e)
{
    const struct blob *b = &png_item(m, "cICP")->data;

    (void)colors;
    if (b->len != 4 || b->data[2] != 0 || b->data[3] != 1)
        return err_set(e, ERR_DATA, "it is not full-range RGB");
    if (b->data[0] == 1 && b->data[1] == 13)
        return color_from_space(SPACE_SRGB, false, out, e);
    if (b->data[0] == 12 && b->data[1] == 13)
        return color_from_space(SPACE_P3, false, out, e);
    return color_of_codes(b->data[0], b->data[1], out, e);
}

int png_iccp_unpack(const uint8_t *chunk, size_t len, struct buf *icc,
                    struct err *e)
{
    const uint8_t *end = memchr(chunk, 0, len);

    if (!end || chunk + len - end < 3 || end[1] != 0)
        return err_set(e, ERR_DATA, "its header is damaged");
    end += 2;
    return png_inflate(end, (size_t)(chunk + len - end), icc, e);
}

static int read_iccp(const struct meta *m, int colors, struct color **out,
                     struct err *e)
{
    const struct blob *b = &png_item(m, "iCCP")->data;
    struct buf icc = {.max = ICC_MAX};
    int rc;

    TRY(png_iccp_unpack(b->data, b->len, &icc, e));
    TRY(color_from_icc(icc.data, icc.len, colors, out, e));
out:
    buf_release(&icc);
    return rc;
}

static int read_srgb(const struct meta *m, int colors, struct color **out,
                     struct err *e)
{
    (void)m, (void)colors;
    return color_from_space(SPACE_SRGB, false, out, e);
}

static int read_gama(const struct meta *m, int colors, struct color **out,
                     struct err *e)
{
    const struct meta_item *gama = png_item(m, "gAMA");
    const struct meta_item *chrm = png_item(m, "cHRM");
    struct primaries p = *space_primaries(SPACE_SRGB);
    struct curve curve;
    double gamma;

    (void)colors;
    gamma = gama->data.len == 4 ? png_u32(gama->data.data) / 1e5 : 0;
    if (gamma < 0.01 || gamma > 100)
        return err_set(e, ERR_DATA, "its value cannot be");
    if (chrm && chrm->data.len != 32)
        return err_set(e, ERR_DATA, "cHRM is damaged");
    for (int i = 0; chrm && i < 8; i++) /* white, red, green, blue */
        p.xy[(i / 2 + 3) % 4][i % 2] =
            png_u32(chrm->data.data + 4 * (size_t)i) / 1e5;
    curve = fabs(gamma - 1) < 1e-9 ? curve_named(CURVE_LINEAR)
                                   : curve_gamma(1 / gamma);
    return color_from_primaries(&p, &curve, chrm ? "gAMA and cHRM" : "gAMA",
                                out, e);
}

/* By priority. */
static const struct source {
    const char *chunk, *from;
    int (*read)(const struct meta *m, int colors, struct color **out,
                struct err *e);
} sources[] = {
    {"cICP", "cICP", read_cicp},
    {"iCCP", "ICC", read_iccp},
    {"sRGB", "sRGB", read_srgb},
    {"gAMA", "gAMA", read_gama},
};

int png_color_read(const struct meta *m, int colors, struct color **out,
                   char from[24], char warning[200], struct err *e)
{
    struct err why = {0};

    *out = NULL;
    for (size_t i = 0; i < COUNT(sources); i++) {
        const struct source *s = &sources[i];
        int rc;

        if (!png_item(m, s->chunk))
            continue;
        rc = s->read(m, colors, out, &why);
        if (rc == 0) {
            const bool both = s->read == read_gama && png_item(m, "cHRM");

            snprintf(from, 24, "%s", both ? "gAMA+cHRM" : s->from);
            return 0;
        }
        if (rc == ERR_MEM)
            return err_set(e, ERR_MEM, "%s", why.text);
        if (!warning[0])
            snprintf(warning, 200, "chunk '%s' cannot be used: %.120s",
                     s->chunk, why.text);
    }
    return 0;
}

static bool same_icc(const struct color *a, const struct color *b)
{
    return a->icc_len == b->icc_len &&
           (a->icc_len == 0 || !memcmp(a->icc, b->icc, a->icc_len));
}

/* Whether the chunks that came with the picture still say its colour. */
static int is_unchanged(const struct picture *pic, bool *same, struct err *e)
{
    struct color *was = NULL;
    char from[24] = "", warning[200] = "";
    int rc;

    TRY(png_color_read(pic->meta, pic->fmt.colors, &was, from, warning, e));
    *same = !was || !pic->color
                ? was == pic->color
                : color_equal(was, pic->color) && same_icc(was, pic->color);
out:
    color_free(was);
    return rc;
}

static const char *const color_chunks[] = {
    "cICP", "mDCV", "cLLI", "mDCv", "cLLi", "iCCP", "sRGB", "gAMA", "cHRM"};

static int copy(const struct picture *pic, struct buf *out, bool *any,
                struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < COUNT(color_chunks); i++) {
        const struct meta_item *item = png_item(pic->meta, color_chunks[i]);

        if (!item)
            continue;
        *any = true;
        TRY(png_chunk(out, item->key, item->data.data, item->data.len, e));
    }
out:
    return rc;
}

static int add_iccp(const void *icc, size_t len, struct buf *out, struct err *e)
{
    static const char name[] = "ICC profile"; /* with its NUL */
    struct buf chunk = {.max = ICC_MAX * 2};
    int rc;

    TRY(buf_add(&chunk, name, sizeof(name), e));
    TRY(buf_add(&chunk, "", 1, e));
    TRY(png_deflate(icc, len, &chunk, e));
    TRY(png_chunk(out, "iCCP", chunk.data, chunk.len, e));
out:
    buf_release(&chunk);
    return rc;
}

static int add_srgb(struct buf *out, struct err *e)
{
    static const uint32_t chrm[8] = {31270, 32900, 64000, 33000,
                                     30000, 60000, 15000, 6000};
    uint8_t gama[4], bytes[32];
    int rc;

    png_put_u32(gama, 45455);
    for (int i = 0; i < 8; i++)
        png_put_u32(bytes + 4 * (size_t)i, chrm[i]);
    TRY(png_chunk(out, "sRGB", "", 1, e));
    TRY(png_chunk(out, "gAMA", gama, 4, e));
    TRY(png_chunk(out, "cHRM", bytes, 32, e));
out:
    return rc;
}

/* The code points that mean this colour, or *found is false. */
static int find_codes(const struct color *c, uint8_t codes[4], bool *found,
                      struct err *e)
{
    struct err ignored = {0};

    *found = false;
    for (size_t p = 0; p < COUNT(code_primaries); p++)
        for (size_t t = 0; t < COUNT(code_transfer); t++) {
            struct color *coded = NULL;
            int rc;

            codes[0] = code_primaries[p].code;
            codes[1] = code_transfer[t].code;
            codes[2] = 0;
            codes[3] = 1;
            rc = color_of_codes(codes[0], codes[1], &coded, &ignored);
            if (rc == ERR_MEM)
                return err_set(e, ERR_MEM, "%s", ignored.text);
            *found = rc == 0 && color_equal(coded, c);
            color_free(coded);
            if (*found)
                return 0;
        }
    return 0;
}

int png_color_write(const struct picture *pic, struct buf *out, struct err *e)
{
    const struct color *c = pic->color;
    bool same = false, any = false, found = false;
    uint8_t codes[4], *made = NULL;
    const uint8_t *icc = NULL;
    size_t len = 0;
    int rc;

    TRY(is_unchanged(pic, &same, e));
    if (same)
        TRY(copy(pic, out, &any, e));
    if (any)
        goto out;
    if (c && !c->icc_len)
        TRY(find_codes(c, codes, &found, e));
    if (found) {
        if (codes[0] == 1 && codes[1] == 13) {
            TRY(add_srgb(out, e));
            goto out;
        }
        TRY(png_chunk(out, "cICP", codes, 4, e));
    }
    TRY(icc_for(pic, &icc, &len, &made, e));
    if (icc)
        TRY(add_iccp(icc, len, out, e));
out:
    mem_free(made);
    return rc;
}
