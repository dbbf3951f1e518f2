#ifndef SCENE_NOISE_H
#define SCENE_NOISE_H

/*
 * Randomness that depends on nothing but its arguments: hashes, smooth noise,
 * and directions for Monte Carlo sums.
 */

#include <stdint.h>

#include "vec.h"

static inline uint32_t hash3(uint32_t x, uint32_t y, uint32_t z)
{
    uint32_t h = x * 0x9e3779b1u ^ y * 0x85ebca77u ^ z * 0xc2b2ae3du;

    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    return h ^ h >> 15;
}

/* 0 … 1, excluding 1. */
static inline float unit_of(uint32_t hash)
{
    return (float)(hash >> 8) * 0x1p-24f;
}

static inline float hash1(int x, int y, int z)
{
    return unit_of(hash3((uint32_t)x, (uint32_t)y, (uint32_t)z));
}

/* Smooth noise with features of size 1, in -1 … 1. */
float noise3(v3 p);
float noise2(float x, float y, uint32_t seed);

/*
 * Sum of octaves, in about -1 … 1. Octaves finer than `footprint` (size of a
 * pixel in the units of p) are left out, so that nothing flickers far away.
 */
float fbm3(v3 p, int octaves, float footprint);
float fbm2(float x, float y, int octaves, uint32_t seed, float footprint);

/* Distance to the nearest of scattered points, about 0 … 1; *id names it. */
float cells(float x, float y, uint32_t seed, uint32_t *id);

/* A stream of random numbers. */
struct dice {
    uint32_t key, count;
};

static inline float roll(struct dice *d)
{
    return unit_of(hash3(d->key, d->count++, 0x51ed270bu));
}

static inline float roll_in(struct dice *d, float lo, float hi)
{
    return lo + (hi - lo) * roll(d);
}

/* Cosine-weighted around n, from two numbers in 0 … 1. */
v3 cosine_direction(v3 n, float a, float b);

/* Within a disc of directions of the given radius around the unit vector d. */
v3 cone_direction(v3 d, float radius, float a, float b);

v3 sphere_direction(float a, float b);

#endif
