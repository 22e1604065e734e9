/* serve.h -- forks the program once for each run that scripts/explore asks for.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_SERVE_H
#define CHAN_LAB_SERVE_H
#include "threads.h"
#include <sys/prctl.h>

/* <sys/socket.h> and <sys/wait.h> would take names from the program, such as `listen`. */
static inline ssize_t lab_serve_say(int socket, const void *message, size_t size) {
    enum { LAB_SERVE_NO_SIGNAL = 0x4000 }; /* MSG_NOSIGNAL */
    return syscall(SYS_sendto, socket, message, size, LAB_SERVE_NO_SIGNAL, NULL, 0);
}
static inline pid_t lab_serve_wait_for(pid_t child, int *status, int flags) {
    return (pid_t)syscall(SYS_wait4, child, status, flags, NULL);
}
/* A process that is forked before main() costs less than one that is started: the kernel need not
 * load the program, and the linker need not link it. CHAN_SERVE=SOCKET:PARENT offers to take runs
 * in this way. The process then greets, and waits for requests. Each is a message of strings: the
 * files for standard output and standard error, then variables for the environment. The answer is
 * the status of the run, as waitpid() has it. If a run leaves processes behind the server ends
 * as the run did, and the tool limited ends what was left. A script that has started the program
 * is not what the offer was meant for, so PARENT must be the process that did. */
struct lab_serve { int socket; volatile sig_atomic_t ends; volatile pid_t run; };
struct lab_serve lab_serve_ __attribute__((weak));
static inline bool lab_serve_is_another(pid_t tid) {
    return tid != getpid();
}
static inline bool lab_serve_has_offer(void) {
    const char *offer = getenv("CHAN_SERVE");
    int parent = 0;
    if (!offer || sscanf(offer, "%d:%d", &lab_serve_.socket, &parent) != 2) return false;
    unsetenv("CHAN_SERVE");
    if (parent == getppid() && !lab_threads_any(lab_serve_is_another)) return true;
    if (parent == getppid()) close(lab_serve_.socket);
    return false;
}
/* Handles SIGTERM: the run gets it too, and the server ends after the run. */
static inline void lab_serve_end(int number) {
    lab_serve_.ends = 1;
    if (lab_serve_.run > 0) kill(lab_serve_.run, number);
}
/* In the run: as if the request's words were in front of the command. */
static inline void lab_serve_redirect(const char *path, int to) {
    int file = open(path, O_WRONLY);
    if (file < 0 || dup2(file, to) < 0) _exit(2);
    if (file != to) close(file);
}
static inline void lab_serve_become_run(char *request, size_t n, pid_t server) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server) _exit(2);
    setpgid(0, 0);
    close(lab_serve_.socket);
    char *word = request;
    for (int i = 1; word < request + n; i++, word += strlen(word) + 1)
        if (i <= 2) lab_serve_redirect(word, i);
        else putenv(word);
}
static inline int lab_serve_wait(pid_t run) {
    int status = 0;
    while (lab_serve_wait_for(run, &status, 0) < 0)
        if (errno != EINTR) _exit(2);
    return status;
}
static inline bool lab_serve_has_children(void) {
    pid_t ended;
    do ended = lab_serve_wait_for(-1, NULL, WNOHANG);
    while (ended > 0);
    return ended == 0;
}
/* Returns true in the run. */
static inline bool lab_serve_fork(char *request, size_t n, const struct sigaction *before) {
    pid_t server = getpid(), run = fork();
    if (run < 0) _exit(2);
    if (run == 0) {
        sigaction(SIGTERM, before, NULL);
        lab_serve_become_run(request, n, server);
        return true;
    }
    lab_serve_.run = run;
    if (lab_serve_.ends) kill(run, SIGTERM);
    int status = lab_serve_wait(run);
    lab_serve_.run = 0;
    if (lab_serve_.ends || lab_serve_has_children())
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (lab_serve_say(lab_serve_.socket, &status, sizeof status) < 0) _exit(2);
    return false;
}
/* Called before main(). Returns if there is no offer, and in each run. */
static inline void lab_serve_runs(void) {
    static char request[16384];
    struct sigaction before, now = { .sa_handler = lab_serve_end };
    if (!lab_serve_has_offer()) return;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigemptyset(&now.sa_mask);
    sigaction(SIGTERM, &now, &before);
    ssize_t n = lab_serve_say(lab_serve_.socket, "", 1);
    while (n > 0 && !lab_serve_.ends) {
        n = read(lab_serve_.socket, request, sizeof request - 1);
        if (n > 0 && lab_serve_fork(request, (size_t)n, &before)) return;
    }
    _exit(0);
}

#endif
