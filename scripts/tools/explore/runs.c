#define _GNU_SOURCE
#include "runs.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FILE_BYTES = 64 << 20, // that a program may write into one file
    END_MS = 8000,         // for limited, which needs at most 7 s
};

static void set_number(const char *variable, long number)
{
    char *value = number < 0 ? copy("") : printed("%ld", number);
    must(setenv(variable, value, 1) == 0, "setenv");
    free(value);
}

// Called in the child. The check gets the seed in SEED, and nothing else.
static void set_environment(const struct search *s, const struct lane *l)
{
    static const char *const ours[] = {"CHAN_SEED", "CHAN_SCHEDULE",
                                       "CHAN_CHOICES", "CHAN_TRACE",
                                       "CHAN_LEAKS"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        must(unsetenv(ours[i]) == 0, "unsetenv");
    const struct batch *b = &s->batch;
    long seed = b->orders ? b->seed : b->first + (long)l->run - 1;
    set_number("SEED", seed);
    if (l->checks)
        return;
    char *choices = work_path(s, "run", l->run, ".choices");
    char *schedule = work_path(s, "schedule", l->run, "");
    must(setenv("CHAN_CHOICES", choices, 1) == 0, "setenv");
    set_number("CHAN_LEAKS", 1);
    if (b->orders)
        must(setenv("CHAN_SCHEDULE", schedule, 1) == 0, "setenv");
    if (!b->orders || b->then_seeds)
        set_number("CHAN_SEED", b->first + (long)l->run - 1);
    free(choices);
    free(schedule);
}

// Returns the limit lowered to MOST, so that it cannot be raised again.
static struct rlimit lowered(struct rlimit limit, rlim_t most)
{
    if (limit.rlim_max > most)
        limit.rlim_max = most;
    limit.rlim_cur = limit.rlim_max;
    return limit;
}

// A panic needs no core, and a program that never stops printing is stopped.
static void set_limits(void)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_CORE, &limit) == 0, "getrlimit");
    limit = lowered(limit, 0);
    must(setrlimit(RLIMIT_CORE, &limit) == 0, "setrlimit");
    must(getrlimit(RLIMIT_FSIZE, &limit) == 0, "getrlimit");
    limit = lowered(limit, FILE_BYTES);
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
}

// Called in the child. In a process group of its own, a program that calls
// kill(0, ...) does not end this tool.
static _Noreturn void become(const struct search *s, const struct lane *l,
                             const int stream[3], pid_t parent)
{
    must(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0, "prctl");
    if (getppid() != parent)
        _exit(128 + SIGTERM);
    must(setpgid(0, 0) == 0, "setpgid");
    set_environment(s, l);
    set_limits();
    for (int i = 0; i < 3; i++)
        must(dup2(stream[i], i) == i, "dup2");
    char *check[] = {(char *)s->set.limited,
                     (char *)s->set.limit,
                     "sh",
                     "-c",
                     (char *)s->set.check,
                     NULL};
    must(sigprocmask(SIG_SETMASK, &s->inherited, NULL) == 0, "sigprocmask");
    char **words = l->checks ? check : s->set.program;
    execv(words[0], words);
    trouble(words[0]);
}

static int opened(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC, 0666);
    must(file >= 0, path);
    return file;
}

static int same_file(int file)
{
    int same = fcntl(file, F_DUPFD_CLOEXEC, 0);
    must(same >= 0, "fcntl");
    return same;
}

// A new file that the run of the lane will write.
static int new_file(const struct search *s, const struct lane *l,
                    const char *end)
{
    char *path = work_path(s, "run", l->run, end);
    remove_old(path);
    int file = opened(path, O_WRONLY | O_CREAT | O_EXCL);
    free(path);
    return file;
}

static void open_program_streams(const struct search *s, const struct lane *l,
                                 int stream[3])
{
    char *choices = work_path(s, "run", l->run, ".choices");
    remove_old(choices);
    free(choices);
    stream[0] = opened("/dev/null", O_RDONLY);
    stream[1] = new_file(s, l, ".out");
    stream[2] = new_file(s, l, ".err");
}

static void open_check_streams(const struct search *s, const struct lane *l,
                               int stream[3])
{
    char *output = work_path(s, "run", l->run, ".out");
    stream[0] = opened(output, O_RDONLY);
    stream[1] = new_file(s, l, ".check");
    stream[2] = same_file(stream[1]);
    free(output);
}

// Starts limited with the program or, if the lane checks, with the check.
static void start(const struct search *s, struct lane *l)
{
    int stream[3];
    if (l->checks)
        open_check_streams(s, l, stream);
    else
        open_program_streams(s, l, stream);
    pid_t parent = getpid();
    l->pid = fork();
    must(l->pid >= 0, "fork");
    if (l->pid == 0)
        become(s, l, stream, parent);
    for (int i = 0; i < 3; i++)
        must(close(stream[i]) == 0, "close");
}

// Notes the status of a lane whose limited has ended. Starts the check, if
// there is one.
static void note_end(struct search *s, struct lane *l, int status)
{
    struct result *r = &s->batch.result[l->run - 1];
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    l->pid = 0;
    if (l->checks) {
        r->checked = code;
        r->known = true;
        return;
    }
    r->status = code;
    if (code == 0 && *s->set.check) {
        l->checks = true;
        start(s, l);
    } else {
        r->known = true;
    }
}

// Notes which lanes have ended. True while others run.
static bool reap(struct search *s)
{
    bool busy = false;
    for (size_t i = 0; i < s->batch.lanes; i++) {
        struct lane *l = &s->batch.lane[i];
        int status;
        if (l->pid == 0)
            continue;
        pid_t pid = waitpid(l->pid, &status, WNOHANG);
        must(pid >= 0, "waitpid");
        if (pid > 0)
            note_end(s, l, status);
        busy = busy || l->pid != 0;
    }
    return busy;
}

// Returns the next signal, or 0 when the time has come.
static int next_signal(const struct search *s, long long until)
{
    for (;;) {
        long long left = until - now_ms();
        if (left < 0)
            left = 0;
        if (left > 1000000000)
            left = 1000000000;
        struct timespec t = {.tv_sec = left / 1000,
                             .tv_nsec = left % 1000 * 1000000};
        int signal = sigtimedwait(&s->waits, NULL, &t);
        if (signal > 0)
            return signal;
        if (errno == EAGAIN && left == 0)
            return 0;
        must(errno == EAGAIN || errno == EINTR, "sigtimedwait");
    }
}

static void kill_lanes(const struct search *s, int signal)
{
    for (size_t i = 0; i < s->batch.lanes; i++)
        if (s->batch.lane[i].pid > 0)
            kill(s->batch.lane[i].pid, signal);
}

// Notes which lanes have ended, and starts no check. True while others run.
static bool reap_killed(struct search *s)
{
    bool busy = false;
    for (size_t i = 0; i < s->batch.lanes; i++) {
        struct lane *l = &s->batch.lane[i];
        if (l->pid > 0 && waitpid(l->pid, NULL, WNOHANG) != 0)
            l->pid = 0;
        busy = busy || l->pid > 0;
    }
    return busy;
}

// Ends all runs. limited answers SIGTERM by ending every process that it has
// started, at a second SIGTERM without delay. If limited does not answer it is
// killed, and the kernel then kills its command.
static void end_runs(struct search *s)
{
    long long until = now_ms() + END_MS;
    kill_lanes(s, SIGTERM);
    for (int killed = 0; reap_killed(s) && killed < 2;) {
        int signal = next_signal(s, until);
        if (signal == 0) {
            kill_lanes(s, SIGKILL);
            until = now_ms() + END_MS;
            killed++;
        } else if (signal != SIGCHLD) {
            kill_lanes(s, SIGTERM);
        }
    }
}

static void start_more(struct search *s, size_t *started)
{
    struct batch *b = &s->batch;
    for (size_t i = 0; i < b->lanes && *started < b->n; i++) {
        if (b->lane[i].pid != 0)
            continue;
        b->lane[i] = (struct lane){.run = ++*started};
        start(s, &b->lane[i]);
    }
}

static void make_room_for_results(struct batch *b)
{
    while (b->room < b->n)
        b->result = with_room(b->result, b->room, &b->room, sizeof *b->result);
    for (size_t i = 0; i < b->n; i++)
        b->result[i] = (struct result){0};
}

// Chooses the size of the next batch, so that it takes about a second.
static void adapt_size(struct batch *b, long long took_ms)
{
    if (took_ms < 1000 && b->size < 32 * b->lanes)
        b->size *= 2;
    if (took_ms > 2000 && b->size > b->lanes)
        b->size /= 2;
}

void run_batch(struct search *s)
{
    size_t started = 0;
    make_room_for_results(&s->batch);
    if (is_over(s))
        return;
    long long began = now_ms();
    while (reap(s) || started < s->batch.n) {
        start_more(s, &started);
        int signal = next_signal(s, s->deadline);
        if (signal == SIGCHLD)
            continue;
        end_runs(s);
        if (signal != 0)
            exit(128 + signal);
        s->stopped = BY_TIME;
        return;
    }
    adapt_size(&s->batch, now_ms() - began);
}

void run_orders(struct search *s, size_t n, long seed)
{
    s->batch.orders = true;
    s->batch.n = n;
    s->batch.seed = seed;
    run_batch(s);
}

void write_schedule(const struct search *s, size_t n, const char *recipe)
{
    char *path = work_path(s, "schedule", n, "");
    remove_old(path);
    save(path, recipe);
    free(path);
}

bool read_choices(const struct search *s, size_t n, struct run *r)
{
    char *path = work_path(s, "run", n, ".choices");
    bool there = read_run(r, path);
    free(path);
    return there;
}

// A signal that was ignored at the start stays ignored.
void block_signals(struct search *s)
{
    static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigemptyset(&s->waits);
    sigaddset(&s->waits, SIGCHLD);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction now;
        must(sigaction(ends[i], NULL, &now) == 0, "sigaction");
        if (now.sa_handler != SIG_IGN)
            sigaddset(&s->waits, ends[i]);
    }
    must(signal(SIGCHLD, SIG_DFL) != SIG_ERR, "signal");
    must(sigprocmask(SIG_BLOCK, &s->waits, &s->inherited) == 0, "sigprocmask");
}

void make_lanes(struct batch *b)
{
    cpu_set_t cores;
    bool known = sched_getaffinity(0, sizeof cores, &cores) == 0;
    b->lanes = known ? (size_t)CPU_COUNT(&cores) : 1;
    b->size = 4 * b->lanes;
    b->lane = checked(calloc(b->lanes, sizeof *b->lane));
}
