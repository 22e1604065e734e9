# shellcheck shell=sh
# The output of `lock-order N`: N copies by each of five workers, in any order.
exec awk -v n="${ARGS:-1}" '
    / is used by two workers at the same time$/ { print; wrong = 1; exit }
    /^worker [0-4]: copied file / { copies[$2 + 0]++; next }
    /^all files are copied$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (i = 0; i < 5; i++)
            if (copies[i] != n) { print "worker " i " made " copies[i] + 0 " of " n " copies"; exit 1 }
        if (!ended) { print "main did not print that all files are copied"; exit 1 }
    }'
