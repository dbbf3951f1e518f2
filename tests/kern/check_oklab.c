#include "check.h"
#include "kern/oklab.h"

static const struct kern_vivid mixed = {0.4f, -0.3f, 0.7f};
static const struct kern_split tint = {-0.02f, -0.05f, 0.03f, 0.06f, 0.4f};
static struct kern_hues table;

__attribute__((constructor)) static void make_table(void)
{
    for (int i = 0; i <= KERN_HUES; i++)
        table.at[i] = (struct kern_hue){
            .cos1 = -0.001f * (float)(i % 7),
            .sin = 0.05f * (float)(i % 5 - 2),
            .chroma = 0.3f * (float)(i % 11 - 5),
            .light = 0.1f * (float)(i % 3 - 1),
        };
}

CHECK(oklab, from_work, OUT3, IN3, p->n)
CHECK(oklab, to_work, OUT3, IN3, p->n)
CHECK(oklab, vivid, OUT3, IN3, p->n, &mixed)
CHECK(oklab, split, OUT3, IN3, p->n, &tint)
CHECK(oklab, hues, OUT3, IN3, p->n, &table)

#define THREE .in = {{F32}, {F32}, {F32}}, .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {ROW(oklab, from_work), THREE}, {ROW(oklab, to_work), THREE},
    {ROW(oklab, vivid), THREE},     {ROW(oklab, split), THREE},
    {ROW(oklab, hues), THREE},
};
CHECKS(oklab)
