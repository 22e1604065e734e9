#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $requests and the $limit: each request starts once and
# ends once, and never are more running than the limit. Leaves in $most how many there were
# at most. With $exact the times are virtual: a request ends 10 ms times its number after
# its start, and none waits while there is a free slot. On a real clock main may be late
# with the line of the start, so the time between the two lines may be shorter.
requests=5 limit=3 exact=''
holds() {
    assert_equal "${#lines[@]}" $((2 * requests + 1))
    most=$(printf '%s\n' "${lines[@]}" | awk -v requests="$requests" -v limit="$limit" -v exact="$exact" '
        function wrong(why) { print why ": " $0; bad = 1; exit 1 }
        NR > 2 * requests { next }
        !/^ *[0-9]+ ms: request [0-9]+ (starts|ends), [0-9]+ running$/ { wrong("no event") }
        { at = $1; id = $4; starts = $5 == "starts,"; if (at < before) wrong("back in time") }
        exact && at > before && running < limit && started < requests { wrong("a slot was free") }
        starts && (id in began || id < 1 || id > requests) { wrong("no such start") }
        starts { began[id] = at; started++; running++ }
        !starts && (!(id in began) || id in ended) { wrong("no such end") }
        !starts { ended[id] = at; running-- }
        !starts && exact && at - began[id] != 10 * id { wrong("took another time") }
        $6 != running || running > limit { wrong("too many, or miscounted") }
        running > most { most = running }
        { before = at }
        END { if (!bad) print most }') || fail "$most"
    assert_line --index $((2 * requests)) "$requests requests, never more than $limit at the same time"
    assert_equal "$stderr" ''
}

@test "never more requests than the limit run at the same time, and all are handled" {
    repeat run_holds semaphore
    requests=20 limit=4
    repeat run_holds semaphore 20 4
}

@test "in the order of any seed a waiting request starts when a slot is free, and nothing is left behind" {
    exact=yes
    CHAN_SLEEPS=exact seeds_hold semaphore
    requests=8 limit=2
    CHAN_SLEEPS=exact SEEDS=$((SEEDS / 5)) seeds_hold semaphore 8 2
}

# In virtual time all come at once, and none ends before the limit is reached.
@test "the limit is reached" {
    knows_seeds
    exact=yes
    local seed
    for seed in 1 2; do
        for limit in 1 2 3 5 9; do
            CHAN_SEED=$seed run -0 --separate-stderr play semaphore 5 "$limit"
            holds
            assert_equal "$most" $((limit < 5 ? limit : 5))
        done
    done
}

@test "never takes less time than the limit allows" {
    local began
    began=$(now_us)
    run -0 play semaphore 8 2
    (($(now_us) - began >= (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8) * 10000 / 2))
}

@test "one request, one slot, and more slots than requests are fine" {
    requests=1 limit=1
    run_holds semaphore 1 1
    requests=20 limit=200
    run_holds semaphore 20 200
}

@test "a closed output ends it quietly" {
    into_closed_pipe 1 semaphore 20 100
    assert_equal "$output$stderr" ' '
}

@test "each number keeps to its limits" {
    takes semaphore '[REQUESTS [LIMIT]]    (1 to 20, 1 to 200: 5, 3)' 0 21 '3 0' '3 201' '3 4 5'
}
