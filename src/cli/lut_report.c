/* Differences between LUTs, in words and in JSON. */

#include "cli/lut_report.h"

#include "cli/json.h"

void lut_code_text(double code, char text[static 48])
{
    snprintf(text, 48, "%.3g (%.3g of 255)", code, code * 255);
}

static json_t *color(const double v[3])
{
    return json_pack("[fff]", v[0], v[1], v[2]);
}

json_t *lut_gap_json(const struct lut_gap *gap)
{
    return json_pack("{s:f, s:f, s:o, s:f, s:f, s:o, s:I}", "code_mean",
                     gap->code_mean, "code_max", gap->code_max, "code_max_at",
                     color(gap->worst), "ciede2000_mean", gap->look_mean,
                     "ciede2000_max", gap->look_max, "ciede2000_max_at",
                     color(gap->looks_worst), "colours",
                     (json_int_t)gap->count);
}

void lut_gap_put(FILE *out, const struct lut_gap *gap)
{
    char mean[48], max[48];

    lut_code_text(gap->code_mean, mean);
    lut_code_text(gap->code_max, max);
    fprintf(out, "code values  %s on average, %s at most, at %.4g %.4g %.4g\n",
            mean, max, gap->worst[0], gap->worst[1], gap->worst[2]);
    fprintf(out,
            "CIEDE2000    %.3g on average, %.3g at most, at %.4g %.4g %.4g\n",
            gap->look_mean, gap->look_max, gap->looks_worst[0],
            gap->looks_worst[1], gap->looks_worst[2]);
}
