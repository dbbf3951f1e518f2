/* Parts of the files: each name is in one, whatever else there is. */

#include <stdlib.h>

#include "test.h"

#include "base/mem.h"
#include "run/shard.h"

#define NAMES 500

/* Names below a folder, every `step`-th of them. */
static void fill(struct item_list *l, const char *folder, int step)
{
    *l = (struct item_list){.item = mem_zero(NAMES, sizeof(*l->item)),
                            .room = NAMES};
    for (int i = 0; i < NAMES; i += step) {
        char in[64], out[64];

        snprintf(in, sizeof(in), "in/%d.png", i);
        snprintf(out, sizeof(out), "%s/a b/ü%d.png", folder, i);
        l->item[l->count++] =
            (struct item){.in = mem_text(in), .out = mem_text(out)};
    }
}

static int keep(struct item_list *l, const char *folder, const char *shard,
                struct err *e)
{
    const struct process_options o = {.output = folder, .shard = shard};

    *e = (struct err){0};
    return shard_keep(&o, l, e);
}

TEST(each_name_is_in_one_part)
{
    static const int counts[] = {1, 2, 3, 4, 7, 600};

    for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
        int seen[NAMES] = {0}, total = 0;

        for (int part = 1; part <= counts[k]; part++) {
            struct item_list l;
            char text[32];
            struct err e;
            int n;

            fill(&l, "out", 1);
            snprintf(text, sizeof(text), "%d/%d", part, counts[k]);
            assert_int_equal(keep(&l, "out", text, &e), 0);
            for (int i = 0; i < l.count; i++) {
                assert_int_equal(sscanf(l.item[i].in, "in/%d", &n), 1);
                assert_int_equal(seen[n]++, 0);
            }
            total += l.count;
            if (counts[k] <= 7) /* and they are about equal */
                assert_true(l.count > NAMES / counts[k] * 2 / 3);
            item_list_release(&l);
        }
        assert_int_equal(total, NAMES);
    }
}

/* Another folder, its slash, and fewer files change nothing. */
TEST(a_name_stays_in_its_part)
{
    struct item_list all, some;
    struct err e;
    int at = 0;

    fill(&all, "out", 1);
    fill(&some, "/mnt/else", 5);
    assert_int_equal(keep(&all, "out", "2/3", &e), 0);
    assert_int_equal(keep(&some, "/mnt/else/", "2/3", &e), 0);
    assert_true(some.count > 0);
    for (int i = 0; i < some.count; i++) {
        while (at < all.count && strcmp(all.item[at].in, some.item[i].in))
            at++;
        assert_true(at < all.count);
    }
    item_list_release(&all);
    item_list_release(&some);
}

static void slurm(const char *id, const char *count, const char *least,
                  const char *step)
{
    static const char *const keys[] = {
        "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
        "SLURM_ARRAY_TASK_STEP"};
    const char *const values[] = {id, count, least, step};

    for (int i = 0; i < 4; i++)
        if (values[i])
            setenv(keys[i], values[i], 1);
        else
            unsetenv(keys[i]);
}

static void is_part(const char *shard)
{
    struct item_list a, b;
    struct err e;

    fill(&a, "out", 1);
    fill(&b, "out", 1);
    assert_int_equal(keep(&a, "out", "auto", &e), 0);
    assert_int_equal(keep(&b, "out", shard, &e), 0);
    assert_int_equal(a.count, b.count);
    for (int i = 0; i < a.count; i++)
        assert_string_equal(a.item[i].in, b.item[i].in);
    item_list_release(&a);
    item_list_release(&b);
}

TEST(slurm_says_which)
{
    slurm("0", "4", "0", "1");
    is_part("1/4");
    slurm("4", "4", "1", "1"); /* --array=1-4 */
    is_part("4/4");
    slurm("1", "4", "1", NULL);
    is_part("1/4");
    slurm("6", "4", "0", "2"); /* --array=0-7:2 */
    is_part("4/4");
    slurm("5", "3", "1", "2"); /* --array=1-5:2 */
    is_part("3/3");
    slurm("2", "3", NULL, NULL);
    is_part("3/3");
}

static void refused(const char *shard, const char *words)
{
    struct item_list l;
    struct err e;

    fill(&l, "out", 50);
    assert_int_equal(keep(&l, "out", shard, &e), ERR_ARG);
    if (!strstr(e.text, words))
        fail_msg("'%s' does not say '%s'", e.text, words);
    item_list_release(&l);
}

TEST(what_is_no_part_is_refused)
{
    static const char *const wrong[] = {
        "",    "1",    "/",        "1/",
        "/4",  "0/4",  "5/4",      "-1/4",
        "1/0", "1/-4", "1/4/4",    "1.5/4",
        "a/b", "AUTO", "1/100001", "99999999999999999999/99999999999999999999"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        refused(wrong[i], "it is I/N with I from 1 to N");
    slurm(NULL, NULL, NULL, NULL);
    refused("auto", "SLURM_ARRAY_TASK_ID or SLURM_ARRAY_TASK_COUNT is not set");
    slurm("1", NULL, NULL, NULL);
    refused("auto", "is not set");
    slurm("x", "4", NULL, NULL);
    refused("auto", "is not set");
    slurm("4", "4", "0", "1");
    refused("auto", "task 4 of an array of 4 from 0");
    slurm("0", "4", "1", "1");
    refused("auto", "task 0 of an array of 4 from 1");
    slurm("0", "0", "0", "1");
    refused("auto", "an array of 0");
    slurm("3", "2", "0", "2"); /* between two steps */
    refused("auto", "step 2");
}

TESTS(each_name_is_in_one_part, a_name_stays_in_its_part, slurm_says_which,
      what_is_no_part_is_refused)
