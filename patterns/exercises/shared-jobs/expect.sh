# shellcheck shell=sh
# The output of `shared-jobs N`: the sum of the squares of 1 to N.
exec awk -v n="${ARGS:-10}" '
    /^more than three jobs / { print; wrong = 1; exit }
    /^sum of [0-9]+ results: / { sum = $5; lines++; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        right = n * (n + 1) * (2 * n + 1) / 6
        if (lines != 1) { print "main should print one sum"; exit 1 }
        if (sum != right) { print "the sum is " sum ", but the results of " n " jobs add up to " right; exit 1 }
    }'
