# shellcheck shell=sh
# The output of `last-message N`: N results, the report after main has told the worker to stop, and
# the last line of main.
exec awk -v n="${ARGS:-3}" '
    /^result [0-9]+$/ { if ($2 != ++results) { print "result " $2 " came in place of " results; wrong = 1; exit } next }
    /^main tells the worker to stop$/ { told = 1; next }
    /^worker: sent / { reports++; sent = $3; if (!told) alone = 1; next }
    /^the worker has stopped$/ { ended = 1; if (!reports) early = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        if (results != n) { print "main received " results + 0 " of " n " results"; exit 1 }
        if (reports && sent != n) { print "the worker reported " sent " results, but main received " n; exit 1 }
        if (!reports || early) { print "main went on before the worker reported"; exit 1 }
        if (alone) { print "the worker reported before main told it to stop"; exit 1 }
        if (reports > 1) { print "the worker reported more than once"; exit 1 }
        if (!ended) { print "main did not print that the worker has stopped"; exit 1 }
    }'
