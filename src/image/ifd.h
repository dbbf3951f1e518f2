#ifndef IMAGE_IFD_H
#define IMAGE_IFD_H

/*
 * Tag trees as TIFF, BigTIFF and EXIF hold them: directories of typed values,
 * with sub-directories for EXIF (34665), GPS (34853) and interoperability
 * (40965). Values are kept in the machine's byte order, their bytes otherwise
 * untouched, so that unknown tags survive. SubIFDs (330) refer to pictures,
 * not to metadata: their offsets are read like any number.
 *
 * Reading is hostile-safe: every count is compared with the bytes that are
 * there, the sum of all values is bounded by the size of the file, and loops
 * and deep nests end. A single value that cannot be had (beyond the end, of an
 * unknown type) is left out and counted; a directory that cannot is ERR_DATA.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum ifd_type {
    IFD_BYTE = 1,
    IFD_ASCII = 2,
    IFD_SHORT = 3,
    IFD_LONG = 4,
    IFD_RATIONAL = 5,
    IFD_SBYTE = 6,
    IFD_UNDEFINED = 7,
    IFD_SSHORT = 8,
    IFD_SLONG = 9,
    IFD_SRATIONAL = 10,
    IFD_FLOAT = 11,
    IFD_DOUBLE = 12,
    IFD_IFD = 13,
    IFD_LONG8 = 16,
    IFD_SLONG8 = 17,
    IFD_IFD8 = 18,
};

struct ifd;

struct ifd_tag {
    uint16_t id;
    uint16_t type; /* enum ifd_type */
    uint64_t count;
    uint8_t *data; /* count values; NULL for a sub-directory */
    size_t len;
    struct ifd *sub; /* EXIF, GPS, interoperability; owned */
};

struct ifd {
    struct ifd_tag *tag; /* ascending by id */
    int count;
    int lost;         /* tags that could not be read, here and below  */
    struct ifd *next; /* IFD1 of an EXIF block (thumbnail); owned     */
};

/* Tags that this module and its callers treat in a special way. */
enum {
    IFD_TAG_EXIF = 34665,
    IFD_TAG_GPS = 34853,
    IFD_TAG_INTEROP = 40965,
    IFD_TAG_THUMB = 513, /* of IFD1: data holds the JPEG it points to */
    IFD_TAG_THUMB_LEN = 514,
};

/* Bytes of one value; 0 for an unknown type. */
size_t ifd_type_size(int type);

/* Where bytes come from: a block in memory or a file. */
typedef int ifd_read_fn(void *arg, uint64_t at, void *bytes, size_t n,
                        struct err *e);

/*
 * Reads the directory at `at`. `big` and `swap` as the TIFF header says. Tags
 * for which skip(id) is true keep type and count but get no data (strip
 * offsets of a huge file). *next_at receives the offset of the following
 * directory, 0 at the end.
 */
int ifd_read(ifd_read_fn *read, void *arg, uint64_t size, uint64_t at, bool big,
             bool swap, bool (*skip)(uint16_t id), struct ifd **out,
             uint64_t *next_at, struct err *e);

/* Reads an EXIF block ("II*\0…"), IFD1 and its thumbnail included. */
int ifd_parse(const void *block, size_t len, struct ifd **out, struct err *e);

/*
 * Appends the directory with all it refers to, written for offset `base` (the
 * place of out->data[0] in the file; even); *at receives the offset of the
 * directory itself. Little-endian; `big` for BigTIFF. Tags without data are
 * left out, and so are 64-bit values that a classic file cannot hold and
 * directories without tags.
 */
int ifd_write(const struct ifd *ifd, uint64_t base, bool big, struct buf *out,
              uint64_t *at, struct err *e);

/* A whole EXIF block with its eight-byte header; nothing for no tags. */
int ifd_write_block(const struct ifd *ifd, struct buf *out, struct err *e);

int ifd_new(struct ifd **out, struct err *e);
int ifd_copy(const struct ifd *ifd, struct ifd **out, struct err *e);
void ifd_free(struct ifd *ifd);

struct ifd_tag *ifd_find(const struct ifd *ifd, uint16_t id);
void ifd_remove(struct ifd *ifd, uint16_t id);

/* Replaces or adds a tag; the values are copied. */
int ifd_set(struct ifd *ifd, uint16_t id, int type, uint64_t count,
            const void *values, struct err *e);
int ifd_set_sub_take(struct ifd *ifd, uint16_t id, struct ifd *sub,
                     struct err *e);

/* Value number i as a double, for every numeric type; false when absent. */
bool ifd_number(const struct ifd_tag *tag, uint64_t i, double *value);

#endif
