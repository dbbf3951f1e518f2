#ifndef RUN_HOT_H
#define RUN_HOT_H

/*
 * A hot folder: a batch that gets its files from run/watch.h, a few at a time,
 * and forgets each when it is over. Its list is as long as what is in work.
 *
 * A file that fails because it changed meanwhile, or because its folder or the
 * output folder went away, has not failed: it waits. The output folder is known
 * by its file system and its journal: while it is gone nothing is made, and
 * what is mounted over by nothing is not filled.
 */

#include "run/batch.h"
#include "run/file.h"

struct batch;
struct hot;

/* What cannot be together is refused before any work. */
int hot_check(const struct process_options *o, struct err *e);

/* hot_rules.c: paths of `done` and `failed` that are in the watched folders,
   as the watch meets them. Fresh texts in a fresh array. */
int hot_except(const struct process_options *o, struct text_list *list,
               struct err *e);
void hot_except_free(struct text_list *list);

/* The journal of the batch is open. */
int hot_open(struct batch *b, struct err *e);
void hot_close(struct batch *b, bool drop);

/* Finds files and gives the batch some, looks after the output folder. */
int hot_turn(struct batch *b, struct err *e);

/* How long may be waited for something to happen. */
int hot_patience_ms(const struct batch *b);

/* Whether the output folder is there, as of now. */
bool hot_is_home(struct batch *b);

/* A file that ended badly and is to wait, or is gone: true, it is settled. */
bool hot_keeps(struct batch *b, int i, const struct file_result *r);

/* A file is over and told: its place in the list is free. */
void hot_over(struct batch *b, int i, const struct file_result *r);

#endif
