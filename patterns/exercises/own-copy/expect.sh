# shellcheck shell=sh
# The output of `own-copy N`: each part once, in any order, then the total.
exec awk -v n="${ARGS:-4}" '
    /^part [0-9]+: [0-9]+ words$/ { seen[$2 + 0]++; sum += $3; next }
    /^total: [0-9-]+ words$/ { total = $2; next }
    { print "no part of the program should print: " $0; wrong = 1; exit }
    END {
        if (wrong) exit 1
        for (i = 1; i <= n; i++) if (seen[i] == 0) { print "part " i " is missing"; exit 1 }
        for (i = 1; i <= n; i++) if (seen[i] > 1) { print "part " i " was counted " seen[i] " times"; exit 1 }
        if (total != sum) { print "the total is " total ", but the parts have " sum " words"; exit 1 }
    }'
