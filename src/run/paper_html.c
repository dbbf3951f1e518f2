/* The report as a page for people. */

#include <string.h>

#include "run/fill.h"
#include "run/paper_int.h"
#include "run/paper_page.h"

#define DETAILS_MOST 2000 /* files: of more, only the JSON tells everything */
#define MOST_NS      INT64_C(20000000000)

struct page {
    struct sheet *sheet;
    struct paper_rows rows;
};

static int put(void *arg, const void *bytes, size_t n, struct err *e)
{
    return sheet_put(((struct page *)arg)->sheet, bytes, n, e);
}

static int next(void *arg, const char *name, int n, json_t **item,
                struct err *e)
{
    return paper_next(&((struct page *)arg)->rows, name, n, item, e);
}

static void add_tile(json_t *tiles, const char *name, json_t *value,
                     const char *kind)
{
    json_array_append_new(tiles, json_pack("{s:s, s:o, s:s}", "name", name,
                                           "value", value, "kind", kind));
}

static void add_count(json_t *tiles, const char *name, int count,
                      const char *kind)
{
    if (count)
        add_tile(tiles, name, json_integer(count), kind);
}

static json_t *tiles_of(const struct report_sums *s)
{
    json_t *t = json_array();

    add_tile(t, "done", json_integer(s->done), "");
    add_count(t, "done before", s->kept, "");
    add_count(t, "planned", s->planned, "");
    add_count(t, "skipped", s->skipped, "");
    add_count(t, "failed", s->failed, "bad");
    add_count(t, "stopped", s->stopped, "bad");
    add_count(t, "not begun", s->left, "bad");
    add_tile(t, "images per hour", json_sprintf("%.0f", s->per_hour), "");
    add_tile(t, "time", paper_seconds(s->seconds), "");
    add_tile(t, "processor time", paper_seconds(s->cpu_s), "");
    add_tile(t, "read", paper_bytes((double)s->bytes_in), "");
    add_tile(t, "written", paper_bytes((double)s->bytes_out), "");
    add_tile(t, "memory at most", paper_bytes((double)s->peak), "");
    add_tile(t, "memory allowed", paper_bytes((double)s->budget), "");
    return t;
}

/* In a sentence. */
static json_t *verdict_of(const struct report_sums *s)
{
    if (s->left + s->stopped)
        return json_sprintf("Stopped: %d of %d files are left; the same "
                            "command goes on from there",
                            s->left + s->stopped, s->files);
    if (s->failed)
        return json_sprintf("%d of %d files failed", s->failed, s->files);
    if (s->planned)
        return json_sprintf("A plan: nothing was made");
    return s->files == 1 ? json_sprintf("The file is done")
                         : json_sprintf("All %d files are done", s->files);
}

/* 2024-01-31 12:00:00 +01:00 */
static json_t *readable(const json_t *time)
{
    const char *text = json_string_value(time);

    return text && strlen(text) == 25
               ? json_sprintf("%.10s %.8s %s", text, text + 11, text + 19)
               : json_string("");
}

/* Texts as objects, which a page can repeat. */
static json_t *objects(const json_t *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < json_array_size(texts); i++)
        json_array_append_new(
            list, json_pack("{s:O}", "text", json_array_get(texts, i)));
    return list;
}

static void add_times(json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *j = json_array_get(list, i);

        json_object_set_new(
            j, "took",
            paper_seconds(json_number_value(json_object_get(j, "seconds"))));
    }
}

static json_t *notes_of(const struct paper *p, const struct thumbs *t)
{
    json_t *list = json_array();
    int with = 0;

    for (int i = 0; i < record_count(p->record); i++)
        with += record_entry(p->record, i)->status != RECORD_NONE;
    if (t && thumbs_cut(t))
        json_array_append_new(list, json_pack("{s:s}", "text",
                                              "Making these took too long and "
                                              "was ended early."));
    if (t && with > THUMBS_FILES)
        json_array_append_new(
            list, json_pack("{s:o}", "text",
                            json_sprintf("%d files are shown: some that "
                                         "failed, the %d slowest, and others "
                                         "evenly spread.",
                                         thumbs_count(t), THUMBS_SLOW)));
    return list;
}

static void prepare(const struct paper *p, const struct thumbs *t, json_t *head)
{
    const struct report_sums *s = p->sums;
    json_t *command = json_object_get(head, "command");
    const int inputs = p->o->input.count;
    const int listed = (int)json_array_size(json_object_get(command, "inputs"));

    if (p->error)
        json_object_set(head, "ended_by", json_object_get(head, "error"));
    json_object_del(head, "error"); /* or every row would see it */
    json_object_set_new(head, "tiles", tiles_of(s));
    json_object_set_new(head, "verdict", verdict_of(s));
    json_object_set_new(head, "kind",
                        json_string(s->failed || p->error  ? "bad"
                                    : s->left + s->stopped ? "bad"
                                                           : "good"));
    json_object_set_new(head, "began",
                        readable(json_object_get(head, "began")));
    json_object_set_new(head, "ended",
                        readable(json_object_get(head, "ended")));
    json_object_set_new(command, "options",
                        objects(json_object_get(command, "options")));
    json_object_set_new(command, "inputs",
                        objects(json_object_get(command, "inputs")));
    if (inputs > listed)
        json_object_set_new(command, "more", json_integer(inputs - listed));
    json_object_set_new(head, "stages", paper_stages(&s->times));
    json_object_set_new(head, "histogram", paper_histogram(p->record));
    add_times(json_object_get(head, "slowest"));
    if (s->failed)
        json_object_set_new(head, "any_failure", json_integer(s->failed));
    json_object_set_new(head, "notes", notes_of(p, t));
    json_object_set_new(head, "files_count", json_integer(s->files));
    json_object_set_new(head, "slowest_shown",
                        json_boolean(s->done + s->failed > 1));
    json_object_set_new(head, "no_details",
                        json_boolean(s->files > DETAILS_MOST));
}

/* Whoever stopped the run does not want to wait for pictures. */
static struct thumbs *make_thumbs(const struct paper *p)
{
    const int64_t tenth = (int64_t)(p->sums->seconds * 1e8);
    const struct thumbs_job job = {.o = p->o,
                                   .look_hash = p->look_hash,
                                   .list = p->list,
                                   .record = p->record,
                                   .pool = p->pool,
                                   .memory = p->sums->budget,
                                   .most_ns = tenth > MOST_NS ? tenth : MOST_NS,
                                   .stopped = p->stopped};
    struct err ignored = {0};
    struct thumbs *t = NULL;

    if (p->error || p->sums->left + p->sums->stopped > 0 || p->o->dry_run)
        return NULL;
    return thumbs_make(&job, &t, &ignored) < 0 ? NULL : t;
}

int paper_html(const struct paper *p, json_t *head, struct sheet *s,
               struct err *e)
{
    struct thumbs *t = make_thumbs(p);
    struct page page = {.sheet = s,
                        .rows = {.p = p,
                                 .sheet = s,
                                 .thumbs = t,
                                 .details = p->sums->files <= DETAILS_MOST}};
    const struct fill fill = {put, next, &page};
    int rc;

    prepare(p, t, head);
    if (t && thumbs_count(t) > 0)
        json_object_set_new(head, "pictures", json_true());
    else if (p->sums->left + p->sums->stopped > 0)
        json_object_set_new(head, "no_pictures", json_true());
    rc = fill_page(&fill, (const char *)shipped_page[0].bytes,
                   shipped_page[0].len, head, e);
    thumbs_free(t);
    return rc;
}
