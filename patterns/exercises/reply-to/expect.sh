# shellcheck shell=sh
# The output of `reply-to N`: for each of three clients N answers, each client's in order, and
# each the one that a server has found for this request.
exec awk -v n="${ARGS:-4}" '
    /^request [0-9]+ of client [1-3] has the answer [0-9]+$/ {
        if (($5, $2) in found) { print "request " $2 " of client " $5 " was served twice"; wrong = 1; exit }
        found[$5, $2] = $9
        next
    }
    /^client [1-3]: answer -?[0-9]+ to request [0-9]+$/ {
        c = $2 + 0
        if ($7 != ++got[c]) { print "client " c " has the answer to request " $7 " in place of " got[c]; wrong = 1; exit }
        if (!((c, $7) in found) || $4 != found[c, $7]) { print "client " c ": request " $7 " has the answer of another request"; wrong = 1; exit }
        next
    }
    /^all requests are answered$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (c = 1; c <= 3; c++) if (got[c] != n) { print "client " c " has " got[c] + 0 " of " n " answers"; exit 1 }
        if (!ended) { print "main did not print that all requests are answered"; exit 1 }
    }'
