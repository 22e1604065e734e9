#define _GNU_SOURCE
#include "explain.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS = 12,  // lines of standard error that are printed
    LONG = 60,   // choices that are printed at most
    ENDING = 40, // of more than LONG, the last ones
};

static const char usual_order[] =
    "a goroutine runs until it waits, then the oldest one that can.";

// Prints which usual choice was not taken.
static void print_instead(const struct choice *c, const char *usual)
{
    if (c->is_spurious)
        printf("    (returns without a signal)");
    else if (c->is_wake)
        printf("    (wakes, while others can run)");
    else if (c->is_pick)
        printf("    (draws %ld of 0 to %zu)", c->took, c->others);
    else if (c->usual_held)
        printf("    (not %s, which could go on)", usual);
    else
        printf("    (before %s)", usual);
}

// Returns the goroutine as `3 worker`. Its name is in the comments of its
// choices.
static char *goroutine(const struct run *r, long number)
{
    for (size_t i = r->n; i-- > 0;) {
        const struct choice *c = &r->choice[i];
        const char *name = c->comment + strspn(c->comment, "0123456789");
        bool named = name > c->comment && *name == ' ' && strchr(name, ':');
        if (!c->is_pick && !c->is_wake && c->took == number && named)
            return printed("%ld%.*s", number, (int)strcspn(name, ":"), name);
    }
    return printed(number == 1 ? "%ld main" : "%ld", number);
}

static void print_choice(const struct way *w, size_t i)
{
    const struct run *r = &w->run;
    const struct choice *c = &r->choice[i];
    const char *word = word_of(c);
    char *took = printed("%s %ld", word, c->took);
    printf("  %s %4zu. %s", is_usual(c) ? " " : ">", i + 1,
           *c->comment ? c->comment : took);
    if (!is_usual(c)) {
        char *usual = c->usual < 0 ? copy("") : goroutine(r, c->usual);
        print_instead(c, usual);
        free(usual);
    }
    puts(i + 1 == w->fate.step ? "    (inevitable from here on)" : "");
    free(took);
}

// Of more than 40 choices, a reader sees the unusual ones, the choice before each of
// them, the one that makes the failure inevitable, and the last ten.
static bool is_seen(const struct way *w, size_t i)
{
    const struct run *r = &w->run;
    return r->n <= 40 || i + 10 >= r->n || !is_usual(&r->choice[i]) ||
           !is_usual(&r->choice[i + 1]) || i + 1 == w->fate.step;
}

// Returns the first choice that is printed. A long way is printed from its ending on,
// or from the choice that makes the failure inevitable.
static size_t first_shown(const struct way *w)
{
    size_t seen = 0;
    for (size_t i = 0; i < w->run.n; i++)
        seen += is_seen(w, i);
    if (seen <= LONG)
        return 0;
    size_t first = 0;
    for (size_t hidden = 0; hidden < seen - ENDING; first++)
        hidden += is_seen(w, first);
    size_t fate = w->fate.step; // counts from 1; 0 if there is none
    return fate > 0 && fate <= first ? fate - 1 : first;
}

// Prints the choices of the way that are worth a line.
static void report_choices(const struct way *w)
{
    const struct run *r = &w->run;
    size_t left = 0;
    size_t first = first_shown(w);
    if (first > 0)
        printf("         ... %zu choices, which are in the file below\n",
               first);
    for (size_t i = first; i < r->n; i++) {
        if (!is_seen(w, i)) {
            left++;
            continue;
        }
        if (left)
            printf("         ... %zu usual choice%s\n", left, plural(left));
        left = 0;
        print_choice(w, i);
    }
}

// Writes NAME.schedule, the order that leads to the failure.
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

// Prints the kind of a failure as what several runs do: `got stuck` becomes
// `get stuck`.
static void print_present(const char *kind)
{
    static const char *const words[][2] = {
        {"got stuck", "get stuck"}, {"panicked", "panic"},   {"leaked", "leak"},
        {"ended ", "end "},         {"did not ", "do not "}, {"took ", "take "},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!starts_with(kind, words[i][0]))
            continue;
        printf("%s%s", words[i][1], kind + strlen(words[i][0]));
        return;
    }
    fputs("fail", stdout);
}

// Returns a choice's comment, `4 eat: mutex &fork at p.c:31`, with the goroutine
// as reports write it: `goroutine 4 (eat): mutex &fork at p.c:31`. The caller
// frees it.
static char *what_happens(const struct choice *c)
{
    const char *name = c->comment + strcspn(c->comment, " ");
    const char *rest = strchr(name, ':');
    if (!*name || !rest)
        return copy(c->comment);
    return printed("goroutine %.*s (%.*s)%s", (int)(name - c->comment),
                   c->comment, (int)(rest - name - 1), name + 1, rest);
}

void report_fate(const struct search *s, const struct failure *f)
{
    const struct way *w = &s->way;
    if (f != w->target || !w->fate.step)
        return;
    printf("      from step %zu below on%s, all %zu orders that were tried ",
           w->fate.step, w->fate.first ? "" : " at the latest", w->fate.seeds);
    print_present(f->kind);
    puts(":");
    char *what = what_happens(&w->run.choice[w->fate.step - 1]);
    fputs("      ", stdout);
    print_short(what, 0, 160);
    free(what);
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
    report_choices(w);
}

// Whether the laboratory's report of a failure begins in this line. It is
// printed as a whole.
static bool begins_report(const char *line)
{
    static const char *const heads[] = {"all goroutines are asleep",
                                        "panic: ", "crash: ", "leaks in "};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        if (starts_with(line, heads[k]))
            return true;
    return false;
}

// Returns the first of the lines to print: the beginning of a report, or one of
// the last lines.
static size_t first_word(const struct outcome *o)
{
    static const char *const marks[] = {"ERROR: AddressSanitizer",
                                        "WARNING: ThreadSanitizer",
                                        ": runtime error: "};
    for (size_t i = 0; o->sanitized && i < o->saids; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (strstr(o->said[i], marks[k]))
                return i;
    for (size_t i = 0; i < o->saids; i++)
        if (begins_report(o->said[i]))
            return i;
    return o->saids > WORDS ? o->saids - WORDS : 0;
}

static void report_last_words(const struct outcome *o)
{
    if (!o->saids)
        return;
    size_t first = first_word(o);
    puts("Its last messages:");
    size_t end = o->saids;
    if (!begins_report(o->said[first]) && end > first + WORDS)
        end = first + WORDS;
    for (size_t i = first; i < end; i++) {
        printf("    ");
        print_short(o->said[i], 0, 500);
    }
}

// Runs the schedule of the file once more. Its standard error is printed, and
// it must fail in the same way.
static void tell_way(struct search *s)
{
    struct way *w = &s->way;
    struct outcome o = {0};
    char *file = printed("/%s.schedule", s->set.name);
    save_way(s, file);
    attempt(w, w->end, (struct change){0});
    run_trials(s);
    bool known = look(s, 1, &o);
    exchange(&o.unrepeatable, NULL);
    bool same = known && fails_like(&o, w->target);
    report_way(s);
    if (same)
        report_last_words(&o);
    if (known && !same)
        puts("It does not always fail in this order.");
    char *setting = schedule_setting(s, file);
    printf("To repeat it: ");
    print_command(s, setting, w->target);
    free(setting);
    free(file);
    clear_outcome(&o);
}

// Returns the failure with the shortest way known, or NULL. One that is slow to
// fail is returned only if there is no other.
static const struct failure *easiest(const struct tally *t)
{
    const struct failure *best[2] = {NULL, NULL};
    for (size_t i = 0; i < t->failures; i++) {
        const struct failure *f = t->failure[i];
        bool slow = is_slow_to_fail(f);
        if (f->way && (!best[slow] || f->way_length < best[slow]->way_length))
            best[slow] = f;
    }
    return best[0] ? best[0] : best[1];
}

void find_way(struct search *s)
{
    struct way *w = &s->way;
    struct run run = {0};
    w->target = easiest(&s->tally);
    if (!w->target)
        return;
    progress(s, "%s", "looking for the shortest order");
    take_log(&run, copy(w->target->way));
    adopt(w, &run);
    attempt(w, w->run.n, (struct change){0});
    w->departs++; // so that the way itself counts as better
    w->known = try_trials(s);
    if (!w->known)
        return;
    w->until = now_ms() + SHORTEN_MS;
    shorten(s);
    straighten(s);
    if (!s->set.orders) {
        search_from_usual(s, 0);
        search_from_usual(s, 1);
    }
    find_fate(s);
    progress(s, "%s", "");
}

void explain(struct search *s)
{
    if (!s->way.target)
        return;
    puts("");
    if (s->way.known) {
        tell_way(s);
        return;
    }
    print_bold(s, "How it fails");
    printf(" is not known: %s\n",
           is_over(s) ? "no time was left."
                      : "its choices, as far as it wrote them down, do not "
                        "repeat it.");
}
