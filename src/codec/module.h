#ifndef CODEC_MODULE_H
#define CODEC_MODULE_H

/*
 * Parts that are opened on first use, so that the program starts without the
 * heavy libraries they link and runs where those are absent. A module is a
 * shared object portal-<name>.so with one exported symbol, portal_module: a
 * struct that begins with a struct module_id. It is looked for in
 * $PORTAL_MODULES, then beside the executable as the build lays it out, then
 * where it is installed. Once open, a module stays open.
 */

#include "base/err.h"

struct module_id {
    int version; /* of the struct that follows; must match exactly     */
    char name[12];
    char about[64]; /* the library behind it: "OpenEXRCore 3.1.5"         */
};

/*
 * The exported struct of a module. ERR_ARG when it is not there: the text says
 * what needs it and which package to install. Threads may call this at once.
 */
int module_open(const char *name, int version, const struct module_id **id,
                struct err *e);

#define MODULE_PATH_MAX 4096

/* Names of all modules this program knows, ends with NULL. */
extern const char *const module_names[];

/*
 * For `portal doctor`: whether the module can be used, and where it lies.
 * `path` is "" and e says why when it cannot.
 */
int module_probe(const char *name, char path[static MODULE_PATH_MAX],
                 const struct module_id **id, struct err *e);

#endif
