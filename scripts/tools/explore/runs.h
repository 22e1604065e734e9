/* runs.h -- Runs the program under limited, as many times at once as cores. */
#ifndef EXPLORE_RUNS_H
#define EXPLORE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include "files.h"

// To call first. From then on a signal is answered while a batch runs: all runs
// are ended, then the tool exits with status 128 + signal.
void block_signals(struct search *s);
void make_lanes(struct batch *b);
void end_lanes(struct batch *b);

// Runs the batch. If the time is over before its end, some results are unknown.
void run_batch(struct search *s);

// Runs N orders, each written by write_schedule() before. The check gets the
// seed, if it is not -1.
void run_orders(struct search *s, size_t n, long seed);
void write_schedule(const struct search *s, size_t n, const char *recipe);

// Reads the choices of run N of the batch. Returns false if the laboratory is
// not in the program.
bool read_choices(const struct search *s, size_t n, struct run *r);

#endif
