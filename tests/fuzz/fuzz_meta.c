/*
 * Blocks of metadata that are carried and patched: XMP, IPTC, Photoshop's. The
 * first byte of the input says which.
 */

#include <string.h>

#include "fuzz.h"
#include "image/meta.h"

static void update(const uint8_t *data, size_t size, int kind, unsigned keep)
{
    struct ledger ledger = {0};
    struct meta *meta = NULL;
    struct blob *blob;
    struct err e = {0};

    if (meta_new(&meta, &e) < 0)
        fuzz_fail("%s", e.text);
    blob = kind == 0 ? &meta->xmp : kind == 1 ? &meta->iptc : &meta->psir;
    if (blob_set(blob, data, size, &e) < 0)
        fuzz_fail("%s", e.text);
    meta->orientation = 8;
    if (meta_update(meta, keep, 64, 48, true, true, &ledger, &e) < 0 &&
        !e.text[0])
        fuzz_fail("refused without a reason");
    ledger_release(&ledger);
    meta_free(meta);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned keep[] = {KEEP_ALL, KEEP_XMP, KEEP_IPTC, 0};

    if (size)
        for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
            update(data + 1, size - 1, data[0] % 3, keep[i]);
    return 0;
}

void fuzz_seeds(void)
{
    static const char xmp[] =
        "\0<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
        "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        "rdf:about='' xmlns:tiff='http://ns.adobe.com/tiff/1.0/' "
        "xmlns:exif='http://ns.adobe.com/exif/1.0/' tiff:Orientation='6' "
        "exif:PixelXDimension=\"10\"><tiff:ImageWidth>10</tiff:ImageWidth>"
        "<exif:PixelYDimension>20</exif:PixelYDimension>"
        "<tiff:Orientation>8</tiff:Orientation></rdf:Description>"
        "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
    static const char iptc[] = "\1\x1c\x02\0\0\x02\0\x04\x1c\x02\x05\0\x05Title"
                               "\x1c\x02\x19\x80\x04\0\0\0\x03key";
    static const char psir[] =
        "\2"
        "8BIM\x03\xed\0\0\0\0\0\x10\0\x48\0\0\0\1\0\1\0\x48\0\0\0\1\0\1"
        "8BIM\x04\x0c\0\0\0\0\0\x04thum"
        "8BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\0\0\x02\0\x04\0"
        "8BIM\x04\x0f\x03icc\0\0\0\x02pp";

    fuzz_seed(xmp, sizeof(xmp) - 1);
    fuzz_seed(iptc, sizeof(iptc) - 1);
    fuzz_seed(psir, sizeof(psir) - 1);
}
