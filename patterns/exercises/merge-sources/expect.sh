# shellcheck shell=sh
# The output of `merge-sources N`: N records of source 1, 2 N of source 2, 3 N of source 3, each
# source's in order. SEED is set where time is virtual, so where it is exact.
exec awk -v n="${ARGS:-6}" -v exact="${SEED-}" '
    /^source [0-9]+: record [0-9]+, at [0-9]+ ms$/ {
        s = $2 + 0
        i = $4 + 0
        if (s < 1 || s > 3) { print "there is no source " s ": this record was never sent"; wrong = 1; exit }
        if (i != ++came[s]) { print "record " i " of source " s " came in place of record " came[s]; wrong = 1; exit }
        sent[s] += i % 3 == s - 1 ? 40 : 5
        if (exact != "" && $6 + 0 > sent[s]) {
            print "record " i " of source " s " was printed at " $6 " ms, later than it came, at " sent[s] " ms"
            wrong = 1
            exit
        }
        next
    }
    /^all sources have ended$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (s = 1; s <= 3; s++)
            if (came[s] != s * n) { print came[s] + 0 " of " s * n " records of source " s " were printed"; exit 1 }
        if (!ended) { print "main did not print that all sources have ended"; exit 1 }
    }'
