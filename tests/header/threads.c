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
    if (FIBERS)
        wg_go(&wg, nothing); /* starts the workers, which stay */
    wg_wait(&wg);
    int before = threads_now();
    if (THREAD_SANITIZER)
        return; /* it starts a thread of its own at some time */
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

/* A thread that is never joined keeps its stack, which is one or two mappings of
 * memory. The C library keeps a few hundred stacks of ended threads for new ones. */
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

/* Also if each is started by the one before it, and no other thread looks. */
static void chains_of_goroutines_are_joined(void)
{
    int before = mappings();
    wg_go(&wg, go_again, rounds(5000));
    wg_wait(&wg);
    CHECK(SANITIZED || mappings() < before + 1000);
}

/* The threads of ended goroutines do not pile up before they are joined, even if the
 * only core is always busy with starting the next one. */
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

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%*d %ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void use(size_t size);

static void use_and_receive(void *arg)
{
    use(20000);
    chan_recv((chan(int))arg, NULL);
}

static long long go_costs(void (*f)(void *), void *arg)
{
    struct timespec from, to; /* of this thread on a processor */
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    wg_go(&wg, f, arg);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return ns_of(to) - ns_of(from);
}

/* When many threads end at once, each joins the one that ended before it. So the next
 * go() neither finds their stacks nor has to join them. */
static void a_burst_gives_its_memory_back(void)
{
    enum { MANY = 2000 };
    static long long costs[MANY];
    chan(int) c = chan_make(int, 0);
    int n = rounds(MANY), slower = 0;
    long before = resident_kib();
    for (int i = 0; i < n; i++)
        costs[i] = go_costs(use_and_receive, c);
    chan_close(c);
    wg_wait(&wg);
    if (!SANITIZED && !check_is_slow()) { /* valgrind keeps memory that is freed */
        UNTIL(FIBERS || threads_now() == 1);
        long long began = now_ms();
        UNTIL(resident_kib() < before + 8192);
        CHECK(now_ms() < began + 1000);
    }
    long long next = go_costs(nothing, NULL);
    for (int i = 0; i < n; i++)
        slower += next <= 3 * costs[i];
    CHECK(slower > n / 2 || next < 300000); /* than the median */
    wg_wait(&wg);
    chan_free(c);
}

/* ===== They end in other ways ============================================ */

static atomic_int cleaned;

static void clean(void *arg)
{
    (void)arg;
    cleaned++;
}

static void end_by_pthread_exit(void *arg)
{
    const struct outcome *large = arg;
    pthread_cleanup_push(clean, NULL);
    if (large->status == 0)
        pthread_exit(NULL);
    pthread_cleanup_pop(false);
}

static void cancel_itself_too_late(void *arg)
{
    (void)arg;
    pthread_cancel(pthread_self()); /* the function returns all the same */
}

static void work_for_a_moment(void *arg)
{
    sleep_ms(1); /* a cancellation point */
    *(bool *)arg = true;
}

static void a_late_cancel_ends_no_other_goroutine(void)
{
    for (int i = 0; i < 20; i++) {
        bool worked = false;
        wg_go(&wg, cancel_itself_too_late);
        wg_wait(&wg);
        wg_go(&wg, work_for_a_moment, &worked);
        wg_wait(&wg);
        CHECK(worked);
    }
}

/* The goroutine's clean-up handlers run. Then its copy is freed (LeakSanitizer
 * checks that), wg_done() is called, and its thread is joined. The handlers belong to
 * a thread, so with fibers they do not run. */
static void pthread_exit_counts_as_returning(void)
{
    int before = mappings(), n = rounds(3000);
    for (int i = 0; i < n; i++) {
        wg_go(&wg, end_by_pthread_exit, (struct outcome){.status = i % 3 == 2});
        if (i % 10 == 0)
            wg_wait(&wg);
    }
    wg_wait(&wg);
    CHECK_EQ(cleaned, FIBERS ? 0 : n - n / 3);
    CHECK(SANITIZED || mappings() < before + 1000);
}

static void detach(void *arg)
{
    CHECK_EQ(pthread_detach(pthread_self()), 0); /* no thread joins it */
    if (*(int *)arg % 2)
        pthread_exit(NULL);
}

static void detach_many(void)
{
    go_stack_bytes(8 << 20); /* no C library keeps such a stack */
    for (int i = 0; i < 20; i++) {
        wg_go(&wg, detach, i);
        if (i % 4 == 0)
            wg_wait(&wg);
        wg_go(&wg, nothing);
    }
    wg_wait(&wg);
    printf("exit");
}

static void detach_many_and_linger(void)
{
    detach_many();
    nap_us(120000);
}

static void expect_exit(void (*f)(void), int status, const char *out);

static void a_goroutine_may_detach_its_thread(void)
{
    if (FIBERS)
        return; /* its thread is a worker, which belongs to all goroutines */
    for (int i = 0; i < (check_is_slow() ? 2 : 10); i++) {
        expect_exit(detach_many, 0, "exit");
        expect_exit(detach_many_and_linger, 0, "exit");
    }
}

static pthread_key_t key;

static void send_at_the_end(void *c)
{
    chan_send((chan(int))c, 1);
    go(nothing);
    chan_send((chan(int))c, 2);
}

static pthread_barrier_t together; /* so that each has a thread of its own */

static void has_a_destructor(void *arg)
{
    pthread_barrier_wait(&together);
    CHECK_EQ(pthread_setspecific(key, arg), 0);
}

/* An ending thread waits in its destructor, and no go() waits for that thread. */
static void a_destructor_may_send_and_go(void)
{
    if (FIBERS)
        return; /* a worker's data lives as long as the worker */
    chan(int) c = chan_make(int, 0);
    CHECK_EQ(pthread_barrier_init(&together, NULL, 5), 0);
    CHECK_EQ(pthread_key_create(&key, send_at_the_end), 0);
    for (int i = 0; i < 5; i++)
        wg_go(&wg, has_a_destructor, c);
    wg_wait(&wg);
    go_stack_bytes(1 << 20); /* their stacks are too small: they must end */
    wg_go(&wg, nothing);
    wg_wait(&wg);
    nap_us(100000); /* mostly, the rest ends now, and waits to send */
    for (int i = 0; i < 20; i++) {
        go_stack_bytes((i % 3 + 1) << 18);
        wg_go(&wg, nothing);
        wg_wait(&wg);
    }
    for (int i = 0; i < 10; i++)
        CHECK(chan_recv(c, NULL));
    chan_free(c);
}

static void block_for_a_while(void *arg)
{
    (void)arg;
    nap_us(50000);
}

/* With fibers these calls need workers of their own, which end soon after. The last one
 * of them that went to sleep may be the only one that has seen the timer. */
static void a_sleep_ends_when_workers_have_ended(void)
{
    on_one_core();
    for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < 8; i++)
            wg_go(&wg, block_for_a_while);
        wg_wait(&wg);
        sleep_ms(150);
    }
}

static void *count_to(void *arg)
{
    for (int i = 0; i < 10; i++)
        chan_send((chan(int))arg, i);
    return NULL;
}

static void one_core_is_known_without_a_go(void)
{
    pthread_t thread;
    on_one_core();
    chan(int) c = chan_make(int, 0);
    CHECK_EQ(pthread_create(&thread, NULL, count_to, c), 0);
    for (int i = 0; i < 10; i++)
        CHECK(chan_recv(c, NULL));
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK(chan_program_.one_core);
    chan_free(c);
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
    CHECK(FIBERS || stack_size() + 65536 >= s->least); /* a guard may count or not */
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

static void the_smallest_stack_has_16_kib(void)
{
    go_stack_bytes(16384);
    for (int i = 0; i < 3; i++)
        wg_go(&wg, use_stack, (struct stack){16384, SANITIZED ? 3000 : 20000});
    wg_wait(&wg);
}

/* Also if each goroutine has another stack size than the one before. Otherwise 400
 * of them would add two mappings each. */
static void stacks_of_other_sizes_are_given_back(void)
{
    int before = mappings();
    for (int i = 0; i < 400; i++) {
        go_stack_bytes((i % 2 + 1) << 20);
        wg_go(&wg, nothing, i);
        wg_wait(&wg);
    }
    if (!SANITIZED)
        UNTIL(mappings() < before + 200);
}

/* ===== exit() ============================================================ */

/* In a process of its own, f exits with this status, prints `out` on stdout, and
 * prints nothing on stderr, where a sanitizer would report. */
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
        return; /* they report what the parent's threads hold as lost in the child */
    for (int i = 0; i < 5; i++)
        go(wait_for_ever);
    for (int i = 0; i < (check_is_slow() ? 3 : 20); i++) {
        pid_t child = check_fork();
        if (child == 0) {
            if (i % 2)
                work();
            exit(0); /* and waits for no goroutine of its parent */
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
        if (!SANITIZED) /* they need a main thread, which has ended here */
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

/* Forks at any moment: while others start goroutines, and while goroutines end. */
static void also_at_any_moment(void)
{
    if (SANITIZED || check_is_slow())
        return; /* their own locks may stay locked in the child */
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
       RUN(a_burst_gives_its_memory_back), RUN(pthread_exit_counts_as_returning),
       RUN(a_late_cancel_ends_no_other_goroutine),
       RUN(a_goroutine_may_detach_its_thread), RUN(a_destructor_may_send_and_go),
       RUN(one_core_is_known_without_a_go),
       RUN(a_sleep_ends_when_workers_have_ended),
       RUN(the_default_stack_is_256_kib_at_least), RUN(stack_size_may_be_set),
       RUN(the_smallest_stack_has_16_kib),
       RUN(stacks_of_other_sizes_are_given_back),
       RUN(main_may_return_while_goroutines_run), RUN(a_goroutine_may_exit),
       RUN(exit_handlers_may_use_goroutines),
       RUN(after_fork_the_child_starts_goroutines),
       RUN(also_while_the_parent_runs_some), RUN(also_the_grandchild),
       RUN(also_when_a_goroutine_forks), RUN(also_without_any_before),
       RUN(also_at_any_moment))
