/* What a report says about the run as a whole. */

#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/cpu.h"
#include "base/text.h"
#include "run/paper_int.h"
#include "run/report_json.h"

#define FORM        1   /* of the document: grows when a key changes meaning */
#define INPUTS_MOST 100 /* of those named on the command line */
#define SLOW_MOST   20

/* 2024-01-31T12:00:00+01:00 */
static json_t *json_time(int64_t seconds)
{
    const time_t t = (time_t)seconds;
    char text[40] = "", zone[8] = "";
    struct tm tm;

    if (!localtime_r(&t, &tm))
        return json_null();
    strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    strftime(zone, sizeof(zone), "%z", &tm);
    return json_sprintf("%s%.3s:%.2s", text, zone, zone + 3);
}

static json_t *json_list(const struct text_list *l, int most)
{
    json_t *j = json_array();

    for (int i = 0; i < l->count && i < most; i++)
        json_array_append_new(j, report_json_text(l->item[i]));
    return j;
}

static json_t *json_host(void)
{
    struct utsname u;

    if (uname(&u) < 0)
        return json_object();
    return json_pack("{s:o, s:o, s:o, s:i}", "name",
                     report_json_text(u.nodename), "system",
                     json_sprintf("%s %s", u.sysname, u.release), "machine",
                     report_json_text(u.machine), "processors", cpu_count());
}

static json_t *json_look(const struct paper *p)
{
    struct buf yaml = {.max = LOOK_BYTES_MAX};
    struct err ignored = {0};
    char hash[33];
    json_t *j, *text;

    hash_text(p->look_hash, hash);
    if (look_write(p->look, &yaml, &ignored) < 0)
        yaml.len = 0;
    text = json_stringn((char *)yaml.data, yaml.len);
    if (!text)
        text = report_json_text(yaml.len ? (char *)yaml.data : "");
    j = json_pack("{s:o, s:s, s:i, s:o}", "name",
                  report_json_text(p->look->name), "hash", hash, "steps",
                  p->look->count, "yaml", text);
    buf_release(&yaml);
    return j;
}

static json_t *json_stages(const struct stage_times *t)
{
    json_t *list = json_array();
    int64_t all = 0;

    for (int i = 0; i < STAGE_COUNT; i++)
        all += t->wall_ns[i];
    for (int i = 0; i < STAGE_COUNT; i++)
        json_array_append_new(
            list,
            json_pack("{s:s, s:f, s:f}", "stage", stage_name((enum stage)i),
                      "seconds", (double)t->wall_ns[i] * 1e-9, "share",
                      all ? (double)t->wall_ns[i] / (double)all : 0));
    return list;
}

static json_t *json_slowest(const struct paper *p)
{
    int slow[SLOW_MOST];
    const int n = record_slowest(p->record, slow, SLOW_MOST);
    json_t *list = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(
            list,
            json_pack("{s:o, s:f}", "input",
                      report_json_text(p->list->item[slow[i]].in), "seconds",
                      (double)record_entry(p->record, slow[i])->seconds));
    return list;
}

static json_t *json_totals(const struct report_sums *s)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "files",
                     s->files, "done", s->done, "kept", s->kept, "skipped",
                     s->skipped, "failed", s->failed, "stopped", s->stopped,
                     "left", s->left, "planned", s->planned);
}

static void add_numbers(json_t *head, const struct paper *p)
{
    const struct report_sums *s = p->sums;

    json_object_set_new(head, "time",
                        json_pack("{s:f, s:f, s:f, s:i}", "wall_seconds",
                                  s->seconds, "cpu_seconds", s->cpu_s,
                                  "images_per_hour", s->per_hour, "threads",
                                  s->threads));
    json_object_set_new(head, "bytes",
                        json_pack("{s:I, s:I}", "in", (json_int_t)s->bytes_in,
                                  "out", (json_int_t)s->bytes_out));
    json_object_set_new(head, "memory",
                        json_pack("{s:I, s:I}", "peak", (json_int_t)s->peak,
                                  "budget", (json_int_t)s->budget));
}

json_t *paper_head(const struct paper *p)
{
    json_t *head = json_pack("{s:i, s:{s:s, s:s}, s:o, s:o, s:o, s:b, s:b}",
                             "report", FORM, "program", "name", "portal",
                             "version", PORTAL_VERSION, "host", json_host(),
                             "began", json_time(p->sums->began_s), "ended",
                             json_time(p->sums->end_s), "complete",
                             p->sums->stopped + p->sums->left == 0 && !p->error,
                             "dry_run", p->o->dry_run);

    if (p->error)
        json_object_set_new(head, "error", report_json_text(p->error));
    json_object_set_new(head, "command",
                        json_pack("{s:o, s:o, s:i}", "options",
                                  json_list(&p->o->worker, p->o->worker.count),
                                  "inputs",
                                  json_list(&p->o->input, INPUTS_MOST),
                                  "inputs_named", p->o->input.count));
    json_object_set_new(head, "look", json_look(p));
    json_object_set_new(head, "totals", json_totals(p->sums));
    add_numbers(head, p);
    json_object_set_new(head, "stages", json_stages(&p->sums->times));
    json_object_set_new(head, "slowest", json_slowest(p));
    return head;
}
