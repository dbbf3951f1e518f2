/* The processor: its level, and how many are ours. */

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "test.h"

#include "base/cpu.h"

TEST(quotas_are_rounded_up)
{
    assert_int_equal(cpu_quota("max 100000\n"), 0);
    assert_int_equal(cpu_quota("100000 100000\n"), 1);
    assert_int_equal(cpu_quota("150000 100000\n"), 2);
    assert_int_equal(cpu_quota("1000 100000\n"), 1);
    assert_int_equal(cpu_quota("800000 100000\n"), 8);
    assert_int_equal(cpu_quota(""), 0);
    assert_int_equal(cpu_quota("100000"), 0);
    assert_int_equal(cpu_quota("100000 0"), 0);
    assert_int_equal(cpu_quota("-1 100000"), 0);
}

TEST(affinity_counts)
{
    cpu_set_t before, one;
    int all = cpu_count(), cpu = 0;

    assert_true(all >= 1);
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    assert_true(all <= CPU_COUNT(&before));
    while (!CPU_ISSET(cpu, &before))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_int_equal(cpu_count(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(the_environment_forces_the_base_level)
{
    setenv("PORTAL_ISA", "base", 1);
    assert_int_equal(cpu_isa(), ISA_BASE);
    assert_string_equal(cpu_isa_name(cpu_isa()), "base");
    unsetenv("PORTAL_ISA");
}

/* Linux lists the same facts in /proc/cpuinfo. */
TEST(the_level_is_what_the_kernel_lists)
{
    static const char *const flags[] = {" avx2", " fma", " f16c", " bmi1",
                                        " bmi2"};
    char info[8192];
    FILE *f = fopen("/proc/cpuinfo", "r");
    bool all = true;
    size_t n;

    if (!f)
        skip();
    n = fread(info, 1, sizeof(info) - 1, f);
    fclose(f);
    info[n] = '\0';
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        all = all && strstr(info, flags[i]);
    unsetenv("PORTAL_ISA");
    assert_string_equal(cpu_isa_name(cpu_isa()), all ? "v3" : "base");
}

TESTS(quotas_are_rounded_up, affinity_counts,
      the_environment_forces_the_base_level, the_level_is_what_the_kernel_lists)
