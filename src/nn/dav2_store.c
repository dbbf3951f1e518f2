/*
 * Packed weights on disk: a page that says what follows, and the block. The
 * name has the hash of the safetensors file and the version of the layout, the
 * page the shape and a hash of the block; what does not agree is made again.
 * Files appear whole and are never changed, so they are mapped and shared.
 *
 * Beside it, notes: which hash a file had, by everything that changes when the
 * file does. They save reading 100 MB to learn what is known.
 */

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "nn/dav2_int.h"

/* Of the order and folding of this network; PACKED_VERSION is the blocks'. */
#define LAYOUT 1
#define PAGE   4096

struct page {
    char magic[8];
    uint32_t layout, packed, int8, pad;
    uint64_t size;
    struct hash128 file, block;
    struct dav2_shape shape;
};

static struct page page_of(struct hash128 file, const struct dav2_shape *s,
                           bool int8, size_t size)
{
    struct page p;

    memset(&p, 0, sizeof(p));
    memcpy(p.magic, "tpdav2\r\n", sizeof(p.magic));
    p.layout = LAYOUT;
    p.packed = PACKED_VERSION;
    p.int8 = int8;
    p.size = size;
    p.file = file;
    p.shape = *s;
    memset(p.shape.tap, 0, sizeof(p.shape.tap)); /* not in the weights */
    return p;
}

static char *name_of(const char *folder, struct hash128 hash, bool int8)
{
    char text[33], name[80];

    hash_text(hash, text);
    snprintf(name, sizeof(name), "dav2-%s-%d.%d%s.packed", text, LAYOUT,
             PACKED_VERSION, int8 ? "-i8" : "");
    return path_join(folder, name);
}

static void *map_file(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    void *data = MAP_FAILED;
    struct stat st;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == (off_t)size)
        data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    return data == MAP_FAILED ? NULL : data;
}

bool dav2_store_load(const char *folder, struct hash128 hash,
                     const struct dav2_shape *s, bool int8, size_t size,
                     struct dav2_map *map)
{
    struct page want = page_of(hash, s, int8, size);
    char *path = name_of(folder, hash, int8);
    struct dav2_map m = {.size = PAGE + size};

    if (path)
        m.data = map_file(path, m.size);
    mem_free(path);
    if (!m.data)
        return false;
    m.block = (uint8_t *)m.data + PAGE;
    want.block = hash_bytes128(m.block, size);
    if (memcmp(m.data, &want, sizeof(want)) != 0) {
        dav2_store_unmap(&m);
        return false;
    }
    *map = m;
    return true;
}

void dav2_store_unmap(struct dav2_map *map)
{
    if (map->data)
        munmap(map->data, map->size);
    *map = (struct dav2_map){0};
}

int dav2_store_save(const char *folder, struct hash128 hash,
                    const struct dav2_shape *s, bool int8, const uint8_t *block,
                    size_t size, struct err *e)
{
    union {
        struct page page;
        uint8_t bytes[PAGE];
    } head = {.bytes = {0}};
    char *path = name_of(folder, hash, int8);
    struct outfile f = {0};
    int rc;

    if (!path)
        return err_mem(e, strlen(folder));
    head.page = page_of(hash, s, int8, size);
    head.page.block = hash_bytes128(block, size);
    TRY(outfile_open(&f, path, e));
    TRY(outfile_add(&f, &head, sizeof(head), e));
    TRY(outfile_add(&f, block, size, e));
    TRY(outfile_commit(&f, true, e));
out:
    outfile_abandon(&f);
    mem_free(path);
    return rc;
}

struct note {
    char magic[8];
    uint64_t dev, ino, size;
    int64_t mtime_ns, ctime_ns;
    struct hash128 hash;
    uint64_t check; /* of all before it */
};

/* A file younger than this may change again without a newer time. */
#define SETTLED_NS INT64_C(1000000000)

static int64_t ns_of(struct timespec t)
{
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static bool note_of(const struct infile *f, struct note *n)
{
    struct stat st;

    memset(n, 0, sizeof(*n));
    if (fstat(f->fd, &st))
        return false;
    memcpy(n->magic, "tpnote\r\n", sizeof(n->magic));
    n->dev = f->dev;
    n->ino = f->ino;
    n->size = f->size;
    n->mtime_ns = f->mtime_ns;
    n->ctime_ns = ns_of(st.st_ctim);
    return true;
}

static char *note_name(const char *folder, const struct note *n)
{
    char text[33], name[64];

    hash_text(hash_bytes128(n, offsetof(struct note, hash)), text);
    snprintf(name, sizeof(name), "dav2-%s.note", text);
    return path_join(folder, name);
}

bool dav2_store_known(const char *folder, const struct infile *f,
                      struct hash128 *hash)
{
    const size_t same = offsetof(struct note, hash);
    struct buf b = {.max = sizeof(struct note)};
    struct note want, have = {0};
    struct err none = {0};
    char *path = NULL;

    if (!note_of(f, &want))
        return false;
    path = note_name(folder, &want);
    if (path && file_load(path, sizeof(have), &b, &none) == 0 &&
        b.len == sizeof(have))
        memcpy(&have, b.data, sizeof(have));
    mem_free(path);
    buf_release(&b);
    if (memcmp(&have, &want, same) != 0 ||
        have.check != hash_bytes(&have, offsetof(struct note, check), 0))
        return false;
    *hash = have.hash;
    return true;
}

void dav2_store_note(const char *folder, const struct infile *f,
                     struct hash128 hash)
{
    struct outfile out = {0};
    struct timespec now;
    struct note n;
    struct err none = {0};
    char *path;

    if (!note_of(f, &n) || clock_gettime(CLOCK_REALTIME, &now) ||
        ns_of(now) - n.ctime_ns < SETTLED_NS)
        return;
    n.hash = hash;
    n.check = hash_bytes(&n, offsetof(struct note, check), 0);
    path = note_name(folder, &n);
    if (path && outfile_open(&out, path, &none) == 0 &&
        outfile_add(&out, &n, sizeof(n), &none) == 0)
        (void)outfile_commit(&out, true, &none);
    outfile_abandon(&out);
    mem_free(path);
}
