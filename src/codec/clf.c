/*
 * The Common LUT Format: Academy S-2014-006 (versions 1 to 3), SMPTE ST 2136-1,
 * and of Autodesk's CTF what it shares. The XML is read event by event; there
 * are no entities of a file's own, and few levels.
 */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <expat.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/clf_int.h"
#include "codec/lut_text.h"

static long line_of(const struct clf *c)
{
    return (long)XML_GetCurrentLineNumber(c->parser);
}

void clf_stop(struct clf *c, int rc)
{
    if (c->rc == 0 && rc < 0) {
        c->rc = rc;
        XML_StopParser(c->parser, XML_FALSE);
    }
}

void clf_fail(struct clf *c, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    clf_stop(c, err_set(c->e, ERR_DATA, "line %ld: %s", line_of(c), text));
}

/* Without a namespace's prefix. */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *arg, const char *full, const char **atts)
{
    struct clf *c = arg;
    enum element kind;

    if (c->rc < 0)
        return;
    if (c->depth == CLF_DEPTH_MAX) {
        clf_fail(c, "more than %d elements inside each other", CLF_DEPTH_MAX);
        return;
    }
    kind = clf_start(c, local(full), atts);
    if (c->rc < 0)
        return;
    c->stack[c->depth++] = kind;
}

/* Infinity and NaN where a table over all half floats has nothing else. */
static bool word_value(const struct clf *c, enum element kind, double *v)
{
    if (text_to_double(c->word, v))
        return isfinite((float)*v);
    if (kind != E_ARRAY || !c->node.half_domain)
        return false;
    *v = strcasestr(c->word, "inf") ? (c->word[0] == '-' ? -65504 : 65504) : 0;
    return strcasestr(c->word, "inf") || strcasestr(c->word, "nan");
}

static void end_word(struct clf *c, enum element kind)
{
    double v;

    c->word[c->word_len] = '\0';
    c->word_len = 0;
    if (!word_value(c, kind, &v))
        clf_fail(c, "'%.40s' is no finite number", c->word);
    else if (c->got >= c->want)
        clf_fail(c, "more than %zu numbers", c->want);
    else if (kind == E_ARRAY)
        c->node.value[c->got++] = (float)v;
    else
        c->small[c->got++] = v;
}

static void on_numbers(struct clf *c, enum element kind, const char *text,
                       int len)
{
    for (int i = 0; i < len && c->rc == 0; i++) {
        const char t = text[i];

        if (t == ' ' || t == '\n' || t == '\t' || t == '\r' ||
            (kind == E_INDEX && t == '@')) {
            if (c->word_len)
                end_word(c, kind);
        } else if (c->word_len < sizeof(c->word) - 1) {
            c->word[c->word_len++] = t;
        } else {
            clf_fail(c, "'%.40s' is no finite number", c->word);
        }
    }
}

static void XMLCALL on_text(void *arg, const char *text, int len)
{
    struct clf *c = arg;
    enum element kind;

    if (c->rc < 0 || !c->depth)
        return;
    kind = c->stack[c->depth - 1];
    if (kind == E_TEXT) {
        const size_t have = strlen(c->text);
        const size_t room = sizeof(c->text) - 1 - have;
        const size_t n = (size_t)len < room ? (size_t)len : room;

        memcpy(c->text + have, text, n);
        c->text[have + n] = '\0';
    } else if (clf_has_numbers(kind)) {
        on_numbers(c, kind, text, len);
    }
}

static void end_numbers(struct clf *c, enum element kind)
{
    struct clf_node *n = &c->node;
    double *const place[] = {[E_SLOPE] = n->slope,
                             [E_OFFSET] = n->offset,
                             [E_POWER] = n->power,
                             [E_SATURATION] = &n->saturation};

    if (c->word_len)
        end_word(c, kind);
    if (c->rc < 0)
        return;
    if (c->got != c->want) {
        clf_fail(c, "expected %zu numbers, found %zu", c->want, c->got);
        return;
    }
    if (kind == E_INDEX) {
        memcpy(n->index, c->small, sizeof(n->index));
        n->indexed = true;
    } else if (kind == E_RANGE) {
        n->range[c->which] = c->small[0];
        n->has |= 1u << c->which;
    } else if (kind != E_ARRAY) {
        memcpy(place[kind], c->small, c->want * sizeof(double));
    }
}

static void end_node(struct clf *c)
{
    int rc = c->node.bypass ? 0 : clf_add_node(&c->node, c->lut, c->e);

    mem_free(c->node.value);
    c->node.value = NULL;
    clf_stop(c, rc);
}

static void XMLCALL on_end(void *arg, const char *name)
{
    struct clf *c = arg;
    enum element kind;

    (void)name;
    if (c->rc < 0 || !c->depth)
        return;
    kind = c->stack[--c->depth];
    if (clf_has_numbers(kind))
        end_numbers(c, kind);
    if (kind == E_NODE)
        end_node(c);
    if (kind == E_TEXT && !c->lut->title[0])
        line_title(c->text, c->lut->title, sizeof(c->lut->title));
}

/* The only way to entities of a file's own. */
static void XMLCALL on_doctype(void *arg, const char *name, const char *system,
                               const char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    clf_fail(arg, "a document type, which is not allowed");
}

static void *give(size_t size)
{
    return mem_alloc(size);
}

static int parse(struct clf *c, const void *text, size_t len)
{
    static const XML_Memory_Handling_Suite memory = {give, mem_resize,
                                                     mem_free};
    enum XML_Error code;

    c->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (!c->parser)
        return err_mem(c->e, 0);
    XML_SetUserData(c->parser, c);
    XML_SetElementHandler(c->parser, on_start, on_end);
    XML_SetCharacterDataHandler(c->parser, on_text);
    XML_SetStartDoctypeDeclHandler(c->parser, on_doctype);
    if (XML_Parse(c->parser, text, (int)len, 1) == XML_STATUS_OK || c->rc < 0)
        return c->rc;
    code = XML_GetErrorCode(c->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return err_mem(c->e, 0);
    return err_set(c->e, ERR_DATA, "line %ld: %s", line_of(c),
                   XML_ErrorString(code));
}

int clf_parse(const void *text, size_t len, struct lut **out, struct err *e)
{
    struct clf c = {.e = e, .len = len};
    int rc;

    if (len > LUT_BYTES_MAX)
        return err_set(e, ERR_DATA, "more than %zu bytes", LUT_BYTES_MAX);
    TRY(lut_new(0, 0, &c.lut, e));
    TRY(parse(&c, text, len));
    if (!c.lut->stages)
        TRY(err_set(e, ERR_DATA, "a ProcessList without a process"));
    lut_settle(c.lut);
    text_clean(c.lut->title);
    *out = c.lut;
    c.lut = NULL;
out:
    mem_free(c.node.value);
    lut_free(c.lut);
    if (c.parser)
        XML_ParserFree(c.parser);
    return rc;
}
