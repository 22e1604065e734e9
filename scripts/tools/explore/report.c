#define _GNU_SOURCE
#include "report.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *colour(const struct search *s, int code)
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

void print_bold(const struct search *s, const char *what)
{
    printf("%s%s%s", colour(s, 1), what, colour(s, 0));
}

void print_short(const char *line, size_t k, size_t most)
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

void print_command(const struct search *s, const char *setting,
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

char *schedule_setting(const struct search *s, const char *file)
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

// Returns the setting that repeats a run: its seed, or its schedule. Schedules
// go to NAME.orders, as the program itself may be the file NAME of the same
// folder.
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

void print_verdict(const struct search *s)
{
    const struct tally *t = &s->tally;
    const char *unit = s->set.orders ? "order" : "run";
    print_bold(s, s->set.name);
    if (t->failed)
        printf(": %s%zu of %zu %s%s failed%s, ", colour(s, 31), t->failed,
               t->ran, unit, plural(t->ran), colour(s, 0));
    else
        printf(": %sno failure%s in %zu %s%s, ", colour(s, 32), colour(s, 0),
               t->ran, unit, plural(t->ran));
}

static void print_seconds(const struct search *s)
{
    printf("stopped after %ld second%s", s->set.given,
           plural((size_t)s->set.given));
}

void print_seeds(const struct search *s)
{
    const struct settings *set = &s->set;
    if (set->seeds == 1)
        printf("seed %ld", set->from);
    else
        printf("seeds %ld to %ld", set->from, set->from + set->seeds - 1);
    if (s->stopped == BY_TIME) {
        printf(", ");
        print_seconds(s);
    }
    puts("");
}

void print_orders(const struct search *s)
{
    const struct orders *o = &s->orders;
    if (s->stopped == NOT_STOPPED) {
        printf("all with at most %zu preemption%s\n", o->bound,
               plural(o->bound));
        return;
    }
    if (s->stopped == BY_TIME)
        print_seconds(s);
    else
        printf("stopped at the limit");
    // All orders that depart from stems before the head were tried.
    size_t departures = o->head < o->tail ? o->queue[o->head].departures : 0;
    printf(": all with at most %zu preemption%s and %zu choice%s other than "
           "usual, and some more\n",
           o->bound, plural(o->bound), departures, plural(departures));
}

// Prints the first line of output A that differs from the line of output B.
static void print_difference(const struct output *a, const struct output *b)
{
    const char *x = a->text, *y = b->text;
    long line = 1;
    if (a->status)
        printf("status %d, ", a->status);
    if (!*x) {
        puts("no output");
        return;
    }
    size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");
    bool same_text = strcmp(x, y) == 0;
    while (!same_text && *x && *y && n == m && memcmp(x, y, n) == 0) {
        x += n + (x[n] == '\n');
        y += m + (y[m] == '\n');
        n = strcspn(x, "\n");
        m = strcspn(y, "\n");
        line++;
    }
    if (!*x) {
        printf("ends after line %ld\n", line - 1);
        return;
    }
    size_t k = 0;
    while (!same_text && k < n && k < m && x[k] == y[k])
        k++;
    char *shown = checked(strndup(x, n));
    printf("line %ld: ", line);
    print_short(shown, k, 66);
    free(shown);
}

// Returns the most frequent output that is not shown yet, the first of several.
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

void report_outputs(const struct search *s)
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

// Prints which lab_sometimes() were true in no run.
void report_wishes(const struct search *s)
{
    const struct tally *t = &s->tally;
    for (size_t i = 0; i < t->wishes; i++) {
        if (t->wish[i].seen)
            continue;
        printf("  %snever in %zu %s%s%s: ", colour(s, 31), t->ran,
               s->set.orders ? "order" : "run", plural(t->ran), colour(s, 0));
        print_short(t->wish[i].name, 0, 160);
    }
}

void report_figures(const struct search *s)
{
    const struct tally *t = &s->tally;
    if (!t->timed)
        return;
    printf("  virtual time %lld", t->least_ms);
    if (t->most_ms > t->least_ms)
        printf(" to %lld", t->most_ms);
    printf(" ms");
    if (t->most_ms > 0 && t->at_work == 0)
        printf(", in which all goroutines waited");
    else if (t->most_ms > 0)
        printf("; at most %ld goroutine%s at work at once", t->at_work,
               plural((size_t)t->at_work));
    puts("");
}

// Prints which runs do not count, and what was not tried.
void report_gaps(const struct search *s)
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
}

void report_failure(const struct search *s, const struct failure *f)
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
