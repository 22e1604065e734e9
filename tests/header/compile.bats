#!/usr/bin/env bats
# The compilers' diagnostics for users of common/chan.h: none for right uses, and one for
# each wrong use.
# shellcheck disable=SC2030,SC2031  # bats sets $status where it is read
load ../helper

STRICT=(-std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -pthread "-I$ROOT/common")

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# program LINE...: prints a file whose main has these lines.
program() {
    cat <<'END'
#include "chan.h"
struct job { int id, n; };
static void worker(void *arg) { (void)arg; }
static int not_a_worker(void) { return 0; }
static void *pthread_style(void *arg) { return arg; }
struct large { char bytes[100 * 1024]; };
struct twin { int id, n; };
static void take_doubles(chan(double) c) { (void)c; }
static chan(int) give_ints(void) { return NULL; }
int main(void)
{
    chan(int) ints = chan_make(int, 1);
    chan(double) doubles = chan_make(double, 1);
    chan(char *) texts = chan_make(char *, 1);
    chan(struct job) jobs = chan_make(struct job, 1);
    int i = 0; double d = 0; struct job j = { 0, 0 }; bool ok; struct waitgroup wg = { 0 };
    (void)i; (void)d; (void)j; (void)ok; (void)wg; (void)not_a_worker; (void)worker;
    const char *text = ""; struct twin twin = { 0, 0 }; struct chan_case cases[2] = { { 0 } };
    (void)text; (void)twin; (void)cases; (void)take_doubles; (void)give_ints; (void)pthread_style;
    void *anything = &i; int (*row)[i + 1] = NULL; chan(struct large) larges = NULL;
    (void)anything; (void)row; (void)larges;
END
    printf '    %s\n' "$@"
    echo '    chan_free(ints); chan_free(doubles); chan_free(texts); chan_free(jobs);'
    echo '}'
}

# refused CC LINE: the compiler prints a diagnostic for this line.
refused() {
    program "$2" >wrong.c
    local line
    line=$(grep -nFx "    $2" wrong.c)
    run "$1" "${STRICT[@]}" -Werror -fsyntax-only wrong.c
    [[ $status -ne 0 ]] || fail "$1 accepts: $2"
    assert_output --partial "wrong.c:${line%%:*}:"
    assert_output --partial 'error'
}

wrong_uses() {
    program '' >right.c
    run -0 "$1" "${STRICT[@]}" -Werror -fsyntax-only right.c
    refute_output
    refused "$1" 'chan_recv(ints, &d);'
    refused "$1" 'chan_recv(doubles, &i);'
    refused "$1" 'chan_recv(ints, i);'
    refused "$1" 'chan_recv(ints, &(const int){ 1 });'
    refused "$1" 'chan_send(ints, "text");'
    refused "$1" 'chan_send(ints, j);'
    refused "$1" 'chan_send(texts, 5);'
    refused "$1" 'chan_send(texts, text);'
    refused "$1" 'chan_send(jobs, twin);'
    refused "$1" 'chan_send(jobs, &j);'
    refused "$1" 'chan_send(&i, 1);'
    refused "$1" 'chan_recv(&i, &i);'
    refused "$1" 'chan_recv(jobs, &twin);'
    refused "$1" 'chan_recv(texts, &text);'
    refused "$1" 'ints = doubles;'
    refused "$1" 'chan(double) other = ints; (void)other;'
    refused "$1" 'chan(int) other = chan_make(double, 0); (void)other;'
    refused "$1" 'take_doubles(ints);'
    refused "$1" 'chan(double) other = give_ints(); (void)other;'
    refused "$1" 'chan(int) other = chan_after_ms(1); (void)other;'
    refused "$1" 'chan(chan(int)) other = ints; (void)other;'
    refused "$1" 'chan_select(chan_on_recv(ints, &d));'
    refused "$1" 'chan_select(chan_on_recv(ints, &i, &d));'
    refused "$1" 'chan_select(chan_on_send(texts, j));'
    refused "$1" 'chan_select(chan_on_send_from(ints, &d));'
    refused "$1" 'chan_select(chan_on_send_from(jobs, &twin));'
    refused "$1" 'chan_select(ints);'
    refused "$1" 'chan_select_array(&i, 1);'
    refused "$1" 'chan_select_array(cases);'
    refused "$1" 'go(not_a_worker);'
    refused "$1" 'go(not_a_worker, 5);'
    refused "$1" 'go(worker, 5, 6);'
    refused "$1" 'go(5);'
    refused "$1" 'go(worker, (struct { _Alignas(64) char c; }){ 0 });'
    refused "$1" 'wg_go(&wg, worker, (struct { _Alignas(32) int n; }){ 0 });'
    refused "$1" 'wg_go(&wg, not_a_worker);'
    refused "$1" 'wg_wait(ints);'
    refused "$1" 'wg_done(&i);'
    refused "$1" 'wg_go(&i, worker);'
    refused "$1" 'defer(not_a_worker, &i);'
    refused "$1" 'defer(worker, i);'
}

@test "gcc refuses each wrong use" {
    need gcc
    wrong_uses gcc
}

@test "clang refuses each wrong use" {
    need clang
    wrong_uses clang
}

# told CC LINE WORDS: without any -W there is an error, whose first line has WORDS.
told() {
    local first
    program "$2" >wrong.c
    run "$1" -std=c11 -I"$ROOT/common" -fsyntax-only wrong.c
    [[ $status -ne 0 ]] || fail "$1 accepts, without any -W: $2"
    first=$(grep -m 1 -E 'error:|warning:' <<<"$output")
    [[ $first == *error:*"$3"* ]] || fail "$1 begins about $2 with: $first"
}

wrong_uses_are_told() {
    local c
    for c in '&ints' 'text' 'anything' '5' 'j'; do
        told "$1" "chan_free($c);" 'this is no channel'
    done
    told "$1" 'chan_close(&ints);' 'this is no channel'
    told "$1" 'chan_len("x");' 'this is no channel'
    told "$1" 'chan_cap(anything);' 'this is no channel'
    told "$1" 'chan_recv(anything, &i);' 'in a goroutine as chan(T) c = arg'
    [[ $(grep -cE 'error:|warning:' <<<"$output") -le 2 ]] || fail "$1 adds to that: $output"
    told "$1" 'chan_send(anything, i);' 'in a goroutine as chan(T) c = arg'
    [[ $(grep -cE 'error:|warning:' <<<"$output") == 1 ]] || fail "$1 adds to that: $output"
    told "$1" 'chan_send(&i, 1);' 'this is no channel'
    told "$1" 'chan_recv(ints, i);' 'receive into &v'
    told "$1" 'chan_recv(ints, &d);' 'receive into &v'
    [[ $(grep -cE 'error:|warning:' <<<"$output") == 1 ]] || fail "$1 adds to that: $output"
    told "$1" 'chan_recv(jobs, j);' 'receive into &v'
    told "$1" 'chan_recv(ints, anything);' 'this void * may point to anything'
    told "$1" 'chan_select(chan_on_recv(jobs, j));' 'receive into &v'
    told "$1" 'chan_select(chan_on_recv(ints, &i, &d));' 'the address of a bool'
    told "$1" 'void *vp = &i; chan_select(chan_on_recv(ints, &i, vp));' 'the address of a bool'
    told "$1" 'chan_select(chan_on_send_from(ints, &d));' 'send from &v'
    told "$1" 'chan_select(chan_recv(ints, &i), CHAN_DEFAULT);' chan_select_takes_chan_on_recv
    told "$1" 'chan_select(chan_recv(ints, &i));' chan_select_takes_chan_on_recv
    told "$1" 'chan_select(CHAN_DEFAULT, chan_recv(ints, &i));' chan_select_takes_chan_on_recv
    told "$1" 'chan_send(ints, "text");' "the value sent must have the channel"
    told "$1" 'chan_send(ints, j);' "the value sent must have the channel"
    told "$1" 'chan_send(jobs, twin);' "the value sent must have the channel"
    told "$1" 'chan_send(jobs, &j);' "the value sent must have the channel"
    told "$1" 'chan_send(larges, (struct large){ "" });' 'send a pointer'
    told "$1" 'go(worker, (struct large){ "" });' 'send a pointer'
    told "$1" 'go(pthread_style, ints);' 'void f(void *arg)'
    told "$1" 'wg_go(&wg, pthread_style);' 'void f(void *arg)'
    told "$1" 'go(not_a_worker, 5);' 'void f(void *arg)'
    told "$1" 'go(worker, ints, 1);' go_takes_one_value_put_several_into_a_struct
    told "$1" 'go(worker, 1, ints);' go_takes_one_value_put_several_into_a_struct
    told "$1" 'go(worker, ints, ints);' 'put several into a struct'
    told "$1" 'go(worker, j, (struct job){ 1, 2 });' 'put several into a struct'
    told "$1" 'chan(int[3]) a = chan_make(int[3], 1);' 'must be no array'
    told "$1" 'chan(int) other = chan_make(long, 1);' 'incompatible pointer type'
    told "$1" 'chan(int (*)[i]) rows = NULL;' 'variabl' # ... length type, ... modified type
    told "$1" 'chan_send(texts, 5);' 'pointer'
    told "$1" 'switch (i) { case 0:; defer(free, NULL); break; case 1: break; }' 'jump'
    told "$1" 'if (i) goto end; defer(free, NULL); end: i = 0;' 'jump'
    for c in 'sleep_ms(0.5)' 'chan_after_ms(d)' 'chan_tick_ms(1.5f)' 'chan_select(chan_on_timeout_ms(0.5))' \
        'ints = chan_make(int, 2.0)' 'wg_add(&wg, d)' 'go_stack_bytes(1e6)' 'chan_select_array(NULL, d)'; do
        told "$1" "$c;" 'must be an integer'
    done
}

@test "a wrong use is an error without any -W, and gcc says first what to write" {
    need gcc
    wrong_uses_are_told gcc
}

@test "a wrong use is an error without any -W, and clang says first what to write" {
    need clang
    wrong_uses_are_told clang
}

@test "gcc's name for a type that differs is a sentence where it prints nothing else" {
    need gcc
    told gcc 'chan_send(texts, 5);' chan_send_takes_one_value_of_type_T
    told gcc 'chan_send(texts, &i);' chan_send_takes_one_value_of_type_T
    told gcc 'chan_send(ints, 1, 2);' chan_send_takes_one_value_of_type_T
}

# Without any -W: an error, not a warning.
no_value_two_or_a_wrong_one() {
    local line
    for line in 'chan_send(ints);' 'chan_send(ints, );' 'chan_send(ints, 1, 2);' 'chan_send(jobs, 5);' \
        'chan_send(jobs, 1, 2);' 'chan_on_send(jobs, 5);' 'chan_on_send(ints, 1, 2);' \
        'chan_recv(ints, &d);' 'chan_recv(jobs, &i);'; do
        program "$line" >wrong.c
        run "$1" -std=c11 -I"$ROOT/common" -fsyntax-only wrong.c
        [[ $status -ne 0 ]] || fail "$1 accepts, without any -W: $line"
    done
}

@test "no value, two values and wrong values are errors even without -W" {
    need gcc clang
    no_value_two_or_a_wrong_one gcc
    no_value_two_or_a_wrong_one clang
}

# Every right use, in every form, compiles without a diagnostic.
right_uses() {
    cat >right.c <<'END'
#include "chan.h"
struct node { int id; chan(struct node) next; chan(chan(int)) of; };
struct job { int id, n; };
struct big { char bytes[4096]; };
typedef void (*callback)(void *);
static void worker(void *arg) { const struct job *j = arg; (void)j; }
static _Noreturn void never(void *arg) { worker(arg); abort(); }
static chan(int) numbers(chan(int) c, struct waitgroup *wg) { wg_go(wg, worker, c); return c; }
static void take(const struct node *n) { chan_len(n->next); chan_close(n->next); chan_free(n->next); }
int main(void)
{
    const int seven = 7;
    int i = 0, array[2] = { 1, 2 };
    unsigned u = 1; size_t z = 1; short s = 2; long long ll = 0; signed char sc = 1;
    bool ok;
    chan(int) c = chan_make(int, s), same = c;
    chan(const char *) texts = chan_make(const char *, z);
    chan(unsigned char) bytes = chan_make(unsigned char, u);
    chan(callback) calls = chan_make(callback, ll + 1);
    chan(void (*)(void *)) more = chan_make(void (*)(void *), sc);
    chan(struct big) bigs = chan_make(struct big, 1ULL);
    chan(struct job) jobs = chan_make(struct job, 4);
    chan(struct node) nodes = chan_make(struct node, 0);
    chan(chan(int)) channels = chan_make(chan(int), 1);
    chan(bool) flags = chan_make(bool, 1);
    chan(double) reals = chan_make(double, 1);
    struct job j = { .id = 1 }, *p = &j;
    struct waitgroup wg = { 0 };
    chan_send(c, i++);
    chan_recv(same, array);
    chan_recv(c ? c : same, NULL);
    chan_send(texts, "text"); chan_recv(texts, NULL);
    chan_send(texts, NULL);
    chan_send(bytes, 'x'); chan_send(calls, worker); chan_send(more, worker); chan_send(calls, NULL);
    chan_send(bigs, (struct big){ "big" });
    chan_send(jobs, j); chan_send(jobs, *p); chan_send(jobs, (struct job){ 1, 2 });
    chan_send(jobs, (struct job){ .id = 1, .n = 2 });
    chan_send(channels, c); chan_send(flags, true); chan_send(reals, 1);
    chan_recv(channels, &same);
    while (chan_len(jobs) > 0 && chan_recv(jobs, &j))
        if (j.id) continue; else break;
    struct chan_case cases[3] = { chan_on_recv(c, &i), { 0 } };
    for (int k = 0; k < 2; k++)
        cases[k] = k ? chan_on_send_from(c, &array[k]) : chan_on_send_from(c, &seven);
    cases[2] = CHAN_DEFAULT;
    chan_select_array(cases, 3); chan_select_array(cases, z); chan_select_array(cases, s);
    switch (chan_select(chan_on_recv(c, &i), chan_on_recv(c, &i, &ok), chan_on_recv(c, NULL, &ok),
                        chan_on_send(jobs, (struct job){ .id = 1, .n = 2 }), chan_on_send(c, i++),
                        chan_on_timeout_ms(seven), CHAN_DEFAULT)) {
    case 0: break;
    }
    if (chan_select(CHAN_DEFAULT) == 0) i--; else i++;
    chan(struct timespec) t = chan_after_ms(5u);
    chan_select(chan_on_recv(t, &(struct timespec){ 0 }), chan_on_timeout_ms(z), chan_on_timeout_ms(ll));
    go(worker); go(worker, p); go(worker, &j); go(worker, j); go(worker, "text"); go(worker, array); go(worker, 5);
    go(worker, (struct job){ .id = 1, .n = 2 }); go(worker, NULL); go(i ? worker : worker, *p); go(worker, c);
    wg_go(&wg, worker); wg_go(&wg, worker, (struct job){ 1, 2 }); wg_add(&wg, z); wg_done(&wg);
    { defer(chan_free, t); defer(free, malloc(1)); defer(worker, p); }
    numbers(c, &wg); wg_wait(&wg); sleep_ms(z); sleep_ms(-1); go_stack_bytes(1 << 20);
    long long now = now_ms(); (void)now;
    take(&(struct node){ .id = 1, .next = nodes }); chan_free(NULL); chan_close(i ? c : NULL);
    go(worker, i * 3); go(worker, i << 1); go(worker, i ? 1 : 2); go(worker, p ? p : &j);
    const struct job fixed = { 1, 2 }; chan_send(jobs, fixed); go(worker, fixed); go(never);
    chan(struct opaque *) opaques = chan_make(struct opaque *, 1); chan_send(opaques, NULL);
    int *const there = &i; chan_recv(c, there); chan_recv(c, &array[i++]); chan_send(texts, p ? "a" : NULL);
    chan_send(flags, p); chan_send(flags, chan_len(NULL) + chan_cap(NULL)); chan_send(c, chan_recv(c, &i));
    switch (i) { case 0: { defer(free, NULL); break; } case 1: break; }
    chan_go(worker, p); chan_sleep_ms(1); now = chan_now_ms(); { chan_defer(free, NULL); }
    return chan_cap(c) == 2 ? 0 : 1;
}
END
    run "$@" "${STRICT[@]}" -Werror -c right.c -o right.o
    assert_success
    refute_output
}

# whole_proof: whether this is make check, with every compiler and level. make test has two.
whole_proof() {
    [[ ${COOKBOOK_STRICT-} == 1 ]]
}

@test "right uses compile without a warning: gcc, clang, musl, levels of -O" {
    need gcc clang
    right_uses gcc
    right_uses clang
    whole_proof || return 0
    right_uses gcc -O0
    right_uses gcc -O3 -flto
    right_uses gcc -std=gnu17
    right_uses gcc -std=c2x
    right_uses clang -std=c2x
    right_uses clang -O0
    right_uses clang -std=c17 -Wextra-semi
    need musl-gcc
    right_uses musl-gcc
}

@test "with the laboratory they compile without a warning too" {
    need gcc clang
    right_uses gcc -DCHAN_LAB
    right_uses clang -DCHAN_LAB -O0
    whole_proof || return 0
    right_uses gcc -DCHAN_LAB -O0 -std=c2x
    right_uses gcc -DCHAN_LAB -O3 -flto
    right_uses clang -DCHAN_LAB
    right_uses clang -DCHAN_LAB -O0 -std=gnu17
    need musl-gcc
    right_uses musl-gcc -DCHAN_LAB
}

@test "without the laboratory no instruction of it is left" {
    need gcc clang
    local compiler file files=(patterns/fan-in/fan-in)
    # Each takes seconds, so only make check tries all of them.
    ! whole_proof || files+=(tests/header/select tests/header/waitgroup)
    mkdir without
    "$ROOT/scripts/snippet" --header >without/chan.h
    cp "$ROOT/common/args.h" without
    run -0 grep -n -A 2 CHAN_LAB without/chan.h
    assert_equal "${#lines[@]}" 3
    assert_line --index 1 --partial '#error "this chan.h is without the laboratory'
    for compiler in gcc clang; do
        for file in "${files[@]}"; do
            "$compiler" -std=c11 -O2 -pthread -c "-I$ROOT/common" "$ROOT/$file.c" -o hooks.o
            "$compiler" -std=c11 -O2 -pthread -c -Iwithout "$ROOT/$file.c" -o none.o
            cmp hooks.o none.o
        done
        # The compiler prints this one sentence only.
        run "$compiler" -std=c11 -DCHAN_LAB -Iwithout -fsyntax-only -x c <(echo '#include "chan.h"')
        assert_failure
        assert_output --partial 'this chan.h is without the laboratory'
        assert_equal "$(grep -c 'error:' <<<"$output")" 1
    done
}

@test "a file with the laboratory and one without do not link" {
    need gcc clang
    echo '#include "chan.h"
    int main(void) { chan_free(chan_make(int, 0)); }' >one.c
    echo '#include "chan.h"
    void other(void); void other(void) { chan_free(chan_make(int, 0)); }' >two.c
    local compiler
    for compiler in gcc clang; do
        two_files "$compiler"
        run two_files "$compiler" -DCHAN_LAB
        assert_failure
        assert_output --partial chan_program_
        one=-DCHAN_LAB two_files "$compiler" -DCHAN_LAB
    done
}

# two_files COMPILER [FLAG...]: builds two.c with all of these flags and one.c with
# those that optimize the whole program, and $one, and then links both.
# shellcheck disable=SC2086  # one word or none
two_files() {
    local compiler=$1 whole=() flag
    shift
    for flag; do [[ $flag != -f* ]] || whole+=("$flag"); done
    "$compiler" -std=c11 -O1 -pthread -c "-I$ROOT/common" "${whole[@]}" ${one-} one.c 2>/dev/null
    "$compiler" -std=c11 -O1 -pthread -c "-I$ROOT/common" "$@" two.c 2>/dev/null
    rm -f both
    "$compiler" -pthread "${whole[@]}" one.o two.o -o both
}

@test "the same, where the linker is another one or optimizes: they don't link, or don't start" {
    need gcc clang ld.gold ld.lld
    echo '#include "chan.h"
    void other(void);
    int main(void) { other(); chan_free(chan_make(int, 0)); }' >one.c
    echo '#include "chan.h"
    void other(void); void other(void) { chan_free(chan_make(int, 0)); }' >two.c
    local way
    for way in 'gcc -flto' 'gcc -fuse-ld=gold' 'gcc -fuse-ld=lld' 'clang -fuse-ld=lld' \
        'clang -flto -fuse-ld=lld' 'clang -flto=thin -fuse-ld=lld'; do
        echo "-- $way"
        # shellcheck disable=SC2086  # words
        one=-DCHAN_LAB two_files $way -DCHAN_LAB
        run -0 timeout -k 2 "$LIMIT" ./both
        assert_output ''
        # shellcheck disable=SC2086
        if two_files $way -DCHAN_LAB >said 2>&1; then
            run -2 timeout -k 2 "$LIMIT" ./both
            assert_output --partial 'with -DCHAN_LAB, or none'
        else
            grep -E 'chan_program_|chan_lab' said # one linker names the section only
        fi
    done
}

@test "a file that includes the header and does not use it compiles without a warning" {
    need gcc clang
    printf '#include "chan.h"\nint main(void) { return 0; }\n' >nothing.c
    for compiler in gcc 'gcc -O0 -std=gnu11' clang 'clang -O0 -std=gnu17'; do
        # shellcheck disable=SC2086  # words
        run -0 $compiler "${STRICT[@]}" -Wunused -Werror nothing.c -o nothing
        refute_output
        timeout -k 2 10 ./nothing
    done
}

@test "two files of one program include the header, and both start goroutines" {
    need gcc
    cat >one.c <<'END'
#include "chan.h"
void other(chan(int) c, struct waitgroup *wg);
static void send_one(void *arg) { chan(int) c = arg; chan_send(c, 1); }
int main(void)
{
    chan(int) c = chan_make(int, 0);
    struct waitgroup wg = { 0 };
    int a, b;
    wg_go(&wg, send_one, c);
    other(c, &wg);
    chan_recv(c, &a);
    chan_recv(c, &b);
    wg_wait(&wg);
    chan_free(c);
    printf("%d\n", a + b);
}
END
    cat >two.c <<'END'
#include "chan.h"
void other(chan(int) c, struct waitgroup *wg);
static void send_two(void *arg) { chan(int) c = arg; chan_send(c, 2); }
void other(chan(int) c, struct waitgroup *wg) { wg_go(wg, send_two, c); }
END
    local flags ways=(-DCHAN_LAB -flto)
    ! whole_proof || ways=('' -static -flto -fsanitize=thread -DCHAN_LAB '-DCHAN_LAB -flto')
    for flags in "${ways[@]}"; do
        # shellcheck disable=SC2086  # words
        gcc "${STRICT[@]}" -Werror $flags one.c two.c -o program
        run -0 timeout -k 2 "$LIMIT" ./program
        assert_output 3
        [[ $flags == *LAB* ]] && state=chan_program_with_lab_ || state=chan_program_
        run -0 sh -c "nm program | grep -c ' $state\$'"
        assert_output 1 # what exists once per program, exists once
    done
}

@test "two shared libraries with headers of two layouts: each has threads of its own" {
    need gcc clang
    mkdir 1 2
    cp "$ROOT/common/chan.h" 1
    sed 's/atomic_llong stack_bytes;/atomic_llong more[40]; &/' 1/chan.h >2/chan.h
    run -1 cmp -s 1/chan.h 2/chan.h
    local number compiler
    for number in 1 2; do
        cat >$number.c <<END
#include "chan.h"
void start_$number(void);
static void end(void *arg) { (void)arg; }
void start_$number(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++)
        wg_go(&wg, end);
    wg_wait(&wg);
}
END
    done
    cat >main.c <<'END'
#include <stdio.h>
void start_1(void), start_2(void);
int main(void)
{
    start_1();
    start_2();
    start_1();
    puts("started");
}
END
    for compiler in gcc clang; do
        for number in 1 2; do
            "$compiler" -std=c11 -O2 -pthread -fPIC -shared -I$number $number.c -o lib$number.so
        done
        "$compiler" main.c ./lib1.so ./lib2.so -pthread -o program
        run -0 timeout -k 2 "$LIMIT" ./program
        assert_output started
    done
}

# only CC TEXT: the compiler refuses the file. It prints TEXT first, and after that only
# that it stops.
only() {
    run "$1" "${@:3}" -I"$ROOT/common" -fsyntax-only late.c
    assert_failure
    assert_equal "$(grep -c 'error:' <<<"$output")" 2
    [[ $(grep -m 1 'error:' <<<"$output") == *"$2"* ]]
    [[ $(grep 'error:' <<<"$output" | tail -n 1) == *'see the #error above'* ]]
}

@test "where the header cannot be included, one error gives the reason" {
    need gcc clang g++
    local compiler
    cat >late.c <<'END'
#include <stdio.h>
#include "chan.h"
int main(void) { chan(int) c = chan_make(int, 1); chan_send(c, 1); puts("sent"); return 0; }
END
    for compiler in gcc clang; do
        only "$compiler" 'include chan.h before every other header' -std=c11
        only "$compiler" 'chan.h needs C11: compile with -std=c11' -std=c99 -Wpedantic
        only "$compiler" 'chan.h is for C' -x c++
        only "$compiler" 'chan.h needs a 64-bit machine' -std=c11 -U__SIZEOF_INT128__
        run -0 "$compiler" -std=c11 -D_GNU_SOURCE -I"$ROOT/common" -fsyntax-only late.c
        refute_output
    done
    only g++ 'chan.h is for C' -x c++
    mkdir alone
    cp "$ROOT/common/chan.h" alone
    sed -i 1d late.c
    for compiler in gcc clang; do
        run -0 "$compiler" -std=c11 -Ialone -fsyntax-only -Wno-implicit-function-declaration late.c
        ROOT=$PWD/nowhere only "$compiler" '-DCHAN_LAB needs chan_lab.h and the folder lab/' -std=c11 -Ialone -DCHAN_LAB
    done
}

@test "other 64-bit machines spin without a pause instruction" {
    need riscv64-linux-gnu-gcc
    program '' >right.c
    run -0 riscv64-linux-gnu-gcc "${STRICT[@]}" -Werror -c right.c -o right.o
    refute_output
}

# The program uses the short names itself, beside the header's long ones.
own_names() {
    cat >names.c <<'END'
#define CHAN_NO_SHORT_NAMES
#include "chan.h"
struct robot { void (*go)(int); };
static void walk(int n) { printf("walk %d\n", n); }
static void sleep_ms(int n) { printf("sleep %d\n", n); }
static long now_ms(void) { return 7; }
static int defer(int n, int m) { return n + m; }
static void say(void *arg) { puts(arg); }
static void worker(void *arg) { chan(int) c = arg; chan_send(c, 1); }
int main(void)
{
    struct robot r = { walk };
    chan(int) c = chan_make(int, 0);
    chan_defer(say, "deferred");
    chan_go(worker, c);
    chan_recv(c, NULL);
    chan_sleep_ms(1);
    r.go(3);
    sleep_ms(4);
    printf("%ld %d %d\n", now_ms(), defer(1, 2), chan_now_ms() >= 0);
    chan_free(c);
    return 0;
}
END
    "$@" "${STRICT[@]}" -Werror names.c -o names
    run -0 timeout -k 2 "$LIMIT" ./names
    assert_output "$(printf '%s\n' 'walk 3' 'sleep 4' '7 3 1' deferred)"
}

@test "CHAN_NO_SHORT_NAMES: go, defer, sleep_ms and now_ms belong to the program" {
    need gcc clang
    own_names gcc
    own_names gcc -DCHAN_LAB
    own_names clang
    own_names clang -DCHAN_LAB
}

# tests_defer FILE: both defers of the program run, C's own and chan_defer.
tests_defer() {
    clang-22 -fdefer-ts -std=c23 "${STRICT[@]:1}" -Werror "$@" -o both
    run -0 timeout -k 2 "$LIMIT" ./both
    assert_output "$(printf '%s\n' body "C's" header)"
}

@test "where C has a defer of its own, the header's is chan_defer, whichever comes first" {
    wish clang-22
    local rest='static void say(void *arg) { puts(arg); }
int main(void)
{
    chan_defer(say, "header");
    defer { puts("C'"'"'s"); }
    puts("body");
    return 0;
}'
    printf '#include "chan.h"\n#include <stddefer.h>\n%s\n' "$rest" >first.c
    printf '#define _GNU_SOURCE\n#include <stddefer.h>\n#include "chan.h"\n%s\n' "$rest" >last.c
    tests_defer first.c
    tests_defer last.c
    tests_defer first.c -DCHAN_LAB
}

# Options that projects use and that are not in -Wall -Wextra. Some of them warn about
# every compound literal, and then -isystem helps, as README says.
@test "the header is silent under the compilers' other warnings" {
    need gcc clang
    echo '#include "chan.h"' >header.c
    local option options=(-Wdeclaration-after-statement -Wcast-qual -Wcast-align
        -Wduplicated-branches -Wduplicated-cond -Wlogical-op -Wnull-dereference -Wdouble-promotion
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wredundant-decls
        -Wnested-externs -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wbad-function-cast
        -Wswitch-enum -Wunused-macros -Wformat=2 -Wfloat-equal -Wstack-protector -Walloca
        -Wjump-misses-init -Wsign-conversion -Warith-conversion -Wpadded)
    for option in "${options[@]}"; do
        run -0 gcc "${STRICT[@]}" -Werror "$option" -c header.c -o header.o
        refute_output
    done
    for option in "${options[@]}"; do # in a program's own lines, but for what each line causes
        case $option in *padded | *declaration* | *switch-enum | *branches) continue ;; esac
        right_uses gcc "$option"
    done
    run clang "${STRICT[@]}" -Weverything -fsyntax-only header.c
    refute_output --regexp 'warning: .*\[-W(declaration-after|comma|missing-variable|padded|atomic-implicit)'
}

@test "analyzers believe that a receive fills its variable" {
    need gcc clang
    cat >analyzed.c <<'END'
#include "chan.h"
int first(chan(int) jobs, chan(int) others);
int first(chan(int) jobs, chan(int) others)
{
    int v, w;
    bool ok;
    for (int job; chan_recv(jobs, &job);)
        printf("%d\n", job);
    switch (chan_select(chan_on_recv(jobs, &v, &ok), chan_on_recv(others, &w))) {
    case 0: return ok ? v : 2;
    case 1: return w;
    }
    return 0;
}
END
    run clang --analyze -std=c11 -I"$ROOT/common" analyzed.c -o analyzed.plist
    refute_output --partial 'garbage'
    refute_output --partial 'uninitialized'
    # At -O2 gcc 12 warns about inlined code, without a line, that `into` is uninitialized.
    run -0 gcc "${STRICT[@]}" -O1 -fanalyzer -c analyzed.c -o analyzed.o
    refute_output
}

@test "a receive takes nullptr where C has it" {
    need clang-22
    program 'chan_recv(ints, nullptr); chan_select(chan_on_recv(ints, nullptr, &ok), CHAN_DEFAULT); chan_free(nullptr);' >null.c
    run -0 clang-22 -std=c23 "${STRICT[@]:1}" -Werror -fsyntax-only null.c
    refute_output
}

@test "a value larger than CHAN_VALUE_BYTES is refused, and sent when that is raised" {
    need gcc clang
    cat >large.c <<'END'
#ifdef RAISED
#define CHAN_VALUE_BYTES (2 * 1024 * 1024)
#endif
#include "chan.h"
struct image { unsigned char pixel[1024 * 1024]; };
static struct image still = { { 42 } }, got;
static void camera(void *arg)
{
    chan(struct image) pictures = arg;
    chan_select(chan_on_send_from(pictures, &still));
#ifdef COPIED
    chan_send(pictures, still);
#endif
}
int main(void)
{
    chan(struct image) pictures = chan_make(struct image, 2);
    go_stack_bytes(8 * 1024 * 1024);
    go(camera, pictures);
    chan_recv(pictures, &got);
#ifdef COPIED
    chan_recv(pictures, &got);
#endif
    chan_free(pictures);
    printf("begins with %d\n", got.pixel[0]);
    return 0;
}
END
    local compiler flags
    for compiler in gcc clang; do
        for flags in -O0 -O2 '-O0 -DCHAN_LAB'; do
            # shellcheck disable=SC2086  # words
            run "$compiler" -std=c11 $flags -DCOPIED -pthread "-I$ROOT/common" -fsyntax-only large.c
            assert_failure
            assert_output --partial 'send a pointer to it, or define CHAN_VALUE_BYTES'
            # shellcheck disable=SC2086  # words
            "$compiler" -std=c11 $flags -pthread "-I$ROOT/common" large.c -o uncopied
            run -0 timeout -k 2 "$LIMIT" ./uncopied
            assert_output 'begins with 42'
            # shellcheck disable=SC2086  # words
            "$compiler" -std=c11 $flags -DCOPIED -DRAISED -pthread "-I$ROOT/common" large.c -o copied
            run -0 timeout -k 2 "$LIMIT" ./copied
            assert_output 'begins with 42'
        done
    done
}

@test "SIGSTKSZ is no constant behind the header, as README says" {
    need gcc
    echo '#include "chan.h"
static char stack[SIGSTKSZ];
int main(void) { return stack[0]; }' >stack.c
    run -1 gcc -std=c11 -pthread "-I$ROOT/common" -fsyntax-only stack.c
    sed 's/SIGSTKSZ/64 * 1024/' stack.c >fixed.c
    run -0 gcc -std=c11 -pthread "-I$ROOT/common" -fsyntax-only fixed.c
}
