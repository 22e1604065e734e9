#!/usr/bin/env bats
load ../helper

# What every run must show.
holds() {
    assert_output "$(transcript two-processes)"
    assert_equal "$stderr" ''
}

@test "the child receives each line whole, in order, and then the end" {
    repeat run_holds two-processes
}

@test "many lines fill the socket, and none is lost or torn" {
    local n=20000
    run -0 play two-processes $n
    assert_equal "$(sed -n 's/^child: [0-9]* bytes: record \([0-9]*\)\.*$/\1/p' <<<"$output" | cksum)" \
        "$(seq $n | cksum)"
    assert_equal "$(wc -l <<<"$output")" $((n + 2))
}

@test "no line at all is an end, too" {
    run -0 play two-processes 0
    assert_output $'child: the channel is closed\nparent: the child has ended'
}

@test "a child that ends early is status 1 of the parent" {
    into_closed_pipe 10 two-processes 100000
    onto_full_disk two-processes
    assert_equal "$status" 1
}

@test "takes a number of records" {
    takes_number two-processes RECORDS 0 1000000 3
}
