#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

/* A test in an empty folder of its own, and files in it. After cmocka.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static char scratch[] = "/tmp/test_file.XXXXXX";

static int enter(void **state)
{
    (void)state;
    strcpy(scratch, "/tmp/test_file.XXXXXX");
    return !mkdtemp(scratch) || chdir(scratch);
}

static int leave(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
    return chdir("/") || system(command);
}

static inline void write_file(const char *path, const char *text, bool replace,
                              int want)
{
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(outfile_open(&f, path, &e), 0);
    assert_int_equal(outfile_add(&f, text, strlen(text), &e), 0);
    assert_int_equal(outfile_commit(&f, replace, &e), want);
    outfile_abandon(&f);
}

static inline void assert_content(const char *path, const char *text)
{
    struct buf b = {0};
    struct err e = {0};

    assert_int_equal(file_load(path, 1000, &b, &e), 0);
    assert_string_equal((char *)b.data, text);
    assert_int_equal(b.len, strlen(text));
    buf_release(&b);
}

#endif
