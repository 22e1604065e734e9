#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show: each of the $numbers is one job, its result is that of factor,
# and each worker has a number from 1 to $workers. With an $order the jobs come in
# the order of submission. Then no more than $queue jobs are finished ahead of one that
# is still awaited.
workers=3 queue=2 order=yes
numbers=(99999999977 91 1024 1001 361 97)
holds() {
    local jobs=$BATS_TEST_TMPDIR/jobs results=$BATS_TEST_TMPDIR/results
    assert_equal "$stderr" ''
    assert_equal "${lines[-1]}" "${#numbers[@]} jobs, ${#numbers[@]} results"
    printf '%s\n' "${lines[@]}" | head -n -1 >"$jobs"
    [[ $order ]] || sort -t ' ' -k 2n -o "$jobs" "$jobs"
    sed 's/^job \([0-9]*\): \([0-9]*\) is divisible by \([0-9]*\) (.*/\1 \2: \3/' "$jobs" >"$results"
    factor "${numbers[@]}" | awk '{ print NR, $1, $2 }' | diff - "$results"
    awk -v workers="$workers" -v queue="$queue" -v order="$order" '
        !match($0, /\(worker [0-9]+, finished [0-9]+\)$/) { print "no job: " $0; exit bad = 1 }
        { split(substr($0, RSTART), word, /[^0-9]+/); worker = word[2] + 0; finished = word[3] + 0 }
        worker < 1 || worker > workers { print "no such worker: " $0; bad = 1 }
        seen[finished]++ || finished < 1 { print "finished twice: " $0; bad = 1 }
        order && finished > NR + queue { print "too many are ahead: " $0; bad = 1 }
        finished > most { most = finished }
        END { exit bad || most != NR }' "$jobs"
}

@test "prints the results in the order of submission" {
    need factor
    repeat run_holds worker-pool
}

@test "prints the results as they come, each once" {
    need factor
    order=''
    repeat run_holds worker-pool --unordered
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    need factor
    seeds_hold worker-pool
    order=''
    SEEDS=$((SEEDS / 2)) seeds_hold worker-pool --unordered
}

# A job sleeps a millisecond for each digit, so under a seed job 1 ends last if the
# queue lets all others pass, and first if it lets none.
@test "the queue bounds how many jobs are ahead of the first" {
    knows_seeds
    need factor
    local seed
    for seed in 1 2 3; do
        for queue in 0 1 2 3 5 100; do
            CHAN_SEED=$seed run_holds worker-pool -q "$queue"
            assert_line --index 0 --regexp "finished $((queue < 5 ? queue + 1 : 6))\\)\$"
        done
        order=''
        CHAN_SEED=$seed run_holds worker-pool --unordered
        assert_line --index 5 --regexp '^job 1: .* finished 6\)$'
        order=yes
    done
}

# In virtual time: twelve jobs of 10 ms, one for each worker at a time.
@test "as many jobs run at the same time as there are workers" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    for workers in 1 3 4 12; do
        # shellcheck disable=SC2046  # twelve words
        CHAN_TRACE=trace.json CHAN_SEED=1 run -0 play worker-pool -j "$workers" -q 20 $(seq 1000000000 1000000011)
        ended=$(sed -n 's/.*"ts":\([0-9]*\).*/\1/p' trace.json | sort -n | tail -n 1)
        assert_equal "$((ended / 1000))" $((120 / workers))
    done
}

@test "factors many numbers, with any number of workers and any queue" {
    need factor
    mapfile -t numbers < <(
        seq 2 100
        seq 1000000 7 1000500
    )
    for workers in 1 2 20 256; do
        for queue in 0 1 50 1000; do
            run_holds worker-pool -j "$workers" -q "$queue" "${numbers[@]}"
        done
    done
    order=''
    run_holds worker-pool -j 7 -q 3 --unordered "${numbers[@]}"
}

@test "one job, and a number of 18 digits" {
    need factor
    numbers=(999999999999999998)
    run_holds worker-pool "${numbers[@]}"
    numbers=(100000000000000001 2)
    run_holds worker-pool -j 1 "${numbers[@]}"
}

@test "a closed output ends it quietly, a full disk is status 1" {
    # shellcheck disable=SC2046  # many words
    into_closed_pipe 6 worker-pool -j 20 $(yes 4 | head -n 4000)
    assert_equal "$output$stderr" 'job 1:'
    onto_full_disk worker-pool
    assert_equal "$status" 1
}

@test "takes numbers of 1 to 18 digits, and options within their limits" {
    takes worker-pool '[-j WORKERS] [-q QUEUE] [--unordered] [NUMBER...]    (3, 2)' \
        '-j 0' '-j 257' '-q -1' '-q 1001' 12x 1.5 1234567890123456789 '7 -8'
}
