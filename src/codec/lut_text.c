/* Texts that hold tables, line by line. */

#include "codec/lut_text.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "codec/lut.h"

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

struct lines lines_of(const void *text, size_t len)
{
    const char *at = text;

    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
        len -= 3;
    }
    return (struct lines){.at = at, .stop = at + len};
}

static const char *line_end(const char *at, const char *stop)
{
    while (at < stop && *at != '\n' && *at != '\r')
        at++;
    return at;
}

/* Where a comment begins, which is not within quotes, or `end`. */
static const char *comment_at(const char *start, const char *end)
{
    bool quoted = false;

    if (start >= end || !memchr(start, '#', (size_t)(end - start)))
        return end;
    for (; start < end && (quoted || *start != '#'); start++)
        quoted ^= *start == '"';
    return start;
}

bool next_line(struct lines *l)
{
    const char *start = l->at, *end;
    size_t n;

    if (start == l->stop)
        return false;
    end = line_end(start, l->stop);
    l->at = end;
    if (l->at < l->stop)
        l->at +=
            l->at + 1 < l->stop && l->at[0] == '\r' && l->at[1] == '\n' ? 2 : 1;
    l->number++;
    while (start < end && is_blank(*start))
        start++;
    end = comment_at(start, end);
    while (end > start && is_blank(end[-1]))
        end--;
    l->start = start;
    l->end = end;
    n = (size_t)(end - start);
    l->cut = n >= sizeof(l->text);
    if (l->cut)
        n = sizeof(l->text) - 1;
    memcpy(l->text, start, n);
    l->text[n] = 0;
    return true;
}

bool next_full_line(struct lines *l)
{
    while (next_line(l))
        if (l->text[0])
            return true;
    return false;
}

const char *line_after(const struct lines *l, const char *keyword, bool nocase)
{
    const size_t n = strlen(keyword);
    const char *text = l->text;

    if ((nocase ? strncasecmp(text, keyword, n) : strncmp(text, keyword, n)) ||
        (text[n] && !is_blank(text[n])))
        return NULL;
    for (text += n; is_blank(*text); text++)
        ;
    return text;
}

int line_words(const struct lines *l)
{
    int n = 0;

    for (const char *s = l->start; s < l->end; s++)
        n += !is_blank(*s) && (s == l->start || is_blank(s[-1]));
    return n;
}

/* The bytes behind the text are not ours to look at. */
static bool scan_word(const char *word, size_t n, float *out)
{
    char text[128];
    const char *stop;
    double v;

    if (n >= sizeof(text))
        return false;
    memcpy(text, word, n);
    text[n] = 0;
    if (!text_scan_double(text, &stop, &v) || stop != text + n ||
        !isfinite((float)v))
        return false;
    *out = (float)v;
    return true;
}

/* The next word of at … end, a finite number. */
static bool scan_one(const char **at, const char *end, float *out)
{
    const char *s = *at, *word;

    while (s < end && is_blank(*s))
        s++;
    for (word = s; s < end && !is_blank(*s); s++)
        ;
    *at = s;
    return s > word && scan_word(word, (size_t)(s - word), out);
}

int line_number(const struct lines *l, const char **at, float *out,
                struct err *e)
{
    if (scan_one(at, l->end, out))
        return 0;
    return err_set(e, ERR_DATA,
                   "line %ld: '%.40s' is no list of finite "
                   "numbers",
                   l->number, l->text);
}

static int scan(const struct lines *l, const char *at, const char *end, int n,
                float *out, struct err *e)
{
    bool good = true;

    for (int i = 0; i < n && good; i++)
        good = scan_one(&at, end, &out[i]);
    while (good && at < end && is_blank(*at))
        at++;
    if (!good || at < end)
        return err_set(e, ERR_DATA,
                       "line %ld: '%.40s' is not %d finite numbers", l->number,
                       l->text, n);
    return 0;
}

int line_scan(const struct lines *l, const char *text, int n, float *out,
              struct err *e)
{
    return scan(l, l->start + (text - l->text), l->end, n, out, e);
}

int line_numbers(const struct lines *l, int n, float *out, struct err *e)
{
    return scan(l, l->start, l->end, n, out, e);
}

int line_whole(const struct lines *l, const char *text, const char *what,
               long lo, long hi, int *out, struct err *e)
{
    long v;

    if (!text_to_long(text, &v) || v < lo || v > hi)
        return lo == hi ? err_set(e, ERR_DATA,
                                  "line %ld: %s is '%.40s', allowed is %ld",
                                  l->number, what, text, lo)
                        : err_set(e, ERR_DATA,
                                  "line %ld: %s is '%.40s', allowed is "
                                  "%ld … %ld",
                                  l->number, what, text, lo, hi);
    *out = (int)v;
    return 0;
}

int line_sides(const struct lines *l, int *size, struct err *e)
{
    float v[3];
    int rc;

    TRY(line_numbers(l, 3, v, e));
    *size = v[0] >= 2 && v[0] <= LUT_CUBE_MAX ? (int)v[0] : 0;
    if (!*size || v[0] != (float)*size || v[1] != v[0] || v[2] != v[0])
        TRY(err_set(e, ERR_DATA,
                    "line %ld: a cube of %g x %g x %g nodes, allowed are "
                    "equal sides of 2 … %d",
                    l->number, (double)v[0], (double)v[1], (double)v[2],
                    LUT_CUBE_MAX));
out:
    return rc;
}

int lines_left(struct lines l, long long want, struct err *e)
{
    long long found = 0;

    while (next_full_line(&l))
        found++;
    if (found != want)
        return err_set(e, ERR_DATA, "expected %lld lines of values, found %lld",
                       want, found);
    return 0;
}

void line_title(const char *text, char *title, size_t room)
{
    size_t n = strlen(text);

    if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
        text++;
        n -= 2;
    }
    n = n < room ? n : room - 1;
    memcpy(title, text, n);
    title[n] = 0;
    text_clean(title);
}
