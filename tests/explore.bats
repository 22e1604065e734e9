#!/usr/bin/env bats
# scripts/explore: every seed, every order, and the way to a failure.
# shellcheck disable=SC2016  # the commands' shells expand later
load helper

setup_file() {
    local name
    cd "$BATS_TEST_DIRNAME/.." || return
    for name in lost two odd; do
        cc -std=c11 -O1 -pthread -DCHAN_LAB -Icommon -o "$BATS_FILE_TMPDIR/$name" \
            "tests/explore/$name.c" || return
    done
    cc -std=c11 -O1 -pthread -Icommon -o "$BATS_FILE_TMPDIR/plain" tests/explore/two.c
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT
    LOST=$BATS_FILE_TMPDIR/lost TWO=$BATS_FILE_TMPDIR/two
}

explore() {
    timeout -k 2 60 "$ROOT/scripts/explore" "$@"
}

# after TEXT: the first line of $output after the first that has TEXT in it.
after() {
    local i
    for ((i = 0; i + 1 < ${#lines[@]}; i++)); do
        [[ ${lines[i]} != *"$1"* ]] || {
            echo "${lines[i + 1]}"
            return
        }
    done
    fail "no line has: $1"
}

# sum_of_outputs: how many runs the outputs' own numbers come to.
sum_of_outputs() {
    awk '/^ +[0-9]+  CHAN_/ { n += $1 } END { print n + 0 }' <<<"$output"
}

@test "explains itself, and refuses what makes no sense" {
    run --separate-stderr -0 explore -h
    assert_output --partial 'scripts/explore NAME'
    assert_equal "$stderr" ''
    local words
    for words in '' --seeds 'fan-in --seeds' 'fan-in --seeds 0' 'fan-in --seeds x' \
        'fan-in --seeds 3 4' 'fan-in --nosuch' 'fan-in --limit 3' 'fan-in --preemptions 1' \
        'fan-in --all-orders --seeds 3' 'fan-in --all-orders --from 3' 'fan-in --time 0' \
        fanin ./no-such-program "$BATS_TEST_TMPDIR/"; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -2 explore $words
        assert_output ''
        [ "$stderr" ]
    done
    run --separate-stderr -2 explore fanin
    [[ $stderr == *' fan-in '* ]]
    COOKBOOK_LIMIT=x run -2 explore "$TWO"
}

@test "a program without the laboratory is misuse" {
    run --separate-stderr -2 explore "$BATS_FILE_TMPDIR/plain" --seeds 3
    assert_output ''
    [[ $stderr == *-DCHAN_LAB* ]]
}

@test "a pattern by its name, and the commands that repeat its outputs" {
    local command seen
    run --separate-stderr -0 explore fan-in --seeds 30 -- 2
    assert_line --index 0 'fan-in: seeds 1 to 30'
    assert_output --partial 'no failure'
    [ "$(sum_of_outputs)" -eq 30 ]
    command=$(awk '/CHAN_SEED=/ { $1 = ""; print; exit }' <<<"$output")
    seen=$(after CHAN_SEED=)
    [[ $command == *"$ROOT/scripts/run fan-in 2" ]]
    run --separate-stderr -0 sh -c "$command"
    # line 1: ... as it says
    [[ ${seen#*: } == *... || $output == *"${seen#*: }"* ]]
    cd "$ROOT"
    run --separate-stderr -0 explore --from 7 --seeds 1 fan-in
    assert_line --index 0 'fan-in: seed 7'
    assert_output --partial '1  CHAN_SEED=7 scripts/run fan-in'
}

@test "seeds: each different output with its number and an example that repeats it" {
    local command want
    run --separate-stderr -0 explore "$LOST" --seeds 200
    [ "$(sum_of_outputs)" -eq 200 ]
    assert_line --index 1 '  3 different outputs'
    for want in 1 2 3; do
        command=$(grep -B 1 "line 2: the total is $want" <<<"$output" | sed -n '1s/^ *[0-9]*  //p')
        assert_equal "$(eval "$command" 2>&1)" $'added 3 times\nthe total is '"$want"
    done
    assert_equal "$stderr" ''
}

@test "seeds: more outputs than ten are counted only" {
    run --separate-stderr -0 explore fan-in --seeds 40
    [ "$(grep -c CHAN_SEED= <<<"$output")" -eq 10 ]
    assert_output --regexp ' \.\.\. [0-9]+ more'
}

# fails_as WHAT STATUS TEXT: found by seeds, and in all orders; said by its name,
# repeated by the commands, also by that of the shortest way.
fails_as() {
    local how command
    for how in '--seeds 60' '--all-orders --limit 400'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how "$LOST" -- 2 "$1"
        assert_line --regexp "^  [0-9]+ (seed|order)s? $3"
        command=$(after "$(after "s $3")")
        run -"$2" sh -c "${command:?}"
        # shellcheck disable=SC2086
        run --separate-stderr -1 explore $how "$LOST" -- 2 "$1"
        command=${lines[-1]#Again by: }
        run -"$2" sh -c "$command"
        assert_output --partial 'the total is 1'
    done
}

@test "a panic" {
    fails_as panic 134 'panicked: close of nil channel '
}

@test "a deadlock" {
    fails_as stuck 3 'got stuck: main: receive on '
}

@test "a leak" {
    fails_as leak 4 'leaked: leaker: send on nobody at .*; channel of int'
}

@test "another status" {
    fails_as exit 7 'ended with status 7: a wrong total'
}

@test "no end" {
    local COOKBOOK_LIMIT=1
    export COOKBOOK_LIMIT
    run --separate-stderr -1 explore --from 1 --seeds 10 "$LOST" -- 2 forever
    assert_line --regexp '^  [0-9]+ seeds? ran longer than 1 s$'
}
