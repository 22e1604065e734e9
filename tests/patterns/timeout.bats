#!/usr/bin/env bats
load ../helper

# In virtual time it is exact.
holds() {
    assert_output - <<'END'
ann: 1 2 3 (silent for too long: main hangs up)
ann has hung up, too
bob: 1 2 3 ... (talking for too long: main hangs up)
bob has hung up, too
END
}

# Beside other processes ann and bob may get a core too late for some of their words,
# or for all of them: their time limit is one of the clock.
hung_up() {
    assert_equal "${#lines[@]}" 4
    assert_line --index 0 --regexp '^ann:( [123])* \(silent for too long: main hangs up\)$'
    assert_line --index 1 'ann has hung up, too'
    assert_line --index 2 --regexp '^bob:.* \(talking for too long: main hangs up\)$'
    assert_line --index 3 'bob has hung up, too'
}

@test "gives up on ann's silence and on bob's endless talk, and both know it" {
    holds() { hung_up; }
    repeat run_holds timeout
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold timeout
}

@test "gives up for the same reasons, however short its patience" {
    local ms
    for ms in 0 1 15 40; do
        run -0 play timeout "$ms"
        hung_up
    done
}

@test "waits the whole time before it gives up, in both calls" {
    local began
    began=$(now_us)
    run -0 play timeout 250
    (($(now_us) - began >= 2 * 250 * 1000))
}

@test "takes one number, within its limits" {
    takes_number timeout MILLISECONDS 0 3599999 300
}
