#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# A rally of so many hits, ping first, and what the ball says at the end.
rally() {
    awk -v hits="$1" 'BEGIN {
        for (hit = 1; hit <= hits; hit++) print (hit % 2 ? "ping " : "pong ") hit
        print "the ball has counted " hits
    }'
}

@test "the hits alternate, ping begins, none is lost" {
    holds() { assert_output "$(rally 6)"; }
    repeat run_holds ping-pong
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    holds() { assert_output "$(rally 6)"; }
    seeds_hold ping-pong
}

@test "a long rally, odd or even, is counted exactly" {
    holds() { assert_output "$(rally 1)"; }
    repeat run_holds ping-pong 1
    holds() { assert_output "$(rally 301)"; }
    repeat run_holds ping-pong 301
}

@test "ends when nobody reads its output" {
    local ends
    play ping-pong 100000 | head -n 1
    ends=${PIPESTATUS[0]}
    # It was done before it could notice, or SIGPIPE ended it.
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number ping-pong HITS 1 2147483647 6
}
