/* go.c -- the argument of a goroutine, and when it is read.
 * SPDX-License-Identifier: 0BSD
 */
#define CHAN_VALUE_BYTES (1 << 20) /* for a large struct */
#include "chan.h"

#include "check.h"

static struct waitgroup wg;

/* ===== Copies ============================================================ */

struct job {
    int id;
    char name[20];
    double part[3];
    struct job *self;
};

static void expect_job(void *arg)
{
    const struct job *job = arg;
    CHECK_EQ(job->id, 7);
    CHECK(strcmp(job->name, "seven") == 0);
    CHECK(job->part[0] == 0.5 && job->part[2] == 2.5);
    CHECK(job->self != job); /* it is a copy */
}

static void a_struct_variable_is_copied(void)
{
    struct job job = { 7, "seven", { 0.5, 1.5, 2.5 }, &job };
    const struct job fixed = job;
    const struct job *pointer = &job;
    for (int i = 0; i < 20; i++) {
        job.id = 7;
        wg_go(&wg, expect_job, job);
        job.id = -1; /* the goroutine's copy does not change any more */
        wg_go(&wg, expect_job, fixed);
        job.id = 7;
        wg_go(&wg, expect_job, *pointer);
        wg_go(&wg, expect_job, pointer ? *pointer : fixed);
        memset(&job.name, 0, sizeof job.name);
        strcpy(job.name, "seven");
        wg_go(&wg, expect_job, (struct job){ .id = 7, .name = "seven",
                                             .part = { 0.5, 1.5, 2.5 } });
        wg_wait(&wg);
    }
}

static struct job make_seven(void)
{
    return (struct job){ 7, "seven", { 0.5, 1.5, 2.5 }, NULL };
}

static void a_returned_struct_is_copied(void)
{
    wg_go(&wg, expect_job, make_seven());
    wg_wait(&wg);
}

static atomic_int seen[200];

struct number {
    int i;
};

static void see(void *arg)
{
    const struct number *n = arg;
    atomic_fetch_add(&seen[n->i], 1);
}

/* go(f, i) shares no loop variable, unlike a pointer to i, the classic mistake. */
static void each_goroutine_has_its_own_copy(void)
{
    for (int i = 0; i < 200; i++)
        wg_go(&wg, see, (struct number){ .i = i });
    wg_wait(&wg);
    for (int i = 0; i < 200; i++)
        CHECK_EQ(seen[i], 1);
}

static void scribble(void *arg)
{
    memset(arg, 0xff, sizeof(struct job)); /* the copy is its own */
}

static void the_copy_belongs_to_the_goroutine(void)
{
    const struct job job = make_seven();
    for (int i = 0; i < 10; i++)
        wg_go(&wg, scribble, job);
    wg_wait(&wg);
    CHECK_EQ(job.id, 7);
}

enum colour { RED, GREEN, BLUE };
union either {
    int i;
    double d;
};

#define EXPECT(name, T, value)                                                 \
    static void expect_##name(void *arg)                                       \
    {                                                                          \
        CHECK(*(T *)arg == (value));                                           \
        CHECK((uintptr_t)arg % _Alignof(max_align_t) == 0);                    \
    }
EXPECT(bool, bool, true)
EXPECT(char, char, 'x')
EXPECT(short, short, -5)
EXPECT(int, int, 42)
EXPECT(zero, int, 0)
EXPECT(long, long, -42L)
EXPECT(ull, unsigned long long, ~0ULL)
EXPECT(float, float, 0.5f)
EXPECT(double, double, 0.1)
EXPECT(long_double, long double, 0.1L)
EXPECT(colour, enum colour, BLUE)

static void expect_union(void *arg)
{
    CHECK(((union either *)arg)->d == 1.5);
}

static void scalars_are_copied(void)
{
    short five = -5;
    int forty = 40;
    char x = 'x';
    bool yes = true;
    enum colour blue = BLUE;
    wg_go(&wg, expect_bool, yes);
    wg_go(&wg, expect_char, x);
    wg_go(&wg, expect_short, five);
    wg_go(&wg, expect_int, 42);
    wg_go(&wg, expect_int, forty + 2);
    wg_go(&wg, expect_zero, 0); /* a number, not a null pointer */
    wg_go(&wg, expect_long, -42L);
    wg_go(&wg, expect_ull, ~0ULL);
    wg_go(&wg, expect_float, 0.5f);
    wg_go(&wg, expect_double, 0.1);
    wg_go(&wg, expect_long_double, 0.1L);
    wg_go(&wg, expect_colour, blue);
    wg_go(&wg, expect_union, (union either){ .d = 1.5 });
    wg_wait(&wg);
}

struct aligned {
    char c;
    _Alignas(max_align_t) char wide[3];
    long double ld;
};

static void expect_aligned(void *arg)
{
    const struct aligned *a = arg;
    CHECK((uintptr_t)arg % _Alignof(max_align_t) == 0);
    CHECK((uintptr_t)a->wide % _Alignof(max_align_t) == 0);
    CHECK(a->c == 'a' && a->wide[2] == 'z' && a->ld == 0.25L);
}

static void copies_are_aligned(void)
{
    struct aligned a = { 'a', "xyz", 0.25L };
    for (int i = 0; i < 20; i++) {
        wg_go(&wg, expect_aligned, a);
        wg_go(&wg, expect_char, (char)'x');
    }
    wg_wait(&wg);
}

struct large {
    unsigned char bytes[100000];
};

static void expect_large(void *arg)
{
    const struct large *l = arg;
    for (size_t i = 0; i < sizeof l->bytes; i++)
        CHECK_EQ(l->bytes[i], (unsigned char)(i * 7));
}

static void large_structs_are_copied_whole(void)
{
    static struct large l;
    for (size_t i = 0; i < sizeof l.bytes; i++)
        l.bytes[i] = (unsigned char)(i * 7);
    for (int i = 0; i < 5; i++)
        wg_go(&wg, expect_large, l);
    wg_wait(&wg);
}

#define TEN(x) x, x, x, x, x, x, x, x, x, x
struct row {
    int a[140];
};

static void expect_row(void *arg)
{
    const struct row *row = arg;
    for (int i = 0; i < 140; i++)
        CHECK_EQ(row->a[i], i / 10 + 1);
}

static void expect_designated(void *arg)
{
    const struct row *row = arg;
    CHECK(row->a[0] == 1 && row->a[79] == 8 && row->a[80] == 0);
    CHECK(row->a[100] == 5 && row->a[139] == 9);
}

static void literals_may_have_any_number_of_initialisers(void)
{
    wg_go(&wg, expect_row,
          (struct row){ { TEN(1), TEN(2), TEN(3), TEN(4), TEN(5), TEN(6),
                          TEN(7), TEN(8), TEN(9), TEN(10), TEN(11), TEN(12),
                          TEN(13), TEN(14) } });
    wg_go(&wg, expect_designated,
          (struct row){ .a = { TEN(1), TEN(2), TEN(3), TEN(4), TEN(5), TEN(6),
                               TEN(7), TEN(8), [100] = 5, [139] = 9 } });
    wg_wait(&wg);
    chan(int) done = chan_make(int, 0);
    struct holder {
        int first[70];
        chan(int) out;
    } holder = { .out = done };
    CHECK(holder.out == done);
    chan_free(done);
}

/* ===== As they are ======================================================= */

static void *expected;
static atomic_int passed;

static void expect_same(void *arg)
{
    CHECK(arg == expected);
    atomic_fetch_add(&passed, 1);
}

static void expect_text(void *arg)
{
    CHECK(strcmp(arg, "a string") == 0);
    atomic_fetch_add(&passed, 1);
}

static void nothing(void)
{
}

/* The argument of go(), and where arg should point. */
#define PASSES(address, ...)                                                   \
    do {                                                                       \
        int before = passed;                                                   \
        expected = (void *)(uintptr_t)(address);                               \
        wg_go(&wg, expect_same, __VA_ARGS__);                                  \
        wg_wait(&wg);                                                          \
        CHECK_EQ(passed, before + 1);                                          \
        go(expect_same, __VA_ARGS__);                                          \
        UNTIL(passed == before + 2);                                           \
    } while (0)

static void pointers_are_passed_as_they_are(void)
{
    static int i, array[10], matrix[3][4];
    static struct job job, jobs[3];
    static const char text[] = "text";
    struct job *p = &job;
    const int *q = &i;
    void *v = &job;
    volatile int *w = &i;
    void (*f)(void) = nothing;
    chan(int) c = chan_make(int, 0);
    chan(struct job) d = NULL;
    PASSES(&i, &i);
    PASSES(&job, &job);
    PASSES(&job, p);
    PASSES(&i, q);
    PASSES(&job, v);
    PASSES(&i, (void *)w);
    PASSES(&jobs[1], &jobs[1]);
    PASSES(&jobs[1], jobs + 1);
    PASSES(&array[0], array);
    PASSES(&array[0], &array);
    PASSES(&matrix[0], matrix);
    PASSES(&jobs[0], jobs);
    PASSES(text, text);
    PASSES(c, c);
    PASSES(NULL, d);
    PASSES(NULL, NULL);
    PASSES(NULL, (void *)0);
    PASSES(&p, &p);
    PASSES(f, f);
    PASSES(nothing, nothing);
    chan_free(c);
}

static void strings_are_passed_as_they_are(void)
{
    char local[] = "a string", *pointer = local;
    int before = passed;
    wg_go(&wg, expect_text, "a string");
    wg_go(&wg, expect_text, local);
    wg_go(&wg, expect_text, pointer);
    wg_go(&wg, expect_text, (const char *)pointer);
    wg_go(&wg, expect_text, "a" " " "string");
    wg_wait(&wg);
    CHECK_EQ(passed, before + 5);
}

static void without_a_value_the_argument_is_null(void)
{
    int before = passed;
    expected = NULL;
    go(expect_same);
    UNTIL(passed == before + 1);
    wg_go(&wg, expect_same);
    wg_wait(&wg);
    CHECK_EQ(passed, before + 2);
}

static void arrays_of_a_length_known_late(void)
{
    size_t n = (size_t)rounds(10) + 3;
    int *array = malloc(n * sizeof *array);
    int rows[2][n];
    PASSES(array, &array[0]);
    PASSES(rows, rows);
    PASSES(rows[1], rows[1]);
    free(array);
}

/* ===== The function, and the order ======================================= */

static int chosen, values;

static void first(void *arg)
{
    CHECK_EQ(*(int *)arg, 5);
    atomic_fetch_add(&seen[0], 1);
}

static void second(void *arg)
{
    CHECK_EQ(*(int *)arg, 6);
    atomic_fetch_add(&seen[1], 1);
}

static void (*choose(int a, int b))(void *)
{
    chosen++;
    return a > b ? first : second;
}

static int next_value(void)
{
    return 5 + values++;
}

static void function_and_value_are_evaluated_once(void)
{
    void (*table[])(void *) = { first, second };
    int i = 0;
    wg_go(&wg, choose(2, 1), next_value());
    wg_wait(&wg);
    CHECK(chosen == 1 && values == 1 && seen[0] == 1);
    wg_go(&wg, choose(1, 2), next_value());
    wg_wait(&wg);
    CHECK(chosen == 2 && values == 2 && seen[1] == 1);
    wg_go(&wg, table[i++], 5);
    wg_go(&wg, table[i++], 6);
    wg_go(&wg, i ? first : second, 5);
    wg_go(&wg, &first, 5);
    wg_go(&wg, *second, 6);
    wg_wait(&wg);
    CHECK(i == 2 && seen[0] == 4 && seen[1] == 3);
}

static int groups_asked;
static struct waitgroup *the_group(void)
{
    groups_asked++;
    return &wg;
}

static void the_group_is_evaluated_once(void)
{
    wg_go(the_group(), first, 5);
    wg_wait(the_group());
    CHECK_EQ(groups_asked, 2);
    CHECK_EQ(seen[0], 1);
}

static atomic_bool gate_is_open;

static void wait_at_the_gate(void *arg)
{
    (void)arg;
    UNTIL(gate_is_open);
    atomic_fetch_add(&passed, 1);
}

static void go_does_not_block(void)
{
    for (int i = 0; i < 20; i++)
        wg_go(&wg, wait_at_the_gate);
    CHECK_EQ(passed, 0); /* go() has returned all the same */
    gate_is_open = true;
    wg_wait(&wg);
    CHECK_EQ(passed, 20);
}

static void spawn_more(void *arg)
{
    int depth = *(int *)arg;
    atomic_fetch_add(&passed, 1);
    if (depth == 0)
        return;
    wg_go(&wg, spawn_more, depth - 1);
    wg_go(&wg, spawn_more, depth - 1);
}

static void goroutines_start_goroutines(void)
{
    wg_go(&wg, spawn_more, 6);
    wg_wait(&wg);
    CHECK_EQ(passed, 127);
}

/* A generator as in the design: the values go to each holder of the channel. */
struct count {
    int upto;
    chan(int) out;
};

static void count(void *arg)
{
    const struct count *c = arg;
    for (int i = 1; i <= c->upto; i++)
        chan_send(c->out, i);
    chan_close(c->out);
}

static chan(int) numbers(int upto)
{
    chan(int) out = chan_make(int, 0);
    go(count, (struct count){ .upto = upto, .out = out });
    return out;
}

static void a_generator_hands_over_its_numbers(void)
{
    chan(int) c = numbers(100);
    int n, sum = 0;
    while (chan_recv(c, &n))
        sum += n;
    CHECK_EQ(sum, 5050);
    chan_free(c);
}

/* ===== Its memory ======================================================== */

static long resident_kib(void)
{
    long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld %ld", &size, &resident) == 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* If the copies were not freed, they would take 400 MB. */
static void copies_are_freed_when_the_function_returns(void)
{
    static struct large l;
    for (size_t i = 0; i < sizeof l.bytes; i++)
        l.bytes[i] = (unsigned char)(i * 7);
    long before = resident_kib();
    for (int i = 0; i < rounds(4000); i++) {
        wg_go(&wg, expect_large, l);
        if (i % 8 == 7)
            wg_wait(&wg);
    }
    wg_wait(&wg);
    CHECK(SANITIZED || check_is_slow() || resident_kib() < before + 50000);
}

CHECKS(RUN(a_struct_variable_is_copied), RUN(a_returned_struct_is_copied),
       RUN(each_goroutine_has_its_own_copy),
       RUN(the_copy_belongs_to_the_goroutine), RUN(scalars_are_copied),
       RUN(copies_are_aligned), RUN(large_structs_are_copied_whole),
       RUN(literals_may_have_any_number_of_initialisers),
       RUN(pointers_are_passed_as_they_are),
       RUN(strings_are_passed_as_they_are),
       RUN(without_a_value_the_argument_is_null),
       RUN(arrays_of_a_length_known_late),
       RUN(function_and_value_are_evaluated_once),
       RUN(the_group_is_evaluated_once), RUN(go_does_not_block),
       RUN(goroutines_start_goroutines),
       RUN(a_generator_hands_over_its_numbers),
       RUN(copies_are_freed_when_the_function_returns))
