/* Which files of a run get thumbnails. */

#include "run/thumbs_int.h"

static bool has_output(const struct record_entry *entry)
{
    return entry->status == FILE_DONE || entry->status == FILE_KEPT ||
           entry->status == FILE_SKIPPED;
}

struct choice {
    int *item, count;
    bool *taken; /* of all files */
};

static void choose(struct choice *c, int i)
{
    if (c->taken[i] || c->count == THUMBS_FILES)
        return;
    c->taken[i] = true;
    c->item[c->count++] = i;
}

/* 0, 1/2, 1/4, 3/4, 1/8, … (van der Corput's sequence) of `all`. */
static int spread(unsigned n, int all)
{
    double share = 0, part = 0.5;

    for (; n; n >>= 1, part /= 2)
        share += n & 1 ? part : 0;
    return (int)(share * all);
}

static void choose_spread(struct choice *c, const int *file, int count)
{
    const unsigned tries = 8u * THUMBS_FILES;

    for (unsigned n = 0; n < tries; n++)
        choose(c, file[spread(n, count)]);
    for (int i = 0; i < count; i++)
        choose(c, file[i]);
}

int thumbs_pick(const struct record *r, int *item, struct err *e)
{
    const int files = record_count(r);
    struct choice c = {.item = item};
    int slow[THUMBS_SLOW], *good = NULL, count = 0;

    c.taken = mem_zero((size_t)files + 1, sizeof(*c.taken));
    good = mem_array((size_t)files + 1, sizeof(*good));
    if (!c.taken || !good) {
        mem_free(c.taken);
        mem_free(good);
        return err_mem(e, (size_t)files * sizeof(*good));
    }
    for (int i = 0; i < files; i++)
        if (record_entry(r, i)->status == FILE_FAILED) {
            if (c.count < THUMBS_FAILED)
                choose(&c, i);
        } else if (has_output(record_entry(r, i))) {
            good[count++] = i;
        }
    for (int i = 0, n = record_slowest(r, slow, THUMBS_SLOW); i < n; i++)
        if (has_output(record_entry(r, slow[i])))
            choose(&c, slow[i]);
    if (count)
        choose_spread(&c, good, count);
    mem_free(c.taken);
    mem_free(good);
    return c.count;
}
