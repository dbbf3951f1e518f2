/* The first word of commands that have several. */

#include "base/text.h"
#include "cli/command.h"

int verb_of(const struct verb *verbs, const struct text_list *words,
            const struct verb **verb, struct err *e)
{
    enum { MAX = 16 };
    const char *names[MAX];
    const char *word = words->count ? words->item[0] : verbs[0].name;
    const char *near;
    int n = 0;

    for (; verbs[n].name && n < MAX - 1; n++) {
        names[n] = verbs[n].name;
        if (!text_is(word, names[n]))
            continue;
        *verb = &verbs[n];
        if (!verbs[n].words[0] && words->count > 1)
            return err_set(e, ERR_ARG, "'%s' takes nothing more", word);
        return 0;
    }
    names[n] = NULL;
    near = text_nearest(word, names);
    return err_set(e, ERR_ARG, "cannot '%s', %s'%s'%s", word,
                   near ? "did you mean " : "only ", near ? near : names[0],
                   near ? "?" : " and what --help lists");
}
