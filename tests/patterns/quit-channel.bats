#!/usr/bin/env bats
load ../helper

holds() {
    assert_output - <<'END'
watchman: 1 o'clock, and all is well
watchman: 2 o'clock, and all is well
watchman: 3 o'clock, and all is well
main: go home
(the watchman locks the gate)
watchman: good night
END
}

@test "asks to stop, waits for the clean-up, hears the goodbye" {
    repeat run_holds quit-channel
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold quit-channel
}

@test "stops him before his first call" {
    run -0 play quit-channel 0
    assert_output $'main: go home\n(the watchman locks the gate)\nwatchman: good night'
}

@test "hears exactly as many calls as were asked for" {
    run -0 play quit-channel 12
    assert_equal "$(grep -c 'all is well$' <<<"$output")" 12
    assert_line --index 11 "watchman: 12 o'clock, and all is well"
    assert_line --index 12 'main: go home'
}

@test "takes one number, within its limits" {
    takes_number quit-channel HOURS 0 12 3
}
