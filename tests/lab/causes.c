/* causes -- a panic, a deadlock or a crash, and the report names the cause.
 *
 *     causes send | blocked | select | twice | nil | used | full | undone
 *     causes null | overflow | zero
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static struct waitgroup all;
static chan(int) numbers;
static chan(int) slots;

static void closes(void *arg)
{
    (void)arg;
    chan_close(numbers); /* closed */
}

static void sends(void *arg)
{
    (void)arg;
    chan_send(numbers, 1); /* blocked */
}

static void send_on_closed(void)
{
    wg_go(&all, closes);
    wg_wait(&all);
    chan_send(numbers, 1); /* send */
}

/* The channel is freed before the sender panics. */
static void close_while_blocked(void)
{
    go(sends);
    sleep_ms(600);       /* by now it is blocked */
    chan_close(numbers); /* main closes */
    chan_free(numbers);
    sleep_ms(1000);
}

static void select_on_closed(void)
{
    wg_go(&all, closes);
    wg_wait(&all);
    /* select */
    chan_select(chan_on_recv(slots, NULL), chan_on_send(numbers, 1));
}

static void close_twice(void)
{
    wg_go(&all, closes);
    wg_wait(&all);
    chan_close(numbers); /* twice */
}

static void close_of_nil(void)
{
    chan(int) none = NULL;
    chan_close(none); /* nil */
}

static void free_while_used(void)
{
    go(sends);
    sleep_ms(600);      /* by now it is blocked */
    chan_free(numbers); /* used */
}

/* A semaphore: the goroutine that would receive waits for something else. */
static void holds(void *arg)
{
    (void)arg;
    chan_send(slots, 1);
    chan_send(numbers, 1);
    chan_recv(numbers, NULL); /* holds slot */
}

static void full_semaphore(void)
{
    wg_go(&all, holds); /* slot started */
    chan_recv(numbers, NULL);
    chan_send(slots, 1); /* full */
}

static void not_yet_done(void)
{
    wg_go(&all, sends);
    wg_go(&all, sends); /* counted */
    chan_recv(numbers, NULL);
    wg_wait(&all); /* undone */
}

static void read_null(void)
{
    chan_send(slots, 1); /* sent */
    volatile int *volatile nothing = NULL;
    *nothing = 1;
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int calls_itself(int depth)
{
    volatile char much[1000];
    much[0] = (char)depth;
    return calls_itself(depth + 1) + much[0];
}

static void overflows(void *arg)
{
    (void)arg;
    chan_send(numbers, calls_itself(0));
}

static void stack_overflow(void)
{
    go(overflows); /* overflow started */
    chan_recv(numbers, NULL);
}

static void divide_by_zero(void)
{
    raise(SIGFPE);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*f)(void);
    } cases[] = {{"send", send_on_closed},     {"blocked", close_while_blocked},
                 {"select", select_on_closed}, {"twice", close_twice},
                 {"nil", close_of_nil},        {"used", free_while_used},
                 {"full", full_semaphore},     {"undone", not_yet_done},
                 {"null", read_null},          {"zero", divide_by_zero},
                 {"overflow", stack_overflow}};
    numbers = chan_make(int, 0);
    slots = chan_make(int, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
            cases[i].f();
}
