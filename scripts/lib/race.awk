# Summarizes ThreadSanitizer's reports for scripts/race: each race once, in words.
# It reads a line `@run N` before the reports of each run. `runs` is the number of
# runs. The environment has RACE_HERE, the folder that is left out of paths,
# and RACE_COUNT, the file for the number of races.

# ===== What a report says ====================================================
# An access, 1 or 2: does[] is the kind of access, thread[] its thread, top[] its function,
# file[] and line[] its place. outer[] is the function that the goroutine runs, via[] the
# function of the header or the C library that it was in, held[] the mutexes that it held.

BEGIN {
    here = ENVIRON["RACE_HERE"]
    counts = ENVIRON["RACE_COUNT"]
    not_a_variable = "^(auto|bool|break|case|char|const|continue|default|do|double|else|enum|" \
        "extern|float|for|goto|if|int|long|register|return|short|signed|sizeof|static|struct|" \
        "switch|typedef|union|unsigned|void|volatile|while|size_t|true|false|u?int[0-9]+_t)$"
}

/^@run / {
    run = $2
    next
}

/^==================$/ {
    if (kind != "") record()
    kind = ""
    next
}

/^WARNING: ThreadSanitizer: / {
    kind = $0
    sub(/^WARNING: ThreadSanitizer: /, "", kind)
    sub(/ \(pid=[0-9]+\).*/, "", kind)
    n = 0
    part = where = block = origin = first_place = ""
    next
}

kind == "" { next }

/^  (Previous )?([Aa]tomic )?([Rr]ead|[Ww]rite) of size / {
    part = "access"
    n++
    does[n] = /[Rr]ead of size/ ? "read" : "write"
    atomic[n] = /[Aa]tomic/ ? 1 : 0
    file[n] = line[n] = column[n] = top[n] = outer[n] = via[n] = held[n] = ""
    if (match($0, /\(mutexes: [^)]*\)/)) held[n] = substr($0, RSTART, RLENGTH)
    thread[n] = / by main thread/ ? "main" : match($0, / by thread T[0-9]+/) ? \
        substr($0, RSTART + 11, RLENGTH - 11) : "?"
    next
}

/^  Location is global / && !/<null>|'\?\?'/ {
    part = ""
    where = "global"
    block = $4
    gsub(/'/, "", block)
    next
}

/^  Location is (stack|TLS) of / {
    part = ""
    where = $3
    block = /main thread/ ? "main" : $NF
    sub(/\.$/, "", block)
    next
}

/^  Location is heap block / {
    part = where = "heap"
    next
}

/^  Thread T[0-9]+ / {
    part = "thread"
    id = $2
    born[id] = birthplace[id] = ""
    maker[id] = /created by main thread/ ? "main" : match($0, /created by thread T[0-9]+/) ? \
        substr($0, RSTART + 18, RLENGTH - 18) : "?"
    next
}

/^    #[0-9]+ / {
    frame()
    if (first_place == "" && ours) first_place = place
    if (part == "access" && ours) {
        if (top[n] == "") {
            top[n] = name
            file[n] = path
            line[n] = number
            column[n] = col
        }
        outer[n] = name
    } else if (part == "access" && top[n] == "") {
        via[n] = via[n] " " name
    } else if (part == "heap" && block == "") {
        if (ours) block = place
        else if (name ~ /^(chan_make|chan_timer|chan_go)_$/) origin = name
    } else if (part == "thread" && ours && born[id] == "") {
        born[id] = place
        birthplace[id] = name
    }
    next
}

/^  [A-Z]/ { part = "" }

END {
    if (kind != "") record()
    show()
}

# One line of a stack: name of the function, path, number and col of the place. `ours` is
# set if the line belongs neither to the header nor to the C library.
function frame(    s) {
    s = $0
    sub(/^ *#[0-9]+ /, "", s)
    sub(/ \(BuildId: [^)]*\)$/, "", s)
    sub(/ \([^()]*\+0x[0-9a-f]+\)$/, "", s)
    name = s
    sub(/ .*/, "", name)
    sub(/\.(isra|constprop|part|cold)\..*/, "", name)
    path = substr(s, index(s " ", " ") + 1)
    number = col = ""
    if (match(path, /:[0-9]+(:[0-9]+)?$/)) {
        number = substr(path, RSTART + 1)
        path = substr(path, 1, RSTART - 1)
        if (index(number, ":")) {
            col = number
            sub(/.*:/, "", col)
            sub(/:.*/, "", number)
        }
    }
    if (index(path, here) == 1) path = substr(path, length(here) + 1)
    sub(/^\.\//, "", path)
    place = path (number == "" ? "" : ":" number)
    ours = path != "<null>" && path !~ /(^|\/)(chan|chan_lab|chan_tsan)\.h$|scripts\/lib\/race\.c$/ && path !~ /libsanitizer/
}

# ===== What the source says ==================================================

function text(path, number,    s, i) {
    if (number == "") return ""
    if (!(path in loaded)) {
        loaded[path] = 1
        for (i = 1; (getline s < path) > 0; i++) source[path, i] = s
        close(path)
    }
    number += 0
    return (path, number) in source ? source[path, number] : ""
}

function path_of(place) {
    sub(/:[0-9]+$/, "", place)
    return place
}

function line_of(place) {
    return match(place, /:[0-9]+$/) ? substr(place, RSTART + 1) : ""
}

# Without strings and comments; the rest stays in its column.
function bare(s,    out, c, i, quote) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (quote == "" && substr(s, i, 2) == "//") break
        if (quote == "" && substr(s, i, 2) == "/*") quote = "*/"
        if (quote == "" && (c == "\"" || c == "'")) {
            quote = c
            c = " "
        } else if (quote != "") {
            if (c == "\\") {
                out = out " "
                i++
            } else if (substr(s, i, length(quote)) == quote) {
                if (length(quote) == 2) {
                    out = out " "
                    i++
                }
                quote = ""
            }
            c = " "
        }
        out = out c
    }
    return out
}

# The variables of a line as what[1], what[2], ...: `x`, `*p`, `w->sum`, `a[i].n`;
# from[] is the column, use[] is read, write, change (x++) or address (&x).
function things(s,    m, i, c, start, deep, before, after) {
    m = 0
    for (i = 1; i <= length(s);) {
        if (substr(s, i, 1) !~ /[A-Za-z0-9_]/) {
            i++
            continue
        }
        start = i
        while (substr(s, i, 1) ~ /[A-Za-z0-9_]/) i++
        word = substr(s, start, i - start)
        if (word ~ /^[A-Z0-9_]+$|^[0-9]/ || word ~ not_a_variable) continue
        next_word = i
        for (;;) {
            if (substr(s, i, 1) == "[") {
                for (deep = 0; i <= length(s); i++) {
                    c = substr(s, i, 1)
                    deep += (c == "[") - (c == "]")
                    if (deep == 0) break
                }
                i++
            } else if (substr(s, i, 3) ~ /^->[A-Za-z_]/ || substr(s, i, 2) ~ /^\.[A-Za-z_]/) {
                i += substr(s, i, 1) == "." ? 1 : 2
                while (substr(s, i, 1) ~ /[A-Za-z0-9_]/) i++
            } else
                break
        }
        after = substr(s, i)
        sub(/^ */, "", after)
        if (after ~ /^\(/) {
            i = next_word
            continue
        }
        before = substr(s, 1, start - 1)
        sub(/ *$/, "", before)
        what[++m] = substr(s, start, i - start)
        from[m] = start
        # *p, but neither the product a * p nor the p of `int *p = ...`.
        if (before ~ /(^|[-+=(,;{}!<>|?:]|return) *\*$/) {
            what[m] = "*" what[m]
            from[m] = length(before)
            sub(/ *\*$/, "", before)
        }
        use[m] = "read"
        if (before ~ /&$/ && before !~ /[A-Za-z0-9_)&\]] *&$/) use[m] = "address"
        else if (before ~ /(\+\+|--)$/ || after ~ /^(\+\+|--|[-+*\/%&|^]=|<<=|>>=)/) use[m] = "change"
        else if (after ~ /^=([^=]|$)/) use[m] = "write"
        if (index(what[m], "[")) i = next_word
    }
    return m
}

# What access k names, if its line leaves no doubt; of the global `only`, if any.
# Sets `how` to the use that it makes of it.
function name_of(k, only,    s, m, i, best, c, base, far) {
    how = best = ""
    s = bare(text(file[k], line[k]))
    m = things(s)
    c = column[k] + 0
    for (i = 1; i <= m; i++) {
        base = what[i]
        sub(/^\*/, "", base)
        sub(/[^A-Za-z0-9_].*/, "", base)
        far = what[i] ~ /^\*|->|\[/ # reached through a pointer, or an array
        if (use[i] == "address" || only != "" && base != only) continue
        if (does[k] == "write" && use[i] == "read") continue
        if (does[k] == "read" && use[i] == "write") continue
        if (only == "" && !far && (where == "heap" || where == "stack" && block != thread[k])) continue
        if (only == "" && far && what[i] !~ /\[/ && where == "stack" && block == thread[k] && top[k] == outer[k]) continue
        if (c && from[i] <= c && c <= from[i] + length(what[i]) + 1) {
            how = use[i]
            return what[i]
        }
        if (best != "" && best != what[i]) {
            how = ""
            best = "?"
        } else {
            if (best == "" || use[i] == "change") how = use[i]
            best = what[i]
        }
    }
    return best == "?" ? "" : best
}

# The x whose address &x is passed to a goroutine at that place, if it is one.
function passed(place,    m, i, x, s) {
    s = bare(text(path_of(place), line_of(place)))
    sub(/wg_go *\([^,]*,/, "go(", s)
    m = things(s)
    for (i = 1; i <= m; i++) {
        if (use[i] != "address" || x == what[i]) continue
        if (x != "") return ""
        x = what[i]
    }
    return x
}

# ===== What is reported ======================================================

# A report becomes a race, or counts for a race that is known.
function record(    k, key, spot) {
    if (n < 2 || kind !~ /^(data race|heap-use-after-free)/) {
        k = kind (first_place == "" ? "" : " at " first_place)
        if (!(k in others)) other[++n_others] = k
        others[k] = 1
        return
    }
    for (k = 1; k <= 2; k++) {
        if (via[k] ~ / (free|realloc|chan_free_)( |$)/) does[k] = "free"
        if (top[k] == "") top[k] = file[k] = "?"
        spots[k] = file[k] (line[k] == "" ? "" : ":" line[k])
        name_of(k, where == "global" ? base_name() : "")
        if (how == "change") does[k] = how
    }
    key = kind SUBSEP where SUBSEP (where == "global" ? block : "")
    k = spots[1] " " top[1] > spots[2] " " top[2]
    key = key SUBSEP spots[1 + k] SUBSEP top[1 + k] SUBSEP spots[2 - k] SUBSEP top[2 - k]
    if (!(key in race_of)) race_of[key] = ++races
    race = race_of[key]
    if (last_run[race] != run) seen[race]++
    last_run[race] = run

    # x = x + 1 is now seen to read, now to write.
    for (k = 1; k <= 2; k++) {
        spot = race SUBSEP spots[k]
        if ((spot in did) && did[spot] != does[k]) does[k] = does[k] == "free" ? "free" : "change"
        did[spot] = does[k]
    }
    for (k = 1; k <= 2; k++) does[k] = did[race, spots[k]]
    # The write comes first, then what is not done by main, then the lower line.
    if (rank(1) > rank(2) || rank(1) == rank(2) && line[1] + 0 > line[2] + 0) {
        swap(does); swap(atomic); swap(thread); swap(file); swap(line); swap(column)
        swap(top); swap(outer); swap(via); swap(held); swap(spots)
    }
    head[race] = subject()
    advice[race] = hint()
    for (k = 1; k <= 2; k++) {
        who[race, k] = actor(k)
        act[race, k] = verb(does[k])
        at[race, k] = file[k] == "?" ? "ThreadSanitizer has forgotten where" : spots[k]
        says[race, k] = text(file[k], line[k])
    }
}

function rank(k) {
    return (does[k] == "free" ? 4 : does[k] == "read" ? 2 : 0) + (thread[k] == "main")
}

function swap(a,    t) {
    t = a[1]
    a[1] = a[2]
    a[2] = t
}

function verb(does) {
    return does == "read" ? "reads it" : does == "write" ? "writes it" : \
        does == "free" ? "frees it" : "reads and writes it"
}

function actor(k,    s) {
    if (thread[k] == "main")
        s = "main"
    else {
        s = text(path_of(born[thread[k]]), line_of(born[thread[k]])) ~ /pthread_create|thrd_create/ ? "thread " : "goroutine "
        s = s (outer[k] == "" ? thread[k] : outer[k])
    }
    return s (top[k] == "?" || top[k] == "main" || top[k] == outer[k] && thread[k] != "main" ? "" : ", in " top[k])
}

# A static variable of a function is x.0 to gcc, f.x to clang.
function base_name(    s) {
    s = block
    sub(/\.[0-9]+$/, "", s)
    sub(/^[^.]*\./, "", s)
    return s
}

# Returns the object of the race. Sets `it`, its name.
function subject(    a, b, k, in_, owner) {
    it = ""
    if (where == "global") {
        it = base_name()
        in_ = block ~ /\.[A-Za-z_]/ ? block : static_in(it)
        sub(/\..*/, "", in_)
        a = name_of(1, it)
        b = name_of(2, it)
        if (b != "" && a != b) a = a == "" ? b : ""
        if (a ~ /^[A-Za-z0-9_.]+$/) it = a
        return it (in_ == "" ? ", a global variable" : ", a static variable of " in_)
    }
    if (where == "stack") {
        # The thread that owns the stack and passed the address has the name of the variable.
        for (k = 1; k <= 2 && it == ""; k++)
            if (maker[thread[k]] == block) {
                it = passed(born[thread[k]])
                in_ = birthplace[thread[k]]
            }
        owner = thread[1] == block ? 1 : thread[2] == block ? 2 : 0
        a = owner ? name_of(owner, "") : ""
        if (a != "" && (it == "" || a ~ "^" it "[.[]")) it = a
        if (owner && in_ == "") in_ = top[owner]
        if (it == "") it = name_of(1, "")
        if (it == "") it = name_of(2, "")
        if (in_ == "") in_ = block == "main" ? "main" : "a goroutine"
        return (it == "" ? "a variable" : it) ", on the stack of " in_
    }
    if (where == "heap" && origin ~ /^chan_(make|timer)_/) return "the channel made at " block
    it = name_of(1, "")
    if (it == "") it = name_of(2, "")
    if (where == "heap" && origin != "")
        return (it == "" ? "the" : it ", in the") " copy of a value that go() made at " block
    if (where == "heap")
        return (it == "" ? "a" : it ", in the") " heap block allocated at " block
    return it == "" ? "some memory" : it
}

# The function of a `static ... x`, if the source has such a line above the access.
function static_in(x,    k, i) {
    for (k = 1; k <= 2; k++)
        for (i = line[k] + 0; i > 0 && text(file[k], i) !~ /^[{}]/; i--)
            if (text(file[k], i) ~ "^[ \t]+static [^(]*[ *]" x " *[;,=[]") return top[k]
    return ""
}

# What would order the accesses, judged by their form. Access 1 writes, or 2 frees.
function hint(    x, y, w, r) {
    x = it == "" ? "it" : it
    w = thread[1]
    r = thread[2]
    if (does[2] == "free" || kind ~ /^heap-use/ || where == "heap" && origin ~ /^chan_(make|timer)_/)
        return "Nothing makes the last use happen before it is freed. Free it after wg_wait(), or after a" \
            " receive from the last goroutine that uses it."
    if (atomic[1] != atomic[2])
        return "One access is atomic, the other is not. All must be: declare " x " as atomic_int," \
            " or as another atomic type."
    if (held[1] != held[2])
        return (held[1] != "" && held[2] != "" ? "They hold different mutexes" : \
            "Only one of them holds a mutex") ", which orders nothing. Lock the same mutex around both."
    y = passed(born[r])
    if (where == "stack" && block == w && maker[r] == w && does[2] == "read" && y != "" && (y == x || out_of_scope()))
        return "The goroutine got the address of " y ", at line " line_of(born[r]) ", and " top[1] " goes on to" \
            (out_of_scope() ? " leave its scope" : " change it") ". Pass the value: `go(" outer[2] ", " y ")` gives" \
            " the goroutine a copy of its own."
    if (where == "heap" && maker[r] == w && does[2] == "read")
        return "Nothing makes one happen before the other: " top[1] " changes " x " after it was passed on." \
            " Change " x " before you pass it on by go() or over a channel, and do not use it afterwards."
    if (maker[w] == r && does[2] == "read")
        return "Nothing makes one happen before the other: " (r == "main" ? "main" : "the reader") " has started" \
            " the goroutine" in_line(born[w]) ", and does not wait for it. Start it by wg_go() and call wg_wait()" \
            " before you read; or let it send the value over a channel."
    if (maker[r] == w && does[2] == "read" && bare(text(file[2], line[2])) ~ /(while|for) *\(/)
        return "Nothing makes one happen before the other, and the loop may never see the new value. To stop a" \
            " goroutine, close a channel that it selects over: scripts/run quit-channel."
    if (maker[r] == w && does[2] == "read")
        return "Nothing makes one happen before the other: " top[1] " has started the goroutine" in_line(born[r]) \
            ", and goes on to change " x ". Set it before go(), or send it over a channel."
    if (does[1] == "write" && does[2] == "write")
        return "Nothing makes one happen before the other: the value that remains is a matter of chance. Let one goroutine" \
            " own " x " and send it the values over a channel; or guard it by a mutex."
    if (does[1] != "read" && does[2] != "read")
        return "Nothing makes one happen before the other: both may start from the same old value, and one" \
            " change is lost. Let one goroutine own " x " and send it the changes over a channel; or guard it by" \
            " a mutex; or make it atomic, if it is a single number."
    return "Nothing makes one happen before the other. Pass the value over a channel; or guard " x " by a mutex" \
        " wherever it is used; or call wg_wait() between the two."
}

# Whether the write to the stack does not name `it`: another variable has its place by
# now.
function out_of_scope() {
    return where == "stack" && via[1] != ""
}

function in_line(place) {
    return line_of(place) == "" ? "" : " at line " line_of(place)
}

# ===== How it looks ==========================================================

function show(    i, j, k, best, told, w) {
    for (i = 1; i <= races && i <= 12; i++) {
        best = 0
        for (j = 1; j <= races; j++)
            if (!(j in shown) && (!best || seen[j] > seen[best])) best = j
        shown[best] = 1
        fill("", "race on " head[best] " (seen in " seen[best] " of " runs " run" (runs == 1 ? ")" : "s)"))
        for (k = 1; k <= 2; k++) {
            w = who[best, k]
            if (k == 2 && w == who[best, 1] && w !~ /^main/) sub(/^[a-z]+/, "another", w)
            printf "    %s %s: %s\n", w, act[best, k], at[best, k]
            if (says[best, k] != "" && (k == 1 || at[best, 1] != at[best, 2]))
                printf "        %s\n", squeeze(says[best, k])
        }
        fill("    ", advice[best] == told ? "As above." : advice[best])
        told = advice[best]
        print ""
    }
    if (races > 12) printf "... and %d more.\n\n", races - 12
    for (i = 1; i <= n_others; i++) printf "ThreadSanitizer also reports: %s\n\n", other[i]
    print races + n_others >counts
}

function squeeze(s) {
    gsub(/[ \t]+/, " ", s)
    sub(/^ /, "", s)
    return length(s) > 90 ? substr(s, 1, 87) "..." : s
}

# Prints lines of up to 78 columns. The first is bold if it has no indent.
function fill(indent, s,    m, word, i, out) {
    m = split(s, word, " ")
    for (i = 1; i <= m; i++) {
        if (out != "" && length(indent out) + length(word[i]) + 1 > 78) {
            print (indent == "" ? bold : "") indent out plain
            out = ""
        }
        out = out (out == "" ? "" : " ") word[i]
    }
    print (indent == "" ? bold : "") indent out plain
}
