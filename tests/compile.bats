#!/usr/bin/env bats
# What the compilers say to users of common/chan.h: nothing about right uses,
# and a diagnostic for each wrong one.
# shellcheck disable=SC2030,SC2031  # bats sets $status where it is read
load helper

STRICT=(-std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -pthread "-I$ROOT/common")

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# program LINE...: a file whose main holds these lines.
program() {
    cat <<'END'
#include "chan.h"
struct job { int id, n; };
static void worker(void *arg) { (void)arg; }
static int not_a_worker(void) { return 0; }
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
    (void)text; (void)twin; (void)cases; (void)take_doubles; (void)give_ints;
END
    printf '    %s\n' "$@"
    echo '    chan_free(ints); chan_free(doubles); chan_free(texts); chan_free(jobs);'
    echo '}'
}

# refused CC LINE: the compiler has something to say about this line.
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

# Everything that is right, in every form, without a word.
right_uses() {
    cat >right.c <<'END'
#include "chan.h"
struct node { int id; chan(struct node) next; chan(chan(int)) of; };
struct job { int id, n; };
struct big { char bytes[4096]; };
typedef void (*callback)(void *);
static void worker(void *arg) { const struct job *j = arg; (void)j; }
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
    take(&(struct node){ .id = 1, .next = nodes }); chan_free(NULL);
    return chan_cap(c) == 2 ? 0 : 1;
}
END
    run "$@" "${STRICT[@]}" -Werror -c right.c -o right.o
    assert_success
    refute_output
}

# whole_proof: in make check, with every compiler and level; make test takes two.
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
    # Each takes seconds: all of them where everything is proved.
    ! whole_proof || files+=(tests/header/select tests/header/waitgroup)
    mkdir without
    "$ROOT/scripts/snippet" --header >without/chan.h
    run -1 grep CHAN_LAB without/chan.h
    for compiler in gcc clang; do
        for file in "${files[@]}"; do
            "$compiler" -std=c11 -O2 -pthread -c "-I$ROOT/common" "$ROOT/$file.c" -o hooks.o
            "$compiler" -std=c11 -O2 -pthread -c -Iwithout "$ROOT/$file.c" -o none.o
            cmp hooks.o none.o
        done
    done
}

@test "a file with the laboratory and one without do not link" {
    need gcc clang
    echo '#include "chan.h"
    int main(void) { chan_free(chan_make(int, 0)); }' >one.c
    echo '#include "chan.h"
    void other(void); void other(void) { chan_free(chan_make(int, 0)); }' >two.c
    for compiler in gcc clang; do
        "$compiler" -std=c11 -O1 -pthread -c "-I$ROOT/common" one.c two.c
        "$compiler" -pthread one.o two.o
        "$compiler" -std=c11 -O1 -pthread -c "-I$ROOT/common" -DCHAN_LAB two.c
        run "$compiler" -pthread one.o two.o
        assert_failure
        assert_output --partial chan_program_
        "$compiler" -std=c11 -O1 -pthread -c "-I$ROOT/common" -DCHAN_LAB one.c
        "$compiler" -pthread one.o two.o
    done
}

@test "who includes it and uses nothing of it hears nothing" {
    need gcc clang
    printf '#include "chan.h"\nint main(void) { return 0; }\n' >nothing.c
    for compiler in gcc 'gcc -O0 -std=gnu11' clang 'clang -O0 -std=gnu17'; do
        # shellcheck disable=SC2086  # words
        run -0 $compiler "${STRICT[@]}" -Wunused -Werror nothing.c -o nothing
        refute_output
        ./nothing
    done
}

@test "two files of one program include it, and both spawn" {
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

@test "it is not for C++, and says so" {
    need g++
    echo '#include "chan.h"' >program.cc
    run ! g++ -I"$ROOT/common" -c program.cc -o program.o
    assert_output --partial 'chan.h is for C'
}

@test "included too late, it says so; -D_GNU_SOURCE is the way out" {
    need gcc
    printf '#include <stdio.h>\n#include "chan.h"\nint main(void) { return 0; }\n' >late.c
    run ! gcc -std=c11 -I"$ROOT/common" -c late.c -o late.o
    assert_output --partial 'before every other header'
    run -0 gcc -std=c11 -D_GNU_SOURCE -I"$ROOT/common" -c late.c -o late.o
}
