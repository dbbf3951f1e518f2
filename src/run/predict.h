#ifndef RUN_PREDICT_H
#define RUN_PREDICT_H

/*
 * How long a picture will take: its first rows are decoded, rendered and
 * encoded into memory, and the clock is read. What a dry run prints is
 * measured on this machine with this file, not looked up in a table. Waiting
 * for the disk is not in it. `decodings`: how often each row is decoded, which
 * is twice when there are two passes and rows are not kept.
 */

#include "base/pool.h"
#include "codec/codec.h"
#include "codec/convert.h"
#include "run/chain.h"
#include "run/target.h"

int predict_time(struct reader *reader, const struct target *target,
                 struct chain *chain, const struct convert *in,
                 const struct convert *out, struct pool *pool, int decodings,
                 double *seconds, struct err *e);

#endif
