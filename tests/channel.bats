#!/usr/bin/env bats
# shellcheck disable=SC2154  # run sets stderr
load helper

holds() {
    assert_output - <<'END'
open     send, nobody receives     waits
open     receive, nobody sends     waits
open     send, somebody receives   returns
open     receive, somebody sends   true, v = 42
open     receive, until a close    false, v = 0
open     close                     returns
open     len, cap, free            0, 3, returns
closed   receive, one is left      true, v = 7
closed   receive, none is left     false, v = 0
closed   send                      panic: send on closed channel
closed   close                     panic: close of closed channel
closed   len, cap, free            0, 1, returns
NULL     send                      waits
NULL     receive                   waits
NULL     close                     panic: close of nil channel
NULL     len, cap, free            0, 0, returns
END
}

@test "every call answers as the table says" {
    repeat run_holds channel
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold channel
}

@test "keeps its panics to itself" {
    # Who panics is a child process; of such ones valgrind need not speak.
    export VALGRIND_OPTS="${VALGRIND_OPTS-} --child-silent-after-fork=yes"
    run -0 --separate-stderr play channel
    assert_equal "$stderr" ''
}

@test "ends when nobody reads its output" {
    local ends
    play channel | head -n 1
    ends=${PIPESTATUS[0]}
    # It was done before it could notice, or SIGPIPE ended it.
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes no arguments" {
    run -0 --separate-stderr play channel -h
    assert_output 'usage: channel'
    run -2 --separate-stderr play channel closed
    assert_output ''
    assert_equal "$stderr" 'usage: channel'
}
