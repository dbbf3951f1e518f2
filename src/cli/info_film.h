#ifndef CLI_INFO_FILM_H
#define CLI_INFO_FILM_H

/* What a film says of itself, as one JSON object. */

#include "cli/json.h"
#include "codec/video.h"

/* NULL with e set: a colour that cannot be, no memory. */
json_t *film_facts(const char *path, const struct video_info *i, struct err *e);

#endif
