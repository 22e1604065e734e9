#!/usr/bin/env bats
# shellcheck disable=SC2001,SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show: in each search each kind once, there or late; without
# a limit none late; and as many used and discarded as were asked. $output is
# written down in this way: "1.0 in turn: texts pictures (films: late)".
holds() {
    local i line used=0 versions=('1.0 in turn' '2.0 at once' '2.1 with a limit' '3.0 with replicas')
    assert_equal "${#lines[@]}" 5
    for i in 0 1 2 3; do
        line=${lines[i]#"${versions[i]}:"}
        [[ $line != "${lines[i]}" ]] || fail "not about ${versions[i]}: ${lines[i]}"
        ((i > 1)) || refute grep late <<<"$line"
        assert_equal "$(grep -o '[a-z]*s\>' <<<"$line" | sort | tr '\n' ' ')" 'films pictures texts '
        line=$(sed 's/([^)]*)//g' <<<"$line")
        used=$((used + $(wc -w <<<"$line")))
    done
    # Three each, and the fourth three of each kind.
    assert_line --index 4 "18 asked = $used used + $((18 - used)) discarded, none lost"
    assert_equal "$(sed 's/: [0-9]* ms$//' <<<"$stderr")" "$(printf '~ %s\n' "${versions[@]}")"
}

@test "each kind is there or late, and every answer is used or discarded" {
    repeat run_holds search
}

@test "in the order of any seed the same holds, and nobody is left behind" {
    seeds_hold search
}

@test "costs the sum, then the maximum, then the limit, then the slowest kind's best" {
    knows_seeds
    CHAN_SEED=1 run -0 --separate-stderr play search
    assert_equal "$stderr" '~ 1.0 in turn: 80 ms
~ 2.0 at once: 50 ms
~ 2.1 with a limit: 30 ms
~ 3.0 with replicas: 15 ms'
    assert_output - <<'SAID'
1.0 in turn: texts pictures films
2.0 at once: texts pictures films
2.1 with a limit: texts pictures (films: late)
3.0 with replicas: pictures texts films
18 asked = 11 used + 7 discarded, none lost
SAID
}

@test "holds with no patience at all, and with much" {
    run_holds search 0
    run_holds search 60000
    refute_line --partial late
}

@test "plays one version only" {
    run -0 --separate-stderr play search 60000 3.0
    assert_line --index 1 '9 asked = 3 used + 6 discarded, none lost'
}

@test "takes a number within its limits, and one of four versions" {
    takes search '[LIMIT_MS [VERSION]]   (30, and all of them)' -1 1000001 '4 4' '4 2.2' '4 2.1 2.1'
}
