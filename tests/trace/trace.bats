#!/usr/bin/env bats
# scripts/trace: the picture and the timeline of a run.
# shellcheck disable=SC2016  # awk and jq expand their own variables
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT CHAN_SEED CHAN_SCHEDULE CHAN_CHOICES CHAN_TRACE
}

# trace [args...]: the script, under a limit; most of the time its files go here.
trace() {
    timeout -k 2 60 "$ROOT/scripts/trace" "$@"
}

# patterns: the first chapter's, or with COOKBOOK_STRICT=1 all but those on NATS, which consist
# of several processes.
patterns() {
    awk -F '\t' -v all="${COOKBOOK_STRICT-}" '!/^#/ && NF > 1 && (all == 1 && $2 !~ /^nats-/ || $1 == 1) { print $2 }' \
        "$ROOT/patterns/book/CURRICULUM"
}

# program NAME <SOURCE: compiles a program, linked with the laboratory.
program() {
    cat >"$1.c"
    "${CC:-cc}" -std=c11 -g -pthread -DCHAN_LAB -DCHAN_LAB_LINKED -I"$ROOT/common" "$1.c" "$ROOT/build/lab.o" -o "$1"
}

# fixture: a short run with one of each: a value handed over, a value kept in a
# buffer, a close, a sleep, a timeout, a timer, a default, a wait group, and a
# goroutine that waits to the end. $VALUE is the first value, as a trace writes it.
# In the text ~ stands for a tab.
fixture() {
    tr '~' '\t' <<END
0~0~process~0~a <fixture>~0~0~0~virtual
0~1~goroutine~0~main
0~2~goroutine~0~worker
0~3~goroutine~0~lost
1~1~start~0~start~0~0~0~~0~~~
4~1~send~1~send on m.jobs~1~1~0~${VALUE-42}~0~a.c:1~~
8~1~send~1~send on kept~2~1~0~7~0~a.c:2~a.c:9~1
10~1~select~1~select: default~0~0~0~~0~a.c:3~~~1~2
12~1~close~0~close m.jobs~1~0~0~~0~a.c:4~~
13~1~wait~5000000~wait group &wg~0~0~0~~0~a.c:5~~
14~1~block~0~blocked: wait group &wg~0~0~0~~0~a.c:5~~
5000008~1~wake~0~~0~0~0~~2~~~
5000014~1~select~4999990~select: timeout~0~0~0~~0~a.c:6~~~1~2
5000015~1~block~0~blocked: select of 2~0~0~0~~0~a.c:6~~
10000003~1~wake~0~~0~0~0~~0~~~
10000005~1~receive~4999999~receive on rings~3~0~0~~0~a.c:7~~
2~2~start~0~start~0~0~0~~1~a.c:8~~
3~2~receive~3~receive on w->in~1~1~0~${VALUE-42}~0~a.c:9~~
16~2~sleep~4999985~sleep~0~0~0~~0~a.c:10~~
5000002~2~receive~1~receive on w->kept~2~1~0~7~0~a.c:11~a.c:9~
5000004~2~receive~1~receive on w->in~1~0~1~~0~a.c:9~~
5000006~2~wait group~0~done &wg~0~0~0~~0~a.c:12~~
5000007~2~end~0~end~0~0~0~~0~~~
20~3~start~0~start~0~0~0~~1~a.c:8~~
21~3~block~0~blocked: receive on unused~0~0~0~~0~a.c:13~~
0~0~whole
END
}

# sound SVG...: says what is wrong with the pictures, in numbers. A picture keeps
# its limits. Each text stands inside the picture, in a box that is wide enough and
# covers no other box and no bar. An arrow has a head, and leads from a bar or a box
# to a bar. A level arrow covers no other. Nothing is smaller than 12 px.
sound() {
    LC_ALL=C awk '
        function attr(name) {
            if (!match($0, " " name "=\"[^\"]*\"")) return ""
            return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
        }
        function wrong(what) { print file ": " what }
        function near(a, b) { return a - b < 0.3 && b - a < 0.3 }
        function meet(x1, w1, y1, h1, x2, w2, y2, h2) {
            return x1 < x2 + w2 && x2 < x1 + w1 && y1 < y2 + h2 && y2 < y1 + h1
        }
        function at_bar(place, high,    j) {
            for (j = 1; j <= bars; j++)
                if ((near(place, bx[j]) || near(place, bx[j] + bw[j])) && \
                        high > by[j] - 0.3 && high < by[j] + bh[j] + 0.3)
                    return 1
            return 0
        }
        function at_box(place, high,    j) {
            for (j = 1; j <= n; j++)
                if ((near(place, x[j]) || near(place, x[j] + w[j])) && near(high, y[j] + h[j] / 2))
                    return 1
            return 0
        }
        function min(a, b) { return a < b ? a : b }
        function length_of(i) { return from[i] < to[i] ? to[i] - from[i] : from[i] - to[i] }
        function finish(    i, j, k) {
            if (file == "") return
            if (width > 760 || height > 790 || width < 100) wrong("is " width " x " height)
            if (lanes > 8 || lanes < 1) wrong(lanes " lanes")
            if (arrows > 28) wrong(arrows " arrows")
            if (arrows != heads) wrong(arrows " arrows with " heads " heads")
            if (!titled || !described || !image || !sized) wrong("no title, description, role or size")
            for (i = 1; i <= n; i++) {
                if (x[i] < 0 || y[i] < 0 || x[i] + w[i] > width || y[i] + h[i] > height)
                    wrong(text[i] " sticks out")
                if (long[i] * 7.3 + 2 > w[i]) wrong(text[i] " is wider than its box")
                for (j = i + 1; j <= n; j++)
                    if (meet(x[i], w[i], y[i], h[i], x[j], w[j], y[j], h[j]))
                        wrong(text[i] " covers " text[j])
                for (j = 1; j <= bars; j++)
                    if (meet(x[i], w[i], y[i], h[i], bx[j], bw[j], by[j], bh[j]))
                        wrong(text[i] " covers a bar")
            }
            for (i = 1; i <= arrows; i++) {
                if (!at_bar(to[i], to_y[i])) wrong("arrow " i " leads nowhere")
                if (!at_bar(from[i], from_y[i]) && !at_box(from[i], from_y[i]))
                    wrong("arrow " i " comes from nowhere")
                if (!near(from_y[i], to_y[i])) continue
                for (j = k = 0; j < n; j++)
                    k += near(y[j + 1] + h[j + 1] / 2, to_y[i]) && \
                        meet(x[j + 1], w[j + 1], 0, 1, min(from[i], to[i]), length_of(i), 0, 1)
                if (k > 1) wrong("arrow " i " has " k " labels")
                for (j = i + 1; j <= arrows; j++)
                    if (near(from_y[j], to_y[j]) && near(to_y[i], to_y[j]) && \
                            meet(min(from[i], to[i]), length_of(i), 0, 1, min(from[j], to[j]), length_of(j), 0, 1))
                        wrong("arrow " i " covers arrow " j)
            }
        }
        FNR == 1 {
            finish()
            file = FILENAME
            n = bars = arrows = heads = lanes = titled = described = sized = 0
            width = attr("width") + 0
            height = attr("height") + 0
            image = attr("role") == "img"
        }
        /^<title>[^<]+<\/title>$/ { titled = 1 }
        /^<desc>[^<]+[.]<\/desc>$/ { described = 1 }
        /font/ && match($0, /[0-9.]+px/) {
            sized = 1
            if (substr($0, RSTART, RLENGTH) + 0 < 12) wrong("small: " $0)
        }
        /font-size=/ { wrong("a size of its own: " $0) }
        /^<g / { next } # of the legend
        /^<rect class="name"/ { lanes++ }
        /^<rect class="(runs|waits|sleeps)"/ {
            bars++
            bx[bars] = attr("x") + 0; by[bars] = attr("y") + 0
            bw[bars] = attr("width") + 0; bh[bars] = attr("height") + 0
        }
        /^<rect class="box/ {
            n++
            s = $0
            sub(/^.*<text[^>]*>/, "", s); sub(/<.*/, "", s)
            text[n] = s
            gsub(/&[a-z]+;/, "x", s); gsub(/[\200-\277]/, "", s)
            long[n] = length(s)
            sub(/<text.*/, "")
            x[n] = attr("x") + 0; y[n] = attr("y") + 0
            w[n] = attr("width") + 0; h[n] = attr("height") + 0
        }
        /^<path class="head"/ { heads++ }
        {
            s = $0
            while (match(s, /class="value-line" d="M[^"]*"/)) {
                k = split(substr(s, RSTART + 21, RLENGTH - 22), part, /[MLC ]+/)
                s = substr(s, RSTART + RLENGTH)
                arrows++
                from[arrows] = part[2] + 0; from_y[arrows] = part[3] + 0
                to[arrows] = part[k - 1] + 0; to_y[arrows] = part[k] + 0
            }
        }
        END { finish() }' "$@"
}

# main_last SVG...: says where main ends above another: it waits for all.
main_last() {
    LC_ALL=C awk '
        function finish(    i) {
            for (i = 1; i <= n; i++)
                if (main_at != "" && y[i] > main_at) print file ": one ends after main"
        }
        FNR == 1 { finish(); file = FILENAME; n = 0; main_at = main_x = "" }
        />1 main</ { split($0, part, "\""); main_x = part[4] - 10 }
        /^<path class="end"/ {
            split($0, part, /[M h]+/)
            x = part[4] + 0; y[++n] = part[5] + 0
            if (x == main_x) main_at = part[5] + 0
        }
        END { finish() }' "$@"
}

# contrast SVG: what is hard to see in it, on light paper or on dark: a text with less
# than 4.5 to 1, a line with less than 3 to 1.
contrast() {
    LC_ALL=C awk '
        function channel(two,    v) {
            v = (16 * digit(substr(two, 1, 1)) + digit(substr(two, 2, 1))) / 255
            return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ^ 2.4
        }
        function digit(c) { return index("0123456789abcdef", c) - 1 }
        function light(c) {
            if (length(c) == 3) c = substr(c, 1, 1) substr(c, 1, 1) substr(c, 2, 1) substr(c, 2, 1) substr(c, 3, 1) substr(c, 3, 1)
            return 0.2126 * channel(substr(c, 1, 2)) + 0.7152 * channel(substr(c, 3, 2)) + 0.0722 * channel(substr(c, 5, 2))
        }
        function ratio(a, b,    x, y) {
            x = light(a) + 0.05; y = light(b) + 0.05
            return x > y ? x / y : y / x
        }
        function need(what, paper, least) {
            if (!((what in colour) && ratio(colour[what], colour[paper]) >= least))
                print mode ": " what " on " paper
        }
        function judge() {
            need("text fill", ".paper fill", 4.5); need("text fill", ".name fill", 4.5)
            need(".time fill", ".paper fill", 4.5); need(".quiet fill", ".paper fill", 4.5)
            n = split(".ink .page .moment .leap .runs .waits .sleeps .value-line .open .thin .dashed .end .dot .dots .close .framed", line, " ")
            for (i = 1; i <= n; i++) need(line[i] " stroke", ".paper fill", 3)
            need(".head fill", ".paper fill", 3); need(".ink stroke", ".runs fill", 3)
        }
        /^@media/ { judge(); mode = "dark"; next }
        BEGIN { mode = "light" }
        /^(text|[.]).* [{].*#/ {
            rule = $0
            sub(/ *[{].*/, "", rule)
            k = split(rule, name, /, */)
            for (j = 1; j <= k; j++) {
                if (match($0, /fill: #[0-9a-f]+/)) colour[name[j] " fill"] = substr($0, RSTART + 7, RLENGTH - 7)
                if (match($0, /stroke: #[0-9a-f]+/)) colour[name[j] " stroke"] = substr($0, RSTART + 9, RLENGTH - 9)
            }
        }
        END { if (mode != "dark") print "no dark colours"; judge() }' "$1"
}

# legend SVG: what its legend explains, one sign a line.
legend() {
    sed -n 's/^<g transform.*>\([^<]*\)<\/text><\/g>$/\1/p' "$1"
}

# perfetto FILE: reads a trace by the rules by which Perfetto imports one, and
# prints a line for each arrow that it draws, `SENDER -> RECEIVER` by channel and
# number of the value, and a line `dropped: ...` for each event that it drops. The
# rules are those of google/perfetto, src/trace_processor/importers:
#
# - Events are taken in order of time. At the same time slices with a duration
#   come first, otherwise the order of the file decides. (trace_sorter)
# - A begin, an end, a slice with a duration and an instant each first close the
#   slices on the goroutine's stack that are over. A slice that is not over is not
#   closed; a new one that would outlast it is dropped. (common/slice_tracker.cc,
#   MaybeCloseStack)
# - An end closes the innermost slice that was begun without a duration, has not
#   ended, and has the same category and the same name; otherwise it is dropped.
#   (common/slice_tracker.cc, MatchingIncompleteSliceIndex)
# - The id of a flow is a number, or a string that is a hexadecimal number to its
#   last character; otherwise the event is dropped. (json/json_trace_parser_impl.cc,
#   MaybeExtractFlowIdentifier)
# - Two events are of the same flow if id, category and name are the same. (common/
#   flow_tracker.cc, GetFlowIdForV1Event)
# - A flow starts at the innermost slice of its goroutine's stack, and ends there if
#   it says "bp":"e"; if the stack is empty the event is dropped, and so is a second
#   start, and an end without a start. (common/flow_tracker.cc, Begin and End)
perfetto() {
    jq -r '.traceEvents | to_entries[] | .key as $line | .value | select(.ph != "M" and .ph != "C") |
        [(.ts * 1000 | round), (if .ph == "X" then 0 else 1 end), $line, .ph, .tid,
         ((.dur // 0) * 1000 | round), (.cat // ""), (.name // ""), (.id | type), "\(.id)",
         (.bp // ""), "\(.args.channel).\(.args.n)"] | map(tostring) | join("\u0001")' "$1" |
        LC_ALL=C sort -t $'\001' -k1,1n -k2,2n -k3,3n |
        LC_ALL=C awk -F '\001' '
            function dropped(why) { print "dropped: " why ": " $4 " " $7 " " $8 " at " $1 }
            # Closes what is over; false if the new slice can not be there.
            function fits(lane, now, lasts, pending,    i, end) {
                for (i = depth[lane]; i > 0; i--) {
                    end = from[lane, i] + dur[lane, i]
                    if (open[lane, i]) { unended = i; continue }
                    if (unended >= i + 1 && unended <= depth[lane]) {
                        if (now > end) { dropped("slice without an end"); depth[lane] = i - 1 }
                        continue
                    }
                    if (end < now || (end == now && (dur[lane, i] || lasts || pending)))
                        depth[lane] = i - 1
                    else if (!pending && now < end && now + lasts > end) return 0
                }
                return 1
            }
            function push(lane, pending,    i) {
                i = ++depth[lane]
                from[lane, i] = $1; dur[lane, i] = $6; open[lane, i] = pending
                cat[lane, i] = $7; name[lane, i] = $8; what[lane, i] = $7 " " $12
            }
            { lane = $5; unended = 0 }
            $4 == "X" || $4 == "i" || $4 == "B" {
                if (fits(lane, $1, $6, $4 == "B")) push(lane, $4 == "B")
                else dropped("overlap")
            }
            $4 == "E" {
                fits(lane, $1, 0, 1)
                for (i = depth[lane]; i > 0; i--)
                    if (open[lane, i] && cat[lane, i] == $7 && name[lane, i] == $8) break
                if (!i) { dropped("nothing to end"); next }
                open[lane, i] = 0; dur[lane, i] = $1 - from[lane, i]
                if (i == depth[lane]) depth[lane]--
            }
            $4 == "s" || $4 == "f" {
                if ($9 != "number" && $10 !~ /^(0x)?[0-9A-Fa-f]+$/) { dropped("id"); next }
                if (!depth[lane]) { dropped("no slice"); next }
                key = $10 SUBSEP $7 SUBSEP $8
                if ($4 == "s" && key in started) { dropped("twice"); next }
                if ($4 == "f" && !(key in started)) { dropped("no start"); next }
                if ($4 == "f" && $11 != "e") { dropped("not bound here"); next }
                if ($4 == "s") started[key] = what[lane, depth[lane]]
                else print started[key] " -> " what[lane, depth[lane]]
            }'
}

# has N PATTERN FILE: N lines of the file match.
has() {
    assert_equal "$2: $(grep -cE -e "$2" "$3")" "$2: $1"
}

# narrow FILE: no line has more than 80 characters.
narrow() {
    LC_ALL=C awk '{ gsub(/[\200-\277]/, "") } length($0) > 80 { print; bad = 1 } END { exit bad }' "$1"
}

@test "--help prints the usage text, and unknown options are refused" {
    local args option
    for option in -h --help; do
        run --separate-stderr -0 trace $option
        assert_output --partial scripts/trace
        assert_output --partial 'exit status'
        assert_equal "$stderr" ''
    done
    echo '{}' >other.json
    fixture >f.trace
    for args in '' --no-such-option -o '--title x' fanin ./nothing ./other.json --svg --text \
        '--svg nothing.json' '--svg other.json' --json '--json other.json' '--text f.trace more'; do
        echo "-- $args"
        # shellcheck disable=SC2086  # words
        run --separate-stderr -2 trace $args
        assert_output ''
        [[ $stderr == *usage:* || $stderr == *'Did you mean'* ]]
    done
}

@test "the picture of a run with one of each event is sound, and has a description" {
    need xmllint
    fixture >f.trace
    trace --svg f.trace >f.svg
    xmllint --noout f.svg
    run -0 sound f.svg
    assert_output ''
    has 3 '^<rect class="name"' f.svg
    has 2 '^<path class="head"' f.svg
    local word
    for word in '>jobs: 42<' '>kept: 7<' '>default<' '>timeout<' '>close<' '>sleeps 5 ms<' \
        '>wg_done<' '>wg_wait<' '>rings: time is up<' '>receive on unused: forever<'; do
        has 1 "$word" f.svg
    done
    has 2 '>go<' f.svg
    has 1 '^<title>a &lt;fixture&gt;</title>$' f.svg
    has 1 '^<desc>a &lt;fixture&gt;: 3 goroutines.* 2 values.* 2 from 1 main to 2 worker.*</desc>$' f.svg
    # In the column of times each moment once.
    assert_equal "$(sed -n 's/.*class="time".*>\([0-9]*\)<.*/\1/p' f.svg | paste -s -d ' ')" '0 5 10 15'
}

@test "the legend explains each sign that is in the picture, and no other" {
    fixture >f.trace
    trace --svg f.trace >f.svg
    run -0 legend f.svg
    assert_output - <<'END'
runs
waits
sleeps
starts a goroutine
value, handed over
value, through a buffer
closes a channel
receiver sees the close
wg_done, to wg_wait
event in one goroutine
returns
time passes
END
    # Without the receive on the other side the value stays where it was put.
    grep -vE '(receive on w->(kept|in)|close m.jobs|done &wg)' f.trace >less.trace
    trace --svg less.trace >less.svg
    run -0 legend less.svg
    assert_output - <<'END'
runs
waits
sleeps
starts a goroutine
value, never received
event in one goroutine
returns
time passes
END
    events '2/5/panic/2' >in
    "$ROOT/build/tools/trace-svg" <in >panic.svg
    run -0 legend panic.svg
    assert_output - <<'END'
runs
starts a goroutine
panics
END
    { events && seq -f '%.0f000000 9 timeout 2' 1 90 | tr ' ' '\t'; } | "$ROOT/build/tools/trace-svg" >long.svg
    run -0 legend long.svg
    assert_line 'goes on'
    CHAN_SEED=1 trace -o . ping-pong 2 >printed 2>err
    run -0 legend ping-pong.svg
    assert_line 'runs'
    refute_line 'time passes'
    # Without a seed a system call looks the same.
    fixture | sed 's/virtual$/real/' >free.trace
    trace --svg free.trace >free.svg
    run -0 legend free.svg
    refute_output --partial 'system call'
}

@test "where time makes a longer step than the shortest one, a sign says so" {
    make -s -C "$ROOT" build/tools/trace-svg >&2
    # times MS...: an event at each of these times, and the times behind a sign.
    times() {
        local ms
        { events && for ms; do printf '%s000000\t9\ttimeout\t2\n' "$ms"; done; } |
            "$ROOT/build/tools/trace-svg" >out.svg
        awk '/class="leap"/ && !/^<g/ { leap = 1; next } leap && /class="time"/ { gsub(/<[^>]*>/, ""); print; leap = 0 }' \
            out.svg | paste -s -d ' '
    }
    run -0 times 10 20 30
    assert_output ''
    run -0 times 20 30 35 40 60 85
    assert_output '20 30 60 85'
    has 1 '>longer step in time<' out.svg
    run -0 times 5
    assert_output ''
    has 0 '>longer step in time<' out.svg
}

@test "channels with the same name get numbers, in the order in which they were made" {
    make -s -C "$ROOT" build/tools/trace-svg >&2
    local pass='5/pass/2/1'
    events "2/$pass/a/w->out/9.1" "3/$pass/b/out/7.1" "4/$pass/c/all/8.1" "5/$pass/d/w->out/9.2" \
        '6/9/close/2/0//w->out/9' >in
    "$ROOT/build/tools/trace-svg" <in >out.svg
    for word in 'out2: a' 'out1: b' 'all: c' 'out2: d' 'close out2' 'out1, out2: channels called out'; do
        has 1 ">$word<" out.svg
    done
    # Not if the program has that name; nor because of a channel that is not shown.
    { cat in && events "7/$pass/e/out/10.1" "8/$pass/f/out1/11.1" '9/9/pass/2/77/g/all/12.1' | tail -n 3; } |
        "$ROOT/build/tools/trace-svg" >out.svg
    for word in 'out2: a' 'out.1: b' 'all: c' 'out3: e' 'out1: f' 'out.1 ... out3: channels called out'; do
        has 1 ">$word<" out.svg
    done
}

@test "the picture follows the reader's dark mode, and can be read in both" {
    fixture >f.trace
    trace --svg f.trace >f.svg
    has 1 '^@media \(prefers-color-scheme: dark\) \{$' f.svg
    run -0 contrast f.svg
    assert_output ''
    # Every colour stands in the style, where the dark ones can replace it.
    run grep -nE '(fill|stroke)="#' f.svg
    assert_output ''
}

@test "the timeline of a run with one of each event has a line for each" {
    fixture >f.trace
    run -0 trace --text f.trace
    assert_output - <<'END'
a <fixture>: 3 goroutines, in virtual time
      ms 1 2 3
       0 o.>   1 main  starts  2 worker                                   a.c:8
         o->   1 main  --jobs: 42-->  2 worker                            a.c:1
         o |   1 main  --kept: 7-->  buffer                               a.c:2
         * |   1 main  default: nothing is ready                          a.c:3
         x |   1 main  closes jobs                                        a.c:4
         o...> 1 main  starts  3 lost                                     a.c:8
         : | | 1 main  waits for all                                      a.c:5
         : z | 2 worker  sleeps 5 ms                                     a.c:10
         : z : 3 lost  waits to the end: receive on unused               a.c:13
       5 : * : buffer  --kept: 7-->  2 worker                            a.c:11
         :.> : 2 worker  told by 1 main: jobs is closed                   a.c:9
         : * : 2 worker  is done                                         a.c:12
         : _ : 2 worker  ends
         *   : 1 main  has waited for all                                 a.c:5
      10 *   : 1 main  timeout                                            a.c:6
      15 *   : 1 main  rings: time is up                                  a.c:7
         _   : 1 main  ends
END
}

@test "hostile values are cut and escaped, and stay inside their box" {
    need xmllint
    local VALUE
    for VALUE in '<&>"]]>' "$(printf 'x%.0s' {1..300})" $'\xff\xfe\x80' '日本語の値日本語の値日本語' \
        ',"n":9' "\\\\" '\u0007\u000a' '' "it's"; do
        echo "-- $VALUE"
        fixture >f.trace
        trace --svg f.trace >f.svg
        xmllint --noout f.svg
        run -0 sound f.svg
        assert_output ''
        has 2 '^<path class="head"' f.svg
        trace --text f.trace >f.txt
        narrow f.txt
    done
}

@test "the same trace gives the same bytes, whichever awk there is" {
    local awk tool any=0
    fixture >f.trace
    trace --svg f.trace >f.svg
    trace --text f.trace >f.txt
    mkdir bin
    for awk in mawk gawk original-awk 'busybox awk'; do
        tool=$(command -v "${awk%% *}") || continue
        echo "-- $awk"
        printf '#!/bin/sh\nexec %s "$@"\n' "$tool${awk#"${awk%% *}"}" >bin/awk
        chmod +x bin/awk
        PATH=$PWD/bin:$PATH trace --svg f.trace | cmp - f.svg
        PATH=$PWD/bin:$PATH LC_ALL=C.UTF-8 trace --text f.trace | cmp - f.txt
        any=1
    done
    ((any))
}

# events LINE...: what trace-svg reads, with two goroutines; / stands for a tab.
events() {
    printf '%s\n' '-2/1/process/0/1/program///' '-1/2/goroutine/1/0/main///' \
        '-1/3/goroutine/2/0/worker///' '1/4/start/2/1////a.c:1' "$@" | tr / '\t'
}

@test "main ends below a goroutine with a name of its own, also where it did not have to wait for it" {
    # The wait group is known by the function of the goroutine, as wg_go() has no other name.
    printf '%s\n' '-2/1/process/0/0/program///' '-1/2/goroutine/1/0/main/main//' \
        '-1/3/goroutine/2/0/ping/player//' '1/4/start/2/1////a.c:1' \
        '2/5/put/2/0/v/c/1.1/a.c:2' '3/6/put/2/0/v/c/1.2/a.c:2' '4/7/put/2/0/v/c/1.3/a.c:2' \
        '5/8/done/2/0//player//a.c:1' '5/9/end/2/0////' \
        '6/10/wait/1/0//&players//a.c:3' '6/11/end/1/0////' | tr / '\t' | "$ROOT/build/tools/trace-svg" >out.svg
    has 2 '^<path class="end"' out.svg
    run -0 main_last out.svg
    assert_output ''
}

@test "hostile events give a picture or an error, and no access is out of bounds" {
    need xmllint
    local sanitizers='-fsanitize=address,undefined -fno-sanitize-recover=all'
    # shellcheck disable=SC2086  # words
    "${CC:-cc}" $sanitizers -x c - -o none <<<'int main(void) { return 0; }' 2>err || skip 'the sanitizers are not installed here'
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=c11 -g $sanitizers "$ROOT"/scripts/tools/trace-svg.c \
        "$ROOT"/scripts/tools/{trace-svg,shared}/*.c -o svg
    local lines number long
    long=$(printf 'x%.0s' {1..5000})
    # Without a goroutine there is no picture.
    for lines in '' '\n' 'cut' '-1\t1\tgoroutin' '1\t1\tpass\t1\t2\tv\tc\t1.1\ta.c:1\n'; do
        run --separate-stderr -1 ./svg < <(printf %b "$lines")
        assert_output ''
        assert_equal "$stderr" 'trace-svg: no goroutine is in these events'
    done
    for number in '' -1 0 3 8 9 2147483647 -2147483648 99999999999999999999 1e308 -1e308 nan inf '?'; do
        events "$number/5/sleep/2/0/$number" "2/6/put/$number/2/v/c/1.$number" "3/7/put/2/$number/v/c/$number" \
            "4/8/take/1/$number/v/c/1.$number" "5/9/close/$number/0//c/1" "6/10/closed/2/$number//c/1" \
            "6/11/closed/1/2//c/1" "7/12/done/$number/0//wg" "8/13/wait/1/$number//wg" \
            "9/14/start/$number/$number" "9000000/15/timeout/$number/1" "$number/16/end/2" >in
        ./svg <in >out.svg
        xmllint --noout out.svg
    done
    events "2/5/pass/2/1/$long/$long/1.1" "3/6/stuck/1/0/$long" "4/7/close/2/0//$long/$long" \
        "5/8/wait group/2/0/$long" "6/9/$long" "-1/10/goroutine/3/0/$long" "$long/11/sleep/2/0/$long" >in
    ./svg "$long" <in >out.svg
    xmllint --noout out.svg
    run -0 sound out.svg
    assert_output ''
    # Each event makes it longer, but none can be drawn.
    { events '2/5/end/2' && seq -f '%.0f000000 9 timeout 2' 1 5000 | tr ' ' '\t'; } | ./svg >out.svg
    xmllint --noout out.svg
    # Cut anywhere.
    events '2/5/block/1/0/receive on c' '3/6/pass/2/1/value/c/1.1' '4/7/panic/2' >in
    for ((number = 1; number < $(wc -c <in); number += 7)); do
        head -c $number in | ./svg >out.svg || continue
        xmllint --noout out.svg
    done
}

@test "what is between two bars in a value is shown, too" {
    make -s -C "$ROOT" build/tools/trace-svg >&2
    events '2/5/pass/2/1/a|b/c/1.1' | "$ROOT/build/tools/trace-svg" >out.svg
    has 1 '>a\|b<' out.svg
}

@test "the patterns, under some seeds and freely: sound pictures, narrow timelines" {
    need xmllint jq
    local name seed
    for name in $(patterns); do
        for seed in first 1 free; do
            echo "-- $name, seed $seed"
            if [ $seed = free ]; then
                trace -o . "$name" >printed 2>err
            else
                CHAN_SEED=$seed trace -o . "$name" >printed 2>err
            fi
            xmllint --noout "$name.svg"
            cmp "$name.txt" printed
            (($(wc -l <printed) <= 203))
            narrow printed
            # Each value that arrived has two ends in the trace, too.
            jq -e '[.traceEvents[] | select(.cat == "value")] | group_by(.id) |
                all((map(.ph) | sort) == ["f", "s"])' "$name.json" >/dev/null
            run grep -F -e "$ROOT" -e "$PWD" "$name.svg" printed
            assert_output ''
            mv "$name.svg" "$name.$seed.svg"
        done
    done
    run -0 sound ./*.svg
    assert_output ''
    run -0 main_last ./*.svg
    assert_output ''
}

@test "whatever is in a value, it stays in its field, and JSON has it as it was" {
    need jq
    program hell <<'END'
#include "chan.h"
int main(void)
{
    chan(char *) c = chan_make(char *, 7);
    char *values[] = {"a\tb\nc", "q\"\\u0041\\", "123456789012345\303\251", "123456789012345", "12345678901234\303\251", "\377", "\303\251t\303\251"};
    for (int i = 0; i < 7; i++)
        chan_send(c, values[i]);
    chan_free(c);
}
END
    CHAN_SEED=first trace -o . ./hell >/dev/null 2>err
    # What is cut off is three dots, what is no letter is a question mark.
    run -0 jq -c '[.traceEvents[] | select(.cat == "send") | .args.value]' hell.json
    assert_output '["a\tb\nc","q\"\\u0041\\","123456789012345...","123456789012345","12345678901234...","?","été"]'
    has 1 '>a.u0009b.u000ac<' hell.svg
    assert_equal "$(awk -F '\t' '$3 == "send" { print NF }' hell.trace | uniq -c | tr -s ' ')" ' 7 13'
    # The lines are what CHAN_TRACE writes, with or without the script.
    CHAN_SEED=first CHAN_TRACE=same.trace ./hell
    cmp same.trace hell.trace
    trace --json same.trace | cmp - hell.json
    trace --svg same.trace | cmp - hell.svg
}

@test "a text that a select sends is in the trace although the receiver frees it at once" {
    cat >texts.c <<'END'
#include "chan.h"
static void receiver(void *arg)
{
    chan(char *) texts = arg;
    for (char *s; chan_recv(texts, &s); free(s))
        memset(s, '#', strlen(s));
}
int main(void)
{
    struct waitgroup wg = {0};
    chan(char *) texts = chan_make(char *, 0);
    wg_go(&wg, receiver, texts);
    for (int i = 0; i < 3; i++)
        chan_select(chan_on_send(texts, strdup("a text")), chan_on_recv(texts, NULL));
    chan_close(texts);
    wg_wait(&wg);
    chan_free(texts);
}
END
    "${CC:-cc}" -std=c11 -pthread -DCHAN_LAB -I"$ROOT/common" texts.c -o texts
    for seed in 1 2 3; do
        CHAN_SEED=$seed CHAN_TRACE=texts.trace run -0 ./texts
        assert_equal "$(grep -c 'a text' texts.trace)" 6
    done
}

@test "by Perfetto's rules each value has its arrow, and no event is dropped" {
    need jq
    program traffic <"$ROOT/tests/lab/traffic.c"
    program named <<'END'
#include "chan.h"
struct worker {
    chan(int) out;
    chan(int) also;
};
static void worker(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < 3; i++) {
        chan_send(w->out, i);
        chan_select(chan_on_send(w->also, i));
    }
    chan_close(w->out);
}
int main(void)
{
    chan(int) c = chan_make(int, 0), b = chan_make(int, 3);
    go(worker, (struct worker){c, b});
    while (chan_recv(c, NULL))
        ;
    for (int i = 0, v; i < 3; i++)
        chan_select(chan_on_recv(b, &v));
    chan_free(c), chan_free(b);
}
END
    local how name
    for how in first 1 2 3 free free; do
        for name in ./named ./traffic fan-in pipeline; do
            echo "-- $name, seed $how"
            if [ $how = free ]; then
                trace -o . "$name" >/dev/null 2>err
            else
                CHAN_SEED=$how trace -o . "$name" >/dev/null 2>err
            fi
            perfetto "${name##*/}.json" >arrows
            run grep '^dropped' arrows
            assert_output ''
            # Each arrow leads from the send, or select, of a value to its receive.
            run awk '$1 !~ /^(send|select)$/ || $4 !~ /^(receive|select)$/ || $2 != $5' arrows
            assert_output ''
            # Each value whose send and receive are in the trace comes once.
            jq -r '.traceEvents[] | select(.args.n) | "\(.args.channel).\(.args.n)"' \
                "${name##*/}.json" | sort | uniq -d >values
            cut -d ' ' -f 2 arrows | sort | cmp - values
            [ -s values ]
        done
    done
}

@test "the same seed gives the same picture" {
    local name
    for name in fan-in timeout; do
        CHAN_SEED=3 trace -o one "$name" >/dev/null 2>&1
        CHAN_SEED=3 trace -o two "$name" >/dev/null 2>&1
        cmp "one/$name.svg" "two/$name.svg"
        cmp "one/$name.txt" "two/$name.txt"
    done
}

@test "fan-in under seed 1: as many events as it must have" {
    need jq
    counts() { jq "[.traceEvents[] | select($1)] | length" fan-in.json; }
    CHAN_SEED=1 run --separate-stderr -0 trace -o . fan-in 2
    assert_equal "$(counts '.name == "thread_name"')" 12
    assert_equal "$(counts '.ph == "s"')" 24
    assert_equal "$(counts '.ph == "f"')" 24
    assert_equal "$(counts '.cat == "close"')" 8
    assert_equal "$(counts '.args.closed')" 8
    # Main, three sources, three forwarders, and the merge that started them.
    has 8 '^<rect class="name"' fan-in.svg
    has 12 '^<path class="head"' fan-in.svg
    has 1 '>\.\.\. 12 more values and 4 more goroutines<' fan-in.svg
    # All of it.
    has 24 ' --.*-->  ' fan-in.txt
    # What the program says is not the timeline's.
    [[ $stderr == *'6 records each way'* ]]
    [[ $output != *'records each way'* ]]
}

@test "what exceeds 28 arrows, 8 goroutines or 200 lines is counted" {
    CHAN_SEED=first trace -o . fan-in 300 >printed 2>err
    has 28 '^<path class="head"' fan-in.svg
    has 1 '>\.\.\. 3572 more values and 4 more goroutines<' fan-in.svg
    assert_equal "$(wc -l <printed)" 203
    CHAN_SEED=first trace --all -o . fan-in 300 >whole 2>err
    assert_equal "$(tail -n 1 printed)" "... $(($(wc -l <whole) - 202)) more"
    CHAN_SEED=first trace -o . waitgroup 30 >printed 2>err
    has 1 '>\.\.\. 23 more goroutines<' waitgroup.svg
    run -0 sound fan-in.svg waitgroup.svg
    assert_output ''
}

@test "the exit status is the program's own" {
    program seven <<'END'
#include "chan.h"
int main(int argc, char **argv)
{
    (void)argv;
    return 5 + argc;
}
END
    run --separate-stderr -7 trace -o . ./seven more
    has 1 '^<svg' seven.svg
}

@test "a panic: the trace is whole, and the picture shows the panic" {
    need xmllint jq
    program twice <<'END'
#include "chan.h"
struct worker { chan(int) c; };
static void worker(void *arg)
{
    struct worker *w = arg;
    chan_close(w->c);
    chan_close(w->c);
}
int main(void)
{
    chan(int) c = chan_make(int, 0), other = chan_make(int, 0);
    go(worker, (struct worker){c});
    chan_recv(c, NULL);
    chan_recv(other, NULL);
}
END
    CHAN_SEED=first run --separate-stderr -134 trace -o . ./twice
    assert_output --partial panic
    jq -e . twice.json >/dev/null
    xmllint --noout twice.svg
    run -0 sound twice.svg
    assert_output ''
    has 1 '>panic<' twice.svg
}

@test "a deadlock: the picture shows the goroutines that wait to the end" {
    program stuck <<'END'
#include "chan.h"
struct worker { chan(int) c; };
static void worker(void *arg)
{
    struct worker *w = arg;
    chan_send(w->c, 1);
    chan_send(w->c, 2);
}
int main(void)
{
    chan(int) c = chan_make(int, 0), jobs = chan_make(int, 0);
    go(worker, (struct worker){c});
    chan_recv(c, NULL);
    chan_recv(jobs, NULL);
}
END
    CHAN_SEED=first run --separate-stderr -3 trace -o . ./stuck
    assert_output --partial '1 main  waits to the end: receive on jobs'
    assert_output --partial '2 worker  waits to the end: send on w->c'
    has 2 'forever<' stuck.svg
    run -0 sound stuck.svg
    assert_output ''
}

@test "over the limit: 124, and the trace up to then" {
    program endless <<'END'
#include "chan.h"
struct ticker { chan(int) c; };
static void ticker(void *arg)
{
    for (struct ticker *t = arg;; sleep_ms(50))
        chan_send(t->c, 1);
}
int main(void)
{
    chan(int) c = chan_make(int, 0);
    go(ticker, (struct ticker){c});
    while (chan_recv(c, NULL))
        ;
}
END
    COOKBOOK_LIMIT=3 run --separate-stderr -124 trace -o . ./endless
    assert_output --partial '2 ticker  --c: 1-->  1 main'
    run -0 sound endless.svg
    assert_output ''
}

@test "a program without the laboratory is refused, with the reason" {
    echo 'int main(void) { return 0; }' >plain.c
    "${CC:-cc}" plain.c -o plain
    run --separate-stderr -1 trace -o . ./plain
    assert_output ''
    [[ $stderr == *-DCHAN_LAB* ]]
}

@test "a full disk, and a folder that cannot be written, are errors wherever they occur" {
    make -s -C "$ROOT" build/ping-pong >&2
    # The trace itself; choices are written in the same way.
    for variable in CHAN_TRACE CHAN_CHOICES; do
        run --separate-stderr -0 env CHAN_SEED=1 $variable=/dev/full "$ROOT/build/ping-pong" 200
        assert_equal "$stderr" "$variable is cut off: No space left on device"
        run --separate-stderr -2 env CHAN_SEED=1 $variable=/nowhere/x "$ROOT/build/ping-pong" 200
        assert_equal "$stderr" "$variable: /nowhere/x: No such file or directory"
    done
    # A trace of which the end is missing is drawn as far as it goes.
    fixture | sed '$d' >cut.trace
    run --separate-stderr -0 trace --text cut.trace
    assert_output --partial 'starts  2 worker'
    assert_equal "$stderr" 'scripts/trace: the end of the trace is missing: was the disk full?'
    # What the script writes, with any awk.
    fixture >f.trace
    for awk in mawk gawk 'busybox awk'; do
        command -v "${awk%% *}" >/dev/null || continue
        mkdir -p bin
        printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >bin/awk
        chmod +x bin/awk
        for show in --svg --text; do
            echo "-- $awk $show"
            PATH=$PWD/bin:$PATH run -1 eval "trace $show f.trace >/dev/full"
            [[ $output == *'No space left on device'* ]]
        done
    done
}

@test "--title sets the title, and -o the folder of the files" {
    CHAN_SEED=first run -0 trace -o 'a folder/deep' --title 'Ping & "Pong"' ping-pong 2
    has 1 '^<title>Ping &amp; &quot;Pong&quot;</title>$' 'a folder/deep/ping-pong.svg'
    [ -s 'a folder/deep/ping-pong.json' ]
    [ -s 'a folder/deep/ping-pong.txt' ]
}

@test "colours only on a terminal, never with NO_COLOR, and not in the file" {
    need script
    timeout --foreground -k 2 20 script -qec true /dev/null || skip 'no terminal is to be had here'
    fixture >f.trace
    run -0 timeout --foreground -k 2 60 env -u NO_COLOR TERM=xterm script -qec "'$ROOT/scripts/trace' --text f.trace" /dev/null
    assert_output --partial $'\033[1m'
    run -0 timeout --foreground -k 2 60 env NO_COLOR=1 TERM=xterm script -qec "'$ROOT/scripts/trace' --text f.trace" /dev/null
    refute_output --partial $'\033'
    run -0 trace --text f.trace
    refute_output --partial $'\033'
    run -0 timeout --foreground -k 2 60 env -u NO_COLOR TERM=xterm CHAN_SEED=first \
        script -qec "'$ROOT/scripts/trace' -o . ping-pong" /dev/null
    assert_output --partial $'\033[1m'
    run grep $'\033' ping-pong.txt
    assert_output ''
}
