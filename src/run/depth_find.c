/* Where depth comes from. */

#include "run/depth_find.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "run/depth_file.h"
#include "run/depth_scan.h"

#define PAGES_MAX 16 /* parts of an OpenEXR that are looked into */

static const char *const endings[] = {
    "_depth",  "_Depth", "_DEPTH", "_zdepth",  "_zDepth", "_ZDepth",
    "_ZDEPTH", "_Z",     "_z",     "_depth16", NULL};
static const char *const exts[] = {"exr",  "png",  "tif", "tiff", "jpg",
                                   "jpeg", "EXR",  "PNG", "TIF",  "TIFF",
                                   "JPG",  "JPEG", NULL};

static bool lower_is(const char *a, size_t n, const char *b)
{
    if (strlen(b) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)a[i]) != b[i])
            return false;
    return true;
}

static bool is_depth_word(const char *a, size_t n)
{
    static const char *const words[] = {"depth",      "zdepth",  "z_depth",
                                        "z depth",    "z-depth", "vrayzdepth",
                                        "depth pass", NULL};

    for (int i = 0; words[i]; i++)
        if (lower_is(a, n, words[i]))
            return true;
    return false;
}

/* "CGeometry_ZDepth", "WorldDepth". */
static bool ends_in_depth(const char *a, size_t n)
{
    return n > 5 && lower_is(a + n - 5, 5, "depth");
}

/* The channel `name` of n bytes is in the comma-separated list. */
static bool listed(const char *list, const char *name, size_t n)
{
    for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == n && strncmp(p, name, n) == 0)
            return true;
    return false;
}

/* Z of normals or positions has an X beside it. */
static bool has_x(const char *list, const char *name, size_t n)
{
    char x[128];

    if (n >= sizeof(x))
        return true;
    memcpy(x, name, n);
    x[n - 1] = name[n - 1] == 'z' ? 'x' : 'X';
    return listed(list, x, n);
}

/* Whether a name and that of a layer start with the same part. */
static bool same_start(const char *layer, const char *name, size_t n)
{
    const size_t len = strcspn(layer, ".");

    return len > 0 && n > len && name[len] == '.' && !memcmp(layer, name, len);
}

/*
 * How much a channel looks like depth: "Z" and "depth" most, then a layer that
 * is called so ("ViewLayer.Depth.Z", "VRayZDepth.V"), then a Z of a layer, then
 * what ends in that word. Of several the one beside `layer`.
 */
static int rank(const char *list, const char *layer, const char *name, size_t n)
{
    const int near = same_start(layer, name, n) ? 10 : 0;
    const char *last = name;
    size_t before = 0; /* of the part before the last dot, 0: none */
    const char *part = name;
    size_t own;

    for (size_t i = 0; i < n; i++)
        if (name[i] == '.') {
            part = last;
            before = (size_t)(name + i - last);
            last = name + i + 1;
        }
    own = n - (size_t)(last - name);
    if (before && (lower_is(last, own, "a") || lower_is(last, own, "alpha")))
        return 0;
    if (is_depth_word(last, own))
        return near + (before ? 4 : 6);
    if (before && is_depth_word(part, before))
        return near + 5;
    if (lower_is(last, own, "z") && !has_x(list, name, n))
        return near + (before ? 3 : 7);
    if (before && lower_is(part, before, "z") && !lower_is(last, own, "x"))
        return near + 2;
    return ends_in_depth(last, own) || (before && ends_in_depth(part, before))
               ? near + 1
               : 0;
}

bool depth_channel(const char *list, const char *layer, char name[static 128])
{
    int best = 0;

    for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',') {
        const size_t n = strcspn(p, ",");
        const int r = n < 128 ? rank(list, layer, p, n) : 0;

        if (r > best) {
            best = r;
            memcpy(name, p, n);
            name[n] = 0;
        }
    }
    return best > 0;
}

static int set_path(struct depth_found *f, const char *path, struct err *e)
{
    f->path = mem_text(path);
    return f->path ? 1 : err_mem(e, strlen(path) + 1);
}

/* 1: found, 0: there is none. */
static int find_channel(const char *path, const char *layer,
                        const struct reader *r, struct depth_found *f,
                        struct err *e)
{
    const int pages = r->pic.pages < PAGES_MAX ? r->pic.pages : PAGES_MAX;

    f->place = DEPTH_IN_CHANNEL;
    f->page = r->pic.page;
    if (depth_channel(r->pic.channels, layer, f->layer))
        return set_path(f, path, e);
    for (int i = 0; i < pages; i++) {
        const struct read_options o = {.page = i, .slots = 1};
        struct reader *other = NULL;
        struct err ignored = {0};
        bool there;

        if (i == r->pic.page || reader_open(path, &o, &other, &ignored) < 0)
            continue;
        there = other->pic.w == r->pic.w && other->pic.h == r->pic.h &&
                depth_channel(other->pic.channels, layer, f->layer);
        reader_close(other);
        if (there) {
            f->page = i;
            return set_path(f, path, e);
        }
    }
    return 0;
}

/* Where a name may go on with an ending: 0 at its end, 1 before a number there,
   "shot_depth.0001"; of a path, or 0. */
static size_t place(const char *path, int which)
{
    const char *ext = path_ext(path);
    const size_t folder = (size_t)(path_name(path) - path);
    size_t n = strlen(path) - (ext[0] ? strlen(ext) + 1 : 0), all = n;

    if (which == 0)
        return n;
    while (n > folder && isdigit((unsigned char)path[n - 1]))
        n--;
    if (n == all)
        return 0;
    if (n > folder && strchr("._-", path[n - 1]))
        n--;
    return n > folder ? n : 0;
}

char *depth_beside(const char *path)
{
    const int stem = (int)place(path, 0);
    char name[4096];

    for (int i = 0; endings[i] && stem < (int)sizeof(name) - 32; i++)
        for (int k = 0; exts[k]; k++)
            for (int which = 0; which < 2; which++) {
                const int at = (int)place(path, which);

                snprintf(name, sizeof(name), "%.*s%s%.*s.%s", at, path,
                         endings[i], stem - at, path + at, exts[k]);
                if (at > 0 && access(name, F_OK) == 0)
                    return mem_text(name);
            }
    return NULL;
}

static int find_beside(const char *path, struct depth_found *f)
{
    f->place = DEPTH_IN_FILE;
    f->path = depth_beside(path);
    return f->path != NULL;
}

/* Length of an ending that stands at a place of the name, or 0. */
static int ending_at(const char *path, size_t at)
{
    for (int i = 0; endings[i]; i++) {
        const size_t n = strlen(endings[i]);

        if (at > n && memcmp(path + at - n, endings[i], n) == 0)
            return (int)n;
    }
    return 0;
}

bool depth_is_named(const char *path)
{
    return ending_at(path, place(path, 0)) || ending_at(path, place(path, 1));
}

bool depth_is_beside(const char *path)
{
    static const char *const pictures[] = {
        "tif",  "tiff", "png", "jpg",  "jpeg", "exr", "TIF",
        "TIFF", "PNG",  "JPG", "JPEG", "EXR",  NULL};
    const int stem = (int)place(path, 0);
    char name[4096];

    for (int which = 0; which < 2; which++) {
        const int at = (int)place(path, which);
        const int n = ending_at(path, (size_t)at);

        for (int i = 0; n && pictures[i] && stem < (int)sizeof(name) - 8; i++) {
            snprintf(name, sizeof(name), "%.*s%.*s.%s", at - n, path, stem - at,
                     path + at, pictures[i]);
            if (access(name, F_OK) == 0)
                return true;
        }
    }
    return false;
}

static int ask_model(const struct depth_want *want, struct depth_found *f,
                     struct err *e)
{
    f->place = DEPTH_BY_MODEL;
    if (!want->maker)
        return err_set(e, ERR_ARG, "there are no networks here");
    return want->maker->ready(want->maker->arg, want->model, e);
}

static int find_any(const struct depth_want *want, const char *path,
                    const struct reader *r, struct depth_found *f,
                    struct err *e)
{
    const char *ext = path_ext(path);
    const int stem = (int)strlen(path_name(path)) -
                     (ext[0] ? (int)strlen(ext) + 1 : 0);
    struct err why = {0};
    int rc = r ? find_channel(path, want->layer ? want->layer : "", r, f, e)
               : 0;

    if (rc == 0 && r)
        rc = find_beside(path, f);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (ask_model(want, f, &why) == 0)
        return 0;
    if (why.code != ERR_ARG || want->model)
        return err_set(e, (enum err_code)why.code, "%s", why.text);
    if (!r)
        return err_set(e, ERR_ARG,
                       "its look needs depth and a film has none: name "
                       "pictures of it, as --depth 'depth.####.exr', or let a "
                       "network estimate it after 'portal models pull "
                       "dav2-small'; --depth none leaves those steps out");
    return err_set(e, ERR_ARG,
                   "%s: render it into a channel (Z) of an OpenEXR, or put it "
                   "beside the picture as '%.*s_depth.png' or behind --depth, "
                   "or let a network estimate it after 'portal models pull "
                   "dav2-small'%s",
                   want->bare ? "it has no depth"
                              : "its look needs depth and there is none",
                   stem < 60 ? stem : 60, path_name(path),
                   want->bare ? "" : "; --depth none leaves those steps out");
}

/* --depth layer:NAME, which may be in another part of the file. */
static int find_named(const char *path, const char *layer,
                      const struct reader *r, struct depth_found *f,
                      struct err *e)
{
    if (!r || !text_is(r->codec->name, "exr"))
        return err_set(e, ERR_ARG,
                       "--depth layer:%s: only an OpenEXR has "
                       "layers",
                       layer);
    if (!layer[0])
        return err_set(e, ERR_ARG, "--depth layer: needs the name of a layer");
    f->place = DEPTH_IN_CHANNEL;
    snprintf(f->layer, sizeof(f->layer), "%s", layer);
    for (int i = -1; r->pic.pages > 1 && i < r->pic.pages && i < PAGES_MAX;
         i++) {
        const int page = i < 0 ? r->pic.page : i;
        const struct read_options o = {
            .page = page, .slots = 1, .layer = layer};
        struct reader *there = NULL;
        struct err ignored = {0};

        if (reader_open(path, &o, &there, &ignored) < 0)
            continue;
        reader_close(there);
        f->page = page;
        break;
    }
    return set_path(f, path, e);
}

int depth_find(const struct depth_want *want, const char *path,
               const struct reader *r, struct depth_found *found, struct err *e)
{
    struct depth_found f = {.page = r ? r->pic.page : 0};
    const char *d = want->depth;
    int rc = 0;

    if (!d || text_is(d, "auto")) {
        rc = find_any(want, path, r, &f, e);
    } else if (text_is(d, "model")) {
        rc = ask_model(want, &f, e);
    } else if (strncmp(d, "layer:", 6) == 0) {
        rc = find_named(path, d + 6, r, &f, e);
    } else {
        f.place = DEPTH_IN_FILE;
        f.page = 0;
        rc = set_path(&f, d, e);
    }
    if (rc < 0) {
        depth_found_release(&f);
        return rc;
    }
    *found = f;
    return 0;
}

void depth_found_release(struct depth_found *f)
{
    mem_free(f->path);
    depth_tap_free(f->tap);
    f->path = NULL;
    f->tap = NULL;
}

uint64_t depth_memory(const struct depth_want *want,
                      const struct depth_found *f, int w, int h)
{
    return f->place == DEPTH_BY_MODEL
               ? want->maker->memory(want->maker->arg, want->model, want->size)
               : (uint64_t)w *
                         (sizeof(uint16_t) * (uint64_t)h +
                          sizeof(float) * (uint64_t)depth_scan_room(w, h)) +
                     (8u << 20);
}

static struct depth_read file_of(const struct depth_want *want,
                                 const struct depth_found *f, int w, int h)
{
    return (struct depth_read){
        .path = f->path,
        .layer = f->layer[0] ? f->layer : NULL,
        .page = f->place == DEPTH_IN_CHANNEL ? f->page : 0,
        .w = w,
        .h = h,
        .encoding = want->encoding,
        .film = want->film,
        .took = want->took,
    };
}

int depth_start(const struct depth_want *want, struct depth_found *f,
                struct reader *r, int slots, struct err *e)
{
    const struct depth_read read = file_of(want, f, r->pic.w, r->pic.h);
    int sample;

    if (f->place != DEPTH_IN_CHANNEL || f->page != r->pic.page || r->ordered ||
        !r->codec->sample)
        return 0;
    sample = r->codec->sample(r, f->layer);
    return sample < 0 ? 0 : depth_tap_new(&read, r, sample, slots, &f->tap, e);
}

int depth_pass_row(struct depth_found *f, int slot, int y, const void *raw,
                   struct err *e)
{
    return depth_tap_row(f->tap, slot, y, raw, e);
}

int depth_take(const struct depth_want *want, struct depth_found *f,
               const struct image *proxy, int w, int h, bool scene,
               struct pool *pool, struct depth_map **out, struct err *e)
{
    const struct depth_ask ask = {proxy, scene, want->model, want->size};
    const struct depth_read read = file_of(want, f, w, h);
    int rc;

    if (f->place == DEPTH_BY_MODEL)
        return want->maker->make(want->maker->arg, &ask, pool, out, e);
    if (!f->tap)
        return depth_file_read(&read, pool, out, e);
    rc = depth_tap_end(f->tap, pool, out, e);
    depth_tap_free(f->tap);
    f->tap = NULL;
    return rc;
}
