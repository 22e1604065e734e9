#!/usr/bin/env bats
# The scripts, as a user meets them.
# shellcheck disable=SC2016  # the stand-ins' scripts expand later
load ../helper
load tools

@test "every script has a usage text, and refuses unknown options" {
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
        assert_line --regexp "^    $name +[0-9]+ min  [^ ]"
    done
}

# first_found WORD...: the first name that --find prints.
first_found() {
    our run --find "$@" | awk 'NR == 1 { print $1 }'
}

@test "run: --find looks for each word, in every field, the best match first" {
    run -0 our run --find 'THREAD POOL'
    assert_line --regexp '^    fan-out '
    assert_line --partial 'also called: thread pool'
    run -0 our run --find pthread_cancel
    assert_output --partial quit-channel
    run --separate-stderr -1 our run --find 'no such thing anywhere'
    assert_output ''
    [[ $stderr == *'no such thing anywhere'* && $stderr != *'All but one'* ]]
    run --separate-stderr -1 our run --find 'bounded xyzzy pool'
    assert_output ''
    [[ $stderr == *'no page has all of these words: bounded xyzzy pool.'*'All but one of the words:'*' worker-pool '* ]]
    # What only the reference has is found there.
    run --separate-stderr -1 our run --find Chan_Seed
    assert_output ''
    [[ $stderr == *'common/README.md, line '*' The laboratory'* && $stderr != *'All but one'* ]]
    # Each keyword leads to all the pages that it means, in the singular and the plural.
    local words page
    while IFS=: read -r words page; do
        run -0 our run --find "$words"
        assert_line --regexp "^    $page +[^ ]"
    done <<'END'
deadlock:pitfalls/forgotten-close
deadlocks:pitfalls/copied-waitgroup
missing close:pitfalls/forgotten-close
cancel a running job:service
cancel a running job:context
count errors:errgroup
collect errors:errgroup
collect results:worker-pool
limit the number of threads:semaphore
job timed out:service
clock_gettime:deadline
clock_gettime:ticker
END
    assert_equal "$(first_found go routine)" goroutine
    assert_equal "$(first_found Go routines)" goroutine
    # The longest name does not touch its title.
    run -0 our run --find forgotten close
    assert_line --regexp '^    pitfalls/forgotten-close    an early return'
    # The name before other names, a hyphen is a blank, words that do not count, the plural.
    assert_equal "$(first_found worker pool)" worker-pool
    assert_equal "$(first_found 'Worker-Pools')" worker-pool
    assert_equal "$(first_found 'thread pool in c')" worker-pool
    assert_equal "$(first_found 'a pool of the workers')" worker-pool
    assert_equal "$(first_found fan in)" fan-in
    assert_equal "$(first_found fan-in)" fan-in
    assert_equal "$(first_found 'clean shutdown')" drain
    [[ ! -d $ROOT/patterns/service ]] ||
        assert_equal "$(first_found 'bounded worker pool with timeout')" service
    # Each name finds its own page first.
    local name
    for name in $(patterns); do
        [[ $(first_found "$name") == "$name" ]] || fail "--find $name finds $(first_found "$name") first"
    done
}

@test "run: chapter 1 is shown page by page, and ends with a summary" {
    run --separate-stderr -0 our run
    local name heart
    for name in $(patterns 1); do
        assert_line --regexp "^$name -- "
        assert_line "\$ scripts/run $name"
        heart=$(awk -v part=heart -f "$ROOT/scripts/lib/page.awk" "$ROOT/patterns/$name/README.md")
        [[ $heart && $output == *"$heart"*"\$ scripts/run $name"* ]] || fail "$name: no code before the output"
        (($(wc -l <<<"$heart") <= 13)) || fail "$name: too much code"
        assert_line --regexp "^    $name +[0-9.]+ s  ok"
    done
    assert_line --regexp '^Watch for: '
    assert_line --regexp '^May change: '
    assert_line --regexp '^Never changes: '
    refute_output --partial 'Enter: next'
    assert_output --regexp 'Next:
    scripts/run .*
    scripts/snippet .*
    scripts/test '
    refute_output --partial $'\033'
    [[ $stderr != *$'\033'* ]]
}

# terminal KEYS COMMAND: COMMAND on a terminal of its own, where these keys are typed.
terminal() {
    need script
    timeout --foreground -k 2 20 script -qec true /dev/null </dev/null || skip 'no terminal is to be had here'
    # The other end of the pipe stays open.
    mkfifo "$BATS_TEST_TMPDIR/keys" 2>/dev/null || true
    exec 9<>"$BATS_TEST_TMPDIR/keys"
    printf '%s' "$1" >&9
    timeout --foreground -k 2 60 env -u CI TERM=dumb script -qec "$2" /dev/null <&9 9<&- | tr -d '\r'
}

@test "run: on a terminal it waits after each page, and a key chooses how to continue" {
    cd "$ROOT" || return
    local asked='Enter: next, a: all, q: quit (goes on by itself in 15 s)'
    run -0 terminal q 'scripts/run; stty -a; echo "status $?"'
    assert_equal "$(grep -cF "$asked" <<<"$output")" 1
    assert_line '$ scripts/run goroutine'
    refute_line '$ scripts/run channel'
    assert_line --regexp '^    1 pattern in '
    assert_line 'status 0'
    assert_output --regexp '[^-]icanon.* [^-]?echo '
    run -0 terminal $'\na' 'scripts/run'
    assert_equal "$(grep -cF "$asked" <<<"$output")" 2
    assert_line --regexp '^    13 patterns in '
    run -0 terminal $'q\n' 'scripts/run --pause goroutine; echo "status $?"'
    assert_line --regexp 'Press Enter to see, q to quit[.] status 0'
    refute_line --regexp '^[$] '
    for command in 'CI=1 scripts/run --chapter 5' 'scripts/run --chapter 5 </dev/null' 'scripts/run --chapter 5 | cat'; do
        run -0 terminal '' "$command"
        refute_output --partial 'Enter: next'
        assert_line --regexp "^    $(patterns 5 | wc -l) patterns in "
    done
}

@test "race and pitfall show on a terminal what they do, and nothing of it elsewhere" {
    cd "$ROOT" || return
    run -0 terminal '' 'TERM=xterm scripts/race -n 2 goroutine'
    assert_output --partial $'\033[Kbuilding goroutine'
    assert_output --partial $'\033[Kgoroutine: run 1 of 2'
    run -0 terminal '' 'TERM=xterm scripts/pitfall shared-counter >/dev/null'
    assert_output --partial $'\033[Kbuilding shared-counter'
    assert_output --partial $'\033[Kshared-counter-broken: run 1 of 5'
    run -0 our pitfall shared-counter
    refute_output --partial 'building'
    refute_output --partial $'\033'
}

@test "trace: on a terminal a pager shows the timeline, and the picture is named" {
    cd "$ROOT" || return
    run -0 terminal '' "PAGER='sed s/^/paged:/' scripts/trace -o '$BATS_TEST_TMPDIR' channel; echo status \$?"
    assert_line --regexp '^paged: .* main'
    assert_line --partial "scripts/trace: the picture is $BATS_TEST_TMPDIR/channel.svg: open it in a browser"
    assert_line 'status 0'
    run -0 terminal '' "PAGER='no-such-pager -x' scripts/trace -o '$BATS_TEST_TMPDIR' channel"
    assert_line --regexp '^ .* main'
    run -0 our trace -o "$BATS_TEST_TMPDIR" channel
    refute_output --partial 'paged'
}

@test "run: --pause waits for a key, and the end of input is one" {
    # Without a terminal: in a session of its own.
    run --separate-stderr -0 setsid -w timeout -k 2 60 env -u CHAN_LEAKS "$ROOT/scripts/run" --chapter 5 --pause </dev/null
    [ "$(patterns 5 | wc -l)" = "$(grep -o 'Press Enter' <<<"$stderr" | wc -l)" ]
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

@test "snippet: an unknown name is misuse" {
    run --separate-stderr -2 our snippet nosuch
    assert_output ''
}

@test "setup: with everything present it does nothing" {
    bare_path
    LOG=$PWD/log PATH=$PWD/bin run -0 our setup run
    assert_output ''
    [ ! -e log ]
}

@test "setup: without root it prints in one line what to install" {
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

@test "doctor: prints what is installed, and whether run and test can work" {
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

@test "doctor: a compiler without a sanitizer is reported as such, not as a system that stops it" {
    printf '#!/bin/sh\ncase "$*" in *=thread*) exit 1 ;; esac\nexec gcc "$@"\n' >without
    chmod +x without
    CC=$PWD/without run our doctor
    assert_line --regexp '(--|✗) ThreadSanitizer: .*without cannot build with it'
    assert_line --partial 'install libtsan'
    refute_output --partial 'vm.mmap_rnd_bits'
    assert_line --regexp 'AddressSanitizer starts'
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
