/* search.h -- The structs that all others work on. */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "orders.h"

// The settings that scripts/explore hands over.
struct settings {
    const char *limited; // the tool that runs the program
    const char *name, *again;
    const char *folder, *shown; // for orders, and how the user writes it
    const char *limit;          // seconds for one run
    const char *check, *time, *how, *colours;
    const char *at_most; // milliseconds of virtual time, or ""
    long seeds, from, preemptions, most, given;
    long brief; // not 0: no search for the shortest way to a failure
    bool orders;
    char **program; // with its arguments
};

// How a run of the batch has ended.
struct result {
    bool known; // false if the time was over before
    int status, checked;
};

// A place for one run at a time. There are as many as cores. A server is the
// program with the laboratory, started once: it forks itself for each run.
struct lane {
    size_t run;   // or 0
    bool checks;  // the program has ended, the check runs
    pid_t pid;    // of limited with the check or with a program that is no
                  // server, or 0
    pid_t server; // of limited with the server, or 0
    int socket;   // to the server
    bool greeted; // the server is ready
    bool
        ends; // the server was asked to end, because its run has taken too long
    long long deadline; // of its run
};

// Runs that are shared out among the lanes: seeds, or orders from the files
// SCHEDULE. The files of each run have its number, from 1 on.
struct batch {
    bool orders;
    long first; // seed
    size_t n;
    long seed;       // of orders, for the check, or -1
    bool then_seeds; // behind each order a seed chooses, from first on
    struct result *result;
    size_t room, size;     // how many runs take about a second
    size_t most;           // runs of a batch
    int (*file)[5];        // of each run: see files.h
    bool served, unserved; // the program becomes a server, or does not
    struct lane *lane;
    struct pollfd *poll; // for each lane, and for signals
    size_t lanes;
};

// A run, by its seed or the number of its order.
struct example {
    long label;
    char *recipe; // of an order
};

// An output, with the status of the program.
struct output {
    char *text;
    int status;
    size_t times;
    struct example first;
    bool shown;
};

// A kind of failure, with its message.
struct failure {
    char *kind, *message;
    bool of_check;
    size_t times;
    struct text labels;
    struct example first;
    char *way; // choices of the shortest run known that fails so, or NULL
    size_t way_length;
    long way_label;
};

// What the program says with lab_sometimes(): this must be true in some run.
struct wish {
    char *name; // with its place
    bool seen;
};

// All results.
struct tally {
    size_t ran, failed, unrepeatables, astray, endless;
    bool logged; // at least one run wrote down its choices
    struct output **output;
    size_t outputs, output_room;
    struct failure **failure;
    size_t failures, failure_room;
    void *output_tree, *failure_tree; // to find one of them again
    struct text why, unrepeatable_labels;
    size_t timed; // runs whose figures are known
    long long least_ms, most_ms;
    long at_work; // the most goroutines at once
    struct wish *wish;
    size_t wishes, wish_room;
};

// The step of a way from which on a failure is inevitable, or 0.
struct fate {
    size_t step;
    size_t seeds; // how many orders were tried from there; all failed
    bool first;   // behind the step before it some order ended well
};

// The way to the failure that is explained: a run. A way with fewer choices
// that depart from the usual order is shorter.
struct way {
    const struct failure *target;
    struct run run;
    size_t *departure; // how many choices up to this one
    size_t departs, preempts, end, room;
    char **trial;
    size_t trials, trial_room;
    size_t replays;
    bool known; // the run fails when it is repeated
    struct fate fate;
    long long until; // time to shorten it
};

enum { TIME_IS_UP = 124 }; // the status of limited and of this tool

enum stopped { NOT_STOPPED, AT_LIMIT, BY_TIME };

// All of the above.
struct search {
    struct settings set;
    sigset_t waits, inherited; // signals
    int signals;               // a file that reports those in waits
    long long deadline;        // or LLONG_MAX
    enum stopped stopped;
    struct batch batch;
    struct orders orders;
    struct order *trying; // the orders of the batch
    size_t tries, trying_room;
    struct tally tally;
    struct way way;
};

long long now_ms(void);

// Whether the time of --time is over.
bool is_over(struct search *s);

#endif
