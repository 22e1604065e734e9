#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $workers of them.
holds() {
    local n=$workers ids
    assert_equal "${#lines[@]}" $((n + 5))
    assert_regex "${lines[0]}" '^results from workers( [0-9]+)+$'
    ids=$(grep -o '[0-9]*' <<<"${lines[0]}")
    assert_equal "$(wc -l <<<"$ids")" $((2 * n))
    assert_equal "$(sort -u <<<"$ids" | comm -23 - <(seq "$n" | sort))" ''
    assert_line --index 1 'main: closes stop'
    assert_equal "$(printf '%s\n' "${lines[@]:2:n}" | sort)" \
        "$(seq "$n" | sed 's/.*/worker &: stopped/' | sort)"
    assert_line --index $((n + 2)) 'main: starts another worker'
    assert_line --index $((n + 3)) "worker $((n + 1)): stopped"
    assert_line --index $((n + 4)) "$((n + 1)) workers stopped after one close"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "one close stops every worker, and the worker that starts after it" {
    workers=4
    repeat run_holds close-broadcast
}

@test "the same holds with any seed, and no goroutine stays blocked" {
    workers=4
    seeds_hold close-broadcast
}

@test "one close stops one worker as well as two hundred" {
    for workers in 1 2 5 200; do
        run_holds close-broadcast "$workers"
    done
}

# moments WHAT: when that happened, in microseconds of virtual time.
moments() {
    sed -n 's/.*"ts":\([0-9]*\).*"name":"'"$1"'".*/\1/p' trace.json
}

@test "there is one close, and no worker stops later than at its next result" {
    knows_seeds
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play close-broadcast 20
    assert_equal "$(moments 'close [a-z]*')" 5000
    local stopped
    stopped=$(moments 'done worker')
    assert_equal "$(wc -w <<<"$stopped")" 21
    assert_equal "$(sort -u <<<"$stopped")" 10000
}

@test "takes one number, within its limits" {
    takes_number close-broadcast WORKERS 1 500 4
}
