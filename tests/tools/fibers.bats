#!/usr/bin/env bats
# The tools that find mistakes also find them in a goroutine that is a fiber, and report
# nothing in a correct one. The last test runs fibers on another processor.
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
