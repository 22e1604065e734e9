/* explore.c -- Run a program in many orders, and find the shortest way to each
 * failure.
 *
 *     explore SETTING=VALUE... -- PROGRAM [ARG...]
 *
 * scripts/explore is the command that people type. It builds the program and
 * starts this tool; read_settings() lists what it has to tell. The report goes
 * to standard output, progress to standard error if that is a terminal.
 *
 * A choice is a line of CHAN_CHOICES: `run 3 of 1* 3 4    # 3 worker: ...`. The
 * usual choice is the first of its list, or 0 of a `pick`: what the program
 * takes by itself where no schedule says otherwise. A schedule is choices, one
 * a line, of which the list and the comment can be left out.
 *
 * The program and the check run under scripts/tools/limited.c, which ends them and
 * all that they have started when their time is up, and when this tool ends.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <sched.h>
#include <search.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FAILED = 1, TROUBLE = 2, TIME_IS_UP = 124 };
enum {
    LONGEST = 20000,          // choices of a run that are read
    OUTPUT_BYTES = 10000,     // of an output that are kept
    FILE_BYTES = 64 << 20,    // that a program may write into one file
    ENDLESS_BYTES = 60000000, // of choices: more come from no program that ends
    LINES_SAID = 1000,        // of standard error that are kept
    SHOWN = 10,               // outputs, and kinds of failure
    LABELS = 5,               // of one kind of failure
    REPLAYS = 200,            // to shorten the way to a failure
    SHORTEN_MS = 20000,       // and the time for it
    END_MS = 8000,            // for limited, which needs at most 7 s
};

// ---- memory and text ------------------------------------------------------

// Ends the tool, and so all that runs: the kernel tells limited. What is not
// printed yet stays so, as a child has it in its memory, too.
static _Noreturn void trouble(const char *what)
{
    fprintf(stderr, "scripts/explore: %s: %s\n", what, strerror(errno));
    _exit(TROUBLE);
}

static void must(bool succeeded, const char *what)
{
    if (!succeeded)
        trouble(what);
}

// ARRAY with room for one element more than it has.
static void *with_room(void *array, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    array = reallocarray(array, *room, size);
    if (!array)
        trouble("memory");
    return array;
}

struct text {
    char *s; // NULL while it is empty
    size_t length, room;
};

static const char *string(const struct text *t)
{
    return t->s ? t->s : "";
}

static void clear(struct text *t)
{
    free(t->s);
    *t = (struct text){0};
}

static void add_bytes(struct text *t, const char *bytes, size_t n)
{
    if (t->room - t->length <= n) {
        t->room = (t->length + n + 64) * 2;
        t->s = realloc(t->s, t->room);
        if (!t->s)
            trouble("memory");
    }
    memcpy(t->s + t->length, bytes, n);
    t->length += n;
    t->s[t->length] = '\0';
}

static void add(struct text *t, const char *s)
{
    add_bytes(t, s, strlen(s));
}

// The text as a string for the caller to free.
static char *taken(struct text *t)
{
    add(t, "");
    char *s = t->s;
    *t = (struct text){0};
    return s;
}

static char *copy(const char *s)
{
    char *c = strdup(s);
    if (!c)
        trouble("memory");
    return c;
}

__attribute__((format(printf, 1, 2))) static char *printed(const char *format,
                                                           ...)
{
    char *s;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&s, format, args);
    va_end(args);
    if (n < 0)
        trouble("memory");
    return s;
}

// Puts OTHER, which it owns from then on, in the place of the string at S.
static void exchange(char **s, char *other)
{
    free(*s);
    *s = other;
}

static bool starts_with(const char *s, const char *beginning)
{
    return strncmp(s, beginning, strlen(beginning)) == 0;
}

// Adds the item to a list of the form `a; b`, if it is not there yet.
static void add_once(struct text *list, const char *item)
{
    char *all = printed("; %s; ", string(list));
    char *one = printed("; %s; ", item);
    if (!strstr(all, one)) {
        add(list, list->length ? "; " : "");
        add(list, item);
    }
    free(all);
    free(one);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

// Adds the word as the shell wants to read it again.
static void add_word(struct text *t, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz"
                                "0123456789_./:=,+%@-";
    if (*word && word[strspn(word, plain)] == '\0') {
        add(t, word);
        return;
    }
    add(t, "'");
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            add(t, "'\\''");
        else
            add_bytes(t, c, 1);
    }
    add(t, "'");
}

// ---- files ----------------------------------------------------------------

// Instead of a zero byte, which would end the string.
enum { UNPRINTABLE = 1 };

// NULL if there is no such file. Other reasons are trouble.
static FILE *file_to_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file && errno != ENOENT)
        trouble(path);
    return file;
}

struct lines {
    FILE *file; // or NULL: no lines
    char *line;
    size_t room;
};

static struct lines lines_of(const char *path)
{
    return (struct lines){.file = file_to_read(path)};
}

// The next line, without its end, or NULL and the file is closed.
static char *next_line(struct lines *l)
{
    ssize_t n = l->file ? getline(&l->line, &l->room, l->file) : -1;
    if (n < 0) {
        if (l->file)
            fclose(l->file);
        free(l->line);
        *l = (struct lines){0};
        return NULL;
    }
    if (l->line[n - 1] == '\n')
        l->line[--n] = '\0';
    for (ssize_t i = 0; i < n; i++)
        if (!l->line[i])
            l->line[i] = UNPRINTABLE;
    return l->line;
}

static void close_lines(struct lines *l)
{
    if (l->file)
        fclose(l->file);
    free(l->line);
    *l = (struct lines){0};
}

static void save(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    must(file != NULL, path);
    fputs(text, file);
    bool written = !ferror(file);
    must(fclose(file) == 0 && written, path);
}

// Before a file is written anew many times a second: a file that is emptied and
// written again ext4 writes to the disk at once, a new one it does not.
static void remove_old(const char *path)
{
    must(unlink(path) == 0 || errno == ENOENT, path);
}

static uint32_t crc_step(uint32_t crc, unsigned char byte)
{
    crc ^= (uint32_t)byte << 24;
    for (int bit = 0; bit < 8; bit++)
        crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
    return crc;
}

// Adds checksum and size as cksum(1) prints them.
static void add_checksum(struct text *t, FILE *file)
{
    uint32_t crc = 0;
    size_t size = 0;
    rewind(file);
    for (int c; (c = getc(file)) != EOF; size++)
        crc = crc_step(crc, (unsigned char)c);
    for (size_t n = size; n; n >>= 8)
        crc = crc_step(crc, (unsigned char)(n & 255));
    char *sum = printed("%u %zu", (unsigned)~crc, size);
    add(t, sum);
    free(sum);
}

// Adds the beginning of the file and, if that is not all, a checksum of it.
static void add_contents(struct text *all, FILE *file)
{
    char bytes[OUTPUT_BYTES + 1];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    for (size_t i = 0; i < n; i++)
        if (!bytes[i])
            bytes[i] = UNPRINTABLE;
    bool ends = n == 0 || bytes[n - 1] == '\n';
    add_bytes(all, bytes, n < OUTPUT_BYTES ? n : OUTPUT_BYTES);
    if (n > OUTPUT_BYTES || (n == OUTPUT_BYTES && !ends)) {
        add(all, "\n(all of it: ");
        add_checksum(all, file);
        add(all, ")\n");
    } else if (!ends) {
        add(all, "\n");
    }
}

// The file as one string in which each line has an end.
static char *contents(const char *path)
{
    struct text all = {0};
    FILE *file = file_to_read(path);
    if (file) {
        add_contents(&all, file);
        fclose(file);
    }
    return taken(&all);
}

// ---- choices --------------------------------------------------------------

struct choice {
    const char *line;    // as the program wrote it
    const char *comment; // what stands behind the mark, or ""
    const char *list;    // the numbers to choose from, the usual one first
    long took, usual;    // usual is -1 where the line has no list
    size_t others;       // how many there were beside the usual one
    bool is_pick;        // a draw; otherwise it is who runs
    bool held;           // another than the usual one is a preemption
    bool usual_held;     // who had the turn, could go on, and is the usual one
};

static bool is_usual(const struct choice *c)
{
    return c->took == c->usual;
}

static bool is_choice(const char *line)
{
    return starts_with(line, "run ") || starts_with(line, "pick ");
}

static void read_list(struct choice *c)
{
    size_t n = 0;
    const char *at = c->list;
    for (char *end; n < LONGEST; n++) {
        long number = strtol(at, &end, 10);
        if (end == at)
            break;
        bool star = *end == '*';
        if (n == 0) {
            c->usual = number;
            c->usual_held = star;
        }
        c->held = c->held || star;
        at = end + star;
    }
    c->others = n ? n - 1 : 0;
}

// False if there is not even a number in it.
static bool read_choice(const char *line, struct choice *c)
{
    *c = (struct choice){.line = line, .comment = "", .list = "", .usual = -1};
    c->is_pick = starts_with(line, "pick ");
    char *end;
    const char *number = strchr(line, ' ');
    c->took = strtol(number, &end, 10);
    if (end == number)
        return false;
    const char *mark = strchr(line, '#');
    if (mark)
        c->comment = mark + 1 + strspn(mark + 1, " ");
    if (starts_with(end, " of ")) {
        c->list = end + strlen(" of ");
        if (!c->is_pick) {
            read_list(c);
        } else {
            c->usual = 0;
            long of = strtol(c->list, NULL, 10);
            c->others = of > 1 ? (size_t)of - 1 : 0;
        }
    }
    return true;
}

// What could be taken instead of the usual choice; K counts from 1.
static long other(const struct choice *c, size_t k)
{
    if (c->is_pick)
        return (long)k;
    const char *at = c->list;
    for (;;) {
        char *end;
        long number = strtol(at, &end, 10);
        if (k == 0 || end == at)
            return number;
        at = end + (*end == '*');
        k--;
    }
}

static void add_choice(struct text *t, bool is_pick, long number)
{
    char *line = printed("%s %ld\n", is_pick ? "pick" : "run", number);
    add(t, line);
    free(line);
}

// The choices of one run of the program.
struct run {
    char *log; // the text of the lines, each ended by a zero
    struct choice *choice;
    size_t n, room;
};

static void clear_run(struct run *r)
{
    free(r->log);
    free(r->choice);
    *r = (struct run){0};
}

// Takes the log, of which it is the owner from then on.
static void take_log(struct run *r, char *log)
{
    exchange(&r->log, log);
    r->n = 0;
    for (char *line = log, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
        r->choice = with_room(r->choice, r->n, &r->room, sizeof *r->choice);
        if (is_choice(line) && read_choice(line, &r->choice[r->n]))
            r->n++;
    }
}

// Reads what the program wrote down of its choices: LONGEST and one at most, as
// the rest is not worth our time. False if it wrote nothing down.
static bool read_run(struct run *r, const char *path)
{
    struct text log = {0};
    struct lines lines = lines_of(path);
    bool there = lines.file != NULL;
    size_t choices = 0, n = 0;
    for (char *line; n < 10 * LONGEST && choices <= LONGEST; n++) {
        line = next_line(&lines);
        if (!line)
            break;
        if (!is_choice(line))
            continue;
        choices++;
        add(&log, line);
        add(&log, "\n");
    }
    close_lines(&lines);
    take_log(r, taken(&log));
    return there;
}

static char *log_of(const struct run *r)
{
    struct text log = {0};
    for (size_t i = 0; i < r->n; i++) {
        add(&log, r->choice[i].line);
        add(&log, "\n");
    }
    return taken(&log);
}

// ---- orders to try --------------------------------------------------------

// An order: these choices, and from then on the usual ones.
struct order {
    char *recipe;  // the choices, one a line
    size_t length; // how many; the last is not usual
    size_t preemptions;
    size_t departures; // choices that are not usual
};

// A run from which other orders depart.
struct stem {
    char *log; // without comments
    size_t length, preemptions, departures;
};

// Every order is the usual one, or begins as some order before it, departs from
// that by one choice, later than where that departed last, and goes on as usual.
// So each comes once, and those of few departures first.
struct orders {
    size_t bound; // preemptions
    struct order next;
    bool pending; // next is still to try
    struct stem *queue;
    size_t head, tail, room;
    // Where we are in the stem at the head, if it is open:
    bool open;
    struct run run;
    size_t at, turn;
    struct text begun; // the choices up to there
};

static void close_stem(struct orders *o)
{
    clear_run(&o->run);
    clear(&o->begun);
    o->open = false;
    o->head++;
}

static void open_stem(struct orders *o)
{
    struct stem *s = &o->queue[o->head];
    take_log(&o->run, s->log);
    s->log = NULL;
    for (o->at = 0; o->at < s->length; o->at++) {
        const struct choice *c = &o->run.choice[o->at];
        add_choice(&o->begun, c->is_pick, c->took);
    }
    o->turn = 0;
    o->open = true;
}

static void end_orders(struct orders *o)
{
    if (o->open)
        close_stem(o);
    for (; o->head < o->tail; o->head++)
        free(o->queue[o->head].log);
    free(o->queue);
    free(o->next.recipe);
    *o = (struct orders){0};
}

// From the usual order on, with at most so many preemptions.
static void begin_orders(struct orders *o, size_t bound)
{
    end_orders(o);
    o->bound = bound;
    o->next.recipe = copy("");
    o->pending = true;
}

static void depart(struct orders *o, const struct choice *c)
{
    const struct stem *s = &o->queue[o->head];
    struct text recipe = {0};
    add(&recipe, string(&o->begun));
    add_choice(&recipe, c->is_pick, other(c, ++o->turn));
    o->next = (struct order){
        .recipe = taken(&recipe),
        .length = o->at + 1,
        .preemptions = s->preemptions + c->held,
        .departures = s->departures + 1,
    };
}

// Makes next the order after those before; false if there is none. The recipe
// of the one before belongs to who has taken it.
static bool find_next_order(struct orders *o)
{
    o->next = (struct order){0};
    for (; o->head < o->tail; close_stem(o)) {
        if (!o->open)
            open_stem(o);
        for (; o->at < o->run.n; o->at++) {
            const struct choice *c = &o->run.choice[o->at];
            size_t preemptions = o->queue[o->head].preemptions + c->held;
            if (o->turn < c->others && preemptions <= o->bound) {
                depart(o, c);
                return true;
            }
            add_choice(&o->begun, c->is_pick, c->took);
            o->turn = 0;
        }
    }
    return false;
}

static void look_for_more_orders(struct orders *o)
{
    if (!o->pending)
        o->pending = find_next_order(o);
}

// Whether the run took the choices that it was given, and then the usual ones.
static bool has_followed(const struct run *r, const struct order *o)
{
    if (r->n < o->length)
        return false;
    struct text took = {0};
    for (size_t i = 0; i < o->length; i++)
        add_choice(&took, r->choice[i].is_pick, r->choice[i].took);
    bool same = strcmp(string(&took), o->recipe) == 0;
    clear(&took);
    for (size_t i = o->length; same && i < r->n; i++)
        same = is_usual(&r->choice[i]);
    return same;
}

static bool others_depart(const struct orders *o, const struct run *r,
                          const struct order *from)
{
    for (size_t i = from->length; i < r->n; i++) {
        const struct choice *c = &r->choice[i];
        if (c->others && from->preemptions + c->held <= o->bound)
            return true;
    }
    return false;
}

// Keeps the run of that order for later, if another one departs from it.
static void add_stem(struct orders *o, const struct run *r,
                     const struct order *of)
{
    if (!others_depart(o, r, of))
        return;
    struct text log = {0};
    for (size_t i = 0; i < r->n; i++) {
        add_bytes(&log, r->choice[i].line, strcspn(r->choice[i].line, "\t#"));
        add(&log, "\n");
    }
    o->queue = with_room(o->queue, o->tail, &o->room, sizeof *o->queue);
    o->queue[o->tail++] = (struct stem){
        .log = taken(&log),
        .length = of->length,
        .preemptions = of->preemptions,
        .departures = of->departures,
    };
}

// ---- what it all works on -------------------------------------------------

struct settings {
    const char *work;    // folder for what the runs write
    const char *limited; // the tool that runs the program
    const char *name, *again;
    const char *folder, *shown; // for orders, and how the user writes it
    const char *limit;          // seconds for one run
    const char *check, *time, *how, *colours;
    long seeds, from, preemptions, most, given;
    bool orders;
    char **program; // with its arguments
};

// How a run of the batch has ended.
struct result {
    bool known; // false where our time was over before
    int status, checked;
};

// A place for one run at a time. There are as many as cores.
struct lane {
    pid_t pid; // of limited, or 0
    size_t run;
    bool checks;
};

// Runs that are shared out among the lanes: seeds, or orders from the files
// schedule/1, schedule/2, ... The files of each run have its number, from 1 on.
struct batch {
    bool orders;
    long first; // seed
    size_t n;
    long seed; // of orders, for the check, or -1
    struct result *result;
    size_t room, size; // how many runs take about a second
    struct lane *lane;
    size_t lanes;
};

// A run, by its seed or the number of its order.
struct example {
    long label;
    char *recipe; // of an order
};

struct output {
    char *text;
    int status;
    size_t times;
    struct example first;
    bool shown;
};

struct failure {
    char *kind, *message;
    bool of_check;
    size_t times;
    struct text labels;
    struct example first;
    char *way; // choices of the shortest run known that fails so, or NULL
    size_t way_length;
    long way_label;
};

// All that was found.
struct tally {
    size_t ran, failed, unrepeatables, astray, endless;
    bool logged; // at least one run wrote down its choices
    struct output **output;
    size_t outputs, output_room;
    struct failure **failure;
    size_t failures, failure_room;
    void *output_tree, *failure_tree; // to find one of them again
    struct text unseen, why, unrepeatable_labels;
};

// The way to the failure that is explained, measured in what departs in it from
// the usual order.
struct way {
    const struct failure *target;
    struct run run;
    size_t *departure; // how many choices up to this one
    size_t departs, preempts, end, room;
    char **trial;
    size_t trials, trial_room;
    size_t replays;
    long long until; // time to shorten it
};

// What is replaced in a line of a report. See culprit().
enum { RULES = 5 };

enum stopped { NOT_STOPPED, AT_LIMIT, BY_TIME };

struct search {
    struct settings set;
    sigset_t waits, inherited; // signals
    long long deadline;        // or LLONG_MAX
    enum stopped stopped;
    struct batch batch;
    struct orders orders;
    struct order *trying; // the orders of the batch
    size_t tries, trying_room;
    struct tally tally;
    struct way way;
    regex_t rule[RULES];
};

static char *work_path(const struct search *s, const char *folder, size_t n,
                       const char *end)
{
    return printed("%s/%s/%zu%s", s->set.work, folder, n, end);
}

static long long now_ms(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        trouble("clock");
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static bool is_over(struct search *s)
{
    if (now_ms() >= s->deadline)
        s->stopped = BY_TIME;
    return s->stopped == BY_TIME;
}

// ---- running the program --------------------------------------------------

static void set_number(const char *variable, long number)
{
    char *value = number < 0 ? copy("") : printed("%ld", number);
    must(setenv(variable, value, 1) == 0, "setenv");
    free(value);
}

// In the child. The check hears of the seed only.
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
    else
        set_number("CHAN_SEED", seed);
    free(choices);
    free(schedule);
}

// At most so much, for the limit and for what it may be raised to.
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

// In a group of its own the program ends nobody but itself by kill(0, ...).
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

// Goes on with a lane whose limited has ended: with the check, or not at all.
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

// The next signal, or 0 at that time.
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

// Waits for what has been killed, and starts no check of it.
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

// Ends all that runs. limited, when told to, ends what it has started; a second
// signal makes it hurry. One that does not answer is killed, and the kernel then
// kills its command.
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

// So many at a time that they take about a second.
static void adapt_size(struct batch *b, long long took_ms)
{
    if (took_ms < 1000 && b->size < 32 * b->lanes)
        b->size *= 2;
    if (took_ms > 2000 && b->size > b->lanes)
        b->size /= 2;
}

// Runs the batch. If our time is over before it ends, some results are unknown.
static void run_batch(struct search *s)
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

static void run_orders(struct search *s, size_t n, long seed)
{
    s->batch.orders = true;
    s->batch.n = n;
    s->batch.seed = seed;
    run_batch(s);
}

static void write_schedule(const struct search *s, size_t n, const char *recipe)
{
    char *path = work_path(s, "schedule", n, "");
    remove_old(path);
    save(path, recipe);
    free(path);
}

static bool read_choices(const struct search *s, size_t n, struct run *r)
{
    char *path = work_path(s, "run", n, ".choices");
    bool there = read_run(r, path);
    free(path);
    return there;
}

// ---- what came of a run ---------------------------------------------------

struct outcome {
    int status;
    char *text;             // its output
    char *kind, *message;   // of its failure; kind is NULL if all went well
    bool of_check;          // the check failed
    char *said[LINES_SAID]; // to standard error
    size_t saids;
    char *last, *panic; // of these lines, or NULL
    char *unrepeatable; // why this run cannot be repeated, or NULL
    struct text asleep, leaks;
};

static void clear_outcome(struct outcome *o)
{
    for (size_t i = 0; i < o->saids; i++)
        free(o->said[i]);
    free(o->text);
    free(o->kind);
    free(o->message);
    free(o->last);
    free(o->panic);
    free(o->unrepeatable);
    clear(&o->asleep);
    clear(&o->leaks);
    *o = (struct outcome){0};
}

// Each match is replaced by what its group has found, and the tail.
static const struct {
    const char *pattern;
    size_t group; // 0: none
    const char *tail;
} rules[RULES] = {
    {"^(goroutine [0-9]+ \\([^)]*\\)), created by goroutine [0-9]+ at [^ ]*:",
     1, ":"},
    {" \\(other end: [^()]*(\\([^()]*\\)[^()]*)*\\)", 0, ""},
    {"; (other end|done by): .*", 0, ""},
    {", counter [0-9]+,", 0, ","},
    {"goroutine [0-9]+ \\(([^)]*)\\)", 1, ""},
};

static void make_rules(struct search *s)
{
    for (size_t i = 0; i < RULES; i++)
        must(regcomp(&s->rule[i], rules[i].pattern, REG_EXTENDED) == 0,
             "regcomp");
}

static bool replace(char **line, const regex_t *rule, size_t group,
                    const char *tail)
{
    regmatch_t found[2];
    if (regexec(rule, *line, 2, found, 0) != 0)
        return false;
    struct text t = {0};
    add_bytes(&t, *line, (size_t)found[0].rm_so);
    if (group)
        add_bytes(&t, *line + found[group].rm_so,
                  (size_t)(found[group].rm_eo - found[group].rm_so));
    add(&t, tail);
    add(&t, *line + found[0].rm_eo);
    exchange(line, taken(&t));
    return true;
}

// Adds who does what where, without what differs from order to order. Of
// goroutine 2 (worker), created by ...: send on c at s.c:12; other end: ...
// that is `worker: send on c at s.c:12`.
static void add_culprit(const struct search *s, struct text *list,
                        const char *line)
{
    char *culprit = copy(line);
    for (size_t i = 0; i < RULES; i++)
        while (replace(&culprit, &s->rule[i], rules[i].group, rules[i].tail))
            if (rules[i].pattern[0] == '^' || rules[i].pattern[0] == ',')
                break;
    add_once(list, culprit);
    free(culprit);
}

static bool is_goroutine(const char *line)
{
    int at = 0;
    int found = sscanf(line, "goroutine %*[0-9] (%n", &at);
    return found != EOF && at > 0;
}

// What stands behind the mark, without a colon and blanks, or NULL.
static char *reason(const char *line, const char *mark)
{
    const char *rest = line + strlen(mark);
    rest += *rest == ':';
    rest += strspn(rest, " ");
    return *rest ? copy(rest) : NULL;
}

// Takes in one line of standard error.
static void hear(struct search *s, struct outcome *o, const char *line)
{
    static const char unseen[] = "not redirected: ";
    static const char lost[] = "schedule no longer repeatable";
    if (!*line)
        return;
    if (starts_with(line, unseen)) {
        add_once(&s->tally.unseen, line + strlen(unseen));
        return;
    }
    exchange(&o->last, copy(line));
    if (o->saids < LINES_SAID)
        o->said[o->saids++] = copy(line);
    if (starts_with(line, "panic: "))
        exchange(&o->panic, copy(line + strlen("panic: ")));
    else if (is_goroutine(line))
        add_culprit(s, &o->asleep, line);
    else if (starts_with(line, "leak: "))
        add_culprit(s, &o->leaks, line + strlen("leak: "));
    else if (starts_with(line, lost))
        exchange(&o->unrepeatable, reason(line, lost));
}

// Who wrote too much: in virtual time even a program that only sleeps makes haste.
static const char *flood(const struct search *s, size_t n)
{
    char *path = work_path(s, "run", n, ".choices");
    struct stat file;
    bool endless = stat(path, &file) == 0 && file.st_size > ENDLESS_BYTES;
    free(path);
    return endless ? "went on making choices forever" : "wrote more than 64 MB";
}

static void fails(struct outcome *o, char *kind, const char *message)
{
    o->kind = kind;
    o->message = copy(message ? message : "");
}

static void judge_check(const struct search *s, size_t n, struct outcome *o)
{
    char *path = work_path(s, "run", n, ".check");
    struct lines lines = lines_of(path);
    fails(o, copy("did not pass the check"), next_line(&lines));
    close_lines(&lines);
    free(path);
    o->of_check = true;
}

static void judge(const struct search *s, size_t n, struct outcome *o)
{
    int code = o->status;
    if (code == 128 + SIGABRT)
        fails(o, copy("panicked"), o->panic ? o->panic : o->last);
    else if (code == 3 && o->asleep.length)
        fails(o, copy("got stuck"), string(&o->asleep));
    else if (code == 4 && o->leaks.length)
        fails(o, copy("leaked"), string(&o->leaks));
    else if (code == TIME_IS_UP || code == 128 + SIGKILL)
        fails(o, printed("ran longer than %s s", s->set.limit), "");
    else if (code == 128 + SIGXFSZ)
        fails(o, copy(flood(s, n)), "");
    else if (code > 128)
        fails(o, printed("ended by signal %d", code - 128), o->last);
    else if (code)
        fails(o, printed("ended with status %d", code), o->last);
    else if (s->batch.result[n - 1].checked)
        judge_check(s, n, o);
}

// What run N of the batch came to. False if it was not known to end.
static bool look(struct search *s, size_t n, struct outcome *o)
{
    clear_outcome(o);
    if (!s->batch.result[n - 1].known)
        return false;
    o->status = s->batch.result[n - 1].status;
    char *path = work_path(s, "run", n, ".out");
    o->text = contents(path);
    free(path);
    path = work_path(s, "run", n, ".err");
    struct lines lines = lines_of(path);
    free(path);
    for (char *line; (line = next_line(&lines));)
        hear(s, o, line);
    judge(s, n, o);
    return true;
}

// ---- the tally ------------------------------------------------------------

static int compare_outputs(const void *a, const void *b)
{
    const struct output *x = a, *y = b;
    if (x->status != y->status)
        return x->status < y->status ? -1 : 1;
    return strcmp(x->text, y->text);
}

// What a check says may have numbers in it that change from run to run.
static int compare_failures(const void *a, const void *b)
{
    const struct failure *x = a, *y = b;
    int kinds = strcmp(x->kind, y->kind);
    if (kinds || x->of_check)
        return kinds;
    return strcmp(x->message, y->message);
}

static struct output *output_of(struct tally *t, const struct outcome *o)
{
    struct output key = {.text = o->text, .status = o->status};
    void *found = tfind(&key, &t->output_tree, compare_outputs);
    if (found)
        return *(struct output **)found;
    struct output *out = calloc(1, sizeof *out);
    must(out != NULL, "memory");
    *out = (struct output){.text = copy(o->text), .status = o->status};
    must(tsearch(out, &t->output_tree, compare_outputs) != NULL, "memory");
    t->output = with_room(t->output, t->outputs, &t->output_room,
                          sizeof(struct output *));
    t->output[t->outputs++] = out;
    return out;
}

static struct failure *failure_of(struct tally *t, const struct outcome *o)
{
    struct failure key = {
        .kind = o->kind, .message = o->message, .of_check = o->of_check};
    void *found = tfind(&key, &t->failure_tree, compare_failures);
    if (found)
        return *(struct failure **)found;
    struct failure *f = calloc(1, sizeof *f);
    must(f != NULL, "memory");
    f->kind = copy(o->kind);
    f->message = copy(o->message);
    f->of_check = o->of_check;
    must(tsearch(f, &t->failure_tree, compare_failures) != NULL, "memory");
    t->failure = with_room(t->failure, t->failures, &t->failure_room,
                           sizeof(struct failure *));
    t->failure[t->failures++] = f;
    return f;
}

static bool fails_like(const struct outcome *o, const struct failure *f)
{
    if (!o->kind || o->unrepeatable)
        return false;
    struct failure key = {
        .kind = o->kind, .message = o->message, .of_check = o->of_check};
    return compare_failures(&key, f) == 0;
}

static struct example example_of(long label, const char *recipe)
{
    return (struct example){.label = label, .recipe = copy(recipe)};
}

static void add_label(struct text *labels, size_t times, long label)
{
    if (times > LABELS)
        return;
    char *word = printed(" %ld", label);
    add(labels, word);
    free(word);
}

// Of two ways the shorter one, in which the number of choices is all that we know.
static void keep_way(struct failure *f, const struct run *r, bool logged,
                     struct example e)
{
    if (!logged || r->n > LONGEST || (f->way && r->n >= f->way_length))
        return;
    // Who was killed has not written down more than we know anyway.
    bool written = r->n || !*e.recipe;
    exchange(&f->way, written ? log_of(r) : copy(e.recipe));
    f->way_length = r->n;
    f->way_label = e.label;
}

static void enter_failure(struct tally *t, const struct outcome *o,
                          const struct run *r, bool logged, struct example e)
{
    struct failure *f = failure_of(t, o);
    t->failed++;
    if (f->times++ == 0)
        f->first = example_of(e.label, e.recipe);
    add_label(&f->labels, f->times, e.label);
    if (!o->unrepeatable)
        keep_way(f, r, logged, e);
}

// Enters what look() and read_choices() have found.
static void enter(struct tally *t, const struct outcome *o, const struct run *r,
                  bool logged, struct example e)
{
    t->ran++;
    t->logged = t->logged || logged;
    if (o->unrepeatable) {
        add_once(&t->why, o->unrepeatable);
        add_label(&t->unrepeatable_labels, ++t->unrepeatables, e.label);
    } else {
        struct output *out = output_of(t, o);
        if (out->times++ == 0)
            out->first = example_of(e.label, e.recipe);
    }
    if (o->kind)
        enter_failure(t, o, r, logged, e);
}

__attribute__((format(printf, 2, 3))) static void progress(
    const struct search *s, const char *format, ...)
{
    if (!isatty(STDERR_FILENO))
        return;
    char line[100];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0 && s->tally.failed)
        snprintf(line + n, sizeof line - (size_t)n, ", %zu failed",
                 s->tally.failed);
    fprintf(stderr, "\r%-60s\r", n > 0 ? line : "");
}

// ---- seeds, and all orders ------------------------------------------------

static void try_seeds(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    long last = s->set.from + s->set.seeds - 1;
    for (long from = s->set.from; from <= last && !is_over(s);) {
        long left = last - from + 1;
        bool all = (size_t)left <= s->batch.size;
        s->batch.n = all ? (size_t)left : s->batch.size;
        s->batch.first = from;
        run_batch(s);
        for (size_t i = 1; i <= s->batch.n; i++) {
            if (!look(s, i, &o))
                continue;
            bool logged = read_choices(s, i, &run);
            struct example e = {.label = from + (long)i - 1, .recipe = ""};
            enter(&s->tally, &o, &run, logged, e);
        }
        from += (long)s->batch.n;
        progress(s, "%zu of %ld seeds", s->tally.ran, s->set.seeds);
    }
    progress(s, "%s", "");
    clear_outcome(&o);
    clear_run(&run);
}

// Runs a batch of the next orders, of at most so many.
static void try_next_orders(struct search *s, size_t most, long seed)
{
    for (size_t i = 0; i < s->tries; i++)
        free(s->trying[i].recipe);
    s->tries = 0;
    do {
        s->trying =
            with_room(s->trying, s->tries, &s->trying_room, sizeof *s->trying);
        s->trying[s->tries++] = s->orders.next;
        write_schedule(s, s->tries, s->orders.next.recipe);
        s->orders.pending = find_next_order(&s->orders);
    } while (s->orders.pending && s->tries < s->batch.size && s->tries < most);
    run_orders(s, s->tries, seed);
}

static void enter_order(struct search *s, const struct outcome *o,
                        const struct run *run, bool logged,
                        const struct order *order)
{
    struct tally *t = &s->tally;
    struct example e = {.label = (long)t->ran + 1, .recipe = order->recipe};
    enter(t, o, run, logged, e);
    if (run->n > LONGEST)
        t->endless++;
    else if (!o->unrepeatable && logged && has_followed(run, order))
        add_stem(&s->orders, run, order);
    else if (!o->unrepeatable)
        t->astray++;
}

static void try_orders(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    size_t most = (size_t)s->set.most;
    begin_orders(&s->orders, (size_t)s->set.preemptions);
    while (s->orders.pending && s->tally.ran < most && !is_over(s)) {
        try_next_orders(s, most - s->tally.ran, -1);
        for (size_t i = 1; i <= s->tries; i++) {
            if (!look(s, i, &o))
                continue;
            bool logged = read_choices(s, i, &run);
            enter_order(s, &o, &run, logged, &s->trying[i - 1]);
        }
        look_for_more_orders(&s->orders);
        progress(s, "%zu orders", s->tally.ran);
    }
    if (s->orders.pending && s->stopped == NOT_STOPPED)
        s->stopped = AT_LIMIT;
    progress(s, "%s", "");
    clear_outcome(&o);
    clear_run(&run);
}

// ---- the shortest way to a failure ----------------------------------------

// Takes the choices of the run, and leaves it empty.
static void adopt(struct way *w, struct run *r)
{
    clear_run(&w->run);
    w->run = *r;
    *r = (struct run){0};
    w->departs = w->preempts = w->end = 0;
    for (size_t i = 0; i < w->run.n; i++) {
        if (is_usual(&w->run.choice[i]))
            continue;
        w->departure =
            with_room(w->departure, w->departs, &w->room, sizeof(size_t));
        w->departure[w->departs++] = i + 1;
        w->preempts += w->run.choice[i].held;
        w->end = i + 1;
    }
}

// What to do with departures FROM to TO, counted from 1; FROM is 0 if nothing.
struct change {
    size_t from, to;
    bool cut; // leave them out; otherwise take the usual choice instead
};

// Adds a trial: the first choices of the way, with a change.
static void attempt(struct way *w, size_t choices, struct change change)
{
    struct text t = {0};
    size_t departure = 0;
    for (size_t i = 0; i < choices; i++) {
        const struct choice *c = &w->run.choice[i];
        long number = c->took;
        if (!is_usual(c)) {
            departure++;
            bool changes = change.from && departure >= change.from &&
                           departure <= change.to;
            if (changes && change.cut)
                continue;
            if (changes)
                number = c->usual;
        }
        add_choice(&t, c->is_pick, number);
    }
    w->trial = with_room(w->trial, w->trials, &w->trial_room, sizeof(char *));
    w->trial[w->trials++] = taken(&t);
}

// The seed of the way, which the check hears of.
static long seed_of_way(const struct search *s)
{
    return s->set.orders ? -1 : s->way.target->way_label;
}

static void run_trials(struct search *s)
{
    struct way *w = &s->way;
    for (size_t i = 0; i < w->trials; i++) {
        write_schedule(s, i + 1, w->trial[i]);
        free(w->trial[i]);
    }
    w->replays += w->trials;
    size_t n = w->trials;
    w->trials = 0;
    run_orders(s, n, seed_of_way(s));
}

// How far a run is from the usual order.
struct distance {
    size_t departs, end;
};

static struct distance distance_of(const struct run *r)
{
    struct distance d = {0};
    for (size_t i = 0; i < r->n; i++) {
        if (is_usual(&r->choice[i]))
            continue;
        d.departs++;
        d.end = i + 1;
    }
    return d;
}

static bool is_nearer(struct distance a, struct distance b)
{
    if (a.departs != b.departs)
        return a.departs < b.departs;
    return a.end < b.end;
}

// Runs the trials, and adopts the best of those that fail in the same way, if it
// is better than what we have. Returns whether it is.
static bool try_trials(struct search *s)
{
    struct way *w = &s->way;
    struct outcome o = {0};
    struct run run = {0}, best = {0};
    struct distance nearest = {w->departs, w->end};
    bool better = false;
    size_t trials = w->trials;
    run_trials(s);
    for (size_t i = 1; i <= trials; i++) {
        if (!look(s, i, &o) || !fails_like(&o, w->target))
            continue;
        read_choices(s, i, &run);
        if (!is_nearer(distance_of(&run), nearest))
            continue;
        nearest = distance_of(&run);
        struct run last = best;
        best = run;
        run = last;
        better = true;
    }
    if (better)
        adopt(w, &best);
    clear_outcome(&o);
    clear_run(&run);
    clear_run(&best);
    return better;
}

static bool time_is_left(struct search *s)
{
    return s->way.replays < REPLAYS && now_ms() < s->way.until && !is_over(s);
}

// The shortest beginning that still fails.
static void shorten(struct search *s)
{
    enum { AT_ONCE = 16 };
    struct way *w = &s->way;
    size_t step;
    do {
        step = (w->departs + AT_ONCE - 1) / AT_ONCE;
        if (step < 1)
            step = 1;
        for (size_t i = 0; i < w->departs; i += step)
            attempt(w, i ? w->departure[i - 1] : 0, (struct change){0});
    } while (w->trials && try_trials(s) && step > 1 && time_is_left(s));
}

static void attempt_pieces(struct way *w, size_t piece)
{
    for (size_t to = w->departs; to >= 1 && w->trials < 32;) {
        size_t from = to > piece ? to - piece + 1 : 1;
        attempt(w, w->end, (struct change){from, to, false});
        if (piece == 1)
            attempt(w, w->end, (struct change){to, to, true});
        to = to > piece ? to - piece : 0;
    }
}

// In ever smaller pieces, the usual choices in place of others.
static void straighten(struct search *s)
{
    struct way *w = &s->way;
    size_t piece = (w->departs + 1) / 2;
    while (piece >= 1 && time_is_left(s)) {
        attempt_pieces(w, piece);
        bool better = w->trials && try_trials(s) && w->departs;
        if (!better)
            piece = piece > 1 ? (piece + 1) / 2 : 0;
        else if (piece > w->departs)
            piece = w->departs;
    }
}

// Looks among the orders of the batch for a nearer way to the failure.
static bool find_nearer(struct search *s)
{
    struct outcome o = {0};
    struct run run = {0};
    bool found = false;
    for (size_t i = 1; i <= s->tries && !found; i++) {
        const struct order *order = &s->trying[i - 1];
        if (!look(s, i, &o))
            continue;
        bool logged = read_choices(s, i, &run);
        found = logged && fails_like(&o, s->way.target) &&
                order->departures < s->way.departs;
        if (found)
            adopt(&s->way, &run);
        else if (logged && run.n <= LONGEST && !o.unrepeatable &&
                 has_followed(&run, order))
            add_stem(&s->orders, &run, order);
    }
    clear_outcome(&o);
    clear_run(&run);
    return found;
}

// The way may be one from which no single step leads further, so then from the
// other side: the orders with fewer departures, as far as they are soon tried.
static void search_from_usual(struct search *s, size_t preemptions)
{
    size_t left = 150;
    begin_orders(&s->orders, preemptions);
    while (s->orders.pending && left > 0 &&
           s->orders.next.departures < s->way.departs &&
           now_ms() < s->way.until && !is_over(s)) {
        try_next_orders(s, left, seed_of_way(s));
        left -= s->tries;
        s->way.replays += s->tries;
        if (find_nearer(s))
            return;
        look_for_more_orders(&s->orders);
    }
}

// ---- the report -----------------------------------------------------------

static const char usual_order[] =
    "who runs goes on until it waits, then the first created.";

// A colour of the terminal: 1 is bold, 31 red, 32 green, 0 none of them.
static const char *colour(const struct search *s, int code)
{
    if (!*s->set.colours)
        return "";
    switch (code) {
    case 1:
        return "\033[1m";
    case 31:
        return "\033[31m";
    case 32:
        return "\033[32m";
    default:
        return "\033[0m";
    }
}

static void print_bold(const struct search *s, const char *what)
{
    printf("%s%s%s", colour(s, 1), what, colour(s, 0));
}

// Prints one line in short, of which byte K, counted from 0, must be seen. A
// letter of several bytes is not cut in half.
static void print_short(const char *line, size_t k, size_t most)
{
    const char *before = "";
    if (k + 1 > most - 20) {
        line += k - 20;
        while (((unsigned char)*line & 0xc0) == 0x80)
            line++;
        before = "... ";
    }
    size_t n = strlen(line), room = most - strlen(before);
    bool cut = n > room;
    if (cut) {
        n = room - 4;
        size_t letter = n;
        while (letter && ((unsigned char)line[letter - 1] & 0xc0) == 0x80)
            letter--;
        if (letter && (unsigned char)line[letter - 1] >= 0xc0)
            n = letter - 1;
    }
    fputs(before, stdout);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)line[i];
        putchar(c < ' ' || c == 127 ? '?' : c);
    }
    puts(cut ? " ..." : "");
}

static void print_labels(const struct search *s, const struct text *labels,
                         size_t n)
{
    printf("      %s%s%s%s\n", s->set.orders ? "order" : "seed", plural(n),
           string(labels), n > LABELS ? " ..." : "");
}

// Prints the command that repeats it: SETTING is a variable and its value.
static void print_command(const struct search *s, const char *setting,
                          const struct failure *f)
{
    struct text check = {0};
    if (f && f->of_check) {
        add(&check, " | sh -c ");
        add_word(&check, s->set.check);
    }
    bool leak = f && strcmp(f->kind, "leaked") == 0;
    printf("%s%s %s%s\n", leak ? "CHAN_LEAKS=1 " : "", setting, s->set.again,
           string(&check));
    clear(&check);
}

static char *schedule_setting(const struct search *s, const char *file)
{
    struct text setting = {0};
    char *path = printed("%s%s", s->set.shown, file);
    add(&setting, "CHAN_SCHEDULE=");
    add_word(&setting, path);
    free(path);
    return taken(&setting);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        trouble(path);
}

// The setting that repeats it, of a seed or, of an order, with its schedule. The
// program itself may be called NAME, in the same folder.
static char *example_setting(const struct search *s, const struct example *e)
{
    if (!s->set.orders)
        return printed("CHAN_SEED=%ld", e->label);
    if (!*e->recipe)
        return copy("CHAN_SEED=first");
    char *folder = printed("%s/%s.orders", s->set.folder, s->set.name);
    make_folder(folder);
    char *file = printed("/%s.orders/%ld.schedule", s->set.name, e->label);
    char *path = printed("%s%s", s->set.folder, file);
    save(path, e->recipe);
    char *setting = schedule_setting(s, file);
    free(folder);
    free(file);
    free(path);
    return setting;
}

static void print_example(const struct search *s, const struct example *e,
                          const struct failure *f)
{
    char *setting = example_setting(s, e);
    print_command(s, setting, f);
    free(setting);
}

static void print_given(const struct search *s)
{
    printf("%ld second%s and ", s->set.given, plural((size_t)s->set.given));
}

static void print_headline_of_seeds(const struct search *s)
{
    const struct settings *set = &s->set;
    if (set->seeds == 1)
        printf("seed %ld", set->from);
    else
        printf("seeds %ld to %ld", set->from, set->from + set->seeds - 1);
    if (s->stopped == BY_TIME) {
        printf(", stopped after ");
        print_given(s);
        printf("%zu seed%s", s->tally.ran, plural(s->tally.ran));
    }
    puts("");
}

static void print_headline_of_orders(const struct search *s)
{
    const struct orders *o = &s->orders;
    size_t ran = s->tally.ran;
    if (s->stopped == NOT_STOPPED) {
        printf("%zu order%s, all with at most %zu preemption%s\n", ran,
               plural(ran), o->bound, plural(o->bound));
        return;
    }
    printf("stopped after ");
    if (s->stopped == BY_TIME)
        print_given(s);
    // All that begins as those before the head of the queue do has been tried.
    size_t departures = o->head < o->tail ? o->queue[o->head].departures : 0;
    printf("%zu order%s: all with at most %zu preemption%s and %zu choice%s "
           "other than usual, and some more\n",
           ran, plural(ran), o->bound, plural(o->bound), departures,
           plural(departures));
}

// Prints the first line of output A that is another one in B, from where it
// differs on.
static void print_difference(const struct output *a, const struct output *b)
{
    const char *x = a->text, *y = b->text;
    long line = 1;
    if (a->status)
        printf("status %d, ", a->status);
    size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");
    bool same_text = strcmp(x, y) == 0;
    if (same_text && !*x) {
        puts("no output");
        return;
    }
    while (!same_text && *x && *y && n == m && memcmp(x, y, n) == 0) {
        x += n + 1;
        y += m + 1;
        n = strcspn(x, "\n");
        m = strcspn(y, "\n");
        line++;
    }
    if (!*x) {
        printf("ends after line %ld\n", *a->text ? line - 1 : -1);
        return;
    }
    size_t k = 0;
    while (!same_text && k < n && k < m && x[k] == y[k])
        k++;
    char *shown = strndup(x, n);
    must(shown != NULL, "memory");
    printf("line %ld: ", line);
    print_short(shown, k, 66);
    free(shown);
}

// The most frequent output that is not shown yet, of these the first.
static struct output *next_output(const struct tally *t)
{
    struct output *best = NULL;
    for (size_t i = 0; i < t->outputs; i++) {
        struct output *o = t->output[i];
        if (!o->shown && (!best || o->times > best->times))
            best = o;
    }
    best->shown = true;
    return best;
}

static void report_outputs(const struct search *s)
{
    const struct tally *t = &s->tally;
    struct output *ranked[SHOWN];
    size_t n = t->outputs < SHOWN ? t->outputs : SHOWN;
    if (n == 0)
        return;
    if (n == 1)
        puts("  always the same output");
    else
        printf("  %zu different outputs\n", t->outputs);
    for (size_t i = 0; i < n; i++)
        ranked[i] = next_output(t);
    for (size_t i = 0; i < n; i++) {
        printf("  %7zu  ", ranked[i]->times);
        print_example(s, &ranked[i]->first, NULL);
        printf("           ");
        print_difference(ranked[i], ranked[i == 0 && n > 1]);
    }
    if (t->outputs > SHOWN)
        printf("      ... %zu more\n", t->outputs - SHOWN);
}

// What was not tried, or does not count.
static void report_gaps(const struct search *s)
{
    const struct tally *t = &s->tally;
    const char *unit = s->set.orders ? "order" : "seed";
    if (t->unrepeatables) {
        printf("  %zu %s%s cannot be repeated, and not counted above: %s\n",
               t->unrepeatables, unit, plural(t->unrepeatables),
               string(&t->why));
        print_labels(s, &t->unrepeatable_labels, t->unrepeatables);
    }
    if (t->astray)
        printf("  %zu order%s went astray: the program does not always do the "
               "same\n",
               t->astray, plural(t->astray));
    if (t->endless)
        printf("  %zu order%s of more than %d choices: not tried is what "
               "departs from them\n",
               t->endless, plural(t->endless), LONGEST);
    if (t->unseen.length)
        printf("  not tried is what these calls might do otherwise, which the "
               "laboratory does not redirect: %s\n",
               string(&t->unseen));
}

static void report_failure(const struct search *s, const struct failure *f)
{
    printf("  %s%zu %s%s %s%s", colour(s, 31), f->times,
           s->set.orders ? "order" : "seed", plural(f->times), f->kind,
           colour(s, 0));
    if (*f->message) {
        printf(": ");
        print_short(f->message, 0, 160);
    } else {
        puts("");
    }
    print_labels(s, &f->labels, f->times);
    printf("      ");
    print_example(s, &f->first, f);
}

// Of a choice that is not usual, what it was taken instead of.
static void print_instead(const struct choice *c, const char *usual)
{
    if (c->is_pick)
        printf("    (draws %ld of 0 to %zu)", c->took, c->others);
    else if (c->usual_held)
        printf("    (not %s, who could go on)", usual);
    else
        printf("    (before %s)", usual);
}

// The goroutine as `3 worker`: its name stands in the comments of its choices.
static char *goroutine(const struct run *r, long number)
{
    for (size_t i = r->n; i-- > 0;) {
        const struct choice *c = &r->choice[i];
        const char *name = c->comment + strspn(c->comment, "0123456789");
        bool named = name > c->comment && *name == ' ' && strchr(name, ':');
        if (!c->is_pick && c->took == number && named)
            return printed("%ld%.*s", number, (int)strcspn(name, ":"), name);
    }
    return printed(number == 1 ? "%ld main" : "%ld", number);
}

static void print_choice(const struct run *r, size_t i)
{
    const struct choice *c = &r->choice[i];
    char *took = printed("%s %ld", c->is_pick ? "pick" : "run", c->took);
    printf("  %s %4zu. %s", is_usual(c) ? " " : ">", i + 1,
           *c->comment ? c->comment : took);
    if (!is_usual(c)) {
        char *usual = c->usual < 0 ? copy("") : goroutine(r, c->usual);
        print_instead(c, usual);
        free(usual);
    }
    puts("");
    free(took);
}

// The choices of the run in words. Of many, those that are unusual, the one
// before each, and the last ten.
static void report_choices(const struct run *r)
{
    size_t left = 0;
    for (size_t i = 0; i < r->n; i++) {
        bool seen = r->n <= 40 || i + 10 >= r->n || !is_usual(&r->choice[i]) ||
                    !is_usual(&r->choice[i + 1]);
        if (!seen) {
            left++;
            continue;
        }
        if (left)
            printf("         ... %zu usual choice%s\n", left, plural(left));
        left = 0;
        print_choice(r, i);
    }
}

// The file that leads to the failure: NAME.schedule.
static void save_way(const struct search *s, const char *file)
{
    const struct way *w = &s->way;
    const struct failure *f = w->target;
    char *path = printed("%s%s", s->set.folder, file);
    struct text t = {0};
    char *title = printed("# %s %s%s%s\n", s->set.again, f->kind,
                          *f->message ? ": " : "", f->message);
    add(&t, title);
    for (size_t i = 0; i < w->end; i++) {
        add(&t, w->run.choice[i].line);
        add(&t, "\n");
    }
    save(path, string(&t));
    clear(&t);
    free(title);
    free(path);
}

static void report_way(const struct search *s)
{
    const struct way *w = &s->way;
    print_bold(s, "How it fails:");
    if (!w->run.n) {
        puts(" always; there is nothing to choose.");
    } else if (!w->departs) {
        printf(" in the usual order: %s\n", usual_order);
    } else {
        printf(" the shortest order known departs from the usual one by %zu "
               "choice%s (>),\n",
               w->departs, plural(w->departs));
        printf("%zu preemption%s among them. Otherwise %s\n", w->preempts,
               plural(w->preempts), usual_order);
    }
    report_choices(&w->run);
}

static void report_last_words(const struct outcome *o)
{
    if (!o->saids)
        return;
    puts("Its last words:");
    for (size_t i = o->saids > 12 ? o->saids - 12 : 0; i < o->saids; i++) {
        printf("    ");
        print_short(o->said[i], 0, 500);
    }
}

// Runs the way once more, as the file has it: for its last words, and to be sure.
static void tell_way(struct search *s)
{
    struct way *w = &s->way;
    struct outcome o = {0};
    char *file = printed("/%s.schedule", s->set.name);
    save_way(s, file);
    attempt(w, w->end, (struct change){0});
    run_trials(s);
    bool known = look(s, 1, &o);
    o.unrepeatable = NULL;
    bool same = known && fails_like(&o, w->target);
    report_way(s);
    if (same)
        report_last_words(&o);
    if (known && !same)
        puts("It does not always fail in this order.");
    char *setting = schedule_setting(s, file);
    printf("Again by: ");
    print_command(s, setting, w->target);
    free(setting);
    free(file);
    clear_outcome(&o);
}

// The failure that we know the shortest way to; one without an end, which takes
// long to repeat, only if there is no other. NULL if there is none.
static const struct failure *easiest(const struct tally *t)
{
    const struct failure *best[2] = {NULL, NULL};
    for (size_t i = 0; i < t->failures; i++) {
        const struct failure *f = t->failure[i];
        bool slow = starts_with(f->kind, "ran ") ||
                    starts_with(f->kind, "went ") ||
                    starts_with(f->kind, "wrote ");
        if (f->way && (!best[slow] || f->way_length < best[slow]->way_length))
            best[slow] = f;
    }
    return best[0] ? best[0] : best[1];
}

static void explain(struct search *s)
{
    struct way *w = &s->way;
    struct run run = {0};
    w->target = easiest(&s->tally);
    if (!w->target)
        return;
    take_log(&run, copy(w->target->way));
    adopt(w, &run);
    puts("");
    attempt(w, w->run.n, (struct change){0});
    w->departs++; // so that it is adopted if it fails
    if (!try_trials(s)) {
        print_bold(s, "How it fails");
        printf(" is not known: %s\n",
               is_over(s) ? "no time was left."
                          : "its choices, as far as it wrote them down, do not "
                            "repeat it.");
        return;
    }
    w->until = now_ms() + SHORTEN_MS;
    shorten(s);
    straighten(s);
    if (!s->set.orders) {
        search_from_usual(s, 0);
        search_from_usual(s, 1);
    }
    tell_way(s);
}

static void report(struct search *s)
{
    const struct tally *t = &s->tally;
    print_bold(s, s->set.name);
    printf(": ");
    if (s->set.orders)
        print_headline_of_orders(s);
    else
        print_headline_of_seeds(s);
    report_outputs(s);
    report_gaps(s);
    if (!t->failed)
        printf("  %sno failure%s\n", colour(s, 32), colour(s, 0));
    for (size_t i = 0; i < t->failures && i < SHOWN; i++)
        report_failure(s, t->failure[i]);
    if (t->failures > SHOWN)
        printf("  ... %zu more kinds of failure\n", t->failures - SHOWN);
    if (t->failed)
        explain(s);
}

// ---- the beginning and the end --------------------------------------------

static _Noreturn void misuse(const char *word)
{
    fprintf(stderr, "explore: '%s'? scripts/explore is the command\n", word);
    exit(TROUBLE);
}

static long number(const char *word, const char *value)
{
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (end == value || *end || errno || n < 0 || n > 999999999)
        misuse(word);
    return n;
}

// A setting has a text or a number.
struct setting {
    const char *name, **text;
    long *number;
};

static void set(const struct setting *known, size_t n, const char *word)
{
    size_t i = 0;
    while (i < n && !starts_with(word, known[i].name))
        i++;
    if (i == n)
        misuse(word);
    const char *value = word + strlen(known[i].name);
    if (known[i].text)
        *known[i].text = value;
    else
        *known[i].number = number(word, value);
}

// Each word is NAME=VALUE, up to `--`. Returns what follows.
static char **read_settings(struct settings *s, char **words)
{
    const struct setting known[] = {
        {"work=", &s->work, NULL},
        {"limited=", &s->limited, NULL},
        {"name=", &s->name, NULL},
        {"again=", &s->again, NULL},
        {"folder=", &s->folder, NULL},
        {"shown=", &s->shown, NULL},
        {"limit=", &s->limit, NULL},
        {"check=", &s->check, NULL},
        {"time=", &s->time, NULL},
        {"how=", &s->how, NULL},
        {"colours=", &s->colours, NULL},
        {"seeds=", NULL, &s->seeds},
        {"from=", NULL, &s->from},
        {"preemptions=", NULL, &s->preemptions},
        {"orders=", NULL, &s->most},
    };
    for (; *words && strcmp(*words, "--") != 0; words++)
        set(known, sizeof known / sizeof *known, *words);
    return *words ? words + 1 : words;
}

static void expect_all(const struct settings *s)
{
    const char *const needed[] = {
        s->work,  s->limited, s->name, s->again, s->folder,  s->shown,
        s->limit, s->check,   s->time, s->how,   s->colours,
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i])
            misuse("one is missing");
}

// What is run is limited, its seconds, and these words.
static void set_program(struct settings *s, char **words)
{
    size_t n = 0, room = 0;
    s->program = with_room(NULL, n, &room, sizeof(char *));
    s->program[n++] = (char *)s->limited;
    s->program[n++] = (char *)s->limit;
    do {
        s->program = with_room(s->program, n, &room, sizeof(char *));
        s->program[n++] = *words;
    } while (*words++);
}

// Those that end us we wait for. What we were told to ignore we go on ignoring.
static void block_signals(struct search *s)
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

static void make_lanes(struct batch *b)
{
    cpu_set_t cores;
    bool known = sched_getaffinity(0, sizeof cores, &cores) == 0;
    b->lanes = known ? (size_t)CPU_COUNT(&cores) : 1;
    b->size = 4 * b->lanes;
    b->lane = calloc(b->lanes, sizeof *b->lane);
    must(b->lane != NULL, "memory");
}

static void keep_node(void *node)
{
    (void)node;
}

static void end_tally(struct tally *t)
{
    tdestroy(t->output_tree, keep_node);
    tdestroy(t->failure_tree, keep_node);
    for (size_t i = 0; i < t->outputs; i++) {
        free(t->output[i]->text);
        free(t->output[i]->first.recipe);
        free(t->output[i]);
    }
    for (size_t i = 0; i < t->failures; i++) {
        struct failure *f = t->failure[i];
        free(f->kind);
        free(f->message);
        free(f->first.recipe);
        free(f->way);
        clear(&f->labels);
        free(f);
    }
    free(t->output);
    free(t->failure);
    clear(&t->unseen);
    clear(&t->why);
    clear(&t->unrepeatable_labels);
}

static void end_search(struct search *s)
{
    end_tally(&s->tally);
    end_orders(&s->orders);
    for (size_t i = 0; i < s->tries; i++)
        free(s->trying[i].recipe);
    free(s->trying);
    clear_run(&s->way.run);
    free(s->way.departure);
    free(s->way.trial);
    free(s->batch.result);
    free(s->batch.lane);
    free(s->set.program);
    for (size_t i = 0; i < RULES; i++)
        regfree(&s->rule[i]);
}

// The status that scripts/explore ends with.
static int run_search(struct search *s)
{
    if (s->set.orders)
        try_orders(s);
    else
        try_seeds(s);
    if (!s->tally.logged && s->tally.ran) {
        fprintf(stderr,
                "scripts/explore: %s wrote no choices: is it compiled with "
                "-DCHAN_LAB?\n",
                s->set.name);
        return TROUBLE;
    }
    report(s);
    if (fflush(stdout) != 0 || ferror(stdout))
        trouble("the report");
    if (s->tally.failed)
        return FAILED;
    return s->stopped == BY_TIME ? TIME_IS_UP : 0;
}

int main(int argc, char **argv)
{
    struct search s = {.deadline = LLONG_MAX};
    char **words = read_settings(&s.set, argv + (argc > 0));
    expect_all(&s.set);
    if (!*words)
        misuse("no program");
    set_program(&s.set, words);
    s.set.given = *s.set.time ? number("time", s.set.time) : 0;
    s.set.orders = strcmp(s.set.how, "orders") == 0;
    // Half a second for what is not the program.
    if (s.set.given)
        s.deadline = now_ms() + s.set.given * 1000LL + 500;
    make_rules(&s);
    block_signals(&s);
    make_lanes(&s.batch);
    int status = run_search(&s);
    end_search(&s);
    return status;
}
