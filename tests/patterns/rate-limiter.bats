#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# none_early LINE N BURST: the line has N times, none before the one ahead of it, and the
# k-th not before its token: one for each 20 ms, and BURST from the start.
none_early() {
    local times at k=0 before=0
    assert_regex "$1" '^(steady|bursty):( [0-9]+)+ ms$'
    times=${1#*: }
    for at in ${times% ms}; do
        k=$((k + 1))
        ((at >= before && k <= $3 + at / 20)) || fail "request $k is too early, at $at: $1"
        before=$at
    done
    assert_equal "$k" "$2"
}

# What every run must show, with twice $n requests and $burst tokens. Under a seed $steady
# and $bursty are all the times, exactly.
n=5 burst=3 steady='' bursty=''
holds() {
    assert_equal "${#lines[@]}" 3
    none_early "${lines[0]}" $((2 * n)) 0
    none_early "${lines[1]}" $((2 * n)) "$burst"
    assert_line --index 2 'no request was too early'
    assert_equal "$stderr" ''
    [[ ! $steady ]] || assert_line --index 0 "steady: $steady ms"
    [[ ! $bursty ]] || assert_line --index 1 "bursty: $bursty ms"
}

@test "lets every request through, and none before its token" {
    repeat run_holds rate-limiter
    n=12 burst=4
    run_holds rate-limiter 12 4
}

@test "in virtual time every request is let through to the millisecond, and nothing is left behind" {
    steady='20 40 60 80 100 190 200 220 240 260'
    bursty='0 0 0 20 40 130 130 130 140 160'
    CHAN_SLEEPS=exact seeds_hold rate-limiter
}

# In the pause of 110 ms five tokens would come.
@test "the bucket holds no more tokens than its capacity, however long the pause is" {
    burst=1
    bursty='0 20 40 60 80 170 180 200 220 240'
    CHAN_SLEEPS=exact SEEDS=$((SEEDS / 5)) seeds_hold rate-limiter 5 1
    burst=10
    bursty='0 0 0 0 0 110 110 110 110 110'
    CHAN_SLEEPS=exact SEEDS=$((SEEDS / 5)) seeds_hold rate-limiter 5 10
    n=1 burst=1 steady='20 110' bursty='0 110'
    CHAN_SLEEPS=exact SEEDS=$((SEEDS / 5)) seeds_hold rate-limiter 1 1
}

# The first 100 find a token each, and 400 wait for a tick. In the pause four tokens come.
@test "keeps the rate of many: in virtual time five hundred, twice" {
    knows_seeds
    n=500 burst=100
    CHAN_SEED=1 run_holds rate-limiter 500 100
    [[ $output =~ bursty:(\ 0){100}\ 20\ 40\ .*\ 8000\ 8090\ 8090\ 8090\ 8090\ 8100\ 8120\  ]]
}

@test "an argument selects one of the two limiters" {
    run -0 --separate-stderr play rate-limiter steady 2
    assert_equal "${#lines[@]}" 2
    none_early "${lines[0]}" 4 0
    run -0 --separate-stderr play rate-limiter bursty 2 1
    assert_equal "${#lines[@]}" 2
    none_early "${lines[0]}" 4 1
}

@test "takes one of two words, and then two numbers within their limits" {
    takes rate-limiter '[steady | bursty] [REQUESTS [BURST]]    (1 to 1000: twice 5, 3)' \
        0 1001 many '3 0' '3 1001' '3 4 5' 'steady 1 2 3' 'bursty x' 'steady bursty'
}
