/* JPEG: the descriptor, and what reading and writing share. */

#include "codec/jpeg.h"

#include <string.h>

static bool probe(const uint8_t *head, size_t n)
{
    return n >= 3 && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff;
}

static const char *const exts[] = {"jpg", "jpeg", "jpe", "jfif", NULL};
static const enum compression compressions[] = {COMP_JPEG, COMP_SAME};

const struct codec codec_jpeg = {
    .name = "jpeg",
    .doc = "JPEG, 8 bit, grey or RGB",
    .exts = exts,
    .compressions = compressions,
    .samples = 1u << SAMPLE_U8,
    .probe = probe,
    .open = jpeg_open,
    .chunk = jpeg_chunk,
    .close = jpeg_close,
    .create = jpeg_create,
    .put = jpeg_put,
    .finish = jpeg_end,
    .abort = jpeg_drop,
};

_Noreturn void jpeg_trap_jump(j_common_ptr cinfo)
{
    struct jpeg_trap *trap = (struct jpeg_trap *)(void *)cinfo->err;

    longjmp(trap->jump, 1);
}

static void describe(j_common_ptr cinfo)
{
    struct jpeg_trap *trap = (struct jpeg_trap *)(void *)cinfo->err;
    char text[JMSG_LENGTH_MAX];

    cinfo->err->format_message(cinfo, text);
    if (trap->rows)
        err_set(trap->e, ERR_DATA, "damaged at row %d of %d: %s", trap->row,
                trap->rows, text);
    else
        err_set(trap->e, ERR_DATA, "%s", text);
}

_Noreturn static void on_error(j_common_ptr cinfo)
{
    struct jpeg_trap *trap = (struct jpeg_trap *)(void *)cinfo->err;

    if (trap->e->code == 0)
        describe(cinfo);
    jpeg_trap_jump(cinfo);
}

/* libjpeg paints over damage and warns; we refuse the file. */
static void on_message(j_common_ptr cinfo, int level)
{
    struct jpeg_trap *trap = (struct jpeg_trap *)(void *)cinfo->err;

    if (level < 0 && !trap->lenient)
        on_error(cinfo);
}

static void no_output(j_common_ptr cinfo)
{
    (void)cinfo;
}

struct jpeg_error_mgr *jpeg_trap_init(struct jpeg_trap *trap)
{
    jpeg_std_error(&trap->mgr);
    trap->mgr.error_exit = on_error;
    trap->mgr.emit_message = on_message;
    trap->mgr.output_message = no_output;
    return &trap->mgr;
}

int jpeg_trapped(struct jpeg_trap *trap, void (*fn)(void *arg), void *arg,
                 struct err *e)
{
    trap->e = e;
    e->code = 0;
    if (setjmp(trap->jump))
        return e->code ? e->code : err_set(e, ERR_DATA, "damaged");
    fn(arg);
    return 0;
}

const struct meta_item *jpeg_item(const struct meta *m, const char *key)
{
    for (int i = 0; i < m->item_count; i++)
        if (!strcmp(m->items[i].format, "jpeg") &&
            !strcmp(m->items[i].key, key))
            return &m->items[i];
    return NULL;
}
