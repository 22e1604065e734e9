# Summarizes ThreadSanitizer's reports for scripts/race: each race once, in words, then locks in
# opposite orders, other reports, and crashes.
# It reads a line `@run N PAUSES` before the reports of each run. PAUSES is the number that
# determines the random pauses of this run, or 0. `runs` is the number of
# runs. The environment has RACE_HERE, the folder that is left out of paths,
# RACE_COUNT, the file for the number of races, and RACE_CRASHES, the file for crashes.

# ===== What a report says ====================================================
# An access, 1 or 2: does[] is the kind of access, thread[] its thread, top[] its function,
# file[] and line[] its place. outer[] is the function that the goroutine runs, via[] the
# function of the header or the C library that it was in, held[] the mutexes that it held.
#
# Other reports have stacks, from 1 to stacks: of_thread[] is the thread, locks[] the mutex that is
# locked there, depth[] the number of lines in the program's own files, and stack_name[] and
# stack_place[] are their functions and places. In a mutex report pairs follow each other: the lock
# that is taken, then the one that is held.

BEGIN {
    here = ENVIRON["RACE_HERE"]
    counts = ENVIRON["RACE_COUNT"]
    crashes = ENVIRON["RACE_CRASHES"]
    not_a_variable = "^(auto|bool|break|case|char|const|continue|default|do|double|else|enum|" \
        "extern|float|for|goto|if|int|long|register|return|short|signed|sizeof|static|struct|" \
        "switch|typedef|union|unsigned|void|volatile|while|size_t|true|false|u?int[0-9]+_t)$"
}

/^@run / {
    run = $2
    pauses = $3 + 0
    next
}

/^==================$/ || /^==[0-9]+==ABORTING$/ {
    if (kind != "") record()
    kind = ""
    next
}

/^==[0-9]+==ERROR: ThreadSanitizer: / {
    if (kind != "") record()
    kind = "crash " $3
    address = $0 ~ / on unknown address / ? $7 : ""
    n = stacks = 0
    begin_stack(match($0, / T[0-9]+\)$/) ? substr($0, RSTART + 1, RLENGTH - 2) : "?")
    next
}

/^==[0-9]+==The signal is caused by a (READ|WRITE) / { does[1] = tolower($7) }
/^==[0-9]+==Hint: address points to the zero page/ { does[1] = does[1] " null" }

/^WARNING: ThreadSanitizer: / {
    kind = $0
    sub(/^WARNING: ThreadSanitizer: /, "", kind)
    sub(/ \(pid=[0-9]+\).*/, "", kind)
    n = stacks = 0
    where = block = origin = ""
    begin_stack("?")
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

/^  Mutex M[0-9]+ (\([^)]*\) )?acquired here while holding mutex M[0-9]+ / {
    begin_stack(/ in main thread/ ? "main" : match($0, / in thread T[0-9]+/) ? \
        substr($0, RSTART + 11, RLENGTH - 11) : "?")
    locks[stacks] = $2
    begin_stack(of_thread[stacks])
    locks[stacks] = $0
    sub(/.*holding mutex /, "", locks[stacks])
    sub(/ .*/, "", locks[stacks])
    stack_now = stacks - 1
    next
}

/^  Mutex M[0-9]+ (\([^)]*\) )?previously acquired by the same thread here/ {
    stack_now = stacks
    part = "stack"
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
    if (part == "stack" && ours) {
        depth[stack_now]++
        stack_name[stack_now, depth[stack_now]] = name
        stack_place[stack_now, depth[stack_now]] = place
    } else if (part == "access" && ours) {
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

function begin_stack(thread) {
    part = "stack"
    stack_now = ++stacks
    depth[stacks] = 0
    of_thread[stacks] = thread
    locks[stacks] = does[1] = ""
}

# One line of a stack: name of the function, path, number and col of the place. `ours` is
# set if the line belongs neither to the header nor to the C library.
function frame(    s) {
    s = $0
    sub(/^ *#[0-9]+ /, "", s)
    sub(/ \(BuildId: [^)]*\)$/, "", s)
    library = s ~ / \((lib(c|m|tsan|pthread)|ld-)[^()]*\+0x[0-9a-f]+\)$/
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
    ours = !library && path != "<null>" && path !~ /(^|\/)(chan|chan_lab|chan_tsan)\.h$|scripts\/lib\/race\.c$/ && path !~ /libsanitizer/
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
        record_other()
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
    if (!(race in first_pauses) || pauses == 0) first_pauses[race] = pauses
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
        at[race, k] = file[k] == "?" ? "ThreadSanitizer has forgotten where" : marked(spots[k])
        says[race, k] = text(file[k], line[k])
    }
}

# A report that is no race: its title, and its lines.
function record_other(    k, said, title) {
    title = title_of()
    said = kind ~ /^lock-order/ && stacks > 1 ? orders() : trail(kind ~ /^crash/ ? 1 : stacks)
    k = title SUBSEP said
    if (!(k in other_of)) {
        other_of[k] = ++n_others
        other[n_others] = title
        other_says[n_others] = said
        is_crash[n_others] = kind ~ /^crash/
        is_order[n_others] = kind ~ /^lock-order/
    }
    k = other_of[k]
    if (other_run[k] != run) other_seen[k]++
    other_run[k] = run
}

function title_of(    s) {
    if (kind ~ /^lock-order/) return "locks taken in opposite orders: a possible deadlock"
    if (kind !~ /^crash/) return kind
    s = substr(kind, 7)
    if (s == "stack-overflow") return "the stack overflowed"
    if (s == "FPE") return "a division by zero, or one that overflows (SIGFPE)"
    if (s == "SEGV") s = "SIGSEGV"
    else if (s == "BUS" || s == "ILL" || s == "ABRT" || s == "TRAP") s = "SIG" s
    if (does[1] ~ / null/) return "a " (does[1] ~ /^read/ ? "read" : "write") " through a null pointer (" s ")"
    if (does[1] != "" && address != "") return "a " does[1] " at the wrong address " address " (" s ")"
    return s
}

# The first lines of a stack, in the program's own files.
function trail(k,    i, said, shown) {
    for (i = 1; i <= depth[k] && shown < 4; i++) {
        if (i > 1 && stack_place[k, i] == stack_place[k, i - 1]) continue
        said = said (shown++ ? "called in " : "in ") stack_name[k, i] ": " marked(stack_place[k, i]) "\n" \
            source_at(stack_place[k, i])
    }
    return said
}

function source_at(place,    s) {
    s = squeeze(text(path_of(place), line_of(place)))
    return s == "" ? "" : "    " s "\n"
}

# Of each goroutine the lock that it holds, and the one that it takes.
function orders(    k, said) {
    split("", letter)
    letters = 0
    for (k = 2; k < stacks; k += 2) {
        said = said runner(of_thread[k], depth[k] ? stack_name[k, depth[k]] : "") \
            " locks " letter_of(locks[k + 1])
        said = said ", then " letter_of(locks[k]) ":\n" \
            lock_line(k + 1, letter_of(locks[k + 1])) lock_line(k, letter_of(locks[k]))
    }
    return said
}

function letter_of(lock) {
    if (!(lock in letter)) letter[lock] = substr("ABCDEFGHIJ", ++letters, 1)
    return letter[lock]
}

function lock_line(k, letter,    said) {
    if (!depth[k]) return "    " letter " at a place that ThreadSanitizer has forgotten\n"
    said = "    " letter " in " stack_name[k, 1] ": " marked(stack_place[k, 1]) "\n    " source_at(stack_place[k, 1])
    if (depth[k] == 1) return said
    return said "      called in " stack_name[k, 2] ": " marked(stack_place[k, 2]) "\n    " source_at(stack_place[k, 2])
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

# A thread by its function, if that is known.
function runner(id, f) {
    if (id == "main") return "main"
    return (text(path_of(born[id]), line_of(born[id])) ~ /pthread_create|thrd_create/ ? "thread " : "goroutine ") \
        (f == "" ? id : f)
}

function actor(k,    s) {
    s = runner(thread[k], outer[k])
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
    if (where == "heap" && origin ~ /^chan_(make|timer)_/) return "the channel made at " marked(block)
    it = name_of(1, "")
    if (it == "") it = name_of(2, "")
    if (where == "heap" && origin != "")
        return (it == "" ? "the" : it ", in the") " copy of a value that go() made at " marked(block)
    if (where == "heap")
        return (it == "" ? "a" : it ", in the") " heap block allocated at " marked(block)
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

# A place in a text that is printed later by located().
function marked(place) { return "\001" place "\002" }

# The same with its places. A report names a file once, and then only the line, or the file's name
# if it named another one in between.
function located(s,    place, path, shown, before, after) {
    while (match(s, /\001[^\002]*\002/)) {
        before = substr(s, 1, RSTART - 1)
        place = substr(s, RSTART + 1, RLENGTH - 2)
        after = substr(s, RSTART + RLENGTH)
        path = path_of(place)
        shown = place
        if (path in is_named) shown = path == last_path && line_of(place) != "" ? "line " line_of(place) : base_of(place)
        is_named[path] = 1
        last_path = path
        s = before shown after
    }
    return s
}

function base_of(place) {
    sub(/.*\//, "", place)
    return place
}

function begin_report() {
    split("", is_named)
    last_path = ""
}

function times(n) { return "seen in " n " of " runs " run" (runs == 1 ? "" : "s") }

function show(    i, j, k, best, told, w, s) {
    for (i = 1; i <= races && i <= 12; i++) {
        best = 0
        for (j = 1; j <= races; j++)
            if (!(j in shown) && (!best || seen[j] > seen[best])) best = j
        shown[best] = 1
        begin_report()
        s = first_pauses[best] ? ", all with pauses: CHAN_PAUSES=" first_pauses[best] : ""
        fill("", located("race on " head[best]) " (" times(seen[best]) s ")")
        for (k = 1; k <= 2; k++) {
            w = who[best, k]
            if (k == 2 && w == who[best, 1] && w !~ /^main/) sub(/^[a-z]+/, "another", w)
            show_line("    ", w " " act[best, k] ": " located(at[best, k]))
            if (says[best, k] != "" && (k == 1 || at[best, 1] != at[best, 2]))
                print "        " squeeze(says[best, k])
        }
        fill("    ", advice[best] == told ? "As above." : advice[best])
        told = advice[best]
        print ""
    }
    if (races > 12) printf "... and %d more.\n\n", races - 12
    for (i = 1; i <= n_others; i++) if (!is_crash[i]) show_other(i, "")
    for (i = 1; i <= n_others; i++) if (is_crash[i]) show_other(i, crashes)
    k = races + 0
    for (i = 1; i <= n_others; i++) k += !is_crash[i]
    print k >counts
}

# Prints a report that is no race, to a file or to standard output.
function show_other(i, file,    m, k, line, s) {
    begin_report()
    s = (is_crash[i] ? "crash: " : "") other[i] " (" times(other_seen[i]) ")"
    if (file == "") fill("", s)
    else print s >file
    m = split(other_says[i], line, "\n")
    for (k = 1; k < m; k++) {
        if (file == "") show_line("    ", located(line[k]))
        else print "    " located(line[k]) >file
    }
    if (is_order[i])
        fill("    ", "If each of them holds its first lock, each waits for the other forever. Lock them" \
            " in the same order everywhere.")
    if (file == "") print ""
}

# A line that may be too long: what follows the last colon and space goes to the next one.
function show_line(indent, s,    i) {
    if (length(indent s) > 79 && match(s, /: [^ ]*$/)) {
        print indent substr(s, 1, RSTART)
        s = "    " substr(s, RSTART + 2)
    }
    print indent s
}

function squeeze(s) {
    gsub(/[ \t]+/, " ", s)
    sub(/^ /, "", s)
    return length(s) > 66 ? substr(s, 1, 63) "..." : s
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
