# trace-svg.awk -- draws what trace-read.awk has read, in the order of time.
#
# A lane for each goroutine, time runs downwards. A row is not a unit of time:
# it holds one event, or several in different lanes that do not depend on each
# other. What is drawn in a row reserves its width there, so nothing that stands
# in a row can overlap: see place(). Widths are those of a monospaced font.
#
# Of the environment: TITLE, or it is the name of the program.

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }
function abs(a) { return a < 0 ? -a : a }
function r1(x) { return sprintf("%.1f", x) + 0 }

# ---- text -------------------------------------------------------------------

# How many cells wide; awk counts bytes here, and the wide ones begin at \343.
function cells(s,    double) {
    gsub(/[\200-\277]/, "", s)
    double = gsub(/[\343-\364]/, "&", s)
    return length(s) + double
}

# At most n cells of it; three dots would be wider than one.
function cut(s, n,    out, c) {
    if (cells(s) <= n) return s
    if (n < 1) return ""
    out = ""
    while (s != "") {
        match(s, /^[^\200-\277][\200-\277]*/)
        c = substr(s, 1, max(RLENGTH, 1))
        if (cells(out c) > n - 1) break
        out = out c
        s = substr(s, length(c) + 1)
    }
    return out "\342\200\246"
}

function xml(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s)
    return s
}

function wide(s) { return cells(s) * CELL }
function fits(width) { return int(width / CELL) }

function plural(n, what) { return n " " what (n == 1 ? "" : "s") }

# The last name in p->line or m.from[0].
function short(name) {
    sub(/^.*(->|\.)/, "", name)
    sub(/^[&*]+/, "", name)
    return name
}

# ---- rows ---------------------------------------------------------------------

function y_of(row) { return TOP + ROW * (row - 0.5) }

# The side of a lane's bar.
function edge(lane, to_right) { return x[lane] + (to_right ? BAR / 2 : -BAR / 2) }

function is_free(row, x1, x2,    i) {
    for (i = 1; i <= taken[row]; i++)
        if (x1 < taken_to[row, i] && taken_from[row, i] < x2) return 0
    return 1
}

function reserve(row, x1, x2) {
    taken[row]++
    taken_from[row, taken[row]] = x1
    taken_to[row, taken[row]] = x2
    rows = max(rows, row)
    right = max(right, x2)
    if (!virtual) floor = max(floor, row)
    if (!(row in row_time) || row_time[row] > now) row_time[row] = now
}

# The first row from `row` on where x1 to x2 is free, which is then reserved.
# After the last row there is none: 0, and the picture is full.
function place(row, x1, x2) {
    row = max(row, floor)
    while (row <= ROWS && !is_free(row, x1, x2)) row++
    if (row > ROWS) { full = 1; return 0 }
    reserve(row, x1, x2)
    return row
}

# ---- drawing --------------------------------------------------------------------

# Draws the lane's bar from where it ends to y. What looks the same is one piece,
# and drawn when it is known to end: class "" draws the last.
function bar(lane, y, class) {
    if (class != piece[lane] && at[lane] > top[lane]) {
        bars = bars sprintf("<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%d\" height=\"%s\"/>\n", \
            piece[lane], r1(x[lane] - BAR / 2), r1(top[lane]), BAR, r1(at[lane] - top[lane]))
        drawn[piece[lane]]++
        top[lane] = at[lane]
    }
    piece[lane] = class
    if (class != "") at[lane] = max(at[lane], y)
}

# It has been so since what came last.
function down_to(lane, y) {
    if (y <= at[lane]) return
    # Before it fell asleep it ran a little.
    if (state[lane] != "runs" && ran[lane]) bar(lane, min(at[lane] + 6, y), "runs")
    ran[lane] = 0
    if (y > at[lane]) bar(lane, y, state[lane])
}

# The lane begins in that row.
function begins(lane, row) {
    at[lane] = top[lane] = first[lane] = y_of(row) - 7
    piece[lane] = state[lane] = "runs"
    ran[lane] = 1
    last[lane] = row
}

# Something happened to the lane in that row, and it goes on.
function goes_on(lane, row) {
    down_to(lane, y_of(row))
    state[lane] = "runs"
    ran[lane] = 1
    last[lane] = row
    started_in[lane] = 0
}

function line(class, x1, y1, x2, y2) {
    arrow_path(class, "M" r1(x1) " " r1(y1) "L" r1(x2) " " r1(y2))
}

# With a white rim, so that what it crosses seems to pass below.
function arrow_path(class, path) {
    arrows = arrows "<path class=\"halo\" d=\"" path "\"/><path class=\"" class "\" d=\"" path "\"/>\n"
}

# The square root: not every awk has one.
function root(square,    n, k) {
    n = square > 1 ? square : 1
    for (k = 0; k < 30; k++) n = (n + square / n) / 2
    return n
}

# A head at x2, y2, coming from x1, y1: filled, or open.
function head(class, x1, y1, x2, y2,    dx, dy, n, bx, by) {
    dx = x2 - x1
    dy = y2 - y1
    n = root(dx * dx + dy * dy)
    if (n == 0) return
    dx /= n
    dy /= n
    bx = x2 - 9 * dx
    by = y2 - 9 * dy
    heads = heads sprintf("<path class=\"%s\" d=\"M%s %sL%s %sL%s %s%s\"/>\n", class, \
        r1(bx - 4 * dy), r1(by + 4 * dx), r1(x2), r1(y2), r1(bx + 4 * dy), r1(by - 4 * dx), \
        class == "head" ? "Z" : "")
}

# A text in a box of its own, that begins at x or is around it.
function label(s, left, y, class) {
    boxes = boxes sprintf("<rect class=\"box%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"15\" rx=\"3\"/>" \
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n", class == "value" ? " framed" : "", \
        r1(left), r1(y - 7.5), r1(wide(s) + 6), class, r1(left + 3), r1(y + 4), xml(s))
    right = max(right, left + wide(s) + 6)
}

# The width of a label with this text.
function box(s) { return wide(s) + 6 }

# How many cells there are beside a lane, before the next one begins.
function beside(lane, to_the_right,    width) {
    if (to_the_right)
        width = pos[lane] < lanes ? SPACE - BAR : WIDTH - x[lane] - BAR / 2 - MARGIN
    else
        width = pos[lane] > 1 ? SPACE - BAR : x[lane] - GUTTER - BAR / 2
    return fits(width - 14)
}

# Of several texts, separated by |, the first that fits into n cells.
function fitting(texts, n,    i, k, t) {
    k = split(texts, t, "|")
    for (i = 1; i < k && cells(t[i]) > n; i++) ;
    return cut(t[i], n)
}

# On which side of the lane are words to stand? To the right, but not where lines
# begin that are not level, nor where the least of the texts has no room.
function better_side(lane, texts,    t, k, side) {
    k = split(texts, t, "|")
    for (side = 1; side >= 0; side--)
        if (busy[lane, side] < 1 && beside(lane, side) >= cells(t[k])) return side
    return pos[lane] == 1 || beside(lane, 1) >= cells(t[k])
}

# A word beside the lane, in the first row that has room; returns the row.
function note(lane, row, texts, class,    s, side, left) {
    side = better_side(lane, texts)
    s = fitting(texts, beside(lane, side))
    left = side ? x[lane] + BAR / 2 + 4 : x[lane] - BAR / 2 - 4 - box(s)
    if (side) row = place(row, x[lane] - BAR / 2 - 1, left + box(s))
    else row = place(row, left, x[lane] + BAR / 2 + 1)
    if (row) label(s, left, y_of(row), class)
    return row
}

# An event of one lane alone: a dot and a word beside it.
function happens(lane, row, texts) {
    row = note(lane, row, texts, "word")
    if (!row) return
    goes_on(lane, row)
    marks = marks sprintf("<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n", r1(x[lane]), r1(y_of(row)))
}

# A level line from lane a to lane b with a text in the first gap.
function across(a, b, row, class, texts, tone,    s, to_right, gap, x1, x2, left) {
    to_right = pos[b] > pos[a]
    gap = SPACE - BAR
    s = fitting(texts, fits(gap - (abs(pos[a] - pos[b]) == 1 ? 24 : 14)))
    x1 = edge(a, to_right)
    x2 = edge(b, !to_right)
    line(class, x1, y_of(row), x2, y_of(row))
    head(class == "value-line" ? "head" : "open", x1, y_of(row), x2, y_of(row))
    if (s == "") return
    left = (gap - (abs(pos[a] - pos[b]) == 1 ? 9 : 0) - box(s)) / 2
    # Where lines begin that are not level it stands with their values.
    if (tone == "value" && busy[a, to_right] > 0) left = 7
    left = to_right ? x1 + left : x1 - left - box(s)
    label(s, left, y_of(row), tone)
    if (tone == "value") beside_row[a, row] = to_right ? left + box(s) : left
}

function place_across(a, b, row) {
    return place(row, min(x[a], x[b]) - BAR / 2 - 2, max(x[a], x[b]) + BAR / 2 + 2)
}

# ---- what to write beside it -----------------------------------------------

# The value, or where it has none that can be shown which one it is.
function value_text(i,    name) {
    name = short(NAME[i])
    if (WHAT[i] == "" || WHAT[i] ~ /^0x/) {
        split(ID[i], part, ".")
        drawn["#"]++
        return name " #" part[2] "|#" part[2]
    }
    return channels > 1 && !(name in too_long) ? name ": " WHAT[i] : WHAT[i]
}

# 5 ms, 250 us; under a seed no less than a millisecond passes.
function duration(ns) {
    if (virtual) return int(ns / 1000000 + 0.5) " ms"
    return ns >= 10000000 ? sprintf("%.0f ms", ns / 1000000) : \
        ns >= 1000000 ? sprintf("%.1f ms", ns / 1000000) : sprintf("%.0f us", ns / 1000)
}

function clock(ns) {
    if (virtual) return int(ns / 1000000) ""
    return ns >= 100000000 ? sprintf("%.0f", ns / 1000000) : \
        ns >= 10000000 ? sprintf("%.1f", ns / 1000000) : sprintf("%.2f", ns / 1000000)
}

# ---- reading ------------------------------------------------------------------

BEGIN { FS = "\t" }

$3 == "process" { program = $6; virtual = $5; next }
$3 == "goroutine" { goroutines++; name_of[$4 + 0] = $6; next }
{
    if ($3 == "pass" || $3 == "take" && $5 > 0) {
        values++
        from_to = ($3 == "pass" ? $4 " " $5 : $5 " " $4)
        if (!(from_to in flows)) pair[++pairs] = from_to
        flows[from_to]++
    }
    if ($3 == "close") closes++
    if ($3 == "stuck") stuck++
    if ($3 == "panic") panics++
    if ($3 == "timeout") timeouts++
    if ($3 == "sleep") sleeps++
    # A picture holds no more than that; the rest need only be counted.
    if (n >= 3000) next
    n++
    TIME[n] = $1 + 0
    KIND[n] = $3
    LANE[n] = $4 + 0
    OTHER[n] = $5 + 0
    WHAT[n] = $6
    NAME[n] = $7
    ID[n] = $8
}

# ---- the order of the lanes ---------------------------------------------------

# How far apart the ends of all arrows are, those to the left two lanes farther;
# and how much the numbers of the lanes are out of order.
function cost(    i, a, b, d, sum) {
    sum = 0
    for (i = 1; i <= links; i++) {
        d = where[link_to[i]] - where[link_from[i]]
        sum += weight[link_from[i], link_to[i]] * (d > 0 ? d : 2 - d)
    }
    for (a = 1; a < groups; a++)
        for (b = a + 1; b <= groups; b++)
            if (place_of[a] > place_of[b]) sum += 0.1
    return sum
}

function linked(a, b, w) {
    if (a == b || a < 1 || b < 1 || a > lanes || b > lanes) return
    if (!((a, b) in weight)) {
        links++
        link_from[links] = a
        link_to[links] = b
    }
    weight[a, b] += w
}

# Moves the group at place i to place k, and counts where each lane is now.
function move(i, k,    g, step, lane, n) {
    g = order[i]
    step = i < k ? 1 : -1
    for (; i != k; i += step) order[i] = order[i + step]
    order[k] = g
    n = 0
    for (i = 1; i <= groups; i++) {
        place_of[order[i]] = i
        for (lane = 1; lane <= lanes; lane++)
            if (group_of[lane] == order[i]) where[lane] = ++n
    }
}

# Those that run the same function stand side by side, otherwise they come as
# they were created; then one group after the other goes where it makes the
# arrows shorter, until none does.
function arrange(    i, k, best, bi, bk, c) {
    groups = 0
    for (i = 1; i <= lanes; i++) {
        if (!(name_of[i] in group)) group[name_of[i]] = ++groups
        group_of[i] = group[name_of[i]]
    }
    for (i = 1; i <= groups; i++) order[i] = i
    sent = 0
    for (i = 1; i <= n && sent < ARROWS; i++) {
        if (KIND[i] == "pass" || KIND[i] == "put") {
            linked(LANE[i], OTHER[i], 1)
            sent++
        }
        if (KIND[i] == "start") linked(OTHER[i], LANE[i], 0.02)
        if (KIND[i] == "closed") linked(OTHER[i], LANE[i], 0.3)
    }
    move(1, 1)
    best = cost()
    do {
        bi = 0
        for (i = 1; i <= groups; i++)
            for (k = 1; k <= groups; k++) {
                if (i == k) continue
                move(i, k)
                c = cost()
                move(k, i)
                if (c < best - 0.001) { best = c; bi = i; bk = k }
            }
        if (bi) move(bi, bk)
    } while (bi)
}

# ---- the heads of the lanes ---------------------------------------------------

# Splits number and name, where they may be split, into at most three lines of n
# cells.
function wrap(lane, n,    s, k, word) {
    s = lane " " name_of[lane]
    k = 1
    head_line[lane, 1] = ""
    while (s != "") {
        word = s
        if (cells(s) > n && match(s, /^[^_ ]*[_ ]+/)) word = substr(s, 1, RLENGTH)
        s = substr(s, length(word) + 1)
        if (head_line[lane, k] != "" && cells(head_line[lane, k] word) > n) {
            if (k == 3) { head_line[lane, k] = cut(head_line[lane, k] word, n); break }
            head_line[lane, ++k] = ""
        }
        head_line[lane, k] = cut(head_line[lane, k] word, n)
    }
    head_lines[lane] = k
    heads_high = max(heads_high, k)
}

# With so many lanes and rows so high.
function setup(wanted, high,    i, lane, k, want) {
    CELL = 7.3 # of a monospaced font of 12 px, rounded up
    ROW = high
    BAR = 12
    GUTTER = 52
    MARGIN = 8
    WIDTH = 760
    HEIGHT = 700
    LANES = 8
    ARROWS = 25
    lanes = min(wanted, LANES)
    heads_high = 0
    arrange()
    # What is known only later: whom a close tells, who waits for a done, how
    # many channels there are, how wide the widest value is.
    want = stuck ? 190 : 130
    for (i = 1; i <= n; i++) {
        if (KIND[i] == "closed" && OTHER[i] != LANE[i]) {
            if (!(ID[i] in tells)) tells[ID[i]] = LANE[i]
            told_too[ID[i], LANE[i]] = 1
        }
        if (KIND[i] == "done") done_by[LANE[i]] = i
        if (KIND[i] == "wait" && OTHER[i] && OTHER[i] in done_by)
            waited[done_by[OTHER[i]]] = LANE[i]
        if (i <= 200 && (KIND[i] == "pass" || KIND[i] == "put")) {
            k = ID[i]
            sub(/\..*/, "", k)
            if (!(k in channel)) channels++
            channel[k] = 1
            want = max(want, min(wide(short(NAME[i]) ": " WHAT[i]) + BAR + 34, 230))
        }
    }
    SPACE = min(want, int((WIDTH - GUTTER - MARGIN) / lanes))
    for (i = 1; i <= n && i <= 200; i++)
        if (KIND[i] == "pass" || KIND[i] == "put")
            if (cells(short(NAME[i]) ": " WHAT[i]) > fits(SPACE - BAR - 30))
                too_long[short(NAME[i])] = 1
    for (lane = 1; lane <= lanes; lane++) {
        pos[lane] = where[lane]
        x[lane] = GUTTER + SPACE * (pos[lane] - 0.5)
        wrap(lane, fits(SPACE - 14))
    }
    TOP = 12 + 15 * heads_high + 14
    FOOT = 84
    ROWS = int((HEIGHT - TOP - FOOT) / ROW)
    floor = 1
    rows = 0
    full = 0
    arrows_drawn = sent = 0
    right = GUTTER + SPACE * lanes
}

# ---- the events ---------------------------------------------------------------

function shown(lane) { return lane >= 1 && lane <= lanes }
function alive(lane) { return shown(lane) && lane in at && !(lane in gone) }

# In virtual time nothing of a later moment stands higher than an earlier one.
# Who sleeps then says so; for those who only wait there is an empty row.
function new_moment(empty,    lane, asleep, row) {
    for (lane = 1; lane <= lanes; lane++)
        if (alive(lane) && sleeping[lane] != "") asleep++
    if (asleep) {
        row = floor = rows + 1
        for (lane = 1; lane <= lanes; lane++)
            if (alive(lane) && sleeping[lane] != "") {
                if (!note(lane, row, sleeping[lane], "quiet")) return
                sleeping[lane] = ""
            }
        delete row_time[row]
    }
    if (empty && !asleep) rows++
    floor = rows + 1
    moments[floor] = clock(now)
}

# Makes the line from a, which starts some in that row, reach b too.
function longer(a, b, row,    from) {
    if (pos[b] > pos[a]) {
        from = go_right[a]
        if (x[b] > from) {
            if (!is_free(row, from + BAR + 3, x[b] + BAR / 2 + 2)) return 0
            reserve(row, from + BAR + 3, x[b] + BAR / 2 + 2)
            if (from == x[a] + BAR / 2) across(a, b, row, "thin", "go", "quiet")
            else line("thin", from, y_of(row), x[b] - BAR / 2, y_of(row))
            go_right[a] = x[b] - BAR / 2
        }
        head("open", x[a], y_of(row), x[b] - BAR / 2, y_of(row))
    } else {
        from = go_left[a]
        if (x[b] < from) {
            if (!is_free(row, x[b] - BAR / 2 - 2, from - BAR - 3)) return 0
            reserve(row, x[b] - BAR / 2 - 2, from - BAR - 3)
            if (from == x[a] - BAR / 2) across(a, b, row, "thin", "go", "quiet")
            else line("thin", from, y_of(row), x[b] + BAR / 2, y_of(row))
            go_left[a] = x[b] + BAR / 2
        }
        head("open", x[a], y_of(row), x[b] + BAR / 2, y_of(row))
    }
    return 1
}

function do_start(i,    a, b, row) {
    a = OTHER[i]
    b = LANE[i]
    if (!shown(b) || b in at) return
    creator[b] = a
    if (!alive(a)) { # nobody in sight
        row = place(1, x[b] - BAR, x[b] + BAR)
        if (!row) return
    } else {
        # One who starts several does it in one row, if there is room.
        row = started_in[a]
        if (!row || row < floor || !longer(a, b, row)) {
            row = place_across(a, b, last[a] + 1)
            if (!row) return
            goes_on(a, row)
            started_in[a] = row
            go_left[a] = min(x[a] - BAR / 2, x[b] + BAR / 2)
            go_right[a] = max(x[a] + BAR / 2, x[b] - BAR / 2)
            across(a, b, row, "thin", "go", "quiet")
        }
    }
    begins(b, row)
}

function do_pass(i,    a, b, row) {
    a = LANE[i]
    b = OTHER[i]
    if (!alive(a) || !alive(b) || a == b) {
        if (alive(a)) state[a] = "runs"
        if (alive(b)) state[b] = "runs"
        return
    }
    if (sent == ARROWS) { full = 1; return }
    row = place_across(a, b, max(last[a], last[b]) + 1)
    if (!row) return
    goes_on(a, row)
    goes_on(b, row)
    across(a, b, row, "value-line", value_text(i), "value")
    arrows_drawn++
    sent++
}

# A value that goes into a buffer stands beside its sender, and a line leads from
# there to the receiver. That is drawn when it is taken.
function do_put(i,    a, b, row, to_right, s, left, ch) {
    a = LANE[i]
    b = OTHER[i]
    if (!alive(a)) return
    if (sent == ARROWS) { full = 1; return }
    ch = ID[i]
    sub(/\..*/, "", ch)
    to_right = shown(b) && b != a ? pos[b] > pos[a] : beside(a, 1) > 4
    s = fitting(value_text(i), beside(a, to_right) - 1)
    left = edge(a, to_right) + (to_right ? 7 : -7 - box(s))
    row = max(last[a] + 1, last_put[ch])
    if (state[a] == "waits") row = max(row, last_take[ch])
    row = to_right ? place(row, x[a] - BAR / 2 - 2, left + box(s) + 4) : \
        place(row, left - 4, x[a] + BAR / 2 + 2)
    if (!row) return
    goes_on(a, row)
    sent++
    if (shown(b)) busy[a, to_right]++
    last_put[ch] = row
    line("value-line stub", edge(a, to_right), y_of(row), \
        to_right ? left : left + box(s), y_of(row))
    label(s, left, y_of(row), "value")
    put_row[ID[i]] = row
    put_x[ID[i]] = to_right ? left + box(s) : left
    put_right[ID[i]] = to_right
    beside_row[a, row] = put_x[ID[i]]
}

# Where a line from x1 to x2 has to bend, not to pass behind what stands beside
# the lane in the rows between.
function round_labels(a, x1, row, x2, end,    k, x_there, bend) {
    bend = x1
    for (k = row + 1; k < end; k++) {
        if (!((a, k) in beside_row)) continue
        x_there = x1 + (x2 - x1) * (k - row - 0.4) / (end - row)
        if (x2 > x1 ? x_there < beside_row[a, k] : x_there > beside_row[a, k])
            bend = x2 > x1 ? max(bend, beside_row[a, k]) : min(bend, beside_row[a, k])
    }
    return bend
}

function do_take(i,    a, b, row, to_right, x1, x2, y1, y2, ch) {
    a = OTHER[i]
    b = LANE[i]
    if (!alive(b)) return
    if (a && !(ID[i] in put_row)) { state[b] = "runs"; return }
    ch = ID[i]
    sub(/\..*/, "", ch)
    row = max(last[b] + 1, last_take[ch])
    if (!a) { # of a timer
        happens(b, row, short(NAME[i]) ": time is up|time is up|time up|rings")
        return
    }
    row = max(row, put_row[ID[i]] + 1)
    to_right = put_right[ID[i]]
    if (a == b) to_right = !to_right
    row = to_right ? place(row, x[b] - BAR / 2 - 14, x[b] + BAR / 2 + 2) : \
        place(row, x[b] - BAR / 2 - 2, x[b] + BAR / 2 + 14)
    if (!row) return
    goes_on(b, row)
    busy[a, put_right[ID[i]]]--
    last_take[ch] = row
    x1 = put_x[ID[i]]
    y1 = y_of(put_row[ID[i]])
    x2 = edge(b, !to_right)
    y2 = y_of(row)
    if (a == b) {
        # Out of the far end of the box, round what stands below, and back.
        bulge = row - put_row[ID[i]] > 1 ? 50 : 24
        if (to_right) bulge = -bulge
        arrow_path("value-line", sprintf("M%s %sC%s %s %s %s %s %s", r1(x1), r1(y1), r1(x1 + bulge), \
            r1(y1 + 4), r1(x1 + bulge), r1(y2), r1(x2), r1(y2)))
        head("head", x1, y2, x2, y2)
    } else {
        bend = round_labels(a, x1, put_row[ID[i]], x2, row)
        if (bend == x1) line("value-line", x1, y1, x2, y2)
        else arrow_path("value-line", "M" r1(x1) " " r1(y1) "L" r1(bend) " " r1(y1) "L" r1(x2) " " r1(y2))
        head("head", bend, y1, x2, y2)
    }
    arrows_drawn++
}

function do_close(i,    a, b, row, low, to_right, s, left, from, to) {
    a = LANE[i]
    if (!alive(a)) return
    b = tells[ID[i]]
    to_right = shown(b) && b != a ? pos[b] > pos[a] : beside(a, 1) > 4
    s = (channels > 1 ? "close " short(NAME[i]) "|" : "") "close"
    # Not where the lines of its values begin, if there is room.
    if (busy[a, to_right] > 0) {
        if (beside(a, !to_right) > 5) to_right = !to_right
        else s = "close"
    }
    s = fitting(s, max(beside(a, to_right) - 3, 5))
    left = edge(a, to_right) + (to_right ? 7 : -7 - box(s))
    row = max(max(last[a] + 1, last_put[ID[i]]), floor)
    # Better a row lower, if a level line can reach all that it tells from there.
    from = x[a]
    to = x[a]
    for (b = 1; b <= lanes; b++)
        if ((ID[i], b) in told_too && alive(b)) {
            from = min(from, x[b])
            to = max(to, x[b])
        }
    for (low = row; low < row + 3 && low <= ROWS; low++)
        if (is_free(low, from - BAR, to + BAR)) break
    if (low < row + 3 && low <= ROWS) row = low
    else
        for (b = 1; b <= lanes; b++)
            if ((ID[i], b) in told_too && alive(b)) {
                busy[a, pos[b] > pos[a]]++
                slanting[ID[i], b] = 1
            }
    row = to_right ? place(row, x[a] - BAR / 2 - 2, left + box(s) + 2) : \
        place(row, left - 2, x[a] + BAR / 2 + 2)
    if (!row) return
    goes_on(a, row)
    marks = marks sprintf("<path class=\"close\" d=\"M%s %sh%d\"/>\n", r1(x[a] - BAR / 2 - 3), \
        r1(y_of(row)), BAR + 6)
    label(s, left, y_of(row), "word")
    close_row[ID[i]] = row
    close_x[ID[i]] = to_right ? left + box(s) : left
    close_right[ID[i]] = to_right
}

function do_closed(i,    a, b, row, low, to_right, x1, x2) {
    a = OTHER[i]
    b = LANE[i]
    if (!alive(b)) return
    if (a > lanes) { state[b] = "runs"; return }
    low = max(last[b] + 1, last_take[ID[i]])
    if (a == b || !(ID[i] in close_row) || (ID[i], b) in has_been_told) {
        happens(b, low, "closed")
        return
    }
    has_been_told[ID[i], b] = 1
    if ((ID[i], b) in slanting) busy[a, pos[b] > pos[a]]--
    row = close_row[ID[i]]
    if (low > row || row < floor || !told_at_once(ID[i], a, b, row)) {
        to_right = pos[b] > pos[a]
        x1 = to_right == close_right[ID[i]] ? close_x[ID[i]] : edge(a, to_right)
        x2 = edge(b, !to_right)
        row = max(low, row + 1)
        row = to_right ? place(row, x2 - 14, x2 + BAR + 2) : place(row, x2 - BAR - 2, x2 + 14)
        if (!row) return
        line("dashed", x1, y_of(close_row[ID[i]]), x2, y_of(row))
        head("open", x1, y_of(close_row[ID[i]]), x2, y_of(row))
    }
    goes_on(b, row)
}

# Makes the line from a, which closed the channel in that row, reach b.
function told_at_once(id, a, b, row,    to_right, x1, x2, from, to) {
    to_right = pos[b] > pos[a]
    x2 = edge(b, !to_right)
    if (!((id, to_right) in reach)) {
        reach[id, to_right] = to_right == close_right[id] ? close_x[id] : edge(a, to_right)
        held[id, to_right] = reach[id, to_right] + (to_right ? 2 : -2)
    }
    x1 = reach[id, to_right]
    if (to_right ? x2 > x1 : x2 < x1) {
        from = to_right ? held[id, 1] : x2 - BAR - 2
        to = to_right ? x2 + BAR + 2 : held[id, 0]
        if (!is_free(row, from, to)) return 0
        reserve(row, from, to)
        line("dashed", x1, y_of(row), x2, y_of(row))
        reach[id, to_right] = x2
        held[id, to_right] = to_right ? to : from
    }
    head("open", x[a], y_of(row), x2, y_of(row))
    return 1
}

# The one who waits for this, if there is one: it is told by the name, or by the
# trace if this was the last.
function waiter_for(i,    lane) {
    if (i in waited) return waited[i]
    for (lane = 1; lane <= lanes; lane++)
        if (lane != LANE[i] && alive(lane) && waits_for[lane] == short(NAME[i]))
            return lane
    # wg_go() may name the function instead.
    lane = creator[LANE[i]]
    return NAME[i] == name_of[LANE[i]] && waits_for[lane] != "" ? lane : 0
}

function do_done(i,    a, b, row) {
    a = LANE[i]
    b = waiter_for(i)
    if (!alive(a)) return
    done_of[a] = NAME[i]
    if (!alive(b)) return
    row = place_across(a, b, max(last[a], last[b]) + 1)
    if (!row) return
    goes_on(a, row)
    across(a, b, row, "thin dotted", "done", "quiet")
    last[b] = row
    done_row[a, b] = row
}

function do_wait(i,    lane, other, row) {
    lane = LANE[i]
    waits_for[lane] = ""
    if (!alive(lane)) return
    # It is later than what those did for whom it need not wait any more.
    for (other = 1; other <= lanes; other++)
        if (other in done_of && (short(done_of[other]) == short(NAME[i]) || \
                done_of[other] == name_of[other] && creator[other] == lane))
            last[lane] = max(last[lane], last[other])
    if ((OTHER[i], lane) in done_row) goes_on(lane, done_row[OTHER[i], lane])
    else if (state[lane] == "waits") {
        row = place(last[lane] + 1, x[lane] - BAR, x[lane] + BAR)
        if (row) goes_on(lane, row)
    }
}

function do_block(i,    lane, row) {
    lane = LANE[i]
    if (!alive(lane)) return
    if (WHAT[i] ~ /^wait group /) {
        waits_for[lane] = short(substr(WHAT[i], 12))
        down_to(lane, y_of(last[lane]))
        row = note(lane, last[lane] + 1, "waits for all|wait all|waits", "quiet")
        if (!row) return
        last[lane] = row
    }
    state[lane] = "waits"
}

function do_stuck(i,    lane, row) {
    lane = LANE[i]
    if (!alive(lane)) return
    state[lane] = "waits"
    row = note(lane, last[lane] + 1, WHAT[i] ": forever|waits forever|forever", "word")
    if (row) last[lane] = row
    bottom = max(bottom, row + 1)
}

function do_sleep(i,    lane, row) {
    lane = LANE[i]
    if (!alive(lane)) return
    sleeping[lane] = "sleeps " duration(WHAT[i]) "|sleep " duration(WHAT[i]) "|" duration(WHAT[i]) "|zzz"
    state[lane] = "sleeps"
    if (virtual) return
    row = note(lane, last[lane] + 1, sleeping[lane], "quiet")
    if (row) last[lane] = row
}

function do_wake(i,    lane) {
    lane = LANE[i]
    if (!alive(lane)) return
    sleeping[lane] = ""
    down_to(lane, max(virtual ? TOP + ROW * (floor - 1) : y_of(floor), at[lane]))
    state[lane] = "runs"
    ran[lane] = 1
}

function do_end(i,    lane, y) {
    lane = LANE[i]
    if (!alive(lane)) return
    y = max(y_of(last[lane]), at[lane]) + 8
    down_to(lane, y)
    marks = marks sprintf("<path class=\"end\" d=\"M%s %sh%d\"/>\n", r1(x[lane] - BAR / 2 - 4), \
        r1(y), BAR + 8)
    gone[lane] = 1
    rows = max(rows, last[lane])
}

function do_panic(i,    lane, row) {
    lane = LANE[i]
    if (!alive(lane)) return
    row = note(lane, last[lane] + 1, "panic", "strong")
    if (!row) return
    goes_on(lane, row)
    marks = marks sprintf("<path class=\"end\" d=\"M%s %sl14 14m0 -14l-14 14\"/>\n", \
        r1(x[lane] - 7), r1(y_of(row) - 7))
    gone[lane] = 1
}

# Forgets what has been drawn.
function clear() {
    split("", weight); split("", tells); split("", told_too); split("", done_by); split("", waited)
    split("", channel); split("", group); split("", busy); split("", slanting); split("", beside_row)
    split("", ran); split("", reach); split("", held); split("", too_long); split("", taken)
    split("", row_time)
    split("", moments); split("", drawn); split("", at); split("", first); split("", gone)
    split("", state); split("", last); split("", started_in); split("", sleeping)
    split("", last_put); split("", last_take); split("", put_row); split("", close_row)
    split("", has_been_told); split("", waits_for); split("", done_row)
    split("", creator); split("", done_of)
    links = channels = bottom = 0
    bars = marks = arrows = heads = boxes = ""
}

# How many lanes are there to be seen? They are in the order of their numbers.
function used(    lane) {
    lane = lanes
    while (lane > 1 && !(lane in first)) lane--
    return lane
}

function draw(    i, moment, was) {
    begins(1, 1)
    last[1] = 0
    moments[1] = clock(0)
    was = 0
    for (i = 1; i <= n && !full; i++) {
        now = TIME[i]
        moment = int(now / 1000000)
        if (virtual && moment != was && (shown(LANE[i]) || shown(OTHER[i]))) {
            new_moment(KIND[i] == "timeout" || KIND[i] == "take" && !OTHER[i])
            was = moment
        }
        if (full) break
        if (KIND[i] == "start") do_start(i)
        else if (KIND[i] == "pass") do_pass(i)
        else if (KIND[i] == "put") do_put(i)
        else if (KIND[i] == "take") do_take(i)
        else if (KIND[i] == "close") do_close(i)
        else if (KIND[i] == "closed") do_closed(i)
        else if (KIND[i] == "done") do_done(i)
        else if (KIND[i] == "wait") do_wait(i)
        else if (KIND[i] == "block") do_block(i)
        else if (KIND[i] == "stuck") do_stuck(i)
        else if (KIND[i] == "sleep") do_sleep(i)
        else if (KIND[i] == "wake") do_wake(i)
        else if (KIND[i] == "end") do_end(i)
        else if (KIND[i] == "panic") do_panic(i)
        else if (KIND[i] == "resume") { if (alive(LANE[i])) state[LANE[i]] = "runs" }
        else if (KIND[i] == "default" || KIND[i] == "timeout") {
            if (alive(LANE[i])) happens(LANE[i], last[LANE[i]] + 1, KIND[i])
        }
    }
    if (!full) rows = max(rows, bottom)
    # Whoever is still there goes on below the picture.
    for (i = 1; i <= lanes; i++) {
        if (alive(i)) {
            down_to(i, TOP + ROW * rows + 2)
            if (full) marks = marks sprintf("<path class=\"dots\" d=\"M%s %sv13\"/>\n", \
                r1(x[i]), r1(TOP + ROW * rows + 5))
        }
        if (i in at) bar(i, 0, "")
    }
}

# ---- the frame ----------------------------------------------------------------

function headers(    k, lane, out, y) {
    out = ""
    for (lane = 1; lane <= lanes; lane++) {
        out = out sprintf("<rect class=\"name\" x=\"%s\" y=\"8\" width=\"%s\" height=\"%d\" rx=\"5\"/>\n", \
            r1(x[lane] - SPACE / 2 + 4), r1(SPACE - 8), 15 * heads_high + 6)
        for (k = 1; k <= head_lines[lane]; k++) {
            y = 8 + 3 + (15 * heads_high - 15 * head_lines[lane]) / 2 + 15 * k - 3.5
            out = out sprintf("<text class=\"title\" x=\"%s\" y=\"%s\">%s</text>\n", \
                r1(x[lane]), r1(y), xml(head_line[lane, k]))
        }
        if (lane in first)
            out = out sprintf("<path class=\"hair\" d=\"M%s %dV%s\"/>\n", r1(x[lane]), \
                8 + 15 * heads_high + 6, r1(first[lane]))
    }
    return out
}

function times(    row, out, text, before, y, from) {
    out = sprintf("<text class=\"time\" x=\"%d\" y=\"%s\">ms</text>\n", GUTTER - 8, \
        r1(8 + 15 * heads_high / 2 + 7))
    before = "-"
    for (row = 1; row <= rows; row++) {
        if (virtual) text = row in moments ? moments[row] : before
        else text = row in row_time ? clock(row_time[row]) : before
        if (text == before) continue
        before = text
        y = y_of(row)
        if (virtual && row > 1)
            out = out sprintf("<path class=\"moment\" d=\"M%d %sH%s\"/>\n", 6, r1(y - ROW / 2), \
                r1(width - 6))
        out = out sprintf("<text class=\"time\" x=\"%d\" y=\"%s\">%s</text>\n", GUTTER - 8, r1(y + 4), text)
    }
    return out
}

# One entry of the legend, in the next place that is free.
function entry(drawing, text, w) {
    w = 26 + wide(text) + 14
    if (legend_x > 12 && legend_x + w > width - 4) {
        legend_x = 12
        legend_y += 18
    }
    legend = legend sprintf("<g transform=\"translate(%s %s)\">%s<text class=\"quiet\" x=\"26\" y=\"4\">%s</text></g>\n", \
        r1(legend_x), r1(legend_y), drawing, text)
    legend_x += w
}

function swatch(class) {
    return sprintf("<rect class=\"%s\" x=\"0\" y=\"-6\" width=\"20\" height=\"12\"/>", class)
}

function arrow_swatch(class, head_class) {
    return sprintf("<path class=\"%s\" d=\"M0 0H20\"/><path class=\"%s\" d=\"M12 -4L20 0L12 4%s\"/>", \
        class, head_class, head_class == "head" ? "Z" : "")
}

function sentence(    s, i, k, part, done_so_far) {
    s = plural(goroutines, "goroutine") ", a lane for each, time runs downwards; " \
        (values ? plural(values, "value") : "no values") " from one to another"
    for (i = 1; i <= pairs && i <= 10; i++) {
        split(pair[i], part, " ")
        s = s (i == 1 ? ": " : ", ") flows[pair[i]] " from " part[1] " " name_of[part[1] + 0] \
            " to " part[2] " " name_of[part[2] + 0]
    }
    if (pairs > 10) s = s " and so on"
    s = s "."
    if (closes) s = s " " plural(closes, "close") "."
    if (sleeps) s = s " " plural(sleeps, "sleep") "."
    if (timeouts) s = s " " plural(timeouts, "timeout") "."
    if (stuck) s = s " " (stuck == 1 ? "One waits" : stuck " wait") " forever."
    if (panics) s = s " It ends in a panic."
    return s
}

function missing(    s) {
    if (values > arrows_drawn) s = plural(values - arrows_drawn, "more value")
    if (goroutines > lanes) s = s (s == "" ? "" : " and ") plural(goroutines - lanes, "more goroutine")
    if (s == "" && full) s = "and so on"
    return s == "" ? "" : "... " s
}

END {
    if (!goroutines) exit 1
    setup(goroutines, 20)
    draw()
    # With lower rows there is room for a little more of it.
    high = full && sent < ARROWS && rows == ROWS ? 18 : 20
    if (high < 20 || used() < lanes) {
        k = used()
        if (high < 20) {
            clear()
            setup(goroutines, high)
            draw()
            k = used()
        }
        if (k < lanes) {
            clear()
            setup(k, high)
            draw()
        }
    }
    width = min(WIDTH, max(int(right + MARGIN), 320))
    height = TOP + ROW * rows + 14
    rest = missing()
    if (full) height += 12
    if (rest != "") {
        rest = sprintf("<text class=\"word\" x=\"%d\" y=\"%s\">%s</text>\n", GUTTER, r1(height + 4), rest)
        height += 18
    }
    legend_x = 12
    legend_y = height + 6
    if (drawn["runs"]) entry(swatch("runs"), "runs")
    if (drawn["waits"]) entry(swatch("waits"), "waits")
    if (drawn["sleeps"]) entry(swatch("sleeps"), "asleep")
    if (arrows_drawn) entry(arrow_swatch("value-line", "head"), "a value")
    if (drawn["#"]) entry("<text class=\"value\" y=\"4\">#1</text>", "the first of its channel")
    height = legend_y + 14
    title = ENVIRON["TITLE"] == "" ? program : ENVIRON["TITLE"]
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", \
        width, height, width, height
    print "<title>" xml(title) "</title>"
    print "<desc>" xml(program ": " sentence()) "</desc>"
    print "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">" \
        "<rect width=\"6\" height=\"6\" fill=\"#fff\"/><path d=\"M0 0V6\" stroke=\"#333\" stroke-width=\"3\"/></pattern></defs>"
    print "<style>"
    print "text { font: 12px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; fill: #222 }"
    print ".title { font-weight: bold; text-anchor: middle }"
    print ".time { text-anchor: end; fill: #444 }"
    print ".quiet { fill: #444 }"
    print ".value, .strong { font-weight: bold }"
    print ".name { fill: #e4ebf4; stroke: #34495e }"
    print ".hair { stroke: #bbb; fill: none }"
    print ".moment { stroke: #999; stroke-dasharray: 1 4; fill: none }"
    print ".runs { fill: #9dbfe3; stroke: #1d3550 }"
    print ".waits { fill: url(#hatch); stroke: #1d3550 }"
    print ".sleeps { fill: #fff; stroke: #1d3550; stroke-dasharray: 2 2 }"
    print ".halo { stroke: #fff; stroke-width: 4; fill: none }"
    print ".value-line { stroke: #a63a00; stroke-width: 1.8; fill: none }"
    print ".head { fill: #a63a00 }"
    print ".open { fill: none; stroke: #333; stroke-width: 1.3 }"
    print ".thin { stroke: #333; stroke-width: 1; fill: none }"
    print ".dotted { stroke-dasharray: 1 3 }"
    print ".dashed { stroke: #333; stroke-width: 1.3; stroke-dasharray: 5 3; fill: none }"
    print ".end { stroke: #1d3550; stroke-width: 3; fill: none }"
    print ".dot { fill: #fff; stroke: #1d3550; stroke-width: 1.5 }"
    print ".dots { stroke: #1d3550; stroke-width: 2.5; stroke-dasharray: 2.5 2.5; fill: none }"
    print ".close { stroke: #1d3550; stroke-width: 2; fill: none }"
    print ".box { fill: #fff }"
    print ".framed { stroke: #a63a00; stroke-width: 0.8 }"
    print "</style>"
    printf "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#fff\" stroke=\"#777\"/>\n", width - 1, height - 1
    printf "%s%s%s%s%s%s%s%s%s</svg>\n", times(), headers(), bars, marks, arrows, heads, boxes, rest, legend
}
