# trace-json.awk -- makes of a trace the JSON that Perfetto and chrome://tracing open.
#
#   LC_ALL=C awk -f trace-clean.awk -f trace-json.awk TRACE TRACE
#
# The trace is read twice, because an arrow is drawn only for a value that has both ends in
# the trace. common/lab/record.h explains its lines.
#
# Perfetto pairs the ends of an arrow by id, category and name, and reads an id in quotes
# as a hexadecimal number. So each value has a number of its own. The name is the
# channel's, because sender and receiver may spell it differently. An arrow leads to the
# innermost slice that is open at that moment, here that of the operation.

function quoted(s) {
    s = clean(s)
    gsub(/"/, "\\\"", s)
    return "\"" s "\""
}

# Microseconds with three places.
function us(ns) {
    ns = sprintf("%.0f", ns)
    while (length(ns) < 4) ns = "0" ns
    return substr(ns, 1, length(ns) - 3) "." substr(ns, length(ns) - 2)
}

function head(ph, lane, ns) {
    printf ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%s,\"ts\":%s", ph, lane, us(ns)
}

# The part that begins with a word of its own, if there is something to say.
function part(key, value) { return (value == "" || value == "0") ? "" : "\"" key "\":" value "," }

function args(    s) {
    if ($3 == "start") s = "\"by\":" $10 ","
    if ($3 == "select") s = "\"case\":" $14 ",\"of\":" $15 ","
    s = s part("channel", $6)
    if ($9 != "") s = s part("value", quoted($9))
    return s part("n", $8 == "1" ? "" : $7) part("closed", $8 == "1" ? "true" : "") "\"at\":" quoted($11)
}

function made() { return quoted("channel " $6 " (made at " $12 ")") }

# s, the start of an arrow, or f, its end; or nothing.
function end_of() {
    if ($7 == "" || $7 == "0") return ""
    return ($3 == "send" || $5 ~ /^select: send on /) ? "s" : "f"
}

function arrow(end, ns,    value) {
    value = $6 SUBSEP $7
    if (!((value, "s") in ends) || !((value, "f") in ends)) return
    if (!(value in flow)) flow[value] = ++flows
    head(end, $2, ns)
    if (end == "f") printf ",\"bp\":\"e\""
    printf ",\"id\":%d,\"cat\":\"value\",\"name\":%s}", flow[value], made()
}

function wakes(lane, ns, by) {
    if (lane in open) {
        head("E", lane, ns)
        printf ",\"cat\":\"block\",\"name\":%s,\"args\":{\"by\":%s}}", open[lane], by
    }
    delete open[lane]
}

BEGIN { FS = "\t" }

NR == FNR {
    if (end_of() != "") ends[$6, $7, end_of()]
    if ($1 + $4 > last) last = $1 + $4
    if ($2 + 0 > lanes) lanes = $2 + 0
    next
}
$3 == "process" {
    printf "{\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"ts\":0.000,\"name\":\"process_name\",\"args\":{\"name\":%s}}", \
        quoted($5)
    next
}
$3 == "goroutine" {
    head("M", $2, 0)
    printf ",\"name\":\"thread_name\",\"args\":{\"name\":%s}}", quoted($2 " " $5)
    head("M", $2, 0)
    printf ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%s}}", $2
    next
}
$3 == "whole" || NF < 11 { next }
$3 == "wake" { wakes($2, $1, $10); next }
$3 == "block" {
    head("B", $2, $1)
    open[$2] = quoted($5)
    printf ",\"cat\":\"block\",\"name\":%s,\"args\":{%s}}", open[$2], args()
    next
}
$3 ~ /^(send|receive|select|wait|sleep)$/ {
    head("X", $2, $1)
    printf ",\"dur\":%s,\"cat\":\"%s\",\"name\":%s,\"args\":{%s}}", us($4), $3, quoted($5), args()
    end = end_of()
    if (end == "") next
    arrow(end, end == "s" ? $1 : $1 + $4)
    if ($13 == "") next
    head("C", 0, $1 + $4)
    printf ",\"name\":%s,\"args\":{\"values\":%s}}", made(), $13
    next
}
{
    head("i", $2, $1)
    more = ($3 == "end" || $3 == "panic") ? "" : args()
    printf ",\"s\":\"t\",\"cat\":\"%s\",\"name\":%s,\"args\":{%s}}", $3, quoted($5), more
}

# Goroutines that still sleep at the end.
END {
    for (lane = 1; lane <= lanes; lane++) wakes(lane, last + 1, -1)
    print "\n],\"displayTimeUnit\":\"ns\"}"
}
