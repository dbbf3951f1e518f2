/* The one file that libavformat gets to see, as a context of its own. */

#include "codec/video_int.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (256 << 10)

static int failed(struct video_io *io)
{
    const int code = errno ? errno : EIO;

    if (!io->error)
        io->error = code;
    return AVERROR(code);
}

static int on_read(void *arg, uint8_t *bytes, int n)
{
    struct video_io *io = arg;
    ssize_t got;

    do
        got = pread(io->fd, bytes, (size_t)n, io->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return failed(io);
    io->at += got;
    return got > 0 ? (int)got : AVERROR_EOF;
}

static int on_write(void *arg, uint8_t *bytes, int n)
{
    struct video_io *io = arg;

    for (int done = 0; done < n;) {
        const ssize_t put =
            pwrite(io->fd, bytes + done, (size_t)(n - done), io->at);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return failed(io);
        done += (int)put;
        io->at += put;
    }
    if (io->at > io->size)
        io->size = io->at;
    return n;
}

static int64_t on_seek(void *arg, int64_t offset, int whence)
{
    struct video_io *io = arg;
    struct stat st;

    if (fstat(io->fd, &st) < 0)
        return failed(io);
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
        return st.st_size;
    case SEEK_SET:
        break;
    case SEEK_CUR:
        offset += io->at;
        break;
    case SEEK_END:
        offset += st.st_size;
        break;
    default:
        return AVERROR(EINVAL);
    }
    if (offset < 0)
        return AVERROR(EINVAL);
    return io->at = offset;
}

AVIOContext *io_new(struct video_io *io, bool write)
{
    uint8_t *buffer = av_malloc(BUFFER);
    AVIOContext *pb = NULL;

    if (buffer)
        pb = avio_alloc_context(buffer, BUFFER, write, io,
                                write ? NULL : on_read, write ? on_write : NULL,
                                on_seek);
    if (!pb)
        av_free(buffer);
    return pb;
}

void io_free(AVIOContext **pb)
{
    if (*pb)
        av_freep(&(*pb)->buffer);
    avio_context_free(pb);
}
