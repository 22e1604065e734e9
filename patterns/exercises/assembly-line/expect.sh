# shellcheck shell=sh
# The output of `assembly-line N`: 11, 21, 31 ... in this order.
exec awk -v n="${ARGS:-6}" '
    /^more than eight lines / { print; wrong = 1; exit }
    /^[0-9]+$/ {
        lines++
        if ($1 != 10 * lines + 1) { print "line " $1 " came in place of " 10 * lines + 1; wrong = 1; exit }
        next
    }
    /^all lines are written$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        if (lines != n) { print lines + 0 " of " n " lines were written"; exit 1 }
        if (!ended) { print "main did not print that all lines are written"; exit 1 }
    }'
