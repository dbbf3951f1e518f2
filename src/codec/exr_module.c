/*
 * portal-exr.so: the compressors of OpenEXRCore. The library wants a file for
 * everything, so each coder has one in memory whose header says no more than
 * the channels and the compression; its pipelines, one per slot, are then run
 * on blocks of our choice.
 */

#include "codec/exr_module.h"

#include <openexr.h>

/* The header with the channels only. */
struct sketch {
    size_t len, room;
    unsigned char bytes[];
};

struct exr_coder {
    const struct exr_host *host;
    struct sketch *sketch;
    exr_context_t context;
    int slots;
    exr_decode_pipeline_t *decoder; /* per slot */
    exr_encode_pipeline_t *encoder;
};

static void silent(exr_const_context_t context, exr_result_t code,
                   const char *text)
{
    (void)context;
    (void)code;
    (void)text;
}

static int64_t sketch_write(exr_const_context_t context, void *arg,
                            const void *bytes, uint64_t n, uint64_t at,
                            exr_stream_error_func_ptr_t error)
{
    struct sketch *s = arg;

    (void)context;
    (void)error;
    if (at > s->room || n > s->room - at)
        return -1;
    memcpy(s->bytes + at, bytes, n);
    if (at + n > s->len)
        s->len = at + n;
    return (int64_t)n;
}

static int64_t sketch_read(exr_const_context_t context, void *arg, void *bytes,
                           uint64_t n, uint64_t at,
                           exr_stream_error_func_ptr_t error)
{
    const struct sketch *s = arg;

    (void)context;
    (void)error;
    if (at > s->len)
        return -1;
    if (n > s->len - at)
        n = s->len - at;
    memcpy(bytes, s->bytes + at, n);
    return (int64_t)n;
}

static int64_t sketch_size(exr_const_context_t context, void *arg)
{
    const struct sketch *s = arg;

    (void)context;
    return (int64_t)s->len;
}

static exr_context_initializer_t initializer(struct exr_coder *c)
{
    exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;

    init.error_handler_fn = silent;
    init.alloc_fn = c->host->alloc;
    init.free_fn = c->host->free;
    init.user_data = c->sketch;
    init.read_fn = sketch_read;
    init.size_fn = sketch_size;
    init.write_fn = sketch_write;
    return init;
}

static int fail(const struct exr_host *host, exr_result_t code,
                const char *what, struct err *e)
{
    enum err_code kind = ERR_DATA;

    if (code == EXR_ERR_OUT_OF_MEMORY)
        kind = ERR_MEM;
    else if (code == EXR_ERR_FEATURE_NOT_IMPLEMENTED)
        kind = ERR_ARG;
    return host->fail(e, kind, "%s: %s", what,
                      exr_get_default_error_message(code));
}

/* A one-block file of these channels, ready to take pixels. */
static exr_result_t write_sketch(struct exr_coder *c, int compression,
                                 int level, const struct exr_channel *channels,
                                 int count)
{
    const exr_context_initializer_t init = initializer(c);
    exr_result_t rc;
    int part;

    rc = exr_start_write(&c->context, "portal", EXR_WRITE_FILE_DIRECTLY, &init);
    if (!rc)
        rc = exr_set_longname_support(c->context, 1);
    if (!rc)
        rc = exr_add_part(c->context, "block", EXR_STORAGE_SCANLINE, &part);
    if (!rc)
        rc = exr_initialize_required_attr_simple(
            c->context, 0, 64, 64, (exr_compression_t)compression);
    for (int i = 0; !rc && i < count; i++)
        rc = exr_add_channel(c->context, 0, channels[i].name,
                             (exr_pixel_type_t)channels[i].type,
                             channels[i].linear ? EXR_PERCEPTUALLY_LINEAR
                                                : EXR_PERCEPTUALLY_LOGARITHMIC,
                             1, 1);
    if (!rc && level > 0)
        rc = exr_set_zip_compression_level(c->context, 0, level);
    if (!rc)
        rc = exr_write_header(c->context);
    return rc;
}

static exr_result_t read_sketch(struct exr_coder *c)
{
    const exr_context_initializer_t init = initializer(c);

    exr_finish(&c->context);
    return exr_start_read(&c->context, "portal", &init);
}

static exr_chunk_info_t block(int w, int h, size_t packed, size_t raw)
{
    return (exr_chunk_info_t){
        .width = w,
        .height = h,
        .type = EXR_STORAGE_SCANLINE,
        .packed_size = packed,
        .unpacked_size = raw,
    };
}

static exr_result_t start_pipelines(struct exr_coder *c, int slots, bool encode)
{
    const exr_chunk_info_t info = block(1, 1, 1, 1);
    const size_t n = (size_t)slots;
    exr_result_t rc = EXR_ERR_SUCCESS;

    if (encode)
        c->encoder = c->host->alloc(n * sizeof(*c->encoder));
    else
        c->decoder = c->host->alloc(n * sizeof(*c->decoder));
    if (!c->encoder && !c->decoder)
        return EXR_ERR_OUT_OF_MEMORY;
    for (size_t i = 0; !rc && i < n; i++) {
        if (encode)
            rc = exr_encoding_initialize(c->context, 0, &info, &c->encoder[i]);
        else
            rc = exr_decoding_initialize(c->context, 0, &info, &c->decoder[i]);
        if (!rc)
            c->slots++;
        if (!rc && encode)
            rc = exr_encoding_choose_default_routines(c->context, 0,
                                                      &c->encoder[i]);
        else if (!rc)
            rc = exr_decoding_choose_default_routines(c->context, 0,
                                                      &c->decoder[i]);
    }
    return rc;
}

static void coder_close(struct exr_coder *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->slots; i++) {
        if (c->encoder) {
            c->encoder[i].packed_buffer = NULL;
            exr_encoding_destroy(c->context, &c->encoder[i]);
        }
        if (c->decoder)
            exr_decoding_destroy(c->context, &c->decoder[i]);
    }
    exr_finish(&c->context);
    c->host->free(c->encoder);
    c->host->free(c->decoder);
    c->host->free(c->sketch);
    c->host->free(c);
}

static struct sketch *sketch_new(const struct exr_host *host, int channels)
{
    const size_t room = 2048 + (size_t)channels * (256 + 16);
    struct sketch *s = host->alloc(sizeof(*s) + room);

    if (s) {
        s->len = 0;
        s->room = room;
    }
    return s;
}

static int coder_open(const struct exr_host *host, int compression, int level,
                      const struct exr_channel *channels, int count, int slots,
                      bool encode, struct exr_coder **out, struct err *e)
{
    struct exr_coder *c = host->alloc(sizeof(*c));
    exr_result_t rc;

    if (!c)
        return fail(host, EXR_ERR_OUT_OF_MEMORY, "cannot set up EXR", e);
    *c = (struct exr_coder){.host = host, .sketch = sketch_new(host, count)};
    if (!c->sketch) {
        coder_close(c);
        return fail(host, EXR_ERR_OUT_OF_MEMORY, "cannot set up EXR", e);
    }
    rc = write_sketch(c, compression, level, channels, count);
    /* It reads what it has just written: only memory can be short. */
    if (!rc && !encode && read_sketch(c))
        rc = EXR_ERR_OUT_OF_MEMORY;
    if (!rc)
        rc = start_pipelines(c, slots, encode);
    if (rc) {
        coder_close(c);
        return fail(host, rc, "cannot set up EXR", e);
    }
    *out = c;
    return 0;
}

static int coder_decode(struct exr_coder *c, int slot, int w, int h,
                        const void *packed, size_t len, void *raw,
                        size_t raw_len, struct err *e)
{
    const exr_chunk_info_t info = block(w, h, len, raw_len);
    exr_decode_pipeline_t *p = &c->decoder[slot];
    exr_result_t rc = exr_decoding_update(c->context, 0, &info, p);

    if (!rc) {
        /* Sizes of 0 tell the library that these two are not its own. */
        memcpy(&p->packed_buffer, &packed, sizeof(packed));
        p->packed_alloc_size = 0;
        p->unpacked_buffer = raw;
        p->unpacked_alloc_size = 0;
        rc = p->decompress_fn(p);
        p->packed_buffer = NULL;
        p->unpacked_buffer = NULL;
    }
    return rc ? fail(c->host, rc, "damaged pixels", e) : 0;
}

static int coder_encode(struct exr_coder *c, int slot, int w, int h,
                        const void *raw, size_t raw_len, const void **packed,
                        size_t *len, struct err *e)
{
    const exr_chunk_info_t info = block(w, h, 0, raw_len);
    exr_encode_pipeline_t *p = &c->encoder[slot];
    exr_result_t rc = exr_encoding_update(c->context, 0, &info, p);

    if (!rc) {
        memcpy(&p->packed_buffer, &raw, sizeof(raw));
        p->packed_alloc_size = 0;
        p->packed_bytes = raw_len;
        rc = p->compress_fn(p);
        p->packed_buffer = NULL;
    }
    if (rc)
        return fail(c->host, rc, "cannot compress", e);
    *packed = p->compressed_buffer;
    *len = p->compressed_bytes;
    return 0;
}

/* DWAA and DWAB (8, 9) came to the core library with 3.2. */
static bool supports(int compression)
{
    int major, minor, patch;
    const char *extra;

    exr_get_library_version(&major, &minor, &patch, &extra);
    return compression >= 0 && compression <= (major > 3 || minor >= 2 ? 9 : 7);
}

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

extern const struct exr_module portal_module;

__attribute__((visibility("default"))) const struct exr_module portal_module = {
    .id = {.version = EXR_MODULE_VERSION,
           .name = "exr",
           .about = "OpenEXRCore " TEXT(OPENEXR_VERSION_MAJOR) "." TEXT(
               OPENEXR_VERSION_MINOR) "." TEXT(OPENEXR_VERSION_PATCH)},
    .supports = supports,
    .open = coder_open,
    .decode = coder_decode,
    .encode = coder_encode,
    .close = coder_close,
};
