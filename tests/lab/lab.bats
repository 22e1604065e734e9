#!/usr/bin/env bats
# The laboratory (common/chan_lab.h, common/lab/) on small programs, tests/lab/NAME.c. It
# must report each broken program, in every run and with the right lines, and must
# never report a correct one. Comments in the programs mark the lines.
#
#   COOKBOOK_CC   the compiler, with flags: 'clang -fsanitize=address', musl-gcc
#   COOKBOOK_LAB  whole: each program is compiled with all of the laboratory, as a reader's
#                 own; by default it is linked with it
load ../helper

setup_file() {
    local cc=${COOKBOOK_CC:-${CC:-cc}} whole=${COOKBOOK_LAB-} strict
    strict='-std=c11 -O1 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread -DCHAN_LAB'
    [[ $whole ]] || strict+=' -DCHAN_LAB_LINKED'
    export LAB=$ROOT/build/lab/cases-${cc//[^A-Za-z0-9=]/_}${whole:+-$whole} TURNS=10
    # In a child of a program that goes on, LeakSanitizer sees the parent's stacks.
    export ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS-}
    export TSAN_OPTIONS=atexit_sleep_ms=0:report_thread_leaks=0:${TSAN_OPTIONS-}
    mkdir -p "$LAB"
    cd "$ROOT" || return
    if [[ ! $whole ]] && [[ ! -e $LAB/lab.o || $(find common -newer "$LAB/lab.o") ]]; then
        # shellcheck disable=SC2086  # lists of words
        $cc $strict -c -o "$LAB/lab.o" common/lab/lab.c || return
    fi
    # shellcheck disable=SC2016  # for each sh
    printf '%s\n' tests/lab/*.c | grep -v _inside |
        CC=$cc STRICT=$strict WHOLE=$whole xargs -P "$(nproc)" -I{} sh -c '
            source=$1 name=$(basename "$1" .c) inside=${1%.c}_inside.c
            [ -e "$inside" ] || inside=
            object=$LAB/lab.o
            [ ! "$WHOLE" ] || object=
            for new in "$source" $inside $object common/*.h common/lab/*.h; do
                [ "$LAB/$name" -nt "$new" ] || old=yes
            done
            [ "${old-}" ] || exit 0
            # What is inside a library knows nothing of the laboratory.
            [ ! "$inside" ] || $CC -std=c11 -O1 -g -Wall -Wextra -Werror -pthread \
                -c -o "$LAB/$name.o" "$inside" || exit 1
            $CC $STRICT -Icommon -o "$LAB/$name" "$source" ${inside:+"$LAB/$name.o"} \
                ${object:+"$object"}' - {}
}

setup() {
    cd "$LAB" || return
    unset CHAN_SEED CHAN_SCHEDULE CHAN_CHOICES CHAN_TRACE CHAN_LEAKS
    export CHAN_SLEEPS=exact # for broken programs that sleep until all others are blocked
}

# with_lab WORD...: compiles a program that a test writes, as setup_file compiles the others.
with_lab() {
    local object=(-DCHAN_LAB_LINKED "$LAB/lab.o")
    [[ ! ${COOKBOOK_LAB-} ]] || object=()
    # shellcheck disable=SC2086  # a list of words
    ${COOKBOOK_CC:-${CC:-cc}} -g -pthread -DCHAN_LAB "-I$ROOT/common" "$@" "${object[@]}"
}

# spots NAME: reads text, and puts in place of {mark} where tests/lab/NAME.c has
# that comment; one that has a line of its own marks the next.
spots() {
    awk -v path="tests/lab/$1.c" -v root="$ROOT/" '
        BEGIN {
            while ((getline line < (root path)) > 0) {
                n++
                if (match(line, /\/\* [a-z0-9 ]+ \*\//))
                    place[substr(line, RSTART + 3, RLENGTH - 6)] = path ":" n + (line ~ /^ *\/\*/)
            }
        }
        {
            while (match($0, /\{[a-z0-9 ]+\}/)) {
                mark = substr($0, RSTART + 1, RLENGTH - 2)
                if (!(mark in place)) print "no mark " mark " in " path
                $0 = substr($0, 1, RSTART - 1) place[mark] substr($0, RSTART + RLENGTH)
            }
            print
        }'
}

# turns HOW PROGRAM [args...]: runs it TURNS times, some at once, either `free` or
# under as many `seeds`; standard error and status of each go to said/NUMBER.
turns() {
    local how=$1 said=$BATS_TEST_TMPDIR/said
    shift
    rm -rf "$said" && mkdir "$said"
    # shellcheck disable=SC2016  # for each sh
    seq "$TURNS" | HOW=$how SAID=$said LIMIT=$LIMIT xargs -P "${AT_ONCE:-4}" -I{} sh -c '
        [ "$HOW" = free ] || export CHAN_SEED=$1
        turn=$1
        shift
        timeout -k 2 "$LIMIT" "$@" >/dev/null 2>"$SAID/$turn" </dev/null
        echo "status $?" >>"$SAID/$turn"' - {} "$@" 2>/dev/null
    [ "$(find "$said" -type f | wc -l)" = "$TURNS" ]
}

# all_said: each of them has said what standard input says, in extended regular
# expressions, line by line. Lines that begin with `?` may be missing.
all_said() {
    local wanted
    wanted=$(cat)
    wanted=$wanted awk '
        BEGIN { n = split(ENVIRON["wanted"], want, "\n") }
        function ends() {
            while (i < n && want[i + 1] ~ /^\?/) i++
            if (file != "" && i < n && !bad) wrong("nothing more, but not " want[i + 1])
        }
        function wrong(what) { bad = 1; if (failed++ < 3) print file ": " what }
        FNR == 1 { ends(); file = FILENAME; i = bad = 0 }
        bad { next }
        {
            while (i < n) {
                may = want[++i]; must = !sub(/^\?/, "", may)
                if ($0 ~ "^(" may ")$") next
                if (must) break
            }
            wrong($0 "\n  instead of " (i > n ? "nothing" : want[i]))
        }
        END { ends(); if (failed) print failed " of " ARGC - 1 " went wrong"; exit failed > 0 }' "$BATS_TEST_TMPDIR"/said/*
}

# report NAME: reads the lines of a report about tests/lab/NAME.c, in which {mark} stands for
# `line N`, and makes extended regular expressions of them; ~ is anything.
report() {
    spots "$1" | sed "s,tests/lab/$1[.]c:\\([0-9]\),line \\1,g"' ; s/[][().*+?^$|]/\\&/g; s/~/.*/g'
}

# stuck NAME [args...]: reported each time, as the lines of standard input say. On a busy
# machine a seed may be unrepeatable. The line that says so may come before or after the
# report, because a child process reports for itself.
stuck() {
    local how name=$1 wanted
    wanted=$(
        echo 'all goroutines are asleep - deadlock!'
        echo "blocked in tests/lab/$name.c:"
        report "$name"
        echo "?a wait may return without a signal: that of .*"
        echo 'status 3'
    )
    for how in free seeds; do
        echo "-- $*, $how"
        turns "$how" "./$name" "${@:2}"
        sed -i '/^schedule no longer repeatable: goroutine [0-9]* in a system call$/d' "$BATS_TEST_TMPDIR"/said/*
        all_said <<<"$wanted"
    done
}

# on_fibers: goroutines are fibers under a seed.
on_fibers() { [[ ${COOKBOOK_CC-} == *CHAN_FIBERS* ]]; }

# held_up NAME [args...]: a system call holds up the other fibers, and each run says so.
held_up() {
    local how='goroutine [0-9]+ \(.*\) waits in a system call, so goroutine [0-9]+ \(.*\) cannot run: .*'
    TURNS=2 LIMIT=3 turns seeds "./$1" "${@:2}"
    all_said <<<"?schedule no longer repeatable: .*"$'\n'"$how"$'\nstatus 124'
}

# sound NAME [args...]: never a word, whether free or under a seed, that leaks nor
# that all are asleep. If a seed can't be repeated it says so.
sound() {
    local how
    for how in free seeds; do
        echo "-- $*, $how"
        CHAN_SLEEPS='' CHAN_LEAKS=1 AT_ONCE=20 turns "$how" "./$1" "${@:2}"
        all_said <<'END'
?schedule no longer repeatable: goroutine [0-9]+ in a system call
status 0
END
    done
}

# ===== Broken programs

@test "two wait for each other" {
    stuck crossed <<'END'
  {main waits}: goroutine 1 (main) waits to receive from l.answers
      sender: goroutine 2 (partner), which waits in {partner waits}
  {partner waits}: goroutine 2 (partner) waits to receive from l->questions
      sender: goroutine 1 (main), which waits in {main waits}
      created by goroutine 1 in {started}
END
}

@test "a forgotten close" {
    stuck unclosed <<'END'
  {main waits}: goroutine 1 (main) waits to receive from numbers
      sender: goroutine 2 (count), which has ended
END
}

@test "a forgotten wg_done" {
    stuck undone <<'END'
  {main waits}: goroutine 1 (main) waits for wait group &running
      counter 1, last increased in {added}
      done by: goroutines ~ and ~ (job), which have ended
END
}

@test "a copied wait group" {
    stuck copied <<'END'
  {main waits}: goroutine 1 (main) waits for wait group &wg
      counter 1, last increased in {added}
      a copied wait group: goroutine 2 (work) used a copy in {used}
END
}

@test "two locks, that are channels, in opposite order" {
    stuck cycle <<'END'
  {main waits}: goroutine 1 (main) waits for wait group &wg
      counter 2, last increased in {second started}
      not yet done: goroutine 2 (first), which waits in {first waits}
      not yet done: goroutine 3 (second), which waits in {second waits}
  {first waits}: goroutine 2 (first) waits to send to p->right
      no goroutine has received from it so far
      full (capacity 1), filled by goroutine 3 (second), which waits in {second waits}
      created by goroutine 1 in {first started}
  {second waits}: goroutine 3 (second) waits to send to p->left
      no goroutine has received from it so far
      full (capacity 1), filled by goroutine 2 (first), which waits in {first waits}
      created by goroutine 1 in {second started}
END
}

@test "a mutex and a channel" {
    local wanted
    # Either has the mutex first.
    wanted=$(
        echo 'all goroutines are asleep - deadlock!'
        echo 'blocked in tests/lab/mutex.c:'
        report mutex <<'END' | sed 's/^\\?/?/'
?  {main sends}: goroutine 1 (main) waits to send to coins
?      no goroutine has received from it so far
?  {main locks}: goroutine 1 (main) waits for mutex &till
?      held since {cashier locks} by goroutine 2 (cashier), which waits in {cashier receives}
?  {cashier locks}: goroutine 2 (cashier) waits for mutex &till
?      held since {main locks} by goroutine 1 (main), which waits in {main sends}
?  {cashier receives}: goroutine 2 (cashier) waits to receive from coins
?      no goroutine has sent to it so far
      created by goroutine 1 in {started}
status 3
END
    )
    turns free ./mutex
    all_said <<<"$wanted"
    turns seeds ./mutex
    all_said <<<"$wanted"
    grep -q 'main. waits for mutex' "$BATS_TEST_TMPDIR"/said/*
    grep -q 'cashier. waits for mutex' "$BATS_TEST_TMPDIR"/said/*
}

@test "a lock that is held: by which goroutine, and since where" {
    stuck holders ended <<'END'
  {ended}: goroutine 1 (main) waits for mutex &mutex
      held since {kept} by goroutine 2 (keep_mutex), which has ended
END
    stuck holders self <<'END'
  {again}: goroutine 1 (main) waits for mutex &mutex
      held since {taken} by goroutine 1 (main) itself
END
    stuck holders reader <<'END'
  {writer}: goroutine 1 (main) waits for rwlock &table
      held for reading since {reads} by goroutine 2 (keep_reading), which has
              ended
END
    stuck holders writer <<'END'
  {reader}: goroutine 1 (main) waits for rwlock &table
      held for writing since {writes} by goroutine 2 (keep_writing), which has
              ended
END
    stuck holders once <<'END'
  {once}: goroutine 1 (main) waits for the end of prepare in pthread_once
      called since {needs} by goroutine 2 (needs_once), which waits in {receives}
  {receives}: goroutine 2 (needs_once) waits to receive from chan_make(int, 0)
      no goroutine has sent to it so far
      created by goroutine 1 in {started}
END
}

@test "a condition that was signalled before any goroutine waited: where" {
    stuck holders early <<'END'
  {early}: goroutine 1 (main) waits for condition &ready
      signalled in {signals}, before any goroutine waited
END
}

@test "a condition whose last signal woke another goroutine: which one" {
    cat >close.c <<'END'
#include <pthread.h>
#include <stdbool.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting;
static bool closed;
static void *taker(void *arg)
{
    pthread_mutex_lock(&lock);
    waiting++;
    while (!closed)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return arg;
}
int main(void)
{
    pthread_t id[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&id[i], NULL, taker, NULL);
    for (int all = 0; all < 2;) {
        pthread_mutex_lock(&lock);
        all = waiting;
        closed = all == 2;
        if (closed) pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(id[i], NULL);
}
END
    with_lab -include "$ROOT/common/chan.h" close.c -o close
    run -3 timeout -k 2 "$LIMIT" ./close
    assert_line '      the last signal was in line 25'
    CHAN_SEED=1 run -3 timeout -k 2 "$LIMIT" ./close
    assert_output --regexp 'the last signal, in line 25, woke goroutine [23] \(taker\), which has'
}

@test "a reader reads again while a writer waits: many seeds find it" {
    local wanted found
    TURNS=100 turns seeds ./reads_again
    found=$(grep -l 'status 3' "$BATS_TEST_TMPDIR"/said/* | wc -l)
    echo "-- $found of 100 seeds"
    ((found > 20))
    grep -lZ 'status 0' "$BATS_TEST_TMPDIR"/said/* | xargs -0 rm -f
    wanted=$(
        echo 'all goroutines are asleep - deadlock!'
        echo 'blocked in tests/lab/reads_again.c:'
        report reads_again <<'END'
  {main waits}: goroutine 1 (main) waits for wait group &wg
      counter 2, last increased in {writer started}
      not yet done: goroutine 2 (reader), which waits in {again}
      not yet done: goroutine 3 (writer), which waits in {writes}
  {again}: goroutine 2 (reader) waits for rwlock &lock
      held for reading since {reads} by goroutine 2 (reader) itself
      a writer is first: goroutine 3 (writer), which waits in {writes}
      created by goroutine 1 in {reader started}
  {writes}: goroutine 3 (writer) waits for rwlock &lock
      held for reading since {reads} by goroutine 2 (reader), which waits in
              {again}
      created by goroutine 1 in {writer started}
status 3
END
    )
    all_said <<<"$wanted"
    TURNS=100 turns seeds ./reads_again once
    all_said <<<'status 0'
}

# fails HOW: tests/lab/fails.c HOW says in each run what standard input says, and goes on.
fails() {
    local how wanted
    wanted=$(spots fails | sed "s,since tests/lab/fails[.]c:,since line ,; s,in tests/lab/fails[.]c:,in line ,; s/[()]/\\\\&/g; s/~/.*/g")
    for how in free seeds; do
        turns $how ./fails "$1"
        all_said <<<"$wanted"$'\nstatus 0'
    done
}

@test "a call of a lock that fails, and the program does not look" {
    # ThreadSanitizer reports the same mistakes, and ends the program with another status.
    no_tsan
    [[ ${COOKBOOK_CC-} == musl-gcc ]] || fails rdlock <<'END'
{reads}: pthread_rwlock_rdlock fails with EDEADLK
      held for writing since {writes} by goroutine 1 (main) itself
END
    fails unlock <<'END'
{unlocks}: pthread_mutex_unlock fails with EPERM
      held since {locks} by goroutine 1 (main), which ~
END
    [[ ${COOKBOOK_CC-} == musl-gcc ]] || fails destroy <<'END'
{destroys}: pthread_mutex_destroy fails with EBUSY
      held since {holds} by goroutine 1 (main) itself
END
}

@test "semaphores, a barrier, a spinlock, and locks of C11, which are stuck" {
    stuck more_locks semaphores <<'END'
  {wants right}: goroutine 1 (main) waits for semaphore &right
      last taken in {takes right} by goroutine 2 (right_then_left), which waits in
              {wants left}
  {wants left}: goroutine 2 (right_then_left) waits for semaphore &left
      last taken in {takes left} by goroutine 1 (main), which waits in {wants right}
      created by goroutine 1 in {started}
END
    stuck more_locks barrier <<'END'
  {main arrives}: goroutine 1 (main) waits at barrier &barrier
      2 of 3 goroutines have arrived
  {arrives}: goroutine 2 (arrive) waits at barrier &barrier
      2 of 3 goroutines have arrived
      created by goroutine 1 in {arrival started}
END
    stuck more_locks spinlock <<'END'
  {spins again}: goroutine 1 (main) waits for spinlock &spinlock
      held since {spins} by goroutine 1 (main) itself
END
    stuck more_locks mtx <<'END'
  {wants b}: goroutine 1 (main) waits for mutex &b
      held since {locks b} by goroutine 2 (b_then_a), which waits in {wants a}
  {wants a}: goroutine 2 (b_then_a) waits for mutex &a
      held since {locks a} by goroutine 1 (main), which waits in {wants b}
      created by goroutine 1 in {thread started}
END
    stuck more_locks cnd <<'END'
  {waits}: goroutine 1 (main) waits for condition &ready
      signalled in {signals}, before any goroutine waited
END
}

@test "a receive from a channel that was never made" {
    stuck null <<'END'
  {main waits}: goroutine 1 (main) waits for wait group &wg
      counter 1, last increased in {started}
      not yet done: goroutine 2 (worker), which waits in {worker waits}
  {worker waits}: goroutine 2 (worker) waits to receive from shop.jobs (NULL)
      a channel that is NULL blocks forever
      created by goroutine 1 in {started}
END
}

@test "a select of three channels without another end" {
    stuck unserved <<'END'
  {main waits}: goroutine 1 (main) waits in a select of 3 cases
      case 0: receive from a; sender: goroutine 2 (greet), which has ended
      case 1: send to b; no goroutine has received from it so far
      case 2: receive from c (NULL), which is never ready
END
}

@test "main waits, and the goroutines have all ended" {
    stuck alone <<'END'
  {main waits}: goroutine 1 (main) waits to receive from results
      senders: goroutines ~, ~ and ~ (work), which have ended
END
}

@test "threads of pthread_create wait for each other" {
    stuck threads <<'END'
  {main waits}: goroutine 1 (main) waits to receive from done
      no goroutine has sent to it so far
  {a waits}: goroutine 2 (a) waits to receive from to_a
      no goroutine has sent to it so far
      created by goroutine 1 in {a started}
  {b waits}: goroutine 3 (b) waits to receive from to_b
      no goroutine has sent to it so far
      created by goroutine 1 in {b started}
END
}

@test "main joins a thread that waits forever" {
    stuck joined <<'END'
  {main joins}: goroutine 1 (main) waits to join thread id
  {waits}: goroutine 2 (wait_for) waits to receive from calls
      no goroutine has sent to it so far
      created by goroutine 1 in {started}
END
}

@test "a timer that has fired, and a timeout that never comes" {
    stuck fired <<'END'
  {main waits}: goroutine 1 (main) waits to receive from bell
      sender: a timer, which has fired
  {long waits}: goroutine 2 (wait_long) waits in a select of 2 cases
      case 0: receive from calls; no goroutine has sent to it so far
      case 1: a timeout that never comes
      created by goroutine 1 in {long started}
END
}

@test "main's thread has ended, and the others are stuck" {
    stuck left <<'END'
  {waits}: goroutine 2 (wait_for) waits to receive from never
      no goroutine has sent to it so far
      created by goroutine 1 in {started}
END
}

@test "all wait, and the thread of a library ends without sending" {
    AT_ONCE=20 stuck library silent <<'END'
  {main waits}: goroutine 1 (main) waits to receive from calls
      no goroutine has sent to it so far
  {waits}: goroutine 2 (wait_for) waits to receive from start
      no goroutine has sent to it so far
      created by goroutine 1 in {started}
  {waits}: goroutine 3 (wait_for) waits to receive from start
      no goroutine has sent to it so far
      created by goroutine 1 in {started}
END
}

@test "long names, many cases and many goroutines: cut and counted, at most 80 columns" {
    local seed
    for seed in '' 1 2; do
        CHAN_SEED=$seed run --separate-stderr -3 timeout -k 2 "$LIMIT" ./many
        assert_equal "$(awk 'length > 80' <<<"$stderr")" ''
        assert_regex "$stderr" $'waits in a select of 18 cases\n'
        assert_regex "$stderr" $'\n      [.]{3} and 2 more cases\n'
        assert_regex "$stderr" $'\n  [.]{3} and 8 more goroutines$'
        assert_regex "$stderr" 'goroutine [0-9]+ [(]waits_for_the_departure_of_th[.]{3}[)]'
        assert_regex "$stderr" 's->departures_of_the_trains_to_the_north_and_[.]{3}'
        assert_equal "$(grep -c 'many[.]c' <<<"$stderr")" 1
    done
}

# no_tsan: ThreadSanitizer lets no threads be started after a fork.
no_tsan() {
    [[ ${COOKBOOK_CC-} != *=thread* ]] || skip 'not under ThreadSanitizer'
}

@test "the deadlock of a child process" {
    no_tsan
    stuck child <<'END'
  {main waits}: goroutine 1 (main) waits to receive from own
      ~
  {waits}: goroutine 3 (wait_for) waits to receive from calls
      ~
      created by goroutine 1 in {started}
END
}

# leaves NAME: with CHAN_LEAKS=1 it says what stands on the input, always; without, at most how
# many goroutines are left.
leaves() {
    local how wanted
    wanted=$(
        echo "leaks in tests/lab/$1.c:"
        report "$1"
    )
    for how in free seeds; do
        CHAN_LEAKS=1 turns $how "./$1"
        all_said <<<"$wanted"
        turns $how "./$1"
        all_said <<'END'
?[0-9]+ goroutines? (is|are) still blocked; CHAN_LEAKS=1 shows (it|them)
status 0
END
    done
}

@test "leaks: a sender whose receiver has timed out, and its channel" {
    leaves leaked <<'END'
  {blocked}: goroutine 2 (look_up) waits to send to answer
      receiver: goroutine 1 (main), which ends the program
      created by goroutine 1 in {started}
  {made}: a channel of int, capacity 0, was never freed
status 4
END
}

@test "leaks: channels and timers never freed" {
    leaves unfreed <<'END'
  {prices made}: a channel of double, capacity 4, was never freed
  {bell made}: a timer channel of 1 ms was never freed
status 4
END
}

# early HOW: what CHAN_LEAKS=1 says of `early HOW`, with each seed.
early() {
    local wanted
    wanted=$(
        echo 'leaks in tests/lab/early.c:'
        report early
    )
    CHAN_LEAKS=1 turns seeds ./early "$1"
    all_said <<<"$wanted"
}

@test "main returns at once: goroutines that are about to block, sleep, or never block for good" {
    early blocks <<'END'
  {blocks}: goroutine 2 (blocks) waits to send to answers (NULL)
      a channel that is NULL blocks forever
      created by goroutine 1 in {blocks started}
status 4
END
    early sleeps <<'END'
  {sleeps}: goroutine 2 (sleeps) sleeps for 20 ms
      still lives when the program ends, and goes on in 20 ms
      created by goroutine 1 in {sleeps started}
status 4
END
    early tries <<'END'
  {tries}: goroutine 2 (tries) waits in a select of 2 cases
      case 0: receive from answers (NULL), which is never ready
      case 1: a timeout of 30 ms
      still lives when the program ends, and goes on in 30 ms
      created by goroutine 1 in {tries started}
status 4
END
    # What runs on after main's return prints nothing.
    CHAN_LEAKS=1 CHAN_SEED=first run --separate-stderr -4 ./early
    assert_output ''
    sound early ends
}

# polls_until_told SEED WORDS...: runs tests/lab/polls.c until its first line on standard error,
# for at most a minute: a busy machine needs long for a million looks. Sets told.
polls_until_told() {
    local spinner seed=$1
    shift
    rm -f told # or the loop could see what the last program said
    CHAN_SEED=$seed timeout 60 ./polls "$@" 2>told &
    spinner=$!
    for _ in {1..600}; do
        [ ! -s told ] || break
        sleep 0.1
    done
    kill "$spinner"
    wait "$spinner" || true
    told=$(head -n 1 told)
}

@test "a goroutine polls, and no other one can go on: where" {
    local how seed told
    for seed in 1 2 first; do
        polls_until_told $seed
        assert_equal "$told" "goroutine 2 (sleeps) polls in $(spots polls <<<'{sleeps}'), and all other goroutines are blocked"
    done
    polls_until_told 1 atomic
    assert_equal "$told" "goroutine 2 (spins) polls in $(spots polls <<<'{spins}'), and all other goroutines are blocked"
    polls_until_told 1 volatile # two seconds of computing
    assert_equal "$told" "goroutine 2 (spins) computes for two seconds, since $(spots polls <<<'{before}')"
    for how in clock late; do
        CHAN_SEED=1 run --separate-stderr -0 timeout 60 ./polls $how
        assert_equal "$stderr" ''
    done
}

# told_of_arg HOW WORDS: tests/lab/arg.c HOW ends by a panic with these words, free
# and under seeds.
told_of_arg() {
    local how wanted
    wanted=$(
        spots arg <<<"panic: $2" | sed 's/[][().*+?^$|]/\\&/g'
        echo '  .*goroutine [0-9]+ .[a-z_]+. panics.*'
    )
    for how in free seeds; do
        turns $how ./arg "$1"
        all_said <<<"$wanted"$'\n?.*Aborted.*\nstatus 134'
    done
}

# ends NAME STATUS [args...]: tests/lab/NAME.c ends each time with this status, after it has
# printed the lines of standard input.
ends() {
    local how name=$1 wanted
    wanted=$(
        report "$name"
        echo '?.*(Aborted|Segmentation fault|Floating point exception).*'
        echo "status $2"
    )
    for how in free seeds; do
        turns $how "./$name" "${@:3}"
        all_said <<<"$wanted"
    done
}

@test "a panic: which goroutine panics, and which one has closed the channel" {
    ends causes 134 send <<'END'
panic: send on closed channel (tests/lab/causes.c:~)
  {send}: goroutine 1 (main) panics in a send to numbers
      closed in {closed} by goroutine 2 (closes)~
END
    ends causes 134 blocked <<'END'
panic: send on closed channel (tests/lab/causes.c:~)
  {blocked}: goroutine 2 (sends) panics in a send to numbers
      closed in {main closes} by goroutine 1 (main)
END
    ends causes 134 select <<'END'
panic: send on closed channel (tests/lab/causes.c:~)
  {select}: goroutine 1 (main) panics in a select
      case 1: closed in {closed} by goroutine 2 (closes)~
END
    ends causes 134 twice <<'END'
panic: close of closed channel (tests/lab/causes.c:~)
  {twice}: goroutine 1 (main) panics in a close of numbers
      closed in {closed} by goroutine 2 (closes)~
END
    ends causes 134 nil <<'END'
panic: close of nil channel (tests/lab/causes.c:~)
  {nil}: goroutine 1 (main) panics in a close of none
END
    ends causes 134 used <<'END'
panic: free of a channel in use (tests/lab/causes.c:~)
  {used}: goroutine 1 (main) panics in a free of numbers
      goroutine 2 (sends) waits to send to numbers in {blocked}
END
}

@test "a full buffer: the goroutine that has filled it" {
    stuck causes full <<'END'
  {full}: goroutine 1 (main) waits to send to slots
      no goroutine has received from it so far
      full (capacity 1), filled by goroutine 2 (holds), which waits in {holds slot}
  {holds slot}: goroutine 2 (holds) waits to receive from numbers
      sender: goroutine 2 (holds) itself
      created by goroutine 1 in {slot started}
END
}

@test "wg_go: the goroutines that are not yet done" {
    stuck causes undone <<'END'
  {undone}: goroutine 1 (main) waits for wait group &all
      counter 1, last increased in {counted}
      not yet done: goroutine ~ (sends), which waits in {blocked}
  {blocked}: goroutine ~ (sends) waits to send to numbers
      receiver: goroutine 1 (main), which waits in {undone}
      created by goroutine 1 in ~
END
}

@test "a crash: which goroutine, and what it did last; also if its stack is full" {
    [[ ${COOKBOOK_CC-} != *-fsanitize* ]] || skip 'a sanitizer reports a crash itself'
    ends causes 139 null <<'END'
crash: SIGSEGV (a NULL pointer) in goroutine 1 (main), after a send to slots
        (tests/lab/causes.c:~)
END
    ends causes 139 overflow <<'END'
crash: SIGSEGV (a stack overflow) in goroutine 2 (overflows), after its start
        (tests/lab/causes.c:~)
END
    ends causes 136 zero <<'END'
crash: SIGFPE (sent by a process) in goroutine 1 (main)
END
    local trace=$BATS_TEST_TMPDIR/trace
    CHAN_SEED=1 CHAN_TRACE=$trace run -139 ./causes null
    assert_equal "$(tail -n 1 "$trace")" $'0\t0\twhole'
}

@test "go(f, c), and the goroutine reads a channel from where the channel points" {
    # shellcheck disable=SC2016  # backquotes of the message
    local fix='arg itself is the channel, so write `chan(T) c = arg`, not `*(chan(T) *)arg`'
    told_of_arg itself "out is the inside of a channel: $fix ({itself})"
    told_of_arg inside "*(chan(int) *)arg is the inside of a channel: $fix ({inside})"
}

@test "go(f, struct), and the goroutine takes the copy of the struct for a channel" {
    # shellcheck disable=SC2016  # backquotes of the message
    local fix='so write `const struct T *t = arg`, then use `t->c`' why='arg points to a copy of the value that go() at'
    told_of_arg copy "out is no channel: $why {go copy} passed, $fix ({copy})"
    told_of_arg case "out is no channel: $why {go case} passed, $fix ({case})"
    told_of_arg close "out is no channel: $why {go close} passed, $fix ({close})"
    told_of_arg field "(chan(int))(size_t)c->n is no channel, or one that was freed ({field})"
}

@test "a panic beside a blocked goroutine: both are in the trace" {
    local blocked seed
    ends panic 134 <<'END'
panic: send on closed channel (tests/lab/panic.c:~)
  {panics}: goroutine 1 (main) panics in a send to news
      closed in {closes} by goroutine 1 (main) itself
END
    blocked=$(spots panic <<<'{blocked}')
    for seed in '' 1 2; do
        CHAN_SEED=$seed CHAN_TRACE=$BATS_TEST_TMPDIR/trace run -134 ./panic
        assert_equal "$(tail -n 1 "$BATS_TEST_TMPDIR/trace")" $'0\t0\twhole'
        as_json "$BATS_TEST_TMPDIR/trace"
        run cat "$BATS_TEST_TMPDIR/trace"
        assert_line --regexp '"ph":"i".*"tid":1,.*"cat":"panic"'
        assert_line --regexp "\"ph\":\"B\".*\"tid\":2,.*\"cat\":\"block\",\"name\":\"blocked: receive on calls\".*\"at\":\"$blocked\""
        assert_line --regexp '"ph":"E".*"tid":2,.*"by":-1'
        assert_line --regexp '"cat":"close","name":"close news"'
        ! command -v python3 >/dev/null || python3 -m json.tool "$BATS_TEST_TMPDIR/trace" >/dev/null
    done
}

@test "a mistake in one order of five goroutines out of 120: some seed finds it, and repeats it" {
    local from seed='' before
    for ((from = 1; from < 5000; from += 250)); do
        # shellcheck disable=SC2016  # for each sh
        seed=$(seq $from $((from + 249)) | xargs -P 2 -I{} sh -c '
            CHAN_SEED=$1 timeout -k 2 10 ./order >/dev/null || echo "$1"' - {} | head -n 1)
        [[ ! $seed ]] || break
    done
    [ "$seed" ]
    echo "-- seed $seed"
    CHAN_CHOICES=$BATS_TEST_TMPDIR/choices CHAN_SEED=$seed run -1 ./order
    assert_output 41523
    before=$(<"$BATS_TEST_TMPDIR/choices")
    for _ in {1..20}; do
        CHAN_CHOICES=$BATS_TEST_TMPDIR/again CHAN_SEED=$seed run -1 ./order
        assert_equal "$(<"$BATS_TEST_TMPDIR/again")" "$before"
        CHAN_CHOICES=$BATS_TEST_TMPDIR/again CHAN_SCHEDULE=$BATS_TEST_TMPDIR/choices run --separate-stderr -1 ./order
        assert_output 41523
        assert_equal "$stderr" ''
        assert_equal "$(<"$BATS_TEST_TMPDIR/again")" "$before"
    done
    CHAN_SEED=first run -0 ./order
    assert_output 12345
}

# first_seed "PROGRAM ARGS" FROM STEP TO: the first of these seeds with which the program exits with
# another status than 0, or nothing.
first_seed() {
    local seed program
    read -ra program <<<"./$1"
    for ((seed = $2; seed <= $4; seed += $3)); do
        CHAN_SEED=$seed timeout -k 2 "$LIMIT" "${program[@]}" >/dev/null 2>&1 </dev/null || {
            echo "$seed"
            break
        }
    done
}

# repeats "PROGRAM ARGS" SEED: the choices of the seed lead to the same status and choices again.
repeats() {
    local status=0 again=0 program
    read -ra program <<<"./$1"
    CHAN_CHOICES=$BATS_TEST_TMPDIR/choices CHAN_SEED=$2 timeout -k 2 "$LIMIT" "${program[@]}" >/dev/null 2>&1 || status=$?
    CHAN_CHOICES=$BATS_TEST_TMPDIR/again CHAN_SCHEDULE=$BATS_TEST_TMPDIR/choices \
        timeout -k 2 "$LIMIT" "${program[@]}" >/dev/null 2>"$BATS_TEST_TMPDIR/said" || again=$?
    assert_equal "$again" "$status"
    refute grep schedule "$BATS_TEST_TMPDIR/said"
    cmp "$BATS_TEST_TMPDIR/choices" "$BATS_TEST_TMPDIR/again"
}

@test "a goroutine must be held back for many steps: stubborn seeds do it, uniform ones do not" {
    local seed
    seed=$(first_seed held 2 2 60)
    [ "$seed" ]
    echo "-- seed $seed"
    repeats held "$seed"
    assert_equal "$(first_seed held 1 2 59)" ''
    CHAN_SEED=first run -0 ./held
}

@test "an atomic load, and then a store: found within 20 seeds" {
    local seed
    seed=$(first_seed atomics 1 1 20)
    [ "$seed" ]
    [ "$(first_seed atomics 2 2 20)" ]
    repeats atomics "$seed"
    grep -q 'add: atomic store at tests/lab/atomics.c' "$BATS_TEST_TMPDIR/choices"
    CHAN_SEED=first run -0 ./atomics
}

@test "pauses that make a deadlock unlikely: found within 20 seeds, and the report names the sleep" {
    local how seed CHAN_SLEEPS=''
    for how in pause started; do
        seed=$(first_seed "pause $how" 1 1 20)
        [ "$seed" ]
        echo "-- $how, seed $seed"
        repeats "pause $how" "$seed"
        grep -q '^wake ' "$BATS_TEST_TMPDIR/choices"
        assert_equal "$(CHAN_SLEEPS=exact first_seed "pause $how" 1 1 20)" ''
        CHAN_SEED=first run -0 ./pause $how
        CHAN_SEED=$seed run -3 ./pause $how
        assert_line --regexp '^a sleep is no synchronisation: goroutine [1-6] \((main|dine_later)\) woke in'
    done
    seed=$(first_seed pause 1 1 20)
    CHAN_SEED=$seed run -3 ./pause
    assert_output --regexp "woke in[[:space:]]+line $(spots pause <<<'{pause}' | cut -d: -f2)"
}

@test "under every eighth seed a goroutine whose sleep has ended overtakes all others" {
    local seed found=0 CHAN_SLEEPS=''
    for ((seed = 8; seed <= 160; seed += 8)); do
        CHAN_SEED=$seed run timeout -k 2 "$LIMIT" ./overtakes
        ((found += status == 1)) || true
    done
    echo "-- $found of 20 seeds"
    ((found >= 12))
}

# ===== What was chosen

# chosen NAME: the words of all choices of tests/lab/NAME.c under the first seeds.
chosen() {
    local seed
    for seed in {1..8}; do
        CHAN_SEED=$seed CHAN_CHOICES=$BATS_TEST_TMPDIR/choices timeout -k 2 "$LIMIT" "./$1" >/dev/null 2>&1 || true
        sed -n 's/^[^#]*# [0-9]* [^:]*: //p' "$BATS_TEST_TMPDIR/choices"
    done | sed 's/ at tests.*//' | sort -u
}

@test "each choice is called by its name: an unlock, a signal, a free, a thread that is created" {
    run -0 chosen locks
    assert_line 'unlock &mutex'
    assert_line 'signal &changed'
    refute_line 'look at &mutex'
    run -0 chosen threads
    assert_line 'pthread_create a'
    refute_line --partial 'goes on'
    run -0 chosen forks
    refute_line --partial 'goes on'
    cat >frees.c <<'END'
#include "chan.h"
static void twice(void *arg) { (void)arg, chan_free(chan_make(int, 0)), chan_free(chan_make(int, 0)); }
int main(void)
{
    struct waitgroup all = {0};
    wg_go(&all, twice), wg_go(&all, twice);
    wg_wait(&all);
}
END
    with_lab -std=c11 frees.c -o frees
    run -0 chosen frees
    assert_line --partial 'free chan_make(int, 0)'
}

# ===== The flight recorder

# flown: how many events stand below the goroutine NAME in standard error of the last run.
flown() {
    awk -v name="($1)" '/^  goroutine / { inside = index($0, name) } inside && /^ +[0-9]+\.[0-9]+ ms / { n++ }
        END { print n + 0 }' <<<"$stderr"
}

@test "CHAN_FLIGHT: the last events at a deadlock, a panic and a crash, of goroutines that have ended too" {
    local seed
    for seed in '' 1; do
        CHAN_SEED=$seed CHAN_FLIGHT=1 run --separate-stderr -3 timeout -k 2 "$LIMIT" ./crossed
        assert_regex "$stderr" 'the last 20 events of each goroutine:'
        assert_regex "$stderr" $'\n  goroutine 1 \\(main\\):\n +[0-9]+[.][0-9]{3} ms +start\n'
        assert_regex "$stderr" $'crossed.c:[0-9]+ +receive on l.answers: 2\n'
        assert_regex "$stderr" $'crossed.c:[0-9]+ +blocked: receive on l->questions$'
        CHAN_SEED=$seed CHAN_FLIGHT=2 run --separate-stderr -3 timeout -k 2 "$LIMIT" ./crossed
        [ "$(flown main)" -le 2 ]
        [ "$(flown main)" -ge 1 ]
        CHAN_SEED=$seed CHAN_FLIGHT=1 run --separate-stderr -134 timeout -k 2 "$LIMIT" ./causes twice
        assert_regex "$stderr" $'goroutine 2 \\(closes\\).*\n.* start\n.* close numbers\n'
        [[ ${COOKBOOK_CC-} != *-fsanitize* ]] || continue
        CHAN_SEED=$seed CHAN_FLIGHT=1 run --separate-stderr -139 timeout -k 2 "$LIMIT" ./causes null
        assert_regex "$stderr" $'causes.c:[0-9]+ +send on slots: 1$'
    done
    CHAN_FLIGHT=0 run --separate-stderr -3 timeout -k 2 "$LIMIT" ./crossed
    refute_regex "$stderr" ' ms '
}

@test "CHAN_FLIGHT: at a time limit, a ring that has wrapped round; no line has over 80 columns" {
    cat >busy.c <<'END'
#include "chan.h"
static pthread_mutex_t a_mutex_with_quite_a_long_name = PTHREAD_MUTEX_INITIALIZER;
static void answers(void *arg)
{
    chan(const char *) c = arg;
    for (const char *s; chan_recv(c, &s);) sleep_ms(1);
}
int main(void)
{
    chan(const char *) a_channel_with_a_long_name_and_more_behind_it = chan_make(const char *, 1);
    go(answers, a_channel_with_a_long_name_and_more_behind_it);
    for (;;) {
        pthread_mutex_lock(&a_mutex_with_quite_a_long_name);
        pthread_mutex_unlock(&a_mutex_with_quite_a_long_name);
        chan_send(a_channel_with_a_long_name_and_more_behind_it, "one two three four five");
    }
}
END
    local seed signal
    with_lab -std=c11 busy.c -o busy
    for seed in '' 1; do
        for signal in TERM INT ALRM; do
            CHAN_SEED=$seed CHAN_FLIGHT=50 run --separate-stderr timeout -s "$signal" -k 2 0.5 ./busy
            # An operation that has not ended is not among them.
            [[ $(flown main) == 49 || $(flown main) == 50 ]]
            ((seed)) || [ "$(flown answers)" -ge 40 ]
            assert_regex "$stderr" 'mutex &a_mutex_with_quite_a[.]'
            assert_regex "$stderr" 'unlock &a_mutex_with_quite_a[.]'
            assert_equal "$(awk 'length > 80' <<<"$stderr")" ''
        done
    done
}

@test "the program of plain pthreads in common/README.md, and its report" {
    local seed
    # shellcheck disable=SC2016  # backquotes
    awk '/^### Programs of plain pthreads/ { here = 1 } here && /^```$/ { if (in_c) exit }
        in_c; here && /^```c$/ { in_c = 1 }' "$ROOT/common/README.md" >crosswise.c
    # shellcheck disable=SC2016
    awk '/^### Programs of plain pthreads/ { here = 1 } here && /^all goroutines/ { in_it = 1 }
        in_it && /^```$/ { exit } in_it' "$ROOT/common/README.md" >crosswise.report
    with_lab -include "$ROOT/common/chan.h" crosswise.c -o crosswise
    for ((seed = 1; seed <= 100; seed++)); do
        CHAN_SEED=$seed run timeout -k 2 "$LIMIT" ./crosswise
        ((status == 0)) || break
    done
    assert_equal "$status" 3
    assert_output "$(<crosswise.report)"
}

@test "a wait for a condition with if in place of while: some seeds find it, and repeat it" {
    local found seed
    TURNS=100 turns seeds ./spurious
    found=$(grep -l 'status 1' "$BATS_TEST_TMPDIR"/said/*) || found=
    echo "-- $(wc -l <<<"$found") of 100 seeds"
    [ "$found" ]
    seed=$(basename "$(head -n 1 <<<"$found")")
    CHAN_SEED=$seed CHAN_CHOICES=$BATS_TEST_TMPDIR/choices run -1 ./spurious
    grep -q '^spurious ' "$BATS_TEST_TMPDIR/choices"
    CHAN_CHOICES=$BATS_TEST_TMPDIR/again CHAN_SCHEDULE=$BATS_TEST_TMPDIR/choices run -1 ./spurious
    assert_output ''
    assert_equal "$(<"$BATS_TEST_TMPDIR/again")" "$(<"$BATS_TEST_TMPDIR/choices")"
    TURNS=100 turns seeds ./spurious while
    all_said <<<'status 0'
}

# ===== Correct programs

@test "sleeps that stand for work, and end early under some seeds" {
    sound pause joined
}

@test "loops that spin on an atomic, and an atomic in a signal handler" {
    local how
    for how in spin lock flag; do
        sound atomics $how
        CHAN_LEAKS=1 CHAN_SEED=first run -0 timeout -k 2 "$LIMIT" ./atomics $how
        assert_output ''
    done
}

@test "one goroutine sleeps while all others wait" {
    sound sleeper
}

@test "one goroutine reads from a pipe, which a child, a thread, or another program fills" {
    sound reader child
    if on_fibers; then
        held_up reader thread
    else
        sound reader thread
    fi
    run -0 --separate-stderr bash -c '(sleep 0.2; echo x) | timeout -k 2 10 ./reader'
    assert_equal "$stderr" ''
    assert_output x
}

@test "threads are joined, while they run and after" {
    sound joins
}

@test "a timer wakes all goroutines" {
    sound bell
}

@test "a thread of a library calls back while all others wait" {
    sound library
}

@test "the thread of a library is slow to become a goroutine, and is not taken for asleep" {
    cat >slow.c <<'END'
#include <pthread.h>
#include <unistd.h>
int __real_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
    if (gettid() != getpid())
        usleep(30000);
    return __real_pthread_setspecific(key, value);
}
END
    local seed
    with_lab -std=c11 -O1 -D_GNU_SOURCE -o slow \
        -Wl,--wrap=pthread_setspecific "$ROOT/tests/lab/library.c" library.o slow.c
    for seed in 1 2 3; do
        # On a busy machine a seed may be unrepeatable, which standard error reports.
        CHAN_SEED=$seed run -0 --separate-stderr timeout -k 2 "$LIMIT" ./slow
        assert_output 'called back'
    done
}

@test "the trace of a deadlock also has the goroutine that ended last" {
    CHAN_SEED=first CHAN_TRACE=$PWD/last.trace run -3 timeout -k 2 "$LIMIT" ./last
    run -0 cat last.trace
    assert_output --partial $'\tgoroutine\t0\tnap\t'
    assert_output --regexp $'\t2\tend\t'
}

@test "main is inside of a library, whose thread is the first to use the header" {
    sound library waits
    CHAN_SEED=first run -0 --separate-stderr timeout -k 2 "$LIMIT" ./library waits
    assert_output 'called back'
    [[ $stderr == 'schedule no longer repeatable: goroutine 1 in a system call' ]]
}

@test "one goroutine polls and takes a lock each time, another needs the lock once" {
    local how
    for how in mutex channel; do
        sound poller ${how#mutex}
        CHAN_LEAKS=1 CHAN_SEED=first run -0 timeout -k 2 "$LIMIT" ./poller ${how#mutex}
        assert_output ''
    done
    sound poller locked
    CHAN_LEAKS=1 CHAN_SEED=first run -0 timeout -k 2 "$LIMIT" ./poller locked
}

@test "two goroutines keep each other busy until a third one stops them" {
    TURNS=30 sound busy_pair
}

@test "a plugin that is used and closed, three times" {
    cat >plugin.c <<'END'
#include "chan.h"
static void done(void *arg) { wg_done(arg); }
int use(void);
int use(void)
{
    struct waitgroup wg = {0};
    for (int i = 0; i < 3; i++) { wg_add(&wg, 1); go(done, &wg); }
    wg_wait(&wg);
    return 0;
}
END
    cat >host.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    for (int i = 0; i < 3; i++) {
        void *plugin = dlopen(argv[argc - 1], RTLD_NOW);
        if (!plugin || ((int (*)(void))dlsym(plugin, "use"))() != 0) return 1;
        dlclose(plugin);
        puts("closed");
    }
    return 0;
}
END
    # shellcheck disable=SC2086  # words
    ${COOKBOOK_CC:-${CC:-cc}} host.c -pthread -ldl -o host
    # shellcheck disable=SC2086
    ${COOKBOOK_CC:-${CC:-cc}} -std=c11 -DCHAN_LAB -fPIC -shared -pthread "-I$ROOT/common" \
        plugin.c -o plugin.so
    run -0 timeout -k 2 "$LIMIT" ./host ./plugin.so
    assert_output $'closed\nclosed\nclosed'
}

@test "main's thread ends, the goroutines go on" {
    sound goes_on
}

@test "a signal, with a handler and without" {
    if on_fibers; then
        held_up alarm
    else
        sound alarm
    fi
    sound alarm sigwait
}

@test "parent and child of a fork" {
    no_tsan
    sound forks
}

@test "a child of _Fork(), which calls no handlers, leaves the parent's trace alone" {
    need jq
    no_tsan
    cat >fork.c <<'END'
#include "chan.h"
#include <sys/wait.h>
static void sends(void *arg) { for (int i = 0; i < 300; i++) chan_send((chan(int))arg, i); }
int main(void)
{
    chan(int) c = chan_make(int, 0);
    struct waitgroup wg = {0};
    int status, bad = 0;
    wg_go(&wg, sends, c);
    for (int i = 0; i < 300; i++) {
        chan_recv(c, NULL);
        if (i % 10) continue;
        pid_t child = _Fork();
        if (child == 0) {
            chan(int) own = chan_make(int, 1);
            chan_send(own, 1);
            chan_recv(own, NULL);
            exit(7);
        }
        waitpid(child, &status, 0);
        bad += !WIFEXITED(status) || WEXITSTATUS(status) != 7;
    }
    wg_wait(&wg);
    chan_free(c);
    printf("%d\n", bad);
}
END
    with_lab -std=c11 fork.c -o fork ||
        skip 'there is no _Fork() here'
    for seed in '' 1 2; do
        CHAN_SEED=$seed CHAN_TRACE=fork.json run -0 timeout -k 2 "$LIMIT" ./fork
        assert_line --index -1 0
        assert_equal "$(grep -cP '\tprocess\t|\twhole$' fork.json)" 2
        as_json fork.json
        jq -e '.traceEvents | map(select(.args.n)) | length == 600' fork.json >/dev/null
    done
}

@test "mutexes, conditions, rwlocks and once, and a send under a mutex" {
    sound locks
}

@test "locks that are contended all the time, also by a library without the laboratory" {
    TURNS=100 AT_ONCE=20 turns free ./contended
    all_said <<<'status 0'
    TURNS=20 turns free taskset -c 0 ./contended
    all_said <<<'status 0'
    TURNS=5 turns seeds ./contended own
    all_said <<<'status 0'
}

@test "semaphores, barriers, spinlocks, and threads and locks of C11" {
    sound posts
    TURNS=100 turns free ./posts
    all_said <<<'status 0'
    CHAN_SEED=1 run -0 timeout -k 2 "$LIMIT" ./posts
    assert_output '210 60 60 20 3 1 7'
}

@test "a semaphore that only a signal handler or another process posts" {
    no_tsan # It delays a signal until its thread returns from the call.
    local how
    TURNS=3
    for how in free seeds; do
        turns $how ./posts handler
        sed -i '/^all goroutines are blocked; only a signal can wake goroutine 1 (main)$/d' "$BATS_TEST_TMPDIR"/said/*
        all_said <<<'status 0'
    done
    sound posts shared
}

# clocked CLOCK: what each wait of clocks.c has done. Under a seed the deadline is exact.
clocked() {
    local kind took='[1-9][0-9]{2,}'
    [[ ! ${CHAN_SEED-} ]] || took=100
    run -0 timeout -k 2 "$LIMIT" ./clocks "$1"
    for kind in mutex rdlock wrlock cond sem; do
        assert_line --regexp "^$kind: timed out after $took ms, then ended early\$"
    done
}

@test "timed waits whose call says which clock the deadline belongs to" {
    no_tsan # It does not know these calls.
    local clock clocks='monotonic realtime'
    # musl has no such calls. There the laboratory takes each deadline for a time of day.
    [[ ${COOKBOOK_CC-} != *musl* ]] || clocks=realtime
    for clock in $clocks; do
        TURNS=5 sound clocks "$clock"
        clocked "$clock"
        CHAN_SEED=1 clocked "$clock"
        CHAN_SEED=2 clocked "$clock"
    done
}

@test "objects that processes share are left alone" {
    no_tsan # It knows nothing of what the child does.
    local what
    for what in mutex rdlock wrlock cond barrier; do
        TURNS=4 sound shared "$what"
        CHAN_SEED=1 run -0 timeout -k 2 "$LIMIT" ./shared "$what"
        assert_output 'both went on'
    done
}

ends_late() {
    TURNS=40 turns free ./ends_late "$1"
    all_said <<<'status 0'
    TURNS=40 turns free taskset -c 0 ./ends_late "$1"
    all_said <<<'status 0'
    TURNS=10 turns seeds ./ends_late "$1"
    all_said <<<'status 0'
    CHAN_SEED=1 run -0 timeout -k 2 "$LIMIT" ./ends_late "$1"
    assert_output 'the end'
}

@test "a destructor of thread-specific data wakes main" {
    ends_late destructor
}

@test "threads that wait are cancelled" {
    no_tsan # it cannot cancel a pthread_join()
    ends_late cancel
}

@test "a hundred runs in which threads sleep and wake all the time" {
    TURNS=100 CHAN_LEAKS=1 AT_ONCE=3 turns free ./traffic
    all_said <<<'status 0'
    TURNS=50 turns seeds ./traffic
    all_said <<<'status 0'
}

@test "linked, the laboratory reports the same, and both kinds of files link together" {
    local cc=${COOKBOOK_CC:-${CC:-cc}} flags=(-std=c11 -g -pthread -DCHAN_LAB "-I$ROOT/common") kind first second
    echo '#include "chan.h"
    void sends(void *arg);
    void sends(void *arg) { chan(int) *c = arg; chan_send(c[0], 1); chan_send(c[0], 2); }' >sends.c
    echo '#include "chan.h"
    void sends(void *arg);
    int main(void)
    {
        struct { chan(int) c; } s = { chan_make(int, 0) };
        int v;
        go(sends, s);
        chan_recv(s.c, &v);
        chan_recv(chan_make(int, 0), &v);
    }' >receives.c
    for kind in whole linked; do
        [[ $kind == whole ]] || flags+=(-O1 -DCHAN_LAB_LINKED)
        # shellcheck disable=SC2086  # words
        $cc "${flags[@]}" -c sends.c -o sends-$kind.o
        # shellcheck disable=SC2086
        $cc "${flags[@]}" -c receives.c -o receives-$kind.o
    done
    # shellcheck disable=SC2086
    [[ ! ${COOKBOOK_LAB-} ]] || $cc "${flags[@]}" -c "$ROOT/common/lab/lab.c" -o lab.o
    for first in whole linked; do
        for second in whole linked; do
            # shellcheck disable=SC2086
            $cc "${flags[@]}" sends-$first.o receives-$second.o lab.o -o linked
            CHAN_SEED=1 run -3 timeout -k 2 "$LIMIT" ./linked
            assert_output "all goroutines are asleep - deadlock!
blocked in receives.c:
  line 9: goroutine 1 (main) waits to receive from chan_make(int, 0)
      no goroutine has sent to it so far
  line 3 of sends.c: goroutine 2 (sends) waits to send to c[0]
      receiver: goroutine 1 (main), which waits in line 9
      created by goroutine 1 in line 7"
        done
    done
    # A file that is linked with the laboratory has none of its functions.
    run -0 nm sends-linked.o
    assert_line --regexp ' U lab_wrap_send$'
    refute_line --regexp ' [tT] chan_'
}
