#ifndef RUN_SHOTS_H
#define RUN_SHOTS_H

/*
 * Numbered pictures as the source or the result of a film: run/sequence.h says
 * which, the codecs of pictures read and write them, each whole or not at all.
 * All have the size and the samples of the first.
 */

#include "codec/video_color.h"
#include "run/depth_film.h"
#include "run/file.h"
#include "run/frames.h"
#include "run/target.h"

struct shots_in;

int shots_open(const struct file_job *job, struct shots_in **out,
               struct err *e);
void shots_close(struct shots_in *s);
const struct picture *shots_picture(const struct shots_in *s);
const struct sequence *shots_names(const struct shots_in *s);
uint64_t shots_read(const struct shots_in *s); /* bytes of files, so far */

/* What their samples mean; NULL when only lcms2 knows, and rows come in linear
   light alone. */
const struct color *shots_color(const struct shots_in *s);
/* `depth`, lent, is what they were rendered with, or NULL. */
void shots_source(struct shots_in *s, const struct depth_film *depth,
                  struct frame_source *source);

struct shots_out;

/*
 * `like` is the first picture, or stands for one; planes are those of the
 * chain. Without `from` frames are numbered from 1. An output without a place
 * for a number gets one frame.
 */
int shots_create(const struct file_job *job, const struct reader *like,
                 const struct shots_in *from, int w, int h, int planes,
                 struct ledger *ledger, struct shots_out **out, struct err *e);
const struct reader *shots_reader(const struct shots_in *s);
void shots_drop(struct shots_out *s);
const struct target *shots_target(const struct shots_out *s);
uint64_t shots_written(const struct shots_out *s); /* bytes, so far */
void shots_sink(struct shots_out *s, struct frame_sink *sink);

#endif
