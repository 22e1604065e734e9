#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $hikers and $places: from each bridge to the
# next one hiker steps on or off, each of them once, and never are there too many.
# Leaves in $most how many there were at most.
hikers=5 places=3
holds() {
    assert_equal "${#lines[@]}" 2
    assert_line --index 0 --regexp '^bridge:( \[([0-9]+( [0-9]+)*)?\])+$'
    most=$(awk -F '\\] \\[' -v hikers="$hikers" -v places="$places" '
        function wrong(why) { print why; bad = 1; exit 1 }
        {
            sub(/^bridge: \[/, ""); sub(/\]$/, "")
            if (NF != 2 * hikers) wrong(NF " bridges for " hikers " hikers")
            for (i = 1; i <= NF; i++) {
                n = split($i, on, " "); new = 0; split("", here)
                if (n > places) wrong(n " on a bridge for " places ": " $i)
                if (n > most) most = n
                for (k = 1; k <= n; k++) {
                    if (on[k] in here) wrong("twice on it: " $i)
                    here[on[k]] = 1
                    if (!(on[k] in there)) { new++; if (steps[on[k]]++ != 0) wrong("comes twice: " $i) }
                }
                gone = 0
                for (id in there) if (!(id in here)) { gone++; if (steps[id]++ != 1) wrong("goes twice: " $i) }
                if (new + gone != 1) wrong("not a step: to " $i)
                split("", there)
                for (id in here) there[id] = 1
            }
            if (n != 0) wrong("left behind: " $NF)
            for (id = 1; id <= hikers; id++) if (steps[id] != 2) wrong("no way across for " id)
        }
        END { if (!bad) print most }' <<<"${lines[0]}") || fail "$most"
    assert_line --index 1 "$hikers across, never too many at once"
    assert_regex "$stderr" '^~ [0-9]+ ms$'
    [[ ! $ms ]] || assert_equal "$stderr" "~ $ms ms"
}
ms=''

@test "never are there more on the bridge than it carries, and each gets across" {
    repeat run_holds semaphore
    hikers=20 places=4
    repeat run_holds semaphore 20 4
}

# In virtual time as many walk at once as may, each for 20 ms.
@test "in the order of any seed the same holds, and nothing is left behind" {
    ms=40
    seeds_hold semaphore
    hikers=8 places=2 ms=80
    SEEDS=10 seeds_hold semaphore 8 2
}

# In virtual time all come at once, and nobody is across before the bridge is full.
@test "the bridge gets as full as it may, and no fuller" {
    knows_seeds
    local seed
    for seed in 1 2; do
        for places in 1 2 3 5 9; do
            CHAN_SEED=$seed run -0 --separate-stderr play semaphore 5 "$places"
            holds
            assert_equal "$most" $((places < 5 ? places : 5))
        done
    done
}

# In virtual time 5 hikers on 2 places take three walks of 20 ms, and no more.
@test "who waits goes on as soon as there is a place" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    CHAN_TRACE=trace.json CHAN_SEED=3 run -0 play semaphore 5 2
    run -0 grep -c '"ts":[0-9]*.*"cat":"send".*h->places' trace.json
    assert_output 5
    run -0 grep "receive on h->places" trace.json
    assert_equal "$(grep -o '"ts":[0-9]*' <<<"$output" | sort | tr -d '\n')" \
        '"ts":20000"ts":20000"ts":40000"ts":40000"ts":60000'
}

@test "never takes less time than the bridge allows" {
    local began
    began=$(now_us)
    run -0 play semaphore 8 2
    (($(now_us) - began >= 4 * 20 * 1000))
}

@test "more than it was made for is fine" {
    run -0 --separate-stderr play semaphore 200 200
    assert_line '200 across, never too many at once'
    run -0 --separate-stderr play semaphore 1 1
    assert_output $'bridge: [1] []\n1 across, never too many at once'
}

@test "a closed output ends it quietly" {
    into_closed_pipe 7 semaphore 200 100
    assert_equal "$output$stderr" 'bridge:'
}

@test "each number keeps to its limits" {
    takes semaphore '[HIKERS [PLACES]]    (1 to 200: 5, 3)' 0 201 '3 0' '3 201' '3 4 5'
}
