# trace-text.awk -- writes what trace-read.awk has read, in the order of time, as
# lines of at most 80 columns: when, a column for each goroutine, what.
#
# In the column of a goroutine `|` means that it runs, `:` that it waits, and `z` that it
# sleeps. The two ends of an event are joined across the other columns.
#
# Set by the caller: all, 1 if no line may be left out; and of the environment
# BOLD, FAINT, PLAIN.

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

function cells(s,    wide) {
    gsub(/[\200-\277]/, "", s)
    wide = gsub(/[\343-\364]/, "&", s)
    return length(s) + wide
}

function cut(s, n,    out, c) {
    if (cells(s) <= n) return s
    out = ""
    while (s != "") {
        match(s, /^[^\200-\277][\200-\277]*/)
        c = substr(s, 1, max(RLENGTH, 1))
        if (cells(out c) > n - 3) break
        out = out c
        s = substr(s, length(c) + 1)
    }
    return out "..."
}

function plural(n, what) { return n " " what (n == 1 ? "" : "s") }

function who(lane) { return lane " " name_of[lane] }

# The last name in p->line or m.from[0].
function short(name) {
    sub(/^.*(->|\.)/, "", name)
    sub(/^[&*]+/, "", name)
    return name
}

# "words: read", or the number of a value that cannot be shown.
function value(    part) {
    if ($6 != "" && $6 !~ /^0x/) return short($7) ": " $6
    split($8, part, ".")
    return short($7) " #" part[2]
}

function duration(ns) {
    if (virtual) return int(ns / 1000000 + 0.5) " ms"
    return ns >= 1000000 ? sprintf("%.1f ms", ns / 1000000) : sprintf("%.0f us", ns / 1000)
}

function clock(    ms) {
    ms = virtual ? int($1 / 1000000) "" : sprintf("%.3f", $1 / 1000000)
    if (ms == before) return ""
    before = ms
    return ms
}

function now(lane) { return lane in state ? state[lane] : " " }

# The goroutines' columns: `from` at one end, `to` at the other, if there are two.
function columns(a, mark, b, head, fill,    s, lane, left, right) {
    left = min(a, b ? b : a)
    right = max(a, b)
    s = ""
    for (lane = 1; lane <= shown; lane++) {
        if (lane == a) s = s mark
        else if (lane == b) s = s head
        else if (b && lane > left && lane < right) s = s fill
        else s = s now(lane)
        s = s (b && lane >= left && lane < right && lane < shown ? fill : " ")
    }
    return s
}

function put(a, mark, b, head, fill, what, strong,    place, room, time) {
    written++
    time = clock()
    if (written > LINES && !all) {
        left_out++
        return
    }
    place = $9
    sub(/^.*\//, "", place)
    room = 80 - 9 - 2 * shown - 1
    what = cut(what, room)
    if (cells(what) + 1 + cells(place) > room) place = ""
    printf "%s%8s %s%s%s%s%s", FAINT, time, columns(a, mark, b, head, fill), PLAIN, \
        strong ? BOLD : "", what, strong ? PLAIN : ""
    if (place != "") printf "%s%" (room - cells(what)) "s%s", FAINT, place, PLAIN
    printf "\n"
}

# The names of the goroutines, and of the columns.
function heading(    lane, s, item) {
    headed = 1
    shown = min(goroutines, 16)
    if (!(1 in state)) state[1] = "|"
    printf "%s%s%s: %s, %s\n", BOLD, program, PLAIN, plural(goroutines, "goroutine"), \
        virtual ? "in virtual time" : "in real time"
    s = "      ms "
    for (lane = 1; lane <= shown; lane++) s = s sprintf("%-2s", lane < 10 ? lane : lane % 10)
    if (goroutines > shown) s = s "and those without a column"
    sub(/ +$/, "", s)
    printf "%s%s%s\n", FAINT, s, PLAIN
}

BEGIN {
    FS = "\t"
    LINES = 200
    BOLD = ENVIRON["BOLD"]
    FAINT = ENVIRON["FAINT"]
    PLAIN = ENVIRON["PLAIN"]
}

$3 == "process" { program = $6; virtual = $5; next }
$3 == "goroutine" { goroutines++; name_of[$4 + 0] = $6; next }

{
    if (!headed) heading()
    a = $4 + 0
    b = $5 + 0
    kind = $3
}

kind == "start" {
    put(b, "o", a, a > b ? ">" : "<", ".", who(b) "  starts  " who(a))
    state[a] = "|"
}
kind == "pass" {
    state[a] = state[b] = "|"
    put(a, "o", b, b > a ? ">" : "<", "-", who(a) "  --" value() "-->  " who(b), 1)
}
kind == "put" {
    state[a] = "|"
    put(a, "o", 0, "", "", who(a) "  --" value() "-->  buffer", 1)
}
kind == "take" {
    state[a] = "|"
    if (b) put(a, "*", 0, "", "", "buffer  --" value() "-->  " who(a), 1)
    else put(a, "*", 0, "", "", who(a) "  " short($7) ": time is up", 1)
}
kind == "close" { put(a, "x", 0, "", "", who(a) "  closes " short($7)) }
kind == "closed" {
    state[a] = "|"
    if (b && b != a)
        put(b, now(b), a, a > b ? ">" : "<", ".", who(a) "  told by " who(b) ": " short($7) " is closed")
    else put(a, "*", 0, "", "", who(a) "  told: " short($7) " is closed")
}
kind == "default" { put(a, "*", 0, "", "", who(a) "  default: nothing is ready") }
kind == "timeout" { state[a] = "|"; put(a, "*", 0, "", "", who(a) "  timeout") }
kind == "sleep" { put(a, "z", 0, "", "", who(a) "  sleeps " duration($6)); state[a] = "z" }
kind == "wake" { state[a] = "|" }
kind == "resume" { state[a] = "|" }
kind == "done" { put(a, "*", 0, "", "", who(a) "  is done") }
kind == "wait" {
    if (state[a] == ":") {
        state[a] = "|"
        put(a, "*", 0, "", "", who(a) "  has waited for all")
    }
}
kind == "block" {
    if ($6 ~ /^wait group/) put(a, ":", 0, "", "", who(a) "  waits for all")
    else if ($6 == "a system call") put(a, ":", 0, "", "", who(a) "  is blocked in " $6)
    else if ($6 !~ /^(send|receive|select)/) put(a, ":", 0, "", "", who(a) "  waits for " $6)
    state[a] = ":"
}
kind == "stuck" && $6 ~ /^(a signal|input) in / {
    put(a, ":", 0, "", "", who(a) "  waits to the end for " $6)
    state[a] = ":"
    next
}
kind == "stuck" {
    put(a, ":", 0, "", "", who(a) "  waits to the end: " $6)
    state[a] = ":"
}
kind == "panic" { put(a, "!", 0, "", "", who(a) "  panic", 1); delete state[a] }
kind == "end" { put(a, "_", 0, "", "", who(a) "  ends"); delete state[a] }

END {
    if (!headed) exit
    if (left_out) printf "... %d more\n", left_out
}
