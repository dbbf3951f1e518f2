#ifndef CODEC_CLF_INT_H
#define CODEC_CLF_INT_H

/* What the parts of the reader of CLF files share: the events (clf.c), what
   tags mean (clf_start.c), and what becomes of nodes (clf_node.c, clf_curve.c).
 */

#include <stddef.h>

#include <expat.h>

#include "codec/lut.h"

enum clf_op {
    CLF_CDL,
    CLF_EXPONENT,
    CLF_LOG,
    CLF_LUT1D,
    CLF_LUT3D,
    CLF_MATRIX,
    CLF_RANGE,
};

/* Of a Range, in the order of its sums. */
enum { MIN_IN, MAX_IN, MIN_OUT, MAX_OUT };

/* Of LogParams and ExponentParams; the last five are CTF's of old. */
enum clf_param {
    LIN_SLOPE,
    LIN_OFFSET,
    LOG_SLOPE,
    LOG_OFFSET,
    LOG_BASE,
    LIN_BREAK,
    LINE_SLOPE,
    EXPONENT,
    EXP_OFFSET,
    REF_WHITE,
    REF_BLACK,
    HIGHLIGHT,
    SHADOW,
    PARAM_COUNT,
};

/* A process node as it stands in the file. */
struct clf_node {
    enum clf_op op;
    long line;
    double in, out; /* code value of 1.0: 255, 1023, 4095, 65535, 1 */
    char style[24];
    bool trilinear, half_domain, raw_halfs, bypass;

    int dim[5], dims; /* of its Array                          */
    float *value;     /* the numbers in it, owned; NULL: none  */
    size_t want;      /* how many there must be                */

    double range[4];
    unsigned has; /* bit per number of range */
    double index[4];
    bool indexed;
    double slope[3], offset[3], power[3], saturation;
    double param[3][PARAM_COUNT];
    unsigned given[3]; /* bit per param */
};

#define CLF_DEPTH_MAX 16

enum element {
    E_LIST,
    E_NODE,
    E_ARRAY,
    E_INDEX,
    E_RANGE, /* one of its four numbers */
    E_SOP,   /* SOPNode, SatNode: only a place for others */
    E_SLOPE,
    E_OFFSET,
    E_POWER,
    E_SATURATION,
    E_PARAMS,
    E_TEXT, /* a description of the whole */
    E_SKIP, /* and all below it */
};

struct clf {
    XML_Parser parser;
    struct err *e;
    int rc;
    enum element stack[CLF_DEPTH_MAX];
    int depth;
    double out; /* of the node before, or 0 */
    size_t len; /* of the file */

    struct clf_node node;
    struct lut *lut;

    /* Numbers of the current element. */
    double small[16];
    size_t got, want;
    char word[64];
    size_t word_len;
    int which; /* of a Range's numbers */
    char text[LUT_TITLE_MAX];
};

/* The first failure ends the parsing: "line N: ...". */
void clf_stop(struct clf *c, int rc);
void clf_fail(struct clf *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What an opening tag is where it stands, with what its attributes say. */
enum element clf_start(struct clf *c, const char *name, const char **atts);

bool clf_has_numbers(enum element kind);

/* Adds what the node does to the LUT; what it owns may be taken. */
int clf_add_node(struct clf_node *n, struct lut *lut, struct err *e);

/* Log and Exponent. */
int clf_add_log(const struct clf_node *n, struct lut *lut, struct err *e);
int clf_add_exponent(const struct clf_node *n, struct lut *lut, struct err *e);

/* ERR_DATA "line N: ...". */
int clf_refuse(const struct clf_node *n, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
