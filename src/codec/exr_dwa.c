/* DWAA and DWAB through a module of their own. */

#include "codec/exr_dwa.h"

#include "base/text.h"

struct exr_dwa {
    const struct exr_dwa_module *module;
    const char *path;
    const struct exr_part *part;
    int samples; /* 3 or 4 */
    void **file; /* per slot, opened when first needed */
    int slots;
};

static int check(const struct exr_header *h, const struct exr_map *map,
                 struct err *e)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    const struct exr_part *p = &h->part[0];
    bool plain = h->parts == 1 && map->fmt.colors == 3;

    for (int s = 0; plain && s < 3 + (map->fmt.alpha >= 0); s++)
        plain = text_is(p->channel[map->from[s]].name, names[s]);
    if (plain)
        return 0;
    return err_set(e, ERR_ARG,
                   "of a file with %s compression only R, G, B and A can be "
                   "read before OpenEXR 3.2; store it with zip or piz",
                   exr_compression_name(p->compression));
}

int exr_dwa_open(const char *path, const struct exr_header *h, int part,
                 int slots, struct exr_map *map, struct exr_dwa **out,
                 struct err *e)
{
    struct exr_dwa *d = mem_zero(1, sizeof(*d));
    const struct module_id *id;
    int rc;

    if (!d)
        return err_mem(e, sizeof(*d));
    TRY(check(h, map, e));
    TRY(module_open("exrdwa", EXR_DWA_VERSION, &id, e));
    d->module = (const struct exr_dwa_module *)id;
    d->path = path;
    d->part = &h->part[part];
    d->slots = slots;
    d->samples = map->fmt.alpha >= 0 ? 4 : 3;
    d->file = mem_zero((size_t)slots, sizeof(*d->file));
    if (!d->file) {
        rc = err_mem(e, (size_t)slots * sizeof(*d->file));
        goto out;
    }
    map->dropped += pixfmt_samples(&map->fmt) - d->samples;
    map->fmt.extras = d->samples - 3;
    map->fmt.type = SAMPLE_F16;
    *out = d;
    d = NULL;
out:
    exr_dwa_close(d);
    return rc;
}

int exr_dwa_rows(struct exr_dwa *d, int slot, int y, int rows, void *raw,
                 struct err *e)
{
    const size_t w = (size_t)d->part->w, n = w * (size_t)rows;
    uint16_t *rgba = NULL, *dst = raw;
    int rc = 0;

    if (!d->file[slot])
        d->file[slot] = d->module->open(d->path);
    if (!d->file[slot])
        return err_set(e, ERR_DATA, "OpenEXR refuses the file");
    rgba = mem_array(n, 8);
    if (!rgba)
        return err_mem(e, n * 8);
    if (!d->module->read(d->file[slot], d->part->data.x0, d->part->data.y0 + y,
                         (int)w, rows, rgba))
        rc = err_set(e, ERR_DATA, "rows %d to %d are damaged", y, y + rows - 1);
    for (size_t i = 0; rc == 0 && i < n; i++)
        memcpy(dst + i * (size_t)d->samples, rgba + 4 * i,
               (size_t)d->samples * 2);
    mem_free(rgba);
    return rc;
}

void exr_dwa_close(struct exr_dwa *d)
{
    if (!d)
        return;
    for (int i = 0; d->file && i < d->slots; i++)
        if (d->file[i])
            d->module->close(d->file[i]);
    mem_free(d->file);
    mem_free(d);
}
