#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154,SC2317  # a test is a subshell; run sets output and stderr; run_holds calls holds
load ../helper

# The tests search in this folder. Their notes are in the folder above it.
setup() {
    mkdir -p "$BATS_TEST_TMPDIR/here/tree"
    cd "$BATS_TEST_TMPDIR/here" || return
    want=$BATS_TEST_TMPDIR/want got=$BATS_TEST_TMPDIR/got
}

# as_find_and_grep WORD PATH: what find, sort and grep print: all files below, without
# following links, sorted by their whole paths, and grep on each.
as_find_and_grep() {
    find -H "$2" -type f -print0 | LC_ALL=C sort -z | LC_ALL=C xargs -0 -r grep -HnFI -e "$1" -- || true
}

# same WORD PATH...: both find the same lines, in the same order.
same() {
    local path word=$1
    shift
    for path; do as_find_and_grep "$word" "$path"; done >"$want"
    play parallel-grep "$word" "$@" >"$got"
    cmp "$want" "$got"
}

holds() {
    assert_output "$(transcript parallel-grep)"
    assert_equal "$stderr" ''
}

@test "finds the salt in the recipes, in the order of the files" {
    repeat run_holds parallel-grep
    cd "$ROOT/patterns/parallel-grep"
    assert_equal "$(transcript parallel-grep)" "$(as_find_and_grep salt recipes)"
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold parallel-grep
    seeds_hold parallel-grep -j 1
}

@test "finds in real trees what find, sort and grep find" {
    cp -r "$ROOT/patterns" "$ROOT/common" .
    same chan_recv patterns common/
    same e patterns ./patterns common/chan.h
    same ' ' .
    [ ! -d /usr/include/linux ] || same '#define' /usr/include/linux
}

@test "any number of workers prints the same" {
    cp -r "$ROOT/patterns" .
    as_find_and_grep the patterns >"$want"
    for n in 1 2 64 99999999999999999999; do
        play parallel-grep -j "$n" the patterns | cmp - "$want"
    done
}

# A directory sorts as its name with a slash: behind `a-b`, before `a0`.
@test "the order is that of the whole paths" {
    mkdir -p tree/a tree/a-b tree/a0 tree/A tree/a.d/a
    for file in tree/a/x tree/a-b/x tree/a0/x tree/A/x tree/a.d/a/x tree/a.txt tree/a! tree/aa tree/b; do
        echo salt >"$file"
    done
    same salt tree
    assert_equal "$(wc -l <"$got")" 9
}

@test "odd names are names like others" {
    mkdir 'tree/with space' tree/-n $'tree/new\nline' tree/...
    for file in 'tree/with space/ ' tree/-n/--help 'tree/*' $'tree/new\nline/a\tb' $'tree/\xff\xfe' \
        tree/.../.hidden 'tree/%s%n' "tree/$(printf 'x%.0s' {1..255})"; do
        printf 'here is %%s salt\n' >"$file"
    done
    same salt tree
    same %s tree
    cd tree
    run -0 play parallel-grep salt -n
    assert_output '-n/--help:1:here is %s salt'
    run -1 play parallel-grep -- -n -n
}

@test "links, pipes and sockets are left alone; a link that was named is followed" {
    mkdir tree/real
    echo salt >tree/real/file
    ln -s real tree/link
    ln -s real/file tree/to-file
    ln -s nowhere tree/dangling
    ln -s .. tree/real/up
    mkfifo tree/pipe
    same salt tree
    assert_equal "$(cat "$got")" 'tree/real/file:1:salt'
    same salt tree/link tree/to-file
    assert_equal "$(wc -l <"$got")" 2
    run -1 play parallel-grep salt tree/pipe
}

@test "skips binary files" {
    printf 'salt\0\n' >tree/nul-behind
    printf '\0salt\n' >tree/nul-before
    {
        yes salt | head -n 6000
        printf '\0\n'
    } >tree/nul-at-30000
    printf 'salt \xff\x01\x7f\n' >tree/no-nul
    cp "$(type -P bash)" tree
    same salt tree
    assert_equal "$(cut -d : -f 1 "$got")" tree/no-nul
}

@test "lines of any kind: empty, very long, without an end, with CR" {
    printf 'salt' >tree/open
    printf 'salt\r\n\r\nsalt\r\n' >tree/cr
    : >tree/empty
    printf '\n\n' >tree/blank
    {
        head -c 10485760 /dev/zero | tr '\0' x
        printf 'salt\nnext salt\n'
    } >tree/long
    same salt tree
    same '' tree
}

@test "what can't be read costs a message and status 2, the rest is found" {
    local home
    home=$(mktemp -d)
    chmod 755 "$home"
    cp "$BUILD/parallel-grep" "$home"
    mkdir "$home/tree" "$home/tree/shut" "$home/tree/zoo"
    for file in apple shut/x bear zoo/y; do echo salt >"$home/tree/$file"; done
    chmod 0 "$home/tree/bear" "$home/tree/shut"
    # Root can read everything, so another user runs the program.
    [ "$(id -u)" != 0 ] || COOKBOOK_WRAP="setpriv --reuid 65534 --regid 65534 --clear-groups ${COOKBOOK_WRAP-}"
    cd "$home"
    BUILD=$home run -2 --separate-stderr play parallel-grep salt tree nosuch
    chmod 755 tree/shut
    rm -rf "$home"
    assert_output $'tree/apple:1:salt\ntree/zoo/y:1:salt'
    assert_equal "$(sort <<<"$stderr")" 'parallel-grep: nosuch: No such file or directory
parallel-grep: tree/bear: Permission denied
parallel-grep: tree/shut/: Permission denied'
}

# A folder that may be read, but not entered, shows the names of files only.
@test "files that can't be looked at cost a message and status 2" {
    local home
    home=$(mktemp -d)
    chmod 755 "$home"
    cp "$BUILD/parallel-grep" "$home"
    mkdir -p "$home/tree/names-only"
    echo salt >"$home/tree/apple"
    echo salt >"$home/tree/names-only/hidden"
    chmod 444 "$home/tree/names-only"
    # Root can enter everything, so another user runs the program.
    [ "$(id -u)" != 0 ] || COOKBOOK_WRAP="setpriv --reuid 65534 --regid 65534 --clear-groups ${COOKBOOK_WRAP-}"
    cd "$home"
    BUILD=$home run -2 --separate-stderr play parallel-grep salt tree
    chmod 755 tree/names-only
    rm -rf "$home"
    assert_output 'tree/apple:1:salt'
    assert_equal "$stderr" 'parallel-grep: tree/names-only/: Permission denied'
}

@test "a line that is too long for the memory costs a message and status 2" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'they need their memory'
    head -c 200000000 /dev/zero | tr '\0' x >tree/long
    echo salt >tree/a
    ulimit -v 150000
    run -2 --separate-stderr play parallel-grep salt tree
    assert_output 'tree/a:1:salt'
    assert_regex "$stderr" '^parallel-grep: tree/long: (Cannot allocate|Out of) memory$'
}

@test "a tree of 1500 levels" {
    local deep
    deep=tree/$(printf 'd/%.0s' {1..1500})
    mkdir -p "$deep"
    echo salt >"$deep/file"
    same salt tree
    assert_equal "$(wc -l <"$got")" 1
}

# The first file keeps the only worker, because its output is not read. Meanwhile the
# next file, which has been listed, becomes a pipe without a writer.
@test "a file that has become a pipe blocks no worker" {
    yes salt | head -n 100000 >tree/a
    for name in b c; do echo salt >tree/$name; done
    play parallel-grep -j 1 salt tree | {
        sleep 1
        rm tree/b
        mkfifo tree/b
        tail -n 1
    } >last
    assert_equal "$(cat last)" 'tree/c:1:salt'
}

@test "five thousand files" {
    mkdir tree/{1..20}
    seq 5000 | (cd tree && split -l 1 -a 5 - x && for d in {1..20}; do
        find . -maxdepth 1 -type f | head -n 250 | xargs mv -t "$d"
    done)
    LIMIT=60 same 77 tree
    (($(wc -l <"$got") > 90))
}

# What was found waits in a bounded buffer. While the output is not read, for three
# seconds, the program keeps no more than that of the 40 MB of matches.
@test "however much is found, its memory is bounded" {
    [[ $BUILD != *san && ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'they need their memory'
    local line
    line=salt$(printf '%0995d' 0)
    for i in 1 2 3 4; do yes "$line" | head -n 10000 >tree/$i; done
    (
        ulimit -v 40000
        LIMIT=$((6 * LIMIT)) play parallel-grep salt tree
    ) | {
        sleep 3
        tail -n 1
    } >last
    assert_equal "$(cat last)" "tree/4:10000:$line"
}

@test "the status is grep's: 0 found, 1 not found, 2 trouble" {
    echo salt >tree/file
    run -0 play parallel-grep salt tree
    run -1 play parallel-grep pepper tree
    assert_output ''
    run -2 play parallel-grep pepper tree nosuch
    run -2 play parallel-grep salt ''
}

@test "a closed output ends it quietly" {
    yes salt | head -n 100000 >tree/many
    into_closed_pipe 16 parallel-grep salt tree
    assert_equal "$output$stderr" 'tree/many:1:salt'
}

@test "a full disk is status 2" {
    onto_full_disk parallel-grep
    assert_equal "$status" 2
}

@test "takes a number of workers, at least one, and one line to look for" {
    takes parallel-grep '[-j WORKERS] [WORD [PATH...]]' '-j 0' '-j x' -x
    run -2 play parallel-grep $'two\nlines' tree
}
