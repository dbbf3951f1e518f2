#ifndef BASE_POOL_H
#define BASE_POOL_H

/*
 * The one thread pool. A loop of n independent tasks is run by pool_run();
 * the calling thread works too, and while its own loop has no task left to
 * take it helps with loops that other threads have opened. So one large image
 * keeps all cores busy from inside, and a batch of small ones from across,
 * without a switch.
 *
 * Tasks are taken in ascending order. They must not open loops of their own.
 * `slot` is 0 … pool_slots()-1 and belongs to one thread at a time: scratch
 * memory and codec handles are kept per slot. A thread that waits for its loop
 * runs tasks of others, so what hangs on a slot lasts for one task, not across
 * pool_run(). Threads that do not belong to the pool share slot 0 in turns.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct pool;

/* threads: 1 … 256; 1 runs everything in the calling thread. */
int pool_new(int threads, struct pool **out, struct err *e);
void pool_free(struct pool *pool);
int pool_slots(const struct pool *pool);

/* One task. 0, or a negative code with the reason in e. */
typedef int pool_fn(void *arg, int index, int slot, struct err *e);

/*
 * Runs fn(arg, 0 … n-1). After a failure no further task of this loop starts;
 * the error of the lowest index that failed is returned, so the same failure
 * gives the same message. May be called from several threads at once.
 */
int pool_run(struct pool *pool, int n, pool_fn *fn, void *arg, struct err *e);

/*
 * Runs fn(arg, 0 … n-1) where the tasks may open loops: one per image of a
 * batch. Every thread of the pool either drives one of these or helps. Errors
 * as in pool_run(). Not from inside a task.
 */
int pool_drive(struct pool *pool, int n, pool_fn *fn, void *arg, struct err *e);

/*
 * Helps with open loops until ready(arg) is true; ERR_STOP when the pool is
 * stopped first. For a driver that must wait for others: ready() is called
 * with the pool's lock held, and again after each pool_wake(). A thread that is
 * not of the pool waits without helping.
 */
int pool_until(struct pool *pool, bool (*ready)(void *arg), void *arg,
               struct err *e);
void pool_wake(struct pool *pool);

/* Tasks that all pools of this process have ended: a sign of life. */
uint64_t pool_ticks(void);

/* The slot of the calling thread; 0 outside a pool. */
int pool_slot(void);

/*
 * From now on no task starts, ever: loops with tasks left fail with ERR_STOP.
 * Both may be called from anywhere; pool_stop() also from signal handlers.
 */
void pool_stop(struct pool *pool);
bool pool_stopped(const struct pool *pool);

#endif
