/* defer.c -- deferred calls, on every way out of a scope.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <setjmp.h>

#include "check.h"

/* The letters that were noted, in order. */
static char trail[100];

static void note(void *letter)
{
    size_t n = strlen(trail);
    trail[n] = *(char *)letter;
    trail[n + 1] = '\0';
}

#define NOTE(letter) note((char[]){ letter })

static void trail_is(const char *want)
{
    if (strcmp(trail, want) != 0) {
        fprintf(stderr, "the trail is %s, not %s\n", trail, want);
        _exit(1);
    }
    trail[0] = '\0';
}

static void runs_at_the_end_of_the_scope(void)
{
    {
        defer(note, "a");
        NOTE('1');
    }
    NOTE('2');
    trail_is("1a2");
}

static void last_in_first_out(void)
{
    {
        defer(note, "a");
        defer(note, "b");
        NOTE('1');
        defer(note, "c");
    }
    trail_is("1cba");
}

static void several_on_one_line(void)
{
    {
        defer(note, "a"); defer(note, "b"); defer(note, "c");
        NOTE('1');
    }
    trail_is("1cba");
}

static void nested_scopes_run_theirs(void)
{
    defer(note, "a");
    {
        defer(note, "b");
        {
            defer(note, "c");
            defer(note, "d");
        }
        NOTE('1');
    }
    NOTE('2');
    trail_is("dc1b2");
}

static int leave_by_return(int way)
{
    defer(note, "a");
    if (way == 0)
        return NOTE('0'), 10;
    defer(note, "b");
    if (way == 1) {
        defer(note, "c");
        return NOTE('1'), 11;
    }
    NOTE('2');
    return 12;
}

static void runs_on_return(void)
{
    CHECK_EQ(leave_by_return(0), 10);
    trail_is("0a"); /* only what was reached */
    CHECK_EQ(leave_by_return(1), 11);
    trail_is("1cba");
    CHECK_EQ(leave_by_return(2), 12);
    trail_is("2ba");
}

static int look(void)
{
    static int value = 5;
    int *p = &value;
    defer(note, "a");
    return strcmp(trail, "") == 0 ? *p : -1; /* before the deferred */
}

static void the_result_is_computed_first(void)
{
    CHECK_EQ(look(), 5);
    trail_is("a");
}

static void runs_on_break_and_continue(void)
{
    for (int i = 0; i < 5; i++) {
        defer(note, "a");
        if (i == 1)
            continue;
        defer(note, "b");
        if (i == 3)
            break;
        NOTE((char)('0' + i));
    }
    trail_is("0baa2baba");
    int n = 0;
    while (true) {
        defer(note, "w");
        if (n++ == 2)
            break;
    }
    do {
        defer(note, "d");
        if (n++ < 5)
            continue;
        NOTE('x');
    } while (n < 6);
    trail_is("wwwddxd");
}

static void runs_on_break_out_of_a_switch(void)
{
    for (int i = 0; i < 3; i++)
        switch (i) {
        case 0: {
            defer(note, "a");
            break;
        }
        case 1: {
            defer(note, "b");
            NOTE('1');
        } /* fall through */
        default: {
            defer(note, "c");
        }
        }
    trail_is("a1bcc");
}

static void runs_on_goto(void)
{
    int n = 0;
again: {
    defer(note, "a");
    n++;
    if (n < 3)
        goto again; /* backwards, out of the scope */
    {
        defer(note, "b");
        goto out; /* forwards, out of both */
    }
}
out:
    NOTE('1');
    trail_is("aaba1");
}

static void runs_on_the_way_out_of_an_if(void)
{
    for (int i = 0; i < 2; i++)
        if (i) {
            defer(note, "a");
            NOTE('1');
        } else {
            defer(note, "b");
            NOTE('0');
        }
    trail_is("0b1a");
}

static void the_argument_is_evaluated_at_once_and_once(void)
{
    char letters[] = "xyz", *p = letters;
    {
        defer(note, p++);
        defer(note, p++);
        p = NULL;
    }
    trail_is("yx");
}

static void the_function_too(void)
{
    static int asked;
    void (*f)(void *) = note;
    {
        defer((asked++, f), "a");
        f = NULL;
        CHECK_EQ(asked, 1);
    }
    CHECK_EQ(asked, 1);
    trail_is("a");
}

/* ===== The header's own functions ======================================== */

static void send_two(void *arg)
{
    chan(int) out = arg;
    defer(chan_close, out);
    chan_send(out, 1);
    chan_send(out, 2);
}

static int sum_of(void)
{
    chan(int) c = chan_make(int, 0);
    defer(chan_free, c);
    int sum = 0, v;
    go(send_two, c);
    while (chan_recv(c, &v))
        sum += v;
    return sum;
}

static void closes_and_frees_channels(void)
{
    CHECK_EQ(sum_of(), 3);
    {
        chan(int) c = chan_make(int, 3);
        defer(chan_free, c);
        defer(chan_close, c); /* first close, then free */
        chan(int) none = NULL;
        defer(chan_free, none);
        chan_send(c, 1);
    }
}

static void frees_memory(void)
{
    char *text = malloc(100); /* LeakSanitizer and valgrind look */
    defer(free, text);
    void *none = NULL;
    defer(free, none);
    strcpy(text, "text");
}

struct part {
    struct waitgroup *wg;
    atomic_int *n;
};

static void work(void *arg)
{
    const struct part *part = arg;
    defer(wg_done, part->wg);
    atomic_fetch_add(part->n, 1);
}

static void ends_a_part_of_a_wait_group(void)
{
    struct waitgroup wg = { 0 };
    atomic_int n = 0;
    wg_add(&wg, 10);
    for (int i = 0; i < 10; i++)
        go(work, (struct part){ &wg, &n });
    wg_wait(&wg);
    CHECK_EQ(n, 10);
}

static void deferred_with_defers(void *letter)
{
    defer(note, "(");
    defer(note, letter);
    defer(note, ")");
}

static void deferred_functions_may_defer(void)
{
    {
        defer(deferred_with_defers, "a");
        defer(deferred_with_defers, "b");
    }
    trail_is(")b()a(");
}

/* ===== Where it does not run ============================================= */

static void say(void *text)
{
    puts(text);
    fflush(stdout);
}

static void leave_by_exit(void)
{
    defer(say, "deferred");
    exit(0);
}

static void leave_by_abort(void)
{
    defer(say, "deferred");
    abort();
}

static jmp_buf back;
static void leave_by_longjmp(void)
{
    if (setjmp(back) == 0) {
        defer(say, "deferred");
        longjmp(back, 1);
    }
}

static void leave_by_panic(void)
{
    chan(int) c = NULL;
    defer(say, "deferred");
    chan_close(c);
}

static void not_on_exit_abort_longjmp_and_panic(void)
{
    void (*const ways[])(void) = { leave_by_exit, leave_by_abort,
                                   leave_by_longjmp, leave_by_panic };
    for (int i = 0; i < 4; i++) {
        struct outcome got = run_apart(ways[i]);
        CHECK_EQ(WIFSIGNALED(got.status), i == 1 || i == 3);
        CHECK(strcmp(got.out, "") == 0);
    }
}

CHECKS(RUN(runs_at_the_end_of_the_scope), RUN(last_in_first_out),
       RUN(several_on_one_line), RUN(nested_scopes_run_theirs),
       RUN(runs_on_return), RUN(the_result_is_computed_first),
       RUN(runs_on_break_and_continue), RUN(runs_on_break_out_of_a_switch),
       RUN(runs_on_goto), RUN(runs_on_the_way_out_of_an_if),
       RUN(the_argument_is_evaluated_at_once_and_once), RUN(the_function_too),
       RUN(closes_and_frees_channels), RUN(frees_memory),
       RUN(ends_a_part_of_a_wait_group), RUN(deferred_functions_may_defer),
       RUN(not_on_exit_abort_longjmp_and_panic))
