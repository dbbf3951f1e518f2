/* What a target needs of the driver when libFuzzer is the driver. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Targets that need a file beside them make it with their seeds. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_seeds();
    return 0;
}

/* The seeds come as files, from the plain driver's --write. */
void fuzz_seed(const void *bytes, size_t len)
{
    (void)bytes;
    (void)len;
}

_Noreturn void fuzz_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}
