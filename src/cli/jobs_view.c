/* How far work is, for people and programs. */

#include <time.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/jobs.h"
#include "cli/json.h"

#define FAILURES 5 /* that are shown unasked */

void jobs_line(FILE *out, const struct jobs_view *v)
{
    const struct tally *t = &v->tally;
    const int left = t->queued + t->leased;

    fprintf(out, "%s: %d of %d done", v->folder, t->done,
            t->done + t->failed + left);
    if (t->failed)
        fprintf(out, ", %d failed", t->failed);
    if (t->leased)
        fprintf(out, ", %d being made", t->leased);
    if (t->queued)
        fprintf(out, ", %d queued", t->queued);
    if (t->lately && left)
        fprintf(out, ", %.0f images/h", t->per_hour);
    if (v->waiting + v->begun)
        fprintf(out, "; Slurm: %d tasks wait, %d run", v->waiting, v->begun);
    fputc('\n', out);
}

/* "2026-11-22 21:30:00", local time. */
static void time_text(int64_t ms, char text[static 32])
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (!localtime_r(&seconds, &tm) ||
        !strftime(text, 32, "%Y-%m-%d %H:%M:%S", &tm))
        snprintf(text, 32, "?");
}

static const char *state_of(const struct tally_run *r)
{
    return r->alive ? "alive" : r->ended_ms ? "ended" : "died";
}

/* One that has ended and left nothing behind tells nobody anything. */
static bool is_worth(const struct tally_run *r)
{
    return r->alive || r->held || r->done || r->failed;
}

static void put_runs(FILE *out, const struct tally *t)
{
    bool headed = false;
    char since[32];

    for (int i = 0; i < t->runs; i++) {
        struct tally_run r = t->run[i];

        if (!is_worth(&r))
            continue;
        if (!headed)
            fprintf(out, "%4s  %-16s %8s  %-10s  %-19s  %-5s  %5s %6s %6s\n",
                    "run", "host", "pid", "slurm", "since", "state", "holds",
                    "done", "failed");
        headed = true;
        time_text(r.began_ms, since);
        text_clean(r.host);
        fprintf(out, "%4lld  %-16s %8ld  %-10s  %-19s  %-5s  %5d %6d %6d\n",
                (long long)r.run, r.host, r.pid, r.slurm[0] ? r.slurm : "-",
                since, state_of(&r), r.held, r.done, r.failed);
    }
}

static void put_failures(FILE *out, const struct tally *t, bool all)
{
    const int shown = all || t->failures < FAILURES ? t->failures : FAILURES;

    for (int i = 0; i < shown; i++) {
        const struct tally_failure *f = &t->failure[i];

        text_clean(f->output);
        text_clean(f->reason);
        fprintf(out, "failed: '%s' at attempt %d: %s\n", f->output, f->attempts,
                f->reason);
    }
    if (shown < t->failures)
        fprintf(out, "failed: %d more, which --failed lists\n",
                t->failures - shown);
}

void jobs_text(FILE *out, const struct jobs_view *v, bool all)
{
    jobs_line(out, v);
    put_runs(out, &v->tally);
    put_failures(out, &v->tally, all);
}

static json_t *run_json(const struct tally_run *r)
{
    json_t *object = json_object();

    json_add(object, "run", json_integer(r->run));
    json_add(object, "host", json_text(r->host));
    json_add(object, "pid", json_integer(r->pid));
    json_add(object, "what", json_text(r->what));
    json_add(object, "slurm", r->slurm[0] ? json_text(r->slurm) : json_null());
    json_add(object, "since", json_integer(r->began_ms / 1000));
    json_add(object, "state", json_text(state_of(r)));
    json_add(object, "holds", json_integer(r->held));
    json_add(object, "done", json_integer(r->done));
    json_add(object, "failed", json_integer(r->failed));
    return object;
}

static json_t *failure_json(const struct tally_failure *f)
{
    json_t *object = json_object();

    json_add(object, "output", json_text(f->output));
    json_add(object, "reason", json_text(f->reason));
    json_add(object, "attempts", json_integer(f->attempts));
    return object;
}

int jobs_json(FILE *out, const struct jobs_view *v, struct err *e)
{
    const struct tally *t = &v->tally;
    json_t *object = json_object(), *runs = json_array(),
           *failures = json_array();

    for (int i = 0; i < t->runs; i++)
        json_array_append_new(runs, run_json(&t->run[i]));
    for (int i = 0; i < t->failures; i++)
        json_array_append_new(failures, failure_json(&t->failure[i]));
    json_add(object, "folder", json_text(v->folder));
    json_add(object, "queued", json_integer(t->queued));
    json_add(object, "leased", json_integer(t->leased));
    json_add(object, "done", json_integer(t->done));
    json_add(object, "failed", json_integer(t->failed));
    json_add(object, "images_per_hour", json_real(t->per_hour));
    json_add(object, "tasks_waiting",
             v->asked ? json_integer(v->waiting) : json_null());
    json_add(object, "tasks_running",
             v->asked ? json_integer(v->begun) : json_null());
    json_add(object, "runs", runs);
    json_add(object, "failures", failures);
    return json_put(out, object, false, e);
}
