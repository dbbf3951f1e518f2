/* Shapes of apertures from pictures; see the header. */

#include "op/shape.h"

#include <math.h>

#include "base/file.h"
#include "codec/codec.h"
#include "codec/convert.h"
#include "image/image.h"

#define SHUT       (1.0 / 32)
#define MEMORY_MAX ((uint64_t)1 << 30)

/* Light of a row, encoded as it is. */
static void put_row(double *dst, float *const plane[], const struct pixfmt *fmt,
                    int n)
{
    for (int x = 0; x < n; x++) {
        double v = 0.2126 * (double)plane[0][x] + 0.7152 * (double)plane[1][x] +
                   0.0722 * (double)plane[2][x];

        if (fmt->alpha >= 0)
            v *= fmin(fmax((double)plane[3 + fmt->alpha][x], 0), 1);
        dst[x] = isfinite(v) ? fmax(v, 0) : 0;
    }
}

struct reading {
    struct reader *reader;
    struct convert *in;
    struct arena scratch;
    uint8_t *raw;
    float *planes;
};

static void reading_release(struct reading *r)
{
    mem_free(r->planes);
    mem_free(r->raw);
    arena_release(&r->scratch);
    convert_free(r->in);
    reader_close(r->reader);
}

static int check(const struct picture *p, struct err *e)
{
    if (p->fmt.colors > 3)
        return err_set(e, ERR_DATA,
                       "it is CMYK, and the shape of an aperture is grey or "
                       "RGB; convert it");
    if (p->w >= SHAPE_SIDE_MIN && p->h >= SHAPE_SIDE_MIN &&
        p->w <= SHAPE_SIDE_MAX && p->h <= SHAPE_SIDE_MAX)
        return 0;
    return err_set(e, ERR_DATA,
                   "it is %d x %d, and the shape of an aperture has %d … %d "
                   "pixels a side; give a %s picture",
                   p->w, p->h, SHAPE_SIDE_MIN, SHAPE_SIDE_MAX,
                   p->w > SHAPE_SIDE_MAX || p->h > SHAPE_SIDE_MAX ? "smaller"
                                                                  : "larger");
}

static int read_rows(struct reading *r, struct shape *s, struct err *e)
{
    const struct pixfmt *fmt = &r->reader->pic.fmt;
    const size_t w = (size_t)s->w, line = w * pixfmt_bytes(fmt);
    const size_t planes = 3 + (size_t)fmt->extras;
    float *plane[IMAGE_PLANES_MAX];
    int rc;

    TRY(convert_new(fmt, NULL, false, &r->in, e));
    TRY(arena_init(&r->scratch, convert_scratch(r->in, s->w), e));
    r->raw = mem_array((size_t)r->reader->chunk_rows, line);
    r->planes = mem_array(w * planes, sizeof(*r->planes));
    if (!r->raw || !r->planes) {
        rc = err_mem(e, line * (size_t)r->reader->chunk_rows);
        goto out;
    }
    for (size_t p = 0; p < planes; p++)
        plane[p] = r->planes + p * w;
    for (int i = 0, y = 0; y < s->h; i++) {
        TRY(r->reader->codec->chunk(r->reader, 0, i, r->raw, e));
        for (int k = 0; k < r->reader->chunk_rows && y < s->h; k++, y++) {
            arena_reset(&r->scratch);
            convert_in(r->in, kern_best(), r->raw + (size_t)k * line, w, plane,
                       &r->scratch);
            put_row(s->sum + (size_t)(y + 1) * (w + 1) + 1, plane, fmt, s->w);
        }
    }
out:
    return rc;
}

/* x and y from -1, where nothing is. */
static double *light_at(const struct shape *s, int x, int y)
{
    return s->sum + (size_t)(y + 1) * ((size_t)s->w + 1) + (size_t)(x + 1);
}

/* The lightest becomes 1, what is nearly dark 0. False: all is dark. */
static bool stretch(struct shape *s)
{
    double most = 0;

    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            most = fmax(most, *light_at(s, x, y));
    for (int y = 0; y < s->h && most > 0; y++)
        for (int x = 0; x < s->w; x++) {
            double *v = light_at(s, x, y);

            *v = *v < SHUT * most ? 0 : *v / most;
        }
    return most > 0;
}

/* Finds centre and scale. Returns the share of the circle that is open. */
static double measure(struct shape *s)
{
    double sum = 0, far = 0;

    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++) {
            const double v = *light_at(s, x, y);

            sum += v;
            s->x += v * (x + 0.5);
            s->y += v * (y + 0.5);
        }
    s->x /= sum;
    s->y /= sum;
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            if (*light_at(s, x, y) > 0)
                far = fmax(far, hypot(x + 0.5 - s->x, y + 0.5 - s->y) + 0.5);
    s->scale = fmax(sqrt(sum / M_PI), far / SHAPE_REACH);
    return sum / (M_PI * far * far);
}

static void add_up(struct shape *s)
{
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            *light_at(s, x, y) += *light_at(s, x - 1, y) +
                                  *light_at(s, x, y - 1) -
                                  *light_at(s, x - 1, y - 1);
}

static int make(struct shape *s, struct err *e)
{
    double open;

    if (!stretch(s))
        return err_set(e, ERR_DATA,
                       "it is dark everywhere, and the shape of an aperture is "
                       "light on dark; give it some light");
    open = measure(s);
    if (open < SHAPE_OPEN_MIN)
        return err_set(e, ERR_DATA,
                       "only %.2g %% of the circle around its light is open, "
                       "and the shape of an aperture has %g … 100 %%; draw it "
                       "wider",
                       100 * open, 100 * SHAPE_OPEN_MIN);
    add_up(s);
    return 0;
}

static int load(const char *path, struct shape *s, struct err *e)
{
    const struct read_options options = {.slots = 1, .memory = MEMORY_MAX};
    struct reading r = {0};
    size_t corners;
    int rc;

    TRY(reader_open(path, &options, &r.reader, e));
    TRY(check(&r.reader->pic, e));
    s->w = r.reader->pic.w;
    s->h = r.reader->pic.h;
    corners = (size_t)(s->w + 1) * (size_t)(s->h + 1);
    s->sum = mem_zero(corners, sizeof(*s->sum));
    if (!s->sum) {
        rc = err_mem(e, corners * sizeof(*s->sum));
        goto out;
    }
    TRY(read_rows(&r, s, e));
    TRY(make(s, e));
out:
    reading_release(&r);
    /* Errors of another kind name the file. */
    return rc == ERR_DATA ? err_prefix(e, "'%s'", path) : rc;
}

int shape_load(const char *file, const char *folder, struct shape **out,
               struct err *e)
{
    char *path = file[0] == '/' || !folder ? mem_text(file)
                                           : path_join(folder, file);
    struct shape *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!path || !s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    TRY(load(path, s, e));
    *out = s;
    s = NULL;
out:
    shape_free(s);
    mem_free(path);
    return rc;
}

void shape_free(struct shape *s)
{
    if (!s)
        return;
    mem_free(s->sum);
    mem_free(s);
}

/* Light above and left of any point. */
static double sum_at(const struct shape *s, double x, double y)
{
    const double u = fmin(fmax(x, 0), s->w), v = fmin(fmax(y, 0), s->h);
    const int i = u < s->w ? (int)u : s->w - 1;
    const int j = v < s->h ? (int)v : s->h - 1;
    const double *a = s->sum + (size_t)j * ((size_t)s->w + 1) + (size_t)i;
    const double *b = a + s->w + 1;
    const double t = u - i;

    return (a[0] + (a[1] - a[0]) * t) * (1 - (v - j)) +
           (b[0] + (b[1] - b[0]) * t) * (v - j);
}

double shape_light(const struct shape *s, double x, double y, double side)
{
    const double u = s->x + x * s->scale, v = s->y + y * s->scale;
    const double h = side / 2 * s->scale;
    const double sum = sum_at(s, u + h, v + h) - sum_at(s, u - h, v + h) -
                       sum_at(s, u + h, v - h) + sum_at(s, u - h, v - h);
    const double light = sum / (4 * h * h);

    return light < 1e-6 ? 0 : fmin(light, 1);
}
