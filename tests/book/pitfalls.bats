#!/usr/bin/env bats
# The pitfalls, patterns/pitfalls/NAME. In every run the tool that the page names finds the
# bug of each broken program, in the right line. Each fixed program is clean, here and with
# the flags of COOKBOOK_BUILD.
# shellcheck disable=SC2030,SC2031  # each test is a subshell
load ../helper

# The runs of scripts/race for the tests below are made first, side by side. Their output
# is in $BATS_FILE_TMPDIR/NAME-RUNG, with the exit statuses beside it.
raced() {
    printf '%s\n' {shared-counter,argument-of-go,sleep-as-sync}/broken six-bugs/broken5
    printf '%s\n' {shared-counter,argument-of-go,sleep-as-sync,six-bugs}/fixed
}

# is_plain: whether the programs are built as readers build them, and run without a wrapper.
is_plain() {
    [[ $BUILD == "$ROOT/build" && ! ${COOKBOOK_WRAP-} ]]
}

setup_file() {
    is_plain || return 0
    setup
    # shellcheck disable=SC2016  # the inner shell's
    raced | xargs -P "$(nproc)" -n 1 bash -c '
        answer=$BATS_FILE_TMPDIR/${1//\//-} status=0
        timeout -k 2 60 scripts/race "pitfalls/$1" -n 3 >"$answer" 2>&1 || status=$?
        echo "$status" >"$answer.status"' race
}

setup() {
    cd "$ROOT" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT
    export NO_COLOR=1
}

names() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' patterns/book/pitfalls.tsv
}

# broken NAME[/RUNG]: runs it. $output is all that it printed.
broken() {
    [[ $1 == */* ]] || set -- "$1/broken"
    run play "pitfalls/$1"
}

# at NAME[/RUNG] TEXT: the place of the only line that has TEXT.
at() {
    local file=patterns/pitfalls/$1.c
    [[ $1 == */* ]] || file=patterns/pitfalls/$1/broken.c
    assert_equal "$(grep -cF -e "$2" "$file")" 1
    echo "$file:$(grep -nF -e "$2" "$file" | cut -d : -f 1)"
}

# For a broken program that reports its bug itself. It runs without a wrapper, and has the
# laboratory, which build/tsan has not.
lab() {
    [[ ! ${COOKBOOK_WRAP-} ]] || skip "a broken program is played without ${COOKBOOK_WRAP%% *}"
    knows_seeds
}

# stuck NAME[/RUNG] REPORT...: a deadlock, and lines of its report with these parts.
stuck() {
    local part
    broken "$1"
    [ "$status" -eq 3 ]
    assert_line 'all goroutines are asleep - deadlock!'
    for part in "${@:2}"; do
        assert_line --partial "$part"
    done
}

# on NAME[/RUNG] TEXT: that line, in the words of a report.
on() {
    local place
    place=$(at "$@")
    echo "line ${place##*:}"
}

# panics NAME/RUNG WORDS PLACE
panics() {
    broken "$1"
    [ "$status" -eq 134 ]
    assert_line "panic: $2 ($3)"
}

# race NAME/RUNG STATUS: $output is the output of scripts/race, whose status is STATUS.
race() {
    is_plain || skip 'scripts/race builds by itself'
    run cat "$BATS_FILE_TMPDIR/${1//\//-}"
    echo "$output"
    assert_equal "$(cat "$BATS_FILE_TMPDIR/${1//\//-}.status")" "$2"
}

# races NAME/RUNG HEAD PLACE...: the race is found within 3 runs, and reported once, with
# these places.
races() {
    local place said
    race "$1" 66
    assert_line --regexp "^race on $2"
    said=$(tr '\n' ' ' <<<"$output" | tr -s ' ')
    for place in "${@:3}"; do
        [[ $said == *"$place "* ]]
    done
}

@test "all-asleep: main and the worker each block in a send, in every run" {
    lab
    repeat stuck all-asleep \
        "$(on all-asleep 'chan_send(w.jobs'): goroutine 1 (main) waits to send to w.jobs" \
        "receiver: goroutine 2 (worker), which waits in $(on all-asleep 'chan_send(w->results')" \
        "$(on all-asleep 'chan_send(w->results'): goroutine 2 (worker) waits to send to w->results" \
        'no goroutine has received from it so far'
}

@test "forgotten-close: the parser has ended, main still receives" {
    lab
    repeat stuck forgotten-close "parser: 'fifteen' is not a number" \
        "$(on forgotten-close 'chan_recv(numbers'): goroutine 1 (main) waits to receive from numbers" \
        'sender: goroutine 2 (parser), which has ended'
}

@test "copied-waitgroup: the report names the copy and the line that used it" {
    lab
    repeat stuck copied-waitgroup 'job 1: done' \
        "$(on copied-waitgroup 'wg_wait(&running)'): goroutine 1 (main) waits for wait group &running" \
        'counter 1' \
        "a copied wait group: goroutine 2 (job) used a copy in $(on copied-waitgroup 'wg_done(')"
}

answered_or_not() {
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed play pitfalls/sleep-as-sync/broken || true
    done | sort | uniq -c
}

@test "sleep-as-sync: with some seeds there is no answer, always with the same ones; it is also a data race" {
    local first
    lab
    first=$(answered_or_not)
    [[ $first == *'request 1: answered'* && $first == *'request 1: no answer'* ]]
    assert_equal "$(answered_or_not)" "$first"
    CHAN_SEED=3 broken sleep-as-sync
    assert_output 'request 1: no answer'
    [ "$status" -eq 1 ]
    races sleep-as-sync/broken 'first.answered' "$(at sleep-as-sync 'r->answered = true')" "$(on sleep-as-sync 'puts(first.answered')"
}

@test "shared-counter: a race on the counter" {
    races shared-counter/broken 'found, a global variable' "reads and writes it: $(at shared-counter 'found++')"
}

@test "shared-counter: at most one run in ten finds all primes" {
    local right=0
    is_plain || skip 'it is about the speed of the plain build'
    for _ in {1..20}; do
        broken shared-counter
        [ "$status" -eq 0 ]
        [[ $output != 'found 33860 of 33860 primes' ]] || ((right += 1))
    done
    echo "-- right in $right of 20 runs"
    ((right <= 2))
}

@test "argument-of-go: a race on the loop variable whose address all goroutines get" {
    races argument-of-go/broken 'job, on the stack of main' "$(at argument-of-go 'struct job job =')" \
        "reads it: $(on argument-of-go 'printf(')" "at $(on argument-of-go ', &job)'),"
}

@test "send-on-closed: each version panics, in the line that the next one changes" {
    lab
    repeat panics send-on-closed/broken1 'send on closed channel' "$(at send-on-closed/broken1 'chan_send(')"
    CHAN_SEED=2 panics send-on-closed/broken2 'send on closed channel' "$(at send-on-closed/broken2 'chan_send(')"
    CHAN_SEED=1 panics send-on-closed/broken3 'close of closed channel' \
        "$(at send-on-closed/broken3 'chan_close(s->records)')"
}

@test "send-on-closed: a flag that is checked first only makes the panic rarer" {
    local seed ended
    lab
    ended=$(for seed in {1..20}; do
        CHAN_SEED=$seed play pitfalls/send-on-closed/broken2 >/dev/null 2>&1 && echo 0 || echo $?
    done | sort -u | paste -sd ' ')
    assert_equal "$ended" '0 134'
}

leaks() {
    broken leaked-sender
    [ "$status" -eq 4 ]
    assert_line 'timeout: no reply within 10 ms'
    assert_line "leaks in patterns/pitfalls/leaked-sender/broken.c:"
    assert_line "  $(on leaked-sender 'chan_send(reply'): goroutine 2 (fetch) waits to send to reply"
    assert_line "      created by goroutine 1 in $(on leaked-sender 'go(fetch')"
    assert_line "  $(on leaked-sender 'chan_make('): a channel of int, capacity 0, was never freed"
}

@test "leaked-sender: the sender and its channel are leaked" {
    local CHAN_SEED
    lab
    for CHAN_SEED in {1..5}; do # time is virtual: the order hardly varies
        export CHAN_SEED CHAN_SLEEPS=exact
        leaks
    done
}

# used PROGRAM: the milliseconds of processor time that it takes.
used() {
    local TIMEFORMAT='%3U %3S'
    { time play "pitfalls/closed-in-select/$1" >/dev/null 2>&1; } 2>&1 |
        tr , . | awk '{ print int(($1 + $2) * 1000) }'
}

@test "closed-in-select: under a seed it never ends; without, it burns a core" {
    lab
    LIMIT=1 CHAN_SEED=1 broken closed-in-select
    [[ $status == 124 || $status == 143 ]] # busybox says 143
    refute_output --partial records
    is_plain || return 0
    local spins=0 waits=0
    for _ in {1..5}; do # beside other processes it gets less of a core
        ((spins += $(used broken), waits += $(used fixed)))
        ((spins <= 2 * waits)) || break
    done
    echo "-- $spins ms of a core, fixed $waits ms"
    ((spins > 2 * waits))
}

@test "six-bugs: the bug of each version is reported by its tool, with its line" {
    lab
    local copied
    export CHAN_SEED=1
    panics six-bugs/broken1 'send on closed channel' "$(at six-bugs/broken1 'chan_send(f->failures')"
    copied=$(on six-bugs/broken2 'wg_done(')
    stuck six-bugs/broken2 "a copied wait group: goroutine 6 (fetch) used a copy in $copied"
    stuck six-bugs/broken3 "$(on six-bugs/broken3 'chan_send(f->failures'): goroutine 5 (fetch) waits to send to f->failures"
    stuck six-bugs/broken4 "$(on six-bugs/broken4 'wg_wait('): goroutine 1 (main) waits for wait group &fetches" \
        'counter 2'
    refute_line --partial 'waits to send'
    unset CHAN_SEED
    repeat broken six-bugs/broken6
    [ "$status" -eq 4 ]
    assert_line "  $(on six-bugs/broken6 'chan_make(bool'): a channel of bool, capacity 2, was never freed"
    assert_equal "$(grep -c 'never freed' <<<"$output")" 1
    races six-bugs/broken5 'fetched, a global variable' "reads and writes it: $(at six-bugs/broken5 'fetched++')"
}

@test "six-bugs: from version to version a few lines change" {
    local before='' after changed
    for after in patterns/pitfalls/six-bugs/{broken?,fixed}.c; do
        if [[ $before ]]; then
            changed=$(diff "$before" "$after" | grep -c '^[<>]') || true
            echo "-- $after: $changed"
            ((changed >= 3 && changed <= 14))
        fi
        before=$after
    done
}

# The output of each fixed program. Without a seed the answer may come in time.
says() {
    case $1 in
        all-asleep) assert_output $'result 1\nresult 4\nresult 9' ;;
        forgotten-close) assert_output $'parser: \'fifteen\' is not a number\nmain: sum 12' ;;
        copied-waitgroup) assert_output $'job 1: done\nmain: job 1 has finished' ;;
        sleep-as-sync) assert_output 'request 1: answered' ;;
        shared-counter) assert_output 'found 33860 of 33860 primes' ;;
        argument-of-go)
            assert_equal "$(sort <<<"$output")" \
                $'job 1: access.log\njob 2: error.log\njob 3: mail.log'
            ;;
        send-on-closed) assert_output 'received 3 records' ;;
        leaked-sender) assert_output --regexp $'^(timeout: no reply within 10 ms|reply: 42)\nmain: done$' ;;
        closed-in-select) assert_output '12 records, 14 selects' ;;
        six-bugs)
            assert_equal "$(sort <<<"$output")" $'failed: gone\nfailed: nosuch\nfetched 3 of 5 pages'
            ;;
        *) fail "what does $1 say?" ;;
    esac
    assert_equal "$stderr" ''
}

holds() {
    says "$name"
}

@test "every fixed program prints the right output, and leaks nothing" {
    for name in $(names); do
        repeat run_holds "pitfalls/$name/fixed"
    done
}

@test "every fixed program, in the order of any seed" {
    # shellcheck disable=SC2034  # seeds_hold reads it; few goroutines have few orders
    SEEDS=${COOKBOOK_SEEDS:-40}
    for name in $(names); do
        seeds_hold "pitfalls/$name/fixed"
    done
}

@test "the fixed version of every racy program has no race" {
    for name in shared-counter argument-of-go sleep-as-sync six-bugs; do
        race "$name/fixed" 0
        assert_line 'no race seen in 3 runs'
    done
}
