/* JSON of what became of a file. */

#include "run/report_json.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Of a text: a name has PATH_MAX, and what is wrong in it grows to three. */
#define TEXT_MAX ((size_t)1 << 16)

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

json_t *report_json_text(const char *bytes)
{
    struct buf clean = {.max = TEXT_MAX};
    struct err e;
    json_t *j;

    while (*bytes) {
        const int n = is_control(*bytes) ? 1 : text_char(bytes);

        if (buf_add(&clean, n ? bytes : "\xef\xbf\xbd", n ? (size_t)n : 3, &e) <
            0)
            break;
        bytes += n ? n : 1;
    }
    j = json_string(clean.data ? (char *)clean.data : "");
    buf_release(&clean);
    return j;
}

json_t *report_json_times(const struct stage_times *t)
{
    json_t *j = json_object();

    for (int i = 0; i < STAGE_COUNT; i++)
        json_object_set_new(j, stage_name((enum stage)i),
                            json_real((double)t->wall_ns[i] * 1e-9));
    return j;
}

const char *report_status(enum file_status status)
{
    static const char *const names[] = {
        [FILE_DONE] = "done",       [FILE_SKIPPED] = "skipped",
        [FILE_FAILED] = "failed",   [FILE_STOPPED] = "stopped",
        [FILE_PLANNED] = "planned", [FILE_KEPT] = "kept",
    };

    return names[status];
}

static json_t *json_ledger(const struct ledger *l)
{
    json_t *list = json_array();

    for (int i = 0; i < l->count; i++)
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "what",
                            report_json_text(l->line[i].what), "fate",
                            report_json_text(l->line[i].fate), "why",
                            report_json_text(l->line[i].why)));
    return list;
}

/* A name that is not UTF-8 is told by its bytes too, or nobody could find the
   file by the report. */
static void add_name(json_t *j, const char *key, const char *name)
{
    struct buf hex = {.max = TEXT_MAX};
    const char *c = name;
    struct err e;
    char other[16];
    int n;

    json_object_set_new(j, key, report_json_text(name));
    while (*c && (n = is_control(*c) ? 1 : text_char(c)))
        c += n;
    if (!*c)
        return;
    for (c = name; *c; c++)
        buf_printf(&hex, &e, "%02x", (unsigned char)*c);
    snprintf(other, sizeof(other), "%s_hex", key);
    if (hex.data)
        json_object_set_new(j, other, json_string((char *)hex.data));
    buf_release(&hex);
}

static json_t *json_side(const char *format, int w, int h, const char *samples,
                         const char *color, uint64_t bytes)
{
    return json_pack("{s:s, s:i, s:i, s:s, s:o, s:I}", "format", format,
                     "width", w, "height", h, "samples", samples, "color",
                     report_json_text(color), "bytes", (json_int_t)bytes);
}

/* What is known once the file was opened and it was decided what to do. */
static void add_plan(json_t *j, const struct file_result *f)
{
    json_object_set_new(j, "from",
                        json_side(f->codec_in, f->w, f->h, f->samples_in,
                                  f->color_in, f->bytes_in));
    json_object_set_new(j, "to",
                        json_side(f->codec_out, f->out_w, f->out_h,
                                  f->samples_out, f->color_out, f->bytes_out));
    json_object_set_new(j, "steps", json_integer(f->steps));
    json_object_set_new(j, "passes", json_integer(f->two_passes ? 2 : 1));
    json_object_set_new(j, "predicted_memory",
                        json_integer((json_int_t)f->memory));
    if (f->peak && f->status != FILE_PLANNED)
        json_object_set_new(j, "peak_memory",
                            json_integer((json_int_t)f->peak));
    if (f->status == FILE_PLANNED)
        json_object_set_new(j, "predicted_seconds", json_real(f->predicted_s));
    if (f->depth[0])
        json_object_set_new(j, "depth", report_json_text(f->depth));
    json_object_set_new(j, "ledger", json_ledger(&f->ledger));
}

json_t *report_json_file(const struct item *it, const struct file_result *f)
{
    json_t *j = json_pack("{s:s}", "event", "file");

    add_name(j, "input", it->in);
    add_name(j, "output", it->out);
    json_object_set_new(j, "status", json_string(report_status(f->status)));
    if (f->err.code)
        json_object_set_new(j, "error", report_json_text(f->err.text));
    if (f->note[0])
        json_object_set_new(j, "note", report_json_text(f->note));
    if (f->codec_in[0])
        add_plan(j, f);
    if (f->frames) {
        json_object_set_new(j, "frames", json_integer(f->frames));
        json_object_set_new(
            j, "frames_per_second",
            json_real((double)f->frames / ((double)f->wall_ns * 1e-9)));
    }
    json_object_set_new(j, "seconds", json_real((double)f->wall_ns * 1e-9));
    json_object_set_new(j, "stages", report_json_times(&f->times));
    return j;
}
