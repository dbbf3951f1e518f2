/* portal doctor: what this machine and this installation can do. */

#include <stdarg.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "cli/json.h"
#include "cli/page.h"
#include "cli/selftest.h"
#include "codec/codec.h"
#include "codec/module.h"
#include "run/memory.h"

struct options {
    struct text_list words;
    bool json;
};

static const struct param params[] = {
    P_BOOL(options, json, .doc = "Prints JSON"),
    P_END,
};

/* Findings come one by one, as lines for a person or members for a program. */
struct report {
    FILE *out;
    json_t *json; /* NULL: lines */
    bool sound;
};

static void say(struct report *r, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct report *r, const char *what, const char *fmt, ...)
{
    char text[1000];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (r->json) {
        json_add(r->json, what, json_text(text));
        return;
    }
    fprintf(r->out, "%-14s ", what);
    put_wrapped(r->out, 15, 15, text);
}

static void machine(struct report *r)
{
    say(r, "portal", "%s", PORTAL_VERSION);
    say(r, "cpu", "%s level", cpu_isa_name(cpu_isa()));
    say(r, "threads", "%d", cpu_count());
    say(r, "memory", "%llu MB for pictures",
        (unsigned long long)(memory_budget() >> 20));
}

static void kernels(struct report *r)
{
    char wrong[400] = "";
    size_t n = 0;
    int ran = 0, result;
    struct err e;

    for (int i = 0; ops[i]; i++) {
        e = (struct err){0};
        result = selftest_op(ops[i], cpu_isa(), &e);
        ran += result >= 0;
        if (result == 0 && n < sizeof(wrong))
            n += (size_t)snprintf(wrong + n, sizeof(wrong) - n, " %s",
                                  ops[i]->name);
    }
    if (n > 0) {
        r->sound = false;
        say(r, "self_test",
            "WRONG: the %s level gives other bits than the portable one in%s; "
            "set PORTAL_ISA=base and report it",
            cpu_isa_name(cpu_isa()), wrong);
    } else {
        say(r, "self_test", "%d operations give the same bits at every level",
            ran);
    }
}

static void formats(struct report *r)
{
    char names[200] = "";
    size_t n = 0;

    for (int i = 0; codecs[i] && n < sizeof(names); i++)
        n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
                              i ? ", " : "", codecs[i]->name);
    say(r, "formats", "%s", names);
}

static void modules(struct report *r)
{
    for (int i = 0; module_names[i]; i++) {
        char path[MODULE_PATH_MAX], what[32];
        const struct module_id *id;
        struct err e = {0};

        snprintf(what, sizeof(what), "module_%s", module_names[i]);
        if (module_probe(module_names[i], path, &id, &e) < 0)
            say(r, what, "missing: %s", e.text);
        else
            say(r, what, "%s, %s", id->about, path);
    }
}

static void folders(struct report *r)
{
    struct look_list list = {0};
    char *folder = NULL;
    struct err e = {0};
    int own = 0;

    if (look_user_folder(&folder, &e) < 0 || look_list(&list, &e) < 0) {
        say(r, "looks", "%s", e.text);
        r->sound = false;
    } else {
        for (int i = 0; i < list.count; i++)
            own += list.entry[i].path != NULL;
        say(r, "looks", "%d shipped, %d of your own in %s%s", list.count - own,
            own, folder ? folder : "no folder, for HOME is not set",
            folder && access(folder, R_OK) != 0 ? " (not there)" : "");
    }
    look_list_release(&list);
    mem_free(folder);
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    struct report r = {.out = out, .sound = true};
    int rc = 0;

    if (o->words.count > 0)
        return err_set(e, ERR_ARG, "takes no files");
    if (o->json)
        r.json = json_object();
    machine(&r);
    kernels(&r);
    formats(&r);
    modules(&r);
    folders(&r);
    if (o->json)
        rc = json_put(out, r.json, true, e);
    return rc < 0 ? rc : r.sound ? EXIT_DONE : EXIT_FAILED;
}

const struct command command_doctor = {
    .name = "doctor",
    .words = "",
    .doc = "Says what this machine and this installation can do",
    .help = "Exits with 1 when something is wrong. A module that is missing is "
            "not: the text says which package brings it.",
    .params = params,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .run = run,
};
