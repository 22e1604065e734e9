# The output of `merge-sources N`: N records of source 1, 2 N of source 2, 3 N of source 3, each source's in order.
awk -v n="${ARGS:-6}" '
    /^source [0-9]+: record [0-9]+$/ {
        s = $2 + 0
        if (s < 1 || s > 3) { print "there is no source " s ": this record was never sent"; wrong = 1; exit }
        if ($4 != ++came[s]) { print "record " $4 " of source " s " came in place of record " came[s]; wrong = 1; exit }
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
