#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

setup() {
    file=$BATS_TEST_TMPDIR/file
}

# What main prints until it waits for the result.
works() { # NAME
    printf 'main: counts %s in the background\n' "$1"
    printf 'main: own work %d\n' 1 2 3
    echo 'main: needs the result'
}

# A whole run. LINE is what wc prints for the file; it comes twice.
counted() { # NAME LINE
    works "$1"
    printf '%s\nmain: counts two halves in parallel\n%s\n' "$2" "$2"
}

# The program prints for $file what wc prints.
like_wc() {
    holds() { assert_output "$(counted "$file" "$(LC_ALL=C wc "$file")")"; }
    run_holds background-result "$file"
}

@test "main works, then prints the sample's counts: whole, and by halves" {
    local line
    line=$(cd "$ROOT/patterns/background-result" && LC_ALL=C wc sample.txt)
    holds() { assert_output "$(counted sample.txt "$line")"; }
    repeat run_holds background-result
    cd "$BATS_TEST_TMPDIR"
    run_holds background-result
}

@test "the same holds under every seed, and nothing is left behind" {
    local line
    line=$(cd "$ROOT/patterns/background-result" && LC_ALL=C wc sample.txt)
    holds() { assert_output "$(counted sample.txt "$line")"; }
    seeds_hold background-result
}

@test "counts text as wc does" {
    local text
    for text in '' 'a' ' ' '\n' 'a\n' '\n\n\n' 'one two' ' one\ttwo\n' 'a\vb\fc\rd e\n\n f' \
        'no newline at the end' '   \n\t\t\n   '; do
        printf %b "$text" >"$file"
        like_wc
    done
}

@test "counts long random text as wc does, wherever the middle falls" {
    local seed
    for seed in 1 2 3 4 5; do
        awk -v seed="$seed" 'BEGIN {
            srand(seed)
            blanks = " \t\n\v\f\r"
            for (i = 0; i < 20000; i++)
                printf "%s", rand() < 0.3 ? substr(blanks, 1 + int(6 * rand()), 1) \
                    : sprintf("%c", 33 + int(94 * rand()))
        }' >"$file"
        like_wc
    done
    for seed in 1 2 3 4 5 6 7 8; do
        printf 'one two three' | head -c "$seed" >"$file"
        like_wc
    done
}

@test "counts the lines and bytes of binary data, with NUL bytes" {
    local lines_and_bytes n
    { head -c 200000 "$(command -v bash)" && printf '\0\n\0\377\n\0'; } >"$file"
    lines_and_bytes=$(LC_ALL=C wc -lc <"$file" | awk '{ print $1, $2 }')
    run_holds_bytes() {
        run -0 --separate-stderr play background-result "$file"
        for n in 5 7; do
            assert_equal "$(awk '{ print $1, $3 }' <<<"${lines[n]}")" "$lines_and_bytes"
        done
        assert_equal "${lines[5]}" "${lines[7]}"
    }
    repeat run_holds_bytes
}

@test "counts a pipe once, because it cannot be read twice" {
    run -0 --separate-stderr play background-result <(printf 'one two\nthree')
    assert_equal "${#lines[@]}" 6
    assert_regex "${lines[5]}" '^ *1 +3 13 /dev/fd/[0-9]+$'
    run -0 --separate-stderr play background-result /dev/null
    assert_line --index 5 '0 0 0 /dev/null'
}

@test "reports a file that cannot be read, and exits with status 1" {
    cd "$BATS_TEST_TMPDIR"
    mkdir folder
    run -1 --separate-stderr play background-result nosuch
    assert_output "$(works nosuch)"
    assert_equal "$stderr" 'background-result: nosuch: No such file or directory'
    run -1 --separate-stderr play background-result folder
    assert_output "$(works folder)"
    assert_equal "$stderr" 'background-result: folder: Is a directory'
    run -1 --separate-stderr play background-result "$file/beneath"
    assert_equal "$stderr" "background-result: $file/beneath: No such file or directory"
}

@test "a large file needs no more memory" {
    # Sanitizers and valgrind need memory of their own, and they are slow.
    [[ -z ${COOKBOOK_WRAP-} && $BUILD == "$ROOT/build" ]] || skip 'only for the plain build'
    truncate -s 100M "$file"
    holds() { assert_line --index 5 "        0         1 104857600 $file"; }
    ulimit -S -v 60000
    run_holds background-result "$file"
}

@test "ends when its output is not read" {
    local ends
    { sleep 0.2 && play background-result; } | true # closed before the first line
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one file, and not standard input" {
    takes background-result '[FILE]' - 'one two'
}
