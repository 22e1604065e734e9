#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkfifo input
}

# The demonstration waits for 300 ms. If the machine stalls for so long, it prints
# the first lines only.
holds() {
    local n
    n=$(grep -c '^line: ' <<<"$output") || true
    assert_equal "$(head -n "$n" <<<"$output")" "$(transcript blocking-read | head -n "$n")"
    assert_equal "$(sed -n $((n + 1))p <<<"$output")" 'main: no line for too long'
    assert_regex "$(sed 1,$((n + 1))d <<<"$output")" "^reader: stopped \\($n printed, [0-3] dropped\\)$"
    assert_equal "$stderr" ''
}

# lines_read: those in `out`, as they were written.
lines_read() {
    sed -n 's/^line: //p' out
}

@test "prints three lines, then the reader stops, although the input stays open" {
    repeat run_holds blocking-read
    exec 9<>input
    printf '%s\n' starting listening ready >&9
    play blocking-read 3000 <input >out
    exec 9>&-
    transcript blocking-read | diff - out
}

@test "a closed standard input is an error, and not the quit pipe" {
    without_input() { play blocking-read 300 <&-; }
    run -1 --separate-stderr without_input
    assert_output ''
    assert_equal "$stderr" 'blocking-read: Bad file descriptor'
}

@test "the same with every seed, although poll() is outside of the laboratory" {
    knows_seeds
    local seed
    for ((seed = 1; seed <= 5; seed++)); do
        CHAN_SEED=$seed play blocking-read >out 2>/dev/null
        transcript blocking-read | diff - out
    done
}

@test "every line of a real file is read once, in order, to its end" {
    play blocking-read 5000 <"$ROOT/common/chan.h" >out
    lines_read | cmp - "$ROOT/common/chan.h"
    assert_equal "$(tail -n 2 out)" "main: end of input
reader: stopped ($(wc -l <"$ROOT/common/chan.h") printed, 0 dropped)"
}

# A piece may end anywhere, and seldom at the end of a line.
@test "a line that comes in pieces is one line" {
    for piece in 'one ' $'line\nan' 'other' $'\n' $'\n' 'no newline'; do
        printf %s "$piece"
        sleep 0.01
    done | play blocking-read 5000 >out
    assert_equal "$(lines_read)" $'one line\nanother\n\nno newline'
}

@test "a line of 10 MiB is a line like any other" {
    {
        head -c 10485760 /dev/zero | tr '\0' x
        printf '\nend\n'
    } >long
    play blocking-read 5000 <long >out
    lines_read | cmp - long
}

@test "stops when no line has come at all, and the input stays open" {
    exec 9<>input
    for ((turn = 0; turn < RUNS; turn++)); do
        play blocking-read 20 <input >out
        assert_equal "$(cat out)" "main: no line for too long
reader: stopped (0 printed, 0 dropped)"
    done
    exec 9>&-
}

# A writer without pause, and 0 ms to wait: quit is closed at any moment. What was
# printed is the beginning of what was written, without a gap.
@test "stopped at random moments, it has printed the first lines and no others" {
    local read
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        # shellcheck disable=SC2094  # a pipe: the one end and the other
        seq 1000000 >input 2>/dev/null 3>&- &
        play blocking-read 0 <input >out
        wait "$!" || true
        read=$(lines_read | wc -l)
        lines_read | cmp - <(seq "$read")
        grep -Eqx "reader: stopped \($read printed, [0-9]+ dropped\)" out
    done
}

@test "no line is lost while the writer pauses" {
    {
        seq 1 50
        sleep 0.2
        seq 51 100
    } | play blocking-read 5000 >out
    assert_equal "$(lines_read)" "$(seq 100)"
}

@test "signals that interrupt, stop and continue it lose no line" {
    play blocking-read 3000 <input >out 3>&- &
    local job=$!
    exec 9>input
    waits program_of "$job"
    for ((i = 0; i < 20; i++)); do
        seq $((10 * i + 1)) $((10 * i + 10)) >&9
        kill -STOP "$pid"
        kill -CONT "$pid"
        kill -WINCH "$pid"
    done
    wait "$job"
    exec 9>&-
    assert_equal "$(lines_read)" "$(seq 200)"
    grep -q '^main: no line' out
}

@test "an input that cannot be read is an error with status 1, and the reader ends" {
    run -1 --separate-stderr play blocking-read 5000 <.
    assert_equal "$stderr" 'blocking-read: Is a directory'
    assert_output $'main: end of input\nreader: stopped (0 printed, 0 dropped)'
}

@test "an empty file ends at once" {
    run -0 play blocking-read 5000 </dev/null
    assert_output $'main: end of input\nreader: stopped (0 printed, 0 dropped)'
}

@test "a closed output ends it quietly" {
    into_closed_pipe 8 blocking-read 5000 < <(seq 1000000)
    assert_equal "$output$stderr" 'line: 1'
}

@test "takes milliseconds, at most an hour" {
    takes blocking-read '[MILLISECONDS]   (waits so long for each line of standard input)' \
        -1 3600001 soon '1 2'
}
