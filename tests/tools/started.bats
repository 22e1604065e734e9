#!/usr/bin/env bats
# The scripts in every shell, with every awk, and wherever and however they are started.
# shellcheck disable=SC2016,SC2030,SC2031  # the commands' shells expand later, a test changes ROOT
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT CHAN_SEED XDG_CACHE_HOME CC CFLAGS LDFLAGS
    printf '%s\n' '#include "chan.h"' '#include <stdio.h>' 'int main(int argc, char **argv) {' \
        '    chan(int) c = chan_make(int, 1);' '    chan_send(c, argc);' '    chan_free(c);' \
        '    puts(argv[argc - 1]);' '}' >mine.c
}

# our NAME [args...]: runs one of the scripts, under a limit.
our() {
    local name=$1
    shift
    # shellcheck disable=SC2086  # a list of words
    timeout -k 2 60 ${SHELL_OF_OURS-} "$ROOT/scripts/$name" "$@"
}

# copy_to FOLDER: copies the tree without build/.
copy_to() {
    mkdir "$1"
    tar -C "$ROOT" --exclude ./build --exclude ./.git -cf - . | (cd "$1" && tar -xf -)
}

# small_run: runs each script in a short way, and prints complaints.
small_run() {
    local name words
    for name in run trace explore race snippet pitfall book/new-pattern book/pictures book/docs; do
        [[ $(our "$name" -h 2>&1) == "scripts/$name"* ]] || echo "$name -h"
    done
    [[ $(our run --list 2>&1) == *'    fan-in '*' pitfalls/all-asleep '* ]] || echo 'run --list'
    [[ $(our run --find 'THREAD pool' 2>&1) == *'    fan-out '* ]] || echo 'run --find'
    [[ $(our run fanin 2>&1) == *'Did you mean'*' fan-in '* ]] || echo 'run fanin'
    [[ $(our run mine.c a 'b  c' 2>&1) == 'b  c' ]] || echo 'run mine.c'
    [[ $(CHAN_SEED=1 our trace mine.c 2>/dev/null) == *'mine: 1 goroutine'* && -s mine.svg ]] || echo trace
    [[ $(our explore mine.c --seeds 2 -- x 2>&1) == *'always the same output'* ]] || echo explore
    words=$(our snippet fan-in 2>&1) && [[ $words == '/* fan-in.c -- '*'end of chan.h'* ]] || echo snippet
    our pitfall pitfalls/all-asleep >said 2>&1 && grep -q 'exit 3' said || echo pitfall
    our book/docs --check fan-in >said 2>&1 || echo docs
    our book/pictures --check fan-in >said 2>&1 || echo pictures
}

@test "in every shell that is here" {
    local shell
    mkdir bin
    ln -s "$(command -v busybox || echo /nothing)" bin/sh
    for shell in dash 'busybox ash' 'bash --posix' ksh mksh yash; do
        # The command has several words: a shell and its option.
        command -v "${shell%% *}" >/dev/null || continue
        echo "-- $shell"
        SHELL_OF_OURS=$shell run small_run
        assert_output ''
    done
}

@test "with every awk that is here" {
    local awk
    mkdir bin
    for awk in mawk gawk busybox original-awk; do
        command -v $awk >/dev/null || continue
        echo "-- $awk"
        ln -sf "$(command -v $awk)" bin/awk
        PATH=$PWD/bin:$PATH run small_run
        assert_output ''
    done
}

@test "in other languages, with a decimal comma or without letters like ours" {
    need localedef
    export LOCPATH=$PWD/locales
    mkdir locales
    local language
    for language in de_DE tr_TR; do
        localedef -i $language -f UTF-8 "locales/$language.UTF-8" >/dev/null 2>&1 || true
        [ -d "locales/$language.UTF-8" ] || skip "localedef has no $language here"
        echo "-- $language"
        LC_ALL=$language.UTF-8 run small_run
        assert_output ''
        LC_ALL=$language.UTF-8 run -0 our run --chapter 1
        assert_line --regexp '^    goroutine +[0-9]+\.[0-9][0-9] s  ok$'
        refute_line --regexp ' patterns in 0.0 s'
    done
    LC_ALL=C.UTF-8 run small_run
    assert_output ''
}

@test "CC of several words, and with quotes in the flags" {
    copy_to tree
    ROOT=$PWD/tree
    CC='gcc -std=gnu17' run --separate-stderr -0 our run goroutine
    assert_output --partial main
    CC='env LC_ALL=C cc' run --separate-stderr -0 our run mine.c it
    assert_output it
    CC='no-such-compiler -x' run -1 env PATH="$PATH" "$ROOT/scripts/run" mine.c </dev/null
    CC="cc -DX='1'" CFLAGS="-O1 -DY='\"y\"'" run --separate-stderr -0 our run goroutine
}

@test "from a folder with an odd name" {
    local name tree=$ROOT
    for name in 'a b' 'double"quote' 'back\slash' "apostrophe's" '$dollar#%;&*?(x)' '\n\c' 'what??/'; do
        echo "-- $name"
        name=${name%/}
        ROOT=$tree
        copy_to "$name"
        ROOT=$PWD/$name
        run --separate-stderr -0 our run pipeline
        assert_line --regexp '^ *[0-9]+ a$'
        run --separate-stderr -0 our trace fan-in
        [ -s "$ROOT/build/trace/fan-in.svg" ]
        run --separate-stderr -0 our explore fan-in --seeds 2
        run --separate-stderr -0 our snippet fan-in
        run --separate-stderr -0 our run --list
        rm -r "$ROOT"
    done
    ROOT=$tree
    copy_to $'new\nline'
    ROOT=$PWD/$'new\nline'
    run --separate-stderr -2 our run pipeline
    assert_output ''
    assert_equal "$stderr" 'scripts/run: the name of the folder of the cookbook has a newline in it, which make does not allow'
}

@test "through a link to the script, from any folder" {
    mkdir -p far/away
    ln -s "$ROOT/scripts/run" far/away/chan-run
    ln -s ../far/away/chan-run far/again
    ln -s away/chan-run far/run
    cd far || return
    run --separate-stderr -0 ./run goroutine
    run --separate-stderr -0 ./away/chan-run --list
    PATH=$PWD/away:$PATH run --separate-stderr -0 chan-run --list
    assert_line --partial ' fan-in '
}

# as_reader COMMAND...: runs it without the rights of root, and with the home of this test.
as_reader() {
    if [ "$(id -u)" = 0 ]; then
        set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    fi
    HOME=$BATS_TEST_TMPDIR/home timeout -k 2 60 "$@"
}

@test "a tree that cannot be written is built in the cache" {
    [ "$(id -u)" != 0 ] || need setpriv
    copy_to tree
    cp mine.c tree
    mkdir home work
    chmod -R a+rX,a-w tree
    chmod 777 home work
    # Other users may not enter the folders of bats.
    chmod a+x . .. ../.. ../../..
    as_reader test -r "$PWD/tree/Makefile" || skip 'other users cannot come here'
    local scripts=$PWD/tree/scripts mine=$PWD/tree/mine.c
    cd work || return
    run --separate-stderr -0 as_reader "$scripts/run" pipeline
    assert_line --regexp '^ *[0-9]+ a$'
    run --separate-stderr -0 as_reader "$scripts/trace" fan-in
    run -0 find ../home/.cache/chan-cookbook -name fan-in.svg -path '*/build/trace/*'
    assert_output --partial fan-in.svg
    run --separate-stderr -0 as_reader "$scripts/explore" "$mine" --seeds 2
    run --separate-stderr -0 as_reader "$scripts/pitfall" all-asleep
    run --separate-stderr -0 as_reader "$scripts/trace" "$mine"
    [ -s mine.svg ]
    chmod 555 .
    run --separate-stderr -1 as_reader "$scripts/trace" "$mine"
    [[ $stderr == *"the folder '.' for the results cannot be written"* ]]
    run --separate-stderr -1 as_reader env HOME=/nowhere "$scripts/run" pipeline
    [[ $stderr == *'can be written: set XDG_CACHE_HOME'* ]]
    chmod -R u+w ..
}

@test "without TMPDIR, or with one that cannot be used" {
    local folder
    for folder in /nowhere "$PWD/mine.c" ''; do
        TMPDIR=$folder run --separate-stderr -0 our run --find fan-in
        TMPDIR=$folder run --separate-stderr -0 our snippet fan-in
        TMPDIR=$folder run --separate-stderr -0 our trace mine.c
        TMPDIR=$folder run --separate-stderr -0 our explore mine.c --seeds 1
    done
    # A relative path works, too.
    mkdir here
    TMPDIR=here run --separate-stderr -0 our snippet fan-in
    TMPDIR=here run --separate-stderr -0 our explore mine.c --seeds 1
    assert_equal "$(ls here)" ''
}

@test "standard output that is full, closed, or not read" {
    local words
    for words in '-h' 'run --list' 'run --find fan' 'trace mine.c' 'explore mine.c --seeds 1' \
        'snippet fan-in' 'snippet --header' 'snippet --header --lab' 'book/docs -h'; do
        [ "$words" != -h ] || words='run -h'
        echo "-- $words"
        # shellcheck disable=SC2086  # a list of words
        run -1 to_file /dev/full our $words
        assert_output --partial ': standard output cannot be written'
        # shellcheck disable=SC2086
        run -1 to_closed our $words
        assert_output "scripts/${words%% *}: standard output is closed"
        # shellcheck disable=SC2086
        run to_left our $words
        refute_output --partial written
    done
}

to_file() {
    local file=$1
    shift
    { "$@" >"$file"; } 2>&1
}

to_closed() {
    { "$@" >&-; } 2>&1
}

to_left() {
    "$@" 2>err | head -c 1 >/dev/null
    cat err
}

@test "standard input or error that is closed takes no file's place" {
    run --separate-stderr -0 our run mine.c it <&-
    assert_output it
    run -0 our trace mine.c 2>&-
    run --separate-stderr -0 our explore mine.c --seeds 2 <&-
}

@test "^C and other signals end a script at once, and no process or file is left" {
    need script
    script -qec true /dev/null || skip 'no terminal is to be had here'
    local words mark=mark.$$
    printf '%s\n' '#include "chan.h"' '#include <fcntl.h>' '#include <unistd.h>' \
        'int main(void) { close(creat("ready", 0600)); for (;;) pause(); }' >$mark.c
    mkdir tmp
    export TMPDIR=$PWD/tmp COOKBOOK_LIMIT=50
    # The ^C of a terminal.
    for words in trace "explore --seeds 3"; do
        rm -f ready status
        { waits test -e ready && printf '\003' && waits test -e status; } |
            timeout -k 1 40 script -qec "trap : INT; '$ROOT/scripts/${words%% *}' ./$mark.c ${words#* }
                echo \$? >status" /dev/null 3>&- || true
        assert_equal "$(cat status)" 130
        assert_equal "$(ls tmp)" ''
        gone "$mark"
    done
    # A signal that only the script gets.
    local signal pid code
    for signal in TERM:143 HUP:129; do
        rm -f ready
        "$ROOT/scripts/trace" ./$mark.c >said 2>&1 3>&- &
        pid=$! code=0
        waits test -e ready
        kill -s "${signal%:*}" $pid
        wait $pid || code=$?
        assert_equal "$code" "${signal#*:}"
        assert_equal "$(ls tmp)" ''
        gone "$mark"
    done
}

@test "a program that reads the terminal is traced" {
    need script
    script -qec true /dev/null || skip 'no terminal is to be had here'
    printf '%s\n' '#include "chan.h"' '#include <stdio.h>' \
        'int main(void) { char s[9]; fclose(fopen("ready", "w")); if (fgets(s, 9, stdin)) printf("<%s>", s); }' >reads.c
    { waits test -e ready && printf 'abc\n' && waits test -e status; } |
        timeout -k 1 40 script -qec "'$ROOT/scripts/trace' reads.c >/dev/null 2>said; echo \$? >status" /dev/null 3>&- || true
    assert_equal "$(cat status)" 0
    assert_equal "$(head -n 1 said)" '<abc'
}

@test "with busybox's timeout in front all is the same" {
    need busybox
    mkdir bin
    ln -s "$(command -v busybox)" bin/timeout
    PATH=$PWD/bin:$PATH run --separate-stderr -0 "$ROOT/scripts/pitfall" closed-in-select
    [[ $stderr == *'[no end in 1 s]'* ]]
}

@test "the header and its laboratory in one file; a pitfall alone" {
    printf '%s\n' '#include "chan.h"' 'int main(void) { chan(int) c = chan_make(int, 0); chan_send(c, 1); return 0; }' >stuck.c
    our snippet --header --lab >chan.h
    local cc
    for cc in "${CC:-cc}" clang; do
        command -v "$cc" >/dev/null || continue
        run -0 "$cc" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DCHAN_LAB -pthread stuck.c -o stuck
        assert_output ''
        run -3 timeout -k 1 20 ./stuck
        assert_output --partial 'line 2: goroutine 1 (main) waits to send to c'
        run -0 "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -pthread stuck.c -o stuck
    done
    run -2 our snippet --header --nonsense
    run -2 our snippet --lab
    run -2 our snippet stuck.c
    our snippet pitfalls/leaked-sender >leaked-sender-broken.c
    rm chan.h
    run -0 "${CC:-cc}" -std=c11 -pthread leaked-sender-broken.c -o leaked-sender-broken
    run -0 timeout -k 1 20 ./leaked-sender-broken
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

# in_words LANGUAGE: the output of scripts in that language, and of their clocks.
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
