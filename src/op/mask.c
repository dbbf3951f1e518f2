/* Masks as text, and as windows of depth. */

#include "op/mask.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define HARD 1e9f /* slope of an edge without a transition */

static void skip_blanks(const char **s)
{
    while (**s == ' ' || **s == '\t')
        (*s)++;
}

static bool take(const char **s, const char *word)
{
    const size_t n = strlen(word);

    skip_blanks(s);
    if (strncmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

struct length {
    double value;
    bool given, metres;
};

/* A number, with an m behind it when it is metres. */
static bool take_length(const char **s, struct length *out)
{
    char digits[40] = "";
    const char *end;
    size_t n;

    skip_blanks(s);
    *out = (struct length){0};
    n = strspn(*s, "0123456789.eE+-");
    for (size_t i = 0; i + 1 < n; i++)
        if ((*s)[i] == '.' && (*s)[i + 1] == '.') {
            n = i;
            break;
        }
    if (n == 0)
        return true;
    if (n >= sizeof(digits))
        return false;
    memcpy(digits, *s, n);
    if (!text_scan_double(digits, &end, &out->value) || *end ||
        !(out->value >= 0 && out->value <= 1e6))
        return false;
    *s += n;
    out->given = true;
    out->metres = take(s, "m");
    return true;
}

static bool take_depth(const char **s, struct mask *m)
{
    struct length lo, hi, soft = {0};

    if (!take(s, "(") || !take_length(s, &lo) || !take(s, "..") ||
        !take_length(s, &hi))
        return false;
    take(s, ",");
    if (take(s, "soft") && (!take_length(s, &soft) || !soft.given))
        return false;
    if (!take(s, ")") || (!lo.given && !hi.given))
        return false;
    m->kind = MASK_DEPTH;
    m->metres = lo.metres || hi.metres;
    m->lo = lo.given ? (float)lo.value : -INFINITY;
    m->hi = hi.given ? (float)hi.value : INFINITY;
    m->soft = (float)soft.value;
    return m->lo < m->hi && (!lo.given || lo.metres == m->metres) &&
           (!hi.given || hi.metres == m->metres) &&
           (!soft.given || soft.metres == m->metres) &&
           (m->metres ||
            ((!lo.given || m->lo <= 1) && (!hi.given || m->hi <= 1)));
}

int mask_parse(const char *text, struct mask *mask, struct err *e)
{
    struct mask m = {0};
    const char *s = text;
    bool good;

    skip_blanks(&s);
    if (*s == '\0') {
        *mask = m;
        return 0;
    }
    m.invert = take(&s, "not ");
    if (take(&s, "sky")) {
        m.kind = MASK_SKY;
        good = true;
    } else {
        good = take(&s, "depth") && take_depth(&s, &m);
    }
    skip_blanks(&s);
    if (!good || *s)
        return err_set(e, ERR_ARG,
                       "mask '%s' is not of the form 'depth(0.2..0.6, soft "
                       "0.1)' (0 … 1, or metres as in 2m..10m; in quotes "
                       "inside braces) or 'sky', with 'not' in front or not",
                       text);
    *mask = m;
    return 0;
}

static void add(char text[static MASK_TEXT_MAX], const char *what, float value,
                bool metres)
{
    const size_t n = strlen(text);
    char number[32] = "";

    if (isfinite(value))
        text_of_float(value, number);
    snprintf(text + n, MASK_TEXT_MAX - n, "%s%s%s", what, number,
             number[0] && metres ? "m" : "");
}

void mask_text(const struct mask *m, char text[static MASK_TEXT_MAX])
{
    text[0] = '\0';
    if (m->kind == MASK_NONE)
        return;
    snprintf(text, MASK_TEXT_MAX, "%s%s", m->invert ? "not " : "",
             m->kind == MASK_SKY ? "sky" : "depth(");
    if (m->kind == MASK_SKY)
        return;
    add(text, "", m->lo, m->metres);
    add(text, "..", m->hi, m->metres);
    if (m->soft > 0)
        add(text, ", soft ", m->soft, m->metres);
    add(text, ")", INFINITY, false);
}

/* A limit with its transition: at the smaller value 0, at the larger 1. */
static void step(const struct mask *m, const struct distance *d, float limit,
                 float *at, float *scale)
{
    float a = limit - 0.5f * m->soft, b = limit + 0.5f * m->soft;

    if (!m->metres) {
        a = distance_at_share(d, a);
        b = distance_at_share(d, b);
    }
    *at = a;
    *scale = b > a ? fminf(1.0f / (b - a), HARD) : HARD;
}

int mask_window(const struct mask *m, const struct distance *d,
                struct kern_window *out, struct err *e)
{
    char text[MASK_TEXT_MAX];
    const float low = -1e9f, high = 1e9f;

    *out = (struct kern_window){low, 1, high, 1, 1, 0};
    if (m->kind == MASK_SKY) {
        out->rise_at = 0.99f * d->info.sky;
        out->rise_scale = 1 / (0.009f * d->info.sky);
    } else if (m->metres && d->info.kind != DEPTH_METRIC) {
        mask_text(m, text);
        return err_set(e, ERR_ARG,
                       "mask '%s' is in metres, and the depth of this picture "
                       "is relative: give shares of 0 … 1",
                       text);
    } else {
        if (isfinite(m->lo) && m->lo > 0)
            step(m, d, m->lo, &out->rise_at, &out->rise_scale);
        if (isfinite(m->hi) && (m->metres || m->hi < 1))
            step(m, d, m->hi, &out->fall_at, &out->fall_scale);
    }
    if (m->invert) {
        out->gain = -1;
        out->bias = 1;
    }
    return 0;
}
