#ifndef SCENE_WORLD_H
#define SCENE_WORLD_H

/*
 * Everything a picture is made from: shapes, light, air and the camera. A
 * scene is a function that fills a world; adding shapes cannot fail there,
 * a lack of memory shows in world_close().
 *
 * Light is in units of diffuse white: a white surface with irradiance 1 has
 * radiance 1.
 */

#include "base/err.h"
#include "bvh.h"
#include "material.h"
#include "noise.h"

struct camera {
    v3 eye, forward, right, up;
    float zoom;  /* half the width of the picture at distance 1 */
    float shift; /* moves the horizon, as a shift lens does; in zooms */
};

struct world {
    struct shape *shapes;
    int count, room;
    bool failed;
    struct shape spare;
    struct bvh *bvh;    /* what the camera and the sun see        */
    struct bvh *solids; /* for light that bounces: no single leaf */
    struct dice dice;

    struct camera camera;
    float far; /* metres that are 65535 in the depth picture */
    float exposure;

    v3 sun, sun_light; /* towards the sun, unit; irradiance facing it */
    float sun_size;    /* radius of its disc, radians                 */
    v3 zenith, horizon, ground;
    v3 sky_light; /* irradiance of an upward surface, made by close */
    float clouds; /* 0 … 1                                      */
    float hills;  /* height of the ridges, radians; 0: none     */
    float haze;   /* extinction per metre                       */

    /* A room has its own ambient light. */
    v3 room_lo, room_hi, room_light;
};

void world_camera(struct world *w, v3 eye, v3 at, float degrees, float shift);

/* The camera to the right, up and forward, metres. */
void world_move(struct world *w, const float by[3]);

/* Builds the trees. */
int world_close(struct world *w, struct err *e);
void world_release(struct world *w);

/* All return the new shape, to change its tint or mask. */
struct shape *add_box(struct world *w, enum material m, v3 lo, v3 hi);
struct shape *add_turned(struct world *w, enum material m, v3 at, v3 half,
                         float yaw);
struct shape *add_cushion(struct world *w, enum material m, v3 at, v3 half,
                          float edge, float yaw, float tilt);
struct shape *add_ball(struct world *w, enum material m, v3 at, v3 radii);
struct shape *add_cone(struct world *w, enum material m, v3 from, v3 to,
                       float r, float q);
struct shape *add_disc(struct world *w, enum material m, v3 at, v3 normal,
                       v3 axis, float half_length, float half_width);
struct shape *add_quad(struct world *w, enum material m, v3 at, v3 a, v3 b);
struct shape *add_triangle(struct world *w, enum material m, v3 at, v3 a, v3 b);
struct shape *add_pane(struct world *w, v3 at, v3 a, v3 b); /* glass */

/* Plants, in plant.c. tint: species of MAT_LEAF. */
void add_tree(struct world *w, v3 at, float height, float radius, int tint,
              int leaves);
void add_cypress(struct world *w, v3 at, float height, float radius,
                 int leaves);
void add_shrub(struct world *w, v3 at, v3 radii, int tint, int leaves);
void add_potted(struct world *w, v3 at, float height);
void add_grass_tuft(struct world *w, v3 at, float height, int blades);

/* Light from a direction in which nothing stands. */
v3 sky_light(const struct world *w, v3 dir);

/* What the camera sees there: ridges too. Distance is infinite for sky. */
v3 sky_view(const struct world *w, v3 dir, float *distance,
            enum material_class *cls);

/* The scenes. */
void scene_interior(struct world *w);
void scene_exterior(struct world *w);
void scene_aerial(struct world *w);

#endif
