/* portal-http.so: one GET by libcurl. */

#include "store/http_module.h"

#include <curl/curl.h>
#include <strings.h>
#include <time.h>

struct transfer {
    const struct http_host *host;
    const struct http_get *get;
    struct http_answer *answer;
    CURL *curl;
    struct err *e;
    int rc; /* of a callback, or of an answer that is refused */
    bool started;
    time_t heard;      /* last time that something came   */
    uint64_t length;   /* Content-Length of this answer   */
    uint64_t received; /* body bytes                      */
    char range[80];    /* Content-Range of this answer    */
};

static time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* The value of a header line that is called `name`, else NULL. */
static const char *value_of(const char *line, size_t n, const char *name,
                            size_t *len)
{
    const size_t k = strlen(name);

    if (n <= k || strncasecmp(line, name, k) != 0 || line[k] != ':')
        return NULL;
    line += k + 1;
    n -= k + 1;
    while (n > 0 && (*line == ' ' || *line == '\t'))
        line++, n--;
    while (n > 0 &&
           (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
        n--;
    *len = n;
    return line;
}

static void copy(char *text, size_t room, const char *value, size_t n)
{
    if (n >= room)
        n = 0; /* too long to be of use */
    memcpy(text, value, n);
    text[n] = '\0';
}

/* "bytes 100-999/1000" */
static bool read_range(const char *text, uint64_t *first, uint64_t *total)
{
    unsigned long long a, b, all;
    char tail;

    if (sscanf(text, "bytes %llu-%llu/%llu%c", &a, &b, &all, &tail) != 3 ||
        a > b || b >= all)
        return false;
    *first = a;
    *total = all;
    return true;
}

static int refuse_status(struct transfer *t, long status)
{
    const char *url = t->get->url;

    if (status == 404 || status == 410)
        return t->host->fail(t->e, ERR_IO, "'%s' is not there (%ld)", url,
                             status);
    if (status == 401 || status == 403)
        return t->host->fail(t->e, ERR_IO,
                             "the server does not give out '%s' (%ld)", url,
                             status);
    if (status == 429 || status >= 500)
        return t->host->fail(
            t->e, ERR_IO, "the server has trouble with '%s' (%ld); try later",
            url, status);
    return t->host->fail(t->e, ERR_IO,
                         "the server answers %ld to the request for '%s'",
                         status, url);
}

/* The head of the last answer is complete. */
static int start(struct transfer *t)
{
    struct http_answer *a = t->answer;
    long status = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    a->first = 0;
    a->total = t->length;
    if (status == 206 && (!read_range(t->range, &a->first, &a->total) ||
                          a->first != t->get->from))
        return t->host->fail(t->e, ERR_IO,
                             "the server sends another part of '%s' than "
                             "was asked for",
                             t->get->url);
    if (status != 200 && status != 206)
        return refuse_status(t, status);
    t->started = true;
    return t->get->start(t->get->arg, a, t->e);
}

static bool is_final(struct transfer *t)
{
    long status = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && !(status >= 300 && status < 400);
}

static size_t on_header(char *line, size_t one, size_t n, void *arg)
{
    struct transfer *t = arg;
    const char *value;
    char number[24];
    size_t len;

    (void)one;
    t->heard = now();
    if (n > 5 && memcmp(line, "HTTP/", 5) == 0) {
        t->length = 0;
        t->range[0] = t->answer->etag[0] = '\0';
    } else if ((value = value_of(line, n, "ETag", &len))) {
        copy(t->answer->etag, sizeof(t->answer->etag), value,
             *value == '"' ? len : 0);
    } else if ((value = value_of(line, n, "Content-Range", &len))) {
        copy(t->range, sizeof(t->range), value, len);
    } else if ((value = value_of(line, n, "Content-Length", &len))) {
        copy(number, sizeof(number), value, len);
        t->length = strtoull(number, NULL, 10);
    } else if ((line[0] == '\r' || line[0] == '\n') && is_final(t)) {
        t->rc = start(t);
        return t->rc < 0 ? 0 : n;
    }
    return n;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *arg)
{
    struct transfer *t = arg;

    (void)one;
    t->heard = now();
    if (!t->started)
        return n; /* the text of a redirect */
    t->received += n;
    if (t->received > t->get->most)
        t->rc = t->host->fail(
            t->e, ERR_DATA, "the server sends more of '%s' than it should have",
            t->get->url);
    else
        t->rc = t->get->bytes(t->get->arg, bytes, n, t->e);
    return t->rc < 0 ? 0 : n;
}

/* Asked about once a second. libcurl's own limit looks at a mean of several
   seconds. */
static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t d)
{
    struct transfer *t = arg;

    (void)a, (void)b, (void)c, (void)d;
    return now() - t->heard > t->get->stall_s;
}

static int explain(struct transfer *t, CURLcode code, const char *detail)
{
    const char *url = t->get->url;

    switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
        return t->host->fail(
            t->e, ERR_IO,
            "'%s' leads to an address that is neither http nor https", url);
    case CURLE_URL_MALFORMAT:
        return t->host->fail(t->e, ERR_ARG, "'%s' is no address", url);
    case CURLE_TOO_MANY_REDIRECTS:
        return t->host->fail(t->e, ERR_IO,
                             "'%s' is redirected more than %d times", url,
                             HTTP_REDIRECTS);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return t->host->fail(t->e, ERR_IO,
                             "cannot find the server of '%s'; is there a "
                             "network?",
                             url);
    case CURLE_COULDNT_CONNECT:
        return t->host->fail(t->e, ERR_IO, "cannot reach the server of '%s'",
                             url);
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_OPERATION_TIMEDOUT:
        t->answer->try_again = true;
        return t->host->fail(t->e, ERR_IO,
                             "the server of '%s' sent nothing for %d seconds",
                             url, t->get->stall_s);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM:
        t->answer->try_again = true;
        return t->host->fail(t->e, ERR_IO,
                             "the connection broke while '%s' came", url);
    case CURLE_PEER_FAILED_VERIFICATION:
        return t->host->fail(t->e, ERR_IO,
                             "the server of '%s' cannot be trusted: %s", url,
                             detail);
    case CURLE_OUT_OF_MEMORY:
        return t->host->fail(t->e, ERR_MEM, "out of memory");
    default:
        return t->host->fail(t->e, ERR_IO, "cannot get '%s': %s", url,
                             *detail ? detail : curl_easy_strerror(code));
    }
}

static void set_rules(CURL *curl, const struct http_get *get)
{
    const bool safe = strncasecmp(get->url, "https:", 6) == 0;

#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
                     safe ? "https" : "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
                     (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS,
                     (long)(CURLPROTO_HTTPS | (safe ? 0 : CURLPROTO_HTTP)));
#endif
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)get->stall_s);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "portal/" PORTAL_VERSION);
}

static int perform(struct transfer *t)
{
    const struct http_get *get = t->get;
    struct curl_slist *headers = NULL;
    char detail[CURL_ERROR_SIZE] = "", text[300];
    CURLcode code;

    set_rules(t->curl, get);
    curl_easy_setopt(t->curl, CURLOPT_URL, get->url);
    curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(t->curl, CURLOPT_NOPROGRESS, 0L);
    if (get->from > 0) {
        snprintf(text, sizeof(text), "%llu-", (unsigned long long)get->from);
        curl_easy_setopt(t->curl, CURLOPT_RANGE, text);
    }
    if (get->from > 0 && get->if_range) {
        snprintf(text, sizeof(text), "If-Range: %s", get->if_range);
        headers = curl_slist_append(NULL, text);
        curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, headers);
    }
    code = curl_easy_perform(t->curl);
    curl_slist_free_all(headers);
    if (t->rc < 0)
        return t->rc;
    if (code)
        return explain(t, code, detail);
    return t->started ? 0 : start(t); /* a redirect to nowhere */
}

static int http_get(const struct http_host *host, const struct http_get *get,
                    struct http_answer *answer, struct err *e)
{
    struct transfer t = {
        .host = host, .get = get, .answer = answer, .e = e, .heard = now()};
    int rc;

    *answer = (struct http_answer){0};
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return host->fail(e, ERR_MEM, "libcurl does not start");
    t.curl = curl_easy_init();
    rc = t.curl ? perform(&t)
                : host->fail(e, ERR_MEM, "libcurl does not start");
    curl_easy_cleanup(t.curl);
    curl_global_cleanup();
    return rc;
}

extern const struct http_module portal_module;

__attribute__((visibility("default")))
const struct http_module portal_module = {
    .id = {.version = HTTP_MODULE_VERSION,
           .name = "http",
           .about = "libcurl " LIBCURL_VERSION},
    .get = http_get,
};
