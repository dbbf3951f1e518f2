/*
 * EXIF blocks: what is read is written so that it is read again as the same,
 * and metadata made of it can be updated and taken in both forms.
 */

#include <string.h>

#include "fuzz.h"
#include "image/ifd.h"
#include "image/meta.h"

#define ROOM ((size_t)64 << 20)

static void same_tree(const struct ifd *a, const struct ifd *b)
{
    for (; a && b; a = a->next, b = b->next) {
        if (b->lost)
            fuzz_fail("%d tags lost", b->lost);
        for (int i = 0; i < a->count; i++)
            if (a->tag[i].sub) {
                const struct ifd_tag *t = ifd_find(b, a->tag[i].id);

                if (t && t->sub)
                    same_tree(a->tag[i].sub, t->sub);
            }
    }
}

static void write_and_read(const struct ifd *tree)
{
    struct buf first = {.max = ROOM}, second = {.max = ROOM};
    struct ifd *again = NULL;
    struct err e = {0};

    if (ifd_write_block(tree, &first, &e) == 0 && first.len > 0) {
        if (ifd_parse(first.data, first.len, &again, &e) < 0)
            fuzz_fail("cannot read what was written: %s", e.text);
        same_tree(tree, again);
        if (ifd_write_block(again, &second, &e) < 0)
            fuzz_fail("cannot write again: %s", e.text);
        if (first.len != second.len ||
            memcmp(first.data, second.data, first.len) != 0)
            fuzz_fail("writing twice differs");
    }
    ifd_free(again);
    buf_release(&first);
    buf_release(&second);
}

static void update(const uint8_t *data, size_t size, unsigned keep)
{
    struct buf block = {.max = ROOM};
    struct ledger ledger = {0};
    struct meta *meta = NULL;
    struct ifd *tree = NULL;
    struct err e = {0};

    if (meta_new(&meta, &e) < 0 || blob_set(&meta->exif, data, size, &e) < 0)
        fuzz_fail("%s", e.text);
    meta->orientation = 6;
    (void)meta_update(meta, keep, 640, 480, true, true, &ledger, &e);
    if (meta_exif_block(meta, &block, &e) == 0 && block.len > 0 &&
        ifd_parse(block.data, block.len, &tree, &e) < 0 && keep == KEEP_ALL)
        e = (struct err){0}; /* damaged blocks are carried as they are */
    ifd_free(tree);
    tree = NULL;
    (void)meta_tag_tree(meta, &tree, &e);
    ifd_free(tree);
    ledger_release(&ledger);
    buf_release(&block);
    meta_free(meta);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ifd *tree = NULL;
    struct err e = {0};

    if (ifd_parse(data, size, &tree, &e) == 0)
        write_and_read(tree);
    else if (!e.text[0])
        fuzz_fail("refused without a reason");
    ifd_free(tree);
    update(data, size, KEEP_ALL);
    update(data, size, KEEP_ALL & ~(unsigned)KEEP_EXIF);
    return 0;
}

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fuzz_fail("%s", e->text);
}

static void seed_block(bool thumbnail)
{
    static const uint16_t orientation = 6;
    static const uint32_t number[8] = {1, 50, 28, 10, 72, 1, 3, 4};
    static const uint32_t length = sizeof(number);
    static const double twice[2] = {1.5, -2};
    static const uint8_t note[5] = "Nikon";
    struct buf out = {.max = ROOM};
    struct ifd *top = NULL, *exif = NULL, *gps = NULL;
    struct ifd_tag *thumb;
    struct err e = {0};

    must(ifd_new(&top, &e), &e);
    must(ifd_new(&exif, &e), &e);
    must(ifd_new(&gps, &e), &e);
    must(ifd_set(top, 271, IFD_ASCII, 6, "Maker", &e), &e);
    must(ifd_set(top, 274, IFD_SHORT, 1, &orientation, &e), &e);
    must(ifd_set(top, 282, IFD_RATIONAL, 1, number + 4, &e), &e);
    must(ifd_set(exif, 33434, IFD_RATIONAL, 1, number, &e), &e);
    must(ifd_set(exif, 37500, IFD_UNDEFINED, 5, note, &e), &e);
    must(ifd_set(exif, 40962, IFD_LONG, 1, number + 1, &e), &e);
    must(ifd_set(exif, 40963, IFD_LONG, 1, number + 2, &e), &e);
    must(ifd_set(exif, 50000, IFD_DOUBLE, 2, twice, &e), &e);
    must(ifd_set(gps, 2, IFD_RATIONAL, 3, number, &e), &e);
    must(ifd_set_sub_take(top, IFD_TAG_EXIF, exif, &e), &e);
    must(ifd_set_sub_take(top, IFD_TAG_GPS, gps, &e), &e);
    if (thumbnail) {
        must(ifd_new(&top->next, &e), &e);
        must(ifd_set(top->next, IFD_TAG_THUMB, IFD_LONG, 1, number, &e), &e);
        must(ifd_set(top->next, IFD_TAG_THUMB_LEN, IFD_LONG, 1, &length, &e),
             &e);
        thumb = ifd_find(top->next, IFD_TAG_THUMB);
        mem_free(thumb->data);
        thumb->data = mem_copy(number, length);
        thumb->len = length;
        must(thumb->data ? 0 : ERR_MEM, &e);
    }
    must(ifd_write_block(top, &out, &e), &e);
    fuzz_seed(out.data, out.len);
    ifd_free(top);
    buf_release(&out);
}

void fuzz_seeds(void)
{
    /* Big-endian: orientation 8, an EXIF directory that refers to itself. */
    static const uint8_t motorola[] = "MM\0*\0\0\0\x08\0\x02"
                                      "\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"
                                      "\x87\x69\0\x04\0\0\0\x01\0\0\0\x08"
                                      "\0\0\0\x08";

    seed_block(false);
    seed_block(true);
    fuzz_seed(motorola, sizeof(motorola) - 1);
}
