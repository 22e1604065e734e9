#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What the shell's own pipeline makes of standard input.
words() {
    LC_ALL=C tr '[:upper:]' '[:lower:]' | LC_ALL=C tr -cs '[:lower:]' '\n' | sed '/^$/d' |
        LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2,2 | sed 's/^ *//'
}

# What every run must show: $want, and nothing on standard error.
holds() {
    assert_output "$want"
    assert_equal "$stderr" ''
}

# equals FILE...: repeatedly counts the files as the shell does.
equals() {
    want=$(cat "$@" | words)
    repeat run_holds pipeline "$@"
}

# numbers N: N different words.
numbers() {
    seq "$1" | tr 0-9 a-j
}

# What the program printed on standard error, without what valgrind says about threads
# that SIGPIPE has ended.
errors() {
    sed '/^==/d' "$BATS_TEST_TMPDIR/errors"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "counts the sample: the highest count first, equal counts in byte order" {
    want=$'6 a\n3 line\n3 send\n2 count\n2 word\n1 read\n1 split'
    repeat run_holds pipeline
    assert_equal "$(transcript pipeline)" "$want"
}

@test "the same holds for every seed, and nothing is left behind" {
    want=$'6 a\n3 line\n3 send\n2 count\n2 word\n1 read\n1 split'
    seeds_hold pipeline
}

@test "counts the words of real files as tr, sort and uniq do" {
    equals "$ROOT"/common/chan.h "$ROOT"/patterns/pipeline/*.[ch] "$ROOT"/LICENSE
}

@test "counts the words of a program, NUL bytes and all" {
    head -c 200000 "$(type -P bash)" >binary
    equals binary
}

@test "a NUL byte ends a word, and neither the line nor the text" {
    printf 'one\0two\0\nthree\0one\n\0\0four' >nul
    equals nul
    assert_output $'2 one\n1 four\n1 three\n1 two'
}

@test "only the ASCII letters are letters, in lower case" {
    printf 'AZ az [`{@ Az1aZ \xc3\xa4b \xe4\xff it'\''s\n' >bytes
    LC_ALL=C.UTF-8 equals bytes
    assert_output $'4 az\n1 b\n1 it\n1 s'
}

@test "takes a line of 10 MiB, and a word of 10 MiB" {
    head -c 5000000 /dev/zero | tr '\0' ' ' >line
    printf 'begin' | cat - line >long
    head -c 10485760 /dev/zero | tr '\0' x >word
    cat line word line >>long
    printf 'end' >>long
    words <long >want
    play pipeline long | cmp - want
}

@test "needs no newline at the end, and no text at all" {
    printf 'the end' >open
    equals open
    : >empty
    equals empty
    assert_output ''
}

@test "the end of a file ends its last word" {
    printf 'one t' >first
    printf 'wo' >second
    want=$'1 one\n1 t\n1 wo'
    repeat run_holds pipeline first second
}

@test "counts tens of thousands of different words" {
    numbers 20000 >many
    numbers 500 >>many
    words <many >want
    play pipeline many | cmp - want
}

@test "reads standard input for the name -" {
    echo 'from a file' >file
    run_pipe() { printf 'a b' | play pipeline file - file; }
    run -0 run_pipe
    assert_output $'3 a\n2 file\n2 from\n1 b'
}

@test "an unreadable file costs a message and status 1, and the others are counted" {
    echo 'good good' >good
    echo 'fine' >fine
    run -1 --separate-stderr play pipeline good nosuch . fine
    assert_output $'2 good\n1 fine'
    assert_equal "$stderr" \
        $'pipeline: nosuch: No such file or directory\npipeline: .: Is a directory'
    run -1 --separate-stderr play pipeline nosuch
    assert_output ''
}

@test "a closed output ends the program without a message" {
    numbers 20000 >many
    into_closed_pipe 4 pipeline many
    assert_equal "$output$stderr" '1 b'
}

@test "where SIGPIPE is ignored, a closed output is status 1" {
    numbers 20000 >many
    (
        trap '' PIPE
        play pipeline many || echo "status $?" >verdict
    ) 2>errors | head -n 1 >first
    assert_equal "$(cat first verdict)$(errors)" $'1 b\nstatus 1'
}

@test "a full disk is status 1" {
    onto_full_disk pipeline
    assert_equal "$status" 1
}

@test "takes files, and no options" {
    takes pipeline '[FILE...]   (- is standard input)' -x -c3
}
