#!/usr/bin/env bats
# scripts/learn watch, in a terminal of script(1): it checks after each save, by inotify and by
# looking, does what the keys say, and leaves the terminal as it was.
# shellcheck disable=SC2154  # run sets output and status
load ../helper

setup() {
    cd "$ROOT" || return
    export COOKBOOK_LEARN=$BATS_TEST_TMPDIR/learn TMPDIR=$BATS_TEST_TMPDIR/tmp
    attempt=$COOKBOOK_LEARN/wait-for-all.c
    log=$BATS_TEST_TMPDIR/log
    mkdir "$COOKBOOK_LEARN" "$TMPDIR"
    echo 'int main(void) { first' >"$attempt"
}

teardown() {
    [[ ! ${terminal-} ]] || kill "$terminal" 2>/dev/null || true
}

# watch [PATH]: starts it. What is typed goes to file 7.
watch() {
    local keys=$BATS_TEST_TMPDIR/keys
    mkfifo "$keys"
    cat >"$BATS_TEST_TMPDIR/session" <<'END'
trap : INT
stty -a >"$BATS_TEST_TMPDIR/before"
timeout --foreground -k 2 60 scripts/learn watch
echo $? >"$BATS_TEST_TMPDIR/status"
stty -a >"$BATS_TEST_TMPDIR/after"
END
    PATH=${1-}$PATH NO_COLOR=1 script -qfc "sh '$BATS_TEST_TMPDIR/session'" "$log" <"$keys" >/dev/null 2>&1 3>&- &
    terminal=$!
    exec 7>"$keys"
}

# shows TEXT [TIMES]: waits until the terminal has shown it so often.
shows() {
    local try
    for ((try = 0; try < 30 * LIMIT; try++)); do
        [[ $(grep -c -F -e "$1" "$log" 2>/dev/null) -lt ${2:-1} ]] || return 0
        sleep 0.1
    done
    echo "the terminal does not show: $1" >&2
    cat "$log" >&2
    return 1
}

# is_over STATUS: it has ended so, the terminal is as before, and nothing is left.
is_over() {
    wait "$terminal" || true
    exec 7>&-
    [[ $(<"$BATS_TEST_TMPDIR/status") == "$1" ]]
    cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
    [ -z "$(ls -A "$TMPDIR")" ]
    # The brackets keep this grep from finding itself.
    run grep -lzsx -e "${COOKBOOK_LEARN%?}[n]" /proc/[0-9]*/cmdline
    [ -z "$output" ]
}

checks_on_save_and_knows_the_keys() {
    shows "$1"
    shows 'does not compile'
    printf h >&7
    shows 'Hint 1 of 3'
    printf l >&7
    shows 'you are here'
    echo 'int main(void) { second' >"$attempt"
    shows 'does not compile' 2
    # As editors do: a new file takes the place of the old one.
    shows 'q quit' 2
    echo 'int main(void) { third' >"$BATS_TEST_TMPDIR/new"
    mv "$BATS_TEST_TMPDIR/new" "$attempt"
    shows 'does not compile' 3
    shows 'q quit' 3
    printf c >&7
    shows 'does not compile' 4
    shows 'q quit' 4
    printf n >&7
    shows '2 of 16: '
    printf q >&7
    is_over 0
}

@test "watch: by inotify it checks after each save, and the keys do what they say" {
    command -v inotifywait >/dev/null || skip 'inotifywait is not installed'
    watch
    checks_on_save_and_knows_the_keys 'waits for a save by inotify'
}

@test "watch: without inotify it looks for a save, and does the same" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/inotifywait"
    chmod +x "$BATS_TEST_TMPDIR/bin/inotifywait"
    watch "$BATS_TEST_TMPDIR/bin:"
    checks_on_save_and_knows_the_keys 'looks for a save three times a second'
}

@test "watch: after Ctrl-C the terminal is as before, and nothing is left" {
    watch
    shows 'q quit'
    printf '\003' >&7
    is_over 130
}
