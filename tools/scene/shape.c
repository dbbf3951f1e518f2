/* Meeting shapes: one function per kind. */

#include "shape.h"

#define NEAR 1e-4f

static v3 turned(v3 v, float c, float s)
{
    return v3_of(v.x * c + v.y * s, v.y * c - v.x * s, v.z);
}

static v3 turned_back(v3 v, float c, float s)
{
    return v3_of(v.x * c - v.y * s, v.y * c + v.x * s, v.z);
}

/* Entry and exit of a box around 0; false when missed. i: inverse of the
   direction. */
static bool slabs(v3 o, v3 i, v3 half, float *t0, float *t1)
{
    const v3 a = mul(sub(scale(half, -1), o), i), b = mul(sub(half, o), i);
    const v3 lo = min3(a, b), hi = max3(a, b);

    *t0 = maxf(lo.x, maxf(lo.y, lo.z));
    *t1 = minf(hi.x, minf(hi.y, hi.z));
    return *t0 <= *t1;
}

static v3 inverse(v3 d)
{
    return v3_of(1 / d.x, 1 / d.y, 1 / d.z);
}

static float first(float t0, float t1, float far)
{
    const float t = t0 > NEAR ? t0 : t1;

    return t > NEAR && t < far ? t : -1;
}

/* a: half sizes; r, q: cosine and sine of the turn. */
static float meet_box(const struct shape *s, const struct ray *r)
{
    v3 o = sub(r->from, s->at), i = r->inverse;
    float t0, t1;

    if (s->r < 1) {
        o = turned(o, s->r, s->q);
        i = inverse(turned(r->to, s->r, s->q));
    }
    return slabs(o, i, s->a, &t0, &t1) ? first(t0, t1, r->far) : -1;
}

static v3 into(const struct shape *s, v3 v)
{
    return v3_of(dot(s->b, v), dot(s->c, v), dot(cross(s->b, s->c), v));
}

static v3 out_of(const struct shape *s, v3 v)
{
    return add(add(scale(s->b, v.x), scale(s->c, v.y)),
               scale(cross(s->b, s->c), v.z));
}

/* Distance to a box with edges of radius r. */
static float cushion_distance(v3 p, v3 half, float r)
{
    const v3 q = v3_of(fabsf(p.x) - half.x + r, fabsf(p.y) - half.y + r,
                       fabsf(p.z) - half.z + r);

    return length(max3(q, v3_all(0))) + minf(maxf(q.x, maxf(q.y, q.z)), 0) - r;
}

/* a: half sizes; b, c: two axes; r: radius of the edges. By marching. */
static float meet_cushion(const struct shape *s, const struct ray *r)
{
    const v3 o = into(s, sub(r->from, s->at)), d = into(s, r->to);
    float t0, t1, t;

    if (!slabs(o, inverse(d), s->a, &t0, &t1) || t1 < NEAR || t0 > r->far)
        return -1;
    t = maxf(t0, NEAR);
    for (int i = 0; i < 48 && t < t1; i++) {
        const float step = cushion_distance(along(o, d, t), s->a, s->r);

        if (step < 2e-4f) {
            /* A ray that leaves the surface it starts on. */
            if (t > 2e-3f)
                return t < r->far ? t : -1;
            t += 1e-3f;
        } else {
            t += step;
        }
    }
    return -1;
}

/* a: radii. */
static float meet_ellipsoid(const struct shape *s, const struct ray *r)
{
    const v3 i = v3_of(1 / s->a.x, 1 / s->a.y, 1 / s->a.z);
    const v3 o = mul(sub(r->from, s->at), i), d = mul(r->to, i);
    const float a = dot(d, d), b = dot(o, d), c = dot(o, o) - 1;
    const float det = b * b - a * c;

    if (det < 0)
        return -1;
    return first((-b - sqrtf(det)) / a, (-b + sqrtf(det)) / a, r->far);
}

/* at, a: ends; r, q: radius at each. */
static float meet_cone(const struct shape *s, const struct ray *r)
{
    const v3 axis = sub(s->a, s->at), o = sub(r->from, s->at);
    const float len = length(axis), k = (s->q - s->r) / len;
    const v3 w = scale(axis, 1 / len);
    const float dw = dot(r->to, w), ow = dot(o, w);
    const float a = 1 - dw * dw * (1 + k * k);
    const float b = dot(o, r->to) - ow * dw * (1 + k * k) - s->r * k * dw;
    const float c = dot(o, o) - ow * ow * (1 + k * k) - 2 * s->r * k * ow -
                    s->r * s->r;
    const float det = b * b - a * c;
    float best = r->far;

    if (det >= 0 && fabsf(a) > 1e-9f)
        for (int i = -1; i <= 1; i += 2) {
            const float t = (-b + (float)i * sqrtf(det)) / a;
            const float h = ow + t * dw;

            if (t > NEAR && t < best && h >= 0 && h <= len && s->r + k * h >= 0)
                best = t;
        }
    for (int i = 0; i < 2; i++) {
        const float t = ((i ? len : 0) - ow) / dw, rad = i ? s->q : s->r;
        const v3 p = along(along(o, r->to, t), w, i ? -len : 0);

        if (t > NEAR && t < best && dot(p, p) <= rad * rad)
            best = t;
    }
    return best < r->far ? best : -1;
}

/* a: normal; b: long axis; r: half length, q: half width. */
static float meet_disc(const struct shape *s, const struct ray *r)
{
    const float t = dot(sub(s->at, r->from), s->a) / dot(r->to, s->a);
    float u, d;
    v3 p;

    if (!(t > NEAR && t < r->far))
        return -1;
    p = sub(along(r->from, r->to, t), s->at);
    u = dot(p, s->b);
    d = dot(p, p) - u * u;
    return d / (s->q * s->q) + u * u / (s->r * s->r) <= 1 ? t : -1;
}

/* a, b: edges; c: unit normal. */
static float meet_quad(const struct shape *s, const struct ray *r, bool half)
{
    const float t = dot(sub(s->at, r->from), s->c) / dot(r->to, s->c);
    float aa, ab, bb, pa, pb, u, v, det;
    v3 p;

    if (!(t > NEAR && t < r->far))
        return -1;
    p = sub(along(r->from, r->to, t), s->at);
    aa = dot(s->a, s->a);
    ab = dot(s->a, s->b);
    bb = dot(s->b, s->b);
    pa = dot(p, s->a);
    pb = dot(p, s->b);
    det = 1 / (aa * bb - ab * ab);
    u = (pa * bb - pb * ab) * det;
    v = (pb * aa - pa * ab) * det;
    return u >= 0 && v >= 0 && (half ? u + v <= 1 : u <= 1 && v <= 1) ? t : -1;
}

float shape_meet(const struct shape *s, const struct ray *r)
{
    switch ((enum shape_kind)s->kind) {
    case SHAPE_BOX:
        return meet_box(s, r);
    case SHAPE_CUSHION:
        return meet_cushion(s, r);
    case SHAPE_ELLIPSOID:
        return meet_ellipsoid(s, r);
    case SHAPE_CONE:
        return meet_cone(s, r);
    case SHAPE_DISC:
        return meet_disc(s, r);
    case SHAPE_QUAD:
        return meet_quad(s, r, false);
    case SHAPE_TRIANGLE:
        return meet_quad(s, r, true);
    }
    return -1;
}

static v3 box_normal(v3 p, v3 half)
{
    const v3 q =
        v3_of(fabsf(p.x) - half.x, fabsf(p.y) - half.y, fabsf(p.z) - half.z);

    if (q.x > q.y && q.x > q.z)
        return v3_of(p.x < 0 ? -1.0f : 1.0f, 0, 0);
    if (q.y > q.z)
        return v3_of(0, p.y < 0 ? -1.0f : 1.0f, 0);
    return v3_of(0, 0, p.z < 0 ? -1.0f : 1.0f);
}

static v3 cushion_normal(v3 p, v3 half, float r)
{
    const v3 core = v3_of(half.x - r, half.y - r, half.z - r);
    const v3 nearest = v3_of(clampf(p.x, -core.x, core.x),
                             clampf(p.y, -core.y, core.y),
                             clampf(p.z, -core.z, core.z));
    const v3 d = sub(p, nearest);

    return dot(d, d) > 1e-12f ? unit(d) : box_normal(p, half);
}

static v3 cone_normal(const struct shape *s, v3 p)
{
    const v3 axis = sub(s->a, s->at), w = unit(axis);
    const float len = length(axis), h = dot(p, w);
    const v3 side = sub(p, scale(w, h));
    const float rad = s->r + (s->q - s->r) * h / len;

    if (length(side) < rad - 1e-3f)
        return h < len / 2 ? scale(w, -1) : w;
    return unit(along(unit(side), w, (s->r - s->q) / len));
}

void shape_surface(const struct shape *s, const struct ray *r, struct hit *h)
{
    h->p = along(r->from, r->to, h->t);
    h->local = sub(h->p, s->at);
    switch ((enum shape_kind)s->kind) {
    case SHAPE_BOX:
        h->local = turned(h->local, s->r, s->q);
        h->local_n = box_normal(h->local, s->a);
        h->n = turned_back(h->local_n, s->r, s->q);
        return;
    case SHAPE_CUSHION:
        h->local = into(s, h->local);
        h->local_n = cushion_normal(h->local, s->a, s->r);
        h->n = out_of(s, h->local_n);
        return;
    case SHAPE_ELLIPSOID:
        h->n = unit(v3_of(h->local.x / (s->a.x * s->a.x),
                          h->local.y / (s->a.y * s->a.y),
                          h->local.z / (s->a.z * s->a.z)));
        break;
    case SHAPE_CONE:
        h->n = cone_normal(s, h->local);
        break;
    case SHAPE_DISC:
        h->n = dot(r->to, s->a) > 0 ? scale(s->a, -1) : s->a;
        break;
    case SHAPE_QUAD:
    case SHAPE_TRIANGLE:
        h->n = dot(r->to, s->c) > 0 ? scale(s->c, -1) : s->c;
        /* Metres along the two edges: what a texture wants. */
        h->local =
            v3_of(dot(h->local, unit(s->a)), dot(h->local, unit(s->b)), 0);
        h->local_n = v3_of(0, 0, 1);
        return;
    }
    h->local_n = h->n;
}

void shape_bounds(const struct shape *s, v3 *lo, v3 *hi)
{
    v3 e = s->a, far;

    switch ((enum shape_kind)s->kind) {
    case SHAPE_BOX:
        e.x = fabsf(s->a.x * s->r) + fabsf(s->a.y * s->q);
        e.y = fabsf(s->a.x * s->q) + fabsf(s->a.y * s->r);
        break;
    case SHAPE_CUSHION:
        far = cross(s->b, s->c);
        e = v3_of(fabsf(s->b.x) * s->a.x + fabsf(s->c.x) * s->a.y +
                      fabsf(far.x) * s->a.z,
                  fabsf(s->b.y) * s->a.x + fabsf(s->c.y) * s->a.y +
                      fabsf(far.y) * s->a.z,
                  fabsf(s->b.z) * s->a.x + fabsf(s->c.z) * s->a.y +
                      fabsf(far.z) * s->a.z);
        break;
    case SHAPE_ELLIPSOID:
        break;
    case SHAPE_CONE:
        e = v3_all(maxf(s->r, s->q));
        *lo = sub(min3(s->at, s->a), e);
        *hi = add(max3(s->at, s->a), e);
        return;
    case SHAPE_DISC:
        e = v3_all(maxf(s->r, s->q));
        break;
    case SHAPE_QUAD:
    case SHAPE_TRIANGLE:
        far = add(s->at, add(s->a, s->b));
        *lo = min3(min3(s->at, far), min3(add(s->at, s->a), add(s->at, s->b)));
        *hi = max3(max3(s->at, far), max3(add(s->at, s->a), add(s->at, s->b)));
        e = v3_all(1e-3f);
        *lo = sub(*lo, e);
        *hi = add(*hi, e);
        return;
    }
    e = add(e, v3_all(1e-4f));
    *lo = sub(s->at, e);
    *hi = add(s->at, e);
}
