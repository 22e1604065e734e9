#!/usr/bin/env bats
load ../helper

# totals LINE: reads its four numbers, and checks what every shutdown must show.
totals() {
    [[ $1 =~ ^(drain|quit):\ accepted\ ([0-9]+),\ refused\ ([0-9]+)\;\ finished\ ([0-9]+),\ dropped\ ([0-9]+)$ ]] ||
        fail "not a line of totals: $1"
    how=${BASH_REMATCH[1]} accepted=${BASH_REMATCH[2]} refused=${BASH_REMATCH[3]}
    finished=${BASH_REMATCH[4]} dropped=${BASH_REMATCH[5]}
    assert_equal $((accepted + refused)) 12
    assert_equal $((finished + dropped)) "$accepted"
}

# What every run must show: a drain finishes each accepted request, and a quit
# drops no more than the queue has slots.
holds() {
    assert_equal "${#lines[@]}" 3
    totals "${lines[0]}"
    assert_equal "$how $dropped" 'drain 0'
    totals "${lines[1]}"
    assert_equal "$how" quit
    ((dropped <= 2)) || fail "$dropped requests dropped from a queue with 2 slots"
    assert_line --index 2 'every request is accounted for'
    assert_equal "$stderr" ''
}

@test "a drain finishes what was accepted, a quit drops what is queued and counts it" {
    repeat run_holds drain
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold drain
    local ms
    for ms in 0 1 5 10 19 40; do
        SEEDS=10 seeds_hold drain "$ms"
    done
}

# In virtual time the queue is full at 25 ms, and half of the requests are yet to come.
@test "at 25 ms some requests are refused, and a quit drops some" {
    knows_seeds
    local seed
    for ((seed = 1; seed <= SEEDS; seed++)); do
        CHAN_SLEEPS=exact CHAN_SEED=$seed run -0 --separate-stderr play drain
        holds
        ((dropped >= 1 && refused >= 4 && refused <= 6)) || fail "CHAN_SEED=$seed: ${lines[1]}"
    done
}

# The trace of a drain: main closes at 10 ms. What the workers receive at 15 ms was
# accepted before that.
@test "accepts nothing after closing, and goes on with what it has accepted" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    CHAN_TRACE=trace.json CHAN_SEED=5 run -0 play drain drain 10
    assert_line --index 0 'drain: accepted 4, refused 8; finished 4, dropped 0'
    run -0 grep 'send on s->requests' trace.json
    assert_equal "${#lines[@]}" 4
    refute_line --regexp '"ts":(1[1-9]|[2-9].)...[.]'
    run -0 grep -c '"ts":15000.*receive on s->requests' trace.json
    assert_output 2
}

@test "a request that comes in time is finished, whether a drain or a quit follows" {
    knows_seeds
    local seed
    for seed in 1 2 3 4 5; do
        CHAN_SLEEPS=exact CHAN_SEED=$seed run -0 play drain drain 1000
        assert_output $'drain: accepted 12, refused 0; finished 12, dropped 0\nevery request is accounted for'
        CHAN_SLEEPS=exact CHAN_SEED=$seed run -0 play drain quit 1000
        assert_output $'quit: accepted 12, refused 0; finished 12, dropped 0\nevery request is accounted for'
    done
}

@test "no request is accepted after closing, although the queue has free slots" {
    local seed
    knows_seeds
    for seed in 1 2 3 4 5; do
        CHAN_SLEEPS=exact CHAN_SEED=$seed run -0 play drain 0
        assert_output "drain: accepted 0, refused 12; finished 0, dropped 0
quit: accepted 0, refused 12; finished 0, dropped 0
every request is accounted for"
    done
}

@test "takes one of two ways, and then a number within its limits" {
    takes drain '[drain | quit] [OPEN_MS]    (0 to 1000: 25)' -1 1001 often 'quit 1001' '3 quit' 'quit quit'
}
