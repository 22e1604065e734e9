/* values.c -- sending and receiving: what arrives, in which order, and when.
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

/* ===== Unbuffered and buffered =========================================== */

struct to {
    chan(int) c;
    int value;
    bool ok;
};

static void send_one(void *arg)
{
    struct to *to = arg;
    chan_send(to->c, to->value);
}

static void receive_one(void *arg)
{
    struct to *to = arg;
    to->ok = chan_recv(to->c, &to->value);
}

static void unbuffered_send_waits_for_its_receiver(void)
{
    struct watched sender;
    struct to to = { .c = chan_make(int, 0), .value = 42 };
    int v = 0;
    start_waiting(&sender, send_one, &to);
    CHECK_EQ(chan_len(to.c), 0);
    CHECK(chan_recv(to.c, &v));
    CHECK_EQ(v, 42);
    finish(&sender);
    chan_free(to.c);
}

static void receive_waits_for_its_sender(void)
{
    for (int capacity = 0; capacity < 3; capacity++) {
        struct watched receiver;
        struct to to = { .c = chan_make(int, capacity) };
        start_waiting(&receiver, receive_one, &to);
        chan_send(to.c, 43);
        finish(&receiver);
        CHECK(to.ok);
        CHECK_EQ(to.value, 43);
        CHECK_EQ(chan_len(to.c), 0);
        chan_free(to.c);
    }
}

static void buffered_send_returns_while_there_is_room(void)
{
    chan(int) c = chan_make(int, 3);
    for (int i = 1; i <= 3; i++) {
        chan_send(c, i * 10);
        CHECK_EQ(chan_len(c), i);
    }
    for (int i = 1, v; i <= 3; i++) {
        CHECK(chan_recv(c, &v));
        CHECK_EQ(v, i * 10);
        CHECK_EQ(chan_len(c), 3 - i);
    }
    chan_free(c);
}

static void full_buffer_makes_the_sender_wait_for_room(void)
{
    struct watched sender;
    struct to to = { .c = chan_make(int, 2), .value = 3 };
    chan_send(to.c, 1);
    chan_send(to.c, 2);
    start_waiting(&sender, send_one, &to);
    CHECK_EQ(chan_len(to.c), 2);
    for (int i = 1, v; i <= 3; i++) {
        CHECK(chan_recv(to.c, &v));
        CHECK_EQ(v, i);
        if (i == 1) {
            finish(&sender); /* the free slot is its own at once */
            CHECK_EQ(chan_len(to.c), 2);
        }
    }
    chan_free(to.c);
}

static void buffer_wraps_round_and_keeps_order(void)
{
    for (int capacity = 1; capacity <= 7; capacity++) {
        chan(int) c = chan_make(int, capacity);
        int sent = 0, got = 0;
        for (int turn = 0; turn < 100; turn++) {
            int some = turn % (capacity + 1);
            for (int i = 0; i < some && sent - got < capacity; i++)
                chan_send(c, sent++);
            CHECK_EQ(chan_len(c), sent - got);
            for (int i = 0, v; i < some - turn % 2 && got < sent; i++) {
                CHECK(chan_recv(c, &v));
                CHECK_EQ(v, got++);
            }
        }
        chan_free(c); /* with what is left in it */
    }
}

static void closed_channel_gives_what_is_left_then_zeroes(void)
{
    chan(int) c = chan_make(int, 4);
    int v;
    for (int i = 1; i <= 4; i++)
        chan_send(c, i);
    chan_close(c);
    CHECK_EQ(chan_len(c), 4);
    for (int i = 1; i <= 4; i++) {
        CHECK(chan_recv(c, &v));
        CHECK_EQ(v, i);
    }
    for (int i = 0; i < 3; i++) {
        v = 77;
        CHECK(!chan_recv(c, &v));
        CHECK_EQ(v, 0);
    }
    chan_free(c);
}

static void closed_empty_channel_zeroes_at_once(void)
{
    struct big {
        int a[100];
    } v;
    for (int capacity = 0; capacity < 2; capacity++) {
        chan(struct big) c = chan_make(struct big, capacity);
        chan_close(c);
        memset(&v, 0x55, sizeof v);
        CHECK(!chan_recv(c, &v));
        for (int i = 0; i < 100; i++)
            CHECK_EQ(v.a[i], 0);
        chan_free(c);
    }
}

static void null_discards_the_value(void)
{
    struct watched sender;
    struct to to = { .c = chan_make(int, 0), .value = 1 };
    start_waiting(&sender, send_one, &to);
    CHECK(chan_recv(to.c, NULL)); /* from a waiting sender */
    finish(&sender);
    chan_free(to.c);

    chan(int) c = chan_make(int, 2);
    int v;
    chan_send(c, 1);
    chan_send(c, 2);
    CHECK(chan_recv(c, NULL)); /* from the buffer */
    CHECK(chan_recv(c, &v));
    CHECK_EQ(v, 2);
    chan_close(c);
    CHECK(!chan_recv(c, NULL));
    CHECK(!chan_recv(c, (void *)0));
    chan_free(c);
}

static void drop_one(void *arg)
{
    struct to *to = arg;
    to->ok = chan_recv(to->c, NULL);
}

static void waiting_receiver_may_discard(void)
{
    struct watched receiver;
    struct to to = { .c = chan_make(int, 0) };
    start_waiting(&receiver, drop_one, &to);
    chan_send(to.c, 5);
    finish(&receiver);
    CHECK(to.ok);
    start_waiting(&receiver, drop_one, &to);
    chan_close(to.c);
    finish(&receiver);
    CHECK(!to.ok);
    chan_free(to.c);
}

static void len_and_cap_of_null_are_zero(void)
{
    chan(int) none = NULL;
    chan(int) c = chan_make(int, 5);
    size_t len = chan_len(none), cap = chan_cap(none);
    CHECK_EQ(len, 0);
    CHECK_EQ(cap, 0);
    CHECK_EQ(chan_len(c), 0);
    CHECK_EQ(chan_cap(c), 5);
    chan_free(none);
    chan_free(c);
}

/* ===== Order ============================================================= */

struct stream {
    chan(int) c;
    int n;
};

static void send_up_to(void *arg)
{
    struct stream *s = arg;
    for (int i = 0; i < s->n; i++)
        chan_send(s->c, i);
    chan_close(s->c);
}

static void values_of_one_sender_arrive_in_order(void)
{
    int capacities[] = { 0, 1, 2, 7, 1000 };
    for (size_t k = 0; k < 5; k++) {
        struct stream s = { chan_make(int, capacities[k]), rounds(40000) };
        struct waitgroup wg = { 0 };
        int v, n = 0;
        wg_go(&wg, send_up_to, &s);
        while (chan_recv(s.c, &v))
            CHECK_EQ(v, n++);
        CHECK_EQ(n, s.n);
        wg_wait(&wg);
        chan_free(s.c);
    }
}

enum { SENDERS = 3, RECEIVERS = 3 };

struct marked {
    int sender, n;
};

struct crowd {
    chan(struct marked) c;
    int sender, n;
    struct waitgroup *wg;
    atomic_llong *sum;
};

static void send_marked(void *arg)
{
    const struct crowd *me = arg;
    for (int i = 1; i <= me->n; i++)
        chan_send(me->c, (struct marked){ .sender = me->sender, .n = i });
}

static void receive_marked(void *arg)
{
    const struct crowd *me = arg;
    int last[SENDERS] = { 0 };
    for (struct marked m; chan_recv(me->c, &m);) {
        CHECK(m.n > last[m.sender]);
        last[m.sender] = m.n;
        atomic_fetch_add(me->sum, m.n);
    }
}

static void each_receiver_sees_each_sender_in_order(void)
{
    for (int capacity = 0; capacity < 4; capacity += 3) {
        chan(struct marked) c = chan_make(struct marked, capacity);
        struct waitgroup sending = { 0 }, receiving = { 0 };
        atomic_llong sum = 0;
        struct crowd crowd = { .c = c, .n = rounds(10000), .sum = &sum };
        for (int i = 0; i < RECEIVERS; i++)
            wg_go(&receiving, receive_marked, crowd);
        for (int i = 0; i < SENDERS; i++) {
            crowd.sender = i;
            wg_go(&sending, send_marked, crowd);
        }
        wg_wait(&sending);
        chan_close(c);
        wg_wait(&receiving);
        CHECK_EQ(sum, (long long)SENDERS * crowd.n * (crowd.n + 1) / 2);
        chan_free(c);
    }
}

/* ===== Values of every size ============================================== */

static bool all_are(const unsigned char *bytes, size_t n, int want)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != (unsigned char)want)
            return false;
    return true;
}

/* For one size: through a buffer that wraps, to a waiting receiver, from a waiting
 * sender and by select. Nothing beside the variable is touched. */
#define FOR_EVERY_SIZE(X)                                                      \
    X(1) X(2) X(3) X(4) X(5) X(7) X(8) X(9) X(15) X(16) X(17) X(31) X(32)      \
    X(63) X(64) X(100) X(255) X(256) X(1000) X(2048) X(4095) X(4096)
#define SIZE(n)                                                                \
    struct bytes##n {                                                          \
        unsigned char b[n];                                                    \
    };                                                                         \
    struct pair##n {                                                           \
        chan(struct bytes##n) there, back;                                     \
    };                                                                         \
    static void echo##n(void *arg)                                             \
    {                                                                          \
        const struct pair##n *p = arg;                                         \
        for (struct bytes##n v; chan_recv(p->there, &v);)                      \
            chan_select(chan_on_send(p->back, v));                             \
        chan_close(p->back);                                                   \
    }                                                                          \
    static void size##n(void)                                                  \
    {                                                                          \
        struct {                                                               \
            unsigned char before[8];                                           \
            struct bytes##n v;                                                 \
            unsigned char after[8];                                            \
        } got;                                                                 \
        struct bytes##n v;                                                     \
        struct waitgroup wg = { 0 };                                           \
        struct pair##n p = { chan_make(struct bytes##n, 0),                    \
                             chan_make(struct bytes##n, 3) };                  \
        memset(&got, 0xee, sizeof got);                                        \
        for (int i = 1; i <= 8; i++) {                                         \
            memset(&v, i, sizeof v);                                           \
            chan_send(p.back, v);                                              \
            if (i % 3 == 0)                                                    \
                for (int k = i - 2; k <= i; k++) {                             \
                    CHECK(chan_recv(p.back, &got.v));                          \
                    CHECK(all_are(got.v.b, n, k));                             \
                }                                                              \
        }                                                                      \
        CHECK(chan_recv(p.back, NULL) && chan_recv(p.back, NULL));             \
        wg_go(&wg, echo##n, &p);                                               \
        for (int i = 1; i <= 20; i++) {                                        \
            memset(&v, i, sizeof v);                                           \
            chan_send(p.there, v);                                             \
            if (i % 2)                                                         \
                CHECK(chan_recv(p.back, &got.v));                              \
            else                                                               \
                chan_select(chan_on_recv(p.back, &got.v));                     \
            CHECK(all_are(got.v.b, n, i));                                     \
        }                                                                      \
        chan_close(p.there);                                                   \
        CHECK(!chan_recv(p.back, &got.v));                                     \
        CHECK(all_are(got.v.b, n, 0));                                         \
        CHECK(all_are(got.before, 8, 0xee) && all_are(got.after, 8, 0xee));    \
        wg_wait(&wg);                                                          \
        chan_free(p.there);                                                    \
        chan_free(p.back);                                                     \
    }
FOR_EVERY_SIZE(SIZE)

static void values_of_1_byte_to_4_kib_arrive_whole(void)
{
#define CALL(n) size##n();
    FOR_EVERY_SIZE(CALL)
}

/* ===== Values of every kind ============================================== */

/* Sends a value through a buffer and by select, and gets it back. */
#define ROUND_TRIP(T, value, same)                                             \
    do {                                                                       \
        chan(T) c = chan_make(T, 1);                                           \
        T v;                                                                   \
        chan_send(c, value);                                                   \
        CHECK(chan_recv(c, &v));                                               \
        CHECK(same);                                                           \
        memset(&v, 0, sizeof v);                                               \
        CHECK_EQ(chan_select(chan_on_send(c, value)), 0);                      \
        CHECK_EQ(chan_select(chan_on_recv(c, &v)), 0);                         \
        CHECK(same);                                                           \
        chan_free(c);                                                          \
    } while (0)

enum colour { RED, GREEN, BLUE };
union either {
    int i;
    float f;
};
struct job {
    int id, n;
    char name[12];
    double part[3];
};
typedef void (*function)(void);

static void scalars_of_every_kind_arrive(void)
{
    static int variable;
    ROUND_TRIP(bool, true, v == true);
    ROUND_TRIP(char, 'x', v == 'x');
    ROUND_TRIP(signed char, -1, v == -1);
    ROUND_TRIP(unsigned char, 255, v == 255);
    ROUND_TRIP(short, -32768, v == -32768);
    ROUND_TRIP(unsigned short, 65535, v == 65535);
    ROUND_TRIP(int, -7, v == -7);
    ROUND_TRIP(unsigned, 7U, v == 7);
    ROUND_TRIP(long, -70000L, v == -70000);
    ROUND_TRIP(unsigned long long, ~0ULL, v == ~0ULL);
    ROUND_TRIP(float, 1.5f, v == 1.5f);
    ROUND_TRIP(double, 0.1, v == 0.1);
    ROUND_TRIP(double, 3, v == 3.0);
    ROUND_TRIP(long double, 0.1L, v == 0.1L);
    ROUND_TRIP(enum colour, BLUE, v == BLUE);
    ROUND_TRIP(int *, &variable, v == &variable);
    ROUND_TRIP(int *, NULL, v == NULL);
    ROUND_TRIP(const char *, "text", strcmp(v, "text") == 0);
    ROUND_TRIP(void *, &variable, v == &variable);
    ROUND_TRIP(function, scalars_of_every_kind_arrive,
               v == scalars_of_every_kind_arrive);
}

static struct job make_job(int id)
{
    return (struct job){ .id = id, .n = 5, .name = "made" };
}

static void structs_arrive_from_variable_literal_and_call(void)
{
    struct job job = { 1, 2, "one", { 0.5, 1, 2 } };
    const struct job fixed = job;
    const struct job *pointer = &fixed;
    ROUND_TRIP(struct job, job, v.id == 1 && strcmp(v.name, "one") == 0);
    ROUND_TRIP(struct job, fixed, v.id == 1 && v.part[2] == 2);
    ROUND_TRIP(struct job, *pointer, v.n == 2);
    ROUND_TRIP(struct job, make_job(9), v.id == 9 && v.n == 5);
    ROUND_TRIP(struct job, pointer ? job : fixed, v.id == 1);
    ROUND_TRIP(union either, (union either){ .f = 2.5f }, v.f == 2.5f);

    chan(struct job) c = chan_make(struct job, 2);
    struct job v;
    chan_send(c, (struct job){ .id = 1, .n = 2, .part = { 1, 2, 3 } });
    chan_send(c, (struct job){ 7, 8, "nine", { 10 } });
    CHECK(chan_recv(c, &v));
    CHECK(v.id == 1 && v.n == 2 && v.name[0] == 0 && v.part[2] == 3);
    CHECK(chan_recv(c, &v));
    CHECK(v.id == 7 && v.n == 8 && v.part[0] == 10 && v.part[1] == 0);
    chan_free(c);
}

#define TEN(x) x, x, x, x, x, x, x, x, x, x
struct long_row {
    int a[130];
};

static void literals_may_have_any_number_of_initialisers(void)
{
    chan(struct long_row) c = chan_make(struct long_row, 1);
    struct long_row v;
    chan_send(c, (struct long_row){ { TEN(1), TEN(2), TEN(3), TEN(4), TEN(5),
                                      TEN(6), TEN(7), TEN(8), TEN(9), TEN(10),
                                      TEN(11), TEN(12), TEN(13) } });
    CHECK(chan_recv(c, &v));
    CHECK(v.a[0] == 1 && v.a[69] == 7 && v.a[129] == 13);
    chan_select(chan_on_send(c, (struct long_row){ { TEN(1), TEN(2), TEN(3),
                                                     TEN(4), TEN(5), TEN(6),
                                                     TEN(7), [100] = 5 } }));
    CHECK(chan_recv(c, &v));
    CHECK(v.a[69] == 7 && v.a[70] == 0 && v.a[100] == 5);
    chan_free(c);
}

struct request {
    int n;
    chan(struct request) answer; /* a struct may hold a channel of itself */
};

static void answer_one(void *arg)
{
    chan(struct request) requests = arg;
    struct request r;
    CHECK(chan_recv(requests, &r));
    chan_send(r.answer, (struct request){ .n = r.n * 2 });
}

static void channels_travel_through_channels(void)
{
    chan(chan(int)) carrier = chan_make(chan(int), 1);
    chan(int) c = chan_make(int, 1);
    chan(int) same;
    chan_send(carrier, c);
    CHECK(chan_recv(carrier, &same));
    CHECK(same == c);
    chan_close(carrier);
    CHECK(!chan_recv(carrier, &same));
    CHECK(!same);
    chan_free(carrier);
    chan_free(c);

    chan(struct request) requests = chan_make(struct request, 0);
    chan(struct request) answer = chan_make(struct request, 0);
    struct request r;
    struct waitgroup wg = { 0 };
    wg_go(&wg, answer_one, requests);
    chan_send(requests, (struct request){ .n = 21, .answer = answer });
    CHECK(chan_recv(answer, &r));
    CHECK_EQ(r.n, 42);
    CHECK(!r.answer);
    wg_wait(&wg);
    chan_free(requests);
    chan_free(answer);
}

/* ===== Arguments ========================================================= */

static int calls;

static chan(int) count_call(chan(int) c)
{
    calls++;
    return c;
}

static int three(void)
{
    return ++calls * 3;
}

static void arguments_are_evaluated_once(void)
{
    chan(int) c = chan_make(int, three());
    int at[3] = { -1, -1, -1 }, *p = at, value = 10;
    bool oks[3] = { false, false, false }, *ok = oks;
    CHECK_EQ(calls, 1);
    CHECK_EQ(chan_cap(c), 3);

    chan_send(count_call(c), value++);
    CHECK_EQ(calls, 2);
    CHECK_EQ(value, 11);
    CHECK(chan_recv(count_call(c), p++));
    CHECK_EQ(calls, 3);
    CHECK(p == at + 1 && at[0] == 10);

    CHECK_EQ(chan_select(chan_on_send(count_call(c), value++)), 0);
    CHECK_EQ(calls, 4);
    CHECK_EQ(value, 12);
    CHECK_EQ(chan_select(chan_on_recv(count_call(c), p++, ok++)), 0);
    CHECK_EQ(calls, 5);
    CHECK(p == at + 2 && ok == oks + 1 && at[1] == 11 && oks[0]);

    int *from = &value;
    CHECK_EQ(chan_select(chan_on_send_from(count_call(c), from++)), 0);
    CHECK_EQ(calls, 6);
    CHECK(from == &value + 1);
    CHECK_EQ(chan_len(count_call(c)), 1);
    CHECK_EQ(chan_cap(count_call(c)), 3);
    CHECK_EQ(calls, 8);
    chan_close(count_call(c));
    CHECK_EQ(calls, 9);
    chan_free(count_call(c));
    CHECK_EQ(calls, 10);
}

static void capacity_may_be_of_any_integer_type(void)
{
#define CAPACITY(T, n)                                                         \
    do {                                                                       \
        const T capacity = (T)(n);                                             \
        chan(int) c = chan_make(int, capacity);                                \
        CHECK_EQ(chan_cap(c), (n));                                            \
        for (int i = 0; i < (n); i++)                                          \
            chan_send(c, i);                                                   \
        chan_free(c);                                                          \
    } while (0)
    CAPACITY(bool, 1);
    CAPACITY(char, 100);
    CAPACITY(signed char, 127);
    CAPACITY(unsigned char, 255);
    CAPACITY(short, 3);
    CAPACITY(unsigned short, 3);
    CAPACITY(int, 3);
    CAPACITY(unsigned, 3);
    CAPACITY(long, 3);
    CAPACITY(unsigned long, 3);
    CAPACITY(long long, 3);
    CAPACITY(unsigned long long, 3);
    CAPACITY(size_t, 3);
    CAPACITY(ptrdiff_t, 3);
    CAPACITY(enum colour, 2);
    CAPACITY(int, 0);
    CAPACITY(int, 100000);
}

/* The macros take none of the caller's names. These are the likely ones. */
static void callers_may_use_any_names(void)
{
    int value = 1, v = 2, n = 3, i = 4, ok_ = 5, w = 6, x = 7;
    chan(int) c = chan_make(int, i);
    chan(int) p = c;
    chan_send(c, value);
    chan_send(p, v);
    chan_send(c, n + ok_ + w + x);
    bool ok = chan_recv(c, &v);
    CHECK(ok && v == 1);
    CHECK_EQ(chan_select(chan_on_recv(p, &n, &ok)), 0);
    CHECK(ok && n == 2);
    CHECK(chan_recv(c, &i) && i == 21);
    chan_free(c);
}

CHECKS(RUN(unbuffered_send_waits_for_its_receiver),
       RUN(receive_waits_for_its_sender),
       RUN(buffered_send_returns_while_there_is_room),
       RUN(full_buffer_makes_the_sender_wait_for_room),
       RUN(buffer_wraps_round_and_keeps_order),
       RUN(closed_channel_gives_what_is_left_then_zeroes),
       RUN(closed_empty_channel_zeroes_at_once), RUN(null_discards_the_value),
       RUN(waiting_receiver_may_discard), RUN(len_and_cap_of_null_are_zero),
       RUN(values_of_one_sender_arrive_in_order),
       RUN(each_receiver_sees_each_sender_in_order),
       RUN(values_of_1_byte_to_4_kib_arrive_whole),
       RUN(scalars_of_every_kind_arrive),
       RUN(structs_arrive_from_variable_literal_and_call),
       RUN(literals_may_have_any_number_of_initialisers),
       RUN(channels_travel_through_channels), RUN(arguments_are_evaluated_once),
       RUN(capacity_may_be_of_any_integer_type), RUN(callers_may_use_any_names))
