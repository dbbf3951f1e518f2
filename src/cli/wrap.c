/* Text in lines of 80 characters, help texts in paragraphs. */

#include "cli/page.h"

#include <string.h>

#define LINE 80

static int columns(const char *text, size_t n)
{
    int count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

void put_wrapped(FILE *out, int at, int indent, const char *text)
{
    bool first = true;

    while (*text) {
        const size_t n = strcspn(text, " ");
        const int wide = columns(text, n);

        if (!first && at + 1 + wide > LINE) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            putc(' ', out);
            at++;
        }
        fwrite(text, 1, n, out);
        at += wide;
        first = false;
        text += n + (text[n] == ' ');
    }
    putc('\n', out);
}

void put_help(FILE *out, const char *help, put_paragraph *put)
{
    char text[2000];

    while (help && *help) {
        const char *end = strstr(help, "\n\n");
        size_t n = end ? (size_t)(end - help) : strlen(help);

        if (n >= sizeof(text))
            n = sizeof(text) - 1;
        memcpy(text, help, n);
        text[n] = '\0';
        put(out, text, strncmp(text, "  ", 2) == 0);
        help = end ? end + 2 : NULL;
    }
}
