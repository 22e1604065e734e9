/* panics.c -- every mistake that ends the program: the words and the line of its
 * panic, in every state of standard output.
 * SPDX-License-Identifier: 0BSD
 */
#define _GNU_SOURCE
#include <stdio.h>
/* The flush of a panic, which also checks what the panic did to the open file. */
static int look_and_flush(FILE *file);
#define fflush look_and_flush
#define CHAN_VALUE_BYTES (1 << 20) /* for a large struct */
#include "chan.h"
#undef fflush

#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>

#include "check.h"

static struct watched waiting;
static void *volatile kept; /* or the compiler may leave out the allocation */

/* "*NUMBER*REASON*", a pattern for the panics that print both. */
static const char *with_reason(const char *number, int error)
{
    static char text[200];
    snprintf(text, sizeof text, "*%s*%s*", number, strerror(error));
    return text;
}

/* ===== send on closed channel ============================================ */

static const char send_on_closed[] = "send on closed channel";

static void send_to_closed(void)
{
    chan(int) c = chan_make(int, 0);
    chan_close(c);
    HERE(chan_send(c, 1));
}

static void send_to_closed_with_room(void)
{
    chan(int) c = chan_make(int, 2);
    chan_send(c, 1);
    chan_close(c);
    HERE(chan_send(c, 1));
}

static void send_to_closed_and_full(void)
{
    chan(int) c = chan_make(int, 1);
    chan_send(c, 1);
    chan_close(c);
    HERE(chan_send(c, 1));
}

static void send_and_be_closed(void *arg)
{
    chan(int) c = arg;
    HERE(chan_send(c, 1));
}

static void select_and_be_closed(void *arg)
{
    chan(int) c = arg, none = NULL, other = chan_make(int, 0);
    HERE(chan_select(chan_on_recv(none, NULL), chan_on_recv(other, NULL),
                     chan_on_send(c, 1)));
}

static void select_array_and_be_closed(void *arg)
{
    static struct chan_case cases[30];
    static int v;
    chan(int) c = arg;
    for (int i = 0; i < 30; i++)
        cases[i] = chan_on_send_from(c, &v);
    HERE(chan_select_array(cases, 30));
}

static void sleep_now(void)
{
    for (;;)
        nap_us(100000);
}

static void close_under_a_sender(void)
{
    chan(int) c = chan_make(int, 0);
    start_waiting(&waiting, send_and_be_closed, c);
    chan_close(c);
    sleep_now();
}

static void close_under_a_sender_with_a_full_buffer(void)
{
    chan(int) c = chan_make(int, 1);
    chan_send(c, 1);
    start_waiting(&waiting, send_and_be_closed, c);
    chan_close(c);
    sleep_now();
}

static void close_under_a_select(void)
{
    chan(int) c = chan_make(int, 0);
    start_waiting(&waiting, select_and_be_closed, c);
    chan_close(c);
    sleep_now();
}

static void close_under_a_big_select(void)
{
    chan(int) c = chan_make(int, 0);
    start_waiting(&waiting, select_array_and_be_closed, c);
    chan_close(c);
    sleep_now();
}

static void select_send_to_closed(void)
{
    chan(int) c = chan_make(int, 1), none = NULL;
    chan_close(c);
    HERE(chan_select(chan_on_recv(none, NULL), chan_on_send(c, 1)));
}

static void select_send_to_closed_or_default(void)
{
    chan(int) c = chan_make(int, 0);
    chan_close(c);
    HERE(chan_select(CHAN_DEFAULT, chan_on_send(c, 1), chan_on_timeout_ms(0)));
}

static void select_array_send_to_closed(void)
{
    chan(int) c = chan_make(int, 0);
    int v = 1;
    struct chan_case cases[20] = {[11] = chan_on_send_from(c, &v)};
    chan_close(c);
    HERE(chan_select_array(cases, 20));
}

static void send_on_a_closed_channel(void)
{
    expect_panic(send_to_closed, send_on_closed);
    expect_panic(send_to_closed_with_room, send_on_closed);
    expect_panic(send_to_closed_and_full, send_on_closed);
}

static void close_while_a_sender_waits(void)
{
    expect_panic(close_under_a_sender, send_on_closed);
    expect_panic(close_under_a_sender_with_a_full_buffer, send_on_closed);
    expect_panic(close_under_a_select, send_on_closed);
    expect_panic(close_under_a_big_select, send_on_closed);
}

static void select_with_a_send_on_a_closed_channel(void)
{
    expect_panic(select_send_to_closed, send_on_closed);
    expect_panic(select_send_to_closed_or_default, send_on_closed);
    expect_panic(select_array_send_to_closed, send_on_closed);
}

/* ===== close ============================================================= */

static void close_twice(void)
{
    chan(int) c = chan_make(int, 0);
    chan_close(c);
    HERE(chan_close(c));
}

static void close_twice_with_values_left(void)
{
    chan(int) c = chan_make(int, 2);
    chan_send(c, 1);
    chan_close(c);
    HERE(chan_close(c));
}

static void close_null(void)
{
    chan(int) c = NULL;
    HERE(chan_close(c));
}

static void close_literal_null(void)
{
    HERE(chan_close(NULL));
}

static void close_of_a_closed_channel_and_of_null(void)
{
    expect_panic(close_twice, "close of closed channel");
    expect_panic(close_twice_with_values_left, "close of closed channel");
    expect_panic(close_null, "close of nil channel");
    expect_panic(close_literal_null, "close of nil channel");
}

/* ===== Timers ============================================================ */

static const struct timespec zero;

static void send_to_after(void)
{
    chan(struct timespec) c = chan_after_ms(1000);
    HERE(chan_send(c, zero));
}

static void send_to_fired_tick(void)
{
    chan(struct timespec) c = chan_tick_ms(1);
    nap_us(3000);
    HERE(chan_send(c, (struct timespec){.tv_sec = 1}));
}

static void select_send_to_timer(void)
{
    chan(struct timespec) c = chan_after_ms(0);
    HERE(chan_select(chan_on_send(c, zero)));
}

static void select_array_send_to_timer(void)
{
    chan(struct timespec) c = chan_tick_ms(1000);
    struct chan_case cases[12] = {[9] = chan_on_send_from(c, &zero)};
    HERE(chan_select_array(cases, 12));
}

static void close_after(void)
{
    chan(struct timespec) c = chan_after_ms(0);
    HERE(chan_close(c));
}

static void close_tick(void)
{
    chan(struct timespec) c = chan_tick_ms(1000);
    HERE(chan_close(c));
}

static void tick_of_zero(void)
{
    HERE(kept = chan_tick_ms(0));
}

static void tick_of_false(void)
{
    HERE(kept = chan_tick_ms(false));
}

static void tick_of_unsigned_zero(void)
{
    HERE(kept = chan_tick_ms(0ULL));
}

static void tick_of_minus_five(void)
{
    HERE(kept = chan_tick_ms(-5));
}

static void tick_of_the_least(void)
{
    HERE(kept = chan_tick_ms(LLONG_MIN));
}

static void timers_are_only_received_from(void)
{
    expect_panic(send_to_after, "send on timer channel");
    expect_panic(send_to_fired_tick, "send on timer channel");
    expect_panic(select_send_to_timer, "send on timer channel");
    expect_panic(select_array_send_to_timer, "send on timer channel");
    expect_panic(close_after, "close of timer channel");
    expect_panic(close_tick, "close of timer channel");
}

static void a_tick_takes_time(void)
{
    expect_panic(tick_of_zero, "*");
    expect_panic(tick_of_false, "*");
    expect_panic(tick_of_unsigned_zero, "*");
    expect_panic(tick_of_minus_five, "*-5*");
    expect_panic(tick_of_the_least, "*-9223372036854775808*");
}

/* ===== Capacities ======================================================== */

static void capacity_char(void)
{
    HERE(kept = chan_make(int, (signed char)-3));
}

static void capacity_short(void)
{
    short n = -3;
    HERE(kept = chan_make(int, n));
}

static void capacity_int(void)
{
    HERE(kept = chan_make(int, -3));
}

static void capacity_long(void)
{
    HERE(kept = chan_make(char, -3L));
}

static void capacity_long_long(void)
{
    long long n = -3;
    HERE(kept = chan_make(struct waitgroup, n));
}

static void capacity_ptrdiff(void)
{
    int a[5];
    HERE(kept = chan_make(int, &a[1] - &a[4]));
}

static void capacity_least(void)
{
    HERE(kept = chan_make(int, LLONG_MIN));
}

static void capacity_int_least(void)
{
    HERE(kept = chan_make(int, INT_MIN));
}

static void negative_capacities(void)
{
    expect_panic(capacity_char, "*-3*");
    expect_panic(capacity_short, "*-3*");
    expect_panic(capacity_int, "*-3*");
    expect_panic(capacity_long, "*-3*");
    expect_panic(capacity_long_long, "*-3*");
    expect_panic(capacity_ptrdiff, "*-3*");
    expect_panic(capacity_least, "*-9223372036854775808*");
    expect_panic(capacity_int_least, "*-2147483648*");
}

static void capacity_greatest(void)
{
    HERE(kept = chan_make(int, ULLONG_MAX));
}

static void capacity_size_max(void)
{
    HERE(kept = chan_make(char, SIZE_MAX));
}

static void capacity_signed_greatest(void)
{
    HERE(kept = chan_make(char, LLONG_MAX));
}

static void capacity_ptrdiff_max(void)
{
    HERE(kept = chan_make(char, (size_t)PTRDIFF_MAX - 8));
}

/* These numbers times the size of an int wrap round to 0 and to 4 bytes. */
static void capacity_that_wraps_to_nothing(void)
{
    HERE(kept = chan_make(int, 1ULL << 62));
}

static void capacity_that_wraps_to_one(void)
{
    HERE(kept = chan_make(int, (1ULL << 62) + 1));
}

static void capacity_that_wraps_signed(void)
{
    HERE(kept = chan_make(int, (1LL << 62) + 1));
}

static void capacity_beyond_64_bits(void)
{
    HERE(kept = chan_make(int, (chan_integer_)1 << 64));
}

struct page {
    char bytes[4096];
};

static void capacity_of_pages(void)
{
    HERE(kept = chan_make(struct page, SIZE_MAX / 4096));
}

static void capacity_more_than_memory(void)
{
    HERE(kept = chan_make(struct page, 1LL << 40));
}

static void capacities_too_large(void)
{
    expect_panic(capacity_greatest,
                 with_reason("18446744073709551615", ENOMEM));
    expect_panic(capacity_size_max,
                 with_reason("18446744073709551615", ENOMEM));
    expect_panic(capacity_signed_greatest,
                 with_reason("9223372036854775807", ENOMEM));
    expect_panic(capacity_ptrdiff_max,
                 with_reason("9223372036854775799", ENOMEM));
    expect_panic(capacity_that_wraps_to_nothing,
                 with_reason("4611686018427387904", ENOMEM));
    expect_panic(capacity_that_wraps_to_one,
                 with_reason("4611686018427387905", ENOMEM));
    expect_panic(capacity_that_wraps_signed,
                 with_reason("4611686018427387905", ENOMEM));
    expect_panic(capacity_beyond_64_bits,
                 with_reason("18446744073709551615", ENOMEM));
    expect_panic(capacity_of_pages, with_reason("4503599627370495", ENOMEM));
    expect_panic(capacity_more_than_memory,
                 with_reason("1099511627776", ENOMEM));
}

/* ===== Out of memory, out of threads ===================================== */

static void nothing(void *arg)
{
    (void)arg;
}

static void sleeper(void *arg)
{
    (void)arg;
    sleep_now();
}

static void select_of_very_many(void)
{
    struct chan_case cases[1] = {CHAN_DEFAULT};
    HERE(chan_select_array(cases, LLONG_MAX));
}

static void a_select_without_memory(void)
{
    expect_panic(select_of_very_many,
                 with_reason("9223372036854775807", ENOMEM));
}

/* From here on the process gets only a few more pages of memory. */
static void limit_memory(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld", &pages) == 1);
    fclose(file);
    rlim_t limit = (rlim_t)(pages + 40) * (rlim_t)sysconf(_SC_PAGESIZE);
    CHECK_EQ(setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit}), 0);
}

struct megabyte {
    char bytes[1 << 20];
};

static void make_without_memory(void)
{
    limit_memory();
    HERE(kept = chan_make(struct megabyte, 7));
}

/* With fibers the first go() starts the workers, and maps stacks for many. */
static void start_the_engine(void)
{
    struct waitgroup wg = {0};
    if (!FIBERS)
        return;
    wg_go(&wg, nothing);
    wg_wait(&wg);
}

static void go_without_memory_for_the_copy(void)
{
    static struct megabyte big;
    big.bytes[5] = 1;
    struct megabyte copy = big; /* the stack has grown before the limit */
    start_the_engine();
    limit_memory();
    HERE(go(nothing, copy));
}

static void go_without_memory_for_the_stack(void)
{
    start_the_engine();
    limit_memory();
    go_stack_bytes(8 << 20);
    HERE(go(nothing));
}

static void no_more_memory(void)
{
    if (SANITIZED || check_is_slow())
        return; /* they need much memory themselves */
    expect_panic(make_without_memory, with_reason("7", ENOMEM));
    expect_panic(go_without_memory_for_the_copy,
                 with_reason("1048576", ENOMEM));
    expect_panic(go_without_memory_for_the_stack, with_reason("1", FIBERS ? ENOMEM : EAGAIN));
}

static void first_goroutine_fails(void)
{
    go_stack_bytes(1LL << 60);
    HERE(go(nothing));
}

static void third_goroutine_fails(void)
{
    go(sleeper);
    go(sleeper, 5);
    go_stack_bytes(1ULL << 60);
    HERE(go(nothing));
}

static void counted_goroutine_fails(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 10; i++)
        wg_go(&wg, nothing, i);
    wg_wait(&wg);
    go_stack_bytes(1L << 60);
    HERE(wg_go(&wg, nothing, 1.5));
}

static void no_more_threads(void)
{
    int error = check_is_slow() ? EINVAL : EAGAIN; /* valgrind's answer */
    if (FIBERS)
        error = ENOMEM; /* a stack is memory, and no thread is needed */
    expect_panic(first_goroutine_fails, with_reason("1", error));
    expect_panic(third_goroutine_fails, with_reason("3", error));
    expect_panic(counted_goroutine_fails, with_reason("1", error));
}

/* ===== Wait groups ======================================================= */

static const char negative[] = "negative WaitGroup counter";

static void done_too_often(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 1);
    wg_done(&wg);
    HERE(wg_done(&wg));
}

static void add_too_little(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, 3);
    HERE(wg_add(&wg, -4));
}

static void add_too_much(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, LLONG_MAX);
    HERE(wg_add(&wg, 1));
}

static void add_the_least(void)
{
    struct waitgroup wg = {0};
    wg_add(&wg, LLONG_MAX);
    HERE(wg_add(&wg, LLONG_MIN));
}

static void done(void *wg)
{
    wg_done(wg);
}

static void done_by_itself_and_by_wg_go(void)
{
    static struct waitgroup wg;
    HERE(wg_go(&wg, done, &wg));
    sleep_now();
}

static void counter_below_zero(void)
{
    expect_panic(done_too_often, negative);
    expect_panic(add_too_little, negative);
    expect_panic(add_too_much, negative);
    expect_panic(add_the_least, negative);
    expect_panic(done_by_itself_and_by_wg_go, negative);
}

/* ===== free of a channel in use ========================================== */

static void send_one(void *arg)
{
    chan(int) c = arg;
    chan_send(c, 1);
}

static void receive_one(void *arg)
{
    chan(int) c = arg;
    chan_recv(c, NULL);
}

static void select_receive(void *arg)
{
    chan(int) c = arg, other = chan_make(int, 0);
    chan_select(chan_on_recv(other, NULL), chan_on_recv(c, NULL),
                chan_on_timeout_ms(60000));
}

static void select_send(void *arg)
{
    chan(int) c = arg, none = NULL;
    chan_select(chan_on_recv(none, NULL), chan_on_send(c, 1));
}

static void receive_tick(void *arg)
{
    chan(struct timespec) c = arg;
    chan_recv(c, NULL);
}

static void free_under(void (*call)(void *), void *c)
{
    start_waiting(&waiting, call, c);
    HERE(chan_free((chan(int))c));
}

static void free_under_a_sender(void)
{
    free_under(send_one, chan_make(int, 0));
}

static void free_under_a_receiver(void)
{
    free_under(receive_one, chan_make(int, 3));
}

static void free_under_a_select(void)
{
    free_under(select_receive, chan_make(int, 0));
}

static void free_under_a_sending_select(void)
{
    free_under(select_send, chan_make(int, 0));
}

static void free_under_who_waits_for_a_timer(void)
{
    free_under(receive_tick, chan_after_ms(60000));
}

static void free_while_somebody_waits(void)
{
    expect_panic(free_under_a_sender, "free of a channel in use");
    expect_panic(free_under_a_receiver, "free of a channel in use");
    expect_panic(free_under_a_select, "free of a channel in use");
    expect_panic(free_under_a_sending_select, "free of a channel in use");
    expect_panic(free_under_who_waits_for_a_timer, "free of a channel in use");
}

/* ===== stack of ... bytes ================================================ */

static void stack_of_minus_five(void)
{
    HERE(go_stack_bytes(-5));
}

static void stack_of_none(void)
{
    HERE(go_stack_bytes(0));
}

static void stack_of_16383(void)
{
    HERE(go_stack_bytes((short)16383));
}

static void stacks_too_small(void)
{
    expect_panic(stack_of_minus_five, "stack of -5 bytes, less than 16384");
    expect_panic(stack_of_none, "stack of 0 bytes, less than 16384");
    expect_panic(stack_of_16383, "stack of 16383 bytes, less than 16384");
}

/* ===== Deferred mistakes ================================================= */

static void deferred_close(void)
{
    chan(int) c = chan_make(int, 0);
    HERE(); defer(chan_close, c);
    chan_close(c);
}

static void deferred_free(void)
{
    chan(int) c = chan_make(int, 0);
    HERE(); defer(chan_free, c);
    start_waiting(&waiting, receive_one, c);
}

static void deferred_done(void)
{
    struct waitgroup wg = {0};
    HERE(); defer(wg_done, &wg);
    chan(int) c = chan_make(int, 0);
    defer(chan_free, c);
    defer(chan_close, c);
}

static void close_through_a_pointer(void)
{
    void (*f)(void *) = chan_close;
    {
        chan(int) c = chan_make(int, 0);
        defer(chan_free, c);
    }
    f(NULL);
}

static void mistakes_after_a_defer_do_not_name_it(void)
{
    struct outcome got = run_apart(close_through_a_pointer);
    CHECK(strcmp(got.err, "panic: close of nil channel (a pointer)\n") == 0);
}

static void deferred_mistakes_name_the_line_of_the_defer(void)
{
    expect_panic(deferred_close, "close of closed channel");
    expect_panic(deferred_free, "free of a channel in use");
    expect_panic(deferred_done, negative);
}

/* ===== The end itself ==================================================== */

static void print_and_panic(void)
{
    /* musl writes the first line at once, which blocks if the pipe is full. */
    static char buffer[4096];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    printf("first\nsecond, without an end of line");
    send_to_closed();
}

static void standard_output_is_flushed(void)
{
    expect_panic(print_and_panic, send_on_closed);
    struct outcome got = run_apart(print_and_panic);
    CHECK(strcmp(got.out, "first\nsecond, without an end of line") == 0);
}

/* A pipe without a reader, full to the last byte. */
static void fill_stdout(int leave)
{
    static char page[4096];
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK(dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (write(ends[1], page, sizeof page) > 0)
        continue;
    while (leave == 0 && write(ends[1], page, 1) > 0)
        continue;
    for (; leave > 0; leave--)
        CHECK_EQ(read(ends[0], page, sizeof page), sizeof page);
    fcntl(ends[1], F_SETFL, 0);
}

static void panic_with_stdout_full(void)
{
    fill_stdout(0);
    printf("more");
    send_to_closed();
}

static void panic_with_stdout_too_small(void)
{
    static char big[1 << 20], text[1 << 19];
    fill_stdout(2);
    setvbuf(stdout, big, _IOFBF, sizeof big);
    memset(text, 'x', sizeof text - 1);
    printf("%s", text);
    send_to_closed();
}

static void panic_without_a_reader(void)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    printf("not read");
    send_to_closed();
}

static void panic_with_stdout_closed(void)
{
    printf("not read");
    close(STDOUT_FILENO);
    send_to_closed();
}

static void panic_with_a_full_disk(void)
{
    int full = open("/dev/full", O_WRONLY);
    CHECK(full >= 0);
    dup2(full, STDOUT_FILENO);
    printf("too much");
    send_to_closed();
}

/* Another descriptor of the file that standard output is, or -1. */
static int shared = -1;

static int look_and_flush(FILE *file)
{
    int flags = shared < 0 ? 0 : fcntl(shared, F_GETFL);
    if (flags & O_NONBLOCK)
        fputs("the others' open file has become non-blocking\n", stderr);
    return fflush(file);
}

/* Runs f in a process of its own, with ends[1] as its standard output. Then reads
 * ends[0] into `text`. */
static void printed_into(const int ends[2], void (*f)(void), char *text,
                         size_t size)
{
    size_t n = 0;
    char said[200];
    FILE *err = tmpfile();
    CHECK(err);
    shared = ends[1];
    pid_t child = check_fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        f();
        exit(0);
    }
    int status = check_wait(child);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGABRT);
    check_slurp(err, said, sizeof said);
    CHECK(strncmp(said, "panic: send on closed channel", 29) == 0);
    CHECK_EQ(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    for (ssize_t got = 1; got > 0; n += got > 0 ? (size_t)got : 0)
        got = read(ends[0], text + n, size - n - 1);
    text[n] = '\0';
    close(ends[0]);
    close(ends[1]);
    shared = -1;
}

static void print_much_and_panic(void)
{
    static char big[1 << 20], text[1 << 19];
    setvbuf(stdout, big, _IOFBF, sizeof big);
    memset(text, 'x', sizeof text - 1);
    printf("%s", text);
    send_to_closed();
}

static void fill(int fd)
{
    static char page[4096];
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, page, sizeof page) > 0 || write(fd, page, 1) > 0)
        continue;
    fcntl(fd, F_SETFL, 0);
}

static const char two_lines[] = "first\nsecond, without an end of line";
static char printed[1 << 20];

static void others_keep_the_flags_of_the_open_file(void)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    printed_into(ends, print_and_panic, printed, sizeof printed);
    CHECK(strcmp(printed, two_lines) == 0);
    if (THREAD_SANITIZER) /* see below */
        return;
    CHECK_EQ(pipe(ends), 0); /* which takes a part of it only */
    printed_into(ends, print_much_and_panic, printed, sizeof printed);
    CHECK(strlen(printed) >= 4096 && strlen(printed) < 1 << 19);
    CHECK_EQ(pipe(ends), 0);
    fill(ends[1]);
    printed_into(ends, print_and_panic, printed, sizeof printed);
}

static void also_those_of_a_socket(void)
{
    int ends[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    printed_into(ends, print_and_panic, printed, sizeof printed);
    CHECK(strcmp(printed, two_lines) == 0);
    if (THREAD_SANITIZER)
        return;
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    fill(ends[1]);
    printed_into(ends, print_and_panic, printed, sizeof printed);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    printed_into(ends, print_much_and_panic, printed, sizeof printed);
}

static void also_those_of_a_terminal(void)
{
    int ends[2];
    CHECK((ends[0] = posix_openpt(O_RDWR | O_NOCTTY)) >= 0);
    CHECK(grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
    CHECK((ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY)) >= 0);
    printed_into(ends, print_and_panic, printed, sizeof printed);
    CHECK(strcmp(printed, "first\r\nsecond, without an end of line") == 0);
}

static void become_another_user(void)
{
    if (setgid(65534) != 0 || setuid(65534) != 0)
        _exit(1);
}

static void print_as_another_user(void)
{
    become_another_user();
    print_and_panic();
}

static void print_much_as_another_user(void)
{
    become_another_user();
    print_much_and_panic();
}

/* It can't be opened anew. */
static void also_those_of_another_users_pipe(void)
{
    int ends[2];
    if (geteuid() != 0 || THREAD_SANITIZER)
        return; /* only root can become another user */
    CHECK_EQ(pipe(ends), 0);
    printed_into(ends, print_as_another_user, printed, sizeof printed);
    CHECK(strcmp(printed, two_lines) == 0);
    CHECK_EQ(pipe(ends), 0);
    fill(ends[1]);
    printed_into(ends, print_as_another_user, printed, sizeof printed);
    CHECK_EQ(pipe(ends), 0); /* a part would fit, and then it would block */
    printed_into(ends, print_much_as_another_user, printed, sizeof printed);
    CHECK_EQ(strlen(printed), 0);
}

/* Not under ThreadSanitizer, whose own abort() flushes stdout and may block. The two
 * checks below are left out for the same reason. */
static void stdout_that_takes_nothing_does_not_hinder(void)
{
    if (!THREAD_SANITIZER) {
        expect_panic(panic_with_stdout_full, send_on_closed);
        expect_panic(panic_without_a_reader, send_on_closed);
    }
    expect_panic(panic_with_stdout_closed, send_on_closed);
    expect_panic(panic_with_a_full_disk, send_on_closed);
}

static void stdout_that_takes_too_little_does_not_hinder(void)
{
    if (!THREAD_SANITIZER)
        expect_panic(panic_with_stdout_too_small, send_on_closed);
}

static atomic_bool locked;
static void lock_stdout(void *arg)
{
    (void)arg;
    flockfile(stdout);
    locked = true;
    sleep_now();
}

static void panic_with_stdout_locked(void)
{
    printf("kept back");
    go(lock_stdout);
    UNTIL(locked);
    send_to_closed();
}

static void panic_with_stdout_locked_by_oneself(void)
{
    flockfile(stdout);
    printf("mine");
    send_to_closed();
}

static void locked_stdout_does_not_hinder(void)
{
    if (!THREAD_SANITIZER)
        expect_panic(panic_with_stdout_locked, send_on_closed);
    expect_panic(panic_with_stdout_locked_by_oneself, send_on_closed);
}

/* Many threads panic at once, and one whole line is printed. */
static pthread_barrier_t together;
static chan(int) closed;

static void panic_together(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&together);
    HERE(chan_send(closed, 1));
}

static void eight_panic(void)
{
    pthread_barrier_init(&together, NULL, 9);
    closed = chan_make(int, 0);
    chan_close(closed);
    for (int i = 0; i < 8; i++)
        go(panic_together);
    pthread_barrier_wait(&together);
    sleep_now();
}

static void first_of_several_wins(void)
{
    for (int i = 0; i < (check_is_slow() ? 2 : 15); i++)
        expect_panic(eight_panic, send_on_closed);
}

/* The first panic is held up before it ends the program. The second one waits
 * meanwhile, and prints nothing. */
static atomic_bool may_panic, has_returned;
static void late_panic(void *arg)
{
    UNTIL(may_panic);
    chan_close((chan(int))arg);
    has_returned = true;
}

static void on_abort(int number)
{
    (void)number;
    may_panic = true;
    nap_us(50000);
    _exit(has_returned ? 1 : 7);
}

static void panic_and_hold(void)
{
    sigaction(SIGABRT, &(struct sigaction){.sa_handler = on_abort}, NULL);
    go(late_panic);
    send_to_closed();
}

static void others_wait_for_the_end(void)
{
    struct outcome got = run_apart(panic_and_hold);
    CHECK(WIFEXITED(got.status));
    CHECK_EQ(WEXITSTATUS(got.status), 7);
    CHECK(fnmatch("panic: send on closed channel (*:*)\n", got.err, 0) == 0);
    CHECK(strchr(got.err, '\n') == got.err + strlen(got.err) - 1);
}

/* The panic holds no lock when it aborts, so everything can still be used. */
static chan(int) involved[3];
static struct waitgroup group;

static void use_everything(int number)
{
    (void)number;
    for (int i = 0; i < 3; i++)
        if (involved[i]) {
            chan_len(involved[i]);
            chan_select(chan_on_recv(involved[i], NULL), CHAN_DEFAULT);
        }
    wg_add(&group, 5);
    write(STDOUT_FILENO, "used", 4) == 4 ? _exit(7) : _exit(1);
}

static void be_ready_to_use_everything(void)
{
    sigaction(SIGABRT, &(struct sigaction){.sa_handler = use_everything}, NULL);
    for (int i = 0; i < 3; i++)
        involved[i] = chan_make(int, 1);
}

static void by_send(void)
{
    be_ready_to_use_everything();
    chan_close(involved[0]);
    chan_send(involved[0], 1);
}

static void by_select(void)
{
    be_ready_to_use_everything();
    chan_close(involved[1]);
    chan_select(chan_on_recv(involved[0], NULL), chan_on_send(involved[1], 1),
                chan_on_recv(involved[2], NULL));
}

static void by_close(void)
{
    be_ready_to_use_everything();
    chan_close(involved[2]);
    chan_close(involved[2]);
}

static void by_group(void)
{
    be_ready_to_use_everything();
    wg_add(&group, 2);
    wg_add(&group, -3);
}

static void by_free(void)
{
    be_ready_to_use_everything();
    start_waiting(&waiting, receive_one, involved[0]);
    chan_free(involved[0]);
}

static void by_timer(void)
{
    be_ready_to_use_everything();
    chan(struct timespec) c = chan_after_ms(0);
    chan_select(chan_on_recv(involved[0], NULL), chan_on_send(c, zero));
}

static void by_goroutine(void)
{
    be_ready_to_use_everything();
    go_stack_bytes(1LL << 60);
    wg_go(&group, nothing);
}

static void no_lock_is_held(void)
{
    if (check_is_slow())
        return; /* valgrind reports what the parent's threads hold as lost */
    static void (*const ways[])(void) = {by_send,     by_select, by_close,
                                         by_group,    by_free,   by_timer,
                                         by_goroutine};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct outcome got = run_apart(ways[i]);
        CHECK(WIFEXITED(got.status));
        CHECK_EQ(WEXITSTATUS(got.status), 7);
        CHECK(strcmp(got.out, "used") == 0);
    }
}

/* A panic in any thread, whatever the other threads do. */
static void panic_in_goroutine(void *arg)
{
    chan(int) c = arg;
    HERE(chan_close(c));
}

static void main_waits_while_a_goroutine_panics(void)
{
    chan(int) c = chan_make(int, 0), d = chan_make(int, 0);
    chan_close(c);
    go(sleeper);
    go(panic_in_goroutine, c);
    chan_recv(d, NULL);
}

static void a_goroutine_ends_the_program(void)
{
    expect_panic(main_waits_while_a_goroutine_panics,
                 "close of closed channel");
}

static void panic_in_child(void)
{
    struct waitgroup wg = {0};
    wg_go(&wg, nothing);
    wg_wait(&wg);
    pid_t child = fork();
    if (child == 0)
        send_to_closed();
    int status = check_wait(child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    abort();
}

static void a_child_panics_for_itself(void)
{
    expect_panic(panic_in_child, send_on_closed);
}

CHECKS(RUN(send_on_a_closed_channel), RUN(close_while_a_sender_waits),
       RUN(select_with_a_send_on_a_closed_channel),
       RUN(close_of_a_closed_channel_and_of_null),
       RUN(timers_are_only_received_from), RUN(a_tick_takes_time),
       RUN(negative_capacities), RUN(capacities_too_large),
       RUN(a_select_without_memory), RUN(no_more_memory), RUN(no_more_threads),
       RUN(counter_below_zero), RUN(free_while_somebody_waits),
       RUN(deferred_mistakes_name_the_line_of_the_defer),
       RUN(mistakes_after_a_defer_do_not_name_it),
       RUN(stacks_too_small), RUN(standard_output_is_flushed),
       RUN(others_keep_the_flags_of_the_open_file), RUN(also_those_of_a_socket),
       RUN(also_those_of_a_terminal), RUN(also_those_of_another_users_pipe),
       RUN(stdout_that_takes_nothing_does_not_hinder),
       RUN(stdout_that_takes_too_little_does_not_hinder),
       RUN(locked_stdout_does_not_hinder), RUN(first_of_several_wins),
       RUN(others_wait_for_the_end), RUN(no_lock_is_held),
       RUN(a_goroutine_ends_the_program), RUN(a_child_panics_for_itself))
