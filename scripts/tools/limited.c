/* limited -- run a command, and end it and all that it started when its time is up.
 *
 *     limited SECONDS COMMAND [ARG...]
 *
 * The scripts run every program through this that they do not trust to end.
 * scripts/lib/programs.sh says what the scripts may rely on. Unlike timeout(1) it
 * leaves the command in its own process group, so the command can read the
 * terminal and ^C reaches it. As a "subreaper" it becomes the parent of every
 * orphan that the command leaves behind, whatever group or session the orphan
 * chose, so it can find and kill all of them.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { TIME_IS_UP = 124, FAILED = 125, CANNOT_RUN = 126, NOT_FOUND = 127 };
enum { GRACE_MS = 2000, SWEEP_MS = 5000 };

static struct {
    pid_t pid;
    bool ended;
    int status;
} command;

static struct {
    bool known;
    struct termios settings;
    pid_t group;
} terminal;

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

// A command that is killed cannot put its terminal back in order itself.
static void remember_terminal(void)
{
    terminal.known = tcgetattr(STDIN_FILENO, &terminal.settings) == 0;
    terminal.group = tcgetpgrp(STDIN_FILENO);
}

static void restore_terminal(void)
{
    if (!terminal.known || terminal.group != getpgrp())
        return;
    // SIGTTOU is blocked, so this works from the background as well.
    tcsetpgrp(STDIN_FILENO, terminal.group);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.settings);
}

// Without an answer from /proc the parent is unknown, which is 0.
static pid_t parent_of(const char *pid)
{
    char path[300], line[600];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[n] = '\0';
    // The name in parentheses may contain anything, parentheses too.
    const char *rest = strrchr(line, ')');
    int parent = 0;
    if (!rest || sscanf(rest + 1, " %*c %d", &parent) != 1)
        return 0;
    return parent;
}

// A child's number cannot be used again before limited has waited for the child, so
// this never kills another process. False without /proc.
static bool kill_children(void)
{
    DIR *proc = opendir("/proc");
    if (!proc)
        return false;
    for (struct dirent *d; (d = readdir(proc));) {
        bool process = isdigit((unsigned char)d->d_name[0]);
        if (process && parent_of(d->d_name) == getpid())
            kill((pid_t)atol(d->d_name), SIGKILL);
    }
    closedir(proc);
    return true;
}

// True while there are children.
static bool reap(void)
{
    int status;
    for (;;) {
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0)
            return pid == 0;
        if (pid == command.pid) {
            command.ended = true;
            command.status = status;
        }
    }
}

// Ends all that is left. The children of a killed child become children of limited, so
// this takes several rounds. A process that the kernel does not let die is left
// after 5 s.
static void sweep(void)
{
    long long deadline = now_ms() + SWEEP_MS;
    while (reap() && now_ms() < deadline) {
        if (!command.ended)
            kill(command.pid, SIGKILL);
        else if (!kill_children())
            return;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

// A signal that nohup has switched off stays ignored.
static void signals_to_wait_for(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    sigaddset(set, SIGCONT);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGQUIT);
    sigaddset(set, SIGTERM);
    struct sigaction now;
    sigaction(SIGHUP, NULL, &now);
    if (now.sa_handler != SIG_IGN)
        sigaddset(set, SIGHUP);
}

// The kernel sends ^C to the whole foreground group. A signal that comes from a process
// (by kill), or that does not reach the command's own group, is passed on.
static void pass_on(const siginfo_t *info)
{
    if (info->si_code <= 0 || getpgid(command.pid) != getpgrp())
        kill(command.pid, info->si_signo);
    kill(command.pid, SIGCONT);
}

// The next signal, or 0 at the deadline.
static int next_signal(const sigset_t *set, long long deadline, siginfo_t *info)
{
    for (;;) {
        long long left = deadline - now_ms();
        if (left < 0)
            left = 0;
        struct timespec t = {.tv_sec = left / 1000,
                             .tv_nsec = left % 1000 * 1000000};
        int signal = sigtimedwait(set, info, &t);
        if (signal > 0)
            return signal;
        if (errno == EAGAIN && left == 0)
            return 0;
    }
}

// Returns when the command has ended or must be killed: 0, TIME_IS_UP, or the signal
// that asked limited to end it.
static int watch(const sigset_t *set, long long limit_ms)
{
    long long deadline = now_ms() + limit_ms;
    siginfo_t info;
    for (;;) {
        int signal = next_signal(set, deadline, &info);
        reap();
        if (command.ended)
            return 0;
        // The time in which ^Z stopped limited does not count.
        if (signal == SIGCONT)
            deadline = now_ms() + limit_ms;
        if (signal == SIGCHLD || signal == SIGCONT)
            continue;
        if (signal == 0) {
            kill(command.pid, SIGTERM);
            kill(command.pid, SIGCONT);
            return TIME_IS_UP;
        }
        pass_on(&info);
        return signal;
    }
}

// The command has been asked to end. A second request, or the end of its time,
// and it need not answer.
static void wait_a_little(const sigset_t *set)
{
    long long deadline = now_ms() + GRACE_MS;
    siginfo_t info;
    while (!command.ended) {
        int signal = next_signal(set, deadline, &info);
        reap();
        if (signal != SIGCHLD && signal != SIGCONT)
            return;
    }
}

static void become(char **argv, const sigset_t *mask)
{
    // If limited is killed, the command must not go on without a limit.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    int error = errno;
    fprintf(stderr, "limited: %s: %s\n", argv[0], strerror(error));
    _exit(error == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

static int fail(const char *what)
{
    fprintf(stderr, "limited: %s: %s\n", what, strerror(errno));
    return FAILED;
}

static int exit_status(int why)
{
    if (why == TIME_IS_UP)
        return TIME_IS_UP;
    if (command.ended && WIFEXITED(command.status))
        return WEXITSTATUS(command.status);
    if (why || !command.ended)
        return 128 + (why ? why : SIGKILL);
    return 128 + WTERMSIG(command.status);
}

static int run(char **argv, long seconds)
{
    sigset_t set, blocked, mask;
    signals_to_wait_for(&set);
    blocked = set;
    sigaddset(&blocked, SIGTTOU);
    sigprocmask(SIG_BLOCK, &blocked, &mask);
    signal(SIGCHLD, SIG_DFL);
    // A shell lets its background jobs ignore these; what is ignored never comes.
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    remember_terminal();
    command.pid = fork();
    if (command.pid < 0)
        return fail("fork");
    if (command.pid == 0)
        become(argv, &mask);
    int why = watch(&set, seconds * 1000);
    if (why)
        wait_a_little(&set);
    bool killed = !command.ended || WIFSIGNALED(command.status);
    sweep();
    if (killed)
        restore_terminal();
    return exit_status(why);
}

int main(int argc, char **argv)
{
    char *end = "";
    long seconds = argc > 2 ? strtol(argv[1], &end, 10) : 0;
    if (seconds < 1 || seconds > 9999999 || *end) {
        fputs("usage: limited SECONDS COMMAND [ARG...]\n", stderr);
        return FAILED;
    }
    pid_t parent = getppid();
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return fail("PR_SET_CHILD_SUBREAPER");
    // A script that is killed takes its programs with it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        return 128 + SIGTERM;
    return run(argv + 2, seconds);
}
