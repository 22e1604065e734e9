#!/usr/bin/env bats
# The benchmark measures every row, with and without Go. A goroutine that waits takes no
# processor time. The table of the pages is made of the stored figures.
load ../helper

setup_file() {
    export BENCH_SECONDS=0.001
    (cd "$ROOT" && "${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
        -Werror -pthread -Icommon -o "$BATS_FILE_TMPDIR/bench" tests/bench/bench.c &&
        "${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
            -Werror -pthread -Icommon -o "$BATS_FILE_TMPDIR/busy" tests/bench/busy.c)
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
    GO=no-such-go measured
    refute_output --partial 'geometric mean'
    assert_line --regexp '^  rendezvous : spin round trip .* <1\.5$'
    assert_line --regexp '^  a value every ms, beside 4 : pipe .* <3$'
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" bench)" "$("$BATS_FILE_TMPDIR/bench" -l)"
}

@test "Go has the same rows" {
    need go
    measured ping-pong prod-cons:2:10 prod-cons-work:2:0 select-closed
    assert_equal "$(figures "$BATS_TEST_TMPDIR/bench.tsv" go)" "$(figures "$BATS_TEST_TMPDIR/bench.tsv" bench)"
    assert_line --regexp '^  geometric mean of 3 rows '
    local row
    while read -r row; do
        [[ $row == prod-cons* ]] || grep -qF "\"$row\"" "$ROOT/tests/bench/bench.go" || fail "no $row in Go"
    done < <("$BATS_FILE_TMPDIR/bench" -l)
}

@test "the curves take any number of threads, cases and bytes" {
    GO=no-such-go measured -c prod-cons:16:0 width:256 width-wait:3 size:65536 buffered:1 copy:4096
    assert_equal "$(figures "$BATS_TEST_TMPDIR/curves.tsv" bench | wc -l)" 6
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
        local ms
        ms=$(timeout -k 2 10 "$BATS_FILE_TMPDIR/bench" -a | cut -f 2)
        awk -v ms="$ms" 'BEGIN { exit !(ms > 0 && ms < 20) }' || fail "it takes $ms ms"
    }
    repeat asleep
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
    printf '%s\n' $'# a machine' $'bench\tone\t10\t9\t11' $'go\tone\t20\t19\t30' $'ratio\tone\t0.5\t0.4\t0.6' \
        $'bench\ttwo\t8\t8\t8' $'go\ttwo\t1\t1\t1' $'ratio\ttwo\t8\t8\t8' \
        $'bench\tone-work\t8\t8\t8' $'go\tone-work\t1\t1\t1' $'ratio\tone-work\t8\t8\t8' >"$BATS_TEST_TMPDIR/t.tsv"
    run -0 "$ROOT/tests/bench/table" -m "$BATS_TEST_TMPDIR/t.tsv"
    assert_line '| one | 10.0 | 20.0 | 0.50 |'
    assert_line '| two | 8.0 | 1.0 | 8.00 |'
    assert_line '| geometric mean of 2 rows |  |  | 2.00 |'
}

@test "the stored figures have their machine and date, and every current row" {
    local stored=$ROOT/tests/bench/bench.tsv
    run -0 "$ROOT/tests/bench/table" "$stored"
    assert_line --index 0 --regexp '^20[0-9]{2}-[0-9]{2}-[0-9]{2}, [0-9]+ cores, .*Go [0-9.]+; [0-9]+ rounds'
    assert_equal "$(figures "$stored" bench)" "$("$BATS_FILE_TMPDIR/bench" -l)"
    assert_equal "$(figures "$stored" go)" "$("$BATS_FILE_TMPDIR/bench" -l)"
}
