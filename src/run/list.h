#ifndef RUN_LIST_H
#define RUN_LIST_H

/*
 * From what a user names (files, folders, patterns) to pairs of input and
 * output. Nothing is opened; folders are read, ascending by name. A pair that
 * must not be made carries the reason, and so does a folder in a folder that
 * cannot be read; what makes the whole run wrong (output inside the input, an
 * input that is not there) is an error.
 */

#include "run/options.h"

struct item {
    char *in, *out;
    char *refusal;    /* why this one cannot be, or NULL */
    int64_t size;     /* bytes of the input; 0: not known */
    const char *rest; /* in `in`: below a folder that is watched, or NULL */
    bool gone;        /* while a list is made: it will not be in it       */
};

struct item_list {
    struct item *item;
    int count, room;
};

int item_list_make(const struct process_options *o, struct item_list *list,
                   struct err *e);

/* Whether a file met in a folder is worth trying, by its name or first bytes.
 */
bool item_is_picture(const char *path);

/* Takes both texts, also when it fails. */
int item_list_add_take(struct item_list *l, char *in, char *out, int64_t size,
                       struct err *e);
void item_release(struct item *item);
void item_list_release(struct item_list *list);

#endif
