/* What a picture will need, from sizes alone. */

#include "run/render.h"
#include "run/sink.h"

/* Rows of the source around a strip that its steps look at. */
static uint64_t reach_of(const struct chain *c)
{
    uint64_t halo = 0;

    for (int i = 0; i < c->count; i++)
        if (!c->node[i].op->shape && c->node[i].wide)
            halo += (uint64_t)c->node[i].op->halo(c->node[i].values,
                                                  &c->node[i].to);
    return 2 * halo;
}

/* Floats and scratch of one thread. */
static uint64_t bench_bytes(const struct chain *c, uint64_t reach)
{
    const uint64_t w = (uint64_t)(c->w > c->out_w ? c->w : c->out_w);
    const int rows = chain_strip_rows(c);
    size_t scratch = 0;

    for (int i = 0; i < c->count; i++) {
        const struct node *n = &c->node[i];
        const size_t s =
            chain_node_scratch(n, &n->to, n->wide ? rows + (int)reach : 1);

        scratch = s > scratch ? s : scratch;
    }
    return 2 * ((uint64_t)rows + reach) * w * (uint64_t)c->planes *
               sizeof(float) +
           scratch;
}

/* The pictures before and behind the last wall. */
static uint64_t wall_bytes(const struct chain *c)
{
    uint64_t wall = 0;

    for (int end = chain_stage_end(c, 0, true); end < c->count;
         end = chain_stage_end(c, end, false))
        wall = (uint64_t)c->node[end].from.w * (uint64_t)c->node[end].from.h *
               (uint64_t)c->planes * sizeof(float);
    return 2 * wall;
}

/* The small picture, and about as much again that prepare() makes of it. */
static uint64_t proxy_bytes(const struct chain *c)
{
    const int f = chain_depth_factor(c);
    const uint64_t w = (uint64_t)(c->w + f - 1) / (uint64_t)f;
    const uint64_t h = (uint64_t)(c->h + f - 1) / (uint64_t)f;

    return chain_needs_proxy(c) ? 2 * 4 * w * h * sizeof(float) : 0;
}

static uint64_t at_most(uint64_t n, uint64_t most)
{
    return n < most ? n : most;
}

struct render_need render_predict(const struct reader *in,
                                  const struct picture *out,
                                  const struct chain *c, int slots,
                                  size_t retain)
{
    const struct storage *st = &out->storage;
    const bool packs = st->compression != COMP_NONE;
    const uint64_t threads = (uint64_t)slots, reach = reach_of(c);
    const uint64_t raw = (uint64_t)in->pic.w * pixfmt_bytes(&in->pic.fmt);
    const uint64_t made = (uint64_t)c->out_w * pixfmt_bytes(&out->fmt);
    const uint64_t chunk = raw * (uint64_t)in->chunk_rows;
    const uint64_t total = raw * (uint64_t)in->pic.h;
    struct render_need need = {0, chain_needs_proxy(c)};
    const uint64_t rows = at_most(
        (uint64_t)(packs && st->tile_h ? st->tile_h : chain_strip_rows(c)),
        (uint64_t)c->out_h);
    const uint64_t ready = threads * rows * made;
    uint64_t source = raw * (threads * rows + reach) + 2 * chunk;

    if (need.two_passes && source < retain + chunk)
        source = retain + chunk;
    need.bytes = threads * bench_bytes(c, reach) + at_most(source, total) +
                 (packs || st->tile_h ? 2 : 1) * ready +
                 at_most(ready, SINK_BYTES) + wall_bytes(c) + proxy_bytes(c) +
                 (16u << 20);
    return need;
}
