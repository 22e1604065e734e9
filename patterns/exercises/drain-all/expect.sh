# shellcheck shell=sh
# The output of `drain-all MS`: each accepted job is done by the server, which always has jobs. SEED
# is set where time is virtual, so where it is exact.
exec awk -v ms="${ARGS:-30}" -v exact="${SEED-}" '
    / is accepted$/ { accepted[$2 " of client " $5]++; jobs++; next }
    / is done$/ { finished[$2 " of client " $5]++; n++; next }
    /^the server has done [0-9]+ jobs$/ { served = $5; next }
    /^closing$/ { next }
    /^closed$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (job in accepted) if (!(job in finished)) { print "job " job " was accepted, but never done"; exit 1 }
        for (job in finished) if (!(job in accepted)) { print "job " job " was done, but not reported as accepted"; exit 1 }
        if (!ended) { print "main did not print that the server is closed"; exit 1 }
        if (served == "") { print "the server has not printed how many jobs it has done: it has not returned, or server() is not as the task has it. An older task had no such line: copy it from the task"; exit 1 }
        if (served != n) { print "the server did " served + 0 " of " n " jobs"; exit 1 }
        if (jobs < 4) { print "only " jobs + 0 " jobs were accepted"; exit 1 }
        if (exact != "" && n < ms / 5) { print "the server had too few jobs: it did " n " in " ms " ms, at 5 ms for each"; exit 1 }
    }'
