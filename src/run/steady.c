/* Numbers of frames, in their order. */

#include "run/steady.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/mem.h"

/*
 * Seconds in which a difference becomes 1 / e of itself. Eyes see flicker best
 * at 5 to 10 Hz and hardly below 0.5 (de Lange 1958): what changes at 5 Hz gets
 * 31 times weaker, and a pan is followed while it lasts.
 */
#define SETTLE 1.0

#define WIDE  64
#define HIGH  36
#define BOXES (WIDE * HIGH)

#define BINS 32 /* of the histogram of lightness */

/* A cut: colours change by that much on average, and so does their mix. */
#define CHANGE 0.10
#define MIX    0.15

struct place {
    int64_t due;   /* the frame that passes next */
    double *value; /* NULL: nothing was left here */
};

struct steady {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t moved;
    int64_t end; /* frames from here on do not come */
    double time; /* of `color`; NAN: there is none */
    float color[BOXES];
    int places;
    struct place place[];
};

void cut_see(const struct view *v, int w, int h, float *lightness)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const int x0 = (int)((int64_t)x * v->w / w);
            const int y0 = (int)((int64_t)y * v->h / h);
            const int x1 = (int)((int64_t)(x + 1) * v->w / w);
            const int y1 = (int)((int64_t)(y + 1) * v->h / h);
            float sum = 0;
            int n = 0;

            for (int j = y0; j == y0 || j < y1; j++)
                for (int i = x0; i == x0 || i < x1; i++, n++)
                    sum += 0.2627f * row_of(v, 0, j)[i] +
                           0.678f * row_of(v, 1, j)[i] +
                           0.0593f * row_of(v, 2, j)[i];
            lightness[(size_t)y * (size_t)w + (size_t)x] =
                sqrtf(fminf(fmaxf(sum / (float)n, 0), 4));
        }
}

bool cut_between(const float *before, const float *after, size_t n)
{
    double change = 0, mix = 0, bins[BINS] = {0};

    for (size_t i = 0; i < n; i++) {
        const float a = before[i], b = after[i];

        change += fabs((double)(a - b));
        bins[(int)fminf(a * BINS, BINS - 1)]++;
        bins[(int)fminf(b * BINS, BINS - 1)]--;
    }
    for (int i = 0; i < BINS; i++)
        mix += fabs(bins[i]) / 2;
    return change > CHANGE * (double)n && mix > MIX * (double)n;
}

int steady_new(int places, struct steady **out, struct err *e)
{
    const size_t n = (size_t)places * sizeof(struct place);
    struct steady *s = mem_zero(1, sizeof(*s) + n);

    if (!s)
        return err_mem(e, sizeof(*s) + n);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
    s->places = places;
    s->end = INT64_MAX;
    s->time = NAN;
    *out = s;
    return 0;
}

void steady_free(struct steady *s)
{
    if (!s)
        return;
    for (int i = 0; i < s->places; i++)
        mem_free(s->place[i].value);
    pthread_cond_destroy(&s->moved);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

void steady_stop(struct steady *s, int64_t number)
{
    pthread_mutex_lock(&s->lock);
    s->end = number < s->end ? number : s->end;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
}

/* With the lock, or NULL without. */
static struct place *enter(const struct steady_turn *t, struct err *e)
{
    struct steady *s = t->of;
    struct place *p = &s->place[t->at];

    pthread_mutex_lock(&s->lock);
    while (p->due != t->number && t->number < s->end)
        pthread_cond_wait(&s->moved, &s->lock);
    if (p->due == t->number)
        return p;
    pthread_mutex_unlock(&s->lock);
    err_set(e, ERR_STOP, "stopped");
    return NULL;
}

static void leave(struct steady_turn *t)
{
    t->of->place[t->at++].due++;
    pthread_cond_broadcast(&t->of->moved);
    pthread_mutex_unlock(&t->of->lock);
}

int steady_colors(struct steady_turn *t, const struct view *colors,
                  struct err *e)
{
    struct steady *s = t->of;
    float now[BOXES];

    cut_see(colors, WIDE, HIGH, now);
    if (!enter(t, e))
        return e->code;
    t->share = 1;
    if (!isnan(s->time) && !cut_between(s->color, now, BOXES))
        t->share = 1 - exp(fmin(s->time - t->time, 0) / SETTLE);
    memcpy(s->color, now, sizeof(now));
    s->time = t->time;
    leave(t);
    return 0;
}

int steady_follow(void *turn, double *value, int count, struct err *e)
{
    struct steady_turn *t = turn;
    struct place *p = enter(t, e);
    int rc = 0;

    if (!p)
        return e->code;
    if (!p->value)
        p->value = mem_array((size_t)count, sizeof(*p->value));
    if (!p->value)
        rc = err_mem(e, (size_t)count * sizeof(*value));
    for (int i = 0; rc == 0 && i < count; i++) {
        if (t->share < 1)
            value[i] = p->value[i] + (value[i] - p->value[i]) * t->share;
        p->value[i] = value[i];
    }
    leave(t);
    return rc;
}

int steady_leave(struct steady_turn *t, struct err *e)
{
    while (t->at < t->of->places) {
        if (!enter(t, e))
            return e->code;
        leave(t);
    }
    return 0;
}
