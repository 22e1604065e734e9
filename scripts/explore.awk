# scripts/explore.awk -- the driver of scripts/explore, which has built the
# program and set up a folder to work in: has it run, batch after batch, and
# tells what came of it.
#
# A choice is a line of CHAN_CHOICES, `run 3 of 1* 3 4    # 3 worker: ...`. The
# usual choice is the first of its list, or 0 of a `pick`: what the program takes
# by itself where no schedule says otherwise.

BEGIN {
    work = ENVIRON["explore_work"]
    name = ENVIRON["explore_name"]
    again = ENVIRON["explore_again"]
    orders = ENVIRON["explore_how"] == "orders"
    usual_order = "who runs goes on until it waits, then the first created."
    longest = 20000 # log of choices that we read
    unit = orders ? "order" : "seed"
    cores = ENVIRON["explore_cores"]
    began = now = ENVIRON["explore_began"]
    # Whole seconds, so up to one more than we were given, but never less.
    given = ENVIRON["explore_time"]
    deadline = given == "" ? 0 : began + given + 1
    split(ENVIRON["explore_colours"], colour, "/")
    if (orders) try_orders()
    else try_seeds()
    if (!logged && ran) {
        print "scripts/explore: " name " wrote no choices: is it compiled with -DCHAN_LAB?" \
            >"/dev/stderr"
        exit 2
    }
    report()
    exit failed ? 1 : stopped == "time" ? 124 : 0
}

# ---- runs ------------------------------------------------------------------

# Whether our time is over. Who has stopped us wants to hear nothing more.
function over() {
    if ((getline nothing < (work "/stop")) >= 0) exit 143
    if (deadline && now >= deadline) stopped = "time"
    return stopped == "time"
}

# These seeds, or the orders in the files of these numbers: fills status[] and
# checked[]. A batch that our time has cut short lacks some.
function batch(how, from, to, seed,    lane, line, word, file, code) {
    split("", status)
    if (over()) return
    code = system("exec " quoted(ENVIRON["explore_limited"]) " " \
        (deadline ? deadline - now : 1000000) " " \
        quoted(ENVIRON["explore_script"]) " --batch " how " " from " " to " " seed)
    # Interrupted: what has failed then says nothing about the program.
    if (code && code != 124) exit 143
    for (lane = 0; lane < cores; lane++) {
        file = work "/run/results." lane
        while ((getline line < file) > 0)
            if (split(line, word, " ") == 3) {
                status[word[1]] = word[2]
                checked[word[1]] = word[3]
            }
        close(file)
    }
    line = ""
    getline line < (work "/run/time")
    close(work "/run/time")
    if (line != "") {
        # So many at a time that it takes about a second.
        if (line - now < 1 && size < 32 * cores) size *= 2
        if (line - now > 1 && size > cores) size = int(size / 2)
        now = line
    } else {
        now = deadline
        over()
        stopped = "time"
    }
}

# What run N came to: kind and message, of which kind is "" if all went well;
# text, the output; said[1..saids] and last, of its standard error.
function look(n,    file, code) {
    file = work "/run/" n
    text = contents(file ".out")
    errors(file ".err")
    code = status[n]
    kind = message = ""
    if (code == 134) {
        kind = "panicked"
        message = panic != "" ? panic : last
    } else if (code == 3 && asleep) {
        kind = "got stuck"
        message = asleep
    } else if (code == 4 && leaks) {
        kind = "leaked"
        message = leaks
    } else if (code == 124 || code == 137)
        kind = "ran longer than " ENVIRON["explore_limit"] " s"
    else if (code == 153)
        # In virtual time even who only sleeps makes haste.
        kind = size_of(file ".choices") > 60000000 ? "went on making choices forever" : \
            "wrote more than 64 MB"
    else if (code > 128) {
        kind = "ended by signal " code - 128
        message = last
    } else if (code) {
        kind = "ended with status " code
        message = last
    } else if (checked[n]) {
        kind = "did not pass the check"
        getline message < (file ".check")
        close(file ".check")
    }
    # What a check says may have numbers in it that change from run to run.
    key = kind SUBSEP (kind ~ /^did not pass/ ? "" : message)
}

# A file as one string; of more than 10,000 bytes the beginning, and a checksum.
function contents(file,    all, line, sum) {
    all = ""
    while ((getline line < file) > 0) {
        all = all line "\n"
        if (length(all) > 10000) {
            close(file)
            sum = "cksum <" quoted(file)
            sum | getline line
            close(sum)
            return substr(all, 1, 10000) "\n(all of it: " line ")\n"
        }
    }
    close(file)
    return all
}

function size_of(file,    wc, n) {
    wc = "wc -c <" quoted(file)
    wc | getline n
    close(wc)
    return n + 0
}

function errors(file,    line) {
    saids = 0
    last = panic = asleep = leaks = unrepeatable = unfit = ""
    while ((getline line < file) > 0) {
        if (line == "") continue
        if (sub(/^not redirected: /, "", line)) {
            unseen = one_of(unseen, line)
            continue
        }
        last = line
        if (saids < 1000) said[++saids] = line
        if (line ~ /^panic: /) panic = substr(line, 8)
        else if (line ~ /^goroutine [0-9]+ \(/) asleep = one_of(asleep, culprit(line))
        else if (line ~ /^leak: /) leaks = one_of(leaks, culprit(substr(line, 7)))
        else if (line ~ /^schedule no longer repeatable/) unrepeatable = line
        else if (line ~ /^schedule does not fit/) unfit = line
    }
    close(file)
    sub(/^schedule no longer repeatable:? */, "", unrepeatable)
}

# Who does what where, without what differs from order to order. Of
# goroutine 2 (worker), created by ...: send on c at s.c:12; other end: ...
# that is `worker: send on c at s.c:12`.
function culprit(line) {
    sub(/^goroutine [0-9]+ \([^)]*\), created by goroutine [0-9]+ at [^ ]*:/, "&\n", line)
    sub(/, created by goroutine .*:\n/, ":", line)
    gsub(/ \(other end: [^()]*(\([^()]*\)[^()]*)*\)/, "", line)
    sub(/; (other end|done by): .*/, "", line)
    sub(/, counter [0-9]+,/, ",", line)
    while (match(line, /goroutine [0-9]+ \([^)]*\)/))
        line = substr(line, 1, RSTART - 1) named(substr(line, RSTART, RLENGTH)) \
            substr(line, RSTART + RLENGTH)
    return line
}

# goroutine 2 (worker): worker
function named(s) {
    gsub(/^[^(]*\(|\)$/, "", s)
    return s
}

function one_of(list, item) {
    if (index("; " list "; ", "; " item "; ")) return list
    return list (list == "" ? "" : "; ") item
}

# Enters what look() has found. RECIPE is the schedule that leads to it.
function enter(n, label, recipe) {
    ran++
    if (choices(work "/run/" n ".choices") >= 0) logged = 1
    if (unrepeatable != "") {
        unrepeatables++
        why = one_of(why, unrepeatable)
        if (unrepeatables <= 5) unrepeatable_labels = unrepeatable_labels " " label
    } else
        enter_output(label, recipe)
    if (kind == "") return
    failed++
    if (!(key in fails)) {
        failing[++failings] = key
        fails[key] = 0
        fail_first[key] = label
        fail_recipe[key] = recipe
        fail_message[key] = message
    }
    if (++fails[key] <= 5) fail_labels[key] = fail_labels[key] " " label
    if (unrepeatable != "") return
    # The shortest way to it, in which the number of choices is all that we know.
    if (N >= 0 && N <= longest && (!(key in way) || N < way_length[key])) {
        # Who was killed has not written down more than we know anyway.
        way[key] = N || recipe == "" ? joined(N) : recipe
        way_length[key] = N
        way_label[key] = label
    }
}

function enter_output(label, recipe,    what) {
    what = text SUBSEP status_of
    if (!(what in times)) {
        output[++outputs] = what
        output_text[what] = text
        output_status[what] = status_of
        first[what] = label
        first_recipe[what] = recipe
    }
    times[what]++
}

# ---- choices ---------------------------------------------------------------

# Reads a log of choices into C[1..N]. N is -1 if there is none, and at most
# `longest` and one: the rest is not worth our time.
function choices(file,    line, got, lines) {
    N = 0
    while ((got = (getline line < file)) > 0 && N <= longest && lines++ < 10 * longest)
        if (line ~ /^(run|pick) /) C[++N] = line
    if (got < 0) N = -1
    else close(file)
    return N
}

function joined(n,    i, all) {
    all = ""
    for (i = 1; i <= n; i++) all = all C[i] "\n"
    return all
}

# Takes one choice apart: took, usual and other[1..others], what there was beside
# the usual one, in words as a schedule has them: `run 3`, `pick 1`. To take one of
# these is held to be a preemption where the one that had the turn could go on.
function parse(line,    word, n, i) {
    sub(/[ \t]*#.*/, "", line)
    n = split(line, word, " ")
    took = word[1] " " word[2]
    others = held = 0
    if (word[1] == "pick") {
        usual = "pick 0"
        for (i = 1; i < word[4]; i++) other[++others] = "pick " i
        return
    }
    for (i = 4; i <= n; i++) {
        if (sub(/\*$/, "", word[i])) held = 1
        if (i > 4) other[++others] = "run " word[i]
    }
    usual = "run " word[4]
}

# ---- seeds -----------------------------------------------------------------

function try_seeds(    from, to, end, n) {
    from = ENVIRON["explore_from"] + 0
    wanted = ENVIRON["explore_seeds"] + 0
    end = from + wanted - 1
    for (size = 4 * cores; from <= end && !over(); from = to + 1) {
        to = from + size - 1
        if (to > end) to = end
        batch("seeds", from, to)
        for (n = from; n <= to; n++)
            if (n in status) {
                look(n)
                status_of = status[n]
                enter(n, n, "")
            }
        progress(ran " of " wanted " seeds")
    }
    progress("")
}

# ---- all orders ------------------------------------------------------------

# Every order is the usual one, or begins as some order before it, departs from
# that by one choice, later than where that departed last, and goes on as usual.
# So each comes once, and those of few departures first.
function try_orders(    n, i, most) {
    most = ENVIRON["explore_most"] + 0
    size = 4 * cores
    for (begin_orders(ENVIRON["explore_preemptions"] + 0); pending && ran < most && !over();) {
        n = play_orders(most - ran)
        for (i = 1; i <= n; i++)
            if (i in status) {
                look(i)
                status_of = status[i]
                enter(i, ran + 1, recipe[i])
                if (N > longest) endless++
                else if (followed(i)) append(i)
                else if (unrepeatable == "") astray++
            }
        if (!pending) pending = next_order()
        progress(ran " orders")
    }
    if (pending && !stopped) stopped = "limit"
    progress("")
}

# Those with at most so many preemptions, from the usual one on.
function begin_orders(preemptions) {
    bound = preemptions
    tail = at = new_length = new_held = new_departures = 0
    head = pending = 1
    new_recipe = ""
}

# A batch of the next orders, of at most so many; returns how many.
function play_orders(most, seed,    n) {
    n = 0
    do {
        recipe[++n] = new_recipe
        depth[n] = new_length
        held_up[n] = new_held
        departures[n] = new_departures
        printf "%s", new_recipe >(work "/schedule/" n)
        close(work "/schedule/" n)
        pending = next_order()
    } while (pending && n < size && n < most)
    batch("orders", 1, n, seed)
    return n
}

# Whether the run took the choices it was given, and then the usual ones.
function followed(i,    want, n, k) {
    if (unrepeatable != "" || N < depth[i]) return 0
    n = split(recipe[i], want, "\n")
    for (k = 1; k <= N; k++) {
        parse(C[k])
        if (took != (k <= depth[i] ? want[k] : usual)) return 0
    }
    return 1
}

# Keeps the run in C[] for later, if another order departs from it.
function append(i,    k, all, any) {
    all = ""
    for (k = 1; k <= N; k++) {
        if (k > depth[i] && !any) {
            parse(C[k])
            any = others && held_up[i] + held <= bound
        }
        sub(/[ \t]*#.*/, "", C[k])
        all = all C[k] "\n"
    }
    if (!any) return
    queue[++tail] = all
    queue_depth[tail] = depth[i]
    queue_held[tail] = held_up[i]
    queue_departures[tail] = departures[i]
}

# The next one to try, into new_recipe and what goes with it; 0 if there is none.
function next_order() {
    for (; head <= tail; head++) {
        if (at == 0) {
            lines = split(queue[head], H, "\n") - 1
            stem = ""
            for (at = 1; at <= queue_depth[head]; at++) {
                parse(H[at])
                stem = stem took "\n"
            }
            turn = 0
        }
        for (; at <= lines; at++) {
            parse(H[at])
            if (turn < others && queue_held[head] + held <= bound) {
                new_recipe = stem other[++turn] "\n"
                new_length = at
                new_held = queue_held[head] + held
                new_departures = queue_departures[head] + 1
                return 1
            }
            stem = stem took "\n"
            turn = 0
        }
        delete queue[head]
        at = 0
    }
    return 0
}

# ---- the shortest way to a failure -----------------------------------------

# Takes L[1..LN] as the way, measured in what it departs in from the usual one.
function adopt(    i) {
    departs = preempts = end = 0
    for (i = 1; i <= LN; i++) {
        parse(L[i])
        if (took == usual) continue
        departure[++departs] = i
        preempts += held
        end = i
    }
}

# Tries the schedules trial[1..trials]; adopts the best of those that fail in the
# same way, if it is better than what we have. Returns whether it is.
function try(    i, k, better, d, e, best_d, best_e) {
    for (i = 1; i <= trials; i++) {
        printf "%s", trial[i] >(work "/schedule/" i)
        close(work "/schedule/" i)
    }
    batch("orders", 1, trials, orders ? "" : way_label[target])
    replays += trials
    best_d = departs
    best_e = end
    for (i = 1; i <= trials; i++) {
        if (!(i in status)) continue
        look(i)
        if (key != target || unrepeatable != "") continue
        choices(work "/run/" i ".choices")
        d = e = 0
        for (k = 1; k <= N; k++) {
            parse(C[k])
            if (took != usual) {
                d++
                e = k
            }
        }
        if (d > best_d || d == best_d && e >= best_e) continue
        best_d = d
        best_e = e
        better = 1
        LN = N
        for (k = 1; k <= N; k++) L[k] = C[k]
    }
    trials = 0
    if (better) adopt()
    return better
}

# A trial that is the way up to choice TO, with departures A to B replaced by the
# usual choice or, if CUT, left out.
function attempt(to, a, b, cut,    i, s) {
    s = ""
    for (i = 1; i <= to; i++) {
        parse(L[i])
        if (a && i >= departure[a] && i <= departure[b] && took != usual) {
            if (cut) continue
            took = usual
        }
        s = s took "\n"
    }
    trial[++trials] = s
}

function time_left() {
    return replays < 200 && now < shrink_until && !over()
}

# First the shortest beginning that still fails; then, in ever smaller pieces,
# the usual choices in place of others.
function shrink(    i, step, piece, limit) {
    limit = 16
    shrink_until = now + 20
    trials = 0
    do {
        step = int((departs + limit - 1) / limit)
        if (step < 1) step = 1
        for (i = 0; i < departs; i += step) attempt(i ? departure[i] : 0)
    } while (trials && try() && step > 1 && time_left())
    for (piece = int((departs + 1) / 2); piece >= 1 && time_left();) {
        for (i = departs; i >= 1 && trials < 32; i -= piece) {
            attempt(end, i - piece + 1 < 1 ? 1 : i - piece + 1, i)
            if (piece == 1) attempt(end, i, i, 1)
        }
        if (trials && try() && departs) {
            if (piece > departs) piece = departs
        } else
            piece = piece > 1 ? int((piece + 1) / 2) : 0
    }
}

# It may have ended where no single step leads further, so then from the other
# side: the orders with fewer departures, as far as they are soon tried.
function search(preemptions, most,    n, i) {
    begin_orders(preemptions)
    while (pending && most > 0 && new_departures < departs && now < shrink_until && !over()) {
        n = play_orders(most, orders ? "" : way_label[target])
        most -= n
        replays += n
        for (i = 1; i <= n; i++) {
            if (!(i in status)) continue
            look(i)
            choices(work "/run/" i ".choices")
            if (key == target && unrepeatable == "" && departures[i] < departs) {
                for (LN = 1; LN <= N; LN++) L[LN] = C[LN]
                LN = N
                adopt()
                return
            }
            if (N <= longest && followed(i)) append(i)
        }
        if (!pending) pending = next_order()
    }
}

# Explains the failure that we know the shortest way to; one without an end, which
# takes long to repeat, only if there is no other.
function explain(    i, k, slow, best) {
    best = ""
    for (slow = 0; slow <= 1 && best == ""; slow++)
        for (i = 1; i <= failings; i++) {
            k = failing[i]
            if ((k in way) && (slow || k !~ /^(ran|went|wrote) /) && \
                (best == "" || way_length[k] < way_length[best])) best = k
        }
    if (best == "") return
    target = best
    LN = split(way[target], L, "\n") - 1
    adopt()
    print ""
    replays = 0
    attempt(LN)
    departs++ # so that it is adopted if it fails
    if (try()) {
        shrink()
        if (!orders) {
            search(0, 150)
            search(1, 150)
        }
        tell()
    } else
        print bold("How it fails") " is not known: " (over() ? "no time was left." : \
            "its choices, as far as it wrote them down, do not repeat it.")
}

function tell(    file, i, same, part) {
    file = "/" name ".schedule"
    system("mkdir -p " quoted(ENVIRON["explore_folder"]))
    split(target, part, SUBSEP)
    save(file, "# " again " " part[1] \
        (fail_message[target] == "" ? "" : ": " fail_message[target]))
    # Once more, as the file has it: for its last words, and to be sure.
    trial[trials = 1] = ""
    for (i = 1; i <= end; i++) {
        parse(L[i])
        trial[1] = trial[1] took "\n"
    }
    printf "%s", trial[1] >(work "/schedule/1")
    close(work "/schedule/1")
    batch("orders", 1, 1, orders ? "" : way_label[target])
    same = 1 in status
    if (same) {
        look(1)
        same = key == target
    }
    if (!LN)
        print bold("How it fails:") " always; there is nothing to choose."
    else if (!departs)
        print bold("How it fails:") " in the usual order: " usual_order
    else {
        print bold("How it fails:") " the shortest order known departs from the usual one by " \
            count(departs, "choice") " (>),"
        print count(preempts, "preemption") " among them. Otherwise " usual_order
    }
    words()
    if (same && saids) {
        print "Its last words:"
        for (i = saids > 12 ? saids - 11 : 1; i <= saids; i++) print "    " short(said[i], 1, 500)
    }
    if (1 in status && !same) print "It does not always fail in this order."
    print "Again by: " command("CHAN_SCHEDULE=" \
        shell_word(ENVIRON["explore_shown"] file), target)
}

function save(file, title,    i, path) {
    path = ENVIRON["explore_folder"] file
    print title >path
    for (i = 1; i <= end; i++) print L[i] >path
    close(path)
}

# The choices of the run in words. Of many, those that are unusual, the one before
# each, and the last ten.
function words(    i, j, what, left, seen) {
    called[1] = "main"
    for (i = 1; i <= LN; i++) {
        parse(L[i])
        seen[i] = LN <= 40 || i > LN - 10 || took != usual
        if (took != usual) seen[i - 1] = 1
        what = comment(L[i])
        if (took ~ /^run / && sub(/^[0-9]+ /, "", what) && sub(/:.*/, "", what))
            called[substr(took, 5)] = what
    }
    for (i = 1; i <= LN; i++) {
        if (!seen[i]) {
            left++
            continue
        }
        if (left) print "         ... " count(left, "usual choice")
        left = 0
        parse(L[i])
        what = comment(L[i])
        if (what == "") what = took
        j = substr(usual, 5)
        if (took == usual)
            j = ""
        else if (took ~ /^pick /)
            what = what "    (draws " substr(took, 6) " of 0 to " others ")"
        else if (L[i] ~ (" of " j "\\*"))
            what = what "    (not " goroutine(j) ", who could go on)"
        else
            what = what "    (before " goroutine(j) ")"
        printf "  %s %4d. %s\n", (took == usual ? " " : ">"), i, what
    }
}

function comment(line) {
    return sub(/^[^#]*# */, "", line) ? line : ""
}

function goroutine(n) {
    return n (n in called ? " " called[n] : "")
}

# ---- the report ------------------------------------------------------------

function report(    i, k, part) {
    print bold(name) ": " headline()
    show_outputs()
    if (unrepeatables) {
        print "  " count(unrepeatables, unit) " cannot be repeated, and not counted above: " why
        print "      " labels(unrepeatable_labels, unrepeatables)
    }
    if (astray)
        print "  " count(astray, "order") " went astray: the program does not always do the same"
    if (endless)
        print "  " count(endless, "order") " of more than " longest \
            " choices: not tried is what departs from them"
    if (unseen != "")
        print "  not tried is what these calls might do otherwise, which the laboratory does not redirect: " \
            unseen
    if (!failed) {
        print "  " colour[3] "no failure" colour[4]
        return
    }
    for (i = 1; i <= failings; i++) {
        k = failing[i]
        split(k, part, SUBSEP)
        if (i == 11) {
            print "  ... " failings - 10 " more kinds of failure"
            break
        }
        print "  " colour[2] count(fails[k], unit) " " part[1] colour[4] \
            (fail_message[k] == "" ? "" : ": " short(fail_message[k], 1, 160))
        print "      " labels(fail_labels[k], fails[k])
        print "      " example(fail_first[k], fail_recipe[k], k)
    }
    explain()
}

function headline(    s, from) {
    if (!orders) {
        from = ENVIRON["explore_from"] + 0
        s = wanted == 1 ? "seed " from : "seeds " from " to " from + wanted - 1
        if (stopped) s = s ", stopped after " count(given, "second") " and " \
            count(ran, "seed")
        return s
    }
    if (!stopped)
        return count(ran, "order") ", all with at most " count(bound, "preemption")
    s = "stopped after " (stopped == "time" ? count(given, "second") " and " : "") \
        count(ran, "order")
    # All that begins as those before the head of the queue do has been tried.
    return s ": all with at most " count(bound, "preemption") " and " \
        count(queue_departures[head] + 0, "choice") " other than usual, and some more"
}

function show_outputs(    i, j, best, done, shown, ranked) {
    if (!outputs) return
    print "  " (outputs == 1 ? "always the same output" : outputs " different outputs")
    for (shown = 1; shown <= outputs && shown <= 10; shown++) {
        best = 0
        for (i = 1; i <= outputs; i++)
            if (!(i in done) && (!best || times[output[i]] > times[output[best]])) best = i
        done[best] = 1
        ranked[shown] = best
    }
    for (j = 1; j < shown; j++) {
        i = output[ranked[j]]
        printf "  %7d  %s\n", times[i], example(first[i], first_recipe[i])
        printf "           %s\n", differing(i, output[ranked[j > 1 || outputs == 1 ? 1 : 2]])
    }
    if (outputs > 10) print "      ... " outputs - 10 " more"
}

# The first line of output A that is another one in B, from where it differs on.
function differing(a, b,    x, y, m, n, i, k, s) {
    s = output_status[a] ? "status " output_status[a] ", " : ""
    m = split(output_text[a], x, "\n")
    n = split(output_text[b], y, "\n")
    if (output_text[a] == output_text[b])
        return s (output_text[a] == "" ? "no output" : "line 1: " short(x[1], 1))
    for (i = 1; i <= m && i <= n && x[i] == y[i];) i++
    if (i >= m) return s "ends after line " m - 1
    k = 1
    while (k <= length(x[i]) && substr(x[i], k, 1) == substr(y[i], k, 1)) k++
    return s "line " i ": " short(x[i], k)
}

# One line in short, of which byte K must be seen. A letter of several bytes is not
# cut in half.
function short(s, k, most) {
    if (!most) most = 66
    gsub(/[\001-\037\177]/, "?", s)
    if (k > most - 20) {
        s = substr(s, k - 20)
        sub(/^[\200-\277]+/, "", s)
        s = "... " s
    }
    if (length(s) <= most) return s
    s = substr(s, 1, most - 4)
    sub(/[\300-\377][\200-\277]*$/, "", s)
    return s " ..."
}

function labels(list, n) {
    sub(/^ /, "", list)
    return (n == 1 ? unit " " : unit "s ") list (n > 5 ? " ..." : "")
}

# The command that repeats it, of a seed or, of an order, with its schedule.
function example(label, recipe, key,    file) {
    if (!orders) return command("CHAN_SEED=" label, key)
    if (recipe == "") return command("CHAN_SEED=first", key)
    # The program itself may be called NAME, in the same folder.
    file = "/" name ".orders/" label ".schedule"
    system("mkdir -p " quoted(ENVIRON["explore_folder"] "/" name ".orders"))
    printf "%s", recipe >(ENVIRON["explore_folder"] file)
    close(ENVIRON["explore_folder"] file)
    return command("CHAN_SCHEDULE=" shell_word(ENVIRON["explore_shown"] file), key)
}

function command(setting, key,    s) {
    s = (key ~ /^leaked/ ? "CHAN_LEAKS=1 " : "") setting " " again
    return s (key ~ /^did not pass/ ? " | sh -c" ENVIRON["explore_quoted"] : "")
}

function count(n, what) {
    return n " " what (n == 1 ? "" : "s")
}

function bold(s) {
    return colour[1] s colour[4]
}

function quoted(s) {
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

function shell_word(s) {
    return s ~ /[^A-Za-z0-9_.\/:=,+%@-]/ ? quoted(s) : s
}

function progress(s) {
    if (ENVIRON["explore_terminal"] != "yes") return
    printf "\r%-60s\r", s (s != "" && failed ? ", " failed " failed" : "") >"/dev/stderr"
}
