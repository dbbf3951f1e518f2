#ifndef CLI_INFO_H
#define CLI_INFO_H

/* What an open file says of itself, for people and for programs. */

#include <stdio.h>

#include "codec/codec.h"

int info_text(FILE *out, const char *path, const struct reader *r,
              struct err *e);
int info_json(FILE *out, const char *path, const struct reader *r,
              struct err *e); /* one line */

#endif
