#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# numbers OF WHAT: of the pots in the lines that match, as they come.
numbers() {
    sed -nE "s/^$1: pot ([0-9]+) is $2.*/\1/p" <<<"$output"
}

# What every run of $pots pots must show: the first is cracked, three are sold,
# in order and in their colours, and the rest is left over.
holds() {
    assert_equal "$(numbers painter cracked)" "$(seq 1 $((pots < 1 ? pots : 1)))"
    assert_equal "$(numbers shop sold)" "$(seq 2 $((pots < 4 ? pots : 4)))"
    assert_equal "$(numbers shop 'left over')" "$(seq 5 "$pots")"
    assert_equal "$(grep -c . <<<"$output")" $((pots + 1))
    assert_equal "$(sed -n 's/^.* is sold, a //p' <<<"$output")" \
        "$(printf '%s one\n' blue red green | head -n $((pots < 1 ? 0 : pots - 1)))"
    assert_equal "${lines[-1]}" "$pots pots made, $pots freed: none lost"
    assert_equal "$stderr" ''
}

@test "each pot ends in exactly one place, and is freed there" {
    pots=6
    repeat run_holds ownership
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    pots=6
    seeds_hold ownership
}

@test "with any number of pots: none, fewer than customers, thousands" {
    for pots in 0 1 2 4 5 5000; do
        repeat run_holds ownership "$pots"
    done
}

@test "no pot is lost, says valgrind" {
    need valgrind
    [[ $BUILD == */build && ! ${COOKBOOK_WRAP-} ]] || skip 'another tool looks on'
    local look='valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full'
    COOKBOOK_WRAP=$look LIMIT=60 run -0 --separate-stderr play ownership 20
    assert_equal "$stderr" ''
}

@test "a closed output ends it quietly" {
    into_closed_pipe 26 ownership 20000
    assert_equal "$output$stderr" 'painter: pot 1 is cracked'
}

@test "takes one number, within its limits" {
    takes_number ownership POTS 0 1000000 6
}
