/*
 * A folder of pictures by the library, without a supervisor: THREADS threads
 * take files in turn, each makes its pictures by itself. What a batch of
 * worker processes is compared with:
 *
 *   inprocess THREADS LOOK IN OUT
 */

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tportal.h"

enum { FILES_MAX = 100000, THREADS_MAX = 64 };

static struct {
    const char *look, *in, *out;
    char *name[FILES_MAX];
    int count;
    atomic_int next, failed;
} all;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_folder(void)
{
    DIR *d = opendir(all.in);
    struct dirent *entry;

    if (!d)
        return -1;
    while ((entry = readdir(d)) && all.count < FILES_MAX)
        if (entry->d_name[0] != '.')
            all.name[all.count++] = strdup(entry->d_name);
    closedir(d);
    qsort(all.name, (size_t)all.count, sizeof(*all.name), by_name);
    return 0;
}

static void *work(void *arg)
{
    tp_context *ctx = tp_context_new(1, 0);
    tp_look *look = NULL;
    char in[4096], out[4096];
    int i;

    (void)arg;
    if (!ctx || tp_look_load(ctx, all.look, &look) < 0)
        atomic_fetch_add(&all.failed, 1);
    while (look && (i = atomic_fetch_add(&all.next, 1)) < all.count) {
        snprintf(in, sizeof(in), "%s/%s", all.in, all.name[i]);
        snprintf(out, sizeof(out), "%s/%s", all.out, all.name[i]);
        if (tp_process_file(ctx, look, in, out, NULL) < 0) {
            fprintf(stderr, "inprocess: %s: %s\n", in, tp_error(ctx));
            atomic_fetch_add(&all.failed, 1);
        }
    }
    tp_look_free(look);
    tp_context_free(ctx);
    return NULL;
}

int main(int argc, char **argv)
{
    const int threads = argc == 5 ? atoi(argv[1]) : 0;
    pthread_t thread[THREADS_MAX];

    if (threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: inprocess THREADS LOOK IN OUT\n");
        return 2;
    }
    all.look = argv[2];
    all.in = argv[3];
    all.out = argv[4];
    if (read_folder() < 0 || (mkdir(all.out, 0777) < 0 && !opendir(all.out)))
        return 1;
    for (int i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, work, NULL);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    return all.failed > 0;
}
