/* Depth to files. */

#include "run/depth_save.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "run/depth_stats.h"
#include "run/legend.h"

const char *const depth_views[] = {"none", "turbo", "inferno", "grey", NULL};

/*
 * Turbo: A. Mikhailov, "Turbo, An Improved Rainbow Colormap", 2019, in the
 * polynomials that R. Du fitted for it (blue is off by 0.13 at the dark end).
 * Inferno: S. van der Walt and N. Smith for matplotlib, 2015, in those of
 * M. Zucker (0.02).
 */
static const double turbo[6][3] = {
    {0.13572138, 0.09140261, 0.10667330},
    {4.61539260, 2.19418839, 12.64194608},
    {-42.66032258, 4.84296658, -60.58204836},
    {132.13108234, -14.18503333, 110.36276771},
    {-152.94239396, 4.27729857, -89.90310912},
    {59.28637943, 2.82956604, 27.34824973},
};
static const double inferno[7][3] = {
    {0.000218940, 0.001651005, -0.019480898},
    {0.106513419, 0.563956437, 3.932712389},
    {11.602493082, -3.972853966, -15.942394106},
    {-41.703996131, 17.436398882, 44.354145199},
    {77.162935699, -33.402358942, -81.807309257},
    {-71.319428245, 32.626064264, 73.209519858},
    {25.131126225, -12.242668952, -23.070325003},
};

void depth_color(enum depth_view view, float t, float rgb[3])
{
    const double x = fmin(fmax((double)t, 0), 1);

    for (int c = 0; c < 3; c++) {
        double v = x;

        if (view == VIEW_TURBO) {
            v = turbo[5][c];
            for (int i = 4; i >= 0; i--)
                v = v * x + turbo[i][c];
        } else if (view == VIEW_INFERNO) {
            v = inferno[6][c];
            for (int i = 5; i >= 0; i--)
                v = v * x + inferno[i][c];
        }
        rgb[c] = (float)fmin(fmax(v, 0), 1);
    }
}

float depth_white(const struct depth_full *d)
{
    struct depth_stats s;

    if (d->info.kind == DEPTH_RELATIVE)
        return 1;
    depth_stats(d, &s);
    return fminf(1.05f * s.max, 40 * s.percentile[DEPTH_PERCENTILES / 2]);
}

static uint8_t byte(float v)
{
    return (uint8_t)(fminf(fmaxf(v, 0), 1) * 255 + 0.5f);
}

struct out {
    const struct depth_full *d;
    const struct legend *legend; /* of a view */
    struct picture pic;
    float white;
};

static void make_row(const struct out *o, int y, uint8_t *raw)
{
    const struct depth_full *d = o->d;
    const float *v = d->v + (size_t)y * (size_t)d->w;
    const bool metric = d->info.kind == DEPTH_METRIC;

    if (o->legend) {
        for (int x = 0; x < d->w; x++) {
            float rgb[3];

            depth_color(o->legend->view, legend_place(o->legend, v[x]), rgb);
            for (int c = 0; c < 3; c++)
                raw[3 * x + c] = byte(rgb[c]);
        }
        return;
    }
    for (int x = 0; x < d->w; x++) {
        const float f = metric && depth_is_sky(&d->info, v[x]) ? INFINITY
                                                               : v[x];
        const float share = fminf(fmaxf(v[x] / o->white, 0), 1);
        const uint16_t code = (uint16_t)(share * 65535 + 0.5f);

        if (o->pic.fmt.type == SAMPLE_F32)
            memcpy(raw + 4 * x, &f, 4);
        else
            memcpy(raw + 2 * x, &code, 2);
    }
}

static int write_rows(const struct out *o, struct writer *w, struct err *e)
{
    const size_t row = (size_t)o->pic.w * pixfmt_bytes(&o->pic.fmt);
    struct buf packed = {.max = SIZE_MAX / 2};
    uint8_t *raw = mem_array((size_t)w->chunk_rows, row);
    int rc = raw ? 0 : err_mem(e, row * (size_t)w->chunk_rows);

    for (int y = 0, i = 0; rc == 0 && y < o->pic.h; y += w->chunk_rows, i++) {
        const int left = o->pic.h - y;
        const int rows = left < w->chunk_rows ? left : w->chunk_rows;

        for (int k = 0; k < rows; k++)
            if (y + k < o->d->h)
                make_row(o, y + k, raw + (size_t)k * row);
            else
                legend_row(o->legend, o->d->w, y + k - o->d->h,
                           raw + (size_t)k * row);
        packed.len = 0;
        if (w->packs)
            TRY(w->codec->pack(w, 0, i, raw, rows, &packed, e));
        TRY(w->codec->put(w, i, w->packs ? packed.data : raw,
                          w->packs ? packed.len : row * (size_t)rows, rows, e));
    }
out:
    buf_release(&packed);
    mem_free(raw);
    return rc;
}

static int describe(struct out *o, const struct codec *codec, struct err *e)
{
    static const char channel[] = "f 1 -1\n2 1 Z\n";
    int rc;

    TRY(meta_new(&o->pic.meta, e));
    if (text_is(codec->name, "exr") && !o->legend)
        TRY(meta_add_item(o->pic.meta, "exr", "channels", "samples", channel,
                          sizeof(channel) - 1, e));
out:
    return rc;
}

int depth_save(const struct depth_full *d, const char *path,
               enum depth_view view, bool floats, bool replace, struct err *e)
{
    const struct codec *codec = codec_for_ext(path_ext(path));
    struct outfile f = {.fd = -1};
    struct writer *w = NULL;
    struct legend legend;
    struct out o = {.d = d, .pic = {.w = d->w, .h = d->h, .pages = 1}};
    int rc;

    if (!codec || text_is(codec->name, "jpeg"))
        return err_set(e, ERR_ARG, "'%s': depth is written as PNG, TIFF or EXR",
                       path);
    o.pic.fmt = (struct pixfmt){SAMPLE_U16, 1, 0, -1, false, false};
    if (text_is(codec->name, "exr") || (floats && text_is(codec->name, "tiff")))
        o.pic.fmt.type = SAMPLE_F32;
    if (view != VIEW_NONE) {
        if (text_is(codec->name, "exr"))
            return err_set(e, ERR_ARG, "'%s': a view is a PNG or TIFF", path);
        legend_init(&legend, view, d);
        o.legend = &legend;
        o.pic.fmt = (struct pixfmt){SAMPLE_U8, 3, 0, -1, false, false};
        o.pic.h += legend_height(d->w);
    }
    o.white = depth_white(d);
    TRY(describe(&o, codec, e));
    TRY(outfile_open(&f, path, e));
    TRY(codec->create(&f, &o.pic, 64, 1, &w, e));
    TRY(write_rows(&o, w, e));
    TRY(codec->finish(w, e));
    TRY(outfile_commit(&f, replace, e));
out:
    if (w)
        codec->abort(w);
    outfile_abandon(&f);
    picture_release(&o.pic);
    return rc;
}
