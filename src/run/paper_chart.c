/* The numbers of a report's drawings. */

#include <math.h>

#include "run/paper_int.h"

/* The drawing is 420 wide; its text is 13 high. */
#define BAR_X     70
#define BAR_MOST  215
#define BAR_STEP  26
#define BINS_MOST 24
#define HIST_W    400
#define HIST_H    120

json_t *paper_bytes(double bytes)
{
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB"};
    int i = 0;

    for (; bytes >= 999.5 && i < 4; i++)
        bytes /= 1000;
    return json_sprintf("%.*f %s", i && bytes < 99.95 ? 1 : 0, bytes, unit[i]);
}

json_t *paper_seconds(double s)
{
    if (s < 9.995)
        return json_sprintf("%.2f s", s);
    if (s < 59.95)
        return json_sprintf("%.1f s", s);
    if (s < 3600)
        return json_sprintf("%d:%02d min", (int)s / 60, (int)s % 60);
    return json_sprintf("%d:%02d h", (int)s / 3600, (int)s / 60 % 60);
}

json_t *paper_stages(const struct stage_times *t)
{
    json_t *bars = json_array();
    int64_t all = 0, most = 1;

    for (int i = 0; i < STAGE_COUNT; i++) {
        all += t->wall_ns[i];
        most = t->wall_ns[i] > most ? t->wall_ns[i] : most;
    }
    if (all == 0) {
        json_decref(bars);
        return json_null();
    }
    for (int i = 0; i < STAGE_COUNT; i++) {
        const double w = BAR_MOST * (double)t->wall_ns[i] / (double)most;

        json_array_append_new(
            bars,
            json_pack("{s:s, s:o, s:o, s:i, s:i, s:o, s:o}", "stage",
                      stage_name((enum stage)i), "seconds",
                      paper_seconds((double)t->wall_ns[i] * 1e-9), "share",
                      json_sprintf("%.0f %%",
                                   (double)t->wall_ns[i] * 100 / (double)all),
                      "y", i * BAR_STEP + 4, "text_y", i * BAR_STEP + 18,
                      "width", json_sprintf("%.1f", w), "value_x",
                      json_sprintf("%.1f", BAR_X + w + 6)));
    }
    return json_pack("{s:o, s:i}", "bars", bars, "height",
                     STAGE_COUNT * BAR_STEP);
}

/* Of files that were made now. */
static bool counts(const struct record_entry *entry)
{
    return entry->status == FILE_DONE;
}

/* The least of 1, 2, 5 times a power of ten that makes few enough bins. */
static double bin_width(double most)
{
    double step = pow(10, floor(log10(most / BINS_MOST)));

    for (int i = 0; ceil(most / step) > BINS_MOST; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

/* Counts files per bin; the highest count. */
static int fill_bins(const struct record *r, double width, int bin[BINS_MOST])
{
    int highest = 0;

    for (int i = 0; i < record_count(r); i++) {
        int at;

        if (!counts(record_entry(r, i)))
            continue;
        at = (int)((double)record_entry(r, i)->seconds / width);
        at = at < BINS_MOST ? at : BINS_MOST - 1;
        if (++bin[at] > highest)
            highest = bin[at];
    }
    return highest;
}

static json_t *draw_bins(const int *bin, int bins, double width, int highest)
{
    const double w = (double)HIST_W / bins;
    json_t *bars = json_array();

    for (int i = 0; i < bins; i++) {
        const double h = (double)HIST_H * bin[i] / highest;

        if (bin[i])
            json_array_append_new(
                bars, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "x",
                                json_sprintf("%.1f", 10 + i * w + 1), "y",
                                json_sprintf("%.1f", 20 + HIST_H - h), "w",
                                json_sprintf("%.1f", w - 2), "h",
                                json_sprintf("%.1f", h), "from",
                                json_sprintf("%g", i * width), "to",
                                json_sprintf("%g", (i + 1) * width), "files",
                                bin[i]));
    }
    return bars;
}

json_t *paper_histogram(const struct record *r)
{
    int bin[BINS_MOST] = {0}, files = 0, bins, highest;
    double most = 0, sum = 0, width;

    for (int i = 0; i < record_count(r); i++)
        if (counts(record_entry(r, i))) {
            const double s = (double)record_entry(r, i)->seconds;

            files++;
            sum += s;
            most = s > most ? s : most;
        }
    if (files < 2 || most <= 0)
        return json_null();
    width = bin_width(most);
    bins = (int)ceil(most / width);
    highest = fill_bins(r, width, bin);
    return json_pack(
        "{s:o, s:i, s:i, s:o, s:o, s:o}", "bars",
        draw_bins(bin, bins < BINS_MOST ? bins : BINS_MOST, width, highest),
        "highest", highest, "files", files, "most",
        json_sprintf("%g s", bins * width), "mean", paper_seconds(sum / files),
        "longest", paper_seconds(most));
}
