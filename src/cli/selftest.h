#ifndef CLI_SELFTEST_H
#define CLI_SELFTEST_H

#include "base/cpu.h"
#include "op/op.h"

/*
 * Runs an operation with values off their defaults over a 64 x 64 picture,
 * once with the portable kernels and once with those of `isa`. 1: the same
 * bits, 0: they differ, negative: it could not be run (a value is missing).
 */
int selftest_op(const struct op *op, enum isa isa, struct err *e);

#endif
