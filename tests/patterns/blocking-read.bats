#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkfifo slot
}

# The demonstration waits for 300 ms. When the machine is held up for so long it
# has read the first letters only.
holds() {
    local n
    n=$(grep -c '^letter: ' <<<"$output") || true
    assert_equal "$(head -n "$n" <<<"$output")" "$(transcript blocking-read | head -n "$n")"
    assert_equal "$(sed -n $((n + 1))p <<<"$output")" 'main: nothing comes, so we close'
    assert_regex "$(sed 1,$((n + 1))d <<<"$output")" "^clerk: gone home \\($n letters read, [0-3] not\\)$"
    assert_equal "$stderr" ''
}

# letters: those in `out`, as they were posted.
letters() {
    sed -n 's/^letter: //p' out
}

@test "three letters are read, then the clerk goes home, though the slot stays open" {
    repeat run_holds blocking-read
    exec 9<>slot
    printf 'from %s\n' ann bob cat >&9
    play blocking-read 3000 <slot >out
    exec 9>&-
    transcript blocking-read | diff - out
}

@test "a standard input that is closed is a message, and not its own bell" {
    without_input() { play blocking-read 300 <&-; }
    run -1 --separate-stderr without_input
    assert_output ''
    assert_equal "$stderr" 'blocking-read: Bad file descriptor'
}

@test "with every seed the same, though the clerk is out of its reach in between" {
    knows_seeds
    local seed
    for ((seed = 1; seed <= 5; seed++)); do
        CHAN_SEED=$seed play blocking-read >out 2>/dev/null
        transcript blocking-read | diff - out
    done
}

@test "every line of a real file is read once, in order, to its end" {
    play blocking-read 5000 <"$ROOT/common/chan.h" >out
    letters | cmp - "$ROOT/common/chan.h"
    assert_equal "$(tail -n 2 out)" "main: no more will come
clerk: gone home ($(wc -l <"$ROOT/common/chan.h") letters read, 0 not)"
}

# The pieces that come end anywhere, and seldom where a line does.
@test "a line that comes in pieces is one line" {
    for piece in 'one ' $'line\nan' 'other' $'\n' $'\n' 'no newline'; do
        printf %s "$piece"
        sleep 0.01
    done | play blocking-read 5000 >out
    assert_equal "$(letters)" $'one line\nanother\n\nno newline'
}

@test "a line of 10 MiB is a line like any other" {
    {
        head -c 10485760 /dev/zero | tr '\0' x
        printf '\nend\n'
    } >long
    play blocking-read 5000 <long >out
    letters | cmp - long
}

@test "stops when nothing has come, nothing at all, and the slot is held open" {
    exec 9<>slot
    for ((turn = 0; turn < RUNS; turn++)); do
        play blocking-read 20 <slot >out
        assert_equal "$(cat out)" "main: nothing comes, so we close
clerk: gone home (0 letters read, 0 not)"
    done
    exec 9>&-
}

# A writer without pause, a patience of 0: the bell rings at any moment. What
# was read is the beginning of what was sent, without a hole.
@test "stopped at random moments, it has read the first lines and no others" {
    local read
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        # shellcheck disable=SC2094  # a pipe: the one end and the other
        seq 1000000 >slot 2>/dev/null 3>&- &
        play blocking-read 0 <slot >out
        wait "$!" || true
        read=$(letters | wc -l)
        letters | cmp - <(seq "$read")
        grep -Eqx "clerk: gone home \($read letters read, [0-9]+ not\)" out
    done
}

@test "a partner that stops writing for a while loses no line" {
    {
        seq 1 50
        sleep 0.2
        seq 51 100
    } | play blocking-read 5000 >out
    assert_equal "$(letters)" "$(seq 100)"
}

@test "signals that interrupt, stop and continue it lose no line" {
    play blocking-read 3000 <slot >out 3>&- &
    local job=$!
    exec 9>slot
    waits program_of "$job"
    for ((i = 0; i < 20; i++)); do
        seq $((10 * i + 1)) $((10 * i + 10)) >&9
        kill -STOP "$pid"
        kill -CONT "$pid"
        kill -WINCH "$pid"
    done
    wait "$job"
    exec 9>&-
    assert_equal "$(letters)" "$(seq 200)"
    grep -q '^main: nothing comes' out
}

@test "a slot that can't be read is a message and status 1, and nobody stays" {
    run -1 --separate-stderr play blocking-read 5000 <.
    assert_equal "$stderr" 'blocking-read: Is a directory'
    assert_output $'main: no more will come\nclerk: gone home (0 letters read, 0 not)'
}

@test "an empty file is all read at once" {
    run -0 play blocking-read 5000 </dev/null
    assert_output $'main: no more will come\nclerk: gone home (0 letters read, 0 not)'
}

@test "a closed output ends it quietly" {
    into_closed_pipe 10 blocking-read 5000 < <(seq 1000000)
    assert_equal "$output$stderr" 'letter: 1'
}

@test "takes milliseconds, at most an hour" {
    takes blocking-read '[MILLISECONDS]   (waits so long for each line of standard input)' \
        -1 3600001 soon '1 2'
}
