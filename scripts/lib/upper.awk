# upper.awk PROGRAM: the lines above the line `mark`. A function or variable that only the
# lower half uses loses its `static`, so that the upper half compiles alone without a warning.

# The line without comments, strings and characters. in_comment goes from line to line.
function code_of(text,    out, c, two, i, quote) {
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        two = substr(text, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
        } else if (quote != "") {
            if (c == "\\") i++
            else if (c == quote) quote = ""
        } else if (two == "/*") { in_comment = 1; i++ }
        else if (two == "//") return out
        else if (c == "\"" || c == "\047") { quote = c; out = out c }
        else out = out c
    }
    return out
}

# The name that a declaration at file scope declares.
function declared(text) {
    gsub(/(chan|_Alignas)\([^()]*\)/, "", text)
    if (match(text, /^[^=;{[(]*\(/)) text = substr(text, 1, RLENGTH - 1)
    sub(/[=;{[].*/, "", text)
    sub(/ +$/, "", text)
    sub(/^.*[^A-Za-z0-9_]/, "", text)
    return text
}

# Notes the line of each use of a name, other than as a tag or a member.
function note_uses(text, i,    name) {
    gsub(/(struct|union|enum) +[A-Za-z0-9_]+|(\.|->) *[A-Za-z_][A-Za-z0-9_]*/, " ", text)
    while (match(text, /[A-Za-z_][A-Za-z0-9_]*/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        uses[name] = uses[name] " " i
    }
}

# Whether the name is used in a line that does not belong to its own declarations.
function used(name,    n, at, i) {
    n = split(uses[name], at, " ")
    for (i = 1; i <= n; i++)
        if (owner[at[i]] != name) return 1
    return 0
}

done { next }
$0 == mark { done = 1; next }
{ line[++lines] = $0; code[lines] = code_of($0) }

END {
    while (lines && line[lines] == "") lines--
    for (i = 1; i <= lines; i++) {
        # The members of a struct are no uses.
        if (code[i] ~ /^(struct|union) [A-Za-z0-9_]+ [{][ \t]*$/)
            while (i < lines && code[i] !~ /^[}]/) i++
        note_uses(code[i], i)
    }
    for (i = 1; i <= lines; i++) {
        if (code[i] !~ /^static / || code[i] ~ /^static inline /) continue
        first[++n] = i
        name[n] = declared(code[i])
        depth = 0
        for (k = i; k <= lines; k++) {
            owner[k] = name[n]
            last[n] = k
            depth += gsub(/[{]/, "{", code[k]) - gsub(/[}]/, "}", code[k])
            if (!depth && code[k] ~ /^[}]|[;}][ \t]*$/) break
        }
    }
    for (i = 1; i <= n; i++) {
        if (used(name[i])) continue
        sub(/^static /, "", line[first[i]])
        # What was aligned with the parenthesis stays aligned.
        for (k = first[i] + 1; k <= last[i] && line[k] !~ /^[^ ]|^$/; k++)
            if (code[first[i]] ~ /[(,][^;{]*$/) sub(/^       /, "", line[k])
    }
    for (i = 1; i <= lines; i++) print line[i]
}
