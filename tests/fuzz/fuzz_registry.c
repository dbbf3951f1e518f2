/* Registries of models: read or refused with a reason, never a wrong name. */

#include <string.h>

#include "fuzz.h"
#include "store/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct registry *r = NULL;
    struct err e = {0};

    if (registry_parse(data, size, "fuzz", &r, &e) < 0) {
        if (!e.text[0] || !e.code)
            fuzz_fail("refused without a reason");
        return 0;
    }
    for (int i = 0; i < r->count; i++) {
        const struct model *m = &r->model[i];

        if (!model_name_fits(m->name) || strstr(m->path, ".."))
            fuzz_fail("'%s' in '%s' leads out of its folder", m->name, m->path);
        for (int k = 0; k < m->files; k++)
            if (!model_name_fits(m->file[k].name) || !m->file[k].most)
                fuzz_fail("file '%s' of '%s'", m->file[k].name, m->name);
    }
    registry_free(r);
    return 0;
}

void fuzz_seeds(void)
{
    static const char small[] =
        "base: http://x\nmodels:\n- name: a\n  doc: b\n  licence: c\n"
        "  commercial: unclear\n  page: d\n  path: e/f\n  files:\n"
        "  - {name: g, size: 3, at_most: 4, sha256: null}\n";

    fuzz_seed(shipped_models[0].bytes, shipped_models[0].len);
    fuzz_seed(small, sizeof(small) - 1);
}
