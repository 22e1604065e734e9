# shellcheck shell=sh
# The output of `three-at-once N`: each client once, in any order.
exec awk -v n="${ARGS:-6}" '
    /^more than three licences / { print; wrong = 1; exit }
    /^client [0-9]+ has used a licence$/ { if (seen[$2]++) { print "client " $2 " has used a licence twice"; wrong = 1; exit } clients++; next }
    /^all clients have left$/ { ended = 1; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        if (clients != n) { print clients + 0 " of " n " clients have used a licence"; exit 1 }
        if (!ended) { print "main did not print that all clients have left"; exit 1 }
    }'
