#ifndef BASE_FILE_H
#define BASE_FILE_H

/*
 * Files. Input is read by position, from any thread, and never changed. Output
 * appears whole or not at all: it is written under a temporary name in the
 * same folder, synced, and renamed over the target by outfile_commit().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

struct infile {
    int fd;
    uint64_t size;
    int64_t mtime_ns;
    uint64_t dev, ino; /* the same pair: the same file */
    const char *name;  /* lent: must outlive the struct */
};

/* Refuses folders and anything without a size (pipes, devices). */
int infile_open(struct infile *f, const char *path, struct err *e);

/* Reads exactly n bytes at `at`; beyond the end is ERR_DATA "cut short". */
int infile_read(const struct infile *f, uint64_t at, void *bytes, size_t n,
                struct err *e);
void infile_close(struct infile *f);

/*
 * The first bytes of a file, by which its format is known: as many as there
 * are, at most FILE_HEAD. That shows three packets of an MPEG transport stream.
 */
#define FILE_HEAD 512
int file_head(const char *path, uint8_t head[static FILE_HEAD], size_t *n,
              struct err *e);

/* The whole file, at most `max` bytes, NUL-terminated. Fills *out afresh. */
int file_load(const char *path, size_t max, struct buf *out, struct err *e);

/* A struct outfile starts cleared: { 0 }. */
struct outfile {
    int fd;
    uint64_t at; /* end of what has been appended */
    char *path, *temp;
};

/*
 * Makes the temporary file; missing parent folders are made. A path that is
 * something else than a file (a folder, a device) is refused.
 */
int outfile_open(struct outfile *f, const char *path, struct err *e);

/*
 * Adding is for one thread; writing and reading by position for any number.
 * A full disk is ERR_IO and says so.
 */
int outfile_add(struct outfile *f, const void *bytes, size_t n, struct err *e);
int outfile_write(struct outfile *f, uint64_t at, const void *bytes, size_t n,
                  struct err *e);
int outfile_read(struct outfile *f, uint64_t at, void *bytes, size_t n,
                 struct err *e);

/*
 * The end is at `at` from now on: what lies between was written by position and
 * is complete.
 */
void outfile_extend(struct outfile *f, uint64_t at);

/*
 * Syncs and renames; afterwards the struct is closed. With replace = false an
 * existing target is never overwritten (ERR_IO, and nothing is left behind).
 */
int outfile_commit(struct outfile *f, bool replace, struct err *e);

/*
 * rename(2) that never overwrites: -1 with errno EEXIST, or EXDEV between two
 * file systems, or another.
 */
int file_rename_new(const char *from, const char *to);

/* Removes the temporary file. Fine after commit and on a cleared struct. */
void outfile_abandon(struct outfile *f);

/*
 * Removes every temporary file this process has open now: for handlers of
 * signals that end the process. Their commits fail.
 */
void outfile_abandon_all(void);

/*
 * Removes what a process that was killed has left of this output: temporary
 * files of `pid`, or of any when that is 0. Only for who knows that nobody is
 * at it.
 */
void outfile_sweep(const char *path, long pid);

/* Of all bytes, as hash_bytes128() has it; files are read in pieces. An output
   is hashed as it is so far. */
int file_hash(const char *path, struct hash128 *hash, struct err *e);
int infile_hash(const struct infile *f, struct hash128 *hash, struct err *e);
int outfile_hash(struct outfile *f, uint64_t size, struct hash128 *hash,
                 struct err *e);

/* Paths, without touching the disk. All results are fresh, or NULL. */
char *path_join(const char *folder, const char *name);
char *path_folder(const char *path);     /* "." when there is none     */
const char *path_name(const char *path); /* behind the last slash      */
const char *path_ext(const char *path);  /* behind the last dot, or "" */

int dir_make(const char *path, struct err *e); /* with its parents */

#endif
