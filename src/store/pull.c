/* Fetching the files of a model. */

#include "store/pull.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "nn/safetensors.h"
#include "store/http_module.h"
#include "store/manifest.h"

#define URL_MAX   1024
#define TRIES_MAX 20
#define JSON_MAX  (1 << 20)

/* One file on its way. */
struct pull {
    const struct models *models;
    const struct pull_options *o;
    const struct model_file *file;
    const char *sum;      /* that it must have, or "" */
    char source[URL_MAX]; /* address or path          */
    char *path, *part, *etag_path;
    char etag[200]; /* of what is in the part   */
    int fd;         /* of the part, locked      */
    uint64_t at;    /* bytes in it              */
    uint64_t total;
    bool resumed; /* it has bytes of more than one answer */
};

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 ||
           strncmp(text, "https://", 8) == 0;
}

static bool has_scheme(const char *text)
{
    const size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");

    return n > 1 && strncmp(text + n, "://", 3) == 0;
}

/* base/path/name with exactly one slash between. */
static int join(char source[static URL_MAX], const char *base, const char *path,
                const char *name, struct err *e)
{
    size_t n = strlen(base);
    int len;

    while (n > 0 && base[n - 1] == '/')
        n--;
    len = snprintf(source, URL_MAX, "%.*s/%s%s%s", (int)n, base, path,
                   *path ? "/" : "", name);
    return len > 0 && len < URL_MAX
               ? 0
               : err_set(e, ERR_ARG, "the address '%s' is too long", base);
}

/*
 * --from names the file of weights, and others are looked for beside it, or a
 * folder with all of them.
 */
static int from_source(struct pull *p, const struct model *model, struct err *e)
{
    const char *from = p->o->from;
    const char *last = path_name(from);
    struct stat st;
    const bool file = is_url(from)
                          ? text_is(path_ext(from), "safetensors") ||
                                text_is(last, model->file[0].name)
                          : stat(from, &st) == 0 && S_ISREG(st.st_mode);
    char folder[URL_MAX];

    if (has_scheme(from) && !is_url(from))
        return err_set(e, ERR_ARG, "'%s' is no http or https address", from);
    if (strlen(from) >= URL_MAX)
        return err_set(e, ERR_ARG, "the address '%s' is too long", from);
    if (!file)
        return join(p->source, from, "", p->file->name, e);
    if (p->file == &model->file[0]) {
        memcpy(p->source, from, strlen(from) + 1);
        return 0;
    }
    snprintf(folder, sizeof(folder), "%.*s", (int)(last - from), from);
    return join(p->source, *folder ? folder : ".", "", p->file->name, e);
}

static int choose_source(struct pull *p, const struct model *model,
                         struct err *e)
{
    const char *base = p->o->mirror ? p->o->mirror : model->base;

    if (p->o->from)
        return from_source(p, model, e);
    if (!is_url(base))
        return err_set(e, ERR_ARG, "'%s' is no http or https address", base);
    return join(p->source, base, model->path, p->file->name, e);
}

static void tell(const struct pull *p, enum pull_step step, const char *sum)
{
    const struct pull_news news = {
        .step = step,
        .file = p->file->name,
        .from = p->source,
        .at = p->at,
        .total = p->total,
        .sha256 = sum,
        .pinned = p->file->sha256[0] != '\0',
    };

    if (p->o->news)
        p->o->news(p->o->arg, &news);
}

static char *with_tail(const char *path, const char *tail)
{
    char *text = mem_alloc(strlen(path) + strlen(tail) + 1);

    if (text)
        snprintf(text, strlen(path) + strlen(tail) + 1, "%s%s", path, tail);
    return text;
}

/*
 * Opens the part and locks it. Who held the lock before may have renamed the
 * file that was opened: then it is no longer the part, and the next is tried.
 */
static int open_part(struct pull *p, struct err *e)
{
    struct stat st, now;

    for (int i = 0; i < 10; i++) {
        p->fd = open(p->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (p->fd < 0)
            return err_errno(e, "cannot make", p->part);
        if (flock(p->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
            close(p->fd);
            p->fd = -1;
            break;
        }
        if (fstat(p->fd, &st) == 0 && stat(p->part, &now) == 0 &&
            st.st_ino == now.st_ino && st.st_dev == now.st_dev) {
            p->at = (uint64_t)st.st_size;
            return 0;
        }
        close(p->fd);
        p->fd = -1;
    }
    return err_set(e, ERR_IO, "'%s' is being fetched already", p->path);
}

static int start_over(struct pull *p, struct err *e)
{
    p->at = 0;
    p->resumed = false;
    p->etag[0] = '\0';
    unlink(p->etag_path);
    return ftruncate(p->fd, 0) ? err_errno(e, "cannot write", p->part) : 0;
}

static void read_etag(struct pull *p)
{
    struct buf text = {0};

    if (file_load(p->etag_path, sizeof(p->etag) - 1, &text, NULL) == 0 &&
        text.data[0] == '"' && strlen((char *)text.data) == text.len &&
        !strpbrk((char *)text.data, "\r\n"))
        memcpy(p->etag, text.data, text.len + 1);
    buf_release(&text);
}

/* Best effort: without it the next call starts over, or trusts the sum. */
static void keep_etag(const struct pull *p)
{
    struct outfile f = {.fd = -1};

    if (!p->etag[0])
        unlink(p->etag_path);
    else if (outfile_open(&f, p->etag_path, NULL) == 0 &&
             outfile_add(&f, p->etag, strlen(p->etag), NULL) == 0)
        (void)outfile_commit(&f, true, NULL);
    outfile_abandon(&f);
}

static int check_room(const struct pull *p, uint64_t more, struct err *e)
{
    struct statvfs fs;

    if (fstatvfs(p->fd, &fs) ||
        more <= (uint64_t)fs.f_bavail * (uint64_t)fs.f_frsize)
        return 0;
    return err_set(e, ERR_IO,
                   "no room for '%s': %.0f MB are needed, %.0f MB are free",
                   p->path, (double)more / 1e6,
                   (double)fs.f_bavail * (double)fs.f_frsize / 1e6);
}

/* The sizes fit what the registry says; the part is ready to take bytes. */
static int begin(struct pull *p, uint64_t first, uint64_t total, struct err *e)
{
    const struct model_file *f = p->file;
    int rc;

    if (total && f->size && total != f->size)
        return err_set(e, ERR_DATA, "'%s' has %ju bytes; the right one has %ju",
                       p->source, (uintmax_t)total, (uintmax_t)f->size);
    if (total > f->most)
        return err_set(e, ERR_DATA,
                       "'%s' has %ju bytes; %ju are the most for this file",
                       p->source, (uintmax_t)total, (uintmax_t)f->most);
    if (first != p->at)
        TRY(start_over(p, e));
    p->total = total ? total : f->size;
    if (p->total > p->at)
        TRY(check_room(p, p->total - p->at, e));
    tell(p, PULL_START, NULL);
    rc = 0;
out:
    return rc;
}

static int on_start(void *arg, const struct http_answer *answer, struct err *e)
{
    struct pull *p = arg;
    int rc;

    TRY(begin(p, answer->first, answer->total, e));
    memcpy(p->etag, answer->etag, sizeof(p->etag));
    keep_etag(p);
out:
    return rc;
}

static int on_bytes(void *arg, const void *bytes, size_t n, struct err *e)
{
    struct pull *p = arg;
    size_t done = 0;

    if (n > p->file->most - p->at)
        return err_set(e, ERR_DATA, "'%s' goes on after the %ju bytes it has",
                       p->source, (uintmax_t)p->file->most);
    while (done < n) {
        const ssize_t put = pwrite(p->fd, (const char *)bytes + done, n - done,
                                   (off_t)(p->at + done));

        if (put > 0)
            done += (size_t)put;
        else if (put == 0 || errno == ENOSPC || errno == EDQUOT)
            return err_set(e, ERR_IO, "cannot write '%s': the disk is full",
                           p->part);
        else if (errno != EINTR)
            return err_errno(e, "cannot write", p->part);
    }
    p->at += n;
    tell(p, PULL_MORE, NULL);
    return 0;
}

/* What is in the part can be gone on with only if the end result is checked. */
static int prepare_resume(struct pull *p, struct err *e)
{
    if (!p->at)
        return 0;
    read_etag(p);
    if ((p->sum[0] || p->etag[0]) && p->at < p->file->most)
        return 0;
    return start_over(p, e);
}

/* Goes on as long as each answer brings some bytes. */
static int fetch_url(struct pull *p, struct err *e)
{
    const struct http_host host = {.fail = err_set};
    const struct module_id *id;
    const struct http_module *http;
    struct http_answer answer;
    int rc, tries = 0;

    TRY(module_open("http", HTTP_MODULE_VERSION, &id, e));
    http = (const struct http_module *)id;
    TRY(prepare_resume(p, e));
    for (;;) {
        const uint64_t before = p->at;
        const struct http_get get = {
            .url = p->source,
            .from = p->at,
            .if_range = p->etag[0] ? p->etag : NULL,
            .most = p->file->most,
            .stall_s = p->o->stall_s,
            .start = on_start,
            .bytes = on_bytes,
            .arg = p,
        };

        p->resumed = p->at > 0;
        rc = http->get(&host, &get, &answer, e);
        if (rc == ERR_DATA && p->at > before) { /* too long: not our file */
            (void)start_over(p, NULL);
            break;
        }
        if (rc == 0 || !answer.try_again || p->at <= before ||
            ++tries == TRIES_MAX)
            break;
        if (!p->sum[0] && !p->etag[0]) /* cannot tell whether it fits */
            TRY(start_over(p, e));
    }
    if (rc < 0 && answer.try_again && p->at > 0)
        err_prefix(e, "%ju bytes are here, the same command goes on from there",
                   (uintmax_t)p->at);
out:
    return rc;
}

static int copy_local(struct pull *p, struct err *e)
{
    const size_t piece = (size_t)1 << 20;
    struct infile in = {.fd = -1};
    uint8_t *bytes = mem_alloc(piece);
    int rc;

    if (!bytes)
        TRY(err_mem(e, piece));
    TRY(infile_open(&in, p->source, e));
    TRY(start_over(p, e));
    TRY(begin(p, 0, in.size, e));
    while (p->at < in.size) {
        const uint64_t left = in.size - p->at;
        const size_t n = left < piece ? (size_t)left : piece;

        TRY(infile_read(&in, p->at, bytes, n, e));
        TRY(on_bytes(p, bytes, n, e));
    }
out:
    infile_close(&in);
    mem_free(bytes);
    return rc;
}

/* Whether it is what its name says; a page with an apology is not. */
static int check_form(const struct pull *p, struct err *e)
{
    struct safetensors *weights = NULL;
    struct buf text = {0};
    json_t *root = NULL;
    int rc = 0;

    if (text_is(path_ext(p->file->name), "safetensors")) {
        rc = safetensors_open(p->part, &weights, e);
        safetensors_close(weights);
    } else if (text_is(path_ext(p->file->name), "json")) {
        TRY(file_load(p->part, JSON_MAX, &text, e));
        root = json_loadb((const char *)text.data, text.len, 0, NULL);
        if (!root)
            rc = err_set(e, ERR_DATA, "'%s' is not JSON", p->part);
    }
out:
    json_decref(root);
    buf_release(&text);
    if (rc == ERR_DATA)
        err_prefix(e, "what came from '%s' is no %s", p->source, p->file->name);
    return rc;
}

static int check_part(struct pull *p, char sum[static SHA256_TEXT],
                      struct err *e)
{
    const struct model_file *f = p->file;
    int rc;

    if (f->size && p->at != f->size)
        TRY(err_set(e, ERR_IO,
                    "'%s' ended after %ju of %ju bytes; the same command goes "
                    "on from there",
                    p->source, (uintmax_t)p->at, (uintmax_t)f->size));
    TRY(sha256_file(p->part, sum, NULL, e));
    if (p->sum[0] && !text_is(p->sum, sum))
        TRY(err_set(e, ERR_DATA,
                    "'%s' is not the file that %s: its sha256 is %s, not %s",
                    p->source,
                    f->sha256[0] ? "the registry means" : "came the first time",
                    sum, p->sum));
    TRY(check_form(p, e));
out:
    return rc;
}

/* Sync, rename, sync the folder. */
static int put_in_place(struct pull *p, struct err *e)
{
    char *folder = path_folder(p->path);
    int fd = -1, rc = 0;

    if (!folder)
        return err_mem(e, strlen(p->path));
    if (fsync(p->fd) || rename(p->part, p->path))
        rc = err_errno(e, "cannot write", p->path);
    else
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    unlink(p->etag_path);
    mem_free(folder);
    return rc;
}

/* A wrong file is never left to be gone on with. */
static int fetch(struct pull *p, char sum[static SHA256_TEXT], struct err *e)
{
    const bool remote = is_url(p->source);
    int rc;

    TRY(remote ? fetch_url(p, e) : copy_local(p, e));
    rc = check_part(p, sum, e);
    if (rc == ERR_DATA && remote && p->resumed) {
        TRY(start_over(p, e)); /* the first half may have been another file's */
        TRY(fetch_url(p, e));
        rc = check_part(p, sum, e);
    }
    if (rc == ERR_DATA) {
        unlink(p->part);
        unlink(p->etag_path);
    }
out:
    return rc;
}

/* 1 when the right file is here. */
static int is_here(struct pull *p, char sum[static SHA256_TEXT], struct err *e)
{
    int rc;

    if (access(p->path, F_OK) != 0)
        return 0;
    TRY(sha256_file(p->path, sum, &p->at, e));
    p->total = p->at;
    rc = p->sum[0] && text_is(p->sum, sum);
out:
    return rc;
}

/* Before anything is fetched. */
static int check_sums(const struct model *model,
                      const struct manifest *manifest, bool trust,
                      struct err *e)
{
    for (int i = 0; i < model->files && !trust; i++)
        if (!model->file[i].sha256[0] &&
            !manifest_find(manifest, model->file[i].name))
            return err_set(e, ERR_ARG,
                           "the sha256 of '%s' is not known: with --trust what "
                           "comes is taken, and from then on compared with",
                           model->file[i].name);
    return 0;
}

static int pull_file(struct pull *p, struct manifest *manifest, struct err *e)
{
    struct manifest_file record = {.size = 0};
    int rc;

    TRY(is_here(p, record.sha256, e));
    if (rc == 0) {
        TRY(open_part(p, e));
        TRY(fetch(p, record.sha256, e));
        TRY(put_in_place(p, e));
        tell(p, PULL_DONE, record.sha256);
    } else {
        tell(p, PULL_HERE, record.sha256);
        if (manifest_find(manifest, p->file->name)) {
            rc = 0;
            goto out;
        }
    }
    snprintf(record.name, sizeof(record.name), "%s", p->file->name);
    snprintf(record.from, sizeof(record.from), "%.*s",
             (int)sizeof(record.from) - 1, p->source);
    text_clean(record.from);
    record.size = p->at;
    (void)manifest_set(manifest, &record);
    rc = 0;
out:
    return rc;
}

static int prepare(struct pull *p, const struct model *model,
                   const struct manifest *manifest, struct err *e)
{
    const struct manifest_file *first = manifest_find(manifest, p->file->name);
    char *folder = models_place(p->models, model->name, NULL);
    int rc;

    p->fd = -1;
    p->sum = p->file->sha256[0] ? p->file->sha256 : first ? first->sha256 : "";
    p->path = models_place(p->models, model->name, p->file->name);
    p->part = p->path ? with_tail(p->path, ".part") : NULL;
    p->etag_path = p->path ? with_tail(p->path, ".etag") : NULL;
    if (!folder || !p->part || !p->etag_path)
        TRY(err_mem(e, 0));
    TRY(choose_source(p, model, e));
    rc = dir_make(folder, e);
out:
    mem_free(folder);
    return rc;
}

/* Where nothing came, nothing is left. */
static void release(struct pull *p)
{
    char *folder = p->path ? path_folder(p->path) : NULL;

    if (p->fd >= 0) {
        if (p->at == 0) {
            unlink(p->part);
            unlink(p->etag_path);
        }
        close(p->fd);
    }
    if (folder)
        rmdir(folder);
    mem_free(folder);
    mem_free(p->path);
    mem_free(p->part);
    mem_free(p->etag_path);
}

int pull_model(const struct models *m, const struct model *model,
               const struct pull_options *o, struct err *e)
{
    struct manifest manifest;
    int rc;

    TRY(manifest_read(m, model->name, &manifest, e));
    TRY(check_sums(model, &manifest, o->trust, e));
    for (int i = 0; i < model->files; i++) {
        struct pull p = {.models = m, .o = o, .file = &model->file[i]};

        rc = prepare(&p, model, &manifest, e);
        if (rc == 0)
            rc = pull_file(&p, &manifest, e);
        release(&p);
        if (rc == 0)
            rc = manifest_write(m, model->name, &manifest, e);
        if (rc < 0)
            goto out;
    }
out:
    return rc;
}
