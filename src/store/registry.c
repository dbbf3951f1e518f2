/*
 * The reader of registries, event by event: what the form does not have is
 * refused with its line.
 */

#include "store/registry.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"

#define MODELS_MAX 256

const char *const commercial_names[] = {"yes", "no", "unclear", NULL};

struct reader {
    struct yaml_reader y;
    struct registry *registry;
    char base[256];
};

static int expect(struct reader *r, yaml_event_type_t type, const char *what,
                  struct err *e)
{
    int rc = yaml_next(&r->y, e);

    if (rc == 0 && !yaml_is(&r->y, type))
        rc = yaml_fail(&r->y, e, "%s is expected here", what);
    return rc;
}

/* The current event's text, at most room - 1 bytes. */
static int scalar(const struct reader *r, char *text, size_t room,
                  struct err *e)
{
    size_t len;
    const char *value = yaml_text(&r->y, &len);

    if (!value)
        return yaml_fail(&r->y, e, "one word or text is expected here");
    if (strlen(value) != len || len >= room)
        return yaml_fail(&r->y, e, "a text is too long");
    memcpy(text, value, len + 1);
    text_clean(text);
    return 0;
}

/* Which key of a mapping comes, and on to its value; -1 at the end. */
static int next_key(struct reader *r, const char *const *keys, unsigned *seen,
                    int *which, struct err *e)
{
    char key[32];
    int rc;

    *which = -1;
    TRY(yaml_next(&r->y, e));
    if (yaml_is(&r->y, YAML_MAPPING_END_EVENT))
        goto out;
    TRY(scalar(r, key, sizeof(key), e));
    TRY(yaml_key(&r->y, key, keys, "", seen, which, e));
    rc = yaml_next(&r->y, e);
out:
    return rc;
}

static int read_bytes(const struct reader *r, uint64_t *bytes, struct err *e)
{
    char text[32];
    long value;
    int rc;

    TRY(scalar(r, text, sizeof(text), e));
    *bytes = 0;
    if (text_is(text, "null"))
        return 0;
    if (!text_to_long(text, &value) || value <= 0)
        return yaml_fail(&r->y, e,
                         "a number of bytes or null is expected here");
    *bytes = (uint64_t)value;
out:
    return rc;
}

static int read_sum(const struct reader *r, char sum[static SHA256_TEXT],
                    struct err *e)
{
    int rc = scalar(r, sum, SHA256_TEXT, e);

    if (rc == 0 && text_is(sum, "null"))
        sum[0] = '\0';
    else if (rc == 0 && (strlen(sum) != SHA256_TEXT - 1 ||
                         strspn(sum, "0123456789abcdef") != SHA256_TEXT - 1))
        rc = yaml_fail(&r->y, e,
                       "sha256 has 64 lower-case hex digits, or is null");
    return rc;
}

bool model_name_fits(const char *name)
{
    const size_t n = strlen(name);

    return n > 0 && n < MODEL_NAME_MAX && !strchr("-_.", name[0]) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n;
}

static int read_name(const struct reader *r, char *name, struct err *e)
{
    int rc = scalar(r, name, MODEL_NAME_MAX, e);

    if (rc == 0 && !model_name_fits(name))
        rc = yaml_fail(
            &r->y, e,
            "a name has lower-case letters, digits, '-', '_' and '.'");
    return rc;
}

static int read_file(struct reader *r, struct model_file *f, struct err *e)
{
    static const char *const keys[] = {"name", "size", "at_most", "sha256",
                                       NULL};
    unsigned seen = 0;
    int rc, key;

    if (!yaml_is(&r->y, YAML_MAPPING_START_EVENT))
        TRY(yaml_fail(&r->y, e, "a file has the form {name: ..., size: ...}"));
    for (;;) {
        TRY(next_key(r, keys, &seen, &key, e));
        if (key < 0)
            break;
        if (key == 0)
            TRY(read_name(r, f->name, e));
        else if (key == 1)
            TRY(read_bytes(r, &f->size, e));
        else if (key == 2)
            TRY(read_bytes(r, &f->most, e));
        else
            TRY(read_sum(r, f->sha256, e));
    }
    if (f->size)
        f->most = f->size;
    if (!f->name[0] || !f->most)
        TRY(yaml_fail(&r->y, e, "a file needs a name and size or at_most"));
out:
    return rc;
}

static int read_files(struct reader *r, struct model *m, struct err *e)
{
    int rc;

    if (!yaml_is(&r->y, YAML_SEQUENCE_START_EVENT))
        TRY(yaml_fail(&r->y, e, "'files' has to be a list"));
    for (;;) {
        TRY(yaml_next(&r->y, e));
        if (yaml_is(&r->y, YAML_SEQUENCE_END_EVENT))
            break;
        if (m->files == MODEL_FILES_MAX)
            TRY(yaml_fail(&r->y, e, "a model has four files at most"));
        TRY(read_file(r, &m->file[m->files], e));
        for (int i = 0; i < m->files; i++)
            if (text_is(m->file[i].name, m->file[m->files].name))
                TRY(yaml_fail(&r->y, e, "a file is there twice"));
        m->files++;
    }
out:
    return rc;
}

static int read_commercial(const struct reader *r, enum commercial *commercial,
                           struct err *e)
{
    char text[16];
    int rc = scalar(r, text, sizeof(text), e);

    if (rc < 0)
        return rc;
    for (int i = 0; commercial_names[i]; i++)
        if (text_is(commercial_names[i], text)) {
            *commercial = (enum commercial)i;
            return 0;
        }
    return yaml_fail(&r->y, e, "commercial is yes, no or unclear");
}

/* A path below a base: nothing that leads out of it. */
static bool path_fits(const char *path)
{
    return path[0] && path[0] != '/' && !strstr(path, "..") &&
           !strpbrk(path, "?#\\ ");
}

static int read_model(struct reader *r, struct model *m, struct err *e)
{
    static const char *const keys[] = {"name", "doc",  "licence", "commercial",
                                       "page", "path", "files",   NULL};
    unsigned seen = 0;
    int rc, key;

    if (!yaml_is(&r->y, YAML_MAPPING_START_EVENT))
        TRY(yaml_fail(&r->y, e, "a model has the keys name, path, files, ..."));
    m->commercial = COMMERCIAL_UNCLEAR;
    for (;;) {
        TRY(next_key(r, keys, &seen, &key, e));
        if (key < 0)
            break;
        switch (key) {
        case 0:
            TRY(read_name(r, m->name, e));
            break;
        case 1:
            TRY(scalar(r, m->doc, sizeof(m->doc), e));
            break;
        case 2:
            TRY(scalar(r, m->licence, sizeof(m->licence), e));
            break;
        case 3:
            TRY(read_commercial(r, &m->commercial, e));
            break;
        case 4:
            TRY(scalar(r, m->page, sizeof(m->page), e));
            break;
        case 5:
            TRY(scalar(r, m->path, sizeof(m->path), e));
            break;
        default:
            TRY(read_files(r, m, e));
            break;
        }
    }
    if (!m->name[0] || !m->licence[0] || !path_fits(m->path) || !m->files)
        TRY(yaml_fail(&r->y, e, "a model needs name, licence, path and files"));
out:
    return rc;
}

static int add_model(struct reader *r, struct err *e)
{
    struct registry *all = r->registry;
    const size_t count = (size_t)all->count + 1;
    struct model *m;
    int rc;

    if (all->count == MODELS_MAX)
        TRY(yaml_fail(&r->y, e, "there are too many models"));
    m = mem_resize(all->model, count * sizeof(*m));
    if (!m)
        TRY(err_mem(e, count * sizeof(*m)));
    all->model = m;
    m += all->count;
    memset(m, 0, sizeof(*m));
    TRY(read_model(r, m, e));
    for (int i = 0; i < all->count; i++)
        if (text_is(all->model[i].name, m->name))
            TRY(yaml_fail(&r->y, e, "a model is there twice"));
    all->count++;
out:
    return rc;
}

static int read_models(struct reader *r, struct err *e)
{
    int rc;

    if (!yaml_is(&r->y, YAML_SEQUENCE_START_EVENT))
        TRY(yaml_fail(&r->y, e, "'models' has to be a list"));
    for (;;) {
        TRY(yaml_next(&r->y, e));
        if (yaml_is(&r->y, YAML_SEQUENCE_END_EVENT))
            break;
        TRY(add_model(r, e));
    }
out:
    return rc;
}

static int read_all(struct reader *r, struct err *e)
{
    static const char *const keys[] = {"base", "models", NULL};
    unsigned seen = 0;
    int rc, key;

    TRY(expect(r, YAML_STREAM_START_EVENT, "text", e));
    TRY(expect(r, YAML_DOCUMENT_START_EVENT, "something", e));
    TRY(expect(r, YAML_MAPPING_START_EVENT, "'base:'", e));
    for (;;) {
        TRY(next_key(r, keys, &seen, &key, e));
        if (key < 0)
            break;
        if (key == 0)
            TRY(scalar(r, r->base, sizeof(r->base), e));
        else
            TRY(read_models(r, e));
    }
    if (seen != 3)
        TRY(yaml_fail(&r->y, e, "'base' and 'models' are both needed"));
    TRY(expect(r, YAML_DOCUMENT_END_EVENT, "the end", e));
    TRY(expect(r, YAML_STREAM_END_EVENT, "the end", e));
    for (int i = 0; i < r->registry->count; i++)
        memcpy(r->registry->model[i].base, r->base, sizeof(r->base));
out:
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct model *)a)->name,
                  ((const struct model *)b)->name);
}

static void sort(struct registry *r)
{
    if (r->count > 1)
        qsort(r->model, (size_t)r->count, sizeof(*r->model), by_name);
}

int registry_parse(const void *bytes, size_t len, const char *name,
                   struct registry **out, struct err *e)
{
    struct reader r = {.registry = mem_zero(1, sizeof(*r.registry))};
    int rc;

    if (!r.registry) {
        rc = err_mem(e, sizeof(*r.registry));
        goto out;
    }
    TRY(yaml_open(&r.y, bytes, len, e));
    TRY(read_all(&r, e));
    sort(r.registry);
    *out = r.registry;
    r.registry = NULL;
out:
    yaml_close(&r.y);
    registry_free(r.registry);
    if (rc < 0)
        err_prefix(e, "registry '%s'", name);
    return rc;
}

static int user_file(char **out, struct err *e)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    const bool own = config && config[0] == '/';

    *out = NULL;
    if (!own && (!home || home[0] != '/'))
        return 0;
    *out = path_join(own ? config : home,
                     own ? "portal/models.yaml" : ".config/portal/models.yaml");
    return *out ? 0 : err_mem(e, 0);
}

/* Adds what is not there yet: the program's own names stay what they are. */
static int merge(struct registry *all, const struct registry *more,
                 struct err *e)
{
    const size_t count = (size_t)all->count + (size_t)more->count;
    struct model *m = mem_resize(all->model, count * sizeof(*m));

    if (!m)
        return err_mem(e, count * sizeof(*m));
    all->model = m;
    for (int i = 0; i < more->count; i++) {
        if (registry_find(all, more->model[i].name))
            return err_set(e, ERR_DATA, "'%s' is a name the program has",
                           more->model[i].name);
        all->model[all->count++] = more->model[i];
    }
    sort(all);
    return 0;
}

int registry_load(struct registry **out, struct err *e)
{
    struct registry *all = NULL, *more = NULL;
    struct buf text = {0};
    char *path = NULL;
    int rc;

    TRY(registry_parse(shipped_models[0].bytes, shipped_models[0].len,
                       shipped_models[0].name, &all, e));
    TRY(user_file(&path, e));
    if (path && access(path, F_OK) == 0) {
        TRY(file_load(path, REGISTRY_BYTES_MAX, &text, e));
        TRY(registry_parse(text.data, text.len, path, &more, e));
        rc = merge(all, more, e);
        if (rc < 0) {
            err_prefix(e, "registry '%s'", path);
            goto out;
        }
    }
    *out = all;
    all = NULL;
    rc = 0;
out:
    registry_free(all);
    registry_free(more);
    buf_release(&text);
    mem_free(path);
    return rc;
}

void registry_free(struct registry *r)
{
    if (r)
        mem_free(r->model);
    mem_free(r);
}

const struct model *registry_find(const struct registry *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (text_is(r->model[i].name, name))
            return &r->model[i];
    return NULL;
}

int registry_get(const struct registry *r, const char *name,
                 const struct model **out, struct err *e)
{
    const char **names;
    const char *near;

    *out = registry_find(r, name);
    if (*out)
        return 0;
    names = mem_zero((size_t)r->count + 1, sizeof(*names));
    if (!names)
        return err_mem(e, 0);
    for (int i = 0; i < r->count; i++)
        names[i] = r->model[i].name;
    near = text_nearest(name, names);
    mem_free(names);
    return near ? err_set(e, ERR_ARG, "unknown model '%s', did you mean '%s'?",
                          name, near)
                : err_set(e, ERR_ARG,
                          "unknown model '%s': 'portal models list' names all",
                          name);
}
