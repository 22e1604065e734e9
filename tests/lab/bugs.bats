#!/usr/bin/env bats
# tests/bugs: the laboratory and ThreadSanitizer find each bug in tests/lab/bugs/, which has
# the structure of a published one, and report none of its fixed versions.
load ../helper

# program NAME <TEXT: writes a program of the kind that tests/bugs takes.
program() {
    {
        cat <<END
/* A test of the script.
 *
 * Class: test
 * Found by: seeds
 */
END
        cat
    } >"$BATS_TEST_TMPDIR/$1.c"
}

deadlock() {
    cat <<'END'
#include "chan.h"
int main(void)
{
    chan(int) c = chan_make(int, 0);
#ifndef FIXED
    chan_recv(c, NULL); /* BUG */
#endif
    chan_free(c);
}
END
}

@test "each published bug is found, and no fixed version is reported" {
    run -0 "$ROOT/tests/bugs" -q
    echo "$output"
    refute_output --partial ALARM
    refute_output --partial MISSED
    assert_line --regexp '^blocking, all +68 +68 .* 0$'
    assert_line --regexp '^non-blocking, all +35 +35 .* 0$'
}

@test "the script fails if a fixed version is reported" {
    deadlock | sed 's/ifndef FIXED/if 1/' | program wrong-twin
    run -1 "$ROOT/tests/bugs" "$BATS_TEST_TMPDIR/wrong-twin.c"
    assert_line 'ALARM    wrong-twin: reported under a seed; see build/bugs/wrong-twin/alarm'
    assert_line 'found    wrong-twin, lane seeds, run 1'
    grep -q 'line 11: goroutine 1 (main) waits' "$ROOT/build/bugs/wrong-twin/alarm"
}

@test "the script fails if a bug is not found, or another line is named" {
    deadlock | sed 's/ifndef FIXED/if 0/' | program no-bug
    deadlock | sed 's, /. BUG ./,,; s,chan_free(c);,& /* BUG */,' | program other-line
    run -1 "$ROOT/tests/bugs" "$BATS_TEST_TMPDIR/no-bug.c" "$BATS_TEST_TMPDIR/other-line.c"
    assert_line 'MISSED   no-bug, lane seeds; see build/bugs/no-bug/seeds'
    assert_line 'MISSED   other-line, lane seeds; see build/bugs/other-line/seeds'
}

@test "a bug that is listed as not yet found is counted, and must still be missed" {
    deadlock | sed 's/ifndef FIXED/if 0/' | program later
    deadlock | program now
    sed -i 's/^ \* Found by: seeds/&\n * Not yet: seeds: a test/' "$BATS_TEST_TMPDIR"/{later,now}.c
    run -0 "$ROOT/tests/bugs" "$BATS_TEST_TMPDIR/later.c"
    assert_line 'not yet  later, lane seeds'
    assert_line '1 not yet found by a lane that should find it'
    run -1 "$ROOT/tests/bugs" "$BATS_TEST_TMPDIR/now.c"
    assert_line 'FOUND    now, lane seeds, run 1: its comment says Not yet'
}

@test "a program that does not compile, or says nothing of its class, is an error" {
    echo 'int main(void) { return x; }' | program broken
    deadlock >"$BATS_TEST_TMPDIR/silent.c"
    run -1 "$ROOT/tests/bugs" "$BATS_TEST_TMPDIR/broken.c" "$BATS_TEST_TMPDIR/silent.c"
    assert_line --partial 'MISSED   silent'
    assert_line --partial 'MISSED'
    run -2 "$ROOT/tests/bugs" nothing-of-this-name
}
