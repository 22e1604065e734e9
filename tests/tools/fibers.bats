#!/usr/bin/env bats
# The tools that find mistakes also find them in a goroutine that is a fiber, and report
# nothing in a correct one. The last test runs fibers on another processor.
# shellcheck disable=SC2016  # the dollars are gdb's
load ../helper

setup() {
    planted=$BATS_TEST_TMPDIR/planted
}

# planted_with COMPILER [OPTION...]: compiles planted.c with fibers.
planted_with() {
    need "$1"
    "$1" -std=gnu11 -O1 -g -pthread -DCHAN_FIBERS -I"$ROOT/common" "${@:2}" -o "$planted" \
        "$ROOT/tests/tools/planted.c"
}

# finds WORDS MISTAKE [WRAPPER...]: the tool reports the mistake, and nothing without it.
# All goroutines run on one core, where a switch must not hide a race.
finds() {
    run timeout -k 2 60 taskset -c "$core" "${@:3}" "$planted" "$2"
    assert_output --partial "$1"
    run -0 timeout -k 2 60 taskset -c "$core" "${@:3}" "$planted"
    assert_output ''
}

# A core on which this process may run.
one_core() {
    need taskset
    core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
}

@test "ThreadSanitizer finds a race between two fibers of one worker" {
    one_core
    local cc
    for cc in gcc clang; do
        planted_with $cc -fsanitize=thread
        finds 'data race' race
    done
}

@test "ThreadSanitizer: errno of a worker that has just begun is no race, and stays right" {
    local cc
    for cc in gcc clang; do
        need $cc
        $cc -std=c11 -O1 -g -pthread -fsanitize=thread -DCHAN_FIBERS -I"$ROOT/common" -o "$planted" \
            "$ROOT/patterns/goroutine-per-connection/goroutine-per-connection.c"
        run -0 timeout -k 2 60 "$planted" -i 100 30
    done
}

@test "AddressSanitizer finds an overflow in a fiber" {
    one_core
    local cc
    for cc in gcc clang; do
        planted_with $cc -fsanitize=address
        finds 'stack-buffer-overflow' overflow
    done
}

@test "LeakSanitizer finds what a finished fiber has lost, not what a parked one keeps" {
    one_core
    local cc
    for cc in gcc clang; do
        planted_with $cc -fsanitize=address
        finds '77 byte(s) leaked in 1 allocation(s)' leak
    done
}

@test "valgrind finds a read of unset memory in a fiber" {
    one_core
    need valgrind
    planted_with gcc
    # The stacks are 256 KiB apart. A larger step of the stack pointer than this is a
    # switch for valgrind, and a smaller one is a deep call.
    finds 'Conditional jump or move depends on uninitialised value' unset valgrind -q --max-stackframe=100000
}

# waiting.c: main, one goroutine that waits for a value, and one that waits for a time.
waiting_c() {
    sed 's/^=//' >"$BATS_TEST_TMPDIR/waiting.c" <<'END'
=#include "chan.h"
=static chan(int) never;
=static void ends(void *unused) { (void)unused; }
=static void waits_for_value(void *unused)
={
=    (void)unused;
=    chan_recv(never, NULL);
=    ends(NULL);
=}
=static void waits_for_time(void *unused)
={
=    (void)unused;
=    sleep_ms(600000);
=    ends(NULL);
=}
=int main(void)
={
=    never = chan_make(int, 0);
=    go(ends, NULL);
=    go(waits_for_value, NULL);
=    go(waits_for_time, NULL);
=    for (int i = 0; i < 20000; i++) {
=        sleep_ms(1); /* Then all others are idle, unless some goroutine still runs. */
=        if (chan_fibers_.n_heap == 1 && chan_fibers_.n_idle == chan_fibers_.n_alive - 1)
=            break;
=    }
=    raise(SIGTRAP);
=}
END
}

# goroutines OPTION: what gdb says about this program, compiled with the option. The registers
# of the selected thread are printed before and after.
goroutines() {
    gcc -std=gnu11 "$1" -g -pthread -DCHAN_FIBERS -I"$ROOT/common" -o "$planted" waiting.c
    timeout -k 2 60 gdb -batch -nx -x "$ROOT/common/chan-gdb.py" -ex 'set pagination off' \
        -ex run -ex 'print $pc' -ex goroutines -ex 'print $pc' -ex kill "$planted" 2>&1
}

@test "gdb: the command goroutines shows each goroutine's state, place and backtrace" {
    need gdb gcc
    cd "$BATS_TEST_TMPDIR"
    waiting_c
    local option
    for option in -O0 -O2; do
        run goroutines "$option"
        [[ $output != *'Could not trace'* && $output != *'ptrace: '* ]] || skip 'gdb may not trace here'
        assert_success
        assert_line 'goroutine 0 runs, main'
        assert_line --regexp '^goroutine [12] waits, started at waiting.c:20$'
        assert_line --regexp '^goroutine [12] waits, with a deadline, started at waiting.c:21$'
        refute_output --partial 'goroutine 3'
        assert_line --regexp '^#[0-9]+ .*waits_for_value \(.*\) at waiting.c:7$'
        assert_line --regexp '^#[0-9]+ .*waits_for_time \(.*\) at waiting.c:13$'
        assert_equal "$(grep -c '^\$[12] = ' <<<"$output")" 2
        assert_equal "$(sed -n 's/^\$1 = //p' <<<"$output")" "$(sed -n 's/^\$2 = //p' <<<"$output")"
    done
}

@test "arm64: fibers run under qemu, with the same results" {
    need aarch64-linux-gnu-gcc qemu-aarch64
    [[ -e /usr/aarch64-linux-gnu/include/stdio.h ]] || skip 'the headers of arm64 are missing'
    local name rounds
    # Not what has to run out of memory or of stack: qemu does not know these limits.
    for name in header/values header/memory header/waitgroup stress/tokens; do
        rounds=()
        [[ $name != stress/* ]] || rounds=(-r 2)
        aarch64-linux-gnu-gcc -std=c11 -O2 -g -static -pthread -DCHAN_FIBERS -I"$ROOT/common" \
            -o "$BATS_TEST_TMPDIR/program" "$ROOT/tests/$name.c"
        COOKBOOK_SLOW=1 COOKBOOK_LIMIT=60 timeout -k 2 120 qemu-aarch64 \
            "$BATS_TEST_TMPDIR/program" "${rounds[@]}" >"$BATS_TEST_TMPDIR/said" ||
            fail "$name: $(tail -n 5 "$BATS_TEST_TMPDIR/said")"
    done
}
