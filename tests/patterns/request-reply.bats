#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, in whatever order, with $guests of them.
holds() {
    local said want
    assert_equal "${#lines[@]}" $((guests + 1))
    said=$(sed '$d' <<<"$output" | sort)
    want=$({
        seq $((guests - 1)) | sed 's/.*/ticket &: coat &/'
        echo "ticket $guests: there is no such coat"
    } | sort)
    assert_equal "$said" "$want"
    assert_line --index "$guests" "$guests of $guests got the right answer"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "each guest gets his own coat, and the one without any is told so" {
    guests=4
    repeat run_holds request-reply
}

@test "in the order of any seed the same holds, and nobody is left behind" {
    guests=4
    seeds_hold request-reply
}

@test "serves one guest as well as two hundred" {
    for guests in 1 2 3 200; do
        run_holds request-reply "$guests"
    done
}

@test "a question that is asked later may be answered earlier" {
    knows_seeds
    # The first coat takes 20 ms and the second 10; the third, asked for when
    # that is done, 20 more.
    CHAN_SEED=first CHAN_TRACE=trace.json run -0 play request-reply 3
    assert_output - <<'SAID'
ticket 2: coat 2
ticket 1: coat 1
ticket 3: there is no such coat
3 of 3 got the right answer
SAID
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close questions".*/\1/p' trace.json)
    assert_equal "$closed" 30000
}

@test "takes one number, within its limits" {
    takes_number request-reply GUESTS 1 500 4
}
