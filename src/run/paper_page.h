#ifndef RUN_PAPER_PAGE_H
#define RUN_PAPER_PAGE_H

/* report.html, put into the program by the build; run/fill.h tells its form. */

#include "base/shipped.h"

/* One, then one with a NULL name. */
extern const struct shipped shipped_page[];

#endif
