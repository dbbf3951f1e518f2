/* Textures of rooms: wood, cloth, plaster, pictures. */

#include "material.h"
#include "noise.h"

/* The two coordinates along a face, from the axis it looks along. */
static void face(const struct spot *s, float *u, float *v)
{
    const v3 n = v3_of(fabsf(s->n.x), fabsf(s->n.y), fabsf(s->n.z));

    if (n.z > n.x && n.z > n.y) {
        *u = s->p.x;
        *v = s->p.y;
    } else if (n.x > n.y) {
        *u = s->p.y;
        *v = s->p.z;
    } else {
        *u = s->p.x;
        *v = s->p.z;
    }
}

/* Rings cut lengthwise: `along` the grain, (a, b) across it. */
static float grain(float along_m, float a, float b, uint32_t seed, float size)
{
    const float shift = (float)(seed & 1023) * 0.37f;
    const v3 p = v3_of(along_m * 0.35f + shift, a * 5, b * 5 + shift);
    const float bend = fbm3(p, 3, size * 5);
    const float rings = sinf((a * 34 + bend * 7 + shift) * 2);
    const float fine = noise3(v3_of(along_m * 6 + shift, a * 240, b * 240)) *
                       clampf(0.006f / size - 0.3f, 0, 1);

    return 0.5f + 0.28f * rings * clampf(0.05f / size - 0.5f, 0, 1) +
           0.4f * bend + 0.22f * fine;
}

void texture_floor(struct spot *s)
{
    const float wide = 0.155f, rows = s->p.x / wide, row = floorf(rows);
    const uint32_t r = hash3((uint32_t)(int)row, 11, 7);
    const float len = 1.9f, at = s->p.y / len + unit_of(r), plank = floorf(at);
    const uint32_t id = hash3((uint32_t)(int)row, (uint32_t)(int)plank, 3);
    const float tone = unit_of(id), warm = unit_of(id * 2654435761u);
    const float g = grain(s->p.y, s->p.x - row * wide, tone, id, s->size);
    const v3 light =
        mix3(v3_of(0.475f, 0.335f, 0.215f), v3_of(0.445f, 0.30f, 0.18f), warm);
    const v3 dark = v3_of(0.255f, 0.16f, 0.09f);
    const float gap = maxf(spot_line(rows, 0.009f, s->size / wide),
                           spot_line(at, 0.0009f, s->size / len));
    v3 c = mix3(dark, light, clampf(g, 0, 1));

    c = scale(c, 0.80f + 0.34f * tone);
    s->out->albedo = scale(c, 1 - 0.75f * gap);
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 1, 0),
              0.0012f * noise2(s->p.x * 9, s->p.y * 2, 5), 0);
}

void texture_wood(struct spot *s, v3 light, v3 dark, v3 half)
{
    v3 p = s->p;
    float g;

    if (half.x >= half.y && half.x >= half.z)
        p = v3_of(s->p.x, s->p.y, s->p.z);
    else if (half.y >= half.z)
        p = v3_of(s->p.y, s->p.z, s->p.x);
    else
        p = v3_of(s->p.z, s->p.x, s->p.y);
    g = grain(p.x, p.y, p.z, s->shape->seed, s->size);
    s->out->albedo = mix3(dark, light, clampf(g, 0, 1));
}

void texture_fabric(struct spot *s)
{
    const v3 base = fabric_colors[s->shape->tint % 8];
    const float near = clampf(0.0016f / s->size - 0.2f, 0, 1);
    const float large = fbm3(scale(s->p, 3.1f), 3, s->size * 3.1f);
    float u, v, weave;

    face(s, &u, &v);
    weave = sinf(u * 2600) * sinf(v * 2600) * near +
            0.6f * noise3(scale(s->p, 260)) * clampf(0.004f / s->size, 0, 1);
    s->out->albedo = scale(base, 1 + 0.10f * large + 0.09f * weave);
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 0, 1),
              0.05f * fbm3(scale(s->p, 7), 2, s->size * 7),
              0.05f * fbm3(add(scale(s->p, 7), v3_all(40)), 2, s->size * 7));
}

/* A woven border, and faint lozenges. */
void texture_rug(struct spot *s)
{
    const v3 half = s->shape->a;
    const float x = s->p.x, y = s->p.y;
    const float edge = minf(half.x - fabsf(x), half.y - fabsf(y));
    const float pile = fbm2(x * 60, y * 60, 3, 8, s->size * 60) +
                       0.7f * fbm2(x * 5, y * 5, 3, 9, s->size * 5);
    const float lozenge =
        spot_line((x + y) * 2.2f + 0.06f * noise2(x * 6, y * 6, 2), 0.035f,
                  s->size * 3) +
        spot_line((x - y) * 2.2f + 0.06f * noise2(x * 6, y * 6, 4), 0.035f,
                  s->size * 3);
    v3 c = v3_of(0.60f, 0.56f, 0.49f);

    c = mix3(c, v3_of(0.27f, 0.25f, 0.235f), 0.6f * clampf(lozenge, 0, 1));
    if (edge < 0.16f && edge > 0.11f)
        c = v3_of(0.25f, 0.235f, 0.22f);
    s->out->albedo = scale(c, 1 + 0.22f * pile);
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 1, 0),
              0.25f * noise2(x * 70, y * 70, 1) * clampf(0.01f / s->size, 0, 1),
              0.25f * noise2(x * 70, y * 70, 6) *
                  clampf(0.01f / s->size, 0, 1));
}

/* Overlapping fields of colour with a brushed edge. */
void texture_art(struct spot *s)
{
    static const v3 paints[2][5] = {
        {{0.78f, 0.74f, 0.66f},
         {0.09f, 0.15f, 0.20f},
         {0.60f, 0.24f, 0.10f},
         {0.72f, 0.50f, 0.20f},
         {0.05f, 0.055f, 0.06f}},
        {{0.74f, 0.72f, 0.68f},
         {0.30f, 0.36f, 0.33f},
         {0.12f, 0.17f, 0.16f},
         {0.60f, 0.52f, 0.40f},
         {0.42f, 0.20f, 0.13f}},
    };
    const v3 *paint = paints[s->shape->tint & 1];
    const float w = s->shape->a.y > 0.1f ? s->shape->a.y : s->shape->a.x;
    float u, v, brush, x, y;
    v3 c = paint[0];

    face(s, &u, &v);
    x = u / w;
    y = v / s->shape->a.z;
    brush = 0.10f * fbm2(u * 9, v * 9, 4, 3, s->size * 9);
    if (y + brush < -0.28f + 0.22f * x)
        c = paint[1];
    if (hypotf(x + 0.18f, (y - 0.22f) * 0.9f) + brush < 0.42f)
        c = paint[2];
    if (x + brush > 0.34f && x + brush < 0.62f && y < 0.55f)
        c = paint[3];
    if (fabsf(x * 0.5f + y - 0.1f + 2 * brush) < 0.035f)
        c = paint[4];
    s->out->albedo =
        scale(c, 0.95f + 0.35f * fbm2(u * 40, v * 7, 3, 12, s->size * 40));
}

void texture_plaster(struct spot *s, v3 color, float depth)
{
    const float stain = fbm3(scale(s->p, 0.9f), 4, s->size);
    const v3 q = scale(s->p, 14);
    const float k = depth * 0.035f * clampf(0.05f / s->size, 0, 1);

    s->out->albedo = scale(color, 1 + 0.035f * stain);
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 1, 0), k * noise3(q),
              k * noise3(add(q, v3_all(31))));
}
