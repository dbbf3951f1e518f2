/* Finding and opening modules. */

#include "codec/module.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/text.h"

static const struct known {
    const char *name;
    const char *need;    /* what cannot be done without it             */
    const char *folder;  /* of src/, where the build leaves it         */
    const char *library; /* Debian package with the library it links   */
    const char *headers; /* and the one to build it                    */
} known[] = {
    {"exr", "OpenEXR pictures", "codec", "libopenexr-3-1-30", "libopenexr-dev"},
    {"exrdwa", "OpenEXR pictures with DWA compression", "codec",
     "libopenexr-3-1-30", "libopenexr-dev"},
    {"http", "downloads", "store", "libcurl4", "libcurl4-openssl-dev"},
    {"journal", "journals of batches", "store", "libsqlite3-0",
     "libsqlite3-dev"},
    {"video", "films", "codec", "libavformat59, libavcodec59 and libavfilter8",
     "libavformat-dev, libavcodec-dev and libavfilter-dev"},
};

const char *const module_names[] = {"exr",     "exrdwa", "http",
                                    "journal", "video",  NULL};

static const struct known *known_named(const char *name)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (text_is(known[i].name, name))
            return &known[i];
    return NULL;
}

/* The folder of the running program, without a final slash. */
static bool own_folder(char folder[static MODULE_PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", folder, MODULE_PATH_MAX - 1);
    char *slash;

    if (n < 0)
        return false;
    folder[n] = '\0';
    slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

/* Place number i where a module may lie; false behind the last one. */
static bool place(int i, const struct known *k,
                  char path[static MODULE_PATH_MAX])
{
    /* From src/cli/portal and from tests/unit/test_x, bench/x, tools/x/y. */
    static const char *const beside[] = {"..", "../../src", "../src"};
    const int count = (int)(sizeof(beside) / sizeof(*beside));
    const char *env = getenv("PORTAL_MODULES");
    char own[MODULE_PATH_MAX];
    int n = 0;

    path[0] = '\0';
    if (i == 0 && env && env[0] == '/')
        n = snprintf(path, MODULE_PATH_MAX, "%s/portal-%s.so", env, k->name);
    else if (i > 0 && i <= count && own_folder(own))
        n = snprintf(path, MODULE_PATH_MAX, "%.2000s/%s/%s/portal-%s.so", own,
                     beside[i - 1], k->folder, k->name);
    else if (i == count + 1)
        n = snprintf(path, MODULE_PATH_MAX, "%s/portal-%s.so", MODULE_FOLDER,
                     k->name);
    if (n < 0 || n >= MODULE_PATH_MAX)
        path[0] = '\0';
    return i <= count + 1;
}

static int missing(const struct known *k, const char *found, struct err *e)
{
    if (!found[0])
        return err_set(e, ERR_ARG,
                       "%s need the %s module, which this program was built "
                       "without: install %s and build again",
                       k->need, k->name, k->headers);
    return err_set(e, ERR_ARG,
                   "%s need the %s module, which does not load: install %s "
                   "(%s)",
                   k->need, k->name, k->library, found);
}

int module_probe(const char *name, char path[static MODULE_PATH_MAX],
                 const struct module_id **id, struct err *e)
{
    const struct known *k = known_named(name);
    const struct module_id *found;
    char reason[300] = "";
    void *lib = NULL;

    if (!k)
        return err_set(e, ERR_ARG, "there is no module '%s'", name);
    for (int i = 0; !lib && place(i, k, path); i++) {
        if (!path[0] || access(path, R_OK))
            continue;
        lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!lib)
            snprintf(reason, sizeof(reason), "%s", dlerror());
    }
    if (!lib) {
        path[0] = '\0';
        return missing(k, reason, e);
    }
    found = dlsym(lib, "portal_module");
    if (!found || !text_is(found->name, name)) {
        dlclose(lib);
        return err_set(e, ERR_ARG, "'%s' is not the %s module", path, name);
    }
    *id = found;
    return 0;
}

int module_open(const char *name, int version, const struct module_id **id,
                struct err *e)
{
    char path[MODULE_PATH_MAX];
    const struct module_id *found = NULL;
    int rc = module_probe(name, path, &found, e);

    if (rc < 0 || !found)
        return rc;
    assert(found);
    if (found->version != version)
        return err_set(e, ERR_ARG,
                       "'%s' is of another version of this program (%d, not "
                       "%d)",
                       path, found->version, version);
    *id = found;
    return 0;
}
