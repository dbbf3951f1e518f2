/* Completion for zsh. */

#include "cli/complete.h"

#include <string.h>

static void put_words(FILE *out, enum word word)
{
    if (word == WORD_FILE)
        fputs("_files", out);
    else if (word == WORD_LOOK)
        fputs("_portal_looks", out);
    else if (word == WORD_MODEL)
        fputs("_portal_models", out);
    else if (word == WORD_TABLE)
        fputs("_portal_tables", out);
    else if (word != WORD_NONE) {
        putc('(', out);
        complete_names(out, word);
        putc(')', out);
    }
}

static void put_option(FILE *out, const struct option_line *o)
{
    const char *many = o->many ? "*" : "";
    char shorts[8] = "";

    if (o->letter)
        snprintf(shorts, sizeof(shorts), "-%c%s", o->letter,
                 o->value[0] ? "+" : "");
    for (int form = 0; form < (o->letter ? 2 : 1); form++) {
        fprintf(out, "            '%s", many);
        if (form)
            fprintf(out, "%s[", shorts);
        else
            fprintf(out, "--%s%s[", o->name, o->value[0] ? "=" : "");
        complete_doc(out, o->doc);
        putc(']', out);
        if (o->value[0]) {
            fputs(":value:", out);
            if (o->names) {
                putc('(', out);
                complete_choices(out, o);
                putc(')', out);
            } else {
                put_words(out, o->word);
            }
        }
        fputs("' \\\n", out);
    }
}

/* What stands behind "--operation.parameter=". */
static void put_values(FILE *out)
{
    bool files;

    fputs("_portal_value()\n{\n"
          "    local step=${PREFIX%%=*}\n"
          "    compset -P '*='\n"
          "    case $step in\n",
          out);
    for (int i = 0; ops[i]; i++)
        for (const struct param *p = ops[i]->params; p->type != PARAM_END;
             p++) {
            fprintf(out, "    --%s.%s) compadd -- ", ops[i]->name, p->key);
            complete_value(out, p, &files);
            fprintf(out, "%s ;;\n", files ? "; _files" : "");
        }
    fputs("    esac\n    true\n}\n", out);
}

static void put_command(FILE *out, const struct command *c)
{
    struct option_line o;

    fprintf(out, "    %s)\n", c->name);
    if (c->steps_at)
        fputs("        [[ $PREFIX == --*.*=* ]] && _portal_value && return\n"
              "        [[ $PREFIX == --?* ]] && compadd -S '' -- $steps\n",
              out);
    fputs("        _arguments -s -S \\\n", out);
    for (int i = 0; option_at(c, i, &o); i++)
        put_option(out, &o);
    if (c->verbs) {
        fputs("            '1:what:(", out);
        for (const struct verb *v = c->verbs; v->name; v++)
            fprintf(out, "%s ", v->name);
        fputs(")' '*:file:{ case $words[2] in ", out);
        for (const struct verb *v = c->verbs; v->name; v++)
            if (v->word == WORD_OP)
                fprintf(out, "%s) compadd -- $operations ;; ", v->name);
            else if (v->word == WORD_LOOK)
                fprintf(out, "%s) _portal_looks ;; ", v->name);
            else if (v->word == WORD_MODEL)
                fprintf(out, "%s) _portal_models ;; ", v->name);
            else if (v->word == WORD_TABLE)
                fprintf(out, "%s) _portal_tables ;; ", v->name);
            else if (v->word == WORD_SHIPPED)
                fprintf(out, "%s) compadd -- $tables ;; ", v->name);
            else if (v->word == WORD_FILE)
                fprintf(out, "%s) _files ;; ", v->name);
        fputs("esac }' ;;\n", out);
    } else if (c->word != WORD_NONE) {
        fputs("            '*:file:", out);
        put_words(out, c->word);
        fputs("' ;;\n", out);
    } else {
        fputs("            ;;\n", out);
    }
}

void complete_zsh(FILE *out)
{
    fputs("#compdef portal\n"
          "# zsh completion; made by 'portal completion zsh'\n",
          out);
    put_values(out);
    fputs("_portal_tables()\n{\n    compadd -- $tables\n    _files\n}\n"
          "_portal_looks()\n{\n"
          "    compadd -- "
          "${(f)\"$(portal looks list 2>/dev/null | cut -d' ' -f1)\"}\n"
          "    _files -g '*.(yaml|yml|json)'\n}\n"
          "_portal_models()\n{\n"
          "    compadd -- "
          "${(f)\"$(portal models list 2>/dev/null | cut -d' ' -f1)\"}\n}\n"
          "_portal()\n{\n"
          "    local -a operations steps list tables\n"
          "    tables=(",
          out);
    complete_names(out, WORD_TABLE);
    fputs(")\n    operations=(", out);
    complete_names(out, WORD_OP);
    fputs(")\n    steps=(\n", out);
    complete_steps(out, "        --", "\n");
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        list=(\n",
          out);
    for (int i = 0; commands[i]; i++) {
        fprintf(out, "            '%s:", commands[i]->name);
        complete_doc(out, commands[i]->doc);
        fputs("'\n", out);
    }
    fputs("        )\n"
          "        _describe command list\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case $words[1] in\n",
          out);
    for (int i = 0; commands[i]; i++)
        put_command(out, commands[i]);
    fputs("    esac\n}\n"
          "_portal \"$@\"\n",
          out);
}
