# header.awk -- the rules of common/chan.h beside .clang-format: one statement a line.
#
#     awk -v lines=N -f code.awk -f header.awk chan.h
#
# Prints each line with two statements, a comma operator, a `?:` whose value is not
# used, or more than 100 columns. Prints each hook that is not a line of its own between
# two statements, each function of more than 30 lines, and a file of more than `lines`.
# The status is 1 if there is any. A macro must often be an expression, so it may have
# comma operators.

function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    found = 1
}

# The kind of a bracket: a block of statements, a head (of if, for, ...), a group, or a
# call's arguments or a list, in which a comma is no operator.
function opens(c) {
    depth++
    if (c == "(") {
        if (last ~ /^(if|while|switch|return)$/) kind[depth] = "head"
        else if (last == "for") kind[depth] = "for"
        else if (last ~ /^[]A-Za-z_0-9)"]+$/) kind[depth] = "list"
        else kind[depth] = kind[depth - 1] == "list" && attribute ? "list" : "group"
        attribute = last == "__attribute__"
    } else if (c == "[") {
        kind[depth] = "group"
    } else if (last ~ /^[],=(]$/ || kind[depth - 1] == "list" || is_enum \
        || (last == ")" && closed == "group")) {
        kind[depth] = "list"
    } else {
        kind[depth] = "block"
        is_type[depth] = first ~ /^(struct|union|static|_Alignas)$/
        begins()
    }
}

function closes() {
    closed = kind[depth]
    if (depth) depth--
}

# The next token begins a statement, or a declaration of several names.
function begins() {
    words = 0
    is_enum = declares = uses = 0
    may_be_hook = 1
}

function token(t,    was) {
    was = kind[depth]
    if (words == 0 && t !~ /^[{};]$/) first = t
    if (words == 1 && first ~ /^[A-Za-z_]/ && first !~ /^(return|else|do|goto|case)$/ && t ~ /^[A-Za-z_*]/)
        declares = 1
    if (t == "enum") is_enum = 1
    if (t ~ /^(return|case)$/ || (t == "=" && was == "block")) uses = 1
    if (t == "?" && was == "block" && !uses && !declares) complain("a `?:` as a statement")
    if (t == "," && (was == "group" || was == "head" || (was == "block" && !declares)))
        if (!in_macro) complain("a comma operator")
    if (t == "," && was == "for" && clause != 1) complain("a comma operator")
    if (t ~ /^(chan_hook_[a-z_]*|CHAN_LAB_|CHAN_TSAN_)$/ && !in_macro) hook(t)
    if (t != "for") words++
    if (t == "(" || t == "[" || t == "{") opens(t)
    else if (t == ")" || t == "]") closes()
    else if (t == "}") {
        closes()
        if (closed == "block") begins()
        if (closed == "block" && is_type[depth + 1]) declares = 1 # names may follow
    } else if (t == ";") {
        if (was == "for") clause++
        else {
            if (was == "block") statements++
            begins()
        }
    }
    if (t == "for") clause = 1
    last = t
}

# A hook is a line of its own, at a place where a statement may be left out.
function hook(name) {
    if (line !~ /^ *[a-zA-Z_]+\(.*\);? *$/ || index(line, name) != match(line, /[^ ]/) \
        || last !~ /^[;{}]?$/ && !after_hook)
        complain("a hook inside of something else")
    after_hook = 2
}

BEGIN { kind[0] = "block" }

{
    if (length($0) > 100) complain("more than 100 columns")
    line = code($0)
    starts_macro = line ~ /^#/
    if (starts_macro || in_macro) {
        in_macro = line ~ /\\$/
        n = gsub(/;/, ";", line)
        if (n > 1 && line !~ /for \(|struct \{/) complain("two statements")
        next
    }
    # A function begins with its name in column 1 and ends with a bracket there.
    if (line ~ /^[a-z_].*\(/ && depth == 0 && !head) head = FNR
    statements = 0
    rest = line
    while (rest != "") {
        if (match(rest, /^[ \t]+/)) { rest = substr(rest, RLENGTH + 1); continue }
        if (!match(rest, /^[A-Za-z_0-9]+/)) match(rest, /^(""|==|!=|<=|>=|->|.)/)
        size = RLENGTH
        token(substr(rest, 1, size))
        rest = substr(rest, size + 1)
    }
    if (after_hook) after_hook--
    if (statements > 1) complain("two statements")
    if (head && depth == 0 && line ~ /[;}] *$/) {
        if (FNR - head + 1 > 30 && line ~ /^\}/) complain("a function of " FNR - head + 1 " lines")
        head = 0
    }
}

END {
    if (NR > lines) complain("more than " lines " lines")
    exit found
}
