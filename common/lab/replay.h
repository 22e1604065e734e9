/* replay.h -- under a seed: one goroutine at a time.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_REPLAY_H
#define CHAN_LAB_REPLAY_H
/* ===== 5. Under a seed: one goroutine at a time ============================================== */
/* Who has the turn runs; all others wait for theirs at a futex of their own. The turn is passed on
 * at each operation's start, and when its holder waits, sleeps or ends. A goroutine that the kernel
 * holds up loses it, and counts as outside until it comes back to one of our functions. */
struct chan_lab_out_ chan_lab_log_ __attribute__((weak)) = { .to = -1 };
static inline unsigned long long chan_lab_dice_(void) { /* Sebastiano Vigna's splitmix64 */
    unsigned long long z = chan_lab_.random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
/* The next line of CHAN_SCHEDULE, if it is one of `word` and a number; otherwise -1. */
static inline long chan_lab_scheduled_(const char *word) {
    char *line = chan_lab_.schedule;
    while (line && (line += strspn(line, " \t\r\n"), *line == '#')) line += strcspn(line, "\n");
    if (!line || !*line) return chan_lab_.schedule = NULL, -1;
    chan_lab_.choice++, chan_lab_.line = line;
    size_t n = strlen(word);
    chan_lab_.schedule = line + strcspn(line, "\n");
    return strncmp(line, word, n) ? -1 : strtol(line + n, NULL, 10);
}
static inline void chan_lab_misfit_(void) {
    dprintf(2, "schedule does not fit: choice %lld is %.*s\n", chan_lab_.choice,
            (int)strcspn(chan_lab_.line, "\t#\n"), chan_lab_.line);
    chan_lab_.schedule = NULL;
}
/* One of n, as the seed or the schedule says. */
static inline size_t chan_lab_picks_(size_t n) {
    size_t i = 0;
    long scheduled = chan_lab_.schedule && n > 1 ? chan_lab_scheduled_("pick ") : -1;
    if (n < 2) return 0;
    if (scheduled >= 0 && (size_t)scheduled < n) i = (size_t)scheduled;
    else if (chan_lab_.schedule) chan_lab_misfit_();
    else if (!chan_lab_.first) i = (size_t)((chan_lab_dice_() >> 32) * n >> 32);
    chan_lab_put_(&chan_lab_log_, "pick %zu of %zu\t# %d %s: ", i, n, chan_lab_me_->number,
                  chan_lab_me_->name);
    chan_lab_put_what_(&chan_lab_log_, &chan_lab_me_->op);
    chan_lab_put_(&chan_lab_log_, "\n");
    return i;
}
LAB_CALL_ size_t chan_lab_draws_(size_t n) { /* for a select */
    if (!chan_lab_me_->draws) return n - 1;
    chan_lab_enter_();
    size_t i = chan_lab_picks_(n);
    chan_lab_leave_();
    return n - 1 - i; /* the first choice leaves the cases as they are written */
}
static inline void chan_lab_gets_ready_(struct chan_lab_goroutine_ *g) {
    g->state = CHAN_LAB_READY_, g->deadline = CHAN_NEVER_;
}
/* Time goes on to `when`; who slept until then is ready. */
static inline void chan_lab_time_goes_on_(long long when) {
    if (when / 1000000 > chan_lab_.now / 1000000)
        chan_lab_put_(&chan_lab_log_, "# %lld ms\n", when / 1000000);
    if (when > chan_lab_.now) chan_lab_.now = when;
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->deadline <= chan_lab_.now) chan_lab_gets_ready_(g);
    chan_lab_.idle = 0;
}
static inline long long chan_lab_next_deadline_(void) {
    long long next = CHAN_NEVER_;
    chan_lab_each_(g) if (g->state == CHAN_LAB_BLOCKED_ && g->deadline < next) next = g->deadline;
    return next;
}
static inline bool chan_lab_retries_(void) { /* those that wait for a lock, once */
    bool any = false;
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && !chan_lab_.retried
            && (g->op.kind == CHAN_LAB_MUTEX_ || g->op.kind == CHAN_LAB_RWLOCK_
                || g->op.kind == CHAN_LAB_COND_))
            chan_lab_gets_ready_(g), any = true;
    chan_lab_.retried = true;
    return any;
}
/* Who goes on: NULL if only somebody outside could change anything. */
static inline struct chan_lab_goroutine_ *chan_lab_next_(struct chan_lab_goroutine_ *now,
                                                         bool yields) {
    static struct chan_lab_goroutine_ **list; static size_t room;
    size_t n, i = 0;
    for (;;) { /* we, or, if we yield, those created after us; then the others, or they and we */
        bool goes_on = now && now->state == CHAN_LAB_READY_, after = goes_on && yields;
        n = 0;
        if (room < (size_t)chan_lab_.numbers) {
            list = realloc(list, (room = 2 * (size_t)chan_lab_.numbers) * sizeof *list);
            if (!list) chan_panic_("the laboratory has no memory: %s\n", strerror(ENOMEM));
        }
        if (goes_on && !yields) list[n++] = now;
        for (int pass = !after; pass < 2; pass++)
            chan_lab_each_(g)
                if (g->state == CHAN_LAB_READY_ && g != now
                    && (!after || (pass == 0) == (g->number > now->number))) list[n++] = g;
        if (after) list[n++] = now;
        if (chan_lab_.leaver && (n == 0 || chan_lab_.steps > chan_lab_.last_step))
            chan_lab_gets_ready_(list[0] = chan_lab_.leaver), n = 1;
        if (n == 1) return list[0];
        if (n > 1) break;
        if (chan_lab_.outside > 0) return chan_lab_is_watched_(), NULL;
        long long deadline = chan_lab_next_deadline_();
        if (deadline < CHAN_NEVER_) chan_lab_time_goes_on_(deadline);
        else if (!chan_lab_retries_()) {
            if (chan_lab_.live && chan_lab_nobody_else_()) chan_lab_deadlock_();
            return chan_lab_is_watched_(), NULL;
        }
    }
    bool star = now && list[0] == now;
    long scheduled = chan_lab_.schedule ? chan_lab_scheduled_("run ") : -1;
    if (chan_lab_.schedule || scheduled >= 0) {
        for (i = 0; i < n && list[i]->number != scheduled;) i++;
        if (i == n) i = 0, chan_lab_misfit_();
    } else if (!chan_lab_.first) i = (size_t)((chan_lab_dice_() >> 32) * n >> 32);
    if (chan_lab_log_.to >= 0) {
        chan_lab_put_(&chan_lab_log_, "run %d of", list[i]->number);
        for (size_t k = 0; k < n; k++)
            chan_lab_put_(&chan_lab_log_, " %d%s", list[k]->number, k == 0 && star ? "*" : "");
        chan_lab_put_(&chan_lab_log_, "\t# %d %s: ", list[i]->number, list[i]->name);
        chan_lab_put_what_(&chan_lab_log_, &list[i]->op);
        chan_lab_put_(&chan_lab_log_, "\n");
    }
    return list[i];
}
static inline void chan_lab_gives_turn_(struct chan_lab_goroutine_ *g) {
    chan_lab_.running = g;
    chan_lab_.steps++;
    if (!g || g == chan_lab_me_) return;
    chan_lab_.kept = 0;
    g->turn = 1;
    syscall(SYS_futex, &g->turn, 129 /* WAKE, private */, 1, NULL, NULL, 0);
}
/* With the lock, which is let go meanwhile. */
static inline void chan_lab_waits_for_turn_(struct chan_lab_goroutine_ *me) {
    while (chan_lab_.running != me) {
        me->turn = 0;
        chan_lab_leave_();
        while (!me->turn) syscall(SYS_futex, &me->turn, 128 /* WAIT, private */, 0, NULL, NULL, 0);
        chan_lab_enter_();
    }
}
/* Comes back from outside, or into our sight for the first time. */
static inline void chan_lab_comes_back_(struct chan_lab_goroutine_ *me) {
    if (chan_lab_.running == me) return;
    if (me->state == CHAN_LAB_OUTSIDE_) chan_lab_.outside--;
    me->state = CHAN_LAB_READY_;
    if (!chan_lab_.running) chan_lab_gives_turn_(chan_lab_next_(NULL, false));
    chan_lab_waits_for_turn_(me);
}
/* Passes the turn on, or keeps it. Who has only looked 20 times, or has kept the turn 1,000 times,
 * though others could go on, gives way; and each time a little later than the time before, so that
 * a loop does not give way at the same line forever, with a lock held that the others need. */
static inline bool chan_lab_gives_way_(struct chan_lab_goroutine_ *me) {
    if (me->idle < 20 + me->gave_way % 7 && chan_lab_.kept < 1000 + me->gave_way % 7) return false;
    me->idle = 0;
    me->gave_way++;
    return true;
}
static inline void chan_lab_passes_on_(struct chan_lab_goroutine_ *me, bool yields) {
    chan_lab_.kept++;
    if (!yields) yields = chan_lab_gives_way_(me);
    if (yields) chan_lab_.kept = 0;
    chan_lab_gives_turn_(chan_lab_next_(me, yields));
    chan_lab_waits_for_turn_(me);
}
/* With the lock and the turn: waits until somebody sets us ready, or until then. */
static inline void chan_lab_blocks_(struct chan_lab_goroutine_ *me, long long until) {
    me->state = CHAN_LAB_BLOCKED_;
    me->deadline = until;
    chan_lab_passes_on_(me, false);
}
/* A point at which the turn may pass on. Who only looks, again and again, lets others go first, and
 * if all do nothing else, lets time go on: after 1,000 looks at a clock or a channel, or 100,000 at
 * what a mutex guards, as that may be work. */
static inline void chan_lab_point_(struct chan_lab_goroutine_ *me, int looks, bool yields) {
    chan_lab_enter_();
    chan_lab_comes_back_(me);
    me->idle += looks > 0;
    if ((chan_lab_.idle += looks) > 100000) {
        long long next = chan_lab_next_deadline_();
        chan_lab_time_goes_on_(next < CHAN_NEVER_ ? next : chan_lab_.now + 1000000);
    }
    chan_lab_passes_on_(me, yields);
    chan_lab_leave_();
}
static inline void chan_lab_progress_(void) {
    if (chan_lab_.seeded && chan_lab_me_) chan_lab_me_->idle = 0, chan_lab_.idle = 0;
}
/* With the lock: all who wait for this. */
static inline void chan_lab_sets_ready_(const void *object) {
    chan_lab_each_(g)
        if (g->state == CHAN_LAB_BLOCKED_ && g->waits_for == object) chan_lab_gets_ready_(g);
}
/* How many looks the thread may be asleep: until its output is taken, whatever that takes; for a
 * child of its own two seconds; otherwise five. */
static inline int chan_lab_patience_(pid_t tid) {
    char path[64], text[128] = ""; long call = -1; unsigned long fd = 9;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? 0 : read(from, text, sizeof text - 1);
    if (from >= 0) close(from);
    if (n <= 0 || sscanf(text, "%ld %lx", &call, &fd) != 2) return 5;
    if ((call == SYS_write || call == SYS_writev) && fd >= 1 && fd <= 2) return INT_MAX;
    return call == SYS_wait4 || call == SYS_waitid ? 200 : 5;
}
static inline bool chan_lab_runs_(pid_t tid) {
    long long cpu;
    return tid != (pid_t)syscall(SYS_gettid) && chan_lab_kernel_says_(tid, &cpu) == 'R';
}
static inline bool chan_lab_is_another_(pid_t tid) {
    return tid != (pid_t)syscall(SYS_gettid) && !chan_lab_is_excused_(tid);
}
/* Looks every 10 ms whether the holder of the turn is held up: five times asleep in the kernel and
 * not moved, while no thread of ours runs that it could be waiting for (or a hundred times even
 * so), or two seconds of its own computing. While anyone is outside and nobody can go on, virtual
 * time goes on as real time does. */
static inline void *chan_lab_watches_(void *unused) {
    long long seen = -1, began = 0, cpu = 0, last = chan_lab_real_();
    for (int asleep = 0;;) {
        (nanosleep)(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
        chan_lab_enter_();
        struct chan_lab_goroutine_ *g = chan_lab_.running;
        long long real = chan_lab_real_();
        if (chan_lab_.written) { /* the program ends */
        } else if (g && g->tid) {
            char state = chan_lab_kernel_says_(g->tid, &cpu);
            if (seen != chan_lab_.steps) seen = chan_lab_.steps, asleep = 0, began = cpu;
            asleep = state == 'S' ? asleep + 1 : 0;
            bool waits = asleep >= 5 && asleep >= chan_lab_patience_(g->tid)
                         && (asleep >= 100 || !chan_lab_any_thread_(chan_lab_runs_));
            if (waits || cpu - began > 2000) {
                if (!chan_lab_.warned)
                    dprintf(2, "schedule no longer repeatable: goroutine %d in a %s\n", g->number,
                            waits ? "system call" : "long computation");
                chan_lab_.warned = true;
                g->state = CHAN_LAB_OUTSIDE_, chan_lab_.outside++;
                chan_lab_gives_turn_(chan_lab_next_(NULL, false));
            }
        } else if (!g) { /* has the last thread ended, or a stranger that was in the list? */
            bool last_one = !chan_lab_.live && !chan_lab_any_thread_(chan_lab_is_another_);
            if (last_one) { chan_lab_leave_(); exit(0); }
            chan_lab_gives_turn_(chan_lab_next_(NULL, false));
            if (!chan_lab_.running) chan_lab_time_goes_on_(chan_lab_.now + real - last);
        }
        last = real;
        chan_lab_leave_();
    }
    return unused;
}
static inline void *chan_lab_watcher_main_(void *thread) {
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    t->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_lists_(t);
    chan_lab_leave_();
    return chan_lab_watches_(NULL);
}
static inline void chan_lab_is_watched_(void) { /* from the second goroutine on; with the lock */
    pthread_t id; sigset_t all, old;
    if (!chan_lab_.seeded || chan_lab_.watched) return;
    chan_lab_.watched = true;
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if ((pthread_create)(&id, NULL, chan_lab_watcher_main_, t) == 0) pthread_detach(id);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

#endif
