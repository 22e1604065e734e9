# shellcheck shell=sh
# The output of `wait-for-all N`: a line for each file, in any order, then the total.
exec awk -v n="${ARGS:-4}" '
    /^total: / { total = $2; at = NR; next }
    /^file [0-9]+: [0-9]+ bytes$/ { files++; sum += $3; if (at) late = 1; next }
    { print "the output has a line that no part of the program should print: " $0; wrong = 1; exit 1 }
    END {
        if (wrong) exit 1
        if (!at) { print "main printed no total"; exit 1 }
        if (late) { print "main printed the total before all files were done"; exit 1 }
        if (files != n) { print "main printed the total when " files + 0 " of " n " files were done"; exit 1 }
        if (total != sum) { print "the total is " total ", but the files have " sum " bytes"; exit 1 }
    }'
