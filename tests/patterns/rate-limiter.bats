#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# none_early LINE N BURST: the line has N times, none of them before the one
# ahead of it, and the k-th not before its token: one for each 20 ms, and BURST
# from the start.
none_early() {
    local times at k=0 before=0
    assert_regex "$1" '^~ (steady|bursty):( [0-9]+)+ ms$'
    times=${1#*: }
    for at in ${times% ms}; do
        k=$((k + 1))
        ((at >= before && k <= $3 + at / 20)) || fail "the ${k}th is early, at $at: $1"
        before=$at
    done
    assert_equal "$k" "$2"
}

# What every run must show, with $n visitors in each rush and $burst tokens.
# Under a seed $steady and $bursty are all the times, exactly.
n=5 burst=3 steady='' bursty=''
holds() {
    local said
    mapfile -t said <<<"$stderr"
    assert_equal "${#said[@]}" 2
    none_early "${said[0]}" $((2 * n)) 0
    none_early "${said[1]}" $((2 * n)) "$burst"
    assert_output "steady: $((2 * n)) let in, 0 too early
bursty: $((2 * n)) let in, 0 too early
the rate was kept"
    [[ ! $steady ]] || assert_equal "${said[0]}" "~ steady: $steady ms"
    [[ ! $bursty ]] || assert_equal "${said[1]}" "~ bursty: $bursty ms"
}

@test "lets in all who come, and nobody before his token" {
    repeat run_holds rate-limiter
    n=12 burst=4
    run_holds rate-limiter 12 4
}

@test "in virtual time everybody comes in to the millisecond, and nothing is left behind" {
    steady='20 40 60 80 100 190 200 220 240 260'
    bursty='0 0 0 20 40 130 130 130 140 160'
    seeds_hold rate-limiter
}

# The quiet of 110 ms would be worth five tokens.
@test "a bucket holds no more than it has room for, however long it is quiet" {
    burst=1
    bursty='0 20 40 60 80 170 180 200 220 240'
    SEEDS=20 seeds_hold rate-limiter 5 1
    burst=10
    bursty='0 0 0 0 0 110 110 110 110 110'
    SEEDS=20 seeds_hold rate-limiter 5 10
    n=1 burst=1 steady='20 110' bursty='0 110'
    SEEDS=20 seeds_hold rate-limiter 1 1
}

# The first 100 find a token each, 400 wait for a beat; in the quiet four come.
@test "keeps the rate of many: in virtual time five hundred, twice" {
    knows_seeds
    n=500 burst=100
    CHAN_SEED=1 run_holds rate-limiter 500 100
    [[ $stderr =~ bursty:(\ 0){100}\ 20\ 40\ .*\ 8000\ 8090\ 8090\ 8090\ 8090\ 8100\ 8120\  ]]
}

@test "plays only one of the days when told so" {
    run -0 --separate-stderr play rate-limiter steady 2
    assert_output $'steady: 4 let in, 0 too early\nthe rate was kept'
    none_early "$stderr" 4 0
    run -0 --separate-stderr play rate-limiter bursty 2 1
    assert_output $'bursty: 4 let in, 0 too early\nthe rate was kept'
    none_early "$stderr" 4 1
}

@test "takes one of two ways, and then two numbers within their limits" {
    takes rate-limiter '[steady | bursty] [VISITORS [BURST]]    (1 to 1000: 5 in a rush, 3)' \
        0 1001 many '3 0' '3 1001' '3 4 5' 'steady 1 2 3' 'bursty x' 'steady bursty'
}
