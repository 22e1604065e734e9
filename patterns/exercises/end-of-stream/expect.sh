# shellcheck shell=sh
# The output of `end-of-stream N`: the measurements in their order, as the source has made them,
# then how many came.
exec awk -v n="${ARGS:-6}" '
    BEGIN { split("7 0 -1 -2147483648 any 2147483647", value, " ") }
    /^source: measured / {
        want = value[made++ % 6 + 1]
        measured[made] = $3
        if (want != "any" && $3 != want) { wrong = "measurement " made " is " $3 ", not " want; exit }
        next
    }
    /^measurement: / {
        came++
        printed[came] = $2
        next
    }
    /^received: / { said = $2; next }
    { wrong = "no part of the program should print: " $0; exit }
    END {
        if (wrong == "" && came > n) wrong = "main received more measurements than the source sent"
        for (i = 1; wrong == "" && i <= came; i++)
            if (printed[i] != measured[i])
                wrong = "measurement " i " is " printed[i] ", but the source measured " measured[i]
        if (wrong == "" && came < n) wrong = "main received " came + 0 " of " n " measurements"
        if (wrong == "" && made != n) wrong = "the source measured " made + 0 " times in place of " n
        if (wrong == "" && said != n) wrong = "receive_all returned " said ", but " n " measurements came"
        if (wrong != "") { print wrong; exit 1 }
    }'
