#define _GNU_SOURCE
#include "explain.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usual_order[] =
    "a goroutine runs until it waits, then the first created.";

// Prints which usual choice was not taken.
static void print_instead(const struct choice *c, const char *usual)
{
    if (c->is_pick)
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

// Prints the choices of the run. Of more than 40 it prints the unusual choices,
// the choice before each of them, and the last ten.
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
    puts("Its last messages:");
    for (size_t i = o->saids > 12 ? o->saids - 12 : 0; i < o->saids; i++) {
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

// Returns the failure with the shortest way known, or NULL. A failure without
// an end takes long to repeat, so it is returned only if there is no other.
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

void explain(struct search *s)
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
    w->departs++; // so that the way itself counts as better
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
