# shellcheck shell=sh
# The output of `closed-case N`: the values 1 to N, and when the source was done. SEED is set
# where time is virtual, so where it is exact.
exec awk -v n="${ARGS:-5}" -v exact="${SEED-}" '
    /^value -?[0-9]+$/ { if ($2 != ++values) { print "value " $2 " came in place of " values ": relay sent it while the queue held no such value, or the queue lost one"; wrong = 1; exit } next }
    /^source: done after [0-9]+ ms$/ {
        done = 1
        if (exact != "" && $4 > n) { print "the source had to wait: it was done after " $4 " ms, where " n " would do"; wrong = 1; exit }
        next
    }
    /^all values are used$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        if (values != n) { print values + 0 " of " n " values were used"; exit 1 }
        if (!done || !ended) { print "main did not print that all values are used"; exit 1 }
    }'
