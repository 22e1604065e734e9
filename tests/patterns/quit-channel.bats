#!/usr/bin/env bats
load ../helper

holds() {
    assert_output - <<'END'
main: received result 1
main: received result 2
main: received result 3
main: sends quit
worker: has cleaned up
main: received done
END
}

@test "asks the worker to quit, waits for its clean-up, receives its answer" {
    repeat run_holds quit-channel
}

@test "the same holds for every seed, and nothing is left behind" {
    seeds_hold quit-channel
}

@test "stops the worker before its first result" {
    run -0 play quit-channel 0
    assert_output $'main: sends quit\nworker: has cleaned up\nmain: received done'
}

@test "receives exactly as many results as it was asked for" {
    run -0 play quit-channel 12
    assert_equal "$(grep -c '^main: received result ' <<<"$output")" 12
    assert_line --index 11 'main: received result 12'
    assert_line --index 12 'main: sends quit'
}

@test "takes one number, within its limits" {
    takes_number quit-channel RESULTS 0 12 3
}
