/* Remembers what made an output, beside its bytes. */

#include "run/mark.h"

#include <sys/xattr.h>

#include "base/file.h"
#include "base/text.h"
#include "run/identity.h"

#define MARK_NAME "user.portal.made"

void mark_make(const struct file_job *job, char mark[static 33])
{
    struct hash128 both[2];
    struct err e = {0};

    mark[0] = '\0';
    if (identity_hash(job, &both[0], &e) == 0 &&
        file_hash(job->in, &both[1], &e) == 0)
        hash_text(hash_bytes128(both, sizeof(both)), mark);
}

void mark_set(int fd, const char mark[static 33])
{
    if (mark[0])
        (void)!fsetxattr(fd, MARK_NAME, mark, 32, 0);
}

bool mark_matches(const char *path, const char mark[static 33])
{
    char found[33] = "";

    return mark[0] && getxattr(path, MARK_NAME, found, 32) == 32 &&
           text_is(mark, found);
}
