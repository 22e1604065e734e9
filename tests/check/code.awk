# code.awk -- what the linters of C text share.

# The line without comments, strings and characters, each of which becomes a blank or "".
function code(s,    out, c, quote) {
    out = ""
    while (s != "") {
        if (in_comment) {
            if (!(c = index(s, "*/"))) return out
            in_comment = 0
            s = substr(s, c + 2)
            out = out " "
            continue
        }
        c = substr(s, 1, 1)
        if (substr(s, 1, 2) == "//") return out
        if (substr(s, 1, 2) == "/*") {
            in_comment = 1
            s = substr(s, 3)
            continue
        }
        s = substr(s, 2)
        if (c == "\"" || c == "'") {
            quote = c
            while (s != "" && substr(s, 1, 1) != quote) s = substr(s, substr(s, 1, 1) == "\\" ? 3 : 2)
            s = substr(s, 2)
            out = out "\"\""
            continue
        }
        out = out c
    }
    return out
}
