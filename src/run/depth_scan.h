#ifndef RUN_DEPTH_SCAN_H
#define RUN_DEPTH_SCAN_H

/*
 * Rows of numbers to a map of depth. They are looked at once: then it is known
 * what they mean (run/depth_guess.h), and they are asked for again where they
 * were not kept meanwhile. Whole numbers are all kept, in 16 bits; floats as
 * far as DEPTH_SCAN_BYTES reach.
 *
 * Infinite values, what is not a number and absurd distances are sky; negative
 * distances, as some programs look down a negative axis, count as positive; so
 * do zeros among metres, which nothing can be away, as sky.
 */

#include "image/depth.h"
#include "run/depth_guess.h"

/* 8K in floats. */
#define DEPTH_SCAN_BYTES ((size_t)128 << 20)

struct depth_scan;

/* Rows of floats that there is room for. */
int depth_scan_room(int w, int h);

/*
 * For w by h values, whole numbers (0 … 1 in 65535 steps) or floats, of which
 * the first `keep` rows are kept.
 */
int depth_scan_new(int w, int h, bool whole, int keep,
                   enum depth_encoding encoding, struct depth_scan **out,
                   struct err *e);
void depth_scan_free(struct depth_scan *s);

/* It is a frame of a film that was taken for that: depth_guess_frame(). */
void depth_scan_film(struct depth_scan *s, const struct depth_guess *film);

/*
 * Shows row y: three planes of colour, or the same one three times. The first
 * is used up. Every row once, in any order, on any thread.
 */
void depth_scan_show(struct depth_scan *s, int y, float *const plane[3]);

/*
 * When all rows were shown. ERR_DATA: they cannot be depth (constant, in
 * colour).
 */
int depth_scan_decide(struct depth_scan *s, struct err *e);

/* Whole numbers: the map is there. Else all rows are to be made: */
bool depth_scan_done(const struct depth_scan *s);

/* those that were kept, 0 … n-1, from themselves. */
int depth_scan_kept(const struct depth_scan *s);

/*
 * Makes row y of the map; v is used up, NULL: it was kept. Every row once, in
 * any order, on any thread.
 */
void depth_scan_make(struct depth_scan *s, int y, float *v);

/* The map, when all its rows were made, and what it was taken for. */
struct depth_map *depth_scan_take(struct depth_scan *s,
                                  const struct depth_guess **guess);

#endif
