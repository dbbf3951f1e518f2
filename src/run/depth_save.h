#ifndef RUN_DEPTH_SAVE_H
#define RUN_DEPTH_SAVE_H

/*
 * Depth as a file: 16-bit PNG or TIFF (0 is near, 65535 is sky; metres in even
 * steps from 0), floats in OpenEXR (channel Z) or TIFF (metres or 0 … 1; sky is
 * infinite among metres), or a view in colour with a legend, near warm.
 */

#include "run/depth_full.h"

enum depth_view { VIEW_NONE, VIEW_TURBO, VIEW_INFERNO, VIEW_GREY };

/* "none", "turbo", …, ends with NULL. */
extern const char *const depth_views[];

/* Colour of 0 … 1, sRGB-encoded. */
void depth_color(enum depth_view view, float t, float rgb[3]);

/* Format by the extension of `path`; floats: of a TIFF. */
int depth_save(const struct depth_full *d, const char *path,
               enum depth_view view, bool floats, bool replace, struct err *e);

/*
 * What 65535 stands for in 16 bits: 1, or as many metres as there are, at most
 * 40 times the middle distance, so that near things keep fine steps.
 */
float depth_white(const struct depth_full *d);

#endif
