#define _GNU_SOURCE
#include "runs.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FILE_BYTES = 64 << 20, // that a program may write into one file
    END_MS = 8000,         // for limited, which needs at most 7 s
    SERVER_SOCKET = 3,     // its number in the server
};

static void add_variable(struct text *t, const char *name, const char *value)
{
    add(t, name);
    add(t, value);
    add_bytes(t, "", 1);
}

static void add_number(struct text *t, const char *name, long number)
{
    char *value = number < 0 ? copy("") : printed("%ld", number);
    add_variable(t, name, value);
    free(value);
}

static void add_path(struct text *t, const struct search *s, const char *name,
                     const struct lane *l, enum file file)
{
    char *path = path_of(s, l->run, file);
    add_variable(t, name, path);
    free(path);
}

// Returns what the environment of the lane's run has in addition, with a zero
// behind each variable. The check gets the seed in SEED, and nothing else.
static struct text variables_of(const struct search *s, const struct lane *l)
{
    const struct batch *b = &s->batch;
    struct text t = {0};
    long seed = b->first + (long)l->run - 1;
    add_number(&t, "SEED=", b->orders ? b->seed : seed);
    if (l->checks)
        return t;
    add_path(&t, s, "CHAN_CHOICES=", l, CHOICES);
    add_number(&t, "CHAN_LEAKS=", 1);
    if (b->orders)
        add_path(&t, s, "CHAN_SCHEDULE=", l, SCHEDULE);
    if (!b->orders || b->then_seeds)
        add_number(&t, "CHAN_SEED=", seed);
    return t;
}

// Called in the child.
static void set_environment(const struct text *variables)
{
    static const char *const ours[] = {"CHAN_SEED",    "CHAN_SCHEDULE",
                                       "CHAN_CHOICES", "CHAN_TRACE",
                                       "CHAN_LEAKS",   "CHAN_SERVE"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        must(unsetenv(ours[i]) == 0, "unsetenv");
    char *word = variables->s, *end = word + variables->length;
    for (; word < end; word += strlen(word) + 1)
        must(putenv(word) == 0, "putenv");
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

// What limited is started with.
struct job {
    char **words;
    struct text variables; // of the environment
    int stream[3];
    int socket; // to a server, or -1
};

// A server accepts the offer only from its parent, which this process will be.
static void offer(int socket)
{
    char *place = printed("%d:%ld", SERVER_SOCKET, (long)getpid());
    must(setenv("CHAN_SERVE", place, 1) == 0, "setenv");
    must(dup2(socket, SERVER_SOCKET) == SERVER_SOCKET, "dup2");
    free(place);
}

// Called in the child. In a process group of its own, a program that calls
// kill(0, ...) does not end this tool.
static _Noreturn void become(const struct search *s, const struct job *j,
                             pid_t parent)
{
    must(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0, "prctl");
    if (getppid() != parent)
        _exit(128 + SIGTERM);
    must(setpgid(0, 0) == 0, "setpgid");
    set_environment(&j->variables);
    set_limits();
    for (int i = 0; i < 3; i++)
        must(dup2(j->stream[i], i) == i, "dup2");
    if (j->socket >= 0)
        offer(j->socket);
    must(sigprocmask(SIG_SETMASK, &s->inherited, NULL) == 0, "sigprocmask");
    execv(j->words[0], j->words);
    trouble(j->words[0]);
}

// Starts limited, and frees what the job consists of.
static pid_t start_job(const struct search *s, struct job *j)
{
    pid_t parent = getpid(), pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0)
        become(s, j, parent);
    for (int i = 0; i < 3; i++)
        must(close(j->stream[i]) == 0, "close");
    clear(&j->variables);
    return pid;
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

// Opens a file of the lane's run once more: from its beginning, and for one
// direction.
static int run_file(const struct search *s, const struct lane *l,
                    enum file which, int flags)
{
    char *path = path_of(s, l->run, which);
    int file = opened(path, flags);
    free(path);
    return file;
}

static void start_check(const struct search *s, struct lane *l)
{
    char *words[] = {(char *)s->set.limited,
                     (char *)s->set.limit,
                     "sh",
                     "-c",
                     (char *)s->set.check,
                     NULL};
    l->checks = true;
    struct job j = {
        .words = words, .variables = variables_of(s, l), .socket = -1};
    j.stream[0] = run_file(s, l, OUTPUT, O_RDONLY);
    j.stream[1] = run_file(s, l, CHECKED, O_WRONLY);
    j.stream[2] = same_file(j.stream[1]);
    l->pid = start_job(s, &j);
}

static void start_program(const struct search *s, struct lane *l)
{
    struct job j = {
        .words = s->set.program, .variables = variables_of(s, l), .socket = -1};
    j.stream[0] = opened("/dev/null", O_RDONLY);
    j.stream[1] = run_file(s, l, OUTPUT, O_WRONLY);
    j.stream[2] = run_file(s, l, MESSAGES, O_WRONLY);
    l->pid = start_job(s, &j);
}

// Starts a server, which the program becomes. It greets when it is ready.
static void start_server(const struct search *s, struct lane *l)
{
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0,
         "socketpair");
    char *forever = "9999999", *limit = s->set.program[1];
    struct job j = {.words = s->set.program, .socket = pair[1]};
    s->set.program[1] = forever;
    j.stream[0] = opened("/dev/null", O_RDONLY);
    j.stream[1] = opened("/dev/null", O_WRONLY);
    j.stream[2] = opened("/dev/null", O_WRONLY);
    l->server = start_job(s, &j);
    s->set.program[1] = limit;
    must(close(pair[1]) == 0, "close");
    l->socket = pair[0];
    l->greeted = l->ends = false;
}

// Asks the server to run the program. common/lab/serve.h says how.
static void request_run(const struct search *s, struct lane *l)
{
    struct text message = {0}, variables = variables_of(s, l);
    add_path(&message, s, "", l, OUTPUT);
    add_path(&message, s, "", l, MESSAGES);
    add_bytes(&message, variables.s, variables.length);
    // If the server has ended, SIGCHLD says so.
    ssize_t n = send(l->socket, message.s, message.length, MSG_NOSIGNAL);
    must(n >= 0 || errno == EPIPE || errno == ECONNRESET, "send");
    clear(&message);
    clear(&variables);
}

// Starts the program for the lane's run: in a server, or if the program does
// not become one, by limited.
static void start(const struct search *s, struct lane *l)
{
    empty_files(s, l->run);
    if (s->batch.unserved) {
        start_program(s, l);
        return;
    }
    l->deadline = now_ms() + 1000 * atoll(s->set.limit);
    if (l->server)
        request_run(s, l);
    else
        start_server(s, l);
}

// Notes the status of the lane's run. Starts the check, if there is one.
static void note_end(struct search *s, struct lane *l, int code)
{
    struct result *r = &s->batch.result[l->run - 1];
    if (l->checks) {
        r->checked = code;
        r->known = true;
        l->run = 0;
        return;
    }
    r->status = code;
    if (code == 0 && *s->set.check) {
        start_check(s, l);
    } else {
        r->known = true;
        l->run = 0;
    }
}

static int code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_served(const struct lane *l)
{
    return l->run && l->server && !l->pid;
}

// Takes in what a server has sent: its greeting, or the status of a run.
static void hear_server(struct search *s, struct lane *l)
{
    int status = 0;
    if (!is_served(l) ||
        recv(l->socket, &status, sizeof status, MSG_DONTWAIT) <= 0)
        return;
    if (l->greeted) {
        note_end(s, l, code_of(status));
    } else {
        l->greeted = true;
        s->batch.served = true;
        request_run(s, l);
    }
}

// Notes that a server has ended. If it has served a run, it has ended as the
// run. If it has never greeted, the program is started for each run.
static void note_end_of_server(struct search *s, struct lane *l, int code)
{
    bool served = is_served(l);
    l->server = 0;
    must(close(l->socket) == 0, "close");
    bool late = l->ends;
    l->ends = false;
    if (served && l->greeted) {
        note_end(s, l, late ? TIME_IS_UP : code);
    } else if (served) {
        s->batch.unserved = true;
        start(s, l);
    }
}

// Returns whether the process has ended. It has a number other than 0.
static bool has_ended(pid_t pid, int *code)
{
    int status;
    pid_t ended = pid ? waitpid(pid, &status, WNOHANG) : 0;
    must(ended >= 0, "waitpid");
    if (ended > 0)
        *code = code_of(status);
    return ended > 0;
}

// Notes which runs have ended. True while others run.
static bool reap(struct search *s)
{
    bool busy = false;
    for (size_t i = 0; i < s->batch.lanes; i++) {
        struct lane *l = &s->batch.lane[i];
        int code = 0;
        bool server_ended = has_ended(l->server, &code);
        hear_server(s, l);
        if (server_ended)
            note_end_of_server(s, l, code);
        if (has_ended(l->pid, &code)) {
            l->pid = 0;
            note_end(s, l, code);
        }
        busy = busy || l->run || l->ends;
    }
    return busy;
}

// Ends the servers whose runs have no time left.
static void end_late_runs(struct search *s)
{
    for (size_t i = 0; i < s->batch.lanes; i++) {
        struct lane *l = &s->batch.lane[i];
        if (!is_served(l) || l->ends || now_ms() < l->deadline)
            continue;
        l->ends = true;
        kill(l->server, SIGTERM);
    }
}

// Returns when the next run has no time left, or the search.
static long long next_deadline(const struct search *s)
{
    long long next = s->deadline;
    for (size_t i = 0; i < s->batch.lanes; i++) {
        const struct lane *l = &s->batch.lane[i];
        if (is_served(l) && !l->ends && l->deadline < next)
            next = l->deadline;
    }
    return next;
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

// Waits until a server sends something, a signal comes, or a deadline has come.
// Returns the signal, SIGCHLD for a server, or 0 for a deadline.
static int next_event(const struct search *s)
{
    const struct batch *b = &s->batch;
    for (size_t i = 0; i < b->lanes; i++)
        b->poll[i] = (struct pollfd){
            .fd = is_served(&b->lane[i]) ? b->lane[i].socket : -1,
            .events = POLLIN};
    b->poll[b->lanes] = (struct pollfd){.fd = s->signals, .events = POLLIN};
    long long left = next_deadline(s) - now_ms();
    if (left < 0)
        left = 0;
    if (left > 1000000000)
        left = 1000000000;
    int n = poll(b->poll, b->lanes + 1, (int)left);
    must(n >= 0 || errno == EINTR, "poll");
    struct signalfd_siginfo info;
    if (b->poll[b->lanes].revents == 0)
        return n > 0 ? SIGCHLD : 0;
    must(read(s->signals, &info, sizeof info) == sizeof info, "signalfd");
    return (int)info.ssi_signo;
}

static void kill_lanes(const struct search *s, int signal)
{
    for (size_t i = 0; i < s->batch.lanes; i++) {
        const struct lane *l = &s->batch.lane[i];
        if (l->pid > 0)
            kill(l->pid, signal);
        if (l->server > 0)
            kill(l->server, signal);
    }
}

// Notes which lanes have ended, and starts no check. True while others run.
static bool reap_killed(struct search *s)
{
    bool busy = false;
    for (size_t i = 0; i < s->batch.lanes; i++) {
        struct lane *l = &s->batch.lane[i];
        int code;
        if (has_ended(l->pid, &code))
            l->pid = 0;
        if (has_ended(l->server, &code)) {
            l->server = 0;
            close(l->socket);
        }
        busy = busy || l->pid || l->server;
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
        struct lane *l = &b->lane[i];
        if (l->run || l->ends)
            continue;
        l->checks = false;
        l->run = ++*started;
        start(s, l);
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
    if (took_ms < 1000 && 2 * b->size <= b->most)
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
        int signal = next_event(s);
        end_late_runs(s);
        if (signal == SIGCHLD || (signal == 0 && now_ms() < s->deadline))
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
    char *path = path_of(s, n, SCHEDULE);
    save(path, recipe);
    free(path);
}

// A program that was killed may have the laboratory although it wrote nothing.
bool read_choices(const struct search *s, size_t n, struct run *r)
{
    char *path = path_of(s, n, CHOICES);
    int status = s->batch.result[n - 1].status;
    bool killed = status == TIME_IS_UP || status == 128 + SIGKILL;
    bool there = read_run(r, path);
    free(path);
    return there || killed || s->batch.served;
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
    s->signals = signalfd(-1, &s->waits, SFD_CLOEXEC);
    must(s->signals >= 0, "signalfd");
}

void make_lanes(struct batch *b)
{
    cpu_set_t cores;
    bool known = sched_getaffinity(0, sizeof cores, &cores) == 0;
    b->lanes = known ? (size_t)CPU_COUNT(&cores) : 1;
    make_files(b);
    b->size = 4 * b->lanes < b->most ? 4 * b->lanes : b->most;
    b->lane = checked(calloc(b->lanes, sizeof *b->lane));
    b->poll = checked(calloc(b->lanes + 1, sizeof *b->poll));
}

// A server ends when its socket is closed.
void end_lanes(struct batch *b)
{
    for (size_t i = 0; i < b->lanes; i++) {
        if (!b->lane[i].server)
            continue;
        close(b->lane[i].socket);
        waitpid(b->lane[i].server, NULL, 0);
    }
    free(b->lane);
    free(b->poll);
    end_files(b);
}
