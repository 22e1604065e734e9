/* lifetime.c -- when channels and wait groups may be freed. Each rule is tested many
 * times, and once more in slow motion.
 *
 * Freed memory is guarded (see guard.h). So a thread that has not yet returned
 * from its call ends the check if it touches freed memory.
 *
 * Slow motion: a thread that waits in its call gets a signal, whose handler holds it
 * there. Meanwhile the other side does its part and frees everything. Then the
 * handler returns, and the thread has to return without the freed memory.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "guard.h"

#include "chan.h"

#include "check.h"

/* ===== Hammered ========================================================== */

enum { TIMES = 100000, BATCH = 200 };

/* One side of a batch: a channel, or a wait group, for each turn. */
struct batch {
    chan(int) c[BATCH];
    struct waitgroup *group[BATCH];
};

/* Runs TIMES turns: there(batch) in a goroutine, here(batch) in this thread. */
static void hammer(void (*there)(void *), void (*here)(void *), int capacity)
{
    static struct batch batch;
    for (int turns = rounds(TIMES); turns > 0; turns -= BATCH) {
        struct waitgroup wg = {0};
        for (int i = 0; i < BATCH; i++)
            batch.c[i] = chan_make(int, capacity);
        wg_go(&wg, there, &batch);
        here(&batch);
        wg_wait(&wg);
    }
}

static void send_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < BATCH; i++)
        chan_send(b->c[i], i); /* then it is freed */
}

static void receive_and_free_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0, v = -1; i < BATCH; i++) {
        CHECK(chan_recv(b->c[i], &v));
        CHECK_EQ(v, i);
        chan_free(b->c[i]);
    }
}

static void receive_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0, v = -1; i < BATCH; i++) {
        CHECK(chan_recv(b->c[i], &v)); /* then it is freed */
        CHECK_EQ(v, i);
    }
}

static void send_and_free_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < BATCH; i++) {
        chan_send(b->c[i], i);
        chan_free(b->c[i]);
    }
}

static void select_and_free_each(void *arg)
{
    const struct batch *b = arg;
    chan(int) never = chan_make(int, 0);
    for (int i = 0, v = -1; i < BATCH; i++) {
        CHECK_EQ(
            chan_select(chan_on_recv(never, NULL), chan_on_recv(b->c[i], &v)),
            1);
        CHECK_EQ(v, i);
        chan_free(b->c[i]);
    }
    chan_free(never);
}

static void select_send_and_free_each(void *arg)
{
    const struct batch *b = arg;
    chan(int) never = NULL;
    for (int i = 0; i < BATCH; i++) {
        CHECK_EQ(
            chan_select(chan_on_recv(never, NULL), chan_on_send(b->c[i], i)),
            1);
        chan_free(b->c[i]);
    }
}

static void close_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < BATCH; i++)
        chan_close(b->c[i]); /* then it is freed */
}

static void see_the_end_and_free_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < BATCH; i++) {
        int v = -1;
        bool ok = false;
        if (i % 3)
            CHECK(!chan_recv(b->c[i], &v));
        else
            CHECK_EQ(chan_select(chan_on_recv(b->c[i], &v, &ok)), 0);
        CHECK(v == 0 && !ok);
        chan_free(b->c[i]);
    }
}

/* The receiver of the last value frees while the sender is still returning. */
static void receiver_frees_an_unbuffered_channel(void)
{
    hammer(send_each, receive_and_free_each, 0);
}

static void receiver_frees_a_buffered_channel(void)
{
    hammer(send_each, receive_and_free_each, 1);
}

static void select_that_received_frees(void)
{
    hammer(send_each, select_and_free_each, 0);
}

/* The sender frees as soon as its unbuffered send has returned, while the
 * receiver is still returning. */
static void sender_frees_an_unbuffered_channel(void)
{
    hammer(receive_each, send_and_free_each, 0);
}

static void select_that_sent_frees(void)
{
    hammer(receive_each, select_send_and_free_each, 0);
}

/* The receiver frees the channel while chan_close() is still returning. */
static void receiver_frees_a_closed_channel(void)
{
    hammer(close_each, see_the_end_and_free_each, 0);
}

static void done_each(void *arg)
{
    const struct batch *b = arg;
    for (int i = 0; i < BATCH; i++)
        wg_done(b->group[i]); /* then it is freed */
}

/* wg_wait() returns, and the memory of the wait group is freed, while wg_done() is
 * still returning. */
static void wait_group_vanishes(void)
{
    static struct batch batch;
    for (int turns = rounds(TIMES); turns > 0; turns -= BATCH) {
        struct waitgroup all = {0};
        for (int i = 0; i < BATCH; i++) {
            batch.group[i] = malloc(sizeof *batch.group[i]);
            *batch.group[i] = (struct waitgroup){0};
            wg_add(batch.group[i], 1 + i % 2);
        }
        wg_go(&all, done_each, &batch);
        for (int i = 0; i < BATCH; i++) {
            if (i % 2)
                wg_done(batch.group[i]);
            wg_wait(batch.group[i]);
            memset(batch.group[i], 0xff, sizeof *batch.group[i]);
            free(batch.group[i]);
        }
        wg_wait(&all);
    }
}

static void nothing(void *arg)
{
    (void)arg;
}

/* The same with goroutines that end: they must not use the wait group either. */
static void wait_group_of_goroutines_vanishes(void)
{
    for (int i = 0; i < rounds(10000); i++) {
        struct waitgroup *wg = malloc(sizeof *wg);
        *wg = (struct waitgroup){0};
        wg_go(wg, nothing);
        if (i % 2)
            wg_go(wg, nothing, i);
        wg_wait(wg);
        memset(wg, 0xff, sizeof *wg);
        free(wg);
    }
}

/* ===== In slow motion ==================================================== */

static atomic_bool held, let_go;

static void hold(int number)
{
    (void)number;
    atomic_store(&held, true);
    while (!atomic_load(&let_go))
        nap_us(100);
}

/* Whether the thread, which waits in its call, is held there now. It is not under
 * ThreadSanitizer, which delays signals. */
static bool hold_thread(struct watched *w)
{
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = hold}, NULL);
    CHECK_EQ(guard_every, 1);
    atomic_store(&held, false);
    atomic_store(&let_go, false);
    pthread_kill(w->thread, SIGUSR1);
    for (int i = 0; i < 5000 && !held; i++)
        nap_us(100);
    CHECK(held || SANITIZED);
    return held;
}

/* From here on each allocation gets pages of its own. */
static void guard_all(void)
{
    guard_every = 1;
}

static void let_thread_go(struct watched *w)
{
    atomic_store(&let_go, true);
    finish(w);
}

struct call {
    chan(int) c, other;
    struct waitgroup *wg;
    int v, chosen;
    bool ok;
};

static void send_five(void *arg)
{
    struct call *me = arg;
    chan_send(me->c, 5);
}

static void receive_one(void *arg)
{
    struct call *me = arg;
    me->ok = chan_recv(me->c, &me->v);
}

static void select_one(void *arg)
{
    struct call *me = arg;
    me->chosen = chan_select(chan_on_recv(me->c, &me->v, &me->ok),
                             chan_on_recv(me->other, NULL));
}

static void wait_for_group(void *arg)
{
    struct call *me = arg;
    wg_wait(me->wg);
}

static void held_sender_finds_its_channel_gone(void)
{
    guard_all();
    for (int capacity = 0; capacity < 3; capacity++) {
        struct watched w;
        struct call call = {.c = chan_make(int, capacity)};
        int v;
        for (int i = 0; i < capacity; i++)
            chan_send(call.c, i);
        start_waiting(&w, send_five, &call);
        bool is_held = hold_thread(&w);
        for (int i = 0; i <= capacity; i++) {
            CHECK(chan_recv(call.c, &v));
            CHECK_EQ(v, i < capacity ? i : 5);
        }
        CHECK(!is_held || !w.returned);
        chan_free(call.c);
        let_thread_go(&w);
    }
}

static void held_receiver_finds_its_channel_gone(void)
{
    guard_all();
    for (int turn = 0; turn < 4; turn++) {
        struct watched w;
        struct call call = {.c = chan_make(int, turn / 2), .v = 77};
        start_waiting(&w, receive_one, &call);
        bool is_held = hold_thread(&w);
        if (turn % 2)
            chan_send(call.c, 6);
        else
            chan_close(call.c);
        CHECK(!is_held || !w.returned);
        chan_free(call.c);
        let_thread_go(&w);
        CHECK_EQ(call.ok, turn % 2);
        CHECK_EQ(call.v, turn % 2 ? 6 : 0);
    }
}

static void held_waiter_finds_its_group_gone(void)
{
    guard_all();
    struct watched w;
    struct call call = {.wg = malloc(sizeof *call.wg)};
    *call.wg = (struct waitgroup){0};
    wg_add(call.wg, 1);
    start_waiting(&w, wait_for_group, &call);
    hold_thread(&w);
    wg_done(call.wg);
    free(call.wg);
    let_thread_go(&w);
}

/* A select uses every channel in its list until it has returned. Here it has been
 * served, but is held on its way out. */
static struct watched selecting;
static struct call selection;

static void free_what_a_select_holds(void)
{
    selection.c = chan_make(int, 0);
    selection.other = chan_make(int, 0);
    start_waiting(&selecting, select_one, &selection);
    if (!hold_thread(&selecting))
        CHECK(SANITIZED);
    if (SANITIZED && !held) /* for the expected panic */
        HERE(chan_free(selection.other));
    chan_send(selection.c, 1);
    HERE(chan_free(selection.other));
}

static void free_what_a_select_was_served_from(void)
{
    selection.c = chan_make(int, 0);
    selection.other = chan_make(int, 0);
    start_waiting(&selecting, select_one, &selection);
    hold_thread(&selecting);
    if (SANITIZED && !held)
        HERE(chan_free(selection.c));
    chan_send(selection.c, 1);
    HERE(chan_free(selection.c));
}

static void held_select_still_holds_its_channels(void)
{
    guard_all();
    expect_panic(free_what_a_select_holds, "free of a channel in use");
    expect_panic(free_what_a_select_was_served_from,
                 "free of a channel in use");
}

/* Once the select has returned, its channels may be freed, also by another thread
 * that has received a message about the return. */
struct pair {
    chan(int) c, done;
};

static void select_and_tell(void *arg)
{
    const struct pair *p = arg;
    for (int v = 0; v >= 0;) {
        chan(int) other = chan_make(int, 0);
        CHECK_EQ(chan_select(chan_on_recv(other, NULL), chan_on_recv(p->c, &v)),
                 1);
        chan_free(other);
        chan_send(p->done, v);
    }
}

static void a_reply_tells_that_the_select_has_returned(void)
{
    for (int i = 0; i < rounds(3000); i++) {
        struct waitgroup wg = {0};
        struct pair p = {chan_make(int, 0), chan_make(int, 0)};
        int v;
        wg_go(&wg, select_and_tell, &p);
        chan_send(p.c, 5);
        CHECK(chan_recv(p.done, &v) && v == 5);
        chan_send(p.c, -1);
        CHECK(chan_recv(p.done, &v) && v == -1);
        chan_free(p.c);
        chan_free(p.done);
        wg_wait(&wg);
    }
}

/* ===== What is left behind =============================================== */

static void channels_may_be_freed_with_values_in_them(void)
{
    for (int i = 0; i < 100; i++) {
        chan(int) c = chan_make(int, 3), d = chan_make(int, 3);
        chan_send(c, 1);
        chan_send(c, 2);
        chan_send(d, 1);
        chan_close(d);
        chan_free(c);
        chan_free(d);
        chan_free(chan_make(int, 0));
    }
    chan(int) none = NULL;
    chan_free(none);
    chan_free(NULL);
}

static void timers_may_be_freed_at_any_time(void)
{
    for (int i = 0; i < 100; i++) {
        chan(struct timespec) c = chan_after_ms(i % 3), d = chan_tick_ms(1);
        if (i % 5 == 0)
            nap_us(1500);
        if (i % 4 == 0)
            CHECK(chan_recv(d, NULL));
        if (i % 7 == 0)
            CHECK(chan_recv(c, NULL));
        chan_free(c);
        chan_free(d);
    }
}

CHECKS(RUN(receiver_frees_an_unbuffered_channel),
       RUN(receiver_frees_a_buffered_channel), RUN(select_that_received_frees),
       RUN(sender_frees_an_unbuffered_channel), RUN(select_that_sent_frees),
       RUN(receiver_frees_a_closed_channel), RUN(wait_group_vanishes),
       RUN(wait_group_of_goroutines_vanishes),
       RUN(held_sender_finds_its_channel_gone),
       RUN(held_receiver_finds_its_channel_gone),
       RUN(held_waiter_finds_its_group_gone),
       RUN(held_select_still_holds_its_channels),
       RUN(a_reply_tells_that_the_select_has_returned),
       RUN(channels_may_be_freed_with_values_in_them),
       RUN(timers_may_be_freed_at_any_time))
