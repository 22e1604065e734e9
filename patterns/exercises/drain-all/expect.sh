# The output of `drain-all MS`: each accepted job is done, and few are accepted after "closing".
awk -v exact="${SEED-}" '
    / is accepted$/ { accepted[$2 " of client " $5]++; jobs++; if (closing) late++; next }
    / is done$/ { finished[$2 " of client " $5]++; n++; next }
    /^closing$/ { closing = 1; next }
    /^closed$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (job in accepted) if (!(job in finished)) { print "job " job " was accepted, but never done"; exit 1 }
        for (job in finished) if (!(job in accepted)) { print "job " job " was done, but not reported as accepted"; exit 1 }
        if (jobs < 4) { print "only " jobs + 0 " jobs were accepted"; exit 1 }
        if (!ended) { print "main did not print that the server is closed"; exit 1 }
    }'
