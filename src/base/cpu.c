/* The processor: its level, and how much of it is ours. */

#include "base/cpu.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/text.h"

static bool has_v3(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;

    /* __builtin_cpu_supports knows whether the system saves the registers. */
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
#else
    return false;
#endif
}

enum isa cpu_isa(void)
{
    if (text_is(getenv("PORTAL_ISA"), "base"))
        return ISA_BASE;
    return has_v3() ? ISA_V3 : ISA_BASE;
}

const char *cpu_isa_name(enum isa isa)
{
    static const char *const names[ISA_COUNT] = {"base", "v3"};

    return names[isa];
}

/* Files of the kernel have no size; what does not fit is cut. */
static bool read_text(const char *path, char *text, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, room - 1) : -1;

    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n > 0;
}

int cpu_quota(const char *cpu_max)
{
    const char *end;
    double quota, period, count;

    if (!text_scan_double(cpu_max, &end, &quota) ||
        !text_scan_double(end, &end, &period) || quota <= 0 || period <= 0)
        return 0;
    count = quota / period;
    return count < 4096 ? (int)count + (count > (int)count) : 0;
}

/* The smallest quota from our cgroup up to the root; 0: none. */
static int cgroup_quota(void)
{
    char list[4096], path[4096 + 64], text[64];
    char *own, *slash;
    int least = 0;

    if (!read_text("/proc/self/cgroup", list, sizeof(list)))
        return 0;
    own = strstr(list, "0::/");
    if (!own)
        return 0;
    own += strlen("0::");
    own[strcspn(own, "\n")] = '\0';
    do {
        int n;

        snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", own);
        n = read_text(path, text, sizeof(text)) ? cpu_quota(text) : 0;
        if (n && (!least || n < least))
            least = n;
        slash = strrchr(own, '/');
        if (slash)
            *slash = '\0';
    } while (slash);
    return least;
}

static int affinity_count(void)
{
    unsigned long mask[128] = {0}; /* 8192 processors */
    int n;

    if (sched_getaffinity(0, sizeof(mask), (cpu_set_t *)mask))
        return (int)sysconf(_SC_NPROCESSORS_ONLN);
    n = CPU_COUNT_S(sizeof(mask), (cpu_set_t *)mask);
    return n;
}

int cpu_count(void)
{
    int n = affinity_count(), quota = cgroup_quota();

    if (quota && quota < n)
        n = quota;
    return n < 1 ? 1 : n;
}
