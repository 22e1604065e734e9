#!/usr/bin/env bats
load ../helper

# What every run must show, with $n flashes; under a seed also $took, exactly.
n=3 took='~ '

holds() {
    local want
    want=$(seq -f 'ship: flash %g' "$n")
    assert_output "${want:+$want$'\n'}main: it is dawn
lighthouse: lamp out, after $n flashes"
    assert_regex "$stderr" "^$took"
}

@test "flashes as often as the ship waits for, then dawn, then the end of the loop" {
    repeat run_holds ticker
    n=12
    run_holds ticker 12
}

@test "keeps to the beat whatever a flash takes: in virtual time to the millisecond" {
    took='~ 75 ms since dusk$' # 3 beats of 20 ms, and the last turn
    seeds_hold ticker
    n=50 took='~ 1015 ms since dusk$'
    SEEDS=5 seeds_hold ticker 50
    n=50 took='~ 1000 ms since dusk$'
    SEEDS=5 seeds_hold ticker 50 0
}

@test "when a flash takes longer than the beat it does not rest, and ends all the same" {
    n=4 took='~ 140 ms since dusk$' # one beat, and 4 turns
    SEEDS=5 seeds_hold ticker 4 30
}

# A tick is there, too, when it looks up from the last turn: it must not matter.
@test "the dawn ends the loop at once, even after a turn longer than the beat" {
    many_seeds
    local seed trace=$BATS_TEST_TMPDIR/trace.json
    n=4
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_TRACE=$trace CHAN_SEED=$seed run_holds ticker 4 30
        run -0 sed -n 's/.*"tid":2,"ts":\([0-9]*\).*"name":"end".*/\1/p' "$trace"
        assert_output 140000
    done
}

@test "never flashes before its time" {
    local began
    began=$(now_us)
    n=10
    run_holds ticker 10 0
    (($(now_us) - began >= 10 * 20 * 1000))
}

@test "a night without a flash ends as well" {
    n=0
    repeat run_holds ticker 0
    n=0 took='~ 0 ms'
    seeds_hold ticker 0
}

@test "each number keeps to its limits" {
    takes ticker '[FLASHES [TURN_MS]]    (0 to 1000: 3, 15 ms)' -1 1001 '3 -1' '3 1001' '3 4 5'
}
