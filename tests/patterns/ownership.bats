#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    file=$ROOT/patterns/ownership/sample.txt wanted=3
}

# What every run must show: the errors that grep finds in $file, the first $wanted of
# them with their text, and each record freed.
holds() {
    local errors records
    errors=$(grep -ano 'error: .*' "$file") || true
    records=$(wc -l <"$file")
    assert_equal "$(sed '$d' <<<"$output")" \
        "$(sed -n "1,${wanted}s/^\([0-9]*\):/writer: line \1: /p
            1,${wanted}!s/^\([0-9]*\):.*/writer: line \1 is not wanted/p" <<<"$errors")"
    assert_equal "${lines[-1]}" "$records records allocated, $records freed: none lost"
    assert_equal "$stderr" ''
}

# log LINES: a log file of LINES lines, each of them an error or not.
log() {
    file=$BATS_TEST_TMPDIR/log
    awk -v lines="$1" 'BEGIN {
        srand(lines)
        while (n++ < lines) print n, rand() < 0.3 ? "error: disk " n " is full" : "info: disk " n
    }' >"$file"
}

@test "the errors are those that grep finds, and each record is freed once" {
    repeat run_holds ownership
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold ownership
}

@test "any number of errors may be wanted" {
    for wanted in 1 4 5 6 1000000; do
        repeat run_holds ownership -n "$wanted"
    done
    run -0 --separate-stderr play ownership -n 0
    assert_equal "$(grep -c 'is not wanted$' <<<"$output")" 5
    assert_equal "${lines[-1]}" '10 records allocated, 10 freed: none lost'
}

@test "reads any file: an empty one, one line, thousands" {
    local n
    for n in 0 1 2 5000; do
        log "$n"
        repeat run_holds ownership "$file"
    done
    run -2 --separate-stderr play ownership "$file.missing"
    assert_equal "$output$stderr" "ownership: $file.missing cannot be read"
}

@test "valgrind finds no record that is lost" {
    need valgrind
    [[ $BUILD == */build && ! ${COOKBOOK_WRAP-} ]] || skip 'another tool looks on'
    local look='valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full'
    COOKBOOK_WRAP=$look LIMIT=60 run -0 --separate-stderr play ownership
    assert_equal "$stderr" ''
}

@test "a closed output ends it quietly" {
    log 50000
    into_closed_pipe 14 ownership "$file"
    assert_regex "$output$stderr" '^writer: line [0-9]+'
}

@test "takes a number of errors and a file" {
    takes ownership '[-n ERRORS] [FILE]   (3 errors of sample.txt)' '-n -1' '-n 1000001' '-n x' 'two files'
}
