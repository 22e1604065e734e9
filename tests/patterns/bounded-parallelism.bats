#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# sums PATH...: what find and cksum say of the trees, sorted by name. No name
# here holds a line end.
sums() {
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r cksum --
}

# What every run must show: the lines in $want, the number of files and, for each of the
# $ways, a peak that is not too high. With a slow disk, as in $disk, standard output has
# the peaks too. They are left in $most.
ways='serial each workers' workers=4 disk=''
holds() {
    local way said
    local -i files
    files=$(grep -c . <<<"$want") || true
    declare -gA most=()
    for way in $ways; do
        said=$(grep "^~ $way: peak " <<<"$stderr")
        [[ $said =~ peak\ ([0-9]+),\ [0-9]+\ ms$ ]] || fail "not a figure: $said"
        most[$way]=${BASH_REMATCH[1]}
        ((most[$way] <= files && (files == 0 || most[$way] >= 1))) || fail "$files files: $said"
        [[ ! $disk ]] || assert_line "$way: peak ${most[$way]}"
    done
    assert_equal "$(grep -av ': peak [0-9]*$' <<<"$output")" \
        "${want:+$want$'\n'}$files files, the same sums in each way"
    # On a busy machine a goroutine may take so long that the laboratory goes on without it.
    stderr=$(sed '/^schedule no longer/d' <<<"$stderr")
    assert_equal "$(grep -vc '^~ ' <<<"$stderr")" 0
    ((${most[serial]-1} <= 1 && ${most[workers]-1} <= workers))
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

# The transcript is that of every seed; a free run may start its readers late.
@test "at most one file is open, or all twelve, or four: as the page says" {
    holds() {
        assert_equal "$(sed "s/^each: peak [1-9][0-9]*/each: peak 12/; s/^workers: peak [1-4]$/workers: peak 4/" <<<"$output")" \
            "$(transcript bounded-parallelism)"
    }
    repeat run_holds bounded-parallelism
    holds() { assert_output "$(transcript bounded-parallelism)"; }
    CHAN_SLEEPS=exact seeds_hold bounded-parallelism
}

@test "sums the sample as find and cksum do, in all three ways" {
    cd "$ROOT/patterns/bounded-parallelism"
    want=$(sums sample)
    repeat run_holds bounded-parallelism sample
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    workers=2 want=$(sums tree)
    CHAN_SLEEPS=exact SEEDS=20 seeds_hold bounded-parallelism -j 2 tree
}

# In virtual time no file is done before the peak is reached.
@test "a goroutine for each file opens all files at the same time, N workers open N" {
    knows_seeds
    want=$(sums tree) disk=slow
    for workers in 1 3 7 1000; do
        # Of five runs one is as the seed has it, also on a busy machine.
        for _ in 1 2 3 4 5; do
            CHAN_SLEEPS=exact CHAN_SEED=$workers run --separate-stderr play bounded-parallelism -d 20 -j "$workers" tree
            assert_success
            [[ $stderr == *'schedule no longer'* ]] || break
        done
        holds
        assert_equal "serial ${most[serial]}, each ${most[each]}, workers ${most[workers]}" \
            "serial 1, each $(wc -l <<<"$want"), workers $((workers < $(wc -l <<<"$want") ? workers : $(wc -l <<<"$want")))"
    done
}

# In virtual time: 12 files of 100 ms one by one, all at once, and four at once.
@test "four workers take the time of three files each, twelve readers that of one file" {
    knows_seeds
    CHAN_SEED=5 run -0 --separate-stderr play bounded-parallelism
    assert_equal "$stderr" '~ serial: peak 1, 1200 ms
~ each: peak 12, 100 ms
~ workers: peak 4, 300 ms'
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

@test "sums only in the ways that are named" {
    want=$(sums tree)
    for ways in serial each workers; do
        run_holds bounded-parallelism -w "$ways" tree
        assert_equal "$(wc -l <<<"$stderr")" 1
    done
    ways='serial workers'
    run_holds bounded-parallelism -w workers -w serial tree
    assert_equal "$(wc -l <<<"$stderr")" 2
}

# A goroutine for each of 2,000 files may be more than the machine can start, so that
# way sums a few hundred only.
@test "sums 2,000 small files with four workers" {
    local n=2000 folder
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

@test "a goroutine for each file runs out of open files, and reports it" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'needs files of its own'
    mkdir flat
    (cd flat && seq 100 | split -l 1 -a 3 -)
    ulimit -n 12
    CHAN_SEED=1 run -1 --separate-stderr play bounded-parallelism -d 50 -w each flat
    assert_regex "$stderr" 'bounded-parallelism: flat/[a-z]*: (Too many open files|No file descriptors available)'
    want=$(sums flat)
    ways=workers disk=slow
    CHAN_SEED=1 run_holds bounded-parallelism -d 50 -w workers flat
}

# If it kept one file open for each level, it would run out of them.
@test "a tree of 1100 levels needs no more open files than a flat one" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'needs files of its own'
    local deep
    deep=deep/$(printf 'd/%.0s' {1..1100})
    mkdir -p "$deep"
    echo far down >"$deep/file"
    want=$(sums deep)
    ulimit -n 20
    run_holds bounded-parallelism deep
}

@test "a file that fails in one of the ways is named" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'needs files of its own'
    mkdir flat
    (cd flat && seq 100 | split -l 1 -a 3 -)
    ulimit -n 12
    CHAN_SEED=1 run -1 --separate-stderr play bounded-parallelism -d 50 -w serial -w each flat
    assert_line '100 files, but the sums differ'
    assert_regex "$stderr" 'bounded-parallelism: flat/[a-z]*: (Too many open files|No file descriptors available)'
}

@test "a file that cannot be read costs a message and status 1, the others are summed" {
    run -1 --separate-stderr play bounded-parallelism nosuch tree/a
    assert_output "$(sums tree/a)"$'\n1 files, the same sums in each way'
    assert_regex "$stderr" '^bounded-parallelism: nosuch: No such file or directory'
    [ -r /proc/self/mem ] || skip '/proc is missing'
    run -1 --separate-stderr play bounded-parallelism tree/a /proc/self/mem
    assert_output "$(sums tree/a)"$'\n2 files, the same sums in each way'
    assert_line --index 0 --regexp ' tree/a/numbers$'
    assert_regex "$(grep -v '^~' <<<"$stderr")" \
        '^bounded-parallelism: /proc/self/mem: (Input/output|I/O) error$'
}

@test "a file or folder without permission does not stop it" {
    chmod 0 tree/a/numbers tree/a-b
    [ ! -r tree/a/numbers ] || skip 'the superuser may read every file'
    run -1 --separate-stderr play bounded-parallelism tree
    assert_equal "$(sort <<<"$output")" "$(
        sums tree 2>/dev/null | sort
        echo "$(find tree -type f 2>/dev/null | wc -l) files, the same sums in each way" | sort
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
    first=$(sums flat | head -n 1)
    into_closed_pipe ${#first} bounded-parallelism flat
    assert_equal "$output$stderr" "$first"
    onto_full_disk bounded-parallelism tree
    assert_equal "$status" 1
}

@test "an empty tree is fine" {
    want=''
    run_holds bounded-parallelism tree/empty
}

@test "each option keeps to its limits" {
    takes bounded-parallelism '[-j WORKERS] [-d DISK_MS] [-w serial|each|workers]... [PATH...]    (4; 0; all three)' \
        '-j 0' '-j 1001' '-d -1' '-d 1001' '-w all'
}
