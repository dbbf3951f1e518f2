#ifndef CLI_INFO_H
#define CLI_INFO_H

/* What an open file says of itself, for people and for programs. */

#include <stdio.h>

#include "codec/codec.h"
#include "codec/video.h"

int info_text(FILE *out, const char *path, const struct reader *r,
              struct err *e);
int info_json(FILE *out, const char *path, const struct reader *r,
              struct err *e); /* one line */

/* Of a film, either way. */
int info_film(FILE *out, const char *path, const struct video_info *i,
              bool json, struct err *e);

#endif
