/* flight.h -- the flight recorder: prints the last events of each goroutine.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_FLIGHT_H
#define CHAN_LAB_FLIGHT_H
#include "record.h"

/* CHAN_FLIGHT=1 means 20 events of each goroutine, another number means that many. */
enum { LAB_FLIGHT_EVENTS = 20, LAB_FLIGHT_MOST = 10000 };
static inline int lab_flight_wanted(const char *setting) {
    long n = setting ? strtol(setting, NULL, 10) : 0;
    if (n == 1) return LAB_FLIGHT_EVENTS;
    return n < 0 ? 0 : n < LAB_FLIGHT_MOST ? (int)n : LAB_FLIGHT_MOST;
}
/* How wide the texts of an event are. Longer ones are cut. */
enum { LAB_FLIGHT_INDENT = 4, LAB_FLIGHT_PLACE = 16, LAB_FLIGHT_EXPRESSION = 24,
       LAB_FLIGHT_VALUE = 20 };
static inline const char *lab_flight_place(const char *at) { /* without the folders */
    const char *slash = at ? strrchr(at, '/') : NULL;
    if (!at) return "";
    at = slash ? slash + 1 : at;
    size_t n = strlen(at);
    return n > LAB_FLIGHT_PLACE ? at + n - LAB_FLIGHT_PLACE : at;
}
static inline void lab_flight_put_value(struct lab_lines *l, const struct chan_lab_event_ *e) {
    if (e->closed) lab_text_say(l, ": closed");
    if (e->closed || !e->value_kind) return;
    lab_text_say(l, ":");
    lab_text_end_word(l);
    if (l->column + LAB_FLIGHT_VALUE > LAB_TEXT_COLUMNS) {
        lab_text_put(l->to, "\n");
        lab_text_indent(l, l->indent + LAB_TEXT_HANG);
    } else lab_text_put(l->to, " ");
    lab_record_put_value(l->to, e);
}
static inline void lab_flight_put_spelled(struct lab_lines *l, const struct chan_lab_event_ *e) {
    lab_text_say(l, " ");
    lab_text_say_cut(l, e->spelled ? e->spelled : "", LAB_FLIGHT_EXPRESSION);
}
static inline void lab_flight_put_select(struct lab_lines *l, const struct chan_lab_event_ *e) {
    lab_text_say(l, "select: case %d, ", e->which);
    if (e->by == CHAN_DEFAULT_) lab_text_say(l, "default");
    else if (e->by == CHAN_TIMEOUT_) lab_text_say(l, "timeout");
    else {
        lab_text_say(l, e->by == CHAN_SEND_ ? "send on" : "receive on");
        lab_flight_put_spelled(l, e);
        lab_flight_put_value(l, e);
    }
}
static inline void lab_flight_put_what(struct lab_lines *l, const struct chan_lab_event_ *e) {
    int kind = e->kind;
    if (kind == CHAN_LAB_SELECT_) lab_flight_put_select(l, e);
    else if (kind == CHAN_LAB_START_) lab_text_say(l, "start");
    else if (kind == CHAN_LAB_END_) lab_text_say(l, "end");
    else if (kind == CHAN_LAB_WAKE_ && e->by) lab_text_say(l, "woken by goroutine %d", e->by);
    else if (kind == CHAN_LAB_WAKE_) lab_text_say(l, "goes on");
    else if (kind == CHAN_LAB_BLOCK_ && e->doing == CHAN_LAB_SELECT_)
        lab_text_say(l, "blocked: select of %d", e->of);
    else if (kind == CHAN_LAB_BLOCK_) {
        lab_text_say(l, "blocked: %s", lab_state_verb(e->doing));
        lab_flight_put_spelled(l, e);
    } else if (kind == CHAN_LAB_ADD_ && e->by == -1) {
        lab_text_say(l, "done");
        lab_flight_put_spelled(l, e);
    } else if (kind == CHAN_LAB_ADD_) {
        lab_text_say(l, "add %d to", e->by);
        lab_flight_put_spelled(l, e);
    } else {
        lab_text_say(l, "%s", lab_state_verb(kind));
        lab_flight_put_spelled(l, e);
        if (kind == CHAN_LAB_RECV_ || kind == CHAN_LAB_SEND_) lab_flight_put_value(l, e);
    }
}
static inline void lab_flight_put_event(struct lab_lines *l, const struct chan_lab_event_ *e) {
    lab_text_begin_line(l, LAB_FLIGHT_INDENT);
    lab_text_put(l->to, "%*s%6lld.%03lld ms  %-*s", LAB_FLIGHT_INDENT, "", e->when / 1000000,
                 e->when / 1000 % 1000, LAB_FLIGHT_PLACE, lab_flight_place(e->at));
    l->column = LAB_FLIGHT_INDENT + 15 + LAB_FLIGHT_PLACE;
    lab_flight_put_what(l, e);
    lab_text_end_line(l);
}
/* The goroutine may go on meanwhile, and replace the oldest events of its ring. So an event is
 * copied, and the copy is used if it is still there. */
#pragma GCC diagnostic push /* With a fence ThreadSanitizer sees less. That does no harm here. */
CHAN_IGNORE_("-Wtsan")
static inline bool lab_flight_get(struct chan_lab_events_ *some, int k,
                                  struct chan_lab_event_ *into) {
    memcpy(into, &some->event[k % some->room], sizeof *into);
    /* It changes nothing, and comes after the copy. ThreadSanitizer knows no fence. */
    int n = atomic_fetch_add(&some->n, 0);
    return into->kind != CHAN_LAB_NONE_ && n - k < some->room;
}
#pragma GCC diagnostic pop
static inline void lab_flight_put_goroutine(struct lab_lines *l,
                                            const struct chan_lab_goroutine_ *g, bool ended) {
    struct chan_lab_event_ e;
    long long n = 0, before = 0;
    for (struct chan_lab_events_ *some = g->events; some; some = some->next) n += some->n;
    if (n == 0) return;
    lab_text_begin_line(l, 2);
    lab_text_say(l, "goroutine %d (", g->number);
    lab_text_say_cut(l, g->name, 32);
    lab_text_say(l, ended ? "), which has ended:" : "):");
    for (struct chan_lab_events_ *some = g->events; some; some = some->next) {
        long long skip = n - before - chan_lab_.flight;
        for (int k = skip > 0 ? (int)skip : 0; k < some->n; k++)
            if (lab_flight_get(some, k, &e)) lab_flight_put_event(l, &e);
        before += some->n;
    }
    lab_text_end_line(l);
}
/* With the lock, if it could be had. Only the first call prints. */
static inline void lab_flight_print(void) {
    static struct lab_text o = { .to = 2 };
    static atomic_bool printed;
    struct lab_lines l = { .to = &o };
    if (chan_lab_.flight == 0 || atomic_exchange(&printed, true)) return;
    lab_text_put(&o, "the last %d events of each goroutine:\n", chan_lab_.flight);
    lab_state_each(g) lab_flight_put_goroutine(&l, g, false);
    for (struct chan_lab_goroutine_ *g = chan_lab_.ended; g; g = g->next)
        lab_flight_put_goroutine(&l, g, true);
    lab_text_flush(&o);
}

#endif
