#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# clerks_did N WORDS: the last but one line has N numbers, and they add up to WORDS.
clerks_did() {
    local line=${lines[-2]}
    assert_regex "$line" '^clerks: [0-9]+( \+ [0-9]+)*$'
    assert_equal "$(wc -w <<<"${line#*: }")" $((2 * $1 - 1))
    assert_equal $((${line#*: })) "$2"
    assert_equal "${lines[-1]}" "$2 words, each turned once"
    assert_equal "$stderr" ''
}

# What every run of the default must show.
holds() {
    assert_equal "${#lines[@]}" 5
    assert_line --index 0 'Who is first is not so important,'
    assert_line --index 1 'when each answer has its own place'
    assert_line --index 2 'and the reader takes them in order.'
    clerks_did 2 21
}

# backwards: the lines that it reads, letter by letter from their ends, as rev does.
backwards() {
    LC_ALL=C awk '{
        line = ""
        for (i = length($0); i > 0; i--) line = line substr($0, i, 1)
        print line
    }'
}

# turns N TEXT...: with N clerks the texts come back with their words turned.
turns() {
    local clerks=$1 text want=''
    shift
    for text; do
        want+=$(tr ' ' '\n' <<<"$text" | backwards | paste -sd ' ')$'\n'
    done
    run -0 --separate-stderr play worker-pool -j "$clerks" "$@"
    assert_equal "$(head -n $# <<<"$output")" "${want%$'\n'}"
    clerks_did "$clerks" "$(wc -w <<<"$*")"
}

@test "every author gets his own words back, and in their order" {
    repeat run_holds worker-pool
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold worker-pool
}

@test "turns the words of real text around, with any number of clerks" {
    local texts
    mapfile -t texts < <(tr -cs 'A-Za-z.,\n' ' ' <"$ROOT/README.md" | sed 's/^ *//; s/ *$//' |
        grep . | cut -c 1-70 | sed 's/ *$//' | head -n 30)
    assert_equal "${#texts[@]}" 30
    turns 1 "${texts[@]:0:4}"
    turns 2 "${texts[@]:0:8}"
    turns 7 "${texts[@]}"
    turns 100 "${texts[@]}"
}

@test "a hundred authors, and texts of a hundred words, of one, and of none, are fine" {
    local words
    words=$(yes ab | head -n 66 | paste -sd ' ')
    turns 3 "$words" xy "$words"
    run -0 play worker-pool '' ' '
    assert_output $'\n\nclerks: 0 + 0\n0 words, each turned once'
    # shellcheck disable=SC2046  # a hundred words
    run -0 --separate-stderr play worker-pool -j 5 $(seq 10 109)
    assert_equal "$(head -n 100 <<<"$output")" "$(seq 10 109 | backwards)"
    clerks_did 5 100
}

# A word takes a millisecond for each of its letters: 60 of them by 3 clerks.
@test "no more than so many words are worked on at the same time" {
    local began
    for clerks in 1 3; do
        began=$(now_us)
        run -0 play worker-pool -j "$clerks" 'aaaaaaaaaa bbbbbbbbbb cccccccccc' \
            'aaaaaaaaaa bbbbbbbbbb cccccccccc'
        (($(now_us) - began >= 60 * 1000 / clerks))
    done
}

# In virtual time the second clerk is done with all the short words, at 1, 2 and
# 3 ms, before the first is with the long one.
@test "the answers come in order although they were ready in another" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    local seed
    for seed in 1 2 3 4 5; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play worker-pool 'xxxxxxxxxx a b c'
        assert_line --index 0 'xxxxxxxxxx a b c'
        assert_line --index 1 --regexp '^clerks: (1 \+ 3|3 \+ 1)$'
        ready=$(grep '"cat":"send".*send on job.answer' trace.json |
            sed 's/.*"ts":\([0-9]*\).*"value":"*\([a-z]*\).*/\1 \2/' | sort -n | cut -d ' ' -f 2)
        assert_equal "$(paste -sd ' ' <<<"$ready")" 'a b c xxxxxxxxxx'
    done
}

@test "takes a number of clerks within its limits, and not too many texts, nor too long ones" {
    takes worker-pool '[-j CLERKS] [TEXT...]    (2; an author for each TEXT)' \
        '-j 0' '-j 101' "$(printf '%0200d' 0)" "$(seq -s ' ' 101)"
}
