/* chan_lab.h -- the laboratory: draws runs, reports deadlocks and leaks, and repeats runs.
 *
 *     cc -std=c11 -g -pthread -DCHAN_LAB prog.c     // chan.h includes this file, beside it
 *     ./a.out                                       // reports a deadlock
 *     CHAN_LEAKS=1 ./a.out                          // reports leaks at exit
 *     CHAN_FLIGHT=1 ./a.out                         // reports the last events too
 *     CHAN_TRACE=out.trace ./a.out                  // records the run; scripts/trace draws it
 *     CHAN_SEED=7 ./a.out                           // one goroutine at a time, chosen by the seed
 *
 * With CHAN_SEED=first a goroutine runs until it blocks, then the oldest one that can run.
 * CHAN_CHOICES=FILE records the choices, CHAN_SCHEDULE=FILE repeats them. Under a seed time is
 * virtual: it does not pass while a goroutine can run, then it jumps to the next deadline. Exit
 * status: 3 for a deadlock, 4 for leaks (only if it would have been 0).
 *
 * How it sees: chan.h calls its hooks, chan_hook_...(). At the end of chan.h the names of the
 * operations are redirected (lab/names.h) to functions of lab/wrap.h. These record the begin, call
 * the operation, and record the result. The same holds for pthread_create() and the blocking calls
 * that lab/wrap_pthread.h lists.
 *
 * How lab/free.h finds a deadlock, without a seed: `awake` counts the threads that are not parked
 * in an operation of chan.h, `timed` those parked until a deadline. A thread that wakes a parked
 * one counts it as awake first. So if both are 0, no thread is left that could wake another one. A
 * thread that is not counted (a library's) could: while one lives, nothing is reported. A thread is
 * counted until the second round of destructors of its thread-specific data has ended.
 *
 * Each file that is compiled with it contains all of the laboratory, which takes about a second.
 * With -DCHAN_LAB_LINKED, as in this repository, lab/lab.c is compiled once and linked.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_H
#define CHAN_LAB_H
#ifndef CHAN_LAB_HOOKS_H
#error "include chan.h, and compile with -DCHAN_LAB"
#endif
#if !defined CHAN_LAB_LINKED || defined CHAN_LAB_IS_HERE_
#include "lab/program.h" /* and, below it, all rooms */
#endif
#include "lab/names.h"
#endif
