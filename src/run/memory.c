/* How much memory there is, and how much of it is taken. */

#include "run/memory.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define CGROUPS "/sys/fs/cgroup"

/* The number behind `key` at the start of a line of a kernel's file. */
static uint64_t kernel_number(const char *path, const char *key, uint64_t none)
{
    FILE *f = fopen(path, "re");
    const size_t n = strlen(key);
    uint64_t value = none;
    const char *end;
    char line[256];
    double number;

    if (!f)
        return none;
    while (fgets(line, sizeof(line), f))
        if (!strncmp(line, key, n)) {
            if (text_scan_double(line + n, &end, &number))
                value = (uint64_t)number;
            break;
        }
    fclose(f);
    return value;
}

/* The folder of this process in the hierarchy of cgroup v2, "" for none. */
static void own_group(char path[static PATH_MAX])
{
    FILE *f = fopen("/proc/self/cgroup", "re");
    char line[PATH_MAX];

    path[0] = '\0';
    if (!f)
        return;
    while (fgets(line, sizeof(line), f))
        if (!strncmp(line, "0::", 3)) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(path, PATH_MAX, "%s", line + 3);
        }
    fclose(f);
}

/* What this group and those around it still allow. */
static uint64_t group_left(uint64_t have)
{
    const uint64_t none = UINT64_MAX;
    char group[PATH_MAX], path[PATH_MAX + 64];

    own_group(group);
    for (;;) {
        const char *slash;
        uint64_t max, now;

        snprintf(path, sizeof(path), CGROUPS "%s/memory.max", group);
        max = kernel_number(path, "", none);
        snprintf(path, sizeof(path), CGROUPS "%s/memory.current", group);
        now = kernel_number(path, "", 0);
        if (max != none && max - (now < max ? now : max) < have)
            have = max - (now < max ? now : max);
        slash = strrchr(group, '/');
        if (!slash)
            return have;
        group[slash - group] = '\0';
    }
}

uint64_t memory_budget(void)
{
    const uint64_t have =
        kernel_number("/proc/meminfo", "MemAvailable:", 4 << 20);

    return group_left(have * 1024) / 2;
}

/* statm is short: this is asked for many times a second. */
uint64_t memory_of(pid_t pid)
{
    char path[64], line[128] = "";
    const char *end = line;
    double total, resident = 0;
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    if (read(fd, line, sizeof(line) - 1) > 0 &&
        text_scan_double(line, &end, &total))
        text_scan_double(end, &end, &resident);
    close(fd);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

void memory_watch(void)
{
    const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)!write(fd, "5", 1);
    close(fd);
}

uint64_t memory_peak(void)
{
    return kernel_number("/proc/self/status", "VmHWM:", 0) * 1024;
}
