/* Text and numbers, free of the locale. */

#include "base/text.h"

#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *s)
{
    while (is_blank(*s))
        s++;
    return s;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static locale_t c_locale(void)
{
    /* The "C" locale is a constant of the C library: no copy, no failure. */
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/*
 * A number as it is written: digits without the point, and the power of ten.
 * `exact` when all digits fitted.
 */
struct decimal {
    uint64_t digits;
    long exp10;
    bool negative, exact;
};

static const char *scan_digits(const char *s, struct decimal *d, bool fraction)
{
    for (; is_digit(*s); s++) {
        if (d->digits < UINT64_MAX / 10 - 1) {
            d->digits = d->digits * 10 + (uint64_t)(*s - '0');
            d->exp10 -= fraction;
        } else {
            d->exact = false;
        }
    }
    return s;
}

static const char *scan_exponent(const char *s, struct decimal *d)
{
    const char *p = s + 1;
    bool negative = *p == '-';
    long v = 0;

    if (*p == '+' || *p == '-')
        p++;
    if (!is_digit(*p))
        return s;
    for (; is_digit(*p); p++)
        v = v < 100000 ? v * 10 + (*p - '0') : v;
    d->exp10 += negative ? -v : v;
    return p;
}

/* The end of the number, or NULL when there is none. */
static const char *scan_decimal(const char *s, struct decimal *d)
{
    const char *start;
    long digits;

    *d = (struct decimal){.negative = *s == '-', .exact = true};
    if (*s == '+' || *s == '-')
        s++;
    start = s;
    s = scan_digits(s, d, false);
    digits = s - start;
    if (*s == '.') {
        start = ++s;
        s = scan_digits(s, d, true);
        digits += s - start;
    }
    if (!digits)
        return NULL;
    return *s == 'e' || *s == 'E' ? scan_exponent(s, d) : s;
}

/*
 * Up to 2^53 and 10^22 both factors are exact doubles, so one operation rounds
 * correctly (Clinger 1990). Everything else is the C library's.
 */
static bool fast_value(const struct decimal *d, double *value)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double v = (double)d->digits;

    if (!d->exact || d->digits > 1ull << 53 || d->exp10 < -22 || d->exp10 > 22)
        return false;
    v = d->exp10 < 0 ? v / ten[-d->exp10] : v * ten[d->exp10];
    *value = d->negative ? -v : v;
    return true;
}

bool text_scan_double(const char *text, const char **end, double *value)
{
    struct decimal d;
    const char *s = skip_blanks(text), *stop;
    char *lib_stop;
    double v;

    stop = scan_decimal(s, &d);
    if (!stop)
        return false;
    if (!fast_value(&d, &v)) {
        v = strtod_l(s, &lib_stop, c_locale());
        if (lib_stop != stop || !isfinite(v))
            return false;
    }
    *value = v;
    *end = stop;
    return true;
}

bool text_to_double(const char *text, double *value)
{
    const char *end;
    double v;

    if (!text_scan_double(text, &end, &v) || *skip_blanks(end))
        return false;
    *value = v;
    return true;
}

bool text_to_long(const char *text, long *value)
{
    const char *s = skip_blanks(text);
    bool negative = *s == '-';
    long v = 0;

    if (*s == '+' || *s == '-')
        s++;
    if (!is_digit(*s))
        return false;
    for (; is_digit(*s); s++) { /* downwards, where LONG_MIN is */
        if (__builtin_mul_overflow(v, 10L, &v) ||
            __builtin_sub_overflow(v, (long)(*s - '0'), &v))
            return false;
    }
    if (*skip_blanks(s) || (!negative && v == LONG_MIN))
        return false;
    *value = negative ? v : -v;
    return true;
}

bool text_to_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "kmgt";
    const char *s, *unit;
    double v;

    if (!text_scan_double(text, &s, &v) || v < 0)
        return false;
    s = skip_blanks(s);
    unit = *s ? strchr(units, lower(*s)) : NULL;
    if (unit) {
        v = ldexp(v, 10 * (int)(unit - units + 1));
        s++;
        if (*s == 'i' && (s[1] == 'B' || s[1] == 'b'))
            s++;
    }
    if (*s == 'B' || *s == 'b')
        s++;
    if (*skip_blanks(s) || v >= 0x1p64)
        return false;
    *bytes = (uint64_t)v;
    return true;
}

/* The fewest digits, `from` … `to`, that read back as the same value. */
static void shortest(double value, bool single, int from, int to, char *text)
{
    locale_t c = c_locale(), before;

    before = uselocale(c);
    for (int digits = from; digits <= to; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        if (single ? strtof_l(text, NULL, c) == (float)value
                   : strtod_l(text, NULL, c) == value)
            break;
    }
    uselocale(before);
}

/* NaN, infinities, and whole numbers, which look better without exponent. */
static bool plain(double value, double whole_max, char *text)
{
    if (isnan(value))
        snprintf(text, 32, "nan");
    else if (isinf(value))
        snprintf(text, 32, value < 0 ? "-inf" : "inf");
    else if (value == rint(value) && fabs(value) < whole_max)
        snprintf(text, 32, "%s%.0f", signbit(value) ? "-" : "", fabs(value));
    else
        return false;
    return true;
}

void text_of_float(float value, char text[static 32])
{
    bool tiny = fabsf(value) < FLT_MIN;

    if (!plain((double)value, 0x1p24, text))
        shortest((double)value, true, tiny ? 1 : FLT_DIG, FLT_DECIMAL_DIG,
                 text);
}

void text_of_double(double value, char text[static 32])
{
    bool tiny = fabs(value) < DBL_MIN;

    if (!plain(value, 1e15, text))
        shortest(value, false, tiny ? 1 : DBL_DIG, DBL_DECIMAL_DIG, text);
}

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

/* Words longer than this are not typing errors of ours. */
#define WORD_MAX 63

int text_distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    int rows[3][WORD_MAX + 1];
    int *two_up = rows[0], *up = rows[1], *row = rows[2], *spare;

    if (na > WORD_MAX || nb > WORD_MAX)
        return !strcmp(a, b) ? 0 : (int)(na > nb ? na : nb);
    for (size_t x = 0; x <= nb; x++)
        up[x] = (int)x;
    for (size_t y = 1; y <= na; y++) {
        row[0] = (int)y;
        for (size_t x = 1; x <= nb; x++) {
            row[x] = min3(up[x] + 1, row[x - 1] + 1,
                          up[x - 1] + (a[y - 1] != b[x - 1]));
            if (y > 1 && x > 1 && a[y - 1] == b[x - 2] &&
                a[y - 2] == b[x - 1] && two_up[x - 2] + 1 < row[x])
                row[x] = two_up[x - 2] + 1;
        }
        spare = two_up;
        two_up = up;
        up = row;
        row = spare;
    }
    return up[nb];
}

const char *text_nearest(const char *word, const char *const *names)
{
    int best = (int)(strlen(word) + 2) / 3 + 1;
    const char *found = NULL;

    for (; *names; names++) {
        int d = text_distance(word, *names);

        if (d < best) {
            best = d;
            found = *names;
        }
    }
    return found;
}

bool text_is(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

bool text_is_nocase(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

int text_char(const char *text)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)text;
    unsigned c = *s;
    int n;

    if (c < 0x80)
        return c < 0x20 || c == 0x7f ? 0 : 1;
    if (c < 0xc0 || c >= 0xf8)
        return 0;
    n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    c &= 0x7fu >> n;
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3fu);
    }
    if (c < least[n] || c < 0xa0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    return n;
}

void text_clean(char *text)
{
    while (*text) {
        const int n = text_char(text);

        if (n == 0)
            *text = '?';
        text += n ? n : 1;
    }
}
