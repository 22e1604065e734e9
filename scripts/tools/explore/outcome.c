#define _GNU_SOURCE
#include "outcome.h"
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void clear_outcome(struct outcome *o)
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
    clear_figures(&o->figures);
    *o = (struct outcome){0};
}

// Each match is replaced by the text of its group and the tail.
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

void make_rules(struct search *s)
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

// Adds the goroutine, its operation and the place, without numbers that differ
// from order to order. Of
// goroutine 2 (worker), created by ...: send on c at s.c:12; other end: ...
// it adds `worker: send on c at s.c:12`.
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

// Returns the text behind the mark, without a colon and blanks, or NULL.
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

// Returns why a file became too large. In virtual time a program that only
// sleeps makes choices without a pause.
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

// Whether the run took longer than --at-most-ms allows. The time of a run that
// cannot be repeated is partly real time.
static bool is_slow(const struct search *s, const struct outcome *o)
{
    return *s->set.at_most && o->figures.known && !o->unrepeatable &&
           o->figures.ms > atoll(s->set.at_most);
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
    else if (is_slow(s, o))
        fails(o,
              printed("took more than %s ms of virtual time", s->set.at_most),
              "");
}

bool look(struct search *s, size_t n, struct outcome *o)
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
    read_figures(s, n, &o->figures);
    judge(s, n, o);
    return true;
}
