#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

/* The command line of `portal process`, for those who hand it on. */

#include "cli/command.h"
#include "run/options.h"

extern const struct command command_process;

/*
 * The job that the options of command_process, as args_parse() filled them,
 * ask for. It borrows their texts.
 */
int process_read(const void *options, struct process_options *job,
                 struct err *e);

#endif
