#ifndef CODEC_JPEG_H
#define CODEC_JPEG_H

/*
 * JPEG inside: shared by jpeg*.c and their tests only.
 *
 * The markers before the first scan are walked by our own code, bounded by
 * the bytes that are there; libjpeg gets the file for its pixels. Segments
 * that no block of struct meta takes are items, with these keys and their
 * payload (what follows the length) as data:
 *
 *   "COM", "APP3" …       comments, unknown application segments
 *   "APP0:JFIF"           14 bytes: version and density, without thumbnail
 *   "APP0:JFXX"           thumbnail
 *   "APP1:XMP"            a part of extended XMP
 *   "APP2:MPF"            directory of further pictures behind this one
 *   "APP2:ISO21496"       says that one of them is a gain map
 *   "APP11:JUMBF"         content credentials
 *   "APP14:Adobe"
 *
 * Further pictures in the file are never carried, so APP2:MPF and
 * APP2:ISO21496 are never written.
 */

#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>

#include "codec/codec.h"

extern const struct codec codec_jpeg;

/* Walks the markers up to the first scan; fills pic->meta and the warning. */
int jpeg_scan(const struct infile *f, struct picture *pic, struct err *e);

/* Quality 1 … 100 of the standard table (ITU-T T.81, K.1, scaled as IJG does)
   that is nearest to this luminance table. */
int jpeg_quality_of(const uint16_t table[64]);

/* Where a call of libjpeg comes back to when it fails. */
struct jpeg_trap {
    struct jpeg_error_mgr mgr; /* first: libjpeg hands out its address */
    jmp_buf jump;
    struct err *e;
    bool lenient;  /* warnings do not matter any more */
    int row, rows; /* for the message                 */
};

struct jpeg_error_mgr *jpeg_trap_init(struct jpeg_trap *trap);

/* Runs fn(arg); a failure inside libjpeg becomes an error. */
int jpeg_trapped(struct jpeg_trap *trap, void (*fn)(void *arg), void *arg,
                 struct err *e);

/* Fails from inside a callback of libjpeg; the reason is in trap->e. */
_Noreturn void jpeg_trap_jump(j_common_ptr cinfo);

/* Writes the segments that the picture's metadata needs. */
int jpeg_meta_write(j_compress_ptr cinfo, struct jpeg_trap *trap,
                    const struct picture *pic, struct err *e);

const struct meta_item *jpeg_item(const struct meta *m, const char *key);

int jpeg_open(const char *path, const struct read_options *o,
              struct reader **out, struct err *e);
int jpeg_chunk(struct reader *base, int slot, int index, void *raw,
               struct err *e);
void jpeg_close(struct reader *base);
int jpeg_create(struct outfile *f, const struct picture *pic, int want_rows,
                int slots, struct writer **out, struct err *e);
int jpeg_put(struct writer *base, int index, const void *bytes, size_t len,
             int rows_here, struct err *e);
int jpeg_end(struct writer *base, struct err *e);
void jpeg_drop(struct writer *base);

#endif
