#!/usr/bin/env bats
# The rooms of the laboratory, common/lab/*.h: what each may call. A room includes those
# that it may call, and so those that they may; common/README.md has the map.
#
# hooks.h (what chan.h knows) and names.h (what the program calls) declare functions of
# several rooms, and are none.
load ../helper

# rooms: for each room a line `room ROOM`, for each include `may ROOM OTHER`, for each name
# that it defines `has ROOM NAME`, and for each that it uses `uses ROOM NAME LINE`.
rooms() {
    local file room
    for file in "$ROOT"/common/lab/*.h; do
        room=$(basename "$file" .h)
        [[ $room != hooks && $room != names ]] || continue
        echo "room $room"
        awk -v room="$room" '
            function words(s,    w) {
                while (match(s, /[A-Za-z_][A-Za-z_0-9]*/)) {
                    w = substr(s, RSTART, RLENGTH)
                    s = substr(s, RSTART + RLENGTH)
                    if (w ~ /^(chan_)?lab_/) print "uses", room, w, FNR
                }
            }
            { line = $0; gsub(/"([^"\\]|\\.)*"/, "\"\"", line) }
            # Comments, which may go on over several lines.
            inside { if (!sub(/^.*\*\//, "", line)) next; inside = 0 }
            {
                gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
                if (sub(/\/\*.*/, "", line)) inside = 1
            }
            $1 == "#include" { gsub(/"|\.h/, "", $2); if ($2 !~ /^<|^\.\./) print "may", room, $2; next }
            # A definition begins in the first column: a function, or a macro of the laboratory.
            line ~ /^(static|LAB_CALL_|__attribute__|#define )/ {
                at = match(line, /lab_[a-z_0-9]+(\(| \()/) ? RSTART : 0
                if (at && line !~ /;$/) {
                    name = substr(line, RSTART, RLENGTH)
                    sub(/ ?\($/, "", name)
                    if (substr(line, at - 5, 5) == "chan_") name = "chan_" name
                    print "has", room, name
                }
            }
            { words(line) }' "$file"
    done
}

@test "each room calls itself and those below, and there is no circle" {
    run -0 rooms
    # shellcheck disable=SC2016  # an awk program
    run -0 awk '
        $1 == "room" { room[$2]; rooms++ }
        $1 == "may" { may[$2, $3]; named[$3] }
        $1 == "has" { home[$3] = $2; names++ }
        { line[NR] = $0 }
        END {
            if (rooms < 9 || names < 150) print "only " rooms " rooms and " names " names found"
            for (r in named) if (!(r in room)) print "there is no room " r
            # May, by way of others too.
            do {
                more = 0
                for (a in room) for (b in room) if ((a, b) in may)
                    for (c in room) if ((b, c) in may && !((a, c) in may)) { may[a, c]; more = 1 }
            } while (more)
            for (a in room) if ((a, a) in may) print a " may call itself by way of others"
            for (k = 1; k <= NR; k++) {
                n = split(line[k], w)
                if (w[1] != "uses" || !(w[3] in home) || home[w[3]] == w[2]) continue
                used[w[2], home[w[3]]]
                if (!((w[2], home[w[3]]) in may)) print w[2] ".h:" w[4] ": " w[3] " belongs to " home[w[3]]
            }
        }' <<<"$output"
    assert_output ''
}

@test "the name of a function begins with its room" {
    rooms >"$BATS_TEST_TMPDIR/said"
    # The hooks and what an engine brings have the names that chan.h gives them.
    # shellcheck disable=SC2016  # an awk program
    run -0 awk -v hooks="$(cat "$ROOT/common/lab/hooks.h")" '
        $1 == "has" && index(hooks, $3 "(") == 0 {
            room = $2
            sub(/^wrap_.*/, "wrap", room)
            if ($3 !~ "^lab_" room "_") print $3 " is in " $2 ".h"
        }' "$BATS_TEST_TMPDIR/said"
    assert_output ''
}
