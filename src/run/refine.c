/* Depth for every pixel, interpolated in its map. */

#include "run/refine.h"

#include "op/field.h"

struct refine {
    struct depth_map *map;
    struct field *field; /* the map's values, when it is not full size */
    int w, h;
};

int refine_new_take(struct depth_map *map, const struct image *proxy, int w,
                    int h, const struct kern *k, struct pool *pool,
                    struct refine **out, struct err *e)
{
    struct refine *r = mem_zero(1, sizeof(*r));
    int rc;

    (void)proxy;
    (void)k;
    (void)pool;
    if (!r)
        return err_mem(e, sizeof(*r));
    r->w = w;
    r->h = h;
    if (map->w != w || map->h != h) {
        TRY(field_new(map->w, map->h, 1, &r->field, e));
        r->field->sx = (double)map->w / w;
        r->field->sy = (double)map->h / h;
        for (int y = 0; y < map->h; y++)
            depth_map_get(map, y, field_row(r->field, 0, y));
    }
    r->map = map;
    *out = r;
    r = NULL;
    rc = 0;
out:
    refine_free(r);
    return rc;
}

void refine_free(struct refine *r)
{
    if (!r)
        return;
    depth_map_free(r->map);
    field_free(r->field);
    mem_free(r);
}

const struct depth_map *refine_map(const struct refine *r)
{
    return r->map;
}

size_t refine_scratch(const struct refine *r)
{
    (void)r;
    return 0;
}

void refine_row(const struct refine *r, const struct kern *k, int y,
                float *const rgb[3], float *dst, struct arena *scratch)
{
    const struct op_site site = {r->w, r->h, r->w, r->h, 0, 0, 1, 1, 0};

    (void)rgb;
    (void)scratch;
    if (r->field)
        field_read(r->field, k, &site, 0, y, dst);
    else
        depth_map_get(r->map, y, dst);
}

int refine_proxy(const struct refine *r, const struct kern *k,
                 struct image *proxy, struct err *e)
{
    const struct view *v = &proxy->v;
    const int f = (r->w + v->w - 1) / v->w;
    const struct op_site site = {v->w, v->h,    r->w,    r->h, 0,
                                 0,    1.0 / f, 1.0 / f, 0};
    float *row = NULL;

    if (r->field) {
        for (int y = 0; y < v->h; y++)
            field_read(r->field, k, &site, 0, y, row_of(v, v->depth, y));
        return 0;
    }
    row = mem_array((size_t)r->w, sizeof(*row));
    if (!row)
        return err_mem(e, (size_t)r->w * sizeof(*row));
    for (int y = 0; y < v->h; y++) {
        float *dst = row_of(v, v->depth, y);

        depth_map_get(r->map, y * f + f / 2 < r->h ? y * f + f / 2 : y * f,
                      row);
        for (int x = 0; x < v->w; x++)
            dst[x] = row[x * f + f / 2 < r->w ? x * f + f / 2 : x * f];
    }
    mem_free(row);
    return 0;
}
