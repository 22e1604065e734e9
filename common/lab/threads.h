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
 * Without /proc it returns true. */
static inline bool lab_threads_any(bool (*look)(pid_t)) {
    DIR *tasks = opendir("/proc/self/task");
    bool found = !tasks;
    for (struct dirent *d; !found && (d = readdir(tasks));)
        if (d->d_name[0] != '.') found = look((pid_t)strtol(d->d_name, NULL, 10));
    if (tasks) closedir(tasks);
    return found;
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
/* It looks twice: a thread that ends during the first look may hide another in the list. */
static inline bool lab_threads_none_else(void) {
    return !lab_threads_any(lab_threads_is_stranger)
           && !lab_threads_any(lab_threads_is_stranger);
}

#endif
