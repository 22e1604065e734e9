#!/usr/bin/env bats
# The scripts in a copy of the tree, which they and the tests may change.
# shellcheck disable=SC2016  # the patterns' own text
load ../helper
load tools

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
    # The program is built by now, so the output is the program's alone.
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

# shellcheck disable=SC2034
@test "run: the first page is there before anything is built, the next is built meanwhile" {
    local job patience=6 # waits reads it
    copy_tree
    mkdir bin
    # A slow compiler: for the first program it waits for a file, for the third forever.
    fake cc 'case "$*" in
        *"-o build/plain/goroutine."*) while ! [ -e first ]; do sleep 0.1; done ;;
        *"-o build/ping-pong."*) touch third; sleep 1000 ;;
        esac
        exec gcc "$@"'
    sed -i "s,first ,$PWD/first ,; s,touch third,touch $PWD/third," bin/cc
    CC=$PWD/bin/cc setsid env --default-signal=INT "$ROOT/scripts/run" >shown 2>err </dev/null 3>&- &
    job=$!
    waits grep -q 'wg_wait' shown
    run cat shown
    assert_line --index 0 --regexp '^goroutine -- '
    refute_output --partial '$ scripts/run'
    touch first
    # The second program runs while the third is being built.
    waits test -e third
    waits grep -qx '[$] scripts/run channel' shown
    waits grep -q '^ping-pong -- ' shown
    # ^C ends the build as well.
    kill -INT -- "-$job"
    wait "$job" || [ $? = 130 ]
    waits gone "$PWD/bin/cc"
    run cat shown
    refute_output --partial '$ scripts/run ping-pong'
}

# page_that_asks NAME COMMAND NEXT: a page in the form of the book. It asks what the two
# commands print.
page_that_asks() {
    local page=$ROOT/patterns/$1/README.md
    cat >"$page" <<END
# Title: more

## How it works
1. A step.
<!-- extract $1.c /nothing/ -->
\`\`\`c
    the(heart);
        of(it);
\`\`\`
<!-- /extract -->
2. Another step.
<!-- extract $1.c /nothing/ -->
\`\`\`c
and(the);
    rest();
\`\`\`
<!-- /extract -->

## Predict, then run
Is this the *question*, which has \`*code\`
in it?

Run it: \`$2\`.

<details><summary>Output and answer</summary>

\`\`\`console
\$ $2
...
[exit 3]
\$ $3
...
[exit 2]
\`\`\`

Yes, this is [the answer](../channel/README.md), which follows
the output.

\`\`\`console
-- fixed.c --
...
\`\`\`
**Also** see <!-- line here->there -->[line 3](../channel/channel.c#L3). With another option:
\`\`\`console
\$ scripts/run something else
...
[exit 4]
\`\`\`
\`\`\`console
-- not this --
\`\`\`

</details>

**May change:** the order.

**Never changes:** the
sum.

## Details
<!-- extract $1.c /nothing/ -->
\`\`\`c
not(this);
\`\`\`
<!-- /extract -->
END
}

# paused WORDS...: scripts/run --pause in a session of its own, without a terminal.
paused() {
    setsid -w timeout -k 2 60 env -u CHAN_LEAKS "$ROOT/scripts/run" --pause "$@"
}

@test "run: --pause shows the code, asks, runs the commands that answer, and prints the answer" {
    local want
    copy_tree
    cd tree || return
    cat >patterns/channel/channel.c <<'END'
/* channel -- a test.
 */
#include <stdio.h>
int main(int argc, char **argv)
{
    printf("%d %s\n", argc, argc > 1 ? argv[1] : "");
    return argc + 1;
}
END
    page_that_asks channel 'scripts/run channel --an-option' 'scripts/run channel'
    cd patterns || return # the commands run in the checkout, wherever they are asked for
    run --separate-stderr -2 paused channel </dev/null
    assert_output $'2 --an-option\n1 '
    want='channel -- a test

    the(heart);
        of(it);

    and(the);
        rest();

Predict: Is this the question, which has *code in it?

Press Enter to see, q to quit. 
$ scripts/run channel --an-option

$ scripts/run channel

Yes, this is the answer, which follows the output.

    -- fixed.c --

Also see line 3. With another option:

    $ scripts/run something else

May change: the order.
Never changes: the sum.'
    assert_equal "$(grep -v '^  cc ' <<<"$stderr")" "$want"
    # With other arguments there is no answer.
    run --separate-stderr -3 paused channel mine </dev/null
    assert_output '2 mine'
    [[ $stderr == *'rest();'*'Is this the question'*'Press Enter'* && $stderr != *'the answer'* ]]
    # In a chapter: only the first extract, and the statuses that the page shows are no
    # failures.
    printf '#chapter\t99\tTrials\n' >>"$ROOT/patterns/book/CURRICULUM"
    sed -i -E 's/^[0-9]+(\tchannel\t)/99\1/' "$ROOT/patterns/book/CURRICULUM"
    run --separate-stderr -0 paused --chapter 99 </dev/null
    want=${want#*$'\n'}
    want=${want/$'    and(the);\n        rest();\n\n'/}
    want=${want/Press Enter to see, q to quit. $'\n'/}
    want=${want/an-option$'\n'/an-option$'\n2 --an-option\n'}
    want=${want/run channel$'\n'/run channel$'\n1 \n'}
    [[ $output == *"$want"* ]] || fail "$output"
    assert_line --regexp '^    channel .* ok'
    run --separate-stderr -1 our run --chapter 99
    assert_line --regexp '^    channel .*failed: exit status 2'
    assert_line --partial 'Watch for: '
    refute_output --partial 'answer'
    refute_output --partial 'question'
    # A command that ends otherwise is a failure, even if the next one does not.
    sed -i 's/^\[exit 3\]/[exit 5]/' "$ROOT/patterns/channel/README.md"
    run --separate-stderr -1 paused --chapter 99 </dev/null
    assert_line --regexp '^    channel .*failed: exit status 3'
    # A page without a fold: what to watch for is no hint in front of the question.
    sed -i '/^<details>/,/^<\/details>/d' "$ROOT/patterns/channel/README.md"
    run --separate-stderr -1 paused --chapter 99 </dev/null
    assert_line --partial 'Is this the question'
    assert_line '$ scripts/run channel'
    refute_output --partial 'Watch for'
}

@test "run: --pause, and q quits before the command runs" {
    local words
    copy_tree
    page_that_asks channel 'echo it runs' 'echo again'
    for words in channel 'channel mine' '--chapter 1'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -0 paused $words <<<q
        refute_output --partial 'it runs'
        refute_output --partial 'channel mine'
        refute_output --partial 'Summary'
        [[ $output$stderr != *'the answer'* ]]
        assert_equal "$(grep -o 'Press Enter' <<<"$stderr" | wc -l)" 1
    done
    # Later in a chapter: the summary of what has run.
    run --separate-stderr -0 paused --chapter 1 <<<$'\nq'
    assert_line --regexp '^    1 pattern in '
    assert_equal "$(grep -o 'Press Enter' <<<"$stderr" | wc -l)" 2
}

@test "run: --pause with a pitfall, which is built while the question is asked" {
    local job name
    copy_tree
    page_that_asks pitfalls/sleep-as-sync 'echo it runs' 'echo again'
    mkdir bin
    # The compiler waits for a file before it builds the pitfall.
    fake cc 'case "$*" in
        *pitfalls/sleep-as-sync*) touch '"$PWD"'/begun; while ! [ -e '"$PWD"'/asked ]; do sleep 0.1; done ;;
        esac
        exec gcc "$@"'
    mkfifo keys
    CC=$PWD/bin/cc paused pitfalls/sleep-as-sync <>keys >out 2>err 3>&- &
    job=$!
    waits grep -q 'Press Enter' err
    waits test -e begun
    touch asked
    echo >keys
    wait "$job"
    assert_equal "$(<out)" $'it runs\nagain'
    run cat err
    [[ $output == *'Is this the question'*'Press Enter'*'$ echo it runs'*'$ echo again'*'Yes, this is the answer'*'-- fixed.c --'* ]]
    for name in fixed broken; do
        [ -x "$ROOT/build/pitfalls/sleep-as-sync/$name" ]
    done
    [ -x "$ROOT/build/plain/pitfalls/sleep-as-sync/broken" ]
}

@test "new-pattern: what it lays out runs, is tested, fresh and complete" {
    copy_tree
    run -0 our book/new-pattern two-words
    run --separate-stderr -0 our run two-words
    assert_line --index 0 'got 1'
    run -0 make -s -C "$ROOT" test-two-words
    run -0 our book/docs --check two-words
    our snippet two-words --bare >two-words.c
    "${CC:-cc}" -std=c11 -Wall -Werror -pthread -I"$ROOT/common" -c two-words.c -o two-words.o
    run -1 grep '^int main' two-words.c
    # Its page passes all tests of a page, and its Break it has the stated effect.
    COOKBOOK_ONLY=two-words run -0 env -u BATS_TEST_FILTER PATH="${PATH//$BATS_LIBEXEC:/}" \
        bats --tap "$ROOT/tests/book/pages.bats"
    refute_output --partial 'not ok'
}

@test "new-pattern: existing and badly spelled names are refused" {
    copy_tree
    local name
    for name in '' 'Fan' 'two words' 'a--b' '-x' 'a/b' 'fan_in' helper book limited tree "$(some_pattern)"; do
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

@test "test: with a name it installs nothing, and reports what it skips for a missing tool" {
    copy_tree
    "$ROOT/scripts/book/new-pattern" teller >/dev/null
    printf '@test "%s" { need %s; }\n' 'with nc' nc 'with nc, too' nc 'with bash' bash >>"$ROOT/tests/patterns/teller.bats"
    bare_path nc
    fake id 'echo 0'
    unset COOKBOOK_STRICT
    PATH=$PWD/bin LOG=$PWD/log run -0 our test teller
    assert_line --regexp '^  teller +[0-9]+ passed, 2 skipped '
    assert_line '    nc is missing: tests are skipped'
    # A tool that the installation has promised must be present.
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
