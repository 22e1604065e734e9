#!/usr/bin/env bats
# When memory or threads run out, the header panics with the reason, at every place. It
# never hangs, crashes or returns a wrong result.
load ../helper

setup_file() {
    local program
    for program in faults eat; do
        (cd "$ROOT" && "${CC:-cc}" -std=c11 -O2 -g -Wall -Wextra -Wpedantic \
            -Wconversion -Wshadow -Werror -pthread -Icommon \
            -o "$BATS_FILE_TMPDIR/$program" "tests/faults/$program.c")
    done
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return
}

# in_turn WHAT LEAST PANIC...: at least LEAST faults are met, one at a time, and the program
# handles each of them. Each PANIC must be among the outcomes.
in_turn() {
    local what=$1 least=$2 panic
    shift 2
    run -0 timeout -k 2 60 ./faults "$what" -v
    assert_line --index -1 --regexp '^[0-9]+ faults, [0-9]+ panics$'
    # There are many places. Fewer need a thread, because ended threads are used again.
    ((${lines[-1]%% *} >= least)) || fail "only ${lines[-1]}"
    for panic; do
        assert_line --regexp "^panic: no $panic \\("
    done
}

# The allocations of the header, and the panics if they fail.
memory=(
    'channel of [023] values: (Cannot allocate|Out of) memory'
    'select of 13 cases: (Cannot allocate|Out of) memory'
    'goroutine with [0-9]+ bytes: (Cannot allocate|Out of) memory'
    'thread for goroutine [0-9]+: (Cannot allocate|Out of) memory'
)

# starving KIB WHAT: prints the standard error of ./eat WHAT, which ends by abort().
starving() {
    # A shell of its own for the limit.
    # shellcheck disable=SC2016
    run bash -c 'ulimit -v "$1" && exec timeout -k 2 30 ./eat "$2"' - "$1" "$2"
    assert_equal "$status" 134
    assert_equal "${#lines[@]}" 1
}

@test "an allocation that fails, each in turn: panics with the reason and the place" {
    in_turn memory 30 "${memory[@]}"
}

@test "no more memory from some allocation on, each in turn: panics all the same" {
    in_turn memory-for-good 30 "${memory[@]}"
}

@test "pthread_create that fails with EAGAIN, each in turn: panics with the reason and the place" {
    in_turn threads 3 'thread for goroutine [0-9]+: [A-Z].*'
}

@test "no more threads from some goroutine on, each in turn: panics all the same" {
    in_turn threads-for-good 3 'thread for goroutine [0-9]+: [A-Z].*'
}

@test "the system's own end of memory, for channels: panics with the number of values" {
    starving 200000 channels
    assert_output --regexp '^panic: no channel of 1000 values: (Cannot allocate|Out of) memory \(.*eat\.c:[0-9]+\)$'
}

@test "the system's own end of memory, for goroutines: panics with the number of the goroutine" {
    starving 200000 goroutines
    assert_output --regexp '^panic: no thread for goroutine [0-9]{3,}: .* \(.*eat\.c:[0-9]+\)$'
}

@test "a select for which there is no memory: panics with the number of cases" {
    starving 200000 select
    assert_output --regexp '^panic: no select of 1099511627776 cases: (Cannot allocate|Out of) memory \(.*eat\.c:[0-9]+\)$'
}
