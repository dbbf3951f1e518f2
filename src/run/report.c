/* What a run says to people and programs. */

#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/memory.h"
#include "run/report.h"
#include "run/report_json.h"

/* Bytes that a file counts at least: opening and closing cost as much. */
#define LEAST 65536

#define CELLS   30                  /* of the bar, where there is room   */
#define BEAT_NS INT64_C(1000000000) /* between lines of progress in JSON */
#define DRAW_NS INT64_C(100000000)  /* between pictures of the bar       */

struct report {
    const struct process_options *o;
    FILE *out;
    bool bar;
    int files, done, kept, skipped, failed, stopped, planned;
    /* Bytes of inputs: of all files, of what is done, and of what needed no
       work and tells nothing about speed. */
    double all, past, free;
    int64_t frames, expected; /* of the one film */
    uint64_t film_bytes;
    int64_t drawn_ns, said_ns, start_ns, cpu_ns;
    double predicted_s;
    uint64_t bytes_in, bytes_out, memory, peak, budget;
    int64_t began_s;
    struct stage_times times;
    const struct item_list *list;
    struct record *record; /* for a written report, or NULL */
    pthread_mutex_t lock;
};

static double weight(const struct item *it)
{
    return (double)(it->size > LEAST ? it->size : LEAST);
}

/* Beside the report that it will become. */
static int open_record(struct report *r, const char *path, int files,
                       struct err *e)
{
    char *folder = path_folder(path);
    int rc;

    if (!folder)
        return err_mem(e, strlen(path));
    TRY(dir_make(folder, e));
    TRY(record_new(files, folder, &r->record, e));
out:
    mem_free(folder);
    return rc;
}

/* Whether a line can be drawn over. */
static bool may_draw(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) && term && !text_is(term, "dumb");
}

int report_new(const struct process_options *o, FILE *out,
               const struct item_list *list, struct report **r, struct err *e)
{
    struct report *n = mem_zero(1, sizeof(*n));

    if (!n)
        return err_mem(e, sizeof(*n));
    if (o->report && open_record(n, o->report, list->count, e) < 0) {
        mem_free(n);
        return e->code;
    }
    n->o = o;
    n->out = out;
    n->list = list;
    n->began_s = time(NULL);
    n->budget = o->memory ? o->memory : memory_budget();
    n->files = list->count;
    for (int i = 0; i < list->count; i++)
        n->all += weight(&list->item[i]);
    n->bar = !o->quiet && !o->json && !o->dry_run && may_draw();
    n->start_ns = n->said_ns = time_ns();
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
    record_free(r->record);
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

/* Where things stand. */
struct state {
    double share;  /* of all bytes                        */
    double left_s; /* until the end; below 0: not known   */
    double per_hour;
    int over;
};

static struct state state_of(const struct report *r)
{
    const double s = (double)(time_ns() - r->start_ns) * 1e-9;
    const double worked = r->past - r->free, rest = r->all - r->past;
    const int made = r->done + r->failed;

    return (struct state){
        .share = r->all > 0 ? r->past / r->all : 1,
        .left_s = worked > 0.01 * (r->all - r->free) ? s * rest / worked : -1,
        .per_hour = s > 0 ? made / s * 3600 : 0,
        .over = made + r->kept + r->skipped + r->planned};
}

static void wipe_bar(const struct report *r)
{
    if (r->bar && r->drawn_ns)
        fputs("\r\033[K", stderr);
}

static void draw_watch(const struct report *r)
{
    fprintf(stderr, "\rwatching, %d done", r->done);
    if (r->failed)
        fprintf(stderr, ", %d failed", r->failed);
    fputs("\033[K", stderr);
    fflush(stderr);
}

/* "132/1800 frames  47.1 fps", or how many pictures. */
static void print_count(const struct report *r, const struct state *at,
                        char *text, size_t size)
{
    const double s = (double)(time_ns() - r->start_ns) * 1e-9;
    char of[24] = "", bytes[32] = "";

    if (!r->frames) {
        snprintf(text, size, "%d/%d  %.0f images/h", at->over, r->files,
                 at->per_hour);
        return;
    }
    if (r->expected)
        snprintf(of, sizeof(of), "/%lld", (long long)r->expected);
    if (r->film_bytes)
        snprintf(bytes, sizeof(bytes), "  %.1f MB",
                 (double)r->film_bytes / 1e6);
    snprintf(text, size, "%3.0f %%  %lld%s frames  %.1f fps%s", 100 * at->share,
             (long long)r->frames, of, (double)r->frames / s, bytes);
}

/* Characters that fit into a line; it would be drawn over in part only. */
static int columns(void)
{
    struct winsize w = {0};

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col
                                                                 : 80;
}

static void draw_bar(struct report *r)
{
    const int64_t now = time_ns();
    const struct state at = state_of(r);
    char cells[CELLS + 1], left[24] = "?", line[160] = "", text[190];
    int n, room;

    if (!r->bar || now - r->drawn_ns < DRAW_NS)
        return;
    r->drawn_ns = now;
    if (r->o->watch) {
        draw_watch(r);
        return;
    }
    if (at.left_s >= 0)
        print_span(left, at.left_s);
    print_count(r, &at, line, sizeof(line) - 32);
    snprintf(text, sizeof(text), "%s  %s left", line, left);
    room = columns() - 1;
    n = room - 3 - (int)strlen(text); /* cells */
    n = n > CELLS ? CELLS : n < 4 ? 0 : n;
    for (int i = 0; i < n; i++)
        cells[i] = i < (int)(at.share * n) ? '#' : '.';
    cells[n] = 0;
    fprintf(stderr, "\r%s%s%s%.*s\033[K", n ? "[" : "", cells, n ? "] " : "",
            room, text);
    fflush(stderr);
}

static void say_progress(struct report *r);

void report_film(struct report *r, int64_t frames, int64_t expected,
                 uint64_t bytes)
{
    pthread_mutex_lock(&r->lock);
    r->frames = frames;
    r->expected = expected;
    r->film_bytes = bytes;
    draw_bar(r);
    say_progress(r);
    pthread_mutex_unlock(&r->lock);
}

void report_progress(struct report *r, const struct item *it, int share)
{
    pthread_mutex_lock(&r->lock);
    r->past += weight(it) * share / 1000;
    draw_bar(r);
    pthread_mutex_unlock(&r->lock);
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

char *report_detail(const struct item *it, const struct file_result *f)
{
    json_t *j = report_json_file(it, f);
    char *text = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(9));

    json_decref(j);
    return text;
}

void report_detail_free(char *detail)
{
    free(detail);
}

/* A line of JSON, once a second. */
static void say_progress(struct report *r)
{
    const int64_t now = time_ns();
    const double s = (double)(now - r->start_ns) * 1e-9;
    struct state at;
    json_t *j;

    if (!r->o->json || r->o->watch || now - r->said_ns < BEAT_NS)
        return;
    r->said_ns = now;
    at = state_of(r);
    j = json_pack("{s:s, s:i, s:i, s:f, s:f, s:f}", "event", "progress", "over",
                  at.over, "files", r->files, "share", at.share,
                  "images_per_hour", at.per_hour, "seconds", s);
    if (at.left_s >= 0)
        json_object_set_new(j, "seconds_left", json_real(at.left_s));
    if (r->frames) {
        json_object_set_new(j, "frames", json_integer(r->frames));
        json_object_set_new(j, "frames_per_second",
                            json_real((double)r->frames / s));
        json_object_set_new(j, "bytes",
                            json_integer((json_int_t)r->film_bytes));
    }
    print_line(r->out, j);
}

void report_beat(struct report *r)
{
    pthread_mutex_lock(&r->lock);
    draw_bar(r);
    say_progress(r);
    pthread_mutex_unlock(&r->lock);
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

static void talk(struct report *r, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static void talk(struct report *r, const char *fmt, va_list args)
{
    char line[1024];

    vsnprintf(line, sizeof(line), fmt, args);
    pthread_mutex_lock(&r->lock);
    wipe_bar(r);
    say(stderr, "portal: process: %s", line);
    r->drawn_ns = 0;
    pthread_mutex_unlock(&r->lock);
}

void report_say(struct report *r, const char *fmt, ...)
{
    va_list args;

    if (r->o->quiet || r->o->json)
        return;
    va_start(args, fmt);
    talk(r, fmt, args);
    va_end(args);
}

void report_warn(struct report *r, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    talk(r, fmt, args);
    va_end(args);
}

void report_waiting(struct report *r)
{
    pthread_mutex_lock(&r->lock);
    if (r->o->json)
        print_line(r->out,
                   json_pack("{s:s, s:i, s:i, s:i}", "event", "waiting", "done",
                             r->done, "kept", r->kept, "failed", r->failed));
    pthread_mutex_unlock(&r->lock);
}

static void print_film_plan(const struct report *r, const struct item *it,
                            const struct file_result *f)
{
    say(r->out,
        "%s -> %s: %s %d x %d %s -> %s %d x %d %s, %lld frames, %d steps, at "
        "most %.0f MB",
        it->in, it->out, f->codec_in, f->w, f->h, f->samples_in, f->codec_out,
        f->out_w, f->out_h, f->samples_out, (long long)f->expected, f->steps,
        (double)f->memory / 1e6);
    for (int i = 0; i < f->ledger.count; i++)
        say(r->out, "    %s %s: %s", f->ledger.line[i].what,
            f->ledger.line[i].fate, f->ledger.line[i].why);
}

static void print_plan(const struct report *r, const struct item *it,
                       const struct file_result *f)
{
    if (f->expected) {
        print_film_plan(r, it, f);
        return;
    }
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
    r->kept += f->status == FILE_KEPT;
    r->bytes_in += f->bytes_in;
    r->bytes_out += f->bytes_out;
    r->predicted_s += f->predicted_s;
    if (f->memory > r->memory)
        r->memory = f->memory;
    for (int i = 0; i < STAGE_COUNT; i++)
        r->times.wall_ns[i] += f->times.wall_ns[i];
}

/* A failure is told when the report is written. */
static void keep(struct report *r, const struct item *it,
                 enum file_status status, double seconds, json_t *j)
{
    struct err e = {0};
    char *line;

    json_object_del(j, "event");
    line = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (line)
        record_add(r->record, (int)(it - r->list->item), status, seconds, line,
                   &e);
    free(line);
}

void report_before(struct report *r, const struct item *it, const char *detail)
{
    const struct file_result kept = {.status = FILE_KEPT};
    json_t *j, *now;

    if (!r->record)
        return;
    j = json_loads(detail, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(j)) {
        now = report_json_file(it, &kept);
        json_object_del(now, "seconds");
        json_object_del(now, "stages");
        json_object_update(j, now);
        json_decref(now);
        pthread_mutex_lock(&r->lock);
        keep(r, it, FILE_KEPT, json_number_value(json_object_get(j, "seconds")),
             j);
        pthread_mutex_unlock(&r->lock);
    }
    json_decref(j);
}

/* What report_before() has said about a file is more than what is known now. */
static void keep_result(struct report *r, const struct item *it,
                        const struct file_result *f)
{
    const int i = (int)(it - r->list->item);
    json_t *j;

    if (f->status == FILE_KEPT &&
        record_entry(r->record, i)->status == FILE_KEPT)
        return;
    j = report_json_file(it, f);
    keep(r, it, f->status, (double)f->wall_ns * 1e-9, j);
    json_decref(j);
}

void report_file(struct report *r, const struct item *it,
                 const struct file_result *f, int told)
{
    pthread_mutex_lock(&r->lock);
    count(r, f);
    if (r->record)
        keep_result(r, it, f);
    r->past += weight(it) * (1000 - told) / 1000;
    if (f->status == FILE_KEPT || f->status == FILE_SKIPPED || !f->wall_ns)
        r->free += weight(it);
    wipe_bar(r);
    if (r->o->json)
        print_line(r->out, report_json_file(it, f));
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

void report_peak(struct report *r, uint64_t bytes)
{
    r->peak = bytes;
}

static uint64_t peak_of(const struct report *r)
{
    struct rusage u;

    if (r->peak)
        return r->peak;
    return getrusage(RUSAGE_SELF, &u) == 0 ? (uint64_t)u.ru_maxrss * 1024 : 0;
}

/* Of this process and of its workers that have ended. */
static double cpu_s(const struct report *r)
{
    struct rusage u;
    double workers = 0;

    if (getrusage(RUSAGE_CHILDREN, &u) == 0)
        workers = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                  (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
    return (double)(time_cpu_ns() - r->cpu_ns) * 1e-9 + workers;
}

struct report_sums report_sums(const struct report *r, int threads, int left)
{
    const double s = (double)(time_ns() - r->start_ns) * 1e-9;

    return (struct report_sums){.files = r->files,
                                .done = r->done,
                                .kept = r->kept,
                                .skipped = r->skipped,
                                .failed = r->failed,
                                .stopped = r->stopped,
                                .planned = r->planned,
                                .left = left,
                                .threads = threads,
                                .seconds = s,
                                .cpu_s = cpu_s(r),
                                .per_hour = s > 0 ? r->done / s * 3600 : 0,
                                .bytes_in = r->bytes_in,
                                .bytes_out = r->bytes_out,
                                .peak = peak_of(r),
                                .budget = r->budget,
                                .began_s = r->began_s,
                                .end_s = time(NULL),
                                .times = r->times};
}

static void print_summary(const struct report *r, const struct report_sums *s)
{
    char kept[40] = "";

    if (s->kept)
        snprintf(kept, sizeof(kept), " (%d more were done before)", s->kept);
    if (r->o->dry_run) {
        fprintf(r->out,
                "%d to do%s, %d skipped, %d cannot be: about %.1f s, up to "
                "%.0f MB a picture\n",
                s->planned, kept, s->skipped, s->failed, r->predicted_s,
                (double)r->memory / 1e6);
        return;
    }
    fprintf(stderr,
            "%d done%s, %d skipped, %d failed%s in %.2f s (%.0f images/h, %d "
            "thread%s, peak %.0f MB)\n",
            s->done, kept, s->skipped, s->failed,
            s->stopped + s->left ? ", rest stopped" : "", s->seconds,
            s->per_hour, s->threads, s->threads > 1 ? "s" : "",
            (double)s->peak / 1e6);
    if (s->left)
        fprintf(stderr,
                "%d of %d files are left: the same command goes on from here\n",
                s->left + s->stopped, s->files);
}

static json_t *json_summary(const struct report_sums *s)
{
    return json_pack(
        "{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:I, s:I, s:I, "
        "s:i, s:o}",
        "event", "summary", "done", s->done, "kept", s->kept, "skipped",
        s->skipped, "failed", s->failed, "stopped", s->stopped + s->left,
        "planned", s->planned, "seconds", s->seconds, "cpu_seconds", s->cpu_s,
        "images_per_hour", s->per_hour, "bytes_in", (json_int_t)s->bytes_in,
        "bytes_out", (json_int_t)s->bytes_out, "peak_memory",
        (json_int_t)s->peak, "threads", s->threads, "stages",
        report_json_times(&s->times));
}

int report_end(struct report *r, const struct report_sums *s)
{
    const int good = s->done + s->kept + s->skipped + s->planned;

    wipe_bar(r);
    if (r->o->json)
        print_line(r->out, json_summary(s));
    else if (!r->o->quiet)
        print_summary(r, s);
    if (s->stopped + s->left)
        return 4;
    return s->failed == 0 ? 0 : good > 0 || r->o->watch ? 3 : 1;
}

struct record *report_record(const struct report *r)
{
    return r->record;
}
