#ifndef RUN_CREW_H
#define RUN_CREW_H

/*
 * Worker processes, seen from the supervisor: started by exec of this program,
 * listened to, watched for signs of life, killed, buried and replaced. What
 * they work on is their owner's business (run/batch.c): it gets each message
 * and each death. One thread.
 */

#include <sys/types.h>

#include "run/options.h"
#include "run/wire.h"

enum crew_state {
    CREW_ABSENT,   /* no process                                  */
    CREW_STARTING, /* has not said hello                          */
    CREW_IDLE,
    CREW_BUSY,  /* has a job                                       */
    CREW_DYING, /* killed, not yet buried: nothing it says counts  */
};

struct crew_member {
    enum crew_state state;
    pid_t pid;
    int fd;
    bool greeted;     /* it has said hello                                */
    int task;         /* of the owner, while busy                         */
    int64_t began_ns; /* of the job                                       */
    int64_t heard_ns; /* last message of any kind                         */
    int64_t moved_ns; /* last one that showed progress                    */
    uint64_t ticks;
    char reason[160]; /* why it was killed, "" when it was not            */
    struct buf in;
};

struct crew;

/* The owner: both are called from crew_poll(). */
struct crew_owner {
    /* false: the message makes no sense, the worker is killed. */
    bool (*said)(void *arg, int member, const struct wire_message *m);
    /* It is gone: `reason` is a sentence's end, "was killed by signal 11 …". */
    void (*died)(void *arg, int member, const char *reason);
    void *arg;
};

/*
 * `o` names the command line of workers; it and `owner` must outlive the crew.
 * No process is started yet. A worker whose look is not `look` is refused.
 */
int crew_new(const struct process_options *o, struct hash128 look, int members,
             const struct crew_owner *owner, struct crew **out, struct err *e);

/* Ends idle workers in peace and drops the work of the others. */
void crew_free(struct crew *c);

int crew_size(const struct crew *c);
struct crew_member *crew_member(struct crew *c, int i);

/* Starts the process of an absent member. */
int crew_start(struct crew *c, int i, struct err *e);

/* Gives an idle member a job; false: it just died, and knows nothing of it. */
bool crew_give(struct crew *c, int i, int task, const struct wire_part *part,
               int parts);
bool crew_answer(struct crew *c, int i, bool yes);

/* Kills; died() will be called with this reason. */
void crew_kill(struct crew *c, int i, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Lets all drop what they are at, and waits until they have. */
void crew_drop(struct crew *c);

/*
 * Waits for news at most timeout_ms, or until `wake` can be read (a pipe, -1
 * for none), and passes them on. Fails only when the system refuses to wait.
 */
int crew_poll(struct crew *c, int wake, int timeout_ms, struct err *e);

/* Time in which nobody was watched does not count. */
void crew_skip(struct crew *c, int64_t ns);

#endif
