/* threads.c -- the threads behind goroutines: their end, their stacks, exit()
 * and fork().
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include "check.h"

static struct waitgroup wg;

static void nothing(void *arg)
{
    (void)arg;
}

static void wait_for_ever(void *arg)
{
    chan(int) none = NULL;
    (void)arg;
    chan_recv(none, NULL);
}

/* ===== They end, and are joined ========================================== */

static void ended_goroutines_leave_no_thread(void)
{
    int before = threads_now();
    if (THREAD_SANITIZER)
        return; /* it has a thread of its own, which comes when it likes */
    for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < 20; i++)
            wg_go(&wg, nothing);
        wg_wait(&wg);
        UNTIL(threads_now() <= before);
    }
}

static int mappings(void)
{
    int n = 0;
    FILE *file = fopen("/proc/self/maps", "r");
    CHECK(file);
    for (int c; (c = fgetc(file)) != EOF;)
        n += c == '\n';
    fclose(file);
    return n;
}

/* A thread that is never joined keeps its stack, a mapping or two of memory. (A
 * few hundred of those ended are kept by the C library for new ones.) */
static void ended_goroutines_are_joined(void)
{
    int before = mappings();
    for (int i = 0; i < rounds(10000); i++) {
        wg_go(&wg, nothing);
        if (i % 3)
            wg_wait(&wg);
    }
    wg_wait(&wg);
    CHECK(SANITIZED || mappings() < before + 1000);
}

static void go_again(void *arg)
{
    int left = *(int *)arg;
    if (left > 0)
        wg_go(&wg, go_again, left - 1);
}

/* Also when each is started by the one before it, and nobody else looks. */
static void chains_of_goroutines_are_joined(void)
{
    int before = mappings();
    wg_go(&wg, go_again, rounds(5000));
    wg_wait(&wg);
    CHECK(SANITIZED || mappings() < before + 1000);
}

/* Nor do the threads of those that have ended pile up before they are joined,
 * where the one core is always busy with starting the next. */
static void a_loop_of_short_goroutines_does_not_run_out_of_threads(void)
{
    on_one_core();
    int most = 0;
    for (int i = 0; i < rounds(20000); i++) {
        wg_go(&wg, nothing);
        if (i % 500 == 0 && threads_now() > most)
            most = threads_now();
    }
    wg_wait(&wg);
    CHECK(most < 3000);
}

/* ===== Stacks ============================================================ */

static size_t stack_size(void)
{
    pthread_attr_t attr;
    void *base;
    size_t size;
    CHECK_EQ(pthread_getattr_np(pthread_self(), &attr), 0);
    CHECK_EQ(pthread_attr_getstack(&attr, &base, &size), 0);
    pthread_attr_destroy(&attr);
    return size;
}

static void use(size_t size)
{
    volatile char page[1024];
    memset((char *)page, 1, sizeof page);
    if (size > 2 * sizeof page)
        use(size - sizeof page);
    page[5] = 2;
}

struct stack {
    size_t least, used;
};

static void use_stack(void *arg)
{
    const struct stack *s = arg;
    CHECK(stack_size() + 65536 >= s->least); /* a guard may count or not */
    use(s->used / 3); /* frames are larger than what they hold */
}

static void the_default_stack_is_256_kib_at_least(void)
{
    wg_go(&wg, use_stack, (struct stack){ 256 << 10, 200 << 10 });
    wg_wait(&wg);
}

static void stack_size_may_be_set(void)
{
    go_stack_bytes(4 << 20);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, use_stack, (struct stack){ 4 << 20, 3 << 20 });
    wg_wait(&wg);
    go_stack_bytes(300001L); /* no multiple of anything */
    wg_go(&wg, use_stack, (struct stack){ 300001, 200000 });
    wg_wait(&wg);
    go_stack_bytes(1ULL << 20);
    wg_go(&wg, use_stack, (struct stack){ 1 << 20, 700 << 10 });
    wg_wait(&wg);
}

static void too_small_a_stack_is_made_large_enough(void)
{
    const int sizes[] = { 0, 1, 4096, 16383 };
    for (int i = 0; i < 4; i++) {
        go_stack_bytes(sizes[i]);
        wg_go(&wg, nothing, i);
        wg_wait(&wg);
    }
}

static long address_space_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Also where each wants another size than the one before: 400 of 1 MiB would
 * add up. */
static void stacks_of_other_sizes_are_given_back(void)
{
    long before = 0;
    for (int i = 0; i < 400; i++) {
        go_stack_bytes((i % 2 + 1) << 20);
        wg_go(&wg, nothing, i);
        wg_wait(&wg);
        if (i == 10)
            before = address_space_kib();
    }
    CHECK(SANITIZED || check_is_slow() ||
          address_space_kib() < before + 20000);
}

/* ===== exit() ============================================================ */

/* f, run apart, exits with this status; stdout is as it should be, and stderr
 * (where a sanitizer would speak) empty. */
static void expect_exit(void (*f)(void), int status, const char *out)
{
    struct outcome got = run_apart(f);
    if (WIFEXITED(got.status) && WEXITSTATUS(got.status) == status
        && strcmp(got.out, out) == 0 && got.err[0] == '\0')
        return;
    fprintf(stderr, "status %d, stdout: %s\nstderr: %s\n", got.status, got.out,
            got.err);
    _exit(1);
}

static void some_of_each_kind(void)
{
    for (int i = 0; i < 4; i++) {
        wg_go(&wg, nothing, i);
        go(wait_for_ever, (struct stack){ 1, 2 });
        go(nothing, &wg); /* ends when it likes */
    }
}

static void return_beside_goroutines(void)
{
    printf("printed");
    some_of_each_kind();
    wg_wait(&wg);
}

static void return_at_once(void)
{
    printf("printed");
    some_of_each_kind();
}

static void main_may_return_while_goroutines_run(void)
{
    for (int i = 0; i < (check_is_slow() ? 3 : 40); i++) {
        expect_exit(return_beside_goroutines, 0, "printed");
        expect_exit(return_at_once, 0, "printed");
    }
}

static void say_bye(void)
{
    printf(", bye");
}

static void exit_with_seven(void *arg)
{
    (void)arg;
    printf("printed");
    exit(7);
}

static void let_a_goroutine_exit(void)
{
    atexit(say_bye);
    some_of_each_kind();
    go(exit_with_seven);
    wait_for_ever(NULL);
}

static void let_a_goroutine_exit_when_all_have_ended(void)
{
    for (int i = 0; i < 5; i++)
        wg_go(&wg, nothing);
    wg_wait(&wg);
    atexit(say_bye);
    wg_go(&wg, exit_with_seven);
    wg_wait(&wg);
}

static void a_goroutine_may_exit(void)
{
    for (int i = 0; i < (check_is_slow() ? 3 : 30); i++) {
        expect_exit(let_a_goroutine_exit, 7, "printed, bye");
        expect_exit(let_a_goroutine_exit_when_all_have_ended, 7,
                    "printed, bye");
    }
}

static void print_x(void *arg)
{
    (void)arg;
    printf("x");
}

static void go_at_exit(void)
{
    for (int i = 0; i < 3; i++)
        wg_go(&wg, print_x);
    wg_wait(&wg);
}

/* Handlers that were registered before the header's own, and after it. */
static void go_in_exit_handlers(void)
{
    atexit(go_at_exit);
    go_at_exit();
    atexit(go_at_exit);
}

static void exit_handlers_may_use_goroutines(void)
{
    for (int i = 0; i < (check_is_slow() ? 2 : 10); i++)
        expect_exit(go_in_exit_handlers, 0, "xxxxxxxxx");
}

/* ===== fork() ============================================================ */

static atomic_int added;

static void add(void *arg)
{
    atomic_fetch_add(&added, *(int *)arg);
}

static void send_ten(void *arg)
{
    chan(int) c = arg;
    for (int i = 0; i < 10; i++)
        chan_send(c, i);
    chan_close(c);
}

/* Everything works here. */
static void work(void)
{
    struct waitgroup own = { 0 };
    chan(int) c = chan_make(int, 0);
    chan(struct timespec) t = chan_after_ms(1);
    int v, sum = 0;
    wg_go(&own, send_ten, c);
    added = 0;
    for (int i = 0; i < 10; i++)
        wg_go(&own, add, 3);
    while (chan_recv(c, &v))
        sum += v;
    wg_wait(&own);
    CHECK_EQ(chan_select(chan_on_recv(t, NULL)), 0);
    CHECK_EQ(sum, 45);
    CHECK_EQ(added, 30);
    chan_free(c);
    chan_free(t);
}

static void expect_child(pid_t child)
{
    CHECK(child > 0);
    int status = check_wait(child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

static void after_fork_the_child_starts_goroutines(void)
{
    for (int i = 0; i < (check_is_slow() ? 3 : 20); i++) {
        work();
        pid_t child = check_fork();
        if (child == 0) {
            work();
            exit(0);
        }
        work();
        expect_child(child);
    }
}

static void also_while_the_parent_runs_some(void)
{
    if (SANITIZED || check_is_slow())
        return; /* to them, what the parent's threads hold is lost in the child */
    for (int i = 0; i < 5; i++)
        go(wait_for_ever);
    for (int i = 0; i < (check_is_slow() ? 3 : 20); i++) {
        pid_t child = check_fork();
        if (child == 0) {
            if (i % 2)
                work();
            exit(0); /* and waits for none of its parent's */
        }
        expect_child(child);
        work();
    }
}

static void also_the_grandchild(void)
{
    work();
    pid_t child = check_fork();
    if (child == 0) {
        work();
        pid_t grandchild = check_fork();
        if (grandchild == 0) {
            work();
            exit(0);
        }
        expect_child(grandchild);
        work();
        exit(0);
    }
    expect_child(child);
}

static void fork_here(void *arg)
{
    bool just_return = *(bool *)arg;
    pid_t child = check_fork();
    if (child == 0) {
        work();
        if (just_return)
            return; /* it was the child's only thread: that is its end */
        exit(0);
    }
    expect_child(child);
}

static void also_when_a_goroutine_forks(void)
{
    for (int i = 0; i < (check_is_slow() ? 2 : 10); i++) {
        wg_go(&wg, fork_here, (bool)false);
        wg_wait(&wg);
        if (!SANITIZED) /* they do not like a main thread that is not there */
            wg_go(&wg, fork_here, (bool)true);
        wg_wait(&wg);
        work();
    }
}

static void also_without_any_before(void)
{
    pid_t child = check_fork();
    if (child == 0) {
        work();
        exit(0);
    }
    expect_child(child);
}

static atomic_bool enough;

static void churn(void *arg)
{
    (void)arg;
    while (!enough) {
        struct waitgroup own = { 0 };
        wg_go(&own, nothing);
        wg_go(&own, nothing);
        wg_wait(&own);
    }
}

/* At any moment: while others start goroutines, and while those end. */
static void also_at_any_moment(void)
{
    if (SANITIZED || check_is_slow())
        return; /* their own locks do not survive that */
    for (int i = 0; i < 3; i++)
        wg_go(&wg, churn);
    for (int i = 0; i < (check_is_slow() ? 5 : 200); i++) {
        pid_t child = check_fork();
        if (child == 0) {
            if (i % 2)
                work();
            exit(0);
        }
        expect_child(child);
    }
    enough = true;
    wg_wait(&wg);
}

CHECKS(RUN(ended_goroutines_leave_no_thread), RUN(ended_goroutines_are_joined),
       RUN(chains_of_goroutines_are_joined),
       RUN(a_loop_of_short_goroutines_does_not_run_out_of_threads),
       RUN(the_default_stack_is_256_kib_at_least), RUN(stack_size_may_be_set),
       RUN(too_small_a_stack_is_made_large_enough),
       RUN(stacks_of_other_sizes_are_given_back),
       RUN(main_may_return_while_goroutines_run), RUN(a_goroutine_may_exit),
       RUN(exit_handlers_may_use_goroutines),
       RUN(after_fork_the_child_starts_goroutines),
       RUN(also_while_the_parent_runs_some), RUN(also_the_grandchild),
       RUN(also_when_a_goroutine_forks), RUN(also_without_any_before),
       RUN(also_at_any_moment))
