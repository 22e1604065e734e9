#!/usr/bin/env bats
# The benchmark measures every row on threads and on fibers, with and without Go. A goroutine
# that waits takes no processor time. The table of the pages is made of the stored figures.
load ../helper

setup_file() {
    export BENCH_SECONDS=0.001 BENCH_MANY=2000
    cd "$ROOT" || return
    strictly bench bench.c
    strictly fibers bench.c -DCHAN_FIBERS
    strictly busy busy.c
}

# strictly PROGRAM SOURCE [FLAG...]: compiles it, without a warning.
strictly() {
    "${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread \
        -Icommon "${@:3}" -o "$BATS_FILE_TMPDIR/$1" "tests/bench/$2"
}

# figures FILE WHO: the names of the rows in which FILE has a figure above 0 for WHO.
figures() {
    awk -F '\t' -v who="$2" '$1 == who && $3 > 0 { print $2 }' "$1"
}

measured() {
    run --separate-stderr timeout -k 5 100 "$ROOT/tests/bench/run" -r 1 -o "$BATS_TEST_TMPDIR" "$@"
    assert_equal "$status" 0
}

@test "every row has a figure, and the prices of the machine, also without Go" {
    GO=no-such-go RUSTC=no-such-rustc measured
    refute_output --partial 'geometric mean'
    refute_output --partial crossbeam
    assert_line --regexp '^  2,000 blocked, KiB each  *[1-9]'
    assert_line --regexp '^  rendezvous : spin round trip .* <1\.5$'
    assert_line --regexp '^  a value every ms, beside 4 : pipe .* <3$'
    local who
    for who in threads fibers; do
        assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" $who)" "$("$BATS_FILE_TMPDIR/bench" -l)"
    done
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" fibers-beside-3 | wc -l)" 5
}

@test "Go has the same rows" {
    need go
    measured ping-pong prod-cons:2:10 prod-cons-work:2:0 select-closed
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" go)" "$(figures "$BATS_TEST_TMPDIR/bench.tsv" threads)"
    assert_line --regexp '^  geometric mean of 3 core rows '
    assert_line --regexp '^  20,000 short  *[1-9].* [0-9.]+ <0\.2$'
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" fibers-many)" "$(figures "$BATS_TEST_TMPDIR/bench.tsv" go-many)"
    local row
    while read -r row; do
        [[ $row == prod-cons* ]] || grep -qF "\"$row\"" "$ROOT/tests/bench/bench.go" || fail "no $row in Go"
    done < <("$BATS_FILE_TMPDIR/bench" -l)
}

@test "rows of crossbeam stand beside those of C that have the same name" {
    need rustc
    [[ -e /usr/share/cargo/registry ]] || skip 'librust-crossbeam-channel-dev is not installed'
    measured ping-pong make
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" crossbeam)" ping-pong
    run -1 grep -vxF "$("$BATS_FILE_TMPDIR/bench" -l)" < <("$BATS_TEST_TMPDIR/crossbeam" -l)
    assert_output ''
}

@test "the curves take any number of threads, cases and bytes" {
    GO=no-such-go measured -c prod-cons:16:0 width:256 width-wait:3 size:65536 buffered:1 copy:4096
    assert_equal "$(figures "$BATS_TEST_TMPDIR/curves.tsv" threads | wc -l)" 6
}

@test "an unknown row is refused, and so is a missing size or number" {
    local row
    for row in ping prod-cons prod-cons:x size:3 width:257 width:0; do
        run timeout -k 2 10 "$BATS_FILE_TMPDIR/bench" "$row"
        assert_equal "$status" 2
    done
}

@test "sixteen goroutines that wait for a second take less than 20 ms of the processor" {
    asleep() {
        local ms engine
        for engine in bench fibers; do
            ms=$(timeout -k 2 10 "$BATS_FILE_TMPDIR/$engine" -a | cut -f 2)
            awk -v ms="$ms" 'BEGIN { exit !(ms > 0 && ms < 20) }' || fail "it takes $ms ms in $engine"
        done
    }
    repeat asleep
}

# The bounds are those of the targets. Without reuse of stacks, twenty thousand short
# goroutines would need more than 80 MiB.
@test "a blocked fiber takes less than 4.7 KiB, and short ones share few stacks" {
    local many
    many=$(timeout -k 2 60 "$BATS_FILE_TMPDIR/fibers" -b 20000 && timeout -k 2 60 "$BATS_FILE_TMPDIR/fibers" -s 200000)
    awk -F '\t' '
        $1 == "blocked-kib:20000" { kib = $2 }
        $1 == "short-mib:200000" { mib = $2 }
        END { exit !(kib > 0 && kib < 4.7 && mib < 16) }' <<<"$many" || fail "$many"
}

# waits_like_the_kernel COUNT: beside COUNT busy processes no wait costs much more
# than the kernel's own means, measured in turn. Other load on the machine affects both,
# but not at the same moment, so the best of five tries counts.
waits_like_the_kernel() {
    local try table
    for ((try = 1; try <= 5; try++)); do
        table=$(timeout -k 2 60 "$BATS_FILE_TMPDIR/busy" "$1" 3)
        echo "-- beside $1, try $try"
        echo "$table"
        ! awk -F '\t' '
            BEGIN { most["round-trip"] = 1.5; most["every-ms"] = 3; most["timeouts"] = 1.5 }
            $1 in most { rows++; slow += $4 > most[$1] }
            END { exit rows != 3 || slow > 0 }' <<<"$table" || return 0
    done
    fail "no try of five was as fast as the kernel"
}

@test "beside busy processes a wait costs what the kernel's own waits cost" {
    waits_like_the_kernel 2
    waits_like_the_kernel 4
}

@test "the table has the ratio of each row, and their geometric mean without work and crowds" {
    {
        echo '# a machine'
        while read -r row threads fibers go; do
            printf '%s\t%s\t%s\n' threads "$row" "$threads" fibers "$row" "$fibers" go "$row" "$go" \
                threads/go "$row" "$(awk "BEGIN { print $threads / $go }")" fibers/go "$row" "$(awk "BEGIN { print $fibers / $go }")"
        done <<<$'one 10 5 20\ntwo 8 2 1\none-work 8 8 1\nspawn-and-wait 4 1 10'
    } >"$BATS_TEST_TMPDIR/t.tsv"
    run -0 "$ROOT/tests/bench/table" -m "$BATS_TEST_TMPDIR/t.tsv"
    assert_line '| one | 10.0 | 5.0 | 20.0 | 0.50 | 0.25 |'
    assert_line '| two | 8.0 | 2.0 | 1.0 | 8.00 | 2.00 |'
    assert_line '| spawn-and-wait | 4.0 | 1.0 | 10.0 | 0.40 | 0.10 (at most 0.2) |'
    assert_line '| geometric mean of 2 core rows |  |  |  | 2.00 (at most 0.55) | 0.71 (at most 0.45) |'
    assert_line '| geometric mean of 1 rows of many |  |  |  | 0.40 | 0.10 (at most 0.35) |'
}

@test "the stored figures have their machine and date, and every current row" {
    local stored=$ROOT/tests/bench/bench.tsv
    run -0 "$ROOT/tests/bench/table" "$stored"
    assert_line --index 0 --regexp '^20[0-9]{2}-[0-9]{2}-[0-9]{2}, [0-9]+ cores, .*Go [0-9.]+; load [0-9.]+, [0-9]+ rounds'
    local who
    for who in threads fibers go; do
        assert_equal "$(figures "$stored" $who)" "$("$BATS_FILE_TMPDIR/bench" -l)"
    done
}
