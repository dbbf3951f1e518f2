/* Models by formula. */

#include "formula.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "kern/convert.h"
#include "kern/kern.h"

const struct formula formula_tiny = {
    128, 4, 512, {16, 24, 32, 48}, 16, 5, 0x1000000000000000, 0.0625, 1, 1.25,
};
const struct formula formula_small = {
    384, 12, 1536, {48, 96, 192, 384}, 64, 37, 0, 1, 1, 2.5,
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "formula: %s\n", what);
    exit(99);
}

static void *must(void *p)
{
    if (!p)
        die("out of memory");
    return p;
}

double formula_u(uint64_t seed, uint64_t t, uint64_t i)
{
    uint64_t z = seed + (t << 32) + i + 0x9E3779B97F4A7C15;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    return (double)(z >> 40) * 0x1p-23 - 1;
}

float formula_value(const struct formula *f, const struct formula_tensor *t,
                    size_t i)
{
    return (float)(formula_u(f->seed, (uint64_t)t->number, i) * t->scale +
                   t->offset);
}

/* The list under way. */
struct walk {
    const struct formula *f;
    int (*see)(void *arg, const struct formula_tensor *t);
    void *arg;
    int number, rc;
};

static void emit(struct walk *w, const char *name, double scale, double offset,
                 int dims, const int *shape)
{
    struct formula_tensor t = {w->number++, "", dims, {0}, 1, scale, offset};

    snprintf(t.name, sizeof(t.name), "%.99s", name);
    for (int i = 0; i < dims; i++) {
        t.shape[i] = (uint64_t)shape[i];
        t.count *= (size_t)shape[i];
    }
    if (w->rc == 0)
        w->rc = w->see(w->arg, &t);
}

static void vector(struct walk *w, const char *base, const char *suffix, int n,
                   double scale, double offset)
{
    char name[200];

    snprintf(name, sizeof(name), "%s%s", base, suffix);
    emit(w, name, scale, offset, 1, &n);
}

/* [n][c] or, with a side, [n][c][side][side]; fan: what a sum has. */
static void matrix(struct walk *w, const char *base, int n, int c, int side,
                   double gain, int fan)
{
    char name[200];

    snprintf(name, sizeof(name), "%s.weight", base);
    emit(w, name, gain * sqrt(3.0 / fan), 0, side ? 4 : 2,
         (int[]){n, c, side, side});
}

static void linear(struct walk *w, const char *base, int n, int c, double gain)
{
    matrix(w, base, n, c, 0, gain, c);
    vector(w, base, ".bias", n, 0.1, 0);
}

static void conv(struct walk *w, const char *base, int n, int c, int side)
{
    matrix(w, base, n, c, side, 1, c * side * side);
    vector(w, base, ".bias", n, 0.1, 0);
}

static void norm(struct walk *w, const char *base, int n)
{
    vector(w, base, ".weight", n, 0.25, 1);
    vector(w, base, ".bias", n, 0.2, 0);
}

static void embedding(struct walk *w)
{
    const struct formula *f = w->f;
    const int d = f->embed, rows = 1 + f->grid * f->grid;
    const double g = 0.5 * f->embed_gain;
    const char *patch = "backbone.embeddings.patch_embeddings.projection";

    emit(w, "backbone.embeddings.cls_token", g, 0, 3, (int[]){1, 1, d});
    emit(w, "backbone.embeddings.mask_token", g, 0, 2, (int[]){1, d});
    emit(w, "backbone.embeddings.position_embeddings", g, 0, 3,
         (int[]){1, rows, d});
    matrix(w, patch, d, 3, 14, f->embed_gain, 588);
    vector(w, patch, ".bias", d, 0.1 * f->embed_gain, 0);
}

static void layer(struct walk *w, int i)
{
    static const char *const names[] = {
        "norm1",
        "attention.attention.query",
        "attention.attention.key",
        "attention.attention.value",
        "attention.output.dense",
        "layer_scale1.lambda1",
        "norm2",
        "mlp.fc1",
        "mlp.fc2",
        "layer_scale2.lambda1",
    };
    const int d = w->f->embed, hidden = w->f->hidden;
    char name[100];

    for (int k = 0; k < 10; k++) {
        snprintf(name, sizeof(name), "backbone.encoder.layer.%d.%s", i,
                 names[k]);
        if (k == 0 || k == 6)
            norm(w, name, d);
        else if (k == 5 || k == 9)
            vector(w, name, "", d, 0.5, 1);
        else if (k < 5)
            linear(w, name, d, d, k < 3 ? 1.5 : 1);
        else
            linear(w, name, k == 7 ? hidden : d, k == 7 ? d : hidden, 1);
    }
}

static void reassemble(struct walk *w, int k)
{
    const int c = w->f->channels[k], side = k == 0 ? 4 : k == 1 ? 2 : 3;
    char name[100];

    snprintf(name, sizeof(name), "neck.reassemble_stage.layers.%d.projection",
             k);
    conv(w, name, c, w->f->embed, 1);
    snprintf(name, sizeof(name), "neck.reassemble_stage.layers.%d.resize", k);
    if (k < 2) {
        matrix(w, name, c, c, side, 1, c);
        vector(w, name, ".bias", c, 0.1, 0);
    } else if (k == 3) {
        conv(w, name, c, c, side);
    }
}

static void fusion(struct walk *w, int j)
{
    const int n = w->f->features;
    char name[100];

    snprintf(name, sizeof(name), "neck.fusion_stage.layers.%d.projection", j);
    conv(w, name, n, n, 1);
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof(name),
                 "neck.fusion_stage.layers.%d.residual_layer%d.convolution%d",
                 j, i / 2 + 1, i % 2 + 1);
        conv(w, name, n, n, 3);
    }
}

static void head(struct walk *w)
{
    const struct formula *f = w->f;
    const int n = f->features;

    conv(w, "head.conv1", n / 2, n, 3);
    conv(w, "head.conv2", 32, n / 2, 3);
    matrix(w, "head.conv3", 1, 32, 1, f->conv3_gain, 32);
    vector(w, "head.conv3", ".bias", 1, 0, f->conv3_bias);
}

int formula_each(const struct formula *f,
                 int (*see)(void *arg, const struct formula_tensor *t),
                 void *arg)
{
    struct walk w = {f, see, arg, 0, 0};
    char name[40];

    embedding(&w);
    for (int i = 0; i < f->layers; i++)
        layer(&w, i);
    norm(&w, "backbone.layernorm", f->embed);
    for (int k = 0; k < 4; k++)
        reassemble(&w, k);
    for (int k = 0; k < 4; k++) {
        snprintf(name, sizeof(name), "neck.convs.%d", k);
        matrix(&w, name, f->features, f->channels[k], 3, 1, 9 * f->channels[k]);
    }
    for (int j = 0; j < 4; j++)
        fusion(&w, j);
    head(&w);
    return w.rc;
}

/* The authors' names, told by what they have in place of parts of others. */
static const char *const renames[][2] = {
    {"backbone.embeddings.position_embeddings", "pretrained.pos_embed"},
    {"backbone.embeddings.patch_embeddings.projection",
     "pretrained.patch_embed.proj"},
    {"backbone.embeddings.", "pretrained."},
    {"backbone.encoder.layer.", "pretrained.blocks."},
    {"backbone.layernorm", "pretrained.norm"},
    {".attention.attention.query", ".attn.qkv"},
    {".attention.output.dense", ".attn.proj"},
    {".layer_scale1.lambda1", ".ls1.gamma"},
    {".layer_scale2.lambda1", ".ls2.gamma"},
    {"neck.convs.0", "depth_head.scratch.layer1_rn"},
    {"neck.convs.1", "depth_head.scratch.layer2_rn"},
    {"neck.convs.2", "depth_head.scratch.layer3_rn"},
    {"neck.convs.3", "depth_head.scratch.layer4_rn"},
    {"neck.fusion_stage.layers.0.projection",
     "depth_head.scratch.refinenet4.out_conv"},
    {"neck.fusion_stage.layers.1.projection",
     "depth_head.scratch.refinenet3.out_conv"},
    {"neck.fusion_stage.layers.2.projection",
     "depth_head.scratch.refinenet2.out_conv"},
    {"neck.fusion_stage.layers.3.projection",
     "depth_head.scratch.refinenet1.out_conv"},
    {"neck.fusion_stage.layers.0", "depth_head.scratch.refinenet4"},
    {"neck.fusion_stage.layers.1", "depth_head.scratch.refinenet3"},
    {"neck.fusion_stage.layers.2", "depth_head.scratch.refinenet2"},
    {"neck.fusion_stage.layers.3", "depth_head.scratch.refinenet1"},
    {".residual_layer1.convolution", ".resConfUnit1.conv"},
    {".residual_layer2.convolution", ".resConfUnit2.conv"},
    {"head.conv1", "depth_head.scratch.output_conv1"},
    {"head.conv2", "depth_head.scratch.output_conv2.0"},
    {"head.conv3", "depth_head.scratch.output_conv2.2"},
    {"neck.reassemble_stage.layers.0.projection", "depth_head.projects.0"},
    {"neck.reassemble_stage.layers.1.projection", "depth_head.projects.1"},
    {"neck.reassemble_stage.layers.2.projection", "depth_head.projects.2"},
    {"neck.reassemble_stage.layers.3.projection", "depth_head.projects.3"},
    {"neck.reassemble_stage.layers.0.resize", "depth_head.resize_layers.0"},
    {"neck.reassemble_stage.layers.1.resize", "depth_head.resize_layers.1"},
    {"neck.reassemble_stage.layers.3.resize", "depth_head.resize_layers.3"},
};

static void rename_original(char name[static 100])
{
    char fresh[200];

    if (strncmp(name, "depth_head", 10) == 0)
        return;
    for (size_t i = 0; i < sizeof(renames) / sizeof(renames[0]); i++) {
        const char *at = strstr(name, renames[i][0]);

        if (!at || (at != name && renames[i][0][0] != '.'))
            continue;
        snprintf(fresh, sizeof(fresh), "%.*s%s%s", (int)(at - name), name,
                 renames[i][1], at + strlen(renames[i][0]));
        snprintf(name, 100, "%.99s", fresh);
    }
}

/* Tensors as they go into the file: some of the formula's are put together. */
struct writer {
    const struct formula *f;
    bool original;
    enum safetensors_type type;
    struct buf head;
    struct outfile out;
    uint64_t at;
    struct formula_tensor qkv[6]; /* query weight, bias, key … held back */
    int held;
};

static void check(int rc, const struct err *e)
{
    if (rc < 0)
        die(e->text);
}

static size_t size_of(const struct writer *w)
{
    return w->type == SAFETENSORS_F32 ? 4 : 2;
}

static void describe(struct writer *w, const char *name, uint64_t first,
                     const struct formula_tensor *t, uint64_t times)
{
    static const char *const types[] = {"F32", "F16", "BF16"};
    const uint64_t end = w->at + t->count * times * size_of(w);
    struct err e = {0};

    check(buf_printf(&w->head, &e, "%c\"%s\":{\"dtype\":\"%s\",\"shape\":[",
                     w->head.len ? ',' : '{', name, types[w->type]),
          &e);
    for (int i = 0; i < t->dims; i++)
        check(buf_printf(&w->head, &e, "%s%llu", i ? "," : "",
                         (unsigned long long)(i ? t->shape[i] : first)),
              &e);
    check(buf_printf(&w->head, &e, "],\"data_offsets\":[%llu,%llu]}",
                     (unsigned long long)w->at, (unsigned long long)end),
          &e);
    w->at = end;
}

/* Calls emit() for what becomes tensors of the file: t[0 … n-1] in one. */
static int group(struct writer *w, const struct formula_tensor *t,
                 void (*put)(struct writer *w, const char *name,
                             const struct formula_tensor *t, int step, int n))
{
    struct formula_tensor named = *t;

    if (!w->original) {
        put(w, t->name, t, 1, 1);
        return 0;
    }
    if (strstr(t->name, ".attention.attention.")) {
        w->qkv[w->held++] = *t;
        if (w->held < 6)
            return 0;
        w->held = 0;
        for (int i = 0; i < 2; i++) {
            named = w->qkv[i];
            rename_original(named.name);
            put(w, named.name, &w->qkv[i], 2, 3);
        }
        return 0;
    }
    rename_original(named.name);
    put(w, named.name, t, 1, 1);
    return 0;
}

static void put_head(struct writer *w, const char *name,
                     const struct formula_tensor *t, int step, int n)
{
    (void)step;
    describe(w, name, t->shape[0] * (uint64_t)n, t, (uint64_t)n);
}

static void narrow(uint16_t *out, const float *v, size_t n,
                   enum safetensors_type type)
{
    if (type == SAFETENSORS_F16)
        kern_best()->convert->pack_f16(out, v, n, 1);
    for (size_t i = 0; i < n && type == SAFETENSORS_BF16; i++) {
        uint32_t bits;

        memcpy(&bits, &v[i], sizeof(bits));
        out[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}

static void put_data(struct writer *w, const char *name,
                     const struct formula_tensor *t, int step, int n)
{
    struct err e = {0};

    (void)name;
    for (int k = 0; k < n; k++, t += step) {
        float *v = must(mem_array(t->count, sizeof(*v)));
        uint16_t *half = must(mem_array(t->count, sizeof(*half)));

        for (size_t i = 0; i < t->count; i++)
            v[i] = formula_value(w->f, t, i);
        narrow(half, v, t->count, w->type);
        check(outfile_add(&w->out, w->type ? (void *)half : (void *)v,
                          t->count * size_of(w), &e),
              &e);
        mem_free(v);
        mem_free(half);
    }
}

static int see_head(void *arg, const struct formula_tensor *t)
{
    return group(arg, t, put_head);
}

static int see_data(void *arg, const struct formula_tensor *t)
{
    return group(arg, t, put_data);
}

void formula_write(const struct formula *f, const char *path, bool original,
                   enum safetensors_type type)
{
    struct writer w = {
        .f = f, .original = original, .type = type, .head = {.max = 1 << 20}};
    uint8_t size[8];
    struct err e = {0};

    formula_each(f, see_head, &w);
    check(buf_printf(&w.head, &e, "}"), &e);
    while (w.head.len % 8)
        check(buf_printf(&w.head, &e, " "), &e);
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)((uint64_t)w.head.len >> 8 * i);
    check(outfile_open(&w.out, path, &e), &e);
    check(outfile_add(&w.out, size, sizeof(size), &e), &e);
    check(outfile_add(&w.out, w.head.data, w.head.len, &e), &e);
    formula_each(f, see_data, &w);
    check(outfile_commit(&w.out, true, &e), &e);
    buf_release(&w.head);
}

void formula_stream(uint64_t seed, float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double x = (double)i;

        v[i] = (float)(0.9 * sin(0.0131 * x) + 0.6 * sin(0.1713 * x + 1) +
                       0.5 * sin(0.00071 * x + 2) +
                       0.4 * formula_u(seed, 0xFFFF, i));
    }
}

void formula_input(uint64_t seed, float *chw, int h, int w)
{
    const double p = 2 * acos(-1.0);

    for (int c = 0; c < 3; c++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const double fx = (x + 0.5) / w, fy = (y + 0.5) / h;
                const size_t i =
                    ((size_t)c * (size_t)h + (size_t)y) * (size_t)w + (size_t)x;

                chw[i] = (float)(0.9 * sin(p * (2 * fx + fy) + c) +
                                 0.6 * sin(p * (5.3 * fy - 3.1 * fx) + 2 * c) +
                                 0.4 * sin(p * 17 * fx * fy + 0.5 * c) +
                                 0.3 * formula_u(seed, 0xFFFF, i));
            }
}
