/* Remembers what made an output, beside its bytes. */

#include <string.h>
#include <sys/xattr.h>

#include "base/file.h"
#include "base/text.h"
#include "run/mark.h"

#define MARK_NAME  "user.portal.made"
#define MARK_BLOCK (1u << 20)

/* Hash of the input's bytes, block by block. */
static int hash_file(const char *path, struct hash128 *hash, struct err *e)
{
    struct infile f = {0};
    uint8_t *block = mem_alloc(MARK_BLOCK);
    int rc;

    *hash = (struct hash128){0, 0};
    if (!block) {
        rc = err_mem(e, MARK_BLOCK);
        goto out;
    }
    TRY(infile_open(&f, path, e));
    for (uint64_t at = 0; at < f.size; at += MARK_BLOCK) {
        const uint64_t left = f.size - at;
        const size_t n = left < MARK_BLOCK ? (size_t)left : MARK_BLOCK;

        TRY(infile_read(&f, at, block, n, e));
        hash->hi = hash_bytes(block, n, hash->hi);
        hash->lo = hash_bytes(block, n, hash->lo + 1);
    }
out:
    infile_close(&f);
    mem_free(block);
    return rc;
}

/* Everything that decides the bytes of the output. */
static int make(const struct file_job *job, char text[static 33], struct err *e)
{
    const struct process_options *o = job->options;
    struct hash128 input;
    struct buf all = {.max = 1 << 16};
    char in[33], look[33];
    int rc;

    TRY(hash_file(job->in, &input, e));
    hash_text(input, in);
    hash_text(job->look_hash, look);
    TRY(buf_printf(&all, e,
                   "%s %s %s %d %d %d %d %d %d %u %d %s %s %s %s %s %s %d %d",
                   PORTAL_VERSION, in, look, o->format, o->bits, o->compression,
                   o->quality, o->subsampling, o->level, o->keep, o->page,
                   o->icc ? o->icc : "same", o->assume ? o->assume : "",
                   o->layer ? o->layer : "", o->show ? o->show : "",
                   o->depth ? o->depth : "auto", o->model ? o->model : "",
                   o->depth_encoding, o->depth_size));
    if (o->focus_pixel)
        TRY(buf_printf(&all, e, " focus %s", o->focus_pixel));
    hash_text(hash_bytes128(all.data, all.len), text);
out:
    buf_release(&all);
    return rc;
}

void mark_set(int fd, const struct file_job *job)
{
    struct err e = {0};
    char text[33];

    if (make(job, text, &e) == 0)
        (void)!fsetxattr(fd, MARK_NAME, text, 32, 0);
}

bool mark_matches(const struct file_job *job)
{
    struct err e = {0};
    char text[33], found[33] = "";

    if (getxattr(job->out, MARK_NAME, found, 32) != 32)
        return false;
    return make(job, text, &e) == 0 && text_is(text, found);
}
