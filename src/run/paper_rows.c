/* The long lists of a report's page: failures, pictures, all files. */

#include <nettle/base64.h>

#include "base/text.h"
#include "run/paper_int.h"

/* The page as a whole stays below 10 MB: so much until no more pictures, and
   until no more rows. */
#define PICTURES_END ((uint64_t)7000000)
#define ROWS_END     ((uint64_t)9500000)

#define FAILURES_MOST 1000

/* A JPEG as text in `row`, unless there is none. */
static bool add_picture(struct paper_rows *rows, json_t *row, const char *key,
                        int n, enum preview_of kind)
{
    struct buf jpeg = {0}, text = {.max = 1 << 17};
    struct err ignored = {0};
    bool good = false;

    if (rows->sheet->bytes < PICTURES_END &&
        thumbs_load(rows->thumbs, n, kind, &jpeg) &&
        buf_reserve(&text, BASE64_ENCODE_RAW_LENGTH(jpeg.len), &ignored) == 0) {
        base64_encode_raw((char *)text.data, jpeg.len, jpeg.data);
        good = json_object_set_new(
                   row, key,
                   json_stringn((char *)text.data,
                                BASE64_ENCODE_RAW_LENGTH(jpeg.len))) == 0;
    }
    buf_release(&jpeg);
    buf_release(&text);
    return good;
}

/* Place of a file among those with thumbnails, or -1. */
static int thumb_of(const struct paper_rows *rows, int file)
{
    for (int n = 0; rows->thumbs && n < thumbs_count(rows->thumbs); n++)
        if (thumbs_item(rows->thumbs, n) == file)
            return n;
    return -1;
}

static double number(const json_t *row, const char *side, const char *key)
{
    const json_t *j = side ? json_object_get(row, side) : row;

    return json_number_value(json_object_get(j, key));
}

static void add_side(json_t *row, const char *side)
{
    json_t *j = json_object_get(row, side);

    if (!j)
        return;
    json_object_set_new(j, "size",
                        json_sprintf("%d \xc3\x97 %d",
                                     (int)number(j, NULL, "width"),
                                     (int)number(j, NULL, "height")));
    if (number(j, NULL, "bytes") > 0)
        json_object_set_new(j, "text", paper_bytes(number(j, NULL, "bytes")));
}

/* One more of a list, with what belongs to it. */
static void append(struct buf *b, const char *text, const char *more)
{
    struct err ignored = {0};

    buf_printf(b, &ignored, "%s%s%s%s", b->len ? ", " : "", text,
               *more ? " " : "", more);
}

static void set_text(json_t *row, const char *key, struct buf *b)
{
    if (b->len)
        json_object_set_new(row, key, json_string((char *)b->data));
    else
        json_object_del(row, key);
    buf_release(b);
}

static void add_stages(json_t *row)
{
    struct buf text = {.max = 1 << 16};
    const char *stage;
    json_t *value, *took;

    json_object_foreach(json_object_get(row, "stages"), stage, value)
    {
        if (json_number_value(value) < 0.005)
            continue;
        took = paper_seconds(json_number_value(value));
        append(&text, stage, json_string_value(took));
        json_decref(took);
    }
    set_text(row, "stages_text", &text);
}

/* What was kept as it was is one line; the rest has reasons. */
static void add_ledger(json_t *row)
{
    json_t *list = json_object_get(row, "ledger");
    struct buf kept = {.max = 1 << 16};

    for (size_t i = 0; i < json_array_size(list);) {
        json_t *line = json_array_get(list, i);
        const char *what = json_string_value(json_object_get(line, "what"));
        const char *fate = json_string_value(json_object_get(line, "fate"));
        const json_t *why = json_object_get(line, "why");

        if (what && text_is(fate, "kept") && json_string_length(why) == 0) {
            append(&kept, what, "");
            json_array_remove(list, i);
        } else {
            i++;
        }
    }
    set_text(row, "kept_text", &kept);
}

/* What people read, beside what programs do. */
static void dress(struct paper_rows *rows, int file, json_t *row)
{
    const double s = number(row, NULL, "seconds");
    const double peak = number(row, NULL, "peak_memory");
    const double predicted = number(row, NULL, "predicted_memory");

    json_object_set_new(row, "n", json_integer(file + 1));
    if (rows->details)
        json_object_set_new(row, "details", json_true());
    add_side(row, "from");
    add_side(row, "to");
    if (s > 0)
        json_object_set_new(row, "took", paper_seconds(s));
    if (predicted > 0)
        json_object_set_new(row, "predicted", paper_bytes(predicted));
    if (peak > 0)
        json_object_set_new(row, "peak", paper_bytes(peak));
    add_stages(row);
    add_ledger(row);
}

/* Of the files after the last one, the next that failed. */
static int next_failure(struct paper_rows *rows, json_t **row, struct err *e)
{
    const struct record *r = rows->p->record;
    int file, n, rc;

    while (rows->at < record_count(r) &&
           record_entry(r, rows->at)->status != FILE_FAILED)
        rows->at++;
    if (rows->at == record_count(r))
        return 0;
    file = rows->at++;
    rc = paper_row(rows->p, file, row, e);
    if (rc < 0)
        return rc;
    n = thumb_of(rows, file);
    if (n >= 0)
        add_picture(rows, *row, "before", n, PREVIEW_INPUT);
    dress(rows, file, *row);
    return 1;
}

static int next_card(struct paper_rows *rows, json_t **row, struct err *e)
{
    while (rows->thumbs && rows->at < thumbs_count(rows->thumbs)) {
        const int n = rows->at++, file = thumbs_item(rows->thumbs, n);
        bool before, after;

        if (record_entry(rows->p->record, file)->status == FILE_FAILED)
            continue;
        if (paper_row(rows->p, file, row, e) < 0)
            return e->code;
        before = add_picture(rows, *row, "before", n, PREVIEW_INPUT);
        after = add_picture(rows, *row, "after", n, PREVIEW_OUTPUT);
        dress(rows, file, *row);
        if (before || after)
            return 1;
        json_decref(*row);
        *row = NULL;
    }
    return 0;
}

static int next_file(struct paper_rows *rows, json_t **row, struct err *e)
{
    int rc;

    if (rows->at == record_count(rows->p->record))
        return 0;
    if (rows->sheet->bytes >= ROWS_END) {
        rows->cut = record_count(rows->p->record) - rows->at;
        return 0;
    }
    rc = paper_row(rows->p, rows->at, row, e);
    if (rc < 0)
        return rc;
    dress(rows, rows->at++, *row);
    return 1;
}

int paper_next(struct paper_rows *rows, const char *name, int n, json_t **item,
               struct err *e)
{
    if (n == 0)
        rows->at = 0;
    if (text_is(name, "failures"))
        return n < FAILURES_MOST ? next_failure(rows, item, e) : 0;
    if (text_is(name, "cards"))
        return next_card(rows, item, e);
    if (text_is(name, "files"))
        return next_file(rows, item, e);
    if (!text_is(name, "cut") || n > 0 || rows->cut == 0)
        return 0;
    *item = json_pack("{s:i}", "rows", rows->cut);
    return 1;
}
