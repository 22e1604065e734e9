/* threads.h -- the process's threads: those that are counted, and what the kernel says of all.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_THREADS_H
#define CHAN_LAB_THREADS_H
#include "state.h"

struct chan_lab_thread_ { /* a thread that is counted */
    struct chan_lab_thread_ *prev, *next; pid_t tid; /* 0: not started yet */
    pthread_t id; struct chan_lab_goroutine_ *joiner; /* asleep until this thread ends */
    void *(*f)(void *), *arg; struct chan_lab_goroutine_ *g;
    void *signal_stack; /* or NULL, see crash.h */
    int rounds; /* of destructors that have run at its end */
};
static inline void lab_threads_add(struct chan_lab_thread_ *t) { /* with the lock */
    t->prev = NULL;
    if ((t->next = chan_lab_.threads)) t->next->prev = t;
    chan_lab_.threads = t;
}
static inline void lab_threads_remove(struct chan_lab_thread_ *t) {
    *(t->prev ? &t->prev->next : &chan_lab_.threads) = t->next;
    if (t->next) t->next->prev = t->prev;
}
/* What the kernel says of a thread: 'R' runs or could, 'S' waits for something, 'Z' and 'X' have
 * ended (main's thread stays until the program ends), '?' unknown. */
static inline char lab_threads_kernel_says(pid_t tid, long long *cpu_ms) {
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
/* Calls look(tid) for each thread of the process until it returns true, and returns whether it did.
 * Without /proc it returns true. A signal handler may call it, so it reads the folder without
 * opendir(), which allocates. */
static inline bool lab_threads_any(bool (*look)(pid_t)) {
    struct entry { uint64_t inode, next; unsigned short size; unsigned char type; char name[]; };
    _Alignas(struct entry) char entries[2048];
    int tasks = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool found = tasks < 0;
    for (long n; !found && (n = syscall(SYS_getdents64, tasks, entries, sizeof entries)) > 0;)
        for (long at = 0; !found && at < n;) {
            const struct entry *e = (const struct entry *)(void *)(entries + at);
            if (e->name[0] != '.') found = look((pid_t)strtol(e->name, NULL, 10));
            at += e->size;
        }
    if (tasks >= 0) close(tasks);
    return found;
}
/* Reads the start of a file that /proc has about a thread. Returns the number of bytes, or 0. */
static inline size_t lab_threads_read(pid_t tid, const char *file, char *text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)tid, file);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = from < 0 ? -1 : read(from, text, size - 1);
    if (from >= 0) close(from);
    text[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}
static inline bool lab_threads_is_excused(pid_t tid) { /* It wakes no other thread. */
    long long cpu;
    for (int i = 0; i < chan_lab_.n_strangers; i++)
        if (chan_lab_.strangers[i] == tid) return true;
    char state = lab_threads_kernel_says(tid, &cpu);
    return state == 'Z' || state == 'X';
}
static inline bool lab_threads_is_stranger(pid_t tid) {
    for (struct chan_lab_thread_ *t = chan_lab_.threads; t; t = t->next)
        if (t->tid == tid) return false;
    return !lab_threads_is_excused(tid);
}
static inline bool lab_threads_excuse(pid_t tid) { /* a sanitizer's own thread, before main */
    if (lab_threads_is_stranger(tid) && chan_lab_.n_strangers < 8)
        chan_lab_.strangers[chan_lab_.n_strangers++] = tid;
    return false;
}
/* The address for which the thread is asleep in a futex call, or NULL if it runs, or if it waits
 * for anything else. A thread that another one has woken is not asleep any more. */
static inline const void *lab_threads_futex(pid_t tid) {
    char text[128];
    long call = -1;
    unsigned long address = 0;
    size_t n = lab_threads_read(tid, "syscall", text, sizeof text);
    if (n == 0 || sscanf(text, "%ld %lx", &call, &address) != 2 || call != SYS_futex) return NULL;
    return (const void *)address;
}
/* How often the thread has fallen asleep so far, or -1. */
static inline long lab_threads_falls_asleep(pid_t tid) {
    static const char name[] = "voluntary_ctxt_switches:";
    char text[4096];
    size_t n = lab_threads_read(tid, "status", text, sizeof text);
    const char *p = n > 0 ? strstr(text, name) : NULL;
    return p ? strtol(p + sizeof name - 1, NULL, 10) : -1;
}
/* Whether the program has a handler for a signal, which may post a semaphore. */
static inline void (*lab_threads_handler(int signal))(int) {
    struct sigaction is;
    if (sigaction(signal, NULL, &is) != 0) return SIG_DFL;
    return is.sa_handler;
}
static inline void lab_threads_note_handlers(void) {
    for (int i = 1; i < 65; i++) chan_lab_.handlers[i] = lab_threads_handler(i);
}
static inline bool lab_threads_has_handlers(void) {
    for (int i = 1; i < 65; i++) {
        void (*is)(int) = lab_threads_handler(i);
        if (is != SIG_DFL && is != SIG_IGN && is != chan_lab_.handlers[i]) return true;
    }
    return false;
}
/* It looks twice: a thread that ends during the first look may hide another in the list. */
static inline bool lab_threads_none_else(void) {
    return !lab_threads_any(lab_threads_is_stranger)
           && !lab_threads_any(lab_threads_is_stranger);
}
/* With the laboratory's lock: starts a thread of the laboratory, which gets no signals. */
static inline void lab_threads_start(void *(*f)(void *)) {
    pthread_t id;
    sigset_t all, old;
    struct chan_lab_thread_ *t = lab_state_alloc(sizeof *t);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if ((pthread_create)(&id, NULL, f, t) == 0) pthread_detach(id);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}
/* Called by that thread, without the lock. Then it is no stranger. */
static inline void lab_threads_is_ours(struct chan_lab_thread_ *t) {
    lab_state_enter();
    t->tid = (pid_t)syscall(SYS_gettid);
    lab_threads_add(t);
    lab_state_leave();
}
static inline bool lab_threads_is_another(pid_t tid) {
    return tid != (pid_t)syscall(SYS_gettid) && !lab_threads_is_excused(tid);
}

#endif
