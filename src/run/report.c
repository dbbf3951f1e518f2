/* What a run says to people and programs. */

#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/report.h"

#define UNITS 1000 /* of progress in one file */

struct report {
    const struct process_options *o;
    FILE *out;
    bool bar;
    int files, done, skipped, failed, stopped, planned;
    int64_t units, drawn_ns, start_ns, cpu_ns;
    double predicted_s;
    uint64_t bytes_in, bytes_out, memory;
    struct stage_times times;
    pthread_mutex_t lock;
};

int report_new(const struct process_options *o, FILE *out, int files,
               struct report **r, struct err *e)
{
    struct report *n = mem_zero(1, sizeof(*n));

    if (!n)
        return err_mem(e, sizeof(*n));
    n->o = o;
    n->out = out;
    n->files = files;
    n->bar = !o->quiet && !o->json && !o->dry_run && isatty(STDERR_FILENO);
    n->start_ns = time_ns();
    n->cpu_ns = time_cpu_ns();
    pthread_mutex_init(&n->lock, NULL);
    *r = n;
    return 0;
}

void report_free(struct report *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}

static void print_span(char text[static 24], double s)
{
    if (s < 60)
        snprintf(text, 24, "%.0f s", s);
    else if (s < 3600)
        snprintf(text, 24, "%d:%02d min", (int)s / 60, (int)s % 60);
    else
        snprintf(text, 24, "%d:%02d h", (int)s / 3600, (int)s / 60 % 60);
}

static void wipe_bar(const struct report *r)
{
    if (r->bar && r->drawn_ns)
        fputs("\r\033[K", stderr);
}

static void draw_bar(struct report *r)
{
    const int64_t now = time_ns();
    const double share = (double)r->units /
                         ((double)UNITS * (r->files ? r->files : 1));
    const double s = (double)(now - r->start_ns) * 1e-9;
    char cells[31], left[24] = "?";
    int n;

    if (!r->bar || now - r->drawn_ns < 100000000)
        return;
    r->drawn_ns = now;
    n = (int)(share * 30);
    for (int i = 0; i < 30; i++)
        cells[i] = i < n ? '#' : '.';
    cells[30] = 0;
    if (share > 0.01)
        print_span(left, s * (1 - share) / share);
    fprintf(stderr, "\r[%s] %d/%d  %.0f images/h  %s left\033[K", cells,
            r->done + r->skipped + r->failed, r->files,
            s > 0 ? share * r->files / s * 3600 : 0, left);
    fflush(stderr);
}

void report_progress(struct report *r, int share)
{
    pthread_mutex_lock(&r->lock);
    r->units += share;
    draw_bar(r);
    pthread_mutex_unlock(&r->lock);
}

/* File names are bytes; what is not UTF-8 becomes U+FFFD. */
static json_t *json_name(const char *name)
{
    json_t *j = json_string(name);
    struct buf clean = {.max = 1 << 16};
    struct err e;

    if (j)
        return j;
    for (; *name; name++)
        if (buf_add(&clean, (unsigned char)*name < 128 ? name : "\xef\xbf\xbd",
                    (unsigned char)*name < 128 ? 1 : 3, &e) < 0)
            break;
    j = json_string(clean.data ? (char *)clean.data : "");
    buf_release(&clean);
    return j;
}

static const char *const status_names[] = {
    [FILE_DONE] = "done",       [FILE_SKIPPED] = "skipped",
    [FILE_FAILED] = "failed",   [FILE_STOPPED] = "stopped",
    [FILE_PLANNED] = "planned",
};

static json_t *json_times(const struct stage_times *t)
{
    json_t *j = json_object();

    for (int i = 0; i < STAGE_COUNT; i++)
        json_object_set_new(j, stage_name((enum stage)i),
                            json_real((double)t->wall_ns[i] * 1e-9));
    return j;
}

static json_t *json_ledger(const struct ledger *l)
{
    json_t *list = json_array();

    for (int i = 0; i < l->count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "what", l->line[i].what, "fate",
                            l->line[i].fate, "why", l->line[i].why));
    return list;
}

static void print_line(FILE *out, json_t *j)
{
    char *text = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(9));

    if (text)
        fprintf(out, "%s\n", text);
    fflush(out);
    free(text);
    json_decref(j);
}

static void print_json(const struct report *r, const struct item *it,
                       const struct file_result *f)
{
    json_t *j = json_pack("{s:s, s:o, s:o, s:s}", "event", "file", "input",
                          json_name(it->in), "output", json_name(it->out),
                          "status", status_names[f->status]);

    if (f->err.code)
        json_object_set_new(j, "error", json_name(f->err.text));
    if (f->note[0])
        json_object_set_new(j, "note", json_name(f->note));
    if (f->codec_in[0]) {
        json_object_set_new(j, "from",
                            json_pack("{s:s, s:i, s:i, s:s, s:o, s:I}",
                                      "format", f->codec_in, "width", f->w,
                                      "height", f->h, "samples", f->samples_in,
                                      "color", json_name(f->color_in), "bytes",
                                      (json_int_t)f->bytes_in));
        json_object_set_new(
            j, "to",
            json_pack("{s:s, s:i, s:i, s:s, s:o, s:I}", "format", f->codec_out,
                      "width", f->out_w, "height", f->out_h, "samples",
                      f->samples_out, "color", json_name(f->color_out), "bytes",
                      (json_int_t)f->bytes_out));
        json_object_set_new(j, "steps", json_integer(f->steps));
        json_object_set_new(j, "passes", json_integer(f->two_passes ? 2 : 1));
        json_object_set_new(j, "predicted_memory",
                            json_integer((json_int_t)f->memory));
        if (f->status == FILE_PLANNED)
            json_object_set_new(j, "predicted_seconds",
                                json_real(f->predicted_s));
        if (f->depth[0])
            json_object_set_new(j, "depth", json_name(f->depth));
        json_object_set_new(j, "ledger", json_ledger(&f->ledger));
    }
    json_object_set_new(j, "seconds", json_real((double)f->wall_ns * 1e-9));
    json_object_set_new(j, "stages", json_times(&f->times));
    print_line(r->out, j);
}

/* A line with names in it, made fit for a terminal. */
static void say(FILE *to, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void say(FILE *to, const char *fmt, ...)
{
    char line[3 * PATH_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    text_clean(line);
    fprintf(to, "%s\n", line);
}

static void print_plan(const struct report *r, const struct item *it,
                       const struct file_result *f)
{
    say(r->out,
        "%s -> %s: %s %d x %d %s (%s) -> %s %d x %d %s (%s), %d steps, "
        "%d pass%s, about %.2f s and %.0f MB",
        it->in, it->out, f->codec_in, f->w, f->h, f->samples_in, f->color_in,
        f->codec_out, f->out_w, f->out_h, f->samples_out, f->color_out,
        f->steps, f->two_passes ? 2 : 1, f->two_passes ? "es" : "",
        f->predicted_s, (double)f->memory / 1e6);
}

static void count(struct report *r, const struct file_result *f)
{
    r->done += f->status == FILE_DONE;
    r->skipped += f->status == FILE_SKIPPED;
    r->failed += f->status == FILE_FAILED;
    r->stopped += f->status == FILE_STOPPED;
    r->planned += f->status == FILE_PLANNED;
    r->bytes_in += f->bytes_in;
    r->bytes_out += f->bytes_out;
    r->predicted_s += f->predicted_s;
    if (f->memory > r->memory)
        r->memory = f->memory;
    for (int i = 0; i < STAGE_COUNT; i++)
        r->times.wall_ns[i] += f->times.wall_ns[i];
}

void report_file(struct report *r, const struct item *it,
                 const struct file_result *f)
{
    pthread_mutex_lock(&r->lock);
    count(r, f);
    wipe_bar(r);
    if (r->o->json)
        print_json(r, it, f);
    else if (f->status == FILE_PLANNED)
        print_plan(r, it, f);
    if (f->status == FILE_FAILED)
        say(stderr, "portal: process: '%s': %s", it->in, f->err.text);
    else if (f->status == FILE_SKIPPED && !r->o->quiet && !r->o->json)
        say(stderr,
            "portal: process: '%s' skipped: '%s' is there (--conflict "
            "overwrite replaces it)",
            it->in, it->out);
    if (f->note[0] && !r->o->quiet)
        say(stderr, "portal: process: '%s': %s", it->in, f->note);
    r->drawn_ns = 0;
    draw_bar(r);
    pthread_mutex_unlock(&r->lock);
}

static long peak_kb(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : 0;
}

static void print_summary(const struct report *r, double s, int threads)
{
    if (r->o->dry_run) {
        fprintf(r->out,
                "%d to do, %d skipped, %d cannot be: about %.1f s, up to "
                "%.0f MB a picture\n",
                r->planned, r->skipped, r->failed, r->predicted_s,
                (double)r->memory / 1e6);
        return;
    }
    fprintf(stderr,
            "%d done, %d skipped, %d failed%s in %.2f s (%.0f images/h, %d "
            "thread%s, peak %.0f MB)\n",
            r->done, r->skipped, r->failed, r->stopped ? ", rest stopped" : "",
            s, s > 0 ? r->done / s * 3600 : 0, threads, threads > 1 ? "s" : "",
            (double)peak_kb() / 1000);
}

int report_end(struct report *r, int threads)
{
    const double s = (double)(time_ns() - r->start_ns) * 1e-9;
    const int code = r->stopped                              ? 4
                     : r->failed == 0                        ? 0
                     : r->done + r->skipped + r->planned > 0 ? 3
                                                             : 1;

    wipe_bar(r);
    if (r->o->json)
        print_line(
            r->out,
            json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:I, "
                      "s:I, s:I, s:i, s:o}",
                      "event", "summary", "done", r->done, "skipped",
                      r->skipped, "failed", r->failed, "stopped", r->stopped,
                      "planned", r->planned, "seconds", s, "cpu_seconds",
                      (double)(time_cpu_ns() - r->cpu_ns) * 1e-9,
                      "images_per_hour", s > 0 ? r->done / s * 3600 : 0,
                      "bytes_in", (json_int_t)r->bytes_in, "bytes_out",
                      (json_int_t)r->bytes_out, "peak_memory",
                      (json_int_t)peak_kb() * 1024, "threads", threads,
                      "stages", json_times(&r->times)));
    else if (!r->o->quiet)
        print_summary(r, s, threads);
    return code;
}
