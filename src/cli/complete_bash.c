/* Completion for bash. */

#include "cli/complete.h"

#include <string.h>

static void put_words(FILE *out, enum word word)
{
    if (complete_files(word))
        fputs("files=1; ", out);
    if (word == WORD_LOOK)
        fputs("words=$(portal looks list 2>/dev/null | cut -d' ' -f1)\n", out);
    else if (word == WORD_MODEL)
        fputs("words=$(portal models list 2>/dev/null | cut -d' ' -f1)\n", out);
    else {
        fputs("words='", out);
        complete_names(out, word);
        fputs("'\n", out);
    }
}

/* What stands behind "--operation.parameter=". */
static void put_values(FILE *out)
{
    bool files;

    fputs("    case $last in\n", out);
    for (int i = 0; ops[i]; i++)
        for (const struct param *p = ops[i]->params; p->type != PARAM_END;
             p++) {
            fprintf(out, "    --%s.%s) value=1 words='", ops[i]->name, p->key);
            complete_value(out, p, &files);
            fprintf(out, "' files=%s ;;\n", files ? "1" : "");
        }
    fputs("    esac\n", out);
}

static void put_command(FILE *out, const struct command *c)
{
    struct option_line o;

    fprintf(out, "    %s)\n        options='", c->name);
    for (int i = 0; option_at(c, i, &o); i++)
        fprintf(out, "--%s%s ", o.name, o.value[0] ? "=" : "");
    fputs("'\n        case $last in\n", out);
    for (int i = 0; option_at(c, i, &o); i++) {
        if (!o.value[0])
            continue;
        fprintf(out, "        --%s", o.name);
        if (o.letter)
            fprintf(out, "|-%c", o.letter);
        fputs(") value=1; ", out);
        if (o.names) {
            fputs("words='", out);
            complete_choices(out, &o);
            fputs("'", out);
        } else {
            put_words(out, o.word);
        }
        fputs(";;\n", out);
    }
    fputs("        *) ", out);
    if (c->verbs) {
        fputs("case ${COMP_WORDS[2]} in\n", out);
        for (const struct verb *v = c->verbs; v->name; v++) {
            fprintf(out, "            %s) ", v->name);
            put_words(out, v->word);
            fputs("            ;;\n", out);
        }
        fputs("            esac\n"
              "            [ \"$COMP_CWORD\" = 2 ] && words='",
              out);
        for (const struct verb *v = c->verbs; v->name; v++)
            fprintf(out, "%s ", v->name);
        fputs("' ;;\n", out);
    } else {
        put_words(out, c->word);
        fputs("            ;;\n", out);
    }
    fputs("        esac ;;\n", out);
}

/* A step's name is offered once its operation has been begun. */
void complete_bash(FILE *out)
{
    fputs("# bash completion for portal; made by 'portal completion bash'\n"
          "_portal()\n{\n"
          "    local cur last options='' words='' files='' value='' IFS=$' "
          "\\t\\n'\n"
          "    cur=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    [ \"$cur\" = = ] && cur=''\n"
          "    [ \"$last\" = = ] && last=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '",
          out);
    for (int i = 0; commands[i]; i++)
        fprintf(out, "%s ", commands[i]->name);
    fputs("' -- \"$cur\"))\n        return\n    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
          out);
    for (int i = 0; commands[i]; i++)
        put_command(out, commands[i]);
    fputs("    *) return ;;\n    esac\n", out);
    put_values(out);
    fputs("    if [ -z \"$value\" ] && [[ $cur == -* ]]; then\n"
          "        case ${COMP_WORDS[1]} in\n        ",
          out);
    for (int i = 0, n = 0; commands[i]; i++)
        if (commands[i]->steps_at)
            fprintf(out, "%s%s", n++ ? "|" : "", commands[i]->name);
    fputs(") [[ $cur == --?* ]] && options=\"$options\n", out);
    complete_steps(out, "--", "\n");
    fputs("\" ;;\n        esac\n"
          "        compopt -o nospace\n"
          "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
          "        [[ ${#COMPREPLY[@]} = 1 && ${COMPREPLY[0]} != *= ]] &&\n"
          "            COMPREPLY=(\"${COMPREPLY[0]} \")\n"
          "        return\n"
          "    fi\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    if [ -n \"$files\" ]; then\n"
          "        compopt -o filenames\n"
          "        IFS=$'\\n'\n"
          "        COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
          "    fi\n"
          "}\n"
          "complete -F _portal portal\n",
          out);
}
