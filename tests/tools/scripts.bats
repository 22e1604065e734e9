#!/usr/bin/env bats
# The scripts, as a user meets them.
# shellcheck disable=SC2016  # the stand-ins' scripts expand later
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_TALLY COOKBOOK_ONLY COOKBOOK_LIMIT
}

# our NAME [args...]: one of the scripts, under a limit.
our() {
    local name=$1
    shift
    timeout -k 2 60 "$ROOT/scripts/$name" "$@"
}

# copy_tree: the tree without what is built, to change at will.
copy_tree() {
    mkdir tree
    tar -C "$ROOT" --exclude ./build --exclude ./.git -cf - . | tar -C tree -xf -
    ROOT=$PWD/tree
}

# bare_path TOOL...: a PATH in which these are missing and nobody is root.
bare_path() {
    local tool
    mkdir -p bin
    find /usr/bin /bin /usr/sbin /sbin /usr/local/bin -maxdepth 1 \
        \( -type f -o -type l \) -exec ln -sf -t bin {} + 2>/dev/null || true
    for tool in apt-get apt-cache sudo "$@"; do rm -f "bin/$tool"; done
    fake id 'echo 1000'
    fake apt-get 'echo "$0 $*" >>"$LOG"; exit 99'
}

# fake TOOL SCRIPT: a stand-in.
fake() {
    rm -f "bin/$1"
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

some_pattern() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2; exit }' "$ROOT/patterns/book/CURRICULUM"
}

# patterns [CHAPTER]: all, or those of one.
patterns() {
    awk -F '\t' -v chapter="${1-}" '!/^#/ && NF > 1 && (chapter == "" || $1 == chapter) { print $2 }' \
        "$ROOT/patterns/book/CURRICULUM"
}

@test "every script explains itself, and refuses what it does not know" {
    local name
    for name in run pitfall test setup doctor snippet book/new-pattern book/docs; do
        run --separate-stderr -0 our "$name" -h
        assert_output --partial "scripts/$name"
        assert_equal "$stderr" ''
        run --separate-stderr -2 our "$name" --no-such-option
        assert_equal "$output" ''
        [[ $stderr == *usage:* ]]
    done
}

@test "run: one pattern's standard output is the program's alone" {
    local name
    copy_tree # where nothing is built yet
    name=$(some_pattern)
    run --separate-stderr -0 our run "$name"
    assert_output --partial "$(play "$name" | tail -n 1)"
    refute_output --partial cc
    [ "$(our run "$name" 2>/dev/null | wc -l)" = "$(play "$name" | wc -l)" ]
}

@test "run: standard input, arguments, status and file names are the program's" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    cat >"$ROOT/patterns/teller/teller.c" <<'END'
#include <stdio.h>
int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    for (int c; file && (c = getc(file)) != EOF;)
        putchar(c);
    for (int c; (c = getchar()) != EOF;)
        putchar(c);
    fputs("aside\n", stderr);
    return 40 + argc;
}
END
    echo 'from the file' >'a file'
    run --separate-stderr -42 our run teller 'a file' <<<'from standard input'
    assert_output $'from the file\nfrom standard input'
    [[ $stderr == *aside ]]
    mkdir below && cd below
    run --separate-stderr -42 our run teller '../a file' </dev/null
    assert_output 'from the file'
    # Built by now: nothing but the program's own words.
    assert_equal "$stderr" aside
}

@test "run: a program that does not compile is an error, not an old program" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    our run teller >/dev/null 2>&1
    echo 'no C at all' >>"$ROOT/patterns/teller/teller.c"
    run --separate-stderr our run teller
    assert_failure
    assert_output ''
}

@test "run: an unknown name gets the nearest ones and status 2" {
    run --separate-stderr -2 our run fanin
    assert_output ''
    [[ $stderr == *' fan-in '* ]]
    run --separate-stderr -2 our run 'thread pool'
    [[ $stderr == *' fan-out '* ]]
    run --separate-stderr -2 our run pipelin
    [[ $stderr == *' pipeline '* ]]
    run --separate-stderr -2 our run zzzzzzzzzz
    [[ $stderr == *--list* ]]
}

@test "run: --list names every pattern with its title, and needs no compiler" {
    bare_path cc gcc make
    PATH=$PWD/bin run --separate-stderr -0 our run --list
    local name
    for name in $(patterns); do
        assert_line --regexp "^    $name +[^ ]"
    done
}

@test "run: --find looks into every field" {
    run -0 our run --find 'THREAD POOL'
    assert_line --regexp '^    fan-out '
    assert_line --partial 'also called: thread pool'
    run -0 our run --find pthread_cancel
    assert_output --partial quit-channel
    run --separate-stderr -1 our run --find 'no such thing anywhere'
    assert_output ''
    [[ $stderr == *'no such thing anywhere'* ]]
}

@test "run: chapter 1 is played with stories, and ends with a summary" {
    run --separate-stderr -0 our run
    local name
    for name in $(patterns 1); do
        assert_line --regexp "^$name -- "
        assert_line --regexp "^    $name +[0-9.]+ s  ok"
    done
    assert_line --regexp '^Watch for: '
    assert_line --regexp '^May change: '
    assert_line --regexp '^Never changes: '
    assert_output --regexp 'Next:
    scripts/run .*
    scripts/snippet .*
    scripts/test '
    refute_output --partial $'\033'
    [[ $stderr != *$'\033'* ]]
}

@test "run: --pause waits for a key, and the end of input is one" {
    # Without a terminal: in a session of its own.
    run --separate-stderr -0 setsid -w timeout -k 2 60 "$ROOT/scripts/run" --chapter 1 --pause </dev/null
    [ "$(grep -c '^Watch for' <<<"$output")" = "$(grep -o 'Press Enter' <<<"$stderr" | wc -l)" ]
}

@test "run: a program that fails or hangs is shown, and the status is 1" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" loser >/dev/null
    "$ROOT/scripts/book/new-pattern" sleeper >/dev/null
    printf '#chapter\t99\tTrials\n' >>"$ROOT/patterns/book/CURRICULUM"
    sed -i -E 's/^[0-9]+(\t(loser|sleeper)\t)/99\1/' "$ROOT/patterns/book/CURRICULUM"
    echo 'int main(void) { return 3; }' >"$ROOT/patterns/loser/loser.c"
    printf '#include <unistd.h>\nint main(void) { return pause(); }\n' >"$ROOT/patterns/sleeper/sleeper.c"
    COOKBOOK_LIMIT=1 run --separate-stderr -1 our run --chapter 99
    assert_line --regexp '^    loser .*failed: exit status 3'
    assert_line --regexp '^    sleeper .*no end after 1 s'
    assert_line --partial '2 failed'
}

@test "run: colours only on a terminal, and never with NO_COLOR" {
    need script
    cd "$ROOT" || return
    timeout --foreground -k 2 20 script -qec true /dev/null || skip 'no terminal is to be had here'
    run -0 timeout --foreground -k 2 60 env -u NO_COLOR TERM=xterm script -qec 'scripts/run --list' /dev/null
    assert_output --partial $'\033[1m'
    run -0 timeout --foreground -k 2 60 env TERM=xterm NO_COLOR=1 script -qec 'scripts/run --list' /dev/null
    refute_output --partial $'\033'
    run -0 our run --list
    refute_output --partial $'\033'
}

# alone NAME: its snippet compiles in an empty folder and says the same.
alone() {
    mkdir "$1" && cd "$1" || return
    our snippet "$1" >"$1.c" || return
    head -n 3 "$1.c" | grep -q "cc -std=c11 -O2 -pthread $1.c -o $1" || echo "$1: no compile line"
    grep -q 'Zero Clause' "$1.c" || echo "$1: no licence"
    "${CC:-cc}" -std=c11 -O0 -pthread "$1.c" -o "$1" || return
    if [[ ${COOKBOOK_STRICT-} == 1 || $(patterns 1) == *"$1"* ]] && command -v clang >/dev/null; then
        clang -std=c11 -Wall -Wextra -Werror -fsyntax-only "$1.c" || return
    fi
    # The same output; where its order varies the same lines or the same end. A free
    # run on a busy machine may end otherwise than the next: one of ten must agree.
    for _ in {1..10}; do
        # A snippet looks for its sample in the folder where it runs.
        (cd "$ROOT/patterns/$1" && timeout -k 2 10 "$OLDPWD/$1") >alone 2>/dev/null || echo "$1: status $?"
        play "$1" >whole 2>/dev/null
        cmp -s alone whole || cmp -s <(sort alone) <(sort whole) ||
            cmp -s <(tail -n 1 alone) <(tail -n 1 whole) || continue
        return
    done
    echo "$1 says other things than its snippet:"
    diff whole alone
}

@test "snippet: every pattern compiles alone in an empty folder, and does the same" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side alone $(patterns)
}

@test "snippet: an unknown name is misuse" {
    run --separate-stderr -2 our snippet nosuch
    assert_output ''
}

@test "new-pattern: what it lays out runs, is tested, fresh and complete" {
    copy_tree
    run -0 our book/new-pattern two-words
    run --separate-stderr -0 our run two-words
    assert_line --index 0 'got 1'
    run -0 make -s -C "$ROOT" test-two-words
    run -0 our book/docs --check two-words
    # Its page holds all that a page must hold, its Break it breaks.
    COOKBOOK_ONLY=two-words run -0 env -u BATS_TEST_FILTER PATH="${PATH//$BATS_LIBEXEC:/}" \
        bats --tap "$ROOT/tests/book/pages.bats"
    refute_output --partial 'not ok'
}

@test "new-pattern: existing and badly spelled names are refused" {
    copy_tree
    local name
    for name in '' 'Fan' 'two words' 'a--b' '-x' 'a/b' 'fan_in' helper "$(some_pattern)"; do
        run --separate-stderr -2 our book/new-pattern "$name"
    done
    run --separate-stderr -2 our book/new-pattern --chapter 77 fresh-name
    run --separate-stderr -2 our book/new-pattern
    [ ! -e "$ROOT/patterns/fresh-name" ]
    diff "$ROOT/patterns/book/CURRICULUM" "$BATS_TEST_DIRNAME/../../patterns/book/CURRICULUM"
}

@test "docs: what is stale is found and redrawn" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    local page=$ROOT/patterns/teller/README.md
    run -0 our book/docs --check teller
    cp "$page" fresh
    sed -i 's,got %d,had %d,; s,^static void count,\n&,' "$ROOT/patterns/teller/teller.c"
    run --separate-stderr -1 our book/docs --check teller
    [[ $stderr == *'patterns/teller/README.md is stale'* ]]
    cmp "$page" fresh
    run -0 our book/docs teller
    run -0 our book/docs --check teller
    run diff fresh "$page"
    assert_line --partial '](teller.c#L'
}

@test "docs: an empty extract and a lost line name file and line" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    local page=$ROOT/patterns/teller/README.md
    sed -i 's,static void count/,static void vanished/,' "$page"
    cp "$page" before
    run --separate-stderr -1 our book/docs teller
    [[ $stderr =~ patterns/teller/README.md:[0-9]+:.*vanished ]]
    cmp "$page" before
    sed -i 's,static void vanished/,static void count/,; s,<!-- line wg_wait,<!-- line wg_vanished,' "$page"
    run --separate-stderr -1 our book/docs --check teller
    [[ $stderr =~ patterns/teller/README.md:[0-9]+:.*wg_vanished ]]
}

@test "setup: with everything present it does nothing" {
    bare_path
    LOG=$PWD/log PATH=$PWD/bin run -0 our setup run
    assert_output ''
    [ ! -e log ]
}

@test "setup: without root it says in one line what to install" {
    bare_path make
    LOG=$PWD/log PATH=$PWD/bin run --separate-stderr -1 our setup run </dev/null
    assert_output ''
    [ "$(wc -l <<<"$stderr")" = 1 ]
    [[ $stderr == *'apt-get install'*make* && $stderr != *gcc* ]]
    [ ! -e log ]
    LOG=$PWD/log PATH=$PWD/bin run --separate-stderr -1 our run "$(some_pattern)" </dev/null
    assert_output ''
    [ "$(wc -l <<<"$stderr")" = 1 ]
    [ ! -e log ]
}

@test "setup: on another system it names the missing commands in one line" {
    bare_path make cc gcc
    rm bin/apt-get
    PATH=$PWD/bin run --separate-stderr -1 our setup run </dev/null
    [ "$(wc -l <<<"$stderr")" = 1 ]
    [[ $stderr == *cc*make* ]]
}

@test "setup: root installs by package name, and fetches lists only if it must" {
    bare_path make
    rm bin/id
    fake id 'echo 0'
    fake apt-cache 'test -e "$LISTS"'
    fake apt-get 'echo "$*" >>"$LOG"
        case $1 in
            update) : >"$LISTS" ;;
            install) printf "#!/bin/sh\n" >"$BIN/make"; chmod +x "$BIN/make" ;;
        esac'
    export LOG=$PWD/log LISTS=$PWD/lists BIN=$PWD/bin
    PATH=$PWD/bin run --separate-stderr -0 our setup run
    assert_output ''
    run cat log
    assert_line --index 0 update
    assert_line --index 1 --regexp '^install .* make$'
    rm log bin/make
    PATH=$PWD/bin run --separate-stderr -0 our setup run
    run cat log
    assert_line --index 0 --regexp '^install .* make$'
    assert_equal "${#lines[@]}" 1
}

@test "setup: what cannot be installed is an error" {
    bare_path make
    fake id 'echo 0'
    fake apt-cache 'exit 0'
    fake apt-get 'echo "E: Unable to fetch"; exit 100'
    PATH=$PWD/bin run --separate-stderr -1 our setup run
    [[ $stderr == *'Unable to fetch'* ]]
}

@test "doctor: says what is here, and whether run and test can work" {
    run -0 our doctor
    assert_line --partial 'bats'
    assert_line --partial 'ThreadSanitizer'
    assert_line --partial 'core'
    assert_line --partial 'without a network'
    bare_path make
    PATH=$PWD/bin LC_ALL=C run -1 our doctor
    assert_line --regexp '^  -- make'
    assert_line --regexp 'apt-get install.*make'
    assert_line 'scripts/run needs: make'
}

@test "doctor: a compiler that lacks a sanitizer is no system that stops it" {
    printf '#!/bin/sh\ncase "$*" in *=thread*) exit 1 ;; esac\nexec gcc "$@"\n' >without
    chmod +x without
    CC=$PWD/without run our doctor
    assert_line --regexp '(--|✗) ThreadSanitizer: .*without cannot build with it'
    assert_line --partial 'install libtsan'
    refute_output --partial 'vm.mmap_rnd_bits'
    assert_line --regexp 'AddressSanitizer starts'
}

# languages: German and Turkish, in the folder LOCPATH.
languages() {
    need localedef
    [ -e /usr/share/i18n/locales/tr_TR ] || skip 'the sources of the locales are missing'
    export LOCPATH=$PWD/languages
    mkdir "$LOCPATH"
    local name
    for name in de_DE tr_TR; do
        localedef -i $name -f UTF-8 "$LOCPATH/$name.UTF-8" >/dev/null 2>&1 || true # with warnings
        [ -e "$LOCPATH/$name.UTF-8/LC_CTYPE" ]
    done
}

# in_words LANGUAGE: what scripts say in it, and how late it is.
in_words() {
    local -x LANG=$1 LC_ALL
    unset LC_ALL
    our run --list
    our run --find PIPELINE
    our run FAN-IN 2>&1 || true
    ROOT=$ROOT sh -c '. "$ROOT/scripts/lib/lib.sh"; seconds' | sed 's/[0-9]/9/g'
    echo "$(($(now_us) > 0))"
}

@test "in German and Turkish, with any awk, the scripts print the same" {
    languages
    local awk language
    mkdir bin
    in_words C >want
    assert_equal "$(tail -n 2 want)" $'9999999999.99\n1'
    for awk in mawk gawk busybox original-awk; do
        command -v $awk >/dev/null || continue
        ln -sf "$(command -v $awk)" bin/awk
        for language in C de_DE.UTF-8 tr_TR.UTF-8; do
            PATH=$PWD/bin:$PATH in_words $language >said
            diff want said || fail "in $language with $awk"
        done
    done
}

@test "a bats that is too old: doctor, setup and test say so in one line" {
    local version name
    bare_path
    for version in 1.2.1 1.6.9 0.4.0; do
        fake bats "echo 'Bats $version'"
        PATH=$PWD/bin LC_ALL=C run -1 our doctor
        assert_line "bats $version is too old: 1.7 or newer is needed, from Debian 12 or Ubuntu 24.04, or as the npm package bats"
        assert_line --regexp '^  -- bats: '
        refute_output --partial 'have all they need'
        for name in 'setup test' test "test $(some_pattern)"; do
            # shellcheck disable=SC2086  # a list of words
            LOG=$PWD/log PATH=$PWD/bin run -1 our $name </dev/null
            assert_output --regexp "^scripts/[a-z]+: bats $version is too old: 1.7 or newer is needed, from Debian 12 or Ubuntu 24.04, or as the npm package bats$"
        done
    done
    [ ! -e log ]
    for version in 1.7.0 1.10.0 2.0.0; do
        fake bats "echo 'Bats $version'"
        PATH=$PWD/bin run -0 our setup test
        assert_output ''
    done
}

@test "test: with a name it installs nothing, skips what needs a missing tool, and says so" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    printf '@test "%s" { need %s; }\n' 'with nc' nc 'with nc, too' nc 'with bash' bash >>"$ROOT/tests/patterns/teller.bats"
    bare_path nc
    fake id 'echo 0'
    unset COOKBOOK_STRICT
    PATH=$PWD/bin LOG=$PWD/log run -0 our test teller
    assert_line --regexp '^  teller +[0-9]+ passed, 2 skipped '
    assert_line '    nc is missing: tests are skipped'
    # What the installation has promised must be there.
    PATH=$PWD/bin COOKBOOK_STRICT='test' run -1 bats --tap -f 'with nc, too' "$ROOT/tests/patterns/teller.bats"
    assert_output --partial '# nc is missing'
    rm bin/bats
    PATH=$PWD/bin LOG=$PWD/log run -1 our test teller
    assert_output 'scripts/test: bats missing: scripts/setup installs what is needed'
    [ ! -e log ]
}

@test "a clone in which git would change the line ends is the same, byte for byte" {
    need git
    copy_tree
    cd tree || return
    git init -q
    git -c core.autocrlf=false add .
    git -c user.name=us -c user.email=us@example.org commit -qm all
    cd ..
    git -c core.autocrlf=true clone -q tree clone
    run -0 diff -r --exclude .git tree clone
    assert_output ''
}

@test "test: proves the named patterns, and its last line counts" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    PATH=${PATH//$BATS_LIBEXEC:/} run our test teller
    assert_success
    [[ ${lines[-1]} =~ ^[0-9]+' passed, 0 failed'$ ]]
    sed -i 's/got %d/had %d/' "$ROOT/patterns/teller/teller.c"
    PATH=${PATH//$BATS_LIBEXEC:/} run -1 our test teller
    [[ ${lines[-1]} =~ ^[0-9]+' passed, '[1-9][0-9]*' failed'$ ]]
    echo 'no C at all' >"$ROOT/patterns/teller/teller.c"
    PATH=${PATH//$BATS_LIBEXEC:/} run -1 our test teller
    assert_equal "${lines[-1]}" '0 passed, 1 failed'
    run -2 our test nosuch
}

@test "make: help lists the daily interface, and a tree that moved is rebuilt" {
    run -0 make -s -C "$ROOT" help
    local target
    for target in run test check soak docs clean help; do
        assert_line --regexp "^  make $target "
    done
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    run -0 make -s -C "$ROOT" build/teller
    run -0 make -s -C "$ROOT" build/teller
    assert_output ''
    mv tree moved
    run -0 make -s -C moved build/teller
    assert_output --partial build/teller
}
