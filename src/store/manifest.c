/* Manifests of models, as JSON. */

#include "store/manifest.h"

#include <jansson.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define BYTES_MAX (64 << 10)

static char *place(const struct models *m, const char *name)
{
    char file[MODEL_NAME_MAX + 8];

    snprintf(file, sizeof(file), "%s.json", name);
    return path_join(m->folder, file);
}

static bool read_text(const json_t *object, const char *key, char *text,
                      size_t room)
{
    const char *value = json_string_value(json_object_get(object, key));

    if (!value || strlen(value) >= room)
        return false;
    memcpy(text, value, strlen(value) + 1);
    return true;
}

static bool read_file(const json_t *object, struct manifest_file *f)
{
    const json_int_t size = json_integer_value(json_object_get(object, "size"));

    f->size = size > 0 ? (uint64_t)size : 0;
    (void)read_text(object, "from", f->from, sizeof(f->from));
    return read_text(object, "name", f->name, sizeof(f->name)) &&
           model_name_fits(f->name) &&
           read_text(object, "sha256", f->sha256, sizeof(f->sha256)) &&
           strspn(f->sha256, "0123456789abcdef") == SHA256_TEXT - 1;
}

int manifest_read(const struct models *m, const char *name,
                  struct manifest *manifest, struct err *e)
{
    struct buf text = {0};
    json_t *root = NULL;
    const json_t *files;
    char *path = place(m, name);
    int rc = path ? 0 : err_mem(e, 0);

    *manifest = (struct manifest){.files = 0};
    if (!path || access(path, F_OK) != 0)
        goto out;
    TRY(file_load(path, BYTES_MAX, &text, e));
    root = json_loadb((const char *)text.data, text.len, 0, NULL);
    files = json_object_get(root, "files");
    if (json_array_size(files) > MODEL_FILES_MAX || !json_is_array(files))
        rc = ERR_DATA;
    for (size_t i = 0; rc == 0 && i < json_array_size(files); i++)
        if (!read_file(json_array_get(files, i),
                       &manifest->file[manifest->files++]))
            rc = ERR_DATA;
    if (rc == ERR_DATA)
        err_set(e, ERR_DATA,
                "'%s' is damaged; remove it, and the model's files are no "
                "longer compared with what they were",
                path);
out:
    json_decref(root);
    buf_release(&text);
    mem_free(path);
    return rc;
}

static json_t *as_json(const char *name, const struct manifest *manifest)
{
    json_t *files = json_array();

    for (int i = 0; i < manifest->files; i++) {
        const struct manifest_file *f = &manifest->file[i];

        json_array_append_new(files,
                              json_pack("{s:s, s:I, s:s, s:s}", "name", f->name,
                                        "size", (json_int_t)f->size, "sha256",
                                        f->sha256, "from", f->from));
    }
    return json_pack("{s:s, s:o}", "model", name, "files", files);
}

int manifest_write(const struct models *m, const char *name,
                   const struct manifest *manifest, struct err *e)
{
    struct outfile f = {.fd = -1};
    json_t *root = as_json(name, manifest);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    char *path = place(m, name);
    int rc;

    if (!text || !path) {
        rc = err_mem(e, 0);
        goto out;
    }
    TRY(outfile_open(&f, path, e));
    TRY(outfile_add(&f, text, strlen(text), e));
    TRY(outfile_add(&f, "\n", 1, e));
    rc = outfile_commit(&f, true, e);
out:
    outfile_abandon(&f);
    json_decref(root);
    free(text); /* jansson's */
    mem_free(path);
    return rc;
}

const struct manifest_file *manifest_find(const struct manifest *manifest,
                                          const char *file)
{
    for (int i = 0; i < manifest->files; i++)
        if (text_is(manifest->file[i].name, file))
            return &manifest->file[i];
    return NULL;
}

bool manifest_set(struct manifest *manifest, const struct manifest_file *file)
{
    for (int i = 0; i < manifest->files; i++)
        if (text_is(manifest->file[i].name, file->name)) {
            manifest->file[i] = *file;
            return true;
        }
    if (manifest->files == MODEL_FILES_MAX)
        return false;
    manifest->file[manifest->files++] = *file;
    return true;
}
