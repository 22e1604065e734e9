/* choose.h -- how a seed chooses: which goroutine runs, and which case a select begins with.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_CHOOSE_H
#define CHAN_LAB_CHOOSE_H
#include "report.h"

/* An odd seed chooses uniformly: each goroutine that can run is equally likely at each choice. An
 * even seed is stubborn. Each goroutine has a random priority, and the highest one that can run
 * does. At a few random choices the goroutine that would run gets a lower priority than all others
 * had at their start. So one goroutine is held back for many steps, as uniform choices almost never
 * do. (Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi, Nagarakatte, 2010.) How
 * many choices a run will have is unknown, so the magnitude of their numbers is random too. Some
 * stubborn seeds let the goroutines run in turn instead, a step each.
 *
 * Under every second stubborn seed, one in four, sleeps are no synchronisation: time may go on to
 * the end of the next sleep while goroutines can still run, as if they were slow. A schedule has
 * lines for that, `wake 2`: twice the sleep could have ended, then it did. With CHAN_SLEEPS=exact
 * no seed does so, for a program whose output depends on how long its sleeps take.
 *
 * Under the other stubborn seeds, a wait for a condition may return without a signal, as POSIX
 * allows. A line `spurious 2` says that twice such a wait could have returned so, then it did. */
enum { LAB_CHOOSE_CHANGES = 6, LAB_CHOOSE_FAIR = 1000 };
#define LAB_CHOOSE_FIRST ULLONG_MAX
#define LAB_CHOOSE_AT_START (1ULL << 63) /* the ranges of priorities: at the start, */
#define LAB_CHOOSE_CHANGED (1ULL << 62)  /* after a change, and below it of those that gave way */
struct lab_choose {
    bool stubborn, in_turn;
    int wakes;   /* in 64 cases a sleep ends this often */
    bool fast;   /* a goroutine whose sleep ended so is faster than all others from then on */
    long passed; /* how often it could have ended and did not, since the last choice */
    bool spurious; /* a wait for a condition may return without a signal */
    long waited;   /* how often it could have and did not, since the last choice */
    unsigned long long nth, lowest, change_at[LAB_CHOOSE_CHANGES]; /* counted in choices */
};
struct lab_choose lab_choose_ __attribute__((weak));
struct lab_choose_candidates { struct chan_lab_goroutine_ **who; size_t n, room; };

static inline unsigned long long lab_choose_roll(void) { /* Sebastiano Vigna's splitmix64 */
    unsigned long long z = chan_lab_.random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
static inline size_t lab_choose_below(size_t n) { /* a random number less than n */
    return (size_t)((lab_choose_roll() >> 32) * n >> 32);
}
/* At the program's start. A seed that chooses uniformly rolls nothing here. */
static inline void lab_choose_begin(unsigned long long seed) {
    const char *sleeps = getenv("CHAN_SLEEPS");
    bool exact = sleeps && !strcmp(sleeps, "exact");
    static const int changes[] = { 1, 3, LAB_CHOOSE_CHANGES + 1, 6, 2, 4 };
    struct lab_choose *how = &lab_choose_;
    how->spurious = seed % 4 == 2;
    if (seed % 2) return;
    int wanted = changes[seed / 2 % (sizeof changes / sizeof *changes)];
    how->stubborn = true;
    how->in_turn = wanted > LAB_CHOOSE_CHANGES;
    how->lowest = LAB_CHOOSE_CHANGED;
    if (seed % 4 == 0 && !exact) how->wakes = seed % 16 == 12 ? 16 : 62;
    how->fast = seed % 8 == 0;
    for (int i = 0; !how->in_turn && i < wanted; i++) {
        size_t about = (size_t)1 << lab_choose_below(9);
        how->change_at[i] = about + lab_choose_below(about);
    }
}
static inline char *lab_choose_next_line(void) { /* of CHAN_SCHEDULE, or NULL after the last one */
    char *line = chan_lab_.schedule;
    for (; line; line += strcspn(line, "\n")) {
        line += strspn(line, " \t\r\n");
        if (*line != '#') break;
    }
    if (line && !*line) line = NULL;
    return chan_lab_.schedule = line;
}
static inline bool lab_choose_is_wake(const char *line) {
    return line && !strncmp(line, "wake ", 5);
}
static inline bool lab_choose_is_spurious(const char *line) {
    return line && !strncmp(line, "spurious ", 9);
}
static inline long lab_choose_take_line(char *line, const char *word) {
    size_t n = strlen(word);
    chan_lab_.choice++;
    chan_lab_.line = line;
    chan_lab_.schedule = line + strcspn(line, "\n");
    return strncmp(line, word, n) ? -1 : strtol(line + n, NULL, 10);
}
/* The next line of CHAN_SCHEDULE, if it is one of `word` and a number; otherwise -1. The end of a
 * sleep, or of a wait, that can no longer come is left out. */
static inline long lab_choose_scheduled(const char *word) {
    char *line = lab_choose_next_line();
    while (lab_choose_is_wake(line) || lab_choose_is_spurious(line)) {
        lab_choose_take_line(line, "");
        line = lab_choose_next_line();
    }
    return line ? lab_choose_take_line(line, word) : -1;
}
static inline void lab_choose_misfit(void) {
    dprintf(2, "schedule does not fit: choice %lld is %.*s\n", chan_lab_.choice,
            (int)strcspn(chan_lab_.line, "\t#\n"), chan_lab_.line);
    chan_lab_.schedule = NULL;
}
/* Ends a line of CHAN_CHOICES with the goroutine that it is about, and what that one does. */
static inline void lab_choose_end_line(struct chan_lab_goroutine_ *g) {
    lab_text_put(&lab_record_choices_, "\t# %d %s: ", g->number, g->name);
    lab_report_put_op(&lab_record_choices_, &g->op);
    lab_text_put(&lab_record_choices_, "\n");
}
/* One of n, as the seed or the schedule says. */
static inline size_t lab_choose_pick(size_t n) {
    size_t i = 0;
    long scheduled = chan_lab_.schedule && n > 1 ? lab_choose_scheduled("pick ") : -1;
    if (n < 2) return 0;
    lab_choose_.passed = lab_choose_.waited = 0;
    if (scheduled >= 0 && (size_t)scheduled < n) i = (size_t)scheduled;
    else if (chan_lab_.schedule) lab_choose_misfit();
    else if (!chan_lab_.first) i = lab_choose_below(n);
    lab_text_put(&lab_record_choices_, "pick %zu of %zu", i, n);
    lab_choose_end_line(chan_lab_me_);
    return i;
}
static inline void lab_choose_log(const struct lab_choose_candidates *can,
                                  struct chan_lab_goroutine_ *now,
                                  struct chan_lab_goroutine_ *chosen) {
    if (lab_record_choices_.to < 0) return;
    lab_text_put(&lab_record_choices_, "run %d of", chosen->number);
    for (size_t k = 0; k < can->n; k++)
        lab_text_put(&lab_record_choices_, " %d%s", can->who[k]->number,
                     k == 0 && can->who[k] == now ? "*" : "");
    lab_choose_end_line(chosen);
}
static inline size_t lab_choose_highest(const struct lab_choose_candidates *can) {
    size_t best = 0;
    for (size_t i = 0; i < can->n; i++) {
        struct chan_lab_goroutine_ *g = can->who[i];
        if (!g->priority) g->priority = lab_choose_roll() | LAB_CHOOSE_AT_START;
        if (g->priority > can->who[best]->priority) best = i;
    }
    return best;
}
static inline bool lab_choose_changes(void) {
    for (int i = 0; i < LAB_CHOOSE_CHANGES; i++)
        if (lab_choose_.change_at[i] == lab_choose_.nth) return true;
    return false;
}
static inline void lab_choose_put_last(struct chan_lab_goroutine_ *g) {
    g->priority = --lab_choose_.lowest;
}
/* Where goroutines run in turn, they come to their first real step together. */
static inline bool lab_choose_is_step(const struct chan_lab_goroutine_ *g) {
    int kind = g->op.kind;
    return kind != CHAN_LAB_GO_ && kind != CHAN_LAB_START_ && kind != CHAN_LAB_SLEEP_
           && g->priority != LAB_CHOOSE_FIRST;
}
/* A stubborn seed's choice. A goroutine that yields goes behind all others. At every 1,000th choice
 * the highest one does too: two goroutines that keep each other busy leave some steps to others. */
static inline size_t lab_choose_by_priority(const struct lab_choose_candidates *can,
                                            struct chan_lab_goroutine_ *now, bool yields) {
    struct lab_choose *how = &lab_choose_;
    how->nth++;
    if (now && yields) lab_choose_put_last(now);
    size_t best = lab_choose_highest(can);
    struct chan_lab_goroutine_ *g = can->who[best];
    if (how->in_turn) { /* it runs, and is the last one at the next choice */
        if (lab_choose_is_step(g) && lab_choose_below(32) > 0) lab_choose_put_last(g);
        return best;
    }
    if (lab_choose_changes()) g->priority = LAB_CHOOSE_CHANGED | lab_choose_roll() >> 2;
    if (how->nth % LAB_CHOOSE_FAIR == 0) lab_choose_put_last(g);
    return lab_choose_highest(can);
}
/* Whether a sleep may end while goroutines can run, by the seed or by the schedule's next line. */
static inline bool lab_choose_may_wake(void) {
    if (chan_lab_.schedule) return lab_choose_is_wake(lab_choose_next_line());
    return lab_choose_.wakes > 0 && !chan_lab_.first;
}
/* Whether it ends now. */
static inline bool lab_choose_wakes(struct chan_lab_goroutine_ *g,
                                    const struct chan_lab_goroutine_ *other) {
    struct lab_choose *how = &lab_choose_;
    char *line = chan_lab_.schedule;
    bool wakes = line ? strtol(line + strlen("wake "), NULL, 10) <= how->passed
                      : lab_choose_below(64) < (size_t)how->wakes;
    if (!wakes) {
        how->passed++;
        return false;
    }
    if (line) lab_choose_take_line(line, "wake ");
    if (how->fast) g->priority = LAB_CHOOSE_FIRST;
    lab_text_put(&lab_record_choices_, "wake %ld", how->passed);
    lab_choose_end_line(g);
    how->passed = 0;
    lab_record_woke_ = (struct lab_record_woke){ .n = lab_record_woke_.n + 1, .number = g->number,
        .other = other->number, .name = g->name, .other_name = other->name, .at = g->op.at };
    return true;
}
/* Whether a wait for a condition returns at once, without a signal. */
static inline bool lab_choose_returns(struct chan_lab_goroutine_ *me) {
    enum { ONE_IN = 3 };
    struct lab_choose *how = &lab_choose_;
    bool by_schedule = chan_lab_.schedule;
    char *line = by_schedule ? lab_choose_next_line() : NULL;
    if (by_schedule ? !lab_choose_is_spurious(line) : !how->spurious || chan_lab_.first)
        return false;
    bool returns = by_schedule ? strtol(line + strlen("spurious "), NULL, 10) <= how->waited
                               : lab_choose_below(ONE_IN) == 0;
    if (!returns) {
        how->waited++;
        return false;
    }
    if (by_schedule) lab_choose_take_line(line, "spurious ");
    lab_text_put(&lab_record_choices_, "spurious %ld", how->waited);
    lab_choose_end_line(me);
    how->waited = 0;
    lab_record_woke_.returned_at = me->op.at;
    lab_record_woke_.returned = me->number;
    lab_record_woke_.returned_name = me->name;
    return true;
}
/* One of several, as the seed or the schedule says. `now` has the turn, or is NULL. */
static inline struct chan_lab_goroutine_ *lab_choose_goroutine(
    const struct lab_choose_candidates *can, struct chan_lab_goroutine_ *now, bool yields) {
    size_t i = 0;
    lab_choose_.passed = lab_choose_.waited = 0;
    long scheduled = chan_lab_.schedule ? lab_choose_scheduled("run ") : -1;
    if (chan_lab_.schedule || scheduled >= 0) {
        while (i < can->n && can->who[i]->number != scheduled) i++;
        if (i == can->n) lab_choose_misfit();
        if (i == can->n) i = 0;
    } else if (lab_choose_.stubborn) i = lab_choose_by_priority(can, now, yields);
    else if (!chan_lab_.first) i = lab_choose_below(can->n);
    lab_choose_log(can, now, can->who[i]);
    return can->who[i];
}

#endif
