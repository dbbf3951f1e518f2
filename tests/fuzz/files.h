#ifndef FUZZ_FILES_H
#define FUZZ_FILES_H

/*
 * Picture files as input: each goes the whole way of `portal process`, with a
 * look, an output format and options that depend on the bytes. An output is
 * there, whole and readable, or there is nothing at all and a reason.
 */

#include "codec/codec.h"

void files_try(const uint8_t *data, size_t size);

/* A small picture with metadata, written by the codec, as a seed. */
void files_seed(const char *codec, struct pixfmt fmt, struct storage storage);
void files_seed_size(const char *codec, struct pixfmt fmt,
                     struct storage storage, int wide, int high);

/* The same for a file that somebody else has written: adds and removes it. */
void files_seed_path(const char *path);

/* A name for that: in a folder that vanishes with the program. */
const char *files_path(void);

#endif
