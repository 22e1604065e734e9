#!/usr/bin/env bats
load ../helper

# day LINE: reads its four numbers, and holds them to what every day must show.
day() {
    [[ $1 =~ ^(closing time|fire alarm):\ ([0-9]+)\ let\ in,\ ([0-9]+)\ turned\ away\;\ ([0-9]+)\ served,\ ([0-9]+)\ sent\ out$ ]] ||
        fail "not a day: $1"
    end=${BASH_REMATCH[1]} let_in=${BASH_REMATCH[2]} away=${BASH_REMATCH[3]}
    served=${BASH_REMATCH[4]} sent_out=${BASH_REMATCH[5]}
    assert_equal $((let_in + away)) 12
    assert_equal $((served + sent_out)) "$let_in"
}

# What every run must show: accepted is finished in a drain, and in a fire no
# more is sent out than there are chairs.
holds() {
    assert_equal "${#lines[@]}" 3
    day "${lines[0]}"
    assert_equal "$end $sent_out" 'closing time 0'
    day "${lines[1]}"
    assert_equal "$end" 'fire alarm'
    ((sent_out <= 2)) || fail "$sent_out sat on 2 chairs"
    assert_line --index 2 'nobody is missing'
    assert_equal "$stderr" ''
}

@test "finishes what it has accepted, or drops it and says so" {
    repeat run_holds drain
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold drain
    local ms
    for ms in 0 1 5 10 39 70; do
        SEEDS=10 seeds_hold drain "$ms"
    done
}

# In virtual time the shop is full at 25 ms, and half of them are yet to come.
@test "at 25 ms some are refused, and in a fire some are sent out" {
    knows_seeds
    local seed
    for ((seed = 1; seed <= SEEDS; seed++)); do
        CHAN_SEED=$seed run -0 --separate-stderr play drain
        holds
        ((sent_out >= 1 && away >= 7 && away <= 8)) || fail "CHAN_SEED=$seed: ${lines[1]}"
    done
}

# The trace of a day: at 10 ms the chairs were full, and main closed. What the
# barber takes at 15 and 25 ms was there before.
@test "takes nothing new when it is closed, and goes on with what it has" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    CHAN_TRACE=trace.json CHAN_SEED=10 run -0 play drain closing 10
    assert_line --index 0 'closing time: 3 let in, 9 turned away; 3 served, 0 sent out'
    run -0 grep 'send on shop->chairs' trace.json
    assert_equal "${#lines[@]}" 3
    refute_line --regexp '"ts":(1[1-9]|[2-9].)...[.]'
    run -0 grep -c '"ts":15000.*receive on shop->chairs.*"n":2' trace.json
    run -0 grep -c '"ts":25000.*receive on shop->chairs.*"n":3' trace.json
}

@test "who comes in time is served, in a drain or before a fire" {
    knows_seeds
    local seed
    for seed in 1 2 3 4 5; do
        CHAN_SEED=$seed run -0 play drain closing 1000
        assert_output $'closing time: 12 let in, 0 turned away; 12 served, 0 sent out\nnobody is missing'
        CHAN_SEED=$seed run -0 play drain fire 1000
        assert_output $'fire alarm: 12 let in, 0 turned away; 12 served, 0 sent out\nnobody is missing'
    done
}

@test "nobody is let in after closing time, although the chairs are free" {
    local seed
    knows_seeds
    for seed in 1 2 3 4 5; do
        CHAN_SEED=$seed run -0 play drain 0
        assert_output "closing time: 0 let in, 12 turned away; 0 served, 0 sent out
fire alarm: 0 let in, 12 turned away; 0 served, 0 sent out
nobody is missing"
    done
}

@test "takes one of two ways, and then a number within its limits" {
    takes drain '[closing | fire] [OPEN_MS]    (0 to 1000: 25)' -1 1001 often 'fire 1001' '3 fire' 'fire fire'
}
