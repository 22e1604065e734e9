# What every bats file loads. The same tests run on other builds and in other
# surroundings, so a test starts a program only through play.
#
#   COOKBOOK_BUILD   the folder of the programs (build; or build/tsan, ...)
#   COOKBOOK_RUNS    how often `repeat` repeats (3)
#   COOKBOOK_LIMIT   seconds that a program may take (10)
#   COOKBOOK_WRAP    words put before it: "taskset -c 0", "valgrind -q"
#   COOKBOOK_SEEDS   how many seeds `seeds_hold` tries (50)
#   COOKBOOK_PLAYS   a file that gets a line for each run: its seed, or `free`
#   COOKBOOK_STRICT  1: a missing tool fails a test instead of skipping it; or test or
#                    check: only a tool does that scripts/setup installs for it
# shellcheck shell=bash disable=SC2034  # bats and the tests read the variables

bats_require_minimum_version 1.7.0

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
RUNS=${COOKBOOK_RUNS:-3}
LIMIT=${COOKBOOK_LIMIT:-10}
SEEDS=${COOKBOOK_SEEDS:-50}
BUILD=${COOKBOOK_BUILD:-build}
[[ $BUILD == /* ]] || BUILD=$ROOT/$BUILD

libraries=/usr/lib/bats:/usr/share/bats:/usr/local/lib/bats:/usr/lib
BATS_LIB_PATH=${BATS_LIB_PATH:+$BATS_LIB_PATH:}$libraries
bats_load_library bats-support
bats_load_library bats-assert
unset libraries

export CHAN_LEAKS=1 # a goroutine or a channel left behind is a failure: status 4
ulimit -c 0         # a panic aborts, and need not leave a core behind

# [a-z] means the same in every language, although in Turkish the i is not in it. LC_ALL
# would override LC_COLLATE, so LANG takes its place.
if [ -n "${LC_ALL-}" ]; then
    LANG=$LC_ALL
    unset LC_ALL LC_CTYPE LC_MESSAGES LC_NUMERIC LC_TIME
fi
export LANG="${LANG-C}" LC_COLLATE=C

# awk in the same locale everywhere: it counts bytes, and numbers have a point.
awk() {
    LC_ALL=C command awk "$@"
}

# limited_to_time NAME [args...]: sets the array `limited` to the command that runs the
# program and kills it after LIMIT seconds. NAME must be built.
limited_to_time() {
    local program=$BUILD/$1 player=()
    shift
    # A program on NATS consists of several processes, and of a server.
    [[ ${program##*/} != nats-* ]] || player=("$ROOT/scripts/lib/nats-play")
    [[ -x $program ]] || {
        echo "$program is not built: run make first" >&2
        return 127
    }
    # shellcheck disable=SC2206  # COOKBOOK_WRAP is a list of words
    limited=(timeout -k 2 "$LIMIT" ${COOKBOOK_WRAP-} "${player[@]}" "$program" "$@")
}

# play NAME [args...]: runs the program, with this limit.
play() {
    local limited status=0
    limited_to_time "$@" || return
    [[ ! ${COOKBOOK_PLAYS-} ]] || echo "${CHAN_SEED-free}" >>"$COOKBOOK_PLAYS"
    if [[ ${CHAN_TRACE-} ]]; then
        "${limited[@]}" || status=$?
        [[ ! -s $CHAN_TRACE ]] || as_json "$CHAN_TRACE"
        return $status
    fi
    "${limited[@]}"
}

# as_json TRACE: makes JSON for Perfetto of it. Each event is a line, with the names of its
# parts, which the tests search.
as_json() {
    "$ROOT/scripts/trace" --json "$1" >"$1.json"
    mv "$1.json" "$1"
}

# takes NAME USAGE WORDS...: the usage text of NAME is USAGE, and NAME refuses each of the
# WORDS. args.bats proves what common/args.h refuses in every program. The program runs
# without a wrapper, because it starts no goroutine that valgrind could check.
takes() {
    local name=$1 usage="usage: $1 $2" words COOKBOOK_WRAP=
    shift 2
    run -0 --separate-stderr play "$name" -h
    assert_output "$usage"
    assert_equal "$stderr" ''
    for words; do
        # shellcheck disable=SC2086  # a list of words
        run -2 --separate-stderr play "$name" $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
}

# takes_number NAME WORD LEAST MOST DEFAULT: the only argument of NAME has these limits, which
# common/args.h puts into the usage text.
takes_number() {
    takes "$1" "[$2]   ($3 to $4, by default $5)" $(($3 - 1)) $(($4 + 1)) x
}

# processes: for each process a line `number parent state name`.
processes() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk '
        match($0, / \(.*\) /) {
            name = substr($0, RSTART + 2, RLENGTH - 4)
            id = $1
            $0 = substr($0, RSTART + RLENGTH)
            print id, $2, $1, name
        }'
}

# program_of JOB: sets $pid to the program that play has started in the background, below
# a subshell and timeout. It is false until the program has started.
program_of() {
    pid=$(processes | awk -v at="$1" '
        { id = $1; child[$2] = id; sub(/^[^ ]+ [^ ]+ [^ ]+ /, ""); name[id] = $0 }
        END { while (at in child) at = child[at]; print at, name[at] }')
    local name=${pid#* }
    pid=${pid%% *}
    case $name in
        bash | timeout | taskset | env | stdbuf | '') return 1 ;;
    esac
}

# ports_of PROCESS: the ports on which the process listens, each as four hexadecimal digits.
ports_of() {
    local inodes
    inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf ' %l ' 2>/dev/null | tr -cd '0-9 ')
    awk -v inodes=" $inodes " '
        $4 == "0A" && index(inodes, " " $10 " ") { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp
}

# now_us: the time in microseconds. In some locales bash puts a comma into it.
now_us() {
    echo "${EPOCHREALTIME//[!0-9]/}"
}

# waits COMMAND...: waits until it succeeds, for at most LIMIT seconds, or $patience times
# as long.
waits() {
    local until=$((SECONDS + ${patience:-1} * LIMIT + 1))
    while ! "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || {
            [ ! -f log ] || tail -v -n 5 log err
            # If errexit is off, as on the left of a pipe, fail alone would go on forever.
            fail "in vain for: $*"
            return 1
        }
        sleep 0.05
    done
}

# living WORD: whether the command line of any process has WORD in it. gone WORD: no
# command line has it.
living() {
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | LC_ALL=C grep -aqF -f /dev/fd/9 9<<<"$1"
}

gone() {
    local code=0
    living "$1" || code=$?
    ((code == 1))
}

# untraced COMMAND...: runs it in a subshell, without the trap of bats before every command,
# which takes longer than most commands. So bats cannot name the line that failed, and a
# skip is an error, because bats would not notice it.
# shellcheck disable=SC2317  # the command calls skip
untraced() (
    trap - DEBUG
    skip() {
        echo "can't be skipped here: $*"
        exit 1
    }
    "$@"
)

# side_by_side CHECK WORD...: runs CHECK WORD for each word, several at once, because most
# checks wait. They print complaints, one a line.
side_by_side() {
    local check=$1 said=$BATS_TEST_TMPDIR/said word
    shift
    mkdir "$said"
    for word; do
        while (($(jobs -rp | wc -l) >= 2 * $(nproc))); do wait -n || true; done
        untraced "$check" "$word" >"$said/${word//\//:}" 2>&1 3>&- &
    done
    wait
    [ -z "$(cat "$said"/*)" ] || fail "$(cat "$said"/*)"
}

# onto_full_disk NAME [args...]: plays NAME with /dev/full as standard output. Sets $status.
onto_full_disk() {
    [[ -w /dev/full ]] || skip '/dev/full is missing'
    status=0
    play "$@" >/dev/full || status=$?
}

# signalled_twice: the program $pid gets both signals at once, SIGINT first.
signalled_twice() {
    kill -STOP "$pid" # so that it doesn't end before the second
    kill -INT "$pid"
    kill -TERM "$pid"
    kill -CONT "$pid"
}

# into_closed_pipe BYTES NAME [args...]: plays NAME for a reader that closes its end after
# BYTES bytes, which are $output. The program's standard error is $stderr. The program
# must end before its time limit, by SIGPIPE or otherwise. valgrind does not check how
# it ends.
into_closed_pipe() {
    local bytes=$1 out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || local COOKBOOK_WRAP=
    shift
    { play "$@" 2>"$err" || echo "$?" >"$out.status"; } | head -c "$bytes" >"$out"
    [[ -e $out.status ]] || echo 0 >"$out.status"
    # Lines of valgrind or a sanitizer, and measured figures.
    output=$(<"$out") stderr=$(sed '/^==/d; /^~/d' "$err") status=$(<"$out.status")
    echo "-- status $status, standard error: ${stderr:-(nothing)}"
    [[ $status == 141 || $status == [012] ]]
}

# repeat CMD...: runs it RUNS times. CMD is alone in its line, here and below: inside an
# `if` or `||` bash would not stop at the first failing assertion.
repeat() {
    local turn
    for ((turn = 1; turn <= RUNS; turn++)); do
        echo "-- run $turn of $RUNS: $*"
        "$@"
    done
}

# run_holds NAME [args...]: one run exits with status 0, and `holds` is true for it. $output
# and $lines are its standard output, $stderr is its standard error.
run_holds() {
    run --separate-stderr play "$@"
    echo "-- status $status, standard error: ${stderr:-(nothing)}"
    [ "$status" -eq 0 ]
    holds
}

# page NAME: the path of the pattern's page.
page() {
    printf '%s\n' "$ROOT/patterns/$1/README.md"
}

# block PAGE INFO [N]: the lines of the page's N-th block that opens with
# ```INFO, by default of the first. Fails when there is no such block.
block() {
    awk -v open="\`\`\`$2" -v wanted="${3:-1}" '
        inside && /^```$/ { exit }
        inside { print }
        $0 == open && ++seen == wanted { inside = 1; found = 1 }
        END { exit !found }' "$1"
}

# transcript NAME [args...]: the output of `scripts/run NAME args...` in the page's exact
# block.
transcript() {
    local command="\$ scripts/run $*"
    command=$command awk '
        /^```/ { exact = ($0 == "```console"); inside = 0; next }
        exact && /^\$ / { inside = ($0 == ENVIRON["command"] && !found)
                          if (inside) found = 1; next }
        inside { print }
        END { exit !found }' "$(page "$1")"
}

# knows_seeds: skips the test if the programs have no laboratory, as in build/tsan and
# build/fibers.
knows_seeds() {
    [[ $BUILD != */tsan && $BUILD != */fibers ]] || skip 'built without the laboratory'
}

# many_seeds: for a test that needs many seeds. Under valgrind seeds_hold tries only one.
many_seeds() {
    knows_seeds
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind plays one seed, in seeds_hold'
}

# seeds_hold NAME [args...]: with each seed from 1 to SEEDS the program exits with status 0
# and without leaks, and `holds` is true for its output. tests/seeds.c runs the seeds and
# keeps each different output. The last one is $output.
seeds_hold() {
    knows_seeds
    ((SEEDS > 0)) || return 0 # a fifth of one, say
    local seed folder=$BATS_TEST_TMPDIR/seeds
    mkdir -p "$folder"
    run_seeds "$folder" "$@" >"$folder/different" || fail "$(<"$folder/different")"
    # In the background, because bash forgets errexit on the left of ||.
    untraced holds_of_all "$folder" >"$folder/said" 2>&1 &
    wait $! || {
        # A second time with the trap of bats, which names the line.
        seed=$(<"$folder/looked-at")
        echo "-- CHAN_SEED=$seed $*"
        printed "$folder" "$seed"
        holds
        fail "it failed once, and then not again of the same output: $(<"$folder/said")"
    }
    printed "$folder" "$(tail -n 1 "$folder/different")"
}

# run_seeds FOLDER NAME [args...]: runs NAME by tests/seeds.c, with the outputs in FOLDER.
run_seeds() {
    local folder=$1 limited
    shift
    limited_to_time "$@" 2>&1 || return
    [[ ! ${COOKBOOK_PLAYS-} ]] || seq "$SEEDS" >>"$COOKBOOK_PLAYS"
    # Under valgrind a child process is slow, and so is the goroutine that waits for it.
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || local -x SEEDS_MAY_DIVERGE=1
    "$ROOT/build/tools/seeds" "$SEEDS" "$folder" "${limited[@]}"
}

# printed FOLDER SEED: sets $output, $stderr and $lines to what this seed printed.
printed() {
    output=$(<"$1/$2.out") stderr=$(<"$1/$2.err")
    mapfile -t lines < <(grep -v '^$' "$1/$2.out")
}

# holds_of_all FOLDER: checks `holds` for each output in it. The file looked-at has the seed.
# shellcheck disable=SC2317  # untraced calls it
holds_of_all() {
    local seed
    while read -r seed; do
        echo "$seed" >"$1/looked-at"
        printed "$1" "$seed"
        holds
    done <"$1/different"
}

# need TOOL...: skips the test if a tool is missing, or fails it (see COOKBOOK_STRICT).
need() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null && continue
        is_promised "$tool" && fail "$tool is missing"
        skip "$tool is missing"
    done
}

# wish TOOL...: skips the test if a tool is missing that few systems have.
wish() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || skip "$tool is missing"
    done
}

# need_nats: the same, for the NATS server and its library. musl has no such library, and
# under valgrind the processes are too slow for the times that the library waits.
need_nats() {
    local lacks
    [[ $BUILD != */musl ]] || skip 'libnats needs the other C library'
    [[ $BUILD != */fibers ]] || skip 'in fibers a wait in the library holds up other goroutines'
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind does not run several processes'
    lacks=$(lacks_nats)
    [[ $lacks ]] || return 0
    is_promised nats-server && fail "$lacks is missing"
    skip "$lacks is missing"
}

# lacks_nats: prints the packages of NATS that are missing.
lacks_nats() (
    . "$ROOT/scripts/lib/lib.sh"
    missing nats
)

# not_here PATTERN: whether it cannot run here, because it needs NATS. Its own tests are skipped
# then, and report the reason.
not_here() {
    [[ $1 == nats-* && $(lacks_nats) ]]
}

is_promised() {
    [[ ${COOKBOOK_STRICT-} != 1 ]] || return 0
    (
        . "$ROOT/scripts/lib/lib.sh"
        requirements | awk -v purposes=" $(purposes "${COOKBOOK_STRICT:-none}") " -v tool="$1" '
            index(purposes, " " $1 " ") && $3 == tool { found = 1 }
            END { exit !found }'
    )
}
