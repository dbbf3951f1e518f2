/* The written report of a run: whether it may be, and as JSON. */

#include "run/paper.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "run/paper_int.h"
#include "run/report_json.h"

#define PIECE ((size_t)1 << 16)

static bool is_html(const char *path)
{
    return text_is_nocase(path_ext(path), "html");
}

/* Whether both name the same place: folders are compared as they are on the
   disk, names as they are written. */
static bool same_place(const char *path, const struct stat *folder,
                       const char *other)
{
    char *beside;
    struct stat st;
    bool same;

    if (!text_is(path_name(path), path_name(other)))
        return false;
    beside = path_folder(other);
    same = !beside || (stat(beside, &st) == 0 && st.st_dev == folder->st_dev &&
                       st.st_ino == folder->st_ino);
    mem_free(beside);
    return same;
}

/* Files beside the pictures that the run reads or writes. */
static const char *other_use(const struct process_options *o,
                             const struct stat *folder)
{
    const char *other[] = {o->icc,   o->assume, o->depth,
                           o->model, o->trace,  o->output};

    for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
        if (other[i] && same_place(o->report, folder, other[i]))
            return other[i];
    for (int i = 0; i < o->look.look.count; i++)
        if (same_place(o->report, folder, o->look.look.item[i]))
            return o->look.look.item[i];
    return NULL;
}

int paper_check(const struct process_options *o, const struct item_list *list,
                struct err *e)
{
    char *folder = NULL;
    const char *other;
    struct stat st, there;
    int rc;

    if (!is_html(o->report) && !text_is_nocase(path_ext(o->report), "json"))
        return err_set(e, ERR_ARG,
                       "'report' cannot be '%s': allowed is a file .json or "
                       ".html",
                       o->report);
    folder = path_folder(o->report);
    if (!folder) {
        rc = err_mem(e, strlen(o->report));
        goto out;
    }
    TRY(dir_make(folder, e));
    if (stat(folder, &st) < 0) {
        rc = err_errno(e, "cannot find", folder);
        goto out;
    }
    if (access(folder, W_OK) < 0) { /* not only when all is done */
        rc = err_errno(e, "cannot write a report into", folder);
        goto out;
    }
    if (stat(o->report, &there) == 0 && !S_ISREG(there.st_mode)) {
        rc = err_set(e, ERR_ARG, "the report '%s' is there and is no file",
                     o->report);
        goto out;
    }
    other = other_use(o, &st);
    for (int i = 0; i < list->count && !other; i++)
        if (same_place(o->report, &st, list->item[i].in))
            other = list->item[i].in;
        else if (same_place(o->report, &st, list->item[i].out))
            other = list->item[i].out;
    rc = other ? err_set(e, ERR_ARG,
                         "the report would replace '%s', which this run reads "
                         "or writes",
                         other)
               : 0;
out:
    mem_free(folder);
    return rc;
}

static int flush(struct sheet *s, struct err *e)
{
    const int rc = outfile_add(&s->file, s->wait.data, s->wait.len, e);

    s->wait.len = 0;
    return rc;
}

int sheet_put(void *sheet, const void *bytes, size_t n, struct err *e)
{
    struct sheet *s = sheet;
    int rc;

    s->bytes += n;
    if (s->wait.len && s->wait.len + n > PIECE)
        TRY(flush(s, e));
    if (n > PIECE)
        return outfile_add(&s->file, bytes, n, e);
    TRY(buf_add(&s->wait, bytes, n, e));
out:
    return rc;
}

static int put_text(struct sheet *s, const char *text, struct err *e)
{
    return sheet_put(s, text, strlen(text), e);
}

static int put_json(struct sheet *s, const json_t *j, size_t flags,
                    struct err *e)
{
    char *text =
        j ? json_dumps(j, flags | JSON_REAL_PRECISION(9) | JSON_ENCODE_ANY)
          : NULL;
    const int rc = text ? put_text(s, text, e) : err_mem(e, 0);

    free(text);
    return rc;
}

/* The rows, or of those that failed what and why. */
static int put_rows(const struct paper *p, struct sheet *s, bool failures,
                    struct err *e)
{
    const char *between = "";
    json_t *row = NULL, *j;
    int rc = 0;

    for (int i = 0; i < record_count(p->record); i++) {
        if (failures && record_entry(p->record, i)->status != FILE_FAILED)
            continue;
        TRY(paper_row(p, i, &row, e));
        j = failures ? json_pack("{s:O, s:O}", "input",
                                 json_object_get(row, "input"), "error",
                                 json_object_get(row, "error"))
                     : json_incref(row);
        json_decref(row);
        row = NULL;
        rc = put_text(s, between, e);
        if (rc == 0)
            rc = put_text(s, "\n    ", e);
        if (rc == 0)
            rc = put_json(s, j, JSON_COMPACT, e);
        json_decref(j);
        between = ",";
        if (rc < 0)
            break;
    }
out:
    return rc;
}

int paper_json(const struct paper *p, json_t *head, struct sheet *s,
               struct err *e)
{
    const char *key;
    json_t *value;
    int rc;

    TRY(put_text(s, "{\n", e));
    json_object_foreach(head, key, value)
    {
        TRY(put_text(s, "  \"", e));
        TRY(put_text(s, key, e));
        TRY(put_text(s, "\": ", e));
        TRY(put_json(s, value, JSON_COMPACT, e));
        TRY(put_text(s, ",\n", e));
    }
    TRY(put_text(s, "  \"failures\": [", e));
    TRY(put_rows(p, s, true, e));
    TRY(put_text(s, "],\n  \"files\": [", e));
    TRY(put_rows(p, s, false, e));
    TRY(put_text(s, "]\n}\n", e));
out:
    return rc;
}

int paper_row(const struct paper *p, int i, json_t **row, struct err *e)
{
    const struct file_result none = {0};
    struct buf line = {.max = 1 << 22};
    json_t *j = NULL;
    int rc = 0;

    if (record_entry(p->record, i)->status != RECORD_NONE) {
        TRY(record_line(p->record, i, &line, e));
        j = json_loadb((const char *)line.data, line.len, 0, NULL);
    } else {
        j = report_json_file(&p->list->item[i], &none);
        json_object_set_new(j, "status", json_string("left"));
        json_object_del(j, "event");
    }
    if (!j)
        rc = err_mem(e, line.len);
out:
    buf_release(&line);
    *row = j;
    return rc;
}

int paper_write(const struct paper *p, struct err *e)
{
    struct sheet s = {.wait = {.max = 2 * PIECE}};
    json_t *head = paper_head(p);
    int rc;

    if (!head) {
        rc = err_mem(e, 0);
        goto out;
    }
    TRY(outfile_open(&s.file, p->o->report, e));
    TRY(is_html(p->o->report) ? paper_html(p, head, &s, e)
                              : paper_json(p, head, &s, e));
    TRY(flush(&s, e));
    TRY(outfile_commit(&s.file, true, e));
out:
    outfile_abandon(&s.file);
    buf_release(&s.wait);
    json_decref(head);
    return rc < 0 ? err_prefix(e, "--report") : rc;
}
