#!/usr/bin/env bats
# The stress programs, for a second each. tests/soak plays them for longer.
load ../helper

# A finding of a sanitizer ends a program with a status that is not 0.
@test "the random programs go well, with pauses and signals" {
    local program name failed=0 n=0
    for program in "$ROOT"/tests/stress/*.c; do
        name=$(basename "$program" .c)
        ((++n))
        play "stress/$name" -t 1 -s 1 -p 20 -i 2000 >"$BATS_TEST_TMPDIR/said" 2>&1 && continue
        echo "$name ended with status $?:"
        head -n 60 "$BATS_TEST_TMPDIR/said"
        failed=1
    done
    ((n > 0 && failed == 0))
}
