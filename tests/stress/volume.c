/* volume -- very many values through every kind of channel; each is counted.
 *
 * There are a thousand kinds of rounds: capacities 0, 1, 10 and 1,000, values of 1 to
 * 4,096 bytes, and five ways to send and to receive. The ways are a plain operation,
 * a select, a select with a default, a select with timers, and each of these in turn.
 * A thousand rounds run all kinds, with 1 to 8 producers and consumers. In the end as
 * many values have been received as were sent, their sums are the same, each value is
 * whole, and the values of one producer came in the order sent.
 *
 *     volume -r 1000 [-n VALUES]     1,000 values in each round
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "stress.h"

enum { WAYS = 5, CAPACITIES = 4, CROWD = 8, LARGEST = 4096, BATCH = 512 };
enum way { PLAIN, SELECT, TRY, TIMERS, MIXED, INSIST };
static const size_t capacities[CAPACITIES] = {0, 1, 10, 1000};

/* The operations of a channel with values of one size, for code that serves all sizes. */
struct size {
    size_t bytes;
    void *(*make)(size_t capacity);
    void (*send)(enum way way, void *c, const void *from, void *tick);
    bool (*receive)(enum way way, void *c, void *into, void *tick);
};

/* A thread that only tries gets on if the other side waits. Then it insists, because
 * a select does not take its default. Otherwise it waits after some tries. */
enum { TRIES = 20 };
static bool tries(enum way way, int i)
{
    return way == INSIST || (way == TRY && i < TRIES);
}

#define SIZE(N)                                                                \
    struct bytes_##N {                                                         \
        unsigned char b[N];                                                    \
    };                                                                         \
    static void *make_##N(size_t capacity)                                     \
    {                                                                          \
        return chan_make(struct bytes_##N, capacity);                          \
    }                                                                          \
    static void send_##N(enum way way, void *channel, const void *from,        \
                         void *timer)                                          \
    {                                                                          \
        chan(struct bytes_##N) c = channel, none = NULL;                       \
        chan(struct timespec) tick = timer;                                    \
        struct bytes_##N v;                                                    \
        memcpy(&v, from, N);                                                   \
        for (int i = 0; tries(way, i); i++, sched_yield())                     \
            if (chan_select(chan_on_send_from(c, &v), CHAN_DEFAULT) == 0)      \
                return;                                                        \
        while (way == TIMERS)                                                  \
            if (chan_select(chan_on_timeout_ms(1), chan_on_recv(tick, NULL),   \
                            chan_on_send_from(c, &v)) == 2)                    \
                return;                                                        \
        if (way == SELECT)                                                     \
            chan_select(chan_on_recv(none, NULL), chan_on_send(c, v));         \
        else                                                                   \
            chan_send(c, v);                                                   \
    }                                                                          \
    static bool receive_##N(enum way way, void *channel, void *into,           \
                            void *timer)                                       \
    {                                                                          \
        chan(struct bytes_##N) c = channel, none = NULL;                       \
        chan(struct timespec) tick = timer;                                    \
        struct bytes_##N *v = into;                                            \
        bool ok;                                                               \
        for (int i = 0; tries(way, i); i++, sched_yield())                     \
            if (chan_select(CHAN_DEFAULT, chan_on_recv(c, v, &ok)) == 1)       \
                return ok;                                                     \
        while (way == TIMERS)                                                  \
            if (chan_select(chan_on_recv(tick, NULL), chan_on_recv(c, v, &ok), \
                            chan_on_timeout_ms(1)) == 1)                       \
                return ok;                                                     \
        if (way != SELECT)                                                     \
            return chan_recv(c, v);                                            \
        chan_select(chan_on_recv(c, v, &ok), chan_on_recv(none, NULL));        \
        return ok;                                                             \
    }
#define ROW(N)                             \
    {                                      \
        N, make_##N, send_##N, receive_##N \
    }

SIZE(1)
SIZE(2)
SIZE(3)
SIZE(4)
SIZE(8)
SIZE(16)
SIZE(40)
SIZE(100)
SIZE(1000)
SIZE(4096)
static const struct size sizes[] = {ROW(1),    ROW(2),   ROW(3),  ROW(4),
                                    ROW(8),    ROW(16),  ROW(40), ROW(100),
                                    ROW(1000), ROW(4096)};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* ===== What is in a value ================================================ */

/* The n-th value of a producer is n * producers + id, or the part of it that fits into
 * the value. All bytes after the first 8 are the same, and derived from these. */
static unsigned char filler(uint64_t stamp)
{
    return (unsigned char)(stamp * 0x9e3779b97f4a7c15 >> 56);
}

static void write_value(unsigned char *value, size_t bytes, uint64_t stamp)
{
    memcpy(value, &stamp, bytes < 8 ? bytes : 8);
    if (bytes > 8)
        memset(value + 8, filler(stamp), bytes - 8);
}

static uint64_t read_value(const unsigned char *value, size_t bytes)
{
    uint64_t stamp = 0;
    unsigned char wrong = 0;
    memcpy(&stamp, value, bytes < 8 ? bytes : 8);
    for (size_t i = 8; i < bytes; i++)
        wrong |= value[i] ^ filler(stamp);
    if (wrong)
        fail("a value of %zu bytes is not whole", bytes);
    return stamp;
}

/* The part of a number that fits into a value. */
static uint64_t cut(uint64_t stamp, size_t bytes)
{
    return bytes < 8 ? stamp & ((UINT64_C(1) << 8 * bytes) - 1) : stamp;
}

/* The sum of hashes shows if two values were lost and two others came instead. The
 * sum of values might not, because a + d may be b + c. */
static uint64_t hash(uint64_t stamp)
{
    return next_number(&stamp);
}

/* ===== Producers and consumers =========================================== */

struct round {
    const struct size *size;
    void *c;
    unsigned producers, consumers;
    long each; /* values of a producer */
    atomic_llong sent, received;
    atomic_ullong sent_sum, received_sum;
};

struct person {
    struct round *round;
    unsigned id;
    enum way way;
    uint64_t dice;
};

static enum way way_of(struct person *p)
{
    return p->way == MIXED ? draw(&p->dice, MIXED) : p->way;
}

static void produce(void *arg)
{
    struct person *p = arg;
    struct round *r = p->round;
    unsigned char value[LARGEST];
    uint64_t sum = 0;
    chan(struct timespec) tick = chan_tick_ms(2);
    for (long n = 0; n < r->each; n++) {
        uint64_t stamp = (uint64_t)n * r->producers + p->id;
        write_value(value, r->size->bytes, cut(stamp, r->size->bytes));
        r->size->send(way_of(p), r->c, value, tick);
        sum += hash(cut(stamp, r->size->bytes));
    }
    chan_free(tick);
    r->sent += r->each;
    r->sent_sum += sum;
}

/* No value overtakes another. The only consumer also misses none, so it knows the
 * whole number although the value has only the end of it. */
static void check_order(const struct round *r, uint64_t *next, uint64_t stamp)
{
    unsigned id = (unsigned)(stamp % r->producers);
    uint64_t want = next[id] * r->producers + id;
    if (r->consumers == 1 && stamp != cut(want, r->size->bytes))
        fail("value %" PRIu64 " of producer %u has not come in its turn",
             next[id], id);
    else if (r->consumers > 1 && r->size->bytes >= 8 && stamp < want)
        fail("value %" PRIu64 " of producer %u was overtaken", stamp, id);
    next[id] = r->consumers == 1 ? next[id] + 1 : stamp / r->producers + 1;
}

static void consume(void *arg)
{
    struct person *p = arg;
    struct round *r = p->round;
    unsigned char value[LARGEST];
    uint64_t next[CROWD] = {0}, sum = 0;
    long long n = 0;
    chan(struct timespec) tick = chan_tick_ms(2);
    while (r->size->receive(way_of(p), r->c, value, tick)) {
        uint64_t stamp = read_value(value, r->size->bytes);
        check_order(r, next, stamp);
        sum += hash(stamp);
        if (++n % BATCH == 0)
            progress(BATCH);
    }
    chan_free(tick);
    progress(n % BATCH);
    r->received += n;
    r->received_sum += sum;
}

/* ===== A round =========================================================== */

static void check_totals(const struct round *r)
{
    long long want = r->each * (long long)r->producers;
    if (r->received != want || r->sent != want)
        fail("%lld values of %zu bytes were sent, %lld received", want,
             r->size->bytes, (long long)r->received);
    if (r->sent_sum != r->received_sum)
        fail("as many values of %zu bytes came as went, but not the same",
             r->size->bytes);
    if (chan_len((chan(char))r->c) != 0)
        fail("%zu values are left", chan_len((chan(char))r->c));
}

static struct person person(struct round *r, unsigned id, unsigned way,
                            unsigned other, uint64_t *dice)
{
    if (way == TRY && other != TRY && other != MIXED)
        way = INSIST;
    return (struct person){r, id, (enum way)way, next_number(dice)};
}

/* Seeds that follow each other go through all kinds in some order. */
static void play(uint64_t seed)
{
    static const unsigned some[] = {1, 1, 1, 2, 2, 4, 8}; /* powers of two */
    unsigned kind = (unsigned)(seed % 1000 * 387 % 1000);
    unsigned receives = kind / 40 % WAYS, sends = kind / 40 / WAYS;
    uint64_t dice = seed;
    struct waitgroup producers = {0}, consumers = {0};
    struct round r = {.size = &sizes[kind / 4 % SIZES],
                      .producers = some[draw(&dice, 7)],
                      .consumers = some[draw(&dice, 7)]};
    size_t capacity = capacities[kind % CAPACITIES];
    r.c = r.size->make(capacity);
    r.each = (stress.n ? stress.n : 1000) / r.producers;
    for (unsigned i = 0; i < r.consumers; i++)
        wg_go(&consumers, consume, person(&r, i, receives, sends, &dice));
    for (unsigned i = 0; i < r.producers; i++)
        wg_go(&producers, produce, person(&r, i, sends, receives, &dice));
    wg_wait(&producers);
    chan_close((chan(char))r.c);
    wg_wait(&consumers);
    check_totals(&r);
    chan_free((chan(char))r.c);
}

int main(int argc, char **argv)
{
    return stress_main(argc, argv, play, "every value came, whole, in order");
}
