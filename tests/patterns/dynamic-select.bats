#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# calls LINE: the shepherds who called that day, one a line.
calls() {
    sed 's/^day .: *//; s/ *(.*//' <<<"$1" | tr ' ' '\n' | sort -n | grep . || true
}

# whole_paths N: what is due on the first day: odd ones have three places, even
# ones two.
whole_paths() {
    { seq "$1" && seq "$1" && seq 1 2 "$1"; } | sort -n
}

# What every run must show, with $shepherds of them.
holds() {
    local finder=$((shepherds < 2 ? 1 : 2)) due caller times
    assert_equal "${#lines[@]}" 3
    assert_equal "$(calls "${lines[0]}")" "$(whole_paths "$shepherds")"
    due=$(whole_paths "$shepherds" | wc -l)
    assert_regex "${lines[0]}" " \(no sheep, $due of $due calls heard\)\$"
    assert_regex "${lines[1]}" "^day 2:.* \($finder has found her: come home\)\$"
    # The finder called once in vain; in virtual time nobody gets any further
    # than she does.
    while read -r times caller; do
        ((caller >= 1 && caller <= shepherds && times <= 3)) || fail "$caller called $times times"
        ((caller != finder || times == 1)) || fail 'the good news came late'
        [[ ! ${virtual-} ]] || ((times <= 2)) || fail "$caller called after the good news"
    done < <(calls "${lines[1]}" | uniq -c)
    assert_equal "${lines[2]}" "$shepherds paths, no call lost, everyone is home"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "hears every path to its end; the good news ends the wait at once" {
    shepherds=4
    repeat run_holds dynamic-select
}

@test "in the order of any seed the same holds, and nobody is left out there" {
    shepherds=4 virtual=yes
    seeds_hold dynamic-select
}

@test "hears one shepherd as well as two hundred" {
    for shepherds in 1 2 3 200; do
        run_holds dynamic-select "$shepherds"
    done
}

@test "everyone is called home the moment she is found" {
    knows_seeds
    # Three places take 30 ms; the second day ends at her second one, 20 ms later.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play dynamic-select 2
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close home".*/\1/p' trace.json)
    assert_equal "$closed" $'30000\n50000'
}

@test "takes one number, within its limits" {
    takes_number dynamic-select SHEPHERDS 1 500 4
}
