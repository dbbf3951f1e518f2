/* Layers: names of channels, and the samples they become. */

#include "codec/exr_layer.h"

#include "base/text.h"

#define KEPT_KEY  "channels"
#define KEPT_TYPE "samples"

/* What follows the layer's prefix, or NULL when it is of another layer. */
static const char *part_of(const char *name, const char *prefix, size_t n)
{
    if (n == 0)
        return strrchr(name, '.') ? NULL : name;
    if (strncmp(name, prefix, n) != 0 || name[n] != '.' ||
        strchr(name + n + 1, '.'))
        return NULL;
    return name + n + 1;
}

static int find(const struct exr_part *p, const char *prefix, size_t n,
                const char *short_name, const char *long_name)
{
    for (int i = 0; i < p->channel_count; i++) {
        const char *part = part_of(p->channel[i].name, prefix, n);

        if (part && (text_is_nocase(part, short_name) ||
                     text_is_nocase(part, long_name)))
            return i;
    }
    return -1;
}

/* Looks for colours in one layer: how many, and which channels. */
static int colors_of(const struct exr_part *p, const char *prefix, size_t n,
                     bool vectors, int from[4])
{
    from[3] = find(p, prefix, n, "A", "alpha");
    from[0] = find(p, prefix, n, "R", "red");
    from[1] = find(p, prefix, n, "G", "green");
    from[2] = find(p, prefix, n, "B", "blue");
    if (from[0] >= 0 && from[1] >= 0 && from[2] >= 0)
        return 3;
    from[0] = find(p, prefix, n, "X", "X");
    from[1] = find(p, prefix, n, "Y", "Y");
    from[2] = find(p, prefix, n, "Z", "Z");
    if (from[0] >= 0 && from[1] >= 0 && from[2] >= 0)
        return vectors ? 3 : 0;
    from[0] = from[1];
    return from[0] >= 0 ? 1 : 0;
}

static size_t prefix_length(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? (size_t)(dot - name) : 0;
}

static int pick_default(const struct exr_part *p, int from[4])
{
    int colors = colors_of(p, "", 0, false, from);

    for (int i = 0; !colors && i < p->channel_count; i++) {
        const char *name = p->channel[i].name;

        colors = colors_of(p, name, prefix_length(name), false, from);
    }
    for (int i = 0; !colors && i < p->channel_count; i++)
        if (p->channel[i].xstep == 1 && p->channel[i].ystep == 1) {
            from[0] = i;
            from[3] = -1;
            colors = 1;
        }
    return colors;
}

static int pick_named(const struct exr_part *p, const char *layer, int from[4])
{
    int colors = colors_of(p, layer, strlen(layer), true, from);

    for (int i = 0; !colors && i < p->channel_count; i++)
        if (text_is(p->channel[i].name, layer)) {
            from[0] = i;
            from[3] = -1;
            colors = 1;
        }
    /* A layer of one channel: "depth" for depth.V. */
    for (int i = 0; !colors && i < p->channel_count; i++)
        if (part_of(p->channel[i].name, layer, strlen(layer))) {
            from[0] = i;
            from[3] = -1;
            colors = 1;
        }
    return colors;
}

static bool subsampled(const struct exr_channel *c)
{
    return c->xstep != 1 || c->ystep != 1;
}

static int refuse_chroma(const struct exr_part *p, const int *from, int colors,
                         struct err *e)
{
    for (int i = 0; i < colors; i++)
        if (subsampled(&p->channel[from[i]]))
            return err_set(e, ERR_ARG,
                           "channel '%s' is stored at a lower resolution, "
                           "which is not supported",
                           p->channel[from[i]].name);
    if (colors == 1 && find(p, "", 0, "RY", "RY") >= 0 &&
        find(p, "", 0, "BY", "BY") >= 0 &&
        !prefix_length(p->channel[from[0]].name))
        return err_set(e, ERR_ARG,
                       "luminance/chroma pictures (Y, RY, BY) are not "
                       "supported; store R, G, B");
    return 0;
}

static void add(struct exr_map *map, int channel)
{
    map->from[pixfmt_samples(&map->fmt)] = channel;
    map->fmt.extras++;
}

/* Adds a name to a list; false when it does not fit. */
static bool list_add(char *list, const char *name, size_t n)
{
    const size_t len = strlen(list);

    if (len + n + 2 > PICTURE_NAMES)
        return false;
    snprintf(list + len, PICTURE_NAMES - len, "%s%.*s", len ? "," : "", (int)n,
             name);
    return true;
}

void exr_layer_names(const struct exr_part *p, char *channels, char *layers)
{
    const char *last = "";
    size_t last_n = 0;
    bool more = true;

    channels[0] = layers[0] = '\0';
    for (int i = 0; i < p->channel_count && more; i++)
        more =
            list_add(channels, p->channel[i].name, strlen(p->channel[i].name));
    for (int i = 0; i < p->channel_count; i++) {
        const char *name = p->channel[i].name;
        const size_t n = prefix_length(name);

        if (n == 0 || (n == last_n && !memcmp(name, last, n)))
            continue;
        if (!list_add(layers, name, n))
            break;
        last = name;
        last_n = n;
    }
}

/* Names the nearest of the layers and channels, and those that can be said. */
static int no_layer(const struct exr_part *p, const char *layer, struct err *e)
{
    enum { MOST = 512 };
    const char *all[MOST + 1], *near;
    char names[PICTURE_NAMES], layers[PICTURE_NAMES], cut[PICTURE_NAMES];
    int n = 0;

    exr_layer_names(p, names, layers);
    memcpy(cut, layers, sizeof(cut));
    for (int i = 0; i < p->channel_count && n < MOST; i++) {
        const char *name = p->channel[i].name;

        all[n++] = name;
        if (!prefix_length(name))
            list_add(layers, name, strlen(name));
    }
    for (char *s = cut, *rest; *s && n < MOST; s = rest) {
        rest = s + strcspn(s, ",");
        all[n++] = s;
        if (*rest)
            *rest++ = '\0';
    }
    all[n] = NULL;
    near = strlen(layer) > 1 ? text_nearest(layer, all) : NULL;
    return err_set(e, ERR_ARG, "no layer '%.80s'%s%.80s%s; there are: %.250s",
                   layer, near ? ", nearest is '" : "", near ? near : "",
                   near ? "'" : "", layers);
}

int exr_layer_pick(const struct exr_part *p, const char *layer,
                   struct exr_map *map, struct err *e)
{
    const bool by_name = layer && layer[0];
    int from[4] = {-1, -1, -1, -1}, colors, rc;
    char names[PICTURE_NAMES], layers[PICTURE_NAMES];

    colors = by_name ? pick_named(p, layer, from) : pick_default(p, from);
    if (!colors && by_name)
        return no_layer(p, layer, e);
    exr_layer_names(p, names, layers);
    if (!colors)
        return err_set(e, ERR_ARG, "no channel can be read as colour: %.250s",
                       names);
    rc = refuse_chroma(p, from, colors, e);
    if (rc < 0)
        return rc;
    *map = (struct exr_map){.fmt = {.type = SAMPLE_F16,
                                    .colors = colors,
                                    .alpha = -1,
                                    .associated = true}};
    memcpy(map->from, from, (size_t)colors * sizeof(*from));
    if (from[3] >= 0) {
        map->fmt.alpha = 0;
        add(map, from[3]);
    }
    for (int i = 0; i < p->channel_count; i++) {
        bool used = false;

        for (int s = 0; s < pixfmt_samples(&map->fmt); s++)
            used = used || map->from[s] == i;
        if (used)
            continue;
        if (map->fmt.extras >= 64)
            map->dropped++;
        else
            add(map, i);
    }
    for (int s = 0; s < pixfmt_samples(&map->fmt); s++)
        if (p->channel[map->from[s]].type != EXR_HALF)
            map->fmt.type = SAMPLE_F32;
    return 0;
}

static char letter(const struct pixfmt *f)
{
    return f->type == SAMPLE_F16 ? 'h' : 'f';
}

int exr_map_keep(const struct exr_map *map, const struct exr_part *p,
                 struct meta *meta, struct err *e)
{
    struct buf b = {.max = 1 << 20};
    int rc;

    TRY(buf_printf(&b, e, "%c %d %d\n", letter(&map->fmt), map->fmt.colors,
                   map->fmt.alpha));
    for (int s = 0; s < pixfmt_samples(&map->fmt); s++) {
        const struct exr_channel *c = &p->channel[map->from[s]];

        TRY(buf_printf(&b, e, "%d %d %s\n", (int)c->type, c->linear, c->name));
    }
    TRY(meta_add_item(meta, "exr", KEPT_KEY, KEPT_TYPE, b.data, b.len, e));
out:
    buf_release(&b);
    return rc;
}

static void default_channels(const struct pixfmt *f, struct exr_channel *out)
{
    static const char *const rgb[] = {"R", "G", "B"};
    const enum exr_type type = f->type == SAMPLE_F16 ? EXR_HALF : EXR_FLOAT;

    for (int s = 0; s < pixfmt_samples(f); s++) {
        const int extra = s - f->colors;

        out[s] = (struct exr_channel){.type = type, .xstep = 1, .ystep = 1};
        if (extra < 0)
            snprintf(out[s].name, sizeof(out[s].name), "%s",
                     f->colors == 1 ? "Y" : rgb[s % 3]);
        else if (extra == f->alpha)
            snprintf(out[s].name, sizeof(out[s].name), "A");
        else
            snprintf(out[s].name, sizeof(out[s].name), "extra%d", extra + 1);
    }
}

static const struct meta_item *kept(const struct meta *m)
{
    for (int i = 0; m && i < m->item_count; i++)
        if (text_is(m->items[i].format, "exr") &&
            text_is(m->items[i].key, KEPT_KEY) &&
            text_is(m->items[i].type, KEPT_TYPE))
            return &m->items[i];
    return NULL;
}

/* One line "type linear name" of the item; *at moves behind it. */
static bool kept_line(const struct blob *b, size_t *at, struct exr_channel *c)
{
    const char *line = (const char *)b->data + *at;
    const char *end = *at < b->len ? memchr(line, '\n', b->len - *at) : NULL;
    const size_t n = end ? (size_t)(end - line) : 0;

    if (n < 5 || n - 4 >= sizeof(c->name) || line[0] < '0' || line[0] > '2')
        return false;
    *c = (struct exr_channel){.type = (enum exr_type)(line[0] - '0'),
                              .linear = line[2] == '1',
                              .xstep = 1,
                              .ystep = 1};
    memcpy(c->name, line + 4, n - 4);
    *at += n + 1;
    return true;
}

static bool unique(const struct exr_channel *c, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (text_is(c[i].name, c[k].name))
                return false;
    return true;
}

void exr_map_recall(const struct picture *pic,
                    struct exr_channel out[static EXR_SAMPLES_MAX])
{
    const struct meta_item *item = kept(pic->meta);
    const int samples = pixfmt_samples(&pic->fmt);
    char head[64];
    size_t at;
    bool same;
    int s = 0;

    default_channels(&pic->fmt, out);
    at = (size_t)snprintf(head, sizeof(head), "%c %d %d\n", letter(&pic->fmt),
                          pic->fmt.colors, pic->fmt.alpha);
    if (!item || item->data.len < at ||
        memcmp(item->data.data + 1, head + 1, at - 1) != 0)
        return;
    /* Another sample type was asked for: then only the names stay. */
    same = item->data.data[0] == (uint8_t)head[0];
    for (struct exr_channel c; s < samples; s++) {
        if (!kept_line(&item->data, &at, &c))
            break;
        if (!same)
            c.type = out[s].type;
        out[s] = c;
    }
    if (s < samples || at != item->data.len || !unique(out, samples))
        default_channels(&pic->fmt, out);
}
