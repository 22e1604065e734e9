/* run.h -- the events of a run, and what they mean.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef TRACE_SVG_RUN_H
#define TRACE_SVG_RUN_H
#include "text.h"
#include <stdio.h>

enum { EVENTS = 3000 }; // no picture holds more; the rest is counted
enum { FLOWS = 10 };    // the description names no more

enum kind {
    START,
    PASS,
    PUT,
    TAKE,
    CLOSE,
    CLOSED,
    DEFAULT,
    TIMEOUT,
    SLEEP,
    WAKE,
    DONE,
    WAIT,
    BLOCK,
    RESUME,
    STUCK,
    PANIC,
    END,
    UNKNOWN
};

extern const char *const kind_names[];

struct event {
    double time; // in nanoseconds
    enum kind kind;
    int lane, other;   // numbers of goroutines
    const char *what;  // a value, a duration, what it waits for
    const char *name;  // of the channel or the wait group
    const char *value; // of a value: its ID, CHANNEL.N
    int channel;       // an index into the picture's channels
    int put; // of a take: the index of the event that put it in, or -1
};

struct goroutine {
    int number;
    const char *name, *function;
};

// How many values went from one goroutine to another.
struct flow {
    int from, to;
    long values;
};

// A run. Nothing changes it after it has been read.
struct run {
    struct arena memory;
    const char *program;
    bool in_virtual_time;
    struct goroutine *goroutine;
    int goroutines;
    struct event *event;
    int n;
    const char **channel;
    int channels;
    struct flow flow[FLOWS];
    int flows;
    bool more_flows;
    long values, counts[UNKNOWN + 1];
};

double number_in(const char *s);
const char *name_of(const struct run *run, int number);
const char *function_of(const struct run *run, int number);
void read_run(struct run *run, FILE *in);
void free_run(struct run *run);

#endif
