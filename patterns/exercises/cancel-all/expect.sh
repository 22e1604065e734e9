# shellcheck shell=sh
# The output of `cancel-all N`: N values, producers 1 and 2 stop when main cancels them, each once,
# then the last line.
exec awk -v n="${ARGS:-5}" '
    /^value [1-3]0[0-9]$/ || /^value [12][1-9][0-9]$/ { values++; next }
    /^main cancels the producers$/ { cancelled = 1; next }
    /^producer [1-3] has stopped$/ { stopped[$2]++; stops++; if (!cancelled && $2 < 3) alone = $2; next }
    /^all producers have stopped$/ { ended = 1; if (stops < 3) early = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        if (values != n) { print "main received " values + 0 " of " n " values"; exit 1 }
        if (early) { print "main went on when " stops + 0 " of 3 producers had stopped"; exit 1 }
        if (alone) { print "producer " alone " stopped before main cancelled it"; exit 1 }
        for (i = 1; i <= 3; i++) if (stopped[i] != 1) { print "producer " i " stopped " stopped[i] + 0 " times"; exit 1 }
        if (!ended) { print "main did not print that all producers have stopped"; exit 1 }
    }'
