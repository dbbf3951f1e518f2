/* Numbers in a text. */

#include "op/list.h"

#include "base/text.h"

int list_read(const char *text, int room, double lo, double hi, float *value,
              int *count, struct err *e)
{
    const char *s = text, *end;
    double v;
    int n = 0;

    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == ',')
            s++;
        if (*s == '\0')
            break;
        if (!text_scan_double(s, &end, &v) || v < lo || v > hi)
            return err_set(e, ERR_ARG,
                           "'%s' is not a list of numbers from %g to %g", text,
                           lo, hi);
        if (n == room)
            return err_set(e, ERR_ARG, "'%s' has more than %d numbers", text,
                           room);
        value[n++] = (float)v;
        s = end;
    }
    *count = n;
    return 0;
}

int list_fill(const char *text, int count, double def, double lo, double hi,
              float *value, struct err *e)
{
    int n = 0;
    const int rc = list_read(text, count, lo, hi, value, &n, e);

    if (rc < 0)
        return rc;
    for (int i = n; i < count; i++)
        value[i] = n ? value[n - 1] : (float)def;
    return 0;
}
