/* portal models pull: licence, progress, and the fetching itself. */

#include <unistd.h>

#include "base/trace.h"
#include "cli/json.h"
#include "cli/models.h"
#include "store/pull.h"

/* What is told while files come. */
struct teller {
    const struct models_options *o;
    const char *model;
    FILE *out;
    bool bar;
    int64_t told_ns, start_ns;
    uint64_t start;
    struct err *e;
};

static int allowed(const struct model *m, bool accepted, struct err *e)
{
    if (m->commercial == COMMERCIAL_YES || accepted)
        return 0;
    return err_set(
        e, ERR_ARG,
        "the licence of '%s' is %s%s; see %s, then say "
        "--accept-licence",
        m->name, m->licence,
        m->commercial == COMMERCIAL_NO ? ", which forbids commercial use" : "",
        m->page);
}

static void put_line(const struct teller *t, const struct pull_news *n,
                     const char *event)
{
    json_t *object = json_object();

    json_add(object, "model", json_text(t->model));
    json_add(object, "file", json_text(n->file));
    json_add(object, "event", json_text(event));
    json_add(object, "bytes", json_integer((json_int_t)n->at));
    if (n->total)
        json_add(object, "total", json_integer((json_int_t)n->total));
    if (n->step == PULL_START)
        json_add(object, "from", json_text(n->from));
    if (n->sha256) {
        json_add(object, "sha256", json_text(n->sha256));
        json_add(object, "in_registry", json_boolean(n->pinned));
    }
    (void)json_put(t->out, object, false, t->e);
    fflush(t->out);
}

static void put_bar(const struct teller *t, const struct pull_news *n)
{
    const double seconds = (double)(time_ns() - t->start_ns) / 1e9;
    const double speed =
        seconds > 0 ? (double)(n->at - t->start) / 1e6 / seconds : 0;

    if (n->total)
        fprintf(stderr, "\r%s  %3.0f%%  %.1f of %.1f MB  %.1f MB/s\033[K",
                n->file, 100.0 * (double)n->at / (double)n->total,
                (double)n->at / 1e6, (double)n->total / 1e6, speed);
    else
        fprintf(stderr, "\r%s  %.1f MB  %.1f MB/s\033[K", n->file,
                (double)n->at / 1e6, speed);
    fflush(stderr);
}

/* At most ten bars or one line of JSON a second. */
static bool is_time(struct teller *t)
{
    const int64_t now = time_ns();

    if (now - t->told_ns < (t->o->json ? 1000000000 : 100000000))
        return false;
    t->told_ns = now;
    return true;
}

static void tell_line(const struct teller *t, const struct pull_news *n)
{
    const bool here = n->step == PULL_HERE;
    char size[32];

    models_size(n->at, size);
    fprintf(t->out, "%s/%s: %s, %s, sha256 %s%s\n", t->model, n->file,
            here ? "is here" : "done", size, n->sha256,
            n->pinned ? ""
            : here    ? " (not in the registry, but as it first came)"
                      : " (not in the registry, now recorded)");
}

static void tell(void *arg, const struct pull_news *n)
{
    static const char *const events[] = {"here", "start", "progress", "done"};
    struct teller *t = arg;

    if (n->step == PULL_START) {
        t->start = n->at;
        t->start_ns = t->told_ns = time_ns();
    }
    if (n->step == PULL_MORE && !is_time(t))
        return;
    if (t->bar && n->sha256)
        fputs("\r\033[K", stderr); /* the bar */
    if (t->o->json)
        put_line(t, n, events[n->step]);
    else if (n->step == PULL_DONE || n->step == PULL_HERE)
        tell_line(t, n);
    else if (t->bar)
        put_bar(t, n);
}

static int pull_one(const struct models *m, const char *name,
                    const struct models_options *o, FILE *out, struct err *e)
{
    const char *mirror = getenv("PORTAL_MODELS_MIRROR");
    struct teller t = {
        .o = o,
        .model = name,
        .out = out,
        .bar = !o->json && isatty(STDERR_FILENO),
        .e = e,
    };
    const struct pull_options how = {
        .from = o->from,
        .mirror = o->mirror           ? o->mirror
                  : mirror && *mirror ? mirror
                                      : NULL,
        .trust = o->trust,
        .stall_s = o->timeout,
        .news = tell,
        .arg = &t,
    };
    const struct model *model;
    int rc;

    TRY(registry_get(m->registry, name, &model, e));
    rc = pull_model(m, model, &how, e);
    if (t.bar && rc < 0)
        fputs("\r\033[K", stderr);
    if (rc < 0)
        err_prefix(e, "%s", name);
out:
    return rc;
}

int models_pull(const struct models *m, const struct models_options *o,
                FILE *out, struct err *e)
{
    const struct model *model;
    int rc;

    if (o->words.count < 2)
        TRY(err_set(e, ERR_ARG, "pull needs the name of a model"));
    if (o->from && o->words.count > 2)
        TRY(err_set(e, ERR_ARG, "--from is for one model at a time"));
    for (int i = 1; i < o->words.count; i++) {
        TRY(registry_get(m->registry, o->words.item[i], &model, e));
        TRY(allowed(model, o->accept_licence, e));
    }
    for (int i = 1; i < o->words.count; i++)
        TRY(pull_one(m, o->words.item[i], o, out, e));
out:
    return rc;
}
