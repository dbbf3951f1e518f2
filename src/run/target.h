#ifndef RUN_TARGET_H
#define RUN_TARGET_H

/*
 * What the output of one picture will be: format, samples, colour, storage,
 * metadata. The same as the input unless asked; where the format cannot hold
 * it, the nearest that can, and a line in the ledger says so.
 */

#include "codec/codec.h"
#include "run/options.h"

#define TARGET_EXTRAS_MAX 64

struct target {
    const struct codec *codec;
    struct picture pic; /* what create() gets, w and h still the input's */
    struct color *from; /* colour of the input, assumed when not stated */
    struct color *to;   /* colour of the output's samples */
    bool assumed;       /* `from` is a rule, not a statement */
    bool same_color;    /* from and to mean the same */
    int extra[TARGET_EXTRAS_MAX]; /* which extra of the input each extra is */
    bool dither;
    struct ledger ledger;
};

/* `out_ext` is the extension the user gave the output, or NULL. */
int target_new(const struct reader *in, const struct process_options *o,
               const char *out_ext, struct target **out, struct err *e);
void target_free(struct target *t);

/* The format that target_new() would choose. */
const struct codec *target_codec(const struct codec *in,
                                 const struct process_options *o,
                                 const char *out_ext);

/*
 * After the chain is known: the metadata made true, the profile that belongs
 * to the colour put in. changed: the pixels are not the input's; w and h: the
 * result's size; upright: the orientation was applied.
 */
int target_finish(struct target *t, const struct process_options *o, int w,
                  int h, bool changed, bool upright, struct err *e);

#endif
