/* Models that are here: finding, checking, adding, removing. */

#include "store/models.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "nn/safetensors.h"
#include "store/manifest.h"
#include "store/paths.h"

int models_open(struct models *m, struct err *e)
{
    struct models fresh = {0};
    int rc;

    *m = fresh;
    TRY(paths_models(&fresh.folder, e));
    if (!fresh.folder)
        TRY(err_set(e, ERR_ARG,
                    "there is no folder for models: neither HOME nor "
                    "XDG_DATA_HOME is set"));
    TRY(registry_load(&fresh.registry, e));
    *m = fresh;
    fresh = (struct models){0};
out:
    models_close(&fresh);
    return rc;
}

void models_close(struct models *m)
{
    registry_free(m->registry);
    mem_free(m->folder);
    *m = (struct models){0};
}

char *models_place(const struct models *m, const char *name, const char *file)
{
    char *folder = path_join(m->folder, name), *path;

    if (!folder || !file)
        return folder;
    path = path_join(folder, file);
    mem_free(folder);
    return path;
}

/* The size of a file of a model; false when there is none. */
static bool file_size(const struct models *m, const char *name,
                      const char *file, uint64_t *size)
{
    char path[PATH_MAX];
    const int n =
        snprintf(path, sizeof(path), "%s/%s/%s", m->folder, name, file);
    struct stat st;

    *size = 0;
    if (n < 0 || n >= (int)sizeof(path) || stat(path, &st) != 0 ||
        !S_ISREG(st.st_mode))
        return false;
    *size = (uint64_t)st.st_size;
    return true;
}

static void look_at(const struct models *m, struct model_entry *entry)
{
    static const struct model added = {.files = 1,
                                       .file = {{.name = MODEL_WEIGHTS}}};
    const struct model *k = entry->known ? entry->known : &added;
    int right = 0, any = 0;

    entry->bytes = 0;
    for (int i = 0; i < k->files; i++) {
        uint64_t size;

        if (!file_size(m, entry->name, k->file[i].name, &size))
            continue;
        any++;
        right += !k->file[i].size || size == k->file[i].size;
        entry->bytes += size;
    }
    entry->state = right == k->files ? MODEL_HERE
                   : any             ? MODEL_PARTIAL
                                     : MODEL_ABSENT;
}

static int add_entry(struct model_entry **list, int *count, const char *name,
                     const struct model *known, struct err *e)
{
    const size_t n = (size_t)*count + 1;
    struct model_entry *more = mem_resize(*list, n * sizeof(*more));

    if (!more)
        return err_mem(e, n * sizeof(*more));
    *list = more;
    more += (*count)++;
    *more = (struct model_entry){.known = known};
    snprintf(more->name, sizeof(more->name), "%s", name);
    return 0;
}

static int add_own(const struct models *m, struct model_entry **list,
                   int *count, struct err *e)
{
    DIR *dir = opendir(m->folder);
    const struct dirent *d;
    uint64_t size;
    int rc = 0;

    if (!dir)
        return errno == ENOENT
                   ? 0
                   : err_errno(e, "cannot open the folder", m->folder);
    while ((d = readdir(dir)))
        if (model_name_fits(d->d_name) &&
            !registry_find(m->registry, d->d_name) &&
            file_size(m, d->d_name, MODEL_WEIGHTS, &size))
            TRY(add_entry(list, count, d->d_name, NULL, e));
out:
    closedir(dir);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct model_entry *)a)->name,
                  ((const struct model_entry *)b)->name);
}

int models_list(const struct models *m, struct model_entry **list, int *count,
                struct err *e)
{
    struct model_entry *all = NULL;
    int n = 0, rc = 0;

    for (int i = 0; i < m->registry->count; i++)
        TRY(add_entry(&all, &n, m->registry->model[i].name,
                      &m->registry->model[i], e));
    TRY(add_own(m, &all, &n, e));
    for (int i = 0; i < n; i++)
        look_at(m, &all[i]);
    if (n > 1)
        qsort(all, (size_t)n, sizeof(*all), by_name);
    *list = all;
    *count = n;
    all = NULL;
out:
    mem_free(all);
    return rc;
}

/* What is here under that name; ERR_ARG when there is no such model at all. */
static int entry_of(const struct models *m, const char *name,
                    struct model_entry *entry, struct err *e)
{
    int rc = 0;

    *entry = (struct model_entry){.known = registry_find(m->registry, name)};
    if (model_name_fits(name)) {
        memcpy(entry->name, name, strlen(name) + 1);
        look_at(m, entry);
    }
    if (!entry->known && entry->state == MODEL_ABSENT)
        rc = registry_get(m->registry, name, &entry->known, e);
    return rc;
}

static int not_here(const struct model_entry *entry, struct err *e)
{
    const uint64_t most = entry->known->file[0].most;

    return err_set(e, ERR_ARG,
                   "model '%s' is not here%s: 'portal models pull %s' fetches "
                   "it (%.0f MB)",
                   entry->name,
                   entry->state == MODEL_PARTIAL ? " as a whole" : "",
                   entry->name, (double)most / 1e6);
}

int models_path(const struct models *m, const char *name, char **path,
                struct err *e)
{
    struct model_entry entry;
    int rc = 0;

    if (strchr(name, '/') || text_is(path_ext(name), "safetensors")) {
        if (access(name, R_OK) != 0)
            return err_errno(e, "cannot open", name);
        *path = mem_text(name);
        return *path ? 0 : err_mem(e, strlen(name));
    }
    TRY(entry_of(m, name, &entry, e));
    if (entry.state != MODEL_HERE)
        TRY(not_here(&entry, e));
    *path = models_place(
        m, name, entry.known ? entry.known->file[0].name : MODEL_WEIGHTS);
    if (!*path)
        rc = err_mem(e, 0);
out:
    return rc;
}

static int check_file(const struct models *m, const char *name,
                      const char *known_sum, const struct manifest *manifest,
                      struct file_check *c, struct err *e)
{
    const struct manifest_file *first = manifest_find(manifest, c->name);
    char *path = models_place(m, name, c->name);
    int rc = path ? 0 : err_mem(e, 0);

    c->check = CHECK_MISSING;
    if (rc < 0 || access(path, F_OK) != 0)
        goto out;
    TRY(sha256_file(path, c->sha256, &c->size, e));
    if (known_sum[0])
        c->check = text_is(known_sum, c->sha256) ? CHECK_RIGHT : CHECK_WRONG;
    else if (first)
        c->check = text_is(first->sha256, c->sha256) ? CHECK_SAME : CHECK_WRONG;
    else
        c->check = CHECK_UNKNOWN;
out:
    mem_free(path);
    return rc;
}

int models_verify(const struct models *m, const char *name,
                  struct file_check check[static MODEL_FILES_MAX], int *count,
                  struct err *e)
{
    struct manifest manifest;
    struct model_entry entry;
    uint64_t size;
    int rc;

    *count = 0;
    TRY(entry_of(m, name, &entry, e));
    if (entry.state == MODEL_ABSENT)
        TRY(not_here(&entry, e));
    TRY(manifest_read(m, name, &manifest, e));
    memset(check, 0, MODEL_FILES_MAX * sizeof(*check));
    for (int i = 0; entry.known && i < entry.known->files; i++) {
        const struct model_file *f = &entry.known->file[i];

        memcpy(check[i].name, f->name, sizeof(f->name));
        TRY(check_file(m, name, f->sha256, &manifest, &check[i], e));
        *count = i + 1;
    }
    if (entry.known)
        goto out;
    memcpy(check[0].name, MODEL_WEIGHTS, sizeof(MODEL_WEIGHTS));
    TRY(check_file(m, name, "", &manifest, &check[0], e));
    *count = 1;
    if (!manifest_find(&manifest, MODEL_CONFIG) &&
        !file_size(m, name, MODEL_CONFIG, &size))
        goto out;
    memcpy(check[1].name, MODEL_CONFIG, sizeof(MODEL_CONFIG));
    TRY(check_file(m, name, "", &manifest, &check[1], e));
    *count = 2;
out:
    return rc;
}

/* Lower case, and what no name may have becomes '-'. */
static int name_from(const char *file, char name[static MODEL_NAME_MAX],
                     struct err *e)
{
    char *folder = path_folder(file), *full = NULL;
    const char *base = path_name(file);
    size_t n;
    int rc = 0;

    if (folder && text_is(base, MODEL_WEIGHTS)) {
        full = realpath(folder, NULL); /* the system's memory */
        base = full ? path_name(full) : "";
    }
    n = text_is(path_ext(base), "safetensors") ? strlen(base) - 12
                                               : strlen(base);
    snprintf(name, MODEL_NAME_MAX, "%.*s", (int)n, base);
    for (char *s = name; *s; s++) {
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s - 'A' + 'a');
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", *s))
            *s = '-';
    }
    if (!folder)
        rc = err_mem(e, 0);
    else if (!model_name_fits(name) || n >= MODEL_NAME_MAX)
        rc = err_set(e, ERR_ARG,
                     "'%s' gives no name for a model: choose one with --name",
                     file);
    free(full);
    mem_free(folder);
    return rc;
}

static int copy_file(const char *from, const char *to, struct err *e)
{
    const size_t piece = (size_t)1 << 20;
    struct infile in = {.fd = -1};
    struct outfile f = {.fd = -1};
    uint8_t *bytes = mem_alloc(piece);
    int rc;

    if (!bytes)
        TRY(err_mem(e, piece));
    TRY(infile_open(&in, from, e));
    TRY(outfile_open(&f, to, e));
    for (uint64_t at = 0; at < in.size;) {
        const uint64_t left = in.size - at;
        const size_t n = left < piece ? (size_t)left : piece;

        TRY(infile_read(&in, at, bytes, n, e));
        TRY(outfile_add(&f, bytes, n, e));
        at += n;
    }
    rc = outfile_commit(&f, true, e);
out:
    outfile_abandon(&f);
    infile_close(&in);
    mem_free(bytes);
    return rc;
}

/* Copies one file of a model and records it. */
static int take_file(const struct models *m, const char *name, const char *from,
                     const char *file, struct manifest *manifest, struct err *e)
{
    struct manifest_file record = {.size = 0};
    char *to = models_place(m, name, file);
    int rc;

    if (!to)
        TRY(err_mem(e, 0));
    TRY(copy_file(from, to, e));
    TRY(sha256_file(to, record.sha256, &record.size, e));
    snprintf(record.name, sizeof(record.name), "%s", file);
    snprintf(record.from, sizeof(record.from), "%s", from);
    text_clean(record.from);
    (void)manifest_set(manifest, &record);
out:
    mem_free(to);
    return rc;
}

static int may_add(const struct models *m, const char *name, bool replace,
                   struct err *e)
{
    uint64_t size;

    if (!model_name_fits(name))
        return err_set(e, ERR_ARG,
                       "'%s' is no name for a model: it has lower-case "
                       "letters, digits, '-', '_' and '.'",
                       name);
    if (registry_find(m->registry, name))
        return err_set(e, ERR_ARG,
                       "'%s' is a model of the registry: choose another name "
                       "with --name, or use 'pull %s --from FILE'",
                       name, name);
    if (!replace && file_size(m, name, MODEL_WEIGHTS, &size))
        return err_set(e, ERR_ARG,
                       "there is a model '%s' already: --replace puts this one "
                       "in its place",
                       name);
    return 0;
}

static int remove_file(const struct models *m, const char *name,
                       const char *file, uint64_t *bytes, struct err *e)
{
    char *path = models_place(m, name, file);
    struct stat st;
    int rc = path ? 0 : err_mem(e, 0);

    if (path && lstat(path, &st) == 0) {
        if (unlink(path) == 0)
            *bytes += (uint64_t)st.st_size;
        else
            rc = err_errno(e, "cannot remove", path);
    }
    mem_free(path);
    return rc;
}

int models_add(const struct models *m, const char *file, const char *name,
               bool replace, char used[static MODEL_NAME_MAX], struct err *e)
{
    struct manifest manifest = {.files = 0};
    struct safetensors *weights = NULL;
    char *folder = path_folder(file);
    char *config = folder ? path_join(folder, MODEL_CONFIG) : NULL;
    uint64_t bytes = 0;
    int rc;

    if (!config)
        TRY(err_mem(e, strlen(file)));
    if (name)
        snprintf(used, MODEL_NAME_MAX, "%s", name);
    else
        TRY(name_from(file, used, e));
    TRY(may_add(m, name ? name : used, replace, e));
    TRY(safetensors_open(file, &weights, e));
    TRY(take_file(m, used, file, MODEL_WEIGHTS, &manifest, e));
    if (access(config, R_OK) == 0)
        TRY(take_file(m, used, config, MODEL_CONFIG, &manifest, e));
    else
        TRY(remove_file(m, used, MODEL_CONFIG, &bytes, e));
    rc = manifest_write(m, used, &manifest, e);
out:
    safetensors_close(weights);
    mem_free(config);
    mem_free(folder);
    return rc;
}

int models_remove(const struct models *m, const char *name, uint64_t *bytes,
                  struct err *e)
{
    struct model_entry entry;
    char *folder = NULL;
    char other[MODEL_NAME_MAX + 8];
    int rc;

    *bytes = 0;
    TRY(entry_of(m, name, &entry, e));
    for (int i = 0; entry.known && i < entry.known->files; i++) {
        TRY(remove_file(m, name, entry.known->file[i].name, bytes, e));
        snprintf(other, sizeof(other), "%s.part", entry.known->file[i].name);
        TRY(remove_file(m, name, other, bytes, e));
        snprintf(other, sizeof(other), "%s.etag", entry.known->file[i].name);
        TRY(remove_file(m, name, other, bytes, e));
    }
    if (!entry.known) {
        TRY(remove_file(m, name, MODEL_CONFIG, bytes, e));
        TRY(remove_file(m, name, MODEL_WEIGHTS, bytes, e));
        snprintf(other, sizeof(other), "%s.json", name);
        folder = path_join(m->folder, other);
        if (folder)
            unlink(folder);
        mem_free(folder);
        folder = NULL;
    }
    folder = models_place(m, name, NULL);
    if (!folder)
        TRY(err_mem(e, 0));
    if (rmdir(folder) && errno != ENOENT)
        rc = err_errno(e, "cannot remove the folder", folder);
out:
    mem_free(folder);
    return rc;
}
