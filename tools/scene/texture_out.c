/* Textures of gardens and streets: stone, boards, plants, water, roofs. */

#include "material.h"
#include "noise.h"

static bool upright(const struct spot *s)
{
    return fabsf(s->n.z) < 0.7f;
}

/* Distance along a wall, whichever way it runs. */
static float wall_u(const struct spot *s)
{
    return fabsf(s->n.x) > fabsf(s->n.y) ? s->p.y : s->p.x;
}

void texture_terrace(struct spot *s)
{
    const bool paving = s->shape->material == MAT_PAVING;
    const float w = paving ? 0.6f : 1.2f, h = paving ? 0.6f : 0.8f;
    const float v = (upright(s) ? s->p.z : s->p.y) / h, row = floorf(v);
    const float u = (upright(s) ? wall_u(s) : s->p.x) / w +
                    0.5f * fract(row / 2);
    const uint32_t id = hash3((uint32_t)(int)floorf(u), (uint32_t)(int)row, 21);
    const float joint = maxf(spot_line(u, 0.004f, s->size / w),
                             spot_line(v, 0.005f, s->size / h));
    const float vein = fbm3(scale(s->p, 2.1f), 5, s->size * 2.1f);
    const float pit = fbm3(scale(s->p, 31), 3, s->size * 31);
    const float tone = 0.88f + 0.2f * unit_of(id) + 0.16f * vein + 0.1f * pit;

    s->out->albedo = scale(s->out->albedo, tone * (1 - 0.55f * joint));
}

/* Courses of stones of different length. */
void texture_stone(struct spot *s)
{
    const float course = s->p.z / 0.17f +
                         0.12f * noise2(wall_u(s) * 1.4f, 3, 2);
    const float row = floorf(course);
    const float shift = unit_of(hash3((uint32_t)(int)row, 5, 9));
    const float len = 0.34f + 0.3f * shift;
    const float u = wall_u(s) / len + 7 * shift;
    const uint32_t id = hash3((uint32_t)(int)floorf(u), (uint32_t)(int)row, 77);
    const float joint = maxf(spot_line(u, 0.022f, s->size / len),
                             spot_line(course, 0.05f, s->size / 0.17f));
    const float rough = fbm3(scale(s->p, 11), 4, s->size * 11);
    const float a = unit_of(id), b = unit_of(id * 747796405u);
    v3 c = mix3(v3_of(0.43f, 0.38f, 0.315f), v3_of(0.27f, 0.245f, 0.22f), a);

    c = mix3(c, v3_of(0.40f, 0.31f, 0.21f), 0.5f * b * b);
    s->out->albedo = scale(c, (1 + 0.3f * rough) * (1 - 0.5f * joint));
    spot_tilt(s, v3_of(fabsf(s->n.y), fabsf(s->n.x), 0), v3_of(0, 0, 1),
              0.4f * (a - 0.5f) + 0.5f * rough, 0.35f * (b - 0.5f));
}

static void boards(struct spot *s, float across, float lengthwise, float wide)
{
    const float row = across / wide, board = floorf(row);
    const uint32_t id = hash3((uint32_t)(int)board, 3, 41);
    const float gap = spot_line(row, 0.022f, s->size / wide);
    const float shift = 9 * unit_of(id);
    const float g = fbm3(v3_of(lengthwise * 0.9f + shift, across * 22, shift),
                         4, s->size * 22);
    const float tone = 0.84f + 0.32f * unit_of(id * 747796405u) + 0.5f * g;

    s->out->albedo = scale(s->out->albedo, tone * (1 - 0.8f * gap));
}

void texture_deck(struct spot *s)
{
    boards(s, upright(s) ? s->p.z : s->p.y, s->p.x + (upright(s) ? s->p.y : 0),
           0.14f);
}

void texture_cladding(struct spot *s)
{
    if (upright(s))
        boards(s, wall_u(s), s->p.z, 0.11f);
    else
        boards(s, s->p.y, s->p.x, 0.11f);
}

void texture_grass(struct spot *s)
{
    const float x = s->p.x, y = s->p.y;
    const float wide = fbm2(x * 0.11f, y * 0.11f, 3, 3, s->size * 0.11f);
    const float patch = fbm2(x * 1.3f, y * 1.3f, 4, 8, s->size * 1.3f);
    const float blade = fbm2(x * 42, y * 21, 2, 14, s->size * 30) +
                        0.6f * fbm2(x * 130, y * 60, 2, 19, s->size * 100);
    const float dry = clampf(0.35f + 0.9f * wide + 0.5f * patch, 0, 1);
    const v3 c =
        mix3(v3_of(0.058f, 0.125f, 0.022f), v3_of(0.12f, 0.15f, 0.04f), dry);

    s->out->albedo = scale(c, 1 + 0.35f * patch + 0.75f * blade);
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 1, 0),
              0.5f * fbm2(x * 25, y * 25, 2, 33, s->size * 25),
              0.5f * fbm2(x * 25, y * 25, 2, 37, s->size * 25));
    s->out->through = 0.25f;
}

void texture_field(struct spot *s)
{
    const float x = s->p.x, y = s->p.y;
    uint32_t id = 0;
    const float wide = fbm2(x * 0.01f, y * 0.01f, 5, 3, s->size * 0.01f);
    v3 c;

    (void)cells(x / 130 + 0.3f * wide, y / 90, 5, &id);
    c = mix3(v3_of(0.09f, 0.125f, 0.035f), v3_of(0.25f, 0.21f, 0.10f),
             unit_of(id));
    s->out->albedo =
        scale(c, 1 + 0.5f * wide +
                     0.2f * fbm2(x * 0.2f, y * 0.2f, 4, 9, s->size * 0.2f));
}

void texture_water(struct spot *s)
{
    const float x = s->p.x, y = s->p.y, e = 0.02f;
    float h[3];

    for (int i = 0; i < 3; i++) {
        const float u = x + (i == 1 ? e : 0), v = y + (i == 2 ? e : 0);

        h[i] = 0.020f *
                   fbm2(u * 0.9f + 0.3f * v, v * 1.2f, 3, 51, s->size * 0.9f) +
               0.0035f * fbm2(u * 5, v * 6, 2, 55, s->size * 5);
    }
    spot_tilt(s, v3_of(1, 0, 0), v3_of(0, 1, 0), (h[1] - h[0]) / e,
              (h[2] - h[0]) / e);
}

/* Mosaic, with the net of light that waves throw. */
void texture_pool(struct spot *s)
{
    const float g = 0.06f;
    const float u = (upright(s) ? wall_u(s) : s->p.x) / g;
    const float v = (upright(s) ? s->p.z : s->p.y) / g;
    const uint32_t id =
        hash3((uint32_t)(int)floorf(u), (uint32_t)(int)floorf(v), 71);
    const float joint = maxf(spot_line(u, 0.05f, s->size / g),
                             spot_line(v, 0.05f, s->size / g));
    const float fine = clampf(0.03f / s->size - 0.3f, 0, 1);
    const float x = s->p.x + 0.25f * noise2(s->p.x * 1.7f, s->p.y * 1.7f, 3);
    const float y = s->p.y + 0.25f * noise2(s->p.x * 1.7f, s->p.y * 1.7f, 4);
    const float net = 1 - fabsf(noise2(x * 1.9f, y * 1.9f, 81)) -
                      0.5f * fabsf(noise2(x * 3.7f, y * 3.7f, 82));
    const float light = 0.75f + 1.5f * powf(clampf(net, 0, 1), 7);

    s->out->albedo =
        scale(s->out->albedo, (1 + 0.3f * fine * (unit_of(id) - 0.5f)) *
                                  (1 - 0.2f * joint * fine) * light);
}

/* Cast in panels, with the holes of the ties. */
void texture_concrete(struct spot *s)
{
    const bool wall = upright(s);
    const float u = (wall ? wall_u(s) : s->p.x) / 2.4f;
    const float v = (wall ? s->p.z : s->p.y) / 1.2f;
    const float joint = maxf(spot_line(u, 0.002f, s->size / 2.4f),
                             spot_line(v, 0.004f, s->size / 1.2f));
    const float cu = (fract(u * 2) - 0.5f) * 1.2f,
                cv = (fract(v * 2) - 0.5f) * 0.6f;
    const float hole = wall ? smooth(0.022f + s->size, 0.014f, hypotf(cu, cv))
                            : 0;
    const float cloud = fbm3(scale(s->p, 1.3f), 5, s->size * 1.3f);
    const float streak =
        wall ? fbm2(wall_u(s) * 5, s->p.z * 0.4f, 3, 91, s->size * 5) : 0;
    const float grit = fbm3(scale(s->p, 40), 2, s->size * 40);

    s->out->albedo = scale(s->out->albedo,
                           (1 + 0.22f * cloud + 0.12f * streak + 0.12f * grit) *
                               (1 - 0.45f * joint) * (1 - 0.7f * hole));
}

/* Rows of rounded tiles on a slope: u along the eaves, v down. */
void texture_roof(struct spot *s)
{
    static const v3 clay[4] = {{0.36f, 0.145f, 0.075f},
                               {0.25f, 0.115f, 0.075f},
                               {0.125f, 0.125f, 0.13f},
                               {0.31f, 0.20f, 0.13f}};
    const float u = s->p.x / 0.24f, v = s->p.y / 0.34f;
    const uint32_t id =
        hash3((uint32_t)(int)floorf(u), (uint32_t)(int)floorf(v), 61);
    const float fine = clampf(0.12f / s->size - 0.5f, 0, 1);
    const float moss =
        fbm2(s->p.x * 0.5f, s->p.y * 0.5f, 4, 66, s->size * 0.5f);
    const float lap = spot_line(v, 0.07f, s->size / 0.34f) * fine;
    const v3 c = clay[s->shape->tint & 3];

    s->out->albedo =
        scale(c, (1 + fine * 0.5f * (unit_of(id) - 0.5f) + 0.35f * moss) *
                     (1 - 0.5f * lap) *
                     (1 - fine * 0.3f * spot_line(u, 0.1f, s->size / 0.24f)));
    if (s->shape->kind == SHAPE_QUAD || s->shape->kind == SHAPE_TRIANGLE)
        spot_tilt(s, unit(s->shape->a), unit(s->shape->b),
                  fine * 0.35f * sinf(u * 6.2832f), fine * 0.12f);
}

void texture_gravel(struct spot *s, v3 color, float grain)
{
    const float x = s->p.x, y = s->p.y, k = 1 / grain;
    const float fine = fbm2(x * k, y * k, 2, 17, s->size * k);
    const float wide = fbm2(x * 0.35f, y * 0.35f, 5, 23, s->size * 0.35f);

    s->out->albedo = scale(color, 1 + 0.5f * fine + 0.28f * wide);
}

void texture_leaf(struct spot *s)
{
    static const v3 species[4][2] = {
        {{0.085f, 0.150f, 0.030f}, {0.180f, 0.225f, 0.055f}}, /* broadleaf */
        {{0.130f, 0.155f, 0.090f}, {0.215f, 0.235f, 0.150f}}, /* olive     */
        {{0.034f, 0.072f, 0.026f}, {0.070f, 0.115f, 0.036f}}, /* cypress   */
        {{0.055f, 0.150f, 0.040f}, {0.130f, 0.240f, 0.065f}}, /* indoor    */
    };
    const v3 *c = species[s->shape->tint & 3];
    const float a = unit_of(s->shape->seed),
                b = unit_of(s->shape->seed * 747796405u);

    s->out->albedo = scale(mix3(c[0], c[1], a), 0.75f + 0.5f * b);
    s->out->through = 0.55f;
    if ((s->shape->tint & 3) == 3) {
        s->out->mirror = 0.035f;
        s->out->rough = 0.15f;
    }
}

void texture_hedge(struct spot *s)
{
    const v3 q = scale(s->p, 14);
    const float a = fbm3(q, 3, s->size * 14);
    const float b = fbm3(add(q, v3_all(50)), 2, s->size * 14);
    const v3 c = mix3(v3_of(0.026f, 0.055f, 0.014f),
                      v3_of(0.08f, 0.125f, 0.032f), clampf(0.5f + a, 0, 1));

    s->out->albedo = scale(c, 1 + 0.8f * b);
    s->out->n = unit(add(
        s->out->n, v3_of(1.3f * a, 1.3f * b, 1.1f * noise3(scale(s->p, 23)))));
    s->out->through = 0.3f;
}
