/* explore.c -- Run a program in many orders, and find the shortest way to each
 * failure.
 *
 *     explore SETTING=VALUE... -- PROGRAM [ARG...]
 *
 * scripts/explore is the command that people type. It builds the program and
 * starts this tool. read_settings() lists the settings. The report goes to
 * standard output, progress to standard error if that is a terminal.
 *
 * The program and the check run under the tool limited. It ends them, and every
 * process that they have started, when their time is up or this tool ends.
 *
 * The files in explore/ use only the files above them in this list:
 *
 *     text      strings, lists, and files; above shared/memory
 *     choices   the choices of a run, as the laboratory writes them
 *     orders    which order to try next
 *     search    the structs that the others work on
 *     files     what the runs write, in memory
 *     runs      starts the program, many times at once, and ends it
 *     figures   virtual time, and how many goroutines were at work
 *     outcome   what came of a run
 *     tally     counts outputs and failures
 *     trying    tries seeds, or all orders
 *     way       the shortest way to a failure
 *     fate      from which step of it on the failure is inevitable
 *     report    prints what was found
 *     explain   prints how it fails
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include "explore/explain.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAILED = 1 }; // the status if a run has failed

static void report(struct search *s)
{
    const struct tally *t = &s->tally;
    if (t->failed && !s->set.brief)
        find_way(s);
    print_verdict(s);
    if (s->set.orders)
        print_orders(s);
    else
        print_seeds(s);
    report_wishes(s);
    for (size_t i = 0; i < t->failures && i < SHOWN; i++) {
        report_failure(s, t->failure[i]);
        report_fate(s, t->failure[i]);
    }
    if (t->failures > SHOWN)
        printf("  ... %zu more kinds of failure\n", t->failures - SHOWN);
    report_outputs(s);
    report_figures(s);
    report_gaps(s);
    if (!s->set.brief)
        explain(s);
}

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

// Each word is NAME=VALUE, up to `--`. No text may be missing. Returns what
// follows.
static char **read_settings(struct settings *s, char **words)
{
    const struct setting known[] = {
        {"limited=", &s->limited, NULL},
        {"name=", &s->name, NULL},
        {"again=", &s->again, NULL},
        {"folder=", &s->folder, NULL},
        {"shown=", &s->shown, NULL},
        {"limit=", &s->limit, NULL},
        {"check=", &s->check, NULL},
        {"time=", &s->time, NULL},
        {"at_most=", &s->at_most, NULL},
        {"how=", &s->how, NULL},
        {"colours=", &s->colours, NULL},
        {"seeds=", NULL, &s->seeds},
        {"from=", NULL, &s->from},
        {"preemptions=", NULL, &s->preemptions},
        {"brief=", NULL, &s->brief},
        {"orders=", NULL, &s->most},
    };
    size_t n = sizeof known / sizeof *known;
    for (; *words && strcmp(*words, "--") != 0; words++)
        set(known, n, *words);
    for (size_t i = 0; i < n; i++)
        if (known[i].text && !*known[i].text)
            misuse(known[i].name);
    return *words ? words + 1 : words;
}

// Each run executes limited, its seconds, and these words.
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
    end_lanes(&s->batch);
    free(s->set.program);
}

// Returns the exit status of scripts/explore.
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
    if (s->tally.failed || !grants_all(&s->tally))
        return FAILED;
    return s->stopped == BY_TIME ? TIME_IS_UP : 0;
}

int main(int argc, char **argv)
{
    struct search s = {.deadline = LLONG_MAX};
    char **words = read_settings(&s.set, argv + (argc > 0));
    if (!*words)
        misuse("no program");
    set_program(&s.set, words);
    if (*s.set.at_most)
        number("at_most", s.set.at_most);
    s.set.given = *s.set.time ? number("time", s.set.time) : 0;
    s.set.orders = strcmp(s.set.how, "orders") == 0;
    // Starting and ending the tool takes a part of the time, too.
    if (s.set.given)
        s.deadline = now_ms() + s.set.given * 1000LL + 500;
    block_signals(&s);
    make_lanes(&s.batch);
    int status = run_search(&s);
    end_search(&s);
    return status;
}
