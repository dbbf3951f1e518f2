/* portal models: which there are, fetching, adding, checking, removing. */

#include "cli/models.h"

#include "base/mem.h"
#include "cli/json.h"

#define AT(field) offsetof(struct models_options, field)

static const struct verb verbs[] = {
    {"list", "", "Lists models: known ones and your own", WORD_NONE},
    {"pull", "NAME...", "Fetches models", WORD_MODEL},
    {"add", "FILE", "Adds a safetensors file of your own", WORD_FILE},
    {"verify", "[NAME...]", "Compares files with their checksums", WORD_MODEL},
    {"remove", "NAME...", "Removes models from this disk", WORD_MODEL},
    {"path", "[NAME]", "Prints the folder, or where a model's weights are",
     WORD_MODEL},
    {NULL, NULL, NULL, WORD_NONE},
};

static const struct flag flags[] = {
    {"from", "FILE|URL",
     "For pull, the weights or the folder to take instead of the registry's",
     AT(from), false, WORD_FILE},
    {"mirror", "URL",
     "For pull, a server with the same paths as the registry's", AT(mirror),
     false, WORD_NONE},
    {"name", "NAME", "For add, what to call the model", AT(name), false,
     WORD_NONE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct param params[] = {
    P_BOOL(models_options, accept_licence,
           .doc = "For pull, says that the licence allows your use"),
    P_BOOL(models_options, trust,
           .doc = "For pull, takes files whose checksum is not known"),
    P_INT(models_options, timeout, .lo = 1, .hi = 3600, .def = 30, .unit = "s",
          .doc = "For pull, gives up a server that sends nothing for so long"),
    P_BOOL(models_options, replace,
           .doc = "For add, puts the file in the place of an older one"),
    P_BOOL(models_options, json, .doc = "Prints JSON, a line for each event"),
    P_END,
};

void models_size(uint64_t bytes, char text[static 32])
{
    if (bytes < 100000)
        snprintf(text, 32, "%ju bytes", (uintmax_t)bytes);
    else
        snprintf(text, 32, "%.0f MB", (double)bytes / 1e6);
}

static const char *const states[] = {"absent", "partial", "here"};

/* What its files have or are to have together, 0 when not all are known. */
static uint64_t size_of(const struct model *m)
{
    uint64_t sum = 0;

    for (int i = 0; i < m->files; i++)
        sum += m->file[i].size ? m->file[i].size : m->file[i].most;
    return sum;
}

static json_t *files_json(const struct model *m)
{
    json_t *files = json_array();

    for (int i = 0; i < m->files; i++) {
        const struct model_file *f = &m->file[i];
        json_t *file = json_object();

        json_add(file, "name", json_text(f->name));
        json_add(file, "size",
                 f->size ? json_integer((json_int_t)f->size) : json_null());
        json_add(file, "sha256",
                 f->sha256[0] ? json_text(f->sha256) : json_null());
        json_array_append_new(files, file);
    }
    return files;
}

static json_t *entry_json(const struct model_entry *entry)
{
    json_t *object = json_object();

    json_add(object, "name", json_text(entry->name));
    json_add(object, "state", json_text(states[entry->state]));
    json_add(object, "bytes", json_integer((json_int_t)entry->bytes));
    json_add(object, "origin", json_text(entry->known ? "registry" : "added"));
    if (entry->known) {
        json_add(object, "doc", json_text(entry->known->doc));
        json_add(object, "licence", json_text(entry->known->licence));
        json_add(object, "commercial",
                 json_text(commercial_names[entry->known->commercial]));
        json_add(object, "page", json_text(entry->known->page));
        json_add(object, "files", files_json(entry->known));
    }
    return object;
}

static void put_entry(FILE *out, const struct model_entry *entry)
{
    const struct model *k = entry->known;
    char size[32];

    models_size(k && entry->state == MODEL_ABSENT ? size_of(k) : entry->bytes,
                size);
    fprintf(out, "%-20s %-8s %8s  ", entry->name, states[entry->state], size);
    if (k)
        fprintf(out, "%s (licence: %s; commercial use: %s)\n", k->doc,
                k->licence, commercial_names[k->commercial]);
    else
        fprintf(out, "added by you\n");
}

static int list(const struct models *m, const struct models_options *o,
                FILE *out, struct err *e)
{
    struct model_entry *all = NULL;
    json_t *array;
    int rc, count;

    TRY(models_list(m, &all, &count, e));
    array = o->json ? json_array() : NULL;
    for (int i = 0; i < count; i++)
        if (o->json)
            json_array_append_new(array, entry_json(&all[i]));
        else
            put_entry(out, &all[i]);
    if (o->json)
        rc = json_put(out, array, true, e);
out:
    mem_free(all);
    return rc;
}

static int add(const struct models *m, const struct models_options *o,
               FILE *out, struct err *e)
{
    char used[MODEL_NAME_MAX];
    json_t *object;
    int rc;

    if (o->words.count != 2)
        TRY(err_set(e, ERR_ARG, "add needs one safetensors file"));
    TRY(models_add(m, o->words.item[1], o->name, o->replace, used, e));
    if (o->json) {
        object = json_object();
        json_add(object, "model", json_text(used));
        rc = json_put(out, object, false, e);
    } else {
        fprintf(out, "added as '%s'\n", used);
    }
out:
    return rc;
}

static const char *const check_words[] = {
    [CHECK_RIGHT] = "right",
    [CHECK_SAME] = "as it first came",
    [CHECK_UNKNOWN] = "nothing to compare with",
    [CHECK_MISSING] = "missing",
    [CHECK_WRONG] = "wrong",
};

static int put_check(FILE *out, const char *name, const struct file_check *c,
                     bool json, struct err *e)
{
    json_t *object;

    if (!json) {
        fprintf(out, "%s/%s: %s%s%s\n", name, c->name, check_words[c->check],
                c->sha256[0] ? ", sha256 " : "", c->sha256);
        return 0;
    }
    object = json_object();
    json_add(object, "model", json_text(name));
    json_add(object, "file", json_text(c->name));
    json_add(object, "check", json_text(check_words[c->check]));
    json_add(object, "size", json_integer((json_int_t)c->size));
    json_add(object, "sha256",
             c->sha256[0] ? json_text(c->sha256) : json_null());
    return json_put(out, object, false, e);
}

/* Adds what is wrong to *bad. */
static int verify_one(const struct models *m, const char *name, bool json,
                      FILE *out, int *bad, struct err *e)
{
    struct file_check check[MODEL_FILES_MAX];
    int rc, count;

    TRY(models_verify(m, name, check, &count, e));
    for (int i = 0; i < count; i++) {
        *bad += check[i].check == CHECK_WRONG ||
                check[i].check == CHECK_MISSING;
        TRY(put_check(out, name, &check[i], json, e));
    }
out:
    return rc;
}

static int verify(const struct models *m, const struct models_options *o,
                  FILE *out, struct err *e)
{
    struct model_entry *all = NULL;
    int rc, count, bad = 0;

    TRY(models_list(m, &all, &count, e));
    for (int i = 1; i < o->words.count; i++)
        TRY(verify_one(m, o->words.item[i], o->json, out, &bad, e));
    for (int i = 0; o->words.count < 2 && i < count; i++)
        if (all[i].state != MODEL_ABSENT)
            TRY(verify_one(m, all[i].name, o->json, out, &bad, e));
    rc = bad ? EXIT_FAILED : EXIT_DONE;
out:
    mem_free(all);
    return rc;
}

static int remove_them(const struct models *m, const struct models_options *o,
                       FILE *out, struct err *e)
{
    char size[32];
    uint64_t bytes;
    json_t *object;
    int rc;

    if (o->words.count < 2)
        TRY(err_set(e, ERR_ARG, "remove needs the name of a model"));
    for (int i = 1; i < o->words.count; i++) {
        TRY(models_remove(m, o->words.item[i], &bytes, e));
        models_size(bytes, size);
        if (o->json) {
            object = json_object();
            json_add(object, "model", json_text(o->words.item[i]));
            json_add(object, "removed", json_integer((json_int_t)bytes));
            TRY(json_put(out, object, false, e));
        } else {
            fprintf(out, "removed '%s', %s\n", o->words.item[i], size);
        }
    }
out:
    return rc;
}

static int path(const struct models *m, const struct models_options *o,
                FILE *out, struct err *e)
{
    char *file = NULL;
    json_t *object;
    int rc = 0;

    if (o->words.count > 2)
        TRY(err_set(e, ERR_ARG, "path takes one name"));
    if (o->words.count == 2)
        TRY(models_path(m, o->words.item[1], &file, e));
    if (o->json) {
        object = json_object();
        json_add(object, "path", json_text(file ? file : m->folder));
        rc = json_put(out, object, false, e);
    } else {
        fprintf(out, "%s\n", file ? file : m->folder);
    }
out:
    mem_free(file);
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    static int (*const runs[])(
        const struct models *, const struct models_options *, FILE *,
        struct err *) = {list, models_pull, add, verify, remove_them, path};
    const struct models_options *o = options;
    const struct verb *v;
    struct models m = {0};
    int rc;

    TRY(verb_of(verbs, &o->words, &v, e));
    TRY(models_open(&m, e));
    rc = runs[v - verbs](&m, o, out, e);
out:
    models_close(&m);
    return rc;
}

const struct command command_models = {
    .name = "models",
    .words = "[list | pull | add | verify | remove | path] ...",
    .doc = "Fetches, adds, checks and removes models",
    .help =
        "Models estimate depth where a picture has none. None comes with the "
        "program, and none is fetched without being asked for. They are kept "
        "in $XDG_DATA_HOME/portal/models.\n\n"
        "pull goes on with what an earlier call has left, compares size and "
        "sha256 with the registry, and puts a file in its place when it is "
        "right. Where the registry has no checksum, --trust is needed; what "
        "comes first is recorded and compared with from then on. A model "
        "whose licence forbids commercial use, or is unclear about it, needs "
        "--accept-licence. --from takes weights that you have, checked in the "
        "same way. --mirror, or PORTAL_MODELS_MIRROR, is an address in place "
        "of the registry's.\n\n"
        "$XDG_CONFIG_HOME/portal/models.yaml adds models of your own, in the "
        "form of the program's models/registry.yaml.\n\n"
        "  portal models pull dav2-small",
    .verbs = verbs,
    .params = params,
    .flags = flags,
    .size = sizeof(struct models_options),
    .words_at = AT(words),
    .run = run,
};
