#!/usr/bin/env bats
load ../helper

# What every run must show, with $n samples; under a seed also $took, exactly.
n=3 took='~ '

holds() {
    local want
    want=$(seq -f 'main: sample %g' "$n")
    assert_output "${want:+$want$'\n'}main: stop
sampler: stopped after $n samples"
    assert_regex "$stderr" "^$took"
}

@test "takes as many samples as main receives, and then stops" {
    repeat run_holds ticker
    n=12
    run_holds ticker 12
}

@test "does not drift, however long the work takes: in virtual time to the millisecond" {
    took='~ 3 samples in 75 ms$' # 3 intervals of 20 ms, and 15 ms of work
    seeds_hold ticker
    n=50 took='~ 50 samples in 1015 ms$'
    SEEDS=5 seeds_hold ticker 50
    n=50 took='~ 50 samples in 1000 ms$'
    SEEDS=5 seeds_hold ticker 50 0
}

@test "does not pause if the work takes longer than the interval, and stops all the same" {
    n=4 took='~ 4 samples in 140 ms$' # one interval, and 4 times the work
    SEEDS=5 seeds_hold ticker 4 30
}

# After the last sample both a tick and the close are ready. The tick must not matter.
@test "the close of done stops the sampler at once, even if a tick is waiting" {
    many_seeds
    local seed trace=$BATS_TEST_TMPDIR/trace.json
    n=4
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_TRACE=$trace CHAN_SEED=$seed run_holds ticker 4 30
        run -0 sed -n 's/.*"tid":2,"ts":\([0-9]*\).*"name":"end".*/\1/p' "$trace"
        assert_output 140000
    done
}

@test "takes no sample before its tick" {
    local began
    began=$(now_us)
    n=10
    run_holds ticker 10 0
    (($(now_us) - began >= 10 * 20 * 1000))
}

@test "stops as well without a single sample" {
    n=0
    repeat run_holds ticker 0
    n=0 took='~ 0 samples in 0 ms'
    seeds_hold ticker 0
}

@test "each number keeps to its limits" {
    takes ticker '[SAMPLES [WORK_MS]]    (0 to 1000: 3, 15 ms)' -1 1001 '3 -1' '3 1001' '3 4 5'
}
