#!/usr/bin/env bats
# The commands in README.md work, and print what README.md shows.
load ../helper

# Six jobs, each done once, by one of three workers.
holds() {
    local job
    assert_equal "${#lines[@]}" 6
    for job in 1 2 3 4 5 6; do
        assert_line --regexp "^worker [123] does job $job\$"
    done
}

@test "the transcript shows each job done once" {
    mapfile -t lines < <(block "$ROOT/README.md" 'console varies' | tail -n +2)
    output=$(printf '%s\n' "${lines[@]}")
    holds
}

@test "the compile line needs only cc, and the program prints what the page shows" {
    local command
    command=$(block "$ROOT/README.md" 'console varies' | sed -n '1s/^\$ //p')
    cd "$BATS_TEST_TMPDIR"
    mkdir -p common tests/book
    cp "$ROOT/common/chan.h" common
    cp "$ROOT/tests/book/workers.c" tests/book
    echo "-- $command"
    run -0 timeout -k 2 60 sh -c "${command% && *}"
    refute_output # no warning, no note
    run -0 timeout -k 2 "$LIMIT" sh -c "${command#* && }"
    holds
}

# shellcheck disable=SC2016  # an awk program
@test "the first program is fifteen lines and its includes" {
    run -0 awk '/^```c$/ { inside = 1; next } inside && /^```$/ { exit }
        inside && /[a-z]/ && !/^#include/' "$ROOT/README.md"
    assert_equal "${#lines[@]}" 15
}

@test "every link leads somewhere" {
    cd "$ROOT"
    while read -r target; do
        [[ -e ${target%%#*} ]] || fail "README.md links to $target"
    done < <(grep -o '](\([^)]*\))' README.md | sed 's/^](//; s/)$//' | grep -v '^http')
}

@test "every command it names exists" {
    cd "$ROOT"
    while read -r script; do
        [[ -x $script ]] || fail "README.md names $script"
    done < <(grep -o 'scripts/[a-z-]*' README.md | sort -u)
}

# shellcheck disable=SC2016  # an awk program
@test "the header has at most 1,270 lines of at most 100 columns" {
    run -0 awk 'length > 100 { print FNR ": " $0 } END { if (NR > 1270) print NR " lines" }' \
        "$ROOT/common/chan.h"
    refute_output
}

@test "README.md has at most 150 lines" {
    assert [ "$(wc -l <"$ROOT/README.md")" -le 150 ]
}

# Each page of the workshop asks a question that scripts/run --pause can ask.
@test "the workshop: eight blocks of six hours, on pages that ask a question" {
    local block pages rest minutes page total=0 blocks=0
    cd "$ROOT/patterns/book"
    while IFS='|' read -r _ block pages rest; do
        minutes=${rest##*| } minutes=${minutes%% *}
        total=$((total + minutes)) blocks=$((blocks + 1))
        for page in $(grep -o '([^)]*README.md)' <<<"$pages" | tr -d '()'); do
            grep -q '^## Predict, then run$' "$page" || fail "$block: $page asks nothing"
        done
    done < <(awk '/^<!-- day -->$/ { inside = 1; next } /^<!-- .day -->$/ { exit }
        inside && /^[|] [0-9]/' workshop.md)
    assert_equal "$blocks blocks, $total minutes" '8 blocks, 360 minutes'
}
