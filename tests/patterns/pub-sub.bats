#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $messages of them.
holds() {
    local received dropped after=''
    assert_equal "${#lines[@]}" 4
    assert_equal "${lines[0]}" "archive: received $(seq -s ' ' "$messages"), 0 dropped"
    ((messages == 1)) || after=", $((messages / 2)) after it unsubscribed"
    assert_equal "${lines[2]}" "console: received $(seq -s ' ' $(((messages + 1) / 2))), 0 dropped$after"
    assert_equal "${lines[3]}" "3 subscribers, $messages messages: every copy accounted for"

    # The dashboard receives in order, none twice, and received plus dropped is all.
    assert_regex "${lines[1]}" '^dashboard: received( [0-9]+)+, [0-9]+ dropped$'
    dropped=${lines[1]#*, } dropped=${dropped% *}
    received=$(grep -o '[0-9]*' <<<"${lines[1]%,*}")
    assert_equal "$received" "$(seq "$messages" | grep -Fx -- "$received")"
    assert_equal $(($(wc -l <<<"$received") + dropped)) "$messages"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "every subscriber receives every message, except those that are counted as dropped" {
    messages=6
    repeat run_holds pub-sub
}

@test "the same holds with any seed, and no goroutine stays blocked" {
    messages=6
    seeds_hold pub-sub
}

@test "publishes one message as well as a hundred" {
    for messages in 1 2 3 100; do
        run_holds pub-sub "$messages"
    done
}

@test "a slow subscriber misses messages and delays no other subscriber" {
    knows_seeds
    # The dashboard has time for two messages in five. A message is published every
    # 10 ms, and all queues are closed exactly when the twentieth has been published.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play pub-sub 20
    dropped=${lines[1]#*, } dropped=${dropped% *}
    ((dropped >= 10 && dropped <= 12)) || fail "it missed $dropped of 20"
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close .*queue".*/\1/p' trace.json)
    assert_equal "$closed" $'200000\n200000\n200000'
}

@test "takes one number, within its limits" {
    takes_number pub-sub MESSAGES 1 100 6
}
