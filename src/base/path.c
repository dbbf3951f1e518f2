/* Paths and folders. */

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The first `n` bytes of a, then b, then c. */
static char *glue(const char *a, size_t n, const char *b, const char *c)
{
    size_t nb = strlen(b), nc = strlen(c);
    char *text = mem_chars(n + nb + nc + 1);

    if (!text)
        return NULL;
    memcpy(text, a, n);
    memcpy(text + n, b, nb);
    memcpy(text + n + nb, c, nc);
    text[n + nb + nc] = '\0';
    return text;
}

char *path_join(const char *folder, const char *name)
{
    size_t n = strlen(folder);

    return glue(folder, n, n && folder[n - 1] != '/' ? "/" : "", name);
}

char *path_folder(const char *path)
{
    size_t n = (size_t)(path_name(path) - path);

    if (!n)
        return mem_text(".");
    while (n > 1 && path[n - 1] == '/')
        n--;
    return glue(path, n, "", "");
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *path_ext(const char *path)
{
    const char *name = path_name(path);
    const char *dot = strrchr(name, '.');

    return dot && dot != name ? dot + 1 : name + strlen(name);
}

static int make_one(const char *path, struct err *e)
{
    struct stat st;

    if (!mkdir(path, 0777))
        return 0;
    if (errno != EEXIST)
        return err_errno(e, "cannot make the folder", path);
    if (stat(path, &st))
        return err_errno(e, "cannot make the folder", path);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_IO,
                       "cannot make the folder '%s': a file has that name",
                       path);
    return 0;
}

int dir_make(const char *path, struct err *e)
{
    struct stat st;
    char *part = NULL;
    int rc;

    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        return 0;
    part = mem_text(path);
    if (!part)
        return err_mem(e, strlen(path) + 1);
    for (char *s = part + (*part == '/'); *s; s++) {
        if (*s != '/')
            continue;
        *s = '\0';
        TRY(make_one(part, e));
        *s = '/';
    }
    TRY(make_one(part, e));
out:
    mem_free(part);
    return rc;
}
