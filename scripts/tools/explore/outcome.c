#define _GNU_SOURCE
#include "outcome.h"
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
    free(o->crash);
    free(o->sanitized);
    free(o->unrepeatable);
    free(o->file);
    free(o->culprit);
    clear(&o->asleep);
    clear(&o->leaks);
    clear_figures(&o->figures);
    *o = (struct outcome){0};
}

// A report has a head that names a file, a line for each goroutine, and below it
// facts about this goroutine, which are indented further. A line of more than 80
// columns goes on in the next one, which is indented most:
//
// blocked in s.c:
//   line 12: goroutine 2 (worker) waits to send to c
//       no goroutine has received from it so far
enum { MAIN_LINE = 2, FACT = 6 };

// Returns what stands behind `goroutine 2 (worker)`, or NULL, and its name.
static const char *behind_goroutine(const char *line, const char **name,
                                    size_t *length)
{
    static const char word[] = "goroutine ";
    if (!starts_with(line, word))
        return NULL;
    line += strlen(word);
    line += strspn(line, "0123456789");
    const char *end = starts_with(line, " (") ? strchr(line, ')') : NULL;
    *name = end ? line + 2 : NULL;
    *length = end ? (size_t)(end - *name) : 0;
    return end ? end + 1 : NULL;
}

// Returns what stands behind `line 12: ` or `line 12 of t.c: `, and the place.
static const char *behind_place(const char *line, const char *file,
                                char **place)
{
    static const char word[] = "line ", of[] = " of ";
    const char *end = starts_with(line, word) ? strstr(line, ": ") : NULL;
    *place = NULL;
    if (!end)
        return line;
    const char *number = line + strlen(word);
    int digits = (int)strspn(number, "0123456789");
    const char *other = number + digits;
    if (starts_with(other, of)) {
        other += strlen(of);
        *place =
            printed("%.*s:%.*s", (int)(end - other), other, digits, number);
    } else {
        *place = printed("%s:%.*s", file, digits, number);
    }
    return end + 2;
}

// Adds the goroutine, what it does and the place, without numbers that differ
// from order to order: `worker waits to send to c (s.c:12)`.
static void end_culprit(struct outcome *o)
{
    const char *name, *rest;
    size_t length;
    char *place, *said;
    if (!o->culprit)
        return;
    const char *line = behind_place(o->culprit, o->file, &place);
    if ((rest = behind_goroutine(line, &name, &length)))
        said = printed("%.*s%s", (int)length, name, rest);
    else
        said = copy(line);
    if (place)
        exchange(&said, printed("%s (%s)", said, place));
    add_once(o->report, said);
    free(said);
    free(place);
    exchange(&o->culprit, NULL);
}

static void set_file(struct outcome *o, const char *file)
{
    exchange(&o->file, copy(file));
    o->file[strcspn(o->file, ":")] = '\0';
}

// A long name of a file is in the next line.
static void begin_report(struct outcome *o, struct text *report,
                         const char *file)
{
    end_culprit(o);
    o->report = report;
    set_file(o, file + strspn(file, " "));
}

// Takes in a line, if it belongs to a report.
static void hear_report(struct outcome *o, const char *line)
{
    static const char stuck[] = "blocked in", leaks[] = "leaks in";
    size_t blanks = strspn(line, " ");
    if (starts_with(line, stuck)) {
        begin_report(o, &o->asleep, line + strlen(stuck));
    } else if (starts_with(line, leaks)) {
        begin_report(o, &o->leaks, line + strlen(leaks));
    } else if (o->report && !*o->file && blanks > FACT) {
        set_file(o, line + blanks);
    } else if (o->report && blanks == MAIN_LINE) {
        end_culprit(o);
        o->culprit = copy(line + blanks);
    } else if (o->culprit && blanks > FACT) { // the line goes on
        exchange(&o->culprit, printed("%s %s", o->culprit, line + blanks));
    } else {
        end_culprit(o);
        if (blanks < MAIN_LINE)
            o->report = NULL;
    }
}

// Takes in a line about a crash. A second line may belong to it:
//
// crash: SIGSEGV (a NULL pointer) in goroutine 3 (worker), after a receive from
//         jobs (s.c:12)
static void hear_crash(struct outcome *o, const char *line)
{
    static const char mark[] = "crash: ";
    size_t blanks = strspn(line, " ");
    bool begins = starts_with(line, mark);
    bool goes_on = o->last_is_crash && blanks > FACT;
    if (begins)
        exchange(&o->crash, copy(line + strlen(mark)));
    else if (goes_on)
        exchange(&o->crash, printed("%s %s", o->crash, line + blanks));
    o->last_is_crash = begins || goes_on;
}

// Returns the crash without the goroutine's number, which differs from order to
// order.
static char *crash_message(const struct outcome *o)
{
    const char *name, *rest;
    size_t length;
    const char *at = strstr(o->crash, "goroutine ");
    if (!at || !(rest = behind_goroutine(at, &name, &length)))
        return copy(o->crash);
    return printed("%.*s%.*s%s", (int)(at - o->crash), o->crash, (int)length,
                   name, rest);
}

// Returns the text behind the mark, without a colon and blanks, or NULL.
static char *reason(const char *line, const char *mark)
{
    const char *rest = line + strlen(mark);
    rest += *rest == ':';
    rest += strspn(rest, " ");
    return *rest ? copy(rest) : NULL;
}

// Takes in a line of a sanitizer's report. Its last line sums it up, except that
// UndefinedBehaviorSanitizer has one line for each error.
static void hear_sanitizer(struct outcome *o, const char *line)
{
    static const char summary[] = "SUMMARY: ";
    if (o->sanitized)
        return;
    if (starts_with(line, summary))
        o->sanitized = copy(line + strlen(summary));
    else if (strstr(line, ": runtime error: "))
        o->sanitized = copy(line);
}

// Returns the line without the number of the process that a sanitizer puts in
// front of it: `==123==`.
static const char *without_process(const char *line)
{
    size_t digits =
        starts_with(line, "==") ? strspn(line + 2, "0123456789") : 0;
    bool numbered = digits && starts_with(line + 2 + digits, "==");
    return numbered ? line + 2 + digits + 2 : line;
}

// Takes in one line of standard error.
static void hear(struct outcome *o, const char *line)
{
    static const char lost[] = "schedule no longer repeatable";
    if (!*line)
        return;
    exchange(&o->last, copy(without_process(line)));
    if (o->saids < LINES_SAID)
        o->said[o->saids++] = copy(line);
    hear_report(o, line);
    hear_crash(o, line);
    hear_sanitizer(o, line);
    if (starts_with(line, "panic: "))
        exchange(&o->panic, copy(line + strlen("panic: ")));
    else if (starts_with(line, lost))
        exchange(&o->unrepeatable, reason(line, lost));
}

// Returns why a file became too large. In virtual time a program that only
// sleeps makes choices without a pause.
static const char *flood(const struct search *s, size_t n)
{
    char *path = path_of(s, n, CHOICES);
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

static void crashes(struct outcome *o)
{
    char *message = crash_message(o);
    fails(o, copy("crashed"), message);
    free(message);
}

static void judge_check(const struct search *s, size_t n, struct outcome *o)
{
    char *path = path_of(s, n, CHECKED);
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
           !o->figures.early && o->figures.ms > atoll(s->set.at_most);
}

// Returns what the program has said of its end, or NULL.
static const char *last_word(const struct outcome *o)
{
    return o->sanitized ? o->sanitized : o->last;
}

static void judge(const struct search *s, size_t n, struct outcome *o)
{
    int code = o->status;
    if (code == 128 + SIGABRT)
        fails(o, copy("panicked"), o->panic ? o->panic : last_word(o));
    else if (code == 3 && o->asleep.length)
        fails(o, copy("got stuck"), string(&o->asleep));
    else if (code == 4 && o->leaks.length)
        fails(o, copy("leaked"), string(&o->leaks));
    else if (code == TIME_IS_UP || code == 128 + SIGKILL)
        fails(o, printed("ran longer than %s s", s->set.limit), "");
    else if (code == 128 + SIGXFSZ)
        fails(o, copy(flood(s, n)), "");
    else if (code > 128 && o->crash)
        crashes(o);
    else if (code > 128)
        fails(o, printed("ended by signal %d", code - 128), last_word(o));
    else if (code)
        fails(o, printed("ended with status %d", code), last_word(o));
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
    char *path = path_of(s, n, OUTPUT);
    o->text = contents(path);
    free(path);
    path = path_of(s, n, MESSAGES);
    struct lines lines = lines_of(path);
    free(path);
    for (char *line; (line = next_line(&lines));)
        hear(o, line);
    end_culprit(o);
    read_figures(s, n, &o->figures);
    judge(s, n, o);
    return true;
}
