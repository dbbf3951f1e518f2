/* Compares every kernel at every CPU level; see check.h. */

#include "check.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTHS 68
#define FILL    0xa5
#define AROUND  256 /* bytes watched before and after a row */

static const struct check_family *const families[] = {
#define X(f) &check_##f,
    KERN_FAMILIES(X)
#undef X
};

static const size_t value_bytes[] = {
    [U8] = 1, [U16] = 2, [F16] = 2, [U32] = 4, [F32] = 4, [F64] = 8,
};

void rows_map(struct rows *r, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = (bytes / page + 2) * page;
    uint8_t *all = mmap(NULL, size + 2 * page, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED ||
        mprotect(all + page, size, PROT_READ | PROT_WRITE) != 0) {
        perror("mmap");
        exit(1);
    }
    r->start = all + page;
    r->end = r->start + size;
}

void rows_unmap(struct rows *r)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);

    munmap(r->start - page, (size_t)(r->end - r->start) + 2 * page);
}

static size_t lane_values(const struct lane *l, size_t n, int step)
{
    const int per = l->per == STEP ? step : l->per ? l->per : 1;

    return n * (size_t)per + (size_t)l->extra;
}

size_t lane_bytes(const struct lane *l, size_t n, int step)
{
    return lane_values(l, n, step) * value_bytes[l->type];
}

bool check_in_place(const struct check *c)
{
    return !c->apart && c->in[0].type == c->out[0].type &&
           c->in[0].per == c->out[0].per && c->in[0].extra == c->out[0].extra;
}

bool check_has_steps(const struct check *c)
{
    for (int i = 0; i < LANES; i++)
        if (c->in[i].per == STEP || c->out[i].per == STEP)
            return true;
    return false;
}

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 32);
}

static uint32_t sign_and(uint32_t bits, uint32_t random)
{
    return bits | (random & 0x80000000);
}

/* The bits of a float: 0 … 1, wide, zero, subnormal, huge, infinite, NaN. */
static uint32_t float_bits(int kind, uint64_t *seed)
{
    const uint32_t r = draw(seed), s = draw(seed);
    const float unit = (float)(r >> 8) * 0x1p-24f;
    uint32_t bits;

    switch (kind) {
    case 0:
        memcpy(&bits, &unit, sizeof(bits));
        return s % 16 == 0 ? 0 : s % 16 == 1 ? 0x3f800000 : bits;
    case 1:
        return sign_and((r & 0x7fffff) | ((127 - 40 + s % 80) << 23), r);
    case 2:
        return r & 0x80000000;
    case 3:
        return r & 0x807fffff;
    case 4:
        return sign_and((r & 0x7fffff) | ((227 + s % 28) << 23), r);
    case 5:
        return sign_and(0x7f800000, r);
    case 6:
        return sign_and(0x7f800001 | (s & 0x7fffff), r);
    default:
        return float_bits((int)(s % 7), seed);
    }
}

void fill(void *row, enum lane_type type, size_t n, int kind, uint64_t *seed)
{
    const uint32_t mask = kind == 2 ? 0 : 0xffffffff;
    const uint32_t ones = kind == 4 ? 0xffffffff : 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = float_bits(kind, seed);
        const uint32_t r = (draw(seed) & mask) | ones;
        uint8_t *at = (uint8_t *)row + i * value_bytes[type];
        float f;

        memcpy(&f, &bits, sizeof(f));
        if (type == F32)
            memcpy(at, &bits, sizeof(bits));
        else if (type == F64)
            memcpy(at, &(double){(double)f}, sizeof(double));
        else if (type == F16 && kind == 0)
            memcpy(at, &(uint16_t){(uint16_t)(r % 0x3c01)}, sizeof(uint16_t));
        else
            memcpy(at, &r, value_bytes[type]); /* little-endian */
    }
}

static bool is_nan(const uint8_t *at, enum lane_type type)
{
    uint16_t h;
    float f;
    double d;

    switch (type) {
    case F16:
        memcpy(&h, at, sizeof(h));
        return (h & 0x7fff) > 0x7c00;
    case F32:
        memcpy(&f, at, sizeof(f));
        return f != f;
    case F64:
        memcpy(&d, at, sizeof(d));
        return d != d;
    default:
        return false;
    }
}

/* The first value that differs (any NaN equals any NaN), or -1. */
static long first_difference(const void *a, const void *b, enum lane_type type,
                             size_t n)
{
    const size_t size = value_bytes[type];

    for (size_t i = 0; i < n; i++) {
        const uint8_t *x = (const uint8_t *)a + i * size;
        const uint8_t *y = (const uint8_t *)b + i * size;

        if (memcmp(x, y, size) != 0 && !(is_nan(x, type) && is_nan(y, type)))
            return (long)i;
    }
    return -1;
}

/* One way of making the call. */
struct attempt {
    enum isa isa;
    size_t n;
    int step, kind;
    bool at_end; /* rows end at the protected page; else they begin at one */
    bool in_place;
};

static struct rows in_rows[LANES], out_rows[LANES], want_rows[LANES];

static void *place(const struct rows *r, const struct lane *l,
                   const struct attempt *a)
{
    const size_t bytes = lane_bytes(l, a->n, a->step);

    return a->at_end ? r->end - bytes : r->start;
}

static void complain(const struct check_family *f, const struct check *c,
                     const struct attempt *a, const char *what, long at)
{
    fprintf(stderr,
            "%s.%s: %s (level %s, n %zu, step %d, kind %d, %s%s, value %ld)\n",
            f->name, c->name, what, cpu_isa_name(a->isa), a->n, a->step,
            a->kind, a->at_end ? "at the end" : "at the start",
            a->in_place ? ", in place" : "", at);
}

/* The bytes around a row, as far as they are mapped. */
static void around(const struct rows *r, const void *row, size_t bytes,
                   uint8_t **lo, uint8_t **hi)
{
    const size_t at = (size_t)((const uint8_t *)row - r->start);
    const size_t after = (size_t)(r->end - r->start) - at - bytes;

    *lo = r->start + (at < AROUND ? 0 : at - AROUND);
    *hi = r->start + at + bytes + (after < AROUND ? after : AROUND);
}

static void prepare(const struct check *c, const struct attempt *a,
                    const struct rows *out, struct probe *p)
{
    uint64_t seed = a->n * 1000003 + (uint64_t)a->kind;
    uint8_t *lo, *hi;

    *p = (struct probe){.n = a->n, .step = a->step};
    for (int i = 0; i < LANES && c->in[i].type; i++) {
        p->in[i] = place(&in_rows[i], &c->in[i], a);
        fill(p->in[i], c->in[i].type, lane_values(&c->in[i], a->n, a->step),
             a->kind, &seed);
    }
    for (int i = 0; i < LANES && c->out[i].type; i++) {
        p->out[i] = place(&out[i], &c->out[i], a);
        around(&out[i], p->out[i], lane_bytes(&c->out[i], a->n, a->step), &lo,
               &hi);
        memset(lo, FILL, (size_t)(hi - lo));
        fill(p->out[i], c->out[i].type, lane_values(&c->out[i], a->n, a->step),
             a->kind ? a->kind : 1, &seed);
        if (a->in_place && c->in[i].type) {
            memcpy(p->out[i], p->in[i], lane_bytes(&c->out[i], a->n, a->step));
            p->in[i] = p->out[i];
        }
    }
}

static bool strayed(const struct check *c, const struct attempt *a,
                    const struct probe *p)
{
    for (int i = 0; i < LANES && c->out[i].type; i++) {
        const size_t bytes = lane_bytes(&c->out[i], a->n, a->step);
        const uint8_t *row = p->out[i];
        uint8_t *lo, *hi;

        around(&out_rows[i], row, bytes, &lo, &hi);
        for (const uint8_t *b = lo; b < row; b++)
            if (*b != FILL)
                return true;
        for (const uint8_t *b = row + bytes; b < hi; b++)
            if (*b != FILL)
                return true;
    }
    return false;
}

/* The attempt must give what level base gives out of place at the end. */
static int compare(const struct check_family *f, const struct check *c,
                   const struct attempt *a)
{
    struct attempt first = *a;
    struct probe want, got;

    first.isa = ISA_BASE;
    first.in_place = false;
    prepare(c, &first, want_rows, &want);
    c->run(kern_for(ISA_BASE), &want);
    prepare(c, a, out_rows, &got);
    c->run(kern_for(a->isa), &got);

    for (int i = 0; i < LANES && c->out[i].type; i++) {
        const long at =
            first_difference(want.out[i], got.out[i], c->out[i].type,
                             lane_values(&c->out[i], a->n, a->step));

        if (at >= 0) {
            complain(f, c, a, "differs", at);
            return 1;
        }
    }
    if (strayed(c, a, &got)) {
        complain(f, c, a, "writes outside of its row", -1);
        return 1;
    }
    return 0;
}

static int check_shape(const struct check_family *f, const struct check *c,
                       struct attempt a)
{
    const enum isa best = cpu_isa();

    for (int isa = ISA_BASE; isa <= (int)best; isa++)
        for (int variant = 0; variant < 4; variant++) {
            a.isa = (enum isa)isa;
            a.at_end = variant & 1;
            a.in_place = variant & 2;
            if (a.in_place && !check_in_place(c))
                continue;
            if (compare(f, c, &a))
                return 1;
        }
    return 0;
}

static int check_one(const struct check_family *f, const struct check *c)
{
    const int steps = check_has_steps(c) ? 5 : 1;

    for (int step = 1; step <= steps; step++)
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t n = 0; n < LENGTHS; n++)
                if (check_shape(
                        f, c,
                        (struct attempt){.n = n, .step = step, .kind = kind}))
                    return 1;
    return 0;
}

/* CHECKS() counts; this sees that no kernel has two checks and one none. */
static int check_slots(const struct check_family *f)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t j = 0; j < i; j++)
            if (f->checks[i].at == f->checks[j].at) {
                fprintf(stderr, "%s.%s: checked twice\n", f->name,
                        f->checks[i].name);
                return 1;
            }
    return 0;
}

static void map_all(size_t bytes)
{
    for (int i = 0; i < LANES; i++) {
        rows_map(&in_rows[i], bytes);
        rows_map(&out_rows[i], bytes);
        rows_map(&want_rows[i], bytes);
    }
}

int main(int argc, char **argv)
{
    const size_t count = sizeof(families) / sizeof(families[0]);
    int bad = 0, good = 0;

    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        bench(families, count, argc > 2 ? argv[2] : "");
        return 0;
    }
    map_all(8192);
    for (size_t i = 0; i < count; i++) {
        bad += check_slots(families[i]);
        for (size_t j = 0; j < families[i]->count; j++)
            if (check_one(families[i], &families[i]->checks[j]))
                bad++;
            else
                good++;
    }
    printf("%d kernels agree at all levels up to %s, %d do not\n", good,
           cpu_isa_name(cpu_isa()), bad);
    return bad != 0;
}
