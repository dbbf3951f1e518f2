/* Messages between processes: whole, in order, whatever the socket does. */

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "run/wire.h"

struct head {
    uint32_t kind, len;
};

static int pair[2];

static int enter(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static int leave(void **state)
{
    (void)state;
    close(pair[0]);
    return close(pair[1]);
}

/* One byte at a time is never a message before the last. */
TEST(fragments_make_one_message)
{
    const struct {
        struct head head;
        char text[5];
    } message = {{WIRE_JOB, 5}, "five"};
    const char *bytes = (const char *)&message;
    const size_t n = sizeof(struct head) + 5;
    struct buf in = {0};
    struct wire_message m;
    struct err e = {0};
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        assert_false(wire_take(&in, &used, &m));
        assert_int_equal(write(pair[0], bytes + i, 1), 1);
        assert_int_equal(wire_fill(pair[1], &in, &e), 1);
    }
    assert_true(wire_take(&in, &used, &m));
    assert_int_equal(m.kind, WIRE_JOB);
    assert_int_equal(m.len, 5);
    assert_string_equal((const char *)m.bytes, "five");
    assert_false(wire_take(&in, &used, &m));
    wire_drop(&in, used);
    assert_int_equal(in.len, 0);
    buf_release(&in);
}

TEST(several_messages_come_in_order)
{
    struct buf in = {0};
    struct wire_message m;
    struct err e = {0};
    size_t used = 0;

    for (uint64_t i = 0; i < 100; i++) {
        const struct wire_part part[2] = {{&i, sizeof(i)}, {"x", 1}};

        assert_int_equal(wire_send(pair[0], WIRE_NEED, part, i % 2 ? 2 : 1, &e),
                         0);
    }
    assert_int_equal(wire_send(pair[0], WIRE_GO, NULL, 0, &e), 0);
    assert_int_equal(wire_fill(pair[1], &in, &e), 1);
    for (uint64_t i = 0; i < 100; i++) {
        assert_true(wire_take(&in, &used, &m));
        assert_int_equal(m.kind, WIRE_NEED);
        assert_int_equal(m.len, sizeof(i) + i % 2);
        assert_memory_equal(m.bytes, &i, sizeof(i));
    }
    assert_true(wire_take(&in, &used, &m));
    assert_int_equal(m.kind, WIRE_GO);
    assert_int_equal(m.len, 0);
    buf_release(&in);
}

/* More than a socket holds: the sender is another process. */
TEST(the_largest_message_comes_whole)
{
    uint8_t *all = mem_alloc(WIRE_MAX);
    struct wire_part part = {all, WIRE_MAX};
    struct buf in = {0};
    struct wire_message m;
    struct err e = {0};
    size_t used = 0;
    pid_t child;

    for (size_t i = 0; i < WIRE_MAX; i++)
        all[i] = (uint8_t)(i * 7 >> 3);
    child = fork();
    if (child == 0)
        _exit(wire_send(pair[0], WIRE_RESULT, &part, 1, &e) < 0);
    while (!wire_take(&in, &used, &m))
        assert_int_equal(wire_fill(pair[1], &in, &e), 1);
    assert_int_equal(m.len, WIRE_MAX);
    assert_memory_equal(m.bytes, all, WIRE_MAX);
    assert_int_equal(waitpid(child, NULL, 0), child);
    part.len = WIRE_MAX + 1;
    assert_int_equal(wire_send(pair[0], WIRE_RESULT, &part, 1, &e), ERR_MEM);
    buf_release(&in);
    mem_free(all);
}

TEST(a_length_that_cannot_be_is_refused)
{
    static const uint32_t lengths[] = {(uint32_t)WIRE_MAX + 1, INT32_MAX,
                                       UINT32_MAX - 7, UINT32_MAX};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        const struct head good = {WIRE_TICK, 0}, bad = {WIRE_TICK, lengths[i]};
        struct buf in = {0};
        struct wire_message m;
        struct err e = {0};
        size_t used = 0;

        assert_int_equal(write(pair[0], &good, sizeof(good)), sizeof(good));
        assert_int_equal(write(pair[0], &bad, sizeof(bad)), sizeof(bad));
        assert_int_equal(wire_fill(pair[1], &in, &e), ERR_DATA);
        assert_true(wire_take(&in, &used, &m)); /* what came before is good */
        assert_false(wire_take(&in, &used, &m));
        buf_release(&in);
    }
}

TEST(the_end_of_the_other_side_is_told)
{
    struct buf in = {0};
    struct err e = {0};

    assert_int_equal(wire_fill(pair[1], &in, &e), 1); /* nothing yet */
    close(pair[0]);
    assert_int_equal(wire_fill(pair[1], &in, &e), 0);
    assert_int_equal(wire_send(pair[1], WIRE_GO, NULL, 0, &e), ERR_IO);
    pair[0] = dup(pair[1]);
    buf_release(&in);
}

TESTS_EACH(enter, leave, fragments_make_one_message,
           several_messages_come_in_order, the_largest_message_comes_whole,
           a_length_that_cannot_be_is_refused,
           the_end_of_the_other_side_is_told)
