#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# misses LINE: the connections that did not find the key, one a line.
misses() {
    sed 's/^key .: not found by *//; s/[:,].*//' <<<"$1" | tr ' ' '\n' | sort -n | grep . || true
}

# whole_answers N: what the first request must give: three answers of each odd
# connection, two of each even one.
whole_answers() {
    { seq "$1" && seq "$1" && seq 1 2 "$1"; } | sort -n
}

# What every run must show, with $servers of them.
holds() {
    local owner=$((servers < 2 ? 1 : 2)) all id times
    assert_equal "${#lines[@]}" 3
    assert_equal "$(misses "${lines[0]}")" "$(whole_answers "$servers")"
    all=$(whole_answers "$servers" | wc -l)
    assert_regex "${lines[0]}" ": $all of $all answers, all closed\$"
    assert_regex "${lines[1]}" "^key 2: not found by.*, found by $owner: the others are cancelled\$"
    # The owner of the key missed it once. In virtual time no other connection gets
    # further than the owner.
    while read -r times id; do
        ((id >= 1 && id <= servers && times <= 3)) || fail "$id answered $times times"
        ((id != owner || times == 1)) || fail 'the first answer with found came late'
        [[ ! ${virtual-} ]] || ((times <= 2)) || fail "$id answered after the key was found"
    done < <(misses "${lines[1]}" | uniq -c)
    assert_equal "${lines[2]}" "$servers connections, no answer lost, all returned"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "receives every answer until all channels are closed, and stops at the first that has found the key" {
    servers=4
    repeat run_holds dynamic-select
}

@test "the same holds with any seed, and no goroutine stays blocked" {
    servers=4 virtual=yes
    CHAN_SLEEPS=exact seeds_hold dynamic-select
}

@test "waits for one connection as well as for two hundred" {
    for servers in 1 2 3 200; do
        run_holds dynamic-select "$servers"
    done
}

@test "the other connections are cancelled as soon as the key is found" {
    knows_seeds
    # Three shards take 30 ms. The second request ends at a second shard, 20 ms later.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play dynamic-select 2
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close c\.cancel".*/\1/p' trace.json)
    assert_equal "$closed" $'30000\n50000'
}

@test "takes one number, within its limits" {
    takes_number dynamic-select SERVERS 1 500 4
}
