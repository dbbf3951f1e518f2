/*
 * usage: fuzz_<target> [--run SECONDS] [--times N] [--random SEED]
 *                      [--write FOLDER [--mutants N]] [--corpus FOLDER]
 *                      [FILE...]
 *
 * Runs the target on its seeds, the files of the corpus (which need not be
 * there) and those named, then on mutations of
 * all of them: --times of them (a few by default), or as many as --run allows.
 * The input under way is kept in <program>.input until it is survived, so it
 * is there after any kind of death. --write stores the seeds as files, for
 * other fuzzers, or N mutations of them, and runs nothing.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "fuzz.h"

#define INPUT_MAX (1 << 20)
/* Seconds of work, and of waiting, after which an input counts as a hang. */
#define HANG_WORK 60
#define HANG_WAIT 600

struct input {
    uint8_t *data;
    size_t len;
};

static struct {
    struct input *item;
    size_t count;
    size_t from; /* the first that was made by code */
} seeds;

static uint64_t random_state;
static int kept = -1; /* the file with the input under way */
static char kept_name[300];

_Noreturn void fuzz_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

static void *check(void *p)
{
    if (!p)
        fuzz_fail("out of memory");
    return p;
}

void fuzz_seed(const void *bytes, size_t len)
{
    struct input in = {check(malloc(len + 1)), len};

    memcpy(in.data, bytes, len);
    seeds.item =
        check(realloc(seeds.item, (seeds.count + 1) * sizeof(*seeds.item)));
    seeds.item[seeds.count++] = in;
}

static uint32_t below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 32) * n >> 32);
}

/* Hexadecimal digits to bytes, in place. */
static size_t from_hex(uint8_t *data, size_t len)
{
    size_t n = 0, digits = 0;

    for (size_t i = 0; i < len; i++) {
        const char digit[2] = {(char)data[i], '\0'};
        char *end;
        long v;

        if (data[i] == '#')
            while (i + 1 < len && data[i + 1] != '\n')
                i++;
        v = strtol(digit, &end, 16);
        if (*end || digit[0] <= ' ')
            continue;
        data[n] = (uint8_t)(digits++ % 2 ? data[n] * 16 + v : v);
        n += digits % 2 == 0;
    }
    return n;
}

static void add_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    FILE *f = fopen(path, "rb");
    uint8_t *data = check(malloc(INPUT_MAX));
    size_t len;

    if (!f)
        fuzz_fail("cannot open '%s'", path);
    len = fread(data, 1, INPUT_MAX, f);
    fclose(f);
    if (dot && strcmp(dot, ".hex") == 0)
        len = from_hex(data, len);
    fuzz_seed(data, len);
    free(data);
}

static void add_folder(const char *path)
{
    struct dirent **name = NULL;
    const int n = scandir(path, &name, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        char file[4096];

        snprintf(file, sizeof(file), "%s/%s", path, name[i]->d_name);
        if (name[i]->d_name[0] != '.')
            add_file(file);
        free(name[i]);
    }
    free(name);
}

/* A number that sizes, counts and offsets are known to break on. */
static uint64_t odd_number(size_t len)
{
    static const uint64_t odd[] = {
        0,          1,          2,      7,           0x7f,       0x80,
        0xff,       0x100,      0x7fff, 0x8000,      0xffff,     0x10000,
        0x7fffffff, 0x80000000, ~0u,    0x100000000, ~0ull >> 1, ~0ull,
    };
    const size_t n = sizeof(odd) / sizeof(odd[0]);
    const uint32_t i = below((uint32_t)n + 3);

    return i < n ? odd[i] : len - 1 + i - n;
}

static void put_number(struct input *in)
{
    const uint32_t bytes = 1u << below(4);
    const uint64_t v = odd_number(in->len);
    const bool big = below(2);
    size_t at;

    if (in->len < bytes)
        return;
    at = below((uint32_t)(in->len - bytes + 1));
    for (uint32_t i = 0; i < bytes; i++)
        in->data[at + i] = (uint8_t)(v >> 8 * (big ? bytes - 1 - i : i));
}

/* Puts a stretch of `from` into the input, in place of `gone` bytes. */
static void insert(struct input *in, const struct input *from)
{
    const size_t start = from->len ? below((uint32_t)from->len) : 0;
    size_t n = from->len - start;
    const size_t at = below((uint32_t)in->len + 1);
    size_t gone;

    if (below(2) && n > 64)
        n = 1 + below(64);
    gone = below(2) ? n : below(64);
    if (gone > in->len - at)
        gone = in->len - at;
    if (in->len - gone + n > INPUT_MAX)
        return;
    memmove(in->data + at + n, in->data + at + gone, in->len - at - gone);
    memmove(in->data + at, from->data + start, n);
    in->len += n - gone;
}

static void remove_some(struct input *in)
{
    const size_t at = below((uint32_t)in->len + 1);
    size_t n = below(2) ? in->len - at : below(64);

    if (n > in->len - at)
        n = in->len - at;
    memmove(in->data + at, in->data + at + n, in->len - at - n);
    in->len -= n;
}

static void mutate(struct input *in)
{
    const struct input *other = &seeds.item[below((uint32_t)seeds.count)];

    if (in->len == 0) {
        insert(in, other);
        return;
    }
    switch (below(8)) {
    case 0:
    case 1:
        in->data[below((uint32_t)in->len)] ^= (uint8_t)(1u << below(8));
        break;
    case 2:
        in->data[below((uint32_t)in->len)] = (uint8_t)below(256);
        break;
    case 3:
    case 4:
        put_number(in);
        break;
    case 5:
        insert(in, other);
        break;
    case 6:
        in->data[below((uint32_t)in->len < 256 ? (uint32_t)in->len : 256)] =
            (uint8_t)below(256);
        break;
    default:
        remove_some(in);
    }
}

/*
 * A seed with a few changes. Files of the corpus may be slow by design: a short
 * run leaves them alone.
 */
static void next_mutant(struct input *in, bool all)
{
    const size_t from = all ? 0 : seeds.from;
    const struct input *seed =
        &seeds.item[from + below((uint32_t)(seeds.count - from))];

    in->len = seed->len < INPUT_MAX ? seed->len : INPUT_MAX;
    memcpy(in->data, seed->data, in->len);
    for (uint32_t i = 1 + below(4); i > 0; i--)
        mutate(in);
}

/* 0 turns it off. */
static void watch(int work, int wait)
{
    const struct itimerval t = {.it_value.tv_sec = work};

    setitimer(ITIMER_PROF, &t, NULL);
    alarm((unsigned)wait);
}

static void run_one(const struct input *in)
{
    /* A copy of the exact size, so that a byte too far is seen. */
    uint8_t *copy = check(malloc(in->len ? in->len : 1));
    const size_t used = mem_used();

    memcpy(copy, in->data, in->len);
    if (pwrite(kept, copy, in->len, 0) != (ssize_t)in->len ||
        ftruncate(kept, (off_t)in->len))
        fuzz_fail("cannot write '%s'", kept_name);
    watch(HANG_WORK, HANG_WAIT);
    LLVMFuzzerTestOneInput(copy, in->len);
    watch(0, 0);
    if (mem_used() != used)
        fuzz_fail("leaked: %zu bytes before, %zu after", used, mem_used());
    free(copy);
}

/* `times` mutations, or as many as fit into `seconds`. */
static long run_mutations(double seconds, long times)
{
    struct input in = {check(malloc(INPUT_MAX)), 0};
    struct timespec start, now;
    long n = 0;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (; seeds.count > seeds.from; n++) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (seconds > 0
                ? (double)(now.tv_sec - start.tv_sec) +
                          1e-9 * (double)(now.tv_nsec - start.tv_nsec) >=
                      seconds
                : n >= times)
            break;
        next_mutant(&in, seconds > 0);
        run_one(&in);
    }
    free(in.data);
    return n;
}

static void write_one(const char *folder, const char *name, long number,
                      const struct input *in)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s%03ld", folder, name, number);
    f = fopen(path, "wb");
    if (!f || fwrite(in->data, 1, in->len, f) != in->len || fclose(f))
        fuzz_fail("cannot write '%s'", path);
}

static void write_all(const char *folder, long mutants)
{
    struct input in = {check(malloc(INPUT_MAX)), 0};

    for (size_t i = 0; i < seeds.count && !mutants; i++)
        write_one(folder, "seed", (long)i, &seeds.item[i]);
    for (long i = 0; i < mutants; i++) {
        next_mutant(&in, true);
        write_one(folder, "mutant", i, &in);
    }
    free(in.data);
}

static const char *value(char **argv, int *i)
{
    if (!argv[*i + 1])
        fuzz_fail("%s needs a value", argv[*i]);
    return argv[++*i];
}

int main(int argc, char **argv)
{
    const char *folder = NULL, *slash = strrchr(argv[0], '/');
    double seconds = 0;
    long times = 200, mutants = 0, n;

    random_state = 20261122;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--run") == 0)
            seconds = strtod(value(argv, &i), NULL);
        else if (strcmp(argv[i], "--times") == 0)
            times = strtol(value(argv, &i), NULL, 10);
        else if (strcmp(argv[i], "--random") == 0)
            random_state = strtoull(value(argv, &i), NULL, 10);
        else if (strcmp(argv[i], "--write") == 0)
            folder = value(argv, &i);
        else if (strcmp(argv[i], "--mutants") == 0)
            mutants = strtol(value(argv, &i), NULL, 10);
        else if (strcmp(argv[i], "--corpus") == 0)
            add_folder(value(argv, &i));
        else
            add_file(argv[i]);
    }
    printf("random seed %llu\n", (unsigned long long)random_state);
    fflush(stdout);
    seeds.from = seeds.count;
    fuzz_seeds();
    if (folder) {
        write_all(folder, mutants);
        return 0;
    }
    snprintf(kept_name, sizeof(kept_name), "%s.%ld.input",
             slash ? slash + 1 : argv[0], (long)getpid());
    kept = open(kept_name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (kept < 0)
        fuzz_fail("cannot write '%s': %s", kept_name, strerror(errno));
    for (size_t i = 0; i < seeds.count; i++)
        run_one(&seeds.item[i]);
    n = run_mutations(seconds, times);
    close(kept);
    unlink(kept_name);
    printf("%zu seeds, %ld mutations\n", seeds.count, n);
    for (size_t i = 0; i < seeds.count; i++)
        free(seeds.item[i].data);
    free(seeds.item);
    return 0;
}
