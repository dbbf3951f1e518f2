/*
 * Files of weights: refused with a reason, or every tensor is read; and a model
 * that loads also runs. Two forms of input: the file itself, or, after 'S' and
 * three bytes with a size, its header alone, to which so many zeros are added.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../nn/formula.h"
#include "base/mem.h"
#include "files.h"
#include "fuzz.h"
#include "nn/dav2.h"

#define SIDE 28

/* As little as the shape allows: heads are 64 wide, patches 14x14. */
static const struct formula smallest = {
    64, 4, 8, {2, 3, 4, 5}, 4, 2, 1, 1, 1, 1.5,
};

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fuzz_fail("%s", e->text);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    static const uint8_t zeros[1 << 16];
    struct outfile f = {0};
    struct err e = {0};
    size_t fill = 0;

    must(outfile_open(&f, path, &e), &e);
    if (size >= 4 && data[0] == 'S') {
        uint8_t length[8] = {0};

        fill = data[1] | (size_t)data[2] << 8 | (size_t)data[3] << 16;
        data += 4;
        size -= 4;
        for (int i = 0; i < 4; i++)
            length[i] = (uint8_t)(size >> 8 * i);
        must(outfile_add(&f, length, sizeof(length), &e), &e);
    }
    must(outfile_add(&f, data, size, &e), &e);
    for (size_t n; fill; fill -= n) {
        n = fill < sizeof(zeros) ? fill : sizeof(zeros);
        must(outfile_add(&f, zeros, n, &e), &e);
    }
    must(outfile_commit(&f, true, &e), &e);
}

/* Whether it is a container with nothing wrong. */
static void read_all(const char *path)
{
    struct safetensors *st = NULL;
    struct err e = {0};

    if (safetensors_open(path, &st, &e) < 0) {
        if (!e.text[0])
            fuzz_fail("refused without a reason");
        return;
    }
    for (size_t i = 0; i < st->count; i++) {
        const struct safetensors_item *t = &st->items[i];
        float *v = mem_array(t->count ? t->count : 1, sizeof(*v));

        if (!v)
            fuzz_fail("'%s' is larger than its file", t->name);
        if (safetensors_find(st, t->name) != t)
            fuzz_fail("'%s' is not found", t->name);
        if (safetensors_read(st, t, v, &e) == 0)
            for (size_t k = 0; k < t->count; k++)
                if (!isfinite(v[k]))
                    fuzz_fail("'%s' is not finite at %zu", t->name, k);
        mem_free(v);
    }
    safetensors_close(st);
}

static void run_model(const char *path, const struct dav2_options *o)
{
    float chw[3 * SIDE * SIDE], out[SIDE * SIDE];
    struct dav2_job job = {0};
    struct dav2 *m = NULL;
    struct err e = {0};

    if (dav2_open(path, o, &m, &e) < 0) {
        if (!e.text[0])
            fuzz_fail("refused without a reason");
        return;
    }
    for (size_t i = 0; i < 3 * SIDE * SIDE; i++)
        chw[i] = sinf((float)i);
    must(pool_new(1, &job.pool, &e), &e);
    must(dav2_run(m, &job, chw, SIDE, SIDE, out, &e), &e);
    for (size_t i = 0; i < SIDE * SIDE; i++)
        if (!dav2_info(m)->metric && !(out[i] >= 0))
            fuzz_fail("depth is %g", (double)out[i]);
    pool_free(job.pool);
    dav2_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = files_path();
    const struct dav2_options o = {
        .config = "{}",
        .max_depth = size % 3 ? 0 : 20,
        .int8 = size % 2,
        .portable = size % 5 == 0,
    };

    write_file(path, data, size);
    read_all(path);
    run_model(path, &o);
    return 0;
}

/* The file in both forms. */
static void seed_model(bool original, enum safetensors_type type)
{
    const char *path = files_path();
    const struct dav2_options o = {.config = "{}"};
    struct dav2 *m = NULL;
    struct buf b = {0};
    struct err e = {0};
    size_t header, data;

    formula_write(&smallest, path, original, type);
    must(dav2_open(path, &o, &m, &e), &e);
    dav2_close(m);
    must(file_load(path, 1 << 20, &b, &e), &e);
    if (!original)
        fuzz_seed(b.data, b.len);
    header = b.data[0] | (size_t)b.data[1] << 8 | (size_t)b.data[2] << 16;
    data = b.len - 8 - header;
    b.data[4] = 'S';
    for (int i = 0; i < 3; i++)
        b.data[5 + i] = (uint8_t)(data >> 8 * i);
    fuzz_seed(b.data + 4, 4 + header);
    buf_release(&b);
}

void fuzz_seeds(void)
{
    static const char small[] =
        "S\30\0\0{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":"
        "[0,16]},\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":"
        "[16,20]},\"c\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":"
        "[20,24]},\"__metadata__\":{\"format\":\"pt\"}}";

    seed_model(false, SAFETENSORS_F32);
    seed_model(false, SAFETENSORS_BF16);
    seed_model(true, SAFETENSORS_F16);
    fuzz_seed(small, sizeof(small) - 1);
}
