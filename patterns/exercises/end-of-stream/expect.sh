# The output of `end-of-stream N`: the measurements in their order, then how many came.
awk -v n="${ARGS:-6}" '
    BEGIN { split("7 0 -1 -2147483648 0 2147483647", value, " ") }
    /^measurement: / {
        came++
        if (came <= n && $2 != value[(came - 1) % 6 + 1]) { wrong = "measurement " came " is " $2 ", not " value[(came - 1) % 6 + 1]; exit }
        next
    }
    /^received: / { said = $2; next }
    { wrong = "no part of the program should print: " $0; exit }
    END {
        if (wrong == "" && came > n) wrong = "main received more measurements than the source sent"
        if (wrong == "" && came < n) wrong = "main received " came + 0 " of " n " measurements"
        if (wrong == "" && said != n) wrong = "receive_all returned " said ", but " n " measurements came"
        if (wrong != "") { print wrong; exit 1 }
    }'
