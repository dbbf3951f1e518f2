/* What docs/luts.md says below "## Shipped LUTs". */

#include "base/text.h"
#include "cli/page.h"
#include "codec/lut_shipped.h"
#include "run/lut_facts.h"

static const char *yes(bool b)
{
    return b ? "yes" : "no";
}

static void facts(FILE *out, const char *name, const struct lut_facts *f)
{
    const bool falls = f->axis[0].falls > 0 || f->axis[1].falls > 0 ||
                       f->axis[2].falls > 0;

    fprintf(
        out, "| `%s` | %s | %s | %.1f, %.1f | %s | %s | %.3f, %s | %.1f |\n",
        name, yes(lut_keeps_white(f)), yes(lut_keeps_black(f)), f->drift_mean,
        f->drift_max, yes(!falls), yes(f->folded == 0 && f->flat == 0), f->bend,
        lut_risk(f), f->identity_mean);
}

static int table(FILE *out, struct err *e)
{
    struct lut *lut = NULL;
    int rc = 0;

    for (const struct shipped *s = shipped_luts; s->name; s++) {
        struct lut_facts f;

        TRY(lut_load(s->name, &lut, e));
        TRY(lut_measure(lut, &f, e));
        facts(out, s->name, &f);
        lut_free(lut);
        lut = NULL;
    }
out:
    lut_free(lut);
    return rc;
}

static int list(FILE *out, struct err *e)
{
    struct lut_recipe r;
    int rc = 0;

    for (const struct shipped *s = shipped_luts; s->name; s++) {
        TRY(lut_shipped_recipe(s->name, &r, e));
        fprintf(out, "- `%s`: %s\n", s->name, r.doc);
    }
out:
    return rc;
}

int markdown_luts(FILE *out, struct err *e)
{
    int rc;

    fputs("\nThe rest of this page is made by `tools/gendocs` from `luts/` and "
          "`src/codec`; do\nnot edit it.\n\n"
          "A name without a dot and a slash is one of these, made in memory "
          "when it is used:\n`--lut3d.file=print_2393`, in a look\n"
          "`- lut3d: {file: print_2393, input: rec709}`. As `.cube` files they "
          "are installed in\n`share/portal/luts`.\n\n",
          out);
    TRY(list(out, e));
    fputs("\nWhat `portal lut info` measures of each: whether white and black "
          "stay, how far greys\ndrift (CIEDE2000, on average and at most), "
          "whether every channel rises along its\naxis, whether no two colours "
          "become one, the largest second difference from node to\nnode with "
          "the risk of bands, and how far colours move on average "
          "(CIEDE2000).\n\n"
          "| table | white | black | greys | rises | one to one | bends | "
          "change |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |\n",
          out);
    TRY(table(out, e));
    fputs(
        "\n### Making your own\n\n"
        "A table is made of the values below; the defaults change nothing. "
        "`portal lut values\nNAME` prints what one of the program's is made "
        "of, to begin with:\n\n"
        "```sh\n"
        "portal lut values wood_warm >mine.yaml\n"
        "portal lut make mine.yaml --set warmth=6 -o mine.cube\n"
        "```\n\n"
        "Code values of a display go in and come out; light is their power "
        "2.4 (BT.1886), with\nthe primaries of BT.709. The stages, in this "
        "order:\n\n"
        "1. Exposure and the colour of the light, per channel: gains that "
        "hold black and\n   white (x g / (1 + x (g - 1))), or with `white: "
        "tint` plain ones.\n"
        "2. Saturation and six bands of hue, in the coordinates of the cube "
        "itself. Loss of\n   colour goes towards the grey that is as bright; "
        "gain weakens the weaker channels, as\n   more dye does. Greys stay.\n"
        "3. Film, by densities: log exposure of three layers, their "
        "characteristic curves, dyes\n   with their unwanted absorptions, "
        "transmittance. The print's grey patch has the\n   laboratory aim "
        "densities 1.09, 1.06, 1.03 (status A); a negative of slope 0.6 goes\n"
        "   in front of it on demand. Our own curves, in the manner of such "
        "films.\n"
        "4. Per channel: contrast, shadows, highlights, gamma, gain, lift, "
        "split tones, matte.\n\n"
        "Every stage takes the cube into the cube and rises in what it "
        "changes: nothing is\nclipped, greys never fall, white with `white: "
        "keep` and black without `lift` and\n`matte` stay exactly.\n",
        out);
    markdown_params(out, lut_params);
out:
    return rc;
}
