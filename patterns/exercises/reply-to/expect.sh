# The output of `reply-to N`: for each of three clients N answers, each client's in order.
awk -v n="${ARGS:-4}" '
    / has the answer of another request$/ { print; wrong = 1; exit }
    /^client [1-3]: answer to request [0-9]+$/ {
        c = $2 + 0
        if ($6 != ++got[c]) { print "client " c " has the answer to request " $6 " in place of " got[c]; wrong = 1; exit }
        next
    }
    /^all requests are answered$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (c = 1; c <= 3; c++) if (got[c] != n) { print "client " c " has " got[c] + 0 " of " n " answers"; exit 1 }
        if (!ended) { print "main did not print that all requests are answered"; exit 1 }
    }'
