/* Numbers of frames, in their order. */

#include "run/steady.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "run/cut.h"

/*
 * Seconds in which the difference to what is measured becomes 1 / e of itself.
 * Eyes see flicker best at 5 to 10 Hz and hardly below 0.5 (de Lange 1958):
 * with this what changes at 5 Hz is 31 times weaker, and light that really
 * changes has arrived when one has looked twice.
 */
#define SETTLE 1.0

/* Boxes in which cuts are looked for. */
#define BOXES_W 64
#define BOXES_H 36
#define BOXES   (BOXES_W * BOXES_H)

struct place {
    int64_t due; /* the frame that passes next */
    double *value;
    int count; /* 0: nothing has been left here */
};

struct steady {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t moved;
    int64_t end; /* frames from here on do not come */
    bool seen;   /* a frame's colours, at `time` */
    double time;
    float color[BOXES];
    int places;
    struct place place[];
};

int steady_new(int places, struct steady **out, struct err *e)
{
    const size_t bytes = sizeof(struct steady) +
                         (size_t)places * sizeof(struct place);
    struct steady *s = mem_zero(1, bytes);

    if (!s)
        return err_mem(e, bytes);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
    s->places = places;
    s->end = INT64_MAX;
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
    if (number < s->end)
        s->end = number;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
}

/* Its turn at the next place: with the lock, or ERR_STOP without. */
static int enter(struct steady_turn *t, struct place **p, struct err *e)
{
    struct steady *s = t->of;

    assert(t->at < s->places);
    *p = &s->place[t->at];
    pthread_mutex_lock(&s->lock);
    while ((*p)->due != t->number && t->number < s->end)
        pthread_cond_wait(&s->moved, &s->lock);
    if ((*p)->due == t->number)
        return 0;
    pthread_mutex_unlock(&s->lock);
    return err_set(e, ERR_STOP, "stopped");
}

static void leave(struct steady_turn *t, struct place *p)
{
    p->due++;
    t->at++;
    pthread_cond_broadcast(&t->of->moved);
    pthread_mutex_unlock(&t->of->lock);
}

int steady_colors(struct steady_turn *t, const struct view *colors,
                  struct err *e)
{
    struct steady *s = t->of;
    float now[BOXES];
    struct place *p;

    cut_see(colors, BOXES_W, BOXES_H, now);
    if (enter(t, &p, e) < 0)
        return e->code;
    t->first = !s->seen || cut_between(s->color, now, BOXES);
    t->share = s->seen ? 1 - exp(-fmax(t->time - s->time, 0) / SETTLE) : 1;
    memcpy(s->color, now, sizeof(now));
    s->seen = true;
    s->time = t->time;
    leave(t, p);
    return 0;
}

static int room(struct place *p, int count, struct err *e)
{
    if (p->count)
        return 0;
    p->value = mem_array((size_t)count, sizeof(*p->value));
    if (!p->value)
        return err_mem(e, (size_t)count * sizeof(*p->value));
    p->count = count;
    return 0;
}

int steady_follow(struct steady_turn *t, double *value, int count,
                  struct err *e)
{
    struct place *p;
    int rc;

    if (enter(t, &p, e) < 0)
        return e->code;
    assert(!p->count || p->count == count);
    rc = room(p, count, e);
    for (int i = 0; rc == 0 && i < count; i++) {
        if (!t->first)
            value[i] = p->value[i] + (value[i] - p->value[i]) * t->share;
        p->value[i] = value[i];
    }
    leave(t, p);
    return rc;
}

int steady_leave(struct steady_turn *t, struct err *e)
{
    struct place *p;

    while (t->at < t->of->places) {
        if (enter(t, &p, e) < 0)
            return e->code;
        leave(t, p);
    }
    return 0;
}
