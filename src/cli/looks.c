/* portal looks: list, show, check them, and make one of a command line. */

#include "base/file.h"
#include "cli/json.h"
#include "cli/page.h"

#include <string.h>
#include <unistd.h>

struct options {
    struct text_list words;
    struct look_request look;
    const char *name, *doc, *output;
    bool json;
};

static const struct verb verbs[] = {
    {"list", "", "Lists shipped looks and those in your folder", WORD_NONE},
    {"show", "NAME|FILE...", "Shows the steps of looks", WORD_LOOK},
    {"check", "FILE...", "Says whether files are sound looks", WORD_FILE},
    {"export", "", "Writes the look that the options describe as YAML",
     WORD_NONE},
    {NULL, NULL, NULL, WORD_NONE},
};

static const struct flag flags[] = {
    {"look", "NAME|FILE", "For export, a look to begin with",
     offsetof(struct options, look.look), true, WORD_LOOK},
    {"set", "OP.PARAM=VALUE",
     "For export, changes a value of the last such step",
     offsetof(struct options, look.set), true, WORD_NONE},
    {"name", "TEXT", "For export, the name of the new look",
     offsetof(struct options, name), false, WORD_NONE},
    {"doc", "TEXT", "For export, the sentence that describes it",
     offsetof(struct options, doc), false, WORD_NONE},
    {"output", "FILE", "For export, where to write it instead of printing it",
     offsetof(struct options, output), false, WORD_FILE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct param params[] = {
    {.key = "profile",
     .type = PARAM_CHOICE,
     .at = offsetof(struct options, look.profile),
     .names = look_profiles,
     .doc = "For export, scales the costly steps"},
    P_BOOL(options, json, .doc = "For list and show, prints JSON"),
    P_END,
};

static const struct letter letters[] = {
    {'o', "output"}, {'l', "look"}, {'s', "set"}, {0, NULL}};

static json_t *look_json(const struct look *look)
{
    json_t *object = json_object(), *steps = json_array();

    json_add(object, "name", json_text(look->name));
    json_add(object, "doc", json_text(look->doc));
    for (int i = 0; i < look->count; i++) {
        const struct step *s = &look->step[i];
        json_t *step = json_object(), *values = json_object();
        for (const struct param *p = s->op->params; p->type != PARAM_END; p++)
            if (!param_is_default(p, s->values))
                json_add(values, p->key, json_value(p, s->values));
        if (s->mask.kind) {
            char mask[MASK_TEXT_MAX];

            mask_text(&s->mask, mask);
            json_add(values, "mask", json_text(mask));
        }
        json_add(step, s->op->name, values);
        json_array_append_new(steps, step);
    }
    json_add(object, "steps", steps);
    return object;
}

static json_t *entry_json(const struct look_entry *entry,
                          const struct look *look, const struct err *why)
{
    json_t *object = json_object();

    json_add(object, "name", json_text(entry->name));
    json_add(object, "origin", json_text(entry->path ? "user" : "shipped"));
    if (entry->path)
        json_add(object, "path", json_text(entry->path));
    json_add(object, look ? "doc" : "error",
             json_text(look ? look->doc : why->text));
    return object;
}

static void put_entry(FILE *out, const struct look_entry *entry,
                      const char *text, bool sound)
{
    const char *path = sound && entry->path ? entry->path : "";

    fprintf(out, "%-24s %s%s%s%s%s\n", entry->name, text,
            *text && *path ? " " : "", *path ? "(" : "", path,
            *path ? ")" : "");
}

static int list(const struct options *o, FILE *out, struct err *e)
{
    struct look_list all = {0};
    json_t *array = o->json ? json_array() : NULL;
    int rc;

    TRY(look_list(&all, e));
    for (int i = 0; i < all.count; i++) {
        const struct look_entry *entry = &all.entry[i];
        struct look *look = NULL;
        struct err why = {0};

        (void)look_find(entry->path ? entry->path : entry->name, &look, &why);
        if (o->json)
            json_array_append_new(array, entry_json(entry, look, &why));
        else
            put_entry(out, entry, look ? look->doc : why.text, look != NULL);
        look_free(look);
    }
    if (o->json) {
        rc = json_put(out, array, true, e);
        array = NULL;
    }
out:
    json_decref(array);
    look_list_release(&all);
    return rc;
}

static int show(const struct options *o, FILE *out, struct err *e)
{
    struct look *look = NULL;
    int rc = 0;

    if (o->words.count < 2)
        return err_set(e, ERR_ARG, "show needs the name or file of a look");
    for (int i = 1; i < o->words.count; i++) {
        TRY(look_find(o->words.item[i], &look, e));
        if (o->json)
            TRY(json_put(out, look_json(look), true, e));
        else
            help_look(out, look);
        look_free(look);
        look = NULL;
    }
out:
    look_free(look);
    return rc;
}

static int check(const struct options *o, FILE *out, struct err *e)
{
    const int files = o->words.count - 1;
    int failed = 0;

    if (files < 1)
        return err_set(e, ERR_ARG, "check needs the file of a look");
    for (int i = 1; i <= files; i++) {
        struct look *look = NULL;
        struct err why = {0};

        if (look_find(o->words.item[i], &look, &why) < 0) {
            fprintf(stderr, "portal: looks: %s\n", why.text);
            failed++;
        } else {
            fprintf(out, "%s: %d step%s\n", o->words.item[i], look->count,
                    look->count == 1 ? "" : "s");
        }
        look_free(look);
    }
    return failed == 0 ? EXIT_DONE : failed < files ? EXIT_SOME : EXIT_FAILED;
}

/* A look that moves to another folder must still find its files. */
static int make_absolute(const struct step *s, struct err *e)
{
    char name[PARAM_TEXT_MAX], here[4096];
    char *folder = NULL, *path = NULL;
    int rc = 0;

    for (const struct param *p = s->op->params; p->type != PARAM_END; p++) {
        param_get(p, s->values, name);
        if (!look_value_is_file(p, name) || name[0] == '/')
            continue;
        if (!getcwd(here, sizeof(here)))
            return err_errno(e, "cannot find", "the current folder");
        folder = !s->folder            ? mem_text(here)
                 : s->folder[0] == '/' ? mem_text(s->folder)
                                       : path_join(here, s->folder);
        path = folder ? path_join(folder, name) : NULL;
        rc = path ? param_set(s->op->params, s->values, p->key, path, e)
                  : err_mem(e, sizeof(here));
        mem_free(folder);
        mem_free(path);
        if (rc < 0)
            break;
    }
    return rc;
}

static int write_file(const char *path, const struct buf *text, struct err *e)
{
    struct outfile f = {.fd = -1};
    int rc;

    TRY(outfile_open(&f, path, e));
    TRY(outfile_add(&f, text->data, text->len, e));
    rc = outfile_commit(&f, true, e);
out:
    outfile_abandon(&f);
    return rc;
}

static int export(const struct options *o, FILE *out, struct err *e)
{
    struct buf text = {.max = LOOK_BYTES_MAX};
    struct look *look = NULL;
    int rc;

    TRY(look_build(&o->look, &look, e));
    if (o->name || !look->name[0])
        snprintf(look->name, sizeof(look->name), "%s",
                 o->name ? o->name : "mine");
    if (o->doc)
        snprintf(look->doc, sizeof(look->doc), "%s", o->doc);
    for (int i = 0; i < look->count; i++)
        TRY(make_absolute(&look->step[i], e));
    TRY(look_write(look, &text, e));
    if (o->output)
        rc = write_file(o->output, &text, e);
    else
        fwrite(text.data, 1, text.len, out);
out:
    buf_release(&text);
    look_free(look);
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    static int (*const runs[])(const struct options *, FILE *,
                               struct err *) = {list, show, check, export};
    const struct verb *v;
    int rc;

    TRY(verb_of(verbs, &((const struct options *)options)->words, &v, e));
    rc = runs[v - verbs](options, out, e);
out:
    return rc;
}

const struct command command_looks = {
    .name = "looks",
    .words = "[list | show NAME... | check FILE... | export]",
    .doc = "Lists, shows, checks and writes looks",
    .help = "A look is an ordered list of steps with their values, in YAML. A "
            "name means a shipped look or, after those, "
            "$XDG_CONFIG_HOME/portal/looks/NAME.yaml; a text with a slash or "
            "ending in .yaml is a file.\n\n"
            "  portal looks export --look signature --exposure.ev=0.3 "
            "-o mine.yaml",
    .verbs = verbs,
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .steps_at = offsetof(struct options, look.step),
    .run = run,
};
