#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, in any order: the lines of cksum.
holds() {
    assert_equal "$(LC_ALL=C sort <<<"$output")" "$(LC_ALL=C sort <<<"$want")"
    assert_equal "$stderr" ''
}

# equals [-j N] FILE...: repeatedly sums the files as cksum does.
equals() {
    local files=("$@")
    [[ $1 != -j ]] || files=("${@:3}")
    want=$(cksum "${files[@]}")
    repeat run_holds fan-out "$@"
}

# The lines that cksum prints among the samples.
samples() {
    (cd "$ROOT/patterns/fan-out" && cksum sample-*.txt)
}

# Each test has its own copy of the patterns, so that it may write beside them.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    cp -r "$ROOT/patterns" .
}

@test "sums the samples as cksum does" {
    want=$(samples)
    repeat run_holds fan-out
}

@test "the same holds for every seed, and nothing is left behind" {
    want=$(samples)
    seeds_hold fan-out
    seeds_hold fan-out -j 2
}

@test "sums real files with any number of workers" {
    equals patterns/*/*.c "$(type -P bash)"
    equals -j 1 patterns/*/*.*
    equals -j 2 patterns/*/*.*
    equals -j 64 patterns/*/*.*
}

@test "a single worker keeps the order of the files" {
    want=$(cksum patterns/*/*.c)
    run -0 play fan-out -j 1 patterns/*/*.c
    assert_output "$want"
}

@test "-j may ask for more workers than there are files, or than a system can start" {
    equals -j 1000000 "$ROOT/LICENSE" "$ROOT/LICENSE"
    equals -j 99999999999999999999 "$ROOT/LICENSE"
}

@test "sums files of every length about its eight bytes and its 64 KiB" {
    local length
    for length in {0..25} 255 256 4096 65535 65536 65537 65543 131072 131081; do
        head -c "$length" "$(type -P bash)" >"$length bytes"
    done
    equals ./*bytes
}

@test "sums bytes of every value at every place" {
    printf %b "$(printf '\\x%02x' {0..255})" >all
    tr '\0-\377' '\1-\377\0' <all >turned
    cat all turned all turned >both
    equals all turned both
}

# Sanitizers and valgrind need their time and their memory: they get 8 MiB.
@test "sums a file of 1 GiB in constant memory" {
    if [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]]; then
        truncate -s 1G giant
        want=$(cksum giant)
        ulimit -v 300000
    else
        truncate -s 8M giant
        want=$(cksum giant)
    fi
    run_holds fan-out giant
}

@test "a bad file costs a message and status 1, and the others are summed" {
    want=$(cksum "$ROOT/LICENSE" "$ROOT/Makefile")
    run -1 --separate-stderr play fan-out nosuch "$ROOT/LICENSE" . "$ROOT/Makefile"
    assert_equal "$(sort <<<"$output")" "$(sort <<<"$want")"
    assert_equal "$(sort <<<"$stderr")" \
        $'fan-out: .: Is a directory\nfan-out: nosuch: No such file or directory'
    run -1 --separate-stderr play fan-out nosuch
    assert_output ''
    assert_equal "$stderr" 'fan-out: nosuch: No such file or directory'
}

@test "a closed output ends the program without a message" {
    # shellcheck disable=SC2046  # many words
    into_closed_pipe 10 fan-out $(yes "$ROOT/LICENSE" | head -n 5000)
    assert_equal "$output$stderr" "$(cksum "$ROOT/LICENSE" | head -c 10)"
}

@test "a full disk is status 1" {
    onto_full_disk fan-out
    assert_equal "$status" 1
}

@test "takes a number of workers, at least one" {
    takes fan-out '[-j WORKERS] [FILE...]   (3 workers)' '-j 0' '-j x' -x
}
