/*
 * Packed weights on disk: a page that says what follows, and the block. The
 * name has the hash of the safetensors file and the version of the layout, the
 * page the shape and a hash of the block; what does not agree is made again.
 * Files appear whole and are never changed, so they are mapped and shared.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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
