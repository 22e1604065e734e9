/* chan_lab.h -- the laboratory: see what goroutines do, be told when they are stuck, replay them.
 *
 *     cc -std=c11 -g -pthread -DCHAN_LAB prog.c     // chan.h includes this file, beside it
 *     ./a.out                                       // says who waits for whom, if all are stuck
 *     CHAN_LEAKS=1 ./a.out                          // ... and at the end who, or what, is left
 *     CHAN_TRACE=out.trace ./a.out                  // what happened: scripts/trace draws it
 *     CHAN_SEED=7 ./a.out                           // one goroutine at a time, 7 says which
 *
 * CHAN_SEED=first lets each goroutine go on until it waits, and then the first that was created.
 * CHAN_CHOICES=FILE writes down who was chosen, CHAN_SCHEDULE=FILE chooses so again. Under a seed
 * time is virtual: it stands still while anyone can go on, then jumps to the next deadline. Exit
 * statuses: 3 all goroutines are asleep, 4 leaks (only if it would have been 0).
 *
 * How it sees: chan.h calls it at its hooks, chan_hook_...(); at the end of chan.h the operations'
 * names are redirected (lab/names.h) to functions of lab/wrap.h, which note what begins, call the
 * operation, and note what came of it. So are pthread_create() and what else can block, as far as
 * lab/wrap_pthread.h lists it.
 *
 * How lab/free.h finds a deadlock, without a seed: `awake` counts the threads that are not parked
 * in an operation of chan.h, `timed` those parked until a deadline. Who wakes a parked thread
 * counts it as awake before that can know; so when both are 0, nobody is left to wake anybody. A
 * thread that nobody counts (a library's) could: while one lives, nothing is said. The laboratory
 * knows nothing of destructors of thread-specific data: one that sends, after its goroutine has
 * returned, is not counted, and may be told as a deadlock.
 *
 * Each file that is compiled so has all of the laboratory in it, which takes the compiler a second.
 * In this repository -DCHAN_LAB_LINKED says that lab/lab.c is compiled once, and linked.
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
