#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

/*
 * A fuzz target is one file with the two functions below: it does something
 * with any bytes, and aborts when a promise is broken. It is linked with
 * main.c, which replays seeds and corpus and can mutate by itself, or with
 * libFuzzer. Seeds are made by code; what once crashed is a file in
 * corpus/<target>/, as it is or, named *.hex, as hexadecimal digits with
 * comments from '#' to the end of the line.
 */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Calls fuzz_seed() for each seed. The working folder may be written to. */
void fuzz_seeds(void);

/* The driver's; copies the bytes. */
void fuzz_seed(const void *bytes, size_t len);

/* Prints what was promised and aborts. */
_Noreturn void fuzz_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
