/* random -- programs drawn from a seed; each must end, and its totals must be right.
 *
 * A program has up to 8 channels and 40 goroutines. On each channel some goroutines
 * have to send a number of values. Others have to receive as many values, or all until
 * the channel is closed. The goroutines start each other, as a tree, and wait at a gate
 * until it opens. Then each does its duties: by a plain send or receive, or by selects
 * over all or some of its channels. The selects have cases switched off, defaults,
 * timeouts, tickers and alarms that are made and freed at any time. Some values carry
 * a channel for the answer, which is freed as soon as the answer has arrived.
 *
 * A goroutine never both sends and receives on one channel, and it offers all its
 * duties at once, or again and again. So each program ends: while values are still to
 * be sent, some goroutine offers to receive them.
 *
 *     random [-t SECONDS] [-s SEED]
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

enum { STREAMS = 8, ACTORS = 40, VALUES = 400, CASES = 2 * STREAMS + 3 };

struct item {
    uint64_t id;
    chan(uint64_t) answer; /* wanted: id + 1; or NULL */
};

/* A channel, the values to send through it, and the values sent and received. */
struct stream {
    chan(struct item) c;
    long values;
    bool closes;        /* the last sender closes; otherwise all count */
    atomic_int senders; /* that have not yet sent all */
    atomic_long sent, received;
    atomic_ullong sent_sum, received_sum;
};

struct duty {
    struct stream *stream;
    bool sends;
    long left; /* values; -1: until the channel is closed */
};

struct actor {
    struct program *program;
    int id, parent, n; /* of duties */
    uint64_t dice, next_id;
    struct duty duties[STREAMS];
    struct item item, plain; /* what it sends next, asking or not */
    chan(struct timespec) timer;
};

static struct program {
    struct stream streams[STREAMS];
    struct actor actors[ACTORS];
    int n_streams, n_actors;
    struct waitgroup gate;
} program;

/* ===== What an actor does ================================================ */

static void make_item(struct actor *a)
{
    if (!a->item.answer && draw(&a->dice, 8) == 0)
        a->item.answer = chan_make(uint64_t, draw(&a->dice, 2));
    a->item.id = a->plain.id = (uint64_t)a->id << 32 | ++a->next_id;
}

/* Now and then another timer, whether the old one has fired or not. */
static void make_timer(struct actor *a)
{
    unsigned kind = draw(&a->dice, 60), ms = draw(&a->dice, 4);
    if (kind > 2)
        return;
    chan_free(a->timer);
    a->timer = kind == 0   ? NULL
               : kind == 1 ? chan_after_ms(ms)
                           : chan_tick_ms(1 + ms);
}

/* Asks only where there is no buffer. A buffered value might have to be received by
 * a goroutine that itself waits for an answer from this one. */
static bool may_ask(const struct duty *d)
{
    return chan_cap(d->stream->c) == 0;
}

/* The other side answers at once, and does not touch the channel after that. */
static void await_answer(struct actor *a)
{
    chan(uint64_t) answer = a->item.answer;
    uint64_t id = 0;
    if (draw(&a->dice, 2))
        chan_recv(answer, &id);
    else
        while (chan_select(chan_on_timeout_ms(1), chan_on_recv(answer, &id)) ==
               0)
            continue;
    if (id != a->item.id + 1)
        fail("%" PRIu64 " was answered by %" PRIu64, a->item.id, id);
    chan_free(answer);
    a->item.answer = NULL;
}

static uint64_t hash(uint64_t id)
{
    return next_number(&id);
}

static void drop_duty(struct actor *a, struct duty *d)
{
    *d = a->duties[--a->n];
}

static void end_sending(struct actor *a, struct duty *d)
{
    struct stream *s = d->stream;
    drop_duty(a, d);
    if (atomic_fetch_sub(&s->senders, 1) == 1 && s->closes)
        chan_close(s->c);
}

static void has_sent(struct actor *a, struct duty *d)
{
    d->stream->sent_sum += hash(a->item.id);
    d->stream->sent++;
    if (a->item.answer && may_ask(d))
        await_answer(a);
    make_item(a);
    if (--d->left == 0)
        end_sending(a, d);
}

static void has_received(struct actor *a, struct duty *d, struct item item,
                         bool ok)
{
    if (!ok && d->left >= 0)
        fail("an open channel says that it is closed");
    if (!ok && (item.id != 0 || item.answer))
        fail("what comes from a closed channel is not zeroed");
    if (!ok) {
        drop_duty(a, d);
        return;
    }
    d->stream->received_sum += hash(item.id);
    d->stream->received++;
    if (item.answer)
        chan_send(item.answer, item.id + 1);
    if (d->left > 0 && --d->left == 0)
        drop_duty(a, d);
}

static void act_plainly(struct actor *a, struct duty *d)
{
    struct item item;
    if (d->sends) {
        chan_send(d->stream->c, may_ask(d) ? a->item : a->plain);
        has_sent(a, d);
    } else {
        bool ok = chan_recv(d->stream->c, &item);
        has_received(a, d, item, ok);
    }
}

/* The cases of a select, and the duty of each. */
struct offer {
    struct chan_case cases[CASES];
    struct duty *duties[CASES];
    int n, timer;
    struct item item;
    struct timespec due;
    bool ok;
};

static void add_case(struct offer *o, struct chan_case a, struct duty *d)
{
    o->duties[o->n] = d;
    o->cases[o->n++] = a;
}

/* Offers all duties or only some, from any one on, with other cases between them.
 * Returns whether another goroutine is certain to serve one of them. */
static bool add_duties(struct actor *a, struct offer *o)
{
    bool all = draw(&a->dice, 2);
    unsigned first = draw(&a->dice, (unsigned)a->n);
    for (int i = 0; i < a->n; i++) {
        struct duty *d = &a->duties[(first + (unsigned)i) % (unsigned)a->n];
        chan(struct item) c = d->stream->c;
        if (draw(&a->dice, 4) == 0)
            add_case(o, chan_on_recv((chan(int))NULL, NULL), NULL);
        if (!all && draw(&a->dice, 3) == 0)
            continue;
        add_case(o,
                 d->sends
                     ? chan_on_send_from(c, may_ask(d) ? &a->item : &a->plain)
                     : chan_on_recv(c, &o->item, &o->ok),
                 d);
    }
    return all;
}

static void check_time(const struct offer *o)
{
    long long due = o->due.tv_sec * 1000 + o->due.tv_nsec / 1000000;
    if (due > now_ms())
        fail("a timer was early: due at %lld, now %lld", due, now_ms());
}

static void act_by_select(struct actor *a)
{
    struct offer o = {.n = 0};
    bool patient = add_duties(a, &o) && draw(&a->dice, 3);
    o.timer = a->timer ? o.n : -1;
    if (a->timer)
        add_case(&o, chan_on_recv(a->timer, &o.due), NULL);
    if (!patient)
        add_case(&o,
                 draw(&a->dice, 8) ? CHAN_DEFAULT
                                   : chan_on_timeout_ms(draw(&a->dice, 3)),
                 NULL);
    int i = chan_select_array(o.cases, o.n);
    struct duty *d = o.duties[i];
    if (d && d->sends)
        has_sent(a, d);
    else if (d)
        has_received(a, d, o.item, o.ok);
    else if (i == o.timer)
        check_time(&o);
    else
        sched_yield();
}

static void act(void *arg)
{
    struct actor *a = arg;
    struct program *p = a->program;
    struct waitgroup children = {0};
    for (int i = a->id + 1; i < p->n_actors; i++)
        if (p->actors[i].parent == a->id)
            wg_go(&children, act, &p->actors[i]);
    wg_wait(&p->gate);
    make_item(a);
    for (int i = a->n - 1; i >= 0; i--)
        if (a->duties[i].sends && a->duties[i].left == 0)
            end_sending(a, &a->duties[i]);
    for (int steps = 1; a->n > 0; steps++) {
        make_timer(a);
        if (a->n == 1 && draw(&a->dice, 2))
            act_plainly(a, &a->duties[0]);
        else
            act_by_select(a);
        if (steps % 64 == 0)
            progress(64);
    }
    chan_free(a->item.answer);
    chan_free(a->timer);
    wg_wait(&children);
}

/* ===== Drawing a program ================================================= */

static void give_duty(struct actor *a, struct stream *s, bool sends, long left)
{
    a->duties[a->n++] = (struct duty){s, sends, left};
}

/* `n` actors from `first` on share the values: each gets some, and the last one
 * the rest. */
static void share(struct program *p, struct stream *s, unsigned first,
                  unsigned n, bool sends, uint64_t *dice)
{
    long left = s->values;
    for (unsigned i = 0; i < n; i++) {
        unsigned who = (first + i) % (unsigned)p->n_actors;
        long part = draw(dice, (unsigned)left + 1);
        if (i == n - 1)
            part = left;
        left -= part;
        if (!sends && s->closes)
            part = -1;
        if (sends || part != 0)
            give_duty(&p->actors[who], s, sends, part);
    }
}

static void draw_stream(struct program *p, struct stream *s, uint64_t *dice)
{
    static const int capacities[] = {0, 0, 0, 1, 2, 5, 100};
    unsigned n = (unsigned)p->n_actors, most = n / 2 < 6 ? n / 2 : 6;
    unsigned first = draw(dice, n);
    unsigned senders = 1 + draw(dice, most), receivers = 1 + draw(dice, most);
    *s = (struct stream){.c = chan_make(struct item, capacities[draw(dice, 7)]),
                         .values = draw(dice, VALUES),
                         .closes = draw(dice, 2),
                         .senders = (int)senders};
    share(p, s, first, senders, true, dice);
    share(p, s, first + senders, receivers, false, dice);
}

static void draw_program(struct program *p, uint64_t seed)
{
    uint64_t dice = seed;
    memset(p, 0, sizeof *p);
    p->n_actors = 2 + (int)draw(&dice, draw(&dice, 4) ? 10 : ACTORS - 2);
    p->n_streams = 1 + (int)draw(&dice, STREAMS);
    for (int i = 0; i < p->n_actors; i++)
        p->actors[i] = (struct actor){
            .program = p,
            .id = i,
            .parent = (int)draw(&dice, (unsigned)i + 1) - 1, /* -1: main */
            .dice = next_number(&dice)};
    for (int i = 0; i < p->n_streams; i++)
        draw_stream(p, &p->streams[i], &dice);
}

static void check_stream(struct stream *s)
{
    struct item item;
    if (s->sent != s->values || s->received != s->values)
        fail("of %ld values %ld were sent, %ld received", s->values,
             (long)s->sent, (long)s->received);
    if (s->sent_sum != s->received_sum)
        fail("as many values came as went, but not the same");
    if (chan_len(s->c) != 0)
        fail("%zu values are left", chan_len(s->c));
    if (chan_select(chan_on_recv(s->c, &item), CHAN_DEFAULT) != !s->closes)
        fail("a channel is closed, or not, against the plan");
    chan_free(s->c);
}

static void play(uint64_t seed)
{
    struct program *p = &program;
    struct waitgroup roots = {0};
    draw_program(p, seed);
    wg_add(&p->gate, 1);
    for (int i = 0; i < p->n_actors; i++)
        if (p->actors[i].parent == -1)
            wg_go(&roots, act, &p->actors[i]);
    nap_us((unsigned)(seed % 8) * 10);
    wg_done(&p->gate);
    wg_wait(&roots);
    for (int i = 0; i < p->n_streams; i++)
        check_stream(&p->streams[i]);
}

int main(int argc, char **argv)
{
    return stress_main(argc, argv, play, "every program ended as it should");
}
