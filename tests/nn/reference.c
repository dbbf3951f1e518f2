/* Sets of reference results. */

#include "reference.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

struct reference set;

_Noreturn void die(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("dav2_parity: ", stderr);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

void must(int rc, const struct err *e)
{
    if (rc < 0)
        die("%s", e->text);
}

void *room(size_t n, size_t size)
{
    void *p = mem_array(n, size);

    if (!p)
        die("out of memory");
    return p;
}

double number(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);

    if (!json_is_number(v))
        die("index.json: no number '%s'", key);
    return json_number_value(v);
}

const char *text(const json_t *o, const char *key)
{
    const char *v = json_string_value(json_object_get(o, key));

    return v ? v : "";
}

double limit_of(const char *key)
{
    return number(json_object_get(set.index, "tolerances"), key);
}

/* Numbers of a text file, from the n-th on. */
static void read_text(const char *path, size_t first, float *v, size_t n)
{
    struct buf b = {0};
    struct err e = {0};
    const char *at;
    double x;

    must(file_load(path, 1 << 20, &b, &e), &e);
    at = (const char *)b.data;
    for (size_t i = 0; i < first + n; i++) {
        if (!text_scan_double(at, &at, &x))
            die("'%s' has no number %zu", path, i);
        if (i >= first)
            v[i - first] = (float)x;
    }
    buf_release(&b);
}

static void read_floats(const char *path, uint64_t at, float *v, size_t n)
{
    struct infile f;
    struct err e = {0};

    must(infile_open(&f, path, &e), &e);
    must(infile_read(&f, at, v, n * sizeof(*v), &e), &e);
    infile_close(&f);
}

struct array load(const char *name)
{
    const json_t *list = json_object_get(set.index, "tensors");
    struct array a = {.count = 1};
    const json_t *t = NULL;
    uint64_t at;
    char *path;

    for (size_t i = 0; i < json_array_size(list); i++)
        if (!strcmp(text(json_array_get(list, i), "name"), name))
            t = json_array_get(list, i);
    if (!t)
        die("index.json: no array '%s'", name);
    for (size_t i = 0; i < json_array_size(json_object_get(t, "shape")); i++) {
        a.side[a.dims++] = (int)json_integer_value(
            json_array_get(json_object_get(t, "shape"), i));
        a.count *= (size_t)a.side[a.dims - 1];
    }
    a.v = room(a.count, sizeof(*a.v));
    at = (uint64_t)number(t, "offset");
    path = path_join(set.folder, text(t, "file"));
    if (!strcmp(path_ext(path), "txt"))
        read_text(path, (size_t)at / sizeof(*a.v), a.v, a.count);
    else
        read_floats(path, at, a.v, a.count);
    mem_free(path);
    return a;
}

void report(const char *what, double worst, double limit)
{
    const bool bad = !(worst <= limit) && limit > 0;

    set.done++;
    set.failed += bad;
    if (limit > 0 && worst / limit > set.worst)
        set.worst = worst / limit;
    if (limit > 0)
        printf("%-58s %.2e  limit %.1e %s\n", what, worst, limit,
               bad ? "FAILED" : "ok");
    else
        printf("%-58s %.2e\n", what, worst);
}

double gap(float a, float b)
{
    const double d = fabs((double)a - (double)b);

    return d >= 0 ? d : 1e30; /* NaN */
}

double larger(double a, double b)
{
    return a > b ? a : b;
}
