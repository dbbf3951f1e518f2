/* Names of numbered pictures. */

#include "run/sequence.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#define DIGITS_MAX 9
#define COUNT_MAX  10000000

/* Where the number stands in a name: its length as written, and its digits. */
static size_t find_place(const char *name, size_t *at, int *digits)
{
    const char *hash = strchr(name, '#'), *percent = strchr(name, '%');
    size_t n = 0;

    if (hash) {
        n = strspn(hash, "#");
        *at = (size_t)(hash - name);
        *digits = (int)n;
        return n <= DIGITS_MAX && !strchr(hash + n, '#') ? n : 0;
    }
    for (; percent; percent = strchr(percent + 1, '%')) {
        const char *c = percent + 1;

        *digits = 1;
        if (c[0] == '0' && c[1] >= '1' && c[1] <= '9') {
            *digits = c[1] - '0';
            c += 2;
        }
        if (*c == 'd') {
            *at = (size_t)(percent - name);
            return (size_t)(c + 1 - percent);
        }
    }
    return 0;
}

bool sequence_is(const char *path)
{
    size_t at;
    int digits;

    return access(path, F_OK) < 0 &&
           find_place(path_name(path), &at, &digits) > 0;
}

int sequence_parse(const char *pattern, struct sequence *s, struct err *e)
{
    const char *name = path_name(pattern);
    size_t at, n;

    *s = (struct sequence){0};
    n = find_place(name, &at, &s->digits);
    if (!n)
        return err_set(e, ERR_ARG,
                       "'%s' has no place for a number: write shot.####.exr",
                       pattern);
    s->folder = path_folder(pattern);
    s->head = mem_chars(at + 1);
    s->tail = mem_text(name + at + n);
    if (s->folder && s->head && s->tail) {
        memcpy(s->head, name, at);
        s->head[at] = '\0';
        return 0;
    }
    sequence_release(s);
    return err_mem(e, strlen(pattern));
}

void sequence_release(struct sequence *s)
{
    mem_free(s->folder);
    mem_free(s->head);
    mem_free(s->tail);
    mem_free(s->number);
    *s = (struct sequence){0};
}

char *sequence_path(const struct sequence *s, int64_t number)
{
    char name[NAME_MAX + 1];
    const int n = snprintf(name, sizeof(name), "%s%0*" PRId64 "%s", s->head,
                           s->digits, number, s->tail);

    return n > 0 && n <= NAME_MAX ? path_join(s->folder, name) : NULL;
}

/* The number in a name of this sequence, or -1. */
static int64_t number_in(const struct sequence *s, const char *name)
{
    const size_t head = strlen(s->head), tail = strlen(s->tail);
    const size_t n = strlen(name);
    int64_t v = 0;
    size_t digits;

    if (n < head + tail + 1 || strncmp(name, s->head, head) ||
        strcmp(name + n - tail, s->tail))
        return -1;
    digits = n - head - tail;
    if (digits < (size_t)s->digits || digits > 15 ||
        (digits > (size_t)s->digits && name[head] == '0'))
        return -1;
    for (size_t i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)name[head + i]))
            return -1;
        v = v * 10 + name[head + i] - '0';
    }
    return v;
}

static int add(struct sequence *s, int *room, int64_t number, struct err *e)
{
    if (s->count == *room) {
        const int more = *room ? 2 * *room : 256;
        int64_t *grown =
            more <= COUNT_MAX
                ? mem_resize(s->number, (size_t)more * sizeof(*grown))
                : NULL;

        if (!grown)
            return err_mem(e, (size_t)more * sizeof(*grown));
        s->number = grown;
        *room = more;
    }
    s->number[s->count++] = number;
    return 0;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int find_all(struct sequence *s, struct err *e)
{
    DIR *d = opendir(s->folder);
    struct dirent *entry;
    int room = 0, rc = 0;

    if (!d)
        return err_set(e, ERR_IO, "cannot read folder '%s': %s", s->folder,
                       strerror(errno));
    while (rc == 0 && (entry = readdir(d))) {
        const int64_t n = number_in(s, entry->d_name);

        if (n >= 0)
            rc = add(s, &room, n, e);
    }
    closedir(d);
    if (rc == 0 && s->count)
        qsort(s->number, (size_t)s->count, sizeof(*s->number), ascending);
    return rc;
}

static int refuse(const char *range, struct err *e)
{
    return err_set(e, ERR_ARG,
                   "'frames' cannot be '%s': allowed is A-B or A-BxSTEP, such "
                   "as 1-100 or 1001-1240x2",
                   range);
}

/* One number of a range; *at moves behind it. */
static bool scan(const char **at, int64_t *v)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    errno = 0;
    *v = strtoll(*at, &end, 10);
    *at = end;
    return errno == 0 && *v <= 1000000000;
}

static int add_range(struct sequence *s, const char *range, struct err *e)
{
    int64_t first, last, step = 1;
    const char *at = range;
    int room = 0;

    if (!scan(&at, &first))
        return refuse(range, e);
    last = first;
    if (*at == '-' && (at++, !scan(&at, &last)))
        return refuse(range, e);
    if (*at == 'x' && (at++, !scan(&at, &step)))
        return refuse(range, e);
    if (*at || last < first || step < 1 || (last - first) / step >= COUNT_MAX)
        return refuse(range, e);
    for (int64_t n = first; n <= last; n += step) {
        char *path = sequence_path(s, n);
        const bool there = path && access(path, F_OK) == 0;
        int rc = there ? add(s, &room, n, e) : 0;

        if (!there)
            rc = path ? err_set(e, ERR_DATA,
                                "frame %" PRId64 " is not there: '%s'", n, path)
                      : err_mem(e, NAME_MAX);
        mem_free(path);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int sequence_find(const char *pattern, const char *range, struct sequence *s,
                  struct err *e)
{
    struct sequence found;
    int rc;

    if (sequence_parse(pattern, &found, e) < 0)
        return e->code;
    TRY(range ? add_range(&found, range, e) : find_all(&found, e));
    if (found.count == 0) {
        rc = err_set(e, ERR_DATA, "no frames are there: '%s'", pattern);
        goto out;
    }
    *s = found;
    found = (struct sequence){0};
out:
    sequence_release(&found);
    return rc;
}
