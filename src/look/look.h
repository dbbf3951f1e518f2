#ifndef LOOK_LOOK_H
#define LOOK_LOOK_H

/*
 * A look is an ordered list of steps; a step is an operation with its values.
 * It is what a user saves, shares and stacks:
 *
 *     name: signature
 *     doc: Warm, open and calm
 *     steps:
 *       - exposure: {ev: 0.12}
 *       - vignette
 *
 * `output` says which colour space a film it makes has, unless the user does:
 *
 *     output: pq
 *
 * Only values that differ from the default are written. JSON is read by the
 * same parser. What decides the final values, weakest first: the defaults of
 * the operations, the looks in their order, steps from the command line, and
 * last the settings, in their order.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "op/mask.h"
#include "op/op.h"

#define LOOK_BYTES_MAX (1 << 20) /* of a look's file */
#define LOOK_STEPS_MAX 1000

struct step {
    const struct op *op;
    void *values;     /* op->size bytes, owned                              */
    char *folder;     /* relative file names start here; NULL: current; owned */
    struct mask mask; /* where the step works */
};

struct look {
    char name[64];
    char doc[200];
    char output[16]; /* colour space of a film's result, "": as the input */
    int count;
    struct step *step;
};

int look_new(struct look **out, struct err *e);
void look_free(struct look *look);

/*
 * Reads YAML or JSON. `name` is for messages and for a look that states none;
 * `folder` may be NULL. Refuses what is not a look: unknown keys and
 * operations (naming the nearest right one), values out of range (naming the
 * range), duplicate keys, aliases, more than LOOK_BYTES_MAX bytes; the text
 * starts with the line.
 */
int look_parse(const void *bytes, size_t len, const char *name,
               const char *folder, struct look **out, struct err *e);

/* Writes YAML that look_parse() turns back into the same bits. */
int look_write(const struct look *look, struct buf *out, struct err *e);

/* Whether a step that does something looks at depth or works in a range of it.
 */
bool look_needs_depth(const struct look *look);

/*
 * Of the operations' names and values: equal hashes, equal pictures. A value
 * that is a file name counts with the file's bytes, the name of a table of the
 * program with what that is made of.
 */
int look_hash(const struct look *look, struct hash128 *hash, struct err *e);

/*
 * Whether a value names a file: unit "FILE", or "FILE|NAME" when the text is
 * not the name of a table (codec/lut_shipped.h).
 */
bool look_value_is_file(const struct param *p, const char *text);

/* Adds a step with default values at the end; *step is valid until the next. */
int look_add(struct look *look, const struct op *op, struct step **step,
             struct err *e);

/* Removes the last step. */
void look_drop(struct look *look);

/* Adds copies of src's steps at the end of dst. */
int look_append(struct look *dst, const struct look *src, struct err *e);

/*
 * "op.param=value" changes the last step of that operation, "op#2.param=value"
 * the second one. A step that would be the next one of its operation is added
 * at the end. "op" alone adds a step. '-' and '_' are the same in names. The
 * parameter "mask" is there for every operation (op/mask.h). On failure the
 * look is what it was.
 */
int look_set(struct look *look, const char *setting, struct err *e);

/*
 * Steps from the command line, in the form of look_set(), which here sees only
 * the steps that the list itself has added: the first mention of an operation
 * adds a step, later ones change it.
 */
int look_add_steps(struct look *look, const struct text_list *steps,
                   struct err *e);

/* Whether the values of a step, or of every step, agree with each other. */
int look_check_step(const struct step *s, struct err *e);
int look_check(const struct look *look, struct err *e);

/*
 * As param_set(), for every key a step has: its operation's, and "mask".
 */
int look_set_value(struct step *s, const char *key, const char *text,
                   struct err *e);

/* The operation called `name`; else an error with the nearest right name. */
int look_op(const char *name, const struct op **op, struct err *e);

/* How much work a picture is worth: scales or drops the costly steps. */
enum look_profile {
    LOOK_QUALITY,
    LOOK_BALANCED,
    LOOK_PERFORMANCE,
};
extern const char *const look_profiles[]; /* their names, ends with NULL */

void look_scale(struct look *look, enum look_profile profile);

/* What a command line asks for; the texts are borrowed. */
struct look_request {
    struct text_list look; /* names or files, stacked in order */
    struct text_list step; /* for look_add_steps()              */
    struct text_list set;  /* for look_set(), in order          */
    int profile;           /* enum look_profile                 */
};

/* All of it in the stated order; no look at all gives an empty one. */
int look_build(const struct look_request *r, struct look **out, struct err *e);

/*
 * A look by its name or file. A text with a slash or ending in .yaml, .yml or
 * .json is a file; anything else a shipped look, then
 * $XDG_CONFIG_HOME/portal/looks/<name>.yaml.
 */
int look_find(const char *name_or_path, struct look **out, struct err *e);

/* Every look that look_find() knows by name; ascending, the shipped first. */
struct look_entry {
    char *name;
    char *path; /* NULL: shipped with the program */
};
struct look_list {
    struct look_entry *entry;
    int count;
};
int look_list(struct look_list *list, struct err *e);
void look_list_release(struct look_list *list);

/* The folder of the user's looks, fresh; NULL when there is no home. */
int look_user_folder(char **out, struct err *e);

#endif
