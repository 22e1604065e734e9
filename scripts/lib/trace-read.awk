# trace-read.awk -- reads a trace of the laboratory, prints what happened.
#
# One line for each thing that can be drawn, with tabs between its fields:
#
#   TIME ORDER KIND LANE OTHER WHAT NAME ID AT
#
# TIME is in nanoseconds and ORDER settles ties: sort -k1,1n -k2,2n puts all in
# the order in which it happened. LANE is the goroutine that did it. KIND is
#
#   process    WHAT is the program's name, OTHER is 1 if time is virtual
#   goroutine  LANE is one, WHAT its function
#   start      OTHER started it
#   pass       a value went from LANE to OTHER, who met; WHAT is the value
#   put, take  a value went into a buffer and came out of it; of a take OTHER
#              is the sender, 0 if it is a timer; of a put the receiver, or 0
#   close      closed ends all that wait for it: OTHER is the one who closed
#   closed     a receive that was told so
#   default, timeout   of a select
#   sleep      WHAT is for how long, in nanoseconds; wake ends it
#   done       of a wait group
#   wait       has ended; OTHER was the last one that it waited for, or 0
#   block      begins to wait for what WHAT says; the next line of it ends that
#   resume     ... and nothing else is known of it
#   stuck      waits to the end
#   panic, end
#
# NAME is the channel (or wait group) as the source spells it, ID is CHANNEL.N
# of a value and CHANNEL of a close, AT is the place in the source.
#
# In the trace each event is a line, and a quotation mark inside of a string has
# a backslash before it, so `,"key":` is found nowhere but where it is a key.

function after(key,    at) {
    at = index($0, "\"" key "\":")
    return at ? substr($0, at + length(key) + 3) : ""
}

function number(key) {
    return after(key) + 0
}

# Times have three places, and are counted in nanoseconds from here on.
function nanoseconds(key) {
    return sprintf("%.0f", after(key) * 1000) + 0
}

function text(key,    rest, at, s) {
    rest = after(key)
    if (substr(rest, 1, 1) != "\"") return ""
    rest = substr(rest, 2)
    s = ""
    while (match(rest, /[\\"]/)) {
        s = s substr(rest, 1, RSTART - 1)
        if (substr(rest, RSTART, 1) == "\"") return s
        s = s unescaped(substr(rest, RSTART + 1, 1))
        rest = substr(rest, RSTART + 2)
    }
    return s rest
}

# What a backslash and this mean; what can't be shown stays as it is written.
function unescaped(c) {
    return c ~ /["\\\/]/ ? c : "\\" c
}

# All bytes that are not UTF-8, and control characters, become question marks.
function clean(s,    out, c, more) {
    if (s !~ /[\001-\037\177-\377]/) return s
    out = ""
    while (s != "") {
        more = 0
        if (s ~ /^[\302-\337][\200-\277]/) more = 1
        else if (s ~ /^[\340-\357][\200-\277][\200-\277]/) more = 2
        else if (s ~ /^[\360-\364][\200-\277][\200-\277][\200-\277]/) more = 3
        c = substr(s, 1, 1 + more)
        if (!more && c ~ /[\001-\037\177-\377]/) c = "?"
        out = out c
        s = substr(s, 2 + more)
    }
    return out
}

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

function say(time, kind, lane, other, what, name, id, at) {
    printf "%.0f\t%d\t%s\t%d\t%d\t%s\t%s\t%s\t%s\n", time, ++said, kind, lane, \
        other, clean(what), clean(name), id, clean(at)
}

# The name by which a channel goes: the senders', unless that is the name of
# another channel, too, and the receivers' is not.
function named(channel, spelled) {
    if (!(channel in sent_as) || !(channel in got_as)) return spelled
    if (uses["s", sent_as[channel]] > 1 && uses["r", got_as[channel]] == 1) return got_as[channel]
    return sent_as[channel]
}

# The n-th operation, with what happened while it waited: how often, who ended
# that and when.
function operation(lane,    i) {
    i = ++ops
    who[i] = lane
    from[i] = nanoseconds("ts")
    to[i] = from[i] + nanoseconds("dur")
    cat[i] = text("cat")
    title[i] = text("name")
    channel[i] = number("channel")
    nth[i] = number("n")
    told[i] = after("closed") ~ /^true/
    value[i] = text("value")
    where[i] = text("at")
    return i
}

# What stands behind "send on " or "receive on ", in a select or alone.
function expression(title) {
    sub(/^select: /, "", title)
    sub(/^(send|receive) on /, "", title)
    sub(/^wait group /, "", title)
    return title
}

NR == 1 && $0 !~ /^[{]"traceEvents":\[/ { exit bad = 1 }
/^\],"displayTimeUnit"/ { whole = 1 }
!/^[{]"ph":/ { next }

{
    ph = text("ph")
    lane = number("tid")
    time = nanoseconds("ts")
    lines++
    lanes = max(lanes, lane)
    late = max(late, time % 1000000)
    over = max(over, time + (ph == "X" ? nanoseconds("dur") : 0))
}

ph == "M" {
    $0 = after("args")
    if (ph == "M" && lane == 0) process = text("name")
    else if (index($0, "{\"name\"") == 1) function_of[lane] = text("name")
    next
}
ph == "C" { # how full a channel is
    if (number("values") > 0) buffered[substr(text("name"), 9) + 0] = 1
    next
}
ph == "X" { operation(lane); next }
ph == "B" {
    i = ++blocks[lane]
    begun[lane, i] = time
    ended[lane, i] = -1
    waits_for[lane, i] = text("name")
    sub(/^blocked: /, "", waits_for[lane, i])
    waits_at[lane, i] = text("at")
    next
}
ph == "E" {
    ended[lane, blocks[lane]] = time
    by[lane, blocks[lane]] = number("by")
    next
}
ph == "i" {
    i = ++instants
    what[i] = text("cat")
    i_lane[i] = lane
    i_time[i] = time
    i_name[i] = text("name")
    i_by[i] = number("by")
    i_channel[i] = number("channel")
    i_at[i] = text("at")
    if (what[i] == "close") closer[i_channel[i]] = lane
    if (what[i] == "start" && lane > 1) born[lane] = i
    if (what[i] == "end" || what[i] == "panic") gone[lane] = 1
    if (what[i] == "panic") panics++
    if (i_name[i] ~ /^add 1 /) added[lane, i_at[i], ++adds[lane, i_at[i]]] = time
    next
}

# When was the goroutine created? Its start says when it came to run. wg_go()
# adds 1 in the same line of the source; else it was before its creator waited.
function created(lane,    i, k, by, place) {
    i = born[lane]
    by = i_by[i]
    place = by SUBSEP i_at[i]
    if (++started[place] <= adds[place]) return min(i_time[i], added[place, started[place]])
    if (scans++ < 100)
        for (k = 1; k <= ops; k++)
            if (who[k] == by && from[k] < i_time[i] && i_time[i] < to[k]) return from[k] - 1
    for (k = 1; k <= blocks[by]; k++)
        if (begun[by, k] < i_time[i] && (ended[by, k] < 0 || i_time[i] <= ended[by, k]))
            return begun[by, k] - 1
    return i_time[i]
}

# Which sleep was it that the operation ended? Both stand in order of time.
function waits(i, lane) {
    lane = who[i]
    while (seen[lane] < blocks[lane] && begun[lane, seen[lane] + 1] < from[i])
        alone(lane, ++seen[lane])
    slept[i] = 0
    while (seen[lane] < blocks[lane] && begun[lane, seen[lane] + 1] <= to[i]) {
        slept[i]++
        last[i] = ++seen[lane]
    }
    if (slept[i]) {
        woken[i] = ended[lane, last[i]]
        waker[i] = by[lane, last[i]]
    }
}

# It blocked at its own.
function alone(lane, b,    stuck) {
    stuck = ended[lane, b] < 0 || by[lane, b] < 0
    if (stuck) gone[lane] = 1
    say(begun[lane, b], stuck ? "stuck" : "block", lane, 0, \
        waits_for[lane, b], "", "", waits_at[lane, b])
    if (!stuck)
        say(ended[lane, b], "resume", lane, 0, waits_for[lane, b], "", "", waits_at[lane, b])
}

# The waiting that was over at `time`, if it had begun by then.
function was_waiting(i, time,    b) {
    for (b = last[i] - slept[i] + 1; slept[i] && b <= last[i]; b++)
        if (begun[who[i], b] < time)
            say(begun[who[i], b], "block", who[i], 0, waits_for[who[i], b], "", "", \
                waits_at[who[i], b])
}

END {
    if (bad || !NR) exit 1
    if (!whole) print "scripts/trace: the end of the trace is missing: was the disk full?" | "cat >&2"
    # Which are the two ends of the same value?
    for (i = 1; i <= ops; i++) {
        waits(i)
        if (!nth[i] || told[i]) continue
        name = expression(title[i])
        if (title[i] ~ /^(select: )?send on /) {
            sender[channel[i], nth[i]] = i
            if (!(channel[i] in sent_as)) { sent_as[channel[i]] = name; uses["s", name]++ }
        } else {
            receiver[channel[i], nth[i]] = i
            if (!(channel[i] in got_as)) { got_as[channel[i]] = name; uses["r", name]++ }
        }
    }
    # A channel that has kept a value from one to the other has a buffer.
    for (i = 1; i <= ops; i++) {
        s = sender[channel[i], nth[i]]
        if (nth[i] && s && s != i && to[s] < from[i]) buffered[channel[i]] = 1
    }
    # Under a seed the nanoseconds of a millisecond only count the events. No
    # real clock lets one happen in eight of them.
    say(-2, "process", 0, late < 8 * lines + 1000, process == "" ? "program" : process)
    for (lane = 1; lane <= lanes; lane++) {
        name = function_of[lane]
        sub(/^[0-9]+ /, "", name)
        say(-1, "goroutine", lane, 0, name)
    }
    for (i = 1; i <= ops; i++) {
        id = channel[i] "." nth[i]
        name = named(channel[i], expression(title[i]))
        time = to[i]
        if (cat[i] == "sleep") {
            say(from[i], "sleep", who[i], 0, sprintf("%.0f", to[i] - from[i]), "", "", where[i])
            say(to[i], "wake", who[i])
            continue
        }
        if (cat[i] == "wait") {
            was_waiting(i, time)
            say(time, "wait", who[i], slept[i] ? waker[i] : 0, "", name, "", where[i])
        } else if (title[i] == "select: default" || title[i] == "select: timeout") {
            was_waiting(i, time)
            say(time, substr(title[i], 9), who[i], 0, "", "", "", where[i])
        } else if (told[i]) {
            was_waiting(i, time)
            say(time, "closed", who[i], closer[channel[i]], "", name, channel[i], where[i])
        } else if (!nth[i]) { # a timer's value is nobody's n-th
            was_waiting(i, time)
            say(time, channel[i] ? "take" : "resume", who[i], 0, value[i], name, "", where[i])
        } else if (sender[channel[i], nth[i]] == i) {
            r = receiver[channel[i], nth[i]]
            if (r && (!buffered[channel[i]] || slept[r] && waker[r] == who[i])) {
                # They met, when the second of them came.
                time = max(from[i], from[r])
                was_waiting(i, time)
                was_waiting(r, time)
                if (value[i] == "") value[i] = value[r]
                say(time, "pass", who[i], who[r], value[i], name, id, where[i])
                met[r] = 1
            } else {
                if (slept[i]) time = woken[i]
                else time = from[i]
                if (r) time = min(time, to[r])
                was_waiting(i, time)
                say(time, "put", who[i], r ? who[r] : 0, value[i], name, id, where[i])
            }
        }
    }
    # After all that was put, so that the order of the lines is right.
    for (i = 1; i <= ops; i++) {
        if (!nth[i] || told[i] || met[i] || sender[channel[i], nth[i]] == i) continue
        s = sender[channel[i], nth[i]]
        was_waiting(i, to[i])
        if (s && value[i] == "") value[i] = value[s]
        say(to[i], "take", who[i], s ? who[s] : 0, value[i], named(channel[i], expression(title[i])), \
            channel[i] "." nth[i], where[i])
    }
    for (i = 1; i <= instants; i++) {
        if (what[i] == "close")
            say(i_time[i], "close", i_lane[i], 0, "", named(i_channel[i], substr(i_name[i], 7)), \
                i_channel[i], i_at[i])
        else if (what[i] == "wait group" && i_name[i] ~ /^done /)
            say(i_time[i], "done", i_lane[i], 0, "", substr(i_name[i], 6), "", i_at[i])
        else if (what[i] == "end" || what[i] == "panic")
            say(i_time[i], what[i], i_lane[i])
    }
    for (lane = 2; lane <= lanes; lane++)
        if (lane in born)
            say(created(lane), "start", lane, i_by[born[lane]], "", "", "", i_at[born[lane]])
    for (lane = 1; lane <= lanes; lane++)
        while (seen[lane] < blocks[lane]) alone(lane, ++seen[lane])
    if (!gone[1] && !panics) say(over, "end", 1)
}
