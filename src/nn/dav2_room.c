/* Memory of a run: where every activation is, known before the first layer. */

#include "base/mem.h"
#include "nn/dav2_int.h"

struct plan {
    size_t at;
    bool full;
};

static size_t place(struct plan *p, size_t a, size_t b)
{
    const size_t at = p->at;
    size_t n;

    if (!mem_product(a, b, &n) || n > SIZE_MAX / 16 - p->at)
        p->full = true;
    else
        p->at += (n + 15) & ~(size_t)15;
    return at;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Offsets in floats; `other` lies behind the largest projection in `wide`. */
struct places {
    size_t tokens, normed, wide, other, map[DAV2_TAPS], twin, larger, first;
    size_t band, full, floats;
};

static bool find_places(const struct dav2_shape *s, int ph, int pw, bool traced,
                        struct places *out)
{
    const size_t g = (size_t)ph * (size_t)pw, n = g + 1;
    const size_t coarse = (size_t)((ph + 1) / 2) * (size_t)((pw + 1) / 2);
    const size_t sizes[] = {16 * g, 4 * g, g, coarse};
    const size_t embed = (size_t)s->embed, f = (size_t)s->features;
    size_t project = 0, resample = 0, trunk;
    struct plan p = {0};

    for (int k = 0; k < DAV2_TAPS; k++) {
        const size_t c = (size_t)s->channels[k];

        project = most(project, g * c);
        resample = most(resample, sizes[k] * c);
        out->map[k] = place(&p, sizes[k], f);
    }
    trunk = p.at;
    out->tokens = place(&p, n, embed);
    out->normed = place(&p, n, embed);
    out->wide = p.at;
    place(&p, n, most(3 * embed, (size_t)s->hidden));
    out->other = out->wide + ((project + 15) & ~(size_t)15);
    out->floats = most(p.at, out->other + resample);

    p.at = trunk; /* the transformer is done */
    out->twin = place(&p, sizes[0], f);
    out->larger = out->first = p.at; /* the fusion is done before `first` */
    place(&p, g, most(16 * f, 64 * (size_t)s->half));
    out->band = place(&p, 1, dav2_band_floats(s, pw));
    out->full = p.at;
    if (traced) /* the largest enlarged map */
        place(&p, g, most(64 * f, 196 * (size_t)s->half));
    out->floats = most(out->floats, p.at);
    return !p.full;
}

static void point(struct dav2_room *r, const struct places *at, bool traced)
{
    float *m = r->memory;

    r->tokens = m + at->tokens;
    r->normed = m + at->normed;
    r->wide = m + at->wide;
    r->other = m + at->other;
    for (int k = 0; k < DAV2_TAPS; k++)
        r->map[k] = m + at->map[k];
    r->twin = m + at->twin;
    r->larger = m + at->larger;
    r->first = m + at->first;
    r->band = m + at->band;
    r->full = traced ? m + at->full : NULL;
}

/* A plan: the same layers, of which only the scratch is asked. */
static int need_scratch(const struct dav2 *m, struct pool *pool,
                        struct dav2_room *room, struct err *e)
{
    struct dav2_run r = {.m = m,
                         .room = room,
                         .nn = {.kern = m->kern, .pool = pool},
                         .plan = true,
                         .ph = room->ph,
                         .pw = room->pw,
                         .n = room->ph * room->pw + 1};
    int rc = dav2_trunk(&r, NULL, e);

    return rc < 0 ? rc : dav2_head(&r, NULL, e);
}

int dav2_room_new(const struct dav2 *m, struct pool *pool, int ph, int pw,
                  bool traced, struct dav2_room **out, struct err *e)
{
    struct dav2_room *r = mem_zero(1, sizeof(*r));
    const size_t n = (size_t)ph * (size_t)pw + 1;
    struct places at;
    int rc;

    if (!r)
        return err_mem(e, sizeof(*r));
    r->ph = ph;
    r->pw = pw;
    r->slots = pool_slots(pool);
    if (!find_places(&m->shape, ph, pw, traced, &at)) {
        rc = err_mem(e, SIZE_MAX);
        goto out;
    }
    TRY(need_scratch(m, pool, r, e));
    r->memory = mem_array(at.floats, sizeof(float));
    r->scratch = mem_alloc(r->scratch_size);
    r->positions = mem_array(n, (size_t)m->shape.embed * sizeof(float));
    if (!r->memory || !r->scratch || !r->positions) {
        rc = err_mem(e, at.floats * sizeof(float));
        goto out;
    }
    r->traced = traced;
    point(r, &at, traced);
    *out = r;
    r = NULL;
    rc = 0;
out:
    dav2_room_free(r);
    return rc;
}

void dav2_room_free(struct dav2_room *r)
{
    if (!r)
        return;
    mem_free(r->memory);
    mem_free(r->scratch);
    mem_free(r->positions);
    mem_free(r);
}
