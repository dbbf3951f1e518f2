/* A film is read by one thread while another writes it. */

#include "test.h"

#include <pthread.h>

#include "video_film.h"

#define ROOM 4

/* Frames on their way. */
struct line {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct video_frame frame[ROOM];
    int count;
    bool ended;
    struct video_reader *r;
};

static void *reads(void *arg)
{
    struct line *q = arg;
    struct video_frame f;
    struct err e = {0};

    while (video_read(q->r, &f, &e) > 0) {
        pthread_mutex_lock(&q->lock);
        while (q->count == ROOM)
            pthread_cond_wait(&q->moved, &q->lock);
        q->frame[q->count++] = f;
        pthread_cond_broadcast(&q->moved);
        pthread_mutex_unlock(&q->lock);
    }
    pthread_mutex_lock(&q->lock);
    q->ended = true;
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->lock);
    return e.code ? q : NULL;
}

static bool next(struct line *q, struct video_frame *f)
{
    bool there;

    pthread_mutex_lock(&q->lock);
    while (!q->count && !q->ended)
        pthread_cond_wait(&q->moved, &q->lock);
    there = q->count > 0;
    if (there) {
        *f = q->frame[0];
        memmove(q->frame, q->frame + 1,
                (size_t)--q->count * sizeof(q->frame[0]));
        pthread_cond_broadcast(&q->moved);
    }
    pthread_mutex_unlock(&q->lock);
    return there;
}

TEST(two_threads)
{
    struct line q = {.lock = PTHREAD_MUTEX_INITIALIZER,
                     .moved = PTHREAD_COND_INITIALIZER};
    struct video_writer *w = NULL;
    struct video_target t;
    struct video_frame f, copy;
    struct frame_format fmt;
    struct film before, after;
    pthread_t thread;
    void *failed;
    struct err e = {0};

    FFMPEG("-f lavfi -i testsrc2=size=160x96:rate=25:duration=4 "
           "-f lavfi -i sine=d=4 -c:v ffv1 -level 3 -c:a pcm_s16le a.mkv");
    q.r = film_open("a.mkv", NULL);
    t = film_target(video_info(q.r), "mkv");
    t.codec = "ffv1";
    assert_int_equal(video_plan(&t, video_info(q.r), &fmt, &e), 0);
    assert_int_equal(video_create("b", &t, q.r, &w, &e), 0);
    assert_int_equal(pthread_create(&thread, NULL, reads, &q), 0);
    while (next(&q, &f)) {
        video_frame_ref(&f, &copy); /* as somebody who looks around does */
        assert_int_equal(video_write_take(w, &f, &e), 0);
        assert_int_equal(copy.pixels.w, 160);
        video_frame_unref(&copy);
    }
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(video_finish(w, &e), 0);
    video_abort(w);
    video_close(q.r);
    film_load("a.mkv", NULL, &before);
    film_load("b", NULL, &after);
    assert_int_equal(after.frames, 100);
    assert_int_equal(before.raw.len, after.raw.len);
    assert_memory_equal(before.raw.data, after.raw.data, after.raw.len);
    film_free(&before);
    film_free(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_threads),
    };

    if (!have("ffmpeg") || !have("ffprobe"))
        return 77;
    return cmocka_run_group_tests(tests, shot_enter, shot_leave);
}
