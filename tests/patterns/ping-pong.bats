#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# A rally of HITS hits: ping begins, and the ball has counted each hit.
rally() { # HITS
    awk -v hits="$1" 'BEGIN {
        for (hit = 1; hit <= hits; hit++) print (hit % 2 ? "ping" : "pong") ": hit " hit
        print "main: " hits " hits"
    }'
}

@test "the hits alternate, ping begins, none is lost" {
    holds() { assert_output "$(rally 6)"; }
    repeat run_holds ping-pong
}

@test "the same holds under every seed, and nothing is left behind" {
    holds() { assert_output "$(rally 6)"; }
    seeds_hold ping-pong
}

@test "a long rally, odd or even, is counted exactly" {
    holds() { assert_output "$(rally 1)"; }
    repeat run_holds ping-pong 1
    holds() { assert_output "$(rally 301)"; }
    repeat run_holds ping-pong 301
}

@test "ends when its output is not read" {
    local ends
    play ping-pong 100000 | head -n 1
    ends=${PIPESTATUS[0]}
    # It had finished before the pipe was closed, or SIGPIPE ended it.
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number ping-pong HITS 1 2147483647 6
}
