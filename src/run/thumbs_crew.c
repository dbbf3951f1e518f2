/* Thumbnails by worker processes. */

#include <string.h>

#include "base/cpu.h"
#include "base/file.h"
#include "base/trace.h"
#include "run/crew.h"
#include "run/memory.h"
#include "run/thumbs_int.h"
#include "run/worker.h"

#define POLL_MS 50
#define MOST_NS INT64_C(20000000000) /* for one picture */
#define SLACK   ((uint64_t)128 << 20)

/* What a member's picture takes. */
struct room {
    uint64_t bytes;
    bool waits;
};

struct studio {
    const struct thumbs_job *job;
    const struct shot *shot;
    int count, next, over;
    struct crew *crew;
    struct room *room; /* per member */
    uint64_t used;
    int false_starts;
};

/* Those that fit into memory, and one if none does. */
static void admit(struct studio *s)
{
    for (int i = 0; i < crew_size(s->crew); i++) {
        struct room *r = &s->room[i];

        if (!r->waits || (s->used && s->used + r->bytes > s->job->memory))
            continue;
        r->waits = false;
        s->used += r->bytes;
        crew_answer(s->crew, i, true);
    }
}

/* The member's picture is at an end. */
static void leave(struct studio *s, int member)
{
    struct crew_member *m = crew_member(s->crew, member);

    if (!s->room[member].waits)
        s->used -= s->room[member].bytes;
    s->room[member] = (struct room){0};
    if (m->state == CREW_BUSY)
        m->state = CREW_IDLE;
    m->task = -1;
    s->over++;
    admit(s);
}

static bool said(void *arg, int member, const struct wire_message *m)
{
    struct studio *s = arg;
    struct room *room = &s->room[member];
    struct file_result r;

    if (crew_member(s->crew, member)->state != CREW_BUSY)
        return false;
    if (m->kind == WIRE_NEED && m->len == sizeof(room->bytes) && !room->bytes) {
        memcpy(&room->bytes, m->bytes, sizeof(room->bytes));
        room->waits = true;
        admit(s);
        return true;
    }
    if (m->kind != WIRE_RESULT || !worker_told(m, &r))
        return false;
    file_result_release(&r);
    leave(s, member);
    return true;
}

static void died(void *arg, int member, const char *reason)
{
    struct studio *s = arg;
    const struct crew_member *m = crew_member(s->crew, member);

    (void)reason;
    if (m->task < 0) {
        s->false_starts++;
        return;
    }
    outfile_sweep(s->shot[m->task].path, m->pid);
    leave(s, member);
}

static void give(struct studio *s, int member)
{
    const struct shot *shot = &s->shot[s->next];
    const struct item *it = &s->job->list->item[shot->item];
    const char *in = shot->kind == PREVIEW_INPUT ? it->in : it->out;
    struct wire_job job;
    const struct wire_part part[3] = {{&job, sizeof(job)},
                                      {in, strlen(in) + 1},
                                      {shot->path, strlen(shot->path) + 1}};

    memset(&job, 0, sizeof(job));
    job.threads = 1;
    job.trace_zero = trace_zero();
    job.preview = (uint8_t)shot->kind;
    crew_give(s->crew, member, s->next++, part, 3); /* or it dies: told later */
}

static int hand_out(struct studio *s, struct err *e)
{
    int rc = 0;

    for (int i = 0; i < crew_size(s->crew) && s->next < s->count; i++) {
        struct crew_member *m = crew_member(s->crew, i);

        if (m->state == CREW_IDLE) {
            s->false_starts = 0;
            give(s, i);
        } else if (m->state == CREW_ABSENT) {
            m->task = -1;
            TRY(crew_start(s->crew, i, e));
        }
    }
out:
    return rc;
}

static void watch(struct studio *s)
{
    const int64_t now = time_ns();

    for (int i = 0; i < crew_size(s->crew); i++) {
        struct crew_member *m = crew_member(s->crew, i);

        if (s->room[i].waits)
            m->began_ns = now;
        if ((m->state == CREW_BUSY || m->state == CREW_STARTING) &&
            (now - m->began_ns > MOST_NS ||
             memory_of(m->pid) > s->job->memory + SLACK))
            crew_kill(s->crew, i, "is no good for a thumbnail");
    }
}

int thumbs_crew(const struct thumbs_job *job, const struct shot *shot,
                int count, int *done, struct err *e)
{
    struct studio s = {.job = job, .shot = shot, .count = count};
    const struct crew_owner owner = {said, died, &s};
    const int64_t until = time_ns() + job->most_ns;
    int members = job->o->jobs      ? job->o->jobs
                  : job->o->threads ? job->o->threads
                                    : cpu_count();
    int rc;

    members = members < count ? members : count;
    s.room = mem_zero((size_t)members, sizeof(*s.room));
    if (!s.room)
        return err_mem(e, (size_t)members * sizeof(*s.room));
    TRY(crew_new(job->o, job->look_hash, members, &owner, &s.crew, e));
    while (s.over < count && s.false_starts < 3 && !job->stopped() &&
           time_ns() < until) {
        TRY(hand_out(&s, e));
        TRY(crew_poll(s.crew, -1, POLL_MS, e));
        watch(&s);
    }
    rc = 0;
out:
    *done = s.over;
    crew_free(s.crew);
    mem_free(s.room);
    return rc;
}
