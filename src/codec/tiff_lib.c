/* libtiff for reading pixels: a file as it is, with a directory of ours. */

#include "codec/tiff_int.h"

/*
 * The directory that libtiff reads stands, for it, behind the end of the file;
 * what its entries point to is where it always was. Trouble is told as fewer
 * bytes, never as -1: libtiff 4.5.0 then clears one byte before its buffer.
 */
static tmsize_t read_proc(thandle_t h, void *bytes, tmsize_t n)
{
    struct tiff_lib *lib = h;
    const uint64_t end = lib->dir_at + lib->dir->len;
    uint64_t left;
    struct err e;

    if (n <= 0)
        return 0;
    if (lib->pos >= lib->dir_at && lib->pos < end) {
        left = end - lib->pos;
        n = (uint64_t)n < left ? n : (tmsize_t)left;
        memcpy(bytes, lib->dir->data + (lib->pos - lib->dir_at), (size_t)n);
    } else {
        left = lib->pos < lib->in->size ? lib->in->size - lib->pos : 0;
        n = (uint64_t)n < left ? n : (tmsize_t)left;
        if (n == 0 || infile_read(lib->in, lib->pos, bytes, (size_t)n, &e) < 0)
            return 0;
    }
    lib->pos += (uint64_t)n;
    return n;
}

static tmsize_t write_proc(thandle_t h, void *bytes, tmsize_t n)
{
    (void)h;
    (void)bytes;
    (void)n;
    return -1;
}

static toff_t size_proc(thandle_t h)
{
    const struct tiff_lib *lib = h;

    return lib->dir_at + lib->dir->len;
}

static toff_t seek_proc(thandle_t h, toff_t at, int whence)
{
    struct tiff_lib *lib = h;

    lib->pos = whence == SEEK_SET   ? at
               : whence == SEEK_CUR ? lib->pos + at
                                    : size_proc(h) + at;
    return lib->pos;
}

static int close_proc(thandle_t h)
{
    (void)h;
    return 0;
}

static int on_error(TIFF *tif, void *user, const char *module, const char *fmt,
                    va_list args) __attribute__((format(printf, 4, 0)));
static int on_error(TIFF *tif, void *user, const char *module, const char *fmt,
                    va_list args)
{
    struct tiff_lib *lib = user;

    (void)tif;
    (void)module;
    if (!lib->text[0])
        vsnprintf(lib->text, sizeof(lib->text), fmt, args);
    return 1;
}

static int on_warning(TIFF *tif, void *user, const char *module,
                      const char *fmt, va_list args)
{
    (void)tif;
    (void)user;
    (void)module;
    (void)fmt;
    (void)args;
    return 1;
}

/* Nothing libtiff allocates is larger than what the file can hold. */
static tmsize_t alloc_limit(const struct infile *f)
{
    const uint64_t limit = ((uint64_t)64 << 20) + f->size;

    return limit < PTRDIFF_MAX ? (tmsize_t)limit : PTRDIFF_MAX;
}

int tiff_lib_open(const struct infile *f, const struct buf *dir,
                  struct tiff_lib **out, struct err *e)
{
    struct tiff_lib *lib = mem_zero(1, sizeof(*lib));
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    int rc;

    if (!lib || !options) {
        rc = err_mem(e, sizeof(*lib));
        goto out;
    }
    lib->in = f;
    lib->dir = dir;
    lib->dir_at = (f->size + 15) / 16 * 16;
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, lib);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, lib);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, alloc_limit(f));
    /* m: no mapping; h: header only; C: strips as they are; O: their places
       when needed. */
    lib->tif = TIFFClientOpenExt("", "rmhCO", lib, read_proc, write_proc,
                                 seek_proc, close_proc, size_proc, NULL, NULL,
                                 options);
    if (!lib->tif || !TIFFSetSubDirectory(lib->tif, lib->dir_at)) {
        rc = err_set(e, ERR_DATA, "its tags about pixels are damaged: %s",
                     lib->text[0] ? lib->text : "libtiff refuses them");
        goto out;
    }
    lib->text[0] = '\0';
    *out = lib;
    lib = NULL;
    rc = 0;
out:
    TIFFOpenOptionsFree(options);
    tiff_lib_close(lib);
    return rc;
}

void tiff_lib_close(struct tiff_lib *lib)
{
    if (!lib)
        return;
    if (lib->tif)
        TIFFClose(lib->tif);
    mem_free(lib);
}
