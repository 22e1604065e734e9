/* free.h -- without a seed: who is awake, and whether all are stuck.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_FREE_H
#define CHAN_LAB_FREE_H
/* ===== 4. Threads: who is awake ============================================================== */
struct chan_lab_thread_ { /* those that are counted */
    struct chan_lab_thread_ *prev, *next; pid_t tid; /* 0: not started yet */
    pthread_t id; struct chan_lab_goroutine_ *joiner; /* asleep until we end */
    void *(*f)(void *), *arg; struct chan_lab_goroutine_ *g;
};
static inline void chan_lab_lists_(struct chan_lab_thread_ *t) { /* with the lock */
    t->prev = NULL;
    if ((t->next = chan_lab_.threads)) t->next->prev = t;
    chan_lab_.threads = t;
}
static inline void chan_lab_unlists_(struct chan_lab_thread_ *t) {
    *(t->prev ? &t->prev->next : &chan_lab_.threads) = t->next;
    if (t->next) t->next->prev = t->prev;
}
/* What the kernel says of a thread: 'R' runs or could, 'S' waits for something, 'Z' and 'X' have
 * ended (main's thread stays until the program ends), '?' unknown. */
static inline char chan_lab_kernel_says_(pid_t tid, long long *cpu_ms) {
    char path[64], text[512] = "", *p; unsigned long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? -1 : read(from, text, sizeof text - 1);
    bool gone = n < 0 && (errno == ENOENT || errno == ESRCH);
    if (from >= 0) close(from);
    if (n <= 0 || !(p = strrchr(text, ')')) || strlen(p) < 3) return gone ? 'X' : '?';
    sscanf(p + 2, "%*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu", &user, &system);
    *cpu_ms = (long long)(user + system) * 10;
    return p[2];
}
/* Calls look(tid) for each thread of the process until it is true, and returns whether it was; or
 * true, if nobody can tell. */
static inline bool chan_lab_any_thread_(bool (*look)(pid_t)) {
    DIR *tasks = opendir("/proc/self/task");
    bool found = !tasks;
    for (struct dirent *d; !found && (d = readdir(tasks));)
        if (d->d_name[0] != '.') found = look((pid_t)strtol(d->d_name, NULL, 10));
    if (tasks) closedir(tasks);
    return found;
}
static inline bool chan_lab_is_excused_(pid_t tid) { /* it wakes nobody */
    long long cpu;
    for (int i = 0; i < chan_lab_.n_strangers; i++)
        if (chan_lab_.strangers[i] == tid) return true;
    char state = chan_lab_kernel_says_(tid, &cpu);
    return state == 'Z' || state == 'X';
}
static inline bool chan_lab_is_stranger_(pid_t tid) {
    for (struct chan_lab_thread_ *t = chan_lab_.threads; t; t = t->next)
        if (t->tid == tid) return false;
    return !chan_lab_is_excused_(tid);
}
static inline bool chan_lab_excuses_(pid_t tid) { /* a sanitizer's own thread, before main */
    if (chan_lab_is_stranger_(tid) && chan_lab_.n_strangers < 8)
        chan_lab_.strangers[chan_lab_.n_strangers++] = tid;
    return false;
}
static inline bool chan_lab_nobody_else_(void) { /* twice: who ends now may hide one in the list */
    return !chan_lab_any_thread_(chan_lab_is_stranger_)
           && !chan_lab_any_thread_(chan_lab_is_stranger_);
}
/* With the lock, which it lets go meanwhile. The last to fall asleep looks whether all are, ever
 * less often, until it is woken: a thread that nobody counts may end, and one that has just ended
 * is still listed. Who does not sleep in a parker looks for a moment only. */
static inline void chan_lab_looks_around_(atomic_int *parker, long long deadline) {
    for (int ms = 1, n = 0; parker || n < 10; n++, ms += ms < 50 ? ms : 0) {
        if (chan_lab_.seeded || chan_lab_.awake || chan_lab_.timed || !chan_lab_.live) return;
        if (parker && (*parker != CHAN_PARKED_ || chan_lab_real_() >= deadline)) return;
        if (chan_lab_nobody_else_()) chan_lab_deadlock_();
        chan_lab_leave_();
        struct timespec t = { .tv_nsec = ms * 1000000 };
        if (!parker) (nanosleep)(&t, NULL);
        else syscall(SYS_futex, parker, 128 /* WAIT, private */, CHAN_PARKED_, &t, NULL, 0);
        chan_lab_enter_();
    }
}
LAB_CALL_ void chan_lab_counts_awake_(void) {
    chan_lab_enter_();
    chan_lab_.awake++;
    chan_lab_leave_();
}
static inline struct chan_lab_goroutine_ *chan_lab_adds_(const char *name, const char *at) {
    struct chan_lab_goroutine_ *g = chan_lab_alloc_(sizeof *g);
    chan_lab_enter_();
    *g = (struct chan_lab_goroutine_){ .prev = chan_lab_.last, .number = ++chan_lab_.numbers,
        .by = chan_lab_me_ ? chan_lab_me_->number : 0, .name = name, .at = at,
        .op = { CHAN_LAB_START_, .at = at }, .deadline = CHAN_NEVER_ };
    *(chan_lab_.last ? &chan_lab_.last->next : &chan_lab_.live) = g;
    chan_lab_.last = g;
    chan_lab_leave_();
    return g;
}
static inline void *chan_lab_thread_main_(void *thread) {
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    t->tid = (pid_t)syscall(SYS_gettid);
    chan_lab_leave_();
    pthread_setspecific(chan_lab_.at_end, t);
    if (t->g) chan_lab_starts_(t->g);
    return t->f(t->arg);
}
/* With the lock: who joins a thread is awake again. */
static inline void chan_lab_joined_(struct chan_lab_thread_ *t) {
    if (!t || !t->joiner) return;
    t->joiner->joins = NULL, t->joiner = NULL;
    chan_lab_.awake++;
}
static inline void chan_lab_thread_ends_(void *thread) { /* however it ends */
    struct chan_lab_thread_ *t = thread;
    chan_lab_enter_();
    if (chan_lab_me_) chan_lab_joined_(chan_lab_me_->joins); /* it was cancelled */
    chan_lab_leave_();
    if (chan_lab_me_) chan_lab_ends_();
    chan_lab_enter_();
    chan_lab_joined_(t);
    chan_lab_unlists_(t);
    /* While it is still in the list of the process, it is no stranger. */
    struct chan_lab_thread_ ending = { .tid = t->tid };
    chan_lab_lists_(&ending);
    chan_lab_.awake--;
    chan_lab_looks_around_(NULL, 0);
    chan_lab_unlists_(&ending);
    chan_lab_leave_();
    free(t);
}
static inline void chan_lab_is_watched_(void);
/* A thread that nobody has created before our eyes: main's, and who uses a channel. */
static inline struct chan_lab_goroutine_ *chan_lab_adopts_(const char *name) {
    struct chan_lab_thread_ *t = chan_lab_alloc_(sizeof *t);
    *t = (struct chan_lab_thread_){ .tid = (pid_t)syscall(SYS_gettid), .id = pthread_self() };
    chan_lab_enter_();
    chan_lab_lists_(t), chan_lab_.awake++;
    chan_lab_leave_();
    pthread_setspecific(chan_lab_.at_end, t);
    struct chan_lab_goroutine_ *g = chan_lab_adds_(name, NULL);
    chan_lab_enter_();
    if (g->number == 1) chan_lab_.running = g;
    else chan_lab_is_watched_(); /* the holder of the turn may wait for us, outside */
    chan_lab_leave_();
    chan_lab_starts_(g);
    return g;
}
static inline void chan_lab_in_child_(void);
/* After _Fork(), which calls no handler: another thread may have held the lock for ever. */
static inline void chan_lab_looks_for_parent_(void) {
    if (chan_lab_.pid == getpid()) return;
    memcpy(&chan_lab_.lock, &(pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER, sizeof chan_lab_.lock);
    chan_lab_enter_();
    chan_lab_in_child_();
}
static inline struct chan_lab_goroutine_ *chan_lab_this_(void) {
    chan_lab_looks_for_parent_();
    return chan_lab_me_ ? chan_lab_me_ : chan_lab_adopts_("a thread");
}

#endif
