/* Packets of streams that are carried, between a reader and its writer. */

#include "codec/video_int.h"

/* What a reader keeps for a writer that has not come yet. */
#define WAITING ((size_t)64 << 20)

int parcels_start(struct parcels *p)
{
    p->end = &p->first;
    return pthread_mutex_init(&p->lock, NULL) ? AVERROR(ENOMEM) : 0;
}

void parcels_want(struct parcels *p)
{
    pthread_mutex_lock(&p->lock);
    p->wanted = true;
    pthread_mutex_unlock(&p->lock);
}

void parcel_free(struct parcel *one, const struct video_host *host)
{
    av_packet_free(&one->packet);
    host->free(one);
}

static void drop(struct parcel *first, const struct video_host *host)
{
    while (first) {
        struct parcel *next = first->next;

        parcel_free(first, host);
        first = next;
    }
}

void parcels_stop(struct parcels *p, const struct video_host *host)
{
    if (!p->end)
        return;
    drop(p->first, host);
    pthread_mutex_destroy(&p->lock);
}

void parcels_drop(struct parcels *p, const struct video_host *host)
{
    drop(parcels_take(p), host);
}

int parcels_put(struct parcels *p, const struct video_host *host,
                AVPacket *packet)
{
    struct parcel *one = host->zero(1, sizeof(*one)), *old = NULL;

    if (one)
        one->packet = av_packet_alloc();
    if (!one || !one->packet) {
        host->free(one);
        return AVERROR(ENOMEM);
    }
    av_packet_move_ref(one->packet, packet);
    pthread_mutex_lock(&p->lock);
    p->bytes += sizeof(*one) + (size_t)one->packet->size;
    *p->end = one;
    p->end = &one->next;
    if (!p->wanted && p->bytes > WAITING) {
        old = p->first;
        p->first = NULL;
        p->end = &p->first;
        p->bytes = 0;
        p->lost = true;
    }
    pthread_mutex_unlock(&p->lock);
    drop(old, host);
    return 0;
}

struct parcel *parcels_take(struct parcels *p)
{
    struct parcel *first;

    pthread_mutex_lock(&p->lock);
    first = p->first;
    p->first = NULL;
    p->end = &p->first;
    p->bytes = 0;
    pthread_mutex_unlock(&p->lock);
    return first;
}
