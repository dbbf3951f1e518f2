#ifndef RUN_LIST_H
#define RUN_LIST_H

/*
 * From what a user names (files, folders, patterns) to pairs of input and
 * output. Nothing is opened; folders are read, ascending by name. A pair that
 * must not be made carries the reason; what makes the whole run wrong (output
 * inside the input, an input that is not there) is an error.
 */

#include "run/options.h"

struct item {
    char *in, *out;
    char *refusal; /* why this one cannot be, or NULL */
    int64_t size;  /* bytes of the input; 0: not known */
};

struct item_list {
    struct item *item;
    int count, room;
};

int item_list_make(const struct process_options *o, struct item_list *list,
                   struct err *e);
void item_release(struct item *item);
void item_list_release(struct item_list *list);

#endif
