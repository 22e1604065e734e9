#!/usr/bin/env bats
load ../helper

# With a seed the time is virtual, so the output is exact.
holds() {
    assert_output - <<'END'
source 1: 1 2 3 (idle timeout)
source 1 has returned
source 2: 1 2 3 ... (total timeout)
source 2 has returned
END
}

# On a busy machine a source may run too late for some of its records, or for all
# of them, because the timeouts are real time.
timed_out() {
    assert_equal "${#lines[@]}" 4
    assert_line --index 0 --regexp '^source 1:( [123])* \(idle timeout\)$'
    assert_line --index 1 'source 1 has returned'
    assert_line --index 2 --regexp '^source 2:.* \(total timeout\)$'
    assert_line --index 3 'source 2 has returned'
}

@test "ends source 1 by the idle timeout and source 2 by the total timeout, and both return" {
    holds() { timed_out; }
    repeat run_holds timeout
}

@test "the same holds for every seed, and nothing is left behind" {
    seeds_hold timeout
}

@test "the same timeouts end the runs, however short they are" {
    local ms
    for ms in 0 1 15 40; do
        run -0 play timeout "$ms"
        timed_out
    done
}

@test "waits the whole time before each timeout" {
    local began
    began=$(now_us)
    run -0 play timeout 250
    (($(now_us) - began >= 2 * 250 * 1000))
}

@test "takes one number, within its limits" {
    takes_number timeout MILLISECONDS 0 3599999 300
}
