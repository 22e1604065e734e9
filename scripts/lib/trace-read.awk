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
#   goroutine  LANE is one, WHAT its name, NAME the function that it runs
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
#   block      begins to wait for what WHAT says; the next line of it ends that. WHAT is
#              `send on c` and so on, or `a signal in sigwait`, `input in poll`, or
#              `a system call`
#   resume     ... and nothing else is known of it
#   stuck      waits to the end
#   panic, end
#
# NAME is the channel (or wait group) as the source spells it, ID is CHANNEL.N
# of a value and CHANNEL of a close, AT is the place in the source.
#
# common/lab/record.h explains the lines of a trace. trace-clean.awk must be loaded, too.

# The text before the laboratory escaped it. Control characters stay escaped.
function text(s,    out, at) {
    out = ""
    while (at = index(s, "\\\\")) {
        out = out substr(s, 1, at)
        s = substr(s, at + 2)
    }
    return out s
}

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

function say(time, kind, lane, other, what, name, id, at) {
    printf "%.0f\t%d\t%s\t%d\t%d\t%s\t%s\t%s\t%s\n", time, ++said, kind, lane, \
        other, clean(what), clean(name), id, clean(at)
}

# The name of a channel is the senders' name. It is the receivers' name if another channel
# has the senders' name, too, and none has the receivers'.
function named(channel, spelled) {
    if (!(channel in sent_as) || !(channel in got_as)) return spelled
    if (uses["s", sent_as[channel]] > 1 && uses["r", got_as[channel]] == 1) return got_as[channel]
    return sent_as[channel]
}

# The n-th operation, and its waits: how many, and which goroutine ended each, and when.
function operation(lane,    i) {
    i = ++ops
    who[i] = lane
    from[i] = time
    to[i] = time + $4
    kind[i] = $3
    title[i] = text($5)
    channel[i] = $6 + 0
    nth[i] = $8 == "1" ? 0 : $7 + 0
    told[i] = $8 == "1"
    value[i] = text($9)
    where[i] = text($11)
    if ($13 + 0 > 0) buffered[channel[i]] = 1
    return i
}

# The text after "send on " or "receive on ", in a select or alone.
function expression(title) {
    sub(/^select: /, "", title)
    sub(/^(send|receive) on /, "", title)
    sub(/^wait group /, "", title)
    return title
}

BEGIN {
    FS = "\t"
    # A call that waits for the outside, and returns as soon as this, in nanoseconds, has not waited.
    OUTSIDE = "^(a signal in |input in |a system call$)"
    BRIEF = 20000
}

NR == 1 {
    if ($3 != "process") exit bad = 1
    process = text($5)
    virtual = $9 == "virtual"
    next
}
$3 == "whole" { whole = 1; next }
{
    time = $1 + 0
    lane = $2 + 0
    lanes = max(lanes, lane)
    over = max(over, time + $4)
}
$3 == "goroutine" { name_of[lane] = text($5); function_of[lane] = text($9 == "" ? $5 : $9); next }
NF < 11 { next } # the disk was full
$3 ~ /^(send|receive|select|wait|sleep)$/ { operation(lane); next }
$3 == "block" {
    i = ++blocks[lane]
    begun[lane, i] = time
    ended[lane, i] = -1
    waits_for[lane, i] = text($5)
    sub(/^blocked: /, "", waits_for[lane, i])
    waits_at[lane, i] = text($11)
    next
}
$3 == "wake" {
    ended[lane, blocks[lane]] = time
    by[lane, blocks[lane]] = $10 + 0
    next
}
{
    i = ++instants
    what[i] = $3
    i_lane[i] = lane
    i_time[i] = time
    i_name[i] = text($5)
    i_by[i] = $10 + 0
    i_channel[i] = $6 + 0
    i_at[i] = text($11)
    if (what[i] == "close") closer[i_channel[i]] = lane
    if (what[i] == "start" && lane > 1) born[lane] = i
    if (what[i] == "end" || what[i] == "panic") gone[lane] = 1
    if (what[i] == "panic") panics++
    if (i_name[i] ~ /^add 1 /) added[lane, i_at[i], ++adds[lane, i_at[i]]] = time
}

# When was the goroutine created? Its start is the time when it first ran. wg_go() adds 1
# in the same line of the source. Otherwise it was created before its creator waited.
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

# Which sleep did the operation end? Both are in the order of time.
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

# The goroutine blocked without a partner in the trace.
function alone(lane, b,    stuck) {
    stuck = ended[lane, b] < 0 || by[lane, b] < 0
    if (!stuck && !virtual && waits_for[lane, b] ~ OUTSIDE && ended[lane, b] - begun[lane, b] < BRIEF)
        return
    if (stuck) gone[lane] = 1
    say(begun[lane, b], stuck ? "stuck" : "block", lane, 0, \
        waits_for[lane, b], "", "", waits_at[lane, b])
    if (!stuck)
        say(ended[lane, b], "resume", lane, 0, waits_for[lane, b], "", "", waits_at[lane, b])
}

# The wait that ended at `time`, if it had begun by then.
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
    # A channel that has kept a value between a send and a receive has a buffer.
    for (i = 1; i <= ops; i++) {
        s = sender[channel[i], nth[i]]
        if (nth[i] && s && s != i && to[s] < from[i]) buffered[channel[i]] = 1
    }
    say(-2, "process", 0, virtual, process == "" ? "program" : process)
    for (lane = 1; lane <= lanes; lane++) say(-1, "goroutine", lane, 0, name_of[lane], function_of[lane])
    for (i = 1; i <= ops; i++) {
        id = channel[i] "." nth[i]
        name = named(channel[i], expression(title[i]))
        time = to[i]
        if (kind[i] == "sleep") {
            say(from[i], "sleep", who[i], 0, sprintf("%.0f", to[i] - from[i]), "", "", where[i])
            say(to[i], "wake", who[i])
            continue
        }
        if (kind[i] == "wait") {
            was_waiting(i, time)
            say(time, "wait", who[i], slept[i] ? waker[i] : 0, "", name, "", where[i])
        } else if (title[i] == "select: default" || title[i] == "select: timeout") {
            was_waiting(i, time)
            say(time, substr(title[i], 9), who[i], 0, "", "", "", where[i])
        } else if (told[i]) {
            was_waiting(i, time)
            say(time, "closed", who[i], closer[channel[i]], "", name, channel[i], where[i])
        } else if (!nth[i]) { # a timer's value has no sender that counts it
            was_waiting(i, time)
            say(time, channel[i] ? "take" : "resume", who[i], 0, value[i], name, "", where[i])
        } else if (sender[channel[i], nth[i]] == i) {
            r = receiver[channel[i], nth[i]]
            if (r && (!buffered[channel[i]] || slept[r] && waker[r] == who[i])) {
                # The goroutines met when the second of them came.
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
    # These come after all puts, so that the order of the lines is right.
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
