/* Box averages of the whole source, in one pass over its strips. */

#include "kern/convert.h"
#include "kern/point.h"
#include "run/proxy.h"

#define BAND_ROWS 64

struct proxy_job {
    const struct render *r;
    struct source *s;
    struct image *image;
    int f;    /* pixels per proxy pixel */
    int rows; /* proxy rows of a task */
    int planes;
};

static struct rows source_rows(const struct proxy_job *j, int index)
{
    const int h = j->r->reader->pic.h, n = j->f * j->rows;
    const int64_t y0 = (int64_t)index * n, y1 = y0 + n;

    return (struct rows){(int)y0, y1 < h ? (int)y1 : h};
}

/* One row of the proxy from up to f rows of the source. */
static void average(const struct proxy_job *j, int y, float *const row[],
                    struct arena *scratch)
{
    const struct kern *k = j->r->k;
    const struct picture *pic = &j->r->reader->pic;
    const struct view *v = &j->image->v;
    const size_t n = (size_t)v->w;
    const int y0 = y * j->f, y1 = y0 + j->f < pic->h ? y0 + j->f : pic->h;
    const int tail = pic->w - (v->w - 1) * j->f;
    const float area = 1.0f / (float)(j->f * (y1 - y0));

    for (int i = y0; i < y1; i++) {
        arena_reset(scratch);
        convert_in(j->r->in, k, source_row(j->s, i), (size_t)pic->w, row,
                   scratch);
        for (int p = 0; p < 3; p++)
            k->convert->box_add(row_of(v, p, y), row[p], (size_t)pic->w, j->f);
    }
    for (int p = 0; p < 3; p++) {
        float *dst = row_of(v, p, y);

        k->point->scale_bias(dst, dst, n, area, 0.0f);
        dst[n - 1] *= (float)j->f / (float)tail;
    }
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct proxy_job *j = arg;
    const struct rows src = source_rows(j, index);
    const size_t pitch = view_pitch(j->r->reader->pic.w);
    float *row[IMAGE_PLANES_MAX], *block = NULL;
    struct arena scratch = {0};
    struct span span;
    int rc;

    TRY(source_pin(j->s, slot, src.y0, src.y1, e));
    block = mem_array(pitch * (size_t)j->planes, sizeof(float));
    if (!block) {
        rc = err_mem(e, pitch * (size_t)j->planes * sizeof(float));
        goto out;
    }
    for (int p = 0; p < j->planes; p++)
        row[p] = block + (size_t)p * pitch;
    TRY(arena_init(&scratch, convert_scratch(j->r->in, j->r->reader->pic.w),
                   e));
    span = span_begin(STAGE_PROXY, j->r->times, j->r->label, index);
    for (int y = src.y0 / j->f; y * j->f < src.y1; y++)
        average(j, y, row, &scratch);
    span_end(&span, 0);
    source_unpin(j->s, src.y0, src.y1);
    rc = 0;
out:
    arena_release(&scratch);
    mem_free(block);
    return rc;
}

int proxy_make(const struct render *r, struct source *s, struct image **out,
               struct err *e)
{
    const int f = chain_proxy_factor(r->chain);
    const int w = (r->reader->pic.w + f - 1) / f;
    const int h = (r->reader->pic.h + f - 1) / f;
    struct proxy_job j = {
        r, s, NULL, f, (BAND_ROWS + f - 1) / f, convert_planes(r->in)};
    const int n = (h + j.rows - 1) / j.rows;
    int rc;

    TRY(image_new(w, h, 3, &j.image, e));
    source_pass(s, false);
    for (int i = 0; i < n; i++)
        source_announce(s, source_rows(&j, i).y0, source_rows(&j, i).y1);
    TRY(pool_run(r->pool, n, task, &j, e));
    *out = j.image;
    j.image = NULL;
out:
    image_free(j.image);
    return rc;
}
