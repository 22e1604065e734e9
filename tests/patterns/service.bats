#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# kinds NUMBER...: for each a line `JOB NUMBER OUTCOME`, as factor sees it.
kinds() {
    printf '%s\n' "$@" | grep -xE '[0-9]+' | factor >factors
    printf '%s\n' "$@" | awk '
        NR == FNR { sub(/:/, "", $1); kind[$1] = NF == 2 ? "prime" : "composite"; next }
        { print FNR, $1, $1 ~ /[^0-9]/ || $1 < 2 ? "wrong" : kind[$1] }' factors -
}

# What every run must show of the $numbers: the jobs that were accepted are the first
# ones, each has one line, the outcome is right unless it is late or dropped, and the
# last line adds them up. It leaves $accepted, $late and $dropped. With an $end that is
# empty all are accepted; only with $end = drop is any job dropped.
numbers=(10000000019 100000007 12x 1000000007 91 1000003 65537) end=''
holds() {
    kinds "${numbers[@]}" >kinds.txt
    printf '%s\n' "${lines[@]}" | sed -n 's/^job \([0-9]*\): \(.*\): \([a-z]*\)$/\1 \2 \3/p' | sort -n >jobs.txt
    assert_equal "$(wc -l <jobs.txt)" $((${#lines[@]} - 1))
    awk 'NR == FNR { number[$1] = $2; kind[$1] = $3; next }
        $1 != ++n || $2 != number[n] { print "not the next job: " $0; bad = 1 }
        $3 != kind[n] && $3 != "late" && $3 != "dropped" { print "it is " kind[n] ": " $0; bad = 1 }
        END { exit bad }' kinds.txt jobs.txt
    [[ ${lines[-1]} =~ ^([0-9]+)\ accepted:\ ([0-9]+)\ done,\ ([0-9]+)\ wrong,\ ([0-9]+)\ late,\ ([0-9]+)\ dropped$ ]] ||
        fail "not a sum: ${lines[-1]}"
    accepted=${BASH_REMATCH[1]} late=${BASH_REMATCH[4]} dropped=${BASH_REMATCH[5]}
    assert_equal "$(wc -l <jobs.txt)" "$accepted"
    assert_equal "$(grep -c 'prime$\|composite$' jobs.txt) $(grep -c 'wrong$' jobs.txt) $(grep -c 'late$' jobs.txt) $(grep -c 'dropped$' jobs.txt)" \
        "${BASH_REMATCH[2]} ${BASH_REMATCH[3]} $late $dropped"
    [[ $end ]] || assert_equal "$accepted" "${#numbers[@]}"
    [[ $end == drop ]] || assert_equal "$dropped" 0
    assert_equal "$stderr" ''
}

@test "each job has one result, also the wrong and the late one" {
    need factor
    repeat run_holds service
    ((late >= 1))
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    need factor
    seeds_hold service
    local ms
    for ms in 0 3 10 16 20 41; do
        end=finish
        SEEDS=$((SEEDS / 10)) seeds_hold service -c "$ms"
        end=drop
        SEEDS=$((SEEDS / 10)) seeds_hold service -c "$ms" --drop
    done
}

# In virtual time main sees the ^C of 16 ms at 20 ms: jobs 1 and 4 run, 5 and 6 are queued.
@test "after ^C the queued jobs are run, or dropped, and no job is accepted" {
    knows_seeds
    local seed
    for ((seed = 1; seed <= (SEEDS < 20 ? SEEDS : 20); seed++)); do
        ((seed % 4 > 0)) || continue # under these a sleep is no synchronisation
        CHAN_SEED=$seed run -0 play service -c 16
        assert_line '6 accepted: 4 done, 1 wrong, 1 late, 0 dropped'
        CHAN_SEED=$seed run -0 play service -c 16 --drop
        assert_line '6 accepted: 1 done, 1 wrong, 0 late, 4 dropped'
    done
}

# In virtual time the job looks every 5 ms, the last time after 120, and needs 125 ms.
@test "a late job is given up when its time is over, and never before" {
    need factor
    knows_seeds
    numbers=(10000000019)
    for limit in 0 1 40 49 120 121 10000; do
        CHAN_TRACE=trace.json CHAN_SEED=1 run -0 --separate-stderr play service -t "$limit" 10000000019
        holds
        assert_equal "$late" $((limit <= 120))
        ended=$(grep '"cat":"send","name":"send on s->results"' trace.json | sed 's/.*"ts":\([0-9]*\).*/\1/')
        assert_equal $((ended / 1000)) $(((limit <= 120 ? limit + 4 : 125) / 5 * 5))
    done
}

@test "many jobs, any number of workers, any queue: as factor says" {
    need factor
    mapfile -t numbers < <(
        seq 0 100
        echo x
        seq 1000000 7 1000300
        seq 100000000 5 100000050
    )
    for workers in 1 3 100; do
        for queue in 0 5 1000; do
            run_holds service -t 10000 -j "$workers" -q "$queue" "${numbers[@]}"
            assert_equal "$late" 0
        done
    done
}

# begins OPTION...: starts it with many jobs, and waits for its first line. Then $pid is
# its own number, not that of the `timeout` around it. A background job of the shell
# would ignore SIGINT, so it gets the default effect back.
begins() {
    mapfile -t numbers < <(seq 1000001 2 1004001)
    : >out
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
        play service -t 10000 "$@" "${numbers[@]}" >out 2>err 3>&- &
    job=$!
    waits [ -s out ]
    waits program_of "$job"
}

# ends: waits for it, and leaves $status and what a run leaves.
ends() {
    status=0
    wait "$job" || status=$?
    output=$(<out) stderr=$(<err)
    mapfile -t lines <out
}

@test "a ^C at any moment: every accepted job has its result, and the status is 0" {
    need factor
    local turn all=0
    for ((turn = 0; turn < 3 * RUNS; turn++)); do
        for end in finish drop; do
            # shellcheck disable=SC2046  # a word or none
            begins -q $((RANDOM % 40)) -j $((RANDOM % 4 + 1)) $([ $end = finish ] || echo --drop)
            sleep "$(printf '0.%03d' $((RANDOM % 80)))"
            kill "-$((turn % 2 ? 2 : 15))" "$pid"
            ends
            assert_equal "$status" 0
            holds
            ((accepted < ${#numbers[@]}))
            all=$((all + dropped))
        done
    done
    ((all > 0))
}

# A hundred queued jobs of 5 ms are still to be run. The signal may come too late, but not
# five times in a row.
@test "a second ^C ends it at once" {
    local turn
    for ((turn = 0; turn < 5; turn++)); do
        begins -j 1 -q 200
        kill -INT "$pid"
        sleep 0.1
        kill -INT "$pid" 2>/dev/null || true
        ends
        [ "$status" -eq 0 ] || break
    done
    assert_equal "$status" 130
    refute grep accepted out
}

@test "a closed output ends it quietly, a full disk is status 1" {
    # shellcheck disable=SC2046  # many words
    into_closed_pipe 4 service -j 20 $(yes 4 | head -n 4000)
    assert_equal "$output$stderr" 'job '
    onto_full_disk service
    assert_equal "$status" 1
}

@test "each option keeps to its limits" {
    takes service '[-j WORKERS] [-q QUEUE] [-t LIMIT_MS] [--drop] [-c MS] [NUMBER...]    (2, 2, 50; -c presses ^C)' \
        '-j 0' '-j 257' '-q -1' '-q 1001' '-t -1' '-t 10001' '-c -1' '-c x'
}
