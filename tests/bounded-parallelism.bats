#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

# sums PATH...: what find and cksum say of the trees, sorted by name. No name
# here holds a line end.
sums() {
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r cksum --
}

# What every run must show: the lines in $want, how many files there are, and
# for each way in $ways how many goroutines there were at most. The figures of
# the last run are left in $most.
ways='serial each workers' workers=4
holds() {
    local way said
    local -i files
    files=$(grep -c . <<<"$want") || true
    assert_equal "$output" "${want:+$want$'\n'}$files files, the same sums in every way"
    declare -gA most=()
    for way in $ways; do
        said=$(grep "^~ $way: at most " <<<"$stderr")
        [[ $said =~ at\ most\ ([0-9]+)\ at\ once,\ [0-9]+\ ms$ ]] || fail "not a figure: $said"
        most[$way]=${BASH_REMATCH[1]}
    done
    assert_equal "$(grep -vc '^~ ' <<<"$stderr")" 0
    [[ ! ${most[serial]-} ]] || assert_equal "${most[serial]}" 1
    [[ ! ${most[workers]-} ]] || assert_equal "${most[workers]}" "$workers"
    [[ ! ${most[each]-} ]] || ((most[each] <= files && (files == 0 || most[each] >= 1)))
}

# Each test has its own folder, with a tree in it of odd names, links and pipes.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p tree/a tree/a-b/c/d 'tree/ blank ' tree/empty tree/-n
    seq 10000 >tree/a/numbers
    printf 'no line end' >tree/a-b/c/d/deep
    : >tree/nothing
    head -c 200000 /dev/urandom >tree/random
    local name
    for name in ' ' '*' '-' '--help' '.hidden' "a'b\"c" 'a\b' "\$HOME" $'t\ta\rb' 'schön' $'\377\201' \
        "$(printf '%0255d' 0)"; do
        echo "$name" >"tree/ blank /$name"
    done
    cp tree/a/numbers 'tree/-n/-n'
    ln -s numbers tree/a/link
    ln -s ../a tree/a-b/link-to-folder
    ln -s . tree/loop
    ln -s nosuch tree/dangling
    mkfifo tree/pipe
}

@test "sums the sample as find and cksum do, in all three ways" {
    want=$(cd "$ROOT/patterns/bounded-parallelism" && sums sample)
    repeat run_holds bounded-parallelism
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    want=$(cd "$ROOT/patterns/bounded-parallelism" && sums sample)
    seeds_hold bounded-parallelism
    workers=2 want=$(sums tree)
    SEEDS=10 seeds_hold bounded-parallelism -j 2 tree
}

@test "odd names, deep folders; links and pipes are left out, as by find" {
    want=$(sums tree)
    repeat run_holds bounded-parallelism tree
    want=$(sums tree/)
    run_holds bounded-parallelism tree/
    cd tree
    want=$(sums .)
    run_holds bounded-parallelism .
    want=$(sums a/link loop dangling pipe)
    assert_equal "$want" ''
    run_holds bounded-parallelism a/link loop dangling pipe
}

@test "sums the cookbook itself, with any number of workers" {
    cp -r "$ROOT/patterns" .
    want=$(sums patterns)
    for workers in 1 3 64; do
        run_holds bounded-parallelism -j "$workers" patterns
    done
    want=$(sums patterns tree tree | sort -s -k 3)
    workers=4
    run -0 --separate-stderr play bounded-parallelism patterns tree tree
    assert_equal "$(head -n -1 <<<"$output" | sort -k 3)" "$(sort -k 3 <<<"$want")"
}

@test "plays only one of the ways when told so" {
    want=$(sums tree)
    for ways in serial each workers; do
        run_holds bounded-parallelism -w "$ways" tree
        assert_equal "$(wc -l <<<"$stderr")" 1
    done
}

# Where each of so many has a goroutine is a matter of luck and of the machine,
# so that way is played on some hundreds only.
@test "sums 20,000 small files with four workers" {
    local n=20000 folder
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || n=2000
    for ((folder = 0; folder < n / 500; folder++)); do
        mkdir -p "many/$folder"
        (cd "many/$folder" && seq 500 | split -l 1 -a 3 -)
    done
    want=$(sums many)
    ways=workers
    LIMIT=60 run_holds bounded-parallelism -w workers many
    ways=serial
    LIMIT=60 run_holds bounded-parallelism -w serial many
    want=$(sums many/0)
    ways='serial each workers'
    run_holds bounded-parallelism many/0
}

@test "four workers need no more open files than four, however many there are" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'needs files of its own'
    mkdir flat
    (cd flat && seq 600 | split -l 1 -a 3 -)
    want=$(sums flat)
    ulimit -n 12
    ways=workers
    repeat run_holds bounded-parallelism -w workers flat
}

@test "a goroutine for each: as many at once as there are files, if nobody listens" {
    [[ $BUILD != */tsan ]] || skip 'built without the laboratory'
    local seed top=0
    want=$(sums tree)
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_SEED=$seed run_holds bounded-parallelism tree
        ((most[each] <= top)) || top=${most[each]}
    done
    ((top > 4 && top <= $(wc -l <<<"$want")))
}

@test "what can not be read costs a message and status 1, and the others are summed" {
    run -1 --separate-stderr play bounded-parallelism nosuch tree/a
    assert_output "$(sums tree/a)"$'\n1 files, the same sums in every way'
    assert_regex "$stderr" '^bounded-parallelism: nosuch: No such file or directory'
    [ -r /proc/self/mem ] || skip '/proc is missing'
    run -1 --separate-stderr play bounded-parallelism tree/a /proc/self/mem
    assert_output "$(sums tree/a)"$'\n2 files, the same sums in every way'
    assert_line --index 0 --regexp ' tree/a/numbers$'
    assert_regex "$(grep -v '^~' <<<"$stderr")" \
        '^bounded-parallelism: /proc/self/mem: (Input/output|I/O) error$'
}

@test "neither a closed file nor a closed folder stops it" {
    chmod 0 tree/a/numbers tree/a-b
    [ ! -r tree/a/numbers ] || skip 'whoever may read everything sees no closed file'
    run -1 --separate-stderr play bounded-parallelism tree
    assert_equal "$(sort <<<"$output")" "$(
        sums tree 2>/dev/null | sort
        echo "$(find tree -type f 2>/dev/null | wc -l) files, the same sums in every way" | sort
    )"
    assert_equal "$(grep -v '^~' <<<"$stderr" | sort)" 'bounded-parallelism: tree/a-b: Permission denied
bounded-parallelism: tree/a/numbers: Permission denied'
}

teardown() {
    chmod -f 755 "$BATS_TEST_TMPDIR"/tree/a-b || true
}

@test "a closed output ends it quietly, a full disk is status 1" {
    mkdir flat
    (cd flat && seq 600 | split -l 1 -a 3 -)
    play bounded-parallelism flat 2>errors | head -n 1 >first
    assert_equal "$(<first)" "$(sums flat | head -n 1)"
    assert_equal "$(sed '/^==/d; /^~/d' errors)" ''
    [ -w /dev/full ] || skip '/dev/full is missing'
    status=0
    play bounded-parallelism tree >/dev/full || status=$?
    assert_equal "$status" 1
}

@test "an empty tree is fine" {
    want=''
    run_holds bounded-parallelism tree/empty
}

@test "misuse is a usage line and status 2, -h a usage text and status 0" {
    local words
    for words in '-j 0' '-j x' '-j 3x' '-j -1' '-j 1001' '-j' '-w' '-w all' '-x' '--nosuch'; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play bounded-parallelism $words
        assert_output ''
        assert_regex "$stderr" '^usage: bounded-parallelism [^'$'\n'']*$'
    done
    run -2 play bounded-parallelism -j '' tree
    for words in -h --help; do
        run -0 --separate-stderr play bounded-parallelism "$words"
        assert_output --regexp '^usage: bounded-parallelism '
        assert_equal "$stderr" ''
    done
}
