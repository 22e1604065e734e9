/* now.h -- what the goroutines of a living program do, on SIGQUIT.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_NOW_H
#define CHAN_LAB_NOW_H
#include "outside.h"

/* With the lock: the goroutine cannot go on while the lock is held, or all that the report says of
 * its operation are places in the source. */
static inline bool lab_now_is_still(const struct chan_lab_goroutine_ *g) {
    int kind = g->op.kind;
    if (chan_lab_.seeded) return g->state == CHAN_LAB_BLOCKED_;
    return g->parked || g->asleep || kind == CHAN_LAB_SLEEP_ || kind == CHAN_LAB_JOIN_
           || kind == CHAN_LAB_SYSTEM_;
}
/* What the kernel says of a goroutine that is in no operation. */
static inline void lab_now_put_state(struct lab_report *r, const struct chan_lab_goroutine_ *g) {
    long fd = -1;
    long long cpu;
    const struct lab_outside_call *call = lab_outside_of(g, &fd);
    struct lab_lines *l = &r->lines;
    if (call && call->waits_for == LAB_OUTSIDE_INPUT)
        lab_text_say(l, " waits for input in %s, file descriptor\t%ld", call->name, fd);
    else if (call)
        lab_text_say(l, " waits for %s in %s", lab_outside_words(call), call->name);
    else if (chan_lab_.seeded && g->state == CHAN_LAB_READY_ && g != chan_lab_.running)
        lab_text_say(l, " can run");
    else if (g == chan_lab_me_) /* the signal has interrupted it */
        lab_text_say(l, " runs or is in a system call");
    else if (!g->tid)
        lab_text_say(l, " starts");
    else if (lab_threads_kernel_says(g->tid, &cpu) == 'S')
        lab_text_say(l, " is blocked in the kernel");
    else
        lab_text_say(l, " runs");
}
static inline void lab_now_put_goroutine(struct lab_report *r, struct chan_lab_goroutine_ *g) {
    if (lab_now_is_still(g)) {
        lab_report_put_goroutine(r, g);
        return;
    }
    lab_report_begin_at(r, NULL);
    lab_report_put_name(r, g->number, g->name);
    lab_now_put_state(r, g);
    lab_report_put_creator(r, g);
}
/* With the lock. The caller flushes o without it: standard error may be a full pipe. */
static inline void lab_now_put_table(struct lab_text *o) {
    struct lab_report r = { .lines = { .to = o } };
    char head[64];
    int n = 0, shown = 0;
    lab_state_each(g) {
        n++;
        if (lab_now_is_still(g)) lab_report_set_file(&r, g->op.at);
    }
    lab_state_each(g) lab_report_set_file(&r, g->at);
    snprintf(head, sizeof head, "%d goroutine%s, now", n, n == 1 ? "" : "s");
    lab_report_put_head(&r, head);
    lab_state_each(g) if (++shown <= LAB_REPORT_GOROUTINES) lab_now_put_goroutine(&r, g);
    lab_text_end_line(&r.lines);
    if (n > LAB_REPORT_GOROUTINES)
        lab_text_put(o, "  ... and %d more goroutines\n", n - LAB_REPORT_GOROUTINES);
    lab_outside_put_all_blocked(o);
    lab_outside_put_threads(o, "");
}
/* At the program's end, with the lock: how many goroutines nothing has woken. */
static inline int lab_now_count_left(void) {
    int n = 0;
    lab_state_each(g) n += lab_report_is_left(g);
    return n;
}

#endif
