/* Folders of the XDG base directory specification. */

#include "store/paths.h"

#include "base/file.h"

static int below(const char *variable, const char *fallback, const char *kind,
                 const char *name, char **out, struct err *e)
{
    const char *set = getenv(variable);
    const char *home = getenv("HOME");
    char *root = NULL, *own = NULL;

    *out = NULL;
    if (set && set[0] == '/')
        root = mem_text(set);
    else if (home && home[0] == '/')
        root = path_join(home, fallback);
    else
        return 0;
    own = root ? path_join(root, kind) : NULL;
    *out = own ? path_join(own, name) : NULL;
    mem_free(root);
    mem_free(own);
    return *out ? 0 : err_mem(e, 0);
}

int paths_models(char **out, struct err *e)
{
    return below("XDG_DATA_HOME", ".local/share", "portal", "models", out, e);
}

int paths_cache(const char *name, char **out, struct err *e)
{
    return below("XDG_CACHE_HOME", ".cache", "portal", name, out, e);
}
