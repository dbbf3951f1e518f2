#ifndef STORE_HTTP_MODULE_H
#define STORE_HTTP_MODULE_H

/*
 * What pulling a model asks of the module portal-http.so: one GET, with the
 * rules that hold for all of ours. Only http and https; redirects never lead
 * from https to http, and there are few of them; a server that stalls is given
 * up; the body may not exceed what the caller allows. Nothing is sent but the
 * request: no cookies, no names, no passwords.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "codec/module.h"

#define HTTP_MODULE_VERSION 1
#define HTTP_REDIRECTS      5

/* What the module borrows from the program: err_set(). */
struct http_host {
    int (*fail)(struct err *e, enum err_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
};

struct http_answer {
    uint64_t first; /* of the bytes that follow; 0 unless it went on there */
    uint64_t total; /* of the whole file; 0: the server did not say        */
    char etag[200]; /* a strong one, quotes included, or ""                */
    bool try_again; /* after a failure: going on from here may help        */
};

struct http_get {
    const char *url;
    uint64_t from;        /* first byte that is wanted           */
    const char *if_range; /* the etag it must still have, or NULL */
    uint64_t most;        /* body bytes; more are ERR_DATA        */
    int stall_s;          /* without a byte for so long: given up */

    /* Called once before the bytes; negative results end it. */
    int (*start)(void *arg, const struct http_answer *answer, struct err *e);
    int (*bytes)(void *arg, const void *bytes, size_t n, struct err *e);
    void *arg;
};

struct http_module {
    struct module_id id;

    /* `answer` is filled on failure too. */
    int (*get)(const struct http_host *host, const struct http_get *get,
               struct http_answer *answer, struct err *e);
};

#endif
