/* Shapes of pictures as users write them. */

#include "op/aspect.h"

#include "base/text.h"

int aspect_read(const char *text, double *aspect, struct err *e)
{
    double w = 0, h = 1;
    const char *end = text;

    *aspect = 0;
    if (!text[0])
        return 0;
    if (!text_scan_double(text, &end, &w) ||
        (*end == ':' ? !text_to_double(end + 1, &h) : *end != 0) ||
        !(w > 0 && h > 0 && w / h >= 0.001 && w / h <= 1000))
        return err_set(e, ERR_ARG,
                       "aspect '%s': expected two numbers as in "
                       "16:9, at most 1000 to 1",
                       text);
    *aspect = w / h;
    return 0;
}
