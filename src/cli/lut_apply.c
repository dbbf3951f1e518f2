/* portal lut apply: pictures through a table, by a step lut3d of process. */

#include <string.h>

#include "base/mem.h"
#include "cli/args.h"
#include "cli/lut.h"
#include "cli/process.h"
#include "op/lut3d.h"
#include "run/process.h"

/* The words of a command line; owns them. */
struct line {
    char **word;
    int count;
};

static int add(struct line *l, const char *before, const char *text,
               struct err *e)
{
    const size_t n = strlen(before) + strlen(text) + 1;
    char *word = mem_chars(n);

    if (!word)
        return err_mem(e, n);
    snprintf(word, n, "%s%s", before, text);
    l->word[l->count++] = word;
    return 0;
}

static void release(struct line *l)
{
    for (int i = 0; i < l->count; i++)
        mem_free(l->word[i]);
    mem_free(l->word);
}

/* What `process` is to read: the step, its values, inputs, options behind --.
 */
static int make_line(const struct lut_options *o, struct line *l, struct err *e)
{
    const size_t room = (size_t)o->words.count + (size_t)o->steps.count + 4;
    int rc = 0;

    l->word = mem_array(room, sizeof(*l->word));
    if (!l->word)
        TRY(err_mem(e, room * sizeof(*l->word)));
    TRY(add(l, "--lut3d.file=", o->words.item[1], e));
    TRY(add(l, "--lut3d.input=", lut3d_inputs[o->space], e));
    for (int i = 0; i < o->steps.count; i++)
        TRY(add(l, "--", o->steps.item[i], e));
    TRY(add(l, "--output=", o->output, e));
    for (int i = 2; i < o->words.count; i++)
        TRY(add(l, "", o->words.item[i], e));
    if (o->json)
        TRY(add(l, "", "--json", e));
out:
    return rc;
}

int lut_apply_verb(const struct lut_options *o, FILE *out, struct err *e)
{
    struct line line = {0};
    struct args args = {0};
    struct process_options job;
    int rc;

    if (o->words.count < 3 || !o->output)
        TRY(err_set(e, ERR_ARG,
                    "apply needs a table, pictures and -o for the result"));
    TRY(make_line(o, &line, e));
    TRY(args_parse(&command_process, line.count, line.word, &args, e));
    TRY(process_read(args.values, &job, e));
    rc = process_run(&job, out, e);
out:
    args_release(&args);
    release(&line);
    return rc;
}
