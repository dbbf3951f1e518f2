/* Messages over a stream socket. */

#include "run/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define PARTS_MAX 3
#define PIECE     65536

struct head {
    uint32_t kind, len;
};

/* All of it, also when the socket takes a part at a time. */
static int send_all(int fd, struct iovec *iov, int count, struct err *e)
{
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = (size_t)count};

    while (m.msg_iovlen > 0) {
        ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, "cannot speak to", "the other process");
        while (m.msg_iovlen > 0 && (size_t)n >= m.msg_iov->iov_len) {
            n -= (ssize_t)m.msg_iov->iov_len;
            m.msg_iov++;
            m.msg_iovlen--;
        }
        if (m.msg_iovlen > 0) {
            m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + n;
            m.msg_iov->iov_len -= (size_t)n;
        }
    }
    return 0;
}

int wire_send(int fd, enum wire_kind kind, const struct wire_part *part,
              int parts, struct err *e)
{
    struct head head = {kind, 0};
    struct iovec iov[PARTS_MAX + 1] = {{&head, sizeof(head)}};
    size_t len = 0;

    if (parts > PARTS_MAX)
        return err_set(e, ERR_ARG, "a message of %d parts", parts);
    for (int i = 0; i < parts; i++) {
        len += part[i].len;
        iov[i + 1].iov_len = part[i].len;
        memcpy(&iov[i + 1].iov_base, &part[i].bytes, sizeof(void *));
    }
    if (len > WIRE_MAX)
        return err_set(e, ERR_MEM, "a message of %zu bytes, of %zu at most",
                       len, WIRE_MAX);
    head.len = (uint32_t)len;
    return send_all(fd, iov, parts + 1, e);
}

/* No message is longer than those that are sent: 1, or ERR_DATA. */
static int check(const struct buf *in, struct err *e)
{
    struct head head;

    for (size_t at = 0; in->len - at >= sizeof(head);) {
        memcpy(&head, in->data + at, sizeof(head));
        if (head.len > WIRE_MAX)
            return err_set(e, ERR_DATA, "a message of %u bytes, of %zu at most",
                           head.len, WIRE_MAX);
        if (in->len - at - sizeof(head) < head.len)
            break;
        at += sizeof(head) + head.len;
    }
    return 1;
}

int wire_fill(int fd, struct buf *in, struct err *e)
{
    ssize_t n;

    in->max = 2 * WIRE_MAX;
    if (buf_reserve(in, PIECE, e) < 0)
        return e->code;
    do
        n = recv(fd, in->data + in->len, PIECE, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 1;
    if (n <= 0)
        return 0;
    in->len += (size_t)n;
    return check(in, e);
}

bool wire_take(const struct buf *in, size_t *used, struct wire_message *m)
{
    struct head head;

    if (in->len - *used < sizeof(head))
        return false;
    memcpy(&head, in->data + *used, sizeof(head));
    if (in->len - *used - sizeof(head) < head.len)
        return false;
    *m = (struct wire_message){head.kind, head.len,
                               in->data + *used + sizeof(head)};
    *used += sizeof(head) + head.len;
    return true;
}

void wire_drop(struct buf *in, size_t used)
{
    if (used == 0)
        return;
    memmove(in->data, in->data + used, in->len - used);
    in->len -= used;
}
