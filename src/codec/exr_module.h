#ifndef CODEC_EXR_MODULE_H
#define CODEC_EXR_MODULE_H

/*
 * What the EXR codec asks of its module: packing and unpacking one block of
 * pixels with a compression of OpenEXR. The file's header, layers, offsets and
 * attributes are read and written by the codec itself, so a hostile header
 * never reaches the library.
 *
 * A block is as the format stores it before compression: line by line, in a
 * line channel by channel, little-endian, without padding.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "codec/module.h"

#define EXR_MODULE_VERSION 1

/* Numbers of the file format. */
enum exr_type { EXR_UINT, EXR_HALF, EXR_FLOAT, EXR_TYPES };

struct exr_channel {
    char name[256];
    enum exr_type type;
    bool linear;      /* hint of the format: the value is perceptually even */
    int xstep, ystep; /* subsampling; 1: every pixel */
};

/* What the module borrows from the program. */
struct exr_host {
    void *(*alloc)(size_t size);
    void (*free)(void *block);
    int (*fail)(struct err *e, enum err_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
};

struct exr_coder;

struct exr_module {
    struct module_id id;

    /* `compression` is the number of the file format: 3 = zip. */
    bool (*supports)(int compression);

    /* For blocks of these channels (sorted by name, none subsampled); `level`
       is the effort of zip, 0 for the default. Threads use one slot each. */
    int (*open)(const struct exr_host *host, int compression, int level,
                const struct exr_channel *channels, int count, int slots,
                bool encode, struct exr_coder **out, struct err *e);

    /* `raw_len` bytes are a block of w x h pixels; `len` differs from it. */
    int (*decode)(struct exr_coder *c, int slot, int w, int h,
                  const void *packed, size_t len, void *raw, size_t raw_len,
                  struct err *e);

    /* *packed is the coder's until the slot is used again. A *len that is not
       below raw_len: store the block as it is. */
    int (*encode)(struct exr_coder *c, int slot, int w, int h, const void *raw,
                  size_t raw_len, const void **packed, size_t *len,
                  struct err *e);
    void (*close)(struct exr_coder *c);
};

/*
 * A second module, portal-exrdwa.so, reads what OpenEXRCore before 3.2 cannot:
 * DWAA and DWAB, through the C interface of the C++ library, which knows the
 * first part's R, G, B, A as halves only.
 */
#define EXR_DWA_VERSION 1

struct exr_dwa_module {
    struct module_id id;

    /* NULL when the library refuses the file. One handle serves one thread. */
    void *(*open)(const char *path);

    /* Rows y0 … of the data window, whose columns are x0 …, to w * rows * 4
       halves; false when they are damaged. */
    bool (*read)(void *file, int x0, int y0, int w, int rows, uint16_t *rgba);
    void (*close)(void *file);
};

#endif
