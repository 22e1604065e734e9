#!/usr/bin/env bats
# shellcheck disable=SC2001,SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show: in each search each index once, in time or late; without a
# limit none late; and as many answers used and discarded as queries were sent. A line
# is "limit: web images (video late)".
holds() {
    local i line used=0 searches=(sequential parallel limit replicas)
    assert_equal "${#lines[@]}" 5
    for i in 0 1 2 3; do
        line=${lines[i]#"${searches[i]}:"}
        [[ $line != "${lines[i]}" ]] || fail "not about ${searches[i]}: ${lines[i]}"
        ((i > 1)) || refute grep late <<<"$line"
        [[ $line =~ ^(\ [a-z]+)*(\ \([a-z]+\ late\))*$ ]] || fail "in another form: ${lines[i]}"
        assert_equal "$(sed 's/ late)//g; s/(//g' <<<"$line" | xargs -n 1 | sort | xargs)" 'images video web'
        line=$(sed 's/([^)]*)//g' <<<"$line")
        used=$((used + $(wc -w <<<"$line")))
    done
    # Three queries in each search, and in the fourth three for each index.
    assert_line --index 4 "18 queries: $used answers used, $((18 - used)) discarded, none lost"
    assert_equal "$(sed 's/: [0-9]* ms$//' <<<"$stderr")" "$(printf '~ %s\n' "${searches[@]}")"
}

@test "each index is in time or late, and every answer is used or discarded" {
    repeat run_holds search
}

@test "in the order of any seed the same holds, and no query is left behind" {
    seeds_hold search
}

@test "takes the sum, the slowest, the limit, the slowest of the fastest replicas" {
    knows_seeds
    CHAN_SEED=1 run -0 --separate-stderr play search
    assert_equal "$stderr" '~ sequential: 80 ms
~ parallel: 50 ms
~ limit: 30 ms
~ replicas: 15 ms'
    assert_output - <<'WANT'
sequential: web images video
parallel: web images video
limit: web images (video late)
replicas: images web video
18 queries: 11 answers used, 7 discarded, none lost
WANT
}

@test "holds with a limit of 0 and with a long one" {
    run_holds search 0
    run_holds search 60000
    refute_line --partial late
}

@test "runs one search only" {
    run -0 --separate-stderr play search 60000 replicas
    assert_line --index 1 '9 queries: 3 answers used, 6 discarded, none lost'
}

@test "takes a number within its limits, and one of four searches" {
    takes search '[LIMIT_MS [sequential|parallel|limit|replicas]]    (30, all)' \
        -1 1000001 '4 4' '4 late' '4 limit limit'
}
