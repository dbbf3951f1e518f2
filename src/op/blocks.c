/* Blocks of pixels; see the header. */

#include "op/blocks.h"

#include <string.h>

#include "kern/point.h"
#include "op/row.h"

#define PAD BLOCK_STEP_MAX

int blocks_of(int pixels, int shift)
{
    return (pixels + (1 << shift) - 1) >> shift;
}

static size_t pitch_of(int w)
{
    return view_pitch(w + 2 * PAD + 16);
}

size_t sheet_bytes(const struct op_site *site, int shift, int rows)
{
    const size_t row = pitch_of(blocks_of(site->w, shift)) * sizeof(float);

    return BLOCK_KINDS * (row * (size_t)rows + 64);
}

static size_t half_bytes(int w)
{
    return op_row_bytes(w / 2 + 16, 1);
}

size_t blocks_bytes(const struct op_site *site, int shift, int rows)
{
    return 2 * sheet_bytes(site, shift, rows) + sheet_bytes(site, shift, 1) +
           (size_t)shift * 2 * BLOCK_KINDS * half_bytes(site->w);
}

void sheet_begin(struct sheet *s, const struct blocks *b, int rows)
{
    s->pitch = pitch_of(b->w);
    for (int i = 0; i < BLOCK_KINDS; i++)
        s->data[i] = arena_floats(b->job->scratch, s->pitch * (size_t)rows) + 1;
}

void blocks_begin(struct blocks *b, const struct op_job *job, int shift,
                  int rows)
{
    *b = (struct blocks){
        .job = job,
        .shift = shift,
        .w = blocks_of(job->src.w, shift),
        .h = blocks_of(job->src.h, shift),
    };
    sheet_begin(&b->now, b, rows);
    sheet_begin(&b->next, b, rows);
    for (int i = 0; i < shift; i++)
        for (int k = 0; k < 2 * BLOCK_KINDS; k++)
            b->half[i][k / BLOCK_KINDS][k % BLOCK_KINDS] =
                arena_floats(job->scratch, (size_t)job->src.w / 2 + 16);
    for (int i = 0; i < BLOCK_KINDS; i++)
        b->line[i] = arena_floats(job->scratch, pitch_of(b->w));
}

/* The last of an odd number of blocks is joined with itself. */
static void join_last(const struct blocks *b, float *const dst[BLOCK_KINDS],
                      const float *child[2][BLOCK_KINDS], int n)
{
    float twice[2][BLOCK_KINDS][2];
    const float *src[2][BLOCK_KINDS];
    float *last[BLOCK_KINDS];

    for (int k = 0; k < BLOCK_KINDS; k++) {
        for (int i = 0; i < 2; i++) {
            twice[i][k][0] = twice[i][k][1] = child[i][k][n - 1];
            src[i][k] = twice[i][k];
        }
        last[k] = dst[k] + n / 2;
    }
    b->job->k->band->join(last, src[0], src[1], 1);
}

/* Row y of blocks of 2^shift pixels: rows of the source, or dst filled. */
static void make_row(const struct blocks *b, int p, int shift, int y,
                     float *const dst[BLOCK_KINDS],
                     const float *out[BLOCK_KINDS])
{
    const struct view *src = &b->job->src;
    const float *child[2][BLOCK_KINDS];
    int n, h;

    if (shift == 0) {
        for (int i = 0; i < BLOCK_KINDS; i++)
            out[i] = row_near(src, p, y);
        return;
    }
    n = blocks_of(src->w, shift - 1);
    h = blocks_of(src->h, shift - 1);
    for (int i = 0; i < 2; i++)
        make_row(b, p, shift - 1, row_within(2 * y + i, h),
                 b->half[shift - 1][i], child[i]);
    b->job->k->band->join(dst, child[0], child[1], (size_t)n / 2);
    if (n % 2)
        join_last(b, dst, child, n);
    for (int i = 0; i < BLOCK_KINDS; i++)
        out[i] = dst[i];
}

void blocks_fill(struct blocks *b, int p, int y0, int y1)
{
    b->now.y0 = y0;
    b->now.y1 = y1;
    for (int y = y0; y < y1; y++) {
        float *dst[BLOCK_KINDS];
        const float *made[BLOCK_KINDS];

        for (int i = 0; i < BLOCK_KINDS; i++)
            dst[i] = sheet_row(&b->now, i, y);
        make_row(b, p, b->shift, y, dst, made);
        for (int i = 0; i < BLOCK_KINDS; i++)
            if (made[i] != dst[i])
                memcpy(dst[i], made[i], (size_t)b->w * sizeof(float));
    }
}

const float *blocks_padded(float *line, const float *src, int w, bool mean)
{
    float *row = line + PAD;

    memcpy(row, src, (size_t)w * sizeof(float));
    for (int i = 1; i <= PAD; i++) {
        const int in = mean && i < w ? i : 0;

        row[-i] = 2 * row[0] - row[in];
        row[w - 1 + i] = 2 * row[w - 1] - row[w - 1 - in];
    }
    return row;
}

/* Row y of means to be widened, above and below the picture too. */
static const float *mean_row(const struct blocks *b, int y, float *line)
{
    const int edge = row_within(y, b->h), mirror = 2 * edge - y;

    if (y == edge || mirror != row_within(mirror, b->h))
        return sheet_row(&b->next, BLOCK_MEAN, edge);
    b->job->k->point->mix(line, sheet_row(&b->next, BLOCK_MEAN, mirror),
                          sheet_row(&b->next, BLOCK_MEAN, edge), (size_t)b->w,
                          2);
    return line;
}

static void widen_across(struct blocks *b, int step, int y)
{
    const float *at[3][BLOCK_KINDS];
    float *dst[BLOCK_KINDS];

    for (int i = 0; i < BLOCK_KINDS; i++) {
        const float *row = blocks_padded(b->line[i], sheet_row(&b->now, i, y),
                                         b->w, i == BLOCK_MEAN);

        for (int j = 0; j < 3; j++)
            at[j][i] = row + (j - 1) * step;
        dst[i] = sheet_row(&b->next, i, y);
    }
    b->job->k->band->spread(dst, at[0], at[1], at[2], (size_t)b->w);
}

static void widen_down(struct blocks *b, int step, int y)
{
    const float *at[3][BLOCK_KINDS];
    float *dst[BLOCK_KINDS];

    for (int i = 0; i < BLOCK_KINDS; i++) {
        for (int j = 0; j < 3; j++)
            at[j][i] =
                sheet_row(&b->next, i, row_within(y + (j - 1) * step, b->h));
        dst[i] = sheet_row(&b->now, i, y);
    }
    at[0][BLOCK_MEAN] = mean_row(b, y - step, b->line[0]);
    at[2][BLOCK_MEAN] = mean_row(b, y + step, b->line[1]);
    b->job->k->band->spread(dst, at[0], at[1], at[2], (size_t)b->w);
}

void blocks_widen(struct blocks *b, int step, int y0, int y1)
{
    b->next.y0 = b->now.y0;
    b->next.y1 = b->now.y1;
    for (int y = b->now.y0; y < b->now.y1; y++)
        widen_across(b, step, y);
    b->now.y0 = y0;
    b->now.y1 = y1;
    for (int y = y0; y < y1; y++)
        widen_down(b, step, y);
}
